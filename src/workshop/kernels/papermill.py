"""Be found by papermill, as its engine `workshop`.

papermill imports this while it is itself being imported, so the class comes before the imports.
"""

from __future__ import annotations

from typing import Any

# papermill carries no types.
# mypy: disable-error-code="no-untyped-call"


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


# Whoever imports this first has papermill imported here, which then asks for the class above. From
# now on papermill knows parameters of every type, for notebooks with the kernel `workshop`.
import workshop.kernels.parameters  # noqa: E402, F401 - see above
