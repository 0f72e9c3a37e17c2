"""Find what fits the moment: the sentence to say, and the one step that leads on.

Both depend on the block of the agenda that runs. First votes belong to the silent vote, second
votes to the block after the talk, and the list of questions has what a block was not made for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from workshop.content.teams import NOBODY
from workshop.findings.output.report import settable
from workshop.findings.votes import agreeing
from workshop.forms.agenda import BEGUN, ENDED, LATE, WITH_NOTEBOOK, is_brief
from workshop.forms.polls import FIRST, SUGGESTED, Poll, address_of, pollable
from workshop.problems import quoted, shorten
from workshop.room.state import RoomState, Tally, all_tallies, timer_of
from workshop.session.voting import Asked, Round

TALK = ("text", "dots")
"""Kinds of question that have no second vote: no talk is to change the answer."""
DRILLS = ("drill", "second-drill")
WEIGHTY = ("chosen_pattern", "lead")
"""The decisions whose failure is thought through before that of others."""
MOST_SPLITS = 2
"""The number of results on the wall, one after the other, for the talk."""


@dataclass(frozen=True)
class Step:
    """The one step that leads on: a form of the console, a part of it, or a link."""

    words: str
    action: str = ""
    fields: Mapping[str, str | int] = field(default_factory=dict, hash=False)
    opens: str = ""
    """The id of the part that it opens, where it is no form."""
    link: str = ""
    """The page that it opens, where it leads away from the console."""

    def asks(self, question: str, number: int) -> bool:
        """Return whether it opens this vote."""
        fields = {"question": question, "round": number}
        return self.action == "ask" and dict(self.fields) == fields


def running_block(room_state: RoomState) -> str:
    """Return the id of the block that runs; a break is “break”, and nothing is empty."""
    running = room_state.clock.running
    if running is None:
        return ""
    return "break" if running.slot.kind == "break" else running.slot.id


def is_to_come(room_state: RoomState, block: str) -> bool:
    """Return whether the agenda has a block that is still to come."""
    entries = room_state.clock.entries
    here = next((n for n, e in enumerate(entries) if e is room_state.clock.running), -1)
    return any(e.slot.id == block and not e.dropped for e in entries[here + 1 :])


# -- the step ---------------------------------------------------------------------------------


def next_step(room_state: RoomState) -> Step | None:
    """Return the step that leads on when no vote is open or waits to be shown."""
    clock, block = room_state.clock, running_block(room_state)
    at = room_state.live()
    if at is not None and block not in ("break", "read-back"):
        leads_on = _after_result(room_state, at, block)
        if leads_on is not None:
            return leads_on
    if is_afterwards(room_state) and (step := _second_vote(room_state, at)):
        return step
    if clock.ended:  # what is left is to make the pack, in a notebook, or to begin another day
        is_over = room_state.lab and not room_state.was_ended
        words = room_state.word("start-notebooks")
        return Step(words, link=room_state.lab) if is_over else _next_day(room_state)
    if not clock.is_set:
        return _without_agenda(room_state, at)
    return _of_block(room_state, block) or _go_on(room_state)


def _after_result(room_state: RoomState, at: Round, block: str) -> Step | None:
    """Return the step that what was just shown asks for, in any block."""
    poll, word = room_state.poll(at.question), room_state.word
    if _is_drill(at.question) and block not in LATE and (moment := next_moment(room_state)):
        return _ask(room_state, moment, 1, "console-next")
    made = room_state.made(at.question)
    if made is not None and not (block == "actions" and _is_left_open(room_state, at.question)):
        return None
    if at.number == 2 or made is not None:
        is_for_today = poll.sets and poll.sets not in settable(room_state.content)
        to = "decide-form" if is_for_today else "record-form"
        return Step(word("console-go-decide"), opens=to)
    if poll.kind == "text":
        tally = room_state.tally(at)
        if tally is not None and len(tally.rows) > 1:
            return Step(word("dots-button"), "dots", {"question": at.question})
    return None


def is_afterwards(room_state: RoomState) -> bool:
    """Return whether a vote was opened after the end, as to key in from paper."""
    at, ended = room_state.looked_at(), room_state.clock.ended_at
    return at is not None and ended is not None and at.opened_at >= ended


def _second_vote(room_state: RoomState, at: Round | None) -> Step | None:
    """Return the step to the second vote on what was shown, if it has one."""
    is_first = at is not None and at.number == 1 and room_state.made(at.question) is None
    if at is None or not is_first or not is_voted_twice(room_state.poll(at.question)):
        return None
    return _ask(room_state, at.question, 2, "console-second")


def _without_agenda(room_state: RoomState, at: Round | None) -> Step | None:
    """Return the step without an agenda: a question to its end, then the next."""
    if step := _second_vote(room_state, at):
        return step
    key = next_question(room_state)
    return _ask(room_state, key, 1, _next_word(room_state)) if key else None


def _of_block(room_state: RoomState, block: str) -> Step | None:
    """Return the step of the block that runs, if anything is left to do in it."""
    word, voting = room_state.word, room_state.voting
    if block == "vote" and (key := next_question(room_state)):
        return _ask(room_state, key, 1, _next_word(room_state))
    if block in ("reveal", "splits") and (step := _on_the_wall(room_state, block)):
        return step
    if block in ("reveal", "actions") and (found := agreed(room_state)):
        return Step(word("console-go-agreed", n=len(found)), "agreed")
    # Once the decisions are shown, what the room leaves open has been asked about.
    asks = block == "actions" and room_state.wall_shows() != "decisions"
    if asks and (open_ := _still_open(room_state)):
        return _show(room_state, open_[0])
    if block in DRILLS:
        played = {key.rpartition(".")[0] for key in voting.asked if _is_drill(key)}
        if len(played) <= DRILLS.index(block):
            return Step(word("console-go-drill"), opens="questions-drills")
        if found := agreed(room_state):  # the notebook shows a drill once it is recorded
            return Step(word("console-go-agreed", n=len(found)), "agreed")
    if block == "second-vote" and (due := second_votes(room_state)):
        at = room_state.live()
        here = at is not None and at.question == due[0]
        return _ask(room_state, due[0], 2, "console-second" if here else "console-next-second")
    if block in WITH_NOTEBOOK and room_state.lab and not _is_brief(room_state):
        return _notebook_of(room_state, block)
    if block == "pre-mortem" and (step := _pre_mortem(room_state)):
        return step
    is_read = block in ("actions", "read-back") and room_state.wall_shows() != "decisions"
    if is_read and room_state.decisions():
        return Step(word("console-go-decisions"), "wall", {"show": "decisions"})
    if block == "read-back" and room_state.lab:
        return _notebook_of(room_state, block)
    if block == "actions" and any(
        not (given.get("owner") and given.get("due"))
        for _, given in room_state.session.items("decisions")
    ):
        return Step(word("owners-title"), opens="owners")
    return None


def notebook_beside(room_state: RoomState) -> Step | None:
    """Return the way to the notebook that goes with a block of votes."""
    block = running_block(room_state)
    is_there = room_state.lab and block in (*DRILLS, "actions")
    return _notebook_of(room_state, block) if is_there else None


def _notebook_of(room_state: RoomState, block: str) -> Step:
    part = next(b.part for b in room_state.content.agenda.blocks if b.id == block)
    words = room_state.word("console-go-notebook", n=part)
    return Step(words, link=notebook_address(room_state, part))


def notebook_address(room_state: RoomState, part: int) -> str:
    """Return the address of a notebook, or of all if it is not beside the session."""
    found = sorted(room_state.session.folder.glob(f"{part:02}-*.ipynb"))
    return room_state.lab.replace("WELCOME.md", quote(found[0].name)) if found else room_state.lab


def onward(room_state: RoomState, step: Step | None) -> Step | None:
    """Return the step beside the large button: the timer's, or that of the next day.

    Beside a decision that is still open it is what the actions begin with.
    """
    if room_state.clock.ended:
        next_day = _next_day(room_state)
        return next_day if step and step != next_day else None
    if step and step.opens and running_block(room_state) == "actions":
        beside = _of_block(room_state, "actions")
        return beside if beside != step else None
    return _go_on(room_state) if step and step.link else None


def _next_day(room_state: RoomState) -> Step:
    """Return the step that goes on after the end of a day: another agenda."""
    return Step(room_state.content.words("agenda.form-set-next-day"), opens="set-timer")


def may_vote_again(room_state: RoomState, at: Round) -> bool:
    """Return whether a second vote is offered beside the step that leads on.

    With an agenda it has its own block; the list of questions offers it at any time.
    """
    block_fits = not room_state.clock.is_set or running_block(room_state) == "second-vote"
    is_first = at.status == "revealed" and at.number == 1
    return is_first and block_fits and is_voted_twice(room_state.poll(at.question))


def is_voted_twice(poll: Poll) -> bool:
    """Return whether a question may have a second vote: not a drill, nor free words."""
    return poll.kind not in TALK and not poll.scene


def _on_the_wall(room_state: RoomState, block: str) -> Step | None:
    """Return what the wall shows next: all results, or one of the widest splits."""
    word, shown, voted = room_state.word, room_state.was_on_wall, all_tallies(room_state)
    if block == "reveal":
        words = word("console-go-wall", what=word("results-title"))
        return Step(words, "wall", {"show": "all"}) if voted and "all" not in shown else None
    split = [one for one in voted if one["tally"].split > 0]
    since, asked = room_state.clock.since, room_state.voting.asked
    # where nobody chose anything there are no two sides, and what comes up now is talked about now
    talked = [
        poll
        for one in split
        if (poll := one["poll"]).kind not in TALK and one["tally"].cast[-1]
        if since is None or asked[poll.key].rounds[1].opened_at < since
    ]
    left = [poll for poll in talked[:MOST_SPLITS] if poll.key not in shown]
    return _show(room_state, left[0]) if left else None


def _show(room_state: RoomState, poll: Poll) -> Step:
    """Return the step that puts the result on a question on the wall."""
    words = room_state.word("console-go-wall", what=shorten(poll.title, 60))
    return Step(words, "wall", {"show": poll.key})


def _still_open(room_state: RoomState) -> list[Poll]:
    """Return what was voted on twice, is open, and was not on the wall in this block.

    What nobody does today comes back after one vote too.
    """
    at, asked = room_state.live(), room_state.voting.asked
    left = [one for one in all_tallies(room_state) if _is_left_open(room_state, one["poll"].key)]
    polls = [
        one["poll"]
        for one in left
        if asked[one["poll"].key].latest.number == 2 or _nobody_does(room_state, one)
    ]
    here = {at.question} if at else set()
    return [poll for poll in polls if poll.key not in here | room_state.was_on_wall]


def _nobody_does(room_state: RoomState, one: Mapping[str, Any]) -> bool:
    """Return whether nobody does today what a question asks about.

    As it was recorded, as it was typed in a notebook, or else as more than half voted.
    """
    poll: Poll = one["poll"]
    if one["made"] or poll.asks_about != "today" or poll.kind in TALK or _is_drill(poll.key):
        return one["made"] is not None
    given = room_state.session.value(address_of(poll))
    if given is not None:
        return isinstance(given, str) and room_state.content.teams.is_nobody(given)
    cast = sum(row.last for row in one["tally"].rows if row.value == NOBODY)
    return bool(cast * 2 > one["tally"].cast[-1])


def _is_left_open(room_state: RoomState, key: str) -> bool:
    """Return whether nothing was decided on a question.

    That nobody does something today is recorded, and who is to do it is still to be decided. A
    night in a story needs no such decision.
    """
    made, decided = room_state.made(key), room_state.voting.asked[key].decided
    if made is None or made.record is not None or not made.is_answer or _is_drill(key):
        return made is None
    values = decided.values if decided else ()
    return bool(values) and not any(map(room_state.content.teams.is_somebody, values))


def _go_on(room_state: RoomState) -> Step | None:
    """Return the timer's step: the next block, or the end of the workshop."""
    acts = {act.what: act for act in timer_of(room_state).acts}
    act = acts.get(BEGUN) or acts.get(ENDED)
    return Step(act.label, "timer/act", {"what": act.what, "block": act.block}) if act else None


