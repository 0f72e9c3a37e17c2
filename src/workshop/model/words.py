"""The words of the interface: every heading, caption and label that is not content of its own.

They stand in `content/words/<name>.yaml`, so that another folder can say them in another
language. A sentence is always whole, never glued from parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


class Words:
    """Sentences by key (`ledger.caption`: file `ledger`, entry `caption`).

    An entry is a sentence with `{placeholders}`, or a mapping `{one: …, other: …}` of which the
    number `n` picks one.
    """

    def __init__(self, entries: Mapping[str, Any]) -> None:
        self._entries = dict(entries)

    def __call__(self, key: str, **values: Any) -> str:
        """Return the sentence of `key` with its placeholders filled in.

        Raises KeyError for a key that no file holds, or a placeholder that got no value.
        """
        entry = self._entries[key]
        if isinstance(entry, dict):
            entry = entry["one" if values.get("n") == 1 else "other"]
        return self.fill(str(entry), values) if values else str(entry)

    def fill(self, sentence: str, values: Mapping[str, Any]) -> str:
        """Return a sentence with its placeholders filled in; numbers as the language writes them.

        Raises KeyError for a placeholder that got no value.
        """
        return sentence.format(**{name: self._shown(value) for name, value in values.items()})

    def _shown(self, value: Any) -> Any:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return self.number(value) if number else value

    def number(self, value: float) -> str:
        """Return a number as the content's language writes it: “2.5”, “12,000”.

        At most six digits count; four of them stand together.
        """
        rounded = float(f"{value + 0.0:.6g}")  # never “-0”
        sign, plain = ("-" if rounded < 0 else ""), f"{abs(rounded):f}".rstrip("0").rstrip(".")
        whole, _, part = plain.partition(".")
        if len(whole) > 4:
            whole = f"{int(whole):,}".replace(",", self("common.thousands"))
        return sign + whole + (self("common.decimal") + part if part else "")

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
