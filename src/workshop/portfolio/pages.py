"""Show a portfolio's pages: the first page, common findings, and each group."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate
from pathlib import Path

from workshop.content.items import Words
from workshop.content.loader import Content
from workshop.documents.blocks import (
    Block,
    Card,
    Cell,
    Column,
    Picture,
    Span,
    Table,
    Text,
    TextLike,
    Tone,
    bullets,
    card,
    cell,
    column,
    heading,
    pairs,
    paragraph,
    table,
)
from workshop.documents.drawing import (
    AMBER,
    AMBER_TINT,
    BLUE,
    BLUE_TINT,
    GREY,
    INK,
    PAGE,
    RED,
    RED_TINT,
    SMALL,
    Sheet,
    picture_of,
    shorten_to,
    text_width,
)
from workshop.exhibits.layout import SEVERITY_TONES, capital, date_words, graded, short, value_words
from workshop.exhibits.patterns import VERDICT_TONES
from workshop.findings.ownership import DutyState
from workshop.findings.patterns.advice import either, options
from workshop.findings.patterns.verdicts import Verdict
from workshop.portfolio.changes import AnswerChange, Changes, FormerAction, GroupChange
from workshop.portfolio.gathering import KINDS, Company, Gathering, Shared
from workshop.portfolio.record import Action, Outcome, Summary, Tipping, Value, outcome

SHOWN = ("findings.html", "findings.pdf", "findings.docx", "findings.pptx")
"""The files of a pack that a reader opens, the page first."""


@dataclass(frozen=True)
class Places:
    """The files of each pack by the pack's name, as relative paths; none on paper."""

    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, name: str) -> tuple[str, ...]:
        return self.files.get(name, ())


def find_places(folder: Path, packs: str, names: list[str]) -> Places:
    """Return where the packs of these names are, relative to `folder`.

    `packs` is a folder, relative to `folder` or absolute. If it exists, only files in it are named,
    so that no link is broken; if it does not exist yet, a pack's usual two files are named. A place
    that a browser cannot open from here (`s3://…`) has no files.
    """
    if "://" in packs:
        return Places()
    try:
        root = os.path.relpath(folder / packs, folder).replace(os.sep, "/")
    except ValueError:  # another drive
        return Places()
    exists = (folder / packs).is_dir()
    found = {}
    for name in names:
        shown = (
            [file for file in SHOWN if (folder / packs / name / file).is_file()]
            if exists
            else SHOWN[:2]
        )
        found[name] = tuple(f"{root}/{name}/{file}" for file in shown)
    return Places(found)


IN_A_LINE, IN_A_CELL, IN_A_PARAGRAPH = 80, 200, 600
"""Characters of names that are listed; further names are only counted."""


