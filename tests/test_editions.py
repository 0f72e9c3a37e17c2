"""What must hold of every printed edition: its pages, its counts, and what it says once."""

from __future__ import annotations

import datetime
import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import TOP
from editions import (
    COMPLETE,
    cells_of,
    documents,
    executed,
    fill_of,
    of_example,
    pages_of,
    printed,
    texts,
)
from test_verdicts import random_answers
from whole_answers import whole_answers
from workshop import Answers, Assessment, Content, assess, exhibits
from workshop.documents.blocks import (
    Heading,
    Pairs,
    Paragraph,
    Picture,
    Table,
    find_headings,
    plain,
    walk,
)
from workshop.documents.exhibit import Exhibit
from workshop.documents.notebooks.notebook import notebook_to_parts
from workshop.documents.page import divide
from workshop.documents.paper import PAPERS, Paper, Typesetter, _set_document
from workshop.documents.text import blocks_to_text
from workshop.exhibits.board import board_terms
from workshop.exhibits.layout import date_words, is_sparse
from workshop.exhibits.patterns import compared as in_order
from workshop.findings.dissent import speaker
from workshop.findings.patterns.advice import firmness, firmness_apart, headline
from workshop.findings.patterns.options import advised
from workshop.findings.plan import (
    HORIZONS,
    Action,
    actions,
    conditions,
    on_one_page,
    proposed_day,
    turns,
)
from workshop.pack.merge import Documents, Edition

CASES = sorted(f"cases/{p.stem}" for p in TOP.glob("examples/cases/*.yaml"))
FEW = ["three-answers", *CASES]
EVERY = [*COMPLETE, *FEW]
LEAST: dict[Edition, float] = {"board": 0.4, "working": 0.5}
"""How far down every page of an edition is filled but the last."""


def board(found: Documents) -> tuple[Any, ...]:
    return found.of("board").blocks


def rows_of_plan(
    found: Documents, exhibit: Callable[[Assessment], Exhibit] = exhibits.board_plan
) -> list[tuple[Action, list[str], list[str]]]:
    """Return each action with its cells after its number, and the titles of their columns.

    Several actions that are listed elsewhere can be one row: with their first and last number, or
    with the number of each.
    """
    plan = {a.number: a for a in actions(found.assessment)}
    rows = []
    for block in exhibit(found.assessment).blocks:
        if not isinstance(block, Table) or not is_of_plan(block):
            continue
        heads = [plain(c.title) for c in block.columns][1:]
        for row in ([plain(c.text) for c in row] for row in block.rows if len(row) > 1):
            first, _, last = row[0].partition("–")
            numbers = [int(n) for n in first.split(", ")]
            if last:
                numbers = [*range(numbers[0], int(last) + 1)]
            own = [plan[n] for n in numbers]
            for action in own:
                asked = action.decision.decision if action.decision else action.what
                words = row[1]
                if len(own) == 1:
                    assert action.what in words or asked in words
                rows.append((action, row[1:], heads))
    return rows


def is_of_plan(block: Table) -> bool:
    """Return whether a table lists actions, which begin with their numbers."""
    return plain(block.columns[0].title) in ("No.", "Nr.")


# -- pages --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("edition", "most"), [("board", 6), ("working", 18)])
@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", COMPLETE)
def test_an_edition_keeps_to_its_pages_and_none_is_nearly_empty(
    name: str, paper: Paper, language: str, edition: Edition, most: int
) -> None:
    pages = pages_of(of_example(name, paper, language).of(edition))
    more = edition == "working" and (paper, language) == ("letter", "de")  # the longest words
    assert 1 < len(pages) <= most + more
    fills = [round(fill_of(page), 2) for page in pages[:-1]]
    if edition == "working" and fills[0] < LEAST[edition]:
        # Its contents, where the first chapter begins on a page of its own.
        assert fills.pop(0) >= LEAST["board"]
    assert [fill for fill in fills if fill < LEAST[edition]] == []


def test_three_answers_in_german_keep_to_their_pages() -> None:
    found = of_example("three-answers", language="de")
    assert len(pages_of(found.of("board", "working"))) <= 8


@pytest.mark.parametrize("name", COMPLETE)
def test_no_table_is_torn_that_fits_on_a_page(name: str) -> None:
    document = of_example(name).of("working")
    found = [page.extract_text().replace("\u2060", "") for page in printed(document).pages]
    pages = [" ".join(words.split()) for words in found]  # a figure of a table joins the next one
    assert all(f"{n} of {len(pages)}" in page for n, page in enumerate(pages, 1))
    text = " ".join(pages)
    tables = [b for b in walk(document.blocks) if isinstance(b, Table) and len(b.columns) > 1]
    heads = Counter(" ".join(plain(c.title) for c in table.columns).strip() for table in tables)
    shown = {head: text.count(head) for head in heads}
    assert sum(heads.values()) > 10
    longer = "No. What to do First step Owner"  # each action once, which takes more than a page
    assert shown.pop(longer) > heads.pop(longer) == 1
    assert shown == heads


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", COMPLETE)
def test_the_charter_and_its_signatures_are_on_one_page(
    name: str, paper: Paper, language: str
) -> None:
    found = of_example(name, paper, language)
    pages = [p.extract_text() for p in printed(found.of("working")).pages]
    _ = found.assessment.content.words
    first, last = _("oncall.line"), _("oncall.signed")
    assert [last in page for page in pages if re.search(rf"^{first}\b", page, re.M)] == [True]
    # The row of each name as well: the words below the table are on that page.
    below = _("oncall.charter-caption").partition(":")[0] + ":"
    assert [below in page for page in pages if last in page] == [True]


@pytest.mark.parametrize("name", COMPLETE)
def test_the_head_of_a_page_names_the_chapter_in_which_it_begins(name: str) -> None:
    document = of_example(name).of("board", "working")
    reader = printed(document)
    contents = len(printed(of_example(name).of("board")).pages)  # the first page of the next part
    chapters = [
        (reader.get_destination_page_number(entry), float(entry.top), entry.title)
        for entry in reader.outline
        if not isinstance(entry, list)
    ]
    opened = {page for page, _, _ in chapters}
    assert {contents, contents + 1} & opened
    for number, page in enumerate(reader.pages):
        here = [title for at, _, title in chapters if at == number]
        height = float(page.mediabox.height)
        begins = [t for at, y, t in chapters if at == number and y > height - 80]
        before = [title for at, _, title in chapters if at < number]
        words = " ".join(page.extract_text().split())
        if number == contents and not here:  # no chapter begins below the contents
            assert words.startswith(f"{document.setup.running_head} Working pack")
            continue
        named = (begins or (here if number == contents else before[-1:]) or here)[0]
        head = document.setup.running_head if number else document.setup.title
        assert words.startswith(f"{head} {named} ")


@pytest.mark.parametrize("name", FEW)
def test_few_answers_make_a_short_pack(name: str) -> None:
    found = of_example(name)
    assert len(pages_of(found.of("board", "working"))) <= 8
    assert len(pages_of(found.of("board"))) <= 3


# -- what is said -------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", ["board", "working"])
@pytest.mark.parametrize("name", EVERY)
def test_nothing_in_a_table_is_cut(name: str, edition: Any) -> None:
    found = of_example(name).of(edition)
    assert [plain(c.text) for c in cells_of(found.blocks) if "…" in plain(c.text)] == []


@pytest.mark.parametrize("edition", ["board", "working"])
@pytest.mark.parametrize("name", EVERY)
def test_references_name_pages_and_never_where_something_stands(name: str, edition: Any) -> None:
    stands = re.compile(r"\bstands? (?:under|behind|beside|there|here|above|below)\b")
    assert [t for t in texts(of_example(name).of(edition).blocks) if stands.search(t)] == []


@pytest.mark.parametrize("name", EVERY)
def test_the_board_edition_says_each_thing_once(name: str) -> None:
    found = of_example(name)
    compared = set(
        texts(exhibits.board_options(found.assessment).blocks)
    )  # the same lines for each
    # A condition is on the first page, and with its owner and first step in the plan.
    compared |= set(conditions(found.assessment)) | {c.what for c in found.assessment.clashes}
    # What to decide first is on the first page as it is in the plan, with the same number.
    compared |= {
        a.what for a in actions(found.assessment) if a.kind in ("confirm", "cover", "rule")
    }
    counts = Counter(t for t in texts(board(found)) if len(t) > 60 and t not in compared)
    assert [t for t, n in counts.items() if n > 1] == []


@pytest.mark.parametrize("name", EVERY)
def test_every_action_has_its_line_with_owner_and_date_or_their_lack(
    name: str, content: Content
) -> None:
    found = of_example(name)
    plan, rows = actions(found.assessment), rows_of_plan(found)
    # What the page has no room for is counted there; the working pack has it under its day.
    shown = [a.what for a, _, _ in rows]
    every = [a.what for a, _, _ in rows_of_plan(found, exhibits.all_actions)]
    assert shown == [a.what for a in on_one_page(plan)]
    rest = [a for a in plan if a not in on_one_page(plan)]
    left = len(rest)
    text = " ".join(texts(exhibits.board_plan(found.assessment).blocks))
    assert (re.search(rf"(The|the) other {left} actions", text) is not None) == (left > 1)
    none_of_them = "none of them urgent and none a condition of the advice" in text
    assert none_of_them == (left > 1 and not any(a.is_main for a in rest))
    assert sorted(every) == sorted(a.what for a in plan)
    proposed = any(a.proposed_owner for a in plan)
    missing = content.words("agreed.plan-no-owner")
    for action, row, heads in rows:
        decided = any(a.status == "decided" for a in plan)
        assert heads == ["What to do", "Owner", "Done by", *["Status"] * decided]
        row = row[:3]
        assert row[-1]
        if action.status == "decided":
            assert row[-2] in (action.owner, f"{action.proposed_owner} (proposed)", missing)
            assert (row[-1] == content.words("agreed.plan-no-date")) == (action.due is None)
        elif proposed:
            assert row[-2].casefold() == (action.proposed_owner or missing).casefold()
        else:
            assert row[-2] == ""
    vacant = sum(a.owner is None for a in plan)
    lead = " ".join(plain(h.lead) for h in find_headings(board(found)))
    if len(plan) > 1:
        assert f"{len(plan)} actions" in lead
    if 0 < vacant < len(plan):
        counted = {f"{vacant} have no owner", f"For {vacant} of them, the owners that we propose"}
        assert any(words in lead for words in counted) or vacant == 1


@pytest.mark.parametrize("name", COMPLETE)
def test_what_is_agreed_is_called_so_wherever_today_stands_beside_it(name: str) -> None:
    a = of_example(name).assessment
    blocks = exhibits.board_losses(a).blocks
    heads = [plain(c.title) for b in blocks if isinstance(b, Table) for c in b.columns]
    both = zip(a.ledger.lines, a.signed.ledger.lines, strict=True)
    on_call = {"paged_quality", "paged_infrastructure", "rollback_authority"}
    changed = any(x.holder != y.holder for x, y in both)
    found = any(h.startswith("As agreed") for h in heads)
    assert found == (changed or bool(on_call & {c.name for c in a.changes}))
    assert any(h.startswith("Today") for h in heads)


