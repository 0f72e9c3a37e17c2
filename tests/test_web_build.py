"""The built folder: whole, small, made without a network a second time, and equal to the kit."""

from __future__ import annotations

import json
import re
import subprocess
import urllib.request
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from typer.testing import CliRunner

import webs
from conftest import TOP
from workshop import assess
from workshop.answers.reading import read_answers
from workshop.cli.commands import app
from workshop.findings.output.report import to_json
from workshop.web import build as building
from workshop.web.serving import open_server

pytestmark = pytest.mark.node

MOST = 24e6
"""Bytes of the whole folder; a server that compresses sends two thirds of them."""


def test_a_built_folder_is_whole_and_small(web_folder: Path) -> None:
    files = {p.relative_to(web_folder).as_posix(): p for p in web_folder.rglob("*") if p.is_file()}
    sizes = {name: path.stat().st_size for name, path in files.items()}
    assert sum(sizes.values()) < MOST, sizes
    worker = files["sw.js"].read_text("utf-8")
    kept = set(json.loads(re.search(r"FILES = (\[.*\]);", worker)[1]))  # type: ignore[index]
    assert kept == {"./", *files} - {"sw.js"}
    page = files["index.html"].read_text("utf-8")
    assert "{{" not in page + worker
    named = set(re.findall(r'(?:src|href)="([^"#]+)"', page))
    assert named <= set(files)
    assert not re.search(r"https?://", page)


def test_the_second_build_asks_no_registry(
    web_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_options: Any) -> Any:
        raise AssertionError("something was fetched")

    monkeypatch.setattr(subprocess, "run", refuse)
    pyodide, wheels = building.fetch()
    assert (pyodide / "pyodide.asm.wasm").stat().st_size > 1e6
    assert [w.name.split("-")[0] for w in wheels] == ["pydantic", "pydantic_core"]


def test_without_registries_and_cache_the_message_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building.platformdirs, "user_cache_path", lambda _name: tmp_path / "cache")
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    done = CliRunner().invoke(app, ["web", "build", str(tmp_path / "web")])
    assert done.exit_code == 2
    said = " ".join(done.output.split())
    assert "Pyodide 314.0.7 could not be fetched from npm." in said
    assert "Build once on a computer that reaches npm and PyPI." in said
    assert not (tmp_path / "web").exists()


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    done = CliRunner().invoke(app, ["web", "build", str(tmp_path)])
    assert done.exit_code == 2
    assert "holds something else" in done.output
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


def test_what_was_fetched_is_used_only_if_it_is_what_was_tested(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building.platformdirs, "user_cache_path", lambda _name: tmp_path)
    name, version, _ = building.WHEELS[0]
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / f"{name}-{version}-py3-none-any.whl").write_bytes(b"another file")
    with pytest.raises(building.InputError, match="its hash is another one"):
        building._wheel(tmp_path / "web", *building.WHEELS[0])


PARITY = """
import json, sys
sys.path.insert(0, "/site")
from workshop.web.walk import Walk
walk = Walk("/data/session.workshop")
made = {}
for name, text in json.loads(told).items():
    said = json.loads(walk.bring(name, text.encode()))
    assert said["ok"], said
    made[name] = walk.download("findings.json")
json.dumps(made)
"""


def test_findings_in_a_browser_are_the_kits_to_the_byte(web_folder: Path, tmp_path: Path) -> None:
    files = sorted((TOP / "examples").glob("*.yaml")) + sorted(
        (TOP / "examples/cases").glob("*.yaml")
    )
    told = {path.name: path.read_text("utf-8") for path in files}
    assert len(told) >= 5
    made = webs.run_in_node(web_folder, PARITY, told, tmp_path)
    for path in files:
        assert made[path.name] == to_json(assess(read_answers(path))), path.name


def test_a_served_page_may_ask_nobody_else(web_folder: Path) -> None:
    with open_server(web_folder, 0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}/"
        for name, kind in (("", "text/html"), ("pyodide/pyodide.asm.wasm", "application/wasm")):
            with urllib.request.urlopen(base + name, timeout=20) as reply:
                assert reply.headers["Content-Type"] == kind
                policy = reply.headers["Content-Security-Policy"]
        server.shutdown()
    assert "default-src 'none'" in policy
    assert "http" not in policy
