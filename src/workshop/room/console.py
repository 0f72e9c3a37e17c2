"""Serve the facilitator's page: who is here, who voted, and every action."""

from __future__ import annotations

import asyncio
import datetime
import json
import shlex
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from workshop.content.items import FOCUSES, AsksAbout
from workshop.content.loader import Content
from workshop.exhibits.layout import date_words
from workshop.findings.output.report import settable
from workshop.forms.fields import MAX_TEAMS, Field, item_fields
from workshop.forms.polls import (
    MAX_ASK,
    MAX_WORDS,
    MOST_CHOICES,
    MOST_DOTS,
    SUGGESTED,
    Poll,
    Refused,
    address_of,
    answer_value,
    choice_codes,
    clean,
    name_key,
    pollable,
    read_choice,
    read_code,
    recorded_as,
    vote_codes,
)
from workshop.problems import InputError, quoted, shorten
from workshop.room import guard as identity
from workshop.room.commands import (
    MAX_FACT,
    MAX_NOTE,
    MAX_PERSON,
    RoomCommands,
    clean_lines,
    read_tables,
)
from workshop.room.guard import key_file, place_file
from workshop.room.moment import (
    agreed,
    is_voted_twice,
    may_vote_again,
    next_question,
    next_step,
    notebook_beside,
    onward,
    pre_mortem_ask,
    pre_mortem_is_due,
    remote_hint,
    running_block,
    say_now,
)
from workshop.room.pages import (
    Count,
    Many,
    Number,
    Once,
    Text,
    join_address,
    qr_svg,
    timer_form,
    timer_news,
    timer_words,
)
from workshop.room.state import Made, RoomState, all_tallies, results_of, timer_of
from workshop.room.writer import Act
from workshop.session import Event, Session, is_server
from workshop.session.voting import MOST_TABLES, Person, Voting

About = Annotated[AsksAbout, Form()]
Whole = Annotated[int, Form(ge=0)]
COPY = "-copy-"
"""What stands between a session's name and the time of a saved copy."""
TO_READ_IT = 1.5
"""Seconds in which every page can still show that the room has stopped for today."""
MOST_UNDONE = 60
"""The most characters of a question on the button that takes something back."""
PAPER = ("code", "other", "fact", "role", "name", "table", "of_other")
"""The fields of the form for a paper ballot.

The last tells whether its code is that of another vote, on which another team was written.
"""
Dots = Annotated[int, Form(ge=1, le=MOST_DOTS)]


def files_of(session: Session) -> list[str]:
    """Return all files or schemas of a session, and those of its room."""
    of_room = (key_file(session.place), place_file(session.place))
    return [*session.files(), *(str(path) for path in of_room if path.exists())]


def files_left(session: Session) -> list[str]:
    """Return what a deletion leaves beside a session and may show what was said."""
    place, folder = Path(session.place), session.folder
    if not place.exists():  # in a database
        return []
    tables = ("*.csv", "*.xlsx", "*.yaml", "*.yml")  # votes and answers that were written
    made = (f"{place.stem}{COPY}*{place.suffix}", "*.ipynb", "pack", *tables)
    return [str(path) for name in made for path in sorted(folder.glob(name))]


def delete_session(session: Session) -> None:
    """Delete a session and its keys; copies and backups elsewhere stay."""
    session.delete()
    key_file(session.place).unlink(missing_ok=True)
    place_file(session.place).unlink(missing_ok=True)


def fields_of_record(content: Content) -> tuple[Field, ...]:
    """Return the fields of a decision record, without the choice itself."""
    apart = ("decision", "chosen", "settles")
    fields = item_fields(content, "decisions", "new")
    return tuple(f for f in fields if f.address[-1] not in apart)


