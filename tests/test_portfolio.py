"""The portfolio of a batch: every group by name, nothing ranked, and what moved since last time."""

from __future__ import annotations

import datetime
import io
import json
import random
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pandas as pd
import pytest
from pypdf import PdfReader

from portfolios import make_summaries, summary
from test_charts import check_on_a_phone, check_words
from workshop import Content
from workshop.documents.blocks import Block, Picture, Table, plain
from workshop.documents.text import blocks_to_text, make_safe
from workshop.findings.finding import SEVERITIES
from workshop.portfolio import Failed, read_portfolio, write_portfolio
from workshop.portfolio import files as made_by
from workshop.portfolio.changes import Changes, compare
from workshop.portfolio.frames import FRAMES, portfolio_frame
from workshop.portfolio.gathering import KINDS, Gathering, gather
from workshop.portfolio.pages import (
    Places,
    View,
    actions,
    companies,
    duties,
    failed,
    find_places,
    findings,
    near,
    one_page,
    patterns_table,
    since,
    verdicts,
)
from workshop.portfolio.record import (
    PUBLISHED,
    FailedPack,
    Summary,
    Tipping,
    check_portfolio,
    is_near,
    outcome,
    schema,
    schema_text,
)
from workshop.problems import InputError

DAY = datetime.date(2026, 10, 30)
NASTY = '<script>window.ran=1</script> "x" #set page() *b* =1+1'
LOST = Failed("lost", "Tidewater Retail", "Lost one", "the worker process was killed")


@pytest.fixture(scope="session")
def many() -> list[dict[str, Any]]:
    """Summaries of fifty groups of one organisation."""
    return make_summaries(50)


