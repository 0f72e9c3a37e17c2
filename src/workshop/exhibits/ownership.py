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
from workshop.exhibits.agreement import changes_among
from workshop.exhibits.layout import answer_words, capital, graded, team_words
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
_AGREED = ("builder", "duties", "evaluation_set_authors", "retirement_authority", "validator")
"""Answers whose change as agreed stands below the ledger."""
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
    later = changes_among(a, lambda name: name.split(".")[0] in _AGREED)
    today = [paragraph(say("agreed.ledger-today"), tone="muted")] if later else []
    blocks = (head, *today, shown, *_validation(a), _rule_card(a), *later)
    return Exhibit("ownership-ledger", blocks)


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
        "provider": ledger.bought_from or "",
    }
    if not told:
        return say("ownership.lead-empty", **values)
    if ledger.held_by_builder is not None:
        if ledger.held_by_builder == len(ledger.lines):
            return say("ownership.lead-all", **values)
        partly = "lead-builder" if told == len(ledger.lines) else "lead-builder-partly"
        return say(f"ownership.{partly}", **values)
    bought = ledger.bought_from is not None
    if ledger.fullest is None:
        return say(f"ownership.lead-{'bought-' if bought else ''}no-team", **values)
    team, n = ledger.fullest
    key = "lead-bought" if bought else "lead-no-builder"
    return say(f"ownership.{key}", **{**values, "team": a.teams.label(team), "n": n})


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
        places = [a.teams.shares(line.holder, team) for team in ledger.teams]
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


def _validation(a: Assessment) -> list[Block]:
    """Return the sixth line, where a rule asks for it or somebody was named."""
    say, sixth = a.content.words, a.ledger.validation
    if sixth is None:
        return []
    tones: dict[str, Tone] = {
        "independent": "strength",
        "builder": "seam",
        "held": "plain",
        "nobody": "critical",
        "unknown": "muted",
    }
    tone = tones[sixth.state]
    words = cell(say(f"ownership.validation-{sixth.state}"), tone=tone, mark=LOOKS[tone].mark)
    row = [cell(say("ownership.validation")), cell(team_words(a.content, sixth.holder)), words]
    heads = [
        column(say("ownership.duty"), width=1.2),
        column(say("ownership.holder"), width=1.4),
        column(say("ownership.reading"), width=1.4),
    ]
    return [table(heads, [row], caption=say("ownership.validation-caption"))]


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
    builder = a.teams.label(ledger.builder) if ledger.builder else ""
    values = {"model": a.model, "builder": builder, "provider": a.provider}
    key: str = rule.verdict
    if key == "unknown" and ledger.bought_from is not None:
        key = "bought"
    if key == "gap" and not known:
        key = "gap-no-builder"
    elif key == "gap" and len(rule.parted) < len(RESPONDING):
        key = "partly"  # the other duty was not told, so not all of it is known to be elsewhere
    title = say(f"ownership.rule-{key}", **values)
    body: list[Block] = []
    tone: Tone = "plain"
    if rule.verdict == "holds":
        tone, why = "strength", say("ownership.rule-holds-why")
    elif rule.verdict == "mandated":
        why = say("ownership.rule-mandated-why")
    elif rule.verdict == "unknown":
        why = say(f"ownership.rule-{key}-why")
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
        gaps = ("nobody", "at-handover", "no-switch", "provider")
        tone = "critical" if r.reason in gaps else "seam"
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


# -- beside the duties: shown only to those who answered it ---------------------------------------

_PROVIDER = ("notices", "evaluation-rerun", "switch", "pay")
_ARTEFACTS = ("prompts", "retrieval-data", "tool-permissions", "guardrails", "evaluation-criteria")
_OVERSIGHT = (
    *("validator", "ai_act_role", "oversight_stop_authority"),
    *("off_switch", "cost_owner", "cost_shown_by"),
)
_CHOSEN: dict[tuple[str, str], Tone] = {
    ("off_switch", "tested"): "strength",
    ("off_switch", "exists"): "seam",
    ("off_switch", "none"): "critical",
    ("ai_act_role", "not-checked"): "seam",
    ("cost_shown_by", "none"): "seam",
}
"""How a choice is marked; the others stand as they are."""


def bought_model(a: Assessment) -> Exhibit:
    """Return who deals with the provider of a bought or adapted model; silent for all others."""
    say = a.content.words
    names = [f"provider_duties.{duty}" for duty in _PROVIDER]
    told = [n for n in ("model_origin", "provider", "version_pinned", *names) if _told(a, n)]
    if not told or a.answers.model_origin == "built":
        return Exhibit("bought-model")
    held = sum(_is_ours(a, n) for n in names)
    lead = say("stewardship.bought-lead", provider=a.provider, n=held, all=len(names))
    rows = [n for n in ("model_origin", "version_pinned") if n in told] + names
    head = heading(2, say("stewardship.bought-title"), lead)
    return Exhibit("bought-model", (head, _answers(a, rows, say("stewardship.bought-caption"))))


def language_model(a: Assessment) -> Exhibit:
    """Return who owns what decides the answers of a language-model product; silent for others."""
    say = a.content.words
    names = [f"language_model_artefacts.{name}" for name in _ARTEFACTS]
    if a.answers.language_model_product is False or not any(
        _told(a, n) for n in ("language_model_product", *names)
    ):
        return Exhibit("language-model")
    held = sum(_is_ours(a, n) for n in names)
    lead = say("stewardship.language-lead", n=held, all=len(names))
    head = heading(2, say("stewardship.language-title"), lead)
    return Exhibit(
        "language-model", (head, _answers(a, names, say("stewardship.language-caption")))
    )


def oversight(a: Assessment) -> Exhibit:
    """Return who validates, who may stop the model and who pays, as far as it was told."""
    say = a.content.words
    told = [n for n in _OVERSIGHT if _told(a, n)]
    if not told:
        return Exhibit("oversight")
    head = heading(2, say("stewardship.oversight-title"), say("stewardship.oversight-lead"))
    caption = say("stewardship.oversight-caption") if "ai_act_role" in told else ""
    return Exhibit("oversight", (head, _answers(a, told, caption)))


def _told(a: Assessment, name: str) -> bool:
    return lookup(a.answers, name) is not None


def _is_ours(a: Assessment, name: str) -> bool:
    team = lookup(a.answers, name)
    return a.teams.is_somebody(team) and not a.is_provider(team)


def _answers(a: Assessment, names: list[str], caption: str) -> Table:
    say = a.content.words
    return table(
        [
            column(say("stewardship.what"), width=1.3),
            column(say("stewardship.answer"), width=1.4),
            column(say("stewardship.why"), width=2.3),
        ],
        [
            [
                cell(capital(a.content.question(name).name)),
                _answer(a, name),
                cell(a.content.question(name).why),
            ]
            for name in names
        ],
        caption=caption,
    )


def _answer(a: Assessment, name: str) -> Cell:
    told, question = lookup(a.answers, name), a.content.question(name)
    if told is None:
        return cell(capital(a.content.words("common.unknown")), tone="muted")
    if question.choices:
        tone = _CHOSEN.get((name, str(told)), "plain")
        if name == "version_pinned" and told is False:
            tone = "seam"
        return cell(capital(answer_words(a, name)), tone=tone, mark=LOOKS[tone].mark)
    if a.is_provider(told):
        words = a.content.words("stewardship.not-a-team", provider=a.provider)
        return cell(words, tone="critical", mark=LOOKS["critical"].mark)
    tone = "plain" if a.teams.is_somebody(told) else "critical"
    return cell(team_words(a.content, told), tone=tone, mark=LOOKS[tone].mark)
