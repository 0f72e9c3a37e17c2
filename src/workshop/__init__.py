"""Help a leadership team decide who owns its machine-learning work.

`Answers` are what a team answered; `assess` returns what follows from them; `load_content` reads
what the kit knows; `open_page` opens a notebook's page, with widgets in JupyterLab and without them
in a headless run; `build_pack` writes the findings pack.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workshop.answers.schema import Answers
    from workshop.content.loader import Content, load_content
    from workshop.files import __version__ as __version__
    from workshop.findings import Assessment, assess
    from workshop.findings.output.groups import assess_frame
    from workshop.notebook.opening import open_page
    from workshop.pack.build import build_pack
    from workshop.problems import InputError

__all__ = [
    "Answers",
    "Assessment",
    "Content",
    "InputError",
    "assess",
    "assess_frame",
    "build_pack",
    "load_content",
    "open_page",
]

_HOMES = {
    "workshop.files": ("__version__",),
    "workshop.findings": ("Assessment", "assess"),
    "workshop.findings.output.groups": ("assess_frame",),
    "workshop.answers.schema": ("Answers",),
    "workshop.content.loader": ("Content", "load_content"),
    "workshop.problems": ("InputError",),
    "workshop.notebook.opening": ("open_page",),
    "workshop.pack.build": ("build_pack",),
}

if not TYPE_CHECKING:  # else any misspelt name would pass for one that is here

    def __getattr__(name: str) -> object:
        """Import a public name when it is first used.

        A kernel then starts without loading the rules.
        """
        for module, names in _HOMES.items():
            if name in names:
                return globals().setdefault(name, getattr(import_module(module), name))
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
