"""The pages about handoffs, staffing and the queue, with few answers, many and odd ones."""

from __future__ import annotations

import re
from typing import Any

import pytest

from workshop import load_content
from workshop.answers.schema import Answers
from workshop.documents.blocks import Heading, Paragraph, Picture, Table, plain
from workshop.documents.exhibit import Exhibit
from workshop.documents.html import blocks_to_html
from workshop.documents.paper import blocks_to_pdf
from workshop.documents.text import blocks_to_text
from workshop.exhibits.handoffs import (
    handoff_table,
    value_stream_by_pattern,
    value_stream_timeline,
    vertical_check,
)
from workshop.exhibits.options import headcount_bars, queue_curve
from workshop.findings import Assessment, assess

EXHIBITS = (
    value_stream_timeline,
    value_stream_by_pattern,
    handoff_table,
    vertical_check,
    headcount_bars,
    queue_curve,
)
COMBINATION = load_content().combinations[0].name
LONG = "Customer Lifecycle and Personalisation Analytics Guild of the Northern Region"
TEAMS = (
    "data",
    LONG,
    "機械学習プラットフォームチーム",
    "$x$ <script>alert(1)</script>",
    "nobody",
    None,
)
KINDS = ("data", "model", "serving", "product")


def stages(count: int) -> list[dict[str, Any]]:
    return [
        {
            "stage": KINDS[i % 4],
            "team": TEAMS[i % len(TEAMS)],
            "wait_days": [i % 5, i % 5 + 2, i % 5 + 8] if i % 3 else None if i % 4 == 1 else 3,
            "touch_days": None if i % 8 == 4 else [1, 2, 6],
            "measured": (True, False, None)[i % 3],
        }
        for i in range(count)
    ]


QUEUE = {"platform_engineers": 3, "requests_per_team_month": 4.0, "days_per_request": 3.0}
FOUR = [
    {"stage": k, "team": t, "wait_days": w, "touch_days": 5, "measured": True}
    for k, t, w in zip(
        KINDS, ("data", "research", "platform", "product"), (10, 5, 15, 10), strict=True
    )
]
CASES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "usual": {"stages": FOUR, "model_teams": 4, "builder": "research", **QUEUE},
    "one stage": {"stages": stages(1), "model_teams": 1, **QUEUE},
    "nine stages": {"stages": stages(9), "model_teams": 14, "builder": LONG, **QUEUE},
    "sixty stages": {"stages": stages(60), "model_teams": 5_000, "platform_engineers": 100_000},
    "days of nothing": {"stages": [{"stage": "model", "wait_days": 0, "touch_days": 0}]},
    "no days": {"stages": [{"stage": "data", "team": "a"}, {"stage": "model", "team": "b"}]},
    "no teams and no platform": {"model_teams": 0, **QUEUE, "platform_engineers": 0},
    "nothing asked": {"model_teams": 3, **QUEUE, "requests_per_team_month": 0.0},
    "far too much asked": {"model_teams": 90, **QUEUE, "days_per_request": 900.0},
    "many teams, long curve": {"model_teams": 400, **QUEUE, "platform_engineers": 250},
    "mandate": {
        "mandate": "single-operator",
        "chosen_pattern": "centralised",
        "current_pattern": "federated",
        "stages": FOUR,
        "queue_weeks": 3,
        "data_access": "ticket",
        "users_seen": {"talk": False, "usage": True},
        "squad": ["ml-engineering"],
        "deploys_alone": False,
    },
}


def assessed(name: str, **more: Any) -> Assessment:
    return assess(Answers.from_parameters({**CASES[name], **more}))


def of_kind(exhibit: Exhibit, kind: type) -> list[Any]:
    return [b for b in exhibit.blocks if isinstance(b, kind)]


def words(exhibit: Exhibit) -> str:
    return " ".join(blocks_to_text(exhibit.blocks, width=2_000).split())


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("draw", EXHIBITS, ids=lambda f: f.__name__)
def test_every_page_begins_with_an_answer_and_draws_in_all_three_ways(draw, case):
    exhibit = draw(assessed(case))
    head = exhibit.blocks[0]
    assert isinstance(head, Heading)
    assert plain(head.lead).endswith((".", "?"))
    html = blocks_to_html(exhibit.blocks)
    assert "<script" not in html
    assert words(exhibit)
    assert Exhibit.from_data(exhibit.to_data()) == exhibit
    for picture in of_kind(exhibit, Picture):
        assert "<script" not in picture.data
        assert len(picture.alt) > 40


@pytest.mark.parametrize("case", ["nothing", "nine stages", "mandate"])
def test_pages_can_be_printed(case):
    blocks = [b for draw in EXHIBITS for b in draw(assessed(case)).blocks]
    assert blocks_to_pdf(blocks).startswith(b"%PDF")


