"""The module of our widgets by the rules of VS Code's notebook renderer, which is not run here.

Outputs stand in a frame of another origin, without a Jupyter server behind it. anywidget imports
the module from a blob. Nothing else can be fetched or required, storage may be refused, and the
rest of the document belongs to other outputs.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from workshop.answers.reading import read_answers
from workshop.files import example
from workshop.forms.agenda import SET
from workshop.notebook.controls import FILES, Bar, PackMaker, Timer
from workshop.session import Session
from workshop.widgets.screen import FRONT
from workshop.widgets.steps import LivePage

pytestmark = pytest.mark.browser

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'unsafe-inline'; img-src data:"
)
FRAME = f"""<!doctype html><html><head><meta http-equiv="Content-Security-Policy"
content="{POLICY}"></head><body class="vscode-body vscode-light"><div id="other">not ours</div>
</body></html>"""
RUN = """async ([esm, views]) => {
  const url = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
  const known = new Set(Object.getOwnPropertyNames(window));
  const outputs = [], strange = [], sent = [], wrong = [];
  window.addEventListener("error", (e) => wrong.push(String(e.message)));
  window.addEventListener("unhandledrejection", (e) => wrong.push(String(e.reason)));
  const ours = (node) => outputs.some((o) => o.contains(node) || node === o);
  new MutationObserver((all) => {
    for (const one of all) {
      if (ours(one.target)) continue;
      if (one.target === document.body && one.attributeName === "class") continue; // the projector
      if ([...one.addedNodes].every((node) => ours(node)) && one.type === "childList") continue;
      strange.push(`${one.type} ${one.target.nodeName} ${one.attributeName}`);
    }
  }).observe(document, { subtree: true, childList: true, attributes: true });
  const { default: widget } = await import(url);
  const left = [], text = [];
  for (const view of views) {
    const heard = [];
    const model = {
      get: (name) => ({ view, disabled: false })[name],
      on: (name, call) => heard.push([name, call]),
      off: (name, call) => heard.splice(heard.findIndex((h) => h[0] === name && h[1] === call), 1),
      send: (message) => sent.push(message.do),
    };
    const el = document.createElement("div");
    outputs.push(el);
    document.body.append(el);
    const end = await widget.render({ model, el });
    for (const details of el.querySelectorAll("details")) details.open = true;
    for (const control of el.querySelectorAll("input, textarea, select, button, a")) {
      control.focus();
      if (control.matches("input[type=text]")) control.value = "6";
      control.dispatchEvent(new Event("change", { bubbles: true }));
      if (!control.matches("a[target=_blank]")) control.click();
    }
    text.push(el.textContent);
    await new Promise((done) => setTimeout(done, 500));
    end();
    left.push(heard.length);
  }
  const globals = Object.getOwnPropertyNames(window).filter((name) => !known.has(name));
  let storage = true;
  try { localStorage.length; } catch { storage = false; }
  return { strange, sent, wrong, left, globals, storage, text };
}"""


def views(folder: Path) -> list[dict[str, Any]]:
    """Return what stands on the screens of a workshop: fields of every kind, bar, timer, pack."""
    session = Session.in_memory(read_answers(example("tidewater-retail")))
    page = LivePage(session, part=4)
    timer = Timer(page)
    assert timer.take({"do": "set", "minutes": "90", "people": "8"})["ok"]
    assert session.notes(SET)
    pack = PackMaker(page, folder)
    pack.state = "made"
    folder.mkdir()
    for name in FILES.values():
        (folder / name).write_text("made", encoding="utf-8")
    steps = [page.form(step.id) for step in page.content.steps]
    shown = [Bar(page), timer, pack, *steps]
    return [one.view() for one in shown]


def test_the_module_needs_nothing_but_its_model_and_its_place(browser: Any, tmp_path: Path) -> None:
    source = (FRONT / "live.js").read_text("utf-8")
    code = re.sub(r"//.*|/\*.*?\*/", "", source)
    banned = r"\bimport\b|\brequire\b|\beval\b|new Function|https?:|\bfetch\b|innerHTML|\bparent\b"
    assert not re.findall(banned, code)
    tab = browser.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.set_content("<iframe sandbox='allow-scripts'></iframe>")
    tab.evaluate("(html) => { document.querySelector('iframe').srcdoc = html; }", FRAME)
    frame = tab.frames[-1]
    frame.wait_for_selector("#other")
    found = frame.evaluate(RUN, [source, views(tmp_path / "pack")])
    assert found["wrong"] == []
    assert found["strange"] == []
    assert found["globals"] == []
    assert {*found["left"]} == {0}
    assert found["storage"] is False  # so it was really refused
    assert {"give", "who", "set", "act", "paper"} <= {*found["sent"]}
    assert "findings.json, for programs: pack/findings.json" in found["text"][2]
    assert [a for a in asked if not a.startswith(("blob:", "data:", "about:"))] == []
    tab.close()
