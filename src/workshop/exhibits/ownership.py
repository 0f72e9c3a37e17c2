"""Show ownership: the ledger, the three diagnostics, the lead and its risks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workshop.answers.schema import Decision, lookup
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
from workshop.exhibits.agreement import changes_among
from workshop.exhibits.layout import (
    answer_words,
    capital,
    date_words,
    ended,
    graded,
    owner_words,
    source_note,
    team_words,
)
from workshop.findings import Assessment
from workshop.findings.finding import Finding
from workshop.findings.ownership import (
    RESPONDING,
    DiagnosticResult,
    DutyLine,
    DutyState,
    LeadProfile,
)

_TONES: dict[DutyState, Tone] = {
    "builder": "ours",
    "other-team": "warning",
    "held": "plain",
    "nobody": "critical",
    "at-handover": "critical",
    "unknown": "muted",
}
_AGREED = ("builder", "duties", "evaluation_set_authors", "retirement_authority", "validator")
"""Answers whose agreed changes are listed below the ledger."""
_MOST_COLUMNS, _LONGEST_NAME, _LONGEST_WORD = 5, 26, 13
"""Limits for teams side by side; beyond them the ledger is a list.

They are columns, and the lengths of a name and of a word.
"""


# -- the ledger ---------------------------------------------------------------------------------


def ownership_ledger(assessment: Assessment) -> Exhibit:
    """Return the five duties by team, and what the ownership rule says."""
    _ = assessment.content.words
    ledger = assessment.ledger
    head = heading(2, _("ownership.ledger-title"), _ledger_lead(assessment))
    if not ledger.answered:
        return Exhibit("ownership-ledger", (head, _duty_questions(assessment)), ())
    shown = _grid(assessment) if _side_by_side(assessment) else _holder_list(assessment)
    later = changes_among(assessment, lambda name: name.split(".")[0] in _AGREED)
    today = [_today(assessment, "agreed.ledger-today")] if later else []
    sixth = _validation(assessment)
    blocks = (head, *today, shown, *sixth, _rule_card(assessment), *later)
    today = [_today(assessment, "agreed.ledger-today-printed")] if later else []
    broken = () if _is_found(assessment) else (_rule_card(assessment, named=False),)
    beside = (*sixth, *broken)
    return Exhibit("ownership-ledger", blocks, (head, *today, shown, *beside))


def _is_found(assessment: Assessment) -> bool:
    """Return whether risks say already what the broken ownership rule says.

    Those are risks of the duties that are not with the builder.
    """
    rule = assessment.ledger.rule
    parted = {f"duties.{line.duty.id}" for line in rule.parted}
    risks = (f for f in assessment.findings if f.severity in ("critical", "risk"))
    reads = {name for f in risks for name in assessment.content.rule(f.id).reads}
    return rule.verdict in ("gap", "partly") and bool(parted & reads)


def _today(assessment: Assessment, key: str) -> Paragraph:
    """Return that the table is of today, and what the builder has as agreed."""
    _, ledger, then = assessment.content.words, assessment.ledger, assessment.signed.ledger
    sentences = [_(key)]
    if then.builder and then.held_by_builder not in (None, ledger.held_by_builder):
        builder = assessment.teams.label(then.builder)
        changed = [c for c in assessment.changes if c.name.startswith(("duties.", "builder"))]
        agreed = _as_agreed(assessment, *(c.decision for c in changed))
        values: dict[str, Any] = {"all": len(then.lines), "builder": builder, "agreed": agreed}
        values["held"] = then.held_by_builder
        alone = sum(assessment.teams.same(line.holder, then.builder) for line in then.lines)
        shared = (then.held_by_builder or 0) - alone
        key = "ownership.lead-agreed-shared" if shared else "ownership.lead-agreed"
        sentences.append(_(key, n=shared, **values))
    return paragraph(" ".join(sentences), tone="muted")


def _as_agreed(assessment: Assessment, *decisions: Decision) -> str:
    """Return “As agreed”, with the day from which all of these decisions hold."""
    _, days = assessment.content.words, [d.due for d in decisions if d.due]
    if not days or len(days) < len(decisions):
        return _("board.duty-agreed")
    return _("board.duty-agreed-day", date=date_words(assessment.content, max(days)))


def _ledger_lead(assessment: Assessment) -> str:
    _, ledger = assessment.content.words, assessment.ledger
    given = ledger.answered
    values: dict[str, Any] = {
        "model": assessment.model,
        "all": len(ledger.lines),
        "told": given,
        "open": len(ledger.lines) - given,
        "n": ledger.held_by_builder,
        "builder": capital(assessment.teams.label(ledger.builder)) if ledger.builder else "",
        "provider": ledger.bought_from or "",
    }
    if not given:
        return _("ownership.lead-empty", **values)
    if ledger.held_by_builder is not None:
        if ledger.held_by_builder == len(ledger.lines):
            return _("ownership.lead-all", **values)
        partly = "lead-builder" if given == len(ledger.lines) else "lead-builder-partly"
        return _(f"ownership.{partly}", **values)
    bought = ledger.bought_from is not None
    if ledger.fullest is None:
        return _(f"ownership.lead-{'bought-' if bought else ''}no-team", **values)
    team, n = ledger.fullest
    key = "lead-bought" if bought else "lead-no-builder"
    if ledger.counts.count(n) > 1:  # the first among equals is not ahead
        key += "-level"
    return _(f"ownership.{key}", **{**values, "team": assessment.teams.label(team), "n": n})


def _duty_questions(assessment: Assessment) -> Table:
    _ = assessment.content.words
    return table(
        [
            column(_("ownership.duty"), width=1.1),
            column(_("ownership.duty-question"), width=1.7),
            column(_("ownership.duty-why"), width=2.2),
            column(_("ownership.source"), width=0.7),
        ],
        [
            [
                cell(duty.name, strong=True),
                duty.question,
                duty.why,
                cell(", ".join(duty.sources), tone="muted"),
            ]
            for duty in assessment.content.duties
        ],
    )


def _side_by_side(assessment: Assessment) -> bool:
    names = [assessment.teams.label(team) for team in assessment.ledger.teams]
    return len(names) <= _MOST_COLUMNS and all(
        len(name) <= _LONGEST_NAME and max(map(len, name.split())) <= _LONGEST_WORD
        for name in names
    )


def _grid(assessment: Assessment) -> Table:
    """Return duties × teams: each holder's cell with its word and tint."""
    _, ledger = assessment.content.words, assessment.ledger
    without: tuple[DutyState, ...] = ("nobody", "at-handover", "unknown")
    states = [state for state in without if ledger.of_state(state)]
    titles = {"nobody": "nobody", "at-handover": "at-handover", "unknown": "not-told"}
    columns = [
        column(_("ownership.duty"), width=1.9),
        *(column(capital(assessment.teams.label(team)), align="center") for team in ledger.teams),
        *(column(_(f"ownership.{titles[s]}"), align="center", width=0.9) for s in states),
    ]
    rows = []
    for line in ledger.lines:
        places = [assessment.teams.shares(line.holder, team) for team in ledger.teams]
        places += [line.state == state for state in states]
        rows.append(
            [
                cell(line.duty.name),
                *(_state_cell(assessment, line) if here else cell("") for here in places),
            ]
        )
    counts = [ledger.held_by(team) for team in ledger.teams]
    if set(counts) != {1}:  # a row of ones adds nothing to the marks above it
        rows.append(
            [
                cell(_("ownership.held", all=len(ledger.lines)), strong=True),
                *(cell(str(n), strong=True) if n else cell("0", tone="muted") for n in counts),
                *(cell("") for _state in states),
            ]
        )
    return table(columns, rows, caption=_ledger_caption(assessment))


