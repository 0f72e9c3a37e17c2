"""Show the first pages: summary, cards of findings, and where we stand."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Sequence

from workshop.answers.schema import NAMING, Answers, BlockTimes, concerns, lookup
from workshop.content.items import Question, Severity
from workshop.documents.blocks import (
    Block,
    Bullets,
    Card,
    Cell,
    Paragraph,
    Span,
    Table,
    TextLike,
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
from workshop.exhibits.layout import (
    SEVERITY_TONES,
    answer_words,
    basis_words,
    capital,
    count_answered,
    ended,
    graded,
    in_few_words,
    in_two_columns,
    keys_span,
    owner_words,
    source_note,
    with_reference,
)
from workshop.findings import Assessment, Finding
from workshop.findings.finding import SEVERITIES, left_of, settled_by
from workshop.findings.plan import Action, actions, answering, confirming


def findings(assessment: Assessment, part: int) -> Exhibit:
    """Return every finding of one part (1 to 6), strengths first, then by severity."""
    _, found = assessment.content.words, assessment.of_part(part)
    strengths = [f for f in found if f.severity == "strength"]
    others = [f for f in found if f.severity != "strength"]
    if others:
        lead = _counts(assessment, others)
    else:
        lead = _("front.found-strengths" if strengths else "front.found-none")
    blocks: list[Block] = [heading(2, _(f"front.findings-{part}"), lead)]
    head, plan = blocks[0], actions(assessment) if others else ()
    if any(answering(assessment, f, plan) for f in others):
        where = with_reference(_, "front.actions-on", "all-actions", _("front.plan"))
        head = heading(2, _(f"front.findings-{part}"), (f"{lead} ", *where))
    blocks += [finding_card(assessment, f, plan) for f in (*strengths, *others)]
    printed: tuple[Block, ...] = ()
    if found:
        risks = [_finding_table(assessment, others, plan)] if others else []
        printed = (head, *_strengths(assessment, strengths), *risks)
    return Exhibit(f"findings-{part}", tuple(blocks), printed, printed if found else ())


def _counts(assessment: Assessment, found: list[Finding]) -> str:
    """Return how many findings there are by severity, and how many are settled."""
    _ = assessment.content.words
    grave = ((s, sum(f.severity == s for f in found)) for s in SEVERITIES)
    counts = assessment.listing([_(f"front.found-{s}", n=n) for s, n in grave if n])
    text, settled = _("front.found", counts=counts), sum(f.status == "settled" for f in found)
    part = sum(bool(left_of(assessment, f)) for f in found)
    whole = settled - part
    if not settled:
        return text
    if part:
        key = "both" if whole else "part"
        return f"{text} {_(f'front.found-settled-{key}', n=part, whole=whole)}"
    key = "front.found-settled-all" if whole == len(found) else "front.found-settled"
    return f"{text} {_(key, n=whole)}"


def _strengths(assessment: Assessment, found: list[Finding]) -> list[Block]:
    """Return the strengths of a part in one paragraph."""
    if not found:
        return []
    words = assessment.content.words("front.strengths", n=len(found))
    statements = " ".join(f.statement for f in found)
    return [paragraph((Span(f"{words} ", strong=True), Span(statements)), tone="strength")]


def _finding_table(assessment: Assessment, found: list[Finding], plan: Sequence[Action]) -> Table:
    """Return findings as a table for paper, each with the action that answers it."""
    _, rows, seen = assessment.content.words, list[list[Cell]](), set[int]()
    said = {f.id for f in found}

    def name(action: Action) -> str:  # in words once
        again = action.number in seen
        seen.add(action.number)
        return _("front.again", number=action.number) if again else in_few_words(assessment, action)

    for f in found:
        label = _label(assessment, f.severity).upper()
        first = (
            Span(f"{label} ", tone=SEVERITY_TONES[f.severity], strong=True),
            Span(f.statement, strong=True),
        )
        step = _by_decision(assessment, f, plan, name)
        step = step or _by_actions(assessment, f, plan, said, name)
        rows.append(
            [
                cell(first),
                cell((Span(f.why), source_note(f.sources))),
                cell(step),
            ]
        )
    return table(
        [
            column(_("front.finding"), width=2.3),
            column(_("front.why"), width=2.2),
            column(_("front.what-to-do"), width=2.4),
        ],
        rows,
    )


_Name = Callable[[Action], str]


def _by_decision(
    assessment: Assessment, finding: Finding, plan: Sequence[Action], name: _Name
) -> list[Span]:
    """Return the action that settles a finding, its owner and date, and what stays.

    The words of the action are with the decisions.
    """
    _, settled = assessment.content.words, _settled(assessment, finding)
    decision = settled_by(assessment, finding.id)
    by = next((a for a in plan if decision and a.decision == decision), None)
    if not settled or by is None:
        return settled
    spans = [settled[0], Span(ended(name(by)))]
    if who := _who(assessment, finding):
        spans.append(Span(f" {who}", tone="muted"))
    left = [a for f in left_of(assessment, finding) for a in answering(assessment, f, plan)]
    if left:
        names = assessment.listing(name(a) for a in {a.number: a for a in left}.values())
        spans.append(Span(f" {_('front.stays', actions=names)}"))
    return spans


def _by_actions(
    assessment: Assessment,
    finding: Finding,
    plan: Sequence[Action],
    said: Collection[str] = (),
    name: _Name | None = None,
) -> list[Span]:
    """Return the actions that answer a finding in their own words.

    Without any, that is its first step. The first step of an action is in the list of all actions,
    so that a number means one task.

    `said`: ids of the findings of one table. An action of another of them is named in few words,
    and so is a decision, whose words are in the chapter on decisions.
    """
    _, spans = assessment.content.words, list[Span]()
    for a in answering(assessment, finding, plan):
        own = a.finding == finding.id or a.kind == "condition"
        key = "own" if own else "also" if a.decision is None else "also-decided"
        if key == "also-decided" and confirming(assessment, a.decision):
            key = "also-confirm"
        if name and not own and (a.finding in said or a.decision is not None):
            words = capital(_(f"front.named-{key}", action=name(a)))
            spans.append(Span(f"{words} ", strong=True))
            continue
        lead = _(f"front.action-{key}", number=a.number)
        what = a.what if a.decision is None else ended(a.what)
        spans += [Span(f"{lead} ", strong=True), Span(f"{what} ")]
    return spans or [Span(finding.mitigation)]


def finding_card(assessment: Assessment, finding: Finding, plan: Sequence[Action] = ()) -> Card:
    """Return a finding as a card: statement, reason, first step, and who does it.

    `plan`: the actions among which to look for what answers it.
    """
    start = _settled(assessment, finding) or _start(assessment, finding, plan)
    words = _who(assessment, finding)
    who = (Span(f" {words}", tone="muted"),) if words else ()
    return card(
        finding.statement,
        [paragraph((Span(finding.why + " "), *start, *who))],
        label=_label(assessment, finding.severity),
        tone=SEVERITY_TONES[finding.severity],
        sources=graded(assessment.content, finding.sources),
    )


def _start(assessment: Assessment, finding: Finding, plan: Sequence[Action]) -> list[Span]:
    """Return the first step of a finding, and the actions that answer it.

    One action of its own begins with this step; others are told apart from it.
    """
    _, found = assessment.content.words, answering(assessment, finding, plan)
    if finding.severity == "strength":
        return [Span(_("common.keep-it"), strong=True), Span(finding.mitigation)]
    if len(found) == 1 and found[0].first_step == finding.mitigation:
        lead = _("front.first-step-of", number=found[0].number)
        return [Span(f"{lead} ", strong=True), Span(finding.mitigation)]
    step = [Span(_("common.start-next-week"), strong=True), Span(f"{finding.mitigation} ")]
    if found:
        return [*step, *_by_actions(assessment, finding, plan)]
    return [*step, Span(_("common.owner-open"), tone="muted")]


def _settled(assessment: Assessment, finding: Finding) -> list[Span]:
    """Return what settles a finding as agreed: a decision in place of a first step."""
    if finding.status != "settled" or finding.severity == "strength":
        return []
    _, decision = assessment.content.words, settled_by(assessment, finding.id)
    key = "settled-part" if left_of(assessment, finding) else "settled"
    confirm = confirming(assessment, decision)
    if confirm is not None:  # not decided before that
        text = _(f"front.{key}-confirm", number=confirm.number)
    else:
        text = _("front.settled-alone" if decision is None else f"front.{key}")
    head = Span(f"{text} ", tone="warning", strong=True)
    return [head, Span(decision.chosen or decision.decision)] if decision else [head]


def _label(assessment: Assessment, severity: Severity) -> str:
    return assessment.content.words(f"common.severity-{severity}")


def _who(assessment: Assessment, finding: Finding) -> str:
    """Return who settles a finding by when, if a decision does."""
    if finding.status != "settled" or finding.severity == "strength" or not finding.owner:
        return ""
    due = datetime.date.fromisoformat(finding.due) if finding.due else None
    return owner_words(assessment.content, finding.owner, due)


_SKIPPED = (*NAMING, "earlier", "earlier.became")
_ALSO = ("model_value", "person_cost", "currency")
"""Optional answers of a later part that no other page lists."""
_BASES = ("measured", "documented", "opinion")
_PARTS = {"ownership": 2, "on-call": 4, "handoffs": 5}
"""The part of the answers on a topic; other topics belong to several."""


def where_we_stand(assessment: Assessment) -> Exhibit:
    """Return the organisation's answers, each with its basis."""
    _ = assessment.content.words
    asked = [
        q
        for q in assessment.content.questions
        if q.id in _ALSO or (q.part == 1 and q.id not in _SKIPPED)
    ]
    given = [q for q in asked if lookup(assessment.answers, q.id) is not None]
    questions = [q for q in asked if q in given or not q.optional]
    rows = [
        [
            cell(capital(q.name)),
            _answer(assessment, q.id),
            cell(capital(basis_words(assessment, q.id) or (_("basis.none") if q in given else ""))),
        ]
        for q in questions
    ]
    head = heading(2, _("overview.title"), _("overview.lead", told=len(given), all=len(questions)))
    some = [row for q, row in zip(questions, rows, strict=True) if q in given]
    return Exhibit(
        "where-we-stand",
        (head, _answers(assessment, rows)),
        None if given else (),
        (head, _answers(assessment, some)) if given else (),
    )


