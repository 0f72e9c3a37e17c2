"""The workshop in a browser, built once for all tests that use it, and Python in it under node."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from workshop.web.build import build

NODE = shutil.which("npm") and shutil.which("node")


def built_once(root: Path) -> Path:
    """Return a built folder, which the first process that asks for it builds."""
    folder, done = root / "web", root / "web-done"
    try:
        (root / "web-begun").mkdir()
    except FileExistsError:
        until = time.monotonic() + 600
        while not done.exists() and time.monotonic() < until:
            time.sleep(0.2)
        assert done.read_text() == "built"
        return folder
    try:
        build(folder)
    except BaseException as error:
        done.write_text(repr(error))
        raise
    done.write_text("built")
    return folder


RUN = """
import fs from "node:fs";
import { pathToFileURL } from "node:url";
const [, , folder, code, told] = process.argv;
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide/pyodide.mjs`));
const py = await loadPyodide({ indexURL: `${folder}/pyodide/` });
const zip = new Uint8Array(fs.readFileSync(`${folder}/python.zip`));
py.unpackArchive(zip, "zip", { extractDir: "/" });
py.FS.mkdirTree("/data");
py.globals.set("told", fs.readFileSync(told, "utf-8"));
try {
  fs.writeFileSync(told, await py.runPythonAsync(fs.readFileSync(code, "utf-8")));
} catch (error) {
  fs.writeFileSync(told, JSON.stringify({ error: error.message }));
}
"""


def run_in_node(folder: Path, code: str, told: Any, scratch: Path) -> Any:
    """Return the JSON that Python code gives in the built folder's Python; it gets `told`."""
    (scratch / "run.mjs").write_text(RUN)
    (scratch / "code.py").write_text(code, "utf-8")
    (scratch / "told.json").write_text(json.dumps(told), "utf-8")
    names = [str(scratch / name) for name in ("code.py", "told.json")]
    command = ["node", str(scratch / "run.mjs"), str(folder), *names]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-1000:]
    made = json.loads((scratch / "told.json").read_text("utf-8"))
    assert "error" not in made, made["error"]
    return made
