"""Provide `workshop batch`, which makes many packs and shows its progress."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from workshop.cli.terminal import (
    FAILED,
    WRONG_INPUT,
    ContentFolder,
    Edition,
    Fonts,
    Format,
    Paper,
    Shown,
    Strict,
    clear_messages,
    end_replaced,
    err,
    out,
)

if TYPE_CHECKING:
    from workshop.batch.engine import Batch, Outcome, Plan, Workers
    from workshop.batch.source import Source
    from workshop.content.loader import Content
    from workshop.documents.paper import Replacement


class BatchProgress(Shown):
    """Shows how many packs of a batch are done, failed and left."""

    def __init__(self, console: Console) -> None:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
        )

        self._console = console
        self._total = self._done = self._failed = 0
        self._began = 0.0
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"),
            console=console,
            disable=not console.is_terminal,
        )

    def begin(self, todo: int, up_to_date: int) -> None:
        """Print how many packs will be made, and how many are up to date."""
        self._total, self._began = todo, time.monotonic()
        if up_to_date:
            packs = "1 pack is" if up_to_date == 1 else f"{up_to_date} packs are"
            self._console.print(f"{packs} up to date and kept.")
        if todo:
            self._task = self._bars.add_task("packs", total=todo, left="")

    def report(self, outcome: Outcome) -> None:
        """Show the outcome of one pack."""
        self._done += 1
        self._failed += outcome.state != "done"
        left = self._time_left()
        if self._console.is_terminal:
            failed = f"packs, {self._failed} not whole" if self._failed else "packs"
            self._bars.update(self._task, completed=self._done, description=failed, left=left)
            if outcome.state != "done":
                self._bars.print(f"{outcome.name}: {_state(outcome)}", soft_wrap=True)
            return
        parts = [f"{self._done} of {self._total}: {outcome.name}, {_state(outcome)}"]
        self._console.print("; ".join([*parts, left] if left else parts), soft_wrap=True)

    def _time_left(self) -> str:
        """Return in words how long the rest takes at the rate so far."""
        rest = self._total - self._done
        if not rest:
            return ""
        seconds = (time.monotonic() - self._began) / self._done * rest
        if seconds < 90:
            return f"about {max(1, round(seconds))} s left"
        return f"about {round(seconds / 60)} min left"


def _state(outcome: Outcome) -> str:
    if outcome.state == "done":
        return f"{outcome.seconds:.1f} s"
    reasons = "; ".join(map(str, outcome.missing))
    return ("a part is missing: " if outcome.state == "partial" else "no pack: ") + reasons


def batch(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE",
            help="A folder of answers files or sessions, a table (CSV, XLSX), or one of them.",
        ),
    ],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="Folder for packs, ledger and portfolio.")
    ] = Path("build/batch"),
    jobs: Annotated[
        int | None,
        typer.Option("-j", "--jobs", min=1, help="Packs at once; one a core if not given."),
    ] = None,
    formats: Annotated[
        list[Format] | None, typer.Option("--format", help="Only this; may be given again.")
    ] = None,
    editions: Annotated[
        list[Edition] | None,
        typer.Option(
            "--edition",
            help="Only this edition; may be given again. Board and working if not given.",
        ),
    ] = None,
    paper: Annotated[Paper, typer.Option("--paper", help="Paper of the PDFs.")] = Paper.a4,
    fonts: Fonts = None,
    strict: Strict = False,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Go on without the groups that have problems.")
    ] = False,
    timeout: Annotated[
        float, typer.Option(min=1, help="Seconds that a notebook may take.")
    ] = 300.0,
    previous: Annotated[
        Path | None,
        typer.Option(help="An earlier batch (its folder or portfolio.json), to say what changed."),
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler; its workers make the packs.")
    ] = None,
    packs: Annotated[
        str | None,
        typer.Option(help="Where packs go instead: a shared folder, or s3://… and the like."),
    ] = None,
    parquet: Annotated[
        bool, typer.Option("--parquet", help="Write portfolio.parquet too; needs pyarrow.")
    ] = False,
    content: ContentFolder = None,
) -> None:
    """Make a findings pack for each group of teams, and one portfolio of them all."""
    with clear_messages(output):
        from workshop.batch.source import read_source
        from workshop.content.loader import load_content
        from workshop.pack.build import need_libraries

        need_libraries(formats or ())
        if parquet:
            from workshop.findings.output.frames import need_parquet

            need_parquet()

        own = load_content(content)
        found = read_source(source, own)
        for note in found.notes:
            err.print(note, soft_wrap=True)
        _print_problems(found, skip_bad)
        _check_place(packs)
        earlier = _read_previous(previous)
        replaced: list[Replacement] = []
        made = _run(
            found,
            output,
            _workers(scheduler, jobs),
            formats=[f.value for f in formats] if formats else ["pdf", "html", "json"],
            editions=[e.value for e in editions] if editions else ["board", "working"],
            paper=paper.value,
            fonts=fonts or [],
            packs=packs,
            timeout_s=timeout,
            previous=earlier,
            content=own,
            parquet=parquet,
            on_replaced=replaced.append,
        )
    _print_result(made, output)
    end_replaced(replaced, strict)
    if made.failed or (strict and made.replaced):
        raise typer.Exit(FAILED)


def _print_problems(found: Source, skip_bad: bool) -> None:
    """Print every problem of every group; exit unless `--skip-bad` was given."""
    for problem in found.problems:
        err.print(str(problem), soft_wrap=True)
    if not found.problems:
        return
    count = len(found.problems)
    problems = "1 problem" if count == 1 else f"{count} problems"
    if not skip_bad or not found.groups:
        err.print(f"{problems}; nothing was made. Mend them, or leave them out with --skip-bad.")
        raise typer.Exit(WRONG_INPUT)
    err.print(f"{problems}; left out:")
    for where in found.left_out:
        err.print(f"  {where}", soft_wrap=True)


def _check_place(packs: str | None) -> None:
    """Raise `InputError` if packs cannot be copied to their destination."""
    from workshop.batch.engine import is_address
    from workshop.problems import InputError, Problem, need_extra

    if packs is None or not is_address(packs):
        return
    need_extra("cluster", "An address for packs", {"fsspec": "fsspec"})
    import fsspec

    try:
        fsspec.core.url_to_fs(packs)
    except (ImportError, ValueError) as error:
        message = f"Packs cannot be brought there: {error}."
        raise InputError([Problem(message, "--packs", packs)]) from None


def _read_previous(previous: Path | None) -> Any:
    if previous is None:
        return None
    from workshop.portfolio import read_portfolio

    return read_portfolio(previous / "portfolio.json" if previous.is_dir() else previous)


def _workers(scheduler: str | None, jobs: int | None) -> Workers:
    from workshop.batch.engine import DaskWorkers, LocalWorkers, cores

    return DaskWorkers(scheduler) if scheduler else LocalWorkers(jobs or cores())


def _run(
    found: Source,
    output: Path,
    workers: Workers,
    *,
    formats: list[str],
    editions: list[str],
    paper: str,
    fonts: list[str],
    packs: str | None,
    timeout_s: float,
    previous: Any,
    content: Content,
    parquet: bool,
    on_replaced: Callable[[Replacement], None],
) -> Batch:
    from workshop.batch.engine import PACKS, plan_of, run_batch
    from workshop.portfolio import Failed, write_portfolio

    gc.enable()  # a batch may run for hours
    plan: Plan = plan_of(
        output,
        formats=formats,
        editions=editions,
        paper=paper,
        fonts=fonts,
        packs=packs,
        timeout_s=timeout_s,
        content=content,
    )
    groups = {group.name: group for group in found.groups}

    def write(outcomes: Sequence[Outcome]) -> tuple[Path, ...]:
        return write_portfolio(
            output,
            [o.summary for o in outcomes if o.summary is not None],
            [
                Failed(
                    o.name,
                    groups[o.name].answers.organisation or "",
                    groups[o.name].answers.group or "",
                    "; ".join(map(str, o.missing)),
                )
                for o in outcomes
                if o.state != "done"
            ],
            previous=previous,
            content=content,
            paper=paper,
            fonts=tuple(fonts),
            packs=packs or PACKS,
            parquet=parquet,
            on_replaced=on_replaced,
        )

    with BatchProgress(err) as progress:
        return run_batch(
            found.groups,
            output,
            plan,
            workers,
            on_start=progress.begin,
            on_outcome=progress.report,
            write_portfolio=write,
        )


def _print_result(made: Batch, output: Path) -> None:
    done = sum(outcome.state == "done" for outcome in made.made)
    parts = ["1 pack made" if done == 1 else f"{done} packs made"]
    if made.up_to_date:
        parts.append(f"{len(made.up_to_date)} kept from before")
    if made.failed:
        parts.append(f"{len(made.failed)} not whole")
    out.print(f"{', '.join(parts)}. The portfolio is in {output}:", soft_wrap=True)
    for file in made.portfolio:
        out.print(f"  {file.relative_to(output)}", soft_wrap=True)
    if made.not_in_source:
        names = ", ".join(made.not_in_source)
        out.print(f"Of an earlier run, and not part of this portfolio: {names}.", soft_wrap=True)
    for outcome in made.failed:
        for trouble in outcome.missing:
            err.print(f"{outcome.name}: {trouble}", soft_wrap=True)
    for outcome in made.replaced:
        for trouble in outcome.replaced:
            err.print(f"{outcome.name}: {trouble}", soft_wrap=True)
    if made.failed:
        err.print("The same command tries again what is not whole, and only that.")
