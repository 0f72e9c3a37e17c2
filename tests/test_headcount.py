"""How many people each pattern takes, at the source's figures and beyond them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop.answers.schema import Answers
from workshop.content.loader import load_content
from workshop.findings.patterns.capacity import Headcount, compare, headcounts


def at(pattern: str, teams: int | None) -> Headcount:
    found = headcounts(load_content(), Answers(model_teams=teams))
    return next(h for h in found if h.pattern.id == pattern)


@pytest.mark.parametrize(
    ("pattern", "people"),
    [("centralised", (4, 8)), ("federated", (2, 6)), ("platform-as-mlops", (6, 12))],
)
def test_for_ten_teams_the_article_s_range_holds(pattern, people):
    count = at(pattern, 10)
    assert count.platform == count.total == people
    assert not count.extrapolated


@pytest.mark.parametrize(
    ("pattern", "teams", "people"),
    [
        ("centralised", 1, (2, 2)),
        ("centralised", 4, (3, 4)),
        ("federated", 3, (2, 2)),
        ("federated", 6, (2, 4)),
        ("platform-as-mlops", 2, (3, 3)),
        ("platform-as-mlops", 6, (4, 8)),
    ],
)
def test_below_ten_teams_the_range_shrinks_to_the_fewest_and_is_marked(pattern, teams, people):
    count = at(pattern, teams)
    assert count.platform == people
    assert count.extrapolated
    assert "extrapolation" in count.note


@pytest.mark.parametrize("pattern", ["centralised", "embedded", "federated", "platform-as-mlops"])
def test_one_more_team_never_takes_a_jump(pattern):
    for teams in range(1, 60):
        (low, high), (more_low, more_high) = (at(pattern, n).platform for n in (teams, teams + 1))
        assert 0 <= more_low - low <= 1
        assert 0 <= more_high - high <= 2


def test_own_hardware_takes_more_people_and_bought_tooling_none():
    def low(**answers):
        found = headcounts(load_content(), Answers(model_teams=6, **answers))
        return next(h for h in found if h.pattern.id == "federated").platform[0]

    assert low(deployment="pure-cloud") == 2
    assert low(deployment="hybrid") == 4
    assert low(deployment="hybrid", rails="bought") == 4
    assert low(rails="bought") == 0


@pytest.mark.parametrize(
    ("pattern", "teams", "people"),
    [
        ("centralised", 11, (5, 9)),
        ("centralised", 25, (10, 20)),
        ("federated", 11, (3, 7)),
        ("federated", 20, (4, 12)),
        ("platform-as-mlops", 11, (7, 14)),
        ("platform-as-mlops", 30, (18, 36)),
    ],
)
def test_beyond_ten_teams_the_range_grows_in_step_and_is_marked(pattern, teams, people):
    count = at(pattern, teams)
    assert count.platform == people
    assert count.extrapolated
    assert str(teams) in count.note
    assert "extrapolation" in count.note


def test_embedded_counts_people_in_teams_and_advisers_apart():
    count = at("embedded", 6)
    assert count.inside_teams == (6, 12)
    assert count.platform == (1, 2)
    assert count.total == (7, 14)


def test_embedded_people_in_teams_grow_with_the_teams_beyond_ten():
    count = at("embedded", 15)
    assert count.inside_teams == (15, 30)
    assert count.platform == (2, 3)
    assert count.total == (17, 33)


@pytest.mark.parametrize("teams", [None, 0])
def test_without_teams_there_is_no_total_but_the_ranges_stay(teams):
    for count in headcounts(load_content(), Answers(model_teams=teams)):
        assert count.total is None
        assert count.platform is None
        assert count.per_ten[0] >= 1
        assert compare(count, 5) == "unknown"


def test_unknown_teams_and_no_teams_are_told_apart():
    assert at("federated", None).note != at("federated", 0).note


@pytest.mark.parametrize(
    ("engineers", "place"),
    [(None, "unknown"), (0, "below"), (2, "below"), (3, "within"), (4, "within"), (5, "above")],
)
def test_todays_platform_team_is_compared_with_the_platform_range(engineers, place):
    assert compare(at("centralised", 4), engineers) == place


def test_embedded_is_compared_by_its_platform_not_by_the_people_in_teams():
    assert compare(at("embedded", 6), 2) == "within"
    assert compare(at("embedded", 6), 7) == "above"


@settings(deadline=None)
@given(st.integers(1, 5_000))
def test_more_teams_never_take_fewer_people(teams):
    for pattern in ("centralised", "embedded", "federated", "platform-as-mlops"):
        low, high = at(pattern, teams).total
        more_low, more_high = at(pattern, teams + 1).total
        assert low <= high
        assert (more_low, more_high) >= (low, high)
