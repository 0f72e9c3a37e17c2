"""Show page six of the board edition: how sure it is, and its terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from workshop.answers.schema import concerns, lookup
from workshop.content.items import GlossaryTerm
from workshop.documents.blocks import (
    Block,
    Span,
    Text,
    TextLike,
    cell,
    column,
    heading,
    pairs,
    paragraph,
    table,
)
from workshop.documents.exhibit import Exhibit
from workshop.documents.text import blocks_to_text
from workshop.exhibits.agreement import (
    number_head,
    number_of,
    owner_name,
)
from workshop.exhibits.board.choice import board_options
from workshop.exhibits.board.decision import board_decision
from workshop.exhibits.board.dissent import board_decisions
from workshop.exhibits.board.losses import board_losses
from workshop.exhibits.board.plan import board_plan
from workshop.exhibits.board.shared import (
    one_option,
    page_start,
    question_list,
    segments_turned,
    settled_by_plan,
    turning_words,
)
from workshop.exhibits.layout import (
    capital,
    date_words,
    in_small_type,
    is_sparse,
    with_reference,
)
from workshop.exhibits.patterns import (
    is_judged,
)
from workshop.findings import Assessment
from workshop.findings.agreement import Clash
from workshop.findings.patterns.advice import (
    becomes,
    firmness_apart,
    turned_by,
    why_turned,
)
from workshop.findings.patterns.inputs import in_one_line
from workshop.findings.plan import (
    Action,
    actions,
    on_one_page,
    proposed_day,
)

_BASES = ("measured", "documented", "opinion")
_TERMS = 10
"""The most terms."""
_OURS = "K1"
"""The source that stands for our own judgement."""
_ONE_LINE = 10_000
"""A width at which no term is broken over two lines."""
_TIPS = 6
"""The most limits that would change the advice."""
_CLASHES = 4
"""The most contradictions."""
_NAMED = 5
"""The most open questions by name."""


def board_confidence(assessment: Assessment) -> Exhibit:
    """Return how sure we are, what would change the advice, and the terms."""
    shown = (*_how_sure(assessment), *_terms(assessment))
    return Exhibit("board-confidence", shown, (*page_start(assessment), *shown), shown)


def _how_sure(assessment: Assessment) -> list[Block]:
    """Return how the answers are known and what would change the advice."""
    _, lead, known = assessment.content.words, _confidence_lead(assessment), _known(assessment)
    if known:
        lead = f"{lead} {_('board.confidence-rests')}"
    blocks: list[Block] = [heading(1, _("board.confidence"), lead, anchor="confidence")]
    if lines := [*known, *_sources(assessment)]:
        blocks.append(pairs(lines))
    if firm := _changes(assessment):
        shown: list[TextLike] = [*firm[:_TIPS], *_only_as_answered(assessment)]
        blocks += [heading(2, _("board.changes")), in_small_type(shown)]
    if n := len(assessment.clashes):
        settling = settled_by_plan(assessment, actions(assessment))
        turning = sum(bool(segments_turned(assessment, c.answers)) for c in assessment.clashes)
        key = "all" if turning == n else "some" if turning else "none"
        words = {"n": turning or n, "all": n}
        blocks += [
            heading(2, _("board.clashes"), _(f"board.clashes-lead-{key}", **words)),
            _contradictions(assessment, settling[:_CLASHES]),
        ]
        if left := [str(a.number) for a, _clash in settling[_CLASHES:]]:
            numbers = assessment.listing(left)
            blocks.append(paragraph(_("board.clashes-more", n=len(left), numbers=numbers)))
    if assessment.answers.decisions:
        blocks += question_list(assessment)
    left = list(_not_looked(assessment))
    return [*blocks, heading(2, _("board.not-looked")), in_small_type(left)]


def _changes(assessment: Assessment) -> list[str]:
    """Return each answer that would change the advice, and to what."""
    if not is_judged(assessment):
        return []
    _, found = assessment.content.words, []
    whole, _later = firmness_apart(assessment)
    for f in whole:
        if f.answer == "mandate" and (words := _rule_words(assessment)):
            found.append(words)
        else:
            soft = _("board.soft-limit") if f.soft else ""
            found.append(" ".join(filter(None, [f.words, _why_then(assessment, f.answer), soft])))
    return found


def _why_then(assessment: Assessment, name: str) -> str:
    """Return what supports the other advice where an answer in doubt turns it."""
    if not any(name in clash.answers for clash in assessment.clashes):
        return ""
    own = (x for strip in assessment.sensitivity if strip.input == name for x in strip.segments)
    turned = segments_turned(assessment, (name,))
    reasons = (why_turned(assessment, name, x) for x in own if x in turned)
    return next(filter(None, reasons), "")


def _only_as_answered(assessment: Assessment) -> list[Text]:
    """Return that what would be advised then does not fit with the answers of now."""
    if one_option(assessment) is None:
        return []
    _, (whole, _later) = assessment.content.words, firmness_apart(assessment)
    turned = [x for x in turned_by(assessment, [f.answer for f in whole]) if not x.contested]
    unfit = {o.patterns: o.short for o in assessment.options if o.verdict == "not-yet"}
    names = [unfit[p] for p in dict.fromkeys(x.patterns for x in turned) if p in unfit]
    if not names:
        return []
    key, page = "board.changes-verdict", _("board.options-page")
    listed = assessment.listing(names)
    return [with_reference(_, key, "options", page, n=len(names), names=listed)]


def _rule_words(assessment: Assessment) -> str:
    """Return what a rule that nobody here has read can change, as page 1 says it."""
    _, plan = assessment.content.words, actions(assessment)
    rule = next((a for a in plan if a.kind == "rule"), None)
    turned = {x.patterns: x for x in turned_by(assessment, ("mandate",))}
    if rule is None or len(turned) != 1:
        return ""
    (segment,) = turned.values()
    clause = becomes(assessment.content, segment, assessment.recommendation.patterns)
    return _("board.changes-rule", action=rule.number, becomes=clause)


def _contradictions(assessment: Assessment, found: list[tuple[Action, Clash]]) -> Block:
    """Return contradictions, what to check, what can come of it, and who settles it."""
    _ = assessment.content.words
    heads = [
        number_head(assessment),
        column(_("agreed.clash"), width=3.3),
        column(_("agreed.clash-check"), width=2.3),
        column(_("board.clash-becomes"), width=1.5),
        column(_("board.clash-settles"), width=1.1),
    ]
    rows = []
    for action, clash in found:
        who = [capital(owner_name(action) or _("agreed.plan-no-owner"))]
        day = proposed_day(assessment, action)
        who += [date_words(assessment.content, day)] if day else []
        decides = bool(segments_turned(assessment, clash.answers))
        said = [Span(clash.statement)]
        if decides:  # of the others the answers themselves are enough
            said.append(Span(f" {clash.why}", tone="muted"))
        turns = cell(_outcome(assessment, clash), strong=decides)
        row = [number_of(action), cell(said), cell(clash.check), turns]
        rows.append([*row, cell("\n".join(who))])
    return table(heads, rows, row_heads=False)


def _outcome(assessment: Assessment, clash: Clash) -> str:
    """Return what settling a contradiction can do to the advice."""
    _ = assessment.content.words
    if segments_turned(assessment, clash.answers):
        return " ".join([*turning_words(assessment, clash.answers), _("board.clash-else")])
    if not turned_by(assessment, clash.answers):
        return _("board.clash-same")
    later = (assessment.content.pattern(p).short for p in assessment.recommendation.later)
    return _("board.clash-later", name=assessment.listing(later))


def _confidence_lead(assessment: Assessment) -> str:
    _ = assessment.content.words
    basis = list((assessment.answers.basis or {}).values())
    if not basis:
        return _("board.confidence-lead-none")
    return _("board.confidence-lead", n=len(basis))


def _known(assessment: Assessment) -> list[tuple[TextLike, TextLike]]:
    """Return the answers on which the advice rests, by how they are known."""
    _, basis = assessment.content.words, assessment.answers.basis or {}
    read = _read_by_advice(assessment) if is_judged(assessment) else set(basis)
    lines: list[tuple[TextLike, TextLike]] = []
    for kind in _BASES:
        names = [_answer_name(assessment, n) for n, b in basis.items() if b == kind and n in read]
        if names:
            lines.append((_(f"board.{kind}"), capital(assessment.listing(dict.fromkeys(names)))))
    return lines


def _sources(assessment: Assessment) -> list[tuple[TextLike, TextLike]]:
    """Return the works on which the advice rests, the one that it uses most by title."""
    if not is_judged(assessment):
        return []
    _, content = assessment.content.words, assessment.content
    used = Counter(
        key
        for p in assessment.recommendation.patterns
        for r in assessment.verdicts[p].readings
        if r.says != "unknown"
        for key in {content.source(key).key for key in r.criterion.sources}
    )
    ours = used.pop(_OURS, 0)
    found = sorted((s for s in content.sources if s.key in used), key=lambda s: -used[s.key])
    sentences = []
    for s in found[:1]:
        words = {
            "title": s.citation.removesuffix("."),
            "strength": _(f"board.strength-{s.strength}"),
        }
        sentences.append(_("board.source-most", **words))
    if found[1:]:
        names = [
            _("board.source", name=s.short or s.kind, strength=_(f"board.strength-{s.strength}"))
            for s in found[1:]
        ]
        sentences.append(_("board.source-also", names=assessment.listing(names)))
    if ours:
        sentences.append(_("board.source-ours"))
    return [(_("board.sources-of"), " ".join(sentences))] if sentences else []


def _read_by_advice(assessment: Assessment) -> set[str]:
    """Return the answers that support the advice, argue against it, or draw its days."""
    readings = (
        r for p in assessment.recommendation.patterns for r in assessment.verdicts[p].readings
    )
    found = {r.criterion.reads for r in readings if r.says != "unknown"}
    return {name.partition(".")[0] for name in found} | {"stages"}


def _answer_name(assessment: Assessment, name: str) -> str:
    """Return an answer's name, with the share that was measured if it has parts."""
    _, stream = assessment.content.words, assessment.stream
    shown = assessment.content.question(name).name
    if name == "mandate" and assessment.answers.mandate == "single-operator":
        return _("board.known-rule", name=shown)
    if name != "stages" or stream is None or not 0 < (stream.measured_share or 0) < 1:
        return shown
    return _("board.measured-part", name=shown, share=round(100 * (stream.measured_share or 0)))


