"""What a room voted: counted, said in words, and never more of a person than was agreed."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from conftest import TOP, examples, validate
from workshop import Answers, assess, exhibits, load_content
from workshop.answers.reading import read_answers
from workshop.answers.schema import Vote
from workshop.content.loader import Content
from workshop.documents.blocks import Heading
from workshop.documents.text import blocks_to_text
from workshop.findings.assessment import Assessment
from workshop.findings.output.report import to_json
from workshop.findings.votes import VoteResult
from workshop.problems import InputError
from workshop.session import Event, Session
from workshop.session.session import answers_text
from workshop.session.voting import Voting, votes_of

CONTENT = load_content()
EXAMPLE = TOP / "examples" / "tidewater-retail.yaml"
NOON = datetime.datetime(2026, 11, 19, 12, 0, tzinfo=datetime.UTC)
Notes = list[tuple[str, dict[str, Any]]]


def events(notes: Notes) -> list[Event]:
    return [Event(n, NOON, "", kind, body) for n, (kind, body) in enumerate(notes, 1)]


def room(privacy: str = "anonymous", threshold: int = 3, people: int = 0) -> Notes:
    opened = ("room-opened", {"privacy": privacy, "threshold": threshold, "roles": []})
    return [opened, *(("joined", {"person": f"p{n}"}) for n in range(people))]


def ballots(question: str, number: int, *cast: Any, reveal: bool = True) -> Notes:
    """Return a round: each ballot is a value, or values with a role, a fact and a name."""
    at = {"question": question, "round": number}
    found: Notes = [("asked", at)]
    for n, one in enumerate(cast):
        value, role, fact, name = (*((one,) if isinstance(one, str) else one), "", "", "")[:4]
        body = {**at, "ballot": f"b{n}", "value": value, "fact": fact, "role": role, "name": name}
        found.append(("voted", body))
    found.append(("closed", at))
    return [*found, ("revealed", at)] if reveal else found


def counted(notes: Notes) -> tuple[Vote, ...]:
    return votes_of(events(notes), CONTENT)


def counts(vote: Vote, number: int = 0) -> dict[str, int]:
    return {c.value: c.count for c in vote.rounds[number].choices if c.count}


def by_role(vote: Vote, number: int = 0) -> dict[str, dict[str, int] | None]:
    return {c.value: c.by_role for c in vote.rounds[number].choices if c.count}


# -- counting -----------------------------------------------------------------------------------


def test_the_last_ballot_of_a_round_counts_and_one_taken_back_does_not() -> None:
    notes = [*room(), *ballots("lead", 1, "research", "product", "product", reveal=False)]
    at = {"question": "lead", "round": 1}
    notes.insert(-1, ("voted", {**at, "ballot": "b0", "value": "engineering"}))
    notes.append(("corrected", {**at, "ballot": "b1"}))
    notes.append(("revealed", at))
    (vote,) = counted(notes)
    assert counts(vote) == {"engineering": 1, "product": 1}
    assert vote.rounds[0].cast == 2


def test_what_is_not_revealed_is_left_out_entirely() -> None:
    first = ballots("lead", 1, "research", "product")
    hidden = ballots("lead", 2, "product", ("product", "", "A secret fact."), reveal=False)
    other = ballots("duties.paged", 1, ("platform", "", "Another secret."), reveal=False)
    (vote,) = counted([*room(), *first, *hidden, *other])
    assert vote == counted([*room(), *first])[0]
    assert (vote.stayed, vote.moved) == (None, None)
    assert "ecret" not in vote.model_dump_json()


def test_who_votes_after_the_reveal_has_seen_the_votes_and_is_not_counted() -> None:
    late = ("voted", {"question": "lead", "round": 1, "ballot": "late", "value": "product"})
    (vote,) = counted([*room(), *ballots("lead", 1, "research"), late])
    assert counts(vote) == {"research": 1}


def test_two_votes_of_one_ballot_show_who_stayed_and_who_moved() -> None:
    first = ballots("lead", 1, "research", "product", "product", "engineering")
    second = ballots("lead", 2, "research", "research", "product")
    (vote,) = counted([*room(), *first, *second])
    assert (vote.stayed, vote.moved) == (2, 1)
    assert [c.value for c in vote.rounds[0].choices] == [c.value for c in vote.rounds[1].choices]


def test_spellings_of_one_team_are_one_choice_and_nobody_comes_last() -> None:
    cast = ("Research team", "research", "No one", "nobody", "Ranking Squad", "ranking squad")
    (vote,) = counted([*room(), *ballots("duties.paged", 1, *cast)])
    found = [(c.value, c.label, c.count) for c in vote.rounds[0].choices]
    assert found == [
        ("research", "Research", 2),
        ("Ranking Squad", "Ranking Squad", 2),
        ("nobody", "nobody", 2),
    ]


AUTHORS = "evaluation_set_authors"
FOUR = (["research", "product"], ["Research"], ["research", "Search + Ads"], ["data"])


def test_a_ballot_with_several_teams_counts_for_each_of_them() -> None:
    (vote,) = counted([*room(), *ballots(AUTHORS, 1, *[(one,) for one in FOUR])])
    assert counts(vote) == {"research": 3, "product": 1, "data": 1, "Search + Ads": 1}
    assert (vote.several, vote.rounds[0].cast) == (True, 4)


def test_ballots_of_earlier_versions_with_several_teams_in_one_text_are_read() -> None:
    cast = ("research + product", "product + Research", "research")
    decided = ("decided", {"question": AUTHORS, "value": "research + data"})
    (vote,) = counted([*room(), *ballots(AUTHORS, 1, *cast), decided])
    assert counts(vote) == {"research": 3, "product": 2}
    assert vote.decision == ("data", "research")


def test_votes_of_an_earlier_answers_file_are_counted_by_option() -> None:
    choices = [
        {"value": "product + research", "label": "Product + Research", "count": 2},
        {"value": "research", "label": "Research", "count": 1},
    ]
    given = {
        "question": AUTHORS,
        "asked": "Who?",
        "privacy": "anonymous",
        "decision": "product + research",
        "rounds": [
            {
                "cast": 3,
                "choices": choices,
                "facts": [{"value": "product + research", "fact": "seen"}],
            }
        ],
    }
    vote = Vote.model_validate(given)
    assert counts(vote) == {"product": 2, "research": 3}
    assert vote.decision == ("product", "research")
    (fact,) = vote.rounds[0].facts or ()
    assert (fact.value, fact.also) == ("product", ("research",))


def test_a_plus_sign_in_a_name_separates_nothing() -> None:
    (vote,) = counted([*room(), *ballots("duties.paged", 1, "Search + Ads", "search + ads")])
    assert counts(vote) == {"Search + Ads": 2}


def test_a_fact_stands_with_the_team_that_fewest_named_and_names_the_others() -> None:
    cast = [*[(one,) for one in FOUR[1:]], (FOUR[0], "", "seen")]
    (vote,) = counted([*room(), *ballots(AUTHORS, 1, *cast)])
    (fact,) = vote.rounds[0].facts or ()
    assert (fact.value, fact.also) == ("product", ("research",))


def test_where_a_ballot_names_several_no_role_is_counted_apart() -> None:
    cast = [(["research", "product"], "head") for _ in range(6)]
    (vote,) = counted([*room("role"), *ballots(AUTHORS, 1, *cast)])
    assert by_role(vote) == {"research": None, "product": None}


@pytest.mark.parametrize(
    ("recorded", "differs"),
    [(["research"], False), (["research", "product"], True), (["product"], True), (None, False)],
)
def test_a_team_that_most_ballots_name_is_the_rooms_answer(
    recorded: list[str] | None, differs: bool
) -> None:
    votes = counted([*room(), *ballots(AUTHORS, 1, *[(one,) for one in FOUR])])
    answers = Answers(evaluation_set_authors=recorded, votes=votes)
    (result,) = assess(answers, CONTENT).votes
    assert (result.last.leading, result.last.most, result.room_answer) == (
        ("research",),
        3,
        "research",
    )
    assert result.differs == differs
    shown = exhibits.votes(assess(answers, CONTENT))._repr_mimebundle_()["text/plain"]
    assert "3 name Research" in shown


@pytest.mark.parametrize("content", [CONTENT, load_content(TOP / "examples" / "content-de")])
def test_answers_that_were_saved_without_kinds_of_votes_get_them(
    content: Content, tmp_path: Path
) -> None:
    ask = content.words("room.pre-mortem-ask", chosen="Research (all of it)\nleads")
    went = ["No time was freed", "The budget was cut"]
    typed = {"choices": went, "dots": 3, "ask": "Which do we fear most?", "question": "own.most"}
    notes: Notes = [
        *room(),
        ("question-typed", {"question": "own.went", "ask": ask}),
        *ballots("own.went", 1, *went),
        ("question-typed", typed),
        *ballots("own.most", 1, (went[0],), (went[0], went[1])),
        ("question-typed", {"question": "own.budget", "ask": f"{ask} Or not?", "choices": went}),
        *ballots("own.budget", 1, *went),
        *ballots("lead", 1, "research", "product"),
    ]
    votes = counted(notes)
    kinds = {"own.went": "words", "own.most": "dots", "own.budget": None, "lead": None}
    assert {v.question: v.kind for v in votes} == kinds
    old = Answers(votes=votes).to_parameters()
    for vote in old["votes"]:
        vote.pop("kind", None)
    file = tmp_path / "answers.yaml"
    file.write_text(yaml.safe_dump(old, allow_unicode=True), "utf-8")
    for answers in (read_answers(file, content), Answers.from_parameters(old, content)):
        assert {v.question: v.kind for v in answers.votes or ()} == kinds
        assert answers.votes == votes


def named_room(*people: tuple[str, str]) -> Notes:
    opened = ("room-opened", {"privacy": "named", "threshold": 3, "roles": []})
    joined = (("joined", {"person": f"p{name}", "name": name, "table": t}) for name, t in people)
    return [opened, ("tables-set", {"tables": ["North", "South"]}), *joined]


def cast(number: int, *ballots: tuple[str, str, str, str]) -> Notes:
    """Return a round of the lead: each ballot with its id, value, name and how it came."""
    at = {"question": "lead", "round": number}
    voted = [
        ("voted", {**at, "ballot": b, "value": v, "name": n, **({how: True} if how else {})})
        for b, v, n, how in ballots
    ]
    return [("asked", at), *voted, ("closed", at), ("revealed", at)]


def test_two_ballots_from_paper_are_compared_by_the_name_on_them() -> None:
    first = cast(
        1,
        ("a", "research", "Ana Cole", "keyed"),
        ("b", "research", "Ben", "shared"),
        ("c", "product", "Cem", ""),
        ("d", "product", "Dana", ""),
        ("e", "product", "Once", "keyed"),
    )
    second = cast(
        2,
        ("f", "product", "ana cole", "keyed"),  # typed in another spelling
        ("g", "research", "Ben", "keyed"),
        ("h", "research", "Cem", "keyed"),  # the phone was empty
        ("d", "product", "Dana", ""),
        ("i", "product", "Late", "keyed"),
    )
    (vote,) = counted([*named_room(("Cem", "North"), ("Dana", "South")), *first, *second])
    assert (vote.stayed, vote.moved) == (2, 2)
    assert [r.cast for r in vote.rounds] == [5, 5]
    (vote,) = counted([*room("role"), *first, *second])
    assert (vote.stayed, vote.moved) == (1, 0), "without names only a phone is known again"


def test_who_joined_and_votes_on_paper_is_one_person() -> None:
    notes = [
        *named_room(("Hiro Tanaka", "South"), ("Ben", "North")),
        *cast(1, ("a", "research", "hiro tanaka", "keyed"), ("b", "product", "Ben", "")),
    ]
    voting = Voting.of(events(notes))
    assert (voting.known, voting.expected_of(table="South")) == (2, 1)
    (vote,) = voting.votes(CONTENT)
    assert vote.rounds[0].present == 2
    more = Voting.of(events([*notes, *cast(2, ("c", "research", "Somebody else", "keyed"))]))
    assert more.known == 3


def test_free_words_and_dots_are_lists_and_never_a_division() -> None:
    ask = "It is a year from now. “Research leads” has failed. What went wrong?"
    went = [
        "No time was freed",
        "*Nobody* was <b>asked</b>",
        "The budget was cut",
        "The owner left",
    ]
    free: Notes = [
        ("question-typed", {"question": "own.went", "ask": ask}),
        *ballots("own.went", 1, *went),
    ]
    dots: Notes = [
        (
            "question-typed",
            {"question": "own.most", "ask": "Which do we fear most?", "choices": went, "dots": 3},
        ),
        *ballots("own.most", 1, *[(w,) for w in ([went[3]], [went[3], went[0]], [went[3]])]),
    ]
    split = ballots("lead", 1, "research", "product")
    votes = counted([*room(), *free, *dots, *split])
    assert [v.kind for v in votes] == ["words", "dots", None]
    found = assess(Answers(votes=votes), CONTENT)
    assert [r.last.state for r in found.votes] == ["divided", "listed", "listed"]
    assert not any(r.last.leading or r.swing or r.minority for r in found.votes[1:])
    (line,) = exhibits.decisions.divided_votes(found)
    assert "Who leads" in line.vote.asked
    frame = found.to_frame("votes").reset_index()
    leads = frame[frame.leading & frame.question.str.startswith("own.")]
    assert [*leads.label] == ["The owner left"], "of dots some have the most, of words none"
    shown = blocks_to_text(exhibits.votes(found).blocks)
    assert "The room is divided on “Who leads" in " ".join(shown.split())
    assert "each of the 4 gave another answer" not in shown
    for words in went:
        assert words in shown, "as they were typed"
    assert "“The owner left” (3)" in shown
    board = blocks_to_text(exhibits.board_decisions(found).blocks)
    assert "year from now" not in board
    assert "Which do we fear most" not in board
    lists = assess(Answers(votes=votes[:2]), CONTENT)
    assert "divided" not in blocks_to_text(exhibits.votes(lists).blocks)
    report = json.loads(to_json(found))["votes"]
    assert [v["rounds"][0]["state"] for v in report] == ["divided", "listed", "listed"]


def _dots(**counts: int) -> dict[str, Any]:
    choices = [{"value": v, "label": v, "count": n} for v, n in counts.items()]
    asked = {"question": "own.most", "asked": "Which matter most?", "privacy": "role"}
    return {**asked, "kind": "dots", "several": True, "rounds": [{"cast": 8, "choices": choices}]}


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (
            {"rota": 7, "staff": 5, "tools": 1, "keys": 1, "users": 1},
            "on “rota” (7) and “staff” (5).",
        ),
        ({"rota": 4, "staff": 1, "tools": 1, "keys": 1, "users": 1}, "Most are on “rota” (4)."),
        ({"rota": 4, "staff": 2, "tools": 2}, "on “rota” (4), “staff” (2) and “tools” (2)."),
        ({"rota": 2, "staff": 2, "tools": 2, "keys": 2}, "set dots, and no answer is ahead."),
    ],
)
def test_of_dots_only_answers_that_are_ahead_are_named(counts: dict[str, int], said: str) -> None:
    found = assess(Answers.from_parameters({"votes": [_dots(**counts)]}))
    shown = " ".join(blocks_to_text(exhibits.votes(found).blocks).split())
    assert said in shown


def test_a_sentence_decided_on_dots_is_on_the_boards_page_and_among_what_was_decided() -> None:
    decided = {"decision": ["Staff the rota"], "dissent": ["The alarm first"]}
    lead = {"question": "lead", "asked": "Who leads?", "privacy": "role", "asks_about": "today"}
    one = {"value": "product", "label": "Product-led", "count": 1}
    lead |= {"decision": "product", "rounds": [{"cast": 1, "choices": [one]}]}
    given = {"votes": [_dots(rota=7, staff=5) | decided, lead]}
    for more in ({}, {"decisions": [{"decision": "Who is called?", "chosen": "A rota"}]}):
        found = assess(Answers.from_parameters({**given, **more}))
        board = blocks_to_text(exhibits.board_decisions(found).blocks)
        register = exhibits.decision_register(found)
        for shown in (board, blocks_to_text(register.in_pack or ())):
            assert "Staff the rota" in " ".join(shown.split())
            assert "The alarm first" in shown
        assert "Who leads?" not in blocks_to_text(register.in_pack or ()), "it is an answer"


def test_the_decision_and_each_line_of_dissent_stand_with_the_vote() -> None:
    decided = (
        "decided",
        {"question": "lead", "value": "research", "dissent": "Ana: no.\n\nBo: no"},
    )
    (vote,) = counted([*room(), *ballots("lead", 1, "research"), decided])
    assert (vote.decision, vote.dissent) == ("research", ("Ana: no.", "Bo: no"))


def test_a_question_that_was_recorded_without_a_choice_says_so_beside_its_votes() -> None:
    given = read_answers(TOP / "examples" / "tidewater-retail.yaml").to_parameters()
    asked = given["votes"][0]["asked"]
    left = {"decision": asked, "owner": "Maria", "due": "2026-12-11", "dissent": "Eve: not now."}
    a = assess(Answers.from_parameters({**given, "decisions": [left]}))
    shown = " ".join(blocks_to_text(exhibits.votes(a).blocks, 400).split())
    assert "From now on Not decided, Maria, by 11 December 2026 Dissent Eve: not now." in shown


def test_those_present_are_those_who_joined_and_those_on_paper() -> None:
    paper = (
        "voted",
        {"question": "lead", "round": 1, "ballot": "x", "value": "product", "keyed": 1},
    )
    notes = ballots("lead", 1, "research")
    (vote,) = counted([*room(people=3), *notes[:-1], paper, notes[-1]])
    assert (vote.rounds[0].cast, vote.rounds[0].present) == (2, 4)
    assert counted([*room(), *notes])[0].rounds[0].present is None


def test_the_words_of_the_question_are_those_of_that_day() -> None:
    notes = ballots("lead", 1, "research")
    notes[0] = ("asked", {"question": "lead", "round": 1, "words": "Who led?"})
    assert counted([*room(), *notes])[0].asked == "Who led?"
    drill = CONTENT.drills[0]
    name = f"drills.{drill.id}.minute_15"
    assert counted([*room(), *ballots(name, 1, "data")])[0].asked == drill.moments[1].ask


@pytest.mark.parametrize(
    "odd",
    [
        ("voted", {}),
        ("voted", {"question": "lead", "round": 3, "ballot": "z", "value": "product"}),
        ("voted", {"question": "lead", "round": "one", "ballot": "z", "value": "product"}),
        ("voted", {"question": "lead", "round": 1, "ballot": "z", "value": 7}),
        ("voted", {"question": "lead", "round": 1, "ballot": "z", "value": "\u200b "}),
        ("voted", {"question": None, "round": 1, "ballot": "z", "value": "product"}),
        ("corrected", {"question": "lead", "round": 1}),
        ("decided", {"value": "product"}),
        ("room-opened", {"privacy": "named", "threshold": 1}),
        ("joined", {}),
        ("of-a-later-kit", {"question": "lead", "round": 1}),
    ],
)
def test_an_event_that_makes_no_sense_is_passed_over(odd: tuple[str, dict[str, Any]]) -> None:
    notes = [*room(), *ballots("lead", 1, "research", ("product", "r", "a fact", "Ana"))]
    assert counted([*notes[:3], odd, *notes[3:]]) == counted(notes)


# -- privacy ------------------------------------------------------------------------------------


def test_a_role_under_the_limit_is_not_shown_and_cannot_be_found_by_subtraction() -> None:
    large, middle, small = ["research"] * 5, ["product"] * 4, ["platform"] * 2
    cast = [("research", role) for role in (*large, *middle, *small)]
    (vote,) = counted([*room("role"), *ballots("lead", 1, *cast)])
    # without “platform”, “product” goes too: what is left then is six people
    assert by_role(vote) == {"research": {"research": 5}}


def test_small_roles_together_may_be_what_is_left() -> None:
    roles = ["research"] * 4 + ["platform"] * 2 + ["legal"] * 2
    (vote,) = counted([*room("role"), *ballots("lead", 1, *[("product", r) for r in roles])])
    assert by_role(vote) == {"product": {"research": 4}}


def test_a_role_of_which_one_chose_something_alone_is_not_shown_nor_found() -> None:
    research, product = [("research", "research")] * 3, [("research", "product")] * 3
    product += [("engineering", "product")]
    (vote,) = counted([*room("role"), *ballots("lead", 1, *research, *product)])
    assert by_role(vote) == {"research": None, "engineering": None}, "what is left is one role"
    legal = [("research", "legal")] * 2
    (vote,) = counted([*room("role"), *ballots("lead", 1, *research, *product, *legal)])
    assert by_role(vote) == {"research": {"research": 3}, "engineering": {"research": 0}}
    (vote,) = counted([*room("named"), *ballots("lead", 1, *research, *product)])
    assert by_role(vote)["engineering"] == {"research": 0, "product": 1}, "names are shown anyway"


def test_a_role_is_shown_in_both_rounds_or_in_none() -> None:
    first = [("research", "a")] * 3 + [("research", "b")] * 3
    second = [("research", "a")] * 3 + [("research", "b")] * 2
    notes = [*room("role"), *ballots("lead", 1, *first)]
    assert by_role(counted(notes)[0]) == {"research": {"a": 3, "b": 3}}
    (vote,) = counted([*notes, *ballots("lead", 2, *second)])
    assert by_role(vote, 0) == by_role(vote, 1) == {"research": None}


def test_a_fact_carries_the_role_only_of_a_group_that_is_shown() -> None:
    cast = [("research", "a", f"fact {n}", "Ana") for n in range(4)]
    cast += [("product", "b", "the only b", "Bo")] + [("product", "c", "c", "Cy")] * 3
    (vote,) = counted([*room("role"), *ballots("lead", 1, *cast)])
    facts = {f.fact: f.role for f in vote.rounds[0].facts or ()}
    assert facts["the only b"] is None
    assert facts["fact 0"] == "a"
    assert "Ana" not in vote.model_dump_json()


def test_in_a_named_room_a_fact_has_its_name() -> None:
    (vote,) = counted(
        [*room("named"), *ballots("lead", 1, ("research", "head", "It ships.", "Ana"))]
    )
    (fact,) = vote.rounds[0].facts or ()
    assert (fact.name, fact.role) == ("Ana", "head")


def test_a_room_that_never_said_is_anonymous_and_stays_what_it_was_first() -> None:
    notes = ballots("lead", 1, ("research", "a", "fact", "Ana"))
    for opened in ([], room("anonymous") + room("named"), [("room-opened", {"privacy": "all"})]):
        (vote,) = counted([*opened, *notes])
        assert vote.privacy == "anonymous"
        assert "Ana" not in vote.model_dump_json()


texts = st.text("abc", min_size=1, max_size=3)
roles = st.sampled_from(["r1", "r2", "r3", "r4"])
values = st.sampled_from(["research", "engineering", "product"])
ballot = st.tuples(st.integers(0, 11), values, roles, st.one_of(st.just(""), texts), texts)
rounds = st.lists(st.lists(ballot, min_size=1, max_size=16), min_size=1, max_size=2)


def random_room(privacy: str, threshold: int, cast: list[list[Any]]) -> Notes:
    notes = room(privacy, threshold)
    for number, given_ in enumerate(cast, 1):
        at = {"question": "lead", "round": number}
        notes.append(("asked", at))
        for id_, value, role, fact, name in given_:
            body = {"ballot": f"b{id_}", "value": value, "role": role, "fact": fact, "name": name}
            notes.append(("voted", {**at, **body}))
        notes.append(("revealed", at))
    return notes


@examples(300)
@given(rounds, st.integers(2, 4), st.sampled_from(["role", "named"]))
def test_no_group_under_the_limit_shows_nor_is_left_over(
    cast: list[list[Any]], threshold: int, privacy: str
) -> None:
    (vote,) = counted(random_room(privacy, threshold, cast))
    shown = [set(c.by_role or ()) for at in vote.rounds for c in at.choices]
    assert all(one == shown[0] for one in shown)
    for at, given_ in zip(vote.rounds, cast, strict=True):
        last = {id_: (value, role) for id_, value, role, _, _ in given_}
        truly = Counter(role for _, role in last.values())
        left = sum(n for role, n in truly.items() if role not in shown[0])
        assert left == 0 or left >= threshold or not shown[0]
        for role in shown[0]:
            assert truly[role] >= threshold
            assert at.sizes()[role] == truly[role]
        if privacy == "role":
            roles = {f.role for f in at.facts or ()} - {None}
            assert roles <= shown[0]
            assert not any(f.name for f in at.facts or ())


@examples(200)
@given(rounds)
def test_counts_are_those_of_a_plain_recount(cast: list[list[Any]]) -> None:
    (vote,) = counted(random_room("role", 3, cast))
    lasts = [{id_: (value, role, fact) for id_, value, role, fact, _ in one} for one in cast]
    for number, last in enumerate(lasts):
        at = vote.rounds[number]
        assert counts(vote, number) == dict(Counter(v for v, _, _ in last.values()))
        assert at.cast == len(last)
        counted_facts = Counter((f.value, f.fact) for f in at.facts or ())
        assert counted_facts == Counter((v, f) for v, _, f in last.values() if f)
        for c in at.choices:
            for role, n in (c.by_role or {}).items():
                assert n == sum(v == c.value and r == role for v, r, _ in last.values())
    if len(lasts) == 2:
        both = lasts[0].keys() & lasts[1].keys()
        moved = sum(lasts[0][b][0] != lasts[1][b][0] for b in both)
        assert (vote.moved or 0, (vote.stayed or 0) + (vote.moved or 0)) == (moved, len(both))
    assert Vote.model_validate(json.loads(vote.model_dump_json(exclude_none=True))) == vote


@examples(200)
@given(rounds, st.randoms(use_true_random=False))
def test_an_anonymous_room_tells_neither_role_nor_name_nor_order(
    cast: list[list[Any]], random: Any
) -> None:
    once = [list({one[0]: one for one in given_}.values()) for given_ in cast]
    (vote,) = counted(random_room("anonymous", 3, once))
    mixed = [random.sample(given_, len(given_)) for given_ in once]
    nameless = [[(id_, v, "", fact, "") for id_, v, _, fact, _ in given_] for given_ in mixed]
    assert counted(random_room("anonymous", 3, mixed)) == (vote,)
    assert counted(random_room("anonymous", 3, nameless)) == (vote,)


def test_no_spelling_tells_who_was_first() -> None:
    one = ballots("builder", 1, "ranking squad", "Ranking Squad")
    other = ballots("builder", 1, "Ranking Squad", "ranking squad")
    assert counted([*room(), *one]) == counted([*room(), *other])


# -- the session and its files ------------------------------------------------------------------


def test_a_session_adds_its_votes_only_where_they_are_asked_for(tmp_path: Path) -> None:
    session = Session.open(tmp_path / "s.workshop")
    session.give(("lead",), "product")
    for kind, body in [*room("role"), *ballots("lead", 1, ("research", "a"))][:-1]:
        session.note(kind, body)
    assert session.answers_with_votes() is session.answers_with_votes()
    assert session.answers_with_votes() == session.answers
    session.note("revealed", {"question": "lead", "round": 1})
    (vote,) = session.answers_with_votes().votes or ()
    assert counts(vote) == {"research": 1}
    assert session.answers.votes is None
    answers = session.answers_with_votes()
    session.note("skipped", {"step": "size"})
    assert session.answers_with_votes() is answers
    session.give(("lead",), "research")
    assert session.answers_with_votes().lead == "research"
    path = tmp_path / "answers.yaml"
    path.write_text(answers_text(session), "utf-8")
    assert read_answers(path) == session.answers_with_votes()
    session.close()


def test_imported_votes_stay_until_the_rooms_own_take_their_place(tmp_path: Path) -> None:
    answers = read_answers(EXAMPLE)
    session = Session.open(tmp_path / "s.workshop")
    session.import_answers(answers, "last-week.yaml")
    assert session.answers_with_votes() == answers
    for kind, body in [*room(), *ballots("lead", 1, "product")]:
        session.note(kind, body)
    *others, lead = session.answers_with_votes().votes or ()
    assert others == list((answers.votes or ())[1:])
    assert counts(lead) == {"product": 1}
    session.close()


LEAD: dict[str, Any] = {
    "question": "lead",
    "asked": "Who leads?",
    "privacy": "role",
    "rounds": [
        {
            "cast": 5,
            "choices": [
                {"value": "research", "label": "Research-led", "count": 3, "by_role": {"a": 3}},
                {"value": "product", "label": "Product-led", "count": 2, "by_role": {"a": 0}},
            ],
            "facts": [{"value": "product", "fact": "Users write to us."}],
        }
    ],
}


def changed(*place: Any, to: Any) -> dict[str, Any]:
    vote: dict[str, Any] = json.loads(json.dumps(LEAD))
    at: Any = vote
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = to
    return vote


@pytest.mark.parametrize(
    ("vote", "name", "words"),
    [
        (changed("question", to="laed"), "votes.0.question", "No question has this name"),
        (changed("rounds", 0, "cast", to=6), "votes.0.rounds.0", "are 5, and 6 were cast"),
        (changed("rounds", 0, "present", to=4), "votes.0.rounds.0", "cannot come from 4 people"),
        (
            changed("rounds", 0, "choices", 1, "by_role", to={"b": 3}),
            "votes.0.rounds.0",
            "more votes than the choice",
        ),
        (
            changed("rounds", 0, "choices", 1, "by_role", to={"b": 1}),
            "votes.0.rounds.0",
            "give away the vote of a single person",
        ),
        (
            changed("rounds", 0, "choices", 1, "by_role", to={"a": 1}),
            "votes.0.rounds.0",
            "give away the vote of a single person",
        ),
        (
            changed("rounds", 0, "choices", 1, "value", to="research"),
            "votes.0.rounds.0",
            "A choice stands here twice",
        ),
        (
            changed("rounds", 0, "facts", 0, "value", to="data"),
            "votes.0.rounds.0",
            "a choice that is not listed",
        ),
        (changed("rounds", 0, "facts", 0, "name", to="Ana"), "votes.0", "were not to be named"),
        (changed("privacy", to="anonymous"), "votes.0", "were to be anonymous"),
        (changed("privacy", to="secret"), "votes.0.privacy", "not among the choices"),
        (changed("moved", to=1), "votes.0", "only after a second vote"),
        (changed("rounds", to=[]), "votes.0.rounds", ""),
        (changed("rounds", 0, "casts", to=1), "votes.0.rounds.0.casts", "No answer has this name"),
    ],
)
def test_each_mistake_in_a_file_is_told_at_its_place(
    vote: dict[str, Any], name: str, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(yaml.safe_dump({"votes": [vote]}), "utf-8")
    with pytest.raises(InputError) as caught:
        read_answers(path)
    problems = [p for p in caught.value.problems if p.name == name]
    assert problems, caught.value.problems
    assert words in problems[0].message
    assert problems[0].line


def test_votes_on_one_question_stand_once(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(yaml.safe_dump({"votes": [LEAD, changed("decision", to="product")]}), "utf-8")
    with pytest.raises(InputError, match="stand here twice"):
        read_answers(path)


def test_an_editor_marks_a_wrong_vote() -> None:
    validate({"votes": [LEAD]}, "answers")
    for wrong in (changed("privacy", to="x"), changed("rounds", to=[]), changed("vote", to=1)):
        with pytest.raises(jsonschema.ValidationError):
            validate({"votes": [wrong]}, "answers")


# -- what it means ------------------------------------------------------------------------------


def tallied(*cast: dict[str, int], **more: Any) -> dict[str, Any]:
    facts = [
        {
            "cast": sum(one.values()),
            "choices": [{"value": v, "label": v.capitalize(), "count": n} for v, n in one.items()],
        }
        for one in cast
    ]
    vote = {"question": "lead", "asked": "Who leads?", "privacy": "anonymous", "rounds": facts}
    return {**vote, **more}


def found(*votes: dict[str, Any], **answers: Any) -> Assessment:
    return assess(Answers.from_parameters({"votes": list(votes), **answers}))


def only(*cast: dict[str, int], answers: Any = None, **more: Any) -> VoteResult:
    (result,) = found(tallied(*cast, **more), **(answers or {})).votes
    return result


def test_a_note_of_the_discussion_is_in_pack_and_findings_as_it_was_typed() -> None:
    notes = ["Ana told of the last launch.\nIt took long.", "<b>Two</b> & more"]
    a = found(tallied({"research": 4, "product": 1}, notes=notes))
    shown = text_of(a)
    assert "Note of the discussion" in shown
    assert all(line in shown for note in notes for line in note.split("\n"))
    assert json.loads(to_json(a))["votes"][0]["notes"] == notes
    page = exhibits.votes(a)._repr_mimebundle_()["text/html"]
    assert "&lt;b&gt;Two&lt;/b&gt; &amp; more" in page
    decision = {"decision": "Who leads?", "chosen": "Research"}
    for decisions in ([], [decision]):
        vote = tallied({"research": 4, "product": 1}, notes=notes)
        shown = exhibits.decision_register(found(vote, decisions=decisions))
        for blocks in (shown.in_pack, shown.in_short_pack or shown.in_pack):
            words = blocks_to_text(blocks or (), 2000)
            assert all(line in words for note in notes for line in note.split("\n"))
    without = found(tallied({"research": 4, "product": 1}))
    assert "Note of the discussion" not in text_of(without), "silent where there is none"
    assert exhibits.decision_register(without).in_short_pack == ()
    assert exhibits.decision_register(without).in_pack is None
    assert json.loads(to_json(without))["votes"][0]["notes"] == []


def text_of(a: Assessment) -> str:
    return blocks_to_text(exhibits.votes(a).blocks, 2000)


@pytest.mark.parametrize(
    ("cast", "state", "words"),
    [
        ({"research": 7}, "one", "All 7 agree: Research."),
        ({"research": 8, "product": 3}, "most", "8 of 11 agree: Research."),
        ({"research": 6, "product": 3}, "most", "6 of 9 agree: Research."),
        ({"research": 6, "product": 5}, "divided", "Divided: 6 of 11 agree on Research."),
        ({"research": 4, "product": 4}, "divided", "Research and Product have 4 of 8 votes each."),
        ({"a": 1, "b": 1, "c": 1}, "divided", "Divided: each of the 3 gave another answer."),
        ({"research": 1}, "one", "One person voted: Research."),
    ],
)
def test_agreement_is_how_many_gave_the_most_frequent_answer(
    cast: dict[str, int], state: str, words: str
) -> None:
    result = only(cast)
    assert result.last.state == state
    assert result.last.share == max(cast.values()) / sum(cast.values())
    assert words in text_of(found(tallied(cast)))


def test_the_widest_split_stands_first() -> None:
    names = ["lead", "builder", "duties.paged", "duties.ship"]
    casts: list[list[dict[str, int]]] = [
        [{"a": 8, "b": 2}],
        [{"a": 3, "b": 3}, {"a": 4, "b": 4}],
        [{"a": 6}],
        [{"a": 4, "b": 2}, {"a": 3, "b": 3}],
    ]
    votes = [tallied(*c, question=n) for n, c in zip(names, casts, strict=True)]
    order = [r.vote.question for r in found(*votes).votes]
    assert order == ["builder", "duties.ship", "lead", "duties.paged"]


@pytest.mark.parametrize(
    ("cast", "swing"),
    [
        ({"a": 5, "b": 4, "c": 1}, ("a", "b")),
        ({"a": 4, "b": 4, "c": 3}, ("a", "b", "c")),
        ({"a": 5, "b": 3}, ()),
        ({"a": 6}, ()),
        ({"a": 1, "b": 0}, ()),
    ],
)
def test_where_one_vote_decides_it_is_said_between_what(
    cast: dict[str, int], swing: tuple[str, ...]
) -> None:
    assert only(cast).swing == swing
    hangs = "One vote more or less would make another answer of it" in text_of(found(tallied(cast)))
    assert hangs == bool(swing)


@examples(200)
@given(st.dictionaries(st.sampled_from("abcd"), st.integers(1, 5), min_size=2))
def test_swing_is_what_adding_and_taking_single_votes_shows(cast: dict[str, int]) -> None:
    def leaders(votes: dict[str, int]) -> set[str]:
        return {v for v, n in votes.items() if n == max(votes.values())}

    now = leaders(cast)
    changed_ones = {v for v in cast for d in (1, -1) if leaders({**cast, v: cast[v] + d}) != now}
    swing = only(cast).swing
    assert bool(swing) == bool(changed_ones)
    if len(now) == 1:  # the leader's loss and each runner-up's gain are what changes it
        assert set(swing) == changed_ones


def test_facts_of_the_few_come_first_and_minority_reasons_are_kept() -> None:
    facts = [[("research", "R1"), ("product", "P1"), ("data", "D1")], [("product", "P2")]]
    vote = tallied({"research": 5, "product": 3, "data": 1}, {"research": 6, "product": 3})
    for at, facts_of in zip(vote["rounds"], facts, strict=True):
        at["facts"] = [{"value": v, "fact": f} for v, f in facts_of]
    (result,) = found(vote).votes
    assert [s.fact.fact for s in result.facts] == ["D1", "P1", "P2", "R1"]
    assert [s.few for s in result.facts] == [True, True, True, False]
    # whoever spoke in the last vote is quoted from it; nobody votes for data any more
    assert [s.fact.fact for s in result.minority] == ["P2"]
    del vote["rounds"][1]["facts"]
    assert [s.fact.fact for s in found(vote).votes[0].minority] == ["P1"]


def test_every_fact_that_somebody_typed_is_in_the_documents_of_the_pack() -> None:
    vote = tallied({"research": 9, "product": 12})
    typed = [("product", f"Fact P{n}.") for n in range(12)]
    typed += [("research", f"Fact R{n}.") for n in range(9)]
    vote["rounds"][0]["facts"] = [{"value": v, "fact": f} for v, f in typed]
    words = text_of(found(vote))
    assert [fact for _, fact in typed if fact not in words] == []
    assert "findings.json" not in words, "a document names no file that may not be there"


def test_a_second_vote_stands_beside_the_first_with_who_moved_and_where_to() -> None:
    vote = tallied({"research": 4, "product": 5}, {"research": 8, "product": 1}, stayed=5, moved=4)
    words = text_of(found(vote))
    assert "8 of 9 agree: Research. Before the discussion “Product” was ahead with 5 of 9." in words
    assert "4 of those who voted twice moved. More votes than before: Research (+4)." in words
    assert "The room is not divided on it." in words
    assert "••••••••" in words


@pytest.mark.parametrize(
    ("recorded", "differs"),
    [("research", False), ("product", True), (None, False)],
)
def test_an_answer_on_record_that_is_not_the_rooms_is_said(
    recorded: str | None, differs: bool
) -> None:
    answers = {"lead": recorded} if recorded else {}
    a = found(tallied({"research": 5, "product": 1}), **answers)
    assert a.votes[0].differs == differs
    assert ("another than the room's: Product, not Research" in text_of(a)) == differs


def test_a_sentence_on_record_has_one_full_stop() -> None:
    sentence = "Faster answers."
    vote = tallied({"Right answers.": 2, "More answers.": 2}, decision=(sentence,))
    shown = " ".join(text_of(found(vote)).split())
    assert "none of those that lead in the room: Faster answers." in shown
    assert "answers.." not in shown


@pytest.mark.parametrize("listed", [{"kind": "words"}, {"kind": "dots", "several": True}])
def test_a_sentence_differs_from_no_list_of_answers(listed: dict[str, Any]) -> None:
    vote = tallied({"Right answers": 2, "More answers": 1}, decision=("Faster",), **listed)
    assert not found(vote).votes[0].differs
    shown = text_of(found(vote))
    assert "Faster" in shown
    assert "on record is" not in shown


def test_a_decision_counts_where_no_answer_is_on_record() -> None:
    assert only({"research": 5, "product": 1}, decision="product").differs
    assert not only({"research": 5}, decision="product", answers={"lead": "research"}).differs


def test_the_room_may_say_what_would_change_the_advice() -> None:
    answers = {"model_teams": 8, "ml_engineers": 30, "maturity": 3, "mandate": "none"}
    vote = tallied({"single-operator": 5, "none": 1}, question="mandate")
    (result,) = found(vote, **answers).votes
    assert result.advice is not None
    given = {**answers, "mandate": "single-operator"}
    assert result.advice.key == assess(Answers.from_parameters(given)).recommendation.key
    assert "With the room's answer the advice would be another" in text_of(found(vote, **answers))
    agreed = tallied({"none": 5, "single-operator": 1}, question="mandate")
    assert found(agreed, **answers).votes[0].advice is None


def test_votes_of_this_session_are_no_answers_that_are_still_open_or_have_changed() -> None:
    assert "votes" not in [u.question.id for u in assess(Answers()).unknowns]
    then = {"votes": [tallied({"research": 5})]}
    a = found(tallied({"product": 5}), earlier={"answers": then})
    assert a.since is not None
    assert (a.since.changed, a.since.added) == ((), ())


# -- what is shown ------------------------------------------------------------------------------


def test_the_example_shows_where_its_room_stayed_divided() -> None:
    a = assess(read_answers(EXAMPLE))
    words = text_of(a)
    assert "The room stayed divided on “Who leads on this model?”." in words
    assert "9 of 11 agree: Platform." in words
    assert words.index("Merchandisers come to me") < words.index("Every change of the last year")
    assert "This only describes today." in words
    front = blocks_to_text(exhibits.board_decisions(a).blocks, 2000)
    assert "The room stayed divided on “Who leads on this model?”." in front
    assert "Whoever leads settles arguments about the model" in front
    for raw in ("None", "minute_0", "by_role", "_"):
        assert raw not in words


def test_without_votes_the_pack_shows_nothing_and_the_notebook_one_line() -> None:
    a = assess(Answers(model_teams=4))
    made = exhibits.votes(a)
    assert len(made.blocks) == 1
    assert (made.in_pack, made.in_short_pack) == ((), ())
    assert "votes" not in json.loads(to_json(a))
    assert "divided" not in blocks_to_text(exhibits.board_decisions(a).blocks, 2000)


def test_in_a_large_room_a_dot_stands_for_several_votes() -> None:
    words = text_of(found(tallied({"research": 180, "product": 1})))
    assert "A dot stands for up to 8 votes." in words
    assert "180 " + "•" * 23 in words
    assert "•" * 24 not in words
    assert words.rstrip().endswith(" 1 •")


def test_no_average_is_formed_anywhere() -> None:
    answers = read_answers(EXAMPLE)
    data = json.loads(to_json(assess(answers)))["votes"]
    assert not [v for v in _numbers(data) if isinstance(v, float)]


def _numbers(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [n for v in value.values() for n in _numbers(v)]
    if isinstance(value, list):
        return [n for v in value for n in _numbers(v)]
    return [value]


def test_headings_follow_one_another_without_a_gap() -> None:
    made = exhibits.votes(assess(read_answers(EXAMPLE)))
    assert [b.level for b in made.blocks if isinstance(b, Heading)] == [2, 3, 3, 3]


NASTY = ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "#eval(x)", "{n} %s", "{{ x }}", "数据"]


@pytest.mark.parametrize("text", NASTY)
def test_what_people_typed_is_data_in_every_place(text: str) -> None:
    cast = [(text, text, text, text)] * 4
    votes = counted([*room("named"), *ballots("builder", 1, *cast)])
    parameters = [json.loads(v.model_dump_json(exclude_none=True)) for v in votes]
    parameters[0] |= {"asked": text, "decision": text, "dissent": [text]}
    a = assess(Answers.from_parameters({"votes": parameters}))
    assert text_of(a).count(text) >= 5
    html = exhibits.votes(a)._repr_mimebundle_()["text/html"]
    assert "<script>" not in html
    validate(json.loads(to_json(a)), "findings")


@examples(60)
@given(rounds, st.sampled_from(["role", "named", "anonymous"]))
def test_any_votes_give_findings_that_validate(cast: list[list[Any]], privacy: str) -> None:
    votes = counted(random_room(privacy, 3, cast))
    plain = [json.loads(v.model_dump_json(exclude_none=True)) for v in votes]
    validate({"votes": plain}, "answers")
    a = assess(Answers.from_parameters({"votes": plain}))
    text = to_json(a)
    assert text == to_json(a)
    validate(json.loads(text), "findings")
    assert text_of(a)


def test_the_board_shows_the_votes_that_it_calls_divided() -> None:
    record = {"decision": "Who ships?", "chosen": "Data", "sets": {"duties.ship": "data"}}
    votes = [
        tallied({"data": 0}, question="duties.paged") | {"asked": "Who is called?"},
        tallied({"research": 2, "product": 2}),
        tallied({"data": 2, "platform": 2}, question="duties.ship") | {"asked": "Who ships?"},
    ]
    votes[0]["rounds"] = [{"cast": 0, "unknown": 3, "choices": []}]
    shown = blocks_to_text(exhibits.board_decisions(found(*votes, decisions=[record])).blocks, 2000)
    table = shown.partition(CONTENT.words("board.votes"))[2]
    assert "divided on 2" in table
    assert "Who is called?" not in table
    assert table.count("Who leads?") == table.count("Who ships?") == 2


def test_the_board_lists_every_vote_that_it_counts_as_divided() -> None:
    names = ("duties.ship", "duties.paged", "duties.turn-off")
    even = {"research": 2, "product": 2}
    votes = [tallied(even, question=name, asked=f"Who has {name}?") for name in names]
    decided = [
        {"decision": f"Who has {name}?", "chosen": "Data", "sets": {name: "data"}} for name in names
    ]
    decided[0]["dissent"] = "Ana: no."
    page = exhibits.board_decisions(found(*votes, decisions=decided))
    shown = blocks_to_text(page.blocks, 2000).partition(CONTENT.words("board.votes"))[2]
    assert "divided on 3" in shown
    assert [shown.count(f"Who has {name}?") for name in names] == [2, 2, 2]
    assert CONTENT.words("board.dissent") not in shown, "the dissent is with its decision"


def test_who_did_not_know_before_the_discussion_is_counted() -> None:
    def shown(first: dict[str, Any]) -> str:
        vote = tallied({"data": 0}, {"data": 5})
        vote["rounds"][0] = {"cast": 0, "choices": [], **first}
        return text_of(found(vote))

    assert "Before the discussion all 6 said “I don't know”." in shown({"unknown": 6})
    assert "the one person who voted said “I don't know”" in shown({"unknown": 1})
    assert "Before the discussion nobody voted." in shown({"unknown": 0})


def test_the_board_is_told_what_the_room_decided_before_anybody_wrote_it_down() -> None:
    given = read_answers(EXAMPLE).to_parameters()

    def page(**changed: Any) -> str:
        a = assess(Answers.from_parameters({**given, **changed}))
        return " ".join(blocks_to_text(exhibits.board_decisions(a).blocks, width=2000).split())

    words = page(decisions=None)
    assert "Who leads on this model? Research-led" in words
    assert CONTENT.words("board.settled-in-votes") in words
    assert CONTENT.words("board.settled-in-votes") not in page()
    assert CONTENT.words("board.decisions-none") in page(decisions=None, votes=None)


# -- decisions ----------------------------------------------------------------------------------


def _decided(vote: str, record: dict[str, Any] | None, **given: Any) -> Assessment:
    decisions = {"decisions": [record]} if record else {}
    notes = [*room(), *ballots(vote, 1, *given.pop("cast"))]
    notes.append(("decided", {"question": vote, "value": given.pop("value", None)}))
    answers = Answers.from_parameters({**given, **decisions})
    return assess(answers.model_copy(update={"votes": counted(notes)}), CONTENT)


def test_a_vote_shows_the_decision_on_record_and_its_dissent_once() -> None:
    record = {
        "decision": "Which way do we go?",
        "chosen": "Federated, with two templates.",
        "dissent": "Ana: too early.",
        "owner": "Head of data",
        "sets": {"current_pattern": "federated"},
    }
    a = _decided("chosen_pattern", record, cast=["federated", "embedded"], value="federated")
    assert a.votes[0].record is not None
    shown = blocks_to_text(exhibits.votes(a).blocks, 100)
    assert "Federated, with two templates, Head of data" in " ".join(shown.split())
    assert shown.count("Ana: too early.") == 1
    replies = [r.dissent for o in a.options if o.move for r in o.move.replies]
    assert len(replies) == len(set(replies))


def test_how_it_is_today_is_recorded_and_not_decided() -> None:
    titles = {CONTENT.words(f"votes.{key}") for key in ("recorded", "decided")}
    for question, value, about, title in (
        ("duties.turn-off", "nobody", "today", "recorded"),
        ("own.what-is-better-in-a-year", "Faster", "today", "decided"),
        ("chosen_pattern", "federated", "from-now-on", "decided"),
    ):
        a = _decided(question, None, cast=[value, value], value=value)
        (vote,) = a.answers.votes or ()
        votes = (vote.model_copy(update={"asks_about": about}),)
        a = assess(a.answers.model_copy(update={"votes": votes}), CONTENT)
        shown = blocks_to_text(exhibits.votes(a).blocks, 100)
        assert {one for one in titles if one in shown} == {CONTENT.words(f"votes.{title}")}


def test_dissent_on_record_is_dissent_of_a_divided_room() -> None:
    given = {"cast": ["federated", "embedded"], "value": "federated"}
    record = {"decision": "Which way?", "sets": {"current_pattern": "federated"}}
    divided = "room-divided-without-dissent"
    assert divided in {f.id for f in _decided("chosen_pattern", record, **given).findings}
    record["dissent"] = "Ana: too early."
    assert divided not in {f.id for f in _decided("chosen_pattern", record, **given).findings}
