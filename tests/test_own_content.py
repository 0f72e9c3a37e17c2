"""Own content: laid over the kit's, used by every command, and told at once where it is wrong."""

from __future__ import annotations

import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from conftest import TOP
from workshop import Answers, InputError, assess, exhibits, load_content
from workshop.answers.reading import answers_files, read_answers
from workshop.cli.commands import app
from workshop.content.items import put_prose
from workshop.content.loader import FOLDER, kinds
from workshop.content.overlay import MAY_BE_EMPTY, _hints, _is_text, join, texts_of
from workshop.documents.blocks import card, heading, paragraph
from workshop.documents.page import blocks_to_page
from workshop.documents.paper import PageSetup, blocks_to_pdf
from workshop.documents.theme import ENGLISH, Labels
from workshop.exhibits.layout import in_own_words, within
from workshop.files import notebooks
from workshop.findings.handoffs import days_words
from workshop.findings.output.display import labels_of
from workshop.notebook.opening import open_page
from workshop.notebook.servers import prepare
from workshop.pack.build import build_pack
from workshop.session import Session
from workshop.widgets.steps import LivePage

GERMAN = TOP / "examples" / "content-de"
THRESHOLDS = TOP / "examples" / "content-thresholds"
ABOUT = {"language": "en", "name": "Ours", "version": "2", "extends": "kit"}


def write(folder: Path, **files: Any) -> Path:
    """Write own content: file names without their ending, `__` for a folder."""
    for name, data in {"version": ABOUT, **files}.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(data if isinstance(data, str) else yaml.safe_dump(data), "utf-8")
    return folder


