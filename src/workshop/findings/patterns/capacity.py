"""Calculate a platform team's size under each pattern, and its queue.

One article counts people for every ten teams, and speaks of Embedded's one or two in two senses. At
any other number of teams the range scales in proportion, which is our extrapolation and is marked
as one. It never falls below the fewest of the staffing rules (`content/staffing.yaml`), which also
make the conditions of the verdicts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workshop.answers.schema import Answers
from workshop.content.items import PatternText
from workshop.content.loader import Content
from workshop.findings.patterns.inputs import HOLDS_TO, Inputs, fewest, per_ten

Range = tuple[int, int]
"""People, [low, high]."""
Place = Literal["below", "within", "above", "unknown"]
"""The position of a platform team's size relative to a range."""


@dataclass(frozen=True)
class Headcount:
    """People for one pattern at the given number of model-producing teams.

    `total` is None if that number is unknown or no team produces models; `per_ten` and `per_team`
    are the source's ranges, which can always be shown.
    """

    pattern: PatternText
    teams: int | None
    platform: Range | None
    inside_teams: Range | None
    """People inside product teams; None if the pattern has none there."""
    total: Range | None
    per_ten: Range
    per_team: Range | None
    extrapolated: bool
    note: str


def headcounts(content: Content, answers: Answers) -> tuple[Headcount, ...]:
    """Return the people each pattern takes, in the order of patterns (S2 §patterns)."""
    inputs = Inputs(answers)
    return tuple(_headcount(content, p, inputs) for p in content.patterns)


def _headcount(content: Content, pattern: PatternText, inputs: Inputs) -> Headcount:
    people, teams = pattern.headcount, inputs["model_teams"]
    if not teams:
        note = content.words("staffing.note-unknown" if teams is None else "staffing.note-no-team")
        return Headcount(
            pattern, teams, None, None, None, people.per_ten, people.per_team, False, note
        )
    platform = platform_range(content, pattern, inputs)
    inside = (people.per_team[0] * teams, people.per_team[1] * teams) if people.per_team else None
    total = platform if inside is None else (platform[0] + inside[0], platform[1] + inside[1])
    scaled = teams != HOLDS_TO
    note = content.words(
        "staffing.note-scaled" if scaled else "staffing.note-ten", teams=teams, n=teams
    )
    return Headcount(
        pattern, teams, platform, inside, total, people.per_ten, people.per_team, scaled, note
    )


def platform_range(content: Content, pattern: PatternText, inputs: Inputs) -> Range:
    """Return how many people the pattern's platform takes here.

    If the number of teams is unknown, the range goes from the fewest to the article's total.
    """
    low, teams = fewest(content, pattern.id, inputs).scale, inputs["model_teams"]
    people = pattern.headcount
    high = per_ten(people.per_ten[1], teams) if teams else (people.absolute or people.per_ten)[1]
    return low, max(low, high)


def compare(headcount: Headcount, platform_engineers: int | None) -> Place:
    """Return how today's platform team compares with the pattern's range."""
    if platform_engineers is None or headcount.platform is None:
        return "unknown"
    low, high = headcount.platform
    if platform_engineers < low:
        return "below"
    return "above" if platform_engineers > high else "within"


DAYS_A_MONTH = 21
"""Working days in a month."""
DAYS_A_WEEK = 5
LIMIT_DAYS = 10
"""Two weeks in working days: a longer wait makes the queue the limit (K1)."""
SHOWN_TEAMS = 60
"""The most points of a curve."""


@dataclass(frozen=True)
class QueuePoint:
    """A number of teams, the load that they cause, and the mean wait.

    `load` is a share of the engineers' time. `wait` is in working days; None if work arrives at
    least as fast as it can be done, so that the queue grows without end.
    """

    teams: int
    load: float
    wait: float | None


