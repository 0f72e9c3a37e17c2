"""The charter, the knowledge map and the drill transcripts."""

from __future__ import annotations

from typing import Any

import pytest

from workshop.answers.schema import Answers
from workshop.content.loader import load_content
from workshop.findings.oncall import (
    CHARTER,
    DrillTranscript,
    KnowledgeMap,
    charter,
    drills,
    knowledge_map,
)

CONTENT = load_content()
WHOLE = {
    "paged_infrastructure": "Platform",
    "paged_quality": "Search",
    "knowledge": {"business": "Shop", "model": "Search", "infrastructure": "Platform"},
    "rollback_authority": "Search",
    "duties": {"turn-off": "Search"},
}
QUALITY, SERVICE = "precision-drop-dashboards-green", "service-down"


def answers_of(**parameters: Any) -> Answers:
    return Answers.from_parameters(parameters)


def played(drill: str, *holders: str | None, **parameters: Any) -> DrillTranscript:
    minutes = zip(("minute_0", "minute_15", "minute_60"), holders, strict=True)
    parameters["drills"] = {drill: {m: h for m, h in minutes if h is not None}}
    return next(t for t in drills(CONTENT, answers_of(**parameters)) if t.text.id == drill)


# -- the charter


def test_charter_is_complete_when_each_line_has_a_team() -> None:
    assert charter(CONTENT, answers_of(**WHOLE)).complete


@pytest.mark.parametrize("holder", ["nobody", "at-handover", None])
def test_charter_is_open_as_long_as_one_line_is(holder: str | None) -> None:
    assert not charter(CONTENT, answers_of(**{**WHOLE, "rollback_authority": holder})).complete


def test_charter_without_answers_keeps_its_seven_lines() -> None:
    found = charter(CONTENT, Answers())
    assert tuple(line.reads for line in found.lines) == CHARTER
    assert {line.state for line in found.lines} == {"unknown"}
    assert found.answered == 0


def test_charter_lines_keep_what_was_typed() -> None:
    found = charter(CONTENT, answers_of(paged_quality=" $x$ team", rollback_authority="No-one"))
    assert found.line("paged_quality").holder == " $x$ team"
    assert found.line("rollback_authority").state == "nobody"


# -- the knowledge map


def knows(**parameters: Any) -> KnowledgeMap:
    return knowledge_map(CONTENT, answers_of(**parameters))


def test_knowledge_is_reached_by_either_first_call() -> None:
    found = knows(**WHOLE)
    assert found.line("model").on_pager_path is True
    assert found.line("infrastructure").on_pager_path is True
    assert found.line("business").on_pager_path is False


def test_a_drill_is_no_page() -> None:
    found = knows(**WHOLE, drills={QUALITY: {"minute_15": "shop"}})
    assert found.line("business").on_pager_path is False
    assert found.line("business").in_drill
    assert not found.line("model").in_drill


def test_the_team_paged_when_it_breaks_is_on_the_path() -> None:
    assert knows(knowledge={"model": "A"}, duties={"paged": "a"}).line("model").on_pager_path


def test_path_stays_unknown_until_both_first_calls_are_told() -> None:
    found = knows(knowledge={"business": "Shop"}, paged_quality="Search")
    assert found.line("business").on_pager_path is None
    found = knows(knowledge={"business": "Shop"}, paged_quality="Search", duties={"paged": "Ops"})
    assert found.line("business").on_pager_path is False


def test_nobodys_knowledge_is_on_no_path_and_not_counted() -> None:
    found = knows(**{**WHOLE, "knowledge": {"business": "nobody", "model": "Search"}})
    assert found.line("business").state == "nobody"
    assert found.line("business").on_pager_path is None
    assert (found.coverage, found.answered) == (1, 2)


def test_coverage_is_unknown_when_nothing_was_told() -> None:
    assert knows().coverage is None
    assert knows(knowledge={"model": "nobody"}).coverage == 0


