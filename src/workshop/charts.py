"""Return each picture of the workshop as a value to show or save.

>>> from workshop import Answers, charts
>>> chart = charts.headcount(Answers(model_teams=6, platform_engineers=5))
>>> chart.alt.split(".")[0]
'Bars from the lowest to the highest number of people'

A chart is drawn from an assessment, from answers, or from a mapping of answers. The value stream is
drawn from a frame of stages as well. `save` writes SVG, PNG or PDF.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workshop import exhibits
from workshop.answers.schema import Answers
from workshop.content.loader import Content
from workshop.documents.blocks import Block, Heading, Paragraph, Picture, plain, text
from workshop.documents.exhibit import Exhibit
from workshop.exhibits.patterns import compared
from workshop.files import write_files
from workshop.findings import Assessment, assess
from workshop.findings.output.display import labels_of
from workshop.problems import InputError, Problem, near, shorten

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Chart",
    "drill",
    "headcount",
    "interactions",
    "knowledge",
    "queue",
    "tipping",
    "value_stream",
    "value_stream_by_pattern",
]

Source = Assessment | Answers | Mapping[str, Any]
"""The sources of a chart; answers are assessed with the kit's own content."""
ENDINGS = (".svg", ".png", ".pdf")
PIXELS = 200
"""The default resolution of a PNG in pixels per inch."""


@dataclasses.dataclass(frozen=True)
class Chart:
    """A picture with its words, for a notebook, a file or a pack.

    If there are too few answers for a picture, `svg` is empty and `alt` says what is missing.
    """

    name: str
    svg: str
    """The drawing as SVG source, with all text escaped."""
    alt: str
    """The alternative text of the picture."""
    caption: str = ""
    exhibit: Exhibit = dataclasses.field(repr=False, default_factory=lambda: Exhibit(""))
    """The same picture as a block of a page, as the pack prints it."""

    def _repr_svg_(self) -> str | None:
        return self.svg or None

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle = self.exhibit._repr_mimebundle_(**options)
        return {**bundle, "image/svg+xml": self.svg} if self.svg else bundle

    def save(self, path: str | Path, *, ppi: int = PIXELS) -> Path:
        """Write the chart to a .svg, .png or .pdf file, and return its path.

        A PNG has a white background and `ppi` pixels per inch. A PDF keeps the alternative text.
        Raises `InputError` for another ending, or if there is no picture to save.
        """
        target = Path(path)
        ending = target.suffix.lower()
        if ending not in ENDINGS:
            message = "A chart cannot be saved as this kind of file."
            raise InputError([Problem(message, "", shorten(str(path)), ", ".join(ENDINGS))])
        if not self.svg:
            raise InputError([Problem(f"There is no picture to save yet. {self.alt}", self.name)])
        write_files({target: self._bytes(ending, ppi)})
        return target

    def _bytes(self, ending: str, ppi: int) -> bytes:
        from workshop.documents.paper import svg_to_file

        if ending == ".svg":
            return self.svg.encode()
        return svg_to_file(self.svg.encode(), self.alt, "pdf" if ending == ".pdf" else "png", ppi)


# -- charts -------------------------------------------------------------------------------------


def headcount(source: Source, content: Content | None = None) -> Chart:
    """Return the number of people that each pattern needs, beside those available."""
    return _drawn("headcount", exhibits.headcount_bars, source, content)


def queue(source: Source, content: Content | None = None) -> Chart:
    """Return how the wait for the platform grows with the number of teams."""
    return _drawn("queue", exhibits.queue_curve, source, content)


def tipping(source: Source, content: Content | None = None) -> Chart:
    """Return the value of each answer at which the advice changes."""
    return _drawn("tipping", exhibits.tipping_strips, source, content)


def knowledge(source: Source, content: Content | None = None) -> Chart:
    """Return which team has which knowledge, and whether it is called at night."""
    return _drawn("knowledge", exhibits.knowledge_map, source, content)


def drill(source: Source, drill: str, content: Content | None = None) -> Chart:
    """Return one drill as an hour from left to right, with the team in charge.

    Raises `InputError` for a drill that the content does not have.
    """
    found = _assessed(source, content)
    known = [d.text.id for d in found.drills]
    if drill not in known:
        message = "No drill has this name."
        allowed = ", ".join(known)
        raise InputError([Problem(message, "", shorten(drill), allowed, near(drill, known))])
    return _chart(f"drill-{drill}", exhibits.drill_timeline(found, drill), found)