def _answers(assessment: Assessment, rows: list[list[Cell]]) -> Table:
    _ = assessment.content.words
    return table(
        [
            column(_("overview.answer"), width=1.5),
            column(_("overview.told"), width=2),
            column(_("overview.known-by"), width=0.8),
        ],
        rows,
        caption=_basis(assessment),
    )


def _basis(assessment: Assessment) -> str:
    """Return how many answers are measured, documented or opinion."""
    _ = assessment.content.words
    found = [b for name, b in (assessment.answers.basis or {}).items() if _is_question(name)]
    counts = [(kind, found.count(kind)) for kind in _BASES if kind in found]
    if not counts:
        return _("overview.no-basis")
    return _(
        "overview.basis",
        counts=assessment.listing([_(f"overview.basis-{kind}", n=n) for kind, n in counts]),
    )


def _is_question(name: str) -> bool:
    return name.split(".")[0] in Answers.model_fields


def _answer(assessment: Assessment, name: str) -> Cell:
    if lookup(assessment.answers, name) is None:
        return cell(capital(assessment.content.words("common.unknown")), tone="muted")
    return cell(capital(answer_words(assessment, name)))


def other_answers(assessment: Assessment) -> Exhibit:
    """Return the basis of the answers of the later parts, if it was given."""
    _ = assessment.content.words
    names = [n for n in assessment.answers.basis or {} if assessment.content.question(n).part > 1]
    if not names:
        return Exhibit("other-answers")
    lines = []
    for kind in _BASES:
        of_kind = [
            assessment.content.question(n).name
            for n in names
            if (assessment.answers.basis or {})[n] == kind
        ]
        if of_kind:
            lines.append((capital(_(f"basis.{kind}")), capital(assessment.listing(of_kind))))
    return Exhibit("other-answers", (heading(3, _("overview.others")), pairs(lines)))


