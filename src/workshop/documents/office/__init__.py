"""Write Word documents and PowerPoint slides that people can edit.

Each needs a library that nothing else does.
"""

from __future__ import annotations

from importlib.util import find_spec

LIBRARIES = {"docx": "python-docx", "pptx": "python-pptx"}
"""The library that writes each format, by format (and module)."""


def check_library(kind: str) -> None:
    """Raise ImportError with install instructions if a format's library is missing."""
    if find_spec(kind) is None:
        name = LIBRARIES[kind]
        message = f"{name} is not installed here; install it with: pip install {name}"
        raise ImportError(message, name=kind)
