"""Firefox as Playwright wants it; run in the browser's place, with its arguments.

Playwright drives the system's own Firefox by WebDriver BiDi and asks for two things that Firefox
ESR does not have yet. This stands between the two. Commands of emulation (of colours and screens)
that Firefox calls unknown are answered as if they were carried out, and the download of a file that
a page made itself gets an id.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from contextlib import suppress
from typing import Any

from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

OPEN: dict[str, Any] = {"max_size": None, "ping_interval": None, "compression": None}
LISTENS = "WebDriver BiDi listening on "


async def main(command: list[str]) -> None:
    firefox = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    assert firefox.stderr is not None
    address = ""
    async for line in firefox.stderr:
        if found := re.search(rb"%s(ws://\S+)" % LISTENS.encode(), line):
            address = found[1].decode()
            break

    async def between(client: Any) -> None:
        with suppress(ConnectionClosed):
            async with connect(f"{address}/session", proxy=None, **OPEN) as browser:
                emulated: set[int] = set()
                ways = {_to(client, browser, emulated), _from(browser, client, emulated)}
                tasks = [asyncio.create_task(way) for way in ways]
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)

    async with serve(between, "127.0.0.1", 0, **OPEN) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        sys.stderr.write(f"{LISTENS}ws://127.0.0.1:{port}\n")
        sys.stderr.flush()
        async for _ in firefox.stderr:  # until it ends
            pass
    await firefox.wait()


async def _to(client: Any, browser: Any, emulated: set[int]) -> None:
    async for message in client:
        command = json.loads(message)
        if command.get("method", "").startswith("emulation."):
            emulated.add(command["id"])
        await browser.send(message)


async def _from(browser: Any, client: Any, emulated: set[int]) -> None:
    async for message in browser:
        event = json.loads(message)
        if event.get("error") == "unknown command" and event["id"] in emulated:
            message = json.dumps({"type": "success", "id": event["id"], "result": {}})
        if event.get("method", "").startswith("browsingContext.download"):
            about = event["params"]
            about.setdefault("download", about["navigation"] or about["url"].rpartition("/")[2])
            message = json.dumps(event)
        await client.send(message)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