def meanings(assessment: Assessment) -> Exhibit:
    """Return the meaning of deployments, mandates and maturity levels.

    The team's own are marked.
    """
    text = assessment.content.words
    kinds = (
        ("deployment", assessment.content.deployments),
        ("mandate", assessment.content.mandates),
        ("maturity", assessment.content.maturity),
    )
    blocks: list[Block] = [heading(2, text("overview.meanings"), text("overview.meanings-lead"))]
    for name, choices in kinds:
        now = lookup(assessment.answers, name)
        rows = []
        for c in choices:
            own = now is not None and str(now) == c.value
            look = {"tone": "ours", "fill": True} if own else {}
            title = text("overview.yours", name=c.name) if own else c.name
            rows.append([cell(title, **look), cell((Span(f"{c.meaning} "), keys_span(c.sources)))])
        heads = [
            column(text("overview.choice"), width=1),
            column(text("overview.means"), width=3.2),
        ]
        blocks.append(heading(3, capital(assessment.content.question(name).name)))
        blocks.append(table(heads, rows))
    given = any(lookup(assessment.answers, name) is not None for name, _ in kinds)
    return Exhibit("meanings", tuple(blocks), None if given else (), ())


def blind_spots(assessment: Assessment) -> Exhibit:
    """Return what the four labels leave open, with question and answer."""
    _ = assessment.content.words
    rows = []
    for spot in assessment.content.blind_spots:
        given = [n for n in spot.reads if lookup(assessment.answers, n) is not None]
        answers = [
            _(
                "overview.named",
                name=assessment.content.question(n).name,
                answer=answer_words(assessment, n),
            )
            for n in given
        ]
        answer = _("overview.separator").join(answers) or _("common.unknown")
        rows.append(
            [
                cell(spot.name),
                cell(spot.ask),
                cell(capital(answer), tone="plain" if given else "muted"),
                cell(spot.why),
            ]
        )
    return Exhibit(
        "blind-spots",
        (
            heading(2, _("overview.blind-spots"), _("overview.blind-spots-lead")),
            table(
                [
                    column(_("overview.spot"), width=1),
                    column(_("overview.ask"), width=1.4),
                    column(_("overview.told"), width=1.4),
                    column(_("overview.why"), width=1.9),
                ],
                rows,
            ),
        ),
        in_short_pack=(),
    )