def problems(folder: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_content(folder)
    return [str(p) for p in caught.value.problems]


TEAMS = [{"id": "centralised-teams", "bands": [{"below": 7}, {"from": 7}]}]


# -- how the two are joined ---------------------------------------------------------------------


def test_a_threshold_of_our_own_changes_the_verdict_and_nothing_else(tmp_path: Path) -> None:
    own = load_content(write(tmp_path, criteria__ours=TEAMS))
    answers = Answers(model_teams=6, ml_engineers=5, maturity=2, mandate="none")
    assert assess(answers).verdicts["centralised"].verdict == "not-yet"
    assert str(assess(answers, own).verdicts["centralised"].verdict).startswith("fits")
    kit = load_content(FOLDER)
    assert [c for c in own.criteria if c.id != TEAMS[0]["id"]] == [
        c for c in kit.criteria if c.id != TEAMS[0]["id"]
    ]
    assert own.rules == kit.rules
    assert [b.because for b in own.criteria[0].bands] == [b.because for b in kit.criteria[0].bands]


def test_a_folder_that_says_nothing_is_the_kits_content(tmp_path: Path) -> None:
    own, kit = load_content(write(tmp_path)), load_content(FOLDER)
    for kind in kinds():
        assert getattr(own, kind) == getattr(kit, kind), kind
    assert {k: own.words(k) for k in own.words if k} == {k: kit.words(k) for k in kit.words}


def test_entries_are_added_left_out_and_changed_in_part(tmp_path: Path) -> None:
    first, second, *_ = load_content(FOLDER).drills
    drill = {**first.model_dump(mode="json"), "id": "ours", "title": "Our own"}
    changed = {"id": second.id, "moments": [{"minute": 15, "ask": "Who now?"}]}
    folder = write(tmp_path, drills=[{"id": first.id, "remove": True}, changed, drill])
    drills = {d.id: d for d in load_content(folder).drills}
    assert first.id not in drills
    assert drills["ours"].title == "Our own"
    asked = [m.ask for m in drills[second.id].moments]
    assert asked == [second.moments[0].ask, "Who now?", second.moments[2].ask]
    assert [m.scene for m in drills[second.id].moments] == [m.scene for m in second.moments]


@pytest.mark.parametrize(
    ("base", "over", "joined"),
    [
        ({"a": 1, "b": 2}, {"b": 3, "c": 4}, {"a": 1, "b": 3, "c": 4}),
        ({"a": 1, "b": 2}, {"b": None}, {"a": 1}),
        ({"true": "yes"}, {True: "ja"}, {"true": "ja"}),
        ([1, 2], [3], [3]),
        ([{"x": 1}, {"x": 2}], [{"y": 1}, {}], [{"x": 1, "y": 1}, {"x": 2}]),
        ([{"x": 1}, {"x": 2}], [{"y": 1}], [{"y": 1}]),
        ([{"id": 1, "x": 1}], [{"id": 2}, {"id": 1, "x": 3}], [{"id": 1, "x": 3}, {"id": 2}]),
        ([{"id": 1}, {"id": 2}], [{"id": 1, "remove": True}], [{"id": 2}]),
    ],
)
def test_plain_data_is_joined_as_the_guide_says(base: Any, over: Any, joined: Any) -> None:
    assert join(base, over) == joined


def test_where_a_criterion_comes_from_an_overlay_its_version_says_so(tmp_path: Path) -> None:
    assert load_content(write(tmp_path)).version == "1 + Ours 2"


def test_every_field_of_text_in_the_content_is_known_as_one() -> None:
    """A field of text that `prose` does not know would never be translated."""
    names = {"id", "key", "value", "group", "reads", "topic", "answers", "start", "end", "name"}
    names |= {"per", "subject", "sets", "fulfils", "moves"}
    for kind, model in kinds().items():
        for field, hint in _hints(model).items():
            if hint in (str, str | None) and field not in MAY_BE_EMPTY:
                assert field in names, f"{kind}.{field}"
    assert _is_text(_hints(kinds()["leads"])["brings"])
    texts = dict(texts_of(kinds()["drills"], {"moments": [{"minute": 0, "ask": "Who?"}]}))
    assert texts == {("moments", 0, "ask"): "Who?"}


# -- what is wrong is told at once --------------------------------------------------------------


def test_everything_that_is_wrong_is_told_at_once_with_file_and_entry(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        version={**ABOUT, "language": False, "author": "me"},
        criteria__ours=[
            {"id": "centralised-team", "bands": []},
            {"id": "centralised-maturity", "band": 7},
            {"id": "centralised-queue", "bands": [{}, {"because": "{weeks} weeks"}]},
        ],
        rules__ours=[{"id": "nobody-ship"}],
        leads=[{"id": "research", "remove": True}, {"id": "design", "name": "Design-led"}],
        words__common={"the-modle": "x", "nobody": False, "owner-due": "{owner"},
        words__commons={"x": "y"},
        tensions="- [",
        drills={"a": 1},
        notebooks={"01-where-we-stand": {"cell": {}}},
    )
    output = "\n".join(problems(folder))
    for part in (
        "version.yaml: author: There is no such field.",
        "version.yaml: language: This is no language tag. Found: false.",
        "criteria/ours.yaml: centralised-team: No entry has this name",
        "Did you mean “centralised-teams”?",
        "criteria/ours.yaml: centralised-maturity.band: There is no such field. Did you mean",
        "centralised-queue.bands.1.because: Nothing is filled in for {weeks}. Allowed: {n}.",
        "rules/ours.yaml: nobody-ship: The kit has no such entry. Did you mean “nobody-ships”?",
        "leads.yaml: research: It cannot be left out. Answers can name three candidates",
        "leads.yaml: design: The kit has no such entry.",
        "words/common.yaml: the-modle: The kit says nothing under this name.",
        "Did you mean “the-model”?",
        "words/common.yaml: nobody: This is a sentence, or two forms of one. Found: false.",
        "words/common.yaml: owner-due: The braces do not match",
        "words/commons.yaml: The kit reads no file of this name. Did you mean “words/common.yaml”?",
        "tensions.yaml:2: not YAML",
        "drills.yaml: This file holds a list",
        "notebooks.yaml: 01-where-we-stand.cell: ",
    ):
        assert part in output, f"{part}\n\n{output}"


def test_a_folder_without_content_is_refused_with_what_to_do(tmp_path: Path) -> None:
    assert "workshop content new" in problems(tmp_path)[0]
    assert "There is no such folder." in problems(tmp_path / "none")[0]


def test_content_is_laid_over_the_kits_and_over_no_other(tmp_path: Path) -> None:
    folder = write(tmp_path, version={**ABOUT, "extends": "../other"})
    assert problems(folder) == [
        "version.yaml: extends: Content is laid over the kit's own, and over no other. "
        "Found: ../other. Allowed: kit."
    ]


# -- used by every command ----------------------------------------------------------------------


def test_a_command_uses_the_folder_and_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = write(tmp_path / "ours", words__common={"severity-risk": "Mind this"})
    answers = str(TOP / "examples" / "tidewater-retail.yaml")
    run = CliRunner()
    result = run.invoke(app, ["findings", answers, "--content", str(folder)])
    assert result.exit_code == 0, result.output
    assert "MIND THIS" in result.stdout
    version = json.loads(
        run.invoke(app, ["findings", answers, "--json", "--content", str(folder)]).stdout
    )["content_version"]
    assert version == "1 + Ours 2"
    assert "MIND THIS" not in run.invoke(app, ["findings", answers]).stdout
    assert load_content().version == "1"


@pytest.mark.parametrize(
    "command", ["agenda", "answers", "app", "batch", "check", "demo", "findings", "lab", "pack",
                "print", "room", "schema", "start"],
)  # fmt: skip
def test_every_command_that_reads_content_takes_a_folder(command: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, [command, "x", "--content", str(tmp_path / "none")])
    assert done.exit_code == 2
    assert "There is no such folder." in done.stderr


def test_two_packs_of_one_process_have_each_its_own_content(tmp_path: Path) -> None:
    prose = {"01-where-we-stand": {"title": "Our place", "cells": {"title-01": "# Our place"}}}
    folder = write(
        tmp_path / "ours", notebooks=prose, words__overview={"title": "What we told"},
        words__render={"contents": "What is inside"},
    )  # fmt: skip
    answers = Answers.from_parameters(
        yaml.safe_load((TOP / "examples" / "northfield-clinical.yaml").read_text("utf-8"))
    )
    own = load_content(folder)
    pages, manifests = [], []
    for name, content in (("own", own), ("kit", None)):
        made = build_pack(answers, tmp_path / name, content=content, formats=["html"])
        assert not made.failed
        pages.append((made.folder / "findings.html").read_text("utf-8"))
        manifests.append(json.loads((made.folder / "manifest.json").read_text("utf-8")))
    for words in ("Our place", "What is inside"):
        assert words in pages[0]
        assert words not in pages[1]
    assert [m["content_version"] for m in manifests] == ["1 + Ours 2", "1"]
    assert manifests[0]["content_sha256"] != manifests[1]["content_sha256"]


def test_a_page_speaks_the_words_of_the_folder_that_its_notebook_names(tmp_path: Path) -> None:
    folder = write(tmp_path, words__render={"table-named": "Tabelle {n}"})
    parameters = {"current_pattern": "centralised", "content_folder": str(folder)}
    for given, own in ((parameters, True), ({**parameters, "content_folder": None}, False)):
        shown: Any = open_page(given, part=3).show(exhibits.four_patterns)
        assert ("Tabelle 1" in shown._repr_mimebundle_()["text/html"]) is own


def test_a_session_takes_answers_to_drills_that_only_its_content_has(tmp_path: Path) -> None:
    drill = "our-drill"
    one = {**yaml.safe_load((FOLDER / "drills.yaml").read_text("utf-8"))[0], "id": drill}
    own = load_content(write(tmp_path / "ours", drills=[one]))
    place = tmp_path / "s.workshop"
    with closing(Session.open(place, content=own)) as session:
        page = LivePage(session, part=4)
        session.give(("drills", drill, "minute_0"), "platform")
        assert page.found.content is own
        assert next(d for d in page.found.drills if d.text.id == drill).answered
    with closing(Session.open(place, content=own)) as again:
        assert again.problems == ()
        assert drill in (again.answers.drills or {})
    with closing(Session.open(place)) as other:
        assert other.answers.drills is None
        with pytest.raises(InputError, match="No drill has this name"):
            other.give(("drills", drill, "minute_15"), "platform")


# -- notebooks ----------------------------------------------------------------------------------


def test_a_working_folder_gets_the_notebooks_in_our_words(tmp_path: Path) -> None:
    prose = {"02-ownership": {"title": "Wem es gehört", "cells": {"title-02": "# Wem es gehört\n"}}}
    folder = write(tmp_path / "ours", notebooks=prose)
    (folder / "WELCOME.md").write_text("# Willkommen\n", "utf-8")
    place = tmp_path / "place"
    own = load_content(folder)
    prepare(place, own)
    assert prepare(place, own).written == ()
    book = json.loads((place / "02-ownership.ipynb").read_text("utf-8"))
    assert book["metadata"]["title"] == "Wem es gehört"
    assert "".join(book["cells"][0]["source"]) == "# Wem es gehört"
    assert (place / "WELCOME.md").read_text("utf-8") == "# Willkommen\n"
    untouched = next(p for p in notebooks() if p.stem == "01-where-we-stand")
    assert (place / untouched.name).read_bytes() == untouched.read_bytes()


def test_prose_for_a_cell_that_is_not_there_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, notebooks={"02-ownership": {"cells": {"titel-02": "# X"}}})
    text = load_content(folder).notebooks["02-ownership"]
    book = next(p for p in notebooks() if p.stem == "02-ownership")
    with pytest.raises(InputError, match=r"02-ownership.cells.titel-02.*Did you mean “title-02”"):
        put_prose(book.read_bytes(), text, book.stem)


