"""JupyterLab on a working folder: its welcome page open, and nothing fetched from anywhere."""

from __future__ import annotations

import importlib
import secrets
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from workshop.kernels import warm_up
from workshop.serve.start import Workplace, free_port

OVERRIDES = Path(__file__).parent / "overrides.json"


def lab_settings(place: Workplace, *, ip: str, port: int, browser: bool) -> dict[str, Any]:
    """Return JupyterLab's settings by their full names.

    The user's own JupyterLab keeps its settings and layout: these live in the folder.
    """
    settings = place.home / "lab"
    settings.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(OVERRIDES, settings / "overrides.json")
    return {
        "ServerApp.root_dir": str(place.folder),
        "ServerApp.ip": ip,
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.open_browser": browser,
        "ServerApp.answer_yes": True,
        "ServerApp.allow_root": True,
        "ServerApp.terminals_enabled": False,
        # Its warnings are about Jupyter itself, and look like faults of the day to a facilitator.
        "ServerApp.log_level": "ERROR",
        "LabApp.log_level": "ERROR",
        "LabApp.default_url": "/lab/tree/WELCOME.md",
        "LabApp.app_settings_dir": str(settings),
        "LabApp.user_settings_dir": str(settings / "user"),
        "LabApp.workspaces_dir": str(settings / "workspaces"),
        "LabApp.news_url": None,
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "LabApp.extension_manager": "readonly",
    }


def run_lab(
    place: Workplace, *, ip: str, port: int, browser: bool, on_ready: Callable[[str], None]
) -> None:
    """Run JupyterLab until it is stopped; `on_ready` gets its address once it answers."""
    warm_up()  # so that the first kernel starts as quickly as the others
    from jupyterlab.labapp import LabApp
    from traitlets.config import Config

    # Voila, which Jupyter loads, asks for warnings that only a developer of Jupyter can act on.
    importlib.import_module("voila")
    warnings.filterwarnings("ignore", category=DeprecationWarning, module="traitlets")

    settings, token = Config(), secrets.token_urlsafe(24)
    chosen = lab_settings(place, ip=ip, port=free_port(port, ip), browser=browser)
    for name, value in (*chosen.items(), ("IdentityProvider.token", token)):
        section, key = name.split(".")
        settings[section][key] = value
    server: Any = LabApp.initialize_server(  # type: ignore[no-untyped-call]
        argv=[], config=settings
    )
    host = f"[{ip}]" if ":" in ip else ip
    address = f"http://{host}:{server.port}{chosen['LabApp.default_url']}?token={token}"
    server.io_loop.add_callback(on_ready, address)
    server.start()
