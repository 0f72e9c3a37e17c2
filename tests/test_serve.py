"""`workshop lab` and `workshop app`: what they copy, whom they let in, how they end."""

from __future__ import annotations

import html
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest
import websocket
from nbformat.sign import NotebookNotary
from typer.testing import CliRunner

from batches import until
from conftest import CONSOLE, TOP
from servers import Server, serving
from workshop import Answers, InputError, assess, load_content
from workshop.answers.reading import read_answers
from workshop.cli import commands
from workshop.files import notebooks, own_analysis
from workshop.notebook.controls import FILES, PackMaker
from workshop.notebook.saved import STATE, VIEW, before_save, settle
from workshop.notebook.servers import HOME, SESSION, free_port, prepare, reach, set_up, token_of
from workshop.session import Session
from workshop.widgets.steps import LivePage

EXAMPLE = TOP / "examples" / "tidewater-retail.yaml"
NAMES = [path.name for path in (*notebooks(), own_analysis())]


@pytest.mark.parametrize("kind", ["app", "lab"])
def test_it_opens_in_a_browser_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    slow, imported = tmp_path / "slow" / "rfc3987_syntax.py", tmp_path / "imported"
    slow.parent.mkdir()
    slow.write_text(f"import pathlib; pathlib.Path({str(imported)!r}).touch()", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(slow.parent))
    browser, opened = tmp_path / "browser.py", tmp_path / "opened"
    browser.write_text(
        "import pathlib, sys, urllib.request\n"
        "page = urllib.request.urlopen(sys.argv[1]).read()\n"
        f"pathlib.Path({str(opened)!r}).write_bytes(page)\n",
        "utf-8",
    )
    server = Server(kind, tmp_path / "ours", browser=f"{sys.executable} {browser} %s")
    try:
        until(lambda: opened.exists() and opened.stat().st_size)
        assert server.process.poll() is None, server.log.read_text(CONSOLE)
        base = server.address.partition("?")[0]
        assert f"url={base}" in opened.read_text("utf-8"), "it leads to where it is served"
        assert not imported.exists(), "a grammar that takes as long as all else and is not used"
    finally:
        server.stop()


# -- the folder ---------------------------------------------------------------------------------


def test_a_new_folder_gets_all_notebooks_and_a_welcome_page(tmp_path: Path) -> None:
    copied = prepare(tmp_path / "ours")
    assert set(copied.written) == {*NAMES, "WELCOME.md"}
    for path in (*notebooks(), own_analysis()):
        assert (tmp_path / "ours" / path.name).read_bytes() == path.read_bytes()


def test_the_welcome_page_links_every_notebook(tmp_path: Path) -> None:
    prepare(tmp_path)
    links = re.findall(r"\]\(([^)]+)\)", (tmp_path / "WELCOME.md").read_text("utf-8"))
    assert links == NAMES


def test_what_somebody_changed_is_kept(tmp_path: Path) -> None:
    prepare(tmp_path)
    path = tmp_path / NAMES[2]
    notebook = json.loads(path.read_text("utf-8"))
    notebook["cells"][0]["source"] = "# Our own title"
    path.write_text(json.dumps(notebook), "utf-8")
    copied = prepare(tmp_path)
    assert copied.changed == (NAMES[2],)
    assert copied.written == ()
    assert "Our own title" in path.read_text("utf-8")


def test_a_notebook_that_was_run_and_saved_does_not_count_as_changed(tmp_path: Path) -> None:
    prepare(tmp_path)
    path = tmp_path / NAMES[0]
    notebook = json.loads(path.read_text("utf-8"))
    code = [c for c in notebook["cells"] if c["cell_type"] == "code"]
    code[0]["execution_count"], code[0]["outputs"] = 3, [{"output_type": "stream"}]
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.13"}
    path.write_text(json.dumps(notebook), "utf-8")
    assert prepare(tmp_path).changed == ()


