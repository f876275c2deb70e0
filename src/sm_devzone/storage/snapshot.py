"""One state of the journal, seen up to an entry or as it was known on a day, and the SQL that all its readers share.

A fact counts on a day when it had happened by then, whenever it was recorded: what was typed in late counts. What was
known is asked apart: up to an entry (`position`), for a paper that went out, or by the end of a day in China (`known`).
An entry taken back does not count as soon as its 作废 is known.
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

KNOWN = "happened_on <= :day AND recorded_at < :known AND +id <= :position"
# The plus keeps SQLite from reading all of a policy by number where an index names the duty: most often all is known.
# Only a 作废 has `voids`; asking for that instead of for its kind is answered by an index alone.
LIVE = "id NOT IN (SELECT voids FROM entry WHERE voids > 0 AND recorded_at < :known AND id <= :position)"
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
        AND v.recorded_at < :known AND v.id <= :position)"""


END = 2**53
_FOR_EVER = "9999-12-31T23:59:59Z"


class Snapshot:
    """What a database knows at one moment: all, or up to the entry `position`, or by the end of the day `known`.

    `by_number` folds in the order in which entries were recorded, as 0.1.0 did. A login of a unit sees its own entries
    alone (`is_partial`): what a duty rests on beside them, it is shown in views.
    """

    def __init__(
        self,
        run: Run,
        position: int | None = None,
        known: date | None = None,
        *,
        by_number: bool = False,
        is_partial: bool = False,
    ) -> None:
        self._run = run
        self._position = END if position is None else position
        self._known = known
        self._by_number = by_number
        self._is_partial = is_partial

    def seen(self, position: int | None = None, known: date | None = None, *, by_number: bool = False) -> Self:
        """The same state, as less was known of it."""
        return type(self)(self._run, position, known, by_number=by_number, is_partial=self._is_partial)

    def of_unit(self) -> Self:
        """The same, as the login of a unit sees it."""
        return type(self)(self._run, self._position, self._known, by_number=self._by_number, is_partial=True)

    def position(self) -> int:
        """The number of the last entry that is known, 0 when there is none."""
        rows = self._select("SELECT max(id) FROM entry WHERE recorded_at < :known AND id <= :position", date.max)
        return int(rows[0][0] or 0) if rows else 0

    def _select(self, sql: str, day: date, *, dated: bool = False, **values: Any) -> Sequence[Sequence[Any]]:
        return self._run(*self._asked(sql, day, dated=dated, **values))

    def _asked(self, sql: str, day: date, *, dated: bool = False, **values: Any) -> tuple[str, Mapping[str, Any]]:
        given = {name: value for name, value in values.items() if value is not None}
        narrow = "".join(f" AND {name} = :{name}" for name in ("policy", "measure") if name in given)
        narrow += " AND milestone > ''" if dated else ""
        return sql.format(narrow=narrow), {**given, **self._until(day)}

    def _until(self, day: date) -> Mapping[str, str | int]:
        known = moment(end_of_day_utc(self._known)) if self._known is not None else _FOR_EVER
        return {"day": day.isoformat(), "known": known, "position": self._position}


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
        raise garbage() from error


def garbage() -> DatabaseUnusable:
    return DatabaseUnusable("流水里有读不懂的记录，数据库文件可能已损坏", RESTORE)
