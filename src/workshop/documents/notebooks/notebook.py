"""Turn a notebook into blocks: its prose and its outputs, in order."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from workshop.documents.blocks import (
    Block,
    Code,
    Formula,
    Heading,
    Picture,
    find_formulas,
    lower_levels,
    paragraph,
)
from workshop.documents.exhibit import MEDIA_TYPE, Exhibit
from workshop.documents.fonts import strip_ansi
from workshop.documents.formulas import draw_formula
from workshop.documents.notebooks.markup import (
    PRINTED_COLOURS,
    Surroundings,
    html_to_blocks,
    make_picture,
    markdown_to_blocks,
)
from workshop.documents.page import KINDS, Kind, Part
from workshop.documents.text import blocks_to_text

WIDGET = "application/vnd.jupyter.widget-view+json"
_WORD = re.compile(r"\w+")
_REPR = re.compile(r"<[\w.]+ .*>|", re.DOTALL)
"""Plain text that names an object without its content."""
_MOST_LINES, _MOST_CHARACTERS = 400, 60_000
_COLOURED = re.compile(r"\x1b\[[0-9;:]*m")
"""What a terminal takes for another colour or weight."""


OnReplaced = Callable[[int, str, str], None]
"""A function that is told a cell's number, what is replaced, and why."""


def _shorten(words: str, most: int = 100) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else f"{words[: most - 1]}…"


def outputs_to_blocks(
    outputs: Iterable[Any], cell: int, around: Surroundings | None = None
) -> tuple[Block, ...]:
    """Return the outputs of a cell as blocks; `cell` counts from 1."""
    around = around or Surroundings()
    blocks: list[Block] = []
    streamed: list[str] = []
    widgets: list[str] = []

    def flush() -> None:
        printed = "".join(streamed)
        words = resolve_progress(printed)
        streamed.clear()
        if _COLOURED.search(printed):
            around.note(*PRINTED_COLOURS)
        if words.strip():
            blocks.append(_code(words, around))

    for output in outputs:
        if not isinstance(output, Mapping):
            continue
        if output.get("output_type") == "stream":
            streamed.append(_join(output.get("text")))
            continue
        flush()
        if output.get("output_type") == "error":
            blocks.append(_error(output, around))
        elif _is_widget(output):
            widgets.append(_shorten(_join(output["data"].get("text/plain"))))
        else:
            blocks += _bundle(output, cell, around)
    flush()
    if widgets and not blocks:
        around.note(
            "A widget is replaced by its name",
            "It needs a running kernel, and the cell shows nothing else.",
        )
        named = "; ".join(filter(None, widgets)) or "no name was given"
        blocks.append(paragraph(f"[A widget, which needs a running kernel: {named}]", "muted"))
    return tuple(blocks)


def resolve_progress(words: str) -> str:
    """Return what a terminal shows in the end, without colours.

    Characters that were overwritten are gone.
    """
    words = strip_ansi(words).replace("\r\n", "\n")
    if "\r" not in words and "\b" not in words:
        return words
    return "\n".join(map(_overwrite, words.split("\n")))


def _overwrite(line: str) -> str:
    shown: list[str] = []
    at = 0
    for char in line:
        if char == "\r":
            at = 0
        elif char == "\b":
            at = max(at - 1, 0)
        else:
            shown[at : at + 1] = [char]
            at += 1
    return "".join(shown).rstrip()