def test_a_copy_of_an_older_kit_that_nobody_changed_is_renewed(tmp_path: Path) -> None:
    prepare(tmp_path)
    path, record = tmp_path / NAMES[1], tmp_path / HOME / "copied.json"
    notebook = json.loads(path.read_text("utf-8"))
    notebook["cells"][0]["source"] = "# As an older kit had it"
    path.write_text(json.dumps(notebook), "utf-8")
    from workshop.pack.own import gist

    record_of = json.loads(record.read_text("utf-8")) | {
        NAMES[1]: gist(NAMES[1], path.read_bytes())
    }
    record.write_text(json.dumps(record_of), "utf-8")
    assert prepare(tmp_path).written == (NAMES[1],)
    assert "older kit" not in path.read_text("utf-8")


def shown(*models: str, state: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a notebook with a widget in the output of each cell."""
    html = {"text/html": "<p>what it showed</p>"}
    outputs = [
        {"output_type": "display_data", "metadata": {}, "data": {**html, VIEW: {"model_id": m}}}
        for m in models
    ]
    cell = {"cell_type": "code", "id": "a", "source": "x", "metadata": {}, "execution_count": 1}
    saved = {"widgets": {STATE: {"version_major": 2, "state": {key: {} for key in state}}}}
    return {
        "cells": [{**cell, "outputs": outputs}],
        "metadata": saved if state else {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def views(notebook: dict[str, Any], *html: str) -> list[str]:
    outputs = notebook["cells"][0]["outputs"]
    assert not html or [o["data"]["text/html"] for o in outputs] == list(html)
    return [o["data"][VIEW]["model_id"] for o in outputs if VIEW in o["data"]]


STILL = "<p>later</p>"
SAVED = {
    "box": {"state": {"children": ["IPY_MODEL_exhibit", "IPY_MODEL_other"]}},
    "exhibit": {"state": {"_dom_classes": ["ws-exhibit"], "value": STILL}},
    "other": {"state": {"value": "somebody else's"}},
}


def test_a_saved_page_keeps_only_widgets_that_live() -> None:
    notebook = shown("lives", "gone", state=("lives",))
    before_save({"type": "notebook", "content": notebook}, path="x.ipynb")
    assert views(notebook) == ["lives"]
    before_save({"type": "file", "content": "text"})
    before_save({"type": "notebook", "content": None})


@contextmanager
def notary() -> Iterator[NotebookNotary]:
    made = NotebookNotary()
    with closing(made.store):
        yield made


def test_a_page_of_yesterday_has_what_its_widgets_showed_and_stays_trusted(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    notebook = shown("gone", "box")
    notebook["metadata"]["widgets"] = {STATE: {"state": SAVED}}
    path.write_text(json.dumps(notebook), "utf-8")
    with notary() as trust:
        trust.sign(nbformat.read(path, as_version=4))
    assert settle(path)
    left = nbformat.read(path, as_version=4)
    assert views(left, "<p>what it showed</p>", STILL) == []
    assert "widgets" not in left["metadata"]
    with notary() as trust:
        assert trust.check_signature(nbformat.read(path, as_version=4))
    assert not settle(path)


def test_a_page_that_nobody_trusted_is_not_trusted_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(shown(f"one {tmp_path}")), "utf-8")
    assert settle(path)
    with notary() as trust:
        assert not trust.check_signature(nbformat.read(path, as_version=4))


@pytest.mark.parametrize("text", ["", VIEW, f'{{"cells": "{VIEW}"}}', f'["{STATE}"]'])
def test_a_file_that_is_no_notebook_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(text, "utf-8")
    assert not settle(path)
    assert path.read_text("utf-8") == text


@pytest.mark.parametrize("garbage", [b"", b"{", b"[]", b'{"cells": 5}', b"\xff\xfe"])
def test_a_file_that_is_no_notebook_any_more_is_kept(tmp_path: Path, garbage: bytes) -> None:
    prepare(tmp_path)
    (tmp_path / NAMES[3]).write_bytes(garbage)
    (tmp_path / HOME / "copied.json").write_bytes(garbage)
    assert prepare(tmp_path).changed == (NAMES[3],)
    assert (tmp_path / NAMES[3]).read_bytes() == garbage


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "ours").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="folder is needed"):
        prepare(tmp_path / "ours")


# -- the session --------------------------------------------------------------------------------


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WORKSHOP_SESSION", "WORKSHOP_WHO", "WORKSHOP_CONTENT", "WORKSHOP_PRELOAD"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", "")


def answers_in(folder: Path) -> Answers:
    session = Session.open(folder / SESSION, create=False)
    try:
        return session.answers
    finally:
        session.close()


@pytest.mark.usefixtures("environment")
def test_a_session_can_begin_with_an_answers_file(tmp_path: Path) -> None:
    set_up(tmp_path, start_from=EXAMPLE, who="Ana")
    assert answers_in(tmp_path) == read_answers(EXAMPLE)


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("kind", ["answers", "session"])
def test_a_session_can_begin_on_the_workshop_before(tmp_path: Path, kind: str) -> None:
    before = EXAMPLE
    if kind == "session":
        set_up(tmp_path / "first", start_from=EXAMPLE)
        before = tmp_path / "first" / SESSION
    set_up(tmp_path / "second", earlier=before)
    earlier = answers_in(tmp_path / "second").earlier
    assert earlier is not None
    assert earlier.answers.decisions == read_answers(EXAMPLE).decisions


@pytest.mark.usefixtures("environment")
def test_what_a_room_decided_on_a_typed_question_is_followed_up_next_time(tmp_path: Path) -> None:
    set_up(tmp_path / "first")
    session = Session.open(tmp_path / "first" / SESSION, create=False)
    at, asked = {"question": "own.what", "round": 1}, {"question": "own.what", "ask": "What?"}
    for kind, body in (
        ("room-opened", {"privacy": "anonymous", "threshold": 3, "roles": []}),
        ("question-typed", asked),
        ("asked", at),
        (
            "voted",
            {**at, "ballot": "b", "value": "Quick", "fact": "I saw it", "role": "", "name": ""},
        ),
        ("closed", at),
        ("revealed", at),
        ("decided", {"question": "own.what", "value": "It is found.", "dissent": "Ana: no."}),
    ):
        session.note(kind, body)
    session.close()
    for _ in range(2):  # also when the start is tried again
        set_up(tmp_path / "second", earlier=str(tmp_path / "first" / SESSION))
    second = Session.open(tmp_path / "second" / SESSION, create=False)
    found = assess(second.answers).since
    items = [one["decision"] for _, one in second.items("earlier.became")]
    second.close()
    assert found is not None
    assert [(a.decision.decision, a.decision.chosen) for a in found.actions] == [
        ("What?", "It is found.")
    ]
    assert items == ["What?"]
    assert "I saw it" not in (tmp_path / "second" / SESSION).read_text("utf-8", "replace"), (
        "a fact is gone when the session of its workshop is deleted"
    )


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("option", ["earlier", "start_from"])
def test_a_start_that_failed_is_tried_again_with_the_same_options(
    tmp_path: Path, option: str
) -> None:
    for _ in range(2):  # the port was taken
        set_up(tmp_path, **{option: EXAMPLE})
    session = Session.open(tmp_path / SESSION, create=False)
    assert len(session.history()) == 1
    session.close()


@pytest.mark.usefixtures("environment")
def test_a_session_that_has_begun_is_not_written_over(tmp_path: Path) -> None:
    set_up(tmp_path, start_from=EXAMPLE)
    session = Session.open(tmp_path / SESSION, create=False)
    session.give(("model_teams",), 7)
    expected = session.answers
    session.close()
    with pytest.raises(InputError, match="begun already"):
        set_up(tmp_path, start_from=EXAMPLE)
    with pytest.raises(InputError, match="begun already"):
        set_up(tmp_path, earlier=EXAMPLE)
    set_up(tmp_path)
    assert answers_in(tmp_path) == expected


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["lab", "file"], "folder is needed"),
        (["app", "ours", "--from", "none.yaml"], "none.yaml"),
        (["app", "ours", "--earlier", "none.workshop"], "no session here"),
        (["app", "ours", "--from", "wrong.yaml"], "model_teams"),
        (["lab", "ours", "--session", "file"], "not a session"),
    ],
)
def test_wrong_input_is_told_before_any_server_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    for name in ("run_lab", "run_app"):
        monkeypatch.setattr(f"workshop.notebook.servers.{name}", pytest.fail)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("no session, " * 50, encoding="utf-8")
    (tmp_path / "wrong.yaml").write_text("model_teams: six\n", encoding="utf-8")
    done = CliRunner().invoke(commands.app, [*arguments, "--no-browser"])
    assert done.exit_code == 2, done.output
    assert words in " ".join(done.stderr.split())


def test_an_address_that_is_none_is_told_by_the_command(tmp_path: Path) -> None:
    code = "from workshop.cli.commands import main; main()"
    command = [sys.executable, "-c", code, "lab", "ours", "--ip", "203.0.113.7", "--no-browser"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding=CONSOLE)
    assert done.returncode == 2, done.stderr
    assert "no such address" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    with pytest.raises(InputError, match="no such address"):
        free_port(8888, "nowhere.invalid")


def test_a_port_that_is_taken_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port, "127.0.0.1") > port


def test_who_can_reach_it_is_said() -> None:
    assert "Only this computer" in reach("127.0.0.1")
    assert "Every computer" in reach("0.0.0.0")


# -- the servers --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving("app", tmp_path_factory.mktemp("served") / "ours") as server:
        yield server


class Asked:
    """An answer of a server, redirects not followed."""

    def __init__(self, address: str, **headers: str) -> None:
        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_: Any) -> None:
                return None

        opener = urllib.request.build_opener(Stay)
        request = urllib.request.Request(address, headers=headers)
        try:
            answer = opener.open(request, timeout=120)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            self.status, self.headers, self.text = answer.status, answer.headers, answer.read()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/voila/render/01-where-we-stand.ipynb",
        "/voila/files/pack/findings.json",
        "/voila/files/session.workshop",
        "/voila/tree",
        "/voila/api/contents",
        "/api/kernels",
    ],
)
def test_without_the_token_nobody_gets_in(app: Server, path: str) -> None:
    asked = Asked(app.base + path)
    assert asked.status in (302, 403, 404, 405)
    assert b"page.ask" not in asked.text
    assert Asked(f"{app.base}{path}?token=wrong").status in (302, 403, 404, 405)


@pytest.mark.parametrize(
    "path",
    [
        "/voila/files/session.workshop",
        "/voila/files/01-where-we-stand.ipynb",
        "/voila/files/.workshop/copied.json",
        "/voila/files/pack/../session.workshop",
        "/voila/files/%2e%2e/%2e%2e/etc/passwd",
        "/voila/tree",
        "/voila/api/contents",
        "/api/contents",
    ],
)
def test_with_the_token_there_is_nothing_but_pages_and_the_pack(app: Server, path: str) -> None:
    assert Asked(app.base + path, Authorization=f"token {app.token}").status == 404


def test_who_has_no_token_is_told_in_our_words_where_it_is(app: Server) -> None:
    asked = Asked(f"{app.base}/login?next=%2Fwalk")
    assert asked.status == 403
    shown = asked.text.decode()
    assert load_content().words("serve.locked-title") in shown
    assert f"workshop app {app.folder}" in shown
    assert "Jupyter" not in re.sub(r"(?s)<(style|script)>.*?</\1>", "", shown)


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/voila/files/session.workshop",
        "/voila/files/pack/board.pdf",
        "/voila/render/none.ipynb",
    ],
)
def test_an_address_that_leads_nowhere_is_said_in_our_words(app: Server, path: str) -> None:
    before = app.log.read_text(CONSOLE)
    asked = Asked(app.base + path, Authorization=f"token {app.token}")
    assert asked.status == 404
    say = load_content().words
    shown = asked.text.decode()
    for key in ("error-title", "error-hint", "home"):
        assert html.escape(say(f"serve.{key}")) in shown
    assert app.log.read_text(CONSOLE) == before


def test_an_open_page_goes_on_when_the_app_was_started_again(tmp_path: Path) -> None:
    """As a browser reloads it: with the cookie of before, on the same port, and no token."""
    with serving("app", tmp_path / "ours") as server:
        first = Asked(server.address)
        cookie = "; ".join(c.partition(";")[0] for c in first.headers.get_all("Set-Cookie"))
        token = server.token
        kept = server.folder / ".workshop" / "app-token"
        assert kept.stat().st_mode & 0o077 == 0, "only its owner reads it"
    with serving("app", tmp_path / "ours") as server:
        assert server.token == token
        assert Asked(f"{server.base}/walk", Cookie=cookie).status == 200


@pytest.mark.parametrize("broken", ["", "short", "x" * 500, "ü" * 32])
def test_a_token_that_was_changed_by_hand_is_made_anew(broken: str, tmp_path: Path) -> None:
    (tmp_path / "app-token").write_text(broken, "utf-8")
    token = token_of(tmp_path)
    assert len(token) == 32
    assert token_of(tmp_path) == token


def test_a_page_that_is_left_writes_nothing_in_the_terminal(app: Server) -> None:
    before = app.log.read_text(CONSOLE)
    base, _, token = app.address.partition("?token=")
    gone = "voila/api/shutdown/00000000-0000-0000-0000-000000000000"
    asked = urllib.request.Request(
        f"{base}{gone}", method="POST", headers={"Authorization": f"token {token}"}
    )
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(asked)
    assert app.log.read_text(CONSOLE) == before


def test_every_link_that_is_shown_leads_somewhere(
    app: Server, request: pytest.FixtureRequest
) -> None:
    """As a browser follows it: with the cookie of the first page, and no token."""
    first = Asked(app.address)
    cookie = "; ".join(c.partition(";")[0] for c in first.headers.get_all("Set-Cookie"))
    pack = app.folder / "pack"
    pack.mkdir()
    request.addfinalizer(lambda: shutil.rmtree(pack))  # for others it is not made yet
    for name in FILES.values():
        (pack / name).write_text(f"what {name} says", encoding="utf-8")
    page = LivePage(Session.open(app.session, create=False), 7)
    maker = PackMaker(page, pack)
    assert maker.view()["text"].startswith("This pack was made on "), "before this start"
    shown = [str(file["href"]) for file in maker.view()["files"]]
    assert len(shown) == len(FILES)
    links = {f"/voila/files/{href}": f"what {Path(href).name} says" for href in shown}
    for href in set(re.findall(r'href="(voila/render/[^"]+)"', first.text.decode())):
        links[f"/{href}"] = ""
    for path, words in links.items():
        asked = Asked(app.base + path, Cookie=cookie, Referer=f"{app.base}/")
        assert asked.status == 200, path
        if path.startswith("/voila/files"):
            assert asked.text.decode() == words
            marked = Asked(app.base + path, Cookie=cookie)  # from a bookmark
            shown, say = html.unescape(marked.text.decode()), load_content().words
            assert marked.status == 403
            assert say("serve.file-title") in shown
            assert f'<a href="?opened">{say("serve.file-open")}</a>' in shown, "from here it opens"
    page.session.close()


def test_pages_say_what_they_may_load_and_that_nobody_frames_them(app: Server) -> None:
    for path in ("/", "/voila/render/07-findings.ipynb"):
        headers = Asked(app.base + path, Authorization=f"token {app.token}").headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_names_no_other_computer(app: Server) -> None:
    for path in ("/", "/voila/render/07-findings.ipynb"):
        page = Asked(app.base + path, Authorization=f"token {app.token}").text.decode()
        fetched = re.findall(r"""(?:src|href)=["'](https?://[^"']+)""", page)
        assert [f for f in fetched if "127.0.0.1" not in f] == []


def test_a_kernel_of_the_app_runs_no_code_from_a_browser(app: Server) -> None:
    page = Asked(
        f"{app.base}/voila/render/02-ownership.ipynb", Authorization=f"token {app.token}"
    ).text.decode()
    found = re.search(r'"kernelId": "([\w-]+)"', page)
    assert found
    address = f"{app.base.replace('http', 'ws')}/api/kernels/{found[1]}/channels"
    line = websocket.create_connection(address, header=[f"Authorization: token {app.token}"])
    target = app.folder / "ran"
    message = {
        "header": {
            "msg_id": "1",
            "username": "x",
            "session": "x",
            "msg_type": "execute_request",
            "version": "5.3",
        },
        "parent_header": {},
        "metadata": {},
        "content": {"code": f"open({str(target)!r}, 'w')", "silent": False},
        "channel": "shell",
    }
    line.send(json.dumps(message))
    message["header"] |= {"msg_type": "kernel_info_request", "msg_id": "2"}  # type: ignore[operator]
    message["content"] = {}
    line.send(json.dumps(message))
    line.settimeout(120)
    while "kernel_info_reply" not in str(line.recv()):
        pass
    line.close()
    assert not target.exists()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving("lab", tmp_path_factory.mktemp("lab") / "ours") as server:
        yield server


def test_jupyterlab_lets_nobody_in_without_the_token(lab: Server) -> None:
    for path in ("/api/contents", "/lab", "/files/session.workshop"):
        assert Asked(lab.base + path).status in (302, 403)
    inside = Asked(f"{lab.base}/api/contents", Authorization=f"token {lab.token}")
    assert inside.status == 200
    assert "WELCOME.md" in inside.text.decode()


def test_jupyterlab_saves_no_widget_that_is_gone(lab: Server) -> None:
    content = shown("gone", "lives", state=("lives",))
    request = urllib.request.Request(
        f"{lab.base}/api/contents/saved.ipynb",
        data=json.dumps({"type": "notebook", "format": "json", "content": content}).encode(),
        headers={"Authorization": f"token {lab.token}"},
        method="PUT",
    )
    urllib.request.urlopen(request, timeout=120).close()
    assert views(nbformat.read(lab.folder / "saved.ipynb", as_version=4)) == ["lives"]


def test_jupyterlab_says_nothing_but_where_it_is(tmp_path: Path) -> None:
    code = "from workshop.cli.commands import main; main()"
    command = [sys.executable, "-c", code, "lab", str(tmp_path / "ours"), "--no-browser"]
    lines = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding=CONSOLE
    ) as started:
        assert started.stdout is not None
        for line in started.stdout:
            lines.append(line.strip())
            if line.startswith("Open "):
                address = line.split()[1]
            if line.startswith("Only this computer"):  # opened once, as a browser does
                with urllib.request.urlopen(address) as page:
                    assert b"JupyterLab" in page.read()
                started.send_signal(signal.SIGINT)
    assert started.returncode == 0
    printed = [line for line in lines if line]
    assert [line.split()[0] for line in printed] == ["9", "Answers", "Open", "Only"]


@pytest.mark.parametrize("kind", ["app", "lab"])
def test_a_server_that_is_ended_leaves_no_kernel_behind(tmp_path: Path, kind: str) -> None:
    with serving(kind, tmp_path / "ours") as server:
        mine = {"Authorization": f"token {server.token}"}
        if kind == "app":
            Asked(f"{server.base}/voila/render/02-ownership.ipynb", **mine)
        else:
            asked = urllib.request.Request(f"{server.base}/api/kernels", data=b"{}", headers=mine)
            urllib.request.urlopen(asked, timeout=120).close()
        assert server.kernels()
        assert server.stop() == []
    ending = "Ending. The last answers are kept first"
    assert (ending in server.log.read_text(CONSOLE)) == (kind == "app")


def test_notebooks_that_hang_in_their_end_are_ended_when_the_room_is_gone() -> None:
    code = (
        "import signal, time; from workshop.notebook import servers; servers.LONGEST_END = 0.2; "
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); servers.end_with_parent(); "
        "print('up', flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", code]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        process.stdin.close()
        assert process.wait(120) != 0
