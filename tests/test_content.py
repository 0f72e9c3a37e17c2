"""The content is whole: every id resolves, every claim has a source, nothing lies unused."""

from __future__ import annotations

import itertools
import re
import shutil
import string
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import workshop
from conftest import TOP
from workshop import Answers, Content, load_content
from workshop.answers.schema import NAMES, lookup
from workshop.content import loader
from workshop.content.loader import FOLDER
from workshop.content.raw import RawItem
from workshop.files import folder

SITUATIONS = {
    "builders-own-production",
    "consumers-without-ml-skill",
    "enabling-people",
    "narrow-rails",
    "own-machines",
    "queue",
    "rails-bypassed",
    "shadow-infrastructure",
    "thrown-over-the-wall",
    "under-powered-platform",
}
"""What a published case may illustrate beside the patterns of its reading."""
CONTENT = load_content()
KINDS = {k: v for k in Content.model_fields if isinstance(v := getattr(CONTENT, k), tuple)}


def items() -> list[tuple[str, BaseModel]]:
    return [(kind, item) for kind, values in KINDS.items() for item in values]


def keys_of(item: Any) -> list[str]:
    found: list[str] = []
    for name in type(item).model_fields:
        value = getattr(item, name)
        if name in ("sources", "named_by"):
            found += value
        elif isinstance(value, BaseModel):
            found += keys_of(value)
        elif isinstance(value, tuple):
            found += [k for v in value if isinstance(v, BaseModel) for k in keys_of(v)]
    return found


def name_of(item: Any) -> str:
    return str(getattr(item, "id", getattr(item, "key", getattr(item, "value", item))))


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in ("contests", "combinations")])
def test_no_name_stands_twice(kind: str) -> None:
    counts = Counter(name_of(item) for item in KINDS[kind])
    assert [name for name, n in counts.items() if n > 1] == []
    assert counts


def test_every_source_key_resolves() -> None:
    known = {s.key for s in CONTENT.sources}
    for kind, item in items():
        for key in keys_of(item):
            assert key.split(" ")[0] in known, f"{kind} {name_of(item)}: {key}"


def test_every_source_is_used() -> None:
    used = {k.split(" ")[0] for _, item in items() for k in keys_of(item)}
    assert {s.key for s in CONTENT.sources} == used


def test_a_place_after_a_key_is_one_that_its_source_lists_and_each_listed_place_is_used() -> None:
    used: dict[str, set[str]] = {}
    for kind, item in items():
        for written in keys_of(item):
            key, gap, place = written.partition(" §")
            assert (bool(gap), " " in place) == (bool(place), False), f"{name_of(item)}: {written}"
            if place:
                used.setdefault(key, set()).add(place)
                assert place in CONTENT.source(key).places, f"{kind} {name_of(item)}: {written}"
            else:
                assert not CONTENT.source(key).places, f"{kind} {name_of(item)}: say where in {key}"
    assert used == {s.key: set(s.places) for s in CONTENT.sources if s.places}


def test_no_source_stands_twice_behind_one_claim() -> None:
    for kind, item in items():
        sources = getattr(item, "sources", ())
        assert len(set(sources)) == len(sources), f"{kind} {name_of(item)}"


def test_every_answer_that_content_reads_is_asked() -> None:
    asked = {q.id for q in CONTENT.questions}
    reads = [c.reads for c in CONTENT.criteria] + [c.reads for c in CONTENT.constraints]
    reads += [n for c in CONTENT.criteria for n in (*c.only_if, *c.unless)]
    reads += [n for c in CONTENT.contests for n in c.decided_by]
    reads += [n for b in CONTENT.blind_spots for n in b.reads]
    reads += [n for r in CONTENT.rules for n in r.reads]
    for kind in (CONTENT.sources, CONTENT.claims, CONTENT.facts, CONTENT.drills, CONTENT.questions):
        reads += [n for item in kind for n in item.when]
    for name in reads:
        assert name in asked | {"basis"}, name
        lookup(Answers(), name)


