"""A room under load, from a second process on this machine: how long a vote takes to be kept.

Run it with ``python bench/room.py [PEOPLE] [VOTES A SECOND] [PLACE]``. Everybody joins and keeps a
page open that follows the room, one question is opened, and everybody votes again and again at an
even pace. What is timed is from sending the form to the answer that says it is kept, which is sent
when the vote is on the disk. Then all vote at once. Afterwards every vote that was kept has to be
in the session, exactly once, with its last value. PLACE says where that lies: a folder, else a
temporary one; an address ``postgresql://…?session=NAME`` of a session that is made and deleted; or
the word ``postgresql``, for a server of its own on this machine as the tests start it.
"""

import asyncio
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx

from workshop.session import Session, is_server

SECONDS = 10
SERVER = (
    "import typer; from workshop.cli.live import room; "
    "app = typer.Typer(); app.command()(room); app()"
)
FORM = re.compile(r'name="form" value="([^"]+)"')
CHOICES = ("research", "engineering", "product")


def start(place: str) -> tuple[subprocess.Popen[str], str, str, str]:
    """Start a room; return its process, its address, the join code and the facilitator's key."""
    command = [sys.executable, "-c", SERVER, str(place), "--port", "0", "--privacy", "anonymous"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, encoding="utf-8", env=os.environ
    )
    assert process.stdout is not None
    output = ""
    for line in process.stdout:
        output += line
        if "Ctrl-C" in line:
            break
    address, key = re.search(r"(http://[\d.:]+)/console#(\S+)", output).groups()  # type: ignore[union-attr]
    code = re.search(r"code (\w+ \w+)", output)[1]  # type: ignore[index]
    return process, address, code, key


def client(address: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=address, timeout=30, trust_env=False)


async def token(who: httpx.AsyncClient, path: str = "/") -> str:
    return FORM.search((await who.get(path)).text)[1]  # type: ignore[index]


async def join(address: str, code: str) -> tuple[httpx.AsyncClient, str]:
    who = client(address)
    form = await token(who)
    answer = await who.post("/join", data={"code": code, "form": form})
    assert answer.status_code == 303, answer.text
    return who, form


async def vote(who: httpx.AsyncClient, form: str, value: str) -> float | None:
    """Vote; return the milliseconds until it was kept, None if it was not."""
    begun = time.perf_counter()
    data = {"form": form, "question": "lead", "round": 1, "choice": value, "fact": "as seen"}
    answer = await who.post("/vote", data=data)
    return 1000 * (time.perf_counter() - begun) if answer.status_code == 303 else None


async def follow(who: httpx.AsyncClient) -> None:
    """Be told of every change, as each open page is."""
    async with who.stream("GET", "/events") as stream:
        async for _ in stream.aiter_bytes():
            pass


def report(name: str, times: list[float]) -> None:
    cuts = statistics.quantiles(times, n=100)
    print(
        f"{name}: {len(times)} votes kept; middle {cuts[49]:.1f} ms, "
        f"p95 {cuts[94]:.1f} ms, p99 {cuts[98]:.1f} ms, longest {max(times):.1f} ms"
    )


async def run(place: str, address: str, code: str, key: str, people: int, pace: float) -> None:
    facilitator = client(address)
    form = await token(facilitator, "/console")
    await facilitator.post("/console/enter", data={"key": key, "form": form})
    room = [await join(address, code) for _ in range(people)]
    await facilitator.post("/console/ask", data={"question": "lead", "round": 1, "form": form})
    await asyncio.gather(*(who.get("/") for who, _ in room))  # connections are open now

    following = [asyncio.create_task(follow(who)) for who, _ in room]
    await asyncio.sleep(1)

    dice = random.Random(1)
    waiting = []
    begun = time.perf_counter()
    for number in range(round(pace * SECONDS)):
        await asyncio.sleep(max(0.0, begun + number / pace - time.perf_counter()))
        one = room[number % people]
        waiting.append(asyncio.create_task(vote(*one, dice.choice(CHOICES))))
    times = await asyncio.gather(*waiting)
    assert None not in times
    report(f"{people} people, {pace:.0f} votes a second", [t for t in times if t is not None])

    last = [dice.choice(CHOICES) for _ in room]
    begun = time.perf_counter()
    both = zip(room, last, strict=True)
    times = await asyncio.gather(*(vote(*one, value) for one, value in both))
    took = time.perf_counter() - begun
    assert None not in times
    report(f"{people} votes at once, {took:.2f} s in all", [t for t in times if t is not None])

    for one in following:
        one.cancel()
    await facilitator.post("/console/close", data={"question": "lead", "round": 1, "form": form})
    session = Session.open(place, create=False)
    votes = session.notes("voted")
    ballots = [v.body["ballot"] for v in votes]
    assert len(ballots) == len(set(ballots)) == people
    assert sorted(v.body["value"] for v in votes) == sorted(last)
    print(f"all {people} votes are in the session, each exactly once, with its last value")
    session.close()
    for who, _ in [*room, (facilitator, "")]:
        await who.aclose()


@contextmanager
def place_of(address: str | None) -> Iterator[str]:
    """A place for one session, which is gone afterwards."""
    if address == "postgresql":
        sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
        from databases import Cluster

        cluster = Cluster()
        try:
            yield cluster.place("bench")
        finally:
            cluster.remove()
    elif address and is_server(address):
        yield address
        with closing(Session.open(address, create=False)) as session:
            session.delete()
    else:
        with tempfile.TemporaryDirectory(dir=address) as folder:
            yield str(Path(folder) / "session.workshop")


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    pace = float(sys.argv[2]) if len(sys.argv) > 2 else 100
    print(f"load before: {os.getloadavg()[0]:.2f}")
    with (
        place_of(sys.argv[3] if len(sys.argv) > 3 else None) as place,
        tempfile.TemporaryDirectory() as keys,
    ):
        os.environ["XDG_STATE_HOME"] = keys
        process, address, code, key = start(place)
        try:
            asyncio.run(run(place, address, code, key, people, pace))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(10)


if __name__ == "__main__":
    main()
