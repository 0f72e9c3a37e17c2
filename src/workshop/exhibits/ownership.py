"""Ownership: the ledger of five duties, the three diagnostics, the lead and what it risks."""

from __future__ import annotations

from typing import Any

from workshop.answers.schema import lookup
from workshop.documents.blocks import (
    Block,
    Card,
    Cell,
    Column,
    Paragraph,
    Span,
    Table,
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
from workshop.documents.exhibit import Exhibit
from workshop.documents.theme import LOOKS
from workshop.exhibits.layout import graded, team_words
from workshop.findings import Assessment
from workshop.findings.ownership import RESPONDING, DiagnosticResult, DutyLine, DutyState

_TONES: dict[DutyState, Tone] = {
    "builder": "ours",
    "other-team": "seam",
    "held": "plain",
    "nobody": "critical",
    "at-handover": "critical",
    "unknown": "muted",
}
_MOST_COLUMNS, _LONGEST_NAME, _LONGEST_WORD = 5, 26, 13
"""Beyond these the teams do not fit side by side, and the ledger is a list of holders."""


# -- the ledger ---------------------------------------------------------------------------------


def ownership_ledger(a: Assessment) -> Exhibit:
    """Return the five duties against the teams that hold them, and the ownership rule's word."""
    say = a.content.words
    ledger = a.ledger
    head = heading(2, say("ownership.ledger-title"), _ledger_lead(a))
    if not ledger.told:
        return Exhibit("ownership-ledger", (head, _duty_questions(a)), ())
    shown = _grid(a) if _side_by_side(a) else _holder_list(a)
    return Exhibit("ownership-ledger", (head, shown, _rule_card(a)))


def _ledger_lead(a: Assessment) -> str:
    say, ledger = a.content.words, a.ledger
    told = ledger.told
    values: dict[str, Any] = {
        "model": a.model,
        "all": len(ledger.lines),
        "told": told,
        "open": len(ledger.lines) - told,
        "n": ledger.held_by_builder,
        "builder": a.teams.label(ledger.builder) if ledger.builder else "",
    }
    if not told:
        return say("ownership.lead-empty", **values)
    if ledger.held_by_builder is not None:
        if ledger.held_by_builder == len(ledger.lines):
            return say("ownership.lead-all", **values)
        partly = "lead-builder" if told == len(ledger.lines) else "lead-builder-partly"
        return say(f"ownership.{partly}", **values)
    if ledger.fullest is None:
        return say("ownership.lead-no-team", **values)
    team, n = ledger.fullest
    return say("ownership.lead-no-builder", **{**values, "team": a.teams.label(team), "n": n})


def _duty_questions(a: Assessment) -> Table:
    say = a.content.words
    return table(
        [
            column(say("ownership.duty"), width=1.1),
            column(say("ownership.duty-question"), width=1.7),
            column(say("ownership.duty-why"), width=2.2),
            column(say("ownership.source"), width=0.7),
        ],
        [
            [
                cell(duty.name, strong=True),
                duty.question,
                duty.why,
                cell(", ".join(duty.sources), tone="muted"),
            ]
            for duty in a.content.duties
        ],
    )


def _side_by_side(a: Assessment) -> bool:
    names = [a.teams.label(team) for team in a.ledger.teams]
    return len(names) <= _MOST_COLUMNS and all(
        len(name) <= _LONGEST_NAME and max(map(len, name.split())) <= _LONGEST_WORD
        for name in names
    )


def _grid(a: Assessment) -> Table:
    """Return duties × teams: each holder's cell with its mark, its word and its tint."""
    say, ledger = a.content.words, a.ledger
    states: list[DutyState] = ["nobody", "at-handover"]
    states += ["unknown"] if ledger.of_state("unknown") else []
    titles = {"nobody": "nobody", "at-handover": "at-handover", "unknown": "not-told"}
    columns = [
        column(say("ownership.duty"), width=1.9),
        *(column(a.teams.label(team), align="center") for team in ledger.teams),
        *(column(say(f"ownership.{titles[s]}"), align="center", width=0.9) for s in states),
    ]
    rows = []
    for line in ledger.lines:
        places = [a.teams.same(line.holder, team) for team in ledger.teams]
        places += [line.state == state for state in states]
        rows.append(
            [cell(line.duty.name), *(_state_cell(a, line) if here else cell("") for here in places)]
        )
    counts = [ledger.held_by(team) for team in ledger.teams]
    counts += [len(ledger.of_state(state)) for state in states]
    rows.append(
        [
            cell(say("ownership.held", all=len(ledger.lines)), strong=True),
            *(cell(str(n), strong=True) if n else cell("0", tone="muted") for n in counts),
        ]
    )
    return table(columns, rows, caption=_ledger_caption(a))


def _state_cell(a: Assessment, line: DutyLine) -> Cell:
    tone = _TONES[line.state]
    mark = LOOKS["ours"].mark if line.state == "held" else LOOKS[tone].mark
    words = a.content.words(f"ownership.state-{line.state}")
    return cell(words, tone=tone, mark=mark, fill=line.state != "unknown", strong=True)


def _holder_list(a: Assessment) -> Table:
    """Return duty, holder and reading in three columns, for names too long to head a column."""
    say = a.content.words
    rows = [
        [cell(line.duty.name), cell(team_words(a.content, line.holder)), _state_cell(a, line)]
        for line in a.ledger.lines
    ]
    columns = [
        column(say("ownership.duty"), width=1.2),
        column(say("ownership.holder"), width=2.4),
        column(say("ownership.reading"), width=0.8),
    ]
    return table(columns, rows, caption=_ledger_caption(a))


def _ledger_caption(a: Assessment) -> str:
    marks = {tone: LOOKS[tone].mark for tone in ("ours", "seam", "critical")}
    known = a.teams.is_somebody(a.ledger.builder)
    return a.content.words(f"ownership.caption{'' if known else '-no-builder'}", **marks)


def _rule_card(a: Assessment) -> Card:
    """Return what the ownership rule says to this ledger."""
    say, rule, ledger = a.content.words, a.ledger.rule, a.ledger
    sources = graded(a.content, a.content.duties[0].sources)
    known = a.teams.is_somebody(ledger.builder)
    values = {"model": a.model, "builder": a.teams.label(ledger.builder) if ledger.builder else ""}
    key: str = rule.verdict
    if key == "gap" and not known:
        key = "gap-no-builder"
    elif key == "gap" and len(rule.parted) < len(RESPONDING):
        key = "partly"  # the other duty was not told, so not all of it is known to be elsewhere
    title = say(f"ownership.rule-{key}", **values)
    body: list[Block] = []
    tone: Tone = "plain"
    if rule.verdict == "holds":
        tone, why = "strength", say("ownership.rule-holds-why")
    elif rule.verdict == "unknown":
        why = say("ownership.rule-unknown-why")
    else:
        why = say("ownership.rule-gap-why")
        open_ = any(line.state in ("nobody", "at-handover") for line in rule.parted)
        tone = "critical" if open_ else "seam"
        parts = [
            say("ownership.rule-part", duty=p.duty.name, team=team_words(a.content, p.holder))
            for p in rule.parted
        ]
        body = [bullets(parts)]
    return card(title, [*body, why], label=say("ownership.rule"), tone=tone, sources=sources)


# -- the three diagnostics ----------------------------------------------------------------------


def diagnostics(a: Assessment) -> Exhibit:
    """Return the three questions: what was answered, whether it passes, and why."""
    say = a.content.words
    results = [r.result for r in a.diagnostics]
    counts = {name: results.count(name) for name in ("passes", "fails", "unknown")}
    if all(r.reason == "not-told" for r in a.diagnostics):
        key = "empty"
    elif len(results) in (counts["passes"], counts["fails"]):
        key = results[0]
    else:
        key = "lead" if counts["unknown"] else "judged"
    lead = say(f"ownership.diagnostics-{key}", all=len(results), **counts)
    head = heading(2, say("ownership.diagnostics-title"), lead)
    cards = tuple(_diagnostic_card(a, r) for r in a.diagnostics)
    if key == "empty":
        return Exhibit("three-diagnostics", (head, *cards), ())
    short = tuple(_diagnostic_card(a, r, brief=True) for r in a.diagnostics)
    return Exhibit("three-diagnostics", (head, *cards), None, (head, *short))


def _diagnostic_card(a: Assessment, r: DiagnosticResult, brief: bool = False) -> Card:
    """Return a question as a card; `brief` without what fails in general."""
    say = a.content.words
    word = "undecided" if r.result == "unknown" and r.answer is not None else r.result
    tone: Tone = "plain"
    if r.result == "passes":
        tone = "strength"
    elif r.result == "fails":
        tone = "critical" if r.reason in ("nobody", "at-handover", "no-switch") else "seam"
    body: list[Block] = []
    if r.answer is not None:
        body.append(_said(say("ownership.your-answer"), r.answer))
        if r.text.id == "retirement" and a.teams.is_somebody(a.answers.retirement_authority):
            switch = team_words(a.content, lookup(a.answers, "duties.turn-off"))
            body.append(_said(say("ownership.your-switch"), switch))
    if r.matches is not None:
        why = say("ownership.failing", answer=r.matches.answer, why=r.matches.why)
        body.append(_said(say("ownership.why-it-fails"), why))
    elif r.result == "fails":
        body.append(_said(say("ownership.why-it-fails"), r.because))
    elif word == "undecided":
        body.append(_said(say("ownership.what-is-missing"), r.because))
    if r.reason == "not-told" and not brief:
        body.append(paragraph(say("ownership.what-fails")))
        fails = [say("ownership.failing", answer=f.answer, why=f.why) for f in r.text.fails]
        body.append(bullets(fails))
    body.append(_said(say("ownership.what-passes"), r.text.passes))
    if r.text.reasons and not brief:
        body.append(paragraph(say("ownership.reasons")))
        body.append(bullets(r.text.reasons))
    return card(
        r.text.question,
        body,
        label=say(f"ownership.{word}"),
        tone=tone,
        sources=graded(a.content, r.text.sources),
    )


def _said(term: str, words: str) -> Paragraph:
    return paragraph([Span(term, strong=True), words])


# -- the lead -----------------------------------------------------------------------------------


def lead_profile(a: Assessment) -> Exhibit:
    """Return the chosen lead's profile and its safeguard; without a lead, all three."""
    say = a.content.words
    if a.lead is None:
        head = heading(2, say("ownership.lead-none-title"), say("ownership.lead-none"))
        return Exhibit("lead-profile", (head, _lead_table(a)), ())
    text, state = a.lead.text, _in_place(a.lead.mitigation_in_place)
    tones: dict[str, Tone] = {"true": "strength", "false": "seam", "unknown": "plain"}
    guard = say("ownership.lead-guard", fails=text.fails)
    head = heading(2, say("ownership.lead-title", name=text.name), guard)
    kind = pairs(
        [
            (say("ownership.brings"), text.brings),
            (say("ownership.ships"), text.ships),
        ]
    )
    safeguard = card(
        say(f"ownership.safeguard-{state}"),
        [text.mitigation, say("ownership.check", test=text.first_test)],
        label=say("ownership.in-place"),
        tone=tones[state],
        sources=graded(a.content, text.sources),
    )
    # In a pack the comparison that follows says what each lead brings and ships.
    return Exhibit("lead-profile", (head, kind, safeguard), (head, safeguard))


def lead_comparison(a: Assessment) -> Exhibit:
    """Return the three leads beside each other, ours marked with a word."""
    say = a.content.words
    lead = say("ownership.comparison-lead")
    if a.lead is not None:
        lead = say("ownership.comparison-lead-ours", name=a.lead.text.name)
    blocks = (heading(2, say("ownership.comparison-title"), lead), _lead_table(a))
    return Exhibit("lead-comparison", blocks, None if a.lead else ())


def _lead_table(a: Assessment) -> Table:
    say, leads = a.content.words, a.content.leads
    ours = a.lead.text.id if a.lead else None

    def title(name: str, id_: str) -> Column:
        if id_ == ours:
            return column(say("ownership.yours", name=name), width=1.6, tone="ours")
        return column(name, width=1.6)

    rows: list[list[Cell | str]] = [
        [cell(say("ownership.brings")), *(t.brings for t in leads)],
        [cell(say("ownership.ships")), *(t.ships for t in leads)],
        [cell(say("ownership.fails-by")), *(t.fails for t in leads)],
        [cell(say("ownership.mitigation")), *(t.mitigation for t in leads)],
        [cell(say("ownership.first-test")), *(t.first_test for t in leads)],
    ]
    if a.answers.mitigations is not None:
        rows.append([cell(say("ownership.in-place")), *(_in_place_cell(a, t.id) for t in leads)])
    keys = dict.fromkeys(key for t in leads for key in t.sources)
    return table(
        [column("", width=0.9), *(title(t.name, t.id) for t in leads)],
        rows,
        caption=say("ownership.lead-caption", sources=", ".join(keys)),
    )


def _in_place(told: bool | None) -> str:
    return "unknown" if told is None else str(told).lower()


def _in_place_cell(a: Assessment, lead: str) -> Cell:
    told = lookup(a.answers, f"mitigations.{lead}")
    tones: dict[bool | None, Tone] = {True: "strength", False: "seam", None: "muted"}
    tone = tones[told]
    words = a.content.words(f"ownership.in-place-{_in_place(told)}")
    return cell(words, tone=tone, mark=LOOKS[tone].mark)