def _join(value: Any) -> str:
    """Return text that a notebook file has as a string or as a list of lines."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return "".join(str(part) for part in value)
    return "" if value is None else str(value)


def _is_widget(output: Mapping[str, Any]) -> bool:
    """Return whether an output is only a widget, which may have a twin in the cell."""
    data = output.get("data")
    return isinstance(data, Mapping) and WIDGET in data and not set(data) - {WIDGET, "text/plain"}


def _code(words: str, around: Surroundings, tone: str = "muted") -> Code:
    lines = words.strip("\n").split("\n")
    left_out = len(lines) - _MOST_LINES
    shown = "\n".join(lines[:_MOST_LINES])
    notes = [f"… {left_out} more lines are not shown here"] if left_out > 0 else []
    if len(shown) > _MOST_CHARACTERS:
        notes.append(f"… {len(shown) - _MOST_CHARACTERS} more characters are not shown here")
        shown = shown[:_MOST_CHARACTERS]
    for note in notes:
        around.note("An output is cut", f"{note.removeprefix('… ').capitalize()}.")
    return Code("\n".join([shown, *notes]), tone="critical" if tone == "critical" else "muted")


def _error(output: Mapping[str, Any], around: Surroundings) -> Block:
    lines = output.get("traceback")
    words = "\n".join(map(str, lines)) if isinstance(lines, list | tuple) else _join(lines)
    words = resolve_progress(words)
    if not words.strip():
        words = f"{output.get('ename', 'Error')}: {output.get('evalue', '')}"
    return _code(words, around, "critical")


def _bundle(output: Mapping[str, Any], cell: int, around: Surroundings) -> list[Block]:
    """Return an output in the first of `_KINDS` that can be shown."""
    data, metadata = output.get("data"), output.get("metadata")
    if not isinstance(data, Mapping) or not data:
        return []
    metadata = metadata if isinstance(metadata, Mapping) else {}
    for media, read in _KINDS.items():
        if media in data:
            try:
                shown = read(_Found(media, data, metadata, cell, around))
            except (ValueError, TypeError, RecursionError, AttributeError, KeyError):
                shown = None  # damaged: the next kind may still be whole
            if shown is not None:
                return shown
    names = ", ".join(sorted(map(str, data)))
    around.note("An output is replaced by its type", f"Its type cannot be shown: {names}.")
    return [paragraph(f"[An output of type {names} cannot be shown here.]", "muted")]


class _Found(NamedTuple):
    """One media type of an output, with its data and metadata."""

    media: str
    data: Mapping[str, Any]
    metadata: Mapping[str, Any]
    cell: int
    around: Surroundings

    @property
    def source(self) -> str:
        return _join(self.data[self.media])


def _exhibit(found: _Found) -> list[Block] | None:
    return list(Exhibit.from_data(found.data[found.media]).blocks)


def _picture(found: _Found) -> list[Block] | None:
    if "text/latex" in found.data:  # a formula that can be set says more than a picture of it
        shown = _latex(found._replace(media="text/latex")) or ()
        formulas = [block for block in shown if isinstance(block, Formula)]
        if formulas and all(draw_formula(block.latex) for block in formulas):
            return list(shown)
    own = found.metadata.get(found.media)
    own = own if isinstance(own, Mapping) else {}
    alt = own.get("alt") or found.metadata.get("alt")
    if not isinstance(alt, str) or not alt.strip():
        alt = f"Picture from cell {found.cell}; no description was given."
    width = own.get("width")
    wide = float(width) if isinstance(width, int | float) and 0 < width < 1e5 else None
    source = found.source
    return [make_picture(found.media, source, alt, wide, found.around)]


def _chart(found: _Found) -> list[Block] | None:
    """Return the words of a plotly figure, which only a script can draw."""
    words: list[str] = []
    _find_titles(found.data[found.media], words)
    if not words:
        return None
    found.around.note("A chart is replaced by its words", "A document cannot run its script.")
    return [
        paragraph(f"[Chart, drawn only by a script: {', '.join(dict.fromkeys(words))}]", "muted")
    ]


def _find_titles(figure: Any, words: list[str]) -> None:
    """Collect titles, names of traces, and their texts, in the figure's order."""
    for key, value in figure.items() if isinstance(figure, Mapping) else ():
        if key == "template":  # the style of every figure
            continue
        if key in ("title", "name", "text") and isinstance(value, str) and value.strip():
            words.append(" ".join(value.split()))
        for part in value if isinstance(value, list) else (value,):
            _find_titles(part, words)


def _html(found: _Found) -> list[Block] | None:
    source = found.source
    if len(source) > 4_000_000:
        return None
    if "sk-text-repr-fallback" in source and "text/plain" in found.data:
        # scikit-learn's diagram unfolds by clicks, down to the documentation of each setting
        found.around.note("A diagram is replaced by its plain text", "A document cannot unfold it.")
        return None
    blocks = list(html_to_blocks(source, found.around))
    plain = _join(found.data.get("text/plain"))
    complete = (
        re.search(r"<(table|img)\b", source, re.IGNORECASE)
        or _REPR.fullmatch(plain.strip())
        or any(isinstance(block, Picture) for block in blocks)
        or set(_WORD.findall(plain)) <= set(_WORD.findall(blocks_to_text(blocks, 10_000)))
    )
    return blocks if blocks and (complete or not plain.strip()) else None


def _markdown(found: _Found) -> list[Block] | None:
    return list(markdown_to_blocks(found.source, found.around))


