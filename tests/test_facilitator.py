"""The facilitator's guide tells the truth: headings, minutes, prompts, commands, messages."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import nbformat
import pytest
import typer
import yaml
from typer.main import get_command

from conftest import TOP
from workshop import Answers, Content, assess, exhibits, load_content
from workshop.answers.reading import read_answers
from workshop.cli.commands import app
from workshop.documents.blocks import Heading, plain
from workshop.files import notebooks
from workshop.forms.agenda import Wish, is_brief, plan_agenda
from workshop.print.make import MATERIAL
from workshop.widgets.live import Progress

CONTENT = load_content()
AGENDAS = CONTENT.agenda
GUIDE = TOP / "facilitator"
PAGES = sorted(GUIDE.glob("*.md"))
NOTEBOOKS = notebooks()
# fmt: off
SECTIONS = [
    "Purpose", "Minutes", "Materials", "What to say", "What the screen shows",
    "What a good outcome looks like", "Pitfalls and replies", "If you are late",
]
# fmt: on
WAYS = [(n, remote) for n in AGENDAS.lengths for remote in (False, True)]
USAGE: type[Exception] = typer.BadParameter.__mro__[1]
"""What any wrong use of a command raises."""
by_page = pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
by_notebook = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda p: p.stem)


def page_of(notebook: Path) -> str:
    return (GUIDE / f"{notebook.stem}.md").read_text("utf-8")


def part_of(notebook: Path) -> int:
    return int(notebook.name[:2])


def headings(text: str, level: int) -> list[str]:
    bare = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    return re.findall(rf"^{'#' * level} (.+)$", bare, re.M)


def section(text: str, title: str) -> str:
    return re.split(r"^## ", text.split(f"\n## {title}\n", 1)[1], flags=re.M)[0]


def one_line(text: str) -> str:
    return " ".join(text.split())


def quotes(text: str) -> list[str]:
    """Return what is to be read aloud: each quoted paragraph as one line."""
    found: list[str] = [""]
    for line in text.splitlines():
        if line.startswith("> "):
            found[-1] += f" {line[2:]}"
        elif found[-1]:
            found.append("")
    return [one_line(q) for q in found if q]


def tables(text: str) -> list[list[list[str]]]:
    """Return the tables of a page, each as rows of cells without the line under the head."""
    found: list[list[list[str]]] = [[]]
    for line in text.splitlines():
        if line.startswith("|"):
            found[-1].append([cell.strip() for cell in line.strip("|").split("|")])
        elif found[-1]:
            found.append([])
    return [[t[0], *t[2:]] for t in found if t]


def commands(text: str) -> Iterator[list[str]]:
    """Yield each command of the kit that stands in a block of a page, as its words."""
    for block in re.findall(r"^```(?:text|sh)\n(.*?)^```", text, re.M | re.S):
        for line in block.replace("\\\n", " ").splitlines():
            if line.startswith("workshop "):
                yield shlex.split(line)[1:]


# -- the folder ----------------------------------------------------------------------------------


def test_every_notebook_has_a_page_of_its_own_name() -> None:
    names = {p.stem for p in PAGES}
    assert {n.stem for n in NOTEBOOKS} <= names
    assert {p.stem for p in PAGES if re.match(r"0[1-7]", p.stem)} == {n.stem for n in NOTEBOOKS}


def test_the_map_leads_to_every_page() -> None:
    text = (GUIDE / "README.md").read_text("utf-8")
    for page in PAGES:
        assert page.name == "README.md" or f"]({page.name})" in text, page.name


@by_page
def test_links_lead_to_pages_and_headings_that_are_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        assert ":" not in target, f"{target}: without a network it leads nowhere"
        name, _, anchor = target.partition("#")
        path = GUIDE / name if name else page
        assert path.is_file(), target
        if anchor:
            text = path.read_text("utf-8")
            titles = [t for level in (1, 2, 3) for t in headings(text, level)]
            slugs = {re.sub(r"[^\w\- ]", "", t.lower()).replace(" ", "-") for t in titles}
            assert anchor in slugs, target


# -- pages of notebooks --------------------------------------------------------------------------


@by_notebook
def test_a_page_has_the_same_sections_as_all_others(notebook: Path) -> None:
    assert headings(page_of(notebook), 2) == SECTIONS


class Recorder:
    """Stands for the page of a notebook and keeps the headings that it would show."""

    def __init__(self, content: Content) -> None:
        given = [read_answers(p) for p in sorted((TOP / "examples").glob("*.yaml"))]
        self.found = [assess(answers, content) for answers in (Answers(), *given)]
        self.steps = {step.id: step.title for step in content.steps}
        self.headings: list[set[str]] = []

    def ask(self, step: str) -> None:
        self.headings.append({self.steps[step]})

    def make_pack(self) -> None:
        self.headings.append({CONTENT.words("steps.pack-title")})

    def show(self, make: Any, *args: Any, **options: Any) -> None:
        shown = [make(found, *args, **options).blocks for found in self.found]
        heads = [[b for b in blocks if isinstance(b, Heading)] for blocks in shown]
        self.headings.append(
            {plain(h[0].text) for h in heads if h} or {CONTENT.words("minutes.title")}
        )


@pytest.fixture(scope="module")
def recorder() -> Recorder:
    return Recorder(CONTENT)


@by_notebook
def test_a_page_has_the_headings_of_its_notebook_in_order(
    notebook: Path, recorder: Recorder
) -> None:
    cells = nbformat.read(notebook, as_version=4).cells
    (title,) = headings("\n".join(c.source for c in cells if c.cell_type == "markdown"), 1)
    text = page_of(notebook)
    assert headings(text, 1) == [title]
    recorder.headings = []
    for cell in cells:
        if cell.cell_type == "code" and cell.source.startswith("page."):
            exec(cell.source, {"page": recorder, "exhibits": exhibits})
    titles = headings(section(text, "What the screen shows"), 3)
    for written, allowed in zip_longest(titles, recorder.headings, fillvalue=()):
        assert written in allowed, f"the guide has {written or 'none'}, the notebook {allowed}"


def minutes_table(part: int) -> list[list[str]]:
    """Return the blocks of a notebook with their minutes and their turn to be left out."""
    rows = [["Block", *(f"In {n}" for n in AGENDAS.lengths), "At least", "If time is short"]]
    turns = sorted(b.drop for b in AGENDAS.blocks if b.drop is not None)
    for block in AGENDAS.blocks:
        if block.part == part:
            given = [str(block.minutes.get(n, "–")) for n in AGENDAS.lengths]
            turn = (
                "stays" if block.drop is None else f"goes as number {turns.index(block.drop) + 1}"
            )
            rows.append([block.title, *given, str(block.least), turn])
    return rows


def steps_table(part: int) -> list[list[str]]:
    return [["Step", "Minutes"]] + [
        [s.title, str(s.minutes)] for s in CONTENT.steps if s.part == part
    ]


@by_notebook
def test_the_minutes_of_a_page_are_those_of_the_agendas(notebook: Path) -> None:
    part = part_of(notebook)
    written = tables(section(page_of(notebook), "Minutes"))
    assert written[0] == minutes_table(part)
    assert written[1:] == [steps_table(part)][: len(steps_table(part)) > 1]
    counted = Progress(CONTENT, Answers(), frozenset()).minutes_of(part)
    listed = sum(int(row[-1]) for row in steps_table(part)[1:])
    if listed != counted:  # what the welcome page and the bar of the notebook say
        said = one_line(section(page_of(notebook), "Minutes"))
        assert f"The notebook counts {counted} minutes:" in said


@by_notebook
def test_a_page_quotes_the_prompts_of_its_blocks_as_they_are_printed(notebook: Path) -> None:
    quoted = quotes(section(page_of(notebook), "What to say"))
    prompts = [k for k in CONTENT.words if k.startswith("printed.prompt-")]
    for block in AGENDAS.blocks:
        if block.part == part_of(notebook):
            own = rf"printed\.prompt-{block.id}(-\d)?"
            found = [k for k in prompts if re.fullmatch(own, k)]
            assert found, block.id
            for key in found:
                assert one_line(CONTENT.words(key)) in quoted, key


@by_notebook
def test_a_page_names_everything_that_its_blocks_need(notebook: Path) -> None:
    written = one_line(section(page_of(notebook), "Materials")).lower()
    for block in AGENDAS.blocks:
        if block.part == part_of(notebook):
            for thing in block.materials:
                assert thing.lower() in written, (block.id, thing)


def test_the_page_of_a_block_that_is_too_short_for_its_notebook_says_so_of_the_screen() -> None:
    """Somebody looked for the notebook that the page named, and for its button."""
    for minutes in AGENDAS.lengths:
        for slot in plan_agenda(CONTENT, Wish(minutes, AGENDAS.people.usual)).slots:
            if is_brief(slot):
                block = next(b for b in AGENDAS.blocks if b.id == slot.id)
                (page,) = (n for n in NOTEBOOKS if part_of(n) == block.part)
                shown = one_line(section(page_of(page), "What the screen shows"))
                assert f"In {minutes} minutes: " in shown, slot.id
                begins = one_line(page_of(NOTEBOOKS[0]))
                assert f"*{block.title}* in {minutes} minutes is too short" in begins


# -- agendas -------------------------------------------------------------------------------------


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def agenda_table(length: int, remote: bool) -> list[list[str]]:
    """Return the agenda of a length for the usual number of people, from nine o'clock."""
    rows, at = [["At", "Minutes", "Block"]], 9 * 60
    for slot in plan_agenda(CONTENT, Wish(length, AGENDAS.people.usual, None, remote)).slots:
        if slot.kind == "block":
            title = AGENDAS.block(slot.id).title
        else:
            title = CONTENT.words(f"agenda.{slot.kind}")
        rows.append([clock(at), str(slot.minutes), title])
        at += slot.minutes
    return [*rows, [clock(at), "", CONTENT.words("agenda.end")]]


