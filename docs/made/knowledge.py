"""What the kit knows: rules, criteria, sources, claims and disagreements, from its content."""

from __future__ import annotations

import json
from collections import Counter

from made.text import code, heading, plain, sources, table
from workshop.content.items import Band, Criterion, Rule, Strength
from workshop.content.loader import Content, load_content
from workshop.files import folder
from workshop.findings.assessment import SEVERITIES

STRENGTHS: tuple[Strength, ...] = ("strong", "moderate", "weak", "opinion")
ROLES = {
    "needed": "What the pattern needs to fit",
    "condition": "A condition that a team can meet",
    "growth": "A condition that comes with size",
    "leaning": "A circumstance that tips a contest",
}
FIRMNESS = {
    "source": "stands in the source",
    "soft": "stands in the source, weakly supported there",
    "ours": "the kit's own choice; the source names no number",
}
SEEN = {
    "primary": "the text itself",
    "summary": "its abstract or summary",
    "secondary": "what others report of it",
}


def part_titles() -> dict[int, str]:
    """Return the title of each part: that of its notebook."""
    titles = {}
    for path in sorted(folder("notebooks").glob("*.ipynb")):
        first = json.loads(path.read_text("utf-8"))["cells"][0]["source"]
        line = "".join(first).splitlines()[0].removeprefix("# ")
        titles[int(path.name[:2])] = line
    return titles


def _strength(content: Content, keys: tuple[str, ...]) -> str:
    """Return how strong what stands behind a statement is, source by source."""
    strengths = {k.split(" ")[0]: content.source(k).strength for k in keys}
    return ", ".join(f"{key} {content.words(f'sources.{s}')}" for key, s in strengths.items())


def _severity(content: Content, rule: Rule) -> str:
    return content.words(f"common.severity-{rule.severity}")


def all_rules() -> str:
    """Return every rule: severity, words, what it reads, its thresholds, its sources."""
    content, parts = load_content(), []
    titles = part_titles()
    for number in sorted({r.part for r in content.rules}):
        parts.append(heading(2, f"{number}. {plain(titles[number])}", f"part-{number}"))
        for rule in (r for r in content.rules if r.part == number):
            parts += [heading(3, plain(rule.title), rule.id), _rule(content, rule)]
    return "\n".join(parts)


def _rule(content: Content, rule: Rule) -> str:
    rows = [
        ["Name", code(rule.id)],
        ["Severity", plain(_severity(content, rule))],
        ["It says", plain(rule.statement)],
        ["Why", plain(rule.why)],
        ["What to do", plain(rule.mitigation)],
        ["It reads", ", ".join(_answer(name) for name in rule.reads)],
    ]
    if rule.limits:
        limits = ", ".join(f"{code(k)} {v:g}" for k, v in rule.limits.items())
        rows.append(["Thresholds", limits])
    if rule.yields_to:
        gives = ", ".join(f"[{code(r)}](#{r})" for r in rule.yields_to)
        rows.append(["Silent beside", gives])
    if rule.covered_by:
        same = ", ".join(f"[{code(r)}](#{r})" for r in rule.covered_by)
        rows.append(["No action beside a decision on", same])
    rows.append(["Sources", sources(rule.sources)])
    rows.append(["How strong", plain(_strength(content, rule.sources))])
    return table(["", ""], rows)


def _answer(name: str) -> str:
    top = name.split(".")[0]
    return f"[{code(name)}](answers.md#{top.replace('_', '-')})"


def all_criteria() -> str:
    """Return the hard constraints, then each pattern's criteria with their bands."""
    content = load_content()
    parts = [heading(2, "Hard constraints", "constraints")]
    for one in content.constraints:
        out = ", ".join(plain(content.pattern(p).name) for p in one.excludes)
        values = ", ".join(code(v) for v in one.is_)
        words = f"{_answer(one.reads)} is {values}: {out} are excluded. {plain(one.because)}"
        parts.append(f"{words} Sources: {sources(one.sources)}.\n")
    for pattern in content.patterns:
        parts += [heading(2, plain(pattern.name), pattern.id), plain(pattern.bet) + "\n"]
        for criterion in (c for c in content.criteria if c.pattern == pattern.id):
            parts.append(heading(3, code(criterion.id), criterion.id))
            parts.append(_criterion(content, criterion))
    return "\n".join(parts)


