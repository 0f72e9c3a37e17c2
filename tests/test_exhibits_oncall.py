"""The on-call exhibits: pages to sign, pictures with their words, drills that teach."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest

from conftest import TOP
from workshop import exhibits
from workshop.answers.reading import read_answers
from workshop.answers.schema import Answers
from workshop.documents.blocks import Block, Heading, Picture, Table, plain
from workshop.documents.exhibit import Exhibit
from workshop.documents.html import blocks_to_html
from workshop.documents.text import blocks_to_text
from workshop.exhibits.agreement import agreed
from workshop.exhibits.board import board_losses
from workshop.exhibits.oncall import (
    drill_timeline,
    drill_timelines,
    drills_to_play,
    knowledge_map,
    oncall_charter,
)
from workshop.findings import Assessment, assess
from workshop.findings.plan import actions

QUALITY, SERVICE = "precision-drop-dashboards-green", "service-down"
CHARTER = {
    "model": "the ranking model",
    "builder": "Search",
    "paged_infrastructure": "platform",
    "paged_quality": "Search",
    "knowledge": {"business": "Shop", "model": "Search", "infrastructure": "nobody"},
    "rollback_authority": "Search",
    "duties": {"turn-off": "at-handover"},
}


def assessed(**parameters: Any) -> Assessment:
    return assess(Answers.from_parameters(parameters))


def played(drill: str, *holders: str | None, **parameters: Any) -> Assessment:
    minutes = zip(("minute_0", "minute_15", "minute_60"), holders, strict=True)
    moments = {m: h for m, h in minutes if h is not None}
    return assessed(drills={drill: moments}, **parameters)


def words(exhibit: Exhibit) -> str:
    return " ".join(blocks_to_text(exhibit.blocks, width=400).split())


def lead(exhibit: Exhibit) -> str:
    first = exhibit.blocks[0]
    assert isinstance(first, Heading)
    return plain(first.lead)


def tables(exhibit: Exhibit) -> list[Table]:
    return [b for b in exhibit.blocks if isinstance(b, Table)]


def picture(exhibit: Exhibit) -> Picture:
    return next(b for b in exhibit.blocks if isinstance(b, Picture))


def column_of(table: Table, at: int) -> list[str]:
    return [f"{row[at].mark} {plain(row[at].text)}".strip() for row in table.rows]


def titles(exhibit: Exhibit) -> list[str]:
    """Return the drills that could be played next: the last table of the exhibit."""
    return [plain(row[0].text).split("\n")[0] for row in tables(exhibit)[-1].rows]


# -- the charter


def test_charter_counts_what_is_filled_in() -> None:
    found = oncall_charter(assessed(**CHARTER))
    assert lead(found) == "For the ranking model, 5 of 8 lines are filled in and 3 left open."


def test_charter_leaves_blanks_where_nothing_was_told_and_says_who_is_nobody() -> None:
    holders = column_of(tables(oncall_charter(assessed(paged_quality="nobody")))[0], 1)
    assert holders[0] == "_" * 16
    assert holders[1].startswith("nobody")


def test_each_named_team_signs_once_and_says_how_it_is_reached() -> None:
    signatures = tables(oncall_charter(assessed(**CHARTER)))[1]
    assert column_of(signatures, 0) == ["Platform", "Search", "Shop"]
    heads = [plain(c.title) for c in signatures.columns]
    assert heads == ["For", "Reached how", "Name", "Signature", "Date"]
    made = {"decision": "Who is called first?", "chosen": "Search", "owner": "Ada Lindqvist"}
    made |= {"sets": {"paged_quality": "Search"}, "due": "2027-01-15"}
    signatures = tables(oncall_charter(assessed(**CHARTER, decisions=[made])))[1]
    assert column_of(signatures, 0) == ["Platform", "Search", "Shop"], "nobody named her for it"


def test_empty_charter_is_a_page_to_fill_in() -> None:
    found = oncall_charter(assessed())
    assert len(tables(found)[0].rows) == 8
    assert len(tables(found)[1].rows) == 3
    assert "Fill them in" in lead(found)


def test_complete_charter_asks_for_signatures() -> None:
    parameters = {
        **CHARTER,
        "knowledge": dict.fromkeys(("business", "model", "infrastructure"), "Search"),
        "duties": {"turn-off": "Search"},
    }
    found = oncall_charter(assessed(**parameters))
    assert "You have not said who is called second: fill this in by hand" in lead(found)
    named, second = column_of(tables(found)[0], 0), "Called second"
    assert named.index(second) == 2
    assert re.fullmatch(r"_+\nNo second team is agreed", column_of(tables(found)[0], 1)[2])
    assert re.fullmatch(r"Find a second \(\d+\)", column_of(tables(found)[0], 2)[2])


def test_charter_holds_until_the_chosen_pattern_comes_and_not_the_advised_one() -> None:
    advised = {"model_teams": 8, "ml_engineers": 25, "maturity": 3, "rails": "built"}
    advised |= {"ml_expertise_in_product": "most", "platform_engineers": 4}

    def until(**more: Any) -> str:
        given = {**CHARTER, **advised, "current_pattern": "centralised", **more}
        shown = words(oncall_charter(assessed(**given)))
        return " ".join(re.findall(r"The charter holds until ([^.]*)\.", shown))

    assert until() == "Federated is complete for the ranking model"
    assert until(chosen_pattern="federated") == "Federated is complete for the ranking model"
    assert until(chosen_pattern="embedded") == "Embedded is complete for the ranking model"
    assert until(chosen_pattern="centralised") == "you agree on another"


def test_charter_names_who_is_called_second_if_that_was_said() -> None:
    found = oncall_charter(assessed(**CHARTER, called_second="Platform"))
    assert column_of(tables(found)[0], 0).count("Called second") == 1
    number = next(a.number for a in actions(assessed(**CHARTER)) if a.kind == "charter")
    gap = "If the service is down, no second team is agreed"
    assert column_of(tables(found)[0], 1)[2] == f"Platform\n{gap}"
    assert column_of(tables(found)[0], 2)[2] == f"Find a second ({number})"
    assert lead(found) == "For the ranking model, 6 of 8 lines are filled in and 2 left open."


def test_charter_says_of_a_line_that_it_was_left_undecided() -> None:
    left = [{"decision": "Who may roll back or turn off the model at night without asking?"}]
    given = {**CHARTER, "decisions": left}
    number = next(a.number for a in actions(assessed(**given)) if a.is_open)
    shown = " ".join(column_of(tables(oncall_charter(assessed(**given)))[0], 1))
    assert f"Not decided (action {number})" in shown
    assert "Not decided" not in words(oncall_charter(assessed(**CHARTER)))


ON_CALL = "Which team is called at night when the model fails?"


def test_charter_has_the_night_call_that_was_decided_as_the_duty_to_be_on_call() -> None:
    made = {"decision": ON_CALL, "chosen": "Product", "owner": "Lea", "due": "2027-02-01"}
    found = assessed(
        duties={"paged": "platform"}, decisions=[{**made, "sets": {"duties.paged": "product"}}]
    )
    (call,) = (a for a in actions(found) if a.decision)
    service, quality, *_ = (r[1:] for r in tables(oncall_charter(found))[0].rows)
    day = f"1 February 2027 ({call.number})"
    assert [plain(c.text) for c in service] == ["Platform", "Product", day, ""]
    assert [plain(c.text) for c in quality] == ["Not answered", "_" * 16, "", ""]
    assert lead(oncall_charter(found)).endswith("one of 8 lines is filled in and 7 are left open.")
    assert any(a.kind == "charter" for a in actions(found))


def test_what_the_charter_has_is_not_listed_again_after_a_short_workshop() -> None:
    found = assessed(decisions=[{"decision": "Who?", "sets": {"duties.paged": "product"}}])
    printed = agreed(found).in_pack
    assert printed is not None
    assert not [b for b in printed if isinstance(b, Table)]
    assert oncall_charter(found).in_pack is None
    nobody = assessed(duties={"paged": "nobody"})
    assert oncall_charter(nobody).in_pack == ()


def test_charter_has_whom_an_own_answer_calls_before_the_duty_to_be_on_call() -> None:
    found = assessed(duties={"paged": "research"}, paged_infrastructure="platform")
    assert column_of(tables(oncall_charter(found))[0], 1)[0] == "Platform"


def test_charter_says_that_the_night_call_itself_was_left_undecided() -> None:
    found = assessed(decisions=[{"decision": ON_CALL}])
    (number,) = (a.number for a in actions(found) if a.is_open)
    shown = column_of(tables(oncall_charter(found))[0], 1)
    assert shown[0].endswith(f"Not decided (action {number})")


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("duties.paged", [["Is on call for it", "Not answered", "Product"]]),
        ("paged_quality", [["Called first if answers get worse", "Not answered", "Product"]]),
        ("rollback_authority", [["May roll back at night", "Not answered", "Product"]]),
    ],
)
def test_page_2_shows_whom_only_a_decision_names_and_no_answer_twice(
    answer: str, shown: list[list[str]]
) -> None:
    found = assessed(decisions=[{"decision": "Who?", "sets": {answer: "product"}}])
    duties = next(t for t in tables(board_losses(found)) if plain(t.columns[1].title) == "Today")
    assert [[plain(c.text) for c in r] for r in duties.rows if len(r) > 1] == shown


@pytest.mark.parametrize(
    ("second", "asked"),
    [
        (None, "and name who is called second."),
        ("nobody", "and name who is called second."),
        ("Platform", "and find who is called second if the service is down."),
        ("Search team", "and find who is called second if answers get worse."),
        ("Shop", ": who is called, who may roll back, and from which day."),
    ],
)
def test_a_team_that_is_called_first_is_no_second_and_the_plan_finds_one(
    second: str | None, asked: str
) -> None:
    found = assessed(**CHARTER, called_second=second)
    (charter,) = (a for a in actions(found) if a.kind == "charter")
    assert charter.what.endswith(asked)
    shown = column_of(tables(oncall_charter(found))[0], 1)[2]
    assert ("o second team is agreed" in shown) == (second != "Shop")


def test_second_call_that_only_a_decision_names_is_in_the_charter_as_agreed() -> None:
    decision = {"decision": "Who is second?", "sets": {"called_second": "research"}}
    found = assessed(**CHARTER, decisions=[decision])
    number = next(a.number for a in actions(found) if a.decision)
    (night, _signatures) = tables(oncall_charter(found))
    assert column_of(night, 1)[2] == "You have not said"
    assert column_of(night, 2)[2] == "Research"
    assert column_of(night, 3)[2] == f"With action {number}"
    assert len(found.charter.lines) == len(found.signed.charter.lines)
    assert board_losses(found).blocks


def test_charter_with_every_name_asks_only_how_each_is_reached() -> None:
    parameters = {
        **CHARTER,
        "knowledge": dict.fromkeys(("business", "model", "infrastructure"), "Search"),
        "duties": {"turn-off": "Search"},
        "called_second": "Platform",
    }
    assert lead(oncall_charter(assessed(**parameters))).startswith(
        "For the ranking model. Fill in by hand how each is reached."
    )


def test_charter_says_until_when_it_holds_if_another_pattern_is_advised() -> None:
    example = read_answers(TOP / "examples" / "tidewater-retail.yaml")
    shown = words(oncall_charter(assess(example)))
    assert (
        "The charter holds until Federated is complete for the ranking model. Other models may "
        "move first, so that day is not set. Decide by 17 February 2027 who is called first after "
        "that (action 29). The charter's review date is 3 May 2027." in shown
    )


def test_one_table_has_the_night_today_as_agreed_and_from_which_day() -> None:
    example = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    night = tables(oncall_charter(example))[0]
    heads = [plain(c.title) for c in night.columns]
    assert heads == [
        "In the night",
        "Today",
        "As agreed",
        "From",
        "Only proposed",
    ]
    rows = {plain(r[0].text): [plain(c.text) for c in r[1:]] for r in night.rows}
    rota = "Research and engineering rota"
    assert rows["Called first if answers get worse"] == [
        "Platform",
        rota,
        "1 February 2027 (26)",
        "Somebody beside Platform from 18 December 2026 (8)",
    ]
    assert rows["May turn the model off"] == [
        "Nobody yet",
        "Head of search",
        "29 January 2027 (25)",
        "Stand-in from 18 December 2026 (6)",
    ]
    assert rows["May roll back at night"][3] == "", "who may today does until then"
    # Whoever signs sees in one column what was agreed, and nothing else there.
    assert not [r for r in rows.values() if "tand-in" in f"{r[0]} {r[1]}" or "ind a" in r[1]]
    assert rows["Called first if the service is down"] == ["Platform", "Platform", "as today", ""]
    assert "for each team or role, for “As agreed” alone." in words(oncall_charter(example))
    plain_one = words(oncall_charter(assessed(**CHARTER, called_second="Shop")))
    assert "Only proposed" not in plain_one
    assert "alone" not in plain_one
    shown = words(oncall_charter(example))
    # What was decided begins on its day; with a signature somebody says to be ready for it.
    assert "Each line changes on its day, and stays as today until then." in shown
    assert "For the time until then" not in shown, "each row says who stands in"
    assert (
        "Whoever signs says: “I know my part, and I can do it.” "
        "If a signature is missing after 18 December 2026, we propose that Executive team decides."
        in shown
    )


def test_the_charter_says_from_when_a_team_is_called_whose_knowledge_is_needed() -> None:
    example = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    night = tables(oncall_charter(example))[0]
    rows = {plain(r[0].text): [plain(c.text) for c in r[1:]] for r in night.rows}
    path = next(a for a in actions(example) if a.finding == "drill-lacks-knowledge")
    # The rota has Research from its own day, once it is trained, so no earlier one is proposed.
    assert path.what == (
        "Write down when to call Product, because you did not name them in some drills. Your "
        "decision calls Research from 1 February 2027."
    )
    assert "Research" not in path.first_step
    called = f"Called from 18 January 2027 ({path.number})"
    assert rows["Knows what a drop means for the product"] == [
        "Product, not called at night",
        "Product, not called at night",
        "as today",
        called,
    ]
    assert rows["Knows which input has changed"] == [
        "Research, not called at night",
        "Research, called at night",
        "1 February 2027 (26)",
        "",
    ], "the rota has it"
    assert rows["Knows whether the inputs are old"] == ["Platform", "Platform", "as today", ""]


@pytest.mark.parametrize(
    ("name", "team"), [("tidewater-retail", "Data"), ("northfield-clinical", "Hospital records")]
)
def test_a_team_that_only_led_in_a_drill_is_to_be_agreed_on_and_signs_nothing(
    name: str, team: str
) -> None:
    found = assess(read_answers(TOP / "examples" / f"{name}.yaml"))
    shown, (night, signatures) = oncall_charter(found), tables(oncall_charter(found))
    number = next(a.number for a in actions(found) if a.kind == "charter")
    # Whoever shares the rota, or has a line today, is in the charter already.
    assert (
        f"{team} led in a drill and has no line here. When you sign (action {number}), agree "
        "whether it is called." in words(shown)
    )
    assert not any(team in plain(c.text) for r in night.rows for c in r)
    assert team not in column_of(signatures, 0)


def test_a_charter_without_any_team_names_none_from_a_drill() -> None:
    drills = {"service-down": {"minute_0": "data", "minute_15": "data", "minute_60": "data"}}
    assert len(tables(oncall_charter(assessed(drills=drills)))[0].rows) == 8
    assert "Data led in a drill" in words(oncall_charter(assessed(**CHARTER, drills=drills)))


def test_a_team_that_only_a_decision_calls_is_not_called_earlier() -> None:
    given = read_answers(TOP / "examples" / "tidewater-retail.yaml").to_parameters()
    given["knowledge"]["business"] = "research"
    for due in ("2027-02-01", None):
        next(d for d in given["decisions"] if "paged_quality" in (d["sets"] or {}))["due"] = due
        found = assess(Answers.from_parameters(given))
        (path,) = (a for a in actions(found) if a.finding == "drill-lacks-knowledge")
        assert str(path.not_before) == str(due)
        assert path.what.startswith("Write down when to call Research, because you did not")


def test_who_is_called_is_decided_before_a_product_team_has_its_first_nights() -> None:
    plan = actions(assess(read_answers(TOP / "examples" / "tidewater-retail.yaml")))
    (calling,) = (a for a in plan if a.kind == "calling")
    (handing,) = (a for a in plan if "first nights" in a.what)
    call = next(a for a in plan if a.decision and "paged_quality" in (a.decision.sets or {}))
    assert call.number < calling.number < handing.number
    assert "train them before that day" in call.first_step


def test_pages_leave_the_night_to_its_table() -> None:
    example = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    changed = exhibits.agreed(example).in_pack or ()
    (shown,) = (b for b in changed if isinstance(b, Table) and len(b.columns) == 3)
    names = [plain(row[1].text) for row in shown.rows]
    assert len(names) + 5 == len(example.changes)
    assert not any("roll back" in name or "called" in name or "on call" in name for name in names)
    assert "Of these, 5 are about the night: see On-call charter." in plain(changed[0].lead)
    assert knowledge_map(example).in_pack == ()


# -- the knowledge map


def test_picture_of_the_map_is_told_in_words() -> None:
    alt = picture(knowledge_map(assessed(**CHARTER))).alt
    assert "Business knowledge is with Shop, which is not called at night." in alt
    assert "Model knowledge is with Search, which is called at night." in alt
    assert "Infrastructure knowledge is with no team." in alt
    assert "The night calls Search and Platform." in alt


def test_map_has_a_table_with_the_same_facts() -> None:
    (twin,) = tables(knowledge_map(assessed(**CHARTER)))
    assert column_of(twin, 2) == ["Shop", "Search", "Nobody"]
    assert column_of(twin, 3) == ["no", "yes", "no team to call"]


def test_map_begins_with_how_many_kinds_are_held_and_reached() -> None:
    assert lead(knowledge_map(assessed(**CHARTER))) == (
        "You named a team for 2 of the 3 kinds of knowledge that an incident takes. "
        "Only one of these teams is called at night."
    )
    nobody = {**CHARTER, "paged_quality": "nobody", "paged_infrastructure": "data"}
    assert lead(knowledge_map(assessed(**nobody))).endswith(
        "None of these teams is called at night."
    )


def test_map_does_not_claim_a_path_that_was_not_told() -> None:
    found = knowledge_map(assessed(knowledge={"model": "Search"}))
    assert "You have not said" in lead(found)
    assert column_of(tables(found)[0], 3) == ["not answered"] * 3
    assert "You have not said who is called at night." in picture(found).alt


def test_one_team_with_all_kinds_is_asked_about_users() -> None:
    kinds = dict.fromkeys(("business", "model", "infrastructure"), "platform")
    assert lead(knowledge_map(assessed(knowledge=kinds))).startswith("Platform holds all 3 kinds")


def test_map_without_answers_teaches_the_three_questions() -> None:
    a = assessed()
    found = knowledge_map(a)
    assert not any(isinstance(b, Picture) for b in found.blocks)
    for kind in a.content.knowledge:
        assert kind.question in words(found)


# -- the drills


@pytest.mark.parametrize(
    ("holders", "parameters", "message"),
    [
        (("nobody", "Search", "at-handover"), {}, "At minute 0 and 60 nobody is in charge."),
        (("Shop", "Search", "shop"), {}, "Shop passed it on and got it back unsolved."),
        (
            ("Search", "Search", "Shop"),
            {"rollback_authority": "Search"},
            "Shop ends up in charge and may neither roll back nor switch off. "
            "Today the right to roll back lies with Search.",
        ),
        (
            ("Search", "Search", "Search"),
            {"rollback_authority": "Search", "knowledge": {"business": "Shop"}},
            "Those in charge do not have business knowledge.",
        ),
        (
            ("Shop", "Search", "Search"),
            {"rollback_authority": "Search"},
            "Search ends up in charge and may roll back or switch off.",
        ),
        (("Shop", None, None), {}, "you gave no answer for minute 15 and 60"),
        (
            ("Shop", "Shop", "Shop"),
            {},
            "Shop ends up in charge. You have not said who may roll back.",
        ),
    ],
)
def test_drill_begins_with_what_it_shows(
    holders: tuple[str | None, ...], parameters: dict[str, Any], message: str
) -> None:
    found = drill_timeline(played(QUALITY, *holders, **parameters), QUALITY)
    assert message in words(found)
    assert message in picture(found).alt


def test_every_flag_of_a_drill_is_said() -> None:
    found = drill_timeline(played(QUALITY, "Shop", "Search", "Shop", **CHARTER), QUALITY)
    shown = words(found)
    for part in ("Shop passed it on", "Shop ends up in charge", "Those in charge do not have"):
        assert part in shown


def test_picture_of_a_drill_names_the_holder_of_each_minute() -> None:
    alt = picture(
        drill_timeline(played(QUALITY, "nobody", "Shop", "Search", **CHARTER), QUALITY)
    ).alt
    assert "Minute 0: nobody. Minute 15: Shop (other team). Minute 60: Search (builder)." in alt


def test_holders_are_named_and_have_no_mark() -> None:
    found = drill_timeline(played(QUALITY, "nobody", "Shop", "Search", builder="Search"), QUALITY)
    assert column_of(tables(found)[0], 2) == ["Nobody", "Shop", "Search"]


def test_where_only_the_service_is_down_no_team_is_a_stranger() -> None:
    found = drill_timeline(played(SERVICE, *["platform"] * 3, builder="Search"), SERVICE)
    assert column_of(tables(found)[0], 2) == ["Platform"] * 3
    assert "A team is in charge at every minute. At the end it is Platform." in words(found)


def test_what_is_still_missing_shrinks_as_knowledge_arrives() -> None:
    knowledge = {"business": "Shop", "model": "Search", "infrastructure": "Platform"}
    found = drill_timeline(
        played(QUALITY, "Platform", "Search", "Shop", knowledge=knowledge), QUALITY
    )
    assert column_of(tables(found)[0], 3) == [
        "business knowledge and model knowledge",
        "business knowledge",
        "nothing",
    ]


def test_missing_knowledge_stays_unknown_without_a_map() -> None:
    found = drill_timeline(played(QUALITY, "Platform", "Search", None), QUALITY)
    assert set(column_of(tables(found)[0], 3)) == {"not answered"}


def test_a_drill_that_was_not_played_still_teaches() -> None:
    a = assessed()
    for drill in a.content.drills:
        found = drill_timeline(a, drill.id)
        shown = words(found)
        assert "Not played yet." in shown
        assert drill.story in shown
        assert all(m.scene in shown and m.ask in shown for m in drill.moments)
        assert f"A good answer: {drill.good_answer}" in shown


def test_an_unknown_drill_is_named_with_those_that_exist() -> None:
    with pytest.raises(ValueError, match=f"'fire'.*{QUALITY}"):
        drill_timeline(assessed(), "fire")


def test_played_drills_come_whole_and_the_others_in_short() -> None:
    a = played(QUALITY, "Search", "Search", "Search", rollback_authority="Search")
    found = drill_timelines(a)
    assert (
        lead(found)
        == "You played 1 of the 7 drills that concern you. Ended well: 1. Showed a gap: 0."
    )
    assert sum(isinstance(b, Picture) for b in found.blocks) == 1
    everybody = {drill.title for drill in a.content.drills if not drill.when}
    (quality,) = (drill.title for drill in a.content.drills if drill.id == QUALITY)
    assert set(titles(drills_to_play(a))) == everybody - {quality}


def test_a_good_answer_is_on_the_screen_only_when_its_drill_was_played_to_the_end() -> None:
    whole = played(QUALITY, "Search", "Search", "Search")
    good = next(d.good_answer for d in whole.content.drills if d.id == QUALITY)
    assert good in words(drill_timelines(whole))
    assert good not in words(drill_timelines(played(QUALITY, "Search", "Search", None)))
    rest = drills_to_play(whole)
    answers = {d.good_answer for d in whole.content.drills if d.title in titles(rest)}

    def cells(blocks: Iterable[Block]) -> set[str]:
        rows = [row for b in blocks if isinstance(b, Table) for row in b.rows]
        return {plain(one.text) for row in rows for one in row}

    assert answers
    assert not answers & cells(rest.blocks)
    assert answers <= cells(rest.blocks if rest.in_pack is None else rest.in_pack), "on paper"


def test_no_drill_played_lists_all_that_concern_everybody() -> None:
    a = assessed()
    everybody = [drill.title for drill in a.content.drills if not drill.when]
    assert 1 < len(everybody) < len(a.content.drills)
    assert titles(drills_to_play(a)) == everybody


def test_a_drill_of_few_is_listed_where_it_concerns_them_and_where_it_was_played() -> None:
    drills = assessed().content.drills
    few = next(d for d in drills if "language_model_product" in d.when)
    assert few.title in titles(drills_to_play(assessed(language_model_product=True)))
    assert few.title not in titles(drills_to_play(assessed(language_model_product=False)))
    found = drill_timelines(played(few.id, "Search", "Search", "Search"))
    assert lead(found).startswith("You played 1 of the 8 drills that concern you.")
    assert few.title in words(found)


# -- all of them


@pytest.mark.parametrize("make", [oncall_charter, knowledge_map, drill_timelines])
def test_typed_text_is_never_markup(make: Any) -> None:
    typed = "<script>alert(1)</script> $x$ {team} 推薦"
    parameters = {
        "model": typed,
        "builder": typed,
        "paged_quality": typed,
        "rollback_authority": typed,
        "knowledge": {"business": typed},
    }
    found = make(played(QUALITY, typed, "Search", typed, **parameters))
    assert "<script>" not in blocks_to_html(found.blocks)
    assert typed in words(found)


@pytest.mark.parametrize("make", [knowledge_map, drill_timelines])
def test_names_too_long_for_a_picture_are_whole_in_its_words(make: Any) -> None:
    long = "Department of" + " Applied Personalisation" * 18
    knowledge = {"business": long, "model": "Search"}
    found = make(played(QUALITY, long, "Search", long, paged_quality=long, knowledge=knowledge))
    assert long in picture(found).alt


@pytest.mark.parametrize("make", [oncall_charter, knowledge_map, drill_timelines])
def test_same_answers_give_the_same_exhibit(make: Any) -> None:
    def once() -> Exhibit:
        return make(played(QUALITY, "Search", "Shop", "nobody", **CHARTER))

    assert once() == once()


def test_a_minute_on_which_the_room_is_divided_was_answered_and_says_so() -> None:
    minute, choices = f"drills.{QUALITY}.minute_15", {"research": 4, "platform": 4}
    counted = [{"value": v, "label": v.capitalize(), "count": n} for v, n in choices.items()]
    vote = {
        "question": minute,
        "asked": "Who?",
        "privacy": "named",
        "rounds": [{"cast": 8, "choices": counted}],
    }
    found = played(
        QUALITY, "product", None, "engineering", rollback_authority="platform", votes=[vote]
    )
    shown = drill_timelines(found)
    on_paper = " ".join(blocks_to_text(shown.in_pack or (), width=400).split())
    assert "Divided (Research, Platform)" in words(shown)
    assert "divided (Research, Platform)" in on_paper
    assert "not answered" not in on_paper
    (risk,) = (f for f in found.findings if f.id == "drill-ends-without-authority")
    assert "Platform, who does not have the incident at the end of" in risk.statement
    (alone,) = (
        s
        for d in played(QUALITY, None, None, None, votes=[vote]).drills
        for s in d.steps
        if s.split
    )
    assert (alone.state, alone.split) == ("unknown", ("research", "platform"))
    once = played(QUALITY, None, "research", None, votes=[vote])
    assert not any(s.split for d in once.drills for s in d.steps)