def _latex(found: _Found) -> list[Block] | None:
    source = found.source.strip()
    if "\\begin{Verbatim}" in source or "\\begin{tabular}" in source:
        return None  # made for a LaTeX document: the plain text says the same
    whole = re.fullmatch(r"(\$\$?|\\\[|\\\()(.*?)(\$\$?|\\\]|\\\))", source, re.DOTALL)
    if whole:
        latex = re.sub(r"^\\displaystyle\s*", "", whole[2].strip())
        return [Formula(latex)]
    return list(markdown_to_blocks(source)) if "$" in source else [Formula(source)]


def _json(found: _Found) -> list[Block] | None:
    data = found.data[found.media]
    if data is None or not _REPR.fullmatch(_join(found.data.get("text/plain")).strip()):
        return None  # the plain text says more than where the object was
    return [_code(json.dumps(data, ensure_ascii=False, indent=2), found.around)]


def _plain(found: _Found) -> list[Block] | None:
    if unknown := ", ".join(sorted(map(str, found.data.keys() - _KINDS.keys() - {WIDGET}))):
        why = f"Its type cannot be shown: {unknown}."
        found.around.note("An output is replaced by its plain text", why)
    if _COLOURED.search(found.source):
        found.around.note(*PRINTED_COLOURS)
    words = resolve_progress(found.source)
    return [_code(words, found.around)] if words.strip() else []


_KINDS: dict[str, Callable[[_Found], list[Block] | None]] = {
    MEDIA_TYPE: _exhibit,
    "image/svg+xml": _picture,
    "image/png": _picture,
    "image/jpeg": _picture,
    "image/gif": _picture,
    "image/webp": _picture,
    "image/bmp": _picture,
    "application/vnd.plotly.v1+json": _chart,
    "text/html": _html,
    "text/markdown": _markdown,
    "text/latex": _latex,
    "application/json": _json,
    "text/plain": _plain,
}


SCREEN = "screen-only"
DROPPED = frozenset((SCREEN, "skip", "remove-cell", "remove_cell", "papermill-error-cell-tag"))
_NO_CODE = frozenset(("remove-input", "remove_input", "hide-input", "hide_input"))
_NO_OUTPUT = frozenset(("remove-output", "remove_output", "hide-output", "hide_output"))
_PARAMETERS = frozenset(("parameters", "injected-parameters"))


def hides_code(nb: Mapping[str, Any]) -> bool:
    """Return whether the notebook asks for its code to be left out."""
    return bool(_mapping(_mapping(nb.get("metadata")).get("workshop")).get("hide_code"))


def notebook_to_blocks(
    nb: Mapping[str, Any], *, exclude_input: bool | None = None, folder: Path | None = None
) -> tuple[Block, ...]:
    """Return what a notebook shows.

    Code is left out if `exclude_input` or the notebook says so. Cells are dropped or shortened by
    their tags, as nbconvert and this kit name them. Pictures in Markdown are read from `folder`
    only.
    """
    cells = cells_to_blocks(nb, exclude_input=exclude_input, folder=folder)
    return tuple(block for _, blocks in cells for block in blocks)


def cells_to_blocks(
    nb: Mapping[str, Any],
    *,
    exclude_input: bool | None = None,
    folder: Path | None = None,
    on_replaced: OnReplaced | None = None,
) -> Iterator[tuple[int, list[Block]]]:
    """Yield each cell's number, from 1, and its blocks; see `notebook_to_blocks`.

    `on_replaced` is told a cell's number, what is shown in another form, and why.
    """
    hide = hides_code(nb) if exclude_input is None else exclude_input
    language = _language(nb)
    cells = nb.get("cells")
    for number, cell in enumerate(cells if isinstance(cells, list) else (), 1):
        if isinstance(cell, Mapping):
            yield (
                number,
                cell_to_blocks(
                    cell,
                    number,
                    hide=hide,
                    language=language,
                    folder=folder,
                    on_replaced=on_replaced,
                ),
            )


def cell_to_blocks(
    cell: Mapping[str, Any],
    number: int,
    *,
    hide: bool,
    language: str = "",
    folder: Path | None = None,
    screen: bool = False,
    on_replaced: OnReplaced | None = None,
) -> list[Block]:
    """Return the blocks of one cell.

    `number` is its position from 1; `hide` leaves its code out; `screen` includes what is not meant
    for paper. `on_replaced` is told `number`, what is shown in another form, and why.
    """
    notes: list[tuple[str, str]] = []
    blocks = _read_cell(cell, number, hide, language, folder, screen, notes)
    if on_replaced is not None:
        for what, why in (*notes, *_unset(blocks)):
            on_replaced(number, what, why)
    return blocks


