"""One state of the journal: what was recorded up to a day and an entry, and the SQL that all its readers share.

A fact counts on a day when it had happened and had been recorded by the end of that day in China; so a ledger of a
past day, made again, is the same whatever was entered since. An entry taken back stops counting from the day its 作废
was recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Self

from sm_devzone.domain.calendar import end_of_day_utc
from sm_devzone.errors import DatabaseUnusable
from sm_devzone.storage.database import RESTORE, Run

KNOWN = "happened_on <= :day AND recorded_at < :day_over AND id <= :position"
# Only a 作废 has `voids`; asking for that instead of for its kind is answered by an index alone.
LIVE = "id NOT IN (SELECT voids FROM entry WHERE voids > 0 AND recorded_at < :day_over AND id <= :position)"
COUNTS = f"{KNOWN} AND {LIVE}"


def kind_is(*kinds: str) -> str:
    """As `kind IN kinds`, asked of every entry: SQLite makes a table of three or more, and looking there is dear.

    Most entries are updates, so one comparison is to tell them.
    """
    one_of = " OR ".join(f"kind = '{kind}'" for kind in kinds)
    return f"({one_of})" if "update" in kinds else f"kind <> 'update' AND ({one_of})"


def live(table: str) -> str:
    """As LIVE, for a few entries of `table`: asks one by one instead of gathering all that is void."""
    return f"""NOT EXISTS (SELECT 1 FROM entry v WHERE v.voids = {table}.id
        AND v.recorded_at < :day_over AND v.id <= :position)"""


_END = 2**53


class Snapshot:
    """What a database knows at one moment, up to the entry `position` where one is given."""

    def __init__(self, run: Run, position: int | None = None) -> None:
        self._run = run
        self._position = _END if position is None else position

    def upto(self, position: int) -> Self:
        """The same state, up to the entry `position`."""
        return type(self)(self._run, position)

    def position(self, day: date = date.max) -> int:
        """The number of the last entry known by the end of `day`, 0 when there is none."""
        rows = self._select("SELECT max(id) FROM entry WHERE recorded_at < :day_over AND id <= :position", day)
        return int(rows[0][0] or 0) if rows else 0

    def _select(self, sql: str, day: date, *, dated: bool = False, **values: Any) -> Sequence[Sequence[Any]]:
        given = {name: value for name, value in values.items() if value is not None}
        narrow = "".join(f" AND {name} = :{name}" for name in ("policy", "measure") if name in given)
        narrow += " AND milestone <> ''" if dated else ""
        return self._run(sql.format(narrow=narrow), {**given, **self._until(day)})

    def _until(self, day: date) -> Mapping[str, str | int]:
        over = moment(end_of_day_utc(day)) if day < date.max else "9999-12-31T23:59:59Z"
        return {"day": day.isoformat(), "day_over": over, "position": self._position}


def moment(of: datetime) -> str:
    """A moment as it is kept: 2026-11-23T08:20:48Z."""
    return f"{of.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


@cache
def day_of(text: str) -> date:
    return date.fromisoformat(text)


@contextmanager
def garbage_told() -> Iterator[None]:
    """SQLite keeps no checksums: where a disk has damaged a value and nothing else, we are the first to see it."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise DatabaseUnusable("流水里有读不懂的记录，数据库文件可能已损坏", RESTORE) from error