def test_every_answer_has_its_question_and_every_choice_its_words() -> None:
    assert {q.id.split(".")[0] for q in CONTENT.questions} == set(NAMES) - {"basis"}
    import typing

    for name, info in Answers.model_fields.items():
        for kind in typing.get_args(info.annotation):
            if typing.get_origin(kind) is typing.Literal:
                assert set(CONTENT.question(name).choices) == set(typing.get_args(kind))


def test_the_bands_of_a_criterion_cover_its_input_without_overlap() -> None:
    for c in CONTENT.criteria:
        choices = [v for b in c.bands for v in b.is_]
        if choices:
            assert len(choices) == len(set(choices))
            assert set(choices) == set(CONTENT.question(c.reads).choices), c.id
            continue
        ordered = sorted(c.bands, key=lambda b: b.from_ or 0)
        for one, next_one in itertools.pairwise(ordered):
            assert one.below == next_one.from_, c.id
        assert ordered[-1].below is None, c.id


def test_each_criterion_says_what_to_do_or_what_would_have_to_change() -> None:
    for c in CONTENT.criteria:
        against = any(b.says == "against" for b in c.bands)
        assert bool(c.condition) == (c.role in ("condition", "growth")), c.id
        assert bool(c.change) == (c.role == "needed" and against), c.id


def test_the_domains_parts_are_complete() -> None:
    counts = {kind: len(values) for kind, values in KINDS.items()}
    assert counts["patterns"] == 4
    assert counts["leads"] == 3
    assert counts["duties"] == 5
    assert counts["diagnostics"] == 3
    assert counts["knowledge"] == 3
    assert counts["maturity"] == 5
    assert counts["mandates"] == 5
    assert counts["tensions"] == 18
    assert counts["blind_spots"] == 5
    assert counts["breakages"] == 3


def test_every_drill_names_the_knowledge_it_needs_and_goes_minute_by_minute() -> None:
    for drill in CONTENT.drills:
        assert drill.needs
        assert [m.minute for m in drill.moments] == [0, 15, 60]


def test_each_case_with_an_example_has_its_file_and_each_file_its_case() -> None:
    named = {c.answers for c in CONTENT.cases if c.answers}
    files = {f"cases/{p.name}" for p in (folder("examples") / "cases").glob("*.yaml")}
    assert {n if n.startswith("cases/") else f"cases/{n}" for n in named} == files
    assert len(files) >= 5


def test_each_case_illustrates_the_patterns_of_its_reading_and_known_situations() -> None:
    shown = {name for case in CONTENT.cases for name in case.illustrates}
    assert shown - {p.id for p in CONTENT.patterns} == SITUATIONS
    for case in CONTENT.cases:
        assert set(case.patterns) == set(case.illustrates) & {p.id for p in CONTENT.patterns}


def test_the_words_of_the_interface_are_sentences_with_known_placeholders() -> None:
    for key in CONTENT.words:
        assert re.fullmatch(r"[a-z0-9-]+\.[a-z0-9_-]+", str(key)), key
        entry = CONTENT.words._entries[key]
        forms = entry.values() if isinstance(entry, dict) else [entry]
        fields = [{f for _, f, _, _ in string.Formatter().parse(str(form)) if f} for form in forms]
        if isinstance(entry, dict):
            assert set(entry) - {"two"} == {"one", "other"}, key
            assert all(form <= fields[-1] | {"n"} for form in fields), key


def test_of_two_a_sentence_says_both() -> None:
    said = [CONTENT.words("board.nothing-urgent", n=n, first="x") for n in (1, 2, 3)]
    assert [words.split(" urgent")[0] for words in said] == ["The", "Both", "All 3"]
    without = [CONTENT.words("votes.asked", n=n) for n in (2, 3)]
    assert [words[0] for words in without] == ["2", "3"], "most sentences have two forms"


