"""Write everything in one thread, several actions in each transaction."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from workshop.forms.polls import Refused
from workshop.problems import SessionTrouble
from workshop.room.commands import BoxChange, RoomCommands
from workshop.session import Event, Serving, Session
from workshop.session.store import BEAT
from workshop.session.voting import Voting

Act = Callable[[RoomCommands], Any]
News = Callable[[tuple[Event, ...], list[BoxChange]], None]
MOST_AT_ONCE = 64
LOOK_EVERY = 0.5
"""Seconds between two looks for events of other programs."""


@dataclass
class _Job:
    act: Act | None
    alone: Callable[[], Any] | None
    result: asyncio.Future[Any]


class Writer:
    """Writes actions from the event loop, and passes news back to it.

    `news` and each action's result reach the loop only once they are on disk, in one call: whoever
    sees that a vote is kept sees a room that has it.
    """

    def __init__(self, session: Session, news: News, serving: Serving | None = None) -> None:
        self._session, self._content, self._news = session, session.content, news
        self._serving, self._due = serving, 0.0
        self._stale = self._unsettled = False
        self._state = Voting.of(session.since(0), session.box())
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="room-writer", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._last_seq = 0
        self.gone = False
        """Whether the session was deleted; nothing is read or written afterwards."""

    def start(self) -> None:
        """Start the thread; called on the event loop."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def stop(self) -> None:
        """Write what is queued, then stop."""
        self._jobs.put(None)
        self._thread.join()

    def announce(self, serving: Serving) -> None:
        """Record another address of the room, soon."""
        self._serving, self._due = serving, 0.0

    async def do(self, act: Act) -> Any:
        """Carry out an action; return its result once it is on disk.

        Raises `Refused`, or `SessionError` if it could not be written; then nothing was.
        """
        return await self._wait(_Job(act, None, asyncio.get_running_loop().create_future()))

    async def do_alone(self, act: Callable[[], Any]) -> Any:
        """Run a function on the session that opens its own transaction."""
        return await self._wait(_Job(None, act, asyncio.get_running_loop().create_future()))

    async def _wait(self, job: _Job) -> Any:
        self._jobs.put(job)
        return await job.result

    # -- in the thread ------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            self._announce()
            try:
                first = self._jobs.get(timeout=LOOK_EVERY)
            except queue.Empty:
                self._look()
                self._settle()
                continue
            jobs: list[_Job | None] = [first]
            while len(jobs) < MOST_AT_ONCE and not self._jobs.empty():
                jobs.append(self._jobs.get())
            self._serve([j for j in jobs if j is not None])
            if None in jobs:
                self._serve_no_more()
                return

    def _announce(self) -> None:
        """Record at intervals where the room is open, which notebooks show."""
        if self.gone or self._serving is None or time.monotonic() < self._due:
            return
        self._due = time.monotonic() + BEAT
        with suppress(SessionTrouble):
            self._session.serve(self._serving)

    def _serve_no_more(self) -> None:
        if self.gone or self._serving is None:
            return
        with suppress(SessionTrouble):
            self._session.serve(None)
            self._session.checkpoint()

    def _settle(self) -> None:
        """Write the log into the file while nobody votes."""
        if self._unsettled and not self.gone:
            self._unsettled = False
            self._checkpoint(wait=False)

    def _look(self) -> None:
        if self.gone:
            return
        with suppress(SessionTrouble):
            self._session.refresh()
            self._publish([], [])

    def _serve(self, jobs: list[_Job]) -> None:
        if self.gone:
            self._publish([(job, None, Refused("session-gone", 410)) for job in jobs], [])
            return
        together: list[_Job] = []
        for job in jobs:
            if job.act is not None:
                together.append(job)
                continue
            self._write(together)
            together = []
            self._do_alone(job)
        self._write(together)

    def _do_alone(self, job: _Job) -> None:
        assert job.alone is not None  # noqa: S101 (a job is one or the other)
        try:
            result, error = job.alone(), None
        except Exception as caught:
            result, error = None, caught
        self._publish([(job, result, error)], [])

    def _write(self, jobs: list[_Job]) -> None:
        """Write jobs in one transaction, or one by one after an unexpected error."""
        if not jobs:
            return
        done: list[tuple[_Job, Any, Exception | None]] = []
        try:
            self._start_over()
            with self._session.transaction() as transaction:
                self._learn()
                commands = RoomCommands(
                    transaction, self._state, self._content, self._session.answers
                )
                for job in jobs:
                    assert job.act is not None  # noqa: S101
                    try:
                        done.append((job, job.act(commands), None))
                    except Refused as refused:
                        done.append((job, None, refused))
        except Exception as error:
            self._stale = True
            if len(jobs) == 1 or isinstance(error, SessionTrouble):
                self._publish([(job, None, error) for job in jobs], [])
                return
            for job in jobs:
                self._write([job])
            return
        self._unsettled = True
        if any(e.kind == "closed" for e in transaction.events):
            self._checkpoint()
        self._publish(done, commands.changes)

    def _start_over(self) -> None:
        """Reload the state after actions that were not kept."""
        if self._stale:
            self._state = Voting.of(self._session.since(0), self._session.box())
            self._stale = False

    def _checkpoint(self, wait: bool = True) -> None:
        with suppress(SessionTrouble):
            self._session.checkpoint(wait)

    def _learn(self) -> None:
        for event in self._session.since(self._state.seq):
            self._state.apply(event)

    def _publish(
        self, done: list[tuple[_Job, Any, Exception | None]], changes: list[BoxChange]
    ) -> None:
        self._learn()
        events = self._session.since(self._last_seq)
        self._last_seq = events[-1].seq if events else self._last_seq
        if not (done or changes or events):
            return

        def deliver() -> None:
            self._news(events, changes)
            for job, result, error in done:
                if job.result.done():
                    continue
                if error is not None:
                    job.result.set_exception(error)
                else:
                    job.result.set_result(result)

        assert self._loop is not None  # noqa: S101 (started)
        try:
            self._loop.call_soon_threadsafe(deliver)
        except RuntimeError:  # the loop has ended: nobody is left to be told
            return
