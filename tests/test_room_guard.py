"""What stands around the room's pages: headers, sizes, hosts, hostile words, and the end of it."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup

from rooms import CONTENT, Participant, Room, serve
from workshop.documents.theme import LOOKS
from workshop.room.guard import MAX_BODY, hosts

words = CONTENT.words
NASTY = (
    "<script>window.ran=1</script>",
    '"><img src=x onerror="window.ran=2">',
    "</textarea></title></style><svg onload=alert(3)>",
    "' onmouseover='alert(4)",
    "{{ 7 * 7 }}{% include 'base.html' %}",
    "[x](javascript:alert(5)) \\(x\\) $x$ #set text(red)",
    '=HYPERLINK("http://127.0.0.1/")\t+1-1@x',
    "\u202egnp.exe\u2066 \u200b\ufeff",
    "A\u0301" * 40 + " 数据 عربي",
    "x" * 390,
)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with serve(tmp_path / "session.workshop") as served:
        yield served


# -- what is sent along ------------------------------------------------------------------------


def test_every_answer_has_the_headers_that_protect_it(room: Room) -> None:
    one = room.participant()
    paths = ("/", "/projector", "/console", "/static/room.js", "/nothing", "/openapi.json")
    answers = [one.get(path) for path in paths]
    answers += [one.vote("lead", "x"), one.post("/join", code="x" * 30_000)]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] in ("no-store", "no-cache")


def test_pages_hold_no_script_or_style_of_their_own(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    one.vote("lead", "product", "a fact")
    pages = [one.get().text, chair.get("/console").text, chair.get("/projector").text]
    chair.reveal("lead")
    pages += [one.get().text, chair.get("/console").text, chair.get("/projector").text]
    for page in pages:
        found = BeautifulSoup(page, "html.parser")
        assert [s.get("src") for s in found.find_all("script")] == ["/static/room.js"]
        assert not found.find_all("style")
        assert not [t for t in found.find_all(True) if t.get("style")]
        assert not [a for t in found.find_all(True) for a in t.attrs if a.startswith("on")]
        assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


def test_what_is_too_large_is_refused_before_it_is_read(room: Room) -> None:
    one = room.participant()
    assert one.post("/vote", fact="x" * (MAX_BODY + 1)).status_code == 413

    def drops() -> Iterator[bytes]:
        for _ in range(MAX_BODY // 1000 + 50):
            yield b"x" * 1000

    kind = {"content-type": "application/x-www-form-urlencoded"}
    try:
        status = one.client.post("/vote", content=drops(), headers=kind).status_code
    except httpx.HTTPError:
        status = 413  # the connection was closed before all of it was sent
    assert status in (400, 413)


def test_other_hosts_names_are_not_answered(room: Room) -> None:
    one = room.participant()
    assert one.get("/", headers={"host": "evil.example"}).status_code == 421
    own = hosts("192.168.1.20")
    allowed = ("192.168.1.20:8710", "localhost:1", "LOCALHOST", "127.0.0.1:80", "[::1]:80")
    assert all(own(h) for h in allowed)
    assert not any(own(h) for h in ("", "evil.example:8710", "127.0.0.1.evil.example", "a:b:c"))


@pytest.mark.parametrize("typed", NASTY)
def test_what_people_type_is_shown_and_never_run(typed: str, tmp_path: Path) -> None:
    with serve(tmp_path / "s", "named") as room:
        chair, one = room.facilitator(), room.participant(join=False)
        name = typed[:60]
        assert one.join(room.keys.code, "product", name).status_code == 200
        chair.ask("duties.paged")
        assert one.vote("duties.paged", "", typed, other=typed[:80]).status_code == 200
        pages = [chair.get("/console").text]
        chair.reveal("duties.paged")
        chair.post("/console/discuss", question="duties.paged", note=typed)
        chair.post("/console/decide", question="duties.paged", other=typed[:80], dissent=typed)
        pages += [
            one.get().text,
            one.get("/results").text,
            chair.get("/console").text,
            chair.get("/projector").text,
            one.join("no", "product", name).text,
            room.participant(join=False).join("no", typed, typed).text,
        ]
        plain = "".join(c for c in typed[:30] if c.isprintable()).split()[0][:10]
        for page in pages:
            found = BeautifulSoup(page, "html.parser")
            assert [s.get("src") for s in found.find_all("script")] == ["/static/room.js"]
            own = found.select('iframe[src="/projector?small=true"][data-picture]')
            assert found.find_all(["img", "iframe", "object"]) == own
            assert all(s.get("class") == ["qr"] for s in found.find_all("svg"))
            assert not [a for t in found.find_all(True) for a in t.attrs if a.startswith("on")]
            assert "\u202e" not in page
        assert plain in BeautifulSoup(pages[1], "html.parser").get_text()
        assert "49" not in BeautifulSoup(pages[1], "html.parser").select(".said")[0].get_text()


# -- the end -----------------------------------------------------------------------------------


def test_a_deleted_session_leaves_nothing_and_the_server_ends(tmp_path: Path) -> None:
    place = tmp_path / "session.workshop"
    room = Room(place)
    ended = threading.Event()
    room.room_state.on_end = ended.set
    chair = room.facilitator()
    place.with_name(place.name + ".format-0.backup").write_bytes(b"older")
    page = chair.post("/console/delete", sure="perhaps")
    assert words("room.delete-unsure") in page.text
    assert place.exists()
    with room.participant().client.stream("GET", "/events") as stream:
        lines = stream.iter_lines()
        assert any(line.startswith("data: {") for line in lines)
        assert words("room.gone-title") in chair.post("/console/delete", sure=" Delete ").text
        assert "event: gone" in lines, "phones and wall show nothing of it any more"
    assert ended.is_set()
    assert list(tmp_path.iterdir()) == []
    room.stop()
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_refuses_is_told_and_nothing_counts(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workshop.session import SessionError

    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")

    def full(*_: object) -> None:
        raise SessionError("/some/where: the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("workshop.session.store.Transaction.put", full)
        page = one.vote("lead", "product")
        assert page.status_code == 503
        assert words("room.not-saved-short") in page.text
        assert "/some/where" not in page.text
    assert words("room.kept-title") not in one.get().text
    assert words("room.kept-title") in one.vote("lead", "product").text


OWN_COLOURS = {"#fff"}
"""The ground of a QR code, and of slides on a projector."""
SHEETS = (
    *("documents/screen.css", "documents/page.css", "documents/slides.css", "room/static/room.css"),
    *("widgets/front/live.css", "web/front/web.css"),
    "notebook/labextension/static/style.css",
    "notebook/share/voila/templates/workshop/style.html.j2",
)


def test_all_surfaces_share_one_visual_language() -> None:
    from importlib import resources

    from workshop.documents.html import shared_style

    markup = resources.files("workshop").joinpath("documents/html.py").read_text("utf-8")
    told = set(re.findall(r"(--wk-[a-z0-9-]+)", shared_style() + markup))
    for name in SHEETS:
        sheet = resources.files("workshop").joinpath(name).read_text("utf-8")
        sheet = re.sub(r"/\*.*?\*/|{[{%].*?[%}]}", "", sheet, flags=re.DOTALL)
        assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", sheet)) <= OWN_COLOURS, name
        assert "DejaVu" not in sheet, f"{name} names a type of its own"
        own = set(re.findall(r"(--wk-[a-z0-9-]+):", sheet))
        used = set(re.findall(r"var\((--wk-[a-z0-9-]+)", sheet)) - own
        assert used <= told, name
    served = shared_style()
    for tone, look in LOOKS.items():
        for value in (look.ink, look.tint, look.night_ink, look.night_tint):
            assert value in served, tone


# -- anything at all ---------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("inside", [False, True])
def test_nothing_that_is_sent_makes_the_server_fail(room: Room, inside: bool) -> None:
    import schemathesis
    from hypothesis import HealthCheck, settings

    chair, one = room.facilitator(), Participant(room.address)
    room.browsers.append(one)
    if inside:
        one.join(room.keys.code, "product")
        chair.ask("lead")
    schema = schemathesis.openapi.from_url(f"{room.address}/openapi.json")
    tried: set[str] = set()
    cookies = {c.name: c.value for c in (chair if inside else one).client.cookies.jar}
    token = chair.token if inside else one.token

    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path.endswith("/events") or operation.path == "/console/delete":
            continue

        def run(case: schemathesis.Case) -> None:
            if inside and isinstance(case.body, dict):
                case.body["form"] = token
            answer = case.call(cookies=cookies, base_url=room.address)
            assert answer.status_code < 500, (case, answer.text)

        test = settings(
            max_examples=15,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        from hypothesis import given

        test(given(case=operation.as_strategy())(lambda case: run(case)))()
        tried.add(operation.path)
    assert len(tried) > 12
