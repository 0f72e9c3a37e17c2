"""The verdicts and the recommendation follow from criteria that can be read."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import examples
from workshop import Answers, Content, assess, load_content
from workshop.content.items import PATTERNS
from workshop.findings.patterns.inputs import Inputs
from workshop.findings.patterns.tipping import WHOLE_NUMBERS, TippingPoint
from workshop.findings.patterns.verdicts import Judge, Recommendation, judge, settle

CLOUD = {
    "model_teams": 6,
    "ml_engineers": 28,
    "maturity": 3,
    "deployment": "pure-cloud",
    "mandate": "none",
    "ml_expertise_in_product": "most",
    "product_autonomy": "low",
    "rails": "built",
    "rails_bypassed": False,
    "platform_engineers": 3,
    "queue_weeks": 5.0,
    "models_in_production": 30,
    "platform_as_product": {
        "user-research": True,
        "documented-apis": True,
        "feedback-loop": True,
        "deprecation-cycles": True,
    },
}


def answers(**changes: object) -> Answers:
    return Answers.from_parameters({**CLOUD, **changes})


def verdict(pattern: str, **changes: object) -> str | None:
    return assess(answers(**changes)).verdicts[pattern].verdict  # type: ignore[index]


def advice(**changes: object) -> tuple[tuple[str, ...], bool]:
    return assess(answers(**changes)).recommendation.key


def test_federated_fits_six_teams_in_the_cloud_with_a_platform_run_as_a_product() -> None:
    assert verdict("federated") == "fits"
    assert advice() == (("federated",), False)


@pytest.mark.parametrize("pattern", ["embedded", "federated"])
@pytest.mark.parametrize("size", [1, 4, 40])
@pytest.mark.parametrize("maturity", [1, 3, 5])
def test_a_single_operator_excludes_two_patterns_at_every_size_and_maturity(
    pattern: str, size: int, maturity: int
) -> None:
    mandate = {"mandate": "single-operator", "model_teams": size, "maturity": maturity}
    assert verdict(pattern, **mandate) == "excluded"


@pytest.mark.parametrize(
    "mandate", ["none", "accountable-person", "legal-entity", "independent-validation"]
)
def test_being_regulated_is_not_yet_a_mandate(mandate: str) -> None:
    assert verdict("federated", mandate=mandate, regulated=True) == "fits"


def test_permitted_autonomy_settles_which_pattern_remains_under_the_mandate() -> None:
    none = {"mandate": "single-operator", "autonomy_permitted": "none"}
    assert advice(**none) == (("platform-as-mlops",), False)
    for left in ("limited", "broad"):
        some = {"mandate": "single-operator", "autonomy_permitted": left}
        assert advice(**some) == (("centralised",), False)
    assert advice(mandate="single-operator") == (("centralised", "platform-as-mlops"), True)


def test_three_or_four_teams_are_an_open_contest_when_the_deciding_answers_part_ways() -> None:
    patterns, contested = advice(model_teams=4, maturity=2, queue_weeks=5.0)
    assert set(patterns) == {"centralised", "federated"}
    assert contested


def test_three_or_four_teams_go_to_the_side_on_which_all_deciding_answers_stand() -> None:
    assert advice(model_teams=4) == (("federated",), False)
    small = {"ml_engineers": 6, "maturity": 2, "deployment": "on-premises", "queue_weeks": 0.5}
    assert advice(model_teams=3, **small) == (("centralised",), False)


def test_embedded_is_advised_only_on_federated_rails() -> None:
    a = assess(answers(product_autonomy="high"))
    assert a.recommendation.patterns == ("federated", "embedded")
    assert not a.recommendation.contested
    assert a.recommendation.combination is not None


def test_embedded_without_rails_fits_only_on_the_condition_of_rails() -> None:
    v = assess(answers(product_autonomy="high", rails="none")).verdicts["embedded"]
    assert v.verdict == "fits-on-conditions"
    assert any(c.reads == "rails" for c in v.conditions)


def test_platform_as_mlops_fits_teams_without_ml_skill() -> None:
    start = {"ml_expertise_in_product": "none", "maturity": 1, "model_teams": 2, "ml_engineers": 6}
    assert verdict("platform-as-mlops", **start) == "fits-on-conditions"
    assert verdict("platform-as-mlops", **{**start, "model_teams": 3}) == "not-yet"
    assert verdict("platform-as-mlops", **{**start, "ml_engineers": 11}) == "not-yet"
    assert verdict("platform-as-mlops", **{**start, "maturity": 2}) == "not-yet"


def test_many_teams_at_the_lowest_maturity_begin_with_one_team_and_a_dated_plan() -> None:
    assert advice(maturity=1) == (("centralised",), False)
    assert "model_teams" in conditions("centralised", maturity=1)


def test_no_team_that_produces_models_finds_none_that_fits() -> None:
    a = assess(answers(model_teams=0, ml_engineers=4))
    assert a.recommendation.patterns == ()
    assert a.recommendation.nearest


def test_bought_rails_stand_in_for_a_platform_team() -> None:
    assert verdict("federated", rails="built", platform_engineers=0) == "fits-on-conditions"
    assert verdict("federated", rails="bought", platform_engineers=0) == "fits"


def test_what_was_not_told_is_never_read_as_zero_or_no() -> None:
    a = assess(Answers())
    assert {v.verdict for v in a.verdicts.values()} == {None}
    assert all(r.says == "unknown" for v in a.verdicts.values() for r in v.readings)
    assert a.recommendation.patterns == ()
    assert a.findings == ()


def test_a_pattern_is_not_judged_while_what_defines_it_is_unknown() -> None:
    a = assess(Answers.from_parameters({"maturity": 3, "ml_expertise_in_product": "most"}))
    assert a.verdicts["federated"].verdict is None


def test_every_pattern_can_win(content: Content) -> None:
    won = set()
    for mandate, teams, expertise, autonomy in itertools.product(
        ("none", "single-operator"), (2, 12), ("none", "most"), ("low", "high")
    ):
        won |= set(
            advice(
                mandate=mandate,
                model_teams=teams,
                ml_engineers=teams * 3,
                ml_expertise_in_product=expertise,
                product_autonomy=autonomy,
                autonomy_permitted="none",
                models_in_production=teams * 3,
                maturity=2 if teams == 2 else 3,
                queue_weeks=0.5 if teams == 2 else 4.0,
            )[0]
        )
    assert won == {p.id for p in content.patterns} == set(PATTERNS)


def conditions(pattern: str, **changes: object) -> set[str]:
    found = assess(answers(**changes)).verdicts[pattern].conditions  # type: ignore[index]
    return {c.reads for c in found}


def not_read(pattern: str, **changes: object) -> tuple[str, ...]:
    return assess(answers(**changes)).verdicts[pattern].unknown  # type: ignore[index]


@pytest.mark.parametrize("pattern", ["embedded", "federated"])
def test_a_rule_that_was_not_read_yet_is_named_and_no_condition(pattern: str) -> None:
    open_one = {"product_autonomy": "high", "mandate": None}
    assert "mandate" in not_read(pattern, **open_one)
    assert "mandate" in not_read(pattern, **open_one, regulated=True)
    assert "mandate" not in not_read(pattern, **open_one, regulated=False)
    assert "mandate" not in not_read(pattern, product_autonomy="high")
    assert "mandate" not in conditions(pattern, **open_one)
    assert verdict(pattern, **open_one) == "fits"


def test_an_engineer_waits_for_a_team_to_be_embedded_in() -> None:
    assert verdict("embedded", product_autonomy="high", model_teams=0) == "not-yet"


def test_one_team_with_two_models_is_no_case_for_an_engineer_inside() -> None:
    small = {"model_teams": 1, "ml_engineers": 6, "models_in_production": 2}
    assert verdict("embedded", product_autonomy="high", **small) == "not-yet"


def test_small_teams_cannot_spare_a_specialist() -> None:
    assert verdict("embedded", product_autonomy="high") == "fits"
    assert verdict("embedded", product_autonomy="high", ml_engineers=12) == "not-yet"
    assert verdict("embedded", product_autonomy="high", model_teams=20) == "not-yet"


def test_rails_for_one_team_wait_for_a_second() -> None:
    assert "model_teams" in conditions("federated", model_teams=1)
    assert "model_teams" not in conditions("federated", model_teams=2)


def test_a_central_team_with_a_queue_is_asked_when_it_moves() -> None:
    central = {"model_teams": 2, "current_pattern": "centralised"}
    assert "queue_weeks" in conditions("centralised", **central, queue_weeks=2.0)
    assert "queue_weeks" not in conditions("centralised", **central, queue_weeks=1.9)
    assert "queue_weeks" not in conditions("centralised", model_teams=2, queue_weeks=2.0)
    mandated = {**central, "mandate": "single-operator", "queue_weeks": 9.0}
    assert "queue_weeks" not in conditions("centralised", **mandated)


def test_a_full_service_without_a_mandate_is_a_start_that_ends() -> None:
    tiny = {"ml_expertise_in_product": "none", "maturity": 1, "model_teams": 2, "ml_engineers": 6}
    assert "ml_expertise_in_product" in conditions("platform-as-mlops", **tiny)
    mandated = {**tiny, "mandate": "single-operator"}
    assert "ml_expertise_in_product" not in conditions("platform-as-mlops", **mandated)


def test_embedded_never_stands_for_itself() -> None:
    small = {"ml_engineers": 9, "maturity": 2, "product_autonomy": "high", "platform_engineers": 3}
    a = assess(answers(model_teams=2, **small))
    assert a.recommendation.key == (("centralised",), False)
    assert a.verdicts["embedded"].verdict == "fits-on-conditions"
    assert "never stands alone" in a.verdicts["embedded"].conditions[0].words


# -- tipping points: over random answers --------------------------------------------------------

_CONTENT = load_content()


def _values(name: str) -> st.SearchStrategy[object]:
    if name == "maturity":
        return st.integers(1, 5)
    if name in WHOLE_NUMBERS:
        return st.integers(0, 40)
    if name == "queue_weeks":
        return st.floats(0, 12).map(lambda x: round(x, 2))
    choices = list(_CONTENT.question(name).choices)
    return st.sampled_from([{"true": True, "false": False}.get(c, c) for c in choices])


def _nested(flat: dict[str, object]) -> dict[str, object]:
    nested: dict[str, object] = {}
    for name, value in flat.items():
        at = nested
        *parents, last = name.split(".")
        for parent in parents:
            at = at.setdefault(parent, {})  # type: ignore[assignment]
        at[last] = value
    return nested


random_answers = st.fixed_dictionaries({}, optional={n: _values(n) for n in _CONTENT.inputs}).map(
    _nested
)


def read_anew(inputs: Inputs) -> Recommendation:
    """Return what is advised when every criterion is read anew."""
    return settle(_CONTENT, judge(_CONTENT, inputs))


def _beyond(point: TippingPoint) -> object:
    return point.to - 0.01 if point.when == "below" else point.to


@examples(150)
@given(random_answers)
def test_crossing_a_tipping_point_gives_the_advice_it_names(raw: dict[str, object]) -> None:
    given_answers = Answers.from_parameters(raw)
    a = assess(given_answers)
    for point in a.tipping_points:
        after = read_anew(Inputs(given_answers, {point.input: _beyond(point)}))
        assert after.key == (point.patterns, point.contested)
        assert after.key != a.recommendation.key


@examples(60)
@given(random_answers, st.data())
def test_nothing_changes_before_the_tipping_point(raw: dict[str, object], data) -> None:
    given_answers = Answers.from_parameters(raw)
    a = assess(given_answers)
    for strip in a.sensitivity:
        here = strip.here
        if here is None or here.start is None:
            continue
        whole = strip.input in WHOLE_NUMBERS
        high = here.end if here.end is not None else here.start + 50
        numbers = (
            st.integers(int(here.start), int(high) - 1)
            if whole
            else st.floats(here.start, high, exclude_max=True)
        )
        value = data.draw(numbers, label=strip.input)
        inside = read_anew(Inputs(given_answers, {strip.input: value}))
        assert inside.key == a.recommendation.key


@examples(60)
@given(random_answers, random_answers)
def test_reading_again_only_what_was_replaced_gives_the_same(
    raw: dict[str, object], others: dict[str, object]
) -> None:
    answers = Answers.from_parameters(raw)
    changes = {n: v for n, v in others.items() if not isinstance(v, dict)}
    quick = Judge(_CONTENT, answers).but(changes)
    slow = judge(_CONTENT, Inputs(answers, changes))
    waiting = {c.beside for c in _CONTENT.combinations if c.only_beside}
    for pattern, verdict in slow.items():
        assert quick[pattern].fits == verdict.fits
        if pattern not in waiting:  # a what-if leaves out the wait for what it never stands without
            assert quick[pattern].verdict == verdict.verdict
    assert settle(_CONTENT, quick).key == settle(_CONTENT, slow).key


@examples(100)
@given(random_answers)
def test_the_verdicts_keep_their_promises(raw: dict[str, object]) -> None:
    a = assess(Answers.from_parameters(raw))
    for v in a.verdicts.values():
        assert (v.verdict == "excluded") == (v.constraint is not None)
        if v.verdict == "fits-on-conditions":
            assert v.conditions
        if v.verdict == "fits":
            assert all(c.growth for c in v.conditions)
        if v.verdict == "not-yet":
            assert v.changes
    for pattern in a.recommendation.patterns:
        assert a.verdicts[pattern].verdict in ("fits", "fits-on-conditions")
