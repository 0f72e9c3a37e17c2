"""From asking for a kernel to the first output, with python3 and workshop, in three programs.

    python bench/first_output.py [ROUNDS]

The same notebook, which imports pandas and shows a table, goes through papermill, JupyterLab and
Voila with each kernel, in turn and in one run. A server is started for each kernel and asked twice,
for its first kernel, and for a later one. No browser takes part, so JupyterLab and Voila are
measured to the output that their server sends. The figures of one table belong to one run; what
carries over is the ratio.
"""

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

CODE = "import pandas as pd\nprint('first' + ' output')\npd.DataFrame({'week': range(3)})"
SHOWN = "first output"
KERNELS = ("python3", "workshop")
TOKEN = "bench"
LATER = {"the first kernel": 0.0, "a later kernel": 10.0}
"""The seconds of a pause before each, in which what was begun comes to its end."""


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    times: dict[str, dict[str, list[float]]] = {}
    for _ in range(rounds):
        for kernel in KERNELS:
            with tempfile.TemporaryDirectory() as place:
                notebook = _write(Path(place), kernel)
                for way in (papermill, engine, lab, voila):
                    for name, seconds in way(notebook, kernel):
                        times.setdefault(name, {}).setdefault(kernel, []).append(seconds)
    print(f"{rounds} rounds, medians in seconds, load {os.getloadavg()[0]:.1f}")
    print(f"{'':32}{'python3':>9}{'workshop':>10}{'ratio':>9}")
    for name, found in times.items():
        plain, warm = (statistics.median(found[kernel]) for kernel in KERNELS)
        print(f"{name:32}{plain:9.2f}{warm:10.2f}{plain / warm:8.1f}x")


def _write(folder: Path, kernel: str) -> Path:
    notebook = new_notebook(cells=[new_code_cell(CODE)])
    about = {"name": kernel, "display_name": kernel, "language": "python"}
    notebook.metadata["kernelspec"] = about
    path = folder / "it.ipynb"
    nbformat.write(notebook, path)
    return path


def papermill(notebook: Path, kernel: str) -> Iterator[tuple[str, float]]:
    yield "papermill, the command", _command(notebook, "-k", kernel)


def engine(notebook: Path, kernel: str) -> Iterator[tuple[str, float]]:
    """With `workshop` its engine, which needs no kernel at all."""
    options = ("-k", kernel) if kernel == "python3" else ("--engine", kernel)
    yield "papermill, --engine workshop", _command(notebook, *options)


def _command(notebook: Path, *options: str) -> float:
    begun = time.perf_counter()
    out = notebook.with_name("out.ipynb")
    command = [sys.executable, "-m", "papermill", str(notebook), str(out), *options]
    subprocess.run(
        [*command, "--no-progress-bar", "--log-level", "ERROR"],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    assert SHOWN in out.read_text("utf-8")
    return time.perf_counter() - begun


def lab(notebook: Path, kernel: str) -> Iterator[tuple[str, float]]:
    options = (f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={notebook.parent}")
    with _server("jupyterlab", "--no-browser", *options, "--ServerApp.allow_root=True") as base:
        for name, pause in LATER.items():
            time.sleep(pause)
            yield f"JupyterLab, {name}", asyncio.run(_in_lab(base, kernel))


async def _in_lab(base: str, kernel: str) -> float:
    begun = time.perf_counter()
    asked = urllib.request.Request(
        f"{base}/api/kernels?token={TOKEN}", json.dumps({"name": kernel}).encode()
    )
    loop = asyncio.get_running_loop()
    made = await loop.run_in_executor(None, lambda: json.load(urllib.request.urlopen(asked)))
    address = f"{base}/api/kernels/{made['id']}/channels?token={TOKEN}".replace("http", "ws", 1)
    channels = await websocket_connect(HTTPRequest(address))
    header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "session": "bench"}
    header |= {"username": "", "version": "5.3", "date": ""}
    content = {"code": CODE, "silent": False, "store_history": True, "user_expressions": {}}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
    await channels.write_message(json.dumps({**message, "channel": "shell", "buffers": []}))
    while SHOWN not in str(await channels.read_message()):
        pass
    seconds = time.perf_counter() - begun
    channels.close()
    return seconds


def voila(notebook: Path, kernel: str) -> Iterator[tuple[str, float]]:  # noqa: ARG001
    options = ("--no-browser", "--token=", str(notebook.parent))
    with _server("voila", *options) as base:
        for name, pause in LATER.items():
            time.sleep(pause)
            begun = time.perf_counter()
            with urllib.request.urlopen(f"{base}/voila/render/it.ipynb") as page:
                assert SHOWN in page.read().decode()
            yield f"Voila, {name}", time.perf_counter() - begun


@contextmanager
def _server(module: str, *options: str) -> Iterator[str]:
    """Run a server, and give its address once it answers."""
    with socket.create_server(("127.0.0.1", 0)) as trial:
        port = trial.getsockname()[1]
    command = [sys.executable, "-m", module, *options, f"--port={port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            if process.poll() is not None:
                raise RuntimeError(f"{module} has ended")
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        time.sleep(2)  # what it still imports is no part of a kernel's start
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


if __name__ == "__main__":
    main()
