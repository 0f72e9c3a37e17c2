"""The Python interface, from the docstrings of what the packages name in `__all__`."""

from __future__ import annotations

import importlib
import inspect
import re
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from made.text import code, doc, heading, plain, table

PACKAGES = (
    "workshop.content",
    "workshop.answers",
    "workshop.problems",
    "workshop.findings",
    "workshop.exhibits",
    "workshop.charts",
    "workshop.documents",
    "workshop.pack.build",
    "workshop.session",
    "workshop.widgets",
    "workshop.notebook",
    "workshop.portfolio",
    "workshop.portfolio.frames",
    "workshop.room",
    "workshop.kernels",
)
"""Packages whose names others may build on; `workshop` itself stands first on its own."""
WIDTH = 84
DOCTEST = re.compile(r"^>>> ")


def prose(words: str | None) -> str:
    """Return a docstring as Markdown: paragraphs, and examples as code."""
    parts = []
    for paragraph in re.split(r"\n\s*\n", inspect.cleandoc(words or "")):
        if DOCTEST.match(paragraph):
            parts.append(f"```pycon\n{paragraph}\n```")
        elif paragraph.strip():
            parts.append(doc(paragraph))
    return "\n\n".join(parts) + "\n"


def _signature(name: str, thing: Any) -> str:
    """Return how it is called; one argument a line where all of them would not fit on one."""
    word = "class" if inspect.isclass(thing) else "def"
    if inspect.isclass(thing) and issubclass(thing, BaseModel):
        return f"{word} {name}(**fields)"
    try:
        signature = inspect.signature(thing)
    except (TypeError, ValueError):
        return f"{word} {name}"
    end = f" -> {_type(signature.return_annotation)}" if word == "def" else ""
    arguments, named = [], False
    for p in signature.parameters.values():
        if p.kind is p.KEYWORD_ONLY and not named:
            arguments.append("*")
        named = named or p.kind in (p.KEYWORD_ONLY, p.VAR_POSITIONAL)
        stars = "*" * ((p.kind is p.VAR_POSITIONAL) + 2 * (p.kind is p.VAR_KEYWORD))
        shown = f"{stars}{p.name}"
        if p.annotation is not p.empty:
            shown += f": {_type(p.annotation)}"
        if p.default is not p.empty:
            default = repr(p.default)
            shown += (
                " = …"
                if default.startswith("<") or " at 0x" in default or len(default) > WIDTH
                else f" = {default}"
            )
        arguments.append(shown)
    line = f"{word} {name}({', '.join(arguments)}){end}"
    if len(line) <= WIDTH:
        return line
    return f"{word} {name}(\n    " + ",\n    ".join(arguments) + f",\n){end}"


def _type(annotation: Any) -> str:
    """Return a type by its own name: where it comes from is not needed to read it."""
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return re.sub(r"\b(?:[a-z_]+\.)+([A-Z])", r"\1", text)


def _choices(alias: Any) -> str:
    names = [getattr(one, "__name__", None) or repr(one) for one in get_args(alias)]
    line = " | ".join(names)
    return line if len(line) <= WIDTH else "(\n    " + "\n    | ".join(names) + "\n)"


def _methods(thing: type) -> str:
    rows = []
    for name, member in vars(thing).items():
        raw = member.__func__ if isinstance(member, (classmethod, staticmethod)) else member
        if isinstance(member, property):
            shown, text = name, member.fget.__doc__ if member.fget else None
        elif inspect.isfunction(raw):
            shown, text = f"{name}()", raw.__doc__
        else:
            continue
        if not name.startswith(("_", "model_")) and text:
            rows.append([code(shown), doc(inspect.cleandoc(text).split("\n\n")[0])])
    return table(["Member", "What you get"], rows)


def describe(module: str, name: str, level: int) -> str:
    """Return what a public name of a module is."""
    thing = getattr(importlib.import_module(module), name)
    parts = [heading(level, code(f"{module}.{name}"), f"{module}.{name}".replace(".", "-"))]
    if get_origin(thing) is not None:  # a type that is the choice of others, or of values
        parts.append(f"```python\n{name} = {_choices(thing)}\n```\n")
    elif callable(thing):
        parts.append(f"```python\n{_signature(name, thing)}\n```\n")
        parts.append(prose(thing.__doc__))
    else:
        parts.append(f"A value: {code(type(thing).__name__)}.\n")
    if inspect.isclass(thing):
        parts.append(_methods(thing))
    return "\n".join(parts)


def main_names() -> str:
    """Return the names that most people need: those of `workshop` itself."""
    names = importlib.import_module("workshop").__all__
    return "\n".join(describe("workshop", name, 3) for name in names)


def packages() -> str:
    """Return each public package: what it is for, and its names."""
    done = set(importlib.import_module("workshop").__all__)
    parts = []
    for package in PACKAGES:
        module = importlib.import_module(package)
        parts.append(heading(2, code(package), package.replace(".", "-")))
        parts.append(prose(module.__doc__))
        own = [n for n in getattr(module, "__all__", ()) if n not in done]
        parts += [describe(package, name, 3) for name in own]
        shared = [n for n in getattr(module, "__all__", ()) if n in done]
        if shared:
            links = ", ".join(f"[{code(n)}](#workshop-{n})" for n in shared)
            parts.append(f"{plain('Described above:')} {links}.\n")
    return "\n".join(parts)