def _validation(assessment: Assessment) -> list[Block]:
    """Return the sixth line, if a rule asks for it or somebody was named."""
    _, sixth = assessment.content.words, assessment.ledger.validation
    if sixth is None:
        return []
    tones: dict[str, Tone] = {
        "independent": "strength",
        "builder": "warning",
        "held": "plain",
        "nobody": "critical",
        "unknown": "muted",
    }
    tone = tones[sixth.state]
    words = cell(_(f"ownership.validation-{sixth.state}"), tone=tone)
    row = [
        cell(_("ownership.validation")),
        cell(team_words(assessment.content, sixth.holder)),
        words,
    ]
    heads = [
        column(_("ownership.duty"), width=1.2),
        column(_("ownership.holder"), width=1.4),
        column(_("ownership.reading"), width=1.4),
    ]
    return [table(heads, [row], caption=_("ownership.validation-caption"))]


def _state_cell(assessment: Assessment, line: DutyLine) -> Cell:
    tone = _TONES[line.state]
    words = assessment.content.words(f"ownership.state-{line.state}")
    return cell(words, tone=tone, fill=line.state != "unknown", strong=True)


def _holder_list(assessment: Assessment) -> Table:
    """Return duties with holder and state, for names too long to head a column."""
    _ = assessment.content.words
    rows = [
        [
            cell(line.duty.name),
            cell(team_words(assessment.content, line.holder)),
            _state_cell(assessment, line),
        ]
        for line in assessment.ledger.lines
    ]
    columns = [
        column(_("ownership.duty"), width=1.2),
        column(_("ownership.holder"), width=2.4),
        column(_("ownership.reading"), width=0.8),
    ]
    return table(columns, rows, caption=_ledger_caption(assessment))


