"""Whether everything a product needs is in one team, and what its gaps point to."""

from __future__ import annotations

import pytest

from workshop.answers.schema import Answers
from workshop.content.loader import load_content
from workshop.findings.handoffs import VerticalCheck, vertical_check

KINDS = ("data", "model", "serving", "product")


def check(**answers) -> VerticalCheck:
    return vertical_check(load_content(), Answers.model_validate(answers))


def stages(*teams: str | None):
    return tuple({"stage": k, "team": t} for k, t in zip(KINDS, teams, strict=False))


def test_nothing_told_is_all_unknown():
    found = check()
    assert found.unknown == len(found.items)
    assert found.breakages == ()
    assert all("You have not said" in i.words for i in found.items)


def test_one_team_with_all_four_stages_holds_them_all():
    item = check(stages=stages("Search", "search", " SEARCH ", "Search")).item("one-team")
    assert item.holds is True
    assert "Search" in item.words


def test_two_teams_do_not_hold_it_as_one():
    item = check(stages=stages("research", "research", "platform", "product")).item("one-team")
    assert item.holds is False
    assert "3 teams" in item.words
    assert "Research, Platform and Product" in item.words


def test_two_known_teams_are_enough_to_know_that_it_is_not_one():
    assert check(stages=stages("research", None, "platform")).item("one-team").holds is False


@pytest.mark.parametrize(
    "given", [stages("research", "research"), stages("research", "research", None, "research"), ()]
)
def test_stages_not_told_of_leave_it_unknown(given):
    assert check(stages=given).item("one-team").holds is None


def test_a_stage_that_nobody_holds_is_not_held_by_the_team():
    assert check(stages=stages("a", "a", "nobody", "a")).item("one-team").holds is False
    words = check(stages=stages("nobody", "nobody")).item("one-team").words
    assert "no team" in words


def test_squad_without_a_product_manager_names_what_it_lacks():
    found = check(squad=("ml-engineering", "backend-engineering"))
    assert found.missing == ("data-engineering", "product-management")
    assert "data engineering and product management" in found.item("squad").words


def test_whole_squad_lacks_nothing():
    squad = ("data-engineering", "ml-engineering", "backend-engineering", "product-management")
    assert check(squad=squad).item("squad").holds is True


def test_a_squad_of_which_nothing_was_said_is_unknown():
    assert check(squad=()).item("squad").holds is None


@pytest.mark.parametrize(
    ("answers", "breakage"),
    [
        ({"stages": stages("a", "b")}, "sequential-handoffs"),
        ({"deploys_alone": False}, "sequential-handoffs"),
        ({"data_access": "ticket"}, "data-ticket-queue"),
        ({"users_seen": {"talk": False}}, "users-never-seen"),
        ({"users_seen": {"usage": False}}, "users-never-seen"),
        ({"users_seen": {"effects": False}}, "users-never-seen"),
        ({"measures_outcomes": False}, "users-never-seen"),
    ],
)
def test_each_gap_points_to_its_breakage(answers, breakage):
    assert [b.id for b in check(**answers).breakages] == [breakage]


def test_what_is_in_place_points_to_no_breakage():
    found = check(
        deploys_alone=True,
        data_access="self-service",
        users_seen={"talk": True, "usage": True, "effects": True},
    )
    assert found.in_place == 5
    assert found.breakages == ()


def test_under_the_mandate_the_check_says_what_is_still_permitted():
    assert len(check(mandate="single-operator").permitted) == 3
    assert check(mandate="accountable-person").permitted == ()


def test_typed_names_are_data_and_not_placeholders():
    item = check(stages=stages("{0} {teams}", "{x!r}")).item("one-team")
    assert "{0} {teams} and {x!r}" in item.words
