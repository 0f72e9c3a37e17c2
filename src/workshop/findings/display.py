"""How an assessment shows itself in a notebook cell: the advice, the verdicts, the findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

from workshop.content.loader import Content
from workshop.documents.blocks import Block, bullets, card, cell, column, heading, table
from workshop.documents.html import blocks_to_html
from workshop.documents.text import blocks_to_text
from workshop.documents.theme import Labels
from workshop.findings.advice import headline
from workshop.findings.finding import SEVERITIES, Finding, Judged


def labels_of(content: Content) -> Labels:
    """Return the renderers' own words in the content's language."""
    say = content.words
    return Labels(**{f.name: say(f"render.{f.name.replace('_', '-')}") for f in fields(Labels)})


def blocks_of(a: Judged) -> Iterator[Block]:
    """Give the headline, the verdict on each pattern, and every finding by severity."""
    text, advised = a.content.words, a.recommendation
    label = "label-open" if advised.contested else "label" if advised.patterns else "label-none"
    yield card(headline(a), label=text(f"patterns.{label}"), tone="ours", boxed=True)
    yield table(
        [column(text("judgements.pattern")), column(text("judgements.verdict"))],
        [
            [
                cell(a.name_of(pattern), strong=True),
                text(f"patterns.verdict-{judged.verdict or 'none'}"),
            ]
            for pattern, judged in a.verdicts.items()
        ],
    )
    for severity in SEVERITIES:
        if found := a.of_severity(severity):
            yield heading(4, text(f"common.severity-{severity}"))
            yield bullets(finding.statement for finding in found)


def mimebundle(a: Judged) -> dict[str, Any]:
    """Return what Jupyter shows of an assessment: HTML on the screen, text in a terminal."""
    blocks, labels = tuple(blocks_of(a)), labels_of(a.content)
    return {
        "text/html": blocks_to_html(blocks, scope="cell", labels=labels),
        "text/plain": blocks_to_text(blocks, labels=labels),
    }


def in_one_line(a: Judged) -> str:
    """Return an assessment as Python shows it: whose it is, what is advised, what was found."""
    whose = " ".join(filter(None, [a.answers.organisation, a.answers.group]))
    advised = " or ".join if a.recommendation.contested else " with ".join
    return (
        f"<Assessment{f' of {whose}' if whose else ''}: "
        f"{advised(a.recommendation.patterns) or 'nothing'} advised, {_counted(a.findings)}>"
    )


def _counted(findings: Iterable[Finding]) -> str:
    counts = Counter(finding.severity for finding in findings)
    return ", ".join(f"{counts[s]} {s}" for s in SEVERITIES if counts[s]) or "nothing found"