def _ledger_caption(assessment: Assessment) -> str:
    known = assessment.teams.is_somebody(assessment.ledger.builder)
    return assessment.content.words(f"ownership.caption{'' if known else '-no-builder'}")


def _rule_card(assessment: Assessment, named: bool = True) -> Card:
    """Return what the ownership rule says about this ledger.

    `named`: with the teams that respond, which the ledger beside it shows too.
    """
    _, rule, ledger = assessment.content.words, assessment.ledger.rule, assessment.ledger
    sources = graded(assessment.content, assessment.content.duties[0].sources)
    known = assessment.teams.is_somebody(ledger.builder)
    builder = capital(assessment.teams.label(ledger.builder)) if ledger.builder else ""
    values = {"model": assessment.model, "builder": builder, "provider": assessment.provider}
    key: str = rule.verdict
    if key == "unknown" and ledger.bought_from is not None:
        key = "bought"
    if key == "gap" and not known:
        key = "gap-no-builder"
    elif key == "gap" and len(rule.parted) < len(RESPONDING):
        key = "partly"  # the other duty was not told, so not all of it is known to be elsewhere
    title = _(f"ownership.rule-{key}", **values)
    body: list[Block] = []
    tone: Tone = "plain"
    label = "rule"
    if rule.verdict == "holds":
        tone, why = "strength", _("ownership.rule-holds-why")
    elif rule.verdict == "mandated":
        why = _("ownership.rule-mandated-why")
    elif rule.verdict == "unknown":
        why = _(f"ownership.rule-{key}-why")
    else:
        label, why = "rule-broken", _("ownership.rule-gap-why")
        open_ = any(line.state in ("nobody", "at-handover") for line in rule.parted)
        tone = "critical" if open_ else "warning"
        parts = [
            _(
                "ownership.rule-part",
                duty=p.duty.name,
                team=team_words(assessment.content, p.holder),
            )
            for p in rule.parted
        ]
        body = [bullets(parts)] if named else []
    return card(title, [*body, why], label=_(f"ownership.{label}"), tone=tone, sources=sources)


# -- the three diagnostics ----------------------------------------------------------------------


def diagnostics(assessment: Assessment) -> Exhibit:
    """Return the three questions: the answer, whether it passes, and why."""
    _ = assessment.content.words
    results = [r.result for r in assessment.diagnostics]
    counts = {name: results.count(name) for name in ("passes", "fails", "unknown")}
    if all(r.reason == "not-told" for r in assessment.diagnostics):
        key = "empty"
    elif len(results) in (counts["passes"], counts["fails"]):
        key = results[0]
    else:
        key = "lead" if counts["unknown"] else "judged"
    lead = _(f"ownership.diagnostics-{key}", all=len(results), **counts)
    head = heading(2, _("ownership.diagnostics-title"), lead)
    cards = tuple(_diagnostic_card(assessment, r) for r in assessment.diagnostics)
    if key == "empty":
        return Exhibit("three-diagnostics", (head, *cards), ())
    short = tuple(_diagnostic_card(assessment, r, brief=True) for r in assessment.diagnostics)
    printed = (head, _diagnostic_table(assessment))
    return Exhibit("three-diagnostics", (head, *cards), printed, None, (head, *short))


