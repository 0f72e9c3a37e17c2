"""Build the workshop in a browser, a folder of files, and serve it.

Python for browsers comes from npm and one compiled package from PyPI, each by version and hash,
once: they are kept in a cache. Everything else is copied from this installation.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import importlib.metadata
import io
import json
import os
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from workshop.content.loader import Content, load_content
from workshop.content.raw import read_yaml
from workshop.documents.fonts import font_folders
from workshop.documents.html import language_tag
from workshop.documents.page import page_style
from workshop.files import __version__, notebooks, write_files
from workshop.problems import InputError, Problem, need_extra

FRONT = Path(__file__).parent / "front"
PYODIDE = (
    "314.0.7",
    "sha512-0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A==",
)
"""The version on npm, and its integrity as npm writes it."""
PYTHON, PLATFORM = "3.14", "pyemscripten_2026_0_wasm32"
"""The Python in Pyodide, and the tag of packages that are compiled for it."""
WHEELS = (
    ("pydantic", "2.14.3", "3f7b347782ab7e4cf4c798496ae3a82787d9f21ec12676a9c564355eeef8daa8"),
    (
        "pydantic-core",
        "2.50.4",
        "e6da138a1ecc1341c8b788a5ee822670b03788e1f5decf7af9d461de6e508b8e",
    ),
)
"""Name, version and SHA-256 on PyPI: these two fit each other and Pyodide."""
LATER = {
    "typst": (
        "typst",
        "0.15.0",
        "019b4282daa892e0a540687efdd2909808a07453700332c7f61a2c1455950ec9",
    ),
    "calamine": (
        "python-calamine",
        "0.9.1",
        "1f9a2f99d65f4cc647f3fc57ff80a2bb492bf8ce66a637b67064d1663697ae21",
    ),
}
"""What is loaded with the first PDF and the first workbook, from PyPI too."""
PACKAGES = (
    *(
        "annotated-types",
        "defusedxml",
        "fonttools",
        "jinja2",
        "markdown-it-py",
        "markupsafe",
        "mdit-py-plugins",
    ),
    *("mdurl", "pyyaml", "sqlalchemy", "typing-extensions", "typing-inspection"),
)
"""Packages in Python alone, as they are installed here."""
LEFT_OUT = """
    sqlalchemy/orm sqlalchemy/testing sqlalchemy/ext sqlalchemy/dialects/mssql
    sqlalchemy/dialects/oracle sqlalchemy/dialects/mysql sqlalchemy/dialects/postgresql pydantic/v1
    pydantic/mypy.py pydantic/experimental pydantic/deprecated/decorator.py pydantic_core/*.pyi
    pydantic_core/*/*.pyi typst/*.pyi typst/py.typed *.dist-info/METADATA *.dist-info/RECORD
    *.dist-info/sboms jinja2/ext.py jinja2/sandbox.py mdit_py_plugins/a[dt]*
    fontTools/[aft]fmLib.py fontTools/cffLib
    fontTools/colorLib fontTools/cu2qu fontTools/designspaceLib fontTools/diff
    fontTools/feaLib/[abepv]*.py fontTools/fontBuilder.py fontTools/merge fontTools/mtiLib
    fontTools/otlLib fontTools/pens/[cms]*.py fontTools/pens/ttGlyphPen.py fontTools/qu2cu
    fontTools/subset fontTools/svgLib fontTools/t1Lib fontTools/ttLib/woff2.py
    fontTools/ttLib/beyond64k.py fontTools/ttLib/re*.py fontTools/ttLib/scaleUpem.py
    fontTools/ttLib/tables/[A-CEFH-Z]_*.py fontTools/ttLib/tables/G__*.py
    fontTools/ttLib/tables/_g_*.py fontTools/ttLib/tables/ttProgram.py fontTools/ttx.py
    fontTools/ufoLib fontTools/unicodedata fontTools/varLib fontTools/voltLib
"""
"""What nothing in a browser asks for."""
STDLIB_LEFT_OUT = """
    _pyrepl asyncio/__main__.py asyncio/proactor_events.py asyncio/tools.py asyncio/windows*.py
    bdb.py cProfile.py cmd.py code.py compileall.py configparser.py doctest.py ensurepip
    fileinput.py ftplib.py http/cookie*.py http/server.py imaplib.py logging/config.py
    logging/handlers.py mailbox.py modulefinder.py multiprocessing/[fhmpqs]*.py
    multiprocessing/connection.py multiprocessing/dummy optparse.py pdb.py pickletools.py
    plistlib.py poplib.py profile* pstats.py pyclbr.py pydoc.py pydoc_data smtplib.py
    socketserver.py symtable.py tabnanny.py tomllib trace.py turtle.py unittest wave.py wsgiref
    xml/dom xmlrpc zipapp.py encodings/big5*.py encodings/cp[5-9]*.py encodings/cp1[01]*.py
    encodings/euc_*.py encodings/gb*.py encodings/hz.py encodings/iso2022*.py encodings/johab.py
    encodings/koi8*.py encodings/kz1048.py encodings/mac_*.py encodings/ptcp154.py
    encodings/shift_*.py encodings/tis_620.py encodings/hp_roman8.py encodings/palmos.py
"""
TYPST = "typst/_typst.abi3.so"
MEASURED = {"GPOS", "cmap", "head", "hhea", "hmtx", "maxp"}
"""The tables of a font that say how wide words are."""
KIT = (
    *("answers", "content", "documents", "exhibits", "findings", "forms", "notebook", "pack"),
    *("session", "web", "widgets"),
)
KIT_LEFT_OUT = (
    *(
        "answers/survey.py",
        "charts.py",
        "content/vocabulary.yaml",
        "documents/notebooks/exporters.py",
    ),
    *("documents/office", "documents/reveal", "findings/output/frames.py", "notebook/share"),
    *("notebook/voila.py", "pack/build.py", "pack/guide.py", "pack/summary.py"),
    *("session/frames.py", "web/build.py", "web/front", "widgets/front"),
)
PAPER = (
    *("font_source_sans_pro/", "fontTools/", "noto_cjk_sans_otc/", "typst", "ziafont/"),
    *("workshop/__init__.pyc", "workshop/documents/"),
)
"""How the paths begin of what prints a document, which needs nothing else."""
PYODIDE_FILES = ("pyodide.mjs", "pyodide.asm.mjs")
WASM, STDLIB, LOCK = "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"
PACKED = ".packed"
"""The end of names of files that the page unpacks, since few hosts compress.

They are compressed with gzip, but named so that no host takes them for a page's encoding.
"""
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; "
    "connect-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'"
)
"""What the page may do: run its own scripts, and ask nobody else for anything."""
DOWNLOADS = (
    *("board.pdf", "findings.pdf", "findings.html", "answers.yaml", "answers.json"),
    *("answers.csv", "findings.json", "session.workshop"),
)
ICONS = (192, 512)
"""The sizes in which browsers want the icon of what they install."""
MASKED = "icon-masked.png"
MARK = "sw.js"
"""The file by which a built folder is known."""


def build(target: Path, content: Path | None = None) -> dict[str, int]:
    """Write the workshop in a browser into a folder; return its files with sizes.

    `content` is a folder of own content that is built in. Raises `InputError` if the folder holds
    something else, or if what it is made of can be fetched neither from the cache nor from npm and
    PyPI.
    """
    if target.exists() and not target.is_dir():
        raise InputError([Problem("This is a file, not a folder.", where=str(target))])
    if target.is_dir() and any(target.iterdir()) and not (target / MARK).is_file():
        message = "This folder holds something else, and nothing is written over."
        raise InputError([Problem(message, where=str(target), suggestion="Name a new folder.")])
    known = load_content(content)
    pyodide, wheels = fetch()
    with tempfile.TemporaryDirectory(prefix="workshop-") as scratch:
        stage = Path(scratch)
        lay_out(stage / "site", wheels, known)
        with zipfile.ZipFile(pyodide / STDLIB) as archive:
            archive.extractall(stage / "stdlib")  # noqa: S202 (its hash was checked)
        _leave_out(stage / "stdlib", STDLIB_LEFT_OUT)
        _run_node([str(FRONT / "compile.mjs"), str(pyodide), str(stage)])
        site = _files(stage / "site")
        paper = [file for file in site if file[0].startswith(PAPER)]
        rest = [file for file in site if not file[0].startswith(PAPER)]
        files = {
            f"{name}{PACKED}": _packed(_tar(part))
            for name, part in (("paper", paper), ("python", rest))
        }
        files[f"pyodide/{STDLIB}{PACKED}"] = _packed(_zip(_files(stage / "stdlib")))
    files |= {f"pyodide/{name}": (pyodide / name).read_bytes() for name in PYODIDE_FILES}
    files[f"pyodide/{WASM}{PACKED}"] = _packed((pyodide / WASM).read_bytes())
    lock = json.loads((pyodide / LOCK).read_text("utf-8"))
    files[f"pyodide/{LOCK}"] = json.dumps({**lock, "packages": {}}).encode()
    later = _later(wheels)
    files |= _front(known, {name: file for name, (file, _) in later.items()})
    version = f"{__version__}-{_digest(files)}"
    worker = (FRONT / MARK).read_text("utf-8").replace("{{ version }}", version)
    files[MARK] = worker.replace("{{ files }}", json.dumps(integrity_of(files))).encode()
    files |= dict(later.values())
    write_files({target / name: data for name, data in files.items()})
    return {name: len(data) for name, data in sorted(files.items())}


def integrity_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return what a browser checks each file by, and the folder as its page."""
    found = {
        name: f"sha256-{base64.b64encode(hashlib.sha256(data).digest()).decode()}"
        for name, data in sorted(files.items())
    }
    return {"./": found["index.html"], **found}


# -- what comes from elsewhere ---------------------------------------------------------------------


def fetch() -> tuple[Path, dict[str, Path]]:
    """Return the folder of Pyodide and the wheels, from the cache if they are there."""
    need_extra("web", "“workshop web build”", {"platformdirs": "platformdirs"})
    import platformdirs

    cache = platformdirs.user_cache_path("ml-ownership-workshop") / "web"
    required = (*WHEELS, *LATER.values())
    return _pyodide(cache), {name: _wheel(cache, name, *rest) for name, *rest in required}


def _pyodide(cache: Path) -> Path:
    """Return the folder of Pyodide, whose package was checked against its hash."""
    version, integrity = PYODIDE
    place = cache / f"pyodide-{version}"
    if place.is_dir():
        return place
    with tempfile.TemporaryDirectory(prefix="workshop-") as scratch:
        package = f"pyodide@{version}"
        _ask("npm", [_program("npm"), "pack", "--silent", package], f"Pyodide {version}", scratch)
        packed = next(Path(scratch).glob("*.tgz")).read_bytes()
        found = f"sha512-{base64.b64encode(hashlib.sha512(packed).digest()).decode()}"
        _check(f"Pyodide {version}", found, integrity)
        made = Path(scratch, "made")
        made.mkdir()
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            for name in (*PYODIDE_FILES, WASM, STDLIB, LOCK, "package.json"):
                data = archive.extractfile(f"package/{name}")
                (made / name).write_bytes(data.read() if data else b"")
        cache.mkdir(parents=True, exist_ok=True)
        shutil.copytree(made, place, dirs_exist_ok=True)
    return place


def _wheel(cache: Path, name: str, version: str, sha256: str) -> Path:
    """Return a wheel from the cache, or from PyPI through pip."""
    pattern = f"{name.replace('-', '_')}-{version}-*.whl"
    what = f"{name} {version}"
    for known in cache.glob(pattern):
        _check(what, hashlib.sha256(known.read_bytes()).hexdigest(), sha256)
        return known
    need_extra("web", "“workshop web build”", {"pip": "pip"})
    with tempfile.TemporaryDirectory(prefix="workshop-") as scratch:
        listed = Path(scratch, "wanted.txt")
        listed.write_text(f"{name}=={version} --hash=sha256:{sha256}\n", "utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--disable-pip-version-check", "--only-binary", ":all:", "--dest", scratch]
        command += ["--python-version", PYTHON, "--implementation", "cp"]
        command += ["--abi", f"cp{PYTHON.replace('.', '')}", "--platform", PLATFORM]
        _ask("PyPI", [*command, "--requirement", str(listed)], what, scratch)
        found = next(Path(scratch).glob("*.whl"))
        cache.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy(found, cache))


def _check(what: str, found: str, expected: str) -> None:
    if found != expected:
        message = f"{what} is not the file that the kit was tested with: its hash is another one."
        hint = "Empty the cache and build again. If it says the same, do not use what was fetched."
        raise InputError([Problem(message, value=found, allowed=expected, suggestion=hint)])


def _program(name: str) -> str:
    """Return the path of a program of Node.js."""
    found = shutil.which(name)
    if found is None:
        message = f"“workshop web build” needs Node.js, and there is no {name} here."
        hint = "Install Node.js 20 or newer with npm; the built folder needs neither."
        raise InputError([Problem(message, suggestion=hint)])
    return found


def _run(command: list[str], folder: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program; what it prints is for a message, so no byte of it is an error."""
    return subprocess.run(  # noqa: S603
        command, cwd=folder, capture_output=True, check=False, encoding="utf-8", errors="replace"
    )


def _ask(where: str, command: list[str], what: str, folder: str) -> None:
    """Fetch something with a registry's own client."""
    done = _run(command, folder)
    if done.returncode:
        output = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        message = f"{what} could not be fetched from {where}."
        hint = (
            "Build once on a computer that reaches npm and PyPI. The folder can then be copied, "
            "and what was fetched is kept in the cache for the next build."
        )
        raise InputError([Problem(message, value=output[-1] if output else "", suggestion=hint)])


def _run_node(arguments: list[str]) -> None:
    command = [_program("node"), *arguments]
    done = _run(command)
    if done.returncode:
        output = [line for line in done.stderr.splitlines() if line.strip()]
        message = "Node.js could not compile the Python files."
        hint = "Use Node.js 20 or newer."
        raise InputError([Problem(message, value=output[-1] if output else "", suggestion=hint)])


# -- what is laid out for Python -------------------------------------------------------------------


def lay_out(site: Path, wheels: Mapping[str, Path], content: Content) -> None:
    """Write everything that Python needs in a browser into a folder, as sources."""
    for name in (*(name for name, *_ in WHEELS), "typst"):
        with zipfile.ZipFile(wheels[name]) as archive:
            archive.extractall(site)  # noqa: S202 (its hash was checked)
    (site / TYPST).write_bytes(b"")  # its place, until the first PDF
    for package in PACKAGES:
        for file in importlib.metadata.files(package) or ():
            if file.suffix == ".py" and ".." not in file.parts:
                _copy(Path(str(file.locate())), site / file)
    _leave_out(site, LEFT_OUT)
    kit = Path(__file__).parents[1]
    for module in kit.glob("*.py"):
        _copy(module, site / "workshop" / module.name)
    for part in KIT:
        for path in sorted((kit / part).rglob("*")):
            inside = path.relative_to(kit)
            left_out = any(inside.is_relative_to(one) for one in KIT_LEFT_OUT)
            if path.is_file() and "__pycache__" not in path.parts and not left_out:
                _copy(path, site / "workshop" / inside)
    for path in notebooks():
        _copy(path, site / "workshop" / "_kit" / "notebooks" / path.name)
    _as_json(site / "workshop" / "content")
    if content.own_folder is not None:
        shutil.copytree(content.folder, site / "own")
        _as_json(site / "own")
    _fonts(site)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _as_json(folder: Path) -> None:
    """Write YAML files as JSON, which is YAML too and read much quicker."""
    for path in folder.rglob("*.yaml"):
        data = read_yaml(path)
        if isinstance(data, dict | list):
            path.write_text(json.dumps(data, ensure_ascii=False, default=str), "utf-8")


def _leave_out(folder: Path, unused: str) -> None:
    """Remove the files and folders that match any of these patterns."""
    for pattern in unused.split():
        for path in folder.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _font_files() -> dict[str, tuple[Path, ...]]:
    """Return the font files that paper is set with, by the package that holds them."""
    reading, signs, cjk = font_folders()
    cuts = [f"{weight}{slant}" for weight in ("", "Semibold", "Bold") for slant in ("", "It")]
    names = [f"SourceSansPro-{cut or 'Regular'}" for cut in cuts]
    return {
        "font_source_sans_pro/files": tuple(
            reading / f"{name}.{kind}" for name in names for kind in ("otf", "ttf")
        ),
        "ziafont/fonts": (signs / "DejaVuSans.ttf",),
        "noto_cjk_sans_otc": (cjk / "NotoSansCJK-Regular.ttc",),
    }


def _fonts(site: Path) -> None:
    """Write the widths and characters of the fonts; shapes come with the first PDF."""
    from fontTools.ttLib import TTFont

    for home, files in _font_files().items():
        package = home.partition("/")[0]
        _copy(Path(__file__).with_name("__init__.py"), site / package / "__init__.py")
        (site / home).mkdir(exist_ok=True)
        for file in files:
            if file.suffix == ".otf" or "Bold" in file.stem:
                continue
            tables = {"cmap", "maxp"} if file.suffix == ".ttc" else MEASURED
            with TTFont(file, lazy=True, fontNumber=0, recalcBBoxes=False) as font:
                for table in {*font.keys()} - tables - {"GlyphOrder"}:
                    del font[table]
                font.save(site / home / file.name)


def _later(wheels: Mapping[str, Path]) -> dict[str, tuple[str, bytes]]:
    """Return file name and bytes of what is not loaded until it is needed, by name."""
    made = {}
    with zipfile.ZipFile(wheels["python-calamine"]) as archive:
        made["calamine"] = _tar((name, archive.read(name)) for name in archive.namelist())
    homes = _font_files()
    large = {"noto_cjk_sans_otc": homes.pop("noto_cjk_sans_otc")}
    for name, fonts in (("fonts", homes), ("cjk", large)):
        made[name] = _tar(
            (f"{home}/{file.name}", file.read_bytes())
            for home, files in fonts.items()
            for file in files
        )
    packed = {name: _packed(data) for name, data in made.items()}
    packed["typst"] = _packed_as_it_is(wheels["typst"], TYPST)
    return {
        name: (f"later/{name}-{_digest({name: data})}{PACKED}", data)
        for name, data in packed.items()
    }


def _digest(files: Mapping[str, bytes]) -> str:
    """Return a short fingerprint of files."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + files[name])
    return digest.hexdigest()[:12]


def _files(folder: Path) -> list[tuple[str, bytes]]:
    """Return names and bytes of all files in a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(path.relative_to(folder).as_posix(), path.read_bytes()) for path in files]


def _packed(data: bytes) -> bytes:
    return gzip.compress(data, 6, mtime=0)  # 9 takes three times as long, for a hundredth


def _packed_as_it_is(wheel: Path, name: str) -> bytes:
    """Return a file of a wheel, which is compressed in it as gzip does."""
    with zipfile.ZipFile(wheel) as archive:
        about = archive.getinfo(name)
    with wheel.open("rb") as file:
        file.seek(about.header_offset)
        file.seek(sum(struct.unpack("<26xHH", file.read(30))), os.SEEK_CUR)
        data = file.read(about.compress_size)
    end = struct.pack("<II", about.CRC, about.file_size)
    return gzip.compress(b"", mtime=0)[:10] + data + end


def _tar(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return files as a tar archive; the same files give the same bytes."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in files:
            about = tarfile.TarInfo(name)
            about.size = len(data)
            archive.addfile(about, io.BytesIO(data))
    return made.getvalue()


def _zip(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return files as an uncompressed zip archive, as Python imports from it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data)
    return made.getvalue()


# -- the page --------------------------------------------------------------------------------------


def _front(content: Content, later: Mapping[str, str]) -> dict[str, bytes]:
    """Return page, scripts and style, in the words of the content."""
    prefix, words = "web.", content.words
    texts: dict[str, str] = {
        key.removeprefix(prefix): words(key) for key in words if key.startswith(prefix)
    }
    texts |= {"bar": words("steps.screen-bar"), "undo": words("steps.screen-undo")}
    own = "/site/own" if content.own_folder else ""
    data = {**texts, "content": own, "version": __version__, "later": later}
    shells = Environment(autoescape=True, undefined=StrictUndefined)
    page = shells.from_string((FRONT / "index.html").read_text("utf-8")).render(
        language=language_tag(content.language),
        policy=POLICY,
        words={key.replace("-", "_"): value for key, value in texts.items()},
        data=Markup(json.dumps(data).replace("<", "\\u003c")),  # noqa: S704 (no markup in it)
        files=[(name, texts[f"save-{name.replace('.', '-')}"]) for name in DOWNLOADS],
    )
    sheets = (_kit_file("widgets/front/live.css"), _kit_file("web/front/web.css"))
    png = {"type": "image/png"}
    manifest = {
        "id": "./",
        "name": texts["title"],
        "short_name": texts["short"],
        "description": texts["description"],
        "lang": language_tag(content.language),
        "start_url": "./",
        "display": "standalone",
        "icons": [
            {"src": "icon.svg", "type": "image/svg+xml", "sizes": "any"},
            *({"src": f"icon-{n}.png", "sizes": f"{n}x{n}", **png} for n in ICONS),
            {"src": MASKED, "sizes": "512x512", "purpose": "maskable", **png},
        ],
    }
    return {
        "index.html": page.encode(),
        "app.js": (FRONT / "app.js").read_bytes(),
        **{name: (FRONT / name).read_bytes() for name in ("worker.js", "paper.js", "python.js")},
        "live.js": _kit_file("widgets/front/live.js").encode(),
        "style.css": "\n".join((page_style(), *sheets)).encode(),
        "icon.svg": (FRONT / "icon.svg").read_bytes(),
        **{f"icon-{n}.png": _icon(n) for n in ICONS},
        MASKED: _icon(512, masked=True),
        "manifest.webmanifest": json.dumps(manifest, ensure_ascii=False).encode(),
    }


def _icon(size: int, *, masked: bool = False) -> bytes:
    """Return the icon as PNG; one that a system masks by itself fills its corners."""
    from defusedxml.ElementTree import parse  # type: ignore[import-untyped]
    from PIL import Image, ImageDraw

    drawing = parse(FRONT / "icon.svg").getroot()
    fine = 4 * size  # drawn larger, then made smaller: so edges are smooth
    scale = fine / float(drawing.get("viewBox").split()[2])
    image = Image.new("RGBA", (fine, fine))
    pen, fill = ImageDraw.Draw(image), ""
    for shape in drawing.iter():
        fill = shape.get("fill", fill)
        x, y, r, rx = (float(shape.get(key, 0)) * scale for key in ("cx", "cy", "r", "rx"))
        if shape.tag.endswith("}rect"):
            pen.rounded_rectangle((0, 0, fine, fine), 0 if masked else rx, fill)
        elif shape.tag.endswith("}circle"):
            pen.circle((x, y), r, fill)
    made = io.BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(made, "PNG", optimize=True)
    return made.getvalue()


def _kit_file(name: str) -> str:
    return (Path(__file__).parents[1] / name).read_text("utf-8")


# -- serving it on this computer -----------------------------------------------------------------

LOCAL = "127.0.0.1"
TRIES = 20
"""How many ports are tried, from the first one on."""


class _Handler(SimpleHTTPRequestHandler):
    extensions_map = {  # noqa: RUF012 (as the standard library has it)
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".webmanifest": "application/manifest+json",
    }

    def send_head(self) -> Any:
        """Send a file whole: its time has seconds, and two builds may lie within one."""
        del self.headers["If-Modified-Since"]
        return super().send_head()

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", f"{POLICY}; frame-ancestors 'none'")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def list_directory(self, path: Any) -> None:  # noqa: ARG002
        """Show no list of files."""
        self.send_error(404)

    def log_message(self, *args: object) -> None:
        """Log nothing."""


def serve(folder: Path, port: int, on_ready: Callable[[str], None]) -> None:
    """Serve a built folder on this computer until Ctrl-C.

    Takes the first free port from `port` on, and tells `on_ready` the address. Raises `InputError`
    if the folder was not built, or no port is free.
    """
    with open_server(folder, port) as server:
        on_ready(f"http://{LOCAL}:{server.server_port}/")
        server.serve_forever()


def open_server(folder: Path, port: int) -> ThreadingHTTPServer:
    """Return a server for a built folder that listens already."""
    if not (folder / MARK).is_file():
        message = "There is no workshop for a browser in this folder."
        hint = f"Build it first: workshop web build {folder}"
        raise InputError([Problem(message, where=str(folder), suggestion=hint)])
    handler = partial(_Handler, directory=str(folder))
    for number in (port + n for n in range(TRIES if port else 1)):
        try:
            return ThreadingHTTPServer((LOCAL, number), handler)
        except OSError:
            continue
    message = f"No port from {port} to {port + TRIES - 1} is free."
    raise InputError([Problem(message, "port", suggestion="Choose another one with --port.")])
