"""Run several processes that serve the same sockets."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.process import BaseProcess


_log = logging.getLogger(__name__)
_RESTART_SECONDS: Final = 1
# A worker finishes its requests first.
_STOP_SECONDS: Final = 30


def run_workers(count: int, target: Callable[..., None], *args: Any) -> None:
    """
    Run a function in several processes until KeyboardInterrupt.

    A process that ends is replaced. SIGTERM interrupts `target` in each.

    Args:
        count: Number of processes.
        target: Function of a module.
        args: Arguments that can be pickled, or sockets.
    """

    def start_worker() -> BaseProcess:
        # Not forked: threads and database connections would be copied.
        worker = multiprocessing.get_context("spawn").Process(
            target=_run_worker, args=(target, args)
        )
        worker.start()
        return worker

    workers = [start_worker() for _ in range(count)]
    try:
        while True:
            wait([worker.sentinel for worker in workers])
            for position, worker in enumerate(workers):
                if not worker.is_alive():
                    _log.error("Worker ended exit_code=%s", worker.exitcode)
                    time.sleep(_RESTART_SECONDS)
                    workers[position] = start_worker()
    finally:
        _stop(workers)


def _stop(workers: list[BaseProcess]) -> None:
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join(_STOP_SECONDS)
        if worker.is_alive():
            worker.kill()


def _run_worker(target: Callable[..., None], args: tuple[Any, ...]) -> None:
    # Ctrl+C reaches all processes of a terminal; the parent ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        target(*args)
    except KeyboardInterrupt:
        return


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