def _diagnostic_table(assessment: Assessment) -> Table:
    """Return the three questions as a table for paper, with what was decided."""
    _ = assessment.content.words
    rows = []
    for d in assessment.diagnostics:
        answer = [Span(f"{_(f'ownership.{_result_word(d)}')} ", tone=_result_tone(d), strong=True)]
        if d.answer is not None:
            answer.append(Span(capital(d.answer)))
        why = [] if d.result == "passes" or d.reason == "not-told" else [capital(d.because)]
        if d.matches is not None:
            why = [_("ownership.failing", answer=d.matches.answer, why=d.matches.why)]
        if d.result != "passes" and (then := _then(assessment, d, dated=True)):
            why.append(then)
        rows.append(
            [
                cell((Span(d.text.question, strong=True), source_note(d.text.sources))),
                cell(answer),
                cell("\n".join(why)),
                cell(d.text.passes),
            ]
        )
    heads = ("question", "answer", "why", "passing")
    reasons = [r for d in assessment.diagnostics for r in d.text.reasons]
    caption = " ".join((_("ownership.reasons"), *reasons)) if reasons else ""
    widths = (1.2, 1.1, 2.45, 1.85)
    columns = [
        column(_(f"ownership.head-{h}"), width=w) for h, w in zip(heads, widths, strict=True)
    ]
    return table(columns, rows, caption=caption)


def _result_word(diagnostic: DiagnosticResult) -> str:
    """Return how a question stands, as the key of its word."""
    open_ = diagnostic.result == "unknown" and diagnostic.answer is not None
    return "undecided" if open_ else diagnostic.result


def _result_tone(diagnostic: DiagnosticResult) -> Tone:
    tones: dict[str, Tone] = {"passes": "strength", "fails": "critical"}
    return tones.get(diagnostic.result, "plain")


def _diagnostic_card(
    assessment: Assessment, diagnostic: DiagnosticResult, brief: bool = False
) -> Card:
    """Return a question as a card; `brief` leaves out what fails in general."""
    _ = assessment.content.words
    word, tone = _result_word(diagnostic), _result_tone(diagnostic)
    body: list[Block] = []
    if diagnostic.answer is not None:
        body.append(_entry(_("ownership.your-answer"), diagnostic.answer))
        if diagnostic.text.id == "retirement" and assessment.teams.is_somebody(
            assessment.answers.retirement_authority
        ):
            switch = team_words(assessment.content, lookup(assessment.answers, "duties.turn-off"))
            body.append(_entry(_("ownership.your-switch"), switch))
    if diagnostic.matches is not None:
        why = _("ownership.failing", answer=diagnostic.matches.answer, why=diagnostic.matches.why)
        body.append(_entry(_("ownership.why-it-fails"), why))
    elif diagnostic.result == "fails":
        body.append(_entry(_("ownership.why-it-fails"), diagnostic.because))
    elif word == "undecided":
        body.append(_entry(_("ownership.what-is-missing"), diagnostic.because))
    if diagnostic.reason == "not-told" and not brief:
        body.append(paragraph(_("ownership.what-fails")))
        fails = [_("ownership.failing", answer=f.answer, why=f.why) for f in diagnostic.text.fails]
        body.append(bullets(fails))
    body.append(_entry(_("ownership.what-passes"), diagnostic.text.passes))
    if diagnostic.result != "passes":
        body += _decided(assessment, diagnostic)
    if diagnostic.text.reasons and not brief:
        body.append(paragraph(_("ownership.reasons")))
        body.append(bullets(diagnostic.text.reasons))
    return card(
        diagnostic.text.question,
        body,
        label=_(f"ownership.{word}"),
        tone=tone,
        sources=graded(assessment.content, diagnostic.text.sources),
    )