# -- numbers, teams, and what renderers say -----------------------------------------------------


@pytest.mark.parametrize(
    ("number", "written"),
    [(3, "3"), (2.5, "2,5"), (-0.0, "0"), (-1.5, "-1,5"), (9999, "9999"), (12000, "12.000"),
     (1e6, "1.000.000"), (1234.5, "1234,5"), (1 / 3, "0,333333")],
)  # fmt: skip
def test_numbers_are_written_as_the_language_does(
    number: float, written: str, tmp_path: Path
) -> None:
    words = load_content(write(tmp_path, words__common={"decimal": ",", "thousands": "."})).words
    assert words.number(number) == written
    assert words("common.with-unit", n=number, unit="x") == f"{written} x"


def test_numbers_in_findings_and_figures_follow_the_language(tmp_path: Path) -> None:
    own = load_content(write(tmp_path, words__common={"decimal": ","}))
    found = assess(Answers(current_pattern="centralised", queue_weeks=2.5, model_teams=3), own)
    assert "2,5" in next(f.statement for f in found.findings if f.id == "centralised-with-queue")
    reasons = [r.because for r in found.verdicts["centralised"].readings]
    assert any("2,5" in words for words in reasons)
    assert days_words(own, 2.5).startswith("2,5")
    assert not any("2.5" in words for words in reasons)