def _ask(room_state: RoomState, key: str, number: int, word: str) -> Step:
    words = room_state.word(word, ask=room_state.poll(key).title)
    return Step(words, "ask", {"question": key, "round": number})


def _next_word(room_state: RoomState) -> str:
    return "console-next" if room_state.voting.current else "console-next-first"


def next_question(room_state: RoomState) -> str | None:
    """Return the next first vote of the workshop that was not asked yet.

    In a drill it is the next moment. A short agenda, in which splits are all that is talked about,
    has time only for those that matter. From the second vote on there is none, nor in a break.
    """
    if running_block(room_state) == "break" or room_state.clock.ended:
        return None
    at = room_state.voting.current
    moment = next_moment(room_state) if running_block(room_state) not in LATE else None
    if moment or (at is not None and _is_drill(at.question) and not room_state.clock.is_set):
        return moment
    if running_block(room_state) in LATE:
        return None
    known = pollable(room_state.content)
    is_short = any(entry.slot.id == "splits" for entry in room_state.clock.entries)
    order = FIRST if is_short else SUGGESTED
    return next((k for k in order if k in known and k not in room_state.voting.asked), None)


def next_moment(room_state: RoomState) -> str | None:
    """Return the next moment of the drill that is played, if it was not asked yet."""
    at, known = room_state.voting.current, pollable(room_state.content)
    if at is None or not _is_drill(at.question) or at.question not in known:
        return None
    drill = at.question.rpartition(".")[0]
    later = known[known.index(at.question) + 1 :]
    moments = (key for key in later if key.rpartition(".")[0] == drill)
    return next((key for key in moments if key not in room_state.voting.asked), None)


