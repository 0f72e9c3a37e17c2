"""Show an assessment in a notebook cell: advice, verdicts and findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

from workshop.content.loader import Content
from workshop.documents.blocks import Block, bullets, card, cell, column, heading, table
from workshop.documents.text import blocks_to_text
from workshop.documents.theme import Labels
from workshop.findings.finding import SEVERITIES, Finding, Judged
from workshop.findings.patterns.advice import headline


def labels_of(content: Content) -> Labels:
    """Return the renderers' own words in the content's language."""
    _ = content.words
    return Labels(**{f.name: _(f"render.{f.name.replace('_', '-')}") for f in fields(Labels)})


def blocks_of(judged: Judged) -> Iterator[Block]:
    """Yield the headline, each pattern's verdict, and every finding by severity."""
    _, advised = judged.content.words, judged.recommendation
    label = "label-open" if advised.contested else "label" if advised.patterns else "label-none"
    yield card(headline(judged), label=_(f"patterns.{label}"), tone="ours", boxed=True)
    yield table(
        [column(_("judgements.pattern")), column(_("judgements.verdict"))],
        [
            [
                cell(judged.name_of(pattern), strong=True),
                _(f"patterns.verdict-{verdict.verdict or 'none'}"),
            ]
            for pattern, verdict in judged.verdicts.items()
        ],
    )
    for severity in SEVERITIES:
        if found := judged.of_severity(severity):
            yield heading(4, _(f"common.severity-{severity}"))
            yield bullets(finding.statement for finding in found)


def mimebundle(judged: Judged) -> dict[str, Any]:
    """Return Jupyter's view of an assessment: HTML, and text for a terminal."""
    from workshop.documents.html import blocks_to_html  # which a terminal does not need

    blocks, labels = tuple(blocks_of(judged)), labels_of(judged.content)
    return {
        "text/html": blocks_to_html(blocks, scope="cell", labels=labels),
        "text/plain": blocks_to_text(blocks, labels=labels),
    }


def in_one_line(judged: Judged) -> str:
    """Return an assessment as Python shows it: team, advice and findings."""
    whose = " ".join(filter(None, [judged.answers.organisation, judged.answers.group]))
    advised = " or ".join if judged.recommendation.contested else " with ".join
    patterns = advised(judged.recommendation.patterns) or "nothing"
    about = f"Assessment of {whose}" if whose else "Assessment"
    return f"<{about}: {patterns} advised, {_counted(judged.findings)}>"


def _counted(findings: Iterable[Finding]) -> str:
    counts = Counter(finding.severity for finding in findings)
    return ", ".join(f"{counts[s]} {s}" for s in SEVERITIES if counts[s]) or "nothing found"
