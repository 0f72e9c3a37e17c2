"""Say what people cost in money, where the cost of one was answered.

The people of an option are a range from one article, so amounts are rounded, and are never said
without the range that they come from.
"""

from __future__ import annotations

from collections.abc import Sequence

from workshop.findings.patterns.capacity import Range
from workshop.findings.patterns.inputs import in_one_line
from workshop.findings.patterns.options import TODAY, Option, advised
from workshop.findings.situation import Situation

_MILLION = 1_000_000
_LONGEST = 24
"""The most characters that a column of the options shows in one line."""


def cost_words(situation: Situation, option: Option, later: Option | None) -> str:
    """Return what the people beyond those available cost a year.

    `later`: the combination whose second half can wait, which is told apart.
    """
    _, people = situation.content.words, option.people
    if situation.answers.person_cost is None:
        return _(f"board.cost-none{'-decided' if situation.answers.decisions else ''}")
    if people.low is None or people.high is None:
        return _("board.cost-no-people")
    more, then = people.beyond, ""
    if later is not None and later.people.inside_teams:
        name = situation.content.pattern(later.patterns[1]).short
        added = amount(situation, later.people.inside_teams)
        then = _("board.cost-later", name=name, amount=added)
    each = amount(situation, (1, 1))
    if more is None:
        whole = amount(situation, (people.low, people.high))
        return _("board.cost-all", all=whole, later=then, each=each)
    if more == (0, 0):
        return _("board.cost-enough", later=then, each=each) if then else _("board.cost-nothing")
    least, most = (amount(situation, (n, n)) for n in more)
    key = "full" if not more[0] else "least" if more[0] == more[1] else "range"
    return _(f"board.cost-{key}", least=least, most=most, later=then, each=each)


def amounts(situation: Situation, shown: Sequence[Option]) -> list[str]:
    """Return what each option's further people cost, for a row of one line.

    Empty if that was not answered, or one of the amounts is too long.
    """
    _, found = situation.content.words, list[str]()
    if situation.answers.person_cost is None:
        return []
    own = advised(shown)
    for option in shown:
        if TODAY in option.roles and option not in own:
            found.append(_("options.money-today"))
            continue
        more = option.people.beyond
        if more is None:
            return []
        if more[0]:
            found.append(amount(situation, more))
        elif more[1]:
            most = amount(situation, (more[1], more[1]))
            found.append(_("options.money-most", amount=most))
        else:
            found.append(_("options.money-none"))
    return [] if max(map(len, found), default=0) > _LONGEST else found


def amount(situation: Situation, people: Range) -> str:
    """Return what some people cost a year, in the currency that was typed."""
    _, answers = situation.content.words, situation.answers
    low, high = (_rounded(situation, n) for n in people)
    words = low if low == high else _("options.range", low=low, high=high)
    if not answers.currency:
        return words
    return _("board.money", amount=words, currency=in_one_line(answers.currency))


def _rounded(situation: Situation, people: int) -> str:
    """Return an amount with three digits that count; that of one person as typed.

    With two, the parts on one page would not add up to the sum on another.
    """
    _, cost = situation.content.words, people * (situation.answers.person_cost or 0)
    if people > 1:
        cost = int(float(f"{cost:.2e}"))
    if cost < _MILLION:
        return _.number(cost)
    return _("board.million", amount=_.number(cost / _MILLION))
