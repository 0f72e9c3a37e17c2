"""Hostile words, sent through a room: text in every page, in the notebooks and in the pack."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pypdf
import pytest
import yaml
from bs4 import BeautifulSoup

from hostile import HOSTILE, as_stored, conclude, hostile_room, type_everything
from rooms import Participant, Room
from workshop.documents.fonts import add_breaks, measure_words
from workshop.pack.build import Pack, build_pack
from workshop.room.commands import MAX_PERSON
from workshop.session import Session
from workshop.session.session import answers_text

Pages = dict[str, str]
NO_PICTURE = {"emoji", "right to left", "marks"}
"""Words of which a PDF holds the signs in another order, or as pictures."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile") / "session.workshop"


@pytest.fixture(scope="module")
def pages(place: Path) -> Pages:
    """Every page of a room in which only such words were said, before and after the reveal."""
    with hostile_room(place) as room:
        chair, people = type_everything(room)
        found = {"console, open": chair.get("/console").text, "ballot": people[0].get().text}
        conclude(chair)
        stranger = room.participant(join=False)
        found |= {
            "console": chair.get("/console").text,
            "projector": chair.get("/projector").text,
            "results": people[0].get("/results").text,
            "participant": people[0].get().text,
            "joining": stranger.join("no", HOSTILE["handler"], HOSTILE["handler"]).text,
        }
        return found


SHOWS_FACTS = ("console", "results", "participant")


@pytest.mark.parametrize("page", [*SHOWS_FACTS, "projector", "console, open", "ballot", "joining"])
def test_no_page_holds_anything_but_its_own_elements(pages: Pages, page: str) -> None:
    found = BeautifulSoup(pages[page], "html.parser")
    assert [s.get("src") for s in found.find_all("script")] == ["/static/room.js"]
    own = found.select('iframe[src="/projector?small=true"][data-picture]')
    assert found.find_all(["img", "iframe", "object", "embed", "style", "base"]) == own
    assert all(s.get("class") == ["qr"] for s in found.find_all("svg"))
    assert not [a for t in found.find_all(True) for a in t.attrs if a.startswith("on")]
    links = [t.get(a) for t in found.find_all(True) for a in ("href", "action", "src") if t.get(a)]
    assert [x for x in links if not re.fullmatch(r"/[a-z./-]*(\?small=true)?|#[a-z]+", x)] == []
    assert not re.search("[\u202a-\u202e\u2066-\u2069\0\x1b]", pages[page])


@pytest.mark.parametrize("page", SHOWS_FACTS)
@pytest.mark.parametrize("what", HOSTILE)
def test_every_word_stands_on_the_page_as_it_was_typed(pages: Pages, page: str, what: str) -> None:
    found = BeautifulSoup(pages[page], "html.parser")
    text = {s.get_text() for s in found.select(".facts .said")}
    assert as_stored(HOSTILE[what]) in text
    who = " ".join(s.get_text() for s in found.select(".facts .hint"))
    assert as_stored(HOSTILE[what], MAX_PERSON) in who
    dissent = found.select_one(".decided .lines")
    assert dissent
    assert as_stored(HOSTILE[what], 200) in dissent.get_text()


def test_the_wall_quotes_some_of_them_and_the_whole_dissent(pages: Pages) -> None:
    found = BeautifulSoup(pages["projector"], "html.parser")
    text = {s.get_text() for s in found.select(".facts .said")}
    assert text
    assert text <= {as_stored(words) for words in HOSTILE.values()}
    dissent = found.select_one(".decided .lines")
    assert dissent
    assert dissent.get_text().split("\n") == [as_stored(words, 200) for words in HOSTILE.values()]


def test_the_console_names_who_is_here_as_they_called_themselves(pages: Pages) -> None:
    found = BeautifulSoup(pages["console, open"], "html.parser")
    called = {b.get_text().casefold() for b in found.select(".people b")}
    assert called == {as_stored(words, MAX_PERSON).casefold() for words in HOSTILE.values()}


