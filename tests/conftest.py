"""What tests share: the content, and the tools that some machines lack."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from workshop.model import Content, load_content

TOP = Path(__file__).parents[1]
CHROMIUM = next((p for n in ("chromium", "chromium-browser") if (p := shutil.which(n))), None)

NEEDS = {
    "browser": (CHROMIUM, "Chromium is not installed; on Debian: apt-get install chromium"),
    "poppler": (
        shutil.which("pdftotext"),
        "pdftotext is not installed; on Debian: apt-get install poppler-utils",
    ),
}
"""By marker: what a test needs, and how to get it."""


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, (found, how) in NEEDS.items():
        if item.get_closest_marker(marker) and not found:
            if os.environ.get("CI"):
                pytest.fail(f"CI allows no skip: {how}")
            pytest.skip(how)


@pytest.fixture(scope="session")
def content() -> Content:
    return load_content()


@pytest.fixture
def chromium() -> str:
    assert CHROMIUM is not None
    return CHROMIUM