def _not_looked(assessment: Assessment) -> Iterable[str]:
    _, answers = assessment.content.words, assessment.answers
    models, teams = answers.models_in_production, answers.model_teams
    if answers.model and models and models > 1:
        yield _("board.one-model", n=models, model=answers.model)
    elif answers.model:
        yield _("board.one-model-untold", model=answers.model)
    if teams and teams > 1:
        yield _("board.one-group", n=teams)
    name = _regulation(assessment)
    if answers.mandate == "single-operator":
        yield _("board.no-rule-named", name=name) if name else _("board.no-rule")
    elif name:
        yield _("board.no-rule-other", name=name)
    counted = answers.person_cost is not None and teams
    yield _("board.only-people-money" if counted else "board.no-money")
    then = assessment.signed.answers
    # page 5 has what the room voted on and stayed divided
    asked = [u.question for u in assessment.unknowns if not u.split]
    if all(lookup(then, q.id) is not None for q in asked):
        return  # what a decision answers is no longer open
    if len(asked) == 1:
        yield _("board.unanswered-one", ask=asked[0].ask)
    elif open_ := [question.name for question in asked]:
        key = "board.unanswered" if len(open_) <= _NAMED else "board.unanswered-many"
        yield _(key, n=len(open_), names=assessment.listing(open_[:_NAMED]))