@dataclass(frozen=True)
class View:
    """All groups, shown on the screen with links, or on paper without."""

    all: Gathering
    places: Places
    on_screen: bool

    @property
    def content(self) -> Content:
        return self.all.content

    @property
    def text(self) -> Words:
        return self.all.words

    # -- groups ---------------------------------------------------------------------------------

    def label(self, name: str) -> str:
        """Return a group's label; a group that is gone has only its own words."""
        return self.all.labels.get(name, name)

    def group(self, summary: Summary) -> Text:
        """Return a group's name, on the screen as a link to its pack."""
        return self.linked(summary.name)

    def linked(self, name: str) -> Text:
        """Return a group's name as a link to its page, then links to its other files."""
        first, *others = self.places.of(name) or ("",)
        spans = [Span(self.label(name), file=first or None)]
        for path in others:
            spans += [Span(" "), Span(path.rpartition(".")[2].upper(), file=path)]
        return tuple(spans)

    def names(self, groups: Iterable[Summary], room: int = IN_A_CELL) -> str:
        """Return a list of group names, as many as fit into `room` characters."""
        return self.listing([self.label(s.name) for s in groups], room)

    def listing(self, names: Sequence[str], room: int = IN_A_CELL) -> str:
        """Return a list of names; those beyond `room` characters are only counted."""
        ends = accumulate(len(name) + 2 for name in names)
        shown = max(sum(end <= room for end in ends), 1)
        if shown < len(names):
            names = [*names[:shown], self.text("portfolio.more-groups", n=len(names) - shown)]
        return self.text.listing(names)

    # -- advice, verdicts, answers ----------------------------------------------------------------

    def advice(self, summary: Summary) -> str:
        return self.outcome(outcome(summary))

    def outcome(self, found: Outcome) -> str:
        """Return an outcome in a few words."""
        kind, patterns = found
        names = options(self.content, patterns)
        if kind == "one":
            return self.text.listing(names)
        if kind == "open":
            return self.text("portfolio.outcome-open", patterns=either(self.content, names))
        if kind == "none":
            return self.text("portfolio.outcome-none", patterns=self.text.listing(names))
        return self.text(f"portfolio.outcome-{kind}")

    def verdict(self, verdict: Verdict | None) -> str:
        return self.text(f"portfolio.verdict-{verdict or 'none'}")

    def verdict_cell(self, verdict: Verdict | None, advised: bool) -> Cell:
        """Return a verdict in words, tinted if the pattern is advised."""
        tone = VERDICT_TONES[verdict]
        return cell(self.verdict(verdict), tone=tone, fill=advised, strong=advised)

    def answer_name(self, name: str) -> str:
        return capital(self.content.question(name).name)

    def value(self, name: str, value: Value | None) -> str:
        return value_words(self.content, name, value)

    def number(self, name: str, value: float) -> str:
        """Return a number with its unit; a level without one."""
        unit = self.content.question(name).unit
        return (
            self.text("common.with-unit", n=value, unit=unit) if unit else self.text.number(value)
        )

    def day(self, day: datetime.date | None) -> str:
        return date_words(self.content, day) if day else self.text("portfolio.no-date")


_FINDINGS, _ACTIONS = 3, 4
_LONGEST = 110
"""Characters of an action, about two lines; its pack has all of it."""
VERDICTS = ("fits", "fits-on-conditions", "not-yet", "excluded", "none")


def one_page(view: View, changes: Changes | None) -> list[Block]:
    """Return the summary on one page."""
    text = view.text
    blocks: list[Block] = [heading(1, text("portfolio.front"), _lead(view))]
    if view.all.groups:
        blocks += [_advice_card(view), patterns_table(view), *_findings(view)]
    return [*blocks, *_waiting(view, changes)]


def _lead(view: View) -> str:
    """Return how many groups there are, and how many lack answers for advice."""
    gathering, text = view.all, view.text
    n, unknown = len(gathering.groups), len(gathering.of_kind("unknown"))
    if not n:
        return text("portfolio.lead-empty", n=len(gathering.failed))
    key = "portfolio.lead-unknown" if unknown else "portfolio.lead"
    return text(key, n=n, unknown=unknown, groups=gathering.groups_in_words)


def _advice_card(view: View) -> Card:
    """Return what is advised to how many groups, and for whom it is open."""
    gathering, text = view.all, view.text
    ones = {o: groups for o, groups in gathering.advised.items() if o[0] == "one"}
    if ones:
        parts = [
            text("portfolio.advised-part", n=len(groups), name=view.outcome(o))
            for o, groups in ones.items()
        ]
        title = text("portfolio.advised", parts=text.listing(parts), n=len(gathering.groups))
    else:
        title = text("portfolio.advised-none")
    lines = [
        (text(f"portfolio.kind-{kind}"), text("portfolio.counted", n=len(found), names=names))
        for kind in ("open", "none", "excluded", "unknown")
        if (found := gathering.of_kind(kind))
        for names in [view.names(found, IN_A_LINE)]
    ]
    label = text("portfolio.label-advice" if ones else "portfolio.label-none")
    body: list[Block] = [pairs(lines)] if lines else []
    return card(title, body, label=label, tone="ours" if ones else "muted", boxed=True)


def patterns_table(view: View) -> Table:
    """Return the four patterns with the number of groups for each verdict."""
    gathering, text = view.all, view.text
    rows: list[list[Cell]] = []
    for pattern in view.content.patterns:
        counts = gathering.pattern_counts[pattern.id]
        rows.append(
            [
                cell(pattern.short),
                _number(counts["advised"], strong=True),
                *(_number(counts[v]) for v in VERDICTS),
            ]
        )
    return table(
        [
            column(text("portfolio.pattern"), width=1.7),
            column(text("portfolio.advised-column"), align="right"),
            *(column(text(f"portfolio.count-{v}"), align="right") for v in VERDICTS),
        ],
        rows,
        caption=text("portfolio.patterns-caption"),
    )


