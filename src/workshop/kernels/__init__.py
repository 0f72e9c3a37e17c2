"""Start fresh kernels at once, and run notebooks on them with papermill.

Knows Jupyter and papermill and nothing of what notebooks are about: README.md, beside this file,
says how to use it. Only `warm_up` and `stop` are imported here; the rest is imported on first use,
so that a command can begin with `warm_up` and import the rest while the kernels' imports run.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from workshop.kernels.forkserver import stop, warm_up

if TYPE_CHECKING:
    from workshop.kernels.engine import CellError, Executed, execute_many, execute_notebook, tidy
    from workshop.kernels.papermill import PapermillEngine
    from workshop.kernels.parameters import write_notebook
    from workshop.kernels.provisioner import WarmKernelManager

__all__ = [
    "CellError",
    "Executed",
    "PapermillEngine",
    "WarmKernelManager",
    "execute_many",
    "execute_notebook",
    "stop",
    "tidy",
    "warm_up",
    "write_notebook",
]


_HOMES = {
    "WarmKernelManager": "provisioner",
    "PapermillEngine": "papermill",
    "write_notebook": "parameters",
}

if not TYPE_CHECKING:  # else any misspelt name would pass for one that is here

    def __getattr__(name: str) -> object:
        """Import a public name when it is first used."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        home = _HOMES.get(name, "engine")
        return globals().setdefault(name, getattr(import_module(f"{__name__}.{home}"), name))
