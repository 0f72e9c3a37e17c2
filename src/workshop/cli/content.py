"""The commands for own content: `workshop content new` and `workshop content check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workshop.cli.terminal import WRONG_INPUT, clear_messages, err, out

if TYPE_CHECKING:
    from workshop.authoring.translation import Part

content = typer.Typer(
    help="Begin content of your own, and prove it whole.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@content.command(epilog="Example: workshop content new our-content --language fr")
def new(
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet.")],
    language: Annotated[
        str | None,
        typer.Option(help="Also write every sentence to translate, for a language such as “de”."),
    ] = None,
) -> None:
    """Write a folder to begin with: explained, and changing nothing until you edit it."""
    from workshop.authoring.starter import write_starter

    with clear_messages():
        written = write_starter(folder, language)
    out.print(f"{len(written)} files were written to {folder}. Begin with its README.md.")
    out.print(f"Prove it whole:  workshop content check {folder}", soft_wrap=True)
    out.print(f"Use it:          workshop demo --content {folder}", soft_wrap=True)


@content.command(epilog="Example: workshop content check our-content")
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="A folder of own content; the kit's own if not given.")
    ] = None,
    complete: Annotated[
        bool, typer.Option("--complete", help="A text that is not translated is a problem too.")
    ] = False,
) -> None:
    """Prove content whole: names, thresholds, rules, patterns, answers, pages, placeholders."""
    from workshop.authoring.check import check_content

    report = check_content(folder.resolve()) if folder else check_content()
    for problem in report.problems:
        err.print(str(problem), soft_wrap=True)
    if report.translated:
        _report_translation(report.translated)
    missing = sum(len(part.missing) for part in report.translated) if complete else 0
    if report.problems or missing:
        count = len(report.problems) + missing
        err.print("1 problem." if count == 1 else f"{count} problems.")
        raise typer.Exit(WRONG_INPUT)
    found = report.content
    assert found is not None  # noqa: S101 (else there were problems)
    out.print(
        f"Nothing to mend: content {found.version} ({found.language}), "
        f"{len(found.criteria)} criteria, {len(found.rules)} rules, {len(found.drills)} drills.",
        soft_wrap=True,
    )


def _report_translation(parts: tuple[Part, ...]) -> None:
    """Print how much is translated, and what is missing."""
    texts, given = sum(p.texts for p in parts), sum(p.given for p in parts)
    same = sum(p.same for p in parts)
    out.print(f"Translated: {given:,} of {texts:,} texts; {same} of them read as in the kit.")
    for part in parts:
        if part.missing:
            first = ", ".join(part.missing[:3]) + (" …" if len(part.missing) > 3 else "")
            out.print(f"  {part.name}: {len(part.missing)} missing ({first})", soft_wrap=True)
