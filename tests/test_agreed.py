"""As found, as agreed: what decisions set, what becomes of findings, and the list of actions."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from conftest import TOP
from workshop import Answers, Assessment, assess, exhibits
from workshop.answers.columns import column_of
from workshop.answers.reading import read_answers
from workshop.answers.schema import Decision, as_agreed, lookup
from workshop.answers.table import answers_to_row, read_table, table_of
from workshop.content.loader import load_content
from workshop.documents.blocks import Card, Table, plain
from workshop.documents.exhibit import Exhibit
from workshop.documents.text import blocks_to_text
from workshop.exhibits.agreement import decision_warnings
from workshop.exhibits.decisions import rule_of
from workshop.exhibits.front import finding_card
from workshop.findings import plan as planning
from workshop.findings.agreement import Clash
from workshop.findings.finding import left_of, settled_by
from workshop.findings.output.report import report, settable
from workshop.findings.plan import (
    PERIODS,
    Action,
    actions,
    answering,
    conditions,
    ending,
    is_a_lead,
    late_by,
    on_one_page,
    period_of,
    proposed_day,
    proposed_due,
)
from workshop.problems import InputError
from workshop.session import Session
from workshop.web.walk import findings_documents
from workshop.widgets.steps import LivePage

CONTENT = load_content()
DECIDED = {"decision": "Who is on call?", "chosen": "A rota.", "owner": "VP", "due": "2027-02-01"}


def answers(sets: dict[str, Any] | None = None, **given: Any) -> Answers:
    decided = [{**DECIDED, "sets": sets}] if sets is not None else []
    more = given.pop("decisions", [])
    return Answers.from_parameters({**given, "decisions": [*decided, *more]})


def problem(sets: dict[str, Any]) -> str:
    with pytest.raises(InputError) as refused:
        answers(sets)
    return str(refused.value)


# -- what a decision sets -----------------------------------------------------------------------


def test_agreed_values_take_the_place_of_what_was_found_and_nothing_else_moves() -> None:
    given = answers(
        {"duties.paged": "research", "maturity": 2, "evaluation_set_authors": ["product", "data"]},
        duties={"paged": "nobody", "ship": "engineering"},
        maturity=3,
        rails="built",
    )
    agreed = as_agreed(given)
    assert agreed is not None
    assert lookup(agreed, "duties.paged") == "research"
    assert lookup(agreed, "duties.ship") == "engineering"
    assert (agreed.maturity, agreed.rails) == (2, "built")
    assert agreed.evaluation_set_authors == ("product", "data")
    assert lookup(given, "duties.paged") == "nobody"


def test_nothing_is_agreed_without_sets() -> None:
    assert as_agreed(answers(decisions=[DECIDED])) is None
    assert assess(answers(decisions=[DECIDED])).agreed is None


def test_names_may_stand_below_each_other_and_are_kept_with_dots() -> None:
    given = answers({"duties": {"paged": "research", "turn_off": "product"}})
    assert given.decisions is not None
    assert given.decisions[0].sets == {"duties.paged": "research", "duties.turn-off": "product"}


@pytest.mark.parametrize("name", settable(CONTENT))
def test_every_answer_that_can_be_set_is_one(name: str) -> None:
    assert column_of(f"decisions.1.sets.{name}") is not None


@pytest.mark.parametrize(
    ("sets", "given"),
    [
        ({"maturity": 9}, {"maturity": 9}),
        ({"lead": "boss"}, {"lead": "boss"}),
        ({"rails_bypassed": "no"}, {"rails_bypassed": "no"}),
        ({"duties.paged": 3}, {"duties": {"paged": 3}}),
    ],
)
def test_an_agreed_value_is_refused_in_the_words_of_the_answer(
    sets: dict[str, Any], given: dict[str, Any]
) -> None:
    with pytest.raises(InputError) as refused:
        Answers.from_parameters(given)
    assert problem(sets) == f"decisions.0.sets.{refused.value}"


def test_a_name_that_is_no_answer_is_refused_with_the_nearest_one() -> None:
    assert "Did you mean “maturity”?" in problem({"maturty": 2})
    assert "Did you mean “paged”?" in problem({"duties.payed": "research"})


@pytest.mark.parametrize("name", ["organisation", "stages", "decisions", "votes", "basis"])
def test_names_and_lists_are_not_set_by_a_decision(name: str) -> None:
    assert "cannot set" in problem({name: "x"})


def test_a_drill_that_there_is_not_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(
        "decisions:\n  - decision: x\n    sets: {drills.fire.minute_0: data}\n", encoding="utf-8"
    )
    with pytest.raises(InputError, match="No drill has this name"):
        read_answers(file)


def test_sets_go_through_a_table_and_back(tmp_path: Path) -> None:
    given = answers({"duties.paged": "research", "queue_weeks": 1.5, "rails_bypassed": False})
    given = given.model_copy(update={"group": "Shop"})
    header, row = table_of([given])
    assert "decisions.1.sets.duties.paged" in header
    assert set(answers_to_row(given)) == set(header)
    file = tmp_path / "t.csv"
    file.write_text(
        "\n".join(",".join(f'"{c}"' for c in line) for line in (header, row)) + "\n",
        encoding="utf-8",
    )
    assert [r.answers for r in read_table(file, CONTENT).rows] == [given]


# -- what becomes of findings -------------------------------------------------------------------


def test_findings_are_settled_open_and_new() -> None:
    given = answers(
        {"duties.paged": "engineering"},
        builder="research",
        duties={"paged": "nobody", "turn-off": "nobody"},
    )
    found = assess(given)
    status = {f.id: f.status for f in (*found.findings, *found.new_findings)}
    assert status["nobody-paged"] == "settled"
    assert status["nobody-can-turn-off"] == "open"
    assert status["pager-with-another-team"] == "new"
    assert "pager-with-another-team" not in {f.id for f in found.findings}
    assert found.agreed is not None
    assert "nobody-paged" not in {f.id for f in found.agreed.findings}


def test_a_settled_finding_has_the_owner_and_date_of_the_decision_that_sets_its_answer() -> None:
    given = answers({"duties.paged": "research"}, builder="research", duties={"paged": "nobody"})
    finding = next(f for f in assess(given).findings if f.id == "nobody-paged")
    assert (finding.owner, finding.due) == ("VP", "2027-02-01")


KNOWLEDGE = {"business": "product", "model": "research", "infrastructure": "platform"}
ONE_PAGER = {
    "paged_quality": "platform",
    "paged_infrastructure": "platform",
    "knowledge": KNOWLEDGE,
}
DRILL = {
    "drills": {
        "precision-drop-dashboards-green": {
            "minute_0": "data",
            "minute_15": "data",
            "minute_60": "data",
        }
    }
}


HELD_BY_DATA = {f"knowledge.{kind}": "data" for kind in KNOWLEDGE}


def status(sets: dict[str, Any], rule: str, **given: Any) -> str:
    """Return the status of a rule's finding, which there is without the decision."""
    return next(f.status for f in assess(answers(sets, **given)).findings if f.id == rule)


@pytest.mark.parametrize(
    ("rule", "given", "without", "with_"),
    [
        pytest.param(
            "one-pager-without-business-knowledge",
            ONE_PAGER,
            {"paged_quality": "research and engineering rota"},
            {"paged_quality": "research and product rota"},
            id="business",
        ),
        pytest.param(
            "nobody-knows-the-business",
            {**ONE_PAGER, "knowledge": {**KNOWLEDGE, "business": "nobody"}},
            {"knowledge.business": "product"},
            {"knowledge.business": "product", "rollback_authority": "Head of product"},
            id="business-of-nobody",
        ),
        pytest.param(
            "technical-knowledge-held-by-nobody",
            {**ONE_PAGER, "knowledge": {**KNOWLEDGE, "model": "nobody"}},
            {"knowledge.model": "research"},
            {"knowledge.model": "research", "paged_quality": "research"},
            id="model",
        ),
        pytest.param(
            "technical-knowledge-held-by-nobody",
            {**ONE_PAGER, "knowledge": {**KNOWLEDGE, "infrastructure": "nobody"}},
            {"knowledge.infrastructure": "data"},
            {"knowledge.infrastructure": "data", "duties.paged": "data"},
            id="infrastructure",
        ),
        pytest.param(
            "drill-lacks-knowledge",
            {**ONE_PAGER, **DRILL},
            HELD_BY_DATA,
            {**HELD_BY_DATA, "paged_quality": "data"},
            id="all-of-a-drill",
        ),
    ],
)
def test_knowledge_is_settled_only_if_the_team_that_has_it_is_called(
    rule: str, given: dict[str, Any], without: dict[str, Any], with_: dict[str, Any]
) -> None:
    agreed = assess(answers(without, **given)).agreed
    assert agreed is not None
    assert rule not in {f.id for f in agreed.findings}  # the rule alone would call it settled
    assert status(without, rule, **given) == "open"
    assert status(with_, rule, **given) == "settled"


def test_a_drill_that_lacks_the_same_knowledge_asks_for_one_action() -> None:
    told = [a.finding for a in actions(assess(answers(**ONE_PAGER)))]
    both = [a.finding for a in actions(assess(answers(**ONE_PAGER, **DRILL)))]
    assert "one-pager-without-business-knowledge" in told
    assert "drill-lacks-knowledge" in both
    assert "one-pager-without-business-knowledge" not in both


def test_everything_is_open_where_no_decision_sets_an_answer() -> None:
    found = assess(answers(duties={"paged": "nobody"}, decisions=[DECIDED]))
    assert {f.status for f in found.findings} == {"open"}


def test_two_decisions_that_set_one_answer_differently_contradict_each_other() -> None:
    two = [{"decision": "a", "sets": {"lead": "product"}}]
    found = assess(answers({"lead": "research"}, decisions=two))
    assert [c.id for c in found.clashes] == ["decisions-disagree"]
    assert "Product-led" in found.clashes[0].statement
    same = [{"decision": "a", "sets": {"duties.paged": "Research team"}}]
    assert not assess(answers({"duties.paged": "research"}, decisions=same)).clashes


@pytest.mark.parametrize(
    ("name", "chosen", "value", "differs"),
    [
        ("duties.paged", "Product", "research", True),
        ("duties.paged", "Nobody", "research", True),
        ("duties.paged", "Nachtwache", "research", True),
        ("duties.paged", "research team", "research", False),
        ("duties.paged", "Product, until the spring", "research", False),
        ("duties.paged", "", "research", False),
        ("lead", "Research-led", "product", True),
        ("lead", "product-LED", "product", False),
        ("lead", "Whoever knows the users", "product", False),
        ("evaluation_set_authors", "Data and product", ["data", "platform", "product"], True),
        ("evaluation_set_authors", "Product and data", ["data", "product"], False),
        ("drills.stale-features.minute_0", "Data", "platform", True),
        ("maturity", "3", 2, False),
    ],
)
def test_words_that_name_another_choice_than_the_answer_as_agreed_contradict_it(
    name: str, chosen: str, value: Any, differs: bool
) -> None:
    """What was chosen in a sentence of one's own is nobody's contradiction."""
    told = {"decision": "Who?", "chosen": chosen or None, "sets": {name: value}}
    found = assess(Answers.from_parameters({"builder": "Nachtwache", "decisions": [told]}))
    clashes = [c for c in found.clashes if c.id == "decision-words-differ"]
    assert bool(clashes) == differs
    warned = [w for d, w in decision_warnings(found) if d and chosen and chosen in w]
    assert bool(warned) == differs
    if differs:
        assert clashes[0].what in {a.what for a in actions(found) if a.kind == "contradiction"}
        assert clashes[0].statement in text_of(exhibits.contradictions(found))
        assert not found.doubted, "no answer about today is in doubt"
        assert "decisions-ready-to-start" not in {f.id for f in found.findings}


