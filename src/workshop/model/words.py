"""The words of the interface: every heading, caption and label that is not content of its own.

They stand in `content/words/<name>.yaml`, so that another folder can say them in another
language. A sentence is always whole, never glued from parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


class Words:
    """Sentences by key (`ledger.caption`: file `ledger`, entry `caption`).

    An entry is a sentence with `{placeholders}`, or a mapping `{one: …, other: …}` of which the
    number `n` picks one.
    """

    def __init__(self, entries: Mapping[str, Any]) -> None:
        self._entries = dict(entries)

    @classmethod
    def read(cls, folder: Path) -> Words:
        """Return the words of all YAML files in a folder."""
        entries: dict[str, Any] = {}
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        for path in sorted(folder.glob("*.yaml")):
            data = yaml.load(path.read_text("utf-8"), Loader=loader)  # noqa: S506
            entries |= {f"{path.stem}.{key}": value for key, value in (data or {}).items()}
        return cls(entries)

    def __call__(self, key: str, **values: Any) -> str:
        """Return the sentence of `key` with its placeholders filled in.

        Raises KeyError for a key that no file holds, or a placeholder that got no value.
        """
        entry = self._entries[key]
        if isinstance(entry, dict):
            entry = entry["one" if values.get("n") == 1 else "other"]
        return str(entry).format(**values) if values else str(entry)

    def listing(self, items: Iterable[str]) -> str:
        """Return items as a reader lists them: “a, b and c”."""
        names = list(items)
        if len(names) < 2:
            return "".join(names)
        return self("common.and", first=self("common.comma").join(names[:-1]), last=names[-1])

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.is_instance_schema(cls)
