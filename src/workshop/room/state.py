"""Share the room's state, revealed results and words between all pages."""

from __future__ import annotations

import asyncio
import datetime
import shlex
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from workshop.answers.schema import Answers, Decision, Vote, as_compared, record_on, recorded_in
from workshop.answers.schema import Round as CountedRound
from workshop.content.items import GlossaryTerm
from workshop.content.loader import Content
from workshop.content.teams import NOBODY, UNKNOWN
from workshop.exhibits.agreement import decision_warnings
from workshop.exhibits.decisions import rule_of, tables_line
from workshop.exhibits.layout import date_words
from workshop.findings import assess
from workshop.findings.votes import AtTable, tables_of
from workshop.forms.agenda import BEGUN, SET, TimerText, timer_text
from workshop.forms.polls import Poll, Refused, name_key, recorded_as
from workshop.problems import SessionTrouble
from workshop.room import guard as identity
from workshop.room.commands import BY_ITSELF, SHOWN, BoxChange
from workshop.room.guard import Tries
from workshop.room.network import Network
from workshop.room.writer import Act, Writer
from workshop.session import Event, Serving, Session
from workshop.session.store import as_written
from workshop.session.voting import Person, Round, Slip, Voting


@dataclass(frozen=True)
class Fact:
    """A fact that was given with a vote; `who` as far as privacy allows."""

    label: str
    fact: str
    who: str = ""
    few: bool = False
    """Whether the fewest people chose this; they speak first."""


@dataclass(frozen=True)
class Row:
    """One choice and its votes by round.

    Votes by role are of the last round, if they may be shown.
    """

    label: str
    counts: tuple[int, ...]
    roles: tuple[tuple[str, int], ...] = ()
    value: str = ""
    names: tuple[str, ...] = ()
    """Who made this choice in the last round, where people gave names."""

    @property
    def last(self) -> int:
        """Return how many made this choice in the last round."""
        return self.counts[-1]


@dataclass(frozen=True)
class Tally:
    """One question's votes; all but the counts are of the last round.

    Facts are those of the first round if the second has none.
    """

    key: str
    cast: tuple[int, ...]
    """Ballots with a choice, by round."""
    unknown: tuple[int, ...]
    """Ballots that said “I don't know”, by round."""
    rows: tuple[Row, ...]
    facts: tuple[Fact, ...]
    leading: str
    """The most frequent choice, in words.

    If a ballot has several choices, all that more than half chose.
    """
    most: int
    several: bool
    """Whether one ballot could have several choices."""
    tied: bool
    close: bool
    """Whether one vote more or less would bring another choice level or ahead."""
    moved: int | None
    stayed: int | None
    tables: tuple[AtTable, ...] = ()
    """The tables that may be counted apart, in the last round."""
    tables_line: str = ""
    """Where they disagree, in a sentence."""
    corrected: int = 0
    """Ballots that were taken back after a result of the question was revealed."""
    kind: str = "choice"
    """The kind of the question: what people wrote themselves is listed, not compared."""
    first: tuple[Fact, ...] = ()
    """The choices of the fewest that have no fact; who made them speaks first too."""
    hides: bool = False
    """Whether a fact is hidden: then nobody is said to have given none."""
    none_again: bool = False
    """Whether a second vote was shown in which nobody voted."""
    unsure: tuple[str, ...] = ()
    """Who said “I don't know” in the last round, where people gave names."""

    @property
    def counted(self) -> int:
        """Return how many ballots the last round has, with “I don’t know”."""
        return self.cast[-1] + self.unknown[-1]

    @property
    def split(self) -> float:
        """Return how divided the room is: 0 if all agree, 1 if nobody knows."""
        return 1 - self.most / self.cast[-1] if self.cast[-1] else float(any(self.unknown))


@dataclass(frozen=True)
class Made:
    """The decision on a question, and its record if it sets an answer."""

    values: tuple[str, ...]
    none: bool
    """Whether it was recorded that nothing is decided."""
    dissent: tuple[str, ...]
    record: Decision | None
    who: str
    rule: str
    """What is done if something happens, or an empty string."""
    is_answer: bool = False
    """Whether it is how things are today, which is recorded and not decided."""

    @property
    def is_open(self) -> bool:
        """Return whether it is on record that this is still to be decided."""
        return self.record is not None and not self.record.chosen and not self.record.sets


_NOBODY: Mapping[str, list[Slip]] = {}


