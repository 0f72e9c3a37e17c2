"""Options are things of one kind: the same attributes for doing nothing, patterns, combinations."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import TOP
from test_content_check import changed, joined
from test_verdicts import CLOUD, random_answers
from whole_answers import whole_answers
from workshop import Answers, Content, assess, load_content
from workshop.answers.reading import read_answers
from workshop.authoring.check import reference_problems
from workshop.content.items import PATTERNS
from workshop.documents.blocks import (
    Block,
    Bullets,
    Card,
    Heading,
    PageBreak,
    Pairs,
    SideBySide,
    Table,
    plain,
)
from workshop.documents.html import blocks_to_html
from workshop.documents.text import blocks_to_text
from workshop.exhibits import (
    board_decision,
    board_decisions,
    board_losses,
    board_options,
    recommendation,
)
from workshop.exhibits import move as first_steps
from workshop.findings import Assessment
from workshop.findings.output.report import schema, to_json
from workshop.findings.patterns.options import ROLES, Option, advised

BOTH = "federated-embedded"
COMBINED = {**CLOUD, "product_autonomy": "high", "current_pattern": "centralised"}
SCHEMA = jsonschema.Draft202012Validator(schema("findings"))
STAGES = [
    {"stage": "data", "team": "data", "wait_days": 3, "touch_days": 4},
    {"stage": "model", "team": "research", "wait_days": 5, "touch_days": 10},
    {"stage": "serving", "team": "platform", "wait_days": 20, "touch_days": 5},
    {"stage": "product", "team": "product", "wait_days": 8, "touch_days": 6},
]


def found(**answers: Any) -> Assessment:
    return assess(Answers.from_parameters(answers))


def one(a: Assessment, id_: str) -> Option:
    return next(o for o in a.options if o.id == id_)


def choice(rejected: str | None = None, chosen: str | None = None, **more: str) -> dict[str, Any]:
    decision = {"decision": "Which way?", "chosen": chosen, "rejected": rejected, **more}
    return {k: v for k, v in decision.items() if v is not None}


# -- which there are, and what they are to us ---------------------------------------------------


def test_without_answers_there_is_doing_nothing_each_pattern_and_the_combination() -> None:
    a = found()
    assert [o.id for o in a.options] == ["today", *PATTERNS, BOTH]
    assert [o.role for o in a.options] == ["today", *["other"] * 5]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_todays_pattern_is_doing_nothing_and_comes_first(pattern: str) -> None:
    a = found(current_pattern=pattern)
    assert a.options[0].id == pattern
    assert a.options[0].roles == ("today",)
    assert sorted(o.id for o in a.options) == sorted([*PATTERNS, BOTH])


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_chosen_pattern_is_the_chosen_option(pattern: str) -> None:
    a = found(chosen_pattern=pattern)
    assert [o.patterns for o in a.options if "chosen" in o.roles] == [(pattern,)]
    assert one(a, pattern).role == "chosen"


def test_of_a_combination_neither_part_alone_is_advised() -> None:
    a = found(**COMBINED)
    assert a.recommendation.patterns == ("federated", "embedded")
    assert [o.id for o in advised(a.options)] == [BOTH]
    assert one(a, BOTH).patterns == a.recommendation.patterns


def test_roles_are_told_the_strongest_first() -> None:
    a = found(**{**COMBINED, "current_pattern": "federated", "product_autonomy": "low"})
    assert one(a, "federated").roles == ("advised", "today")
    a = found(
        **{**COMBINED, "chosen_pattern": "federated", "current_pattern": "federated"},
        decisions=[choice("Centralised, with three more people.", "Federated.")],
    )
    assert one(a, "federated").roles == ("chosen", "today")
    assert one(a, "centralised").roles == ("rejected",)


@pytest.mark.parametrize(
    ("rejected", "chosen", "ids"),
    [
        ("Staying centralised for a year.", "Federated", ["centralised"]),
        ("The platform-as-mlops idea", None, ["platform-as-mlops"]),
        ("Federated with Embedded in search", "Federated", [BOTH]),
        ("Federated now, not later", "Federated, from May", []),
        ("Decentralised work", "Waiting", []),
        ("Every step stays a request to the platform team.", None, []),
        (None, "Federated", []),
    ],
)
def test_an_option_is_rejected_where_a_decision_turns_it_down_by_name(
    rejected: str | None, chosen: str | None, ids: list[str]
) -> None:
    a = found(decisions=[choice(rejected, chosen)])
    assert [o.id for o in a.options if "rejected" in o.roles] == ids


def test_what_is_chosen_is_not_rejected_whatever_a_decision_says() -> None:
    a = found(chosen_pattern="embedded", decisions=[choice("Embedded")])
    assert one(a, "embedded").roles == ("chosen",)


def test_both_sides_of_an_open_contest_are_advised() -> None:
    a = found(**{**CLOUD, "model_teams": 4, "maturity": 2})
    assert a.recommendation.contested
    assert {o.patterns[0] for o in advised(a.options)} == set(a.recommendation.patterns)


# -- attributes ---------------------------------------------------------------------------------


def test_of_the_combination_the_people_run_from_one_team_with_an_engineer_to_all() -> None:
    a = found(**COMBINED)
    platform = one(a, "federated").people.platform
    both = one(a, BOTH).people
    assert platform is not None
    assert both.platform == platform
    assert both.inside_teams == (1, 2 * 6)
    assert (both.low, both.high) == (platform[0] + 1, platform[1] + 12)
    assert both.have == 3


@given(st.integers(1, 400))
@settings(max_examples=20, deadline=None)
def test_more_teams_never_take_fewer_people_under_any_option(teams: int) -> None:
    few, more = found(model_teams=teams), found(model_teams=teams + 1)
    for a, b in zip(few.options[1:], more.options[1:], strict=True):
        assert a.people.low is not None
        assert a.people.high is not None
        assert 0 <= a.people.low <= a.people.high
        assert (b.people.low or 0) >= a.people.low
        assert (b.people.high or 0) >= a.people.high


@pytest.mark.parametrize(
    ("answers", "have"),
    [
        ({}, None),
        ({"platform_engineers": 3}, 3),
        ({"ml_engineers": 8}, 8),
        ({"platform_engineers": 9, "ml_engineers": 8}, 8),
    ],
)
def test_the_people_there_are_todays_platform_or_all_who_could_be(
    answers: dict[str, int], have: int | None
) -> None:
    assert {o.people.have for o in found(**answers).options} == {have}


def test_without_a_number_of_teams_nobody_is_counted() -> None:
    for a in (found(), found(model_teams=0)):
        assert {(o.people.low, o.people.high) for o in a.options} == {(None, None)}


def test_days_and_handoffs_are_as_found_today_and_as_the_pattern_has_them_else() -> None:
    a = found(stages=STAGES, current_pattern="centralised", queue_weeks=2)
    assert a.stream is not None
    today = one(a, "centralised")
    assert (today.lead_time.half, today.lead_time.one_in_ten) == (a.stream.p50, a.stream.p90)
    assert today.handoffs == 3
    under = {u.pattern.id: u for u in a.stream.under}
    federated = one(a, "federated")
    assert federated.lead_time.half == under["federated"].p50
    assert federated.handoffs == under["federated"].handoffs == 0
    assert one(a, BOTH).lead_time == federated.lead_time


def test_without_stages_no_days_and_no_handoffs_are_made_up() -> None:
    for o in found(**COMBINED).options:
        assert (o.lead_time.half, o.lead_time.one_in_ten, o.handoffs) == (None, None, None)


def test_where_a_team_is_not_answered_todays_handoffs_are_not_counted() -> None:
    stages = [{"stage": "model"}, {"stage": "serving", "team": "platform"}]
    assert found(stages=stages).options[0].handoffs is None


def test_who_is_called_is_as_answered_today_and_as_the_pattern_has_it_else(
    content: Content,
) -> None:
    a = found(
        current_pattern="centralised", paged_infrastructure="platform", paged_quality="nobody"
    )
    today = one(a, "centralised").on_call
    assert (today.service, today.quality) == ("Platform, as today", "Nobody, as today")
    assert one(a, "embedded").on_call.quality == content.option("embedded").on_call.quality
    unnamed = one(found(current_pattern="embedded"), "embedded")
    assert (unnamed.on_call.service, unnamed.on_call.quality) == (None, None)
    assert unnamed.usual_call == content.option("embedded").on_call.quality


def test_a_combination_fits_no_better_than_the_weaker_of_its_two() -> None:
    order = ("excluded", "not-yet", None, "fits-on-conditions", "fits")
    for answers in (COMBINED, {**COMBINED, "maturity": 1}, {"mandate": "single-operator"}):
        a = found(**answers)
        two = [order.index(a.verdicts[p].verdict) for p in ("federated", "embedded")]
        assert one(a, BOTH).verdict == order[min(two)]


def test_what_a_rule_excludes_needs_nothing_and_says_why() -> None:
    a = found(mandate="single-operator", model_teams=6, platform_engineers=1)
    for id_ in ("embedded", "federated", BOTH):
        option = one(a, id_)
        assert option.excluded
        assert option.needs == ()
        assert len(option.because) == 1


def test_conditions_of_both_parts_are_what_a_combination_needs() -> None:
    a = found(**{**COMBINED, "rails_bypassed": True})
    words = [c.words for p in ("federated", "embedded") for c in a.verdicts[p].conditions]
    assert words
    assert one(a, BOTH).needs == tuple(dict.fromkeys(words))


def test_embedded_alone_says_that_it_never_stands_alone() -> None:
    a = found(**COMBINED)
    assert any(one(a, BOTH).short in need for need in one(a, "embedded").needs)
    assert not any("never" in need for need in one(a, BOTH).needs)


# -- the move -----------------------------------------------------------------------------------


def test_only_what_is_advised_begins_it_or_is_chosen_has_a_move() -> None:
    a = found(**{**COMBINED, "chosen_pattern": "platform-as-mlops"})
    assert {o.id for o in a.options if o.move} == {"federated", BOTH, "platform-as-mlops"}


@pytest.mark.parametrize("today", [None, *PATTERNS])
def test_the_move_begins_where_the_organisation_stands(today: str | None, content: Content) -> None:
    given = {"current_pattern": today} if today else {}
    for pattern in PATTERNS:
        move = one(found(chosen_pattern=pattern, **given), pattern).move
        assert move is not None
        assert len(move.steps) == 4
        assert move.start == (today or "today")
        assert move.stays == (today == pattern)
        assert move.steps == content.option(pattern).move(today).steps


def test_the_effects_of_a_platform_come_with_their_limits_and_strength() -> None:
    a = found(**COMBINED)
    data = json.loads(to_json(a))
    assert data["recommendation"]["now"] == ["federated"]
    assert data["recommendation"]["later"] == ["embedded"]
    move = next(o for o in data["options"] if o["role"] == "advised")["move"]
    price = next(e for e in move["effects"] if "14%" in e["statement"])
    assert "8%" in price["statement"]
    assert "correlation" in price["limits"]
    assert price["sources"] == ["R10"]
    assert price["strength"] == ["moderate"]


def test_each_dissent_is_answered_by_the_record_or_by_nobody() -> None:
    decisions = [
        choice(dissent="“Too few of us.”", reply="Two people join in March."),
        choice(dissent="“Too early.”"),
        choice(),
    ]
    move = one(found(chosen_pattern="federated", decisions=decisions), "federated").move
    assert move is not None
    assert [(r.dissent, r.answer) for r in move.replies] == [
        ("“Too few of us.”", "Two people join in March."),
        ("“Too early.”", None),
    ]


def test_dissent_from_a_vote_is_there_too() -> None:
    vote = {
        "question": "chosen_pattern",
        "asked": "Which pattern?",
        "privacy": "anonymous",
        "rounds": [
            {"cast": 3, "choices": [{"value": "federated", "label": "Federated", "count": 3}]}
        ],
        "dissent": ["“We cannot staff it.”"],
    }
    move = one(found(chosen_pattern="federated", votes=[vote]), "federated").move
    assert move is not None
    assert [r.dissent for r in move.replies] == ["“We cannot staff it.”"]


# -- side by side -------------------------------------------------------------------------------


def both(a: Assessment) -> tuple[Block, ...]:
    return (*board_options(a).blocks, *first_steps(a).blocks)


def words(a: Assessment) -> str:
    return " ".join(blocks_to_text(both(a), width=100_000).split())


def compared(a: Assessment) -> Table:
    return next(b for b in both(a) if isinstance(b, Table))


def headings(a: Assessment) -> list[str]:
    return [plain(b.text) for b in both(a) if isinstance(b, Heading)]


def row(a: Assessment, name: str) -> list[str]:
    return next(
        [plain(c.text) for c in r[1:]] for r in compared(a).rows if plain(r[0].text) == name
    )


def test_each_option_that_is_open_is_a_column_and_today_is_the_first() -> None:
    a = found(**COMBINED)
    titles = [plain(c.title) for c in compared(a).columns[1:]]
    assert titles[0] == "Centralised\ntoday"
    assert titles[1] == "Federated\nadvised now"
    assert titles[2] == f"{one(a, BOTH).short}\nto decide later"
    assert [x.partition("\n")[0] for x in titles[3:]] == ["Platform-as-MLOps"]
    assert "Embedded alone is not in the table" in words(a)
    # A half that somebody chose is a column of its own.
    chosen = found(**{**COMBINED, "chosen_pattern": "embedded"})
    assert len(compared(chosen).columns[1:]) == 5
    assert all(plain(c.text) for r in compared(a).rows for c in r)


def test_what_is_ruled_out_is_one_line_with_the_reason() -> None:
    a = found(mandate="single-operator", model_teams=6, current_pattern="centralised")
    assert [plain(c.title).split("\n")[0] for c in compared(a).columns[1:]] == [
        "Centralised",
        "Platform-as-MLOps",
        "Federated",  # what the advice becomes if the rule reads otherwise
    ]
    # The combination of both is ruled out with them, and is not named again.
    assert words(a).count("Ruled out: Embedded (each product team") == 1
    assert f"run its models). {one(a, BOTH).because[0]}" in words(a)


def test_more_people_than_there_are_is_said_with_the_number() -> None:
    a = found(**{**COMBINED, "platform_engineers": 1})
    heads = [plain(c.title).partition("\n")[0] for c in compared(a).columns[1:]]
    shown = {o.short: o for o in a.options}
    for head, cell in zip(heads, row(a, "People (you have 1 on the platform)"), strict=True):
        option = shown[head]
        assert ("more than you have" in cell) == option.people.too_few
    assert one(a, "platform-as-mlops").people.too_few


def test_what_was_not_answered_is_said_and_not_made_up() -> None:
    a = found()
    names = [plain(r[0].text) for r in compared(a).rows]
    assert not [name for name in names if "take longer than" in name]  # a line that says nothing
    assert "What it is" in names
    assert "A team that trains models" not in words(a)
    assert "estimates" not in plain(compared(a).caption)
    assert "estimates" in plain(compared(found(stages=STAGES)).caption)


def test_the_advised_option_shows_four_steps_losses_and_published_effects() -> None:
    a = found(**COMBINED)
    begins = next(b for b in both(a) if isinstance(b, SideBySide))
    (steps,) = begins.columns[0]
    assert isinstance(steps, Bullets)
    assert steps.ordered
    assert len(steps.items) == 4
    shown = words(a)
    move = one(a, "federated").move
    assert move is not None
    for lost in move.loses:
        assert f"{lost.who}: {lost.what}" in shown
    assert "14% less stable" in shown
    assert "R10 (moderate)" in shown


def test_a_choice_beside_the_advice_tells_only_what_begins_differently() -> None:
    a = found(**{**COMBINED, "chosen_pattern": "federated"})
    assert headings(a)[-1] == "If you later decide on Federated with Embedded: what is added"
    step = one(a, "federated").move.steps[0]  # type: ignore[union-attr]
    assert words(a).count(step.what.split(".")[0]) == 1


def test_staying_is_no_move() -> None:
    a = found(chosen_pattern="embedded", current_pattern="embedded")
    assert "Staying with Embedded: the first four steps" in headings(a)


def test_a_dissent_without_an_answer_is_red_and_counted() -> None:
    decisions = [choice(dissent="“Too early.”"), choice(dissent="“Too few.”", reply="We hire.")]
    a = found(chosen_pattern="federated", decisions=decisions)
    blocks = board_decisions(a).blocks
    (table,) = [b for b in blocks if isinstance(b, Table)]
    assert [(plain(r[-1].text), r[-1].tone) for r in table.rows if len(r) > 1] == [
        ("no reply yet", "critical"),
        ("“We hire.”", "plain"),
    ]
    assert "Two dissents are on record" in blocks_to_text(blocks, 400)
    assert "One dissent on a decision has no reply yet." in blocks_to_text(blocks, 400)


def test_on_paper_the_comparison_has_a_page_of_its_own() -> None:
    exhibit = board_options(assess(read_answers(TOP / "examples" / "tidewater-retail.yaml")))
    assert exhibit.in_pack is not None
    assert [i for i, b in enumerate(exhibit.in_pack) if isinstance(b, PageBreak)] == [0]
    assert not any(isinstance(b, PageBreak) for b in exhibit.blocks)
    assert board_options(found()).in_short_pack == ()


def test_what_people_type_is_never_read_as_markup() -> None:
    typed = "<script>alert(1)</script>"
    decisions = [choice(dissent=typed, reply=typed)]
    a = found(chosen_pattern="federated", decisions=decisions)
    shown = blocks_to_html(board_decisions(a).blocks)
    assert "<script>" not in shown
    assert shown.count("&lt;script&gt;") == 2


# -- over many answers --------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.one_of(random_answers, whole_answers))
def test_options_hold_together_whatever_was_answered(raw: dict[str, Any]) -> None:
    answers = Answers.from_parameters(raw)
    a = assess(answers)
    ids = [o.id for o in a.options]
    first = answers.current_pattern or "today"
    assert ids[0] == first
    assert sorted(ids) == sorted({*PATTERNS, BOTH, first})
    for o in a.options:
        assert o.roles
        assert list(o.roles) == [r for r in ROLES if r in o.roles]
        assert ("other" in o.roles) == (o.roles == ("other",))
        begins = o.patterns and o.patterns == a.recommendation.now
        assert (o.move is not None) == bool(begins or {"advised", "chosen"} & set(o.roles))
        if len(o.patterns) == 1:
            assert o.verdict == a.verdicts[o.patterns[0]].verdict
        if o.people.low is not None and o.people.high is not None:
            assert 0 <= o.people.low <= o.people.high
    assert [o.patterns[0] for o in a.options if "chosen" in o.roles] == [
        p for p in [answers.chosen_pattern] if p
    ]
    own = [p for o in advised(a.options) for p in o.patterns]
    assert sorted(own) == sorted(a.recommendation.patterns)
    SCHEMA.validate(json.loads(to_json(a)))


# -- the words ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"id": "federate"}, "An option is a pattern, or a combination of two that there is."),
        ({"id": "federate"}, "Nothing says what this option gives up"),
        ({"effects": ("no-such-fact",)}, "No fact has this id."),
        ({"moves": load_content().option("federated").moves[:1]}, "One move has no “from”"),
        ({"moves": load_content().option("federated").moves * 2}, "Two moves lead from here."),
        ({"combined": load_content().option(BOTH).combined}, "of combinations and no others"),
    ],
)
def test_the_check_tells_what_leads_nowhere(fields: dict[str, Any], problem: str) -> None:
    assert problem in joined(reference_problems(changed("options", "federated", **fields)))


def test_each_step_begins_with_what_somebody_does(content: Content) -> None:
    doers = {"the", "a", "an", "we", "you", "it", "there", "this", "nobody"}
    for option in content.options:
        for move in option.moves:
            for step in move.steps:
                assert step.first_step != step.what
                assert step.what.split()[0].lower() not in doers, step


# -- as agreed ----------------------------------------------------------------------------------


def test_the_option_that_is_there_as_agreed_says_what_decisions_change() -> None:
    given = {
        "current_pattern": "centralised",
        "paged_infrastructure": "platform",
        "paged_quality": "platform",
        "platform_engineers": 3,
        "model_teams": 6,
        "decisions": [
            {"decision": "Who?", "sets": {"paged_quality": "research", "platform_engineers": 5}}
        ],
    }
    a = assess(Answers.from_parameters(given))
    agreed = {o.id: o.agreed for o in a.options if o.agreed is not None}
    assert list(agreed) == ["centralised"]
    then = agreed["centralised"]
    assert (then.have, then.on_call.service) == (5, "Platform, as today")
    assert then.on_call.quality == "Research, as agreed"
    given["decisions"][0]["sets"] = {"current_pattern": "federated"}
    a = assess(Answers.from_parameters(given))
    assert [o.id for o in a.options if o.agreed is not None] == ["federated"]
    del given["decisions"]
    assert not [o for o in assess(Answers.from_parameters(given)).options if o.agreed is not None]


@pytest.mark.parametrize(
    ("pattern", "shown"),
    [
        (None, ["Platform, as today"]),
        ("centralised", ["Platform, as today; Research, as agreed"]),
        ("federated", ["Platform, as today", "Research, as agreed; later: each product team"]),
    ],
)
def test_a_team_that_is_on_call_as_agreed_is_not_called_todays(
    pattern: str | None, shown: list[str]
) -> None:
    paged = {"decision": "Who is called?", "chosen": "Research"}
    given = {
        "current_pattern": "centralised",
        "duties": {"paged": "platform"},
        "paged_quality": "platform",
        "model_teams": 6,
        "chosen_pattern": pattern,
        "decisions": [{**paged, "sets": {"duties.paged": "research", "paged_quality": "research"}}],
    }
    if pattern:
        given["decisions"].append({"decision": "How?", "sets": {"current_pattern": pattern}})
    a = assess(Answers.from_parameters(given))
    (then,) = [o.agreed.on_call for o in a.options if o.agreed is not None]
    assert then.service == then.quality == "Research, as agreed"
    (compared,) = [b for b in board_options(a).blocks if isinstance(b, Table)]
    head = a.content.words("oncall.line-paged-quality")
    (row,) = [r for r in compared.rows if plain(r[0].text) == head]
    assert [plain(c.text) for c in row if "as " in plain(c.text)] == shown


def test_the_first_page_names_an_option_that_fits_as_well_and_is_faster() -> None:
    given = read_answers(TOP / "examples" / "northfield-clinical.yaml").to_parameters()
    given["decisions"] = [d for d in given["decisions"] if "validator" not in (d.get("sets") or {})]
    a = assess(Answers.from_parameters(given))
    (own,) = [o for o in a.options if "advised" in o.roles]
    rival = one(a, "platform-as-mlops")
    assert own.stream is not None
    assert own.stream.p50 is not None
    assert own.lead_time.half is not None
    assert rival.lead_time.half is not None
    # As found it is slower than the other; once complete, it is not.
    assert own.stream.p50 <= rival.lead_time.half < own.lead_time.half
    shown = blocks_to_text(board_decision(a).blocks, width=10_000)
    assert "faster for each change" not in shown
    why = "The days do not decide: Platform-as-MLOps takes 157 instead of 177 only if Platform also"
    assert f"{why} does “Release the records” and “Validate it clinically”, and with that" in shown
    # Where its stages are as the pattern has them, the other can be faster in fact.
    given |= {"current_pattern": "platform-as-mlops", "chosen_pattern": None, "decisions": None}
    given |= {"autonomy_permitted": "none", "queue_weeks": 0}
    given["stages"] = [
        {"stage": "data", "team": "product", "touch_days": 10, "wait_days": 0},
        {"stage": "model", "team": "platform", "touch_days": 10, "wait_days": 15},
        {"stage": "product", "team": "product", "touch_days": 10, "wait_days": 20},
    ]
    other = assess(Answers.from_parameters(given))
    (own,) = [o for o in other.options if "advised" in o.roles]
    rival = one(other, "centralised")
    assert own.id == "platform-as-mlops"
    assert own.lead_time.half is not None
    assert rival.lead_time.half is not None
    days = round(own.lead_time.half) - round(rival.lead_time.half)
    assert days > 0
    shown = blocks_to_text(board_decision(other).blocks, width=10_000)
    assert f"Centralised would be {days} working days faster for each change." in shown


@pytest.mark.parametrize(("ships", "kept"), [("engineering", True), ("research", False)])
def test_days_as_agreed_keep_the_handoff_to_a_team_that_still_ships(ships: str, kept: bool) -> None:
    stages = [
        {"stage": "model", "team": "research", "touch_days": 10, "wait_days": 0},
        {"stage": "serving", "team": "engineering", "touch_days": 5, "wait_days": 15},
        {"stage": "product", "team": "product", "touch_days": 5, "wait_days": 8},
    ]
    a = found(
        **{**COMBINED, "current_pattern": "centralised", "chosen_pattern": "federated"},
        builder="research",
        duties={"ship": ships},
        stages=stages,
        decisions=[
            {"decision": "How?", "chosen": "That.", "sets": {"current_pattern": "federated"}}
        ],
    )
    option = one(a, "federated")
    assert option.lead_time.half == 20
    assert option.handoffs == 0
    assert option.agreed is not None or not kept
    agreed = option.agreed or option
    # To the team that ships, and from there to the product team.
    assert (agreed.lead_time.half, agreed.handoffs) == ((43, 2) if kept else (20, 0))
    said = blocks_to_text(board_decision(a).blocks, width=100_000)
    assert ("As agreed and as we advise" in said) is not kept
    assert ("As agreed: Federated, in part: 43, with 2 handoffs." in said) is kept
    assert ("who ships and builds" in said) is kept
    rows = {plain(r[0].text): [plain(c.text) for c in r[1:]] for r in compared(a).rows}
    agreed = "as agreed 43 (every change)\nonce complete 20 (every change)"
    assert (agreed in rows["Half of changes take longer than (days)"]) is kept


def test_whoever_still_ships_uses_the_platform_and_hands_on_to_the_product_team() -> None:
    stages = [
        {"stage": "model", "team": "research", "touch_days": 10, "wait_days": 0},
        {"stage": "serving", "team": "engineering", "touch_days": 5, "wait_days": 15},
        {"stage": "serving", "team": "platform", "touch_days": 1, "wait_days": 20},
        {"stage": "product", "team": "product", "touch_days": 5, "wait_days": 8},
    ]
    a = found(
        **{**COMBINED, "current_pattern": "centralised", "chosen_pattern": "federated"},
        builder="research",
        duties={"ship": "engineering"},
        stages=stages,
        decisions=[
            {"decision": "How?", "chosen": "That.", "sets": {"current_pattern": "federated"}}
        ],
    )
    agreed = one(a, "federated").agreed
    assert agreed is not None
    assert agreed.stream is not None
    assert [(c.at, c.change) for c in agreed.stream.changes] == [
        (1, "stays"),
        (2, "vanishes"),
        (3, "stays"),
    ]
    assert agreed.lead_time.half == 21 + 15 + 8
    # Its stages are drawn as those of a team of today, and the product team's are not.
    assert [bar.keeps for bar in agreed.stream.bars] == [False, True, True, False]


def test_what_is_advised_now_begins_before_what_can_wait() -> None:
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    heads = [plain(b.text) for b in first_steps(a).blocks if isinstance(b, Heading)]
    assert heads[1:] == [
        "Federated, which you chose and we advise now: the first four steps",
        "If you later decide on Federated with Embedded: what is added",
    ]
    (pair,) = [b for b in recommendation(a).blocks if isinstance(b, Card)]
    said = " ".join(plain(w) for b in pair.body if isinstance(b, Pairs) for w in b.pairs[-1])
    assert said.startswith("You chose Federated, which we advise now.")


@pytest.mark.parametrize("pattern", PATTERNS)
def test_who_is_called_is_the_team_that_serves_the_model_by_name(pattern: str) -> None:
    """Page 1 names that team, so who is called has its name too."""
    content = load_content()
    serves = content.pattern(pattern).holders["serving"]
    calls = content.option(pattern).on_call
    assert all(f"{serves} team" in call.lower() for call in (calls.service, calls.quality))


def test_who_is_on_call_is_called_when_the_service_fails_and_says_nothing_of_quality() -> None:
    given = {**COMBINED, "current_pattern": "centralised", "duties": {"paged": "platform"}}
    today = next(o for o in found(**given).options if "today" in o.roles)
    assert (today.on_call.service, today.on_call.quality) == ("Platform, as today", None)
    both = found(**given, paged_quality="research")
    today = next(o for o in both.options if "today" in o.roles)
    assert (today.on_call.service, today.on_call.quality) == (
        "Platform, as today",
        "Research, as today",
    )


def _quality_row(blocks: Iterable[Block]) -> list[str]:
    """Return the cells of who is called first about quality, without the row's head."""
    head = load_content().words("oncall.line-paged-quality")
    rows = [[plain(c.text) for c in r] for b in blocks if isinstance(b, Table) for r in b.rows]
    return next((row[1:] for row in rows if row[0] == head), ["Not answered"])