def interactions(source: Source, option: str, content: Content | None = None) -> Chart:
    """Return the teams of a pattern or combination, and their interactions.

    Raises `InputError` for an option that the content does not have.
    """
    found = _assessed(source, content)
    known = [o.id for o in compared(found)]
    if option not in known:
        message = "No pattern and no combination has this name."
        allowed = ", ".join(known)
        raise InputError([Problem(message, "", shorten(option), allowed, near(option, known))])
    # the key to the lines stands first, then a diagram for each option
    _key, *diagrams = _pictures(exhibits.interaction_diagrams(found).blocks)
    shown = Exhibit("", (diagrams[known.index(option)],))
    return _chart(f"interactions-{option}", shown, found)


def value_stream(source: Source | pd.DataFrame, content: Content | None = None) -> Chart:
    """Return the stages from data to users as bars of working days.

    `source` may be a frame with a row for each stage: `assessment.to_frame("stages")`, or one with
    the columns stage, team, wait_days and touch_days. Raises `InputError` for other columns.
    """
    given = _stages(source) if _is_frame(source) else source
    return _drawn("value-stream", exhibits.value_stream_timeline, given, content)


def value_stream_by_pattern(source: Source | pd.DataFrame, content: Content | None = None) -> Chart:
    """Return the value stream under each pattern, as bars on one scale."""
    given = _stages(source) if _is_frame(source) else source
    return _drawn("value-stream-by-pattern", exhibits.value_stream_by_pattern, given, content)


# -- from a source to a chart ------------------------------------------------------------------


def _assessed(source: Any, content: Content | None) -> Assessment:
    """Return the assessment of any source of a chart."""
    if isinstance(source, Assessment):
        return source
    if isinstance(source, Answers):
        return assess(source, content)
    if isinstance(source, Mapping):
        return assess(Answers.from_parameters(source), content)
    message = "A chart is not drawn from this."
    allowed = "an assessment, answers, a mapping of answers; for the value stream a frame"
    raise InputError([Problem(message, "", type(source).__name__, allowed)])


def _drawn(
    name: str, make: Callable[[Assessment], Exhibit], source: Any, content: Content | None
) -> Chart:
    found = _assessed(source, content)
    return _chart(name, make(found), found)


def _chart(name: str, exhibit: Exhibit, found: Assessment) -> Chart:
    """Return the first picture of an exhibit as a chart.

    Without a picture, the chart's words are the exhibit's first sentence.
    """
    labels = labels_of(found.content)
    picture = next(_pictures(exhibit.blocks), None)
    if picture is None:
        head = next(b for b in exhibit.blocks if isinstance(b, Heading))
        words = plain(head.lead) or plain(head.text)
        shown = Exhibit(name, (Paragraph(text(words)),), labels=labels)
        return Chart(name, "", words, exhibit=shown)
    shown = Exhibit(name, (picture,), labels=labels)
    return Chart(name, picture.data, picture.alt, plain(picture.caption), shown)


def _pictures(blocks: Any) -> Iterator[Picture]:
    """Yield each picture among blocks and inside them."""
    for block in blocks:
        if isinstance(block, Picture):
            yield block
        elif isinstance(block, tuple):
            yield from _pictures(block)
        elif isinstance(block, Block):
            yield from _pictures([getattr(block, f.name) for f in dataclasses.fields(block)])


def _is_frame(source: object) -> bool:
    """Return whether this is a pandas frame, without importing pandas."""
    return type(source).__module__.split(".")[0] == "pandas" and hasattr(source, "columns")


_DAYS = {"wait_days": "wait", "touch_days": "touch"}


def _stages(frame: Any) -> dict[str, Any]:
    """Return a frame of stages as answers.

    Days are in one column, or in a low and a high one too.
    """
    import pandas as pd

    names = [str(c) for c in frame.columns]
    if "stage" not in names:
        message = "The value stream is drawn from a frame with a row a stage."
        hint = "Add a column “stage” with data, model, serving or product in each row."
        raise InputError([Problem(message, "stage", ", ".join(names)[:200], "", hint)])
    rows = []
    for row in frame.to_dict("records"):
        filled = {
            k: v for k, v in row.items() if isinstance(v, list | tuple) or not bool(pd.isna(v))
        }
        stage = {k: filled[k] for k in ("stage", "name", "team") if k in filled}
        if "measured" in filled:
            stage["measured"] = bool(filled["measured"])
        for name, short in _DAYS.items():
            if (days := _days_of(filled, name, short)) is not None:
                stage[name] = days
        rows.append(stage)
    return {"stages": rows}


def _days_of(filled: Mapping[str, Any], name: str, short: str) -> Any:
    """Return the days of a row: one number or three, or None."""
    if name in filled:
        given = filled[name]
        return [float(d) for d in given] if isinstance(given, list | tuple) else float(given)
    low, likely, high = (filled.get(n) for n in (f"{short}_low", short, f"{short}_high"))
    if low is not None and high is not None:
        return [float(d) for d in (low, low if likely is None else likely, high)]
    return None if likely is None else float(likely)