def _number(count: int, strong: bool = False) -> Cell:
    return cell(str(count), strong=strong and count > 0, tone="plain" if count else "muted")


def _findings(view: View) -> list[Block]:
    """Return the most frequent strength and urgent risks as cards."""
    gathering, text = view.all, view.text
    blocks: list[Block] = []
    for strength in gathering.shared("strength")[:1]:
        title = text(
            "portfolio.front-strength",
            n=len(strength.groups),
            title=view.content.rule(strength.id).title,
        )
        blocks.append(card(title, label=text("portfolio.label-strength"), tone="strength"))
    critical = gathering.shared("critical")
    if not critical:
        return [*blocks, paragraph(text("portfolio.no-critical"))]
    for f in critical[:_FINDINGS]:
        title = text(
            "portfolio.front-finding", n=len(f.groups), title=view.content.rule(f.id).title
        )
        label = text("common.severity-critical")
        blocks.append(card(title, [view.names(f.groups, IN_A_LINE)], label=label, tone="critical"))
    return blocks


def _waiting(view: View, changes: Changes | None) -> list[Block]:
    """Return what needs attention: tipping points, actions, failures, changes."""
    gathering, text = view.all, view.text
    lines: list[str] = []
    if near := list(dict.fromkeys(s.name for s, _ in gathering.near)):
        names = view.listing([view.label(name) for name in near], IN_A_LINE)
        lines.append(text("portfolio.front-near", n=len(near), names=names))
    if changes is not None:
        lines.append(
            text(
                "portfolio.front-since",
                n=len(changes.verdicts),
                common=changes.common,
                appeared=_cases(changes, "appeared", "shown"),
                ended=_cases(changes, "ended"),
            )
        )
    if gathering.failed:
        names = view.listing([view.label(f.name) for f in gathering.failed], IN_A_LINE)
        lines.append(text("portfolio.front-failed", n=len(gathering.failed), names=names))
    blocks: list[Block] = [bullets(lines)] if lines else []
    if not gathering.actions:
        return [*blocks, paragraph(text("portfolio.no-actions"))] if gathering.groups else blocks
    blocks.append(paragraph(actions_lead(view)))
    blocks.append(_actions(view))
    return blocks


def _cases(changes: Changes, *kinds: str) -> int:
    """Return how often findings of these kinds occur, without strengths."""
    shared = (f for kind in kinds for f in getattr(changes, kind))
    return sum(len(f.groups) for f in shared if f.severity != "strength")


def actions_lead(view: View) -> str:
    """Return how many actions are open, overdue, and without a date."""
    gathering, text = view.all, view.text
    sentences = [text("portfolio.actions-open", n=len(gathering.actions))]
    if gathering.day is not None:
        past, day = sum(gathering.is_past(a) for _, a in gathering.actions), gathering.day
        key = "portfolio.actions-past" if past else "portfolio.actions-none-past"
        sentences.append(text(key, n=past, day=view.day(day)))
    if undated := sum(a.due is None for _, a in gathering.actions):
        sentences.append(text("portfolio.actions-undated", n=undated))
    return " ".join(sentences)


def _actions(view: View) -> Table:
    """Return the first actions by date."""
    text = view.text
    return actions_table(
        view,
        view.all.actions[:_ACTIONS],
        text("portfolio.more-actions", n=len(view.all.actions) - _ACTIONS)
        if len(view.all.actions) > _ACTIONS
        else "",
    )


def actions_table(
    view: View, actions: Sequence[tuple[Summary, Action]], caption: str = ""
) -> Table:
    """Return actions with date, owner and group, in the order given."""
    text = view.text
    return table(
        [
            column(text("portfolio.due"), width=1.85),
            column(text("portfolio.action"), width=3.0),
            column(text("portfolio.owner"), width=1.65),
            column(text("portfolio.group"), width=1.5),
        ],
        [
            [
                due_cell(view, action),
                cell(_asked_and_chosen(action)),
                cell(short(action.owner, 40) if action.owner else text("portfolio.no-owner")),
                cell(view.label(s.name)),
            ]
            for s, action in actions
        ],
        row_heads=False,
        caption=caption,
    )