def test_the_agendas_are_those_that_the_command_plans() -> None:
    written = tables((GUIDE / "agendas.md").read_text("utf-8"))
    assert written[: len(WAYS)] == [agenda_table(*way) for way in WAYS]


def test_what_goes_first_stands_in_its_order() -> None:
    written = tables((GUIDE / "agendas.md").read_text("utf-8"))[-1]
    dropped = sorted((b for b in AGENDAS.blocks if b.drop is not None), key=lambda b: b.drop or 0)
    rows = [[str(n), b.title, str(b.least)] for n, b in enumerate(dropped, 1)]
    assert written == [["Turn", "Block", "At least"], *rows]


# -- the worked example --------------------------------------------------------------------------


def tidewater() -> Answers:
    return read_answers(TOP / "examples" / "tidewater-retail.yaml")


def counts_on_the_page() -> str:
    tide = tidewater()
    return (
        f"{tide.ml_engineers} people who build or run models, {tide.model_teams} teams that "
        f"produce them, {tide.models_in_production} models in production, {tide.queue_weeks:g} "
        "weeks in the queue"
    )


def votes_table() -> list[list[str]]:
    rows = [["Question", "Choice", "First", "Second"]]
    for vote in tidewater().votes or ():
        first, second = ({c.value: c for c in r.choices} for r in vote.rounds)
        for value, choice in first.items():
            label = choice.label[:1].upper() + choice.label[1:]
            rows.append([vote.asked, label, str(choice.count), str(second[value].count)])
    return rows


