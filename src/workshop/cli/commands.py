"""Define the `workshop` command."""

from __future__ import annotations

import enum
import gc
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workshop.cli import batch, live, planning
from workshop.cli.planning import content as content_commands
from workshop.cli.terminal import (
    FAILED,
    WRONG_INPUT,
    ContentFolder,
    Edition,
    Fonts,
    Paper,
    Strict,
    allow_any_character,
    clear_messages,
    end_replaced,
    err,
    out,
    without_plugins,
    write_data,
)

if TYPE_CHECKING:
    from workshop.findings import Assessment
    from workshop.pack.build import Pack

app = typer.Typer(
    name="workshop",
    help="Decide who owns your machine-learning work: answers in, a findings pack out.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


class SchemaName(enum.StrEnum):
    """The published schemas."""

    answers = "answers"
    findings = "findings"
    portfolio = "portfolio"


AnswersFile = Annotated[
    Path, typer.Argument(metavar="ANSWERS", help="An answers file (YAML or JSON).")
]
Target = Annotated[Path, typer.Option("-o", "--output", help="Folder for the pack.")]
Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        help="Only this: pdf, html, json, slides, docx, pptx, or what a package adds. "
        "May be given again.",
    ),
]
Editions = Annotated[
    list[Edition] | None,
    typer.Option("--edition", help="Only this edition; may be given again."),
]
PaperSize = Annotated[Paper, typer.Option("--paper", help="Paper of the PDF.")]


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        from workshop.files import __version__

        out.print(__version__)
        raise typer.Exit


@app.command(epilog="Example: workshop demo -o build/demo")
def demo(
    output: Target = Path("build/demo"),
    name: Annotated[
        str, typer.Option("--example", help="Which packaged example.")
    ] = "tidewater-retail",
    editions: Editions = None,
    formats: Formats = None,
    paper: PaperSize = Paper.a4,
    fonts: Fonts = None,
    strict: Strict = False,
    content: ContentFolder = None,
) -> None:
    """Make the findings pack of a packaged example."""
    from workshop.files import example, folder

    path = example(name)
    if not path.is_file() or Path(name).name != name:
        names = ", ".join(sorted(p.stem for p in folder("examples").glob("*.yaml")))
        err.print(f"No example is called {name}. Allowed: {names}.", soft_wrap=True)
        raise typer.Exit(WRONG_INPUT)
    _make_pack(path, output, editions, formats, paper, fonts, strict, content)


@app.command(epilog="Example: workshop pack answers.yaml -o build/our-pack --paper letter")
def pack(
    answers: AnswersFile,
    output: Target = Path("build/pack"),
    editions: Editions = None,
    formats: Formats = None,
    paper: PaperSize = Paper.a4,
    fonts: Fonts = None,
    strict: Strict = False,
    content: ContentFolder = None,
) -> None:
    """Run the seven notebooks on an answers file and write the findings pack."""
    _make_pack(answers, output, editions, formats, paper, fonts, strict, content)


@app.command(epilog="Example: workshop check answers.yaml examples")
def check(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…", help="Answers files, tables (CSV, XLSX), sessions, or folders of them."
        ),
    ],
    content: ContentFolder = None,
) -> None:
    """List every problem of answers: line or row, name, value, allowed values."""
    from workshop.answers.reading import answers_files
    from workshop.batch.source import SESSION, TABLES, read_source
    from workshop.content.loader import load_content
    from workshop.problems import InputError

    problems = 0
    with clear_messages():
        own = load_content(content)
        paths = answers_files(files, (*TABLES, SESSION))
    for path in paths:
        try:
            source = read_source(path, own)
            found = source.problems
        except InputError as error:
            found = error.problems
        problems += len(found)
        for problem in found:
            err.print(str(problem), soft_wrap=True)
        if not found:
            count = len(source.groups)
            what = "1 group" if count == 1 else f"{count} groups"
            if path.suffix.lower() not in TABLES:
                known = sum(len(group.answers.to_parameters()) for group in source.groups)
                what = "1 answer" if known == 1 else f"{known} answers"
            out.print(f"{path}: nothing to mend, {what}.", soft_wrap=True)
            for note in source.notes:
                out.print(note, soft_wrap=True)
    if problems:
        err.print("1 problem." if problems == 1 else f"{problems} problems.")
        raise typer.Exit(WRONG_INPUT)


@app.command(epilog="Example: workshop findings answers.yaml --json > findings.json")
def findings(
    answers: AnswersFile,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print findings.json instead of text.")
    ] = False,
    content: ContentFolder = None,
) -> None:
    """Print what follows from an answers file, without running a notebook."""
    with without_plugins():
        from workshop.answers.reading import read_answers
        from workshop.content.loader import load_content
        from workshop.findings import assess

    with clear_messages():
        own = load_content(content)
        assessment = assess(read_answers(answers, own), own)
    if as_json:
        from workshop.findings.output.report import to_json

        write_data(to_json(assessment))
        return
    from workshop import exhibits
    from workshop.documents.text import blocks_to_text
    from workshop.findings.output.display import labels_of

    width, labels = min(out.width, 100), labels_of(assessment.content)
    pages = [exhibits.board_decision(assessment, drawn=False), exhibits.verdicts(assessment)]
    found = {f.part for f in assessment.findings}
    pages += [exhibits.findings(assessment, part) for part in sorted(found)]
    pages.append(exhibits.open_questions(assessment))
    for page in pages:
        out.print(blocks_to_text(page.blocks, width, labels) + "\n", soft_wrap=True)


