"""Commands and their options, from the Typer application itself."""

from __future__ import annotations

import enum
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import typer

from made.text import code, heading, plain, table
from workshop.cli.commands import app

KINDS: dict[type, str] = {
    bool: "no value",
    float: "a number",
    int: "a whole number",
    str: "a text",
    Path: "a path",
}


def walk() -> Iterator[tuple[str, Any]]:
    """Yield each command with its whole name, in the order of `workshop --help`."""

    def below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name, command
            return
        for each in inner:
            yield from below(f"{name} {each}", inner[each])

    yield from below("workshop", typer.main.get_command(app))


def is_argument(param: Any) -> bool:
    return bool(param.param_type_name == "argument")


def types_of(command: Any) -> dict[str, tuple[type, Any]]:
    """Return for each parameter the type of one value, and what Typer was told about it."""
    found = {}
    hints = get_type_hints(inspect.unwrap(command.callback), include_extras=True)
    for name, hint in hints.items():
        if name == "return":
            continue
        kind, *about = get_args(hint) if hasattr(hint, "__metadata__") else (hint, None)
        while get_args(kind):  # a list of it, or it or nothing
            kind = next(t for t in get_args(kind) if t is not type(None))
        found[name] = (kind, about[0])
    return found


def values_of(kind: type, about: Any) -> str:
    """Return what may be given: choices, a range, or the kind of value."""
    if issubclass(kind, enum.Enum):
        return ", ".join(code(choice.value) for choice in kind)
    low, high = getattr(about, "min", None), getattr(about, "max", None)
    if low is not None and high is not None:
        return f"{low} to {high}"
    if low is not None:
        return f"{low} or more"
    return KINDS[kind]


def default_of(param: Any) -> str:
    value = param.default
    if value is None or value is False or value == () or callable(value) or param.required:
        return ""
    return code(value.value if isinstance(value, enum.Enum) else value)


def _name(param: Any) -> str:
    if is_argument(param):
        return code(param.metavar or param.name.upper())
    return " ".join(code(name) for name in param.opts)


def _usage(name: str, command: Any) -> str:
    words = [name]
    for param in command.params:
        if is_argument(param):
            shown = param.metavar or param.name.upper()
            words.append(shown if param.required or shown.startswith("[") else f"[{shown}]")
    return " ".join([*words, "[OPTIONS]"])


def all_commands() -> str:
    """Return every command: usage, what it does, arguments and options, an example."""
    parts = []
    for name, command in walk():
        short = name.removeprefix("workshop ").replace(" ", "-")
        types = types_of(command)
        rows = [
            [_name(p), plain(p.help or ""), values_of(*types[p.name]), default_of(p)]
            for p in command.params
            if p.name in types and not p.hidden
        ]
        example = (command.epilog or "").removeprefix("Example: ")
        parts += [
            heading(2, code(name), short),
            plain(command.help or "") + "\n",
            f"```text\n{_usage(name, command)}\n```\n",
            table(["Name", "Meaning", "Values", "If not given"], rows),
            f"Example:\n\n```text\n{example}\n```\n" if example else "",
        ]
    return "\n".join(parts)


def command_list() -> str:
    """Return a line for each command, with a link to all of it."""
    rows = []
    for name, command in walk():
        short = name.removeprefix("workshop ").replace(" ", "-")
        rows.append([f"[{code(name)}](reference/commands.md#{short})", plain(command.help or "")])
    return table(["Command", "What you get"], rows)
