"""The command that makes many packs: `workshop batch`."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workshop.terminal import (
    FAILED,
    WRONG_INPUT,
    ContentFolder,
    Format,
    Paper,
    clear_messages,
    err,
    out,
)

if TYPE_CHECKING:
    from workshop.batch.engine import Batch
    from workshop.batch.job import Outcome, Plan
    from workshop.batch.source import Source
    from workshop.batch.workers import Workers


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
    paper: Annotated[Paper, typer.Option("--paper", help="Paper of the PDFs.")] = Paper.a4,
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
    _content: ContentFolder = None,
) -> None:
    """Make a findings pack for each group of teams, and one portfolio over all of them."""
    with clear_messages():
        from workshop.batch.source import read_source
        from workshop.office import check_libraries

        check_libraries(formats or ())

        found = read_source(source)
        for note in found.notes:
            err.print(note, soft_wrap=True)
        _tell_problems(found, skip_bad)
        _check_place(packs)
        earlier = _read_previous(previous)
        made = _run(
            found,
            output,
            _workers(scheduler, jobs),
            formats=[f.value for f in formats] if formats else ["pdf", "html", "json"],
            paper=paper.value,
            packs=packs,
            timeout_s=timeout,
            previous=earlier,
        )
    _tell(made, output)
    if made.failed:
        raise typer.Exit(FAILED)


def _tell_problems(found: Source, skip_bad: bool) -> None:
    """Tell every problem of every group; without `--skip-bad` that is the end."""
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
    """See to it before anything runs that packs can be brought where they are to go."""
    from workshop.batch.job import is_address
    from workshop.model import InputError, Problem

    if packs is None or not is_address(packs):
        return
    try:
        import fsspec
    except ModuleNotFoundError:
        hint = "pip install 'ml-ownership-workshop[cluster]'"
        raise InputError(
            [Problem("fsspec is not installed here.", "--packs", packs, suggestion=hint)]
        ) from None
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
    from workshop.batch.workers import DaskWorkers, LocalWorkers, cores

    return DaskWorkers(scheduler) if scheduler else LocalWorkers(jobs or cores())


def _run(
    found: Source,
    output: Path,
    workers: Workers,
    *,
    formats: list[str],
    paper: str,
    packs: str | None,
    timeout_s: float,
    previous: Any,
) -> Batch:
    from workshop.batch.engine import PACKS, plan_of, run_batch
    from workshop.batch.progress import BatchProgress
    from workshop.portfolio import Failed, write_portfolio

    gc.enable()  # a batch may run for hours
    plan: Plan = plan_of(output, formats=formats, paper=paper, packs=packs, timeout_s=timeout_s)
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
                    "; ".join(map(str, o.troubles)),
                )
                for o in outcomes
                if o.state != "done"
            ],
            previous=previous,
            paper=paper,
            packs=packs or PACKS,
        )

    with BatchProgress(err) as progress:
        return run_batch(
            found.groups,
            output,
            plan,
            workers,
            on_start=progress.begin,
            on_outcome=progress.tell,
            write_portfolio=write,
        )


def _tell(made: Batch, output: Path) -> None:
    done = sum(outcome.state == "done" for outcome in made.made)
    parts = ["1 pack made" if done == 1 else f"{done} packs made"]
    if made.kept:
        parts.append(f"{len(made.kept)} kept from before")
    if made.failed:
        parts.append(f"{len(made.failed)} not whole")
    out.print(f"{', '.join(parts)}. The portfolio is in {output}:", soft_wrap=True)
    for file in made.portfolio:
        out.print(f"  {file.relative_to(output)}", soft_wrap=True)
    if made.strangers:
        names = ", ".join(made.strangers)
        out.print(f"Of an earlier run, and not part of this portfolio: {names}.", soft_wrap=True)
    for outcome in made.failed:
        for trouble in outcome.troubles:
            err.print(f"{outcome.name}: {trouble}", soft_wrap=True)
    if made.failed:
        err.print("The same command tries again what is not whole, and only that.")
