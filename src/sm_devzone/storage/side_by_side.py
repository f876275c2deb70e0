"""The same work on many parts of a journal, on all cores.

SQLite lets the threads of a process wait for each other at every piece of memory, so the parts of a file go to
processes. On a server the work is the server's, and threads are enough to wait for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

Map = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""What each part comes to, in the order of the parts."""

_MOST = 4
"""Parts that are held at a time."""


def cores() -> int:
    """How many parts there is use in working on at a time."""
    return min(os.cpu_count() or 1, _MOST)


@contextmanager
def in_threads() -> Iterator[Map]:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(cores()) as pool:
        yield pool.map


@contextmanager
def in_processes() -> Iterator[Map]:
    """Work and parts are pickled. Raises ImportError, OSError or RuntimeError where processes cannot be had or end."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Started anew on every system: what a fork inherits of SQLite would be its locks.
    pool = ProcessPoolExecutor(cores(), mp_context=get_context("spawn"), initializer=_serve)
    try:
        yield partial(_begun, pool)
    finally:
        pool.shutdown(cancel_futures=True)


def _begun(pool: ProcessPoolExecutor, work: Callable[[Any], Any], parts: Iterable[Any]) -> Iterable[Any]:
    import signal

    if not hasattr(signal, "pthread_sigmask"):
        return pool.map(work, parts)
    # An interrupt is for the command alone; what it starts inherits that it is kept back.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.map(work, parts)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve() -> None:
    """Leave interrupts to the command, and end with it, however it ends."""
    import signal
    from threading import Thread

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_command, daemon=True).start()


def _end_with_the_command() -> None:
    from multiprocessing import parent_process

    if (command := parent_process()) is not None:
        command.join()
        os._exit(1)