def due_cell(view: View, action: Action) -> Cell:
    if view.all.is_past(action):
        return cell(view.text("portfolio.past", day=view.day(action.due)), tone="warning")
    return cell(view.day(action.due), tone="plain" if action.due else "muted")


def _asked_and_chosen(action: Action) -> Text:
    """Return the question and what was chosen, so that each can be read alone."""
    if not action.chosen:
        return (Span(action_words(action)),)
    asked = short(action.decision, _LONGEST)
    return (Span(f"{asked} ", tone="muted"), Span(action_words(action)))


def action_words(action: Action) -> str:
    """Return what was chosen, else the question that was decided."""
    return short(action.chosen or action.decision, _LONGEST)


def actions(view: View) -> list[Block]:
    """Return every open action by date, those without a date last."""
    gathering, text = view.all, view.text
    if not gathering.actions:
        return [heading(1, text("portfolio.actions"), text("portfolio.no-actions"))]
    return [
        heading(1, text("portfolio.actions"), actions_lead(view)),
        paragraph(text("portfolio.actions-what"), tone="muted", small=True),
        actions_table(view, gathering.actions),
    ]


def failed(view: View) -> list[Block]:
    """Return the packs that failed, why, and which files there are."""
    gathering, text = view.all, view.text
    if not gathering.failed:
        return []
    lost = {f.name for f in gathering.lost}
    rows = [
        [
            cell(view.linked(f.name)),
            cell(f.why),
            cell(text("portfolio.no-pack" if f.name in lost else "portfolio.partial-pack")),
        ]
        for f in gathering.failed
    ]
    columns = [
        column(text("portfolio.group"), width=1.4),
        column(text("portfolio.why"), width=3.0),
        column(text("portfolio.what-there-is"), width=1.6),
    ]
    return [
        heading(
            1, text("portfolio.failed"), text("portfolio.failed-lead", n=len(gathering.failed))
        ),
        table(columns, rows, caption=text("portfolio.failed-again")),
    ]


_MOVES = ("appeared", "shown", "ended", "hidden")


def since(view: View, changes: Changes) -> list[Block]:
    """Return the differences from the previous batch."""
    text, before = view.text, changes.before
    key = "portfolio.since-lead" if before.day else "portfolio.since-lead-no-day"
    day = view.day(before.day) if before.day else ""
    blocks: list[Block] = [
        heading(1, text("portfolio.since"), text(key, n=changes.common, day=day)),
    ]
    if changes.other_content:
        blocks.append(paragraph(text("portfolio.other-content"), tone="warning"))
    came = [
        (text(f"portfolio.groups-{kind}"), _names(view, groups))
        for kind in ("new", "returned", "gone", "missing")
        if (groups := getattr(changes, kind))
    ]
    if came:
        blocks.append(pairs(came))
    return [
        *blocks,
        *_verdicts(view, changes),
        *_since_findings(view, changes),
        *_since_actions(view, changes),
    ]


def _names(view: View, groups: tuple[Summary, ...]) -> str:
    """Return groups by name; one that is not in this batch by its own words."""
    labels = [view.all.labels.get(s.name) or view.all.call(s) for s in groups]
    return view.text("portfolio.counted", n=len(groups), names=view.listing(labels, IN_A_PARAGRAPH))


# -- verdicts -------------------------------------------------------------------------------------


def _verdicts(view: View, changes: Changes) -> list[Block]:
    text, moved = view.text, changes.verdicts
    lead = text("portfolio.moved-lead", n=len(moved)) if moved else text("portfolio.moved-none")
    blocks: list[Block] = [heading(2, text("portfolio.moved"), lead)]
    if not moved:
        return blocks
    columns = [
        column(text("portfolio.group"), width=1.4),
        column(text("portfolio.verdict-then-now"), width=2.4),
        column(text("portfolio.answers-changed"), width=2.6),
    ]
    return [*blocks, table(columns, [_moved(view, change) for change in moved])]


def _moved(view: View, change: GroupChange) -> list[Cell | TextLike]:
    text = view.text
    verdicts = [
        text(
            "portfolio.move",
            name=view.content.pattern(v.pattern).short,
            was=view.verdict(v.was),
            now=view.verdict(v.now),
        )
        for v in change.verdicts
    ]
    answers = [_answer(view, a) for a in change.answers] or [text("portfolio.no-answer-changed")]
    return [cell(view.group(change.group)), cell("\n".join(verdicts)), cell("\n".join(answers))]