def agreed(room_state: RoomState) -> list[tuple[Poll, tuple[str, ...]]]:
    """Return the answers about today on which the room agrees, if not recorded yet.

    All ballots with an answer agree, or most of a second vote or of a drill's only one do, by the
    share from which the pack says so. Without them the pack would say of what everybody knows that
    nobody answered it.
    """
    found, share = [], agreeing(room_state.content)
    for one in reversed(all_tallies(room_state)):
        poll, tally = one["poll"], one["tally"]
        values, made = _agreed_values(poll, tally, share), one["made"]
        # What is to be from now on says nothing about today.
        is_open = made is None or made.record is not None
        is_today = poll.sets and poll.asks_about == "today" and is_open
        if values and is_today and room_state.session.value(address_of(poll)) is None:
            found.append((poll, values))
    order = list(room_state.voting.asked)
    return sorted(found, key=lambda one: order.index(one[0].key))


def _agreed_values(poll: Poll, tally: Tally, share: float) -> tuple[str, ...]:
    """Return what all ballots chose, or most of them in the last vote."""
    chosen, cast = [row for row in tally.rows if row.last], tally.cast[-1]
    known = 2 * cast > tally.counted  # more than half, also of those who do not know
    if cast > 1 and known and all(row.last == cast for row in chosen):
        return tuple(row.value for row in chosen)
    if tally.several or (len(tally.cast) < 2 and is_voted_twice(poll)):
        return ()
    most = max(share * cast, (tally.counted + 1) / 2)  # also of those who do not know
    return tuple(row.value for row in chosen if row.last >= most)


