"""The package by itself: its README's example runs, and its public names are there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from conftest import CONSOLE
from workshop import documents


def test_the_example_of_the_readme_makes_a_pdf_and_a_page() -> None:
    readme = (Path(documents.__file__).parent / "README.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    names: dict[str, object] = {}
    exec(example, names)
    assert isinstance(names["pdf"], bytes)
    assert names["pdf"].startswith(b"%PDF")
    assert "Name a team for prices" in str(names["page"])


def test_public_names_are_there_and_named_in_order() -> None:
    assert sorted(documents.__all__) == sorted(set(documents.__all__))
    assert all(hasattr(documents, name) for name in documents.__all__)


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = ("typst", "matplotlib", "pandas", "numpy", "fontTools", "nbconvert", "docx", "pptx")
    code = f"import sys, workshop.documents; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, encoding=CONSOLE
    )
    assert done.stdout.strip() == "[]"
