"""The ledger, the ownership rule, the three diagnostics and the lead."""

from __future__ import annotations

from typing import Any

import pytest

from workshop.answers.schema import Answers
from workshop.content.loader import load_content
from workshop.findings.ownership import DiagnosticResult, Ledger, diagnostics, lead_profile, ledger

CONTENT = load_content()
FIVE = ("evaluation-set", "ship", "paged", "answers-to-business", "turn-off")


def read(**parameters: Any) -> Ledger:
    return ledger(CONTENT, Answers.from_parameters(parameters))


def ask(diagnostic: str, **parameters: Any) -> DiagnosticResult:
    results = diagnostics(CONTENT, Answers.from_parameters(parameters))
    return next(r for r in results if r.text.id == diagnostic)


# -- the ledger


def test_each_duty_has_one_line_in_the_order_of_the_content() -> None:
    assert tuple(line.duty.id for line in read().lines) == FIVE


@pytest.mark.parametrize(
    ("holder", "builder", "state"),
    [
        ("Research", "research", "builder"),
        ("Platform", "research", "other-team"),
        ("Platform", None, "held"),
        ("No one", "research", "nobody"),
        ("at handover", "research", "at-handover"),
        (None, "research", "unknown"),
        ("Platform", "nobody", "held"),
    ],
)
def test_state_of_a_duty(holder: str | None, builder: str | None, state: str) -> None:
    duties = {"paged": holder} if holder else {}
    assert read(builder=builder, duties=duties).line("paged").state == state


def test_columns_are_distinct_teams_with_the_builder_first() -> None:
    found = read(
        builder="Search", duties={"ship": "Platform", "paged": "search", "turn-off": "nobody"}
    )
    assert found.teams == ("Search", "Platform")


def test_holders_stay_as_typed() -> None:
    assert read(duties={"ship": "  <b>Kern & Co</b> "}).line("ship").holder == "  <b>Kern & Co</b> "


def test_builder_counts_its_own_duties() -> None:
    found = read(builder="Search", duties={"ship": "SEARCH", "paged": "Search", "turn-off": "CPO"})
    assert (found.held_by_builder, found.answered) == (2, 3)


@pytest.mark.parametrize("parameters", [{}, {"builder": "Search"}, {"duties": {"ship": "Search"}}])
def test_count_is_unknown_without_builder_or_duties(parameters: dict[str, Any]) -> None:
    assert read(**parameters).held_by_builder is None


def test_builder_without_duties_holds_none_of_them() -> None:
    assert read(builder="Search", duties={"ship": "Platform"}).held_by_builder == 0


def test_fullest_team_has_most_duties_and_the_builder_wins_a_tie() -> None:
    duties = {"evaluation-set": "Platform", "ship": "Search"}
    assert read(builder="Search", duties=duties).fullest == ("Search", 1)
    assert read(builder="Data", duties=duties | {"paged": "Search"}).fullest == ("Search", 2)


def test_nobody_is_never_the_fullest_team() -> None:
    assert read(builder="Search", duties=dict.fromkeys(FIVE, "nobody")).fullest is None


# -- the ownership rule


@pytest.mark.parametrize(
    ("builder", "paged", "answers", "verdict", "parted"),
    [
        ("Search", "search", "Search", "holds", []),
        ("Search", "Platform", "Search", "partly", ["paged"]),
        ("Search", "Platform", "Product", "gap", ["paged", "answers-to-business"]),
        ("Search", "Platform", None, "gap", ["paged"]),
        ("Search", "Search", None, "unknown", []),
        ("Search", None, None, "unknown", []),
        (None, "Search", "Search", "unknown", []),
        (None, "nobody", None, "gap", ["paged"]),
        ("Search", "Search", "at-handover", "partly", ["answers-to-business"]),
    ],
)
def test_ownership_rule(
    builder: str | None, paged: str | None, answers: str | None, verdict: str, parted: list[str]
) -> None:
    given = {"paged": paged, "answers-to-business": answers}
    duties = {name: team for name, team in given.items() if team}
    found = read(builder=builder, duties=duties).rule
    assert (found.verdict, [line.duty.id for line in found.parted]) == (verdict, parted)


# -- the three diagnostics


