"""`workshop content`: a folder to begin with, and the proof that content is whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from conftest import TOP
from workshop import Answers, Content, assess, load_content
from workshop.authoring.check import (
    band_problems,
    check_content,
    drawing_problems,
    effect_problems,
    reference_problems,
    shown,
)
from workshop.authoring.translation import (
    coverage,
    lost_placeholders,
    prose_problems,
    write_starter,
)
from workshop.cli.commands import app
from workshop.content.items import Band, Criterion, Words
from workshop.content.loader import FOLDER, kinds
from workshop.files import notebooks
from workshop.findings.rules import RULES
from workshop.problems import Problem

GERMAN = TOP / "examples" / "content-de"
KIT = load_content(FOLDER)


def joined(problems: Iterator[Problem]) -> str:
    return "\n".join(map(str, problems))


def changed(kind: str, name: str, **fields: Any) -> Content:
    """Return the kit's content with some fields of one entry changed."""
    items = tuple(
        item.model_copy(update=fields) if getattr(item, "id", None) == name else item
        for item in getattr(KIT, kind)
    )
    return KIT.model_copy(update={kind: items})


# -- the proof ----------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", [FOLDER, TOP / "examples" / "content-thresholds"], ids=str)
def test_the_kits_content_and_the_example_of_own_thresholds_are_whole(folder: Path) -> None:
    report = check_content(folder)
    assert joined(iter(report.problems)) == ""
    assert joined(iter(report.hints)) == ""
    assert report.translated == ()


def test_the_german_content_is_whole_and_little_of_it_reads_as_in_the_kit() -> None:
    """What is not translated yet is reported; `make release` refuses it."""
    report = check_content(GERMAN)
    assert joined(iter(report.problems)) == ""
    assert report.content is not None
    assert report.content.language == "de"
    assert [name for part in report.translated for name in part.unchanged] == []
    assert sum(p.alike for p in report.translated) < sum(p.texts for p in report.translated) / 10


