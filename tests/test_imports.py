"""Imports point one way, and never in a circle."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

import workshop

PACKAGE = Path(workshop.__file__).parent
LAYERS = """
    problems files
    plugins
    documents kernels content
    answers
    findings
    exhibits forms
    session charts
    pack authoring widgets
    portfolio notebook room print
    batch web
    cli
"""
"""Each part may import what is on a line above it; `FREE` import nothing of the kit."""
FREE = {"documents", "kernels", "files", "problems"}
PLACE = {part: i for i, line in enumerate(LAYERS.split("\n")) for part in line.split()}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def imported(path: Path) -> set[str]:
    """Return the parts of the package that a file imports, wherever in it that happens."""
    names: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            names |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            names |= {f"{node.module}.{a.name}" for a in node.names}
    return {n.split(".")[1] for n in names if n.startswith("workshop.")}


@pytest.mark.parametrize("part", PLACE)
def test_a_part_imports_only_what_lies_below_it(part: str) -> None:
    files = [p for p in (PACKAGE / f"{part}.py",) if p.exists()]
    for path in files or sorted((PACKAGE / part).rglob("*.py")):
        for other in imported(path) - {part}:
            if other in PLACE:
                low_enough = part not in FREE and PLACE[other] < PLACE[part]
                assert low_enough, f"{path.name} imports {other}"
            else:  # what the package offers at its top comes from content, answers and findings
                assert other == "__version__" or PLACE[part] > PLACE["findings"], path.name


def test_every_part_of_the_package_has_its_place() -> None:
    parts = {p.stem for p in PACKAGE.iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}
    assert parts - {"__init__"} == set(PLACE)


def test_a_folder_has_a_dozen_modules_at_most_and_names_only_what_is_there() -> None:
    for init in PACKAGE.rglob("__init__.py"):
        assert len(list(init.parent.glob("*.py"))) <= 13, init.parent
        for name in re.findall(r"`([\w/]+\.py)`", init.read_text("utf-8")):
            assert (init.parent / name).exists() or (PACKAGE / name).exists(), (init, name)


@pytest.mark.parametrize(
    ("part", "files"),
    [
        ("documents", [*Path(__file__).parent.glob("documents/test_*.py")]),
        ("kernels", [*Path(__file__).parent.glob("*kernel*.py")]),
    ],
)
def test_what_knows_no_domain_is_tested_without_it(part: str, files: list[Path]) -> None:
    assert {other for path in files for other in imported(path)} == {part}


def graph() -> dict[str, set[str]]:
    """Return which modules of the package each module imports, wherever in it that happens."""
    files = {name_of(path): path for path in PACKAGE.rglob("*.py")}
    found: dict[str, set[str]] = {}
    for module, path in files.items():
        found[module] = set()
        for node in ast.walk(tree_of(path)):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{a.name}" for a in node.names]
                names = [n if n in files else str(node.module) for n in names]
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
                names = [a.value for a in node.args if isinstance(a, ast.Constant)]
            found[module] |= {n for n in names if n in files and n != module}
    return found


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_no_modules_import_one_another_in_a_circle() -> None:
    """Imports inside of functions, for types and by a name in text count too."""
    left = graph()
    while ends := ends_of(left):
        left = {m: imports & left.keys() - ends for m, imports in left.items() if m not in ends}
    assert not left


def ends_of(modules: dict[str, set[str]]) -> set[str]:
    """Return the modules that import none of the others, or that none of the others imports."""
    imported = set().union(*modules.values())
    return {m for m, imports in modules.items() if not imports or m not in imported}
