"""Every frame with its columns, from where the frames are declared."""

from __future__ import annotations

from made.text import code, heading, table
from workshop.findings.output.frames import FOUND, FRAMES, FrameText
from workshop.portfolio.frames import FRAMES as OF_PORTFOLIO
from workshop.session.frames import ANSWERS


def columns_of(frame: FrameText) -> str:
    """Return a table of a frame's columns, those of the index first."""
    index = {column.name for column in frame.index}
    rows = []
    for column in frame.all:
        about = column.meaning
        if column.choices:
            about += ": " + ", ".join(map(code, column.choices))
        name = code(column.name) + (" (index)" if column.name in index else "")
        rows.append([name, code(column.dtype), about])
    return table(["Column", "Dtype", "Meaning"], rows)


def portfolio_frames() -> str:
    """Return every frame of a portfolio."""
    parts: list[str] = []
    for frame in OF_PORTFOLIO.values():
        parts += [heading(3, code(frame.name), f"portfolio-{frame.name}")]
        parts += [f"One row: {frame.row}.\n", columns_of(frame)]
    return "\n".join(parts)


def all_frames() -> str:
    """Return every frame of an assessment."""
    parts: list[str] = []
    for frame in FRAMES.values():
        parts += [heading(3, code(frame.name), f"frame-{frame.name}"), f"One row: {frame.row}.\n"]
        parts.append(columns_of(frame))
    return "\n".join(parts)


def found_frame() -> str:
    """Return the columns of what is found about many groups."""
    return columns_of(FOUND)


def session_frame() -> str:
    """Return the columns of a session's answers."""
    return columns_of(ANSWERS)