def facts(assessment: Assessment, *topics: str) -> Exhibit:
    """Return facts on some topics, each with its limits and its sources.

    Facts that concern only others are left out.
    """
    _ = assessment.content.words
    items: list[TextLike] = []
    for fact in assessment.content.facts:
        if fact.topic in topics and concerns(assessment.answers, fact.when):
            limits = (Span(" " + fact.limits, tone="muted"),) if fact.limits else ()
            items.append((Span(fact.statement), *limits, Span(" "), keys_span(fact.sources)))
    if not items:
        return Exhibit(f"facts-{'-'.join(topics)}")
    part = _PARTS.get(topics[0])
    return Exhibit(
        f"facts-{'-'.join(topics)}",
        (
            heading(2, _(f"overview.facts-{topics[0]}"), _("overview.facts-lead")),
            *in_two_columns(items),
        ),
        () if part and not count_answered(assessment, part) else None,
        (),
    )


def asked(assessment: Assessment, step: str) -> Exhibit:
    """Return the questions of a step with their choices, for slides only.

    Raises KeyError for a step that the content does not have.
    """
    text = assessment.content.step(step)
    questions = {question.id: question for question in assessment.content.questions}
    shown = [questions[name] for name in (*text.repeats, *text.questions)]
    body: list[Block]
    if len(shown) == 1:
        body = [paragraph(shown[0].ask)]
        if shown[0].choices:
            body.append(bullets(shown[0].choices.values()))
    else:
        body = [Bullets(tuple(map(_item, shown)))]
    blocks = (heading(2, text.title, text.about), *body)
    return Exhibit(f"asked-{step}", (), on_slides=blocks)


def _item(question: Question) -> tuple[Block, ...]:
    asked = Paragraph(paragraph(question.ask).text)
    if not question.choices or set(question.choices) == {"true", "false"}:
        return (asked,)
    return (asked, paragraph(" · ".join(question.choices.values()), "muted", small=True))


def minutes(assessment: Assessment) -> Exhibit:
    """Return the minutes of each block of the agenda, planned and actual."""
    _, times = assessment.content.words, assessment.answers.agenda or ()
    if not times:
        return Exhibit("minutes", (paragraph(_("minutes.none"), tone="muted"),), (), ())
    planned = sum(one.planned or 0 for one in times)
    actual = sum(one.actual or 0 for one in times)
    measured = sum(one.actual is not None for one in times)
    lead = _("minutes.lead", planned=planned, n=actual)
    shown = table(
        [
            column(_("minutes.block"), width=3.4),
            column(_("minutes.planned"), width=1, align="right"),
            column(_("minutes.actual"), width=1, align="right"),
            column(_("minutes.more"), width=1.6, align="right"),
        ],
        [_row(assessment, one) for one in times],
        caption=_("minutes.caption", held=measured, n=len(times)),
    )
    return Exhibit("minutes", (heading(2, _("minutes.title"), lead), shown))


def _row(assessment: Assessment, one: BlockTimes) -> list[Cell]:
    _, planned, actual = assessment.content.words, one.planned, one.actual
    shown = _("minutes.no-plan") if planned is None else _number(assessment, planned)
    row = [cell(one.title), cell(shown)]
    if actual is None:
        return [*row, cell(_("minutes.not-held"), tone="muted"), cell("")]
    row.append(cell(_number(assessment, actual)))
    if planned is None:
        return [*row, cell("")]
    if actual == planned:
        return [*row, cell(_("minutes.as-planned"))]
    key = "minutes.longer" if actual > planned else "minutes.shorter"
    given = _(key, minutes=abs(actual - planned))
    return [*row, cell(given, tone="warning" if actual > planned else "plain")]


def _number(assessment: Assessment, minutes: int) -> str:
    return assessment.content.words("minutes.number", minutes=minutes)