def console(room_state: RoomState) -> APIRouter:
    """Return the routes of the facilitator's page."""
    routes = APIRouter(prefix="/console", default_response_class=Response, route_class=Once)

    @routes.get("")
    async def show(request: Request, said: str = "") -> Response:
        """Show the console, or ask for the facilitator's key."""
        if not room_state.is_facilitator(request):
            return room_state.page(request, "enter.html", problem="", next="")
        room_state.look_at_network()
        return room_state.page(request, "console.html", **view(said))

    @routes.get("/start")
    async def start(request: Request, said: str = "") -> Response:
        """Show what to do before people come, and the way to every other page."""
        if not room_state.is_facilitator(request):
            return room_state.page(request, "enter.html", problem="", next="start")
        room_state.look_at_network()
        return room_state.page(
            request,
            "start.html",
            said=said == "expected",
            most_tables=MOST_TABLES,
            network=network_view(),
            lab=room_state.lab,
            has_lab=room_state.has_lab,
            web=room_state.web,
            print=print_command(room_state),
            again=room_state.again,
            counts=room_state.people_words(),
            people_here=room_state.voting.expected,
            link=join_address(room_state),
            code=identity.show_code(room_state.keys.code),
            timer=timer_of(room_state),
            timer_words=timer_words(room_state),
            timer_form=timer_form(room_state),
            follow="/console/start/events",
            mark=start_mark(),
        )

    @routes.get("/start/events")
    async def start_events(request: Request) -> Response:
        """Stream news to the start page."""
        if not room_state.is_facilitator(request):
            raise Refused("not-facilitator", 403)
        return room_state.stream(
            request,
            lambda: json.dumps({"mark": start_mark(), "counts": room_state.people_words()}),
        )

    @routes.post("/tables")
    async def set_tables(request: Request, tables: Text = "", form: Text = "") -> Response:
        """Record the tables that vote each for itself, before the first vote."""
        room_state.check_facilitator(request, form)
        names = read_tables(room_state.content, tables)
        await room_state.do(lambda commands: commands.set_tables(names))
        return room_state.to("/console/start")

    @routes.get("/tables")
    async def table_signs(request: Request) -> Response:
        """Show a sign with a QR code for each table, to be printed."""
        if not room_state.is_facilitator(request):
            return room_state.to("/console")
        room_state.look_at_network()
        signs = [(t, qr_svg(join_address(room_state, t))) for t in room_state.voting.tables]
        return room_state.page(
            request,
            "tables.html",
            signs=signs,
            address=room_state.address,
            code=identity.show_code(room_state.keys.code),
        )

    @routes.post("/stop")
    async def stop(request: Request, form: Text = "") -> Response:
        """Pause the room and end the programs, to go on another day."""
        room_state.check_facilitator(request, form)
        await room_state.do(lambda commands: commands.pause(True))

        def end() -> None:
            room_state.end()
            room_state.on_end()

        asyncio.get_running_loop().call_later(TO_READ_IT, end)
        return room_state.page(request, "stopped.html", again=room_state.again)

    @routes.get("/results")
    async def results(request: Request) -> Response:
        """Show every revealed result, with a link back to the console."""
        if not room_state.is_facilitator(request):
            return room_state.to("/console")
        return room_state.page(
            request, "results.html", **results_of(room_state), saved=False, back="/console"
        )

    @routes.post("/enter")
    async def enter(
        request: Request,
        key: Text = "",
        next: Text = "",  # noqa: A002
        form: Text = "",
    ) -> Response:
        """Let the facilitator in, if the key is right."""
        try:
            room_state.check_form(request, form)
            given = key.rpartition("#")[2].strip()  # the whole address, or what follows its #
            room_state.check(request, given, room_state.keys.facilitator, "key-wrong")
        except Refused as refused:
            problem = room_state.word(refused.word, **refused.values)
            return room_state.page(request, "enter.html", refused.status, problem=problem, next="")
        answer = room_state.to("/console/start" if next == "start" else "/console")
        room_state.set_cookie(answer, "console", room_state.console_pass())
        return answer

    @routes.get("/events")
    async def events(request: Request) -> Response:
        """Stream news to the console."""
        if not room_state.is_facilitator(request):
            raise Refused("not-facilitator", 403)

        def news() -> str:
            here = hash(repr(people_of(room_state.voting)))
            counts = {"counts": room_state.counts_words(), "here": here}
            return json.dumps({"mark": mark(), **counts, **timer_news(room_state)})

        return room_state.stream(request, news)

    @routes.post("/ask")
    async def ask(
        request: Request,
        question: Text = "",
        round: Number = 1,  # noqa: A002
        form: Text = "",
    ) -> Response:
        """Open the first or second vote on a question."""
        room_state.check_facilitator(request, form)
        return await act(lambda commands: commands.ask(question, round))

    @routes.post("/type")
    async def type_question(
        request: Request,
        ask: Text = "",
        choices: Text = "",
        asks_about: About = "today",
        dots: Dots = 1,
        later: Text = "",
        form: Text = "",
    ) -> Response:
        """Keep a question that the facilitator typed, and open it unless it is for later."""
        room_state.check_facilitator(request, form)
        return await act(
            lambda commands: commands.type_question(ask, choices, asks_about, dots, now=not later),
            "typed" if later else "",
        )

    @routes.post("/dots")
    async def vote_on_answers(request: Request, question: Text = "", form: Text = "") -> Response:
        """Open a vote with dots on the answers to a question in free words."""
        room_state.check_facilitator(request, form)
        return await act(lambda commands: commands.vote_on_answers(question))

    @routes.post("/pre-mortem")
    async def pre_mortem(request: Request, question: Text = "", form: Text = "") -> Response:
        """Ask why a decision failed, or without one, why nothing changed."""
        room_state.check_facilitator(request, form)
        open_ = room_state.word("pre-mortem-ask-open")
        if not (ask := pre_mortem_ask(room_state, question) if question else open_):
            raise Refused("decide-first")
        return await act(lambda commands: commands.type_question(ask, "", "from-now-on"))

    @routes.post("/close")
    async def close(
        request: Request,
        question: Text = "",
        round: Number = 1,  # noqa: A002
        form: Text = "",
    ) -> Response:
        """Close a vote."""
        room_state.check_facilitator(request, form)
        return await act(lambda commands: commands.close((question, round)))

    @routes.post("/reveal")
    async def reveal(
        request: Request,
        question: Text = "",
        round: Number = 1,  # noqa: A002
        form: Text = "",
    ) -> Response:
        """Reveal a vote to everybody."""
        room_state.check_facilitator(request, form)
        return await act(lambda commands: commands.reveal((question, round)))

    @routes.post("/paper")
    async def paper(
        request: Request,
        question: Text = "",
        round: Number = 1,  # noqa: A002
        choice: Many = [],  # noqa: B006
        other: Text = "",
        fact: Text = "",
        role: Text = "",
        name: Text = "",
        table: Text = "",
        slip: Text = "",
        code: Text = "",
        form: Text = "",
    ) -> Response:
        """Enter a ballot from paper, by its code or choice by choice."""
        room_state.check_facilitator(request, form)
        if not identity.is_secret(slip):
            raise Refused("form-stale", 403)
        typed = {"code": code, "other": other, "fact": fact, "role": role, "name": name}
        typed["table"] = table
        ask, done = (question, round), "keyed"
        try:
            if code.strip():
                read = read_code(
                    room_state.content, room_state.session.answers, code, room_state.voting.roles
                )
                if read.question != question:
                    ask, done = earlier_vote(read.question), "keyed-other"
                    typed["of_other"] = "yes" if read.other else ""
                choice, role = list(read.chosen), read.role or role
                if read.other and not other.strip():
                    field = room_state.word("ballot-other").rstrip(": ")
                    raise Refused("paper-other-missing", 422, field=field)
                if other.strip() and not read.other:
                    field = room_state.word("ballot-other").rstrip(": ")
                    raise Refused("paper-other-unasked", 422, field=field, code=code.strip())
                if not role and room_state.voting.privacy != "anonymous":
                    raise Refused("paper-role-missing", 422)
            ballot = room_state.ballot(slip, ask[0])
            answer = await act(
                lambda commands: commands.vote_for(
                    "keyed", ask, ballot, choice, other, fact, role, name, table
                ),
                done,
            )
            room_state.paper_table, room_state.paper_for = table, ask[0]
            return answer
        except Refused as refused:
            if refused.status != 422:
                raise
            problem = room_state.word(refused.word, **refused.values)
            typed = {name: clean(words, MAX_FACT) for name, words in typed.items()}
            return room_state.page(request, "console.html", 422, **view("", problem, typed))

    def earlier_vote(key: str) -> tuple[str, int]:
        """Return the vote before the one that is open, for which a ballot from paper is."""
        about = {"code": vote_codes(room_state.content)[key], "ask": shorten(title(key), 120)}
        asked = room_state.voting.asked.get(key)
        if asked is None:
            raise Refused("code-of-vote-to-come", 422, **about)
        if asked.latest.status == "revealed":
            raise Refused("code-of-vote-shown", 422, **about)
        return key, asked.latest.number

    def title(key: str) -> str:
        return room_state.poll(key).title if key else ""

    @routes.post("/take-back")
    async def take_back(
        request: Request,
        question: Text = "",
        round: Number = 1,  # noqa: A002
        ballot: Text = "",
        form: Text = "",
    ) -> Response:
        """Take back a ballot that was entered wrongly."""
        room_state.check_facilitator(request, form)
        ask = (question, round)
        return await act(lambda commands: commands.take_back(ask, ballot), "taken-back")

    @routes.post("/discuss")
    async def discuss(
        request: Request, question: Text = "", note: Text = "", form: Text = ""
    ) -> Response:
        """Record a note on the discussion."""
        room_state.check_facilitator(request, form)
        return await act(lambda commands: commands.discuss(question, note), "noted")

    @routes.post("/decide")
    async def decide(request: Request) -> Response:
        """Record a decision: today's answer, or a record of what shall be.

        Without a choice, nothing is decided and the dissent is recorded, with who decides and by
        when if that is known.
        """
        typed = await request.form()
        given = {name: str(value)[:MAX_NOTE] for name, value in typed.items()}
        room_state.check_facilitator(request, given.get("form", ""))
        check_due(given)
        check_rule(given)
        poll = room_state.poll(given.get("question", ""))
        choice = [str(one) for one in typed.getlist("choice")][:MAX_TEAMS]
        other, dissent = given.get("other", ""), given.get("dissent", "")
        values: tuple[str, ...] = ()
        if poll.kind == "dots" and (words := clean(other, MAX_WORDS)):
            values = (words,)  # the sentence that the room makes of its answers
        elif any(choice) or other.strip():
            values = read_choice(poll, choice, other)
        if not values and not dissent.strip():
            raise Refused("choose-one", 422)
        await room_state.do(lambda commands: commands.check_revealed(poll.key))
        if goes_on_record(poll, values, given):
            changes = await room_state.change(lambda: put_on_record(poll, values, given))
            kept = "" if values else dissent
            return await act(
                lambda commands: commands.decide(
                    poll.key, values, kept, on_record=True, changes=changes
                ),
                "recorded",
            )
        refused = None
        try:
            changes = (
                await room_state.change(lambda: give(poll, values)) if values and poll.sets else []
            )
        except Refused as error:
            changes, refused = [], error
        answer = await act(
            lambda commands: commands.decide(poll.key, values, dissent, changes=changes), "decided"
        )
        if refused is not None:
            raise refused
        return answer

    @routes.post("/agreed")
    async def record_agreed(request: Request, form: Text = "") -> Response:
        """Record every answer about today on which the room agrees."""
        room_state.check_facilitator(request, form)
        together = room_state.now().isoformat()
        found = agreed(room_state)
        for poll, values in found:
            changes = await room_state.change(partial(give, poll, values))
            await room_state.do(
                partial(
                    _decide,
                    key=poll.key,
                    values=values,
                    dissent="",
                    changes=changes,
                    together=together,
                )
            )
        return room_state.to(f"/console?said=agreed{'-one' if len(found) == 1 else ''}")

    @routes.post("/undo")
    async def undo(request: Request, seq: Whole = 0, form: Text = "") -> Response:
        """Take back the facilitator's last action, with the answers that it gave.

        What one button recorded is taken back together.
        """
        room_state.check_facilitator(request, form)
        last = room_state.voting.last_action()
        if last is None or last.seq != seq:
            raise Refused("undo-too-late")
        together = last.body.get("together")
        while last is not None:
            changes = last.body.get("changes")
            for change in reversed(changes if isinstance(changes, list) else []):
                await room_state.writer.do_alone(partial(take_answer_back, change))
            await room_state.do(partial(_undo, seq=last.seq))
            last = room_state.voting.last_action()
            if not together or last is None or last.body.get("together") != together:
                break
        return room_state.to("/console?said=undone")

    def _undo(commands: RoomCommands, seq: int) -> None:
        commands.undo(seq)

    def take_answer_back(change: int) -> None:
        try:
            room_state.session.refresh()
            # Undoing once more would bring back what a notebook has taken back.
            if any(c.seq == change and c.undone for c in room_state.session.history()):
                return
            room_state.session.undo(change)
        except InputError as error:
            raise Refused("undo-refused", 422, why=str(error)) from None

    def _decide(commands: RoomCommands, **given: Any) -> None:
        commands.decide(**given)

    def give(poll: Poll, values: tuple[str, ...]) -> None:
        try:
            room_state.session.give(address_of(poll), answer_value(poll, values))
        except InputError as error:
            raise Refused("not-an-answer", 422, why=str(error)) from None

    def check_due(given: Mapping[str, str]) -> None:
        """Raise `Refused` for a date before the workshop: a wrong year is easily typed."""
        with suppress(ValueError):
            held_on = room_state.session.answers.held_on or room_state.now().date()
            due = datetime.date.fromisoformat(given.get("due", "").strip())
            if due < held_on:
                shown = date_words(room_state.content, due)
                raise Refused("due-before", 422, due=shown)

    def check_rule(given: Mapping[str, str]) -> None:
        """Raise `Refused` for half a rule: the room that made it can still say the rest."""
        asks = {f.address[-1]: f.ask for f in fields_of_record(room_state.content)}
        parts = ("if", "then")
        filled = [name for name in parts if clean_lines(given.get(name, ""))]
        if len(filled) == 1:
            (empty,) = set(parts) - set(filled)
            raise Refused("rule-half", 422, filled=asks[filled[0]], empty=asks[empty])

    def goes_on_record(poll: Poll, values: tuple[str, ...], given: Mapping[str, str]) -> bool:
        """Return whether a decision gets a record, beside what is kept with its vote.

        On a question that was typed here a choice of what is to be does, and so does all that has
        an owner, a date or whatever else a record has. How it is today and a sentence need none.
        """
        is_to_be = poll.asks_about == "from-now-on"
        if poll.sets:
            return is_to_be or bool(given.get("on_record"))
        names = {f.address[-1] for f in fields_of_record(room_state.content)} - {"dissent"}
        more = any(clean_lines(given.get(name, "")) for name in names)
        asks = bool(values) or poll.ask.endswith("?")  # else nothing would say that it is open
        chosen = is_to_be and poll.kind == "choice" and asks
        return more or chosen or room_state.record_of(poll) is not None

    def put_on_record(poll: Poll, values: tuple[str, ...], given: Mapping[str, str]) -> None:
        """Record a decision as notebook 6 does; without values it is still open."""
        content = room_state.content
        value = answer_value(poll, values) if values and poll.sets else None
        labels = content.words.listing([poll.label(one) for one in values])
        fields = {f.address[-1]: f for f in fields_of_record(content)}
        written = {n: f.read(clean_lines(given.get(n, ""))) for n, f in fields.items()}
        record = {
            "decision": recorded_as(poll),
            "chosen": labels[:1].upper() + labels[1:],
            "sets": {poll.sets: value} if value is not None else {},
            **written,
        }
        try:
            room_state.session.record(record)
            if value is not None and poll.sets != poll.key:  # a choice is an answer too
                room_state.session.give(address_of(poll), value)
        except InputError as error:
            raise Refused("not-an-answer", 422, why=str(error)) from None

    def record_fields(poll: Poll | None) -> list[dict[str, str]]:
        """Return the fields of a decision's form, with the recorded values."""
        if poll is None or (poll.sets and poll.sets not in settable(room_state.content)):
            return []
        record = room_state.record_of(poll)
        known = record.model_dump(by_alias=True, mode="json") if record else {}
        made = None if poll.sets else room_state.voting.asked[poll.key].decided
        kept = {"dissent": "\n".join(made.dissent)} if made else {}
        return [
            {
                "name": name,
                "kind": f.kind,
                "ask": f.ask,
                "value": str(known.get(name) or kept.get(name) or ""),
            }
            for f in fields_of_record(room_state.content)
            if (name := f.address[-1])
        ]

    def recorded(poll: Poll) -> tuple[str, ...]:
        """Return the values that the recorded decision on a question has."""
        record = room_state.record_of(poll)
        if not poll.sets:
            decided = room_state.voting.asked[poll.key].decided
            return decided.values if decided else ()
        value = (record.sets or {}).get(poll.sets) if record else None
        values = value if isinstance(value, list | tuple) else [value]
        return tuple(str(one) for one in values if one is not None)

    @routes.post("/owner")
    async def owner(
        request: Request, decision: Text = "", owner: Text = "", due: Text = "", form: Text = ""
    ) -> Response:
        """Complete the owner and date of any decision that was recorded."""
        room_state.check_facilitator(request, form)
        given = {"owner": owner[:MAX_NOTE], "due": due}
        check_due(given)
        if decision in kept_with_votes() and (made := room_state.voting.asked[decision].decided):
            if not any(map(clean_lines, given.values())):  # nobody and no date
                return room_state.to("/console?said=recorded")
            poll, given = room_state.poll(decision), given | {"dissent": "\n".join(made.dissent)}
            changes = await room_state.change(lambda: put_on_record(poll, made.values, given))
            return await act(
                lambda commands: commands.decide(
                    decision, made.values, "", on_record=True, changes=changes
                ),
                "recorded",
            )
        changes = await room_state.change(lambda: complete(decision, given))
        if not changes:
            return room_state.to("/console?said=recorded")
        return await act(lambda commands: commands.complete(decision, changes), "recorded")

    @routes.post("/action")
    async def action(
        request: Request, what: Text = "", owner: Text = "", due: Text = "", form: Text = ""
    ) -> Response:
        """Record what somebody does that no question was asked about."""
        room_state.check_facilitator(request, form)
        if not (words := clean_lines(what)):
            raise Refused("write-something", 422)
        given = {"owner": owner[:MAX_NOTE], "due": due}
        check_due(given)
        added: list[str] = []
        changes = await room_state.change(lambda: added.append(add(words, given)))
        return await act(lambda commands: commands.complete(added[0], changes, words), "added")

    def add(words: str, given: Mapping[str, str]) -> str:
        fields = {f.address[-1]: f for f in owner_fields()}
        try:
            written = {name: fields[name].read(clean_lines(one)) for name, one in given.items()}
            record = {"decision": words} | {n: one for n, one in written.items() if one}
            return room_state.session.add("decisions", record)
        except InputError as error:
            raise Refused("not-an-answer", 422, why=str(error)) from None

    def complete(decision: str, given: Mapping[str, str]) -> None:
        session = room_state.session
        if decision not in dict(session.items("decisions")):
            raise Refused("decision-gone")
        try:
            for field in owner_fields():
                value = field.read(clean_lines(given[field.address[-1]]))
                session.give(("decisions", decision, field.address[-1]), value)
        except InputError as error:
            raise Refused("not-an-answer", 422, why=str(error)) from None

    def kept_with_votes() -> dict[str, Made]:
        """Return the decisions on questions typed here that have no record."""
        voting = room_state.voting
        made = {key: room_state.made(key) for key in voting.asked if key in voting.own}
        return {key: one for key, one in made.items() if one and one.values and not one.record}

    def owner_fields() -> list[Field]:
        fields = fields_of_record(room_state.content)
        return [f for f in fields if f.address[-1] in ("owner", "due")]

    def owner_asks() -> list[dict[str, str]]:
        return [{"name": f.address[-1], "kind": f.kind, "ask": f.ask} for f in owner_fields()]

    def known_owners() -> list[str]:
        """Return who is named so far, so that one person is not written in two ways."""
        given = [fields.get("owner") for _, fields in room_state.session.items("decisions")]
        given += [room_state.session.value((name,)) for name in ("decision_body", "sponsor")]
        return list(dict.fromkeys(name for name in given if isinstance(name, str)))

    def decisions_now() -> list[dict[str, Any]]:
        """Return all decisions, with owner and date as far as they are known."""
        on_record = [
            {
                "id": item,
                "title": str(given.get("decision") or ""),
                "chosen": str(given.get("chosen") or ""),
                "fields": [
                    one | {"value": str(given.get(one["name"]) or "")} for one in owner_asks()
                ],
                "warnings": [
                    words
                    for about, words in room_state.warnings()
                    if [one.decision for one in about] == [given.get("decision")]
                ],
            }
            for item, given in room_state.session.items("decisions")
        ]
        return on_record + [
            {
                "id": key,
                "title": room_state.poll(key).title,
                "chosen": ", ".join(made.values),
                "fields": [one | {"value": ""} for one in owner_asks()],
                "warnings": [],
            }
            for key, made in kept_with_votes().items()
        ]

    @routes.post("/expect")
    async def expect(
        request: Request, people: Count = 0, start: Text = "", form: Text = ""
    ) -> Response:
        """Record the number of people expected; `start` leads back to the start page."""
        room_state.check_facilitator(request, form)
        await room_state.do(lambda commands: commands.expect(people))
        return room_state.to(f"/console{'/start' if start else ''}?said=expected")

    @routes.post("/person")
    async def person(
        request: Request,
        person: Text = "",
        what: Text = "",
        role: Text = "",
        name: Text = "",
        table: Text = "",
        into: Text = "",
        form: Text = "",
    ) -> Response:
        """Rename a person, remove them from the list, or merge two entries."""
        room_state.check_facilitator(request, form)

        def change(commands: RoomCommands) -> None:
            if what == "rename":
                was = commands.state.people.get(person, Person("", ""))
                commands.rename(
                    person, role or was.role, name.strip() or was.name, table or was.table
                )
            elif what == "merge":
                commands.merge(person, into)
            elif what == "fewer":
                commands.one_fewer(role, table)
            else:
                commands.take_off(person)

        return await act(change, "people")

    @routes.post("/address")
    async def address(request: Request, address: Text = "", form: Text = "") -> Response:
        """Show another of this computer's addresses to participants."""
        room_state.check_facilitator(request, form)
        if not room_state.network.choose(address):
            raise Refused("no-such-address", 404)
        room_state.moved()
        return room_state.to("/console")

    @routes.post("/fact")
    async def fact(
        request: Request,
        question: Text = "",
        fact: Text = "",
        words: Text = "",
        hide: Text = "",
        form: Text = "",
    ) -> Response:
        """Change what a shown fact says, hide it, or show it again."""
        room_state.check_facilitator(request, form)
        text = "" if hide else words
        return await act(lambda commands: commands.reword_fact(question, fact, text))

    @routes.post("/wall")
    async def wall(request: Request, show: Text = "", form: Text = "") -> Response:
        """Put an earlier result on the wall, all of them, or what is live."""
        room_state.check_facilitator(request, form)
        if not room_state.can_show(show):
            raise Refused("reveal-first")
        return await act(lambda commands: commands.show(show))

    @routes.post("/countdown")
    async def countdown(request: Request, form: Text = "") -> Response:
        """Close the open vote in ten seconds."""
        room_state.check_facilitator(request, form)
        at = room_state.voting.current
        if at is None or at.status != "open":
            raise Refused("vote-is-over")
        room_state.begin_countdown()
        return room_state.to("/console")

    @routes.post("/by-itself")
    async def by_itself(request: Request, on: bool = Form(True), form: Text = "") -> Response:
        """Close votes when everybody has voted, or no longer."""
        room_state.check_facilitator(request, form)
        return await act(lambda commands: commands.close_by_itself(on))

    @routes.post("/copy")
    async def save_copy(request: Request, form: Text = "") -> Response:
        """Save a complete copy of the session beside it, on the room's computer."""
        room_state.check_facilitator(request, form)
        place = Path(room_state.session.place)
        now = f"{room_state.now():%Y-%m-%d-%H%M%S}"
        name = f"{place.stem}{COPY}{now}"

        def copy() -> Path:
            names = (name, *(f"{name}-{n}" for n in range(2, 1000)))  # several in one second
            paths = (room_state.session.folder / f"{n}{place.suffix}" for n in names)
            to = next(path for path in paths if not path.exists())
            room_state.session.copy(to)
            return to

        room_state.copied = str(await room_state.writer.do_alone(copy))
        return room_state.to("/console?said=copied")

    @routes.post("/pause")
    async def pause(request: Request, paused: bool = Form(True), form: Text = "") -> Response:
        """Pause the workshop for today, or resume it."""
        room_state.check_facilitator(request, form)
        return await act(lambda commands: commands.pause(paused))

    @routes.post("/delete")
    async def delete(request: Request, sure: Text = "", form: Text = "") -> Response:
        """Delete the session for good, and stop the server."""
        room_state.check_facilitator(request, form)
        if sure.strip().casefold() != room_state.word("delete-word").casefold():
            raise Refused("delete-unsure", 422)
        await room_state.writer.do_alone(delete_it)
        answer = room_state.page(request, "gone.html")
        room_state.end()
        room_state.on_end()
        return answer

    def delete_it() -> None:
        delete_session(room_state.session)
        room_state.writer.gone = True

    async def act(what: Act, done: str = "") -> Response:
        """Carry out an action, then show the console with a confirmation."""
        await room_state.do(what)
        return room_state.to("/console" + (f"?said={done}" if done else ""))

    def mark() -> str:
        state = room_state.voting
        at = state.current
        keyed = sum(s.keyed for s in at.slips.values()) if at else 0
        shows = f"{room_state.wall_shows()} {room_state.closing} {room_state.closes_itself}"
        decisions = hash(repr(room_state.session.items("decisions")))  # a notebook may write them
        coming = room_state.clock.at(room_state.now()).next  # the timer is also in notebooks
        block = f"{running_block(room_state)} {coming.id if coming else ''}"
        counts = (len(state.asked), len(state.own), keyed, state.edits, state.times_decided)
        network = room_state.network
        more = f"{counts} {decisions} {block} {network.left} {network.is_lost}"
        return f"{room_state.stage()} {more} {room_state.address} {shows}"

    def view(
        done: str, problem: str = "", keyed: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Return the console's values.

        `keyed` is what was typed from a paper ballot that was refused.
        """
        state, at = room_state.voting, room_state.live()
        keys = pollable(room_state.content)
        return {
            "at": at,
            "stage": "waiting" if at is None else at.status,
            "poll": room_state.poll(at.question) if at else None,
            "asked": state.asked[at.question] if at else None,
            "made": room_state.made(at.question) if at and at.status == "revealed" else None,
            "warnings": room_state.warnings_on(at.question) if at else [],
            "warnings_of_all": [words for about, words in room_state.warnings() if len(about) != 1],
            "record_fields": record_fields(room_state.poll(at.question)) if at else [],
            "recorded": recorded(room_state.poll(at.question)) if at else (),
            "decisions": decisions_now(),
            "owner_fields": owner_asks(),
            "known_owners": known_owners(),
            "tally": room_state.tally(at) if at and at.status == "revealed" else None,
            "counts": room_state.counts_words(),
            "people": people_of(state),
            "tables": tables_of(state),
            "keyed": [(b, s.name) for b, s in at.slips.items() if s.keyed] if at else [],
            "letters": letters_of(room_state.poll(at.question)) if at else {},
            "few": at is not None and len(at.slips) < state.threshold,
            "groups": groups(keys),
            "tallies": all_tallies(room_state),
            "said": room_state.word(
                f"said-{done}",
                place=room_state.copied,
                ask=shorten(title(room_state.paper_for), 120),
            )
            if f"room.said-{done}" in room_state.content.words
            else "",
            "problem": problem,
            "paper": dict.fromkeys(PAPER, "")
            | {"table": room_state.paper_table}
            | dict(keyed or {}),
            "too_many": state.planned
            if at and at.status != "revealed" and 0 < state.planned < len(at.slips)
            else 0,
            "people_here": room_state.voting.expected,
            "slip": identity.new_secret(),
            "follow": "/console/events",
            "wall": room_state.wall_shows(),
            "step": (
                step := next_step(room_state) if at is None or at.status == "revealed" else None
            ),
            "onward": (beside := onward(room_state, step)),
            "agreed": agreed_words()
            if any(one and one.action == "agreed" for one in (step, beside))
            else [],
            "notebook": notebook_beside(room_state),
            "in_break": running_block(room_state) == "break",
            "on_server": is_server(room_state.session.place),
            "again": at is not None and may_vote_again(room_state, at),
            "is_voted_twice": is_voted_twice,
            "can_show_decisions": bool(room_state.decisions()),
            "next": room_state.poll(key) if (key := next_question(room_state)) else None,
            "undo": undo_now(),
            "pre_mortem": at is not None
            and at.status == "revealed"
            and pre_mortem_is_due(room_state, at.question),
            "missing": missing_of(state),
            "say": say_now(room_state),
            "remote": remote_hint(room_state),
            "hidden_facts": state.hidden_facts(at.question) if at else [],
            "closing": room_state.closing,
            "closes_itself": room_state.closes_itself,
            "mark": mark(),
            "address": room_state.address,
            "network": network_view(),
            "code": identity.show_code(room_state.keys.code),
            "timer": timer_of(room_state),
            "timer_mark": timer_news(room_state)["timer"],
            "timer_words": timer_words(room_state),
            "timer_form": timer_form(room_state),
            "ballots": vote_codes(room_state.content),
            "has_code": at is not None and at.question not in state.own,
            "limits": {
                "fact": MAX_FACT,
                "words": MAX_WORDS,
                "name": MAX_PERSON,
                "note": MAX_NOTE,
                "ask": MAX_ASK,
                "choices": MOST_CHOICES,
                "dots": MOST_DOTS,
            },
        }

    def letters_of(poll: Poll) -> dict[str, str]:
        """Return the letter of each choice on paper, for ballots that come without one."""
        if poll.key in room_state.voting.own:
            return {}
        return {choice.value: letter for letter, choice in choice_codes(poll).items()}

    def agreed_words() -> list[tuple[str, str]]:
        """Return each question on which the room agrees, and its answer about today."""
        listing = room_state.content.words.listing
        return [
            (poll.title, listing([poll.label(one) for one in values]))
            for poll, values in agreed(room_state)
        ]

    def is_taken_back(action: Event) -> bool:
        """Return whether a notebook took back an action that left nothing else."""
        made, is_vote = action.body.get("changes"), action.kind == "decided"
        if not isinstance(made, list) or not made or (is_vote and "on_record" not in action.body):
            return False  # how it is today is with the vote, too
        return set(made) <= {c.seq for c in room_state.session.history() if c.undone}

    def undo_now() -> dict[str, Any] | None:
        """Return which action can be taken back, and the words of its button."""
        last = room_state.voting.last_action()
        if last is None or is_taken_back(last):
            return None
        key = last.body.get("question")
        name = room_state.poll(key).title if isinstance(key, str) else ""
        kind, people = undo_of_people(room_state.voting, last)
        if kind == "decided" and not last.body.get("on_record"):
            kind = "answered-together" if last.body.get("together") else "answered"
        ask, at = quoted(shorten(name, MOST_UNDONE)), room_state.live()
        if isinstance(added := last.body.get("added"), str):
            kind, ask = "added", quoted(shorten(added, MOST_UNDONE))
        words = room_state.word(f"undo-{kind}", ask=ask, **people)
        is_here = at is not None and key == at.question
        if name and not is_here and ask not in words and not last.body.get("together"):
            words = room_state.word("undo-of", undo=words, ask=ask)
        return {"seq": last.seq, "kind": last.kind, "words": words}

    def network_view() -> dict[str, Any]:
        network = room_state.network
        return {
            "address": network.address,
            "choices": network.choices(),
            "unserved": network.unserved,
            "left": network.left,
            "lost": network.is_lost,
            "alone": network.is_alone,
            "devices": len(room_state.devices),
        }

    def start_mark() -> str:
        seen = (network_view(), room_state.lab, room_state.voting.expected, room_state.stage())
        return repr((seen, room_state.clock.is_set))

    def made_of(key: str) -> str:
        """Return whether a question is decided, or how it is today recorded, in one word."""
        made = room_state.made(key) if key in room_state.voting.asked else None
        if made is None or made.is_open:
            return ""
        return "decided" if made.record or not made.is_answer else "recorded"

    def groups(keys: tuple[str, ...]) -> list[dict[str, Any]]:
        """Return the questions that can be opened, in groups.

        They are those that were typed here, the votes of a workshop, the drills, and all others.
        """
        own = tuple(room_state.voting.own)
        drills = [k for k in keys if k.startswith("drills.")]
        others = [k for k in keys if k not in SUGGESTED and k not in drills]
        return [
            {
                "id": f"questions-{name}",
                "title": room_state.word(f"group-{name}"),
                "open": name in ("own", "suggested"),
                "polls": [
                    (room_state.poll(k), room_state.voting.asked.get(k), made_of(k)) for k in found
                ],
            }
            for name, found in (
                ("own", own),
                ("suggested", SUGGESTED),
                ("drills", drills),
                ("others", others),
            )
            if found
        ]

    return routes


def print_command(room_state: RoomState) -> str:
    """Return the command that prints what this room needs on paper."""
    state, session = room_state.voting, room_state.session
    given = ["workshop", "print", "--answers", session.place]  # for the model and the teams' names
    given += ["--content", own] if (own := room_state.content.own_folder) else []
    given += ["--people", str(state.expected or 10)]
    if state.privacy not in (None, "role"):
        given += ["--privacy", state.privacy]
    if state.tables:
        given += ["--tables", ", ".join(state.tables)]
    wish = room_state.clock.wish
    # a further day has the blocks that are left, which no run sheet has
    if isinstance(wish.get("minutes"), int) and not wish.get("again"):
        given += ["--minutes", str(wish["minutes"])]
        given += ["--focus", str(wish["focus"])] if wish.get("focus") in FOCUSES else []
        given += ["--remote"] if wish.get("remote") else []
    return shlex.join([*given, "-o", str(session.folder / "printed")])


def people_of(state: Voting) -> list[dict[str, Any]]:
    """Return who has joined and voted, as far as the room's privacy allows."""
    slips = state.current.slips.values() if state.current else ()
    if state.privacy == "anonymous":
        return []
    if state.privacy == "role":
        return [
            {
                "name": role,
                "joined": state.expected_of(role),
                "voted": sum(s.role == role for s in slips),
            }
            for role in state.roles
            if state.expected_of(role)
        ]
    voted = {name_key(s.name) for s in slips}
    return [
        {
            "id": i,
            "name": p.name,
            "role": p.role,
            "table": p.table,
            "joined": 1,
            "voted": name_key(p.name) in voted,
        }
        for i, p in sorted(state.people.items(), key=lambda one: one[1].name.casefold())
    ]


def undo_of_people(state: Voting, last: Event) -> tuple[str, dict[str, str]]:
    """Return the kind of an action as its undo names it, and whom it changed."""
    was = last.body.get("was")
    if not isinstance(was, dict):
        return ("left" if last.kind == "renamed" else last.kind), {}
    name = str(was.get("name", ""))
    into = state.people.get(str(last.body.get("into", "")))
    now = into.name if into else str(last.body.get("name", ""))
    if last.kind == "renamed":
        return ("renamed" if now != name else "role-changed"), {"who": name, "now": now}
    return ("merged" if into else "removed"), {"who": name, "now": now}


def tables_of(state: Voting) -> list[dict[str, Any]]:
    """Return how many sit at each table, and how many of them have voted."""
    slips = state.voted(state.current) if state.current else ()
    return [
        {
            "name": table,
            "joined": state.expected_of(table=table),
            "voted": sum(s.table == table for s in slips),
        }
        for table in state.tables
    ]


def missing_of(state: Voting) -> list[str]:
    """Return who has not voted yet in the open vote, as far as it may be known.

    With tables, each of them stands once, with the names or the number of those who are missing.
    """
    if state.current is None or state.current.status != "open":
        return []
    people = people_of(state)
    if state.privacy == "named":
        missing = [one for one in people if not one["voted"]]
        at = {t: [one["name"] for one in missing if one["table"] == t] for t in state.tables}
        if at:
            return [f"{table}: {', '.join(names)}" for table, names in at.items() if names]
        return [one["name"] for one in missing]
    if len(state.current.slips) >= state.expected:  # somebody ticked another role than before
        return []
    people = tables_of(state) or people
    left = {one["name"]: n for one in people if (n := one["joined"] - one["voted"]) > 0}
    if sum(left.values()) > state.expected - len(state.current.slips):
        return []  # fewer are here than joined, and nobody knows of which role
    return [f"{name} ({n})" for name, n in left.items()]
