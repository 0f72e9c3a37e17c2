"""Findings that combine answers: one small function a rule, its words in `content/rules/`.

A rule is a function `nobody_paged(s: Situation) -> Values | None`. It returns None to stay silent,
or the values for the placeholders of its words. Its id is its name with hyphens. List it in its
module's `RULES`; a test holds that every rule has its words, its reasons, its sources, a case that
fires and a case that stays silent (`tests/rules/<id>.yaml`).
"""

from __future__ import annotations

from workshop.findings.rules import (
    decisions,
    handoffs,
    infrastructure,
    oncall,
    ownership,
    patterns,
    stewardship,
)
from workshop.findings.rules.base import Check

RULES: dict[str, Check] = {
    **ownership.RULES,
    **stewardship.RULES,
    **patterns.RULES,
    **infrastructure.RULES,
    **oncall.RULES,
    **handoffs.RULES,
    **decisions.RULES,
}
"""Every rule by its id."""
