"""A batch's progress: one bar with the time left on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from workshop.batch.job import Outcome


class BatchProgress:
    """Told what there is to do and what became of each pack, it says how far the batch is."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._total = self._done = self._failed = 0
        self._began = 0.0
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"),
            console=console,
            disable=not console.is_terminal,
        )

    def begin(self, todo: int, kept: int) -> None:
        """Say how many packs are to be made, and how many are whole and up to date."""
        self._total, self._began = todo, time.monotonic()
        if kept:
            packs = "1 pack is" if kept == 1 else f"{kept} packs are"
            self._console.print(f"{packs} up to date and kept.")
        if todo:
            self._task = self._bar.add_task("packs", total=todo, left="")

    def tell(self, outcome: Outcome) -> None:
        """Say what became of one pack."""
        self._done += 1
        self._failed += outcome.state != "done"
        left = self._time_left()
        if self._console.is_terminal:
            failed = f"packs, {self._failed} not whole" if self._failed else "packs"
            self._bar.update(self._task, completed=self._done, description=failed, left=left)
            if outcome.state != "done":
                self._bar.print(f"{outcome.name}: {_state(outcome)}", soft_wrap=True)
            return
        parts = [f"{self._done} of {self._total}: {outcome.name}, {_state(outcome)}"]
        self._console.print("; ".join([*parts, left] if left else parts), soft_wrap=True)

    def _time_left(self) -> str:
        """Return about how long the rest takes at the pace so far."""
        rest = self._total - self._done
        if not rest:
            return ""
        seconds = (time.monotonic() - self._began) / self._done * rest
        if seconds < 90:
            return f"about {max(1, round(seconds))} s left"
        return f"about {round(seconds / 60)} min left"

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()


def _state(outcome: Outcome) -> str:
    if outcome.state == "done":
        return f"{outcome.seconds:.1f} s"
    reasons = "; ".join(map(str, outcome.troubles))
    return ("a part is missing: " if outcome.state == "partial" else "no pack: ") + reasons
