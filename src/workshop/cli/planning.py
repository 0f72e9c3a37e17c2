"""Provide the commands `agenda`, `print` and `content`."""

from __future__ import annotations

import enum
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workshop.cli.live import PrivacyName, refuse
from workshop.cli.terminal import (
    WRONG_INPUT,
    ContentFolder,
    Fonts,
    Paper,
    Strict,
    clear_messages,
    end_replaced,
    err,
    out,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from workshop.answers.schema import Answers
    from workshop.authoring.translation import Part
    from workshop.content.loader import Content
    from workshop.documents.paper import Replacement
    from workshop.forms.agenda import Plan
    from workshop.problems import Problem

_ENDINGS = (".pdf", ".html", ".txt")


class FocusName(enum.StrEnum):
    """The topic that gets most of the time."""

    ownership = "ownership"
    patterns = "patterns"
    on_call = "on-call"
    handoffs = "handoffs"
    decisions = "decisions"


def agenda(
    minutes: Annotated[int, typer.Option(help="How long it may take, breaks included.")] = 90,
    people: Annotated[int, typer.Option(help="How many people take part.")] = 10,
    focus: Annotated[FocusName | None, typer.Option(help="What most of the time is for.")] = None,
    start: Annotated[str, typer.Option(metavar="HH:MM", help="When it begins.")] = "09:00",
    remote: Annotated[bool, typer.Option("--remote", help="On screens, not in one room.")] = False,
    earlier: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="SESSION",
            help="Plan by the minutes that an earlier workshop took: its session or answers file.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Write it as .pdf, .html or .txt; else it is printed."),
    ] = None,
    paper: Annotated[Paper, typer.Option("--paper", help="Paper of the PDF.")] = Paper.a4,
    fonts: Fonts = None,
    strict: Strict = False,
    content: ContentFolder = None,
) -> None:
    """Plan a workshop: blocks with times and breaks, and what to drop when late."""
    if output is not None and output.suffix.lower() not in _ENDINGS:
        message = f"-o: {output.name} has to end in {', '.join(_ENDINGS[:-1])} or {_ENDINGS[-1]}."
        err.print(message, soft_wrap=True)
        raise typer.Exit(WRONG_INPUT)
    begins = _time_of_day(start)
    with clear_messages(output):
        from workshop.content.loader import load_content
        from workshop.files import write_files
        from workshop.forms.agenda import Wish, plan_agenda

        own = load_content(content)
        pace = _pace(earlier, own) if earlier is not None else {}
        wish = Wish(minutes, people, focus.value if focus else None, remote, pace)
        plan = plan_agenda(own, wish)
        if output is None:
            out.print(_as_text(own, plan, begins, min(out.width, 100)), soft_wrap=True)
            return
        ending = output.suffix.lower()
        replaced: list[Replacement] = []
        made = _as_file(own, plan, begins, ending, paper, fonts, on_replaced=replaced.append)
        write_files({output: made})
        out.print(f"{output}: {minutes} minutes for {people} people.", soft_wrap=True)
        end_replaced(replaced, strict)


def _time_of_day(typed: str) -> int:
    """Return a time of day in minutes after midnight."""
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", typed.strip())
    if not found:
        err.print(f"--start: “{typed}” is no time of day. Write it as 09:00.", soft_wrap=True)
        raise typer.Exit(WRONG_INPUT)
    return 60 * int(found[1]) + int(found[2])


def _pace(place: str, content: Content) -> Mapping[str, float]:
    """Return how many times longer than planned each block took.

    Raises `InputError` if no minutes were recorded.
    """
    from workshop.forms.agenda import pace_of
    from workshop.problems import InputError, Problem

    pace = pace_of(_answers_at(place, content).agenda or ())
    if not pace:
        hint = "Minutes are kept by the timer of the room or of the notebooks."
        raise InputError([Problem("No minutes were kept here.", where=place, suggestion=hint)])
    return pace


