"""What a rule is: a check of the situation that stays silent or hands over values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workshop.findings.situation import Situation

Values = Mapping[str, Any]
"""What fills the placeholders of a rule's words."""
Check = Callable[[Situation], Values | None]


def named(*checks: Check) -> dict[str, Check]:
    """Return checks by id: the function's name with hyphens."""
    return {check.__name__.replace("_", "-"): check for check in checks}