def _criterion(content: Content, criterion: Criterion) -> str:
    lines = [f"{ROLES[criterion.role]}. It reads {_answer(criterion.reads)}."]
    for word, given in (("only where", criterion.only_if), ("not where", criterion.unless)):
        for name, values in given.items():
            shown = " or ".join(code(v) for v in values)
            lines.append(f"It speaks {word} {_answer(name)} is {shown}.")
    rows = [[_band(b), plain(b.says), plain(b.because)] for b in criterion.bands]
    end = [
        plain(criterion.reason),
        f"The threshold {FIRMNESS[criterion.firmness]}.",
        f"Sources: {sources(criterion.sources)} ({plain(_strength(content, criterion.sources))}).",
    ]
    return "\n".join([" ".join(lines) + "\n", table(["Value", "Says", "Words"], rows), *end, ""])


def _band(band: Band) -> str:
    if band.is_:
        return " or ".join(code(v) for v in band.is_)
    low, high = band.from_, band.below
    if low is not None and high is not None:
        return f"from {low:g} to below {high:g}"
    return f"below {high:g}" if low is None else f"from {low:g}"


def all_sources() -> str:
    """Return every source: what it is, how strong, what it carries and what not."""
    content, parts = load_content(), []
    for one in content.sources:
        rows = [
            ["Kind", plain(one.kind)],
            ["Strength", plain(content.words(f"sources.{one.strength}"))],
            ["Read", SEEN[one.seen]],
            ["Carries", plain(one.supports)],
            ["Does not carry", plain(one.not_for)],
        ]
        parts += [heading(2, one.key, one.key.lower()), plain(one.citation) + "\n"]
        parts.append(table(["", ""], rows))
    return "\n".join(parts)


def all_claims() -> str:
    """Return every claim with what was found when it was checked, the strongest first."""
    content, parts = load_content(), []
    for strength in STRENGTHS:
        claims = [c for c in content.claims if c.strength == strength]
        if claims:
            word = content.words(f"sources.{strength}")
            parts.append(heading(3, word.capitalize(), f"claims-{strength}"))
        for one in claims:
            keys = sources(one.sources, "../reference/")
            text = [f"**{plain(one.claim)}** {plain(one.found)}"]
            text.append(f"*Good for:* {plain(one.use_for)}")
            text += [f"*Not for:* {plain(one.not_for)}"] if one.not_for else []
            parts.append("\n".join([*text, f"({keys})", ""]))
    return "\n".join(parts)


def all_facts() -> str:
    """Return the figures that the kit shows, with the limits of their sources."""
    rows = [
        [plain(f.statement), plain(f.limits), sources(f.sources, "../reference/")]
        for f in load_content().facts
    ]
    return table(["Stated", "Its limits", "Sources"], rows)


def all_tensions() -> str:
    """Return where sources disagree: both sides, and what the kit does."""
    parts = []
    for one in load_content().tensions:
        parts.append(heading(3, plain(one.title), one.id.lower()))
        parts.append(
            f"- On one side: {plain(one.one_side)}\n"
            f"- On the other: {plain(one.other_side)}\n"
            f"- What the kit does: {plain(one.treatment)}\n\n"
            f"Sources: {sources(one.sources, '../reference/')}.\n"
        )
    return "\n".join(parts)


def all_patterns() -> str:
    """Return the four patterns in a sentence each, and how each of them breaks."""
    rows = [
        [f"[{plain(p.name)}](../reference/criteria.md#{p.id})", plain(p.bet), plain(p.failure_mode)]
        for p in load_content().patterns
    ]
    return table(["Pattern", "Its bet", "How it breaks"], rows)


def counts() -> str:
    """Return how much there is, by part and severity."""
    content, titles = load_content(), part_titles()
    found = Counter((r.part, r.severity) for r in content.rules)
    heads = ["Part", *(content.words(f"common.severity-{g}") for g in SEVERITIES), "Rules"]
    rows = [
        [
            f"[{plain(titles[part])}](../reference/rules.md#part-{part})",
            *(str(found[part, g]) for g in SEVERITIES),
            str(sum(found[part, g] for g in SEVERITIES)),
        ]
        for part in sorted({r.part for r in content.rules})
    ]
    return table(heads, rows)


def strengths() -> str:
    """Return how many sources and claims there are of each strength."""
    content = load_content()
    works = Counter(s.strength for s in content.sources)
    claims = Counter(c.strength for c in content.claims)
    rows = [[content.words(f"sources.{s}"), str(works[s]), str(claims[s])] for s in STRENGTHS]
    return table(["Strength", "Sources", "Claims"], rows)


def limits_of_rules() -> str:
    """Return how many thresholds are whose, so that nobody takes ours for a finding."""
    found = Counter(c.firmness for c in load_content().criteria)
    rows = [[FIRMNESS[f], str(found[f])] for f in ("source", "soft", "ours")]
    return table(["The threshold …", "Criteria"], rows)