@app.command(epilog="Example: workshop schema answers > answers.schema.json")
def schema(
    name: Annotated[SchemaName, typer.Argument(help="Which one.")],
    content: ContentFolder = None,
) -> None:
    """Print a JSON Schema: of answers files, findings.json or portfolio.json."""
    if name is SchemaName.portfolio:
        from workshop.portfolio.record import schema_text as portfolio_schema

        write_data(portfolio_schema())
        return
    from workshop.content.loader import load_content
    from workshop.findings.output.report import Name, schema_text

    with clear_messages():
        which: Name = "findings" if name is SchemaName.findings else "answers"
        write_data(schema_text(which, load_content(content)))


app.command(
    "agenda", epilog="Example: workshop agenda --minutes 240 --people 12 -o build/agenda.pdf"
)(planning.agenda)
app.command("print", epilog="Example: workshop print ballots handout --people 10 -o build/printed")(
    planning.print_material
)
app.command("import", epilog="Example: workshop import survey.xlsx")(planning.import_survey)
app.add_typer(content_commands, name="content")
app.add_typer(live.web, name="web")
app.command("batch", epilog="Example: workshop batch examples/portfolio.csv -o build/portfolio")(
    batch.batch
)
app.command(
    "lab", epilog="Example: workshop lab our-workshop --from examples/tidewater-retail.yaml"
)(live.lab)
app.command("app", epilog="Example: workshop app our-workshop")(live.app)
app.command("start", epilog="Example: workshop start our-workshop --privacy role")(live.start)
app.command("room", epilog="Example: workshop room our-workshop/session.workshop --privacy role")(
    live.room
)
app.command("answers", epilog="Example: workshop answers our-workshop/session.workshop -o a.yaml")(
    live.answers
)


def _make_pack(
    path: Path,
    output: Path,
    editions: list[Edition] | None,
    formats: list[str] | None,
    paper: Paper,
    fonts: list[str] | None,
    strict: bool,
    folder: Path | None,
) -> None:
    from workshop.files import preload
    from workshop.kernels import warm_up

    with without_plugins():
        # Before anything else is imported: the imports of the notebooks' server run beside ours.
        warm_up(preload(headless=True), one_thread=True)
        from workshop.answers.reading import read_answers
        from workshop.content.loader import load_content

    with clear_messages(output):
        content = load_content(folder)
        answers = read_answers(path, content)
        from workshop.cli.terminal import Progress

        with Progress(err) as progress:
            from workshop.pack.build import EDITIONS, USUAL, build_pack

            made = build_pack(
                answers,
                output,
                formats=formats or USUAL,
                editions=[e.value for e in editions] if editions else EDITIONS,
                paper=paper.value,
                fonts=fonts or (),
                content=content,
                on_progress=progress,
            )
    _print_result(made)
    end_replaced(made.replaced, strict)
    if made.failed:
        raise typer.Exit(FAILED)


def _print_result(made: Pack) -> None:
    from workshop.findings.patterns.advice import headline

    assessment: Assessment = made.assessment
    words = assessment.content.words
    out.print(f"The pack is in {made.folder}:", soft_wrap=True)
    for file in made.files:
        if file.parent == made.folder:
            out.print(f"  {file.relative_to(made.folder)}")
    out.print(f"  notebooks/ ({len(made.runs)} executed)")
    out.print(f"\n{headline(assessment)}", soft_wrap=True)
    if assessment.top_risks:
        urgent = assessment.top_risks[0].severity == "critical"
        title = words("board.top-risks" if urgent else "board.top-risks-other")
        out.print(f"\n{title}:", soft_wrap=True)
    for finding in assessment.top_risks:
        label = words(f"common.severity-{finding.severity}")
        out.print(f"  {label}: {finding.statement}", soft_wrap=True)
    for run in made.failed:
        problem = run.error
        assert problem is not None  # noqa: S101 (that is what failed means)
        err.print(
            f"{run.name} could not be finished: cell {problem.cell_index + 1}, "
            f"{problem.ename}: {problem.evalue}",
            soft_wrap=True,
        )


def main() -> None:
    """Run the command; let Ctrl-C end it quietly."""
    allow_any_character()
    gc.disable()  # a process of a few seconds: what would be collected goes with it
    try:
        app()
    except KeyboardInterrupt:
        err.print("Stopped; nothing was written over.")
        raise SystemExit(130) from None
    finally:
        gc.freeze()  # or Python would look through all of it once more at the end


if __name__ == "__main__":
    main()
