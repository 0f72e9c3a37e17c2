"""Printed material: whole on every paper, the same each time, and quick to key in."""

from __future__ import annotations

import functools
import hashlib
import io
import math
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from conftest import CONSOLE, TOP
from workshop.answers.schema import Answers, Privacy
from workshop.cli.commands import app
from workshop.content.items import Item, Words
from workshop.content.loader import Content, load_content
from workshop.forms.polls import (
    SUGGESTED,
    Refused,
    choice_codes,
    poll_of,
    pollable,
    read_code,
    vote_codes,
)
from workshop.print.make import MATERIAL, make
from workshop.print.material import (
    PAPERS,
    Order,
    PaperName,
    ballot_sheets,
    print_ballots,
    print_drill_ballots,
    print_duty_board,
    print_handout,
)
from workshop.print.runsheet import print_run_sheet
from workshop.problems import InputError

CONTENT = load_content()
SHEETS = {sheet.file: sheet for found in MATERIAL.values() for sheet in found}
UNLIKE = [file for file in SHEETS if file not in ("ballots-drills.pdf", "ballots-more.pdf")]
"""Sheets of which none is printed as another one is; on A3 two sheets of ballots are one."""
MILLIMETRES = {"a4": (210, 297), "a3": (297, 420), "letter": (216, 279)}
NASTY = '#set page(width: 1cm) *b* _i_ $x$ @ref "quotes" \\back <b>x</b> 🚀 ' + "long" * 20
ROLES = ("research", "engineering", "product")
OF_CODE = frozenset(
    [
        "id",
        "subject",
        "key",
        "kind",
        "value",
        "sources",
        "named_by",
        "reads",
        "mode",
        "start",
        "end",
        "pattern",
        "patterns",
        "holders",
        "needs",
        "decided_by",
        "questions",
        "repeats",
        "steps",
        "unless",
        "excludes",
        "only_if",
        "role",
        "group",
        "firmness",
        "bands",
        "severity",
        "limits",
        "focus",
        "illustrates",
        "answers",
        "owner",
        "seen",
        "strength",
    ]
)


def subclasses(kind: type) -> Iterator[type]:
    for below in kind.__subclasses__():
        yield below
        yield from subclasses(below)


CHOICES = frozenset(
    info.alias or name
    for item in subclasses(Item)
    for name, info in item.model_fields.items()
    if "Literal[" in str(info.annotation)
)
"""Fields that hold one of a few values, which no language changes."""


def longer(value: Any) -> Any:
    """Return content as a language would say it that needs a third more room."""
    if isinstance(value, str):
        return re.sub(
            r"(?<![{\w])[^\W\d_]{4,}(?![\w}])",
            lambda word: word[0] + word[0][-2::-1][: math.ceil(len(word[0]) * 0.35)].lower(),
            value,
        )
    if isinstance(value, dict):
        return {k: v if k in OF_CODE | CHOICES else longer(v) for k, v in value.items()}
    return [longer(v) for v in value] if isinstance(value, list | tuple) else value


@functools.cache
def long_content() -> Content:
    kinds = "patterns leads duties diagnostics knowledge deployments mandates maturity breakages "
    kinds += "tensions drills questions criteria agendas steps"
    changed: dict[str, Any] = {
        "words": Words({k: longer(CONTENT.words._entries[k]) for k in CONTENT.words})
    }
    for kind in kinds.split():
        items = getattr(CONTENT, kind)
        changed[kind] = tuple(
            type(i).model_validate(longer(i.model_dump(by_alias=True))) for i in items
        )
    return CONTENT.model_copy(update=changed)


@functools.cache
def printed(file: str) -> bytes:
    """Return a sheet as it is printed where nothing else is asked for."""
    return SHEETS[file].make(Order(CONTENT))


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def squeezed(text: str) -> str:
    """Return text without what a line break may change."""
    return re.sub(r"[\s\u00ad\u200b-]", "", text)


def text_of(pdf: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in read(pdf).pages))