@pytest.mark.parametrize(
    ("duties", "builder", "result", "reason"),
    [
        ({}, "Search", "unknown", "not-told"),
        ({"paged": "nobody"}, None, "fails", "nobody"),
        ({"paged": "at-handover"}, "Search", "fails", "at-handover"),
        ({"paged": "search"}, "Search", "unknown", "ship-not-told"),
        ({"paged": "search", "ship": "Search"}, "Search", "passes", "passes"),
        ({"paged": "search", "ship": "Run"}, "Search", "fails", "builds-only"),
        ({"paged": "search", "ship": "nobody"}, "Search", "fails", "builds-only"),
        ({"paged": "search and run rota", "ship": "Search"}, "Search", "passes", "passes"),
        ({"paged": "Run", "ship": "run"}, "Search", "fails", "ships-only"),
        ({"paged": "Run", "ship": "Run"}, None, "unknown", "undecided"),
        (
            {"paged": "Run", "ship": "Run", "evaluation-set": "Search"},
            "Search",
            "fails",
            "ships-only",
        ),
        ({"paged": "Run", "ship": "Run", "evaluation-set": "run"}, "Search", "fails", "ships-only"),
        ({"paged": "Run", "ship": "Search"}, "Search", "fails", "another-team"),
        ({"paged": "Run"}, "Search", "unknown", "undecided"),
        ({"paged": "Run", "ship": "Search"}, None, "unknown", "undecided"),
        ({"paged": "Platform team"}, "Search", "fails", "platform"),
        ({"paged": "platform", "ship": "platform"}, "Search", "fails", "platform"),
        ({"paged": "platform", "ship": "platform"}, "Platform", "passes", "passes"),
        ({"paged": "platform"}, None, "unknown", "undecided"),
    ],
)
def test_who_is_paged(
    duties: dict[str, str], builder: str | None, result: str, reason: str
) -> None:
    found = ask("paged", duties=duties, builder=builder)
    assert (found.result, found.reason) == (result, reason)


@pytest.mark.parametrize(
    ("given", "result", "reason"),
    [
        ({"paged_quality": "nobody"}, "fails", "on-call-open"),
        ({"paged_infrastructure": "at-handover"}, "fails", "on-call-open"),
        (
            {"paged_quality": "nobody", "paged_infrastructure": "platform"},
            "fails",
            "on-call-open-quality",
        ),
        (
            {"paged_quality": "platform", "paged_infrastructure": "nobody"},
            "fails",
            "on-call-open-service",
        ),
        ({"paged_quality": "nobody", "paged_infrastructure": "nobody"}, "fails", "on-call-open"),
        ({"paged_quality": "Search", "paged_infrastructure": "Run"}, "passes", "passes"),
        ({"paged_quality": "Run", "paged_infrastructure": "Run"}, "unknown", "named-twice"),
    ],
)
def test_who_is_paged_passes_only_where_the_answers_of_the_night_agree(
    given: dict[str, str], result: str, reason: str
) -> None:
    found = ask("paged", duties={"paged": "Search", "ship": "Search"}, builder="Search", **given)
    assert (found.result, found.reason) == (result, reason)


@pytest.mark.parametrize(
    ("quality", "result", "reason"),
    [("Search", "unknown", "without-duty"), ("nobody", "fails", "nobody")],
)
def test_who_is_called_about_quality_is_not_nobody_though_no_team_has_the_duty(
    quality: str, result: str, reason: str
) -> None:
    found = ask("paged", duties={"paged": "nobody"}, paged_quality=quality)
    assert (found.result, found.reason) == (result, reason)


def test_under_one_operator_by_rule_another_team_may_be_paged() -> None:
    duties = {"paged": "platform", "ship": "platform"}
    found = ask("paged", duties=duties, builder="Search", mandate="single-operator")
    assert (found.result, found.reason) == ("unknown", "mandated")