def tally_of(
    vote: Vote,
    content: Content,
    poll: Poll,
    *,
    tables: bool = False,
    corrected: int = 0,
    who: Mapping[str, list[Slip]] = _NOBODY,
    hides: bool = False,
    none_again: bool = False,
) -> Tally:
    """Return the votes on a question as the pages show them.

    `tables` tells whether tables vote each for itself, even if none may be shown, `corrected` how
    many ballots were taken back from what was shown, `who` who made each choice if people gave
    names, `hides` whether a fact is hidden, and `none_again` whether the second vote had no ballot.
    """
    last, several = vote.rounds[-1], bool(vote.several)
    spoken = next((r for r in reversed(vote.rounds) if r.facts), last)
    ranked = sorted((c.count for c in last.choices), reverse=True)
    most = ranked[0] if ranked else 0
    by_half = several and most * 2 > last.cast
    leading = [c for c in last.choices if (c.count * 2 > last.cast if by_half else c.count == most)]
    apart = tables_of(last, several=several)
    labels = {c.value: c.label for c in last.choices}

    def named(label: str) -> str:
        if poll.kind != "dots":
            return label
        return content.words("room.tally-quoted", label=label.rstrip("."))  # it ends in a stop

    rows = _rows(vote, poll, who)
    if poll.kind == "dots":
        rows = tuple(sorted(rows, key=lambda row: -row.last))
    facts = _facts(spoken, last, content)
    fewest = _fewest(last) if poll.kind not in ("text", "dots") else set()
    spoken_for = {f.value for f in last.facts or ()}
    both = vote.moved is not None and vote.stayed is not None and vote.moved + vote.stayed > 0
    return Tally(
        key=vote.question,
        cast=tuple(r.cast for r in vote.rounds),
        unknown=tuple(r.unknown or 0 for r in vote.rounds),
        rows=rows,
        facts=facts,
        leading=content.words.listing(
            [
                content.words("room.tally-nobody", n=c.count)
                if c.value == NOBODY
                else content.words("room.tally-named", label=named(c.label), n=c.count)
                for c in leading
            ]
            if several
            else [c.label for c in leading[:1]]
        ),
        most=most,
        several=several,
        tied=ranked.count(most) > 1 and not by_half,
        close=not several and len(ranked) > 1 and 0 <= most - ranked[1] <= 1 < last.cast,
        moved=vote.moved if both else None,
        stayed=vote.stayed if both else None,
        tables=apart,
        tables_line=tables_line(content, apart, labels, last.cast) if tables else "",
        corrected=corrected,
        kind=poll.kind,
        first=tuple(
            Fact(label, "", ", ".join(sorted(_name_of(slip, apart) for slip in who.get(value, ()))))
            for value, label in labels.items()
            if value in fewest - spoken_for
        ),
        hides=hides,
        none_again=none_again,
        unsure=_names(who.get(UNKNOWN, ())),
    )


def _names(slips: Iterable[Slip]) -> tuple[str, ...]:
    return tuple(sorted((slip.name for slip in slips), key=str.casefold))


def _name_of(slip: Slip, apart: Sequence[AtTable]) -> str:
    """Return who somebody is, with the table only where tables are shown apart."""
    table = slip.table if any(slip.table == one.name for one in apart) else ""
    return " · ".join(w for w in (slip.name, slip.role, table) if w)


def _fewest(at: CountedRound) -> set[str]:
    """Return the choices that the fewest people made, if others were made by more."""
    counts = {c.value: c.count for c in at.choices if c.count}
    least, most = min(counts.values(), default=0), max(counts.values(), default=0)
    return {value for value, count in counts.items() if count == least < most}


def _rows(vote: Vote, poll: Poll, who: Mapping[str, list[Slip]]) -> tuple[Row, ...]:
    """Return a row for each choice of the question, or each team that was named."""
    *_, last = vote.rounds
    found = []
    for counted in last.choices:
        counts = tuple(
            sum(c.count for c in r.choices if c.value == counted.value) for r in vote.rounds
        )
        if any(counts) or not poll.takes_words:
            roles = tuple((role, n) for role, n in (counted.by_role or {}).items() if n)
            names = _names(who.get(counted.value, ()))
            found.append(Row(counted.label, counts, roles, counted.value, names))
    return tuple(found)


def _facts(at: CountedRound, last: CountedRound, content: Content) -> tuple[Fact, ...]:
    """Return the facts, those of the least frequent choices first.

    Where they were given with an earlier vote than the last, nobody has to be heard first.
    """
    counts = {c.value: c.count for c in at.choices}
    labels = {c.value: c.label for c in at.choices}
    labels.setdefault(UNKNOWN, content.words("room.ballot-unknown"))
    fewest = _fewest(at) if at is last else set()
    counts.setdefault(UNKNOWN, at.cast + 1)  # who does not know is heard last
    facts = sorted(at.facts or (), key=lambda f: counts[f.value])
    return tuple(
        Fact(
            content.words.listing([labels[value] for value in (f.value, *(f.also or ()))]),
            f.fact,
            " · ".join(w for w in (f.name, f.role, f.table) if w),
            f.value in fewest,
        )
        for f in facts
    )