@dataclass(frozen=True)
class Word:
    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


def words_of(pdf: bytes, folder: Path) -> tuple[list[tuple[float, float]], list[Word]]:
    """Return the sizes of the pages, and every word with its place, in points."""
    file = folder / "it.pdf"
    file.write_bytes(pdf)
    out = subprocess.run(
        ["pdftotext", "-bbox", str(file), "-"], check=True, capture_output=True, encoding="utf-8"
    ).stdout
    pages: list[tuple[float, float]] = []
    words = []
    for found in re.finditer(
        r'<page width="([\d.]+)" height="([\d.]+)"'
        r'|<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>',
        out,
    ):
        if found[1]:
            pages.append((float(found[1]), float(found[2])))
        else:
            words.append(Word(len(pages), *(float(found[n]) for n in range(3, 7)), found[7]))
    return pages, words


def collisions(words: list[Word]) -> list[tuple[str, str]]:
    """Return pairs of words of which one covers a good part of the other."""
    found = []
    by_page: dict[int, list[Word]] = {}
    for word in words:
        by_page.setdefault(word.page, []).append(word)
    for on_page in by_page.values():
        on_page.sort(key=lambda w: w.top)
        for i, one in enumerate(on_page):
            for other in on_page[i + 1 :]:
                if other.top >= one.bottom:
                    break
                wide = min(one.right, other.right) - max(one.left, other.left)
                high = min(one.bottom, other.bottom) - other.top
                lower = min(one.bottom - one.top, other.bottom - other.top)
                if wide > 1 and high > 0.35 * lower:
                    found.append((one.text, other.text))
    return found


# -- every sheet ---------------------------------------------------------------------------------


@pytest.mark.poppler
@pytest.mark.parametrize(
    ("file", "paper"),
    [(file, paper) for file in SHEETS for paper in PAPERS if file in UNLIKE or paper != "a3"],
)
def test_words_that_are_a_third_longer_stay_on_the_page_and_apart(
    file: str, paper: Any, tmp_path: Path
) -> None:
    pdf = SHEETS[file].make(Order(long_content(), paper=paper))
    pages, words = words_of(pdf, tmp_path)
    short, long = (mm / 25.4 * 72 for mm in MILLIMETRES[paper])
    for width, height in pages:
        assert min(width, height) == pytest.approx(short, abs=1.5)
        assert max(width, height) == pytest.approx(long, abs=1.5)
    assert len(words) > 50
    for word in words:
        width, height = pages[word.page - 1]
        assert word.left > 8, word
        assert word.top > 4, word
        assert word.right < width - 8, word
        assert word.bottom < height - 4, word
    assert collisions(words) == []


@pytest.mark.parametrize("file", UNLIKE)
def test_the_same_order_prints_the_same_bytes_without_a_date(file: str) -> None:
    pdf = printed(file)
    assert SHEETS[file].make(Order(load_content())) == pdf
    assert "/CreationDate" not in (read(pdf).metadata or {})


def test_another_process_prints_the_same_bytes() -> None:
    code = (
        "import hashlib, sys; from workshop import load_content; "
        "from workshop.print.material import print_handout; "
        "from workshop.print.material import Order; "
        "print(hashlib.sha256(print_handout(Order(load_content()))).hexdigest())"
    )
    digest = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        encoding=CONSOLE,
        env=os.environ | {"PYTHONHASHSEED": "1"},
    ).stdout
    assert digest.strip() == hashlib.sha256(printed("handout.pdf")).hexdigest()


@pytest.mark.parametrize("file", SHEETS)
def test_every_sheet_is_tagged_titled_and_says_its_language(file: str) -> None:
    reader = read(printed(file))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("en")
    assert reader.metadata is not None
    assert reader.metadata.title
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert reader.outline