@pytest.fixture(scope="session")
def written(many: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("portfolio")
    write_portfolio(folder, many, [LOST])
    return folder


def gathered(
    content: Content, summaries: list[dict[str, Any]], *lost: Failed, day: Any = DAY
) -> Gathering:
    groups = [Summary.model_validate(s) for s in summaries]
    return gather(content, groups, [FailedPack(**vars(f)) for f in lost], day)


def view_of(content: Content, summaries: list[dict[str, Any]], *lost: Failed) -> View:
    return View(gathered(content, summaries, *lost), Places(), on_screen=False)


def rows_of(blocks: list[Block], at: int = 0) -> list[list[str]]:
    """Return the words of each cell of a table among blocks."""
    tables = [b for b in blocks if isinstance(b, Table)]
    return [[plain(c.text) for c in row] for row in tables[at].rows]


def words_of(blocks: list[Block]) -> str:
    return " ".join(blocks_to_text(blocks, 10_000).split())


# -- one group in short ----------------------------------------------------------------------------


def test_a_summary_is_small_and_plain_whatever_people_wrote(many: list[dict[str, Any]]) -> None:
    assert max(len(json.dumps(s)) for s in many) < 12_000
    given = summary(
        "a",
        organisation="O" * 500,
        decisions=[{"decision": "why " * 10_000, "owner": "o" * 500} for _ in range(3)],
        duties={"paged": "p" * 500},
    )
    assert len(json.dumps(given)) < 8_000
    assert given == json.loads(json.dumps(given))


def test_an_earlier_action_waits_until_it_is_done_dropped_or_decided_anew() -> None:
    decided = [{"decision": d, "owner": "Ida"} for d in ("one", "two", "three", "four")]
    became = [
        {"decision": "one", "became": "done"},
        {"decision": "two", "became": "under-way"},
    ]
    given = summary(
        "a",
        decisions=[{"decision": "Four", "due": "2026-12-01"}],
        earlier={"answers": {"decisions": decided}, "became": became},
    )
    assert [(a["decision"], a["earlier"], a["became"]) for a in given["actions"]] == [
        ("Four", False, None),
        ("two", True, "under-way"),
        ("three", True, None),
    ]
    assert given["closed"] == [{"decision": "one", "became": "done"}]


# -- the whole -------------------------------------------------------------------------------------


def test_four_files_are_written_and_nothing_else(written: Path) -> None:
    names = {"index.html", "portfolio.pdf", "portfolio.csv", "portfolio.json"}
    assert {p.name for p in written.iterdir()} == names


def test_same_groups_in_any_order_give_the_same_bytes(
    written: Path, many: list[dict[str, Any]], tmp_path: Path
) -> None:
    mixed = [dict(sorted(s.items(), reverse=True)) for s in many]
    random.Random(3).shuffle(mixed)
    for path in write_portfolio(tmp_path, mixed, [LOST]):
        assert path.read_bytes() == (written / path.name).read_bytes(), path.name


def test_what_stood_there_stays_when_a_file_cannot_be_made(
    many: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_portfolio(tmp_path, many[:3])
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    replaced: list[Path] = []

    def stop(self: Path, target: Path) -> None:
        replaced.append(target)
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises(OSError, match="no space"):
        write_portfolio(tmp_path, many[:2])
    assert replaced
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_no_group_at_all_still_gives_a_page(tmp_path: Path) -> None:
    write_portfolio(tmp_path, [], [LOST])
    page = (tmp_path / "index.html").read_text("utf-8")
    assert "Lost one" in page
    assert "the worker process was killed" in page
    write_portfolio(tmp_path, [])
    assert len(pd.read_csv(tmp_path / "portfolio.csv")) == 0


def test_another_paper_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a4 or letter"):
        write_portfolio(tmp_path, [], paper="a5")


def test_the_day_is_told_or_that_of_the_latest_workshop_and_never_the_clock(
    many: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def day(**options: Any) -> str:
        write_portfolio(tmp_path, many[:2], **options)
        return str(json.loads((tmp_path / "portfolio.json").read_bytes())["day"])

    assert day() == max(s["held_on"] for s in many[:2])
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    assert day() == "2027-01-15"
    assert day(when=datetime.datetime(2028, 2, 3, tzinfo=datetime.UTC)) == "2028-02-03"


# -- the page of one page --------------------------------------------------------------------------


def test_first_page_counts_what_is_advised_in_words(content: Content) -> None:
    t = view_of(content, make_summaries(20))
    words = words_of(one_page(t, None))
    ones = [s for s in t.all.groups if outcome(s)[0] == "one"]
    commonest = next(found for found in t.all.advised if found[0] == "one")
    assert f"Of 20 groups: {t.outcome(commonest)} for {len(t.all.advised[commonest])}" in words
    for kind, text in (("open", "Too close to call"), ("unknown", "Not judged")):
        assert (text in words) == bool(t.all.of_kind(kind))
    table = {row[0]: [int(n) for n in row[1:]] for row in rows_of(one_page(t, None))}
    for pattern in content.patterns:
        advised, *counts = table[pattern.short]
        assert sum(counts) == 20
        assert advised == sum(pattern.id in s.advice.patterns for s in ones)


def test_first_page_fits_on_one_page_for_long_names(tmp_path: Path) -> None:
    orgs = ("An organisation with quite a long name of its own", "Another one, as long as that")
    write_portfolio(tmp_path, make_summaries(30, orgs))
    pages = [p.extract_text() for p in PdfReader(tmp_path / "portfolio.pdf").pages]
    assert "On one page" in pages[1]
    assert pages[2].split("\n")[1].strip() == "Contents" or "Contents" in pages[2][:80]


# -- group by group --------------------------------------------------------------------------------


def test_each_group_has_a_row_with_its_four_verdicts(
    content: Content, many: list[dict[str, Any]]
) -> None:
    t = view_of(content, many)
    rows = rows_of(verdicts(t))
    assert [row[0] for row in rows] == [t.label(s.name) for s in t.all.groups]
    for row, s in zip(rows, t.all.groups, strict=True):
        assert row[1:5] == [t.verdict(s.verdicts[p.id]) for p in content.patterns]
        assert row[5] == t.advice(s)


def test_groups_stand_by_name_as_people_sort_them_and_never_by_merit(content: Content) -> None:
    names = ["Team 10", "team 2", "Ärzte", "Team 1", None, "Alpha"]
    groups = [summary(f"g{i}", group=n) if n else summary(f"g{i}") for i, n in enumerate(names)]
    t = view_of(content, groups)
    shown = [t.label(s.name) for s in t.all.groups]
    assert shown == ["Alpha", "Team 1", "team 2", "Team 10", "Ärzte", "g4"]
    words = words_of(verdicts(t))
    assert "none has a score" in words


def test_two_groups_of_one_name_are_told_apart(content: Content) -> None:
    groups = [summary("a", organisation="X", group="Same"), summary("b", group="Same")]
    t = view_of(content, groups)
    assert {t.label("a"), t.label("b")} == {"Same (a)", "Same (b)"}


def test_files_of_one_group_are_counted_as_files_and_not_as_groups(
    content: Content, tmp_path: Path
) -> None:
    ana, bo = (
        summary(name, organisation="X", group=group, **given)
        for name, group, given in (("ana", "Search", SMALL), ("bo", "search ", LARGE))
    )
    t = view_of(content, [ana, bo])
    front = words_of(one_page(t, None))
    assert "We judged 2 files of answers from one group" in front
    assert "Of 2 files of answers:" in front
    pages = (one_page(t, None), *(section(t) for section in made_by.SECTIONS))
    assert not [w for page in pages for w in re.findall(r"\d groups", words_of(page))]
    assert "No organisation has two groups" in words_of(companies(t))
    write_portfolio(tmp_path, [ana, bo])
    assert "2 files of answers from one group" in (tmp_path / "index.html").read_text("utf-8")
    more = [ana, bo, summary("c", organisation="X", group="Ads", **SMALL)]
    assert "3 files of answers from 2 groups" in words_of(one_page(view_of(content, more), None))


def test_a_group_with_few_answers_is_not_judged_and_nowhere_counted_as_bad(
    content: Content,
) -> None:
    t = view_of(content, [summary("a", group="Silent", organisation="X", lead="research")])
    table = next(b for b in verdicts(t) if isinstance(b, Table))
    cells = table.rows[0][1:]
    assert {plain(c.text) for c in cells} == {"not judged"}
    assert {c.tone for c in cells} == {"muted"}
    assert not t.all.companies
    assert not t.all.near
    assert "It says nothing about the group" in words_of(one_page(t, None))


def test_advised_patterns_are_marked_in_words_and_not_only_by_a_tint(
    content: Content, many: list[dict[str, Any]]
) -> None:
    t = view_of(content, many)
    table = next(b for b in verdicts(t) if isinstance(b, Table))
    for row, s in zip(table.rows, t.all.groups, strict=True):
        for pattern, cell in zip(content.patterns, row[1:5], strict=True):
            assert plain(cell.text)
            assert cell.fill == cell.strong == (pattern.id in s.advice.patterns)
            if cell.fill and outcome(s)[0] == "one" and len(s.advice.patterns) == 1:
                assert pattern.short in plain(row[5].text)


def test_duties_add_up_in_table_picture_and_alternative_text(
    content: Content, many: list[dict[str, Any]]
) -> None:
    t = view_of(content, many)
    blocks = duties(t)
    rows, count = rows_of(blocks), len(many)
    totals = [[int(n) for n in row[1:]] for row in rows[count:]]
    assert [sum(column) for column in zip(*totals, strict=True)] == [count] * len(content.duties)
    picture = next(b for b in blocks if isinstance(b, Picture))
    for place in (picture.data, picture.narrow):
        check_words(ElementTree.fromstring(place))
    check_on_a_phone(ElementTree.fromstring(picture.narrow))
    for at, duty in enumerate(content.duties):
        part = re.search(rf"{duty.short}: (.*?)\.", picture.alt)
        assert part
        assert sum(map(int, re.findall(r"\d+", part[1]))) == count
        counts = t.all.duty_counts[duty.id]
        assert [row[at] for row in totals] == [counts[k] for k in KINDS if _any_holds(t, k)]


def _any_holds(t: View, kind: Any) -> bool:
    return any(t.all.duty_counts[d.id][kind] for d in t.content.duties)


def test_every_way_to_hold_a_duty_has_a_mark_and_a_word_of_its_own(content: Content) -> None:
    base = {"builder": "research"}
    summaries = [
        summary("a", **base, duties={"paged": "research", "ship": "product"}),
        summary("b", **base, duties={"paged": "nobody", "ship": "at-handover"}),
        summary("c", duties={"paged": "ops"}),
    ]
    t = view_of(content, summaries)
    table = next(b for b in duties(t) if isinstance(b, Table))
    looks = {(c.mark, plain(c.text)) for row in table.rows[:3] for c in row[1:]}
    assert len(looks) == len({mark for mark, _ in looks}) == len(KINDS)


# -- near ------------------------------------------------------------------------------------------


def point(now: float, to: float, name: str = "model_teams") -> Tipping:
    patterns = ("federated",)
    return Tipping(input=name, now=now, to=to, when="at-least", patterns=patterns, contested=False)


@pytest.mark.parametrize(
    ("now", "to", "expected"),
    [
        (4, 5, True),
        (4, 6, False),
        (5, 4, True),
        (20, 24, True),
        (20, 25, False),
        (20, 16, True),
        (0, 1, True),
        (0, 2, False),
        (2, 2, True),
        (2.5, 3.6, False),
    ],
)
def test_near_is_a_step_or_a_fifth(now: float, to: float, expected: bool) -> None:
    assert is_near(point(now, to)) is expected


def test_near_groups_are_told_with_answer_value_and_what_would_change(content: Content) -> None:
    given = {"ml_engineers": 20, "maturity": 2, "rails": "bought", "product_autonomy": "high"}
    teams = {n: summary(f"t{n}", group=f"T{n}", model_teams=n, **given) for n in range(1, 10)}
    t = view_of(content, list(teams.values()))
    rows = [row for row in rows_of(near(t)) if row[1] == "Model-producing teams"]
    assert rows
    for name, _, now, at, _then in rows:
        number = int(now.split()[0])
        assert name == f"T{number}"
        other = int(at.split()[0])
        assert abs(other - number) <= max(1, number / 5)
        here, there = (check_portfolio_group(teams[n]) for n in (number, other))
        assert outcome(here) != outcome(there)


def check_portfolio_group(given: dict[str, Any]) -> Summary:
    return Summary.model_validate(given)


# -- what groups share -----------------------------------------------------------------------------


def test_findings_stand_by_gravity_then_by_how_many_groups_have_them(
    content: Content, many: list[dict[str, Any]]
) -> None:
    g = gathered(content, many)
    shared = g.shared(*SEVERITIES)
    order = [(SEVERITIES.index(f.severity), -len(f.groups)) for f in shared]
    assert order == sorted(order)
    for f in shared:
        having = {s["name"] for s in many if f.id in [x["id"] for x in s["findings"]]}
        assert {s.name for s in f.groups} == having


def test_every_critical_finding_is_listed_and_says_which_groups(
    content: Content, many: list[dict[str, Any]]
) -> None:
    t = view_of(content, many)
    rows = rows_of(findings(t))
    critical = t.all.shared("critical")
    assert critical
    for row, f in zip(rows, critical, strict=False):
        assert row[:3] == ["Urgent risk", content.rule(f.id).title, str(len(f.groups))]
        assert row[3].startswith(t.label(f.groups[0].name))


def test_a_long_list_of_names_ends_in_a_count(content: Content) -> None:
    t = view_of(content, [])
    assert t.listing(["one", "two"], 80) == "one and two"
    assert t.listing([f"group {i}" for i in range(100)], 40) == (
        "group 0, group 1, group 2, group 3 and 96 more"
    )
    assert t.listing(["x" * 300, "y"], 40).endswith(" and one more")


SMALL = {"model_teams": 2, "maturity": 1, "ml_engineers": 5}
LARGE = {"model_teams": 12, "maturity": 3, "ml_engineers": 60, "rails": "built"}
LARGE |= {"product_autonomy": "high", "ml_expertise_in_product": "most", "platform_engineers": 8}


def test_one_company_with_different_patterns_is_named_and_alike_ones_are_not(
    content: Content,
) -> None:
    mixed = [
        summary("a", organisation="Mixed", group="A", **SMALL),
        summary("b", organisation="Mixed", group="B", **LARGE),
    ]
    alike = [summary(n, organisation="Alike", group=n, **SMALL) for n in "cd"]
    assert outcome(check_portfolio_group(mixed[0])) != outcome(check_portfolio_group(mixed[1]))
    words = words_of(companies(view_of(content, [*mixed, *alike])))
    assert "One organisation needs different patterns" in words
    assert "In one more organisation the advice is the same" in words
    assert "this is a question and no advice" in words
    calm = words_of(companies(view_of(content, alike)))
    assert "the advice is the same for all" in calm
    assert "question" not in calm


def test_groups_without_an_organisation_are_one_batch(content: Content) -> None:
    given = [summary("a", group="A", **SMALL), summary("b", group="B", **LARGE)]
    (company,) = gathered(content, given).companies
    assert company.organisation is None
    assert len(company.advised) == 2


# -- actions and failures --------------------------------------------------------------------------


def test_actions_stand_by_date_with_those_without_last_and_past_ones_said(
    content: Content,
) -> None:
    decisions = [
        {"decision": "no day"},
        {"decision": "late", "due": "2027-01-01", "owner": "Ida"},
        {"decision": "past", "due": "2026-10-29"},
        {"decision": "today", "due": str(DAY)},
    ]
    t = view_of(content, [summary("a", group="A", decisions=decisions)])
    rows = rows_of(actions(t))
    assert [row[1] for row in rows] == ["past", "today", "late", "no day"]
    assert ["(past)" in row[0] for row in rows] == [True, False, False, False]
    assert rows[2][2:] == ["Ida", "A"]
    assert rows[3][0] == "no date"
    assert rows[3][2] == "nobody named"


def test_without_a_day_nothing_is_called_past(content: Content) -> None:
    given = [summary("a", decisions=[{"decision": "x", "due": "1999-01-01"}])]
    g = gathered(content, given, day=None)
    t = View(g, Places(), on_screen=False)
    assert "past" not in words_of(actions(t)).lower()


def test_a_failed_pack_says_why_and_whether_its_group_is_counted(content: Content) -> None:
    given = [summary("partial", organisation="X", group="Half")]
    half = Failed("partial", "X", "Half", "notebook 03-patterns, cell 7: KeyError: 'x'")
    t = view_of(content, given, half, LOST)
    rows = {row[0]: row[1:] for row in rows_of(failed(t))}
    assert rows["Half"][0] == "notebook 03-patterns, cell 7: KeyError: 'x'"
    assert "we count the group" in rows["Half"][1]
    assert "we do not count" in rows["Lost one"][1]
    assert "2 packs failed or are not complete" in words_of(one_page(t, None))
    assert failed(view_of(content, given)) == []


# -- the table -------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r", " =", "＝", "\n@"])
def test_no_cell_of_the_table_is_a_formula(start: str, tmp_path: Path) -> None:
    typed = f"{start}HYPERLINK(1)"
    given = summary("a", group=typed, organisation=typed, builder=typed, duties={"paged": typed})
    write_portfolio(tmp_path, [given], [Failed("b", typed, typed, typed)])
    table = pd.read_csv(tmp_path / "portfolio.csv", dtype=str, keep_default_na=False)
    for value in table.to_numpy().ravel():
        assert not re.match(r"[\s]*[=+\-@＝＋－＠]", value), value
    assert table["group"][0] == "'" + typed.strip()


def test_ordinary_cells_stay_as_typed() -> None:
    assert [make_safe(v) for v in ("a=b", "Ärzte & Co", 0, None)] == ["a=b", "Ärzte & Co", "0", ""]


def test_table_reads_back_with_a_row_for_each_group(
    written: Path, many: list[dict[str, Any]]
) -> None:
    raw = (written / "portfolio.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in raw
    table = pd.read_csv(written / "portfolio.csv").set_index("name")
    assert set(table.index) == {*(s["name"] for s in many), "lost"}
    assert table.loc["lost", "pack"] == "failed"
    for s in many:
        row = table.loc[s["name"]]
        assert row["verdict.federated"] == (s["verdicts"]["federated"] or "not-judged")
        assert row["answers_told"] == len(s["told"])
        duty = s["duties"]["paged"]
        assert row["duties.paged.kind"] == duty["kind"]
        critical = "" if pd.isna(row["critical"]) else row["critical"]
        ids = [f["id"] for f in s["findings"] if f["severity"] == "critical"]
        assert critical == "; ".join(ids)


def test_columns_of_the_table_do_not_depend_on_the_groups(written: Path, tmp_path: Path) -> None:
    write_portfolio(tmp_path, [])
    heads = [(p / "portfolio.csv").read_bytes().split(b"\r\n")[0] for p in (written, tmp_path)]
    assert heads[0] == heads[1]


# -- the data --------------------------------------------------------------------------------------


def test_the_published_schema_is_the_one_in_the_code_and_holds(written: Path) -> None:
    assert PUBLISHED.read_text("utf-8") == schema_text()
    jsonschema.Draft202012Validator.check_schema(schema())
    data = json.loads((written / "portfolio.json").read_bytes())
    jsonschema.validate(data, schema())
    del data["groups"][0]["verdicts"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema())


def test_what_was_written_is_read_again(written: Path) -> None:
    data = read_portfolio(written / "portfolio.json")
    assert len(data["groups"]) == 50
    assert check_portfolio(data).failed[0].name == "lost"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "not the portfolio"),
        ('{"version": 1}', "not the portfolio"),
        ('{"organisation": "X", "verdicts": {}}', "not the portfolio"),
        ('{"version": 2, "groups": []}', "later version"),
        ('{"version": 1, "groups": [{}]}', "Field required"),
    ],
)
def test_a_file_that_is_no_portfolio_is_refused_with_its_name(
    text: str, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "portfolio.json"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=message) as caught:
        read_portfolio(path)
    assert str(path) in str(caught.value)


def test_a_missing_portfolio_says_where_to_look(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"portfolio\.json in it"):
        read_portfolio(tmp_path / "portfolio.json")


# -- where packs lie -------------------------------------------------------------------------------


def hrefs(folder: Path) -> list[str]:
    page = (folder / "index.html").read_text("utf-8")
    return [h for h in re.findall(r'href="([^"]*)"', page) if not h.startswith("#")]


def test_links_lead_to_the_packs(tmp_path: Path) -> None:
    write_portfolio(tmp_path, [summary("a b&c", group="A")], [LOST])
    assert set(hrefs(tmp_path)) == {
        "./packs/a%20b%26c/findings.html",
        "./packs/a%20b%26c/findings.pdf",
    }


def test_only_files_that_are_there_are_linked(tmp_path: Path) -> None:
    (tmp_path / "packs" / "a").mkdir(parents=True)
    (tmp_path / "packs" / "a" / "findings.pdf").touch()
    write_portfolio(tmp_path, [summary("a", group="A"), summary("b", group="B")])
    assert set(hrefs(tmp_path)) == {"./packs/a/findings.pdf"}


def test_packs_elsewhere_are_linked_from_here_or_not_at_all(tmp_path: Path) -> None:
    there = tmp_path / "disk"
    found = find_places(tmp_path / "out", str(there), ["a"])
    assert found.of("a")[0] == "../disk/a/findings.html"
    assert find_places(tmp_path, "s3://bucket/q4", ["a"]).of("a") == ()


def test_typed_words_are_never_markup(tmp_path: Path) -> None:
    given = summary(
        "a",
        organisation=NASTY,
        group=NASTY,
        builder=NASTY,
        decisions=[{"decision": NASTY}],
        **SMALL,
    )
    write_portfolio(tmp_path, [given], [Failed("b", NASTY, NASTY, NASTY)], title=NASTY)
    page = (tmp_path / "index.html").read_text("utf-8")
    assert "<script" not in page
    assert page.count("&lt;script&gt;") > 5
    reader = PdfReader(tmp_path / "portfolio.pdf")
    words = "".join(p.extract_text() for p in reader.pages)
    assert "#set page()" in " ".join(words.split())


# -- paper -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("paper", "width"), [("a4", 595), ("letter", 612)])
def test_paper_is_tagged_and_of_the_size_asked_for(
    paper: str, width: int, many: list[dict[str, Any]], tmp_path: Path
) -> None:
    write_portfolio(tmp_path, many[:5], paper=paper)
    reader = PdfReader(tmp_path / "portfolio.pdf")
    assert round(float(reader.pages[0].mediabox.width)) == width
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in io.BytesIO((tmp_path / "portfolio.pdf").read_bytes()).read()


def test_every_page_of_the_long_table_repeats_its_head(written: Path) -> None:
    pages = [p.extract_text() for p in PdfReader(written / "portfolio.pdf").pages]
    first = next(i for i, p in enumerate(pages[2:], 2) if "What fits which group" in p)
    last = next(i for i, p in enumerate(pages[3:], 3) if "Who has the five duties" in p)
    assert last > first
    for page in pages[first : last + 1]:
        assert "Platform-as-MLOps" in page
        assert "Advice" in page


# -- against the previous batch --------------------------------------------------------------------


def changed(content: Content, before: list[Any], now: list[Any], *lost: Failed) -> Changes:
    record = check_portfolio(
        {
            "version": 1,
            "kit_version": "1",
            "content_version": "1",
            "title": "",
            "day": "2026-06-01",
            "groups": before,
            "failed": [{"name": "late", "organisation": "", "group": "", "why": "x"}],
        }
    )
    return compare(record, gathered(content, now, *lost))


def test_groups_that_came_left_failed_and_returned_are_told_apart(content: Content) -> None:
    before = [summary(n, group=n.upper()) for n in ("stays", "leaves", "fails")]
    now = [summary(n, group=n.upper()) for n in ("stays", "comes", "late")]
    found = changed(content, before, now, Failed("fails", "", "FAILS", "x"))
    names = {k: [s.name for s in getattr(found, k)] for k in ("new", "gone", "missing", "returned")}
    assert names == {
        "new": ["comes"],
        "gone": ["leaves"],
        "missing": ["fails"],
        "returned": ["late"],
    }
    assert found.common == 1


def test_a_group_whose_file_was_renamed_is_the_same_group(content: Content) -> None:
    before = [summary("payments-q3", organisation="X", group="Payments")]
    now = [summary("payments-q4", organisation="x", group="payments ")]
    found = changed(content, before, now)
    assert (found.common, found.new, found.gone) == (1, (), ())
    twice = [*now, summary("other", organisation="X", group="Payments")]
    assert len(changed(content, before, twice).new) == 2


def test_a_name_that_now_stands_for_another_organisation_is_another_group(
    content: Content,
) -> None:
    before = [summary("payments", organisation="X", group="Payments")]
    now = [
        summary("payments", organisation="Y", group="Payments"),
        summary("x-payments", organisation="X", group="Payments"),
    ]
    found = changed(content, before, now)
    assert [s.name for s in found.new] == ["payments"]
    assert found.gone == ()
    renamed = [summary("payments", organisation="X", group="Payments and billing")]
    assert changed(content, before, renamed).common == 1
    assert changed(content, before, now[:1]).common == 0


def test_a_moved_verdict_names_the_answers_behind_it_and_what_was_not_told_before(
    content: Content,
) -> None:
    then = {**SMALL, "queue_weeks": 1}
    now = {"model_teams": 12, "maturity": 1, "ml_engineers": 5, "rails": "built"}
    found = changed(content, [summary("a", **then)], [summary("a", group="A", **now)])
    (moved,) = found.verdicts
    kinds = {a.name: a.kind for a in moved.answers}
    assert kinds["model_teams"] == "changed"
    assert kinds.get("rails", "told") == "told"
    assert "maturity" not in kinds
    t = view_of(content, [summary("a", group="A", **now)])
    words = words_of(since(t, found))
    assert "Model-producing teams: 2 teams → 12 teams" in words
    if "rails" in kinds:
        assert "not answered then, now" in words
    assert "1 June 2026" in words


def test_findings_that_new_answers_show_are_not_called_new(content: Content) -> None:
    nobody, owned = {"duties": {"paged": "nobody"}}, {"duties": {"paged": "research"}}

    def moves(before: dict[str, Any], now: dict[str, Any]) -> dict[str, bool]:
        found = changed(content, [summary("a", **before)], [summary("a", **now)])
        return {
            kind: "nobody-paged" in [f.id for f in getattr(found, kind)]
            for kind in ("appeared", "shown", "ended", "hidden")
        }

    false = dict.fromkeys(("appeared", "shown", "ended", "hidden"), False)
    assert moves(owned, nobody) == false | {"appeared": True}
    assert moves({}, nobody) == false | {"shown": True}
    assert moves(nobody, owned) == false | {"ended": True}
    assert moves(nobody, {}) == false | {"hidden": True}


def test_former_actions_are_closed_open_or_not_heard_of(content: Content) -> None:
    decided = [{"decision": d} for d in ("done", "open", "again", "lost")]
    earlier = {
        "answers": {"decisions": decided[:3]},
        "became": [{"decision": "done", "became": "done"}],
    }
    now = summary("a", group="A", decisions=[{"decision": "Again"}], earlier=earlier)
    found = changed(content, [summary("a", decisions=decided)], [now])
    became = {a.action.decision.lower(): a.became for a in found.actions}
    assert became == {"done": "closed", "open": "open", "again": "open", "lost": "unheard"}
    words = words_of(since(view_of(content, [now]), found))
    assert "one" in words
    assert "not answered" in words


def test_another_version_of_the_kit_is_said_since_it_can_move_verdicts(content: Content) -> None:
    given = summary("a", **SMALL)
    before = json.loads(json.dumps(given)) | {"content_sha256": "0"}
    verdict = before["verdicts"]
    pattern = next(p for p, v in verdict.items() if v != "excluded")
    verdict[pattern] = "excluded"
    found = changed(content, [before], [given])
    assert found.other_content
    words = words_of(since(view_of(content, [given]), found))
    assert "Another version of the program" in words
    assert "none that we read" in words
    assert not changed(content, [given], [given]).other_content


def test_the_same_batch_twice_says_that_nothing_moved(
    written: Path, many: list[dict[str, Any]], tmp_path: Path
) -> None:
    write_portfolio(tmp_path, many, [LOST], previous=read_portfolio(written / "portfolio.json"))
    page = (tmp_path / "index.html").read_text("utf-8")
    assert "is judged as it was last time" in page
    assert "shows the same findings as last time" in page


def test_every_section_of_the_portfolio_is_listed_once() -> None:
    assert len({section.__name__ for section in made_by.SECTIONS}) == len(made_by.SECTIONS) == 7


# -- frames -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FRAMES)
def test_a_portfolio_gives_frames_that_say_what_its_files_say(written: Path, name: Any) -> None:
    frame, text = portfolio_frame(written, name), FRAMES[name]
    assert list(frame.index.names) == [c.name for c in text.index]
    dtypes = {str(n): str(t) for n, t in frame.reset_index().dtypes.items()}
    assert dtypes == {c.name: c.dtype for c in text.all}
    record = json.loads((written / "portfolio.json").read_bytes())
    key = "told" if name == "answers" else name
    expected = {g["name"] for g in record["groups"] if g.get(key, True)}
    if name == "groups":
        expected |= {f["name"] for f in record["failed"]}
    assert {*frame.index.get_level_values("name")} == expected
    if name == "verdicts":
        table = pd.read_csv(written / "portfolio.csv").set_index("name")
        wide = frame["verdict"].unstack("pattern")
        for pattern in wide.columns:
            verdicts = table.loc[wide.index, f"verdict.{pattern}"]
            assert list(wide[pattern].astype(object).fillna("not-judged")) == list(verdicts)


def test_the_pages_count_what_the_frames_hold(
    content: Content, many: list[dict[str, Any]], written: Path
) -> None:
    view = View(gathered(content, many, LOST), Places(), on_screen=False)
    advice = portfolio_frame(written, "advice")
    verdicts = portfolio_frame(written, "verdicts")["verdict"].astype(str).unstack("pattern")
    shown = {row[0]: [int(n) for n in row[1:]] for row in rows_of([patterns_table(view)])}
    for pattern in content.patterns:
        counts = verdicts[pattern.id].value_counts()
        counted = [counts.get(v, 0) for v in ("fits", "fits-on-conditions", "not-yet", "excluded")]
        ones = advice[advice["kind"] == "one"]["patterns"].map(lambda ids, p=pattern.id: p in ids)
        assert shown[pattern.short][:-1] == [int(ones.sum()), *counted]
        assert sum(shown[pattern.short][1:]) == len(many)
    for kind, groups in advice.groupby("kind", observed=True):
        assert {s.name for s in view.all.of_kind(kind)} == {*groups.index}


def test_two_batches_compare_by_their_frames_as_the_pages_compare_them(
    content: Content, many: list[dict[str, Any]], written: Path, tmp_path: Path
) -> None:
    later = make_summaries(50, seed=2)
    write_portfolio(tmp_path, later)
    compared = changed(content, many, later)
    was, now = (portfolio_frame(f, "verdicts")["verdict"].astype(str) for f in (written, tmp_path))
    moved = was.compare(now.reindex(was.index)).index
    assert {(c.group.name, v.pattern) for c in compared.verdicts for v in c.verdicts} == {*moved}
    assert len(moved) > 10
    was, now = (portfolio_frame(f, "findings") for f in (written, tmp_path))
    for kinds, index in (
        (("appeared", "shown"), now.index.difference(was.index)),
        (("ended", "hidden"), was.index.difference(now.index)),
    ):
        found = {(s.name, f.id) for k in kinds for f in getattr(compared, k) for s in f.groups}
        assert found == {(n, f) for n, f in index if not f.startswith("earlier")}
    assert compared.appeared
    assert compared.shown


def test_two_groups_of_one_name_in_a_portfolio_are_refused(many: list[dict[str, Any]]) -> None:
    record = {"version": 1, "kit_version": "", "content_version": "", "title": "", "day": None}
    with pytest.raises(InputError, match="Two groups have this name"):
        check_portfolio({**record, "groups": [many[0], many[0]], "failed": []})


def test_a_frame_that_no_portfolio_has_is_told(written: Path) -> None:
    with pytest.raises(InputError, match="Did you mean “verdicts”"):
        portfolio_frame(written, "verdict")  # type: ignore[arg-type]


def test_the_table_and_parquet_have_the_columns_of_the_frame(
    written: Path, many: list[dict[str, Any]], tmp_path: Path
) -> None:
    frame, text = portfolio_frame(written), FRAMES["groups"]
    head = (written / "portfolio.csv").read_text("utf-8-sig").partition("\n")[0]
    assert head.split(",") == [c.name for c in text.all]
    assert frame.loc["lost", "pack"] == "failed"
    assert pd.isna(frame.loc["lost", "contested"])
    for groups, lost in (([], []), (many, [LOST])):
        path = write_portfolio(tmp_path, groups, lost, parquet=True)[-1]
        back = pd.read_parquet(path)
        dtypes = {str(n): str(t) for n, t in back.dtypes.items()}
        assert dtypes == {c.name: c.dtype for c in text.all}
    for column in text.columns:
        if column.holds == "list":
            back[column.name] = [pd.NA if v is None else tuple(v) for v in back[column.name]]
    pd.testing.assert_frame_equal(back.set_index("name"), frame)  # with categories in their order
