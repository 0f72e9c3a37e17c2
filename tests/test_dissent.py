"""Dissent as people write it: each position is counted, named and replied to."""

from __future__ import annotations

from typing import Any

import pytest

from test_verdicts import CLOUD
from workshop import Answers, Assessment, assess
from workshop.content.loader import load_content
from workshop.documents.text import blocks_to_text
from workshop.exhibits import board_decision, board_decisions
from workshop.exhibits.decisions import decision_register
from workshop.findings.dissent import positions
from workshop.findings.plan import actions, dissents_on_vote

CONTENT = load_content()
WHICH = "Which pattern do we choose for the next year?"
EMBEDDED, QUEUE = "Engineering: embedded leaves nobody.", "Product: federated keeps the queue."


def held(words: str | None, **given: Any) -> tuple[str, ...]:
    return positions(CONTENT.teams, Answers.from_parameters(given), words)


def open_question(dissent: str, **more: Any) -> Assessment:
    asked = {"decision": WHICH, "dissent": dissent, **more}
    return assess(Answers.from_parameters({**CLOUD, "model": "the model", "decisions": [asked]}))


def on_page(a: Assessment, make: Any) -> str:
    return " ".join(blocks_to_text(make(a).blocks, width=10_000).split())


@pytest.mark.parametrize("between", [" ", "\n", "\n\n", "  \n "])
def test_two_teams_in_one_field_are_two_positions(between: str) -> None:
    assert held(f"{EMBEDDED}{between}{QUEUE}") == (EMBEDDED, QUEUE)


def test_a_team_a_role_and_an_owner_of_the_answers_begin_a_position() -> None:
    owner = [{"decision": "Who?", "owner": "Lea"}]
    words = "Search: too early. Lea says: too late. Nobody: never."
    assert held(words) == (words,)
    assert held(words, builder="search", decisions=owner) == (
        "Search: too early.",
        "Lea says: too late. Nobody: never.",
    )


@pytest.mark.parametrize(
    "words",
    [
        "Platform: we have two reasons. First: the machines. Second: the nights.",
        "Platform: at 02:00 nobody reads this, and product: the app, stands still.",
        "Platform: we asked research: they said no.",
        "We do not agree: it costs too much.",
    ],
)
def test_any_other_colon_belongs_to_what_is_said(words: str) -> None:
    assert held(words) == (words,)


def test_a_line_begins_a_position_and_goes_on_with_one_that_has_a_speaker() -> None:
    assert held("Maria: too early\nHans: too late") == ("Maria: too early", "Hans: too late")
    assert held("Maria: too early\nand too dear") == ("Maria: too early and too dear",)
    assert held("too early\ntoo late") == ("too early", "too late")
    assert held(None) == held(" \n ") == ()


def test_each_position_on_a_question_left_open_is_counted_named_and_replied_to() -> None:
    a = open_question(f"{EMBEDDED} {QUEUE}")
    found = [x for x in actions(a) if x.kind == "reply"]
    assert [x.what for x in found] == [
        f"Reply to the dissent of {who} on “{WHICH}”" for who in ("Engineering", "Product")
    ]
    assert [x.dissent for x in found] == [EMBEDDED, QUEUE]
    first = on_page(a, board_decision)
    assert "Two dissents are on record: Engineering and Product" in first
    fifth = on_page(a, board_decisions)
    assert "Nobody has replied to Engineering and Product yet." in fifth
    numbers = " and ".join(str(x.number) for x in found)
    register = decision_register(a).in_pack
    assert register is not None
    shown = blocks_to_text(register, width=10_000)
    assert "2 dissents on decisions are recorded." in shown
    assert f"No reply yet (actions {numbers})." in shown


def test_whoever_owns_a_decision_replies_to_others_and_not_to_themselves() -> None:
    a = open_question(f"{EMBEDDED}\n{QUEUE}", chosen="Federated", owner="Product")
    owners = {x.dissent: x.proposed_owner for x in actions(a) if x.kind == "reply"}
    assert owners == {EMBEDDED: "Product", QUEUE: "Leadership"}


def test_a_reply_answers_every_position_of_its_decision() -> None:
    a = open_question(f"{EMBEDDED}\n{QUEUE}", chosen="Federated", reply="We look again in May.")
    assert not [x for x in actions(a) if x.kind == "reply"]
    assert "Two dissents are on record" in on_page(a, board_decisions)


@pytest.mark.parametrize("reply", ["Product gets a number in May.", "Product: you get one in May."])
def test_a_reply_that_names_one_of_several_is_for_that_one(reply: str) -> None:
    a = open_question(f"{EMBEDDED}\n{QUEUE}", chosen="Federated", reply=reply)
    (left,) = (x for x in actions(a) if x.kind == "reply")
    assert left.dissent == EMBEDDED
    fifth = on_page(a, board_decisions)
    assert "Nobody has replied to Engineering yet." in fifth
    assert "Engineering: no reply yet" in fifth
    assert f"“{reply}”" in fifth
    register = decision_register(a).in_pack
    assert register is not None
    shown = " ".join(blocks_to_text(register, width=10_000).split())
    assert f"Reply: “{reply}” Engineering: No reply yet (action {left.number})." in shown


def test_two_positions_on_a_vote_are_two_dissents() -> None:
    vote = {
        "question": "lead",
        "asked": "Who leads on this model?",
        "asks_about": "today",
        "privacy": "role",
        "rounds": [{"cast": 1, "choices": [{"value": "research", "label": "R", "count": 1}]}],
        "dissent": [f"{EMBEDDED} {QUEUE}"],
    }
    a = assess(Answers.from_parameters({**CLOUD, "votes": [vote]}))
    (result,) = a.votes
    assert dissents_on_vote(a, result) == (EMBEDDED, QUEUE)
    assert "Two dissents are on record" in on_page(a, board_decision)
