"""Only what is used is imported, and only what is used need be installed."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from conftest import CONSOLE, TOP
from workshop.batch.engine import PRELOAD
from workshop.files import preload
from workshop.notebook.servers import LIVE

HEAVY = "jupyterlab voila fastapi sqlalchemy pandas matplotlib IPython nbformat papermill typst"


def loaded(code: str) -> set[str]:
    """Return the packages that are in memory after some code, in a process of its own."""
    code += "\nimport sys; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding=CONSOLE, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "code",
    [
        "import workshop.cli.commands",
        "from workshop import Answers, assess; assess(Answers(model_teams=6, queue_weeks=3.0))",
        "from pathlib import Path\n"
        "from workshop.answers.reading import read_answers\n"
        "read_answers(Path('examples/tidewater-retail.yaml'))",
    ],
)
def test_answers_and_findings_import_nothing_that_they_do_not_use(code: str) -> None:
    assert not loaded(f"import os; os.chdir({str(TOP)!r})\n{code}") & set(HEAVY.split())


@pytest.mark.parametrize("more", ["", ", '--json'"])
def test_findings_of_a_whole_file_import_no_library_of_numbers_or_pictures(more: str) -> None:
    file = str(TOP / "examples" / "tidewater-retail.yaml")
    code = (
        "import contextlib, io, sys\n"
        f"sys.argv = ['workshop', 'findings', {file!r}{more}]\n"
        "from workshop.cli.commands import main\n"
        "said = io.TextIOWrapper(io.BytesIO(), 'utf-8')\n"
        "with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):\n"
        "    main()\n"
        "said.flush()\n"
        "assert len(said.buffer.getvalue()) > 1000\n"
    )
    assert not loaded(code) & {*HEAVY.split(), "numpy", "fontTools"}


def test_documents_import_nothing_that_they_do_not_use() -> None:
    code = (
        "import pkgutil, importlib, workshop.documents as d\n"
        "for found in pkgutil.walk_packages(d.__path__, d.__name__ + '.'):\n"
        "    if not {'office', 'exporters'} & set(found.name.split('.')):\n"
        "        importlib.import_module(found.name)\n"
    )
    found = loaded(code)
    assert "workshop" in found
    assert not found & {*HEAVY.split(), "numpy", "docx", "pptx", "nbconvert"}


@pytest.mark.parametrize("name", [*preload(), *LIVE, *PRELOAD])
def test_what_is_imported_beforehand_is_there(name: str) -> None:
    module, _, function = name.partition(":")
    imported = importlib.import_module(module)
    assert not function or callable(getattr(imported, function))


def without(modules: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as if these modules were not installed."""
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({modules.split()!r}))\n"
        "from workshop.cli import main; main()"
    )
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, encoding=CONSOLE, check=False
    )


@pytest.mark.parametrize(
    ("extra", "modules", "arguments"),
    [
        ("room", "fastapi uvicorn", "room {place}/session.workshop --ip 127.0.0.1"),
        ("app", "voila", "app {place}/ours --no-browser"),
        ("office", "docx", "pack {example} --format docx -o {place}/pack"),
        ("office", "pptx", "batch {example} --format pptx -o {place}/batch"),
        ("cluster", "distributed", "batch {example} -o {place}/batch --scheduler tcp://x:1"),
        ("cluster", "fsspec", "batch {example} -o {place}/batch --packs s3://x/y"),
        ("parquet", "pyarrow", "batch {example} -o {place}/batch --parquet"),
        ("web", "platformdirs", "web build {place}/web"),
        ("postgresql", "psycopg", "answers postgresql://nobody@x.invalid/d?session=s"),
    ],
)
def test_a_command_without_its_extra_says_how_to_get_it_and_makes_nothing(
    tmp_path: Path, extra: str, modules: str, arguments: str
) -> None:
    example = TOP / "examples" / "three-answers.yaml"
    words = arguments.format(place=tmp_path, example=example).split()
    ended = without(modules, *words)
    assert ended.returncode == 2, ended.stderr
    assert ended.stderr.count("pip install") == 1
    assert f'pip install "ml-ownership-workshop[{extra}]"' in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_all_extras_are_in_all_but_parquet_which_is_as_large_as_all_others() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    chosen = sorted(set(extras) - {"all", "docs", "parquet", "test"})
    assert extras["all"] == [f"ml-ownership-workshop[{','.join(chosen)}]"]
