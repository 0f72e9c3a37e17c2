"""Random answers to every question of the workshop, as an answers file would hold them.

`whole_answers` is what most tests want: any subset of all answers, each value allowed by the
schema, with names that break careless code (`NASTY`). An answer added to the schema needs a line in
`_parts` unless its question has choices: those are found by themselves. The `assert` below it names
what is missing. Answers whose *sizes* fit together, as in a real company, are in `plausible.py`.
"""

from __future__ import annotations

import datetime
from typing import Any, get_args

from hypothesis import strategies as st

from workshop import load_content
from workshop.answers.intake import is_sign
from workshop.answers.schema import NAMING, Answers, Decision, Discipline, Stage

CONTENT = load_content()
NASTY = ["<b>Platform</b>", "=cmd|' /C calc'!A0", "#eval(x)", "Größe & Söhne", "数据", "{{ x }}"]
UNSEEN = ["Cs", "Cc", "Cf", "Zs", "Zl", "Zp", "Co", "Cn"]
PAGED = (
    *("builder", "paged_infrastructure", "paged_quality"),
    *("called_second", "rollback_authority"),
)
PROVIDER = ["notices", "evaluation-rerun", "switch", "pay"]
ARTEFACTS = [
    *("prompts", "retrieval-data", "tool-permissions", "guardrails"),
    "evaluation-criteria",
]
HABITS = ["user-research", "documented-apis", "feedback-loop", "deprecation-cycles"]

words = st.text(
    st.characters(codec="utf-8", exclude_categories=UNSEEN),
    min_size=1,
    max_size=12,
).filter(lambda text: not is_sign(text))
names = st.one_of(st.sampled_from(["Ranking squad", "Ana", *NASTY]), words)
teams = st.one_of(
    st.sampled_from(["research", "engineering", "product", "platform", "data", "nobody"]), names
)
duty_teams = st.one_of(st.just("at-handover"), teams)
prose = st.one_of(st.sampled_from(["Two lines\nof words, and “quotes”.", *NASTY]), words)
dates = st.dates(min_value=datetime.date(2024, 1, 1)).map(lambda d: d.isoformat())
counts = st.integers(0, 300)
days = st.one_of(
    st.integers(0, 90),
    st.floats(0, 90).map(lambda x: round(x, 3)),
    st.lists(st.integers(0, 60), min_size=3, max_size=3).map(sorted),
)


def _some(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return a mapping of any of these parts, at least one."""
    named = {k.replace("_DASH_", "-"): v for k, v in parts.items()}
    return st.fixed_dictionaries({}, optional=named).filter(bool)


def _choices(name: str) -> st.SearchStrategy[Any]:
    plain = {"true": True, "false": False}
    values = [plain.get(c, c) for c in CONTENT.question(name).choices]
    return st.sampled_from([int(v) for v in values] if name == "maturity" else values)


_CHOICES = [q.id for q in CONTENT.questions if q.choices and "." not in q.id and q.id != "squad"]
_YES = st.booleans()
stages = st.fixed_dictionaries(
    {"stage": st.sampled_from(get_args(Stage.model_fields["stage"].annotation))},
    optional={
        "name": names.map(lambda n: n[:60]),
        "team": teams,
        "touch_days": days,
        "wait_days": days,
        "measured": _YES,
    },
)
decisions = st.fixed_dictionaries(
    {"decision": prose},
    optional={
        **dict.fromkeys(
            ("chosen", "rejected", "dissent", "reply", "if", "then", "revisit_when"), prose
        ),
        "owner": names,
        "due": dates,
        "revisit_on": dates,
        "settles": st.lists(
            st.sampled_from([r.id for r in CONTENT.rules]), min_size=1, max_size=3, unique=True
        ),
        "sets": st.dictionaries(
            st.sampled_from([f"duties.{d.id}" for d in CONTENT.duties]), duty_teams, min_size=1
        ),
    },
)
_numbers = _some(now=counts, trigger=counts)
_parts: dict[str, st.SearchStrategy[Any]] = {
    **{name: _choices(name) for name in _CHOICES},
    **dict.fromkeys(("organisation", "group", "sponsor", "decision_body", "model"), names),
    **dict.fromkeys(("retirement_authority", "provider"), names),
    **dict.fromkeys(("validator", "cost_owner", "oversight_stop_authority"), teams),
    **dict.fromkeys(("regulation_name", "model_value"), names),
    **dict.fromkeys(("ml_engineers", "model_teams", "models_in_production"), counts),
    "product_people": counts,
    "person_cost": st.integers(1, 300_000),
    "currency": st.one_of(st.sampled_from(["EUR", "€", "<b>", "=1+1", "#x"]), words),
    **dict.fromkeys(PAGED, teams),
    "platform_engineers": counts,
    "held_on": dates,
    "queue_weeks": st.floats(0, 60).map(lambda x: round(x, 4)),
    "requests_per_team_month": st.floats(0, 60).map(lambda x: round(x, 4)),
    "days_per_request": st.floats(0.25, 60).map(lambda x: round(x, 4)),
    "duties": st.dictionaries(
        st.sampled_from([d.id for d in CONTENT.duties]), duty_teams, min_size=1
    ),
    "evaluation_set_authors": st.lists(
        teams.filter(lambda t: t != "nobody"), min_size=1, max_size=4, unique=True
    ),
    "mitigations": _some(research=_YES, engineering=_YES, product=_YES),
    "provider_duties": st.dictionaries(st.sampled_from(PROVIDER), teams, min_size=1),
    "language_model_artefacts": st.dictionaries(st.sampled_from(ARTEFACTS), teams, min_size=1),
    "input_contracts": _some(owner=_YES, notice=_YES, consumers=_YES),
    "politics": _some(
        teams_DASH_split=_YES,
        lines_DASH_changed=_YES,
        most_DASH_to_DASH_lose=names,
        spoken_DASH_to=_YES,
    ),
    "platform_as_product": st.dictionaries(
        st.sampled_from(
            ["user-research", "documented-apis", "feedback-loop", "deprecation-cycles"]
        ),
        _YES,
        min_size=1,
    ),
    "knowledge": _some(business=teams, model=teams, infrastructure=teams),
    "drills": st.dictionaries(
        st.sampled_from([d.id for d in CONTENT.drills]),
        _some(minute_0=teams, minute_15=teams, minute_60=teams),
        min_size=1,
        max_size=2,
    ),
    "stages": st.lists(stages, min_size=1, max_size=4),
    "users_seen": _some(talk=_YES, usage=_YES, effects=_YES),
    "squad": st.lists(st.sampled_from(get_args(Discipline)), min_size=1, unique=True),
    "decisions": st.lists(decisions, min_size=1, max_size=3),
    "signals": _some(queue_weeks=_numbers, model_teams=_numbers, models_in_production=_numbers),
}
assert set(_parts) | {"basis", "earlier"} >= set(Answers.model_fields) - {"votes", "agenda"}
assert {f.alias or n for n, f in Decision.model_fields.items()} >= {"if", "settles"}


@st.composite
def _with_basis(draw: st.DrawFn) -> dict[str, Any]:
    given = draw(st.fixed_dictionaries({}, optional=_parts))
    known = sorted(k for k in given if k not in NAMING)
    if known and draw(st.booleans()):
        basis = st.sampled_from(["measured", "documented", "opinion"])
        given["basis"] = draw(st.dictionaries(st.sampled_from(known), basis, min_size=1))
    return given


whole_answers: st.SearchStrategy[dict[str, Any]] = _with_basis()
"""What `Answers.from_parameters` takes."""