@pytest.mark.parametrize("name", EVERY)
def test_a_number_of_days_is_the_same_on_every_page(name: str) -> None:
    a = of_example(name).assessment
    if a.stream is None or a.stream.p50 is None:
        return
    first = " ".join(texts(exhibits.board_decision(a).blocks))
    (compared,) = (b for b in exhibits.board_options(a).blocks if isinstance(b, Table))
    rows = {plain(r[0].text): [plain(c.text) for c in r[1:]] for r in compared.rows}
    table = re.findall(r"\d+", " ".join(rows["Half of changes take longer than (days)"]))
    said = re.search(
        r"we estimate (\d+) working days for a typical change, not (\d+)\."
        r"|takes (\d+) working days today, and (\d+) as .*? advise to go further, to (\d+):",
        first,
    )
    assert said or name != "tidewater-retail"
    for days in filter(None, said.groups() if said else ()):
        assert days in table
    drawn = days_drawn(a)
    assert drawn or name != "tidewater-retail"
    assert {days for _way, days, _handoffs in drawn} <= set(table)


def first_rows(a: Assessment) -> list[tuple[str, ...]]:
    """Return the beginnings of the rows that say what to decide and to do first."""
    table = next(
        b
        for b in exhibits.board_decision(a).blocks
        if isinstance(b, Table) and plain(b.columns[0].title) == "No."
    )
    rows = ([plain(c.text) for c in row] for row in table.rows)
    return [(*cells, what[:43].split(" (")[0].split(", if")[0].strip()) for *cells, what in rows]


@pytest.mark.parametrize("name", EVERY)
def test_what_the_first_page_asks_for_is_in_the_plan_with_its_number_owner_and_date(
    name: str,
) -> None:
    found = of_example(name)
    a, shown = found.assessment, {x.number: row for x, row, _ in rows_of_plan(found)}
    tables = [b for b in exhibits.board_decision(a).blocks if isinstance(b, Table)]
    first = [t for t in tables if plain(t.columns[0].title) == "No."]
    for row in (row for t in first for row in t.rows):
        number, day, owner, _what = (plain(c.text) for c in row)
        if number.isdigit():
            who, due = shown[int(number)][1:3]
            # The plan leaves room to write where nobody is proposed at all.
            assert (owner, day) == (who or "no owner", due), number
        for end in re.findall(r"\d+", number):
            assert int(end) in shown


def test_replies_that_one_owner_owes_by_one_day_are_one_row_of_the_first_page() -> None:
    made = [
        {"decision": f"Q{n}?", "chosen": "A", "owner": who, "dissent": f"{speaks}: no."}
        for n, (who, speaks) in enumerate(
            [("Ana", "Tom"), ("Ana", "Lea"), ("Ben", "Max"), ("Ana", "Tom")]
        )
    ]
    given = of_example("tidewater-retail").assessment.answers.to_parameters()
    a = assess(Answers.from_parameters(given | {"decisions": made, "chosen_pattern": None}))
    rows = [row for row in first_rows(a) if row[-1].startswith("Reply")]
    assert [(who, what) for _n, _day, who, what in rows] == [
        ("Ana", "Reply to the dissents of Tom and Lea"),
        ("Ben", "Reply to the dissent of Max"),
    ]
    made[0]["dissent"] = "No."
    a = assess(Answers.from_parameters(given | {"decisions": made, "chosen_pattern": None}))
    rows = [row for row in first_rows(a) if row[-1].startswith("Reply")]
    assert rows[0][-1] == "Reply to the 3 dissents that have no reply"


def test_a_question_left_open_is_on_the_first_page_as_it_is_in_the_plan() -> None:
    even = [{"value": v, "label": v, "count": 4} for v in ("federated", "centralised")]
    rounds = [{"cast": 8, "present": 8, "choices": even}] * 2
    asked = "Which pattern do you choose?"
    vote = {"question": "chosen_pattern", "asked": asked, "privacy": "anonymous", "rounds": rounds}
    given = of_example("tidewater-retail").assessment.answers.to_parameters()
    kept = [d for d in given["decisions"] if "current_pattern" not in (d["sets"] or {})]
    left = {"decision": asked, "owner": "Maria", "due": "2027-01-15"}
    given |= {"chosen_pattern": None, "votes": [vote], "decisions": [*kept, left]}
    a = assess(Answers.from_parameters(given))
    (number,) = [x.number for x in actions(a) if x.is_open]
    rows = [row for row in first_rows(a) if asked in row[-1]]
    assert rows == [(str(number), "15 January 2027", "Maria", f"Decide: {asked}")]
    assert "stayed divided" not in " ".join(texts(exhibits.board_decision(a).blocks))


def days_drawn(a: Assessment) -> list[tuple[str, str, str]]:
    """Return what the first page's bars say: the way of working, its days, its handoffs."""
    pictures = [b for b in exhibits.board_decision(a).blocks if isinstance(b, Picture)]
    words = [p.alt for p in pictures]
    for picture in pictures:  # a bar's own words are those that are read out
        bars = re.findall(r"<title>(.*?)</title>", picture.data)
        assert all(f"{bar}." in picture.alt for bar in bars)
    return [found for w in words for found in re.findall(r"([^.]+): (\d+), (.*?)\.", w)]


def rows_under(a: Assessment, title: str) -> dict[str, list[str]]:
    """Return the rows of a table of the first page, with its other titles under ""."""
    tables = [
        b
        for b in exhibits.board_decision(a).blocks
        if isinstance(b, Table) and plain(b.columns[0].title) == title
    ]
    heads = [[plain(c.title) for c in t.columns[1:]] for t in tables]
    rows = {plain(r[0].text): [plain(c.text) for c in r[1:]] for t in tables for r in t.rows}
    return {"": heads[0], **rows} if heads else {}


def test_the_first_page_compares_today_what_was_agreed_and_what_is_advised() -> None:
    a = of_example("tidewater-retail").assessment
    assert [(way.strip(), *found) for way, *found in days_drawn(a)] == [
        ("Today, which you call Centralised", "159", "with 4 handoffs"),
        ("As agreed: Federated, in part", "131", "with 2 handoffs"),
        ("As we advise: Federated, complete", "107", "without a handoff"),
    ]
    assert rows_under(a, "People and cost") == {
        "": ["To begin", "Once complete"],
        "People on the platform team": ["3, as today", "2 to 4"],
        "New people on it, and their salaries a year": ["none", "up to 1, for up to 130,000 EUR"],
        "People in product teams who can run models at night, too": [
            "9 today, for 6 teams",
            "to be counted (action 5)",
        ],
    }
    # Where the advice is to stay, it is compared with what fits as well, and the price is named.
    stays = of_example("northfield-clinical").assessment
    (own,) = (o for o in stays.options if "advised" in o.roles)
    assert own.lead_time.half is not None
    assert round(own.lead_time.half) == 177
    # The other is faster only with stages that it gives to another team, which this could as well.
    text = " ".join(texts(exhibits.board_decision(stays).blocks))
    assert "working days faster" not in text
    # The team that validates independently, as decided, keeps its stage under every pattern.
    assert [(way.strip(), *found) for way, *found in days_drawn(stays)] == [
        ("Today and as we advise: Centralised", "177", "with 4 handoffs"),
        ("Fits too: Platform-as-MLOps", "178", "with 4 handoffs"),
        ("If the rule allows it: Federated", "152", "with 2 handoffs"),
    ]
    # What the decisions complete is one bar with the advice.
    given = a.answers.to_parameters()
    given["decisions"][0]["sets"]["duties.ship"] = "research"
    drawn = days_drawn(assess(Answers.from_parameters(given)))
    assert [way.strip() for way, *_rest in drawn] == [
        "Today, which you call Centralised",
        "As agreed and as we advise: Federated",
    ]


@pytest.mark.parametrize("name", COMPLETE)
def test_each_urgent_risk_names_the_actions_that_end_it(name: str) -> None:
    a = of_example(name).assessment
    plan = {x.number for x in on_one_page(actions(a))}  # page 4 has these
    risks = [t for t in exhibits.board_losses(a).blocks if isinstance(t, Table)][-1]
    assert plain(risks.columns[1].title) == "State"
    for row in risks.rows:
        numbers = re.search(r"\(actions? ([^)]*)\)$", plain(row[1].text))
        assert numbers, plain(row[0].text)
        assert {int(n) for n in re.findall(r"\d+", numbers[1])} <= plan


def test_a_reason_of_staffing_is_none_where_every_option_takes_as_many_people() -> None:
    a = of_example("northfield-clinical").assessment
    text = " ".join(texts(exhibits.board_decision(a).blocks))
    assert "You have the 4 platform people whom it takes." in text
    assert "easier to staff" not in text
    given = a.answers.to_parameters() | {"requests_per_team_month": 1}
    text = " ".join(texts(exhibits.board_decision(assess(Answers.from_parameters(given))).blocks))
    assert "easier to staff" in text  # three people are enough for one team then


def test_an_urgent_decision_of_the_first_month_is_on_the_first_page() -> None:
    given = of_example("tidewater-retail").assessment.answers.to_parameters()
    a = assess(Answers.from_parameters(given))
    assert not [r for r in first_rows(a) if r[-1].startswith("Carry out")]  # these come later
    called = next(d for d in given["decisions"] if "paged_quality" in (d["sets"] or {}))
    for due in ("2026-12-10", None):
        called["due"] = due
        a = assess(Answers.from_parameters(given))
        (row,) = [r for r in first_rows(a) if r[-1].startswith("Carry out")]
        (number,) = [x.number for x in actions(a) if x.decision and "worse" in x.decision.decision]
        assert row[0] == str(number)


def test_urgent_actions_without_an_owner_are_not_for_whoever_has_the_others() -> None:
    given = of_example("tidewater-retail").assessment.answers.to_parameters()
    a = assess(Answers.from_parameters(given | {"off_switch": "none"}))
    rows = {r[2]: r for r in first_rows(a) if r[-1].startswith("Act on what cannot wait")}
    (open_one,) = (x for x in actions(a) if x.finding == "no-off-switch")
    assert open_one.proposed_owner is None
    assert rows["no owner"][0] == str(open_one.number)
    assert len(rows) == 2