def test_synonyms_of_usual_teams_get_their_colour_and_reading(tmp_path: Path) -> None:
    own = load_content(
        write(
            tmp_path,
            teams=[
                {"id": "platform", "name": "Plattform", "also": ["Infrastruktur"]},
                {"id": "nobody", "also": ["niemand"]},
            ],
        )
    )
    teams = own.teams
    assert load_content().teams.kind("Plattform") is None
    assert teams.kind("Plattform Team") == teams.kind("infrastruktur") == "platform"
    assert teams.same("plattform", "platform")
    assert teams.label("platform") == "Plattform"
    assert teams.label("Infrastruktur") == "Infrastruktur"
    assert teams.is_nobody("Niemand")
    assert teams.speaks_for("Leiterin Plattform", "platform")
    answers = Answers.model_validate({"builder": "research", "duties": {"paged": "Plattform"}})
    assert "pager-with-platform" not in {f.id for f in assess(answers).findings}
    assert "pager-with-platform" in {f.id for f in assess(answers, own).findings}


def test_nouns_inside_a_sentence_keep_their_capital_where_the_language_wants_it(
    tmp_path: Path,
) -> None:
    german = load_content(write(tmp_path, version={**ABOUT, "language": "de-CH"}))
    assert within(load_content(FOLDER), "Product teams") == "product teams"
    assert within(german, "Produktteams") == "Produktteams"


def test_what_renderers_say_by_themselves_stands_in_the_content() -> None:
    assert labels_of(load_content(FOLDER)) == ENGLISH


