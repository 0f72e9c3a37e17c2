"""The same notebooks as pages without code, for a leader alone: Voila, locked down."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from workshop.kernels import warm_up
from workshop.serve.start import Workplace, free_port

SHARE = Path(__file__).parent / "share"
POLICY = "; ".join(
    (
        "default-src 'self'",
        # Voila's page and the widgets' own modules are scripts in the page and from memory.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
IDLE = 8 * 3600
"""Seconds after which a kernel that nobody looks at is ended; a workshop has a lunch break."""


def run_app(
    place: Workplace, *, ip: str, port: int, browser: bool, on_ready: Callable[[str], None]
) -> None:
    """Run Voila until it is stopped; `on_ready` gets its address once it answers."""
    warm_up()  # so that the first page comes as quickly as the others
    paths = [str(SHARE), *filter(None, [os.environ.get("JUPYTER_PATH")])]
    os.environ["JUPYTER_PATH"] = os.pathsep.join(paths)  # where Voila looks for templates
    from traitlets.config import Config

    from workshop.serve.pages import make_app

    token = secrets.token_urlsafe(24)
    settings = Config()
    chosen = app_settings(place, ip=ip, port=free_port(port, ip), browser=browser, token=token)
    for name, value in chosen.items():
        section, key = name.split(".")
        settings[section][key] = value
    host = f"[{ip}]" if ":" in ip else ip
    make_app(settings, lambda found: on_ready(f"http://{host}:{found}/?token={token}"))


def app_settings(
    place: Workplace, *, ip: str, port: int, browser: bool, token: str
) -> dict[str, Any]:
    """Return Voila's settings by their full names."""
    return {
        "Voila.root_dir": str(place.folder),
        "Voila.ip": ip,
        "Voila.port": port,
        "Voila.port_retries": 0,
        "Voila.open_browser": browser,
        "Voila.token": token,
        "Voila.log_level": "WARN",
        "Voila.tornado_settings": {"headers": HEADERS, "allow_remote_access": ip != "127.0.0.1"},
        "VoilaConfiguration.template": "workshop",
        "VoilaConfiguration.strip_sources": True,
        "VoilaConfiguration.show_tracebacks": False,
        "VoilaConfiguration.file_allowlist": [r"pack/findings\.(pdf|html|json)"],
        "VoilaConfiguration.file_denylist": [r".*\.(workshop|db|ipynb|ya?ml)"],
        "MappingKernelManager.cull_idle_timeout": IDLE,
        "MappingKernelManager.cull_interval": 300,
        "VoilaExecutor.timeout": 300,
    }