def test_the_list_of_actions_says_which_were_decided_and_which_left_open() -> None:
    given = of_example("tidewater-retail").assessment.answers.to_parameters()
    noted = {"decision": "Write the budget line", "owner": "Ana", "due": "2026-12-04"}
    given["decisions"].append(noted)  # what somebody does, with no question to it
    for left in (False, True):
        if left:
            given["decisions"][0] |= {"chosen": None, "sets": None}
        a = assess(Answers.from_parameters(given))
        assert any(x.is_open for x in actions(a)) is left
        (lead,) = (plain(h.lead) for h in find_headings(exhibits.all_actions(a).blocks) if h.lead)
        decided = [x.number for x in actions(a) if x.status == "decided" and not x.is_open]
        assert len(decided) == 5 + (not left)
        assert next(x.number for x in actions(a) if x.owner == "Ana") in decided
        *first, last = map(str, decided)
        opened = [x.number for x in actions(a) if x.is_open]
        rest = f"You left open what action {opened[0]} asks. We propose" if left else "We propose"
        assert lead.startswith(
            f"You decided actions {', '.join(first)} and {last}. {rest} the rest."
        )


def test_slides_name_whom_an_option_calls_as_the_page_does() -> None:
    a = of_example("tidewater-retail").assessment
    exhibit = exhibits.board_options(a)
    (page,) = (b for b in exhibit.blocks if isinstance(b, Table))
    (slide,) = (b for b in exhibit.on_slides or () if isinstance(b, Table))
    rows = {plain(r[0].text): [plain(c.text) for c in r[1:]] for r in page.rows}
    called = [plain(r[-1].text) for r in slide.rows]
    assert called == rows["Called first if answers get worse"]


def test_until_a_decision_takes_effect_the_first_page_asks_who_acts() -> None:
    a = of_example("northfield-clinical").assessment
    (cover,) = [x for x in actions(a) if x.kind == "cover"]
    named = "Say how the team on call reaches clinical safety, which may roll back"
    assert (str(cover.number), "27 November 2026", "Platform lead", named[:43]) in first_rows(a)


def test_a_rule_on_which_the_advice_rests_is_read_first() -> None:
    a = of_example("northfield-clinical").assessment
    (rule,) = [x for x in actions(a) if x.kind == "rule"]
    assert (rule.number, rule.proposed_owner) == (2, "Legal or compliance")
    text = " ".join(texts(exhibits.board_decision(a).blocks))
    assert "27 November 2026 Legal or compliance Have the regulation read: does it demand" in text
    assert (
        "on your answer about the regulation, which we have not read (action 2). If it does" in text
    )
    assert "demand one operating team, the advice becomes Federated." in text
    assert (
        "The advice is provisional until action 2 is done. If it stays the same, we are fairly"
        in text
    )
    known = " ".join(texts(exhibits.board_confidence(a).blocks))
    assert "hat regulation requires (documented by you, not read by us)" in known
    # Where nothing is demanded, or the rule changes nothing, nobody is sent to read it.
    for mandate in ("none", None):
        other = a.answers.to_parameters() | {"mandate": mandate}
        plan = actions(assess(Answers.from_parameters(other)))
        assert not [x for x in plan if x.kind == "rule"]


def test_what_can_turn_the_advice_is_not_settled_by_somebody_who_disagrees_with_it() -> None:
    a = of_example("tidewater-retail").assessment
    settling = [x for x in actions(a) if x.kind == "contradiction"]
    assert {x.proposed_owner for x in settling} == {"VP Engineering"}
    given = a.answers.to_parameters()
    given["decisions"][0]["dissent"] = None
    agreed = actions(assess(Answers.from_parameters(given)))
    assert "Head of platform" in {x.proposed_owner for x in agreed if x.kind == "contradiction"}


@pytest.mark.parametrize("name", ["tidewater-retail", "northfield-clinical"])
def test_stages_that_are_measured_in_part_say_so_once(name: str) -> None:
    given = of_example(name).assessment.answers.to_parameters()

    def pages() -> list[str]:
        a = assess(Answers.from_parameters(given))
        made = (exhibits.board_losses(a), exhibits.board_confidence(a))
        return [" ".join(texts(page.blocks)) for page in made]

    second, last = pages()
    (share,) = re.findall(r"from idea to users \(of their days, (\d+)% are measured", last)
    assert "are measured" not in second
    # Where nobody noted how the stages are known, the last page does not name them.
    del given["basis"]["stages"]
    second, last = pages()
    ((whole, same),) = re.findall(r"Of the (\d+) days that you gave, (\d+)% are", second)
    assert same == share
    assert f"For its stages you gave {whole} working days:" in second
    assert "from idea to users" not in last


@pytest.mark.parametrize("name", EVERY)
def test_the_board_edition_explains_at_most_twelve_terms(name: str) -> None:
    found = of_example(name)
    terms, text = board_terms(found.assessment), blocks_to_text(found.of("board").blocks, 10_000)
    assert 1 <= len(terms) <= 12
    assert all(t.is_in(text) and not t.patterns for t in terms)


@pytest.mark.parametrize("name", COMPLETE)
def test_every_name_of_an_explained_term_is_on_a_page(name: str) -> None:
    found = of_example(name)
    text = blocks_to_text(found.of("board").blocks, 10_000)
    used = text.partition("The words in this document")[0].casefold()
    for term in board_terms(found.assessment):
        assert all(part.casefold() in used for part in term.term.split(", ")), term.term


@pytest.mark.parametrize("name", COMPLETE)
def test_every_dissent_is_there_with_a_reply_or_its_lack(name: str, content: Content) -> None:
    a = of_example(name).assessment
    table = next(b for b in exhibits.board_decisions(a).blocks if isinstance(b, Table))
    rows = {plain(r[-2].text): plain(r[-1].text) for r in table.rows if len(r) > 1}
    for d in a.answers.decisions or ():
        if d.dissent:
            said = f"“{d.reply}”" if d.reply else content.words("board.no-reply")
            assert rows[d.dissent] == said


@pytest.mark.parametrize("name", COMPLETE)
def test_the_working_pack_speaks_of_no_one_elses_rule(name: str) -> None:
    found = of_example(name)
    text = " ".join(texts(found.of("working").blocks))
    if found.assessment.answers.regulated is False:
        assert "supervisor" not in text.casefold()
    if found.assessment.answers.deployment == "pure-cloud":
        assert "air-gapped" not in text.casefold()


def test_the_reference_holds_what_the_others_leave_out() -> None:
    found = of_example("tidewater-retail")
    heads = [plain(h.text) for h in find_headings(found.of("reference").blocks)]
    for title in ("How we came to this", "How strong the evidence is", "Sources"):
        assert title in heads
    assert "Who else has been here" in heads


@pytest.mark.parametrize("name", COMPLETE)
def test_every_reference_leads_to_a_heading_of_the_pack(name: str) -> None:
    found = of_example(name)
    whole = found.of("board", "working").blocks
    anchors = {h.anchor for h in find_headings(whole) if h.anchor}
    used = set(re.findall(r"to='([\w-]+)'", repr(whole)))
    assert used or name != "tidewater-retail"
    assert used <= anchors


def planned(found: Documents) -> int:
    """Return the number of actions that the plan of the board edition lists."""
    return len(rows_of_plan(found))


# -- marks, sources, numbers --------------------------------------------------------------------

BUILDER_AND_HANDOFF = {"●", "↓"}
"""The only marks of a pack; the key of each picture that has one explains it."""
SIGNS = set("●○◐◆◇■□▲△▼▽✓✔✕✖✗✘★☆↓↑")


def signs_of(found: Documents) -> set[str]:
    """Return the signs in the words of every edition, and the marks of its cells."""
    blocks = found.of("board", "working", "reference").blocks
    signs = {c for t in texts(blocks) for c in t if c in SIGNS}
    return signs | {c.mark for c in cells_of(blocks)} - {""}


@pytest.mark.parametrize("name", EVERY)
def test_a_pack_says_in_words_what_a_mark_could_say(name: str) -> None:
    found = of_example(name)
    assert signs_of(found) == set()
    for picture in walk(found.of("board", "working").blocks):
        if isinstance(picture, Picture) and picture.media == "image/svg+xml":
            drawn = {c for c in picture.data if c in SIGNS} - {"↑"}  # points to a number
            assert drawn <= BUILDER_AND_HANDOFF


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", COMPLETE)
def test_the_board_edition_has_no_source_keys(name: str, language: str) -> None:
    keys = re.compile(r"(?<![\w-])(?:S[123]|[RCKQEO]\d{1,2})(?![\w-])")
    text = texts(of_example(name, language=language).of("board").blocks)
    assert [t for t in text if keys.search(t)] == []


@pytest.mark.parametrize("name", EVERY)
def test_every_condition_of_the_first_page_is_in_the_plan_with_the_same_owner(
    name: str,
) -> None:
    found = of_example(name)
    asked = conditions(found.assessment)
    rows = [(a, row) for a, row, _ in rows_of_plan(found) if a.what in asked]
    assert {a.what for a, _row in rows} == set(asked)
    text = " ".join(texts(exhibits.board_decision(found.assessment).blocks))
    numbers = sorted(a.number for a, _row in rows)
    listed = found.assessment.listing(map(str, numbers))
    assert not rows or re.search(rf"only if actions? {listed}\b", text)
    for action, row in rows:
        assert (action.owner or action.proposed_owner or "no owner").casefold() in (
            row[1].casefold()
        )
        assert (action.owner or action.proposed_owner or "") in text


@pytest.mark.parametrize("name", EVERY)
def test_the_first_page_explains_every_name_of_a_pattern(name: str) -> None:
    a = of_example(name).assessment
    text = " ".join(texts(exhibits.board_decision(a).blocks))
    (own,) = advised(a.options) if a.recommendation.status == "recommendation" else (None,)
    titled = own.patterns if own is not None and len(advised(a.options)) == 1 else ()
    for term in a.content.glossary:
        named = re.search(rf"(?<![\w-]){re.escape(term.term)}(?![\w-])", text)
        if len(term.patterns) == 1 and named and term.patterns[0] not in titled:
            assert term.meaning[1:].rstrip(".") in text


@pytest.mark.parametrize("name", COMPLETE)
def test_options_whose_work_waits_for_one_team_say_that_few_handoffs_save_few_days(
    name: str,
) -> None:
    a = of_example(name).assessment
    (table,) = (b for b in exhibits.board_options(a).blocks if isinstance(b, Table))
    heads = [plain(c.title).partition("\n")[0] for c in table.columns]
    shown = [o for o in a.options if o.short in heads and "today" not in o.roles]
    waits = [
        o.short
        for o in shown
        if o.lead_time.half is not None and o.stream is not None and o.stream.new_waits
    ]
    text = " ".join(texts(exhibits.board_options(a).blocks))
    told = re.findall(
        r"In ([\w -]+), (?:work first waits \d+ days|product teams bring their data: they do)",
        text,
    )
    assert told == waits


