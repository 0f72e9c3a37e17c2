"""Show frames, charts and widgets as a notebook does, with the code that makes them."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from typing import Any

import ipywidgets

from made.text import heading
from workshop import assess, charts, widgets
from workshop.answers.reading import read_answers
from workshop.documents.html import cell_style
from workshop.files import example
from workshop.findings import Assessment

FRAMES = (
    ("What was found", 'found.to_frame("findings")[["severity", "statement", "owner"]].head(4)'),
    ("What each pattern gets", 'found.to_frame("verdicts")[["name", "verdict", "advised"]]'),
    ("Who has which duty", 'found.to_frame("ledger")[["name", "holder", "state"]]'),
    ("What to do by when", 'found.to_frame("actions")[["what", "owner", "due"]].head(4)'),
)
CHARTS = (
    ("How many people each pattern takes", "charts.headcount(found)"),
    ("Where the advice changes", "charts.tipping(found)"),
    ("How the wait grows", "charts.queue(found)"),
    ("How long it takes to reach users", "charts.value_stream(found)"),
    ("The same under each pattern", "charts.value_stream_by_pattern(found)"),
    ("A drill, minute by minute", 'charts.drill(found, "stale-features")'),
    ("Who knows what", "charts.knowledge(found)"),
    ("Who talks to whom", 'charts.interactions(found, "federated")'),
)
WIDGETS = (
    ("A step as a form", 'widgets.StepForm("size", found)'),
    ("The ownership ledger", "widgets.OwnershipLedger(found)"),
    ("The four patterns", "widgets.PatternComparison(found)"),
    ("What if?", "widgets.WhatIf(found)"),
    ("An on-call drill", 'widgets.PagerDrill(found, drill="stale-features")'),
    ("The value stream", "widgets.ValueStream(found)"),
    ("What the room voted", 'widgets.VoteResult(found, question="lead")'),
    ("What we advise", "widgets.RecommendationCard(found)"),
)
"""By kind: titles, and the expression that makes what stands below."""


def _made(code: str) -> Any:
    known = {"found": _example(), "charts": charts, "widgets": widgets}
    return eval(code, known)  # noqa: S307 (our own code, from above)


def _example() -> Assessment:
    return assess(read_answers(example("tidewater-retail")))


def _part(title: str, code: str, shown: str) -> str:
    anchor = re.sub(r"[^a-z]+", "-", title.lower()).strip("-")
    return "\n".join([heading(3, title, anchor), f"```py\n{code}\n```\n", shown, ""])


def frames_shown() -> str:
    """Return the first rows of frames."""
    parts = [
        _part(title, code, _html(_made(code).to_html(border=0, notebook=True)))
        for title, code in FRAMES
    ]
    return "\n".join(parts)


def charts_shown() -> str:
    """Return every chart with its alternative text."""
    parts = []
    for title, code in CHARTS:
        chart: charts.Chart = _made(code)
        source = base64.b64encode(chart.svg.encode()).decode()
        alt = chart.alt.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
        address = f"data:image/svg+xml;base64,{source}"
        picture = f'<img class="chart" alt="{alt}" src="{address}">'
        parts.append(_part(title, code, f"<p>{picture}</p>\n"))
    return "\n".join(parts)


def widgets_shown() -> str:
    """Return the static copy of every widget: what a notebook shows without a kernel."""
    parts = []
    for title, code in WIDGETS:
        data, _ = _made(code)._repr_mimebundle_()
        parts.append(_part(title, code, _html(data["text/html"])))
    ipywidgets.Widget.close_all()
    return f"<style>{_scoped()}</style>\n\n" + "\n".join(parts)


def _html(html: str) -> str:
    """Return HTML as Markdown takes it whole: in a box that scrolls, without an empty line."""
    bare = re.sub(r"<style.*?</style>", "", html, flags=re.S)
    lines = [line for line in bare.splitlines() if line.strip()]
    return f'<div class="shown" tabindex="0">{" ".join(lines)}</div>\n'


def _scoped() -> str:
    return " ".join(cell_style().splitlines())


def codes() -> Iterable[str]:
    """Return the code of every example."""
    return [code for _, code in (*FRAMES, *CHARTS, *WIDGETS)]