def test_an_incomplete_translation_is_refused_only_where_it_has_to_be_complete(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "fr"
    folder.mkdir()
    (folder / "version.yaml").write_text(
        "extends: kit\nversion: '1'\nlanguage: fr\nname: x\n", encoding="utf-8"
    )
    run = CliRunner()
    usual = run.invoke(app, ["content", "check", str(folder)])
    assert usual.exit_code == 0, usual.output
    assert "missing" in usual.output
    complete = run.invoke(app, ["content", "check", str(folder), "--complete"])
    assert complete.exit_code == 2
    assert "problems." in complete.output


def bands(*parts: dict[str, Any]) -> tuple[Band, ...]:
    raw = ({"says": "neutral", "because": "x", **part} for part in parts)
    return tuple(Band.model_validate(part) for part in raw)


@pytest.mark.parametrize(
    ("reads", "parts", "problem"),
    [
        ("model_teams", [{"below": 5}, {"from": 6}], "No band speaks of values from 5 to 6."),
        ("model_teams", [{"below": 5}, {"from": 4}], "Two bands speak of the same values."),
        ("model_teams", [{"from": 2}], "No band speaks of values below 2."),
        ("model_teams", [{"below": 2}], "No band speaks of 2 and above."),
        ("model_teams", [{"below": 5}, {"from": 5, "below": 5}, {"from": 5}], "before it begins"),
        ("model_teams", [{"is": ["3"]}], "The answer cannot have this value."),
        ("model_teams", [{"is": ["3"]}, {"from": 4}], "cannot be mixed"),
        ("rails", [{"is": ["none", "built"]}], "No band speaks of this value. Found: bought."),
        ("rails", [{"is": ["none", "built"]}, {"is": ["bought", "none"]}], "Two bands"),
        ("rails", [{"is": ["none", "buld", "bought"]}], "Did you mean “built”?"),
        ("rails", [{"from": 0}], "This answer is no number, so its bands say “is”."),
    ],
)
def test_bands_that_leave_a_gap_or_overlap_are_told(
    reads: str, parts: list[dict[str, Any]], problem: str
) -> None:
    fields = {"reads": reads, "bands": bands(*parts)}
    assert problem in joined(band_problems(changed("criteria", "centralised-teams", **fields)))


@pytest.mark.parametrize(
    ("kind", "name", "fields", "problem"),
    [
        ("rules", "nobody-ships", {"sources": ("S9",)}, "There is no source of this key."),
        ("rules", "nobody-ships", {"sources": ("S1 §dutys",)}, "Did you mean “duties”?"),
        ("rules", "nobody-ships", {"reads": ("duties.shp",)}, "Did you mean “duties.ship”?"),
        ("rules", "nobody-ships", {"yields_to": ("none",)}, "It yields to a rule that there is"),
        (
            "contradictions",
            "level-without-notice",
            {"yields_to": ("level-with-long-que",)},
            "Did you mean “level-with-long-queue”?",
        ),
        ("rules", "nobody-ships", {"id": "nobody-shps"}, "The kit has no function that finds"),
        ("rules", "nobody-ships", {"id": "nobody-paged"}, "This name stands for 2 entries."),
        ("criteria", "embedded-mandate", {"unless": {"regulated": ("no",)}}, "Allowed: true, fal"),
        ("criteria", "embedded-mandate", {"only_if": {"regulatd": ("true",)}}, "No answer has"),
        ("criteria", "embedded-mandate", {"condition": ""}, "“condition” says what to do"),
        ("criteria", "embedded-autonomy", {"change": ""}, "“change” says what would have to"),
        ("steps", "limits", {"questions": ("mandat",)}, "Did you mean “mandate”?"),
        ("constraints", "single-operator", {"is_": ("single-operater",)}, "single-operator”?"),
        ("team_names", "data", {"also": ("Platform",)}, "This is how platform is called already."),
    ],
)
def test_names_that_lead_nowhere_are_told(
    kind: str, name: str, fields: dict[str, Any], problem: str
) -> None:
    assert name in {getattr(item, "id", "") for item in getattr(KIT, kind)}
    assert problem in joined(reference_problems(changed(kind, name, **fields)))


def test_a_rule_that_can_never_speak_is_told() -> None:
    (rule,) = (r for r in KIT.rules if r.id == "centralised-with-many-teams")
    far = rule.model_copy(update={"limits": dict.fromkeys(rule.limits, 1e9)})
    assert "centralised-with-many-teams: No answers were found" in joined(
        effect_problems(KIT.model_copy(update={"rules": (far,)}))
    )


def test_a_rule_whose_limit_was_moved_is_still_found_to_speak() -> None:
    (rule,) = (r for r in KIT.rules if r.id == "centralised-with-many-teams")
    moved = rule.model_copy(update={"limits": dict.fromkeys(rule.limits, 40)})
    assert joined(effect_problems(KIT.model_copy(update={"rules": (moved,)}))) == ""


def test_a_rule_that_always_yields_is_told() -> None:
    """A rule that another one always hides might as well not be there."""
    first, second = KIT.rule("builder-paged"), KIT.rule("nobody-ships")
    content = KIT.model_copy(update={"rules": (first, second)})
    assert joined(effect_problems(content)) == ""
    loud = RULES["nobody-ships"]
    try:
        RULES["nobody-ships"] = lambda _: {"model": "x"}
        hidden = first.model_copy(update={"yields_to": ("nobody-ships",)})
        content = KIT.model_copy(update={"rules": (hidden, second)})
        assert "rules: builder-paged: No answers" in joined(effect_problems(content))
    finally:
        RULES["nobody-ships"] = loud


def without_rules(**fields: Any) -> Content:
    return KIT.model_copy(update={"rules": (), **fields})


def test_a_pattern_that_can_never_be_advised_is_told() -> None:
    (rule,) = KIT.constraints
    mandates = tuple(KIT.question("mandate").choices)
    always = rule.model_copy(update={"is_": mandates, "excludes": ("embedded",)})
    never = Criterion.model_validate(
        {**KIT.criteria[0].model_dump(by_alias=True), "id": "no", "pattern": "embedded",
         "bands": [{"says": "against", "because": "x"}]}
    )  # fmt: skip
    content = without_rules(constraints=(always,), criteria=(*KIT.criteria, never))
    found = joined(effect_problems(content))
    assert "patterns: embedded: No answers were found for which this pattern is advised." in found
    assert "patterns: federated" not in found


def test_an_answer_that_is_read_and_changes_nothing_is_told() -> None:
    fields = {"id": "idle", "reads": "requests_per_team_month", "role": "leaning", "change": ""}
    criterion = {"bands": [{"says": "neutral", "because": "x"}]}
    first = KIT.criteria[0].model_dump(by_alias=True)
    idle = Criterion.model_validate({**first, **fields, **criterion})
    content = without_rules(criteria=(*KIT.criteria, idle))
    assert joined(effect_problems(content)).splitlines() == [
        "questions: requests_per_team_month: Criteria read this answer, and no value of it changes "
        "a verdict or the advice. Found: idle."
    ]


def test_what_cannot_be_drawn_is_told_with_the_reason() -> None:
    entries = {key: KIT.words._entries[key] for key in KIT.words if key != "overview.title"}
    assert len(entries) < len(KIT.words._entries)
    found = joined(drawing_problems(KIT.model_copy(update={"words": Words(entries)})))
    assert re.search(r"“where_we_stand” of the example \S+ cannot be drawn: KeyError", found)


def test_every_exhibit_of_the_notebooks_is_drawn() -> None:
    names = [name for name, _ in shown()]
    assert set(names) == {
        name
        for path in notebooks()
        for name in re.findall(r"page\.show\(exhibits\.(\w+)", path.read_text("utf-8"))
    }


# -- translations -------------------------------------------------------------------------------


def test_a_translation_that_loses_a_placeholder_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "fr"
    write_starter(folder, "fr")
    path = folder / "words" / "common.yaml"
    text = path.read_text("utf-8")
    path.write_text(
        text.replace("{n} {unit}", "{n}").replace("{first} and {last}", "{first}"), encoding="utf-8"
    )
    assert joined(lost_placeholders(folder)).splitlines() == [
        "words/common.yaml: and: The kit's sentence has {last}, and this one has not.",
        "words/common.yaml: with-unit: The kit's sentence has {unit}, and this one has not.",
    ]


def test_prose_keeps_its_links_and_names_cells_that_there_are() -> None:
    cells = {"next-01": "**Weiter:** [x](03-patterns.ipynb)", "nxt-01": "x"}
    entry = {"01-where-we-stand": {"cells": cells}, "01-where-we-are": {}}
    found = joined(prose_problems(entry))
    assert "next-01: Its links lead elsewhere than those of the kit's cell. Allowed: 02-" in found
    assert "nxt-01: The notebook has no Markdown cell of this id. Did you mean “next-01”?" in found
    assert "01-where-we-are: There is no such notebook. Did you mean “01-where-we-stand”?" in found


def test_coverage_counts_what_is_given_and_what_reads_as_before(tmp_path: Path) -> None:
    folder = tmp_path / "fr"
    write_starter(folder, "fr")
    parts = {part.name: part for part in coverage(folder)}
    assert all(not part.missing for part in parts.values())
    assert not any(part.translated for part in parts.values())
    assert (parts["leads"].texts, parts["leads"].alike, len(parts["leads"].unchanged)) == (
        18,
        3,
        15,
    )
    assert parts["WELCOME.md"].unchanged == ["WELCOME.md"]
    path = folder / "leads.yaml"
    text = path.read_text("utf-8").replace("name: Research-led", "name: Recherche")
    path.write_text(text.replace("  name: Product-led\n", ""), "utf-8")
    (leads,) = (part for part in coverage(folder) if part.name == "leads")
    assert (leads.translated, leads.alike, leads.missing) == (1, 1, ["product.name"])


# -- a folder to begin with ---------------------------------------------------------------------


def test_a_fresh_folder_changes_nothing(tmp_path: Path) -> None:
    write_starter(tmp_path / "ours")
    own = load_content(tmp_path / "ours")
    assert own.version == "1 + ours 1"
    for kind in kinds():
        assert getattr(own, kind) == getattr(KIT, kind), kind
    assert (tmp_path / "ours" / "README.md").is_file()


def test_a_fresh_translation_changes_nothing_and_gives_every_text(tmp_path: Path) -> None:
    write_starter(tmp_path / "fr", "fr")
    content = load_content(tmp_path / "fr")
    assert content.language == "fr"
    for kind in kinds():
        assert getattr(content, kind) == getattr(KIT, kind), kind
    assert {key: content.words(key) for key in KIT.words} == {k: KIT.words(k) for k in KIT.words}


def test_the_examples_in_a_fresh_folder_work_once_they_are_taken_out_of_their_comments(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "ours"
    write_starter(folder)
    for path in folder.rglob("*.yaml"):
        lines = path.read_text("utf-8").splitlines()
        out, inside = [], False
        for line in lines:
            inside = (line == "#" or inside) and line.startswith("#")
            out.append(line[2:] if inside else line)
        path.write_text("\n".join(out) + "\n", "utf-8")
    own = load_content(folder)
    assert {"our-models"} == {c.id for c in own.criteria} - {c.id for c in KIT.criteria}
    assert {"our-friday-release"} == {d.id for d in own.drills} - {d.id for d in KIT.drills}
    assert own.words("common.the-model") == "the ranking model"
    assert own.question("queue_weeks").why != KIT.question("queue_weeks").why
    answers = Answers(model_teams=6, ml_engineers=8, maturity=2)
    assert assess(answers, own).verdicts["centralised"].verdict != "not-yet"
    assert joined(iter(check_content(folder).problems)) == ""


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    done = CliRunner().invoke(app, ["content", "new", str(tmp_path)])
    assert done.exit_code == 2
    assert "nothing is written over" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_the_command_tells_every_problem_and_ends_with_2(tmp_path: Path) -> None:
    run = CliRunner()
    folder = str(tmp_path / "fr")
    assert run.invoke(app, ["content", "new", folder, "--language", "x!"]).exit_code == 2
    assert run.invoke(app, ["content", "new", folder, "--language", "fr"]).exit_code == 0
    words = tmp_path / "fr" / "words" / "common.yaml"
    words.write_text('decimal: ","\nthe-modle: x\n', "utf-8")
    (tmp_path / "fr" / "drills.yaml").write_text("- id: [", "utf-8")
    done = run.invoke(app, ["content", "check", folder])
    assert done.exit_code == 2
    assert "drills.yaml:" in done.stderr
    assert "Did you mean “the-model”?" in done.stderr
    assert "2 problems." in done.stderr


def test_the_command_says_how_much_is_translated(tmp_path: Path) -> None:
    folder = tmp_path / "fr"
    write_starter(folder, "fr")
    (folder / "leads.yaml").unlink()
    (folder / "notebooks.yaml").write_text("no-such-notebook: {}\n", "utf-8")
    done = CliRunner().invoke(app, ["content", "check", str(folder)])
    assert done.exit_code == 2
    assert "leads: 18 missing (research.name, research.brings, research.ships …)" in done.stdout
    assert "There is no such notebook." in done.stderr


def test_a_copy_that_nobody_translated_is_said_to_be_none(tmp_path: Path) -> None:
    write_starter(tmp_path / "fr", "fr")
    check = ["content", "check", str(tmp_path / "fr")]
    done = CliRunner().invoke(app, check)
    assert done.exit_code == 0, done.output
    first, left, alike, *_ = done.stdout.splitlines()
    (texts,) = re.findall(r"Translated: 0 of (\d,\d{3}) texts\.", first)
    counts = [re.findall(r": (\d,\d{3})\b", line)[0] for line in (left, alike)]
    assert left.startswith("Still as in the kit: ")
    assert sum(int(n.replace(",", "")) for n in counts) == int(texts.replace(",", ""))
    assert "leads: 15 as in the kit (research.brings, " in done.stdout
    complete = CliRunner().invoke(app, [*check, "--complete"])
    assert complete.exit_code == 2
    assert f"{counts[0]} problems." in complete.stderr