@pytest.mark.parametrize("quality", [None, "nobody", "research"])
@pytest.mark.parametrize("duty", [None, "platform"])
@pytest.mark.parametrize("chosen", [None, "centralised"])
def test_page_2_and_page_3_say_the_same_of_who_is_called_today(
    quality: str | None, duty: str | None, chosen: str | None
) -> None:
    a = found(
        current_pattern="centralised",
        chosen_pattern=chosen,
        model_teams=6,
        duties={"paged": duty, "ship": "research"},
        paged_quality=quality,
    )
    assert a.options[0].id == "centralised"
    on_page_2, on_page_3 = (_quality_row(of(a).blocks)[0] for of in (board_losses, board_options))
    assert re.split("[.,;]", on_page_3)[0] == on_page_2


def test_the_comparison_has_the_days_as_they_are_and_below_it_those_of_today_complete() -> None:
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    today = next(o for o in a.options if "today" in o.roles)
    assert today.stream is not None
    assert today.stream.p50 is not None
    assert row(a, "Half of changes take longer than (days)") == [
        "159",
        "as agreed 131\nonce complete 107",
        "107",
        "138",
    ]
    assert round(today.stream.p50) == 138
    said = blocks_to_text(board_options(a).blocks, width=100_000)
    whole = "Centralised would take 138 days once complete, not 159, because today other teams do"
    wait = "It includes 25 days of waiting for Platform at the start."
    assert f"{whole} stages that it gives to Platform. {wait}" in said
    # The number of each stage, so that page 2 shows which waits end.
    assert row(a, "Handoffs, and before which stage of page 2") == [
        "4 (before 2, 5, 6, 7)",
        "as agreed 2 (before 5, 7)\nonce complete none",
        "none",
        "2 (before 3, 7)",
    ]


