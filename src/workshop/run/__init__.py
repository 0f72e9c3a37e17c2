"""Notebooks run through papermill, each in a fresh kernel, with results that repeat.

What belongs here takes a path and parameters and gives back an executed notebook; nothing here
knows what the notebook is about.
"""

import sys

# jsonschema compiles a grammar of internationalised addresses on import, which takes longer than
# everything else a run imports. No notebook format asks for that check.
_GRAMMAR = "rfc3987_syntax"
if "jsonschema" not in sys.modules and _GRAMMAR not in sys.modules:
    sys.modules[_GRAMMAR] = None  # type: ignore[assignment]
    try:
        import jsonschema  # noqa: F401
    finally:
        del sys.modules[_GRAMMAR]

from workshop.run.execute import CellError, Executed, execute_many, execute_notebook  # noqa: E402
from workshop.run.tidy import tidy  # noqa: E402

__all__ = ["CellError", "Executed", "execute_many", "execute_notebook", "tidy"]