@pytest.mark.parametrize(
    ("authors", "builder", "result", "reason"),
    [
        (None, "Search", "unknown", "not-told"),
        ([], "Search", "unknown", "not-told"),
        (["nobody"], "Search", "fails", "nobody"),
        (["nobody", "at-handover"], None, "fails", "nobody"),
        (["search"], "Search", "fails", "training-team"),
        (["Search", "SEARCH"], "Search", "fails", "training-team"),
        (["product"], "research", "fails", "no-modelling-team"),
        (["Shop floor"], "Search", "fails", "no-modelling-team"),
        (["platform"], None, "fails", "no-modelling-team"),
        (["research", "engineering"], "research", "fails", "no-user-facing-team"),
        (["research"], None, "fails", "no-user-facing-team"),
        (["Search", "Shop floor"], "Search", "passes", "passes"),
        (["product", "data"], None, "passes", "passes"),
        (["product"], "product", "fails", "training-team"),
        (["product", "research"], "product", "passes", "passes"),
        (["product", "research"], "Search", "unknown", "without-builder"),
        (["Search", "Shop floor"], None, "unknown", "undecided"),
        (["research", "Shop floor"], None, "unknown", "undecided"),
    ],
)
def test_who_writes_the_evaluation_set(
    authors: list[str] | None, builder: str | None, result: str, reason: str
) -> None:
    found = ask("evaluation-set", evaluation_set_authors=authors, builder=builder)
    assert (found.result, found.reason) == (result, reason)


@pytest.mark.parametrize(
    ("role", "switch", "result", "reason"),
    [
        (None, "Search", "unknown", "not-told"),
        ("nobody", "Search", "fails", "nobody"),
        ("at-handover", None, "fails", "nobody"),
        ("Head of Search", None, "unknown", "switch-not-told"),
        ("Head of Search", "nobody", "fails", "no-switch"),
        ("Head of Search", "at-handover", "fails", "no-switch"),
        ("Head of Search", "Search", "passes", "passes"),
        ("Head of Product", "Search", "fails", "switch-elsewhere"),
        ("Chief architect", "Search", "unknown", "undecided"),
    ],
)
def test_who_can_retire_it(role: str | None, switch: str | None, result: str, reason: str) -> None:
    duties = {"turn-off": switch} if switch else {}
    found = ask("retirement", retirement_authority=role, duties=duties)
    assert (found.result, found.reason) == (result, reason)


def test_an_evaluation_set_that_no_team_owns_does_not_pass() -> None:
    given = {"evaluation_set_authors": ["Search", "product"], "builder": "Search"}
    found = ask("evaluation-set", duties={"evaluation-set": "nobody"}, **given)
    assert (found.result, found.reason) == ("fails", "unowned")


def test_failing_answer_of_the_content_is_named_with_its_reason() -> None:
    found = ask("paged", duties={"paged": "platform"}, builder="Search")
    assert found.matches is not None
    assert "platform" in found.matches.answer.lower()
    assert found.because == found.matches.why


def test_every_failing_answer_of_the_content_can_be_met() -> None:
    met = {
        found.matches
        for found in [
            ask("paged", duties={"paged": "at-handover"}),
            ask("paged", duties={"paged": "platform"}, builder="Search"),
            ask("paged", duties={"paged": "nobody"}),
            ask("evaluation-set", evaluation_set_authors=["Search"], builder="Search"),
            ask("evaluation-set", evaluation_set_authors=["product"], builder="Search"),
            ask("evaluation-set", evaluation_set_authors=["nobody"]),
            ask("retirement", retirement_authority="nobody"),
            ask("retirement", retirement_authority="CPO", duties={"turn-off": "nobody"}),
        ]
    }
    assert met == {failing for d in CONTENT.diagnostics for failing in d.fails}


def test_another_team_is_named_as_typed_even_if_it_looks_like_a_placeholder() -> None:
    duties = {"paged": "{answer} & <b>", "ship": "Search"}
    found = ask("paged", duties=duties, builder="Search")
    assert found.because.startswith("{answer} & <b> neither builds")


def test_answers_read_as_a_listing() -> None:
    found = ask("evaluation-set", evaluation_set_authors=["search", "product", "data", "Search"])
    assert found.answer == "search, Product and Data"
    assert ask("evaluation-set", evaluation_set_authors=["nobody"]).answer == "nobody"
    assert ask("paged", duties={"paged": "at_handover"}).answer == "to be settled at the handoff"


# -- the lead


def test_no_lead_has_no_profile() -> None:
    assert lead_profile(CONTENT, Answers()) is None


@pytest.mark.parametrize("in_place", [True, False, None])
def test_profile_reads_the_safeguard_of_its_own_lead(in_place: bool | None) -> None:
    mitigations = {"product": not in_place, "research": in_place}
    found = lead_profile(
        CONTENT, Answers.from_parameters({"lead": "research", "mitigations": mitigations})
    )
    assert found is not None
    assert found.text.id == "research"
    assert found.mitigation_in_place is in_place