@pytest.mark.parametrize(("chosen", "differs"), [("Platform", True), ("Product", False)])
def test_a_choice_that_sets_no_answer_contradicts_another_answer_to_its_question(
    chosen: str, differs: bool
) -> None:
    asked = CONTENT.question("duties.turn-off").ask
    made = {"decision": asked, "chosen": chosen, "owner": "Maria"}
    a = assess(answers(duties={"turn-off": "product"}, decisions=[made]))
    told = f"On “{asked}” you chose “Platform”, but the answer as agreed is “Product”."
    assert (told in [c.statement for c in a.clashes]) is differs


def test_the_card_of_a_decision_says_where_its_words_differ_from_the_answer(
    tmp_path: Path,
) -> None:
    with closing(Session.open(tmp_path / "s", who="Ana")) as session:
        told = {"decision": "Who?", "chosen": "Product", "sets": {"duties.paged": "research"}}
        item = session.add("decisions", told)
        session.add("decisions", {"decision": "And then?"})
        groups = {g["key"]: g for g in LivePage(session, part=6).form("decisions").view()["groups"]}
        beside = groups[f"decisions/{item}"]["text"]
        assert "you chose “Product”, but the answer as agreed is “Research”" in beside[0]
        assert [key for key, group in groups.items() if "text" in group] == [
            "warned",
            f"decisions/{item}",
        ]


@pytest.mark.parametrize(
    ("review", "said"),
    [("2026-12-15", True), ("2027-03-30", False), ("2027-06-01", False), (None, False)],
)
def test_a_review_before_the_decision_is_carried_out_is_said(
    review: str | None, said: bool
) -> None:
    made = {"decision": "Who?", "chosen": "A rota.", "due": "2027-03-30", "revisit_on": review}
    found = assess(Answers.from_parameters({"decisions": [made]}))
    warned = [w for d, w in decision_warnings(found) if d]
    assert bool(warned) == said
    if said:
        assert "15 December 2026" in warned[0]
        assert "30 March 2027" in warned[0]


def test_findings_json_tells_what_was_agreed() -> None:
    given = answers({"duties.paged": "engineering"}, builder="research", duties={"paged": "nobody"})
    data = report(assess(given)).model_dump(mode="json")
    assert data["agreed"] == {"duties.paged": "engineering"}
    assert {f["id"]: f["status"] for f in data["findings"]}["pager-with-another-team"] == "new"


# -- actions ------------------------------------------------------------------------------------


