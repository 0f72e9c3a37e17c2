// Make what Pyodide's own Python would make at each start: node compile.mjs PYODIDE FOLDER
import { pathToFileURL } from "node:url";
const [, , place, folder] = process.argv;
const { loadPyodide } = await import(pathToFileURL(`${place}/pyodide.mjs`));
const py = await loadPyodide({ indexURL: place });
for (const name of ["site", "stdlib"]) {
  py.FS.mkdirTree(`/${name}`);
  py.FS.mount(py.FS.filesystems.NODEFS, { root: `${folder}/${name}` }, `/${name}`);
}
py.runPython(`
import pathlib, py_compile, sys
for folder in ("/site", "/stdlib"):
    for path in sorted(pathlib.Path(folder).rglob("*.py")):
        ours = "/workshop/" in str(path) # whose asserts are kept
        mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
        py_compile.compile(str(path), f"{path}c", str(path), doraise=True, optimize=0 if ours else 2, invalidation_mode=mode)
        path.unlink()
sys.path.insert(0, "/site")
sys.dont_write_bytecode = False
from workshop.content.loader import CACHE, load_content
load_content() # as it was read and checked, beside its files
assert CACHE.is_file()
`);