def test_what_anybody_typed_is_printed_and_never_acts() -> None:
    answers = Answers(organisation=NASTY, builder=NASTY, model=NASTY)
    board = text_of(print_duty_board(Order(CONTENT, answers, "a3")))
    assert squeezed('#set page(width: 1cm) *b* _i_ $x$ @ref "quotes" \\back <b>x</b>') in board
    assert "⟨rocket⟩" in board
    assert "#setpage" in text_of(print_handout(Order(CONTENT, answers)))


@pytest.mark.poppler
def test_a_team_with_an_endless_name_stays_in_its_chip_and_on_its_ballot(tmp_path: Path) -> None:
    answers = Answers.model_validate({"duties": {"ship": "w" * 78, "paged": "Étude " * 12}})
    for sheet in (print_duty_board, print_ballots):
        pages, words = words_of(sheet(Order(CONTENT, answers)), tmp_path)
        assert all(w.right < pages[w.page - 1][0] - 8 for w in words)
        assert collisions(words) == []


# -- what is on them -----------------------------------------------------------------------------


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("words", ["as it is", "longer"])
def test_the_handout_has_four_pages_in_every_language(words: str, paper: Any) -> None:
    content = long_content() if words == "longer" else CONTENT
    assert len(read(print_handout(Order(content, paper=paper))).pages) == 4


@pytest.mark.poppler
def test_the_handout_on_a3_is_one_sheet_to_be_folded_with_the_first_page_on_the_right(
    tmp_path: Path,
) -> None:
    pages, words = words_of(print_handout(Order(CONTENT, paper="a3")), tmp_path)
    assert len(pages) == 2
    middle = pages[0][0] / 2
    titles = {"handout-title": (1, True), "duties-title": (2, False), "patterns-title": (2, True)}
    for key, (page, right) in (titles | {"night-title": (1, False)}).items():
        first = CONTENT.words(f"printed.{key}").split()[0]
        top = min(
            (w for w in words if (w.page, w.left > middle) == (page, right)), key=lambda w: w.top
        )
        assert top.text == first, key


def test_there_are_ballots_for_everybody_on_full_sheets() -> None:
    # nine votes have four ballots on a sheet, two need half a sheet each
    found = ((0, "a4", len(SUGGESTED)), (10, "a4", 9 * 3 + 2 * 5), (8, "a3", 9 + 2 * 2))
    for people, paper, sheets in found:
        order = Order(CONTENT, paper=paper, people=people)
        assert len(read(print_ballots(order)).pages) == sheets
        assert ballot_sheets(order)["ballots.pdf"] == sheets


@pytest.mark.parametrize(
    ("print_them", "paper", "privacy", "tables"),
    [
        (print_ballots, "a4", "role", ()),
        (print_ballots, "letter", "anonymous", ()),
        (print_ballots, "a3", "anonymous", ("North", "South")),
        (print_ballots, "letter", "named", ("North", "South & East", "Table 3")),
        (print_drill_ballots, "a4", "named", ("North", "South & East", "Table 3")),
    ],
)
def test_ballots_ask_for_what_the_room_keeps_and_for_the_table(
    print_them: Callable[[Order], bytes],
    paper: PaperName,
    privacy: Privacy,
    tables: tuple[str, ...],
) -> None:
    order = Order(CONTENT, paper=paper, privacy=privacy, tables=tables)
    name, role, table = (
        squeezed(CONTENT.words(f"printed.ballot-{w}")) for w in ("name", "role", "table")
    )
    printed = read(print_them(order))
    text = squeezed("".join(page.extract_text() for page in printed.pages))
    assert (name in text, role in text) == (privacy == "named", privacy != "anonymous")
    assert (table in text) == bool(tables)
    assert all(squeezed(one) in text for one in tables)
    file = "ballots.pdf" if print_them is print_ballots else "ballots-drills.pdf"
    sheets = ballot_sheets(order)[file]
    assert len(printed.pages) == sheets, "no ballot needs more paper for it"


def test_tables_that_cannot_be_are_refused_before_anything_is_printed(tmp_path: Path) -> None:
    asked = ["print", "ballots", "-o", str(tmp_path / "printed"), "--tables", "North, north"]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 2
    assert CONTENT.words("room.tables-odd", most=8) in " ".join(result.stderr.split())
    assert not (tmp_path / "printed").exists()


