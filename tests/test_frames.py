"""Frames: documented columns for any answers, an index that joins, nothing private."""

from __future__ import annotations

import datetime
import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pytest
from hypothesis import given, settings

from conftest import TOP
from test_votes import ballots, room
from whole_answers import NASTY, whole_answers
from workshop import Answers, Assessment, InputError, assess, assess_frame, load_content
from workshop.answers.reading import answers_files, read_answers
from workshop.answers.table import answers_to_row
from workshop.findings.finding import FrameName
from workshop.findings.output.frames import FOUND, FRAMES, FrameText
from workshop.findings.output.groups import KINDS
from workshop.findings.output.report import to_json
from workshop.session import Session
from workshop.session.frames import ANSWERS

EXAMPLES = answers_files([TOP / "examples"])
NAMES: tuple[FrameName, ...] = get_args(FrameName)
ASKED = {
    *("findings", "verdicts", "criteria", "ledger", "on_call", "drills", "stages", "options"),
    *("actions", "headcount", "tipping_points", "votes"),
}


@pytest.fixture(scope="module")
def tidewater() -> Assessment:
    return assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with closing(Session.open(tmp_path / "s.workshop", who="Ana")) as opened:
        yield opened


def is_as_declared(frame: pd.DataFrame, text: FrameText) -> None:
    """Assert that a frame has just the columns and dtypes that are documented for it."""
    assert list(frame.index.names) == [c.name for c in text.index]
    whole = frame.reset_index()
    assert {str(n): str(t) for n, t in whole.dtypes.items()} == {c.name: c.dtype for c in text.all}
    for column in text.all:
        if column.choices:
            assert tuple(whole[column.name].cat.categories) == column.choices
            assert whole[column.name].cat.ordered == column.ordered
        if column.holds == "list":
            assert all(v is pd.NA or isinstance(v, tuple) for v in whole[column.name])


def test_every_frame_that_has_a_name_is_declared() -> None:
    assert list(FRAMES) == list(NAMES)
    assert set(NAMES) >= ASKED
    for text in FRAMES.values():
        names = [c.name for c in text.all]
        assert len(set(names)) == len(names)
        assert all(c.meaning for c in text.all)


@pytest.mark.parametrize("name", NAMES)
def test_a_frame_without_rows_has_the_same_columns_and_dtypes(
    name: FrameName, tidewater: Assessment
) -> None:
    is_as_declared(assess(Answers()).to_frame(name), FRAMES[name])
    is_as_declared(tidewater.to_frame(name), FRAMES[name])
    assert assess(Answers()).to_frame("votes").empty


@settings(max_examples=25, deadline=None)
@given(whole_answers)
def test_any_answers_give_frames_as_they_are_documented(data: dict[str, Any]) -> None:
    assessment = assess(Answers.from_parameters(data))
    for name in NAMES:
        is_as_declared(assessment.to_frame(name), FRAMES[name])


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_frames_say_what_findings_json_says(path: Path) -> None:
    assessment = assess(read_answers(path))
    report = json.loads(to_json(assessment))
    findings = assessment.to_frame("findings")
    assert list(findings.index) == [f["id"] for f in report["findings"]]
    assert list(findings["severity"]) == [f["severity"] for f in report["findings"]]
    due = [f["due"] for f in report["findings"]]
    assert [None if d is pd.NaT else d.date().isoformat() for d in findings["due"]] == due
    verdicts = assessment.to_frame("verdicts")
    assert [None if v is pd.NA or v != v else v for v in verdicts["verdict"]] == [
        v["verdict"] for v in report["verdicts"].values()
    ]
    criteria = assessment.to_frame("criteria")
    assert list(criteria.index) == [
        (p, c["id"]) for p, v in report["verdicts"].items() for c in v["criteria"]
    ]
    assert list(assessment.to_frame("options").index) == [o["id"] for o in report["options"]]
    actions = assessment.to_frame("actions")
    assert list(actions["what"]) == [a["what"] for a in report["actions"]]
    points = assessment.to_frame("tipping_points")
    assert list(points.index) == [t["input"] for t in report["tipping_points"]]
    assert list(assessment.to_frame("unknowns").index) == [u["answer"] for u in report["unknowns"]]
    votes = assessment.to_frame("votes")
    for vote in report.get("votes", ()):
        for number, counted in enumerate(vote["rounds"], 1):
            rows = votes.xs((vote["question"], number), level=("question", "round"))
            assert list(rows["count"]) == [c["counts"][number - 1] for c in vote["choices"]]
            assert set(rows.index[rows["leading"]]) == set(counted["leading"])