def test_the_comparison_says_what_people_are_for_where_the_days_do_not_change() -> None:
    a = of_example("tidewater-retail").assessment
    text = " ".join(texts(exhibits.board_options(a).blocks))
    assert (
        "Shared tools serve the usual work, and an engineer inside a large team serves its special "
        "work. Embedded does not change the days, so we advise to decide on it later." in text
    )
    assert "3 to 16, of them 1 to 12 in product teams (1 or 2 in each that gets some)" in text
    assert "product teams also get engineers of their own (Embedded)." in text
    assert "Embedded alone is not in the table" in text
    none = of_example("northfield-clinical").assessment
    assert "alone is not in the table" not in " ".join(texts(exhibits.board_options(none).blocks))


def test_the_comparison_has_what_the_advice_becomes_if_the_rule_reads_otherwise() -> None:
    a = of_example("northfield-clinical").assessment
    (table,) = (b for b in exhibits.board_options(a).blocks if isinstance(b, Table))
    assert [plain(c.title) for c in table.columns[1:]] == [
        "Centralised\ntoday, advised, chosen",
        "Platform-as-MLOps\nrejected",
        "Federated\nif the rule allows it",
    ]
    rows = {plain(r[0].text): [plain(c.text) for c in r[1:]] for r in table.rows}
    assert rows["Does it fit"] == ["fits", "fits", "only if the rule allows it"]
    assert rows["Why, or why not"][2].endswith(
        "If action 2 finds that the rule allows it, we would advise it."
    )
    assert rows["Half of changes take longer than (days)"] == ["177", "178", "152"]
    # Where nobody validates independently, the rival has fewer days than today, and no fewer than
    # the advised pattern once complete.
    given = a.answers.to_parameters()
    given["decisions"] = [d for d in given["decisions"] if "validator" not in (d.get("sets") or {})]
    a = assess(Answers.from_parameters(given))
    (table,) = (b for b in exhibits.board_options(a).blocks if isinstance(b, Table))
    rows = {plain(r[0].text): [plain(c.text) for c in r[1:]] for r in table.rows}
    days = rows["Half of changes take longer than (days)"]
    assert days == ["177", "157", "131"]
    text = " ".join(texts(exhibits.board_options(a).blocks))
    assert (
        "Centralised would take 157 days once complete, not 177, because today other teams do"
        in text
    )
    assert "no fewer than the 157 of Centralised once complete." in rows["Why, or why not"][1]


@pytest.mark.parametrize("name", COMPLETE)
def test_the_comparison_says_why_right_after_the_verdict_and_has_ten_rows_at_most(
    name: str,
) -> None:
    a = of_example(name).assessment
    (table,) = (b for b in exhibits.board_options(a).blocks if isinstance(b, Table))
    (have,) = {o.people.have for o in a.options}
    rows = [
        "What it is",
        "Does it fit",
        "Why, or why not",
        f"People (you have {have} on the platform)",
        "Cost of new hires, a year",
        "Half of changes take longer than (days)",
        "Handoffs, and before which stage of page 2",
        "Called first if answers get worse",
        "How it fails",
        "How easy to undo",
    ]
    priced = a.answers.person_cost is not None
    assert [plain(r[0].text) for r in table.rows] == [
        r for r in rows if priced or r != "Cost of new hires, a year"
    ]
    # What one in ten exceeds is on page 2 and in the working pack.
    assert "one in ten" not in " ".join(texts((table,))).replace("\u00a0", " ")


def test_what_the_comparison_leaves_out_is_in_the_reference() -> None:
    a = of_example("tidewater-retail").assessment
    (patterns,) = (b for b in exhibits.four_patterns(a).blocks if isinstance(b, Table))
    rows = {plain(r[0].text): [plain(c.text) for c in r[1:]] for r in patterns.rows}
    shown = in_order(a)
    assert len(shown) == len(a.options)
    assert rows["What you give up"] == [" ".join(o.gives_up) for o in shown]
    assert all(rows["On call for infrastructure"])


def test_what_is_left_to_decide_has_an_owner_and_what_was_turned_down_is_named() -> None:
    a = of_example("tidewater-retail").assessment
    text = " ".join(texts(exhibits.board_options(a).blocks))
    plan = {x.kind: x for x in actions(a)}
    assert f"we advise each product team. (Action {plan['calling'].number} in the plan.)" in text
    assert (
        f"because work waits at each handoff. (Action {plan['shipping'].number} in the plan.)"
        in text
    )
    assert plan["calling"].proposed_owner == "VP Engineering"
    assert plan["shipping"].proposed_owner == "Executive team"
    # Another form of today's way has no column of its own, so its words are there.
    words = "turned this down: “Staying Centralised, with three more platform engineers”. At best,"
    half = "With today's stages, half of all changes would still take longer than 132 days"
    days = f"(25 days). {half}, against 131 as agreed."
    assert f"{words} nobody would then wait for Platform any more {days}" in text
    like = "Once complete, it would be 113 days, and 107 for Federated."
    assert f"{days} {like} So the days hardly differ, and the other rows decide." in text
    first = " ".join(texts(exhibits.board_decision(a).blocks))
    rival = "At best, Centralised with more people would take 113 days once complete,"
    assert f"{rival} so the days alone do not decide" in first
    slow = a.answers.to_parameters()
    slow["stages"][6]["wait_days"] = 30.0  # a wait that only the advised way ends
    slower = assess(Answers.from_parameters(slow))
    blocks = exhibits.board_options(slower).blocks
    assert "and 107 for Federated. Each new person costs" in " ".join(texts(blocks))
    assert "At best" not in " ".join(texts(exhibits.board_decision(slower).blocks))
    assert "Each new person costs 130,000 EUR a year." in text
    unmeasured = a.answers.to_parameters()
    unmeasured["stages"] = [s | {"wait_days": None} for s in unmeasured["stages"]]
    blocks = exhibits.board_options(assess(Answers.from_parameters(unmeasured))).blocks
    said = "we did not calculate it: “Staying Centralised, with three more platform engineers”."
    assert said in " ".join(texts(blocks))
    (table,) = (b for b in exhibits.board_options(a).blocks if isinstance(b, Table))
    assert "Centralised\ntoday, rejected" in [plain(c.title) for c in table.columns]
    given = a.answers.to_parameters()
    on_pattern = next(d for d in given["decisions"] if "current_pattern" in (d["sets"] or {}))
    on_pattern["rejected"] = "Platform-as-MLOps"
    other = assess(Answers.from_parameters(given))
    named = " ".join(texts(exhibits.board_options(other).blocks))
    assert "turned this down" not in named  # what is an option has a column
    for decision in given["decisions"]:
        decision.update(owner=None, rejected=None)
    other = assess(Answers.from_parameters(given))
    assert "turned this down" not in " ".join(texts(exhibits.board_options(other).blocks))
    (calling,) = [x for x in actions(other) if x.kind == "calling"]
    assert calling.proposed_owner == "Executive team"


def test_the_first_page_says_what_to_decide_who_speaks_and_what_it_takes_in_people() -> None:
    a = of_example("tidewater-retail").assessment
    text = " ".join(texts(exhibits.board_decision(a).blocks))
    last = " ".join(texts(exhibits.board_confidence(a).blocks))
    assert "“You” is Tidewater Retail." in last
    ends = "In Federated, the team that builds a model is called, knows it and may act."
    assert f"who knows or who may act. {ends}" in text
    stays = of_example("northfield-clinical").assessment  # there one team stays called for all
    assert "is called, knows it" not in " ".join(texts(exhibits.board_decision(stays).blocks))
    (later,) = [x for x in actions(a) if x.kind == "choice"]
    assert later.what == "Decide whether to add Embedded."
    assert (later.after, later.not_before) == ("", datetime.date(2027, 6, 15))
    assert first_rows(a) == [
        # Whoever is proposed is asked before the first of these actions is due.
        (
            "1",
            "26 November 2026",
            "Executive team",
            "Ask the proposed owners if they accept thei",
        ),
        ("3", "3 December 2026", "VP Engineering", "Check the answer on maturity level: it can"),
        ("5", "10 December 2026", "Executive team", "Confirm Federated"),
        ("6–8", "18 December 2026", "2 owners", "Act on what cannot wait: three actions"),
        ("10", "18 December 2026", "Head of search", "Reply to the dissent of Finance partner"),
        # Whoever carries out a decision goes on from it, but not somebody who disagrees with it.
        # Who ships is decided once the people are counted, and before the first model moves.
        # What can wait for more than 60 days is not first.
        (
            "16",
            "18 January 2027",
            "Executive team",
            "Decide who ships and builds the ranking mod",
        ),
    ]
    # Their days are those of the table below.
    assert (
        "Asked of you (Executive team): Have the actions below done, each by its day. Confirm "
        "Federated, which the workshop chose (8 of 11 votes), if the check in action 3 changes "
        "nothing. "
        "Decide who ships the model." in text
    )
    # What is agreed stands before what more is advised, and each has its days.
    assert "A typical change takes 159 working days today, and 131 as agreed so far: " in text
    assert "Engineering still ships the model." in text
    assert (
        "We advise to go further, to 107: the product team then also builds and ships it, "
        "and has the people for every stage." in text
    )
    assert (
        "You said that you run models at maturity level 3 of 5. But you measured that a request"
        in text
    )
    assert "Action 3 settles this. If the maturity level is 1, the advice becomes" in text
    # What the advice becomes then does not fit today: page 6 has the reason.
    assert "becomes Centralised until you reach level 2." in text
    assert "At level 1 your 6 teams share" not in text
    last = " ".join(texts(exhibits.board_confidence(a).blocks))
    assert "which is in doubt. At level 1 your 6 teams share no tools yet, so" in last
    assert (
        "holds only if actions 13, 14 and 15 are done by 18 January 2027 (“The plan”). If" in text
    )
    # The way has no date, but its first steps have. Whoever confirms it counts people before that.
    begins = next(x for x in actions(a) if x.kind == "confirm")
    assert "First count whom product teams need." in text
    assert begins.first_step.startswith("Ask each product team with a model whom it still needs")
    title = "People in product teams who can run models at night, too"
    inside = rows_under(a, "People and cost")[title]
    enough = "9 today, for 6 teams"
    assert inside == [enough, f"to be counted (action {begins.number})"]
    handed = next(x for x in actions(a) if x.what.startswith("Hand over the first model"))
    done = f"The first steps are done by 31 March 2027 (action {handed.number}). The end has no"
    assert f"{done} date yet." in text
    objects = "Head of platform 13 of the 39 actions. Head of platform disagrees with the decision"
    assert f"The plan gives {objects} for Federated: “With" in text
    people = next(o.people for o in a.options if "advised" in o.roles)
    assert (people.platform, people.inside_teams, people.have) == ((2, 4), (1, 12), 3)
    assert "At stake, in your words: “about a fifth of our online revenue”." in text


