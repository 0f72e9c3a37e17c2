"""Where the kit's notebooks and examples are: inside the wheel, or in the checkout."""

from __future__ import annotations

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
