"""Python in the workshop that runs in a browser: under node, and left out of it."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from workshop.web.build import PACKED, TYPST, integrity_of
from workshop.web.walk import Walk

NODE = shutil.which("npm") and shutil.which("node")


RUN = """
import fs from "node:fs";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
const [, , folder, pyodide, code, given] = process.argv;
try {
  const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`));
  const py = await loadPyodide({ indexURL: `${pyodide}/` });
  const read = (name) => new Uint8Array(fs.readFileSync(`${folder}/${name}`));
  const lay = (name) => py.unpackArchive(read(name), "gztar", { extractDir: "/site" });
  for (const name of ["paper", "python"]) lay(`${name}.packed`);
  const later = fs.readdirSync(`${folder}/later`);
  py.globals.set("load", (names) => {
    for (const name of names.toJs()) {
      const file = `later/${later.find((one) => one.startsWith(`${name}-`))}`;
      if (name === "typst") py.FS.writeFile("/site/{{ typst }}", gunzipSync(read(file)));
      else lay(file);
    }
  });
  py.FS.mkdirTree("/data");
  py.globals.set("given", fs.readFileSync(given, "utf-8"));
  fs.writeFileSync(given, await py.runPythonAsync(fs.readFileSync(code, "utf-8")));
} catch (error) {
  fs.writeFileSync(given, JSON.stringify({ error: error.message }));
}
""".replace("{{ typst }}", TYPST)


def run_in_node(folder: Path, code: str, given: Any, scratch: Path) -> Any:
    """Return the JSON that Python code gives in the built folder's Python.

    The code gets `given`, and `load` for what is loaded later.
    """
    (scratch / "run.mjs").write_text(RUN, encoding="utf-8")
    (scratch / "code.py").write_text(code, "utf-8")
    (scratch / "given.json").write_text(json.dumps(given), "utf-8")
    pyodide = Path(shutil.copytree(folder / "pyodide", scratch / "pyodide", dirs_exist_ok=True))
    for path in pyodide.glob(f"*{PACKED}"):
        path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
    names = [str(scratch / name) for name in ("pyodide", "code.py", "given.json")]
    command = ["node", str(scratch / "run.mjs"), str(folder), *names]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr[-1000:]
    made = json.loads((scratch / "given.json").read_text("utf-8"))
    assert "error" not in made, made["error"]
    return made


QUICK = """
const ABOUT = {{ about }}, PAGE = {{ page }}, TAKEN = {{ taken }};
let words = "";
const at = PAGE.items.findIndex((item) => item.kind === "ask");
const page = () => {
  PAGE.items[at].view.groups[0].fields[0].value = words;
  return PAGE;
};
const walk = {
  about: () => JSON.stringify(ABOUT),
  turn: () => JSON.stringify(page()),
  changed() {
    const { screen, view } = page().items[at];
    return JSON.stringify({ ...PAGE, views: [[screen, view]] });
  },
  take(number, message) {
    const { id, key, value } = JSON.parse(message);
    words = value;
    return JSON.stringify({ ...TAKEN, id, key });
  },
  data: () => ({ toJs: () => new TextEncoder().encode(words), destroy() {} }),
  load(data) { words = new TextDecoder().decode(data); },
  follow() {},
  needs: () => "[]",
  download: () => words,
};
export const loadPyodide = async () => ({
  FS: { mkdirTree() {} },
  runPython: () => (data) => data,
  globals: { get: () => () => walk },
});
"""
"""In the place of Python: one question, whose answer is the whole session."""


def without_python(folder: Path, target: Path, question: str) -> Path:
    """Return a copy of a built folder that starts at once and asks one question.

    Page, workers and storage are those of the kit; only Python is a few lines of JavaScript.
    """
    walk = Walk(str(target.with_name(f"{target.name}.workshop")))
    page = json.loads(walk.turn(question))
    (asked,) = (item for item in page["items"] if item.get("kind") == "ask")
    key = asked["view"]["groups"][0]["fields"][0]["key"]
    give = {"id": 1, "do": "give", "key": key, "value": "1"}
    taken = walk.take(asked["screen"], json.dumps(give))
    shutil.copytree(folder, target, ignore=shutil.ignore_patterns("later"))
    for file in (*target.glob(f"*{PACKED}"), *(target / "pyodide").iterdir()):
        file.write_bytes(gzip.compress(bytes(512)))  # as an archive, it has no file
    code = QUICK.replace("{{ about }}", walk.about()).replace("{{ taken }}", taken)
    code = code.replace("{{ page }}", json.dumps(page))
    (target / "pyodide" / "pyodide.mjs").write_text(code, "utf-8")
    walk.session.close()
    sign(target)
    return target


def sign(folder: Path) -> None:
    """Let the list of a folder's files be that of the files as they are now."""
    place = folder / "sw.js"
    text = place.read_text("utf-8")
    listed: dict[str, str] = json.loads(re.search(r"FILES = ({.*});", text)[1])  # type: ignore[index]
    now = integrity_of({n: (folder / n).read_bytes() for n in listed if n != "./"})
    place.write_text(text.replace(json.dumps(listed), json.dumps(now)), "utf-8")
