"""The views of schema step 0011, which other tools read by SQL: filled from a ledger, and what their columns mean."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import text

from sm_devzone.domain.duties import Duty
from sm_devzone.errors import WrongUsage
from sm_devzone.storage.database import Database

_COLUMNS = (*Duty._fields, "as_of", "known_to")
_FILL = f"INSERT INTO duty_row ({', '.join(_COLUMNS)}) VALUES (:{', :'.join(_COLUMNS)})"
_MEANINGS = """SELECT c.relname, a.attname, col_description(c.oid, a.attnum) FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE c.relname IN ('duties', 'overdue', 'facts') AND c.relnamespace = current_schema()::regnamespace
    ORDER BY c.relname, a.attnum"""


class Column(NamedTuple):
    """One column of a view, and what stands in it."""

    view: str
    column: str
    meaning: str


def check(database: Database) -> None:
    """Raises WrongUsage for a file, which has no views."""
    if database.path is not None:
        raise WrongUsage(f"视图只在 PostgreSQL 里：{database}", "文件请用 devzone export")


def fill(database: Database, duties: Sequence[Duty], day: date, known_to: int) -> None:
    """Let the views tell `duties`, as they stand on `day` by the facts up to the one numbered `known_to`; no others.

    Raises Refused for a login that may not, and DatabaseUnusable.
    """
    with database.writing() as connection:
        connection.execute(text("DELETE FROM duty_row"))
        if duties:
            known = {"as_of": day, "known_to": known_to}
            connection.execute(text(_FILL), [{**duty._asdict(), **known} for duty in duties])


def columns(database: Database) -> list[Column]:
    """Every column of the views. Raises DatabaseUnusable."""
    with database.reading() as run:
        return [Column(*row) for row in run(_MEANINGS, {})]
