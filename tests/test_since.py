"""A second workshop begins with the first: what became of it, and what is different today."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given

from conftest import TOP, examples, validate
from test_verdicts import random_answers
from workshop import Answers, assess, exhibits, load_content
from workshop.answers.reading import read_answers
from workshop.answers.schema import Earlier, EarlierAnswers, lookup
from workshop.documents.blocks import Heading, plain
from workshop.documents.text import blocks_to_text
from workshop.findings.assessment import Assessment
from workshop.findings.output.report import to_json
from workshop.findings.plan import actions
from workshop.findings.since import Change, Since
from workshop.problems import InputError
from workshop.session import Session
from workshop.session.session import answers_text
from workshop.widgets.live import Progress

FIRST = TOP / "examples" / "tidewater-retail.yaml"
SECOND = TOP / "examples" / "tidewater-retail-second.yaml"


def back(then: dict[str, Any], became: Any = None, **today: Any) -> Assessment:
    """Return the assessment of a team that comes back."""
    earlier = {"answers": then, "became": became}
    return assess(Answers.from_parameters({**today, "earlier": earlier}))


def since(then: dict[str, Any], became: Any = None, **today: Any) -> Since:
    found = back(then, became, **today).since
    assert found is not None
    return found


def decided(*texts: str, **more: Any) -> dict[str, Any]:
    return {"decisions": [{"decision": text, **more} for text in texts]}


def text_of(a: Assessment) -> str:
    return blocks_to_text(exhibits.since_last_time(a).blocks, 2000)


def test_last_times_dissent_without_a_reply_is_below_its_decision() -> None:
    then = decided("Who is called?", dissent="Research: too early. Product: too late.")
    shown = text_of(back(then))
    assert "Dissent: Research: too early.\nProduct: too late.\nNo reply yet." in shown
    assert "Dissent" not in text_of(back(decided("Who?", dissent="Research: no.", reply="Yes.")))
    assert "Dissent" not in text_of(back(decided("Who?")))


def test_owners_of_last_time_have_the_spelling_of_today() -> None:
    then = {
        "decisions": [
            {"decision": "Who?", "owner": "the  sponsor"},
            {"decision": "When?", "owner": "Lea"},
            {"decision": "Where?", "owner": "lea"},
        ]
    }
    shown = text_of(back(then, decisions=[{"decision": "How?", "owner": "The sponsor"}]))
    assert shown.count("The sponsor") == 1
    assert "the  sponsor" not in shown
    assert shown.count("Lea") == 2


# -- the answers --------------------------------------------------------------------------------


def test_an_earlier_workshop_goes_to_parameters_and_back() -> None:
    answers = read_answers(SECOND)
    assert Answers.from_parameters(answers.to_parameters()) == answers
    assert Answers.from_parameters(json.loads(json.dumps(answers.to_parameters()))) == answers


def test_the_answers_of_last_time_can_be_handed_over_as_they_are() -> None:
    first = read_answers(FIRST)
    earlier = Earlier.model_validate({"answers": first})
    assert isinstance(earlier.answers, EarlierAnswers)
    assert earlier.answers.to_parameters() == first.to_parameters()
    assert assess(Answers(earlier=earlier)).since is not None


def test_names_reach_into_the_earlier_workshop() -> None:
    answers = read_answers(SECOND)
    assert lookup(answers, "earlier.answers.duties.turn-off") == "at-handover"
    assert len(lookup(answers, "earlier.became")) == 5
    assert lookup(Answers(), "earlier.became") is None


def test_a_chain_of_workshops_is_refused_by_name() -> None:
    first = Answers.from_parameters({"earlier": {"answers": {"model_teams": 5}}})
    with pytest.raises(InputError) as caught:
        Answers.from_parameters({"earlier": {"answers": first.to_parameters()}})
    (problem,) = caught.value.problems
    assert problem.name == "earlier.answers.earlier"


def test_an_editor_marks_what_is_wrong_in_an_earlier_workshop() -> None:
    validate({"earlier": {"answers": {"model_teams": 6}}}, "answers")
    wrongs: tuple[dict[str, Any], ...] = (
        {},
        {"answers": {"model_team": 6}},
        {"answers": {"drills": {"no-such": {}}}},
        {"answers": {}, "became": [{"decision": "x", "became": "finished"}]},
    )
    for wrong in wrongs:
        with pytest.raises(jsonschema.ValidationError):
            validate({"earlier": wrong}, "answers")


# -- what became of the decisions ---------------------------------------------------------------


def test_each_decision_has_what_became_of_it_whatever_its_spelling() -> None:
    became = [{"decision": "who is\n PAGED?", "became": "done", "note": "since May"}]
    paged, pattern = since(decided("Who is paged?", "Which pattern?"), became).actions
    assert (paged.became, paged.note) == ("done", "since May")
    assert (pattern.became, pattern.note) == (None, None)


@pytest.mark.parametrize(
    ("became", "today", "proposed"),
    [
        ("under-way", {"decision": "What else?", "owner": "Sara"}, "Lena"),
        ("done", {"decision": "What else?", "owner": "Sara"}, "Lena"),
        ("dropped", {"decision": "What else?", "owner": "Sara"}, None),
        ("under-way", {"decision": "Who  IS called?", "chosen": "Later"}, None),
        ("under-way", {"decision": "New", "sets": {"paged_quality": "data"}}, None),
    ],
)
def test_nobody_is_proposed_for_a_decision_of_last_time_that_no_longer_stands(
    became: str, today: dict[str, Any], proposed: str | None
) -> None:
    then = decided("Who is called?", owner="Lena", sets={"paged_quality": "research"})
    became_of = [{"decision": "Who is called?", "became": became}]
    a = back(then, became_of, decisions=[today], paged_infrastructure="platform")
    charter = next(x for x in actions(a) if x.kind == "charter")
    assert (
        charter.proposed_owner != "Lena" if proposed is None else charter.proposed_owner == "Lena"
    )
    assert ("Lena" in [x.proposed_owner for x in actions(a)]) == (proposed == "Lena")


def test_what_is_left_of_a_decision_of_last_time_keeps_its_owner() -> None:
    sets = {"paged_quality": "research", "rollback_authority": "research"}
    then = decided("Who is called?", owner="Lena", sets=sets)
    today = {"decision": "New", "sets": {"paged_quality": "data"}, "owner": "Sara"}
    charter = next(x for x in actions(back(then, decisions=[today])) if x.kind == "charter")
    assert charter.proposed_owner == "Sara"
    today = {"decision": "New", "sets": {"paged_quality": "data"}}
    charter = next(x for x in actions(back(then, decisions=[today])) if x.kind == "charter")
    assert charter.proposed_owner == "Lena", "the decision on who rolls back is hers"


def test_the_weightiest_decision_of_today_gets_its_plan_from_its_own_owner() -> None:
    then = decided("Which pattern?", owner="Mira", sets={"current_pattern": "federated"})
    one = {"decision": "Who is called?", "chosen": "Engineering", "owner": "Sara"}

    def owner(*made: dict[str, Any]) -> str | None:
        found = actions(back(then, decisions=list(made)))
        return next(x.proposed_owner for x in found if x.finding == "decisions-without-if-then")

    assert owner(one) == "Sara"
    assert owner(one, {**one, "decision": "Who else?", "owner": "Ana"}) is None
    pattern = {"decision": "Pattern?", "sets": {"current_pattern": "centralised"}, "owner": "Eva"}
    assert owner(one, pattern) == "Eva"


def own_vote(asked: str = "What is better in a year?", **more: Any) -> dict[str, Any]:
    """Return a question that a facilitator typed, decided in a sentence."""
    choices = [{"value": "quick", "label": "Quick", "count": 2}]
    own = {"question": "own.what", "asked": asked, "privacy": "role", "kind": "words"}
    return {**own, "rounds": [{"cast": 2, "choices": choices}], "decision": "It is found.", **more}


def test_what_was_decided_on_a_typed_question_comes_back() -> None:
    made = decided("Who is paged?", chosen="Platform")
    then = {**made, "votes": [own_vote(dissent=["Platform: Too slow."])]}
    became = [{"decision": "what is better in a YEAR?", "became": "under-way", "note": "half"}]
    found = back(then, became)
    assert found.since is not None
    _, own = found.since.actions
    assert (own.decision.chosen, own.became, own.note) == ("It is found.", "under-way", "half")
    shown = text_of(found)
    assert "Of 2 decisions from last time, one is under way" in shown
    assert "It is found." in shown
    assert "Dissent: Platform: Too slow." in shown
    assert "No reply yet" not in shown, "no reply to it is ever recorded"
    labels = since({"votes": [own_vote(decision="quick")]}).actions
    assert [a.decision.chosen for a in labels] == ["Quick"]


def test_a_typed_question_without_a_decision_or_recorded_as_one_comes_back_once() -> None:
    assert since({"votes": [own_vote(decision=None)]}).actions == ()
    made = {**decided("what is better in a year?", chosen="Quick"), "votes": [own_vote()]}
    assert [a.decision.chosen for a in since(made).actions] == ["Quick"]
    twice = {"votes": [own_vote(), own_vote(question="own.what-2")]}
    assert len(since(twice).actions) == 1


def test_a_session_asks_what_became_of_a_typed_question(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    then = {**decided("Who?", owner="Ana"), "votes": [own_vote(dissent=["Platform: Too slow."])]}
    file.write_text(yaml.safe_dump(then), encoding="utf-8")
    session = Session.open(tmp_path / "next.workshop")
    session.follow(read_answers(file))
    items = dict(session.items("earlier.became"))
    assert [one["decision"] for one in items.values()] == ["Who?", "What is better in a year?"]
    session.give(("earlier", "became", list(items)[1], "became"), "done")
    found = assess(session.answers).since
    assert found is not None
    assert [a.became for a in found.actions] == [None, "done"]
    text = answers_text(session)
    session.close()
    file.write_text(text, encoding="utf-8")
    assert read_answers(file).earlier is not None, "the outcome is of a decision that it knows"


def test_what_is_said_of_an_unknown_decision_is_kept() -> None:
    found = since(decided("a"), [{"decision": "b", "became": "dropped"}]).actions
    assert [(x.decision.decision, x.became) for x in found] == [("a", None), ("b", "dropped")]


@pytest.mark.parametrize(
    ("became", "today", "overdue"),
    [
        ("under-way", "2027-04-01", True),
        ("not-begun", "2027-04-01", True),
        (None, "2027-04-01", True),
        ("done", "2027-04-01", False),
        ("dropped", "2027-04-01", False),
        ("under-way", "2027-03-31", False),
        ("under-way", None, False),
    ],
)
def test_a_date_that_has_passed_makes_an_open_action_overdue(
    became: str | None, today: str | None, overdue: bool
) -> None:
    outcomes = [{"decision": "a", "became": became}]
    (action,) = since(decided("a", due="2027-03-31"), outcomes, held_on=today).actions
    assert action.overdue == overdue


@pytest.mark.parametrize(("became", "due"), [("done", True), (None, True), ("dropped", False)])
def test_a_review_comes_due_even_for_what_is_done(became: str | None, due: bool) -> None:
    then = decided("a", revisit_on="2027-03-31")
    outcomes = [{"decision": "a", "became": became}]
    assert since(then, outcomes, held_on="2027-04-01").actions[0].review_due == due
    assert not since(then, outcomes, held_on="2027-03-01").actions[0].review_due


# -- what is different --------------------------------------------------------------------------


def test_changed_answers_stand_apart_from_those_told_only_once() -> None:
    found = since(
        {"model_teams": 4, "rails": "bought", "duties": {"paged": "platform"}},
        model_teams=6,
        duties={"paged": "research", "ship": "engineering"},
    )
    assert found.changed == (
        Change("model_teams", 4, 6),
        Change("duties.paged", "platform", "research"),
    )
    assert found.added == (Change("duties.ship", None, "engineering"),)
    assert found.missing == (Change("rails", "bought", None),)


@pytest.mark.parametrize(
    ("then", "today"),
    [
        ({"queue_weeks": 5}, {"queue_weeks": 5.0}),
        ({"builder": "Data Team"}, {"builder": "data"}),
        ({"duties": {"ship": "nobody"}}, {"duties": {"ship": "No one"}}),
        ({"evaluation_set_authors": ["a", "b"]}, {"evaluation_set_authors": ["B", "a"]}),
        ({"squad": ["design", "testing"]}, {"squad": ["testing", "design"]}),
        ({"held_on": "2026-01-01"}, {"held_on": "2027-01-01"}),
        ({"basis": {"rails": "opinion"}}, {"basis": {"rails": "measured"}}),
    ],
)
def test_another_spelling_is_no_change(then: dict[str, Any], today: dict[str, Any]) -> None:
    found = since(then, **today)
    assert (found.changed, found.added, found.missing) == ((), (), ())


def test_drills_stages_and_limits_are_compared_one_by_one() -> None:
    drill = {"minute_0": "platform"}
    found = since(
        {
            "drills": {"service-down": drill, "stale-features": drill},
            "stages": [{"stage": "data", "wait_days": 5}],
            "signals": {"queue_weeks": {"now": 5, "trigger": 3}},
            "queue_weeks": 5,
        },
        drills={"service-down": {"minute_0": "data"}},
        stages=[{"stage": "data", "wait_days": [1, 2, 3]}],
        signals={"queue_weeks": {"now": 2, "trigger": 4}},
        queue_weeks=2,
    )
    names = ["queue_weeks", "drills.service-down", "stages", "signals.queue_weeks.trigger"]
    assert [c.name for c in found.changed] == names
    assert [c.name for c in found.missing] == ["drills.stale-features"]


def test_where_a_signal_stands_counts_where_it_was_told_only_there() -> None:
    found = since({"signals": {"queue_weeks": {"now": 5}}}, signals={"queue_weeks": {"now": 2}})
    assert [c.name for c in found.changed] == ["signals.queue_weeks.now"]


def test_findings_are_gone_new_or_still_there() -> None:
    then = {"builder": "research", "duties": {"paged": "nobody", "turn-off": "nobody"}}
    found = since(then, builder="research", duties={"paged": "platform", "turn-off": "nobody"})
    assert "nobody-paged" in [f.id for f in found.gone]
    assert "pager-with-platform" in [f.id for f in found.new]
    assert "nobody-can-turn-off" in [f.id for f in found.still]
    assert (found.lost, found.uncovered) == ((), ())


def test_a_finding_that_says_the_opposite_of_last_times_is_another_one() -> None:
    given = read_answers(TOP / "examples" / "northfield-clinical.yaml").to_parameters()
    given = {name: value for name, value in given.items() if name not in ("votes", "decisions")}
    given |= {"mandate": "none", "ml_expertise_in_product": "most", "maturity": 4, "model_teams": 8}
    then = given | {"chosen_pattern": "platform-as-mlops"}
    a = back(then, **given | {"chosen_pattern": "centralised"})
    found = a.since
    assert found is not None
    assert "chosen-against-advice" in [f.id for f in found.before.findings]
    now = next(f for f in found.new if f.id == "chosen-against-advice")
    assert now.statement.startswith("You chose Centralised; your answers support Federated")
    assert "chosen-against-advice" not in [f.id for f in found.still]
    same = back(then, **then).since
    assert same is not None
    assert "chosen-against-advice" in [f.id for f in same.still]


def test_the_count_of_past_reviews_says_that_what_was_dropped_is_not_in_it() -> None:
    then = decided("a", "b", revisit_on="2027-03-31")
    for became, words in (
        ("done", "2 of them had a review date that has passed."),
        ("dropped", "One of those that were not dropped had a review date that has passed."),
    ):
        outcomes = [{"decision": "a", "became": became}]
        assert words in text_of(back(then, outcomes, held_on="2027-04-01"))


def test_a_finding_is_not_gone_because_its_question_was_left_out() -> None:
    found = since({"duties": {"paged": "nobody"}}, duties={"ship": "nobody"})
    assert "nobody-paged" in [f.id for f in found.lost]
    assert "nobody-ships" in [f.id for f in found.uncovered]
    assert (found.gone, found.new) == ((), ())


def test_a_finding_about_the_last_workshop_is_not_told_as_new() -> None:
    a = back(decided("a"), [{"decision": "a", "became": "not-begun"}])
    assert "earlier-actions-not-begun" in [f.id for f in a.findings]
    assert a.since is not None
    assert (a.since.new, a.since.uncovered) == ((), ())


@pytest.mark.parametrize(
    ("then", "today", "moved"),
    [
        ({"now": 2, "trigger": 3}, {"now": 3}, "crossed"),
        ({"trigger": 3}, {"now": 3}, "crossed"),
        ({"now": 5, "trigger": 3}, {"now": 2.9, "trigger": 1}, "eased"),
        ({"now": 2, "trigger": 3}, {"now": 2.9, "trigger": 2.5}, None),
        ({"now": 5, "trigger": 3}, {"now": 4}, None),
        ({"now": 2}, {"now": 9, "trigger": 3}, None),
        ({"now": 2, "trigger": 3}, {"trigger": 1}, None),
    ],
)
def test_a_signal_is_held_against_the_limit_of_last_time(
    then: dict[str, float], today: dict[str, float], moved: str | None
) -> None:
    found = since({"signals": {"queue_weeks": then}}, signals={"queue_weeks": today})
    assert [m.moved for m in found.signals] == ([moved] if moved else [])


def test_the_advice_then_is_that_of_the_earlier_answers() -> None:
    then = {"model_teams": 2, "ml_engineers": 5, "maturity": 2}
    found = since(then, model_teams=8, ml_engineers=40, maturity=3)
    assert found.advice_changed
    assert found.before.recommendation == assess(Answers.from_parameters(then)).recommendation
    assert not since(then, **then).advice_changed


def test_without_an_earlier_workshop_nothing_is_compared() -> None:
    a = assess(Answers(model_teams=4))
    assert a.since is None
    assert "since" not in json.loads(to_json(a))
    assert not [u for u in a.unknowns if u.question.id.startswith("earlier")]


@examples(60)
@given(random_answers, random_answers)
def test_any_two_workshops_can_be_compared(then: dict[str, Any], today: dict[str, Any]) -> None:
    a = back(then, [{"decision": "x"}], **today)
    data = json.loads(to_json(a))
    validate(data, "findings")
    ids = data["since"]["findings"]
    found = {f.id for f in a.findings}
    assert {*ids["new"], *ids["new_by_answers"], *ids["still"]} == found
    assert not {*ids["gone"], *ids["not_judged"]} & found
    assert text_of(a)
    assert a.recommendation == assess(Answers.from_parameters(today)).recommendation


@examples(40)
@given(random_answers)
def test_the_same_answers_once_more_have_changed_nothing(raw: dict[str, Any]) -> None:
    found = since(raw, **raw)
    assert (found.changed, found.added, found.missing, found.signals) == ((), (), (), ())
    assert (found.gone, found.lost, found.new, found.uncovered) == ((), (), (), ())
    assert not found.advice_changed


def test_a_whole_workshop_held_twice_alike_has_changed_nothing() -> None:
    first = read_answers(FIRST).to_parameters()
    found = since(first, **first)
    assert (found.changed, found.added, found.missing) == ((), (), ())
    assert (found.gone, found.new) == ((), ())
    assert not found.advice_changed


# -- what is shown ------------------------------------------------------------------------------


def test_the_second_workshop_of_the_example_opens_with_the_first() -> None:
    a = assess(read_answers(SECOND))
    words = text_of(a)
    assert words.startswith("Since last time")
    assert "Of 5 decisions from 19 November 2026, 3 are done, one is under way and" in words
    assert "Under way, past its date. Four of seven teams" in words
    assert "Weeks in the queue" in words
    assert "below the limit of 3 weeks again" in words
    assert "Urgent risk: Platform is on call for the ranking model" in words
    assert a.since is not None
    assert a.since.held_on == datetime.date(2026, 11, 19)


def test_a_question_that_was_left_open_is_not_said_to_be_decided() -> None:
    asked = "Who answers for the evaluation set?"
    assert f"{asked} Not decided." in text_of(back(decided(asked)))
    made = {"decisions": [{"decision": asked, "chosen": "Product"}]}
    assert "Not decided" not in text_of(back(made))


def test_the_example_carries_the_answers_of_the_first_unchanged() -> None:
    earlier = read_answers(SECOND).earlier
    assert earlier is not None
    assert earlier.answers.to_parameters() == read_answers(FIRST).to_parameters()


def test_every_changed_answer_is_worded_and_no_raw_value_is_shown() -> None:
    found = assess(read_answers(SECOND))
    words = text_of(found)
    for decided in found.answers.earlier.answers.decisions:  # what people wrote is shown as it is
        words = words.replace(decided.chosen, "")
    for raw in ("True", "False", "None", "minute_0", "self-service", "Stage(", "_"):
        assert raw not in words.replace("not_", "")


def test_a_first_workshop_shows_one_line_and_its_pack_nothing() -> None:
    made = exhibits.since_last_time(assess(Answers()))
    assert len(made.blocks) == 1
    assert (made.in_pack, made.in_short_pack) == ((), ())


def test_a_workshop_without_a_date_or_a_decision_is_spoken_of_as_last_time() -> None:
    then = {"model_teams": 4, "ml_engineers": 8}
    assert "We have no decision from last time. The advice is the same." in text_of(
        back(then, **then)
    )


def test_while_little_is_told_the_advice_is_not_called_another_one() -> None:
    a = back({"model_teams": 4, "ml_engineers": 8})
    assert "Today's answers are too few for advice." in text_of(a)
    assert "different today" not in text_of(a)


def test_one_decision_is_spoken_of_as_one() -> None:
    assert "You have one action from last time, and one has not begun." in text_of(
        back(decided("a"), [{"decision": "a", "became": "not-begun"}])
    )


def test_the_first_page_says_what_has_moved_and_only_where_there_was_something_before() -> None:
    second = blocks_to_text(exhibits.board_decision(assess(read_answers(SECOND))).blocks, 2000)
    assert "Since 19 November 2026: of 5 decisions, 3 are done" in second
    assert "Findings: 15 gone, 5 new and 9 still there." in second
    alike = back({"model_teams": 4}, model_teams=4)
    assert "Findings:" not in blocks_to_text(exhibits.board_decision(alike).blocks, 2000)
    first = blocks_to_text(exhibits.board_decision(assess(read_answers(FIRST))).blocks, 2000)
    assert "Since" not in first


def test_headings_follow_one_another_without_a_gap() -> None:
    made = exhibits.since_last_time(assess(read_answers(SECOND)))
    heads = [b for b in made.blocks if isinstance(b, Heading)]
    assert [h.level for h in heads] == [2] + [3] * (len(heads) - 1)
    assert len({plain(h.text) for h in heads}) == len(heads)


def test_the_step_on_the_last_decisions_is_done_once_each_has_its_outcome() -> None:
    then = {"decisions": [{"decision": "Who ships?"}, {"decision": "Who is called?"}]}
    content = load_content()

    def state(*became: dict[str, str]) -> str:
        earlier: dict[str, Any] = {"answers": then, "became": list(became)}
        answers = Answers.from_parameters({"earlier": earlier})
        step = next(s.id for s in content.steps if s.kind == "earlier")
        return Progress(content, answers, frozenset()).state(step)

    first = {"decision": "Who ships?", "became": "done"}
    assert state() == "open"
    assert state(first) == "begun"
    assert state(first, {"decision": "Who is called?", "became": "dropped"}) == "done"


def test_a_decision_called_done_that_todays_answer_contradicts_is_a_contradiction() -> None:
    then = {
        "paged_quality": "platform",
        "decisions": [{"decision": "Who is called?", "sets": {"paged_quality": "research"}}],
    }
    done = [{"decision": "Who is called?", "became": "done"}]
    (clash,) = back(then, done, paged_quality="platform").clashes
    assert clash.statement.endswith("Research, and your answer today is Platform.")
    assert "Who is called?" in clash.what
    assert back(then, done, paged_quality="Research team").clashes == ()
    then["decisions"][0]["sets"] = {"paged_quality": "research and engineering rota"}
    assert back(then, done, paged_quality="research").clashes == ()  # it has its part of the rota
    then["decisions"][0]["sets"] = {"paged_quality": "research"}
    assert back(then, done).clashes == ()
    under_way = [{"decision": "Who is called?", "became": "under-way"}]
    assert back(then, under_way, paged_quality="platform").clashes == ()


def test_what_was_noted_last_time_is_counted_by_what_it_is() -> None:
    then = {
        "decisions": [
            {"decision": "Which pattern?", "chosen": "Federated"},
            {"decision": "Test the switch once", "owner": "Lea"},
            {"decision": "Who owns the evaluation set?"},
        ]
    }
    words = text_of(back(then, [{"decision": "Which pattern?", "became": "done"}]))
    assert "Of one decision, one action and one open question from last time, one is done" in words
