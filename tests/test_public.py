"""What somebody meets who imports the package: errors, how things read in Python, what is shown."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import TOP
from workshop import Answers, Assessment, InputError, assess, load_content
from workshop.answers.reading import read_answers
from workshop.files import example
from workshop.findings.finding import SEVERITIES


@pytest.fixture(scope="module")
def tidewater() -> Assessment:
    return assess(read_answers(example("tidewater-retail")))


def test_answers_that_need_mending_say_everything_in_the_kits_own_words() -> None:
    wrong: dict[str, Any] = {
        "model_teams": "many",
        "modl": "x",
        "earlier": {"answers": {"maturity": 9}},
    }
    with pytest.raises(InputError) as caught:
        Answers(**wrong)
    names = {problem.name for problem in caught.value.problems}
    assert names == {"model_teams", "modl", "earlier.answers.maturity"}
    with pytest.raises(InputError) as other:
        Answers.from_parameters({"model_teams": "many"})
    assert other.value.problems[0] in caught.value.problems


def test_what_holds_much_reads_in_a_line(tidewater: Assessment) -> None:
    assert len(repr(tidewater)) < 200
    assert "Tidewater Retail" in repr(tidewater)
    assert "3 critical" in repr(tidewater)
    assert repr(assess(Answers())) == "<Assessment: nothing advised, nothing found>"
    content = load_content()
    assert len(repr(content)) < 200 + len(str(content.folder))
    assert str(content) == repr(content)
    assert len(repr(tidewater.answers)) < 500
    assert repr(Answers(lead="research", duties={"paged": "data"})) == (  # type: ignore[arg-type]
        "Answers(lead='research', duties={'paged': 'data'})"
    )


def test_an_assessment_shows_advice_verdicts_and_findings_by_severity(
    tidewater: Assessment,
) -> None:
    shown: Any = tidewater._repr_mimebundle_()
    html, plain = shown["text/html"], " ".join(shown["text/plain"].split())
    for pattern in tidewater.content.patterns:
        assert pattern.name in html
    places = [plain.index(" ".join(f.statement.split())) for f in tidewater.findings]
    assert [f.severity for f in tidewater.findings] == sorted(
        (f.severity for f in tidewater.findings), key=SEVERITIES.index
    )
    assert places == sorted(places)


def test_an_assessment_in_another_language_shows_itself_in_that_language() -> None:
    german = load_content(TOP / "examples" / "content-de")
    shown: Any = assess(Answers(model_teams=6), german)._repr_mimebundle_()
    assert "Föderiert" in shown["text/plain"]
    assert "not judged" not in shown["text/plain"]


def test_entries_of_content_can_be_kept_in_sets(tidewater: Assessment) -> None:
    content = load_content()
    assert len({*content.rules, *content.rules}) == len(content.rules)
    assert len(set(tidewater.verdicts.values())) == len(tidewater.verdicts)
    assert len(set(tidewater.drills)) == len(content.drills)


def test_records_of_an_assessment_can_be_keys_and_members_of_sets(tidewater: Assessment) -> None:
    again = assess(read_answers(example("tidewater-retail")))
    for one, other in (
        (tidewater, again),
        (tidewater.answers, again.answers),
        *zip(tidewater.votes, again.votes, strict=True),
        *zip(tidewater.options, again.options, strict=True),
        *zip(tidewater.answers.decisions or (), again.answers.decisions or (), strict=True),
    ):
        assert one is not other
        assert len({one, other}) == 1
    assert len({f.id: f for f in tidewater.findings}) == len(set(tidewater.findings))