def test_pages_say_that_whole_waits_go_and_why_more_days_go_than_were_given() -> None:
    def said(days: list[int]) -> str:
        stages = [
            {"stage": "model", "team": "research", "touch_days": 5, "wait_days": 0},
            {"stage": "serving", "team": "engineering", "touch_days": 5, "wait_days": days},
        ]
        a = found(**COMBINED, stages=stages)
        second = blocks_to_text(board_losses(a).blocks, width=100_000)
        return f"{plain(compared(a).caption)} {second}"

    whole, longer = (
        "Where a handoff ends, its wait ends too.",
        "Some waits take longer than usual, so the days can differ from these sums.",
    )
    assert longer in said([10, 12, 30])
    assert whole in said([10, 12, 30])
    assert whole in said([12, 12, 12])


def test_the_comparison_says_why_few_handoffs_save_few_days() -> None:
    """A central team keeps its queue, wherever its work begins."""
    same = "Then work waits 25 days for Platform, and its 138 days include them."
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    bring = "In Platform-as-MLOps, product teams bring their data:"
    before = f"{bring} they do what comes before stage 3."
    assert f"{before} {same}" in plain(compared(a).caption)
    # With a queue that nobody counted, the days are missing.
    given = a.answers.to_parameters() | {"queue_weeks": None}
    assert same not in plain(compared(assess(Answers.from_parameters(given))).caption)
