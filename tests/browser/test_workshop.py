"""A whole workshop in a real browser: in JupyterLab, and as pages without code."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from batches import until
from conftest import TOP
from servers import (
    WAIT,
    Server,
    Watched,
    choose,
    faults_of,
    field,
    follow,
    go_on,
    has_drawn,
    has_run,
    open_app,
    open_lab,
    saved,
    serving,
    shows,
    type_in,
    written,
)
from workshop import Answers, assess
from workshop.answers.reading import read_answers
from workshop.findings.output.report import to_json
from workshop.notebook.saved import VIEW
from workshop.notebook.servers import without_tabs
from workshop.session import Session
from workshop.widgets.steps import NUMBERS

pytestmark = pytest.mark.browser

NASTY = "<script>window.ran=1</script><img src=x onerror=window.ran=2>"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving("app", tmp_path_factory.mktemp("app") / "ours", "--who", "Ana") as server:
        yield server


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving("lab", tmp_path_factory.mktemp("lab") / "ours", "--who", "Ana") as server:
        yield server


def manual(server: Server) -> dict[str, Any]:
    session = Session.open(server.session, create=False)
    try:
        return session.answers.to_parameters()
    finally:
        session.close()


def test_a_whole_workshop_in_jupyterlab_ends_in_its_pack(browser: Any, lab: Server) -> None:
    watched = open_lab(browser, lab, "01-where-we-stand")
    tab = watched.tab
    type_in(tab, "organisation", f"Tidewater {NASTY}")
    type_in(tab, "held_on", "2026-11-21")
    type_in(tab, "ml_engineers", "28")
    type_in(tab, "model_teams", "6")
    choose(tab, "deployment", "pure-cloud")
    choose(tab, "mandate", "none")
    choose(tab, "maturity", "3")
    choose(tab, "ml_expertise_in_product", "most")
    choose(tab, "product_autonomy", "high")
    choose(tab, "rails", "built")
    field(tab, "model_teams").locator("select").select_option("measured")

    page = follow(tab, "02-ownership")
    type_in(page, "model", "the ranking model")
    choose(page, "lead", "product")
    choose(page, "builder", "research")
    choose(page, "duties/paged", "platform")
    choose(page, "duties/turn-off", "nobody")
    other = field(page, "duties/ship").locator(".ws-other input")
    other.fill("Ranking squad")
    other.blur()
    saved(page, "duties/ship")
    field(page, "evaluation_set_authors").locator('input[value="research"]').check()
    saved(page, "evaluation_set_authors")
    page.locator("table.wk-table", has_text="Ranking squad").first.wait_for()

    page = follow(tab, "03-patterns")
    advice = page.locator(".ws-bar .ws-advice")
    assert "Federated" in advice.text_content()
    page.locator("[data-step=inputs] summary").click()
    choose(page, "mandate", "single-operator")
    advice.filter(has_not_text="Federated").wait_for()
    choose(page, "mandate", "none")
    advice.filter(has_text="Federated").wait_for()
    point = next(
        t
        for t in assess(Answers.from_parameters(manual(lab))).tipping_points
        if t.input in NUMBERS and t.now is not None and t.input != "queue_weeks"
    )
    slider = page.locator(f'[data-step="what-if"] [data-key="{point.input}"] input[type=range]')
    slider.focus()
    for _ in range(abs(int(point.to) - int(point.now))):
        tab.keyboard.press("ArrowLeft" if point.to < point.now else "ArrowRight")
    page.locator('[data-step="what-if"] .ws-said', has_text=f" {point.to:g}: ").wait_for()
    assert manual(lab)[point.input] == point.now
    choose(page, "chosen_pattern", "federated")

    page = follow(tab, "04-on-call")
    choose(page, "paged_quality", "platform")
    choose(page, "knowledge/model", "research")
    page.locator("[data-step=drills] input[value=stale-features]").check()
    for minute, team in (("0", "platform"), ("15", "nobody"), ("60", "research")):
        choose(page, f"drills/stale-features/minute_{minute}", team)
    page.locator("[data-group=good]").wait_for()

    page = follow(tab, "05-handoffs")
    for number, (kind, wait, touch) in enumerate((("data", "3", "2, 4, 9"), ("model", "0", "10"))):
        page.locator("[data-step=stages]").get_by_role("button", name=kind, exact=True).click()
        group = page.locator('[data-step=stages] [data-group^="stages/"]').nth(number)
        group.locator('[data-key$="/wait_days"]').wait_for()
        keys = [k.get_attribute("data-key") for k in group.locator("[data-key]").all()]
        key = next(k for k in keys if k.endswith("/wait_days"))
        type_in(page, key, wait)
        type_in(page, key.replace("wait", "touch"), touch)

    page = follow(tab, "06-decisions")
    new = page.locator("[data-key='decisions/+']")
    new.locator("textarea").fill("Who pages whom?")
    new.get_by_role("button").click()
    group = page.locator('[data-step=decisions] [data-group^="decisions/"]').first
    group.locator('[data-key$="/chosen"]').wait_for()
    keys = [k.get_attribute("data-key") for k in group.locator("[data-key]").all()]
    of = {k.rsplit("/", 1)[1]: k for k in keys}
    type_in(page, of["chosen"], "Research takes the pager")
    type_in(page, of["rejected"], "Platform keeps it")
    type_in(page, of["dissent"], "Ben: nobody there has done nights")
    type_in(page, of["owner"], "Head of Research")
    type_in(page, of["due"], "2026-12-15")
    type_in(page, "signals/queue_weeks/trigger", "2")

    page = follow(tab, "07-findings")
    page.get_by_role("button", name="Make the findings pack").click()
    link = page.get_by_role("link", name="findings.json, for programs")
    link.wait_for(timeout=4 * WAIT)
    ready = page.locator(".ws-live", has_text="The pack is ready")
    ready.wait_for(state="attached")  # said aloud, after “The pack is being made.”
    with watched.context.expect_page() as opened:
        page.get_by_role("link", name="findings.html, one page").click()
    opened.value.wait_for_load_state()
    assert opened.value.evaluate("window.ran") is None
    assert watched.outside() == []
    watched.close()

    answers = manual(lab)
    assert answers["organisation"] == f"Tidewater {NASTY}"
    assert answers["duties"] == {"paged": "platform", "turn-off": "nobody", "ship": "Ranking squad"}
    assert answers["basis"] == {"model_teams": "measured"}
    assert answers["drills"]["stale-features"]["minute_15"] == "nobody"
    assert answers["stages"][0]["touch_days"] == [2, 4, 9]
    assert answers["decisions"][0]["dissent"].startswith("Ben:")
    session = Session.open(lab.session)
    made = json.loads((lab.folder / "pack" / "findings.json").read_text("utf-8"))
    assert made == json.loads(to_json(assess(session.answers)))
    assert {c.who for c in session.history()} == {"Ana"}
    session.close()
    assert (lab.folder / "pack" / "findings.pdf").stat().st_size > 100_000


def test_a_page_saved_yesterday_shows_its_answers_at_once_and_runs_by_itself(
    browser: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "ours"
    path = folder / "02-ownership.ipynb"
    with serving("lab", folder) as lab:
        watched = open_lab(browser, lab, path.stem)
        type_in(watched.tab, "model", "the fraud model")
        # JupyterLab saves what the page shows, and the rest of it shows the answer a moment later
        watched.tab.locator(".ws-exhibit", has_text="the fraud model").first.wait_for()
        watched.tab.keyboard.press("Control+s")
        # JupyterLab may have saved by itself before the answer was typed
        assert VIEW in written(watched.tab, path, "the fraud model")
        watched.close()
    with serving("lab", folder) as lab:
        watched = Watched(browser)
        tab = watched.tab
        # first as in a JupyterLab without our extension
        tab.route("**/workshop-lab/**", lambda route: route.abort())
        tab.goto(f"{lab.base}/lab/tree/{path.name}?reset&token={lab.token}")
        saved_output = tab.locator(".jp-OutputArea", has_text="the fraud model").first
        saved_output.wait_for(timeout=3 * WAIT)
        assert tab.locator(".ws-bar").count() == 0
        assert "Error displaying widget" not in tab.locator(".jp-Notebook").inner_text()
        tab.unroute("**/workshop-lab/**")
        go_on(watched, lab, path.stem)
        assert field(tab, "model").locator("input").first.input_value() == "the fraud model"
        assert "Error displaying widget" not in tab.locator(".jp-Notebook").inner_text()
        watched.close()


def test_a_link_of_the_console_shows_no_notebook_that_was_open_before(
    browser: Any, lab: Server
) -> None:
    watched = open_lab(browser, lab, "01-where-we-stand")
    kept = lab.folder / ".workshop" / "lab" / "workspaces"
    deadline = time.monotonic() + 120
    while not any("01-where" in path.read_text("utf-8") for path in kept.glob("*")):
        assert time.monotonic() < deadline, "JupyterLab keeps which tabs are open"
        watched.tab.wait_for_timeout(200)
    watched.close()
    watched = Watched(browser)
    tab = watched.tab
    tab.add_init_script("""window.seen = new Set();
        setInterval(() => { for (const e of document.querySelectorAll('.lm-TabBar-tabLabel'))
            if (e.textContent.endsWith('.ipynb')) window.seen.add(e.textContent); }, 20);""")
    tab.goto(without_tabs(f"{lab.base}/lab/tree/03-patterns.ipynb?token={lab.token}"))
    has_run(tab)
    assert tab.evaluate("[...window.seen]") == ["03-patterns.ipynb"]
    watched.close()


def test_in_jupyterlab_letters_are_no_shortcuts_and_a_reload_or_a_new_kernel_loses_nothing(
    browser: Any, lab: Server
) -> None:
    watched = open_lab(browser, lab, "02-ownership")
    tab = watched.tab
    cells = tab.locator(".jp-Cell").count()
    field(tab, "builder").locator("input[type=radio]").first.focus()
    for key in ("a", "b", "d", "d", "x", "ArrowDown", "Enter"):
        tab.keyboard.press(key)
    tab.wait_for_timeout(600)
    assert tab.locator(".jp-Cell").count() == cells
    assert tab.evaluate("document.activeElement.dataset.focus").startswith("builder=")
    type_in(tab, "retirement_authority", "Head of Product")
    tab.reload()
    tab.locator(".jp-Notebook").first.wait_for()
    lab.kill_kernels()
    tab.reload()
    tab.locator(".jp-Notebook").first.wait_for()
    # the page may be back before the server has noticed; then it says so, and a person presses Ok
    died = tab.get_by_label("Kernel Restarting")
    tab.add_locator_handler(died, lambda: died.get_by_role("button").last.click())
    has_run(tab)
    # JupyterLab may first show what it saved by itself, before the answer or before it ran again
    shows(tab, "retirement_authority", "Head of Product")
    watched.close()


def test_a_page_of_the_app_that_lacks_an_output_is_loaded_again_once(
    browser: Any, app: Server
) -> None:
    watched = open_app(browser, app, "02-ownership")
    tab = watched.tab
    lacks = """() => {
      const node = document.createElement("div");
      node.className = "jupyter-widgets";
      node.textContent = "Error displaying widget: model not found";
      document.querySelector("#rendered_cells").append(node);
      window.stays = true;
    }"""
    tab.evaluate(lacks)
    tab.wait_for_function("window.stays === undefined")
    has_drawn(tab)
    assert tab.get_by_text("model not found").count() == 0
    tab.evaluate(lacks)
    tab.wait_for_timeout(1500)
    assert tab.evaluate("window.stays") is True
    watched.close()


def test_two_browsers_see_each_others_answers(browser: Any, app: Server) -> None:
    one, two = (open_app(browser, app, "01-where-we-stand") for _ in range(2))
    type_in(one.tab, "platform_engineers", "7")
    shows(two.tab, "platform_engineers", "7")
    choose(two.tab, "regulated", "true")
    one.tab.locator('[data-key="regulated"] input[value="true"]:checked').wait_for()
    one.close()
    two.close()


def test_keys_alone_answer_a_step_and_what_is_saved_is_said(browser: Any, app: Server) -> None:
    watched = open_app(browser, app, "02-ownership")
    tab = watched.tab
    field(tab, "model").locator("input").first.focus()
    tab.keyboard.type("the fraud model")
    tab.keyboard.press("Enter")
    saved(tab, "model")
    for _ in range(6):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.dataset.focus?.startsWith('lead=')"):
            break
    for _ in range(3):
        tab.keyboard.press("ArrowDown")
    saved(tab, "lead")
    assert tab.evaluate("document.activeElement.dataset.focus").startswith("lead=")
    outline = tab.evaluate(
        "getComputedStyle(document.activeElement.closest('.ws-choice')).outlineStyle"
    )
    assert outline == "solid"
    live = tab.locator("[data-step=lead]").locator("xpath=../..").locator("[aria-live=polite]")
    live.first.filter(has_text=re.compile("lead", re.IGNORECASE)).wait_for(state="attached")
    assert manual(app)["model"] == "the fraud model"
    assert manual(app)["lead"] in ("research", "engineering", "product")
    watched.close()


def test_what_cannot_be_taken_is_said_beside_the_field_and_stays_in_it(
    browser: Any, app: Server
) -> None:
    watched = open_app(browser, app, "01-where-we-stand")
    tab = watched.tab
    box = field(tab, "models_in_production").locator("input").first
    for typed, words in (("many", "no number"), ("-3", "out of range"), ("9" * 30, "range")):
        box.fill(typed)
        box.blur()
        problem = field(tab, "models_in_production").locator('.ws-status[data-kind="problem"]')
        problem.filter(has_text=words).first.wait_for()
        assert box.input_value() == typed
        assert box.get_attribute("aria-invalid") == "true"
    assert "models_in_production" not in manual(app)
    novel = field(tab, "group").locator("input").first
    novel.fill("word " * 20_000)
    novel.blur()
    field(tab, "group").locator('.ws-status[data-kind="problem"]').first.wait_for()
    type_in(tab, "group", NASTY)
    assert tab.evaluate("window.ran") is None
    assert manual(app)["group"] == NASTY
    assert watched.errors == []
    watched.close()


def test_undo_takes_the_last_change_back_and_the_history_tells_it(
    browser: Any, app: Server
) -> None:
    watched = open_app(browser, app, "01-where-we-stand")
    tab = watched.tab
    type_in(tab, "queue_weeks", "4")
    type_in(tab, "queue_weeks", "6")
    tab.get_by_role("button", name="Undo my last change").click()
    shows(tab, "queue_weeks", "4")
    tab.get_by_text("Who changed what, and when").click()
    entry = tab.locator(".ws-history li", has_text="4 weeks → 6 weeks").first
    assert "Ana" in entry.inner_text()
    assert manual(app)["queue_weeks"] == 4
    watched.close()


def test_a_skipped_step_leads_on_to_the_next_one(browser: Any, app: Server) -> None:
    watched = open_app(browser, app, "05-handoffs")
    tab = watched.tab
    step = tab.locator(".ws-form", has=tab.locator("[data-step=stages]"))
    step.get_by_role("button", name="Skip for now").click()
    tab.wait_for_function("document.activeElement.closest('[data-step]')?.dataset.step === 'users'")
    tab.locator(".ws-steps [data-state=skipped]").wait_for()
    watched.close()


def test_the_projector_shows_larger_type_and_less_of_it(browser: Any, app: Server) -> None:
    watched = open_app(browser, app, "02-ownership")
    tab = watched.tab
    size = (
        "parseFloat(getComputedStyle(document.querySelector('[data-step=lead] legend')).fontSize)"
    )
    before = tab.evaluate(size)
    switch = tab.get_by_role("button", name="Projector")
    switch.click()
    assert switch.get_attribute("aria-pressed") == "true"
    look = "one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]"
    words, ground = switch.evaluate(look)
    assert words != ground, "it can be read while the pointer is on it"
    assert tab.evaluate(size) > 1.25 * before
    assert not tab.locator("[data-step=lead] .ws-hints").first.is_visible()
    switch.click()
    watched.close()


@pytest.mark.parametrize("notebook", ["", "01-where-we-stand", "03-patterns", "06-decisions"])
def test_a_page_has_no_code_and_no_fault_that_axe_finds_by_day_or_night(
    browser: Any, app: Server, notebook: str
) -> None:
    # without motion, no colour is on its way to another while it is looked at
    watched = open_app(browser, app, notebook, reduced_motion="reduce")
    watched.tab.wait_for_load_state("networkidle")
    words = watched.tab.locator("body").inner_text()
    for code in ("page.ask", "import ", "Run All Cells"):
        assert code not in words
    _, found = faults_of(watched.tab, colours=True)
    assert not found, json.dumps(found, indent=1)
    assert watched.outside() == []
    assert watched.errors == []
    watched.close()


def test_a_link_to_the_pack_opens_in_the_browser(browser: Any, app: Server) -> None:
    (app.folder / "pack").mkdir(exist_ok=True)
    (app.folder / "pack" / "findings.html").write_text("<h1>What we found</h1>", encoding="utf-8")
    tab = browser.new_page()
    tab.goto(app.address)
    tab.evaluate(
        "() => document.body.insertAdjacentHTML('beforeend', '<a id=made target=_blank "
        "rel=noopener href=/voila/files/pack/findings.html>made</a>')"
    )
    with tab.expect_popup() as opened:
        tab.click("#made")
    assert opened.value.locator("h1").inner_text() == "What we found"
    opened.value.close()
    tab.close()


def test_what_was_shown_as_saved_survives_every_kill(browser: Any, tmp_path: Path) -> None:
    chance = random.Random(7)
    shown: dict[str, str] = {}
    folder = tmp_path / "ours"
    for round_ in range(2):
        server = Server("app", folder)
        watched = open_app(browser, server, "01-where-we-stand")
        deadline = time.monotonic() + chance.uniform(0.5, 3)
        number = round_ * 1000
        while time.monotonic() < deadline:
            number += 1
            key = chance.choice(["ml_engineers", "model_teams", "models_in_production"])
            type_in(watched.tab, key, str(number))
            shown[key] = str(number)
        if round_ % 2:
            server.kill()
        else:
            server.kill_kernels()
            server.stop()
        watched.close()
        now = manual(server)
        assert shown
        assert {k: str(now[k]) for k in shown} == shown
        server.stop()


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app with the answers of an example, but for one."""
    answers = read_answers(TOP / "examples" / "tidewater-retail.yaml").to_parameters()
    answers.pop("queue_weeks")
    folder = tmp_path_factory.mktemp("example")
    file = folder / "answers.json"
    file.write_text(json.dumps(answers), encoding="utf-8")
    with serving("app", folder / "ours", "--from", str(file)) as server:
        yield server


