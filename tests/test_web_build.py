"""The built folder: whole, small, made without a network a second time, and equal to the kit."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread
from typing import Any

import platformdirs
import pytest
import yaml
from typer.testing import CliRunner

import webs
from conftest import TOP
from workshop import Answers, assess
from workshop.answers.reading import read_answers
from workshop.cli.commands import app
from workshop.documents.page import blocks_to_page
from workshop.documents.paper import blocks_to_pdf
from workshop.findings.output.report import to_json
from workshop.pack.merge import EDITIONS
from workshop.web import build as building
from workshop.web.build import open_server
from workshop.web.walk import PRINTED, findings_documents

pytestmark = pytest.mark.node

ALL = "WORKSHOP_EVERY_PAGE" in os.environ
"""Whether the page of each case is compared, which takes some minutes."""
FIRST, WITH_PDF = 15e6, 45e6
"""Bytes until the first question, and with what the first PDF loads."""


def test_a_built_folder_is_whole_and_small(web_folder: Path) -> None:
    files = {p.relative_to(web_folder).as_posix(): p for p in web_folder.rglob("*") if p.is_file()}
    sizes = {name: path.stat().st_size for name, path in files.items()}
    later = {name for name in files if name.startswith("later/")}
    first = sum(sizes[name] for name in {*files} - later)
    assert first < FIRST, sizes
    assert first + sum(sizes[name] for name in later if "cjk" not in name) < WITH_PDF, sizes
    worker = files["sw.js"].read_text("utf-8")
    listed = set(json.loads(re.search(r"FILES = ({.*});", worker)[1]))  # type: ignore[index]
    assert listed == {"./", *files} - {"sw.js"} - later
    page = files["index.html"].read_text("utf-8")
    assert "{{" not in page + worker
    named = set(re.findall(r'(?:src|href)="([^"#]+)"', page))
    assert named <= set(files)
    assert set(re.findall(r'"(later/[^"]+)"', page)) == later
    assert not re.search(r"https?://", page)


def test_the_second_build_asks_no_registry(
    web_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_options: Any) -> Any:
        raise AssertionError("something was fetched")

    monkeypatch.setattr(subprocess, "run", refuse)
    pyodide, wheels = building.fetch()
    assert (pyodide / "pyodide.asm.wasm").stat().st_size > 1e6
    assert {*wheels} == {"pydantic", "pydantic-core", "typst", "python-calamine"}


def test_without_registries_and_cache_the_message_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda _name: tmp_path / "cache")
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    done = CliRunner().invoke(app, ["web", "build", str(tmp_path / "web")])
    assert done.exit_code == 2
    output = " ".join(done.output.split())
    assert "Pyodide 314.0.7 could not be fetched from npm." in output
    assert "Build once on a computer that reaches npm and PyPI." in output
    assert not (tmp_path / "web").exists()


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    done = CliRunner().invoke(app, ["web", "build", str(tmp_path)])
    assert done.exit_code == 2
    assert "holds something else" in done.output
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


def test_what_was_fetched_is_used_only_if_it_is_what_was_tested(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda _name: tmp_path)
    name, version, _ = building.WHEELS[0]
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / f"{name}-{version}-py3-none-any.whl").write_bytes(b"another file")
    with pytest.raises(building.InputError, match="its hash is another one"):
        building._wheel(tmp_path / "web", *building.WHEELS[0])


PARITY = """
import sys
sys.path.insert(0, "/site")
import base64, hashlib, json, pickle
from workshop import Answers, assess
from workshop.documents.paper import blocks_to_pdf
from workshop.findings.output.report import to_json
from workshop.web.walk import Walk

walk = Walk("/data/session.workshop")
made = {}
given = json.loads(given)
for text in given["all"]:
    if text in given["pages"]:
        said = json.loads(walk.bring("answers.json", text.encode()))
        assert said["ok"], (text, said)
        files = [walk.download(kind) for kind in ("findings.json", "findings.html")]
    else:
        files = [to_json(assess(Answers.from_parameters(json.loads(text))))]
    made[text] = [hashlib.sha256(file.encode()).hexdigest() for file in files]