def second_votes(room_state: RoomState) -> list[str]:
    """Return the questions whose second vote is due, the widest splits first.

    Where all agreed, or it was decided, no second vote is due; nor in a drill, and not on answers
    in free words.
    """
    due = []
    for one in all_tallies(room_state):
        key = one["poll"].key
        again = room_state.voting.asked[key].latest.number == 1 and one["made"] is None
        if again and one["tally"].split > 0 and not _is_drill(key):
            due += [key] if one["poll"].kind not in TALK else []
    return due


def _is_drill(key: str) -> bool:
    return key.startswith("drills.")


def _pre_mortem(room_state: RoomState) -> Step | None:
    """Return the block's one pre-mortem, if it has had none yet.

    It is on the decision under “Now”, else on the pattern, on who leads, or on the latest. Where
    nothing was decided, that is what went wrong.
    """
    at, asked, since = room_state.live(), room_state.voting.asked, room_state.clock.since
    word = room_state.word
    latest = enumerate(asked.values())
    latest_first = sorted(latest, key=lambda one: (_decided_at(one[1]), one[0]), reverse=True)
    decided = [one.key for _, one in latest_first if pre_mortem_ask(room_state, one.key)]
    asks = {word("pre-mortem-ask-open"), *(pre_mortem_ask(room_state, key) for key in decided)}
    own = [one.key for one in room_state.voting.own.values() if one.ask in asks]
    held = [asked[key].rounds[1].opened_at for key in own if key in asked]
    if since is None or any(opened and opened >= since for opened in held):
        return None
    if not decided:
        return Step(word("pre-mortem-button-open"), "pre-mortem", {"question": ""})
    due = [key for key in decided if pre_mortem_is_due(room_state, key)]
    order = [at.question if at else "", *WEIGHTY]
    due.sort(key=lambda key: order.index(key) if key in order else len(order))
    if not due:
        return None
    is_here = at is not None and at.question == due[0]
    ask = shorten(room_state.poll(due[0]).title, 60)
    words = word("pre-mortem-button") if is_here else word("pre-mortem-button-of", ask=ask)
    return Step(words, "pre-mortem", {"question": due[0]})