def test_what_fits_as_well_names_the_answer_that_decides_and_that_it_is_an_opinion() -> None:
    a = of_example("northfield-clinical").assessment
    text = " ".join(texts(exhibits.board_decision(a).blocks))
    other = (
        "Why Centralised, and not Platform-as-MLOps, which fits too. You said that the regulation"
    )
    assert other in text
    assert "Centralised keeps this say. This answer alone decides between the two, and it" in text
    assert "between the two, and it is an opinion." in text
    # What else the regulation may say is read with it, and turns the advice as well.
    none = "If the answer on freedom left to product teams is “none at all”, the advice becomes"
    last = " ".join(texts(exhibits.board_confidence(a).blocks))
    assert f"the advice becomes Federated. {none} Platform-as-MLOps." in last
    freedom = "If it leaves product teams no freedom at all, the advice becomes Platform-as-MLOps."
    assert f"the advice becomes Federated. {freedom}" in text
    assert "7 risks that we found: on 2 as decided, and on 5 as we propose." in text
    # No decision opens the records, so that they come unasked is ours to assume.
    unasked = "assume that Hospital records then gives data without being asked each time."
    for name, count in (("northfield-clinical", 1), ("tidewater-retail", 0)):
        losses = " ".join(texts(exhibits.board_losses(of_example(name).assessment).blocks))
        assert losses.count(unasked) == count
    assert "Check the answer" not in text
    assert "Find out who does the work" not in text
    assert "We count no days saved, because each stage stays with its team." in text
    asked = "Confirm that you keep Centralised, as the workshop chose (7 of 9 votes), if"
    assert f"each by its day. {asked} the check in action 2 changes nothing." in text
    assert "We did not read the regulation" in " ".join(texts(exhibits.board_confidence(a).blocks))
    given = a.answers.to_parameters()
    for stage in given["stages"]:
        stage["team"] = "IT operations" if stage["stage"] == "serving" else stage["team"]
    shared = assess(Answers.from_parameters(given))
    text = " ".join(texts(exhibits.board_decision(shared).blocks))
    assert "Find out who does the work today. We advise the same in any case" in text


def test_the_first_page_says_what_other_ways_of_working_are_and_what_stays() -> None:
    for name, found in {
        "northfield-clinical": "Platform-as-MLOps: one platform team runs every model as",
        "tidewater-retail": "Centralised: one expert team runs every model",
    }.items():
        blocks = exhibits.board_decision(of_example(name).assessment).blocks
        (picture,) = (b for b in blocks if isinstance(b, Picture))
        assert found in plain(picture.caption)
        told = {plain(k): plain(v) for b in blocks if isinstance(b, Pairs) for k, v in b.pairs}
        assert told.get("If nothing is done") or told["Without the plan"]


def test_the_pack_says_who_confirms_the_answers_and_asks_by_name_whoever_decides() -> None:
    given = of_example("tidewater-retail").assessment.answers.to_parameters()
    unnamed = {**given, "sponsor": None, "decision_body": None}
    for answers, asked, owner in (
        (given, "Asked of you (Executive team): ", "Executive team"),
        (given | {"decision_body": "the board"}, "Asked of you (The board): ", "The board"),
        (given | {"decision_body": "nobody"}, "Asked of you, the leadership: ", "Leadership"),
        (unnamed, "Asked of you, the leadership: ", "Leadership"),
    ):
        a = assess(Answers.from_parameters(answers))
        assert asked in " ".join(texts(exhibits.board_decision(a).blocks))
        owners = [x.proposed_owner for x in actions(a) if x.kind in ("confirm", "owners", "choice")]
        assert owners == [owner] * 3
    setup = of_example("tidewater-retail").of("board").setup
    assert setup.title == "Who owns our machine-learning work"
    working = of_example("tidewater-retail").of("working").setup
    assert working.title == "Who owns our machine-learning work: Working pack"
    by = "Answers confirmed by Marta Oyelaran, VP Product."
    assert setup.remark == f"Written by a program. {by}"


def test_the_first_page_says_how_many_voted_for_the_choice_only_where_most_did() -> None:
    given = of_example("tidewater-retail").assessment.answers.to_parameters()
    (vote,) = [v for v in given["votes"] if v["question"] == "chosen_pattern"]

    def first() -> str:
        a = assess(Answers.from_parameters(given))
        return " ".join(texts(exhibits.board_decision(a).blocks))

    assert "which the workshop chose (8 of 11 votes), if" in first()
    ahead, behind, _none = vote["rounds"][-1]["choices"]
    ahead["value"], behind["value"] = behind["value"], ahead["value"]
    assert "which the workshop chose, if" in first()


def test_a_check_is_named_only_where_one_can_change_the_advice() -> None:
    given = of_example("tidewater-retail").assessment.answers.to_parameters()
    asked = r"Confirm Federated, which the workshop chose[^.]* votes\)"
    for queue, check in (
        (given["queue_weeks"], r", if the check in action 3 changes nothing"),
        (1, ""),
    ):
        a = assess(Answers.from_parameters({**given, "queue_weeks": queue}))
        assert re.search(rf"{asked}{check}\.", first_page(a))


def test_page_five_says_by_which_day_and_event_a_decision_is_looked_at_again() -> None:
    made = {"decision": "Who rolls back?", "chosen": "Data.", "owner": "Eva", "due": "2027-01-15"}
    for more, shown in (
        ({"revisit_on": "2027-06-30"}, "review on 30 June 2027)"),
        ({"revisit_when": "two teams go back."}, "review: two teams go back)"),
        (
            {"revisit_on": "2027-06-30", "revisit_when": "two teams go back."},
            "review on 30 June 2027, or when two teams go back)",
        ),
    ):
        a = assess(Answers.from_parameters({"decisions": [made | more]}))
        assert shown in " ".join(texts(exhibits.board_decisions(a).blocks))


def test_what_only_changes_the_half_for_later_is_told_apart() -> None:
    a = of_example("tidewater-retail").assessment
    whole, later = firmness_apart(a)
    told = {f.words for f in (*whole, *later)}
    assert told == {words for words in firmness(a) if "nobody has measured them" not in words}
    assert later
    assert all("no reason left to add Embedded" in f.words for f in later)
    assert not any("to add Embedded" in f.words for f in whole)
    text = " ".join(texts(exhibits.board_confidence(a).blocks))
    assert "Only whether to add Embedded." in text
    assert "no reason left to add Embedded" not in text  # the working pack has these
    assert (
        "If the maturity level is 1, the advice becomes Centralised until you reach level 2."
        in text
    )
    assert firmness_apart(of_example("northfield-clinical").assessment)[1] == ()


def test_what_was_measured_outweighs_an_opinion_in_how_sure_we_are() -> None:
    answers = of_example("tidewater-retail").assessment.answers.to_parameters()
    doubt = "We cannot be sure before action 3, because a measured answer contradicts an opinion"
    for basis, sure in (
        ({"queue_weeks": "measured", "maturity": "opinion"}, doubt),
        (
            {"queue_weeks": "opinion", "maturity": "opinion"},
            "The advice is provisional until action 3 is done",
        ),
        (
            {"queue_weeks": "measured", "maturity": "documented"},
            "The advice is provisional until action 3",
        ),
    ):
        given = {**answers, "basis": {**answers["basis"], **basis}}
        shown = " ".join(
            texts(exhibits.board_decision(assess(Answers.from_parameters(given))).blocks)
        )
        assert sure in shown


def test_people_whom_the_own_requests_keep_busy_are_said_where_an_option_has_fewer() -> None:
    a = of_example("northfield-clinical").assessment
    first = " ".join(texts(exhibits.board_decision(a).blocks))
    assert "It takes 4 people on the platform team, because your own requests" in first
    assert "You have 4 on the platform today, so the advice adds nobody." in first
    (table,) = (b for b in exhibits.board_options(a).blocks if isinstance(b, Table))
    people = next(r for r in table.rows if plain(r[0].text).startswith("People"))
    assert plain(people[1].text) == "4 (one article says 3)"
    assert "Where your own requests keep more people busy, we count those." in plain(table.caption)
    given = a.answers.to_parameters() | {"platform_engineers": 3}
    short = assess(Answers.from_parameters(given))
    first = " ".join(texts(exhibits.board_decision(short).blocks))
    assert "You have 3 on the platform today, so you need at least 1 more." in first
    assert headline(short).startswith(
        "Centralised: one team of four (more than the three you have)"
    )
    given = a.answers.to_parameters() | {"requests_per_team_month": 1}
    few = exhibits.board_decision(assess(Answers.from_parameters(given)))
    assert "your own requests keep" not in " ".join(texts(few.blocks))


def test_the_last_page_says_what_each_level_means_and_how_to_tell() -> None:
    text = " ".join(
        texts(exhibits.board_confidence(of_example("tidewater-retail").assessment).blocks)
    )
    assert "a request waits 5 weeks for the central team, so your level is 2 or 1." in text
    assert "If they do, the level is 2, and otherwise 1." in text
    assert "Mainly “Four organisational patterns for shipping ML" in text
    until = "at level 1, the advice becomes Centralised until you reach level 2."
    assert f"The advice holds from maturity level 2 upwards; {until}" in text


def test_the_last_page_says_that_what_can_become_the_advice_does_not_fit_today() -> None:
    """Page 3 judges by the answers as they are, so the two pages do not contradict each other."""
    a = of_example("tidewater-retail").assessment
    text = " ".join(texts(exhibits.board_confidence(a).blocks))
    assert "the advice becomes Centralised." in text
    unfit = "Centralised does not fit today (“The options on one page”)."
    assert f"{unfit} With one of these answers we would advise it all the same" in text
    # What fits, and what a rule excludes, is not spoken of: page 3 says it itself.
    a = of_example("northfield-clinical").assessment
    assert "with your answers of today" not in " ".join(texts(exhibits.board_confidence(a).blocks))


def test_both_pages_say_what_an_unread_rule_can_change() -> None:
    a = of_example("northfield-clinical").assessment
    for page in (exhibits.board_decision, exhibits.board_confidence):
        shown = blocks_to_text(page(a).blocks, 10_000)
        assert re.search("regulation, which we\\s+have not read", shown)
        assert "the advice becomes Federated" in shown


