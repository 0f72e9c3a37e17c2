"""Start fresh kernels at once, and run notebooks on them with papermill.

Knows Jupyter and papermill and nothing of what notebooks are about: README.md, beside this file,
says how to use it. Only `warm_up` and `stop` are imported here; the rest is imported on first use,
so that a command can begin with `warm_up` and import the rest while the kernels' imports run.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from workshop.kernels.forkserver import stop, warm_up

# papermill carries no types.
# mypy: disable-error-code="no-untyped-call"

if TYPE_CHECKING:
    from workshop.kernels.engine import CellError, Executed, execute_many, execute_notebook, tidy
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
]


class PapermillEngine:
    """Papermill's engine `workshop`, importable while papermill itself is not.

    `papermill --engine workshop` runs each notebook in a process forked for it.
    """

    @staticmethod
    def execute_notebook(notebook: Any, kernel_name: str, **options: Any) -> Any:
        """Return the notebook, executed as far as possible."""
        from workshop.kernels.engine import NotebookEngine

        return NotebookEngine.execute_notebook(notebook, kernel_name, **options)

    @staticmethod
    def nb_kernel_name(notebook: Any, name: str | None = None) -> Any:
        """Return the kernel that a notebook names, or the one given."""
        from papermill.utils import nb_kernel_name

        return nb_kernel_name(notebook, name)

    @staticmethod
    def nb_language(notebook: Any, language: str | None = None) -> Any:
        """Return the language that a notebook names, or the one given."""
        from papermill.utils import nb_language

        return nb_language(notebook, language)


if not TYPE_CHECKING:  # else any misspelt name would pass for one that is here

    def __getattr__(name: str) -> object:
        """Import a public name when it is first used."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        home = "provisioner" if name == "WarmKernelManager" else "engine"
        return globals().setdefault(name, getattr(import_module(f"{__name__}.{home}"), name))