def _answer(view: View, change: AnswerChange) -> str:
    """Return the words of an answer that differs."""
    return view.text(
        f"portfolio.answer-{change.kind}",
        name=view.answer_name(change.name),
        was=_value(view, change.name, change.was),
        now=_value(view, change.name, change.now),
    )


def _value(view: View, name: str, value: Value | None) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return view.number(name, value)
    return view.value(name, value)


# -- findings and actions -------------------------------------------------------------------------


def _since_findings(view: View, changes: Changes) -> list[Block]:
    text = view.text
    rows = [
        [
            cell(view.content.rule(f.id).title),
            severity_cell(view, f),
            cell(text(f"portfolio.finding-{kind}")),
            cell(str(len(f.groups))),
            cell(view.names(f.groups)),
        ]
        for kind in _MOVES
        for f in getattr(changes, kind)
        if any(rule.id == f.id for rule in view.content.rules)
    ]
    if not rows:
        return [heading(2, text("portfolio.findings-moved"), text("portfolio.findings-moved-none"))]
    columns = [
        column(text("portfolio.finding"), width=2.2),
        column(text("portfolio.severity"), width=0.9),
        column(text("portfolio.what-happened"), width=1.5),
        column(text("portfolio.groups"), width=0.7, align="right"),
        column(text("portfolio.which"), width=2.2),
    ]
    lead = text("portfolio.findings-moved-lead")
    return [heading(2, text("portfolio.findings-moved"), lead), table(columns, rows)]


def _since_actions(view: View, changes: Changes) -> list[Block]:
    text = view.text
    if not changes.actions:
        return []
    lead = text(
        "portfolio.former-lead",
        n=len(changes.actions),
        closed=changes.count("closed"),
        open=changes.count("open"),
        unheard=changes.count("unheard"),
    )
    waiting = [a for a in changes.actions if a.became != "closed"]
    blocks: list[Block] = [heading(2, text("portfolio.former"), lead)]
    if not waiting:
        return blocks
    columns = [
        column(text("portfolio.due"), width=1.2),
        column(text("portfolio.action"), width=2.6),
        column(text("portfolio.owner"), width=1.1),
        column(text("portfolio.group"), width=1.4),
        column(text("portfolio.became"), width=1.1),
    ]
    return [*blocks, table(columns, [_former(view, a) for a in _by_date(waiting)], row_heads=False)]


def _by_date(actions: list[FormerAction]) -> list[FormerAction]:
    return sorted(actions, key=lambda a: (a.action.due is None, str(a.action.due)))


def _former(view: View, former: FormerAction) -> list[Cell]:
    text, action = view.text, former.action
    return [
        cell(view.day(action.due)),
        cell(action_words(action)),
        cell(action.owner or text("portfolio.no-owner")),
        cell(view.label(former.group.name)),
        cell(text(f"portfolio.former-{former.became}")),
    ]


_RISKS, _STRENGTHS, _FEW = 20, 6, 2
"""The most risks and strengths that are listed, and the least groups for one."""


def findings(view: View) -> list[Block]:
    """Return the most common findings: the most severe first, then by frequency."""
    gathering, text = view.all, view.text
    critical = gathering.shared("critical")
    others = [
        f
        for f in gathering.shared("risk", "watch")
        if len(f.groups) >= min(_FEW, len(gathering.groups))
    ]
    left = max(len(others) - _RISKS, 0)
    others = sorted(others, key=lambda f: -len(f.groups))[:_RISKS]
    others.sort(key=lambda f: (f.severity != "risk", -len(f.groups)))
    strengths = gathering.shared("strength")[:_STRENGTHS]
    if critical:
        first = critical[0]
        title = view.content.rule(first.id).title
        lead = text("portfolio.findings-lead", n=len(first.groups), title=title)
    else:
        lead = text("portfolio.findings-none")
    blocks: list[Block] = [heading(1, text("portfolio.findings"), lead)]
    if critical or others:
        caption = text("portfolio.findings-left", n=left) if left else ""
        blocks.append(findings_table(view, [*critical, *others], caption))
    if strengths:
        blocks.append(heading(2, text("portfolio.strengths"), text("portfolio.strengths-lead")))
        blocks.append(findings_table(view, strengths))
    return blocks