_ANSWERING = {
    "paged": ("duties.paged", "paged_quality", "paged_infrastructure", "duties.ship", "builder"),
    "evaluation-set": ("evaluation_set_authors", "duties.evaluation-set", "builder"),
    "retirement": ("retirement_authority", "duties.turn-off"),
}
"""The answers that each of the three questions is judged by."""


def _decided(assessment: Assessment, diagnostic: DiagnosticResult) -> list[Block]:
    """Return what was decided about a question, and whether it passes then."""
    sentences = []
    for decision in _deciding(assessment, diagnostic):
        sentences.append(ended(decision.chosen or decision.decision))
        sentences.append(owner_words(assessment.content, decision.owner, decision.due))
    if not sentences:
        return []
    sentences.append(_then(assessment, diagnostic))
    title = assessment.content.words("ownership.decided")
    return [_entry(title, " ".join(filter(None, sentences)))]


def _deciding(assessment: Assessment, diagnostic: DiagnosticResult) -> list[Decision]:
    """Return the decisions that change an answer to a question.

    A question that is not answered as agreed, either, is none that they decide.
    """
    if _agreed_result(assessment, diagnostic).reason == "not-told":
        return []
    names = _ANSWERING.get(diagnostic.text.id, ())
    found: list[Decision] = []
    for change in assessment.changes:
        if change.name in names and change.decision not in found:
            found.append(change.decision)
    return found


def _agreed_result(assessment: Assessment, diagnostic: DiagnosticResult) -> DiagnosticResult:
    return next(d for d in assessment.signed.diagnostics if d.text.id == diagnostic.text.id)


def _then(assessment: Assessment, diagnostic: DiagnosticResult, dated: bool = False) -> str:
    """Return whether a question passes as agreed, if decisions change its answer.

    `dated`: with the day from which all of them hold.
    """
    _, decided = assessment.content.words, _deciding(assessment, diagnostic)
    if not decided:
        return ""
    agreed = _as_agreed(assessment, *decided) if dated else _as_agreed(assessment)
    then = _agreed_result(assessment, diagnostic)
    words = _(f"ownership.then-{then.result}", agreed=agreed, because=capital(then.because))
    teams, signed = assessment.content.teams, assessment.signed.answers
    service, called = signed.paged_infrastructure, signed.paged_quality
    is_split = teams.is_somebody(service) and called and not teams.same(service, called)
    if diagnostic.text.id != "paged" or not is_split:
        return words
    beside = _("ownership.paged-beside", team=capital(team_words(assessment.content, service)))
    return f"{words} {beside}"


def _entry(term: str, words: str) -> Paragraph:
    return paragraph([Span(term, strong=True), words])


# -- the lead -----------------------------------------------------------------------------------


def lead_profile(assessment: Assessment) -> Exhibit:
    """Return the chosen lead's profile and its safeguard, or all three leads.

    Where decisions give the lead to another, what to guard against then is said as well.
    """
    _, then, shown = assessment.content.words, _agreed_lead(assessment), assessment.later_findings
    agreed = then if not _safeguard_is_told(assessment, assessment.signed.lead, shown) else ()
    if assessment.lead is None:
        head = heading(2, _("ownership.lead-none-title"), _("ownership.lead-none"))
        return Exhibit("lead-profile", (head, _lead_table(assessment), *then), agreed)
    text = assessment.lead.text
    fails = _("ownership.lead-fails", fails=text.fails)
    head = heading(2, _("ownership.lead-title", name=text.name), fails)
    kind = pairs(
        [
            (_("ownership.brings"), text.brings),
            (_("ownership.ships"), text.ships),
        ]
    )
    safeguard = _safeguard(assessment, assessment.lead)
    # In a pack the comparison that follows says what each lead brings and ships, and what was found
    # about the safeguard has its own row or is a strength.
    told = _safeguard_is_told(assessment, assessment.lead, assessment.findings)
    printed = () if told else (head, safeguard)
    return Exhibit("lead-profile", (head, kind, safeguard, *then), (*printed, *agreed))


