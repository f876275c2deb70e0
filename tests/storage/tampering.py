"""What may be done to the tables by whoever has the database before them: a fact changed, taken out, put in."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Integer
from sqlmodel import SQLModel

from sm_devzone.storage import tables
from sm_devzone.storage.chain import FACTS

assert tables.LinkRow.__tablename__ == "link"  # the tables are known once they are loaded
_UNIQUE = ("number",)
"""The columns by which a paper or a version is there once: one that is put in has another."""


def acts(table: str) -> Iterator[tuple[str, str]]:
    """What can be done to the last row of `table`: its name, and the statement, the same for both databases.

    Where nothing is left blank, or nothing is filled in, there is nothing to do.
    """
    columns = SQLModel.metadata.tables[table].columns
    last = f"id = (SELECT max(id) FROM {table})"
    for column in columns:
        name, is_number = column.name, isinstance(column.type, Integer)
        changed = f"coalesce({name}, 0) + 1" if is_number else f"coalesce({name}, '') || '改'"
        yield f"{name} changed", f"UPDATE {table} SET {name} = {changed} WHERE {last}"
        if column.nullable:
            set_to = "0" if is_number else "''"
            yield f"{name} blank", f"UPDATE {table} SET {name} = {set_to} WHERE {last} AND {name} IS NULL"
            yield f"{name} gone", f"UPDATE {table} SET {name} = NULL WHERE {last} AND {name} IS NOT NULL"
    yield "taken out", f"DELETE FROM {table} WHERE {last}"
    names = [column.name for column in columns if column.name != "id"]
    copied = ", ".join(f"{name} + 50" if name in _UNIQUE else name for name in names)
    for where, number in (("behind", "id + 1"), ("far behind", "id + 1000"), ("before", "id - 1000")):
        yield (
            f"put in {where}",
            f"INSERT INTO {table} (id, {', '.join(names)}) SELECT {number}, {copied} FROM {table} WHERE {last}",
        )


def told(table: str) -> str:
    """How a fact of `table` is named, whichever it is."""
    return FACTS[table].partition("{}")[0]