def _decided_at(asked: Asked) -> float:
    """Return when the latest decision on a question was recorded, or 0."""
    return asked.decided_at.timestamp() if asked.decided_at else 0


def pre_mortem_ask(room_state: RoomState, key: str) -> str:
    """Return the question of the pre-mortem on a decision, if there is one."""
    made = room_state.made(key) if key in room_state.voting.asked else None
    if made is None or made.is_open or (made.is_answer and not made.record):
        return ""
    if not (made.values or made.record):
        return ""
    record, poll = made.record, room_state.poll(key)
    if poll.kind in TALK or (poll.scene and not record):
        return ""  # reasons that were written, or how a drill went
    chosen = (record.chosen or "") if record else ", ".join(made.values)
    if record and not chosen:
        return room_state.word("pre-mortem-ask", chosen=quoted(shorten(record.decision, 220)))
    # “Research” alone would not say what it was that failed
    words = {"ask": quoted(shorten(poll.ask, 100)), "chosen": quoted(shorten(chosen, 120))}
    return room_state.word("pre-mortem-ask-of", **words)


def pre_mortem_is_due(room_state: RoomState, key: str) -> bool:
    """Return whether a pre-mortem on a question can be asked, and was not yet."""
    ask = pre_mortem_ask(room_state, key)
    return bool(ask) and ask not in {own.ask for own in room_state.voting.own.values()}


# -- the sentence -----------------------------------------------------------------------------


def say_now(room_state: RoomState) -> str:
    """Return the sentence of the guide that fits this moment."""
    word, state, clock = room_state.word, room_state.voting, room_state.clock
    at, block = room_state.looked_at(), running_block(room_state)
    if state.paused:
        return word("say-paused-again" if room_state.was_paused else "say-paused")
    if at is not None and at.status == "closed":
        return word("say-closed")
    if at is not None and at.status == "open":
        return word(_while_open(room_state.poll(at.question), at))
    if block == "break":
        return word("say-break", at=_goes_on_at(room_state))
    if clock.ended and not is_afterwards(room_state):
        return word("say-ended-again" if room_state.was_ended else "say-ended")
    unknown = block and f"room.say-block-{block}" not in room_state.content.words
    is_told = block in ("actions", "read-back") and room_state.wall_shows() == "decisions"
    if at is not None and (room_state.live() or unknown) and not is_told:
        return word(_after_showing(room_state, at, block))
    key = f"say-block-{block}" if block else "say-waiting"
    ways = [f"{key}-brief"] if _is_brief(room_state) else []
    ways += [f"{key}-agreed"] if _all_agree(room_state) else []
    ways += [f"{key}-none"] if _has_no_second_vote(room_state) else []
    ways += [f"{key}-remote", key] if clock.wish.get("remote") else [key]
    words = word(next((k for k in ways if f"room.{k}" in room_state.content.words), "say-waiting"))
    return f"{words} {word(f'say-privacy-{state.privacy}')}" if block == "open" else words


def _all_agree(room_state: RoomState) -> bool:
    """Return whether all agree on each question that has choices and was shown."""
    shown = [one["tally"] for one in all_tallies(room_state) if one["poll"].kind not in TALK]
    return bool(shown) and all(tally.split == 0 for tally in shown)


def _has_no_second_vote(room_state: RoomState) -> bool:
    """Return whether second votes have their block, and none is due."""
    is_there = running_block(room_state) == "second-vote" and room_state.voting.started
    return is_there and not second_votes(room_state)


def _is_brief(room_state: RoomState) -> bool:
    """Return whether the block that runs has no time for its notebook."""
    running = room_state.clock.running
    return running is not None and is_brief(running.slot)


def _goes_on_at(room_state: RoomState) -> str:
    """Return when the break is over, as a clock shows it."""
    now = room_state.now()
    reading = room_state.clock.at(now)
    goes_on = next((c.starts for c in reading.rest if c.minutes is not None), reading.ends)
    return f"{(goes_on or now).astimezone(now.tzinfo):%H:%M}"


