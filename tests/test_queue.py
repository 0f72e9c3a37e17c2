"""How long requests wait for a central team."""

from __future__ import annotations

import heapq
import random
from math import factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop import assess, exhibits
from workshop.answers.schema import Answers
from workshop.content.loader import load_content
from workshop.documents.text import blocks_to_text
from workshop.findings.patterns.capacity import QueueCurve, mean_wait, queue_curve


def curve(**answers) -> QueueCurve | None:
    return queue_curve(load_content(), Answers(**answers))


def busy(teams: int | None = 4) -> QueueCurve:
    found = curve(
        model_teams=teams, platform_engineers=3, requests_per_team_month=4.0, days_per_request=3.0
    )
    assert found is not None
    return found


@settings(deadline=None)
@given(st.floats(0.001, 0.999), st.floats(0.1, 50))
def test_one_server_waits_as_the_closed_formula_says(load, days):
    assert mean_wait(load, 1, days) == pytest.approx(load / (1 - load) * days, rel=1e-9)


@settings(deadline=None)
@given(st.integers(2, 12), st.floats(0.01, 0.99), st.floats(0.1, 20))
def test_several_servers_wait_as_the_textbook_sum_says(servers, load, days):
    offered = load * servers
    last = offered**servers / factorial(servers) / (1 - load)
    chance = last / (sum(offered**k / factorial(k) for k in range(servers)) + last)
    expected = chance * days / (servers - offered)
    assert mean_wait(offered, servers, days) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("servers", "load"), [(1, 0.5), (1, 0.8), (2, 0.7), (3, 0.85), (6, 0.8), (12, 0.9)]
)
def test_a_played_queue_waits_as_long_as_the_formula_says(servers, load):
    """Play requests one by one: each goes to the engineer who is free first."""
    rng, days, count = random.Random(7), 3.0, 150_000
    free, now, waited = [0.0] * servers, 0.0, 0.0
    for _ in range(count):
        now += rng.expovariate(load * servers / days)
        start = max(now, heapq.heappop(free))
        waited += start - now
        heapq.heappush(free, start + rng.expovariate(1 / days))
    assert mean_wait(load * servers, servers, days) == pytest.approx(waited / count, rel=0.1)


@settings(deadline=None)
@given(st.integers(1, 500), st.floats(0.1, 100))
def test_no_request_waits_where_none_comes(servers, days):
    assert mean_wait(0.0, servers, days) == 0.0


@settings(deadline=None)
@given(st.integers(1, 60), st.floats(0, 0.98), st.floats(0.001, 0.01))
def test_more_load_never_waits_less(servers, load, more):
    assert mean_wait((load + more) * servers, servers, 1.0) >= mean_wait(load * servers, servers, 1)


@settings(deadline=None)
@given(st.integers(1, 60), st.floats(0.01, 0.99))
def test_another_engineer_never_makes_the_wait_longer(servers, load):
    offered = load * servers
    assert mean_wait(offered, servers + 1, 1.0) <= mean_wait(offered, servers, 1.0)


@pytest.mark.parametrize("offered", [3.0, 3.5, 1e9])
def test_work_that_comes_faster_than_it_is_done_waits_without_end(offered):
    assert mean_wait(offered, 3, 2.0) is None


def test_thousands_of_servers_are_no_trouble():
    wait = mean_wait(4_990.0, 5_000, 3.0)
    assert wait is not None
    assert 0 < wait < 1


@settings(deadline=None)
@given(st.floats(0.01, 20), st.floats(0.1, 20), st.integers(1, 30), st.none() | st.integers(0, 300))
def test_wait_rises_with_every_team_until_it_has_no_end(requests, days, servers, now):
    found = curve(
        model_teams=now,
        platform_engineers=servers,
        requests_per_team_month=requests,
        days_per_request=days,
    )
    assert found is not None
    counts = [p.teams for p in found.points]
    assert counts == sorted(set(counts))
    waits = [float("inf") if p.wait is None else p.wait for p in found.points]
    assert waits == sorted(waits)
    assert len(found.points) <= 62


@settings(deadline=None)
@given(st.floats(0.01, 20), st.floats(0.1, 20), st.integers(1, 30))
def test_crossing_is_the_first_number_of_teams_past_two_weeks(requests, days, servers):
    found = curve(
        platform_engineers=servers, requests_per_team_month=requests, days_per_request=days
    )
    assert found is not None
    assert found.crossing is not None
    wait = found.at(found.crossing).wait
    assert wait is None or wait > 10
    if found.crossing > 1:
        before = found.at(found.crossing - 1).wait
        assert before is not None
        assert before <= 10


@settings(deadline=None)
@given(st.floats(0.01, 20), st.floats(0.1, 20), st.integers(1, 30))
def test_saturation_is_the_first_number_of_teams_that_takes_all_time(requests, days, servers):
    found = curve(
        platform_engineers=servers, requests_per_team_month=requests, days_per_request=days
    )
    assert found is not None
    assert found.at(found.saturated).load >= 1
    assert found.saturated == 1 or found.at(found.saturated - 1).load < 1


def test_today_is_on_the_curve_with_its_load():
    found = busy(teams=4)
    assert found.now in found.points
    assert found.now.load == pytest.approx(4 * 4 * 3 / 21 / 3)


def test_unknown_teams_leave_today_unknown_and_the_curve_whole():
    found = busy(teams=None)
    assert found.now is None
    assert found.points


def test_no_requests_never_wait_and_never_cross():
    found = curve(platform_engineers=2, requests_per_team_month=0.0, days_per_request=3.0)
    assert found is not None
    assert found.crossing is None
    assert {p.wait for p in found.points} == {0.0}


@pytest.mark.parametrize(
    "missing", ["platform_engineers", "requests_per_team_month", "days_per_request"]
)
def test_a_missing_answer_leaves_no_curve(missing):
    given = {"platform_engineers": 3, "requests_per_team_month": 2.0, "days_per_request": 3.0}
    assert curve(**{k: v for k, v in given.items() if k != missing}) is None


def test_a_platform_of_nobody_has_no_queue_to_compute():
    assert curve(platform_engineers=0, requests_per_team_month=2.0, days_per_request=3.0) is None


def test_assumptions_are_said_in_words():
    words = " ".join(busy().assumptions)
    assert "21" in words
    assert "{" not in words


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (
            {"queue_weeks": "measured"},
            "You measured 9 weeks, so 45 working days. Use this. ",
        ),
        (
            {},
            "You said 9 weeks, so 45 working days. If you measured that, use it. ",
        ),
    ],
)
def test_a_wait_that_was_measured_is_trusted_more_than_the_computed_one(known, said):
    given = {"model_teams": 4, "platform_engineers": 3, "requests_per_team_month": 4.0}
    answers = Answers(**given, days_per_request=3.0, queue_weeks=9, basis=known)
    shown = blocks_to_text(exhibits.queue_curve(assess(answers)).blocks, width=9_999)
    words = " ".join(shown.split())
    assert said in words
    # Two numbers for one wait are explained: why they differ, and what each is good for.
    assert "Our number is smaller, because it counts only requests as work." in words
    assert "It shows how the wait grows." in words
    fewer = answers.model_copy(update={"queue_weeks": 1, "days_per_request": 3.7})
    shown = blocks_to_text(exhibits.queue_curve(assess(fewer)).blocks, width=9_999)
    assert "Our number is larger, because teams that wait long ask less often." in shown
