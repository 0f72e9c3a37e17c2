"""The patterns side by side, the verdicts, the contest, the strips and the diagrams."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from workshop import Answers, assess, load_content
from workshop.answers.reading import read_answers
from workshop.content.items import PatternText
from workshop.content.loader import Content
from workshop.documents.blocks import (
    Block,
    Bullets,
    Card,
    Heading,
    Paragraph,
    Picture,
    SideBySide,
    Table,
    plain,
)
from workshop.documents.exhibit import Exhibit
from workshop.documents.html import blocks_to_html
from workshop.documents.text import blocks_to_text
from workshop.exhibits.patterns import (
    VERDICT_TONES,
    contest,
    four_patterns,
    interaction_diagrams,
    pattern_notes,
    recommendation,
    recommendation_card,
    verdicts,
)
from workshop.exhibits.strips import tipping_strips
from workshop.files import example
from workshop.findings import Assessment
from workshop.findings.patterns.advice import headline
from workshop.problems import InputError

EXHIBITS: list[Callable[[Assessment], Exhibit]] = [
    recommendation,
    four_patterns,
    pattern_notes,
    interaction_diagrams,
    verdicts,
    contest,
    tipping_strips,
]
(COMBINATION,) = load_content().combinations
TIDE: dict[str, Any] = {
    "model_teams": 6,
    "ml_engineers": 28,
    "models_in_production": 34,
    "maturity": 3,
    "deployment": "pure-cloud",
    "mandate": "none",
    "rails": "built",
    "rails_bypassed": True,
    "product_autonomy": "high",
    "ml_expertise_in_product": "some",
    "platform_engineers": 3,
    "queue_weeks": 5,
    "current_pattern": "centralised",
    "chosen_pattern": "federated",
}
CLINIC: dict[str, Any] = {
    "model_teams": 3,
    "mandate": "single-operator",
    "autonomy_permitted": "none",
    "ml_engineers": 9,
    "platform_engineers": 4,
    "maturity": 2,
}
CASES: dict[str, dict[str, Any]] = {
    "nothing told": {},
    "three answers": {"model_teams": 4, "ml_engineers": 8},
    "close": {
        "model_teams": 4,
        "ml_engineers": 8,
        "mandate": "none",
        "ml_expertise_in_product": "some",
    },
    "grown": TIDE,
    "mandated": CLINIC,
    "none fits": {
        "model_teams": 6,
        "ml_engineers": 28,
        "maturity": 1,
        "product_autonomy": "low",
        "ml_expertise_in_product": "most",
        "mandate": "none",
    },
    "very many": {**TIDE, "model_teams": 100_000, "ml_engineers": 100_000, "queue_weeks": 519.5},
    "none at all": {"model_teams": 0, "ml_engineers": 0, "queue_weeks": 0, "maturity": 5},
}


def assessed(**answers: Any) -> Assessment:
    return assess(Answers(**answers))


def inside(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        match block:
            case Card(body=body):
                yield from inside(body)
            case Bullets(items=parts) | SideBySide(columns=parts):
                for part in parts:
                    yield from inside(part)


def pictures(exhibit: Exhibit) -> list[Picture]:
    return [b for b in inside(exhibit.blocks) if isinstance(b, Picture)]


def tables(exhibit: Exhibit) -> list[Table]:
    return [b for b in inside(exhibit.blocks) if isinstance(b, Table)]


def words(exhibit: Exhibit) -> str:
    return " ".join(blocks_to_text(exhibit.blocks, width=100_000).split())


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("draw", EXHIBITS, ids=lambda f: f.__name__)
def test_every_exhibit_says_something_whatever_was_told_and_says_it_the_same_twice(
    draw: Callable[[Assessment], Exhibit], case: str
) -> None:
    exhibit = draw(assessed(**CASES[case]))
    first = exhibit.blocks[0]
    assert isinstance(first, Heading)
    assert plain(first.text)
    assert len(words(exhibit)) > 100
    assert "None" not in words(exhibit).replace("None of", "").replace("None fits", "")
    assert "{" not in words(exhibit)
    assert exhibit.to_data() == draw(assessed(**CASES[case])).to_data()
    assert Exhibit.from_data(exhibit.to_data()) == exhibit
    assert blocks_to_html(exhibit.blocks, scope="cell")


@pytest.mark.parametrize("case", CASES)
def test_every_picture_is_a_drawing_with_words_for_those_who_do_not_see_it(case: str) -> None:
    for draw in (interaction_diagrams, tipping_strips):
        for picture in pictures(draw(assessed(**CASES[case]))):
            ET.fromstring(picture.data)
            assert len(picture.alt) > 60


# -- side by side -------------------------------------------------------------------------------


def test_the_four_patterns_stand_side_by_side_on_a_wide_page() -> None:
    (table,) = tables(four_patterns(assessed(**TIDE)))
    assert table.wide
    assert len(table.columns) == 6  # the question, four patterns, and the combination
    assert len(table.rows) == 11
    assert all(plain(cell.text) for row in table.rows for cell in row)


def test_ours_is_marked_by_a_word_and_by_a_tint() -> None:
    (table,) = tables(four_patterns(assessed(**TIDE)))
    found = {plain(c.title): c.tone for c in table.columns[1:]}
    assert found == {
        "Centralised: today's pattern": "muted",
        "Embedded": "plain",
        "Federated: advised now and chosen": "ours",
        "Platform-as-MLOps": "plain",
        f"{COMBINATION.name}: to decide later": "ours",
    }


def test_both_sides_of_a_contest_are_marked_as_such() -> None:
    (table,) = tables(four_patterns(assessed(**CASES["close"])))
    titles = [plain(c.title) for c in table.columns]
    assert "Centralised: still open" in titles
    assert "Federated: still open" in titles


def test_without_answers_nothing_is_marked() -> None:
    (table,) = tables(four_patterns(assessed()))
    assert {c.tone for c in table.columns} == {"plain"}
    assert "Nothing is tinted" in plain(table.caption)


def test_the_sources_of_the_comparison_stand_below_it(content: Content) -> None:
    (table,) = tables(four_patterns(assessed()))
    for pattern in content.patterns:
        for key in pattern.sources:
            assert key in plain(table.caption)


def test_everything_known_of_a_pattern_is_told_with_its_published_cases(content: Content) -> None:
    found = words(pattern_notes(assessed()))
    for pattern in content.patterns:
        for note in pattern.more:
            assert " ".join(note.split()) in found
    for case in content.cases:
        if case.patterns and case.lesson:
            assert case.name in found


def test_our_pattern_comes_first_in_the_notes() -> None:
    heads = [b for b in pattern_notes(assessed(**CLINIC)).blocks if isinstance(b, Heading)]
    assert plain(heads[1].text).startswith("Platform-as-MLOps")


# -- verdicts -----------------------------------------------------------------------------------


def test_every_verdict_has_its_word_its_mark_and_its_tone(content: Content) -> None:
    assert len(set(VERDICT_TONES.values())) == len(VERDICT_TONES) == 5
    seen = {words(verdicts(assessed(**answers))).lower() for answers in CASES.values()}
    for verdict in VERDICT_TONES:
        word = content.words(f"patterns.verdict-{verdict or 'none'}")
        assert any(word in text for text in seen), word


def test_every_criterion_that_was_told_is_shown_with_its_answer_reason_and_source() -> None:
    a = assessed(**TIDE)
    found = words(verdicts(a)).replace("\u00a0", " ")
    for verdict in a.verdicts.values():
        for reading in verdict.readings:
            silent = reading.criterion.role == "condition" and reading.says == "neutral"
            if reading.says != "unknown" and not silent:
                assert reading.because in found
                assert reading.criterion.sources[0] in found


def test_the_advised_pattern_is_judged_first_and_the_excluded_last() -> None:
    cards = [b for b in verdicts(assessed(**CLINIC)).blocks if isinstance(b, Card)]
    assert [c.label for c in cards][-2:] == ["ruled out", "ruled out"]
    assert plain(cards[0].title).startswith("Platform-as-MLOps")


def test_conditions_and_changes_are_named() -> None:
    a = assessed(**TIDE)
    found = words(verdicts(a))
    conditions = [c for v in a.verdicts.values() for c in v.conditions]
    assert conditions
    assert all(c.words in found for c in conditions)
    assert all(change in found for v in a.verdicts.values() for change in v.changes)


def test_what_was_not_told_is_named() -> None:
    found = words(verdicts(assessed(**CASES["three answers"])))
    assert "not answered" in found
    assert "maturity level" in found
    assert "platform people" in found


def test_few_answers_are_marked_as_a_first_indication() -> None:
    a = assessed(**CASES["three answers"])
    (table,) = tables(four_patterns(a))
    assert "Centralised: first indication" in [plain(c.title) for c in table.columns]
    card = recommendation_card(a)
    assert card.label == "First indication"
    assert "Where do the models run?" in words(recommendation(a))


# -- the recommendation -------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_the_card_is_titled_with_the_headline_and_boxed(case: str) -> None:
    a = assessed(**CASES[case])
    card = recommendation_card(a)
    assert plain(card.title) == headline(a)
    assert card.boxed
    assert card.label


def test_the_card_says_whether_the_choice_follows_the_advice() -> None:
    assert "Federated, which we advise now" in words(recommendation(assessed(**TIDE)))
    other = assessed(**{**TIDE, "chosen_pattern": "centralised"})
    assert "The answers point elsewhere" in words(recommendation(other))


def test_without_answers_the_card_asks_for_the_first_three() -> None:
    a = assessed()
    found = words(recommendation(a))
    assert a.unknowns
    assert all(u.question.ask in found for u in a.unknowns[:3])


def test_the_card_of_the_first_page_is_the_shorter_one() -> None:
    a = assessed(**TIDE)
    brief = words(Exhibit("", (recommendation_card(a),)))
    assert len(brief) < len(words(recommendation(a)))


# -- contests -----------------------------------------------------------------------------------


def test_an_open_contest_shows_on_whose_side_each_answer_stands() -> None:
    found = words(contest(assessed(**CASES["three answers"])))
    assert "Centralised or Federated: open" in found
    assert "To decide, find out:" in found


def test_a_decided_contest_names_the_winner() -> None:
    found = words(contest(assessed(**CLINIC)))
    assert "Centralised or Platform-as-MLOps: Platform-as-MLOps" in found


def test_without_a_contest_all_that_can_come_up_are_listed(content: Content) -> None:
    (table,) = tables(contest(assessed()))
    assert len(table.rows) == len(content.contests)


# -- strips -------------------------------------------------------------------------------------


def test_strips_on_a_wall_are_in_pictures_whose_type_can_be_read_from_the_last_row() -> None:
    shown = tipping_strips(assess(read_answers(example("tidewater-retail"))))
    paper = [p for p in shown.in_pack or () if isinstance(p, Picture)]
    wall = [p for p in shown.on_slides or () if isinstance(p, Picture)]
    assert len(paper) == 1
    heights = [
        float(h) / 72 for p in wall for h in re.findall(r'^<svg[^>]* height="([\d.]+)pt"', p.data)
    ]
    assert len(heights) == 2
    assert max(heights) < 3.7  # of 6.7 inches across, which is about the shape of a slide
    words = re.compile(r"<text[^>]*>([^<]+)")
    labels = {w for p in paper for w in words.findall(p.data)}
    assert labels == {w for p in wall for w in words.findall(p.data)}


def test_the_strips_say_where_the_team_stands_and_where_the_advice_changes() -> None:
    a = assessed(**CASES["three answers"])
    (picture, *_) = pictures(tipping_strips(a))
    assert (
        "Model-producing teams, now 4 teams: up to 2, Centralised; 3 to 4, Centralised or "
        "Federated, too close to call; 5 and more, Federated."
    ) in picture.alt


def test_the_table_below_holds_the_same_values() -> None:
    (table,) = tables(tipping_strips(assessed(**CASES["three answers"])))
    row = next(r for r in table.rows if plain(r[0].text) == "Model-producing teams")
    assert [plain(c.text) for c in row[1:4]] == [
        "4 teams",
        "3 to 4",
        "up to 2 → Centralised; 5 and more → Federated",
    ]


def test_inputs_that_change_nothing_are_listed_in_one_sentence() -> None:
    a = assessed(**TIDE)
    (still,) = [
        plain(b.text).partition(" Two different answers")[0]
        for b in tipping_strips(a).blocks
        if isinstance(b, Paragraph) and "These answers do not change" in plain(b.text)
    ]
    now = a.recommendation.key
    for strip in a.sensitivity:
        name = a.content.question(strip.input).name
        fixed = all((s.patterns, s.contested) == now for s in strip.segments)
        assert (name in still) == fixed


def test_paper_counts_the_inputs_that_change_nothing() -> None:
    a = assessed(**TIDE)
    foot = plain(tipping_strips(a).in_pack[-1].text)
    now = a.recommendation.key
    fixed = sum(all((s.patterns, s.contested) == now for s in x.segments) for x in a.sensitivity)
    assert foot.startswith(f"We changed {fixed} more answers, one after the other.")


def test_a_number_that_is_divided_by_another_one_is_explained() -> None:
    said = "For Embedded we divide models in production and ML engineers by model-producing teams."
    assert said in plain(tipping_strips(assessed(**TIDE)).in_pack[-1].text)
    assert "we divide" not in words(tipping_strips(assessed(**CASES["three answers"])))


def test_no_strip_is_taller_than_a_page() -> None:
    for answers in CASES.values():
        for picture in pictures(tipping_strips(assessed(**answers))):
            height = float(ET.fromstring(picture.data).attrib["height"].removesuffix("pt"))
            assert height < 72 * 7.5


# -- diagrams -----------------------------------------------------------------------------------


def test_each_diagram_says_who_talks_to_whom_in_which_mode(content: Content) -> None:
    alts = [p.alt for p in pictures(interaction_diagrams(assessed(**TIDE)))]
    federated = next(alt for alt in alts if alt.startswith("Federated: advised now"))
    assert federated == (
        "Federated: advised now and chosen. Teams: Platform team and 6 product teams. "
        "Platform team to 6 product teams, as a service: platform by self-service. 6 product teams "
        "to Platform team, collaboration: infrastructure changes only."
    )
    assert len(alts) == len(content.patterns) + 2  # the combination, and the key
    assert any(alt.startswith(f"{COMBINATION.name}: to decide later") for alt in alts)


def test_no_words_of_a_diagram_touch_the_double_line_below_them() -> None:
    for picture in pictures(interaction_diagrams(assessed(**TIDE)))[1:]:
        drawn = list(ET.fromstring(picture.data))
        lines = [e.get("d", "") for e in drawn if e.get("stroke-width") == "2"]
        edges = [float(re.split("[ML ]", line)[2]) - 1 for line in lines]
        between = [e for e in drawn if e.text and 70 < float(e.get("x", "0")) < 150]
        for words in between:
            foot = float(words.get("y", "")) + 0.21 * float(words.get("font-size", ""))
            assert not [edge for edge in edges if foot > edge > foot - 9], words.text


def test_an_unusual_number_of_teams_still_fits_its_boxes() -> None:
    for teams in (0, 1, 2, 7, 100_000):
        assert len(pictures(interaction_diagrams(assessed(model_teams=teams)))) == 6


@pytest.mark.parametrize(
    "typed",
    ["$x_1^2$", "推荐系统", "👍🏽", "w" * 200, "<b>&amp;</b>", "{0} %s {name}", "\u202ex\x1b"],
)
def test_odd_words_in_the_content_break_no_drawing_and_stay_whole_in_the_alt_text(
    content: Content, typed: str
) -> None:
    def change(pattern: PatternText) -> PatternText:
        diagram = pattern.diagram
        links = tuple(link.model_copy(update={"words": typed}) for link in diagram.links)
        update = {"links": links, "platform": typed, "product": typed}
        diagram = diagram.model_copy(update=update)
        return pattern.model_copy(update={"diagram": diagram, "short": typed})

    questions = tuple(
        q.model_copy(update={"name": typed, "choices": dict.fromkeys(q.choices, typed)})
        for q in content.questions
    )
    odd = content.model_copy(
        update={"patterns": tuple(map(change, content.patterns)), "questions": questions}
    )
    a = assess(Answers(**{**TIDE, "model_teams": 4, "ml_engineers": 8}), odd)
    shown = [*pictures(interaction_diagrams(a)), *pictures(tipping_strips(a))]
    for picture in shown:
        ET.fromstring(picture.data)
    with_words = [p for p in shown if typed in p.alt]
    assert len(with_words) >= 5


def test_no_exhibit_names_a_path_of_this_machine() -> None:
    for draw in EXHIBITS:
        assert str(Path.home()) not in str(draw(assessed(**TIDE)).to_data())


def test_the_limits_are_drawn_whatever_the_only_answer_is() -> None:
    only = [
        {question.id: choice}
        for question in load_content().questions
        if question.id in Answers.model_fields
        for choice in question.choices
    ]
    assert {"ml_expertise_in_product": "none"} in only  # any number of teams changes the advice
    drawn = 0
    for raw in only:
        try:
            a = assess(Answers.from_parameters(raw))
        except InputError:  # a choice among several, or of a field with more in it
            continue
        drawn += bool(pictures(tipping_strips(a)))
    assert drawn > 50