def _unset(blocks: Iterable[Block]) -> Iterator[tuple[str, str]]:
    """Yield the formulas that cannot be set."""
    for latex in dict.fromkeys(find_formulas(blocks)):
        if draw_formula(latex) is None:
            yield "A formula is replaced by its source", f"It cannot be set: {_shorten(latex)}"


def _read_cell(
    cell: Mapping[str, Any],
    number: int,
    hide: bool,
    language: str,
    folder: Path | None,
    screen: bool,
    notes: list[tuple[str, str]],
) -> list[Block]:
    metadata = _mapping(cell.get("metadata"))
    given = metadata.get("tags")
    tags = frozenset(map(str, given)) if isinstance(given, list | tuple) else frozenset()
    if tags & DROPPED - ({SCREEN} if screen else set()):
        return []
    source = cell.get("source", "")
    words = source if isinstance(source, str) else "".join(map(str, source or ()))
    attachments = {
        str(name): dict(bundle)
        for name, bundle in _mapping(cell.get("attachments")).items()
        if isinstance(bundle, Mapping)
    }
    around = Surroundings(folder, attachments, notes)
    kind = cell.get("cell_type")
    if kind == "markdown":
        return list(markdown_to_blocks(words, around))
    if kind != "code":
        return [Code(words.rstrip("\n"))] if words.strip() else []
    jupyter = _mapping(metadata.get("jupyter"))
    no_code = hide or tags & _NO_CODE or jupyter.get("source_hidden")
    no_output = tags & _NO_OUTPUT or jupyter.get("outputs_hidden") or (hide and tags & _PARAMETERS)
    blocks: list[Block] = []
    if words.strip() and not no_code:
        blocks.append(Code(words.rstrip("\n"), language))
    outputs = cell.get("outputs")
    if isinstance(outputs, list) and not no_output:
        blocks += outputs_to_blocks(outputs, number, around)
    return blocks


# -- slides -------------------------------------------------------------------------------------

_NOT_PROJECTED = frozenset(("lab-only", "skip", "remove-cell", "remove_cell"))
Notes = Mapping[int, tuple[Block, ...]]
"""The notes for the cells of a notebook, by position from 0."""


def notebook_to_parts(
    nb: Mapping[str, Any],
    notes: Notes | None = None,
    *,
    notes_language: str = "",
    exclude_input: bool = True,
    folder: Path | None = None,
    on_replaced: OnReplaced | None = None,
) -> Iterator[Part]:
    """Yield the part of a talk that each cell of a notebook adds.

    Cells begin slides as `slideshow.slide_type` in their metadata says, which nbconvert uses too.
    Exhibits show their content for slides, or else for a pack. Pictures in Markdown are read from
    `folder`.
    """
    notes = notes or {}
    titled = False
    for at, cell in enumerate(nb.get("cells") or ()):
        if not isinstance(cell, Mapping):
            continue
        metadata = _mapping(cell.get("metadata"))
        tags = frozenset(map(str, metadata.get("tags") or ()))
        kind = _slide_type(metadata)
        if kind == "skip" or tags & _NOT_PROJECTED:
            continue
        blocks = tuple(
            cell_to_blocks(
                _for_slides(cell),
                at + 1,
                hide=exclude_input,
                folder=folder,
                screen=True,
                on_replaced=on_replaced,
            )
        )
        if any(isinstance(block, Heading) and block.level == 1 for block in blocks):
            blocks = lower_levels(blocks) if titled else blocks  # one title opens a notebook
            titled = True
        yield Part(blocks, kind, notes.get(at, ()), notes_language)


def _slide_type(metadata: Mapping[str, Any]) -> Kind:
    given = _mapping(metadata.get("slideshow")).get("slide_type")
    return next((kind for kind in KINDS if kind == given), "")


def _for_slides(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a cell whose exhibits show their content for slides."""
    outputs = cell.get("outputs")
    if not isinstance(outputs, list):
        return cell
    return {**cell, "outputs": [_projected(output) for output in outputs]}


def _projected(output: Any) -> Any:
    exhibit = _mapping(_mapping(output).get("data")).get(MEDIA_TYPE)
    exhibit = _mapping(exhibit)
    shown = next((exhibit[name] for name in ("on_slides", "in_pack") if name in exhibit), None)
    if shown is None:
        return output
    return {**output, "data": {MEDIA_TYPE: {**exhibit, "blocks": shown}}}


def _language(nb: Mapping[str, Any]) -> str:
    info = _mapping(_mapping(nb.get("metadata")).get("language_info"))
    return str(info.get("name", ""))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