def test_all_pages_are_made_from_one_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page asks for it hundreds of times, and a plan takes longer than the page."""
    made: list[Assessment] = []
    real = planning._with_conditions

    def counted(assessment: Assessment, found: list[Action]) -> list[Action]:
        made.append(assessment)
        return real(assessment, found)

    monkeypatch.setattr(planning, "_with_conditions", counted)
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    findings_documents(a)
    assert made
    assert len({*map(id, made)}) == len(made)


def test_each_action_stands_once_in_the_order_of_the_plan() -> None:
    given = answers(
        {"duties.paged": "research"},
        held_on="2027-01-10",
        builder="research",
        duties={"paged": "nobody", "turn-off": "nobody"},
        data_access="ticket",
        decisions=[{"decision": "Tickets", "settles": ["data-by-ticket"], "due": "2027-03-01"}],
    )
    found = actions(assess(given))
    assert len({(a.finding, a.what) for a in found}) == len(found)
    by = {a.finding: a for a in found}
    assert by["nobody-paged"].status == "decided"
    assert (by["nobody-paged"].owner, by["nobody-paged"].horizon) == ("VP", 30)
    assert (by["nobody-can-turn-off"].status, by["nobody-can-turn-off"].horizon) == ("proposed", 30)
    assert (by["data-by-ticket"].status, by["data-by-ticket"].horizon) == ("decided", 60)
    assert [a.number for a in found] == list(range(1, len(found) + 1))
    a = assess(given)
    days = [x.due or proposed_due(a, x) or "9999" for x in found]
    assert days == sorted(days)


@pytest.mark.parametrize("name", ["harbour-mutual", "northfield-clinical", "tidewater-retail"])
def test_the_plan_is_in_the_order_of_dates_with_what_is_needed_first(name: str) -> None:
    a = assess(read_answers(TOP / "examples" / f"{name}.yaml"))
    found = actions(a)
    places = [
        (PERIODS.index(period_of(a, x)), x.due or proposed_due(a, x) or "9999") for x in found
    ]
    assert places == sorted(places)
    dated = [x for x in found if period_of(a, x) == "30"]
    for day in {proposed_due(a, x) or "" for x in dated}:
        settling = [x.kind in ("contradiction", "rule") for x in dated if proposed_due(a, x) == day]
        assert settling == sorted(settling, reverse=True)
    # What is left to the working pack follows from what is on the page, or is less urgent.
    shown = on_one_page(found)
    assert [x.number for x in shown] == sorted(x.number for x in shown)
    for x in (x for x in found if x not in shown):
        assert x.status == "proposed"
        assert not x.is_urgent
        main = ("contradiction", "condition", "step", "choice", "cover", "rule")
        assert x.only_if or x.minor or x.kind not in main


def test_parts_of_the_plan_say_by_when_and_each_action_if_it_is_agreed() -> None:
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    table, _load = (b for b in exhibits.board_plan(a).blocks if isinstance(b, Table))
    titles = [plain(row[0].text) for row in table.rows if len(row) == 1]
    assert titles == [
        "Within 30 days, by 18 December 2026",
        "Within 60 days, by 18 January 2027",
        "Within 90 days, by 17 February 2027",
        "After 90 days",
    ]
    status = {plain(row[0].text): plain(row[-1].text) for row in table.rows if len(row) > 1}
    plan = {str(x.number): x for x in actions(a)}
    for shown, word in status.items():
        number = shown.partition("–")[0]
        decision = plan[number].decision
        on_pattern = decision is not None and "current_pattern" in (decision.sets or {})
        decided = "decided, if confirmed" if on_pattern else "decided"
        assert word == (decided if plan[number].status == "decided" else "proposed")
    assert "For Federated: Choose the first product team" in text_of(exhibits.board_plan(a))


def test_what_is_open_or_has_no_owner_is_not_said_to_be_agreed() -> None:
    decisions = [
        {"decision": "Who leads on this model?", "owner": "Sponsor", "due": "2026-12-18"},
        {"decision": "Keep the platform team for a year"},
        {"decision": "Who ships?", "chosen": "Data", "owner": "Ana", "due": "2027-01-15"},
    ]
    given = read_answers(TOP / "examples" / "tidewater-retail.yaml").to_parameters()
    a = assess(Answers.from_parameters({**given, "decisions": decisions}))

    def words(exhibit: Exhibit) -> str:
        return " ".join(blocks_to_text(exhibit.blocks, 2000).split())

    (table,) = (
        b for b in exhibits.board_plan(a).blocks if isinstance(b, Table) and len(b.rows) > 9
    )
    rows = [[plain(c.text) for c in row] for row in table.rows]
    status = {row[1]: row[-1] for row in rows if len(row) > 3}
    assert status["Decide: Who leads on this model?"] == CONTENT.words("agreed.plan-is-open")
    assert status["Keep the platform team for a year"] == CONTENT.words(
        "agreed.plan-is-without-owner"
    )
    (made,) = (word for what, word in status.items() if "“Who ships?”" in what)
    assert made == CONTENT.words("agreed.plan-is-decided")
    assert CONTENT.words("board.still-open") in words(exhibits.board_decisions(a))
    for page in (exhibits.board_decisions(a), exhibits.decision_register(a)):
        assert CONTENT.words("decisions.left-open", n=1) in words(page)
        assert CONTENT.words("decisions.actions", n=1) in words(page)
        assert "took one decision." in words(page)
    listed = [row[1] for row in printed_rows(exhibits.all_actions(a)) if len(row) > 1]
    asked = "Who leads on this model?"
    assert any(f"Decide: {asked}" in row for row in listed)
    assert any("From the workshop: Keep the platform" in row for row in listed)
    register = {row[1]: row for row in printed_rows(exhibits.decision_register(a))}
    open_one = register[f"{asked}\n{CONTENT.words('board.still-open')}"]
    assert CONTENT.words("decisions.missing-one") not in " ".join(open_one)
    # what somebody does is in the plan, and no decision of page 5
    assert "Keep the platform team" not in words(exhibits.board_decisions(a))
    assert "Keep the platform team" in words(exhibits.decision_register(a))


def test_a_warning_names_the_decision_that_it_is_about() -> None:
    made = [
        {"decision": "Who switches it off?", "sets": {"duties.turn-off": "nobody"}},
        {"decision": "Who ships?", "sets": {"duties.ship": "data"}},
        {"decision": "Who else ships?", "sets": {"duties.ship": "product"}},
    ]
    a = assess(Answers.from_parameters({"decisions": made}))
    clash, nobody, *more = decision_warnings(a)
    made_of_it = a.answers.decisions or ()
    assert clash[0] == made_of_it[1:], "it is about the two that disagree"
    assert "Who else ships?" in clash[1]
    assert nobody == (
        (a.answers.decisions or ())[:1],
        CONTENT.words("agreed.step-nobody", asked="Who switches it off?"),
    )
    assert [about for about, words in more if "urgent" in words] == [made_of_it[:1]]


def test_an_action_with_dissent_is_on_page_five() -> None:
    def shown(**more: str) -> str:
        made = [{"decision": "Keep the platform team for a year", **more}]
        page = exhibits.board_decisions(assess(Answers.from_parameters({"decisions": made})))
        return " ".join(blocks_to_text(page.blocks, 2000).split())

    assert "Keep" not in shown()
    assert "took" not in shown()
    assert "Eve: no." in shown(dissent="Eve: no.")
    assert "took one decision" in shown(rejected="Two teams")


def test_page_five_has_every_rule_below_its_decision_however_many_there_are() -> None:
    made = [
        {"decision": f"Who does {n}?", "chosen": f"Team {n}"}
        | {"if": f"{n} grows.", "then": f"we ask team {n}."}
        for n in range(9)
    ]
    page = exhibits.board_decisions(assess(Answers.from_parameters({"decisions": made})))
    (shown,) = (b for b in page.blocks if isinstance(b, Table))
    rows = [[plain(c.text) for c in row] for row in shown.rows]
    for n in range(9):
        at = next(i for i, row in enumerate(rows) if row[0].startswith(f"Who does {n}?"))
        assert rows[at + 1][0] == f"Team {n}"
        assert rows[at + 2] == [f"Agreed rule: If {n} grows, then we ask team {n}."]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (("If the queue grows,", "then we ask Data."), "If the queue grows, then we ask Data."),
        (("IF: Data is late", "Then: we wait"), "If: Data is late; then: we wait."),
        (("Iffy data", "thence"), "If: Iffy data; then: thence."),
        (("If", "then"), "If: If; then: then."),
        (("if it fails", ""), "If it fails (“then …” is missing)."),
    ],
)
def test_a_rule_that_was_typed_with_if_and_then_says_them_once(
    typed: tuple[str, str], shown: str
) -> None:
    decision = Decision.model_validate({"decision": "x", "if": typed[0], "then": typed[1] or None})
    assert rule_of(load_content(), decision) == shown


def test_the_register_has_each_dissent_with_its_reply_or_the_action_that_gives_one() -> None:
    made = [
        {"decision": "Who ships?", "chosen": "We do", "dissent": "Eve: no.", "reply": "In May."},
        {"decision": "Who pays?", "chosen": "We do", "dissent": "Ann: why?"},
        {"decision": "Who trains?", "chosen": "We do"},
        {"decision": "Who labels?", "chosen": "We do", "dissent": "Research: hard\nData: late"},
    ]
    a = assess(Answers.from_parameters({"decisions": made}))
    (register,) = (b for b in exhibits.decision_register(a).in_pack or () if isinstance(b, Table))
    rows = [plain(row[1].text) for row in register.rows if len(row) == 2]
    number, one, two = (x.number for x in actions(a) if x.kind == "reply")
    assert rows == [
        "Dissent: Eve: no. Reply: “In May.”",
        f"Dissent: Ann: why? No reply yet (action {number}).",
        f"Dissent: Research: hard\nData: late\nNo reply yet (actions {one} and {two}).",
    ]


def test_a_review_by_an_event_alone_reads_as_one_beside_a_date() -> None:
    event = {"revisit_when": "two teams hand their model back"}
    made = [
        {"decision": "Who ships?", "chosen": "We do", **event},
        {"decision": "Who pays?", "chosen": "We do", **event, "revisit_on": "2027-06-30"},
    ]
    shown = text_of(
        exhibits.decision_register(assess(Answers.from_parameters({"decisions": made})))
    )
    assert "30 June 2027, or when two teams hand their model back" in shown
    assert shown.count("when two teams hand their model back") == len(made)


@pytest.mark.parametrize(
    ("count", "lead"), [(1, "one action, which is"), (2, "2 actions, which are")]
)
def test_what_somebody_does_alone_is_an_action_and_no_missing_decision(
    count: int, lead: str
) -> None:
    made = [
        {"decision": f"Write part {n}", "owner": "Ana", "due": "2027-01-20"} for n in range(count)
    ]
    said = text_of(exhibits.decision_register(assess(Answers.from_parameters({"decisions": made}))))
    assert f"You wrote down {lead} in the plan. No dissent is recorded." in " ".join(said.split())
    assert "not taken a decision" not in said
    assert "also" not in said
    assert "action" in CONTENT.words("steps.owners-added")


def test_the_register_counts_as_many_dissents_as_the_board() -> None:
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    lead = text_of(exhibits.decision_register(a))
    assert "5 dissents on decisions are recorded." in lead
    assert "2 more are on votes" in lead
    # What is decided and still to be confirmed says so where it is listed and where it is done.
    (number,) = (x.number for x in actions(a) if x.decision and "pattern" in x.decision.decision)
    assert (
        f"Decision {number} holds only once Executive team confirms it (action 5). All others hold "
        "already, each from its day." in lead
    )
    # Each page says so in the same words, and nothing that rests on it is called decided before.
    changed = " ".join(r[-1] for r in printed_rows(exhibits.agreed(a)))
    assert changed.count("Centralised → Federated, if confirmed") == 2
    assert changed.count(", if confirmed") == 2
    told = " ".join(r[-1] for r in printed_rows(exhibits.findings(a, 6)))
    assert "Decided, if confirmed (action 5): “Which pattern" in told
    assert "open until done" not in told
    told = " ".join(r[-1] for r in printed_rows(exhibits.findings(a, 5)))
    assert "If confirmed, the decision “Which pattern" in told
    assert "Decided, open until done: “Who changes the pipeline that" in told
    rows = [
        r for r in printed_rows(exhibits.decision_register(a)) if "to be confirmed" in r[1].lower()
    ]
    assert [r[0] for r in rows] == [str(number)]
    assert "After action 5: Carry out “Which pattern" in text_of(exhibits.all_actions(a))
    assert "Seven dissents are on record" in text_of(exhibits.board_decisions(a))


def test_half_a_rule_is_shown_on_every_page_with_what_is_missing() -> None:
    given = [("Who rolls back?", {"then": "the engineer on call may"}), ("Who pays?", {"if": "x"})]
    made = [{"decision": asked, "chosen": "Engineering", **more} for asked, more in given]
    a = assess(Answers.from_parameters({"decisions": made}))
    for page in (exhibits.board_decisions, exhibits.decision_register):
        shown = " ".join(blocks_to_text(page(a).blocks, 2000).split())
        assert "Then the engineer on call may (“if …” is missing)." in shown
        assert "If x (“then …” is missing)." in shown


def test_a_plan_of_proposals_alone_says_so_once() -> None:
    a = assess(Answers.from_parameters({"duties": {"paged": "nobody"}, "model_teams": 4}))
    (table,) = (b for b in exhibits.board_plan(a).blocks if isinstance(b, Table))
    assert "Status" not in [plain(c.title) for c in table.columns]
    assert "Nothing of it is decided yet." in text_of(exhibits.board_plan(a))


def test_a_finding_settled_by_a_decision_is_no_action_of_its_own() -> None:
    given = answers({"duties.paged": "research"}, builder="research", duties={"paged": "nobody"})
    assert [a.status for a in actions(assess(given)) if a.finding == "nobody-paged"] == ["decided"]


def test_what_the_advice_needs_is_in_the_plan() -> None:
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    found = actions(a)
    by_kind = {kind: [x for x in found if x.kind == kind] for kind in (x.kind for x in found)}
    assert [x.what for x in by_kind["contradiction"]] == [c.what for c in a.clashes]
    assert all((x.first_step, x.horizon) == (c.check, 30) for x, c in _pairs(by_kind, a))
    chosen, both = (o.move for r in ("chosen", "advised") for o in a.options if r in o.roles)
    assert chosen is not None
    assert both is not None
    begun = [x for x in by_kind["step"] if x.only_if is None]
    assert {x.step: x.horizon for x in begun} == dict(
        zip(chosen.steps, [30, 60, 90, 90], strict=True)
    )
    assert all((x.what, x.first_step) == (s.what, s.first_step) for x in begun if (s := x.step))
    assert [x.step for x in begun if x.minor] == [chosen.steps[1], chosen.steps[3]]
    assert {x.after for x in begun} == {""}
    reviewed = next(d.revisit_on for d in a.answers.decisions or () if "Federated" in str(d.chosen))
    # What the first half shows is counted when the decision is looked at again.
    counted = max(begun, key=lambda x: proposed_due(a, x) or "")
    assert (counted.what.startswith("Count again"), proposed_day(a, counted)) == (True, reviewed)
    (choice,) = by_kind["choice"]
    assert proposed_day(a, choice) == reviewed
    added = [x.step for x in by_kind["step"] if x.only_if == "embedded"]
    assert added == [step for step in both.steps if step not in chosen.steps]
    assert {x.proposed_owner for x in by_kind["step"]} == {"Head of platform"}
    (people,) = by_kind["people"]
    assert people.only_if == "embedded"
    assert "1 to 12 engineers in all" in people.what
    asked = {x.what: x for x in by_kind["condition"]}
    assert len(conditions(a)) == 3
    assert set(asked) == set(conditions(a))
    merged = next(x for x in asked.values() if x.finding)
    assert merged.finding == "rails-left-by-teams"
    assert merged.first_step == next(f.mitigation for f in a.findings if f.id == merged.finding)
    assert merged.finding not in {x.finding for x in by_kind["finding"]}


def test_what_only_the_half_to_decide_later_needs_has_a_title_that_says_so() -> None:
    exhibit = exhibits.all_actions  # of a long plan, the board's page leaves it out
    given = read_answers(TOP / "examples" / "tidewater-retail.yaml")
    shown = text_of(exhibit(assess(given)))
    title = "Only if you also choose Embedded"
    before, after = shown.split(title)
    assert "Hand over the first model to the first product team" in before
    assert "engineers of their own" in after
    assert "Move or hire one engineer" in after
    unchosen = given.to_parameters()
    unchosen["chosen_pattern"] = None
    assert title in text_of(exhibit(assess(Answers.from_parameters(unchosen))))
    fewer = {**unchosen, "ml_engineers": 17}
    assert title not in text_of(exhibit(assess(Answers.from_parameters(fewer))))


BOTH = {
    "current_pattern": "centralised",
    "model_teams": 6,
    "ml_engineers": 30,
    "maturity": 3,
    "product_autonomy": "high",
    "ml_expertise_in_product": "most",
    "platform_engineers": 4,
    "rails": "built",
    "models_in_production": 30,
    "mandate": "none",
}
"""Firm advice: Federated now, Embedded later."""


def test_a_chosen_half_for_later_is_confirmed_and_not_asked_for_again() -> None:
    plan = actions(assess(answers(**BOTH, chosen_pattern="embedded")))
    assert [x.what for x in plan if x.kind in ("confirm", "choice")] == [
        "Confirm Embedded, which the workshop chose, and decide whether to begin with Federated. "
        "First count the people whom product teams still need."
    ]
    assert not [x.what for x in plan if x.only_if]
    waits = {x.after for x in plan if "engineer into the first product team" in x.what}
    assert waits == {"once Federated has begun"}
    shown = text_of(exhibits.board_plan(assess(answers(**BOTH, chosen_pattern="embedded"))))
    assert "For Federated with Embedded: Move or hire one engineer" in shown


def _on_pattern(**given: Any) -> list[tuple[str, str | None, str | None]]:
    """Return what the plan asks for on the pattern: what, owner or whom we propose, and day."""
    a = assess(answers(**BOTH | {"models_in_production": 8}, held_on="2026-11-30", **given))
    asked = [x for x in actions(a) if re.search(r"pattern|move from|Federated", x.what)]
    finding = next(f for f in a.findings if f.id == "current-against-advice")
    assert answering(a, finding, actions(a)) == tuple(asked)
    return [(x.what, x.owner or x.proposed_owner, x.due) for x in asked]


def test_which_pattern_to_choose_is_asked_once_of_whoever_has_the_question() -> None:
    asked = "Decide whether to work as we advise: Federated."
    asked += " First count the people whom product teams still need."
    assert _on_pattern() == [(asked, "Leadership", None)]
    left = {"decision": "Which pattern do you choose?", "owner": "Maria", "due": "2027-01-15"}
    left["revisit_on"] = "2027-06-15"
    assert _on_pattern(decisions=[left]) == [(left["decision"], "Maria", "2027-01-15")]


def test_a_builder_called_about_quality_is_not_put_on_call_again() -> None:
    """The other team is then called for the machines, as the rule itself asks for."""
    given = {"builder": "Actuaries", "duties": {"paged": "platform"}, "paged_quality": "nobody"}

    def plan(**more: Any) -> dict[str | None, Action]:
        return {x.finding: x for x in actions(assess(answers(**given, **more)))}

    assert (
        plan()["pager-with-platform"].what == "Put Actuaries on call for the quality of the model."
    )
    called = plan(sets={"paged_quality": "Actuaries"})
    assert called["pager-with-platform"].decision is not None
    assert not [x.what for x in called.values() if x.what.startswith("Put Actuaries")]
    # Another team called about quality leaves it open.
    assert plan(sets={"paged_quality": "data"})["pager-with-platform"].decision is None


def test_decisions_on_something_else_leave_open_who_is_on_call() -> None:
    """And which team to call is asked once, of one owner."""
    given = {"builder": "research", "duties": {"paged": "platform"}, "paged_quality": "nobody"}
    a = assess(answers(**given, sets={"duties.turn-off": "product"}))
    put = [x for x in actions(a) if x.is_urgent and "Put " in x.what]
    assert [x.what for x in put] == ["Put Research on call for the quality of the model."]
    quality = next(f for f in a.findings if f.id == "nobody-paged-for-quality")
    assert answering(a, quality, actions(a)) == tuple(put)
    kept = assess(answers(**given, sets={"paged_infrastructure": "platform"}))
    (left,) = (x.what for x in actions(kept) if x.finding == "pager-with-platform")
    assert left.endswith("Your decisions leave this with Platform, so this needs a new decision.")


CALL, ROLL_BACK = "Who is called first?", "Who may roll back?"


def between(
    call: str | None, roll_back: str | None, today: str | None = "platform", **given: Any
) -> Assessment:
    made = [
        {"decision": CALL, "owner": "Lea", "due": call, "sets": {"paged_quality": "product"}},
        {
            "decision": ROLL_BACK,
            "owner": "Kim",
            "due": roll_back,
            "sets": {"rollback_authority": "product"},
        },
    ]
    found = {"rollback_authority": today, "model": "the model", "held_on": "2026-11-30"}
    return assess(Answers.from_parameters({**found, **given, "decisions": made}))


UNTIL_THEN = (
    "From 1 February 2027 until 31 March 2027 Product is called first if answers get worse, and"
)


@pytest.mark.parametrize(
    ("call", "roll_back", "today", "told"),
    [
        (
            "2027-02-01",
            "2027-03-31",
            "platform",
            [
                f"{UNTIL_THEN} only Platform may roll back the model.",
                "Say how Product reaches Platform for a rollback until both decisions hold.",
            ],
        ),
        (
            "2027-02-01",
            "2027-03-31",
            None,
            [
                f"{UNTIL_THEN} nobody is named who may roll back the model.",
                "Name who may roll back the model until both decisions hold.",
            ],
        ),
        ("2027-02-01", "2027-02-01", "platform", []),
        ("2027-02-01", "2027-03-31", "product", []),
        ("2027-03-31", "2027-02-01", "platform", []),
        ("2027-02-01", None, "platform", []),
    ],
)
def test_who_is_called_before_they_may_roll_back_is_said_with_an_action(
    call: str, roll_back: str | None, today: str | None, told: list[str]
) -> None:
    a = between(call, roll_back, today)
    cover = [x for x in actions(a) if x.kind == "cover"]
    assert [x.what for x in cover] == ([f"{told[1]} {told[0]}"] if told else [])
    warned = [words for _made, words in decision_warnings(a)]
    assert (" ".join(told) in warned) == bool(told)
    for x in cover:
        assert (x.proposed_owner, proposed_due(a, x)) == ("Kim", "2026-12-23")


def test_a_rollback_after_a_drill_is_proposed_to_the_owner_of_the_decision_on_rollbacks() -> None:
    ends = {"feature-drift": {"minute_0": "platform", "minute_15": "data", "minute_60": "research"}}
    a = between("2027-02-01", "2027-02-01", "engineering", drills=ends)
    (owner,) = (x.proposed_owner for x in actions(a) if x.finding == "drill-ends-without-authority")
    assert owner == "Kim"


@pytest.mark.parametrize(
    ("call", "roll_back", "today", "both"),
    [
        ("2027-02-01", "2027-02-01", "platform", True),
        ("2027-02-01", "2027-03-31", "product", True),
        ("2027-02-01", "2027-03-31", "platform", False),
        ("2027-03-31", "2027-02-01", "platform", False),
        ("2027-02-01", None, "platform", False),
    ],
)
def test_decisions_make_a_strength_only_where_it_is_one_from_one_day_on(
    call: str, roll_back: str | None, today: str, both: bool
) -> None:
    strengths = {f.id for f in between(call, roll_back, today).signed.findings}
    assert ("rollback-with-the-pager" in strengths) == both


def test_who_may_roll_back_before_they_are_called_leaves_the_others_without() -> None:
    a = between("2027-03-31", "2027-02-01", "platform", paged_quality="platform")
    (cover,) = (x for x in actions(a) if x.kind == "cover")
    first = UNTIL_THEN.replace("Product", "Platform")
    assert cover.what.endswith(f"{first} only Product may roll back the model.")


def test_a_gap_of_today_is_no_gap_of_the_decisions() -> None:
    a = between("2027-02-01", "2027-03-31", "platform", paged_quality="product")
    assert not [x for x in actions(a) if "Product is called first" in x.what]


def test_the_days_before_a_rollback_say_which_call_is_meant() -> None:
    made = [
        {"decision": ROLL_BACK, "due": "2027-02-01", "sets": {"rollback_authority": "data"}},
        {"decision": CALL, "due": "2027-03-31", "sets": {"paged_infrastructure": "data"}},
    ]
    given = {"paged_infrastructure": "platform", "rollback_authority": "platform"}
    a = assess(Answers.from_parameters({**given, "decisions": made, "held_on": "2026-11-30"}))
    first = "From 1 February 2027 until 31 March 2027 Platform is called first"
    assert any(
        f"{first} if the service is down, and only Data may roll back" in words
        for _made, words in decision_warnings(a)
    )


def test_cover_until_the_rollback_is_decided_says_who_is_called_before() -> None:
    a = between("2027-02-01", "2027-03-31", "nobody")
    (cover,) = (x for x in actions(a) if x.kind == "cover")
    assert cover.what == (
        "Name who may roll back the model until your decision takes effect on 31 March 2027."
        f" {UNTIL_THEN} nobody is named who may roll back the model."
    )


def test_who_is_called_first_about_quality_answers_that_nobody_is_on_call() -> None:
    given = {"builder": "research", "duties": {"paged": "nobody"}, "paged_quality": "nobody"}
    put = "Put a team on call for the model."
    assert put in [x.what for x in actions(assess(answers(**given)))]
    agreed = assess(answers(**given, sets={"paged_quality": "research"}))
    assert put not in [x.what for x in actions(agreed)]


def _on_call_late(**given: Any) -> Assessment:
    """Return a room that calls Product about quality, and later puts it on call."""
    quality = {"decision": "Who is called first?", "chosen": "Product", "owner": "Tom"}
    quality |= {"due": "2027-02-01", "sets": {"paged_quality": "product"}}
    duty = {"decision": "Who is on call?", "chosen": "Product", "owner": "Lea"}
    duty |= {"due": "2027-02-15", "sets": {"duties.paged": "product"}}
    found = {"builder": "research", "duties": {"paged": "platform"}, "paged_quality": "nobody"}
    made = [quality, duty, *given.pop("decisions", [])]
    return assess(answers(**found, **given, held_on="2026-11-30", decisions=made))


def test_what_begins_only_with_a_decision_does_not_cover_until_then() -> None:
    """Product did not build the model either, and that is to be changed, too."""
    (cover,) = (x for x in actions(_on_call_late()) if x.kind == "cover")
    assert (cover.is_urgent, cover.proposed_owner) == (True, "Lea")
    days = "1 February 2027 and 15 February 2027"
    assert cover.what.endswith(f"until your decisions take effect on {days}."), "it is for both"


def test_each_action_on_an_urgent_risk_is_urgent_and_on_the_page_of_a_long_plan() -> None:
    """So are the decision that ends the duty, and what the decisions leave of the risk."""
    more = [{"decision": f"Do thing {n}", "owner": "Eva", "due": "2026-12-11"} for n in range(24)]
    a = _on_call_late(decisions=more)
    plan = actions(a)
    on_call, quality = a.pressing
    assert [f.id for f in a.pressing] == ["pager-with-platform", "nobody-paged-for-quality"]
    ends = {x.kind: x for x in ending(a, on_call, plan)}
    assert set(ends) == {"decision", "finding", "cover"}
    assert ends["decision"].owner == "Lea"
    assert ends["finding"].what.startswith("Put Research on the rota")
    assert {x.owner for x in ending(a, quality, plan)} == {"Tom", None}
    shown = on_one_page(plan)
    for f in a.pressing:
        assert all(x.is_urgent and x in shown for x in ending(a, f, plan))
    states = [row[1] for row in printed_rows(exhibits.board_losses(a))[-2:]]
    assert [words.partition(" (")[0] for words in states] == [
        "Decided in part, not done yet",
        "Decided, to be done by 1 February 2027",
    ]


def test_a_duty_that_stays_with_nobody_is_decided_only_in_part() -> None:
    """A team is called about quality as agreed, and the duty still names nobody."""
    given = {"builder": "research", "duties": {"paged": "nobody"}, "paged_quality": "nobody"}
    a = assess(
        answers(**given, paged_infrastructure="platform", sets={"paged_quality": "research"})
    )
    rows = dict(row[:2] for row in printed_rows(exhibits.board_losses(a))[-2:])
    assert rows["Nobody is paged for the model."].startswith("Decided in part, not done yet")
    called = "No team is paged when the answers of the model get worse."
    assert rows[called].startswith("Decided, to be done by 1 February 2027 (action ")


def _left_to_name(owner: str | None, due: str | None) -> list[str]:
    """Return what the plan asks on owners, where it proposes one for all that was not decided."""
    chosen = {"decision": "Which pattern?", "chosen": "Federated", "owner": "Maria"}
    chosen |= {"due": "2027-01-15", "sets": {"current_pattern": "federated"}}
    other = {"decision": "Who is called?", "chosen": "A rota", "owner": owner, "due": due}
    other["revisit_on"] = "2027-06-15"
    given = {**BOTH, "models_in_production": 8, "chosen_pattern": "federated"}
    a = assess(answers(**given, decisions=[chosen, other]))
    return [x.what for x in actions(a) if x.kind == "owners"]


def test_a_decision_without_owner_or_date_is_asked_for_beside_the_proposals() -> None:
    (asked,) = _left_to_name("Eva", "2027-01-20")
    assert asked == "Ask the proposed owners if they accept their actions."
    for given in (("Eva", None), (None, "2027-01-20"), (None, None)):
        (asked,) = _left_to_name(*given)
        assert asked.endswith("and name an owner and a date for each decision without.")


def test_whoever_carries_out_another_choice_is_not_proposed_for_the_advised_one() -> None:
    chosen = {"decision": "Which pattern?", "owner": "Maria", "due": "2027-01-15"}

    def owners(pattern: str) -> set[str | None]:
        made = {**chosen, "chosen": pattern.title(), "sets": {"current_pattern": pattern}}
        given = {**BOTH, "models_in_production": 8, "chosen_pattern": pattern}
        plan = actions(assess(answers(**given, decisions=[made])))
        return {x.proposed_owner for x in plan if x.kind in ("step", "condition", "people")}

    assert owners("federated") == {"Maria"}
    assert "Maria" not in owners("embedded")


def test_what_those_who_decide_are_asked_for_is_on_the_page_of_a_long_plan() -> None:
    given = read_answers(TOP / "examples" / "tidewater-retail.yaml").to_parameters()
    more = [{"decision": f"Do thing {n}", "owner": "Eva", "due": "2027-06-01"} for n in range(22)]
    given["decisions"] = [*given["decisions"], *more]
    plan = actions(assess(Answers.from_parameters(given)))
    shown = on_one_page(plan)
    asked = [x for x in plan if x.is_urgent or x.kind in ("owners", "confirm", "choice", "reply")]
    assert len(plan) > len(shown) > len(asked) > 5
    assert not [x.what for x in asked if x not in shown]


def test_a_decision_that_brings_a_lesser_risk_of_the_kind_settles_in_part() -> None:
    """Engineering did not build the model either."""
    given = {"builder": "research", "duties": {"paged": "platform"}}
    for team, left in (("engineering", ["pager-with-another-team"]), ("research", [])):
        a = assess(answers(**given, sets={"duties.paged": team}))
        settled = next(f for f in a.findings if f.id == "pager-with-platform")
        assert settled.status == "settled"
        assert [f.id for f in left_of(a, settled) if f.subject == "pager"] == left


def test_a_decision_on_a_moment_of_a_drill_has_what_it_settles() -> None:
    drill = "precision-drop-dashboards-green"
    given = {"drills": {drill: {"minute_0": "data", "minute_15": "data", "minute_60": "nobody"}}}
    a = assess(answers(**given, sets={f"drills.{drill}.minute_60": "product"}))
    ends = next(f for f in a.findings if f.id == "drill-ends-with-nobody")
    assert ends.status == "settled"
    (action,) = (x for x in actions(a) if x.decision is not None)
    assert (action.finding, action.is_urgent) == (ends.id, True)


def test_a_question_with_quotation_marks_has_single_ones_in_a_reply() -> None:
    asked = "“Precision falls”, minute 60: who decides?"
    made = {"decision": asked, "chosen": "Product", "owner": "Eva", "dissent": "Bo: no"}
    (reply,) = (x for x in actions(assess(answers(decisions=[made]))) if x.kind == "reply")
    assert (
        reply.what == "Reply to the dissent of Bo on “‘Precision falls’, minute 60: who decides?”"
    )


def test_an_action_is_no_decision_and_lacks_no_rule_and_no_review() -> None:
    made = {"decision": "Free two engineers", "owner": "Omar", "due": "2026-12-14"}
    register = exhibits.decision_register(assess(answers(decisions=[made])))
    assert CONTENT.words("decisions.missing-one") not in blocks_to_text(register.in_pack or ())
    (card,) = (b for b in register.blocks if isinstance(b, Card))
    assert card.label == "Action"
    assert "Still open" not in " ".join(blocks_to_text([card]).split())


def test_who_has_one_reply_and_one_to_come_is_not_said_to_have_none() -> None:
    made = [
        {
            "decision": "Who ships?",
            "chosen": "A",
            "dissent": "Frank: no",
            "reply": "We begin small",
        },
        {"decision": "Who pays?", "chosen": "B", "dissent": "Frank: never"},
    ]
    told = "Nobody has replied to Frank yet"
    assert told not in text_of(exhibits.board_decisions(assess(answers(decisions=made))))
    assert told in text_of(exhibits.board_decisions(assess(answers(decisions=made[1:]))))


def test_an_owner_is_proposed_from_what_was_agreed_and_never_taken_as_agreed() -> None:
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    found = {x.finding or x.what: x for x in actions(a)}
    assert all((x.owner is None) == (x.proposed_owner is not None) for x in found.values())
    assert found["drill-ends-with-nobody"].proposed_owner == "VP Engineering"
    # Engineering and Research have a role that the answers name, so nobody is named twice.
    assert found["duties-spread-over-teams"].proposed_owner == "VP Engineering"
    assert found["research-led-without-shared-model"].proposed_owner == "Research lead"
    assert not [x for x in found.values() if is_a_lead(a, x.proposed_owner or "")]
    assert found["rails-left-by-teams"].proposed_owner == "Head of platform"
    listed = report(a).model_dump(mode="json")["actions"]
    assert {x["proposed_owner"] for x in listed if x["owner"]} == {None}


@pytest.mark.parametrize(
    ("held_on", "days"),
    [
        ("2026-10-28", ["27 November 2026", "23 December 2026"]),  # 27 December is a Sunday
        (
            "2026-11-25",
            ["23 December 2026", "22 January 2027"],
        ),  # 24 January: a Sunday
        ("2026-12-02", ["23 December 2026", "29 January 2027"]),  # 1 January
        ("2027-11-25", ["23 December 2027", "24 January 2028"]),
    ],
)
def test_proposed_dates_are_working_days_and_never_between_christmas_and_new_year(
    held_on: str, days: list[str]
) -> None:
    given = Answers.from_parameters(
        {"held_on": held_on, "duties": {"paged": "nobody"}, "data_access": "ticket"}
    )
    shown = " ".join(text_of(exhibits.board_plan(assess(given))).split())
    assert all(day in shown for day in days)


def test_the_owner_of_the_pattern_is_proposed_for_what_belongs_to_it_and_nothing_else() -> None:
    pattern = {"decision": "Which pattern?", "chosen": "Federated", "owner": "Priya"}
    pattern |= {"due": "2027-01-15", "sets": {"current_pattern": "federated"}}
    called = {"decision": "Who is called first?", "chosen": "Research", "owner": "Fay"}
    called |= {"due": "2027-01-15", "sets": {"paged_quality": "research"}}
    given = {
        **BOTH,
        "models_in_production": 8,
        "chosen_pattern": "federated",
        "builder": "research",
    }
    given |= {"current_pattern": "centralised", "rails_bypassed": True, "data_access": "ticket"}
    given |= {"duties": {"turn-off": "nobody"}, "shared_goals": False, "queue_weeks": 6}
    given["stages"] = [
        {"stage": "data", "team": "data", "wait_days": 5, "touch_days": 2},
        {"stage": "model", "team": "research", "wait_days": 20, "touch_days": 5},
    ]
    pattern["revisit_on"] = "2027-06-15"
    plan = actions(assess(answers(**given, decisions=[pattern, called])))
    owners = {x.finding or x.kind: x.proposed_owner for x in plan if x.owner is None}
    assert {owners[n] for n in ("step", "rails-left-by-teams")} == {"Priya"}
    assert owners["nobody-can-turn-off"] is None
    assert owners["several-sets-of-goals"] is None
    assert owners["data-by-ticket"] == "Lead of Data"
    assert owners["mostly-waiting"] == "Lead of Research"  # the longest wait is there
    assert owners["decision-without-review"] == "Fay"


def test_no_owner_is_proposed_where_the_answers_name_nobody() -> None:
    given = Answers.from_parameters({"duties": {"paged": "nobody"}, "model_teams": 4})
    (action,) = [x for x in actions(assess(given)) if x.finding == "nobody-paged"]
    assert (action.owner, action.proposed_owner) == (None, None)
    shown = text_of(exhibits.board_plan(assess(given)))
    assert "Write an owner and a date beside each." in shown
    assert "proposed" not in shown.lower()


def test_a_date_after_the_limit_is_said_and_covered_once_until_then() -> None:
    given = read_answers(TOP / "examples" / "tidewater-retail.yaml")
    a = assess(given)
    late = {x.decision.owner: late_by(a, x) for x in actions(a) if x.decision}
    assert (late["Head of search"], late["VP Engineering"]) == (41, 44)
    shown = text_of(exhibits.board_plan(a))
    # A row has one date. Below the table is which decisions we advise for the day of the other
    # urgent actions, the last working day, and who acts until then.
    plain_words = " ".join(shown.replace("\u00a0", " ").split())
    first, then = "actions 25 and 26 by 18 December 2026", "actions 28 and 30 by 18 January 2027"
    assert (
        f"Some of your dates are later than we advise. We advise {first} and {then}. For"
        in plain_words
    )
    # Only what is covered is said to be: the other late decisions wait without somebody who acts.
    assert "For actions 25 and 26, actions 6 and 8 say who acts until then." in plain_words
    for exhibit in (exhibits.board_plan(a), exhibits.all_actions(a)):
        days = under_days(exhibit) | {r[0]: r[3] for r in printed_rows(exhibit) if len(r) > 4}
        assert days["25"] == "29 January 2027"
    cover = {x.proposed_owner: x for x in actions(a) if x.kind == "cover"}
    assert cover["Head of search"].what.endswith(
        "turn off the ranking model until your decision takes effect on 29 January 2027."
    )
    assert cover["VP Engineering"].what.endswith("effect on 1 February 2027.")
    assert len(cover) == 2
    assert {x.is_urgent for x in cover.values()} == {True}
    assert "Urgent: Name who may turn off" in " ".join(shown.split())
    soon = given.to_parameters()
    for d in soon["decisions"]:
        d["due"] = "2026-12-10"
    early = assess(Answers.from_parameters(soon))
    assert {x.kind for x in actions(early)} & {"cover"} == set()
    assert "decided on later days" not in text_of(exhibits.board_plan(early))
    assert "say who acts" not in text_of(exhibits.board_plan(early))


def test_until_a_decision_on_a_lesser_risk_the_plan_names_somebody_without_urgency() -> None:
    a = assess(read_answers(TOP / "examples" / "northfield-clinical.yaml"))
    (cover,) = (x for x in actions(a) if x.kind == "cover")
    assert cover.severity == "risk"
    assert "Urgent" not in text_of(exhibits.board_plan(a))


def test_late_days_count_from_the_limit_and_not_from_the_working_day_before_it() -> None:
    given = read_answers(TOP / "examples" / "northfield-clinical.yaml").to_parameters()
    (one,) = [d for d in given["decisions"] if d["decision"].startswith("Who may roll back")]
    for due, days in (("2026-12-24", 0), ("2026-12-27", 0), ("2026-12-28", 1), ("2027-01-15", 19)):
        one["due"] = due
        a = assess(Answers.from_parameters(given))
        (action,) = [x for x in actions(a) if x.decision and x.decision.decision == one["decision"]]
        assert late_by(a, action) == days
    days = {str(proposed_day(a, x)) for x in actions(a) if x.horizon == 60 and not x.due}
    assert days == {"2026-12-23"}


def test_what_a_decision_does_already_is_not_proposed_again() -> None:
    given = read_answers(TOP / "examples" / "northfield-clinical.yaml")
    a = assess(given)
    (finding,) = [f for f in a.findings if f.id == "centralised-with-queue"]
    (decision,) = answering(a, finding, actions(a))
    assert decision.decision is not None
    assert "self-service" in str(decision.decision.chosen)
    assert not [x for x in actions(a) if x.finding == finding.id]
    without = given.to_parameters()
    without["decisions"] = without["decisions"][:3]
    other = assess(Answers.from_parameters(without))
    assert [x.finding for x in actions(other)].count(finding.id) == 1


def test_an_action_against_what_was_agreed_says_that_it_needs_a_new_decision() -> None:
    given = read_answers(TOP / "examples" / "tidewater-retail.yaml").to_parameters()

    def what() -> str:
        found = actions(assess(Answers.from_parameters(given)))
        return next(x.what for x in found if x.finding == "ship-by-another-team")

    ships = "Let Research ship the ranking model itself."
    # With the chosen pattern a product team ships; so it is to be decided, with that pattern.
    assert what() == (
        "Decide who ships and builds the ranking model. We advise the product team. Also decide "
        "who moves there."
    )
    (shipping,) = [
        x for x in actions(assess(Answers.from_parameters(given))) if x.kind == "shipping"
    ]
    assert shipping.proposed_owner == "Executive team"  # its owner disagrees with the pattern
    # It serves Federated alone, so it waits; and it is decided before the first model moves.
    assert (shipping.waits, str(shipping.not_before)) == (True, "2026-12-17")
    kept = given["decisions"]
    given["decisions"] = [d for d in kept if "current_pattern" not in (d.get("sets") or {})]
    assert what() == ships, "decisions on who is called say nothing on who ships"
    given["decisions"] = kept
    given["decisions"][0]["sets"]["duties.ship"] = "engineering"
    assert what().startswith(f"{ships} You agreed to leave this with Engineering")
    given["decisions"] = None
    given["duties"] |= {"paged": "research", "answers-to-business": "research"}
    assert what() == ships


def test_contradictions_are_settled_before_the_first_steps_and_handing_over_waits() -> None:
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    days = [(x.kind, proposed_day(a, x)) for x in actions(a) if x.only_if is None]
    settled = max(day for kind, day in days if kind == "contradiction" and day)
    steps = [day for kind, day in days if kind == "step" and day]
    assert settled < min(steps)
    decided = next(d.due for d in a.answers.decisions or () if "current_pattern" in (d.sets or {}))
    assert sorted(steps)[-2] == decided


def test_no_alarm_reaches_the_agreed_team_before_that_team_is_called() -> None:
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    (alarm,) = (x for x in actions(a) if x.finding == "drill-starts-with-another-team")
    called = next(d.due for d in a.answers.decisions or () if "paged_quality" in (d.sets or {}))
    assert proposed_day(a, alarm) == called


def test_an_alarm_reaches_the_team_from_the_day_of_its_own_call() -> None:
    """Who is on call for the service later has no say on when answers get worse."""
    drill = "precision-drop-dashboards-green"
    quality = {"decision": CALL, "due": "2027-02-08", "sets": {"paged_quality": "data"}}
    duty = {"decision": "On call?", "due": "2027-03-01", "sets": {"duties.paged": "data"}}
    given = {"drills": {drill: {"minute_0": "platform"}}, "decisions": [quality, duty]}
    a = assess(Answers.from_parameters({**given, "held_on": "2026-11-30"}))
    (alarm,) = (x for x in actions(a) if x.finding == "drill-starts-with-another-team")
    assert str(proposed_day(a, alarm)) == "2027-02-08"


def test_a_decision_cannot_settle_the_finding_that_it_causes() -> None:
    found = {
        f.id: f for f in assess(read_answers(TOP / "examples" / "tidewater-retail.yaml")).findings
    }
    assert found["infrastructure-for-another-pattern"].status == "open"
    assert found["infrastructure-for-another-pattern"].owner == "Head of platform"


def test_a_rota_of_the_team_that_builds_and_the_one_that_ships_is_not_one_team() -> None:
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml")).signed
    (paged,) = [d for d in a.diagnostics if d.text.id == "paged"]
    assert (paged.result, paged.reason) == ("fails", "shared-rota")


def test_an_alarm_for_the_wrong_team_is_to_reach_the_agreed_one_and_has_a_date() -> None:
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    (alarm,) = [x for x in actions(a) if x.finding == "drill-starts-with-another-team"]
    assert alarm.what.startswith(
        "Let the alarm about worse answers first reach who is on call (research and engineering"
    )
    assert proposed_day(a, alarm) is not None


def test_the_charter_is_signed_once_if_somebody_is_on_call() -> None:
    def signed(**given: Any) -> list[Action]:
        return [x for x in actions(assess(Answers.from_parameters(given))) if x.kind == "charter"]

    assert len(signed(paged_quality="platform", paged_infrastructure="platform")) == 1
    assert signed(paged_quality="nobody") == signed(model_teams=4) == []


def test_a_dissent_without_a_reply_is_an_action_of_the_decision_owner() -> None:
    def replies(**more: Any) -> list[Action]:
        decision = {"decision": "Who ships?", "dissent": "Finance: “No.”", "owner": "VP"} | more
        given = {"decisions": [decision], "held_on": "2026-11-19"}
        a = assess(Answers.from_parameters(given))
        return [x for x in actions(a) if x.kind == "reply"]

    (own,) = replies()
    assert own.what == "Reply to the dissent of Finance on “Who ships?”"
    assert (own.proposed_owner, own.horizon, own.status) == ("VP", 30, "proposed")
    assert replies(reply="Yes.") == replies(dissent=None) == []
    (unnamed,) = replies(dissent="No, thank you.", owner=None)
    assert unnamed.what == "Reply to the dissent on “Who ships?”"
    assert unnamed.proposed_owner == replies(owner="finance")[0].proposed_owner == "Leadership"


def test_an_owner_in_two_spellings_is_one_owner_as_people_typed_it_first() -> None:
    given: dict[str, Any] = {
        "decisions": [
            {"decision": "Who ships?", "chosen": "Research", "owner": "the sponsor"}
            | {"dissent": "The  Sponsor: “No.”"},
            {"decision": "Who is called?", "chosen": "Product", "owner": "The  Sponsor"},
            {"decision": "Who pays?", "chosen": "Data", "owner": "Eva"},
            {"decision": "Who tests?", "dissent": "Eva: “No.”", "owner": "Leadership"},
            {"decision": "Who writes?", "dissent": "“No.”"},
        ]
    }
    a = assess(Answers.from_parameters(given))
    owners = [x.owner or x.proposed_owner for x in actions(a)]
    assert owners.count("the sponsor") == 2
    assert owners.count("Leadership") == 4
    rows = [[plain(c.text) for c in r][:2] for r in exhibits.board_plan(a).blocks[-1].rows]
    assert rows[:-1] == [["Leadership", "4"], ["the sponsor", "2"], ["Eva", "1"]]
    register = blocks_to_text(exhibits.decision_register(a).in_pack or ())
    assert "the sponsor" in register
    assert not re.search(r"The +Sponsor\n", register), "as typed only in the words of a dissent"
    assert [d.owner for d in (a.answers.decisions or ())[:2]] == ["the sponsor", "the sponsor"]


def test_whoever_is_proposed_is_spelled_as_the_owner_of_a_decision() -> None:
    sets = {"paged_quality": "product", "rollback_authority": "product"}
    decided = {**DECIDED, "sets": sets, "owner": "the sponsor"}
    a = assess(Answers.from_parameters({"decisions": [decided], "paged_quality": "data"}))
    assert "the sponsor" in {x.proposed_owner for x in actions(a)}
    load = blocks_to_text(exhibits.board_plan(a).blocks)
    assert "The sponsor" not in load


def test_the_replies_of_one_owner_are_one_row_of_the_plan() -> None:
    made = [
        {"decision": f"Who has {n}?", "dissent": f"Tom: “Not {n}.”", "owner": owner}
        for n, owner in enumerate(["Eva", "Ana", "eva", "Ana", "Eva"])
    ]
    a = assess(Answers.from_parameters({"decisions": made, "held_on": "2026-11-19"}))
    replies = [x for x in actions(a) if x.kind == "reply"]
    assert [x.proposed_owner for x in replies] == ["Ana", "Ana", "Eva", "Eva", "Eva"]
    first = replies[0].number
    shown = blocks_to_text(exhibits.board_plan(a).blocks, 200)
    assert f"{first}–{first + 1}" in shown
    assert f"{first + 2}–{first + 4}" in shown
    assert "that this owner has to reply to" in shown


def test_a_team_that_is_to_act_is_proposed_by_its_lead() -> None:
    for name in ("tidewater-retail", "northfield-clinical", "harbour-mutual"):
        a = assess(read_answers(TOP / "examples" / f"{name}.yaml"))
        proposed = {x.proposed_owner for x in actions(a) if x.proposed_owner}
        assert not [who for who in proposed if CONTENT.teams.kind(who)]


def test_the_lead_of_a_team_without_a_named_role_is_explained_in_the_plan() -> None:
    a = assess(read_answers(TOP / "examples" / "northfield-clinical.yaml"))
    assert "Lead of Product" in {x.proposed_owner for x in actions(a)}
    for exhibit in (exhibits.board_plan, exhibits.all_actions):
        assert "“Lead of Product” is whoever leads that team." in text_of(exhibit(a))
    other = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    assert "whoever leads that team" not in text_of(exhibits.board_plan(other))


def printed_rows(exhibit: Exhibit) -> list[list[str]]:
    """Return the cells of the tables that an exhibit has on paper."""
    blocks = exhibit.blocks if exhibit.in_pack is None else exhibit.in_pack
    tables = (b for b in blocks if isinstance(b, Table))
    return [[plain(c.text) for c in row] for t in tables for row in t.rows]


@pytest.mark.parametrize("name", ["harbour-mutual", "northfield-clinical", "tidewater-retail"])
def test_a_number_beside_a_finding_has_the_words_of_its_action(name: str) -> None:
    a = assess(read_answers(TOP / "examples" / f"{name}.yaml"))
    words = {x.number: x.what for x in actions(a)}
    shown = [r[2] for part in range(1, 7) for r in printed_rows(exhibits.findings(a, part))]
    named = [(words[int(n)], cell) for cell in shown for n in re.findall(r"Action (\d+)", cell)]
    assert len(named) > 5
    # Of an action that another row of the table has, or a decision, the number is enough.
    assert not [cell for what, cell in named if what not in cell and "also mends this." not in cell]
    whole = sum(what in cell for what, cell in named)
    assert whole > 5 or name == "northfield-clinical"


def test_a_card_tells_the_first_step_of_its_action_apart_from_another_action() -> None:
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    plan, found = actions(a), {f.id: f for f in a.findings}

    def card_of(id_: str) -> str:
        return " ".join(blocks_to_text((finding_card(a, found[id_], plan),), 9_999).split())

    own, helped = found["research-led-without-shared-model"], "one-pager-without-business-knowledge"
    number = next(x.number for x in plan if x.finding == own.id)
    assert f"First step of action {number}: {own.mitigation}" in card_of(own.id)
    other = next(x for x in plan if x.finding == "drill-lacks-knowledge")
    assert f"Action {other.number} also mends this: {other.what}" in card_of(helped)
    assert "First step of" not in card_of(helped)


def by_number(exhibit: Exhibit) -> dict[str, list[str]]:
    """Return the row of each action; several can have one row."""
    rows = printed_rows(exhibit)
    return {number: row for row in rows for number in row[0].split(", ") if number.isdigit()}


def under_days(exhibit: Exhibit) -> dict[str, str]:
    """Return the numbers of each row of all actions, and the day under which it is."""
    found, day = dict[str, str](), ""
    for row in printed_rows(exhibit):
        if len(row) == 1:
            (day,) = row
        else:
            found[row[0]] = day
    return found


def test_contradictions_of_one_owner_and_date_are_one_row_of_all_actions() -> None:
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    found = by_number(exhibits.all_actions(a))
    settling = [str(x.number) for x in actions(a) if x.kind == "contradiction"]
    assert len(settling) == 3
    (row,) = {tuple(found[number]) for number in settling}
    assert row[0] == ", ".join(settling)
    assert row[1] == "Settle the 3 answers that contradict others."


def test_the_list_of_all_actions_has_the_first_step_of_each() -> None:
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    found = by_number(exhibits.all_actions(a))
    rows = {number: row[1] for number, row in found.items()}
    assert len(actions(a)) > 30
    for x in actions(a):
        check = "What to check: These answers do not fit together."  # a page, on paper
        assert found[str(x.number)][2] == (check if x.kind == "contradiction" else x.first_step)
    decided = [x for x in actions(a) if x.decision]
    # A decision begins with a verb, as every task does, and has its question as a name.
    for x in decided:
        assert x.decision
        assert f"Carry out “{x.decision.decision}”: {x.decision.chosen}" in rows[str(x.number)]


def test_a_question_left_open_and_the_urgent_risk_that_waits_for_it_are_one_action() -> None:
    asked = CONTENT.question("paged_quality").ask
    left = {"decision": asked, "owner": "Chief Risk Officer", "due": "2027-01-15"}
    for more in ({}, {"builder": "research", "duties": {"paged": "platform"}}):
        a = assess(answers(**more, paged_quality="nobody", held_on="2026-11-30", decisions=[left]))
        (own,) = (x for x in actions(a) if "pag" in (x.finding or "") or x.decision)
        assert (own.is_open, own.is_urgent, own.owner) == (True, True, "Chief Risk Officer")
        states = {row[1] for row in printed_rows(exhibits.board_losses(a))[-len(a.pressing) :]}
        assert states == {f"Still open (action {own.number})"}
        shown = " ".join(text_of(exhibits.board_plan(a)).replace("\u00a0", " ").split())
        assert f"than we advise. We advise action {own.number} by 23 December 2026." in shown


def test_a_choice_is_confirmed_before_the_day_on_which_it_is_carried_out() -> None:
    given = read_answers(TOP / "examples" / "tidewater-retail.yaml").to_parameters()
    a = assess(Answers.from_parameters(given))
    (confirm,) = [x for x in actions(a) if x.kind == "confirm"]
    assert str(proposed_day(a, confirm)) == "2026-12-10"
    given["decisions"][0]["due"] = "2026-12-08"
    a = assess(Answers.from_parameters(given))
    (confirm,) = [x for x in actions(a) if x.kind == "confirm"]
    assert str(proposed_day(a, confirm)) == "2026-12-08"


def test_without_the_day_of_a_workshop_what_has_a_day_stands_under_no_number_of_days() -> None:
    made = [{"decision": "Put Research on call", "owner": "Ana", "due": "2027-01-20"}]
    given = {"duties": {"paged": "nobody"}, "model_teams": 4, "decisions": made}
    titles = {None: "On the day that you set", "2026-11-30": "Within 60 days, by 29 January 2027"}
    for held_on, title in titles.items():
        a = assess(Answers.from_parameters(given | {"held_on": held_on}))
        shown = printed_rows(exhibits.board_plan(a))
        at = next(n for n, row in enumerate(shown) if "Put Research on call" in " ".join(row))
        assert shown[at - 1] == [title]


def test_what_serves_only_the_choice_waits_until_it_is_confirmed_and_nothing_else_does() -> None:
    tidewater = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    plan = actions(tidewater)
    (confirm,) = [x for x in plan if x.kind == "confirm"]
    waiting = [x for x in plan if x.waits]
    assert {x.kind for x in waiting} == {
        *("step", "shipping", "calling", "choice", "people", "decision")
    }
    for x in waiting:
        day = x.due or proposed_due(tidewater, x)
        assert day is None or day > str(proposed_day(tidewater, confirm))
    # A condition that ends a risk of today need not wait, and nor do other decisions.
    assert not [x for x in plan if x.kind in ("condition", "finding", "cover") and x.waits]
    (decision,) = [x for x in waiting if x.decision]
    assert "current_pattern" in (decision.decision.sets or {})
    shown = " ".join(text_of(exhibits.all_actions(tidewater)).split())
    numbers = ", ".join(str(x.number) for x in waiting[:-1]) + f" and {waiting[-1].number}"
    said = f"Actions {numbers} serve only this choice and begin after it. The others need not wait."
    assert any(said in " ".join(r) for r in printed_rows(exhibits.all_actions(tidewater)))
    marked = [x for x in waiting if not x.only_if]
    assert shown.count(f"After action {confirm.number}: ") == len(marked)
    move = exhibits.move(tidewater).in_pack or ()
    assert f"They begin once this choice is confirmed (action {confirm.number})." in blocks_to_text(
        move, 2000
    )
    # Who stays as today goes on with it: only the decision itself waits.
    northfield = assess(read_answers(TOP / "examples" / "northfield-clinical.yaml"))
    assert [x.kind for x in actions(northfield) if x.waits] == ["decision"]


def _vote(question: str, counts: dict[str, int], **more: Any) -> dict[str, Any]:
    cast = sum(counts.values())
    choices = [{"value": v, "label": v.capitalize(), "count": n} for v, n in counts.items()]
    one = {"cast": cast, "present": 8, "unknown": 8 - cast, "choices": choices}
    found = {"question": question, "asked": CONTENT.question(question).ask, "rounds": [one]}
    return {**found, "privacy": "anonymous", "asks_about": "today", **more}


def test_what_most_of_a_room_voted_and_nobody_recorded_is_in_the_plan() -> None:
    off, night = ("duties.turn-off", {"nobody": 7, "product": 1}), ("duties.paged", {"data": 7})
    divided = _vote("rollback_authority", {"data": 4, "product": 4})
    votes = [_vote(*off), _vote(*night), divided]
    a = assess(answers(held_on="2026-11-30", votes=votes))
    urgent, other = (x for x in actions(a) if x.kind == "vote")
    asked = CONTENT.question("duties.turn-off").ask
    assert urgent.what.endswith(f"“{asked}” 7 of 8 say “Nobody”.")
    assert (urgent.is_urgent, other.is_urgent) == (True, False)
    assert "7 of 7 say “Data”" in other.what
    shown = text_of(exhibits.board_plan(a))
    assert "Urgent: Record what the room voted" in " ".join(shown.split())
    # What was recorded since, or is asked in the plan, is not asked again.
    left = {"decision": asked, "owner": "Maria"}
    recorded = answers(votes=votes, duties={"paged": "data"}, decisions=[left])
    assert not [x for x in actions(assess(recorded)) if x.kind == "vote"]


def test_the_leadership_is_asked_only_about_what_the_advice_begins_with() -> None:
    given = read_answers(TOP / "examples" / "tidewater-retail.yaml").to_parameters()
    given["chosen_pattern"] = None
    given["decisions"] = [d for d in given["decisions"] if "current_pattern" not in d["sets"]]
    plan = {x.kind: x.what for x in actions(assess(Answers.from_parameters(given)))}
    assert plan["confirm"].startswith("Decide whether to work as we advise: Federated, if")
    assert plan["choice"] == "Decide whether to add Embedded."


def test_drills_of_which_a_minute_stayed_divided_are_no_question_without_an_answer() -> None:
    minute = {"question": "drills.service-down.minute_0", "asked": "Who?"}
    votes = [_vote("lead", {"data": 4, "product": 4}) | minute]
    (drills,) = (u for u in assess(answers(votes=votes)).unknowns if u.question.id == "drills")
    assert drills.split == ("Data", "Product")


def test_what_a_room_stayed_divided_on_is_an_action_of_the_leadership() -> None:
    divided = _vote("rollback_authority", {"data": 4, "product": 4})
    (own,) = (x for x in actions(assess(answers(votes=[divided]))) if x.kind == "divided")
    asked = CONTENT.question("rollback_authority").ask
    assert own.what == f"Decide what the room stayed divided on: “{asked}”"
    assert own.proposed_owner == "Leadership"
    settled = {**divided, "decision": "data"}
    assert not [x for x in actions(assess(answers(votes=[settled]))) if x.kind == "divided"]


def test_what_nobody_in_a_room_knew_is_in_the_plan() -> None:
    vote = _vote("paged_quality", {})
    (own,) = (x for x in actions(assess(answers(votes=[vote]))) if x.kind == "vote")
    asked = CONTENT.question("paged_quality").ask
    assert own.what.startswith("Find out what nobody in the room knew.")
    assert own.what.endswith(f"“{asked}” All 8 said “I don't know”.")
    assert own.is_main


def test_what_still_fails_is_decided_in_part() -> None:
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    left = {f.id: {x.id for x in left_of(a, f)} for f in a.findings if left_of(a, f)}
    others = {"business-answered-by-another-team", "duties-spread-over-teams"}
    assert left == {
        "pager-with-platform": {"ship-by-another-team"},
        "builder-holds-few-duties": {"ship-by-another-team", *others},
    }
    rows = [r[2] for r in printed_rows(exhibits.findings(a, 2))]
    by = next(x for x in actions(a) if x.finding == "pager-with-platform")
    part = "Decided in part, open until done:"
    first, second = (r for r in rows if r.startswith(part))
    # An action is named in few words once in a table, and then by its number.
    called, ships = "Who is called when the ranking model gets worse?", "who ships and builds"
    assert first.startswith(f"{part} “{called}” ({by.number}).")
    assert f"For what stays: “Decide {ships} the ranking model” (16)." in first
    assert second.startswith(f"{part} action {by.number}.")
    assert "For what stays: action 16, “Bring Research into the talks with the business" in second
    assert "Decisions settle 2 of them, and 2 more in part." in text_of(exhibits.findings(a, 2))
    assert "They settle 2 in part." in text_of(exhibits.agreed(a))


def test_a_contradiction_says_who_settles_it_and_what_that_does_to_the_advice() -> None:
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    rows = printed_rows(exhibits.contradictions(a))
    level = next(r for r in rows if "maturity level" in r[1])
    assert level[0] == "3"
    assert level[3:] == [
        "The advice holds from maturity level 2 upwards; at level 1, the advice becomes "
        "Centralised until you reach level 2. Your answer is 3, which is in doubt.",
    ]
    assert rows[-1][-1] == "We advise the same in any case."
    # All have one owner and date, so these are said once.
    (shown,) = (b for b in exhibits.contradictions(a).in_pack or () if isinstance(b, Table))
    assert "Proposed for all 3: VP Engineering, 3 December 2026." in plain(shown.caption)
    given = a.answers.to_parameters()
    given["decisions"] = [d for d in given["decisions"] if "pattern" in d["decision"]]
    one = assess(Answers.from_parameters({**given, "current_pattern": None, "queue_weeks": None}))
    (row,) = printed_rows(exhibits.contradictions(one))
    assert row[3] == "Head of platform\n3 December 2026" or row[3].startswith("no owner")


def test_a_finding_names_its_action_and_no_date_of_another() -> None:
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    plan = actions(a)
    product = next(f for f in a.findings if f.id == "platform-as-best-effort")
    found = answering(a, product, plan)
    assert {x.kind for x in found} == {"condition"}
    shown = text_of(exhibits.findings(a, 3))
    assert all(f"Action {x.number}: {x.what}" in shown for x in found)
    assert "31 March 2027" not in shown.split(product.statement)[1].split("RISK")[0]
    for finding in a.findings:
        for x in answering(a, finding, plan) if finding.status == "open" else ():
            assert x.number == plan.index(x) + 1


@pytest.mark.parametrize("name", ["harbour-mutual", "northfield-clinical", "tidewater-retail"])
def test_an_action_has_one_date_on_every_page(name: str) -> None:
    a = assess(read_answers(TOP / "examples" / f"{name}.yaml"))

    def dates(exhibit: Exhibit) -> dict[str, str]:
        rows = [r for t in exhibit.blocks if isinstance(t, Table) for r in t.rows if len(r) > 2]
        heads = [
            [plain(c.title) for c in t.columns] for t in exhibit.blocks if isinstance(t, Table)
        ]
        at = next((h.index("Done by") for h in heads if "Done by" in h), 0)
        found = {plain(r[0].text): plain(r[at].text) for r in rows if len(r) > at}
        if not at:
            found = under_days(exhibit)
        return {
            number: day.partition("\n")[0]  # without the one that we advise
            for numbers, day in found.items()
            for number in numbers.split(", ")
            if number.isdigit()
        }

    every = dates(exhibits.all_actions(a))
    assert len(every) == len(actions(a))
    for exhibit in (exhibits.board_decision(a), exhibits.board_plan(a)):
        assert dates(exhibit).items() <= every.items()


def _pairs(by_kind: dict[str, list[Action]], a: Assessment) -> list[tuple[Action, Clash]]:
    return list(zip(by_kind["contradiction"], a.clashes, strict=True))


def test_a_condition_that_nothing_else_is_about_is_an_action_of_its_own() -> None:
    given = read_answers(TOP / "examples" / "harbour-mutual.yaml").to_parameters()
    a = assess(Answers.from_parameters({**given, "rails": None, "platform_engineers": 1}))
    assert conditions(a)
    assert {x.what for x in actions(a) if x.kind == "condition"} == set(conditions(a))


def test_too_few_platform_people_are_an_action() -> None:
    given = read_answers(TOP / "examples" / "tidewater-retail.yaml").to_parameters()
    a = assess(Answers.from_parameters({**given, "platform_engineers": 1}))
    assert "platform-below-range" in {x.finding for x in actions(a)}


def test_a_decision_begins_with_what_it_sets() -> None:
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    begins = {
        name: x.first_step for x in actions(a) if x.decision for name in x.decision.sets or {}
    }
    assert begins["paged_quality"] == CONTENT.words("agreed.plan-begin-called")
    assert begins["duties.turn-off"] == CONTENT.words("agreed.plan-begin-off")
    assert begins["data_access"] == CONTENT.words("agreed.plan-begin-pipeline")
    bare = Answers.from_parameters({"decisions": [{"decision": "Who pays?", "chosen": "Product."}]})
    (one,) = [x for x in actions(assess(bare)) if x.decision]
    assert one.first_step == CONTENT.words("agreed.plan-begin-other")


def test_a_step_and_a_finding_that_ask_for_the_same_people_are_one_action() -> None:
    a = assess(read_answers(TOP / "examples" / "northfield-clinical.yaml"))
    (one,) = [x for x in actions(a) if x.finding == "drill-lacks-knowledge"]
    asked = "Name one person in each product team who answers for quality"
    assert (one.kind, one.step is not None) == ("step", True)
    assert [x.number for x in actions(a) if asked in x.what] == [one.number]
    assert one.what.startswith(
        "Write down when to call Product and Platform, because you did not name them in some drills"
    )
    assert one.first_step.startswith("Put the phone numbers of Product and Platform")
    assert one.first_step.endswith(CONTENT.words("agreed.plan-listed"))
    # Without business knowledge to bring in, each is a job of its own.
    given = read_answers(TOP / "examples" / "northfield-clinical.yaml").to_parameters()
    given["drills"] = {"harmful-output-seen": given["drills"]["harmful-output-seen"]}
    other = [x for x in actions(assess(Answers.from_parameters(given))) if asked in x.what]
    assert [x.finding for x in other] == [None]


def test_a_risk_that_the_decisions_bring_is_an_action() -> None:
    given = answers({"duties.paged": "nobody"}, builder="research", duties={"paged": "research"})
    assert "nobody-paged" in {a.finding for a in actions(assess(given)) if a.status == "proposed"}


def test_a_finding_that_a_graver_one_covered_today_is_open_and_not_new() -> None:
    given = answers(
        {"duties.paged": "research", "duties.turn-off": "research"},
        builder="research",
        duties={"ship": "data", "paged": "platform", "answers-to-business": "product"},
    )
    given = Answers.from_parameters(
        {**given.to_parameters(), "duties": {d.id: "platform" for d in CONTENT.duties}}
    )
    found = assess(given)
    assert "builder-holds-few-duties" in {f.id for f in found.findings}
    later = {f.id: f.status for f in found.later_findings}
    assert later["ship-by-another-team"] == "open"
    listed = [f["id"] for f in report(found).model_dump(mode="json")["findings"]]
    assert listed.count("ship-by-another-team") == 1


# -- on pages -----------------------------------------------------------------------------------


def text_of(exhibit: Exhibit) -> str:
    return " ".join(blocks_to_text(exhibit.blocks, 400).split())


def test_the_charter_to_sign_is_the_agreed_one_and_names_today_where_it_differs() -> None:
    given = answers(
        {"paged_quality": "research"}, paged_quality="nobody", rollback_authority="data"
    )
    (night, _signed) = (
        b for b in exhibits.oncall_charter(assess(given)).blocks if isinstance(b, Table)
    )
    assert [plain(c.title) for c in night.columns] == [
        "In the night",
        "Today",
        "As agreed",
        "From",
        "Only proposed",
    ]
    rows = {plain(r[0].text): [plain(c.text) for c in r[1:4]] for r in night.rows}
    number = next(x.number for x in actions(assess(given)) if x.decision)
    quality = "Called first if answers get worse"
    assert rows[quality] == ["Nobody", "Research", f"1 February 2027 ({number})"]
    assert rows["May roll back at night"] == ["Data", "Data", "as today"]


def test_the_ledger_shows_today_and_below_it_what_changes() -> None:
    given = answers({"duties.paged": "research"}, builder="research", duties={"paged": "nobody"})
    shown = text_of(exhibits.ownership_ledger(assess(given)))
    assert "The table shows today" in shown
    assert "Nobody → Research" in shown


def test_ownership_says_from_when_what_was_agreed_holds() -> None:
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    # All duties hold once the last of two decisions does.
    words = "As agreed, from 1 February 2027, Research has 2 of the 5 duties"
    assert words in text_of(exhibits.ownership_ledger(a))
    why = {row[0]: row[2] for row in printed_rows(exhibits.diagnostics(a))}
    (called,) = (w for q, w in why.items() if q.startswith("If the model fails at night"))
    assert "As agreed, from 1 February 2027, it still fails:" in called
    (retire,) = (w for q, w in why.items() if q.startswith("Who can retire"))
    assert retire.endswith("As agreed, from 29 January 2027, the answer passes.")


def test_a_decision_shows_what_it_sets() -> None:
    given = answers({"data_access": "self-service"}, data_access="ticket")
    shown = text_of(exhibits.decision_register(assess(given)))
    assert "By a ticket to another team → By the team itself" in shown


def test_the_plan_counts_actions_without_an_owner() -> None:
    given = answers(duties={"paged": "nobody"}, data_access="ticket", decisions=[DECIDED])
    shown = text_of(exhibits.board_plan(assess(given)))
    vacant = sum(a.owner is None for a in actions(assess(given)))
    assert f"Of them, {vacant} have no owner yet." in shown
    assert vacant
    assert "decided" in shown
    assert "Within 30 days" in shown


def test_the_first_page_says_that_answers_contradict_each_other() -> None:
    found = assess(Answers.from_parameters({"model_teams": 5, "ml_engineers": 4}))
    plan = {x.what: x.number for x in actions(found)}
    shown = " ".join(text_of(exhibits.board_decision(found)).split())
    assert "Check the answer on model-producing teams: it can change the advice" in shown
    assert f" {plan[found.clashes[0].what]} " in shown.split("What to decide and do first")[1]
    assert exhibits.contradictions(assess(Answers())).blocks == ()


def test_a_settled_finding_names_the_decision_in_place_of_a_first_step() -> None:
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    settled = [f for f in a.findings if f.status == "settled" and f.severity != "strength"]
    assert len(settled) > 5
    for finding in settled:
        text = blocks_to_text((finding_card(a, finding),), width=10_000)
        assert finding.mitigation not in text
        decision = settled_by(a, finding.id)
        assert decision is None or decision.chosen
        alone = CONTENT.words("front.settled-alone")
        assert (decision.chosen if decision else alone) in text
    (still,) = [f for f in a.findings if f.status == "open" and f.severity == "critical"]
    assert still.mitigation in blocks_to_text((finding_card(a, still),), width=10_000)


def test_a_decision_whose_dissent_has_no_reply_is_not_called_ready_to_start() -> None:
    given = read_answers(TOP / "examples" / "northfield-clinical.yaml").to_parameters()

    def ready(found: Any) -> str:
        return next((f.statement for f in found.findings if f.id == "decisions-ready-to-start"), "")

    open_one = next(d for d in given["decisions"] if d.get("dissent") and not d.get("reply"))
    assert open_one["decision"] not in ready(assess(Answers.from_parameters(given)))
    assert "all 4 decisions" not in ready(assess(Answers.from_parameters(given)))
    open_one["reply"] = "We will."
    assert "all 4 decisions" in ready(assess(Answers.from_parameters(given)))
