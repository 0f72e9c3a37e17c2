"""Office files to edit and paste from: Word documents and PowerPoint slides.

Each needs a library that nothing else does.
"""

from __future__ import annotations

from importlib.util import find_spec

LIBRARIES = {"docx": "python-docx", "pptx": "python-pptx"}
"""By format (and module): the library that writes it."""


def check_library(kind: str) -> None:
    """Raise ImportError with how to install it, if the library for a format is missing."""
    if find_spec(kind) is None:
        name = LIBRARIES[kind]
        message = f"{name} is not installed here. Install it with: pip install {name}"
        raise ImportError(message, name=kind)