def test_frames_join_by_their_index(tidewater: Assessment) -> None:
    findings, actions = tidewater.to_frame("findings"), tidewater.to_frame("actions")
    joined = actions.join(findings[["statement"]], on="finding")
    assert joined["statement"].notna().sum() == actions["finding"].notna().sum() > 0
    heads = tidewater.to_frame("headcount").join(tidewater.to_frame("verdicts")[["verdict"]])
    assert heads["verdict"].notna().all()
    all_findings = (*tidewater.findings, *tidewater.later_findings)
    rests = findings.explode("answers").groupby("answers").size()
    assert rests.to_dict() == Counter(a for f in all_findings for a in f.answers)


def test_severities_and_verdicts_sort_and_compare_in_their_order(tidewater: Assessment) -> None:
    findings = tidewater.to_frame()
    grave = findings[findings["severity"] <= "risk"]
    assert {*grave["severity"]} == {"critical", "risk"}
    order = ("excluded", "not-yet", "fits-on-conditions", "fits")
    verdicts = list(tidewater.to_frame("verdicts")["verdict"].sort_values())
    assert verdicts == sorted(verdicts, key=order.index)
    assert len(set(verdicts)) > 1


def test_what_was_not_answered_is_missing_and_no_zero() -> None:
    empty = assess(Answers())
    heads = empty.to_frame("headcount")
    assert heads["total_low"].isna().all()
    assert heads["have"].isna().all()
    assert empty.to_frame("verdicts")["verdict"].isna().all()
    assert empty.to_frame("ledger")["holder"].isna().all()


def test_a_date_in_any_year_is_a_date() -> None:
    decided: Any = [{"decision": "x", "settles": ["nobody-paged"], "due": "9999-12-31"}]
    answers = Answers(duties={"paged": "nobody"}, decisions=decided)  # type: ignore[arg-type]
    due = assess(answers).to_frame("actions")["due"].iloc[0]
    assert due.date() == datetime.date(9999, 12, 31)


@pytest.mark.parametrize("name", NASTY)
def test_what_people_typed_is_data_in_a_frame(name: str) -> None:
    answers = Answers(duties={"paged": name}, paged_quality=name)  # type: ignore[arg-type]
    assessment = assess(answers)
    assert assessment.to_frame("ledger").loc["paged", "holder"] == name
    assert assessment.to_frame("on_call").loc["paged_quality", "holder"] == name


def test_a_frame_that_does_not_exist_is_told_with_the_near_name(tidewater: Assessment) -> None:
    with pytest.raises(InputError, match="Did you mean “findings”"):
        tidewater.to_frame("finding")  # type: ignore[arg-type]


# -- many groups --------------------------------------------------------------------------------


def test_many_groups_give_one_long_frame_of_what_each_would_give_alone() -> None:
    answers = [read_answers(path) for path in EXAMPLES]
    named = [a.model_copy(update={"group": f"g{n}"}) for n, a in enumerate(answers)]
    frame = pd.DataFrame([answers_to_row(a) for a in named])
    found = assess_frame(frame, kinds=KINDS)
    is_as_declared(found, FOUND)
    for one in named:
        alone = assess(one)
        mine = found.loc[one.group]
        ids = [id_ for kind, id_ in mine.index if kind == "finding"]
        assert ids == list(alone.to_frame("findings").index)
        verdicts = mine.loc["verdict"]["verdict"]
        assert [None if v is pd.NA or v != v else v for v in verdicts] == [
            v.verdict for v in alone.verdicts.values()
        ]
        assert list(mine.loc["advice"].index) == [alone.recommendation.status]
        others = (alone.clashes, alone.tipping_points, alone.unknowns)
        assert len(mine) == 5 + len(ids) + sum(map(len, others))


