"""What the tests of the portfolio share: dozens of groups, varied over the packaged examples."""

from __future__ import annotations

import copy
import datetime
import random
from collections.abc import Sequence
from functools import cache
from typing import Any

from conftest import TOP
from workshop import Answers, assess
from workshop.answers.reading import read_answers
from workshop.portfolio import summarise

NAMES = (
    *("Search", "Checkout", "Fraud", "Pricing", "Recommendations", "Logistics", "Ads", "Payments"),
    *("Credit risk", "Customer care", "Catalogue", "Warehouse", "Mobile app", "Claims", "Returns"),
)
EXAMPLES = sorted(
    p for p in (*(TOP / "examples").glob("*.yaml"), *(TOP / "examples" / "cases").glob("*.yaml"))
)


@cache
def _parameters() -> tuple[dict[str, Any], ...]:
    return tuple(read_answers(path).to_parameters() for path in EXAMPLES)


def vary(at: int, dice: random.Random) -> dict[str, Any]:
    """Return the answers of one invented group: an example's, with some of them rolled anew."""
    full = [a for a in _parameters() if len(a) > 30]
    given = copy.deepcopy(dice.choice(full if dice.random() < 0.6 else _parameters()))
    given |= {
        "group": f"{NAMES[at % len(NAMES)]} {at // len(NAMES) + 1}",
        "model_teams": dice.choice([1, 2, 3, 4, 5, 6, 8, 12]),
        "ml_engineers": dice.choice([3, 8, 12, 20, 40]),
        "maturity": dice.choice([1, 2, 3, 4]),
        "rails": dice.choice(["none", "bought", "built"]),
        "ml_expertise_in_product": dice.choice(["none", "some", "most"]),
    }
    if dice.random() < 0.15:
        given["mandate"] = "single-operator"
    for duty in given.get("duties", {}):
        holders = ["research", "engineering", "product", "platform", "nobody", "at-handover"]
        given["duties"][duty] = dice.choice(holders)
    if dice.random() < 0.12:
        given = {k: given[k] for k in ("group", "lead") if k in given}
    given["held_on"] = str(datetime.date(2026, 9, 1) + datetime.timedelta(days=dice.randrange(60)))
    for decision in given.get("decisions", []):
        decision.pop("due", None)
        if dice.random() < 0.8:
            day = datetime.date(2026, 9, 20) + datetime.timedelta(days=dice.randrange(120))
            decision["due"] = str(day)
    return given


def make_summaries(
    count: int, organisations: Sequence[str] = ("Tidewater Retail",), seed: int = 1
) -> list[dict[str, Any]]:
    """Return the summaries of invented groups; the same ones each time."""
    dice = random.Random(seed)
    found = []
    for at in range(count):
        given = vary(at, dice) | {"organisation": organisations[at * len(organisations) // count]}
        found.append(summary(f"group-{at:03}", **given))
    return found


def summary(name: str, **given: Any) -> dict[str, Any]:
    """Return the summary of one group from its answers."""
    return summarise(name, assess(Answers.from_parameters(given)))