def test_a_pack_of_a_room_lists_what_was_decided_before_what_to_answer() -> None:
    """Votes that stay to be decided are on the page that page 1 names."""
    even = [{"value": v, "label": v, "count": 4} for v in ("research", "product")]
    twice = [{"cast": 8, "present": 8, "choices": even}] * 2
    asked = {"lead": "Who leads?", "duties.ship": "Who ships?", "duties.turn-off": "Who turns off?"}
    votes = [
        {"question": name, "asked": words, "privacy": "anonymous", "rounds": twice}
        for name, words in asked.items()
    ]
    decided = {"decision": "Who is called?", "chosen": "Engineering", "owner": "VP"}
    decided |= {"if": "the check falls", "then": "we roll back", "sets": {"paged_quality": "eng"}}
    given = {"model_teams": 6, "maturity": 2, "ml_engineers": 22, "platform_engineers": 5}
    given |= {"mandate": "independent-validation", "ml_expertise_in_product": "some"}
    given |= {"product_autonomy": "low", "deployment": "pure-cloud", "regulated": True}
    a = assess(Answers(**given, votes=votes, decisions=[decided]))
    assert is_sparse(a)
    voted = " ".join(texts(exhibits.board_decisions(a).blocks))
    assert all(words in voted for words in asked.values())
    assert "If the check falls, then we roll back." in voted
    first, last = (
        " ".join(texts(make(a).blocks))
        for make in (exhibits.board_decision, exhibits.board_confidence)
    )
    assert "What to answer next" not in first
    assert "What to answer next" in last
    assert "when the model gives worse answers?" not in last
    assert exhibits.board_options(a).in_short_pack


def test_duties_say_what_the_advised_option_gives_to_a_team() -> None:
    a = of_example("tidewater-retail").assessment
    tables = [b for b in exhibits.board_losses(a).blocks if isinstance(b, Table)]
    (duties,) = (t for t in tables if plain(t.columns[0].title) == "Duty")
    rows = {plain(r[0].text): [plain(c.text) for c in r[1:]] for r in duties.rows if len(r) > 1}
    # Each cell names who it is: one name for one team, and grey where it is as before.
    assert rows["Ships the model"] == ["Engineering", "Engineering", "Product"]
    written = "Research, written by Research and Product"
    # Another day than that of the column is in the row.
    then = f"{written}, from 12 February 2027"
    assert rows["Owns the evaluation set"] == ["Research", then, written]
    then = "Head of search, from 29 January 2027"
    assert rows["May turn it off"] == ["Nobody yet", then, "Head of search"]
    both = "Product, and Platform for what is shared"
    assert rows["Called first if the service is down"] == ["Platform", "Platform", both]
    tones = {plain(r[0].text): [c.tone for c in r[1:]] for r in duties.rows if len(r) > 1}
    assert tones["Ships the model"] == ["plain", "muted", "plain"]
    assert tones["Owns the evaluation set"] == ["plain", "plain", "muted"]
    assert tones["May turn it off"] == ["critical", "plain", "muted"]
    # Where no answer names the product team, it is called so.
    given = a.answers.to_parameters()
    given["duties"]["answers-to-business"] = "sales"
    for stage in given["stages"]:
        stage["team"] = "sales" if stage["team"] == "product" else stage["team"]
    given["decisions"] = None
    given["knowledge"]["business"] = "sales"
    other = assess(Answers.from_parameters(given))
    assert "Its product team" in " ".join(texts(exhibits.board_losses(other).blocks))
    stays = exhibits.board_losses(of_example("northfield-clinical").assessment).blocks
    assert "As we advise" not in " ".join(texts(stays))


def test_the_second_page_says_what_is_calculated_and_where_work_waits_longest() -> None:
    tidewater, northfield = (of_example(n).assessment for n in COMPLETE[:2])
    text = " ".join(texts(exhibits.board_losses(tidewater).blocks))
    assert (
        "We looked at the ranking model alone. For its stages you gave 141 working days: " in text
    )
    assert "141 working days: 65 waiting and 76 work." in text
    more = "so we calculate that half of all changes take longer than 159."
    assert f"Stages can take longer, {more}" in text
    assert "planned" not in text
    assert "Grey: as in the column before." in text
    assert "Nobody has the right to turn off the ranking model, because" in text
    # Page 1 has that 46 of the 65 days of waiting are at handoffs; the table has each of them.
    first = first_page(tidewater)
    assert "A change waits 65 working days, 46 of them at its four handoffs." in first
    assert "46 of the 65" not in text
    table = next(b for b in exhibits.board_losses(tidewater).blocks if isinstance(b, Table))
    assert [[plain(c.text) for c in row] for row in table.rows] == [
        ["Data to Research", "1", "ends (action 30)", "ends"],
        ["Research to Engineering", "15", "stays while Engineering ships", "ends"],
        ["Engineering to Platform", "25", "ends (action 31)", "ends"],
        ["Platform to Product", "5", "stays, from Engineering to Product", "ends"],
        ["Half take longer than", "159 today", "131", "107"],
    ]
    text = " ".join(texts(exhibits.board_losses(northfield).blocks))
    assert "The longest wait is 20 days: at the start, before “Release the records”." in text
    assert "4 times, and 42 of the 68 days of waiting are at these handoffs." in text
    table = next(b for b in exhibits.board_losses(northfield).blocks if isinstance(b, Table))
    assert [plain(c.title) for c in table.columns[2:]] == [
        "Fits too: Platform-as-MLOps",
        "If the rule allows it: Federated",
    ]
    # Where one central team does all the work, its queue comes first.
    assert [[plain(c.text) for c in row] for row in table.rows[-2:]] == [
        ["New wait for the central team", "–", "15", "–"],
        ["Half take longer than", "177 today", "178", "152"],
    ]
    # Some of them you decided on for later days, so no day of ours stands above them.
    assert "We found 7 risks. Three of them are here, and the other 4 in the working pack," in text
    assert "no team is in charge of the incident at the start and after 15 minutes." in text
    assert "the other 4 in the working pack, under “On call” and “Handoffs”." in text
    assert "In this drill: another team has opened the model to a new group of people." in text
    again = of_example("tidewater-retail-second").assessment
    text = " ".join(texts(exhibits.board_losses(again).blocks))
    assert "You measured all of the 68 days that you gave." in text
    # Days that nobody knows are not added up as if they were none.
    given = tidewater.answers.to_parameters()
    given["stages"][5]["wait_days"] = None
    text = " ".join(texts(exhibits.board_losses(assess(Answers.from_parameters(given))).blocks))
    assert "Some days are missing, so the real time is longer." in text
    assert "The work changes hands 4 times. The longest wait is 15 days: at the start" in text


def test_numbers_rise_from_row_to_row_on_the_page_and_in_the_list() -> None:
    for name in COMPLETE:
        found = of_example(name)
        shown = [x.number for x, _, _ in rows_of_plan(found)]
        every = [x.number for x, _, _ in rows_of_plan(found, exhibits.all_actions)]
        assert shown == sorted(shown)
        assert every == list(range(1, len(every) + 1))


def test_a_reason_in_doubt_says_so_and_gives_way_to_another() -> None:
    a = of_example("tidewater-retail").assessment
    assert {"maturity", "product_autonomy", "current_pattern", "stages"} <= a.doubted
    assert "queue_weeks" not in a.doubted, "it is measured, and an opinion contradicts it"
    first, options, last = (
        " ".join(texts(make(a).blocks))
        for make in (exhibits.board_decision, exhibits.board_options, exhibits.board_confidence)
    )
    assert "in doubt" not in first
    assert "It rests on your answer about autonomy of product teams, which is in doubt." in options
    assert "At level 3" not in options
    assert "Your answer is 3, which is in doubt." in last
    advice = " ".join(texts(exhibits.recommendation(a).blocks))
    doubt = advice.split("In doubt: ")[1]
    assert "Other answers contradict these reasons: see" in doubt
    assert "At level 3 of 5, which is your own rating" in doubt
    assert "Requests wait 5 weeks" in advice.split("In doubt: ")[0]
    assert "You have 28 ML engineers." not in doubt
    firm = of_example("tidewater-retail-second").assessment
    assert "in doubt" not in " ".join(texts(exhibits.board_confidence(firm).blocks))
    assert not firm.doubted


def test_sources_of_the_advice_are_named_once_each() -> None:
    a = of_example("tidewater-retail").assessment
    pairs = next(b for b in exhibits.board_confidence(a).blocks if isinstance(b, Pairs))
    named = {plain(term): plain(words) for term, words in pairs.pairs}["Sources"]
    assert named.startswith("Mainly “Four organisational patterns for shipping ML")
    assert named.count("(the author's opinion)") == 1


@pytest.mark.parametrize("name", ["tidewater-retail", "northfield-clinical"])
def test_an_action_is_on_the_page_that_its_number_names(name: str) -> None:
    pages = [p.extract_text() for p in printed(of_example(name).of("board", "working")).pages]
    plain_text = [re.sub(r"[\s\u00a0\u2060]+", " ", words) for words in pages]
    several = r"\((\d+)\)(?:, “[^”]*” \(\d+\))*(?: and “[^”]*” \(\d+\))?: see page (\d+)"
    said = re.findall(several, " ".join(plain_text))
    assert said
    starts = [i for i, words in enumerate(plain_text, 1) if "First step Owner" in words]
    assert len({page for _number, page in said}) > 1 or name != "tidewater-retail"
    for number, page in said:
        assert int(page) in starts
        assert re.search(rf"^{number}\b", pages[int(page) - 1], re.MULTILINE)


def test_the_plan_ends_with_how_many_actions_each_owner_has() -> None:
    a = of_example("tidewater-retail").assessment
    *_plan, table = (b for b in exhibits.board_plan(a).blocks if isinstance(b, Table))
    rows = [[plain(c.text) for c in row] for row in table.rows]
    owners = Counter(x.owner or x.proposed_owner for x in actions(a))
    (who, n), *_ = owners.most_common()
    assert rows[0] == [who, str(n), "1", str(n - 1), "18 December 2026"]
    assert {row[0] for row in rows} == set(owners), "a few are all named"
    assert sum(int(row[1]) for row in rows) == len(actions(a))
    made = [{"decision": f"Q{n}?", "chosen": "A", "owner": f"Owner {n}"} for n in range(9)]
    made[0]["dissent"] = "No."
    many = exhibits.board_plan(assess(Answers.from_parameters({"decisions": made})))
    *_plan, table = (b for b in many.blocks if isinstance(b, Table))
    rows = [[plain(c.text) for c in row] for row in table.rows]
    assert ["5 others", "5", "5", "–", "no date yet"] in rows