def _answers_at(place: str, content: Content) -> Answers:
    """Return the answers of an answers file or of a session."""
    from workshop.answers.reading import read_answers
    from workshop.session import Session

    if Path(place).suffix.lower() in (".yaml", ".yml", ".json"):
        return read_answers(Path(place), content)
    session = Session.open(place, create=False, content=content)
    try:
        return session.answers_with_votes()
    finally:
        session.close()


def _as_text(content: Content, plan: Plan, start: int, width: int) -> str:
    from workshop.documents.text import blocks_to_text
    from workshop.print.runsheet import agenda_blocks

    return blocks_to_text(agenda_blocks(content, plan, start, picture=False), width)


def _as_file(
    content: Content,
    plan: Plan,
    start: int,
    ending: str,
    paper: Paper,
    fonts: list[str] | None,
    on_replaced: Callable[[Replacement], None],
) -> bytes:
    from workshop.documents.page import blocks_to_page
    from workshop.documents.paper import PageSetup, blocks_to_pdf
    from workshop.findings.output.display import labels_of
    from workshop.print.runsheet import agenda_blocks, title

    if ending == ".txt":
        return (_as_text(content, plan, start, 80) + "\n").encode()
    blocks = agenda_blocks(content, plan, start)
    setup = PageSetup(
        title=title(content, plan),
        language=content.language,
        paper=paper.value,
        labels=labels_of(content),
        fonts=tuple(fonts or ()),
    )
    if ending == ".html":
        return blocks_to_page(blocks, setup).encode()
    return blocks_to_pdf(blocks, setup, on_replaced)


class What(enum.StrEnum):
    """The material that can be printed."""

    ballots = "ballots"
    pattern_cards = "pattern-cards"
    poster = "poster"
    duty_board = "duty-board"
    drills = "drills"
    value_stream = "value-stream"
    decision_cards = "decision-cards"
    run_sheet = "run-sheet"
    handout = "handout"
    all = "all"


class Size(enum.StrEnum):
    """The paper to print on."""

    a4 = "a4"
    a3 = "a3"
    letter = "letter"


def print_material(
    what: Annotated[
        list[What] | None, typer.Argument(metavar="WHAT", help="What to print; else all of it.")
    ] = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the PDFs.")] = Path(
        "build/printed"
    ),
    paper: Annotated[
        Size | None,
        typer.Option(help="Paper; else A3 for the poster and the duty board, A4 for the rest."),
    ] = None,
    answers: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Session or answers file: the model, and team names for ballots and chips.",
        ),
    ] = None,
    people: Annotated[
        int, typer.Option(min=0, max=200, help="Ballots for so many; else a sheet of each to copy.")
    ] = 0,
    privacy: Annotated[
        PrivacyName, typer.Option(help="Ballots: ask for name and role, the role, or nothing.")
    ] = PrivacyName.role,
    tables: Annotated[
        str | None,
        typer.Option(help="Ballots: tables to tick, by their names with commas or their number."),
    ] = None,
    minutes: Annotated[int, typer.Option(help="Run sheet: how long it may take.")] = 90,
    focus: Annotated[
        FocusName | None, typer.Option(help="Run sheet: what most of the time is for.")
    ] = None,
    remote: Annotated[
        bool, typer.Option("--remote", help="Run sheet: on screens, not in one room.")
    ] = False,
    start: Annotated[
        str, typer.Option(metavar="HH:MM", help="Run sheet: when it begins.")
    ] = "09:00",
    fonts: Fonts = None,
    strict: Strict = False,
    content: ContentFolder = None,
) -> None:
    """Print ballots, cards, poster, board, scripts, run sheet and handout, as PDFs."""
    at = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", start.strip())
    if at is None:
        err.print(f"--start: “{start}” is no time of day. Write it as 09:00.", soft_wrap=True)
        raise typer.Exit(WRONG_INPUT)
    with clear_messages(output):
        from workshop.answers.schema import Answers
        from workshop.content.loader import load_content
        from workshop.print.make import make
        from workshop.print.material import Order, PaperName, ballot_sheets

        own = load_content(content)
        replaced: list[Replacement] = []
        order = Order(
            own,
            _answers_at(answers, own) if answers is not None else Answers(),
            people=people,
            privacy=privacy.value,
            tables=_tables(own, tables) if tables is not None else (),
            minutes=minutes,
            focus=focus.value if focus else None,
            remote=remote,
            start=60 * int(at[1]) + int(at[2]),
            fonts=tuple(fonts or ()),
            on_replaced=replaced.append,
        )
        names = [w.value for w in what or (What.all,)]
        chosen: PaperName | None = paper.value if paper is not None else None
        if {What.ballots, What.all} & {*names}:
            _warn_of_ballots(ballot_sheets(replace(order, paper=chosen or order.paper)))
        files = make(names, output, order, chosen)
    out.print(f"Ready to be printed, in {output}:", soft_wrap=True)
    for file in files:
        out.print(f"  {file.name}")
    if any(file.name == "pattern-cards.pdf" for file in files):
        out.print("Print the pattern cards on both sides, turned on the long edge.")
    end_replaced(replaced, strict)


