// Compile Python files to the bytecode of Pyodide's own Python: node compile.mjs PYODIDE FOLDER
import { pathToFileURL } from "node:url";
const [, , place, folder] = process.argv;
const { loadPyodide } = await import(pathToFileURL(`${place}/pyodide.mjs`));
const py = await loadPyodide({ indexURL: place });
py.FS.mkdirTree("/folder");
py.FS.mount(py.FS.filesystems.NODEFS, { root: folder }, "/folder");
py.runPython(`
import pathlib, py_compile
for path in sorted(pathlib.Path("/folder").rglob("*.py")):
    inside = "/" + str(path.relative_to("/folder"))
    ours = "/workshop/" in inside # whose asserts are kept
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(str(path), f"{path}c", inside, doraise=True, optimize=0 if ours else 2, invalidation_mode=mode)
    path.unlink()
`);
