"""Find what combined answers show: one small function for each rule.

A rule is a function `nobody_paged(s: Situation) -> Values | None`. It returns the values for the
placeholders of its words in `content/rules/`, or None for no finding. Its id is its name with
hyphens. List it in its module's `RULES`; a test checks that every rule has its words, reasons and
sources, a case with the finding and a case without (`tests/rules/<id>.yaml`).
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
from workshop.plugins import rules
from workshop.problems import InputError, Problem, near

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


def check_of(id_: str) -> Check:
    """Return the function of a rule: the kit's, or that of an installed package."""
    found: Check | None = RULES.get(id_) or rules().get(id_)
    if found is None:
        message = "No function is known that finds this."
        raise InputError([Problem(message, id_, suggestion=near(id_, RULES))])
    return found