def _tables(content: Content, typed: str) -> tuple[str, ...]:
    """Return the tables of the room as `workshop room` reads them."""
    from workshop.forms.polls import Refused
    from workshop.room.commands import read_tables

    try:
        return read_tables(content, typed)
    except Refused as refused:
        refuse(content, refused.word, **refused.values)


MANY_SHEETS = 100
"""The most sheets of ballots that are made without a warning."""


def _warn_of_ballots(sheets: Mapping[str, int]) -> None:
    """Warn before there are more ballots than anybody wants to print."""
    if (total := sum(sheets.values())) <= MANY_SHEETS:
        return
    each = ", ".join(f"{name} {n}" for name, n in sheets.items())
    err.print(
        f"These are {total} sheets of ballots: {each}. Print ballots.pdf, which has the votes of "
        "the workshop. Print the other two only for drills and questions that you will use.",
        soft_wrap=True,
    )


def import_survey(
    file: Annotated[Path, typer.Argument(help="The export of a survey: CSV, TSV, XLSX or ODS.")],
    mapping: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What the questions are taken for, once confirmed."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="The mapping or the table to write; else beside it."),
    ] = None,
    content: ContentFolder = None,
) -> None:
    """Match the export of a survey to answers: a mapping to confirm, then a table."""
    with clear_messages(output):
        from workshop.answers.survey import NAMES, apply, propose, read_mapping, recognise
        from workshop.answers.table import read_table
        from workshop.content.loader import load_content
        from workshop.files import write_files
        from workshop.problems import InputError, Problem

        own = load_content(content)
        survey = recognise(file)
        count = f"{len(survey.rows)} rows, {len(survey.questions)} questions"
        out.print(f"{file}: {NAMES[survey.tool]}, {count}.", soft_wrap=True)
        if mapping is None:
            place = output or file.with_suffix(".mapping.yaml")
            if place.exists():
                message = "Something is there already, and nothing is written over."
                hint = f"Use it with --mapping {place}, or choose another name with -o."
                raise InputError([Problem(message, where=str(place), suggestion=hint)])
            write_files({place: propose(survey, own).encode()})
            out.print(f"{place}: look at each question there, and confirm it.", soft_wrap=True)
            return
        place = output or file.with_suffix(".answers.csv")
        write_files({place: apply(survey, read_mapping(mapping)).encode()})
        table = read_table(place, own)
        for problem in table.problems:
            err.print(str(problem), soft_wrap=True)
        good = sum(row.answers is not None for row in table.rows)
        out.print(f"{place}: {good} of {len(table.rows)} rows can be used.", soft_wrap=True)
        if table.problems:
            raise typer.Exit(WRONG_INPUT)


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
    package: Annotated[
        bool,
        typer.Option("--package", help="Write a Python package: content, a rule, an exhibit."),
    ] = False,
) -> None:
    """Write a folder of own content to begin with, which changes nothing yet."""
    from workshop.authoring.translation import package_name, write_package, write_starter

    if package:
        with clear_messages():
            made, name = write_package(folder), package_name(folder)
        out.print(f"{len(made)} files were written to {folder}. Begin with its README.md.")
        out.print(f"Install it:      pip install -e {folder}", soft_wrap=True)
        out.print(f"Prove it whole:  workshop content check {name}", soft_wrap=True)
        out.print(f"Use it:          workshop demo --content {name}", soft_wrap=True)
        return
    with clear_messages():
        written = write_starter(folder, language)
    out.print(f"{len(written)} files were written to {folder}. Begin with its README.md.")
    out.print(f"Prove it whole:  workshop content check {folder}", soft_wrap=True)
    out.print(f"Use it:          workshop demo --content {folder}", soft_wrap=True)


