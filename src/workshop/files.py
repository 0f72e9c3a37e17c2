"""Find the kit's own files, and write files completely or not at all."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

__version__ = "0.20.0"
_PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """Return a folder of this installation, such as `notebooks` or `examples`.

    A wheel carries them inside the package; an editable installation reads the checkout's own.
    """
    packed = _PACKAGE / "_kit" / name
    return packed if packed.is_dir() else _PACKAGE.parents[1] / name


def notebooks() -> tuple[Path, ...]:
    """Return the seven notebooks of the workshop, in its order.

    The eighth, `own_analysis`, belongs to no part of it, and no pack runs it by itself.
    """
    return tuple(sorted(folder("notebooks").glob("0[1-7]-*.ipynb")))


def own_analysis() -> Path:
    """Return the notebook in which people who program ask their own questions."""
    return folder("notebooks") / "08-your-own-analysis.ipynb"


def example(name: str) -> Path:
    """Return an example's answers file by its name, e.g. `tidewater-retail`."""
    return folder("examples") / f"{name}.yaml"


_ON_SCREEN = ("pandas", "ipywidgets")
"""Modules below that only a person at a notebook uses."""


def preload(headless: bool = False) -> list[str]:
    """Return the modules that every kernel of the kit imports before it starts.

    They are listed in the kernelspec. A `headless` run, which makes a pack, needs fewer.
    """
    about = json.loads((_PACKAGE / "kernel.json").read_text("utf-8"))
    names: list[str] = about["metadata"]["kernel_provisioner"]["config"]["preload"]
    return [name for name in names if not (headless and name in _ON_SCREEN)]


_UNFINISHED = re.compile(r"\..+\.[a-z0-9_]{8}")
"""The name of a file that `write_files` has not put in its place yet."""


def remove_unfinished(folder: Path) -> None:
    """Remove what a killed program was writing into a folder and those below it."""
    for path in folder.rglob(".*"):
        if _UNFINISHED.fullmatch(path.name) and path.is_file():
            path.unlink(missing_ok=True)


def write_files(files: Mapping[Path, bytes]) -> None:
    """Write all files or none.

    Old files stay until every new one is written beside them. Missing folders are made. Raises
    OSError, with the name of the file, if one cannot be written.
    """
    ready: list[Path] = []
    path = Path()
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            ready.append(Path(name))
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).chmod(0o644)
        for new, path in zip(ready, files, strict=True):
            new.replace(path)
    except BaseException as error:
        for new in ready:
            new.unlink(missing_ok=True)
        # A full disk names no file. What has no number has words of its own.
        if isinstance(error, OSError) and error.errno is not None and error.filename is None:
            error.filename = str(path)
        raise
