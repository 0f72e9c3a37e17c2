"""Keep saved notebooks readable after their kernel has ended.

A widget's output also holds a static copy. JupyterLab shows a widget in preference to it, and an
error where the widget is gone: so what is gone is taken out of the file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import nbformat
from nbformat.sign import NotebookNotary

from workshop.files import write_files

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"


def settle(path: Path) -> bool:
    """Take all widgets out of a saved notebook; return whether there were any.

    In the place of each is what it showed when it was saved. A notebook that was trusted stays so.
    A file that is no notebook is left as it is.
    """
    try:
        data = path.read_bytes()
        if VIEW.encode() not in data and STATE.encode() not in data:
            return False
        notebook = nbformat.reads(data.decode(), as_version=4)
        notary = NotebookNotary()
        with closing(notary.store):
            trusted = notary.check_signature(notebook)
            saved = notebook.metadata.pop("widgets", {}).get(STATE, {}).get("state", {})
            drop_widgets(notebook, (), saved)
            if trusted:
                notary.sign(notebook)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, nbformat.ValidationError):
        return False
    write_files({path: nbformat.writes(notebook).encode() + b"\n"})
    return True


def drop_widgets(
    notebook: Any, alive: Collection[str], saved: Mapping[str, Any] | None = None
) -> None:
    """Take those widgets out of a notebook's outputs whose ids are not `alive`.

    `saved` has their states, by id; a static copy is as of when its cell ran.
    """
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            shown = output.get("data", {}).get(VIEW)
            if shown is not None and shown.get("model_id") not in alive:
                del output["data"][VIEW]
                if still := _still(saved or {}, str(shown.get("model_id"))):
                    output["data"]["text/html"] = still


def _still(saved: Mapping[str, Any], model: str) -> str:
    """Return what a widget of ours showed, as HTML; nothing if it is not known."""
    from workshop.documents.html import blocks_to_html
    from workshop.widgets.screen import static_fallback

    state = saved.get(model, {}).get("state", {})
    if "view" in state:
        blocks = static_fallback(state["view"]).blocks
        return blocks_to_html(blocks) if blocks else ""
    if "ws-exhibit" in state.get("_dom_classes", ()):
        return str(state.get("value", ""))
    children = [str(child).removeprefix("IPY_MODEL_") for child in state.get("children", ())]
    return "".join(_still(saved, child) for child in children)


def before_save(model: dict[str, Any], **_: object) -> None:
    """Take the widgets out of a notebook that is being saved whose kernel has ended.

    JupyterLab saves the state of those that live, and of no others.
    """
    if model.get("type") != "notebook" or not model.get("content"):
        return
    notebook = model["content"]
    widgets = notebook.get("metadata", {}).get("widgets", {})
    drop_widgets(notebook, widgets.get(STATE, {}).get("state", ()))