def _safeguard_is_told(
    assessment: Assessment, lead: LeadProfile | None, found: Iterable[Finding]
) -> bool:
    name = f"mitigations.{lead.text.id}" if lead else ""
    return any(name in assessment.content.rule(f.id).reads for f in found)


def _safeguard(assessment: Assessment, lead: LeadProfile) -> Card:
    """Return what prevents a lead's usual failure, and whether it is in place."""
    _, state = assessment.content.words, _in_place(lead.mitigation_in_place)
    tones: dict[str, Tone] = {"true": "strength", "false": "warning", "unknown": "plain"}
    return card(
        _(f"ownership.safeguard-{state}"),
        [lead.text.mitigation, _("ownership.check", test=lead.text.first_test)],
        label=_("ownership.in-place"),
        tone=tones[state],
        sources=graded(assessment.content, lead.text.sources),
    )


def _agreed_lead(assessment: Assessment) -> tuple[Block, ...]:
    """Return what to guard against under the lead that a decision chooses."""
    _, lead = assessment.content.words, assessment.signed.lead
    by = next((c.decision for c in assessment.changes if c.name == "lead"), None)
    if lead is None or by is None:
        return ()
    agreed, fails = _as_agreed(assessment, by), _("ownership.lead-fails", fails=lead.text.fails)
    then = f"{_('ownership.lead-then', agreed=agreed)} {fails}"
    head = heading(2, _("ownership.lead-title", name=lead.text.name), then)
    return head, _safeguard(assessment, lead)


def lead_comparison(assessment: Assessment) -> Exhibit:
    """Return the three leads side by side, with the team's own marked."""
    _ = assessment.content.words
    lead = _("ownership.comparison-lead")
    if assessment.lead is not None:
        lead = _("ownership.comparison-lead-ours", name=assessment.lead.text.name)
    blocks = (heading(2, _("ownership.comparison-title"), lead), _lead_table(assessment))
    return Exhibit("lead-comparison", blocks, None if assessment.lead else ())


def _lead_table(assessment: Assessment) -> Table:
    _, leads = assessment.content.words, assessment.content.leads
    own = assessment.lead.text.id if assessment.lead else None

    def title(name: str, id_: str) -> Column:
        if id_ == own:
            return column(_("ownership.yours", name=name), width=1.6, tone="ours")
        return column(name, width=1.6)

    rows: list[list[Cell | str]] = [
        [cell(_("ownership.brings")), *(t.brings for t in leads)],
        [cell(_("ownership.ships")), *(t.ships for t in leads)],
        [cell(_("ownership.fails-by")), *(t.fails for t in leads)],
        [cell(_("ownership.mitigation")), *(t.mitigation for t in leads)],
        [cell(_("ownership.first-test")), *(t.first_test for t in leads)],
    ]
    if assessment.answers.mitigations is not None:
        rows.append(
            [cell(_("ownership.in-place")), *(_in_place_cell(assessment, t.id) for t in leads)]
        )
    keys = dict.fromkeys(key for t in leads for key in t.sources)
    return table(
        [column("", width=0.9), *(title(t.name, t.id) for t in leads)],
        rows,
        caption=_("ownership.lead-caption", sources=", ".join(keys)),
    )


def _in_place(given: bool | None) -> str:
    return "unknown" if given is None else str(given).lower()


def _in_place_cell(assessment: Assessment, lead: str) -> Cell:
    given = lookup(assessment.answers, f"mitigations.{lead}")
    tones: dict[bool | None, Tone] = {True: "strength", False: "warning", None: "muted"}
    tone = tones[given]
    words = assessment.content.words(f"ownership.in-place-{_in_place(given)}")
    return cell(words, tone=tone)


# -- beside the duties: shown only to those who answered it ---------------------------------------