@pytest.mark.parametrize("case", CASES)
def test_no_placeholder_is_left_unfilled(case):
    for draw in EXHIBITS:
        shown = words(draw(assessed(case)))
        assert not re.search(r"\{[a-z_0-9]*\}", shown)
        assert "None" not in shown


@pytest.mark.parametrize("draw", EXHIBITS, ids=lambda f: f.__name__)
def test_same_answers_draw_the_same_bytes(draw):
    assert draw(assessed("nine stages")) == draw(assessed("nine stages"))


@pytest.mark.parametrize("draw", EXHIBITS, ids=lambda f: f.__name__)
def test_page_without_answers_teaches_or_asks(draw):
    exhibit = draw(assessed("nothing"))
    assert len(exhibit.blocks) > 1
    shown = words(exhibit)
    assert "You have not" in shown or "these answers are missing" in shown or "With your" in shown


def test_typed_placeholders_are_data():
    a = assessed("usual", stages=[{"stage": "data", "team": "{teams} {0}"}, {"stage": "model"}])
    assert "{teams} {0}" in words(value_stream_timeline(a))


# -- the stream ---------------------------------------------------------------------------------


def test_alternative_text_of_the_timeline_tells_every_stage_and_its_days():
    (picture,) = of_kind(value_stream_timeline(assessed("usual")), Picture)
    assert "3 serving, Platform: waits 15 working days, works 5 working days" in picture.alt
    assert "Handoff before 3" in picture.alt
    assert "Every change takes 60 working days." in picture.alt


def test_missing_days_make_the_lead_a_lower_bound():
    exhibit = value_stream_timeline(assessed("nine stages"))
    assert "the real time is longer" in plain(exhibit.blocks[0].lead)
    assert "5 model" in words(exhibit) or "5 data" in words(exhibit)
    assert "or more" in of_kind(exhibit, Picture)[0].alt


def test_complete_days_are_no_lower_bound():
    assert "least" not in words(value_stream_timeline(assessed("usual")))


def test_long_names_stand_whole_in_the_table():
    assert LONG in words(value_stream_timeline(assessed("nine stages")))


def test_a_stage_is_shown_with_the_name_that_was_given():
    named = [{"stage": "data", "name": "Open the <logs>", "team": "data", "wait_days": 3}]
    assessment = assess(Answers.from_parameters({"stages": [*named, *stages(1)]}))
    page = value_stream_timeline(assessment)
    picture = next(b for b in page.blocks if isinstance(b, Picture))
    assert "1 Open the <logs>, Data:" in picture.alt
    assert "Open the &lt;logs&gt;" in picture.data
    rows = next(b for b in page.blocks if isinstance(b, Table)).rows
    assert plain(rows[0][0].text) == "1 data: Open the <logs>"
    assert plain(rows[1][0].text) == "2 data"


def test_a_long_stream_goes_on_in_further_pictures_of_like_size():
    pictures = of_kind(value_stream_timeline(assessed("sixty stages")), Picture)
    assert [p.alt.count(": waits") for p in pictures] == [20, 20, 20]


def test_stages_without_days_are_listed_but_not_drawn():
    exhibit = value_stream_timeline(assessed("no days"))
    assert not of_kind(exhibit, Picture)
    assert len(of_kind(exhibit, Table)[0].rows) == 2


def test_days_that_nobody_vouched_for_are_called_guesses():
    days = [{"stage": "data", "team": "a", "wait_days": 1, "touch_days": 2}]
    assert "read them as guesses" in words(value_stream_timeline(assessed("nothing", stages=days)))


def test_each_pattern_says_its_days_and_its_handoffs():
    exhibit = value_stream_by_pattern(assessed("usual"))
    (picture,) = of_kind(exhibit, Picture)
    today = "Your stages today: handoffs 3. Every change takes 60 working days."
    assert today in picture.alt
    assert "Federated: handoffs 0. Every change takes 30 working days." in picture.alt
    (rows,) = [t.rows for t in of_kind(exhibit, Table)]
    assert [plain(c.text) for c in rows[3]][3:] == ["0", "3", "0", "30", "30"]


def test_lower_bounds_are_marked_in_the_comparison():
    exhibit = value_stream_by_pattern(assessed("usual"))
    assert "≥ 40" in words(exhibit)
    assert "waiting time before the first stage" in words(exhibit)


def test_comparison_calls_itself_a_hypothesis():
    assert "a hypothesis, not a forecast" in words(value_stream_by_pattern(assessed("usual")))


def test_chosen_pattern_is_marked_in_words():
    (rows,) = [t.rows for t in of_kind(value_stream_by_pattern(assessed("mandate")), Table)]
    marked = [plain(row[0].text) for row in rows if "chosen" in plain(row[0].text)]
    assert len(marked) == 1
    assert marked[0].startswith("Centralised (")