def announced(room_state: RoomState) -> tuple[str, str]:
    """Return the block's title and what is done in it, for wall and phones.

    Both are empty without an agenda, and in the first block of a workshop, while people arrive.
    """
    clock, block, word = room_state.clock, running_block(room_state), room_state.word
    if room_state.was_ended:
        return word("now-again-title"), word("now-again")
    if clock.ended:
        return room_state.content.words("agenda.timer-ended"), word("now-ended")
    if clock.running is None:
        return "", ""
    if clock.running is clock.entries[0] and not clock.wish.get("again"):
        return "", ""
    if block == "break":
        return clock.running.slot.title, word("now-block-break", at=_goes_on_at(room_state))
    if _has_no_second_vote(room_state):
        return clock.running.slot.title, word("now-block-second-vote-none")
    known = f"room.now-block-{block}" in room_state.content.words  # a folder may have others
    return clock.running.slot.title, word(f"now-block-{block}") if known else ""


def remote_hint(room_state: RoomState) -> str:
    """Return what to do otherwise in the block that runs if the agenda is remote.

    Before the first one it is about that: the call is to be open before people come.
    """
    clock, block = room_state.clock, running_block(room_state)
    if not clock.wish.get("remote"):
        return ""
    if not block and not clock.ended and clock.entries:
        block = clock.entries[0].slot.id
    at = room_state.live()
    if block == "second-vote" and at is not None and at.status == "revealed":
        return ""  # now people talk, with their microphones on
    return next((b.remote for b in room_state.content.agenda.blocks if b.id == block), "")


def _while_open(poll: Poll, at: Round) -> str:
    if poll.kind in TALK:
        return f"say-open-{poll.kind}"
    if poll.scene:
        return "say-open-drill"
    if at.number == 1:
        return "say-open"
    return "say-second-today" if poll.sets and poll.asks_about == "today" else "say-second"


def _after_showing(room_state: RoomState, at: Round, block: str) -> str:
    ending, tally = "-sentence" if _is_sentence(room_state, at) else "", room_state.tally(at)
    if block != "vote" and tally is not None and not tally.cast[-1] and tally.unknown[-1]:
        return "say-shown-unknown"
    made = room_state.made(at.question)
    is_played = block in DRILLS and made is not None and made.record is None  # and only kept
    if made is not None and not (is_played and _is_drill(at.question)):
        return f"say-decided{ending}"
    result = _result_of(room_state, at, block) or _sides_of(tally)
    if result == "-second" and tally is not None and tally.tied:
        result = "-second-tied"
    return f"say-shown{result}{ending}"


def _sides_of(tally: Tally | None) -> str:
    """Return the end of the key where no answer has fewer votes than another."""
    chosen = [row.last for row in tally.rows if row.last] if tally else []
    if len(set(chosen)) != 1:
        return ""
    return "-agreed" if len(chosen) == 1 else "-even"


def _result_of(room_state: RoomState, at: Round, block: str) -> str:
    """Return the end of the keys for a result that is shown, by what may follow it."""
    kind = room_state.poll(at.question).kind
    if kind in TALK:
        return f"-{kind}"
    if _is_drill(at.question):
        return "-drill" if next_moment(room_state) else "-drill-end"
    if block == "vote":
        return "-vote" if next_question(room_state) else "-vote-last"
    return "" if at.number == 1 else "-second"


def _is_sentence(room_state: RoomState, at: Round) -> bool:
    """Return whether a question in free words, or dots on it, is no pre-mortem."""
    poll, word = room_state.poll(at.question), room_state.word
    asks = (word("pre-mortem-ask", chosen="\n"), word("pre-mortem-ask-of", ask="\n", chosen=""))
    why = (*(ask.partition("\n")[0] for ask in asks), word("pre-mortem-ask-open"))
    return poll.kind in TALK and not any(one in poll.ask for one in why)


def shown_next(room_state: RoomState) -> str:
    """Return the key of what phones say about a result, or nothing.

    It agrees with what the facilitator says now, so it depends on the block too.
    """
    at, block = room_state.looked_at(), running_block(room_state)
    if at is None or at.status != "revealed":
        return ""
    if room_state.clock.ended:
        return "shown-next-again" if room_state.was_ended else "shown-next-ended"
    if block == "break":
        return "shown-next-break"
    if room_state.made(at.question) is not None:
        return ""
    return f"shown-next{_result_of(room_state, at, block)}"