def test_every_word_that_code_asks_for_exists_and_none_lies_unused() -> None:
    package = Path(workshop.__file__).parent
    source = "\n".join(p.read_text("utf-8") for p in package.rglob("*.py"))
    asked = set(re.findall(r'\b(?:_|text|words)\(\s*"([a-z0-9-]+\.[a-z0-9_-]+)"', source))
    missing = {k for k in asked if k not in CONTENT.words}
    assert not missing
    starts = tuple(re.findall(r"f[\"']([a-z0-9-]+\.[a-z0-9_-]*)\{", source))
    whole = set(re.findall(r'"([a-z0-9-]+\.[a-z0-9_-]+)"', source))
    starts += ("web.save-",)  # a word for each file that the page gives
    files = {k.removeprefix("portfolio-files.") for k in CONTENT.words if "portfolio-files." in k}
    instead = {f"portfolio.{k}" for k in files - {"from-groups"}}
    assert instead <= set(CONTENT.words), "they stand in place of these"
    starts += ("portfolio-files.",)
    front = "\n".join(p.read_text("utf-8") for p in (package / "web").rglob("*.*[!c]"))
    named = re.findall(r"\bwords\.([a-z_]+)|\"([a-z-]+)\"", front, re.IGNORECASE)
    whole |= {f"web.{(one or other).replace('_', '-')}" for one, other in named}
    unused = {k for k in CONTENT.words if k not in whole and not str(k).startswith(starts)}
    assert not unused


def test_content_holds_only_data_and_the_modules_that_read_it() -> None:
    for path in FOLDER.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert path.suffix == ".yaml" or (path.suffix == ".py" and path.parent == FOLDER)


def test_no_page_names_a_working_paper_of_ours() -> None:
    for path in [*FOLDER.rglob("*.yaml"), *(TOP / "notebooks").glob("*.ipynb")]:
        assert not re.search(r"\b(DOMAIN|EVIDENCE|CASES|DESIGN)\.md\b", path.read_text("utf-8"))


def test_content_is_read_once_and_kept_until_a_file_of_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, read = tmp_path / "__pycache__" / "kept", []
    monkeypatch.setattr(sys, "dont_write_bytecode", False)

    def cached() -> loader.Content:
        return loader._cached(place, lambda folder: read.append(folder) or loader._read(folder))

    first, second = cached(), cached()
    assert read == [loader.FOLDER]
    apart = {"words"}
    assert first.model_dump(exclude=apart) == second.model_dump(exclude=apart)
    assert vars(first.words) == vars(second.words)
    for damaged in (place.read_bytes()[:-9], loader._fingerprint() + b"cnowhere\nNothing\n."):
        place.write_bytes(damaged)
        assert cached().rules == first.rules
    assert len(read) == 3
    before, changed = loader._fingerprint(), tmp_path / "content"
    shutil.copytree(loader.FOLDER, changed, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(loader, "FOLDER", changed)
    moved = loader._fingerprint()
    with (changed / "rules" / "5-handoffs.yaml").open("a", encoding="utf-8") as file:
        file.write("# another line\n")
    assert len({before, moved, loader._fingerprint()}) == 3
    assert cached().folder == changed
    assert len(read) == 4


def test_content_is_kept_nowhere_if_bytecode_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert loader._cached(tmp_path / "kept", loader._read).rules
    assert not list(tmp_path.iterdir())


def test_a_copy_with_other_items_forgets_what_was_derived_from_the_old_ones(
    content: Content,
) -> None:
    name = content.questions[0].id
    assert content.question(name)
    assert content.criteria_of
    other = content.model_copy(update={"questions": content.questions[1:], "criteria": ()})
    with pytest.raises(KeyError):
        other.question(name)
    assert not any(other.criteria_of.values())


def test_a_step_without_minutes_is_told_where_they_belong() -> None:
    step = {"id": "more", "part": 4, "kind": "form", "title": "X", "about": "Y.", "questions": []}
    (problem,) = loader._item_problems("steps", RawItem("steps.yaml", step), [])
    assert str(problem).startswith("steps.yaml: more.minutes: This field is missing.")
    assert "agendas.yaml" in str(problem)