def test_who_has_how_much_to_do_counts_as_the_plan_does() -> None:
    made = [
        {"decision": "Who leads on this model?", "owner": "Ana", "due": "2026-12-18"},
        {"decision": "Who pays?", "chosen": "Both", "owner": "Ben", "due": "2026-12-11"},
        {"decision": "Which pattern do you choose?", "chosen": "Federated", "dissent": "Eve: no."},
        {
            "decision": "Who is called first?",
            "chosen": "Engineering",
            "sets": {"paged_quality": "engineering"},
        },
        {"decision": "Keep the platform team for a year"},
    ]
    given = {"model": "ranking", "held_on": "2026-11-23", "decisions": made}
    a = assess(Answers.from_parameters(given))
    head, *_plan, table = (b for b in exhibits.board_plan(a).blocks if not isinstance(b, Paragraph))
    assert isinstance(head, Heading)
    assert isinstance(table, Table)
    heads = [plain(c.title) for c in table.columns]
    rows = [[plain(c.text) for c in row] for row in table.rows]
    assert heads[2:5] == ["Decided", "To decide", "Proposed"]
    loads = {row[0]: row[1:] for row in rows}
    assert loads["Ana"] == ["1", "–", "1", "–", "18 December 2026"]
    assert loads["Ben"] == ["1", "1", "–", "–", "11 December 2026"]
    # a decision without a date gets none here, as it has none in the plan
    assert loads["Lead of Engineering"][-2:] == ["2", "23 December 2026"]
    vacant = [x for x in actions(a) if x.owner is None]
    proposed = sum(x.proposed_owner is not None for x in vacant)
    assert "Leadership" in loads
    assert loads["No owner"][:4] == ["4", "2", "–", "2"]
    added_up = [sum(int(n) for n in row[2:5] if n != "–") for row in rows]
    assert added_up == [int(row[1]) for row in rows], "each action is in one column"
    shown = plain(head.lead)
    assert f"{len(vacant)} have no owner" in shown
    assert f"For {proposed} of them, the table names the owner that we propose." in shown


def test_each_condition_has_its_own_number_and_says_why_to_its_owner() -> None:
    a = of_example("tidewater-retail").assessment
    table = next(b for b in exhibits.board_plan(a).blocks if isinstance(b, Table))
    rows = [[plain(c.text) for c in row] for row in table.rows]
    own = [row for row in rows if row[1:] and row[1].startswith("Condition:")]
    assert [row[0] for row in own] == [str(x.number) for x in actions(a) if x.kind == "condition"]
    assert own[1][1].startswith("Condition: Begin monthly days on which the platform team watches")
    # Why it is needed stands where its owner reads it.
    listed = " ".join(texts(exhibits.all_actions(a).blocks))
    assert (
        "a product team work. A shared platform works if somebody runs it as a product." in listed
    )
    assert "Without what is marked “Condition”, the advice does not hold." in plain(table.caption)


@pytest.mark.parametrize("name", EVERY)
def test_the_box_asks_to_confirm_what_the_plan_has_to_confirm(name: str) -> None:
    a = of_example(name).assessment
    text = " ".join(texts(exhibits.board_decision(a).blocks))
    confirm = next((x for x in actions(a) if x.kind == "confirm"), None)
    chosen = a.answers.chosen_pattern
    if confirm is None or chosen is None or a.recommendation.patterns[:1] != (chosen,):
        assert "Confirm" not in text
        return
    day = date_words(a.content, proposed_day(a, confirm))
    short = a.content.pattern(chosen).short
    assert re.search(rf"Confirm [^.]*{short}[^.]*\.", text)
    rows = [row for row in first_rows(a) if row[0] == str(confirm.number)]
    assert bool(rows) == (confirm.horizon < HORIZONS[-1])
    for row in rows:
        assert row[1] == day
        assert short in row[3]
    turning = re.search(r"if the check in action (\d+) changes nothing", text)
    assert (turning is not None) == ("To check:" in text)


def test_whoever_is_to_carry_out_what_they_disagree_with_is_named_above_the_decisions() -> None:
    a = of_example("tidewater-retail").assessment
    lead = " ".join(texts(exhibits.board_decisions(a).blocks[:1]))
    own = "Head of platform and Head of Data are to carry out what they disagree with."
    assert own in lead
    given = a.answers.to_parameters()
    for decision in given["decisions"]:
        decision["owner"] = "Somebody else"
    other = " ".join(texts(exhibits.board_decisions(assess(Answers.from_parameters(given))).blocks))
    assert "to carry out what" not in other


def test_each_handoff_says_what_was_agreed_about_it() -> None:
    def told(assessment: Assessment) -> list[str]:
        blocks = exhibits.handoff_table(assessment).blocks
        (handoffs,) = [b for b in blocks if isinstance(b, Table)]
        assert plain(handoffs.columns[-1].title) == "As agreed"
        return [plain(row[-1].text) for row in handoffs.rows]

    tidewater, northfield = (of_example(n).assessment for n in COMPLETE[:2])
    kept = "It stays as long as Engineering ships the model."
    on = "It becomes Engineering to Product, and stays as long as Engineering ships the model."
    opened, moved = "It ends with action 30.", "It ends with action 31."  # as page 2 says, too
    assert told(tidewater) == [opened, kept, moved, on]
    (table,) = [b for b in exhibits.handoff_table(tidewater).blocks if isinstance(b, Table)]
    assert (
        "rests on the decision “Which pattern do we aim for in the coming year?” (31), which is to "
        "be carried out by 31 March 2027." in plain(table.caption)
    )
    (stay,) = [b for b in exhibits.handoff_table(northfield).blocks if isinstance(b, Table)]
    assert plain(stay.columns[-1].title) == "Which options end it, once complete"
    assert plain(stay.caption).endswith("No decision removes a handoff, so all of them stay.")
    (compared,) = (b for b in exhibits.board_options(tidewater).blocks if isinstance(b, Table))
    days = {plain(r[0].text): [plain(c.text) for c in r[1:]] for r in compared.rows}
    agreed = [w.splitlines()[0] for w in days["Half of changes take longer than (days)"]]
    assert agreed[1] == "as agreed 131"
    assert not any(w.startswith("as agreed") for w in (agreed[0], *agreed[2:]))
    where = days["Handoffs, and before which stage of page 2"]
    assert where[1] == "as agreed 2 (before 5, 7)\nonce complete none"
    ships = tidewater.answers.to_parameters()
    ships["decisions"][0]["sets"]["duties.ship"] = "research"
    ended = told(assess(Answers.from_parameters(ships)))
    assert [" ".join(w.split()[:4]) for w in ended] == ["It ends with action"] * 4


def test_the_level_beside_what_is_missing_for_it_is_called_your_own_rating() -> None:
    found = of_example("tidewater-retail")
    text = " ".join(texts(found.of("working").blocks))
    assert "At level 3, your own rating, it could be. Missing: study of its users" in text
    assert "level 3: a platform that can be run" not in text


def test_a_working_pack_alone_says_what_its_letters_mean() -> None:
    for chosen in (("working",), ("board", "working")):
        document = of_example("tidewater-retail").of(*chosen)
        typesetter = Typesetter(document.setup.paper)
        set_ = json.loads(_set_document(document.blocks, document.setup, typesetter))
        assert "R research and reports" in json.dumps(set_["setup"]["foot-note"])
    document = of_example("tidewater-retail").of("board", "working")
    pages = [" ".join(page.extract_text().split()) for page in printed(document).pages]
    named = ["K our own view" in words for words in pages]
    begins = next(at for at, words in enumerate(pages) if "Where you stand Working pack" in words)
    assert named == [at >= begins for at in range(len(pages))]


def test_rows_of_the_same_work_have_names_of_their_own() -> None:
    a = of_example("tidewater-retail").assessment
    (shown,) = (b for b in exhibits.value_stream_by_pattern(a).blocks if isinstance(b, Picture))
    names = ["Your stages today", "Centralised, done fully", "Federated, once complete"]
    names += ["Federated, as agreed", "Federated with Embedded"]
    drawn = re.sub(r"<[^>]+>", "\n", shown.data).splitlines()
    assert [drawn.count(name) for name in names] == [1] * len(names)
    assert not {"Federated", "Centralised"} & {*drawn}


def test_the_list_of_actions_is_by_date_and_says_why_many_share_a_day() -> None:
    a = of_example("tidewater-retail").assessment
    head, _busy, whose, listed = exhibits.all_actions(a).blocks
    assert isinstance(head, Heading)
    assert isinstance(listed, Table)
    assert (
        "Many share 18 December 2026 or 18 January 2027, because we propose the last working day "
        "within 30 or 60 days." in plain(head.lead)
    )
    titles = [plain(row[0].text) for row in listed.rows if len(row) == 1]
    assert titles[:3] == ["26 November 2026", "3 December 2026", "10 December 2026"]
    assert titles[-3:] == ["15 June 2027", "No date yet", "Only if you also choose Embedded"]
    assert len({*titles}) == len(titles), "each day has one place"
    # The numbers beside each name are those of the rows with that name, in the same order.
    rows = [(plain(r[0].text), plain(r[-1].text)) for r in listed.rows if len(r) > 1]
    beside = [text for text in texts([whose]) if ": " in text]
    for owner, _colon, numbers in (text.partition(": ") for text in beside):
        assert numbers == ", ".join(n for n, name in rows if name == owner)
    assert sum(len(n.split(", ")) for n, _ in rows) == len(actions(a))
    assert "Head of search: 6, 10, 25" in beside
    # Where nobody said when the workshop was, no day is shared.
    given = {**a.answers.to_parameters(), "held_on": None}
    (head, *_rest) = exhibits.all_actions(assess(Answers.from_parameters(given))).blocks
    assert isinstance(head, Heading)
    assert "Many share" not in plain(head.lead)


def test_the_list_says_that_a_busy_platform_team_has_no_time_for_its_actions() -> None:
    a = of_example("tidewater-retail").assessment

    def shown(**changed: Any) -> str:
        found = assess(Answers.from_parameters({**a.answers.to_parameters(), **changed}))
        return " ".join(texts(exhibits.all_actions(found).blocks))

    assert (
        "requests fill 95% of the platform team's time. That leaves too little for the 13 actions "
        "of Head of platform. When you ask Head of platform (action 1), agree which requests wait"
        in shown()
    )
    assert "That leaves too little" not in shown(requests_per_team_month=2)
    assert "That leaves too little" not in shown(requests_per_team_month=None)


def test_the_chapter_on_the_pattern_opens_with_what_was_found() -> None:
    blocks = of_example("tidewater-retail").of("working").blocks
    names = [plain(b.text) for b in blocks if isinstance(b, Heading) and b.level < 3]
    at = names.index("Which pattern fits")
    assert names[at + 1] == "What we found about the pattern"
    # Page 3 has the people that each option takes, so the picture is in the reference.
    assert "How many people each pattern takes" not in names


def test_what_a_page_keeps_empty_is_at_the_end_of_a_section_and_not_between_drills() -> None:
    found = of_example("tidewater-retail").of("board", "working")
    counts = [page.extract_text().count("A good answer:") for page in printed(found).pages]
    assert [n for n in counts if n] == [2, 3]


def test_drills_that_are_not_drawn_are_named() -> None:
    text = " ".join(texts(of_example("tidewater-retail").of("working").blocks))
    assert "Not drawn: “The model does not answer at all”." in text


def test_days_of_today_that_its_own_pattern_would_not_take_are_explained() -> None:
    given = of_example("northfield-clinical").assessment.answers
    untold = Answers.from_parameters({**given.to_parameters(), "current_pattern": None})
    # Where nobody validates independently, today's stages have more handoffs than their pattern.
    free = given.to_parameters()
    free["decisions"] = [d for d in free["decisions"] if "validator" not in (d.get("sets") or {})]
    for answers, count in ((Answers.from_parameters(free), 1), (untold, 0)):
        blocks = exhibits.value_stream_by_pattern(assess(answers)).blocks
        words = " ".join(plain(p.caption) for p in blocks if isinstance(p, Picture))
        assert words.count("because they have more handoffs.") == count