def test_signs_that_nobody_sees_are_not_kept_and_all_others_are() -> None:
    assert as_stored(HOSTILE["override"]) == "abcgnp.exe end"
    assert as_stored(HOSTILE["zero width"]) == "zerowidth"
    assert as_stored(HOSTILE["nul"]) == "a b [31mc"
    assert as_stored(HOSTILE["lines"]) == "one two three four"
    assert len(as_stored(HOSTILE["long"])) == 400
    unseen = {"override", "zero width", "nul", "lines", "csv", "emoji", "long"}
    for what in HOSTILE.keys() - unseen - {"ten thousand words"}:
        assert as_stored(HOSTILE[what]) == HOSTILE[what]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with hostile_room(tmp_path / "session.workshop") as served:
        yield served


@pytest.mark.parametrize("field", ["code", "role", "name", "how", "form", "unknown"])
@pytest.mark.parametrize(
    "sent", [b"%00", b"%ff%fe", b"%ed%a0%80", b"%", b"%u0041", b"a=b%26c", b"\xff"], ids=str
)
def test_bytes_that_are_no_text_are_answered_and_let_nobody_in(
    room: Room, field: str, sent: bytes
) -> None:
    one = room.participant(join=False)
    form = {"code": "no", "role": "product", "name": "Ana", "how": "join", "form": one.token}
    form[field] = "HERE"
    body = "&".join(f"{k}={v}" for k, v in form.items()).encode().replace(b"HERE", sent)
    kind = "application/x-www-form-urlencoded"
    answer = one.client.post("/join", content=body, headers={"content-type": kind})
    assert answer.status_code in (403, 422, 429)
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in form.items()
    )
    raw = parts.encode().replace(b"HERE", b"\xff\xfe\0" + sent) + b"--b--\r\n"
    kind = "multipart/form-data; boundary=b"
    answer = one.client.post("/join", content=raw, headers={"content-type": kind})
    assert answer.status_code in (400, 403, 422, 429)
    assert not room.room_state.voting.people


def test_a_file_in_the_place_of_words_is_refused(room: Room) -> None:
    one: Participant = room.participant(join=False)
    files = {"name": ("../../x.html", b"<script>", "text/html")}
    data = {"form": one.token, "code": room.keys.code, "role": "product"}
    assert one.client.post("/join", data=data, files=files).status_code == 422
    assert not room.room_state.voting.people


def test_a_file_and_a_database_keep_the_same_words(any_place: Path | str) -> None:
    with hostile_room(any_place) as room:
        chair, _ = type_everything(room)
        conclude(chair)
        session = Session.open(any_place, create=False)
        (vote,) = session.answers_with_votes().votes or ()
        facts = [(fact.fact, fact.name) for fact in vote.rounds[0].facts or ()]
        expected = [(as_stored(words), as_stored(words, MAX_PERSON)) for words in HOSTILE.values()]
        assert sorted(facts) == sorted(expected)
        notes = [str(e.body["note"]) for e in session.notes("discussed")]
        assert "Robert'); DROP TABLE events;--" in notes
        assert session.answers.duties is not None
        assert session.answers.duties.paged == HOSTILE["script"]
        assert not session.problems
        session.close()


# -- beyond the room ---------------------------------------------------------------------------


def test_the_answers_file_of_it_reads_back_the_same(pages: Pages, place: Path) -> None:
    session = Session.open(place, create=False)
    answers = session.answers_with_votes()
    assert yaml.safe_load(answers_text(session)) == answers.to_parameters()
    (vote,) = answers.votes or ()
    facts = {fact.fact for fact in vote.rounds[0].facts or ()}
    assert facts == {as_stored(words) for words in HOSTILE.values()}
    assert len(vote.dissent or ()) == len(HOSTILE)
    session.close()