@content.command(epilog="Example: workshop content check our-content")
def check(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="A folder of own content, or its name in a package; else the kit's own."
        ),
    ] = None,
    complete: Annotated[
        bool, typer.Option("--complete", help="A text that is not translated is a problem too.")
    ] = False,
    wording: Annotated[
        bool, typer.Option("--wording", help="Print every hint on wording, not only the first.")
    ] = False,
) -> None:
    """Check content: names, thresholds, rules, answers, pages, placeholders, wording."""
    from workshop.authoring.check import check_content
    from workshop.content.loader import place_of

    with clear_messages():
        report = check_content(place_of(folder).resolve()) if folder else check_content()
    for problem in report.problems:
        err.print(str(problem), soft_wrap=True)
    if report.translated:
        _report_translation(report.translated)
    _report_wording(report.hints, None if wording else FEW_HINTS)
    left = sum(len(part.missing) + len(part.unchanged) for part in report.translated)
    missing = left if complete else 0
    if report.problems or missing:
        count = len(report.problems) + missing
        err.print("1 problem." if count == 1 else f"{count:,} problems.")
        raise typer.Exit(WRONG_INPUT)
    found = report.content
    assert found is not None  # noqa: S101 (else there were problems)
    out.print(
        f"Nothing to mend: content {found.version} ({found.language}), "
        f"{len(found.criteria)} criteria, {len(found.rules)} rules, {len(found.drills)} drills.",
        soft_wrap=True,
    )


FEW_HINTS = 5
"""The most hints on wording that are printed, unless all are asked for."""


def _report_wording(hints: Sequence[Problem], most: int | None) -> None:
    """Print sentences to improve, which never fail the check."""
    for hint in hints[:most]:
        out.print(f"Hint: {hint}", soft_wrap=True)
    if most is not None and len(hints) > most:
        out.print(f"{len(hints) - most} more hints on wording: --wording prints all of them.")


def _report_translation(parts: tuple[Part, ...]) -> None:
    """Print how much is translated, and what is missing."""
    translated, texts = sum(p.translated for p in parts), sum(p.texts for p in parts)
    unchanged, alike = sum(len(p.unchanged) for p in parts), sum(p.alike for p in parts)
    out.print(f"Translated: {translated:,} of {texts:,} texts.")
    if unchanged:
        out.print(f"Still as in the kit: {unchanged:,}.")
    if alike:
        out.print(
            f"As in the kit, which may be right: {alike:,} titles and texts of a word or two."
        )
    for part in parts:
        for names, state in ((part.missing, "missing"), (part.unchanged, "as in the kit")):
            if names:
                first = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
                out.print(f"  {part.name}: {len(names):,} {state} ({first})", soft_wrap=True)