walk.bring("answers.json", given["printed"].encode())
load(["typst", *json.loads(walk.needs("findings.pdf"))])
pdf = blocks_to_pdf(*pickle.loads(walk.download("findings.pdf")))
made["printed"] = base64.b64encode(pdf).decode()
json.dumps(made)
"""


def printed_words(pdf: bytes, scratch: Path) -> str:
    """Return the words of a PDF as they are laid out."""
    (scratch / "it.pdf").write_bytes(pdf)
    command = ["pdftotext", "-layout", str(scratch / "it.pdf"), "-"]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout


def as_read(answers: dict[str, Any], scratch: Path) -> Answers:
    """Return answers as a file of them is read, in which “-” is no dissent."""
    file = scratch / "case.json"
    file.write_text(json.dumps(Answers.model_validate(answers).to_parameters()), "utf-8")
    return read_answers(file)


@pytest.mark.poppler
def test_findings_pages_and_paper_in_a_browser_are_the_kits(
    web_folder: Path, tmp_path: Path
) -> None:
    """One Python goes through all examples and every case of every rule, and the kit beside it.

    Pages take longest: of the cases a few have theirs compared, or all of them (see `ALL`). These
    are brought as a file, as a person does; of the others the findings are compared. Cases with the
    same answers are one.
    """
    examples = {
        f"{p.parent.name}/{p.stem}": read_answers(p)
        for folder in ("examples", "examples/cases")
        for p in sorted((TOP / folder).glob("*.yaml"))
    }
    cases = {
        f"{path.stem}: {case['name']}": as_read(case["answers"], tmp_path)
        for path in sorted((TOP / "tests/rules").glob("*.yaml"))
        for kind, ones in yaml.safe_load(path.read_text("utf-8")).items()
        if kind in ("fires", "silent")
        for case in ones
    }
    assert len(examples) >= 5
    assert len(cases) > 500
    every = examples | cases
    firsts = {name.split(": ")[0]: name for name in reversed(cases)}  # of each rule
    chosen = cases if ALL else list(firsts.values())[::8]
    texts = {name: json.dumps(answers.to_parameters()) for name, answers in every.items()}
    pages = {texts[name] for name in (*examples, *chosen)}
    printed = "examples/tidewater-retail"
    given = {"all": [*dict.fromkeys(texts.values())], "pages": [*pages], "printed": texts[printed]}
    with ThreadPoolExecutor() as beside:
        browser = beside.submit(webs.run_in_node, web_folder, PARITY, given, tmp_path)
        kit = dict[str, list[str]]()
        for name, text in texts.items():
            if text in kit:
                continue
            found = assess(every[name])
            files = [to_json(found)]
            if text in pages:
                document = findings_documents(found).of(*EDITIONS)
                files.append(blocks_to_page(document.blocks, document.setup))
            kit[text] = [hashlib.sha256(file.encode()).hexdigest() for file in files]
        document = findings_documents(assess(every[printed])).of(*PRINTED["findings.pdf"])
        paper = blocks_to_pdf(document.blocks, document.setup)
        made = browser.result()
    assert [name for name, text in texts.items() if made[text] != kit[text]] == []
    read = base64.b64decode(made["printed"])
    assert printed_words(read, tmp_path) == printed_words(paper, tmp_path)


def test_a_served_page_may_ask_nobody_else(web_folder: Path) -> None:
    with open_server(web_folder, 0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}/"
        for name, kind in (("", "text/html"), ("pyodide/pyodide.mjs", "text/javascript")):
            with urllib.request.urlopen(base + name, timeout=120) as reply:
                assert reply.headers["Content-Type"] == kind
                policy = reply.headers["Content-Security-Policy"]
        server.shutdown()
    assert "default-src 'none'" in policy
    assert "http" not in policy