def test_a_page_speaks_the_language_of_its_setup() -> None:
    labels = Labels(
        contents="Inhalt", skip="Zum Text", sources="Quellen: {keys}", tone_warning="Risiko"
    )
    blocks = [
        heading(1, "Eins"), heading(2, "Zwei"),
        card("Karte", ["Text"], tone="warning", sources=("S1", "S2")),
        paragraph("Satz", tone="warning"),
    ]  # fmt: skip
    page = blocks_to_page(blocks, PageSetup(title="T", contents=True, labels=labels))
    for words in ("Inhalt", "Zum Text", "Quellen: S1 · S2", "Risiko"):
        assert words in page
    for words in ("Contents", "Skip to", "Sources:", ">risk"):
        assert words not in page


@pytest.mark.poppler
def test_a_pdf_numbers_its_pages_in_the_language_of_its_setup(tmp_path: Path) -> None:
    labels = Labels(contents="Inhalt", page="Seite {page} von {pages}")
    setup = PageSetup(title="T", contents=True, labels=labels)
    (tmp_path / "x.pdf").write_bytes(blocks_to_pdf([heading(1, "Eins"), paragraph("Satz")], setup))
    text = subprocess.run(
        ["pdftotext", str(tmp_path / "x.pdf"), "-"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
    assert "Inhalt" in text
    assert "Seite 1 von " in text


# -- examples -----------------------------------------------------------------------------------


def test_folders_of_own_content_among_answers_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path / "ours", drills=[])
    (tmp_path / "team.yaml").write_text("model_teams: 6\n", "utf-8")
    assert answers_files([tmp_path]) == [tmp_path / "team.yaml"]


def test_the_example_of_own_thresholds_changes_the_advice() -> None:
    own = load_content(THRESHOLDS)
    answers = Answers(model_teams=6, ml_engineers=8, maturity=2, mandate="none", queue_weeks=1.0)
    assert assess(answers).recommendation.patterns != ("centralised",)
    assert assess(answers, own).recommendation.patterns == ("centralised",)


def test_the_welcome_page_has_the_minutes_of_the_steps(tmp_path: Path) -> None:
    prepare(tmp_path)
    text = (tmp_path / "WELCOME.md").read_text("utf-8")
    assert "{" not in text
    minutes = [int(n) for n in re.findall(r"0[1-6]-[a-z-]+\.ipynb\).*\| (\d+) \|", text)]
    assert len(minutes) == 6
    with closing(Session.in_memory(Answers(), load_content(FOLDER))) as session:
        assert sum(minutes) == LivePage(session).progress.minutes_left  # what the bar says


# -- two languages at once ----------------------------------------------------------------------

LEDGER = {
    "builder": "Forschung",
    "duties": {"paged": "niemand", "ship": "Forschung", "turn-off": "bei der Übergabe"},
}


def test_an_exhibit_reads_names_as_the_content_of_its_assessment_does() -> None:
    """In the same process, one after the other and in threads."""
    german, kit = load_content(GERMAN), load_content()
    answers = Answers.model_validate(LEDGER)
    found = {"de": assess(answers, german), "en": assess(answers, kit)}

    def words(language: str) -> str:
        shown: Any = exhibits.ownership_ledger(found[language])._repr_mimebundle_()
        return str(shown["text/plain"])

    alone = {language: words(language) for language in found}
    assert alone["de"].count("Niemand") == 1  # a column for nobody, and no team of that name
    assert "kein Team" in alone["de"]
    assert "other team" in alone["en"]
    assert found["de"].ledger.line("paged").state == "nobody"
    assert found["en"].ledger.line("paged").state == "other-team"
    assert [words(language) for language in ("en", "de", "en", "de")] == [
        alone[language] for language in ("en", "de", "en", "de")
    ]
    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(words, ["de", "en"] * 20))
    assert drawn == [alone["de"], alone["en"]] * 20


def test_what_a_notebook_shows_explains_the_terms_of_its_content() -> None:
    for content in (load_content(FOLDER), load_content(GERMAN)):
        a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"), content)
        shown = in_own_words(exhibits.board_decision(a), content)._repr_mimebundle_()["text/html"]
        federated = next(t for t in content.glossary if t.id == "federated")
        assert f'title="{federated.meaning}"' in shown
        assert shown.count("<abbr") <= len(content.glossary)
