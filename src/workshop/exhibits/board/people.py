"""Show on page one what the advice takes in people and money."""

from __future__ import annotations

from collections.abc import Callable

from workshop.documents.blocks import Block, TextLike, column, heading, pairs, table
from workshop.exhibits.board.shared import one_option
from workshop.findings import Assessment
from workshop.findings.handoffs import rounded
from workshop.findings.patterns.advice import number_words
from workshop.findings.patterns.capacity import Range
from workshop.findings.patterns.money import amount, cost_words
from workshop.findings.patterns.options import Option, product_people
from workshop.findings.plan import counting_people, first_half


def takes(assessment: Assessment) -> list[Block]:
    """Return people and cost of the advice; empty while nothing is advised."""
    _, option = assessment.content.words, one_option(assessment)
    if option is None:
        return []
    lines: list[tuple[TextLike, TextLike]] = []
    growth = _growth(assessment, option)
    now = first_half(assessment) or option
    if people := _people(assessment, option, bool(growth)):
        lines.append((_("board.people"), people))
    if move := now.move or option.move:
        cost = cost_words(assessment, now, None if now is option else option)
        if growth and _is_paid(assessment):
            cost = _("board.cost-uncounted")
        words = _("board.effort-words", cost=cost, disruption=move.disruption)
        lines.append((_("board.effort"), words))
    return [heading(2, _("board.takes")), *growth, *([pairs(lines)] if lines else [])]


def _growth(assessment: Assessment, option: Option) -> list[Block]:
    """Return people and cost to begin and once complete.

    Empty where both are the same, or where there is no number.
    """
    _, first = assessment.content.words, first_half(assessment) or option
    people, number = first.people, assessment.content.words.number
    more = people.beyond
    if more is None or people.platform is None or people.have is None or people.inside_teams:
        return []
    least, most = more
    if most == least:
        return []
    begin = number(max(people.have, people.platform[0]))
    if people.have >= people.platform[0]:
        begin = _("board.growth-today", have=begin)
    rows = [
        [_("board.growth-team"), begin, _people_range(assessment, first)],
        [
            _(f"board.growth-more{'-paid' if _is_paid(assessment) else ''}"),
            _added(assessment, (least, least)),
            _added(assessment, more),
        ],
        *_in_product_teams(assessment),
    ]
    titles = zip(
        (_("board.growth"), _("board.growth-begin"), _("board.growth-full")),
        (1.6, 1.0, 1.6),
        strict=True,
    )
    return [table([column(title, width=width) for title, width in titles], rows)]


def _in_product_teams(assessment: Assessment) -> list[list[str]]:
    """Return the row of people in product teams, if their number is known."""
    _, answers, action = assessment.content.words, assessment.answers, counting_people(assessment)
    have, teams = answers.product_people, answers.model_teams
    if have is None or not teams or action is None:
        return []
    key = "few" if have < teams else "enough"
    today = _(f"board.growth-product-{key}", have=have, n=teams)
    return [[_("board.growth-product"), today, _("board.growth-product-open", action=action)]]


def _is_paid(assessment: Assessment) -> bool:
    """Return whether the answers say what a person costs."""
    return assessment.answers.person_cost is not None


def _added(assessment: Assessment, added: Range) -> str:
    """Return how many people come, and what their salaries are if that is known."""
    count = _most(assessment, added, _count)
    if not added[1] or not _is_paid(assessment):
        return count
    paid = _most(assessment, added, amount)
    return assessment.content.words("board.growth-paid", count=count, amount=paid)


def _most(assessment: Assessment, added: Range, show: Callable[[Assessment, Range], str]) -> str:
    """Return how many come, or what they cost; the least may be none."""
    low, high = added
    if low or not high:
        return show(assessment, added) if high else assessment.content.words("options.money-none")
    return assessment.content.words("options.money-most", amount=show(assessment, (high, high)))


def _count(assessment: Assessment, people: Range) -> str:
    """Return a number of people, or a range of them."""
    _, (low, high) = assessment.content.words, people
    return _.number(low) if low == high else _("options.range", low=low, high=high)