def findings_table(view: View, found: Sequence[Shared], caption: str = "") -> Table:
    """Return findings with the number and names of their groups."""
    text = view.text
    return table(
        [
            column(text("portfolio.severity"), width=0.9),
            column(text("portfolio.finding"), width=2.2),
            column(text("portfolio.groups"), width=0.7, align="right"),
            column(text("portfolio.which"), width=2.6),
        ],
        [
            [
                severity_cell(view, f),
                cell(view.content.rule(f.id).title),
                cell(str(len(f.groups)), strong=True),
                cell(view.names(f.groups)),
            ]
            for f in found
        ],
        caption=caption,
    )


def severity_cell(view: View, finding: Shared) -> Cell:
    return cell(
        view.text(f"common.severity-{finding.severity}"), tone=SEVERITY_TONES[finding.severity]
    )


# -- one company, several answers -----------------------------------------------------------------


def companies(view: View) -> list[Block]:
    """Return where one organisation needs different patterns for its groups."""
    gathering, text = view.all, view.text
    mixed = [c for c in gathering.companies if len(c.advised) > 1]
    alike = len(gathering.companies) - len(mixed)
    if not gathering.companies:
        return [heading(1, text("portfolio.companies"), text("portfolio.companies-untold"))]
    if not mixed:
        return [heading(1, text("portfolio.companies"), text("portfolio.companies-alike", n=alike))]
    spot = next((b for b in view.content.blind_spots if b.id == "several-consumers"), None)
    blocks: list[Block] = [
        heading(1, text("portfolio.companies"), text("portfolio.companies-lead", n=len(mixed))),
        _companies(view, mixed),
    ]
    if alike:
        blocks.append(paragraph(text("portfolio.companies-others", n=alike), small=True))
    if spot is not None:
        blocks.append(card(spot.ask, [spot.why], sources=graded(view.content, spot.sources)))
    blocks.append(
        card(
            text("portfolio.federation"),
            [text("portfolio.federation-why")],
            label=text("portfolio.label-question"),
            tone="ours",
        )
    )
    return blocks


def _companies(view: View, mixed: list[Company]) -> Table:
    text = view.text
    named = len(mixed) > 1
    rows = []
    for company in mixed:
        for found, groups in company.advised:
            own = [view.all.own_name(s) if named else view.label(s.name) for s in groups]
            row = [cell(view.outcome(found), strong=True), cell(str(len(groups)))]
            row.append(cell(view.listing(own)))
            rows.append([cell(company.organisation or ""), *row] if named else row)
    columns = [
        column(text("portfolio.advice"), width=1.8),
        column(text("portfolio.groups"), width=0.7, align="right"),
        column(text("portfolio.which"), width=3.0),
    ]
    if named:
        columns.insert(0, column(text("portfolio.organisation"), width=1.4))
    return table(columns, rows)


DUTY_LOOKS: dict[DutyState, tuple[Tone, str]] = {
    "builder": ("ours", "●"),
    "held": ("plain", "○"),
    "other-team": ("warning", "▲"),
    "nobody": ("critical", "✕"),
    "at-handover": ("critical", "◇"),
    "unknown": ("muted", "?"),
}
"""Tone and mark of each state of a duty; marks differ for black and white."""

_FILLS: dict[DutyState, tuple[str, str, str]] = {
    "builder": (BLUE, BLUE, PAGE),
    "held": (BLUE_TINT, BLUE, INK),
    "other-team": (AMBER_TINT, AMBER, INK),
    "nobody": (RED, RED, PAGE),
    "at-handover": (RED_TINT, RED, INK),
    "unknown": (PAGE, GREY, INK),
}
"""Ground, edge and ink of each state of a duty."""
_NAME, _BAR, _STEP, _LINE, _LEAST = 1.45, 0.25, 0.36, 0.24, 2.5
"""Inches: a name, a bar's height, bar to bar, a legend's line, the least bar."""
_Entry = tuple[float, DutyState, str]