_PROVIDER = ("notices", "evaluation-rerun", "switch", "pay")
_ARTEFACTS = ("prompts", "retrieval-data", "tool-permissions", "guardrails", "evaluation-criteria")
_OVERSIGHT = (
    *("validator", "ai_act_role", "oversight_stop_authority"),
    *("off_switch", "cost_owner", "cost_shown_by"),
)
_CHOSEN: dict[tuple[str, str], Tone] = {
    ("off_switch", "tested"): "strength",
    ("off_switch", "exists"): "warning",
    ("off_switch", "none"): "critical",
    ("ai_act_role", "not-checked"): "warning",
    ("cost_shown_by", "none"): "warning",
}
"""The tone of some choices; the others have none."""


def bought_model(assessment: Assessment) -> Exhibit:
    """Return who deals with the provider of a bought model, if there is one."""
    _ = assessment.content.words
    names = [f"provider_duties.{duty}" for duty in _PROVIDER]
    given = [
        n
        for n in ("model_origin", "provider", "version_pinned", *names)
        if _is_given(assessment, n)
    ]
    if not given or assessment.answers.model_origin == "built":
        return Exhibit("bought-model")
    own = sum(_is_own(assessment, n) for n in names)
    lead = _(
        "stewardship.bought-lead", provider=capital(assessment.provider), n=own, all=len(names)
    )
    rows = [n for n in ("model_origin", "version_pinned") if n in given] + names
    head = heading(2, _("stewardship.bought-title"), lead)
    return Exhibit(
        "bought-model", (head, _answers(assessment, rows, _("stewardship.bought-caption")))
    )


def language_model(assessment: Assessment) -> Exhibit:
    """Return who owns what decides a language-model product's answers, if any."""
    _ = assessment.content.words
    names = [f"language_model_artefacts.{name}" for name in _ARTEFACTS]
    if assessment.answers.language_model_product is False or not any(
        _is_given(assessment, n) for n in ("language_model_product", *names)
    ):
        return Exhibit("language-model")
    own = sum(_is_own(assessment, n) for n in names)
    lead = _("stewardship.language-lead", n=own, all=len(names))
    head = heading(2, _("stewardship.language-title"), lead)
    return Exhibit(
        "language-model", (head, _answers(assessment, names, _("stewardship.language-caption")))
    )


def oversight(assessment: Assessment) -> Exhibit:
    """Return who validates, may stop the model and pays, as far as answered."""
    _ = assessment.content.words
    given = [n for n in _OVERSIGHT if _is_given(assessment, n)]
    if not given:
        return Exhibit("oversight")
    head = heading(2, _("stewardship.oversight-title"), _("stewardship.oversight-lead"))
    caption = _("stewardship.oversight-caption") if "ai_act_role" in given else ""
    return Exhibit("oversight", (head, _answers(assessment, given, caption)))


def _is_given(assessment: Assessment, name: str) -> bool:
    return lookup(assessment.answers, name) is not None


def _is_own(assessment: Assessment, name: str) -> bool:
    team = lookup(assessment.answers, name)
    return assessment.teams.is_somebody(team) and not assessment.is_provider(team)


def _answers(assessment: Assessment, names: list[str], caption: str) -> Table:
    _ = assessment.content.words
    return table(
        [
            column(_("stewardship.what"), width=1.3),
            column(_("stewardship.answer"), width=1.4),
            column(_("stewardship.why"), width=2.3),
        ],
        [
            [
                cell(capital(assessment.content.question(name).name)),
                _answer(assessment, name),
                cell(assessment.content.question(name).why),
            ]
            for name in names
        ],
        caption=caption,
    )


def _answer(assessment: Assessment, name: str) -> Cell:
    given, question = lookup(assessment.answers, name), assessment.content.question(name)
    if given is None:
        return cell(capital(assessment.content.words("common.unknown")), tone="muted")
    if question.choices:
        tone = _CHOSEN.get((name, str(given)), "plain")
        if name == "version_pinned" and given is False:
            tone = "warning"
        return cell(capital(answer_words(assessment, name)), tone=tone)
    if assessment.is_provider(given):
        words = assessment.content.words("stewardship.not-a-team", provider=assessment.provider)
        return cell(words, tone="critical")
    tone = "plain" if assessment.teams.is_somebody(given) else "critical"
    return cell(team_words(assessment.content, given), tone=tone)
