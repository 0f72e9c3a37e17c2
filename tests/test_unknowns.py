"""What was not told is asked for, the answers that would change most first."""

from __future__ import annotations

import re
from dataclasses import replace

from workshop import Answers, Content, assess
from workshop.answers.schema import NAMES
from workshop.documents.text import blocks_to_text
from workshop.exhibits import board_confidence
from workshop.exhibits.sources import open_questions
from workshop.findings.patterns.advice import firmness_apart
from workshop.findings.uncertainty import is_expected, leaf_names


def test_every_unanswered_question_is_open_and_every_answered_one_is_not(content: Content) -> None:
    names = {u.question.id for u in assess(Answers()).unknowns}
    asked = [content.question(name) for name in leaf_names(content)]
    assert names == {q.id for q in asked if is_expected(q, Answers())}
    given = Answers.from_parameters({"model_teams": 6, "duties": {"paged": "nobody"}})
    after = {u.question.id for u in assess(given).unknowns}
    assert names - after == {"model_teams", "duties.paged"}


def test_questions_that_could_move_the_advice_come_first() -> None:
    a = assess(Answers.from_parameters({"model_teams": 4, "ml_engineers": 6}))
    movers = [bool(u.patterns) for u in a.unknowns]
    first_idle = movers.index(False)
    assert any(movers[:first_idle])
    assert "mandate" in [u.question.id for u in a.unknowns[:3]]


def test_where_no_rule_holds_nothing_about_a_rule_is_missing(content: Content) -> None:
    about = {"mandate", "autonomy_permitted", "regulation_name"}
    given = {"ml_engineers": 28, "model_teams": 6, "maturity": 2, "platform_engineers": 4}
    given |= {"deployment": "pure-cloud", "rails": "none", "queue_weeks": 3}

    def missing(**told: object) -> set[str]:
        a = assess(Answers.from_parameters({**given, **told}))
        return {u.question.id for u in a.unknowns} & about

    assert missing() == missing(regulated=True) - {"regulation_name"} == about - {"regulation_name"}
    assert not missing(regulated=False)
    told = assess(Answers.from_parameters({**given, "regulated": False, "mandate": "none"}))
    left = assess(Answers.from_parameters({**given, "regulated": False}))
    assert left.verdicts == told.verdicts
    assert left.recommendation == told.recommendation
    firm = [one for part in firmness_apart(left) for one in part]
    said = " ".join(one.words for one in firm if one.answer == "mandate")
    assert said
    assert "Your answer is" not in said, "nobody gave that answer"


def test_false_and_zero_are_answers(content: Content) -> None:
    given = Answers.from_parameters({"platform_engineers": 0, "deploys_alone": False})
    names = {u.question.id for u in assess(given).unknowns}
    assert not names & {"platform_engineers", "deploys_alone"}


def test_each_name_that_is_asked_belongs_to_the_contract(content: Content) -> None:
    assert {n.split(".")[0] for n in leaf_names(content)} <= set(NAMES)


def test_what_the_room_is_divided_on_was_not_left_unanswered() -> None:
    choices = [
        {"value": "research", "label": "Research-led", "count": 4},
        {"value": "engineering", "label": "Engineering-led", "count": 4},
    ]
    vote = {
        "question": "lead",
        "asked": "Who leads?",
        "privacy": "named",
        "rounds": [{"cast": 8, "choices": choices}],
    }
    found = assess(Answers.from_parameters({"votes": [vote], "model_teams": 5}))
    said = " ".join(blocks_to_text(open_questions(found).blocks, width=4000).split())
    assert "divided: lead (Research-led and Engineering-led)." in said
    assert "lead," not in said.split("Also not answered:")[1].split("The room voted")[0]
    counted = re.search(r"You did not answer \d+ of our questions", said)
    assert counted
    assert "The room voted on one more and is divided. Ask these next." in said
    blocks = board_confidence(found).blocks
    assert counted[0] in " ".join(blocks_to_text(blocks, width=4000).split()), "one number"
    only = replace(found, unknowns=tuple(u for u in found.unknowns if u.split))
    words = blocks_to_text(open_questions(only).blocks, width=4000)
    assert "The room voted on one question and is divided.\n" in words
