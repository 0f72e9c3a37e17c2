"""Who makes the packs: processes of this machine, or a Dask cluster.

Workers are a context that gives an executor (`concurrent.futures`) and can give a fresh one when
it has broken; `places` is how many packs are under way at once.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
from concurrent.futures import Executor, ProcessPoolExecutor
from typing import Any, Protocol, Self

from workshop.problems import InputError, Problem, need_extra

PRELOAD = [
    "workshop.kernels.engine",
    "workshop.pack.build",
    "workshop.documents.notebooks.notebook",
    "workshop.documents.page",
    "workshop.documents.paper",
    "workshop.portfolio",
    "workshop.batch.job",
]
"""Imported once, by the process that local workers are forked from."""
PACKS_A_WORKER = 200
"""After so many packs a worker process makes way for a new one, so that memory stays flat."""


class Workers(Protocol):
    """Where jobs are done."""

    executor: Executor

    @property
    def places(self) -> int:
        """How many packs can be under way at once, now."""

    def renew(self) -> None:
        """Bring in a fresh executor after the old one broke."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class LocalWorkers:
    """So many processes of this machine, each with a server of its own to fork kernels from."""

    def __init__(self, count: int) -> None:
        self.places = count

    def __enter__(self) -> Self:
        self.executor: Executor = self._start()
        return self

    def __exit__(self, *error: object) -> None:
        if error[0] is not None:  # stopped in the middle: what is under way is not waited for
            for process in multiprocessing.active_children():
                process.terminate()
        self.executor.shutdown(wait=True, cancel_futures=True)

    def renew(self) -> None:
        self.executor.shutdown(wait=True, cancel_futures=True)
        self.executor = self._start()

    def _start(self) -> ProcessPoolExecutor:
        context: Any
        if sys.platform == "win32":
            context = multiprocessing.get_context("spawn")
        else:
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload(PRELOAD)
        return ProcessPoolExecutor(
            self.places,
            mp_context=context,
            initializer=_begin,
            max_tasks_per_child=PACKS_A_WORKER,
        )


def _begin() -> None:
    """Prepare a worker: it ends with the command, however that ends.

    Ctrl-C is for the command, which then ends its workers itself; where it was killed it cannot,
    and a worker would wait for its next job for ever.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_command, daemon=True).start()
    from workshop.files import preload
    from workshop.kernels import warm_up

    warm_up(preload())


def _end_with_command() -> None:
    command = multiprocessing.parent_process()
    if command is not None:
        multiprocessing.connection.wait([command.sentinel])
        os._exit(1)


class DaskWorkers:
    """The workers of a Dask cluster, wherever they run."""

    def __init__(self, address: str) -> None:
        """Raise InputError if Dask is not installed."""
        need_extra("cluster", "A batch on a cluster", {"distributed": "Dask"})
        self._address = address

    def __enter__(self) -> Self:
        """Connect; raise InputError if no scheduler answers."""
        from distributed import Client

        try:
            self._client: Any = Client(self._address, timeout=10, set_as_default=False)
        except (OSError, ValueError) as error:
            hint = "Start one with “dask scheduler”, and give the address that it prints."
            message = f"No Dask scheduler answers there ({type(error).__name__})."
            raise InputError(
                [Problem(message, "--scheduler", self._address, suggestion=hint)]
            ) from None
        self.executor: Executor = self._client.get_executor(pure=False)
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(TimeoutError, OSError):
            self.executor.shutdown(wait=False)
            self._client.close(timeout=10)

    @property
    def places(self) -> int:
        """How many packs the workers of now make at once; 1 while there is none yet."""
        threads: list[int] = list(self._client.nthreads().values())
        return max(1, sum(threads))

    def renew(self) -> None:
        """Nothing to do: the scheduler makes up for a worker that is gone."""


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