def test_more_ballots_than_anybody_wants_are_told_before_they_are_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workshop.print.make.make", lambda *_: [])
    for people, warned in (("12", True), ("0", False)):
        asked = ["print", "ballots", "--people", people, "-o", str(tmp_path)]
        result = CliRunner().invoke(app, asked)
        assert ("sheets of ballots" in result.stderr) == warned, people


@pytest.mark.parametrize(("options", "code"), [([], 0), (["--strict"], 1)])
def test_what_is_printed_in_another_form_is_told_and_strict_fails(
    tmp_path: Path, options: list[str], code: int
) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text("organisation: ภาษา\n", encoding="utf-8")
    asked = ["print", "handout", "--answers", str(answers), "-o", str(tmp_path), *options]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == code
    assert "Letters or signs are replaced by their names" in result.stderr
    assert (tmp_path / "handout.pdf").is_file()


def test_every_vote_has_a_ballot_with_its_number_and_a_letter_for_each_choice() -> None:
    everything = "".join(text_of(printed(file)) for file in SHEETS if "ballots" in file)
    for key in pollable(CONTENT):
        poll = poll_of(CONTENT, Answers(), key)
        assert squeezed(poll.ask) in everything, key
        for letter, choice in choice_codes(poll).items():
            label = choice.label[:1].upper() + choice.label[1:]
            assert squeezed(letter + label) in everything, (key, label)
    assert set(vote_codes(CONTENT)) == set(pollable(CONTENT))