def test_the_example_opens_with_every_answer_in_its_place(browser: Any, example: Server) -> None:
    watched = open_app(browser, example, "04-on-call")
    chosen = watched.tab.locator("[data-step=knowledge] input:checked").all()
    assert len(chosen) == 3
    assert all(c.get_attribute("value") for c in chosen)
    watched.close()


def test_a_question_says_what_was_voted_and_nobody_stands_alone(
    browser: Any, example: Server
) -> None:
    watched = open_app(browser, example, "02-ownership")
    tab = watched.tab
    voted = field(tab, "lead").locator(".ws-voted").inner_text()
    assert voted.startswith("The room voted: ")
    assert field(tab, "builder").locator(".ws-voted").count() == 0
    authors = field(tab, "evaluation_set_authors")
    authors.locator('input[value="nobody"]').check()
    saved(tab, "evaluation_set_authors")
    authors.locator('input[value="research"]:not(:checked)').wait_for()
    assert manual(example)["evaluation_set_authors"] == ["nobody"]
    authors.locator('input[value="product"]').check()
    authors.locator('input[value="nobody"]:not(:checked)').wait_for()
    assert until(lambda: manual(example)["evaluation_set_authors"] == ["product"])
    watched.close()
    watched = open_app(browser, example, "03-patterns")
    slider = watched.tab.locator('[data-step="what-if"] [data-key="queue_weeks"] input')
    assert slider.input_value() == slider.get_attribute("min"), "not answered is no value"
    watched.close()
