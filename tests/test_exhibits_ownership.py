"""The ownership exhibits: the answer first, words beside colours, typed text as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from workshop.answers.schema import Answers
from workshop.documents.blocks import Block, Bullets, Card, Cell, Heading, Table, plain
from workshop.documents.exhibit import Exhibit
from workshop.documents.html import blocks_to_html
from workshop.documents.text import blocks_to_text
from workshop.exhibits.ownership import diagnostics, lead_comparison, lead_profile, ownership_ledger
from workshop.findings import Assessment, assess

FIVE = ("evaluation-set", "ship", "paged", "answers-to-business", "turn-off")
SPLIT = {
    "model": "the ranking model",
    "builder": "Research",
    "duties": {
        "evaluation-set": "research",
        "ship": "Research",
        "paged": "platform",
        "answers-to-business": "product",
        "turn-off": "at-handover",
    },
}


def assessed(**parameters: Any) -> Assessment:
    return assess(Answers.from_parameters(parameters))


def words(exhibit: Exhibit) -> str:
    return " ".join(blocks_to_text(exhibit.blocks, width=400).split())


def lead(exhibit: Exhibit) -> str:
    first = exhibit.blocks[0]
    assert isinstance(first, Heading)
    return plain(first.lead)


def the_table(exhibit: Exhibit) -> Table:
    return next(b for b in exhibit.blocks if isinstance(b, Table))


def cards(exhibit: Exhibit) -> list[Card]:
    return [b for b in exhibit.blocks if isinstance(b, Card)]


def cells(blocks: tuple[Block, ...]) -> Iterator[Cell]:
    for block in blocks:
        if isinstance(block, Table):
            for row in block.rows:
                yield from row


# -- the ledger


def test_ledger_begins_with_how_many_duties_the_builder_holds() -> None:
    found = ownership_ledger(assessed(**SPLIT))
    assert lead(found) == "Research builds the ranking model and has 2 of its 5 duties."


def test_ledger_stands_as_duties_by_teams_with_the_builder_first() -> None:
    shown = the_table(ownership_ledger(assessed(**SPLIT)))
    assert [plain(c.title) for c in shown.columns] == [
        "Duty",
        "Research",
        "Platform",
        "Product",
        "Not decided",
    ]
    paged = [f"{c.mark}{plain(c.text)}" for c in shown.rows[2]]
    assert paged == ["Is on call for it", "", "other team", "", ""]


def test_ledger_counts_the_duties_of_each_column() -> None:
    last = the_table(ownership_ledger(assessed(**SPLIT))).rows[-1]
    assert [plain(c.text) for c in last] == ["Duties, of 5", "2", "1", "1", ""]


def test_a_duty_that_the_builder_is_to_share_is_named_as_shared() -> None:
    sets = {"duties.paged": "Research and engineering rota"}
    found = assessed(**SPLIT, decisions=[{"decision": "Who is on call?", "sets": sets}])
    shown = " ".join(blocks_to_text(ownership_ledger(found).blocks, width=400).split())
    assert "of the 5 duties, one of them together with another team." in shown


def test_untold_duties_get_a_column_of_their_own() -> None:
    found = ownership_ledger(assessed(builder="Search", duties={"ship": "Search"}))
    assert "1 of the 1 duties that you answered. You have not answered 4 of 5." in lead(found)
    assert plain(the_table(found).columns[-1].title) == "Not answered"


@pytest.mark.parametrize(
    "team", ["Department of Applied Personalisation and Ranking", "Schifffahrtsgesellschaft"]
)
def test_long_team_names_make_the_ledger_a_list(team: str) -> None:
    shown = the_table(ownership_ledger(assessed(builder="Search", duties={"paged": team})))
    assert [plain(c.title) for c in shown.columns] == ["Duty", "Team", "How to read it"]
    assert plain(shown.rows[2][1].text) == team


def test_many_teams_make_the_ledger_a_list() -> None:
    duties = dict(zip(FIVE, "ABCDE", strict=True))
    assert len(the_table(ownership_ledger(assessed(builder="F", duties=duties))).columns) == 3


def test_every_coloured_cell_says_in_words_what_it_means() -> None:
    for parameters in (SPLIT, {**SPLIT, "builder": None}, {**SPLIT, "duties": {"ship": "nobody"}}):
        for c in cells(ownership_ledger(assessed(**parameters)).blocks):
            if c.fill:
                assert not c.mark
                assert plain(c.text)


@pytest.mark.parametrize(
    ("duties", "builder", "tone", "message"),
    [
        ({"paged": "A", "answers-to-business": "A"}, "A", "strength", "answers for it in prod"),
        ({"paged": "B", "answers-to-business": "A"}, "A", "warning", "answers for a part of it"),
        ({"paged": "B", "answers-to-business": "C"}, "A", "warning", "does not answer for it"),
        ({"paged": "B"}, "A", "warning", "answers for a part of it"),
        ({"paged": "nobody"}, "A", "critical", "Is on call for it: nobody"),
        ({"paged": "nobody"}, None, "critical", "whoever builds it"),
        ({"ship": "A"}, "A", "plain", "You have not said"),
    ],
)
def test_ownership_rule_speaks_for_itself(
    duties: dict[str, str], builder: str | None, tone: str, message: str
) -> None:
    found = ownership_ledger(assessed(duties=duties, builder=builder))
    assert [c.tone for c in cards(found)] == [tone]
    assert message in words(found)


def test_ledger_without_answers_asks_the_five_questions() -> None:
    a = assessed()
    found = ownership_ledger(a)
    assert len(the_table(found).rows) == 5
    for duty in a.content.duties:
        assert duty.question in words(found)


def test_ledger_without_builder_names_the_team_with_most_duties() -> None:
    found = ownership_ledger(assessed(duties={"ship": "Search", "paged": "Search"}))
    assert lead(found).endswith("Search has the most duties: 2 of 5.")


@pytest.mark.parametrize("bought", [{}, {"model_origin": "bought", "provider": "Acme"}])
def test_no_team_is_named_as_the_first_among_equals(bought: dict[str, str]) -> None:
    duties = {"ship": "research", "paged": "platform", "turn-off": "product"}
    found = ownership_ledger(assessed(model="the ranking model", duties=duties, **bought))
    assert lead(found).endswith("No team has more than 1 of 5 duties.")


def test_ledger_held_by_nobody_says_so() -> None:
    found = ownership_ledger(assessed(duties=dict.fromkeys(FIVE, "nobody")))
    assert lead(found) == "None of your answers gives a duty for the model to a team."


# -- the three diagnostics


def test_each_diagnostic_says_in_a_word_how_it_stands() -> None:
    found = diagnostics(assessed(**SPLIT, evaluation_set_authors=["research", "product"]))
    assert [(c.label, c.tone) for c in cards(found)] == [
        ("Fails", "critical"),
        ("Passes", "strength"),
        ("Not answered", "plain"),
    ]
    assert lead(found) == "Passing: 1 of 3. Failing: 1. Cannot be judged yet: 1."


def test_failing_answer_comes_with_its_reason() -> None:
    a = assessed(**SPLIT)
    failing = a.content.diagnostics[0].fails[1]
    assert f"Why it fails: {failing.answer} {failing.why}" in words(diagnostics(a))


def test_switch_stands_beside_the_role_that_may_retire() -> None:
    found = diagnostics(assessed(**SPLIT, retirement_authority="Head of Search"))
    shown = words(found).replace(" | ", " ").replace("| ", "")
    assert "Your answer: Head of Search" in shown
    assert "Who can switch it off: nobody yet" in shown


def test_diagnostics_without_answers_teach_what_fails_and_what_passes() -> None:
    a = assessed()
    shown = words(diagnostics(a)).replace("| ", "")
    for d in a.content.diagnostics:
        assert d.question in shown
        assert d.passes in shown
        assert all(f.answer in shown and f.why in shown for f in d.fails)


def test_reasons_to_retire_are_listed() -> None:
    last = cards(diagnostics(assessed()))[-1]
    assert any(isinstance(b, Bullets) and len(b.items) == 3 for b in last.body[-1:])


# -- the lead


@pytest.mark.parametrize(
    ("in_place", "tone", "message"),
    [
        (True, "strength", "In place"),
        (False, "warning", "Not in place yet"),
        (None, "plain", "Whether it is in place is not answered"),
    ],
)
def test_profile_says_whether_the_safeguard_is_in_place(
    in_place: bool | None, tone: str, message: str
) -> None:
    found = lead_profile(assessed(lead="product", mitigations={"product": in_place}))
    assert [(c.tone, plain(c.title)) for c in cards(found)] == [(tone, message)]


def test_on_paper_a_safeguard_is_left_to_the_finding_about_it() -> None:
    def printed(in_place: bool | None) -> object:
        return lead_profile(assessed(lead="product", mitigations={"product": in_place})).in_pack

    assert printed(False) == printed(True) == ()
    assert printed(None)


def test_on_paper_a_broken_rule_is_left_to_the_risks_that_say_it() -> None:
    given: dict[str, Any] = {"builder": "research", "duties": {"paged": "platform"}}
    assert not [c for c in ownership_ledger(assessed(**given)).in_pack or () if isinstance(c, Card)]
    assert cards(ownership_ledger(assessed(**given)))
    kept = assessed(builder="research", duties={"paged": "research", "ship": "research"})
    assert [c for c in ownership_ledger(kept).in_pack or () if isinstance(c, Card)]


def test_a_row_of_ones_is_left_out_of_the_ledger() -> None:
    given = {"ship": "research", "paged": "platform"}
    shown = the_table(ownership_ledger(assessed(builder="research", duties=given)))
    assert len(shown.rows) == 5
    given["turn-off"] = "platform"
    shown = the_table(ownership_ledger(assessed(builder="research", duties=given)))
    assert plain(shown.rows[-1][0].text) == "Duties, of 5"


def test_profile_begins_with_the_failure_to_guard_against() -> None:
    a = assessed(lead="engineering")
    assert lead(lead_profile(a)) == f"How it often fails: {a.content.lead('engineering').fails}"


@pytest.mark.parametrize("today", ["engineering", None])
def test_what_to_guard_against_is_said_of_the_agreed_lead_too(today: str | None) -> None:
    given = {"lead": today} if today else {"builder": "research"}
    a = decided(("lead", "product", "2027-01-15"), **given)
    found, guard = lead_profile(a), a.content.lead("product")
    fails = a.content.words("ownership.lead-fails", fails=guard.fails)
    for blocks in (found.blocks, found.in_pack or ()):
        shown = " ".join(blocks_to_text(blocks, 400).split())
        assert f"As agreed, from 15 January 2027, you work this way. {fails}" in shown
        assert guard.first_test in shown.partition(fails)[2]
    same = decided(("lead", "product", "2027-01-15"), lead="product")
    assert "As agreed" not in words(lead_profile(same))


def test_without_a_lead_all_three_stand_side_by_side() -> None:
    shown = the_table(lead_profile(assessed()))
    assert [plain(c.title) for c in shown.columns[1:]] == [
        "Research-led",
        "Engineering-led",
        "Product-led",
    ]


def test_comparison_marks_ours_with_a_word() -> None:
    shown = the_table(lead_comparison(assessed(lead="product")))
    assert [(plain(c.title), c.tone) for c in shown.columns[1:]] == [
        ("Research-led", "plain"),
        ("Engineering-led", "plain"),
        ("Product-led (yours)", "ours"),
    ]


def test_comparison_shows_the_safeguards_that_were_told() -> None:
    found = lead_comparison(assessed(mitigations={"research": False, "product": True}))
    assert [plain(c.text) for c in the_table(found).rows[-1][1:]] == [
        "Not in place",
        "Not answered",
        "In place",
    ]


# -- all of them


@pytest.mark.parametrize("make", [ownership_ledger, diagnostics, lead_profile, lead_comparison])
def test_typed_text_is_never_markup(make: Any) -> None:
    typed = "<script>alert(1)</script> $x$ {model} *b*"
    parameters = {
        "model": typed,
        "builder": typed,
        "duties": {"paged": typed, "ship": "other"},
        "evaluation_set_authors": [typed, "other"],
        "retirement_authority": typed,
    }
    found = make(assessed(**parameters))
    assert "<script>" not in blocks_to_html(found.blocks)
    if make in (ownership_ledger, diagnostics):
        assert typed in words(found).replace(" | ", " ")


@pytest.mark.parametrize("make", [ownership_ledger, diagnostics, lead_profile, lead_comparison])
def test_same_answers_give_the_same_exhibit(make: Any) -> None:
    assert make(assessed(**SPLIT)) == make(assessed(**SPLIT))


def decided(*made: tuple[str, str, str], **given: Any) -> Assessment:
    """Return answers with decisions: the answer that each sets, its value and its day."""
    decisions = [
        {"decision": f"On {name}?", "chosen": "Engineering", "owner": "Jo", "due": day}
        | {"sets": {name: value}}
        for name, value, day in made
    ]
    return assessed(**given, decisions=decisions, held_on="2026-11-30")


ON_CALL = ("duties.paged", "engineering", "2027-03-01")
ON_QUALITY = ("paged_quality", "engineering", "2027-02-08")


def why(a: Assessment, question: str) -> str:
    shown = next(b for b in diagnostics(a).in_pack or () if isinstance(b, Table))
    (row,) = (r for r in shown.rows if plain(r[0].text).startswith(question))
    return plain(row[2].text)


@pytest.mark.parametrize("made", [(ON_QUALITY, ON_CALL), (ON_CALL, ON_QUALITY)])
def test_a_question_is_as_agreed_once_all_decisions_on_it_hold(
    made: tuple[tuple[str, str, str], ...],
) -> None:
    a = decided(*made, builder="engineering", duties={"paged": "platform", "ship": "engineering"})
    assert "As agreed, from 1 March 2027, the answer passes." in why(a, "If the model fails")
    night = next(c for c in cards(diagnostics(a)) if "at night" in plain(c.title))
    shown = " ".join(blocks_to_text(night.body, 400).split())
    assert "by 8 February 2027" in shown
    assert "by 1 March 2027" in shown


def test_a_decision_on_the_evaluation_set_says_nothing_on_who_writes_it() -> None:
    a = decided(
        ("duties.evaluation-set", "product", "2027-02-15"),
        builder="research",
        duties={"evaluation-set": "research", "paged": "research"},
    )
    assert why(a, "Who writes") == ""
    assert "Decided:" not in words(diagnostics(a))