def test_one_team_with_all_three_kinds_is_named() -> None:
    kinds = {"business": "platform", "model": "Platform", "infrastructure": "PLATFORM"}
    assert knows(knowledge=kinds).in_one_team == "platform"
    assert knows(knowledge={**kinds, "model": "Search"}).in_one_team is None
    assert knows(knowledge={"model": "Search"}).in_one_team is None


def test_path_names_each_team_once_in_the_order_of_the_night() -> None:
    found = knows(
        paged_quality="Search",
        paged_infrastructure="Platform",
        duties={"paged": "search"},
        drills={QUALITY: {"minute_0": "nobody", "minute_60": "Shop"}},
    )
    assert found.path == ("Search", "Platform")


# -- the drills


def test_drills_without_answers_keep_their_story_and_tell_nothing() -> None:
    found = drills(CONTENT, Answers())
    assert [t.text for t in found] == list(CONTENT.drills)
    assert all(not t.answered and t.outcomes == ("unknown",) for t in found)
    assert all([s.moment.minute for s in t.steps] == [0, 15, 60] for t in found)


@pytest.mark.parametrize("holder", ["nobody", "at-handover"])
def test_a_minute_without_a_team_is_flagged(holder: str) -> None:
    assert "nobody" in played(QUALITY, "Search", holder, "Search").outcomes


def test_a_team_that_gets_it_back_is_a_loop() -> None:
    found = played(SERVICE, "Platform", "Search", "platform")
    assert found.outcomes == ("loop",)


def test_keeping_it_is_no_loop() -> None:
    assert "loop" not in played(SERVICE, "Platform", "Platform", "Platform").outcomes


def test_coming_back_from_nobody_is_no_loop() -> None:
    assert "loop" not in played(SERVICE, "Platform", "nobody", "Platform").outcomes


def test_ending_with_a_team_that_may_not_roll_back_is_flagged() -> None:
    found = played(QUALITY, "Platform", "Search", "Shop", rollback_authority="Search")
    assert found.outcomes == ("handed-on-without-rollback",)


def test_rollback_does_not_matter_where_only_the_service_is_down() -> None:
    found = played(SERVICE, "Platform", "Platform", "Platform", rollback_authority="Search")
    assert found.outcomes == ("ends-well",)


def test_ending_with_the_team_that_may_roll_back_is_well() -> None:
    found = played(QUALITY, "Platform", "Search", "search", rollback_authority="Search")
    assert found.outcomes == ("ends-well",)


def test_without_a_known_authority_a_quality_drill_stays_open() -> None:
    assert played(QUALITY, "Search", "Search", "Search").outcomes == ("unknown",)


def test_an_unfinished_drill_is_not_judged() -> None:
    found = played(QUALITY, "Search", "Search", None, rollback_authority="Search")
    assert found.answered
    assert found.outcomes == ("unknown",)


def test_knowledge_that_never_arrives_is_flagged() -> None:
    found = played(QUALITY, "Search", "Search", "Search", **WHOLE)
    assert found.outcomes == ("lacks-knowledge",)
    assert found.lacks == ("business", "infrastructure")


def test_knowledge_arrives_with_the_team_that_has_it() -> None:
    found = played(QUALITY, "Search", "Platform", "Shop", **WHOLE)
    assert [step.lacks for step in found.steps] == [
        ("business", "infrastructure"),
        ("business",),
        (),
    ]
    assert found.outcomes == ("handed-on-without-rollback",)


def test_only_known_gaps_of_knowledge_count() -> None:
    found = played(
        QUALITY,
        "Search",
        "Search",
        "Search",
        knowledge={"business": "nobody"},
        rollback_authority="Search",
    )
    assert found.lacks == ("business",)


def test_outcomes_add_up() -> None:
    found = played(QUALITY, "Platform", "Shop", "platform", **WHOLE)
    assert found.outcomes == ("loop", "handed-on-without-rollback", "lacks-knowledge")


@pytest.mark.parametrize(
    "role", ["Head of Search", "search lead", "the engineer on duty", "on call"]
)
def test_a_drill_ends_well_with_a_team_whose_role_may_roll_back(role: str) -> None:
    found = played(QUALITY, "Search", "Search", "Search", rollback_authority=role)
    assert found.outcomes == ("ends-well",)
