"""A connection to a server that may fall silent: stopped in the middle, it takes no leave and keeps its sockets open.

What is bounded is silence, not the work: however long a result is in coming over a slow line, each byte begins anew.
"""

import logging
from collections.abc import Generator
from typing import Any

import psycopg

from sm_devzone.storage import database

_INTERVAL = 0.1
"""Seconds after which psycopg says that nothing was heard, as it does by itself."""

logging.getLogger("psycopg").addHandler(logging.NullHandler())  # its remarks are no words for a user


class ServerSilent(psycopg.OperationalError):
    """Nothing was heard for SILENT_SECONDS while an answer was due."""


class Connection(psycopg.Connection[Any]):
    """As psycopg's, and closed when the server falls silent."""

    def wait(self, gen: Any, interval: float = _INTERVAL, **bounds: Any) -> Any:  # type: ignore[override]
        return super().wait(self._heard(gen, interval), interval, **bounds)

    def _heard(self, gen: Any, interval: float) -> Generator[Any, Any, Any]:
        silent = 0.0
        try:
            waits_for = next(gen)
            while True:
                ready = yield waits_for
                silent = 0.0 if ready else silent + interval
                if silent >= database.SILENT_SECONDS:
                    self.pgconn.finish()  # or leaving the transaction would wait for it once more
                    raise ServerSilent("the server has fallen silent")
                waits_for = gen.send(ready)
        except StopIteration as end:
            return end.value


def connect(_: Any, __: Any, arguments: Any, named: Any) -> Connection:
    """How SQLAlchemy is to connect (its event `do_connect`)."""
    return Connection.connect(*arguments, **named)
