"""Imports point one way: nothing low knows anything high."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import workshop

PACKAGE = Path(workshop.__file__).parent
LAYERS = """
    problems files
    documents kernels content
    answers
    findings
    exhibits forms
    session
    pack authoring
    portfolio notebook room print
    batch
    cli
"""
"""Each part may import what is on a line above it; `FREE` import nothing but `problems`."""
FREE = {"documents", "kernels", "files", "problems"}
PLACE = {part: i for i, line in enumerate(LAYERS.split("\n")) for part in line.split()}


def imported(path: Path) -> set[str]:
    """Return the parts of the package that a file imports, wherever in it that happens."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            names |= {f"{node.module}.{a.name}" for a in node.names}
    return {n.split(".")[1] for n in names if n.startswith("workshop.")}


@pytest.mark.parametrize("part", PLACE)
def test_a_part_imports_only_what_lies_below_it(part: str) -> None:
    files = [PACKAGE / f"{part}.py"] if part in ("problems", "files") else []
    for path in files or sorted((PACKAGE / part).rglob("*.py")):
        for other in imported(path) - {part}:
            if other in PLACE:
                low_enough = other == "problems" if part in FREE else PLACE[other] < PLACE[part]
                assert low_enough, f"{path.name} imports {other}"
            else:  # what the package offers at its top comes from content, answers and findings
                assert other == "__version__" or PLACE[part] > PLACE["findings"], path.name


def test_every_part_of_the_package_has_its_place() -> None:
    parts = {p.stem for p in PACKAGE.iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}
    assert parts - {"__init__"} == set(PLACE)


def test_kernels_are_tested_with_nothing_of_the_kit_but_them() -> None:
    files = [
        *Path(__file__).parent.glob("test_kernels*.py"),
        Path(__file__).with_name("kernel_client.py"),
    ]
    assert {part for path in files for part in imported(path)} == {"kernels"}