@pytest.fixture(scope="module")
def pack(pages: Pages, place: Path, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    session = Session.open(place, create=False)
    answers = session.answers_with_votes()
    session.close()
    return build_pack(answers, tmp_path_factory.mktemp("pack"))


def squeeze(text: str) -> str:
    """Return text without what only lays it out: hyphens at line ends, spaces, break marks."""
    text = re.sub(r"[\u00ad\u200b\u2060]", "", text)
    return re.sub(r"[-\u2010]?\s+", "", text).replace("-", "")


def test_the_pack_of_it_is_whole(pack: Pack) -> None:
    assert not pack.failed


@pytest.mark.parametrize("what", HOSTILE)
def test_the_web_page_of_the_pack_quotes_every_word(pack: Pack, what: str) -> None:
    page = (pack.folder / "findings.html").read_text("utf-8")
    found = BeautifulSoup(page, "html.parser")
    cells = [squeeze(c.get_text()) for c in found.find_all("td")]
    assert squeeze(as_stored(HOSTILE[what])) in cells
    assert any(squeeze(as_stored(HOSTILE[what], MAX_PERSON)) in c for c in cells)
    assert not found.find_all(["script", "iframe", "object", "embed", "form"])
    assert all(str(i.get("src")).startswith("data:image/") for i in found.find_all("img"))
    assert not [a for t in found.find_all(True) for a in t.attrs if a.startswith("on")]
    hrefs = [str(a.get("href")) for a in found.find_all("a")]
    assert not [h for h in hrefs if not h.startswith(("#", "https://", "http://", "mailto:"))]
    assert not [h for h in hrefs if "example.org" in h or "127.0.0.1" in h]


@pytest.mark.parametrize("what", [w for w in HOSTILE if w not in NO_PICTURE])
def test_the_paper_of_the_pack_prints_every_word(pack: Pack, what: str) -> None:
    reader = pypdf.PdfReader(pack.folder / "findings.pdf")
    text = squeeze("".join(page.extract_text() for page in reader.pages))
    assert squeeze(as_stored(HOSTILE[what]))[:150] in text


def test_the_paper_of_the_pack_has_no_link_to_where_the_words_point(pack: Pack) -> None:
    reader = pypdf.PdfReader(pack.folder / "findings.pdf")
    assert len(reader.pages) > 5, "no word has set the page"
    sizes = [(round(p.mediabox.width), round(p.mediabox.height)) for p in reader.pages]
    assert {tuple(sorted(size)) for size in sizes} == {(595, 842)}
    notes = [n.get_object() for p in reader.pages for n in p.get("/Annots") or ()]
    targets = [str(n["/A"].get("/URI")) for n in notes if "/A" in n]
    assert not [t for t in targets if "example.org" in t or "127.0.0.1" in t or "script" in t]


@pytest.mark.parametrize("what", ["long", "handler", "formula that links"])
@pytest.mark.parametrize("room", [6, 12, 24])
def test_no_word_is_wider_than_its_column(what: str, room: float) -> None:
    words = as_stored(HOSTILE[what], 80)
    broken = add_breaks(words, room)
    assert broken.replace("\u200b", "") == words
    assert max(measure_words(part, bold=True) for part in re.split("[\u200b ]", broken)) <= room


def outputs(pack: Pack) -> Iterator[tuple[str, str]]:
    for path in sorted((pack.folder / "notebooks").glob("*.ipynb")):
        for cell in nbformat.read(path, 4).cells:
            for output in cell.get("outputs", ()):
                for kind, data in output.get("data", {}).items():
                    yield kind, data if isinstance(data, str) else str(data)


def test_what_the_notebooks_show_is_text_in_each_of_its_forms(pack: Pack) -> None:
    shown = list(outputs(pack))
    html = [BeautifulSoup(data, "html.parser") for kind, data in shown if kind == "text/html"]
    assert html
    for found in html:
        assert not found.find_all(["script", "iframe", "object", "embed", "form"])
        assert not [a for t in found.find_all(True) for a in t.attrs if a.startswith("on")]
    text = squeeze(" ".join(found.get_text(" ") for found in html))
    plain = squeeze(" ".join(data for kind, data in shown if kind == "text/plain"))
    for words in HOSTILE.values():
        assert squeeze(as_stored(words)) in text
        assert squeeze(as_stored(words))[:60] in plain
    assert not any("javascript" in kind for kind, _ in shown)