def test_a_card_says_of_each_pattern_what_it_costs_and_where_that_comes_from() -> None:
    reader = read(printed("pattern-cards.pdf"))
    pages = [squeezed(page.extract_text()) for page in reader.pages]
    for n, pattern in enumerate(CONTENT.patterns):
        front, back = pages[n // 2 * 2], pages[n // 2 * 2 + 1]
        assert squeezed(pattern.bet) in front
        for words in (pattern.fits, pattern.failure_mode, " · ".join(pattern.sources)):
            assert squeezed(words) in back
        conditions = {c.condition for c in CONTENT.criteria if c.pattern == pattern.id}
        assert all(squeezed(c) in back for c in conditions if "{" not in c)
    staffed = squeezed(CONTENT.words("printed.card-people"))
    assert [page.count(staffed) for page in pages] == [0, 1, 0, 2], "all but Embedded"


def test_a_drill_has_a_blank_after_its_minutes() -> None:
    page = read(printed("drills.pdf")).pages[0].extract_text()
    assert re.search(r"\d+ minutes\. It takes: ", page)


@pytest.mark.parametrize("file", SHEETS)
def test_no_sheet_shows_a_placeholder(file: str) -> None:
    everything = "".join(page.extract_text() for page in read(printed(file)).pages)
    assert "{" not in everything


@pytest.mark.poppler
@pytest.mark.parametrize("paper", PAPERS)
def test_the_back_of_a_card_lies_behind_its_front(paper: Any, tmp_path: Path) -> None:
    order = Order(CONTENT, paper=paper)
    pages, words = words_of(SHEETS["pattern-cards.pdf"].make(order), tmp_path)
    assert len(pages) == 4
    for n, pattern in enumerate(CONTENT.patterns):
        front, row = n // 2 * 2 + 1, n % 2
        for page, name in ((front, pattern.short), (front + 1, pattern.name)):
            width, height = pages[page - 1]
            first = name.split()[0].split("-")[0]
            tops = [w.top for w in words if w.page == page and w.text.startswith(first)]
            assert any(int(top // (height / 2)) == row for top in tops), (pattern.id, page)
            assert width < height


def test_a_picture_of_a_pattern_is_told_in_words() -> None:
    pdf = SHEETS["poster.pdf"].make(Order(CONTENT, paper="a3"))
    alts: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for kid in node:
                walk(kid)
        elif isinstance(node, dict):
            if "/Alt" in node:
                alts.append(str(node["/Alt"]))
            if "/K" in node:
                walk(node["/K"])

    root: Any = read(pdf).trailer["/Root"]
    walk(root["/StructTreeRoot"])
    for pattern in CONTENT.patterns:
        described = [alt for alt in alts if alt.startswith(pattern.name)]
        assert len(described) == 1
        assert all(link.words in described[0] for link in pattern.diagram.links)


def test_each_drill_has_a_page_of_its_own_with_the_numbers_of_its_ballots() -> None:
    pages = read(printed("drills.pdf")).pages
    assert len(pages) == len(CONTENT.drills)
    codes = vote_codes(CONTENT)
    for page, drill in zip(pages, CONTENT.drills, strict=True):
        text = squeezed(page.extract_text())
        assert squeezed(drill.story) in text
        for moment in drill.moments:
            code = codes[f"drills.{drill.id}.minute_{moment.minute}"]
            assert squeezed(CONTENT.words("printed.drill-ballot", code=code)) in text
            assert squeezed(moment.scene) in text


def test_the_run_sheet_follows_the_agenda_and_refuses_what_cannot_be_planned() -> None:
    text = text_of(print_run_sheet(Order(CONTENT, people=8, minutes=240, start=13 * 60 + 30)))
    assert "13:30" in text
    assert "17:30" in text
    for block in CONTENT.agenda.blocks:
        present = squeezed(block.purpose) in text
        assert present == (block.id not in ("splits", "second-drill", "what-if")), block.id
    order = Order(CONTENT, people=8, minutes=240, remote=True, focus="on-call")
    screens = text_of(print_run_sheet(order))
    remote = [squeezed(b.remote) for b in CONTENT.agenda.blocks if b.remote]
    assert sum(words in screens for words in remote) > 5
    assert not any(words in text for words in remote)
    with pytest.raises(InputError):
        print_run_sheet(Order(CONTENT, minutes=20))


def test_the_run_sheet_opens_no_notebook_for_a_short_block_and_shows_pictures_of_patterns() -> None:
    stages = squeezed(CONTENT.step("stages").title)
    picture = squeezed(CONTENT.words("patterns.title"))
    for minutes, is_opened in ((90, False), (240, True)):
        text = text_of(print_run_sheet(Order(CONTENT, people=10, minutes=minutes)))
        assert (squeezed("notebook 5") in text) == is_opened
        assert (stages in text) == is_opened
        assert squeezed("value-stream strip") in text
        assert picture in text
        asked = CONTENT.words("printed.prompt-handoffs" + ("" if is_opened else "-brief"))
        assert squeezed(asked) in text


def test_every_block_of_the_agenda_has_something_to_read_aloud() -> None:
    known = {b.id for b in CONTENT.agenda.blocks}
    prompts = {k.removeprefix("printed.prompt-") for k in CONTENT.words if "printed.prompt-" in k}
    assert {p.removesuffix("-2").removesuffix("-brief") for p in prompts} == known


def test_the_run_sheet_and_the_console_say_the_same_in_a_block() -> None:
    words, own = CONTENT.words, ("open", "drill")  # there the console says what to do, too
    blocks = [b.id for b in CONTENT.agenda.blocks if b.id not in own]
    for block in (*blocks, "handoffs-brief"):
        assert words(f"room.say-block-{block}").strip("“”") == words(f"printed.prompt-{block}")


# -- keying in -----------------------------------------------------------------------------------


def test_a_code_from_paper_says_the_vote_the_choice_and_the_role() -> None:
    slip = read_code(CONTENT, Answers(), " 3b 2 ", ROLES)
    assert (slip.question, slip.chosen, slip.role) == ("duties.ship", ("engineering",), ROLES[1])
    assert not slip.other
    assert read_code(CONTENT, Answers(), "11C").chosen == ("federated",)
    assert read_code(CONTENT, Answers(), "7AC").chosen == ("research", "product")
    assert read_code(CONTENT, Answers(), "22X").question.endswith(".minute_15")


def test_every_printed_code_reads_back_as_its_choice() -> None:
    answers = Answers.model_validate({"duties": {"ship": "Search squad", "paged": "product"}})
    for key, number in vote_codes(CONTENT).items():
        for letter, choice in choice_codes(poll_of(CONTENT, answers, key)).items():
            slip = read_code(CONTENT, answers, f"{number}{letter}")
            assert (slip.question, slip.chosen) == (key, (choice.value,))


def test_ballots_printed_before_a_team_was_named_still_read_the_same() -> None:
    later = Answers.model_validate({"duties": {"ship": "Search squad"}})
    early = choice_codes(poll_of(CONTENT, Answers(), "duties.ship"))
    assert early.items() <= choice_codes(poll_of(CONTENT, later, "duties.ship")).items()


@pytest.mark.parametrize("typed", ["", "B", "3", "99A", "3U", "1Z", "3B 9", "3B 0", "Q999A", "3B2"])
def test_a_code_that_no_ballot_has_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        read_code(CONTENT, Answers(), typed, ROLES)
    assert f"room.{refused.value.word}" in CONTENT.words


def test_every_ballot_offers_i_dont_know_under_one_letter() -> None:
    for key, number in vote_codes(CONTENT).items():
        assert read_code(CONTENT, Answers(), f"{number}W").chosen == ("unknown",), key
    printed = text_of(print_ballots(Order(CONTENT, answers=Answers(model="Ranking 2"))))
    assert printed.count(squeezed("W" + CONTENT.words("room.ballot-unknown"))) >= len(SUGGESTED)
    assert squeezed("As it is today for the model “Ranking 2”") in printed
    assert squeezed(CONTENT.words("room.about-from-now-on").capitalize()) in printed


def test_two_choices_where_one_is_asked_for_are_refused() -> None:
    with pytest.raises(Refused, match="choose-one"):
        read_code(CONTENT, Answers(), "3AB")


# -- the command ---------------------------------------------------------------------------------


def test_the_command_writes_what_is_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "printed"
    answers = str(TOP / "examples" / "tidewater-retail.yaml")
    asked = ["duty-board", "decision-cards", "--answers", answers, "--paper", "letter"]
    result = CliRunner().invoke(app, ["print", *asked, "-o", str(folder)])
    assert result.exit_code == 0, result.output
    assert {f.name for f in folder.iterdir()} == {"duty-board.pdf", "decision-cards.pdf"}
    assert "duty-board.pdf" in result.output


def test_the_poster_is_large_unless_another_paper_is_asked_for(tmp_path: Path) -> None:
    (poster,) = make(["poster"], tmp_path, Order(CONTENT))
    assert float(PdfReader(poster).pages[0].mediabox.height) == pytest.approx(1190.6, abs=1)
    (poster,) = make(["poster"], tmp_path, Order(CONTENT), "letter")
    assert float(PdfReader(poster).pages[0].mediabox.height) == pytest.approx(792, abs=1)


def test_nothing_is_written_when_a_part_cannot_be_made(tmp_path: Path) -> None:
    asked = ["print", "poster", "run-sheet", "--minutes", "5", "-o", str(tmp_path / "out")]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 2
    assert "5 minutes are too short" in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (["hand-out"], "hand-out"),
        (["--paper", "a5"], "a5"),
        (["--start", "9 o'clock"], "09:00"),
        (["--people", "-1"], "--people"),
        (["--answers", "nowhere.yaml"], "nowhere.yaml"),
        (["--font", "No Such Family"], "No Such Family"),
    ],
)
def test_what_is_typed_wrongly_is_named(asked: list[str], message: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["print", *asked, "-o", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert message in result.output


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x", encoding="utf-8")
    result = CliRunner().invoke(app, ["print", "poster", "-o", str(tmp_path / "taken")])
    assert result.exit_code == 2
    assert "taken" in result.output