def test_patterns_that_a_rule_excludes_are_named_so_and_not_offered():
    a = assessed("mandate")
    (rows,) = [t.rows for t in of_kind(value_stream_by_pattern(a), Table)]
    assert [plain(r[0].text) for r in rows if "ruled out" in plain(r[0].text)] == [
        "Embedded (ruled out)",
        "Federated (today's pattern, ruled out)",
        f"{COMBINATION} (ruled out)",
    ]
    (rows,) = [t.rows for t in of_kind(handoff_table(a), Table)]
    assert [plain(r[3].text) for r in rows] == [
        "Centralised",
        "Centralised and Platform-as-MLOps",
        "none that is open to you",
    ]


def test_handoffs_are_listed_with_the_patterns_under_which_they_go():
    exhibit = handoff_table(assessed("usual"))
    (rows,) = [t.rows for t in of_kind(exhibit, Table)]
    assert [plain(c.text) for c in rows[1]] == [
        "Research (model)",
        "Platform (serving)",
        "15",
        "every option",
    ]
    assert rows[1][2].strong
    assert not rows[0][2].strong
    assert "bold" in plain(of_kind(exhibit, Table)[0].caption)


def test_untold_teams_leave_the_page_open_about_handoffs():
    untold = [{"stage": "data"}, {"stage": "model"}]
    exhibit = handoff_table(assessed("nothing", stages=untold))
    assert "We know of no handoff" in plain(exhibit.blocks[0].lead)
    assert any(isinstance(b, Paragraph) for b in exhibit.blocks)


# -- the check ----------------------------------------------------------------------------------


def test_check_counts_what_is_in_place_and_names_the_breakages():
    exhibit = vertical_check(assessed("mandate"))
    assert plain(exhibit.blocks[0].lead) == (
        "We asked this about the product team, the one that owns the product. "
        "In place: 1 of 8. Missing: 5. Not answered: 2."
    )
    assert "Data by ticket" in words(exhibit)


def test_mandate_shows_what_stays_permitted():
    assert "Three things remain possible" in words(vertical_check(assessed("mandate")))
    assert "remain possible" not in words(vertical_check(assessed("usual")))


# -- staffing -----------------------------------------------------------------------------------


def test_headcount_says_where_todays_platform_stands():
    exhibit = headcount_bars(assessed("usual"))
    within = f"for Centralised, Federated, Platform-as-MLOps and {COMBINATION}"
    assert f"3 people is within the range {within}" in words(exhibit)
    assert "A line marks today's platform team" in of_kind(exhibit, Picture)[0].alt


def test_extrapolation_is_said_in_words():
    assert "our extrapolation" in words(headcount_bars(assessed("nine stages")))
    assert "our extrapolation" in words(headcount_bars(assessed("usual")))  # four teams, not ten
    ten = assess(Answers(model_teams=10, platform_engineers=4))
    assert "extrapolation" not in words(headcount_bars(ten))


def test_headcount_without_teams_shows_what_ten_would_take():
    exhibit = headcount_bars(assessed("nothing"))
    assert "what ten teams would take" in words(exhibit)
    assert "Embedded, inside product teams: 10 to 20" in of_kind(exhibit, Picture)[0].alt


def test_a_range_of_one_number_is_one_number():
    five = {"model_teams": 5, "deployment": "hybrid", "platform_engineers": 4, "maturity": 2}
    exhibit = headcount_bars(assess(Answers(**five)))
    (table,), (picture,) = of_kind(exhibit, Table), of_kind(exhibit, Picture)
    shown = {plain(row[0].text): [plain(c.text) for c in row[1:5]] for row in table.rows}
    embedded = next(cells for name, cells in shown.items() if name.startswith("Embedded"))
    assert embedded == ["1–2", "1", "5–10", "6–11"]
    assert "Embedded, advisers on a platform team: 1." in picture.alt
    assert not any(re.fullmatch(r"(\d+)–\1", c) for cells in shown.values() for c in cells)
    texts = re.findall(r">(\d+)</text>", picture.data)
    assert texts.count("1") == 2, "in the picture, too; the other one begins the range up to 10"


def test_queue_page_names_today_and_the_crossing():
    exhibit = queue_curve(assessed("usual"))
    assert "With 4 teams asking, we compute that a request waits 2.5 working days" in words(exhibit)
    assert "passes two weeks, the limit that we chose, at 5 teams" in words(exhibit)


def test_a_queue_without_end_is_said_plainly():
    lead = plain(queue_curve(assessed("far too much asked")).blocks[0].lead)
    assert "grows without end" in lead


def test_queue_page_asks_for_just_what_is_missing():
    exhibit = queue_curve(assessed("nothing", platform_engineers=3, days_per_request=2.0))
    lead = plain(exhibit.blocks[0].lead)
    assert "requests from each team" in lead
    assert "work on each request" not in lead