def duties_picture(view: View) -> Picture:
    """Return a bar for each duty, divided by its state, with numbers."""
    gathering, duties = view.all, view.content.duties
    states = gathering.duty_counts
    kinds = [k for k in KINDS if any(states[d.id][k] for d in duties)]
    names = {k: view.text(f"portfolio.kind-long-{k}") for k in kinds}
    rows = []
    for d in duties:
        counts = [
            view.text("portfolio.picture-count", count=states[d.id][k], kind=names[k])
            for k in kinds
            if states[d.id][k]
        ]
        rows.append(
            view.text("portfolio.picture-row", duty=d.short, counts=view.text.listing(counts))
        )
    alt = view.text("portfolio.picture-alt", rows=" ".join(rows), n=len(gathering.groups))
    return picture_of(partial(_draw_duties, view, names), alt)


def _draw_duties(view: View, names: Mapping[DutyState, str], width: float) -> str:
    """Return the bars as SVG; below their duties if too short beside them."""
    gathering, duties = view.all, view.content.duties
    above = width - _NAME < _LEAST
    left, step = (0.02, _STEP + 0.16) if above else (_NAME, _STEP)
    key = _key_lines(names, left, width)
    sheet = Sheet(width, len(duties) * step + len(key) * _LINE + 0.05)
    for at, duty in enumerate(duties):
        top = sheet.height - at * step
        name = duty.short if above else shorten_to(duty.short, _NAME - 0.1)
        sheet.write(0, top - (0.1 if above else step / 2), name)
        x, y = left, top - step + _STEP / 2
        for kind in names:
            n = gathering.duty_counts[duty.id][kind]
            part = (width - left - 0.02) * n / len(gathering.groups)
            if n:
                label = view.text("portfolio.picture-count", count=n, kind=names[kind])
                with sheet.mark(f"{duty.short}: {label}"):
                    _draw_part(sheet, x, y, part, kind, n)
            x += part
    for at, line in enumerate(key):
        y = sheet.height - len(duties) * step - (at + 0.5) * _LINE
        for x, kind, words in line:
            _draw_box(sheet, x, y, 0.22, 0.16, kind)
            ink, mark = _FILLS[kind][2], DUTY_LOOKS[kind][1]
            size = SMALL if above else 7
            sheet.write(x + 0.11, y, mark, size=size, color=ink, side="center")
            sheet.write(x + 0.29, y, words, size=SMALL)
    return sheet.svg()


def _draw_box(
    sheet: Sheet, x: float, y: float, width: float, height: float, kind: DutyState
) -> None:
    ground, edge, _ = _FILLS[kind]
    sheet.rectangle(x, y - height / 2, width, height, fill=ground, edge=edge, line=0.7)


def _draw_part(sheet: Sheet, x: float, y: float, width: float, kind: DutyState, count: int) -> None:
    """Draw one part of a bar with its mark and number, as far as they fit."""
    _draw_box(sheet, x, y, width, _BAR, kind)
    for words in (f"{DUTY_LOOKS[kind][1]} {count}", str(count)):
        if text_width(words, SMALL, "semibold") + 0.04 <= width:
            ink = _FILLS[kind][2]
            middle = x + width / 2
            sheet.write(middle, y, words, size=SMALL, color=ink, weight="semibold", side="center")
            return


def _key_lines(names: Mapping[DutyState, str], left: float, width: float) -> list[list[_Entry]]:
    """Return the legend's entries in lines, each with its position."""
    lines: list[list[_Entry]] = [[]]
    x = left
    for kind, words in names.items():
        wide = 0.29 + text_width(words, SMALL)
        if x + wide > width and lines[-1]:
            lines.append([])
            x = left
        lines[-1].append((x, kind, words))
        x += wide + 0.22
    return lines


def verdicts(view: View) -> list[Block]:
    """Return the table of groups by pattern, with what is advised."""
    gathering, text = view.all, view.text
    contested = len(gathering.of_kind("open"))
    key = "portfolio.verdicts-lead-open" if contested else "portfolio.verdicts-lead"
    head = heading(1, text("portfolio.verdicts"), text(key, n=contested))
    patterns = view.content.patterns
    rows = [
        [
            cell(view.group(s)),
            *(view.verdict_cell(s.verdicts.get(p.id), p.id in s.advice.patterns) for p in patterns),
            _advice(view, s),
        ]
        for s in gathering.groups
    ]
    columns = [
        column(text("portfolio.group"), width=1.6),
        *(column(p.short, width=1.15) for p in patterns),
        column(text("portfolio.advice"), width=2.0),
    ]
    return [
        head,
        paragraph(text("portfolio.verdicts-what"), tone="muted", small=True),
        paragraph(text("portfolio.no-ranking"), tone="muted", small=True),
        # upright on paper, where it fits; a screen's own type may be wider than ours
        table(columns, rows, wide=view.on_screen),
    ]


