"""Find what installed packages add to the kit, by their entry points.

The metadata of a package lists what it adds, in one of these groups:

- `workshop.content`: a content folder, as a path; `--content NAME` chooses it.
- `workshop.rules`: a mapping of rules by id, each a function of a `Situation`. Their words, reasons
  and sources are in a content folder, and a rule is used only by content that has its words.
- `workshop.exhibits`: a function of an `Assessment` that returns an `Exhibit`.
- `workshop.exporters`: a function of an `Assessment` that returns files as bytes by their names;
  `--format NAME` chooses it.

Nothing is imported until it is used. One message names a package that cannot be used.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal

from workshop.problems import InputError, Problem, shorten

Group = Literal["content", "rules", "exhibits", "exporters"]


@cache
def named(group: Group) -> dict[str, EntryPoint]:
    """Return the entry points of a group by name; nothing is imported."""
    return {found.name: found for found in entry_points(group=f"workshop.{group}")}


@cache
def load(group: Group, name: str) -> Any:
    """Return the object of an entry point.

    Raises `InputError` that names its package.
    """
    found = named(group)[name]
    try:
        return found.load()
    except Exception as error:
        raise broken(group, name, f"{type(error).__name__}: {shorten(str(error), 200)}") from error


def broken(group: Group, name: str, why: str) -> InputError:
    """Return the error for a package whose entry point cannot be used."""
    found = named(group)[name]
    package = found.dist.name if found.dist is not None else found.value
    message = f"The package {package} cannot be used: its {name!r} in workshop.{group} fails."
    hint = f"Mend it, or remove it: pip uninstall {package}"
    return InputError([Problem(message, value=why, suggestion=hint)])


@cache
def rules() -> dict[str, Any]:
    """Return the rules of all packages by id.

    Raises `InputError` for a rule that two packages have, and for rules that are no mapping of
    functions.
    """
    rules: dict[str, Any] = {}
    for name in named("rules"):
        found = load("rules", name)
        if not hasattr(found, "items") or not all(map(callable, found.values())):
            raise broken("rules", name, "This is no mapping of functions by id")
        if twice := sorted(rules.keys() & found.keys()):
            raise broken("rules", name, f"Another package has the rule {twice[0]}")
        rules.update(found)
    return rules
