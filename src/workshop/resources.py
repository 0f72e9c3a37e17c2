"""Where the kit's notebooks and examples are, and what their kernels have ready."""

from __future__ import annotations

import json
from pathlib import Path

_PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """Return a folder of this installation: `notebooks`, `examples`, or `tests/rules`.

    A wheel carries them inside the package; an editable installation reads the checkout's own.
    """
    packed = _PACKAGE / "_kit" / name
    return packed if packed.is_dir() else _PACKAGE.parents[1] / name


def notebooks() -> tuple[Path, ...]:
    """Return the seven notebooks, in the order of the workshop."""
    return tuple(sorted(folder("notebooks").glob("[0-9][0-9]-*.ipynb")))


def example(name: str) -> Path:
    """Return an example's answers file by its name, e.g. `tidewater-retail`."""
    return folder("examples") / f"{name}.yaml"


def preload() -> list[str]:
    """Return what every kernel of the kit has imported beforehand, as its kernelspec says."""
    about = json.loads((_PACKAGE / "kernel.json").read_text("utf-8"))
    names: list[str] = about["metadata"]["kernel_provisioner"]["config"]["preload"]
    return names