VIEWS = ("all", "decisions")
"""What the wall can show beside one question: all votes so far, or all decisions."""
HEARTBEAT = 5.0
"""Seconds of silence after which a connection gets a keep-alive."""
LAST_SECONDS = 10.0
"""Seconds from the announcement that a vote ends to its end."""
LOOK_AT_NETWORK = 4.0
"""Seconds between two looks at the computer's addresses."""
MOST_TABS = 3
"""The most pages of one browser that get updates; further ones ask for them."""
PACE = 1.0
"""The least seconds between two updates of the counts on a page."""
MOST_PAGES = 3000
"""The most pages that get updates; further ones have to be reloaded."""


class _Listener:
    """A page that follows the room: whether counts changed, or the stage."""

    def __init__(self) -> None:
        self.news, self.turned = asyncio.Event(), asyncio.Event()
        self.is_over = False


@cache
def templates() -> Environment:
    """Return the pages' templates, compiled once for all rooms of this program."""
    pages = Environment(
        loader=PackageLoader("workshop.room"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters["breaks"] = _breaks
    return pages


def _breaks(command: str) -> Markup:
    """Return a command as HTML that a narrow page breaks after slashes only."""
    option, slash = Markup('<span class="unbroken">{}</span>').format, Markup("/<wbr>")
    parts = command.split(" ")
    return Markup(" ").join(
        option(one) if one.startswith("-") else slash.join(one.split("/")) for one in parts
    )


class RoomState:
    """One room while it is served."""

    def __init__(self, session: Session, keys: identity.Keys, network: Network) -> None:
        self.session, self.content, self.keys = session, session.content, keys
        self.network = network
        self.devices: set[str] = set()
        """The addresses of other devices that opened the room since the start."""
        self.voting = Voting.of(session.since(0), session.box())
        self.was_paused = self.voting.paused
        """Whether the room was paused on an earlier day and did not go on yet."""
        self.clock = session.clock()
        ended = self.clock.ended_at
        self.was_ended = ended is not None and ended.astimezone().date() < self.now().date()
        """Whether an earlier day's workshop ended and today's agenda is not set yet."""
        self.tries = Tries()
        self.writer = Writer(session, self.learn, Serving(self.address, keys.code))
        self.ending = False
        self.wall = ""
        """What the wall shows: a question's key, one of `VIEWS`, or “” for what is live."""
        self.was_on_wall: set[str] = set()
        """What the wall has shown since the block began, in the same words."""
        self.decisions_shown = False
        """Whether the wall has shown what was decided."""
        self.closes_itself = False
        """Whether a vote is closed when everybody has voted."""
        for event in session.since(0):
            self._turn_wall(event)
        self.is_back = self.voting.joined > 0
        """Whether it was started again and did not go on yet: people may have to join."""
        self._closes: Round | None = None
        """The vote whose last ten seconds run."""
        self.lab, self.has_lab = "", False
        """The address of the notebooks that were started with the room."""
        self.web = ""
        """The address of the workshop in a browser, where it is offered beside the room."""
        self.leads = ""
        """Who runs the workshop, as the lobby says it; nobody is named if empty."""
        self.again = f"workshop room {shlex.quote(session.place)}"
        """The command that goes on with the room."""
        self.copied = ""
        """The file of the last saved copy."""
        self._cast_at: dict[tuple[int, str], str] = {}
        """At which of our addresses ballots were cast, by round and ballot."""
        self._sure: dict[str, int] = {}
        """Who said that they had not voted, and the doubt that it ended."""
        self.paper_table = ""
        """The table of the last ballot from paper, because ballots come in stacks."""
        self.paper_for = ""
        """The question of that ballot."""
        self.done: dict[bytes, asyncio.Future[Response]] = {}
        """The answers to the console's last forms, for who sends one again."""
        self.on_move: Callable[[], None] = lambda: None
        """Called when the addresses of the computer have changed."""
        self.on_end: Callable[[], None] = lambda: None
        """Called when the session is deleted: whoever serves the room ends it then."""
        self._listening: dict[_Listener, tuple[str, str]] = {}
        self.loop: asyncio.AbstractEventLoop | None = None
        self._countdown: asyncio.Task[None] | None = None
        self._pages_opened = 0
        self._stage = ""
        self._tallies: dict[str, Tally | None] = {}
        self._warned: tuple[Answers, list[tuple[tuple[Decision, ...], str]]] | None = None

    def word(self, name: str, **values: Any) -> str:
        """Return one of the room's sentences."""
        return self.content.words(f"room.{name}", **values)

    def terms(self, poll: Poll) -> list[GlossaryTerm]:
        """Return the terms that a question uses, with their meaning."""
        notes = [note for choice in poll.choices for note in choice.notes]
        labels = [choice.label for choice in poll.choices]
        return self.content.terms_in(poll.ask, *poll.scene, *labels, *notes)

    @property
    def address(self) -> str:
        """Return the address that participants type: `http://192.168.1.20:8710`."""
        return self.network.address

    def wall_shows(self) -> str:
        """Return which earlier result is on the wall; an open vote goes first."""
        at = self.voting.current
        if at is not None and at.status == "open" and not self.voting.paused:
            return ""
        asked = self.voting.asked.get(self.wall)
        return self.wall if self.wall in VIEWS or (asked and asked.is_revealed) else ""

    def looked_at(self) -> Round | None:
        """Return the vote that console and phones are on.

        It is the one that was asked last, or an earlier one whose result is on the wall instead.
        """
        at, shows = self.voting.current, self.wall_shows()
        if at is None or at.status != "revealed" or shows not in self.voting.asked:
            return at
        return self.voting.asked[shows].last_revealed

    def live(self) -> Round | None:
        """Return the vote that wall and phones show; none of an earlier block.

        A result that was put on the wall stays there, and so do one that is shown later than its
        block and what is decided on one.
        """
        at, since = self.looked_at(), self.clock.since
        if at is None or at.status != "revealed" or self.wall_shows() in self.voting.asked:
            return at
        asked = self.voting.asked[at.question]
        happened = filter(None, (at.opened_at, at.revealed_at, asked.decided_at))
        return at if since is None or max(happened) >= since else None

    def can_show(self, what: str) -> bool:
        """Return whether there is such a result for the wall, or such a view of all."""
        asked = self.voting.asked.get(what)
        return what in ("", *VIEWS) or bool(asked and asked.is_revealed)

    def _turn_wall(self, event: Event) -> None:
        """Follow what is put on the wall, what then goes first, and how votes close."""
        if event.kind == BY_ITSELF:
            self.closes_itself = event.body.get("on") is True
        to_read = event.body.get("block") == "read-back" and self.wall == "decisions"
        if event.kind in (SET, BEGUN):
            self.was_on_wall = set()
        elif event.kind == "revealed":
            self.was_on_wall.add(str(event.body.get("question", "")))
        if event.kind == SHOWN:
            self.wall = str(event.body.get("show", ""))
            self.was_on_wall.add(self.wall)
            self.decisions_shown = self.decisions_shown or self.wall == "decisions"
        elif event.kind in ("asked", "revealed", SET, BEGUN) and not to_read:
            self.wall = ""

    @property
    def closing(self) -> bool:
        """Return whether the last ten seconds of the open vote run."""
        at = self._closes
        return at is not None and at is self.voting.current and at.status == "open"

    async def count_down(self) -> None:
        """Let the last seconds of the open vote run, then close it."""
        at = self.voting.current
        if self.closing or at is None or at.status != "open":
            return
        self._closes = at
        self.wake()
        try:
            await asyncio.sleep(LAST_SECONDS)
            ask = (at.question, at.number)
            if self._closes is at and at.status == "open" and self.voting.current is at:
                with suppress(Refused, SessionTrouble):
                    await self.do(lambda commands: commands.close(ask))
        finally:
            if self._closes is at:
                self._closes = None
            self.wake()

    def close_when_all_voted(self) -> None:
        """Begin the last seconds when everybody has voted, if the facilitator wants so."""
        at = self.voting.current
        if not self.closes_itself or self.closing or at is None or at.status != "open":
            return
        if at.slips and len(self.voting.voted(at)) >= self.voting.expected:
            self.begin_countdown()

    def begin_countdown(self) -> None:
        """Begin the last seconds of the open vote."""
        self._countdown = asyncio.get_running_loop().create_task(self.count_down())

    def moved(self) -> None:
        """Notify everybody of the room's current address."""
        self.on_move()
        self.writer.announce(Serving(self.address, self.keys.code))
        self.wake()

    async def follow_network(self) -> None:
        """Check at intervals whether the computer's addresses have changed."""
        while True:
            await asyncio.sleep(LOOK_AT_NETWORK)
            self.look_at_network()

    def look_at_network(self) -> None:
        """Read the computer's addresses; notify everybody if they changed."""
        if self.network.look():
            self.moved()

    # -- what happens --------------------------------------------------------------------------

    async def do(self, act: Act) -> Any:
        """Carry out an action; return once it is on disk and pages are notified."""
        return await self.writer.do(act)

    async def change(self, act: Callable[[], object]) -> list[int]:
        """Change answers for the facilitator; return the numbers of the changes."""

        def numbered() -> list[int]:
            session = self.session
            session.refresh()
            before, room = max((c.seq for c in session.history()), default=0), session.who
            # the history says who decided, or at least where
            session.who = as_written(self.leads) or self.word("who-console")
            try:
                act()
                made = (c for c in session.history() if c.seq > before and c.who == session.who)
                return sorted(c.seq for c in made)
            finally:
                session.who = room

        return list(await self.writer.do_alone(numbered))

    def learn(self, events: tuple[Event, ...], changes: list[BoxChange]) -> None:
        """Take in what was written, and let pages know."""
        for change in changes:
            if change.what == "put":
                self.voting.put(change.question, change.number, change.ballot, change.body)
            else:
                self.voting.take_out(change.question, change.number, change.ballot)
        for event in events:
            if event.seq > self.voting.seq:
                self.voting.apply(event)
                self.clock.apply(event.kind, event.body, event.at)
                self._tallies.clear()
                self.was_paused = self.was_paused and self.voting.paused
                self.was_ended = self.was_ended and self.clock.ended
                self.is_back = self.is_back and event.kind not in ("asked", BEGUN)
                self._turn_wall(event)
        self.close_when_all_voted()
        self.wake()

    def wake(self) -> None:
        """Let every open page know that something may look different now."""
        stage = f"{self.stage()} {self.address} {self.wall_shows()} {self.closing}"
        turned = self._stage != stage or self.ending
        self._stage = stage
        for one in self._listening:
            one.news.set()
            if turned:
                one.turned.set()

    def wake_from_outside(self) -> None:
        """Wake every open page, called from another thread."""
        with suppress(RuntimeError):
            if self.loop is not None:
                self.loop.call_soon_threadsafe(self.wake)

    def end(self) -> None:
        """End the pages' connections, so that the server can stop at once."""
        self.ending = True
        self.wake()

    def stream(self, request: Request, news: Callable[[], str]) -> Response:
        """Return a stream that sends the result of `news` each time it changes.

        A page that asks only once gets the current one. So does each further page of a browser that
        follows with `MOST_TABS` of them: browsers open six connections to one server, and if all of
        them are taken no page of the room would load any more. Raises `Refused` if too many pages
        are connected.
        """
        self._see(request)
        if "once" in request.query_params:
            return Response(news(), media_type="application/json")
        browser = self.secret(request) or ""
        page = (browser, request.query_params.get("page", "")[:40])
        for one, of in self._listening.items():
            if of == page and page[1]:
                one.is_over = True  # this page's own stream of before, which broke off
                one.news.set()
                one.turned.set()
        tabs = {of for one, of in self._listening.items() if of[0] == browser and not one.is_over}
        if browser and len(tabs - {page}) >= MOST_TABS:
            return Response(status_code=204)
        if len(self._listening) >= MOST_PAGES:
            raise Refused("room-full", 503)
        return StreamingResponse(self._follow(page, news), media_type="text/event-stream")

    async def _follow(self, page: tuple[str, str], news: Callable[[], str]) -> AsyncIterator[str]:
        one = _Listener()
        self._listening[one] = page
        # not all at the same moment: a vote that comes in just then would wait for all of them
        self._pages_opened += 1
        pace = PACE * (0.75 + self._pages_opened % 17 / 34)
        last = None
        try:
            yield "retry: 2000\n\n"
            while not self.ending and not one.is_over:
                latest = news()
                if latest != last:
                    last = latest
                    yield f"data: {latest}\n\n"
                with suppress(TimeoutError):  # counts come at a pace, a new question at once
                    await asyncio.wait_for(one.turned.wait(), pace)
                one.turned.clear()
                try:
                    await asyncio.wait_for(one.news.wait(), HEARTBEAT)
                    one.news.clear()
                except TimeoutError:
                    yield "event: beat\ndata:\n\n"
            if self.writer.gone:
                yield "event: gone\ndata:\n\n"
        finally:
            self._listening.pop(one, None)

    # -- who is asking -------------------------------------------------------------------------

    @cached_property
    def cookies(self) -> dict[str, str]:
        """Return the names of our cookies.

        They contain the session's id, because browsers separate cookies by host only.
        """
        return {kind: f"{kind}-{self.voting.id[:8]}" for kind in ("room", "console", "watch")}

    def secret(self, request: Request) -> str | None:
        """Return the secret of a participant's browser."""
        found = request.cookies.get(self.cookies["room"])
        return found if identity.is_secret(found) else None

    def person(self, secret: str) -> str:
        """Return the id under which a browser takes part, or would join."""
        return self.voting.place_of(self._own_id(secret))

    def _own_id(self, secret: str) -> str:
        return identity.mark(secret, f"join {self.voting.id}")

    def goes_on_as(self, request: Request) -> str:
        """Return as whom a browser goes on whose entry was made one with another, or “”."""
        secret = self.secret(request) or ""
        is_own = self.person(secret) == self._own_id(secret)
        return "" if is_own else self.me(request).name

    def lost_place(self, request: Request) -> str:
        """Return why a browser that had joined has to join again, in a word, or “”."""
        gone, own = self.voting.gone, self._own_id(self.secret(request) or "")
        at = own
        while at not in gone and at in self.voting.merged:
            at = self.voting.merged[at]
        return ("moved" if gone[at] else "off") if at in gone else ""

    def ballot(self, secret: str, question: str) -> str:
        """Return the id of a browser's ballots on one question."""
        return identity.mark(secret, f"vote {self.voting.id} {question}")

    def has_joined(self, request: Request) -> bool:
        secret = self.secret(request)
        return secret is not None and self.person(secret) in self.voting.people

    def me(self, request: Request) -> Person:
        """Return who takes part with this browser, as far as is known."""
        return self.voting.people.get(self.person(self.secret(request) or ""), Person())

    def needs_table(self, request: Request) -> bool:
        """Return whether the person of this browser has yet to choose a table."""
        tables = self.voting.tables
        return bool(tables) and self.me(request).table not in tables

    def slip_of(self, request: Request, at: Round) -> Slip | None:
        """Return the ballot of this browser's person in a round, if they have voted."""
        me = self.me(request)
        name = name_key(me.name)
        named = (s for s in at.slips.values() if name and name_key(s.name) == name)
        own = at.slips.get(self.ballot(self.secret(request) or "", at.question))
        is_mine = own is not None and name_key(own.name) == name
        return own if is_mine else next(named, None)

    def may_have_voted(self, request: Request, at: Round) -> bool:
        """Return whether the person of this browser may have voted elsewhere.

        Without names nobody can tell. Who came back while the vote was open may have, if one of
        their role voted. Who stayed is known, unless that vote was cast at another address, where
        a phone has another place, or their role has as many votes as people.
        """
        secret, me, voting = self.secret(request) or "", self.me(request), self.voting
        person, left_at = self.person(secret), voting.left_at(me.role)
        said, own = self._sure.get(person, 0), self.ballot(secret, at.question)
        if left_at <= said or own in at.slips:
            return False
        phones = {b: s for b, s in at.slips.items() if not s.without_phone and s.role == me.role}
        hosts = {
            self._cast_at.get((at.number, ballot))
            for ballot, slip in phones.items()
            if slip.table == me.table
        }
        if hosts and voting.back_at(person) > max(said, at.opened):
            return True
        moved = left_at > at.opened and not hosts <= {request.url.hostname}
        return moved or len(phones) >= voting.joined_as(me.role)

    def voted_here(self, request: Request, ask: tuple[str, int], *, sure: bool) -> None:
        """Note where a ballot was cast, and whether its person was sure."""
        secret = self.secret(request) or ""
        self._cast_at[ask[1], self.ballot(secret, ask[0])] = request.url.hostname or ""
        if sure:
            self._sure[self.person(secret)] = self.voting.seq

    def is_kept_for(self, request: Request) -> bool:
        """Return whether somebody else handed in the vote of this browser's person."""
        at = self.voting.current
        if at is None or at.status == "revealed" or self.voting.privacy != "named":
            return False
        slip = self.slip_of(request, at)
        return slip is not None and slip.without_phone

    def console_pass(self) -> str:
        """Return the facilitator's cookie, which is derived from the key."""
        return identity.mark(self.keys.facilitator, f"console {self.voting.id}")

    def watch_pass(self) -> str:
        return identity.mark(self.keys.facilitator, f"watch {self.voting.id} {self.keys.code}")

    def is_facilitator(self, request: Request) -> bool:
        given = request.cookies.get(self.cookies["console"], "")
        return identity.same(given, self.console_pass())

    def may_watch(self, request: Request) -> bool:
        given = request.cookies.get(self.cookies["watch"], "")
        watching = identity.same(given, self.watch_pass())
        return watching or self.is_facilitator(request) or self.has_joined(request)

    def form_token(self, request: Request, secret: str | None = None) -> str:
        """Return the token of a form, which stops other sites from sending it."""
        return identity.mark(secret or self.secret(request) or "nobody", "form")

    def check_form(self, request: Request, token: str) -> None:
        """Raise `Refused` for a form that is not from our page in this browser."""
        secret = self.secret(request)
        if secret is None and not request.cookies:
            raise Refused("cookies-blocked", 403)
        if secret is None or not identity.same(token, self.form_token(request)):
            raise Refused("form-stale", 403)

    def check_facilitator(self, request: Request, token: str) -> None:
        """Raise `Refused` for a form that the facilitator did not send."""
        if not self.is_facilitator(request):
            raise Refused("not-facilitator", 403)
        self.check_form(request, token)

    def check_code(self, request: Request, typed: str) -> None:
        """Raise `Refused` for a wrong join code, or after too many attempts."""
        self.check(request, identity.read_code(typed), self.keys.code, "code-wrong")

    def check(self, request: Request, given: str, expected: str, word: str) -> None:
        """Raise `Refused` if a secret is wrong, or was wrong too often lately.

        `word` is the key of the reason for a wrong secret.
        """
        who = request.client.host if request.client else "?"
        if self.tries.too_many(who):
            raise Refused("too-many", 429)
        if not identity.same(given, expected):
            self.tries.wrong(who)
            raise Refused(word, 403)

    # -- answers -------------------------------------------------------------------------------

    def page(
        self, request: Request, template: str, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """Return a page, and set a secret in its browser."""
        secret = self.secret(request) or identity.new_secret()
        self._see(request)
        token = self.form_token(request, secret)

        def form_token() -> Markup:
            return Markup('<input type="hidden" name="form" value="{}">').format(token)

        shown: dict[str, Any] = {
            "form_token": form_token,
            "lang": self.content.language,
            "leads": self.leads,
            "model": self.session.answers.model,
            "poll": None,
            "state": self.voting,
            "terms": self.terms,
            "token": token,
            "word": self.word,
        }
        html = templates().get_template(template).render(shown | values)
        answer = HTMLResponse(html, status)
        if self.secret(request) is None:
            self.set_cookie(answer, "room", secret)
        return answer

    def _see(self, request: Request) -> None:
        """Count the device that asks, also one whose page stayed open over a restart."""
        client = request.client.host if request.client else ""
        if client and not self.network.is_own(client):
            self.network.is_reached_at(str(request.base_url).rstrip("/"))
            if len(self.devices) < MOST_PAGES:
                self.devices.add(client)

    def set_cookie(self, answer: Response, kind: str, value: str, days: int = 30) -> None:
        """Set a cookie that no script can read."""
        answer.set_cookie(
            self.cookies[kind],
            value,
            max_age=days * 24 * 3600,
            httponly=True,
            samesite="strict" if kind == "console" else "lax",
            path="/",
        )

    @staticmethod
    def to(path: str) -> RedirectResponse:
        """Redirect a browser after a form, so that a reload sends nothing twice."""
        return RedirectResponse(path, 303)

    # -- what the pages show -------------------------------------------------------------------

    def poll(self, key: str) -> Poll:
        """Return a question; one that the content does not have as it was asked that day."""
        try:
            return self.voting.poll(self.content, self.session.answers, key)
        except KeyError:
            asked = self.voting.asked.get(key)
            words = (asked.words if asked else "") or key
            return Poll(key, words, words, "team", (), self.content.teams, sets=key)

    def stage(self) -> str:
        """Return the room's stage in one word, without any vote."""
        at, clock = self.looked_at(), self.clock
        block = f"{clock.ended}/{clock.running.slot.id if clock.running else ''}"
        if self.voting.paused:
            return "paused"
        if at is None:
            return "/".join(("waiting", self.session.answers.model or "", *self.voting.tables))
        if self.live() is None:  # another block has begun
            return f"{at.question}/{block}"
        decided, edits = self.voting.asked[at.question].times_decided, self.voting.edits
        made = self.made(at.question) if at.status == "revealed" else None
        who = made.who if made else ""
        return f"{at.question}/{at.number}/{at.status}/{decided}/{edits}/{who}"

    def now(self) -> datetime.datetime:
        """Return the time in this computer's time zone."""
        return datetime.datetime.now().astimezone()

    def counts(self) -> Mapping[str, int]:
        """Return how many have voted, and of how many."""
        at = self.voting.current
        people = self.voting.known
        if at is None or at.status == "revealed":
            return {"people": people}
        return {"people": people, "voted": len(self.voting.voted(at)), "of": self.voting.expected}

    def people_words(self) -> str:
        """Return how many people are here as a sentence."""
        return self.word("people-count", n=self.voting.known)

    def counts_words(self) -> str:
        """Return the counts as a sentence."""
        counts = self.counts()
        if "voted" not in counts:
            return self.people_words()
        return self.word("voted-count", voted=counts["voted"], n=counts["of"])

    def made(self, key: str) -> Made | None:
        """Return the decision on a question, or None."""
        asked, poll = self.voting.asked[key], self.poll(key)
        record = self.record_of(poll)
        now = asked.decided
        if record is not None and (poll.asks_about == "from-now-on" or not poll.sets):
            now = None  # the record says it, and more
        if now is None and record is None:
            return None
        return Made(
            values=tuple(poll.label(value) for value in now.values) if now else (),
            none=now is not None and not now.values,
            dissent=now.dissent if now else (),
            record=record,
            who=self._who(record) if record else "",
            rule=self._rule(record) if record else "",
            is_answer=bool(poll.sets) and poll.asks_about == "today",
        )

    def record_of(self, poll: Poll) -> Decision | None:
        """Return the recorded decision on a question, also one that is still open."""
        answers = self.session.answers
        alike = recorded_in(answers, recorded_as(poll))
        return (poll.sets and record_on(answers, poll.sets)) or alike or None

    def decisions(self) -> list[tuple[str, Made]]:
        """Return all that was decided, each with its question: first what is on record.

        These are in the order in which the console and the notebooks have them. How it is today is
        recorded too, and nobody decides that; a dissent is listed in any case.
        """
        asked = [(self.poll(key), made) for key in self.voting.asked if (made := self.made(key))]
        found: list[tuple[str, Made]] = []
        for one in self.session.answers.decisions or ():
            voted = [(poll.title, made) for poll, made in asked if made.record == one]
            found += voted or [
                (one.decision, Made((), False, (), one, self._who(one), self._rule(one)))
            ]
        others = [
            (poll, made)
            for poll, made in asked
            if made.record is None and (made.dissent or not poll.sets or poll.asks_about != "today")
        ]
        others.sort(key=lambda one: self.voting.asked[one[0].key].decided_at or self.now())
        return found + [(poll.title, made) for poll, made in others]

    def _who(self, record: Decision) -> str:
        """Return who carries out a decision, and by when, as far as given.

        An owner has one spelling everywhere, as in the pack: the one that was typed first.
        """
        due = date_words(self.content, record.due) if record.due else ""
        typed = (d.owner for d in self.session.answers.decisions or () if d.owner)
        meant = as_compared(record.owner or "")
        owner = next((one for one in typed if as_compared(one) == meant), record.owner)
        if owner and due:
            return self.word("record-both", owner=owner, due=due)
        if owner:
            return self.word("record-owner", owner=owner)
        return self.word("record-due", due=due) if due else self.word("record-nobody")

    def _rule(self, record: Decision) -> str:
        """Return what is done if something happens, as the pack says it."""
        return rule_of(self.content, record) or ""

    def warnings(self) -> list[tuple[tuple[Decision, ...], str]]:
        """Return what the current decisions cause, with those that each is about."""
        answers = self.session.answers
        if not any(d.sets for d in answers.decisions or ()):
            return []
        if self._warned is None or self._warned[0] is not answers:
            self._warned = answers, decision_warnings(assess(answers, self.content))
        return self._warned[1]

    def warnings_on(self, key: str) -> list[str]:
        """Return what a question's own decision causes, or has a part in."""
        record = self.record_of(self.poll(key))
        if record is None:
            return []
        return [words for about, words in self.warnings() if record in about]

    def tally(self, at: Round | None) -> Tally | None:
        """Return the votes of a round, or None before it is revealed."""
        if at is None:
            return None
        if at.question not in self._tallies:
            vote = self.voting.vote(self.content, at.question)
            poll = self.poll(at.question)
            at_tables = bool(self.voting.tables)
            rounds = self.voting.asked[at.question].rounds.values()
            shown = [one for one in rounds if one.status == "revealed"]
            corrected = sum(one.corrected for one in rounds)
            self._tallies[at.question] = (
                None
                if vote is None
                else tally_of(
                    vote,
                    self.content,
                    poll,
                    tables=at_tables,
                    corrected=corrected,
                    who=self.voting.who_chose(self.content, at.question),
                    hides=bool(self.voting.hidden_facts(at.question)),
                    none_again=len(shown) == 2 and len(vote.rounds) == 1,
                )
            )
        return self._tallies[at.question]


def all_tallies(room_state: RoomState) -> list[dict[str, Any]]:
    """Return every revealed question, the widest splits first, free words last.

    What nobody had an answer to comes after all that people differ on.
    """
    found = []
    for asked in room_state.voting.asked.values():
        tally = room_state.tally(asked.latest)
        if tally is not None:
            made = room_state.made(asked.key)
            found.append({"poll": room_state.poll(asked.key), "tally": tally, "made": made})
    in_words = ("text", "dots")

    def place(one: dict[str, Any]) -> tuple[bool, bool, float]:
        tally = one["tally"]
        return one["poll"].kind in in_words, not tally.cast[-1], -tally.split

    return sorted(found, key=place)


def results_of(room_state: RoomState) -> dict[str, Any]:
    """Return what the results page shows: each vote, and what no vote was on.

    That is what the wall has shown among the decisions, as who does what and by when.
    """
    tallies, tasks = all_tallies(room_state), list[tuple[str, Made]]()
    if room_state.decisions_shown:
        voted = [one["made"].record for one in tallies if one["made"]]
        made = room_state.decisions()
        tasks = [(title, one) for title, one in made if one.record and one.record not in voted]
    return {"tallies": tallies, "tasks": tasks}


def timer_of(room_state: RoomState) -> TimerText:
    """Return the timer's texts now."""
    return timer_text(room_state.content, room_state.clock, room_state.now())