def _people_range(assessment: Assessment, option: Option) -> str:
    """Return how many people an option takes on the platform, as a range."""
    people = option.people.platform
    return "" if people is None else _count(assessment, people)


def _people(assessment: Assessment, option: Option, counted: bool) -> str:
    """Return the people of the advice; a second half that can wait is told apart.

    `counted`: a table has the numbers.
    """
    first = first_half(assessment)
    if counted:  # the table may have those in product teams, too
        beside = not _in_product_teams(assessment)
        return _people_beside(assessment, first or option) if beside else ""
    inside = option.people.inside_teams
    if first is None or not inside:
        return _people_words(assessment, option)
    _, content = assessment.content.words, assessment.content
    added = {"name": content.pattern(option.patterns[1]).short, "n": inside[1]}
    low, high = map(content.words.number, inside)
    key = "board.people-later" if inside[0] != inside[1] else "board.people-later-exactly"
    return " ".join((_people_words(assessment, first), _(key, **added, low=low, high=high)))


def _people_beside(assessment: Assessment, option: Option) -> str:
    """Return what a table of people and cost does not say."""
    sentences = []
    if option.text and not option.people.inside_teams:
        sentences.append(option.text.people)
    if option.text:
        sentences += product_people(assessment, option.text)
    if action := counting_people(assessment):
        sentences.append(assessment.content.words("board.people-counted", action=action))
    return " ".join(sentences)


def _people_words(assessment: Assessment, option: Option) -> str:
    """Return how many people an option takes, and how many there are."""
    _, p = assessment.content.words, option.people
    number = assessment.content.words.number
    if p.low is None or p.high is None:
        return _("board.people-unknown")
    sentences = []
    begins = p.have is not None and not p.too_few and p.have < p.high and p.have_inside is None
    if begins:
        sentences += _people_to_begin(assessment, option)
    elif p.article and p.platform and assessment.queue:
        shown = rounded(assessment.content, assessment.queue.busy or 0)
        key = "board.people-busy" if p.platform[0] == p.platform[1] else "board.people-busy-least"
        sentences.append(_(key, busy=shown, n=p.platform[0]))
    elif p.platform:
        low, high = p.platform
        shown = number(low) if low == high else _("options.range", low=low, high=high)
        key = "board.people-platform" if low else "board.people-platform-most"
        sentences.append(_(key, n=high, people=shown if low else number(high)))
    if p.inside_teams and not begins:
        low, high = p.inside_teams
        shown = number(low) if low == high else _("options.range", low=low, high=high)
        key = "board.people-inside" if p.have_inside is None else "board.people-inside-takes"
        sentences.append(_(key, n=high, people=shown, low=number(low), high=number(high)))
    if p.have is not None and not begins:
        key = "few" if p.too_few else "enough"
        more = number(p.beyond[0] if p.beyond else 0)
        sentences.append(_(f"board.people-have-{key}", n=p.have, more=more))
    if option.text and not p.inside_teams:
        sentences.append(option.text.people)
    if option.text:
        sentences += product_people(assessment, option.text)
    return " ".join(sentences)


def _people_to_begin(assessment: Assessment, option: Option) -> list[str]:
    """Return with whom an option begins, and how many more its full extent takes."""
    _, p = assessment.content.words, option.people
    have, high = p.have or 0, p.high or 0
    platform, inside = p.platform or (0, 0), p.inside_teams or (0, 0)

    def counted(key: str, on_platform: int, in_teams: int) -> str:
        parts = (("platform", on_platform), ("inside", in_teams))
        return assessment.listing(
            _(f"board.people-{key}-{where}", n=n, number=number_words(assessment.content, n))
            for where, n in parts
            if n
        )

    begin = counted("begin", have, inside[0])
    found = [_("board.people-begin", people=begin)] if begin else []
    full = counted("full", platform[1], inside[1])
    return [*found, _("board.people-full", n=high - have, people=full)]
