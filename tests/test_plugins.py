"""What an installed package adds is used by name, and one that is broken is named."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from conftest import CONSOLE, TOP
from workshop import InputError, exhibits
from workshop.authoring.translation import write_package
from workshop.findings.rules import RULES, check_of

ANSWERS = "queue_weeks: 6\nmodel_teams: 3\n"


def installed(folder: Path) -> dict[str, str]:
    """Put a package on a path as an installer does, and return the environment that sees it."""
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    about = folder / "src" / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    about.mkdir()
    head = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (about / "METADATA").write_text(head, encoding="utf-8")
    lines = []
    for group, entries in project["entry-points"].items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in entries.items())]
    (about / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {**os.environ, "PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"}


def run(
    environment: dict[str, str], *words: str, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from workshop.cli.commands import main; main()", *words]
    return subprocess.run(command, capture_output=True, encoding=CONSOLE, env=environment, cwd=cwd)


def python(environment: dict[str, str], code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding=CONSOLE, env=environment
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "acme-ml"
    write_package(folder)
    (folder.parent / "answers.yaml").write_text(ANSWERS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def environment(package: Path) -> dict[str, str]:
    return installed(package)


def test_the_package_to_begin_with_is_whole(package: Path, environment: dict[str, str]) -> None:
    for path in package.rglob("*.py"):
        ast.parse(path.read_text("utf-8"))
    words = " ".join(p.read_text("utf-8") for p in package.rglob("*.*") if p.is_file())
    assert "MODULE" not in words
    assert "PACKAGE" not in words
    for cwd in (package, package.parent):  # as its README says, and where it was written
        checked = run(environment, "content", "check", "acme-ml", cwd=cwd)
        assert checked.returncode == 0, checked.stderr
    assert "Nothing to mend" in checked.stdout
    assert "Hint" not in checked.stdout


def test_its_own_tests_pass(package: Path, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(package)]
    done = subprocess.run(
        command, capture_output=True, encoding=CONSOLE, env=environment, cwd=package
    )
    assert done.returncode == 0, done.stdout


def test_a_rule_of_a_package_is_found_with_its_words(
    package: Path, environment: dict[str, str]
) -> None:
    answers = str(package.parent / "answers.yaml")
    done = run(environment, "findings", answers, "--content", "acme-ml")
    assert done.returncode == 0, done.stderr
    assert "our own limit is 4" in " ".join(done.stdout.split())
    plain = run(environment, "findings", answers)
    assert "our own limit" not in plain.stdout


def test_an_exhibit_of_a_package_is_an_exhibit_like_any_other(environment: dict[str, str]) -> None:
    code = (
        "from workshop import Answers, assess, exhibits\n"
        "found = assess(Answers(queue_weeks=6.0))\n"
        "print(exhibits.acme_ml_longest_queue(found)._repr_mimebundle_()['text/plain'])"
    )
    assert "A request waits: 6 weeks." in python(environment, code)
    assert not hasattr(exhibits, "acme_ml_longest_queue")


def test_an_exporter_of_a_package_is_a_format_of_the_pack(
    package: Path, environment: dict[str, str]
) -> None:
    code = (
        "from pathlib import Path\n"
        "from workshop import load_content\n"
        "from workshop.answers.reading import read_answers\n"
        "from workshop.pack.build import build_pack\n"
        f"folder = Path({str(package.parent)!r})\n"
        "content = load_content('acme-ml')\n"
        "answers = read_answers(folder / 'answers.yaml', content)\n"
        "made = build_pack(answers, folder / 'pack', formats=['acme_ml-csv'], content=content,\n"
        "                  sources=[])\n"
        "print(*sorted(p.name for p in made.files))"
    )
    assert "findings.csv manifest.json" in python(environment, code)
    table = (package.parent / "pack" / "findings.csv").read_text("utf-8")
    assert "our-queue-limit,watch" in table


BROKEN = {
    "no such module": ("rules", "other = acme_ml.gone:RULES", "ModuleNotFoundError"),
    "no mapping": ("rules", "other = acme_ml:CONTENT", "no mapping of functions"),
    "a rule that another has": ("rules", "other = acme_ml.rules:RULES", "Another package has"),
    "no folder": ("content", "other = acme_ml.rules:RULES", "no path of a folder"),
}


@pytest.mark.parametrize(("group", "entry", "words"), BROKEN.values(), ids=BROKEN)
def test_a_package_that_cannot_be_used_is_named_in_one_message(
    tmp_path: Path, group: str, entry: str, words: str
) -> None:
    folder = tmp_path / "acme-ml"
    write_package(folder)
    environment = installed(folder)
    (points,) = folder.rglob("entry_points.txt")
    text = points.read_text("utf-8")
    points.write_text(
        text.replace(f"[workshop.{group}]", f"[workshop.{group}]\n{entry}"), encoding="utf-8"
    )
    (tmp_path / "answers.yaml").write_text(ANSWERS, encoding="utf-8")
    name = "other" if group == "content" else "acme-ml"
    done = run(environment, "findings", str(tmp_path / "answers.yaml"), "--content", name)
    assert done.returncode == 2
    assert "The package acme-ml cannot be used" in done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    # whoever does not ask for it does not meet it
    assert run(environment, "findings", str(tmp_path / "answers.yaml")).returncode == 0


def test_words_of_a_rule_without_its_function_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "acme-ml"
    write_package(folder)
    done = run(
        dict(os.environ),
        *("findings", str(TOP / "examples" / "three-answers.yaml")),
        *("--content", str(folder / "src" / "acme_ml" / "content")),
    )
    assert done.returncode == 2
    assert "our-queue-limit" in done.stderr
    assert "installed package" in done.stderr


def test_a_rule_that_nobody_has_is_told() -> None:
    assert check_of("nobody-paged") is RULES["nobody-paged"]
    with pytest.raises(InputError, match="Did you mean “nobody-paged”"):
        check_of("nobody-payed")


def test_a_package_is_only_begun_in_a_folder_that_can_be_one(tmp_path: Path) -> None:
    write_package(tmp_path / "ours")
    with pytest.raises(InputError, match="already"):
        write_package(tmp_path / "ours")
    with pytest.raises(InputError, match="No package can be called"):
        write_package(tmp_path / "123")
    command = run(dict(os.environ), "content", "new", str(tmp_path / "Our new"), "--package")
    assert "pip install -e" in command.stdout
    assert "workshop demo --content our-new\n" in command.stdout


def test_the_folder_of_a_package_that_is_not_installed_says_how_to_use_it(tmp_path: Path) -> None:
    write_package(tmp_path / "acme-ml")
    done = run(dict(os.environ), "content", "check", "acme-ml", cwd=tmp_path)
    assert done.returncode == 2
    assert "install it (pip install -e" in done.stderr
    assert "content new" not in done.stderr