def decisions_table() -> list[list[str]]:
    rows = [["Decision", "Chosen", "Owner", "By"]]
    for one in tidewater().decisions or ():
        rows.append([one.decision, one_line(str(one.chosen)), str(one.owner), str(one.due)])
    return rows


def test_the_worked_example_tells_what_its_answers_hold() -> None:
    text = (GUIDE / "worked-example.md").read_text("utf-8")
    assert counts_on_the_page() in one_line(text)
    assert tables(text) == [votes_table(), decisions_table()]


def test_the_files_that_the_example_names_are_there() -> None:
    text = (GUIDE / "worked-example.md").read_text("utf-8")
    named = set(re.findall(r"examples/[\w./-]+\.yaml", text))
    assert len(named) == 2
    assert all((TOP / name).is_file() for name in named)


# -- commands and messages -----------------------------------------------------------------------


@by_page
def test_every_command_and_its_options_are_there(page: Path) -> None:
    root = get_command(app)
    for words in commands(page.read_text("utf-8")):
        assert parses(root, words), words


def parses(root: Any, words: list[str]) -> bool:
    """Return whether a command line is understood, its values too; nothing is run."""
    command, rest = root, words
    try:
        while hasattr(command, "commands"):
            if not rest or rest[0] not in command.commands:
                return False
            command, rest = command.commands[rest[0]], rest[1:]
        command.make_context("workshop", list(rest))
    except USAGE:
        return False
    return True


WRONG = ["rooms a", "room", "room a b", "room a --pin", "agenda --minutes few", "content make x"]


@pytest.mark.parametrize("line", WRONG)
def test_a_command_that_is_none_would_be_noticed(line: str) -> None:
    assert not parses(get_command(app), line.split())


@by_page
def test_a_command_within_a_sentence_is_there_too(page: Path) -> None:
    root: Any = get_command(app)
    for line in re.findall(r"`workshop ([^`]+)`", page.read_text("utf-8")):
        words = shlex.split(line)
        assert words[0] in root.commands if len(words) == 1 else parses(root, words), line


def test_there_are_commands_to_be_checked() -> None:
    named = {words[0] for page in PAGES for words in commands(page.read_text("utf-8"))}
    assert {"lab", "room", "print", "agenda", "pack", "answers", "check"} <= named


@pytest.fixture(scope="module")
def messages() -> str:
    """Everything that the kit can say: its words, and the sentences in its code."""
    source = TOP / "src" / "workshop"
    code = "".join(p.read_text("utf-8") for p in sorted(source.rglob("*.py")))
    joined = re.sub(r'"\s*\n\s*f?"', "", code)
    words = "".join(p.read_text("utf-8") for p in sorted((source / "content").rglob("*.yaml")))
    return one_line(f"{joined} {words}")