ALIKE = re.compile(r"(\d+)(?:[.,]\d+)?(?:\s?(%)|\s(?:working )?(?:days|Arbeitstage|Tage)\b)")


def alike(words: str) -> set[str]:
    """Return the numbers that a text has both as a percentage and as days."""
    found = {(n, bool(share)) for n, share in ALIKE.findall(words)}
    return {n for n, share in found if share and (n, False) in found}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", EVERY)
def test_no_text_has_a_share_and_days_that_look_alike(name: str, language: str) -> None:
    assert alike("46% of 159 days, or 46 working days, are waiting") == {"46"}
    found = of_example(name, language=language).of("board", "working")
    assert [t for t in texts(found.blocks) if alike(t)] == []


@pytest.mark.parametrize("name", COMPLETE)
def test_the_german_editions_hold_what_the_english_ones_do(name: str) -> None:
    found = of_example(name, language="de")
    cells = [plain(c.text) for c in cells_of(found.of("board", "working").blocks)]
    assert [c for c in cells if "…" in c] == []
    assert signs_of(found) == set()
    assert planned(found) == len(on_one_page(actions(found.assessment)))


# -- whatever was answered ----------------------------------------------------------------------


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(random_answers, whole_answers))
def test_any_answers_make_a_board_edition_of_few_pages(raw: dict[str, Any]) -> None:
    found = documents(Answers.from_parameters(raw))
    assert len(pages_of(found.of("board"))) <= 7
    plan = actions(found.assessment)
    assert planned(found) == len(on_one_page(plan))
    assert set(conditions(found.assessment)) <= {a.what for a in plan}
    assert all(a.owner is None or a.proposed_owner is None for a in plan)


@pytest.mark.parametrize("words", ["<b>#set page()</b> {n} %s", "W" * 300, "مرحبا 数据 é" * 20])
def test_hostile_words_neither_break_the_pages_nor_multiply_them(words: str) -> None:
    given = {
        "organisation": words[:300],
        "model": words[:300],
        "model_teams": 6,
        "ml_engineers": 20,
        "maturity": 3,
        "mandate": "none",
        "deployment": "pure-cloud",
        "decisions": [{"decision": words, "chosen": words, "dissent": words, "owner": words[:200]}],
    }
    found = documents(Answers.from_parameters(given))
    assert len(pages_of(found.of("board"))) <= 6
    assert planned(found) == len(on_one_page(actions(found.assessment)))
    assert assess(Answers.from_parameters(given)).answers.organisation == words[:300]


@pytest.mark.parametrize("name", ["tidewater-retail", "harbour-mutual", "three-answers"])
def test_slides_have_a_spine_of_at_most_twenty_five(name: str, content: Content) -> None:
    answers = of_example(name).assessment.answers
    parts = [p for run in executed(answers, content) for p in notebook_to_parts(run.notebook)]
    columns = divide(parts)
    assert 7 <= len(columns) <= 25
    assert sum(map(len, columns)) > 2 * len(columns)


def test_the_comparison_marks_what_to_begin_with_and_not_what_to_decide_later() -> None:
    a = of_example("tidewater-retail").assessment
    (table,) = (b for b in exhibits.board_options(a).blocks if isinstance(b, Table))
    tones = {plain(c.title).partition("\n")[0]: c.tone for c in table.columns}
    assert tones["Federated"] == "ours"
    assert tones["Federated with Embedded"] == "plain"


def test_the_duties_say_who_builds_the_model_today_as_agreed_and_as_advised() -> None:
    def builds(a: Assessment) -> list[list[str]]:
        tables = [b for b in exhibits.board_losses(a).blocks if isinstance(b, Table)]
        rows = [[plain(c.text) for c in row] for table in tables for row in table.rows]
        return [row[1:] for row in rows if row[0] == "Builds the model"]

    a = of_example("tidewater-retail").assessment
    assert builds(a) == [["Research", "Research", "Product"]]
    given = a.answers.to_parameters()
    del given["builder"]
    assert builds(assess(Answers.from_parameters(given))) == []


def test_a_dissent_that_waits_for_a_reply_is_in_the_table_and_quoted_beside_its_decision() -> None:
    a = of_example("northfield-clinical").assessment
    text = " ".join(texts(exhibits.board_decision(a).blocks))
    assert "Reply to the dissent of Head of clinical safety" in text
    assert "Fewer alerts can harm" not in text
    assert "Fewer alerts can harm" in " ".join(texts(exhibits.board_decisions(a).blocks))


def test_page_two_tells_who_acts_until_a_decision_from_the_decision() -> None:
    for name, shown in (
        ("northfield-clinical", "(action 15; until then action 5)"),
        ("tidewater-retail", "(actions 16 and 26; until then action 8)"),
    ):
        assert shown in " ".join(texts(exhibits.board_losses(of_example(name).assessment).blocks))


def changed(name: str, **given: Any) -> Assessment:
    """Return an example with some answers changed."""
    a = of_example(name).assessment.answers.to_parameters()
    return assess(Answers.from_parameters(a | given))


def first_page(a: Assessment) -> str:
    return " ".join(texts(exhibits.board_decision(a).blocks))


def test_answers_with_which_the_advice_becomes_the_same_are_one_sentence() -> None:
    a = changed("northfield-clinical", regulated=False)
    text = first_page(a)
    assert "If the answer on what regulation requires is “" in text
    assert text.count("the advice becomes Federated") == 1


def test_a_choice_that_we_advise_only_later_or_a_rule_rules_out_is_said_to_be_so() -> None:
    def chosen(name: str, pattern: str) -> str:
        made = of_example(name).assessment.answers.to_parameters()["decisions"]
        on = next(d for d in made if d["decision"].startswith("Which pattern"))
        on |= {"chosen": pattern.title(), "sets": {"current_pattern": pattern}}
        return first_page(changed(name, chosen_pattern=pattern, decisions=made))

    assert "We advise it only later, on top." in chosen("tidewater-retail", "embedded")
    assert "which your answer on the rule rules out" in chosen("northfield-clinical", "embedded")


def test_people_and_money_are_the_same_on_pages_1_and_3() -> None:
    for platform in (3, 4):
        a = changed("tidewater-retail", platform_engineers=platform)
        rows = rows_under(a, "People and cost")
        (table,) = (b for b in exhibits.board_options(a).blocks if isinstance(b, Table))
        names = [plain(c.title).partition("\n")[0] for c in table.columns]
        (costs,) = (r for r in table.rows if plain(r[0].text).startswith("Cost of new hires"))
        whole = plain(costs[names.index("Federated")].text)
        added = (rows.get("New people on it, and their salaries a year") or ["none"])[-1]
        first = added.rpartition(", for ")[2]
        assert whole == f"{first}; product teams not counted"
    enough = first_page(changed("tidewater-retail", platform_engineers=7))
    assert "You have 7 on the platform today, so the advice adds nobody." in enough


def test_people_in_product_teams_count_for_engineers_inside_them() -> None:
    few = changed("tidewater-retail", product_people=1)
    enough = changed("tidewater-retail", product_people=20)
    people = [
        next(o.people for o in a.options if o.patterns == ("embedded",)) for a in (few, enough)
    ]
    assert [p.too_few for p in people] == [True, False]
    assert people[1].beyond == (0, 0)
    unknown = changed("tidewater-retail", product_people=None)
    (alone,) = [o.people for o in unknown.options if o.patterns == ("embedded",)]
    assert alone.too_few


def test_a_second_answer_that_can_change_the_advice_is_on_the_first_page() -> None:
    a = changed("tidewater-retail", platform_as_product={"deprecation-cycles": False})
    turning = [x.number for x in actions(a) if turns(a, x)]
    if len(turning) > 1:
        assert f"Action {turning[1]} can change the advice, too." in first_page(a)
    else:
        pytest.fail("the answers no longer contradict each other twice")


def test_a_review_by_an_event_stands_beside_its_decision() -> None:
    made = [
        dict(d)
        for d in of_example("tidewater-retail").assessment.answers.to_parameters()["decisions"]
    ]
    made[0] = {k: v for k, v in made[0].items() if k != "revisit_on"} | {
        "revisit_when": "the third call."
    }
    shown = " ".join(
        texts(exhibits.board_decisions(changed("tidewater-retail", decisions=made)).blocks)
    )
    assert "review: the third call)" in shown


def test_every_contradiction_is_on_the_last_page_or_named_there() -> None:
    a = of_example("tidewater-retail").assessment
    shown = " ".join(texts(exhibits.board_confidence(a).blocks))
    assert all(c.check in shown for c in a.clashes)


def test_the_name_of_who_speaks_has_no_verb() -> None:
    assert speaker("Platform says: who is paged must hold the switch") == "Platform"
    assert speaker("Head of Data: not yet") == "Head of Data"
    assert speaker("says: nobody") == "says"


def test_urgent_actions_of_different_days_are_rows_of_their_own() -> None:
    a = of_example("tidewater-retail").assessment
    made = [dict(d) for d in a.answers.to_parameters()["decisions"]]
    for d, day in zip(made[1:3], ("2026-12-01", "2026-12-10"), strict=True):  # urgent ones
        d["due"] = day
    rows = first_rows(changed("tidewater-retail", decisions=made))
    days = [day for _no, day, _who, what in rows if what.startswith("Carry out the urgent")]
    assert len(days) == len({*days}) == 2


def test_as_we_advise_nobody_is_never_who_has_a_duty() -> None:
    given = of_example("tidewater-retail").assessment.answers.to_parameters()
    given["duties"]["turn-off"] = "nobody"
    given["decisions"] = [d for d in given["decisions"] if "duties.turn-off" not in d["sets"]]
    page = exhibits.board_losses(assess(Answers.from_parameters(given)))
    rows = [[plain(c.text) for c in r] for b in page.blocks if isinstance(b, Table) for r in b.rows]
    (off,) = (row for row in rows if row[0] == "May turn it off")
    assert off == ["May turn it off", "Nobody", "Nobody", "Somebody, by name"]


def test_every_condition_is_on_the_page_of_the_plan_however_long_it_is() -> None:
    given = of_example("tidewater-retail").assessment.answers.to_parameters()
    more = [{"decision": f"Which way {n}?", "chosen": "this one"} for n in range(30)]
    a = assess(Answers.from_parameters({**given, "decisions": [*given["decisions"], *more]}))
    plan = actions(a)
    shown = on_one_page(plan)
    assert len(shown) < len(plan)
    held = [x for x in plan if x.kind == "condition"]
    assert held
    assert all(x in shown for x in held)
