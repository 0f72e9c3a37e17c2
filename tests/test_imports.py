"""Imports point one way: nothing low knows anything high."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import workshop

PACKAGE = Path(workshop.__file__).parent
MAY_IMPORT: dict[str, set[str]] = {
    "content": set(),
    "model": set(),
    "resources": set(),
    "progress": set(),
    "findings": {"model"},
    "render": set(),
    "exhibits": {"model", "findings", "render"},
    "kernels": set(),
    "run": {"kernels"},
    "office": {"model", "findings", "exhibits", "render"},
    "slides": {"render"},
    "pack": {
        "model",
        "findings",
        "render",
        "exhibits",
        "office",
        "slides",
        "kernels",
        "run",
        "resources",
    },
    "portfolio": {"model", "findings", "render", "exhibits", "pack"},
    "agenda": {"model", "render"},
    "session": {"model", "agenda"},
    "batch": {"model", "session", "kernels", "run", "pack", "portfolio", "render", "resources"},
    "checking": {"model", "findings", "render", "exhibits", "resources"},
    "steps": {
        "model",
        "findings",
        "render",
        "exhibits",
        "agenda",
        "session",
        "kernels",
        "pack",
        "resources",
    },
    "room": {"model", "agenda", "session"},
    "printed": {"model", "render", "room", "agenda"},
    "serve": {"model", "render", "kernels", "session", "resources"},
    "terminal": {"model"},
    "cli_agenda": {"model", "agenda", "render", "exhibits", "pack", "session", "terminal"},
    "cli_batch": {"model", "kernels", "office", "batch", "portfolio", "terminal"},
    "cli_content": {"checking", "terminal"},
    "cli_print": {"model", "printed", "terminal"},
    "cli_room": {"model", "room", "session", "terminal"},
    "cli_serve": {"serve", "terminal"},
    "cli_session": {"session", "terminal"},
    "cli": {
        "cli_agenda",
        "cli_batch",
        "cli_content",
        "cli_print",
        "cli_room",
        "cli_serve",
        "cli_session",
        "terminal",
        "model",
        "findings",
        "render",
        "exhibits",
        "kernels",
        "run",
        "pack",
        "batch",
        "portfolio",
        "resources",
        "progress",
    },
}
"""For each part, the parts below it. The package itself may be read for its version."""


def part_of(name: str) -> str:
    return name.split(".")[1] if "." in name else ""


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            names |= {f"{node.module}.{a.name}" for a in node.names}
            names.add(node.module or "")
    return {n for n in names if n.split(".")[0] == "workshop"}


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_a_part_imports_only_what_lies_below_it(part: str) -> None:
    folder = PACKAGE / part
    files = sorted(folder.rglob("*.py")) if folder.is_dir() else [PACKAGE / f"{part}.py"]
    assert files
    for path in files:
        found = {part_of(name) for name in imported(path)} - {"", part, "__version__"}
        known = found & set(MAY_IMPORT)
        assert known <= MAY_IMPORT[part], f"{path.name} imports {known - MAY_IMPORT[part]}"
        top = found - known
        # what the package offers at its top comes from model and findings
        assert not top or MAY_IMPORT[part] >= {"model", "findings"}, f"{path.name}: {top}"


def test_every_part_of_the_package_has_its_place() -> None:
    parts = {p.stem for p in PACKAGE.iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}
    assert parts - {"__init__"} == set(MAY_IMPORT)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: p.stem)
def test_a_module_holds_one_thing(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400
