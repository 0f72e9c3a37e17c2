"""Import jsonschema without what takes it longest.

It imports a grammar of addresses beyond ASCII and a calendar for durations, which takes longer than
all cells of a pack. No schema of a notebook, JupyterLab or Voila has either, and jsonschema leaves
the check out where there is none. Import this before papermill, JupyterLab or Voila.
"""

import sys

if "jsonschema" not in sys.modules:
    left_out = {"rfc3987_syntax", "isoduration"} - sys.modules.keys()
    sys.modules.update(dict.fromkeys(left_out))  # type: ignore[arg-type]
    import jsonschema  # noqa: F401

    for name in left_out:
        del sys.modules[name]
