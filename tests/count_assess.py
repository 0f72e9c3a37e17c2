"""Writes down who assesses: for a process that calls `install`, and for kernels that preload it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from workshop.findings import assessment


def install() -> None:
    """Have every call of `assess` add this process's id to the file that ASSESSED names."""
    real = assessment.assess

    def counted(*arguments: Any, **options: Any) -> Any:
        with Path(os.environ["ASSESSED"]).open("a", encoding="utf-8") as file:
            file.write(f"{os.getpid()}\n")
        return real(*arguments, **options)

    for module in list(sys.modules.values()):
        if getattr(module, "assess", None) is real:
            module.assess = counted
