"""What a kernel did not take is given to the next one, in the same page."""

from __future__ import annotations

import base64
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from workshop.session import Session
from workshop.widgets.steps import LivePage

pytestmark = pytest.mark.browser

DRAW = """async ({script, view}) => {
  const {default: widget} = await import(script);
  window.sent = [];
  window.hears = {};
  window.draw = (kernel) => {
    const model = {
      get: (name) => (name === "view" ? view : false),
      on: (name, hear) => { window.hears[kernel + name] = hear; },
      off: () => {},
      send: (message) => { window.sent.push([kernel, message.key, message.value, message.id]); },
    };
    document.body.innerHTML = `<div id="${kernel}"></div>`;
    return widget.render({model, el: document.getElementById(kernel)});
  };
}"""


def test_what_was_not_saved_is_given_to_the_kernel_that_is_started_then(
    browser: Any, tmp_path: Path
) -> None:
    session = Session.open(tmp_path / "session.workshop", who="Ana")
    page = LivePage(session, part=1)
    step = next(s.id for s in page.content.steps if "organisation" in s.questions)
    script = resources.files("workshop.widgets").joinpath("front", "live.js").read_bytes()
    address = f"data:text/javascript;base64,{base64.b64encode(script).decode()}"
    tab = browser.new_page()
    tab.clock.install()
    tab.evaluate(DRAW, {"script": address, "view": page.form(step).view()})
    tab.evaluate("draw('dead')")
    box = tab.locator('[data-key="organisation"] input').first
    box.fill("Tidewater")
    box.blur()
    tab.clock.run_for(6000)
    tab.evaluate("draw('new')")
    kernel, key, value, number = tab.evaluate("sent.at(-1)")
    assert (kernel, key, value) == ("new", "organisation", "Tidewater")
    assert box.input_value() == "Tidewater", "and it is still to be seen"
    tab.evaluate("id => hears['newmsg:custom']({id, ok: true, saved: true})", number)
    tab.evaluate("draw('next')")
    assert tab.evaluate("sent.at(-1)[0]") == "new", "it is given once"
    tab.close()
    session.close()