def test_messages_in_the_list_of_troubles_are_those_of_the_kit(messages: str) -> None:
    text = section((GUIDE / "00-when-it-fails.md").read_text("utf-8"), "What the kit says")
    (rows,) = tables(text)
    assert len(rows) > 10
    for message, *_ in rows[1:]:
        for piece in message.strip("`").split("…"):
            assert piece.strip() in messages, piece


def test_replies_to_troubles_in_the_room_are_those_of_the_run_sheet() -> None:
    text = section((GUIDE / "00-when-it-fails.md").read_text("utf-8"), "What happens in the room")
    (rows,) = tables(text)
    keys = [k.rsplit("-", 1)[1] for k in CONTENT.words if k.startswith("printed.trouble-")]
    printed = [
        [one_line(CONTENT.words(f"printed.{kind}-{n}")) for kind in ("trouble", "reply")]
        for n in sorted(keys, key=int)
    ]
    assert rows[1 : 1 + len(printed)] == printed


PRINTED = {
    "handout": "handout",
    "paper ballots": "ballots",
    "duty board": "duty-board",
    "chips": "duty-board",
    "pattern cards": "pattern-cards",
    "poster": "poster",
    "drill script": "drills",
    "value-stream strip": "value-stream",
    "decision and action cards": "decision-cards",
}
"""What the agenda asks for on the table, and what prints it."""


def test_one_command_prints_all_that_is_asked_for_on_the_table() -> None:
    prints = [c for c in commands((GUIDE / "README.md").read_text("utf-8")) if c[0] == "print"]
    (given,) = prints
    assert given[1].startswith("--"), "all of it"
    wanted = [m for block in CONTENT.agenda.blocks for m in block.materials]
    for words, name in PRINTED.items():
        assert any(words in m for m in wanted), words
        assert name in MATERIAL
    on_paper = re.compile("print|ballot|board|chip|poster|script|strip|handout|(?<!or )cards")
    for one in filter(on_paper.search, wanted):
        assert one == "cards or paper" or any(words in one for words in PRINTED), one


# -- what is pressed -----------------------------------------------------------------------------

# fmt: off
NO_LABELS = {
    "for now", "private", "escape", "participants", "ipv4 address", "internet sharing",
    "run, run all cells", "address already in use", "cannot assign requested address",
}
# fmt: on
"""What pages print in italics or bold though no screen of the kit has it."""


def labels() -> set[str]:
    """Return all words that screens and paper show; a label may end where a value begins."""
    found: set[str] = set()
    for file in (TOP / "src" / "workshop" / "content").rglob("*.yaml"):
        for words in all_texts(yaml.safe_load(file.read_text("utf-8"))):
            parts = (words, words.split(": ")[0], words.split("{")[0].rstrip("“ "))
            found |= {as_label(one) for one in parts}
    return found


def all_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from all_texts(one)


def as_label(words: str) -> str:
    return one_line(words).casefold().strip(".:… ")


def named(text: str) -> Iterator[str]:
    """Yield what a page names in bold or italics, without emphasis and others' menus."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    for stars, words in re.findall(r"(?<!\*)(\*\*?)([^*]+)\1(?!\*)", text):
        is_emphasis = stars == "**" and (
            words[0].islower() or words[0].isdigit() or words[-1] == "."
        )
        if len(words) > 1 and "▸" not in words and not is_emphasis:
            yield words


def test_what_the_guide_names_is_on_a_screen_or_on_paper() -> None:
    known = labels() | NO_LABELS | {title.casefold() for title in SECTIONS}
    for block in AGENDAS.blocks:
        known |= {f"{what}: {block.title.casefold()}" for what in ("begin", "go on")}
    welcome = TOP / "src" / "workshop" / "notebook" / "WELCOME.md"
    missing = [
        f"{page.name}: {words}"
        for page in (*PAGES, TOP / "docs" / "guides" / "facilitate.md", welcome)
        for words in named(page.read_text("utf-8"))
        if as_label(words) not in known
    ]
    assert not missing, missing


# -- words ---------------------------------------------------------------------------------------


@by_page
def test_a_page_can_be_read_without_a_network_and_names_no_machine(page: Path) -> None:
    text = page.read_text("utf-8")
    for word in ("https:", str(TOP), "/home/"):
        assert word not in text
    assert not re.search(r"!\[", text)


@by_page
def test_headings_are_not_repeated_on_a_page(page: Path) -> None:
    text = page.read_text("utf-8")
    titles = [t for level in (1, 2, 3) for t in headings(text, level)]
    assert len(titles) == len(set(titles))


@by_page
def test_rows_of_a_table_have_equally_many_cells(page: Path) -> None:
    for table in tables(page.read_text("utf-8")):
        assert len({len(row) for row in table}) == 1, table[0]