def _regulation(assessment: Assessment) -> str:
    """Return the name of the regulation; empty where none concerns these teams."""
    answers = assessment.answers
    when = assessment.content.question("regulation_name").when
    return in_one_line(answers.regulation_name or "") if concerns(answers, when) else ""


def board_terms(assessment: Assessment) -> list[GlossaryTerm]:
    """Return the terms that the board edition uses, which it explains at its end.

    The patterns are not among them: the table of options says what each is.
    """
    pages = (board_decision, board_losses, board_options, board_plan, board_decisions)
    blocks = [b for page in pages for b in page(assessment).blocks]
    words = blocks_to_text([*blocks, *_how_sure(assessment)], _ONE_LINE)
    found = [t for t in assessment.content.terms_in(words) if not t.patterns]
    return found[: _TERMS // 2 if is_sparse(assessment) else _TERMS]


def _terms(assessment: Assessment) -> list[Block]:
    _ = assessment.content.words
    you = assessment.answers.organisation
    key = "unnamed" if not you else "body" if assessment.answers.decision_body else ""
    voice = _("-".join(filter(None, ("board.voice", key))), organisation=you)
    items = [(Span(f"{t.term}: ", strong=True), Span(t.meaning)) for t in board_terms(assessment)]
    items.insert(0, (Span(f"{_('board.voice-term')}: ", strong=True), Span(voice)))
    if len(actions(assessment)) > len(on_one_page(actions(assessment))):  # then the plan names it
        term = Span(f"{_('board.pack-term')}: ", strong=True)
        items.insert(1, (term, Span(_("board.pack-meaning"))))
    head = heading(2, _("board.glossary"))
    return [head, in_small_type(items)]


def glossary(assessment: Assessment) -> Exhibit:
    """Return every term that the pack uses in a special sense."""
    _ = assessment.content.words
    rows = [
        [cell(t.term, strong=True), cell(t.meaning), cell(", ".join(t.sources), tone="muted")]
        for t in assessment.content.glossary
    ]
    heads = [
        column(_("board.term"), width=1.2),
        column(_("board.meaning"), width=3.6),
        column(_("board.sources"), width=0.9),
    ]
    head = heading(2, _("board.glossary"), _("board.glossary-lead"), anchor="glossary")
    return Exhibit("glossary", (head, table(heads, rows)))