@dataclass(frozen=True)
class QueueCurve:
    """Waiting time by the number of teams that send requests."""

    servers: int
    requests: float
    """Requests from one team in a month."""
    days: float
    """Working days of one engineer for a request."""
    points: tuple[QueuePoint, ...]
    now: QueuePoint | None
    """Today's number of teams; None if unknown."""
    crossing: int | None
    """First number of teams with a mean wait over two weeks; None without requests."""
    saturated: int | None
    """First number of teams whose requests take all of the engineers' time."""
    assumptions: tuple[str, ...]

    @property
    def busy(self) -> float | None:
        """Return how many engineers today's requests keep busy; None if unknown."""
        return None if self.now is None else self.now.load * self.servers

    def at(self, teams: int) -> QueuePoint:
        """Return the point for a number of teams, also outside the curve."""
        return _point(teams, self.requests, self.days, self.servers)


def queue_curve(content: Content, answers: Answers) -> QueueCurve | None:
    """Return the queue of the platform team, or None if an answer is missing.

    Needs `requests_per_team_month`, `days_per_request` and at least one of `platform_engineers`.
    """
    requests, days = answers.requests_per_team_month, answers.days_per_request
    servers = answers.platform_engineers
    if requests is None or days is None or not servers:
        return None
    saturated = _saturated(requests, days, servers)
    crossing = None if saturated is None else _crossing(requests, days, servers, saturated)
    now = answers.model_teams
    counts = _counts(now, crossing, saturated)
    return QueueCurve(
        servers=servers,
        requests=requests,
        days=days,
        points=tuple(_point(n, requests, days, servers) for n in counts),
        now=None if now is None else _point(now, requests, days, servers),
        crossing=crossing,
        saturated=saturated,
        assumptions=(
            content.words("staffing.queue-assume-random"),
            content.words("staffing.queue-assume-servers", n=servers, servers=servers),
            content.words("staffing.queue-assume-month", days=DAYS_A_MONTH),
            content.words("staffing.queue-assume-mean"),
        ),
    )


def mean_wait(offered: float, servers: int, days: float) -> float | None:
    """Return the mean wait before work begins, in the unit of `days`.

    offered: work that arrives in engineers kept busy (arrival rate × days) · servers: at least 1 ·
    days: mean days of work for a request. None if the queue grows without end. Erlang C (Q1).
    """
    if offered >= servers:
        return None
    return _erlang_c(offered, servers) * days / (servers - offered)


def _erlang_c(offered: float, servers: int) -> float:
    """Return the probability that a request finds everybody busy (0 to 1)."""
    blocked = 1.0
    for k in range(1, servers + 1):
        blocked = offered * blocked / (k + offered * blocked)
        if blocked == 0.0:
            return 0.0
    load = offered / servers
    return blocked / (1.0 - load * (1.0 - blocked))


def _point(teams: int, requests: float, days: float, servers: int) -> QueuePoint:
    offered = teams * requests * days / DAYS_A_MONTH
    return QueuePoint(teams, offered / servers, mean_wait(offered, servers, days))


def _saturated(requests: float, days: float, servers: int) -> int | None:
    """Return the first number of teams whose load reaches the servers, or None."""
    one = requests * days / DAYS_A_MONTH
    if one <= 0.0:
        return None
    count = max(int(servers / one), 1)
    while _point(count, requests, days, servers).wait is not None:
        count += 1
    while count > 1 and _point(count - 1, requests, days, servers).wait is None:
        count -= 1
    return count


def _crossing(requests: float, days: float, servers: int, saturated: int) -> int:
    """Return the first number of teams with a mean wait over two weeks."""
    low, high = 0, saturated
    while high - low > 1:
        middle = (low + high) // 2
        wait = _point(middle, requests, days, servers).wait
        low, high = (low, middle) if wait is None or wait > LIMIT_DAYS else (middle, high)
    return high


def _counts(now: int | None, crossing: int | None, saturated: int | None) -> tuple[int, ...]:
    """Return the numbers of teams to show, to just past today and the crossing."""
    seen = [n for n in (now, crossing) if n is not None]
    last = max([8, *(n + 2 for n in seen)])
    if saturated is not None and (now is None or now < saturated):
        last = min(last, max(saturated, 8, (now or 0) + 2))
    if last <= SHOWN_TEAMS:
        return tuple(range(1, last + 1))
    spread = {1 + round(i * (last - 1) / (SHOWN_TEAMS - 3)) for i in range(SHOWN_TEAMS - 2)}
    return tuple(sorted(spread | {n for n in seen if n > 0}))