def _advice(view: View, group: Summary) -> Cell:
    kind = outcome(group)[0]
    if kind == "one":
        return cell(view.advice(group), strong=True)
    return cell(view.advice(group), tone="muted" if kind == "unknown" else "plain")


# -- duties ---------------------------------------------------------------------------------------


def duties(view: View) -> list[Block]:
    """Return who has the five duties: a picture of all, then a row for each group."""
    gathering, text, content = view.all, view.text, view.content
    states = gathering.duty_counts
    open_ = {d: states[d.id]["nobody"] + states[d.id]["at-handover"] for d in content.duties}
    worst = [d for d in content.duties if open_[d] and open_[d] == max(open_.values())]
    any_known = any(
        n for counts in states.values() for kind, n in counts.items() if kind != "unknown"
    )
    if not any_known:
        lead = text("portfolio.duties-lead-unknown")
    elif worst:
        names = text.listing([d.short for d in worst])
        lead = text(
            "portfolio.duties-lead", n=open_[worst[0]], all=len(gathering.groups), names=names
        )
    else:
        lead = text("portfolio.duties-lead-held")
    rows = [
        [cell(view.label(s.name)), *(_duty(view, _kind(s, d.id)) for d in content.duties)]
        for s in gathering.groups
    ]
    kinds = [k for k in KINDS if any(states[d.id][k] for d in content.duties)]
    rows += [
        [
            cell(text("portfolio.total", kind=text(f"portfolio.duty-{k}")), strong=True),
            *(cell(str(states[d.id][k]), strong=states[d.id][k] > 0) for d in content.duties),
        ]
        for k in kinds
    ]
    columns: list[Column] = [column(text("portfolio.group"), width=1.8)]
    columns += [column(d.short, width=1.1) for d in content.duties]
    return [
        heading(1, text("portfolio.duties"), lead),
        *([duties_picture(view)] if any_known else []),
        paragraph(text("portfolio.duties-what"), tone="muted", small=True),
        table(columns, rows),
    ]


def _kind(group: Summary, duty: str) -> DutyState:
    return group.duties[duty].kind if duty in group.duties else "unknown"


def _duty(view: View, kind: DutyState) -> Cell:
    tone, mark = DUTY_LOOKS[kind]
    words = view.text(f"portfolio.duty-{kind}")
    return cell(words, tone=tone, mark=mark, fill=kind != "unknown")


# -- tipping points -------------------------------------------------------------------------------


def near(view: View) -> list[Block]:
    """Return the groups near a tipping point: answer, value, and change."""
    gathering, text = view.all, view.text
    names = dict.fromkeys(s.name for s, _ in gathering.near)
    if not names:
        head = heading(1, text("portfolio.near"), text("portfolio.near-none"))
        return [head, paragraph(text("portfolio.near-what"), tone="muted", small=True)]
    rows = [
        [
            cell(view.label(s.name)),
            cell(view.answer_name(point.input)),
            cell(view.number(point.input, point.now)),
            cell(_where(view, point), strong=True),
            cell(_becomes(view, point)),
        ]
        for s, point in gathering.near
    ]
    columns = [
        column(text("portfolio.group"), width=1.5),
        column(text("portfolio.answer"), width=1.75),
        column(text("portfolio.now"), width=0.9),
        column(text("portfolio.changes-at"), width=1.0),
        column(text("portfolio.advice-then"), width=1.85),
    ]
    return [
        heading(1, text("portfolio.near"), text("portfolio.near-lead", n=len(names))),
        paragraph(text("portfolio.near-what"), tone="muted", small=True),
        table(columns, rows),
    ]


def _where(view: View, point: Tipping) -> str:
    return view.text(f"portfolio.{point.when}", to=point.to)


def _becomes(view: View, point: Tipping) -> str:
    if not point.patterns:
        return view.text("portfolio.becomes-none")
    return view.outcome(("open" if point.contested else "one", point.patterns))
