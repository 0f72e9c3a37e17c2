"""Office files to edit and paste from: Word documents and PowerPoint slides.

Both need the `office` extra; nothing else does.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

from workshop.problems import InputError, Problem

LIBRARIES = {"docx": "python-docx", "pptx": "python-pptx"}
"""By format (and module): the library that writes it."""
INSTALL = "pip install 'ml-ownership-workshop[office]'"


def check_libraries(formats: Iterable[str]) -> None:
    """Raise InputError with how to install them, if libraries for these formats are missing."""
    missing = [
        Problem(f"{LIBRARIES[f]} is not installed here.", f"--format {f}", suggestion=INSTALL)
        for f in formats
        if f in LIBRARIES and find_spec(f) is None
    ]
    if missing:
        raise InputError(missing)