def test_a_frame_of_groups_without_rows_gives_an_empty_frame() -> None:
    is_as_declared(assess_frame(pd.DataFrame({"group": [], "model_teams": []})), FOUND)


@pytest.mark.parametrize("begins", [True, False])
def test_several_processes_give_the_frame_and_the_problems_of_one(
    begins: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workshop.findings.output.groups.AT_ONCE", 4)
    monkeypatch.setattr("workshop.findings.output.groups.HANDED", 1)
    if not begins:  # as where no process may be started: then this one does it all
        monkeypatch.setattr("workshop.findings.output.groups._COMMAND", "raise SystemExit(3)")
    rows = [answers_to_row(read_answers(path)) | {"group": path.stem} for path in EXAMPLES]
    frame = pd.DataFrame([*rows, *(row | {"group": f"{row['group']} again"} for row in rows)])
    content = load_content(TOP / "examples" / "content-thresholds")
    for own in (None, content):
        whole = assess_frame(frame, own, kinds=KINDS, processes=1)
        pd.testing.assert_frame_equal(assess_frame(frame, own, kinds=KINDS, processes=2), whole)
    wrong = frame.assign(maturity=9)
    with pytest.raises(InputError) as alone:
        assess_frame(wrong, processes=1)
    with pytest.raises(InputError) as caught:
        assess_frame(wrong, processes=2)
    assert caught.value.problems == alone.value.problems
    with pytest.raises(InputError, match="1 or more"):
        assess_frame(frame, processes=0)


def test_groups_are_told_apart_by_name_or_by_label() -> None:
    frame = pd.DataFrame({"model_teams": [3, 6]}, index=pd.Index(["Pay", "Ads"], name="group"))
    assert {*assess_frame(frame).index.get_level_values("group")} == {"Pay", "Ads"}
    bare = pd.DataFrame({"model_teams": [3, 6]}, index=["x", "y"])
    assert {*assess_frame(bare).index.get_level_values("group")} == {"row x", "row y"}
    with pytest.raises(InputError, match="More than one row has this group"):
        assess_frame(pd.DataFrame({"group": ["a", "a"], "model_teams": [1, 2]}))


def test_a_wrong_frame_of_groups_is_told_as_a_whole() -> None:
    frame = pd.DataFrame({"group": ["a", "b"], "modle_teams": [1, 2], "maturity": [9, 2]})
    with pytest.raises(InputError) as caught:
        assess_frame(frame)
    messages = [str(p) for p in caught.value.problems]
    assert len(messages) == 2
    assert "Did you mean “model_teams”" in messages[0]
    assert messages[1].startswith("row 0: maturity")
    with pytest.raises(InputError, match="Did you mean “finding”"):
        assess_frame(frame[["group"]], kinds=["findings"])  # type: ignore[list-item]


# -- a session ----------------------------------------------------------------------------------


def test_a_session_says_of_every_answer_who_gave_it_and_when(session: Session) -> None:
    session.give(("model_teams",), 6)
    session.who = "Bo"
    change = session.give(("duties", "paged"), "data")
    first = session.add("stages", {"stage": "data", "touch_days": 3})
    second = session.add("stages", {"stage": "model"})
    session.who = "Cy"
    session.give(("stages", first, "team"), "research")
    session.move("stages", second, -1)
    session.give(("basis", "duties.paged"), "measured")
    frame = session.to_frame()
    is_as_declared(frame, ANSWERS)
    who = frame["who"].to_dict()
    assert who["model_teams"] == "Ana"
    assert who["duties.paged"] == who["stages.1.stage"] == who["stages.2.touch_days"] == "Bo"
    assert who["stages.2.team"] == "Cy"
    assert frame.loc["duties.paged", "basis"] == "measured"
    assert frame.loc["model_teams", "number"] == 6
    assert change is not None
    assert frame.loc["duties.paged", "change"] == change.seq
    assert frame.loc["duties.paged", "at"] == pd.Timestamp(change.at)


def test_an_answer_that_was_taken_back_or_given_anew_has_its_last_giver(session: Session) -> None:
    session.give(("model_teams",), 6)
    session.who = "Bo"
    change = session.give(("model_teams",), 7)
    assert change is not None
    assert session.to_frame().loc["model_teams", ["value", "who"]].tolist() == ["7", "Bo"]
    session.undo(change.seq)
    assert session.to_frame().loc["model_teams", ["value", "who"]].tolist() == ["6", "Ana"]
    session.undo()
    session.give(("model_teams",), None)
    assert session.to_frame().empty
    is_as_declared(session.to_frame(), ANSWERS)


def test_imported_answers_all_have_their_giver(session: Session) -> None:
    session.import_answers(read_answers(TOP / "examples" / "tidewater-retail-second.yaml"), "x")
    frame = session.to_frame()
    assert set(frame["who"]) == {"Ana"}
    assert len(frame) > 100
    assert "earlier.became.1.became" in frame.index


def test_what_became_of_an_earlier_decision_has_who_said_it(session: Session) -> None:
    session.follow(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    session.who = "Bo"
    _, second, *_ = (item for item, _ in session.items("earlier.became"))
    session.give(("earlier", "became", second, "became"), "done")
    who = session.to_frame()["who"]
    assert who["earlier.became.1.became"] == "Bo", "only those of which something is said count"


CAST = [
    *[("research", "head", f"fact {n}", f"Person {n}") for n in range(4)],
    ("product", "lone role", "the only one", "Lone Person"),
    *[("product", "other", "", f"Other {n}") for n in range(3)],
]


@pytest.mark.parametrize("privacy", ["named", "role", "anonymous"])
def test_votes_show_roles_and_names_only_as_chosen(session: Session, privacy: str) -> None:
    asked, *rest = ballots("lead", 1, *CAST)
    for kind, body in [*room(privacy), asked, *rest[:-1]]:
        session.note(kind, body)
    assert session.votes_frame().empty
    assert session.votes_frame("facts").empty
    session.note(*rest[-1])
    votes = session.votes_frame()
    is_as_declared(votes, FRAMES["votes"])
    assert votes.loc[("lead", 1, "research"), "count"] == 4
    roles, facts = session.votes_frame("role"), session.votes_frame("facts")
    is_as_declared(roles, FRAMES["votes_by_role"])
    is_as_declared(facts, FRAMES["facts"])
    text = " ".join(f.reset_index().to_csv() for f in (votes, roles, facts))
    assert ("Person 0" in text) == (privacy == "named")
    assert ("head" in text) == (privacy != "anonymous")
    assert roles.empty == (privacy == "anonymous")
    if privacy == "role":
        assert "lone role" not in text
    assert not facts.empty
    if privacy == "anonymous":
        assert facts["role"].isna().all()


# -- documentation ------------------------------------------------------------------------------


def test_the_documentation_has_every_column_of_every_frame() -> None:
    sys.path.insert(0, str(TOP / "docs"))
    try:
        from made import PARTS
    finally:
        sys.path.pop(0)
    page = PARTS["frames"]()
    for name, text in FRAMES.items():
        part = page.partition(f"### <code>{name}</code>")[2].partition("\n### ")[0]
        for column in text.all:
            assert f"<code>{column.name}</code>" in part
            assert column.meaning in part
    assert all(f"<code>{c.name}</code>" in PARTS["session-frame"]() for c in ANSWERS.all)
    assert all(f"<code>{c.name}</code>" in PARTS["found-frame"]() for c in FOUND.all)


def test_groups_read_a_part_at_a_time_give_the_same_frame_and_all_problems(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frame = pd.DataFrame({"group": list("abcde"), "model_teams": [3, 6, pd.NA, 9, 12]})
    whole = assess_frame(frame)
    monkeypatch.setattr("workshop.findings.output.groups.AT_ONCE", 2)
    pd.testing.assert_frame_equal(assess_frame(frame), whole)
    wrong = frame.assign(maturity=[9, 1, 1, 1, 9], modle="x")
    with pytest.raises(InputError) as caught:
        assess_frame(wrong)
    names = [str(p).partition(":")[0] for p in caught.value.problems]
    assert names == ["modle", "row 0", "row 4"]
    with pytest.raises(InputError, match="More than one row has this group"):
        assess_frame(frame.assign(group=list("abcda")))
