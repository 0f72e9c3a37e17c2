"""A room that opens while somebody is at a notebook: how to join stands there until it closes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from rooms import CONTENT, serve
from servers import Server, becomes_true, open_app, open_lab, serving

pytestmark = pytest.mark.browser

words = CONTENT.words


@pytest.fixture(scope="module", params=["app", "lab"])
def server(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp(request.param) / "ours"
    with serving(request.param, folder, "--who", "Ana") as started:
        started.kind = request.param  # type: ignore[attr-defined]
        yield started


def test_a_notebook_shows_how_to_join_as_long_as_the_room_is_open(
    browser: Any, server: Server
) -> None:
    kind = server.kind  # type: ignore[attr-defined]
    page = {"app": open_app, "lab": open_lab}[kind](browser, server, "02-ownership")
    tab = page.tab
    panel = tab.locator(".ws-room")
    assert panel.count() == 0
    with serve(server.session) as room:
        panel.wait_for()
        code = f"{room.keys.code[:3]} {room.keys.code[3:]}"
        text = panel.inner_text()
        assert room.address in text
        assert code in text
        assert words("steps.room-joined", n=0) in text
        assert panel.get_by_role("img", name=words("steps.room-qr")).count() == 1
        picture = "document.querySelector('.ws-room img')"
        becomes_true(tab, f"{picture}.naturalWidth > 20 && {picture}.width >= 80")
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        room.participant()
        panel.get_by_text(words("steps.room-joined", n=1)).wait_for()
        tab.evaluate("document.querySelector('.ws-room a').focus()")
        room.participant()
        panel.get_by_text(words("steps.room-joined", n=2)).wait_for()
        assert tab.evaluate("document.activeElement.closest('.ws-room') !== null")
        link = panel.get_by_role("link", name=words("steps.room-projector"))
        assert link.get_attribute("href") == f"{room.address}/projector"
        assert link.get_attribute("rel") == "noopener noreferrer"
        with page.context.expect_page() as opened:
            link.click()
        opened.value.get_by_role("heading").first.wait_for()
        assert opened.value.url.startswith(room.address)
        opened.value.close()
    panel.wait_for(state="detached")
    assert not page.errors
    page.close()
