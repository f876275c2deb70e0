"""流水: the append-only store of facts, and the SQL that folds them into what counts on a day.

A fact counts on a day when it had happened and had been recorded by the end of that day in China; so a ledger of a
past day, made again, is the same whatever was entered since. An entry taken back stops counting from the day its 作废
was recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sm_devzone.domain.calendar import end_of_day_utc
from sm_devzone.domain.entry import DutyKey, Entry, Record, Words
from sm_devzone.domain.glossary import KINDS, ROLES
from sm_devzone.errors import DatabaseUnusable
from sm_devzone.storage.database import RESTORE, Database, Run, runner

if TYPE_CHECKING:
    from sqlalchemy import Connection

_KNOWN = "happened_on <= :day AND recorded_at < :day_over"
_LIVE = "id NOT IN (SELECT voids FROM entry WHERE kind = 'void' AND recorded_at < :day_over)"
_COUNTS = f"{_KNOWN} AND {_LIVE}"
_REPORT = "kind IN ('update', 'submit')"
_COLUMNS = (
    "id, kind, policy, measure, unit, milestone, period, happened_on, recorded_at, recorded_by, source, "
    "role, progress, note, problem, next_step, voids"
)


class Reader:
    """What the journal knows, as of a day. All reads of one Reader see the same state."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def records(self, day: date, policy: str | None = None, measure: int | None = None) -> dict[DutyKey, Record]:
        """What counts on `day`, by duty; narrowed to a policy or one of its measures."""
        rows = self._select(
            f"""SELECT policy, measure, unit, milestone, period,
                       max(happened_on), max(CASE WHEN kind = 'submit' THEN happened_on END)
                FROM entry WHERE {_REPORT} AND {_COUNTS} {{narrow}}
                GROUP BY policy, measure, unit, milestone, period""",
            day,
            policy=policy,
            measure=measure,
        )
        with _garbage_told():
            iso = date.fromisoformat
            return {
                DutyKey._make(row[:5]): Record(iso(row[5]), iso(row[6]) if row[6] is not None else None) for row in rows
            }

    def appointments(
        self, day: date, policy: str | None = None, measure: int | None = None
    ) -> dict[tuple[str, int, str], str | None]:
        """The office's latest word on who answers for a measure: a role, or None for a unit taken out."""
        rows = self._select(
            f"""SELECT policy, measure, unit, role FROM entry
                WHERE kind IN ('assign', 'remove') AND {_COUNTS} {{narrow}} ORDER BY id""",
            day,
            policy=policy,
            measure=measure,
        )
        return {(row[0], row[1], row[2]): row[3] for row in rows}

    def words(self, day: date, keys: Iterable[DutyKey]) -> dict[DutyKey, Words]:
        """The last report of each duty in words: the latest that happened, of one day the latest that was recorded."""
        found = {}
        for key in keys:
            rows = self._run(
                f"""SELECT progress, note, problem, next_step FROM entry
                    WHERE policy = :policy AND measure = :measure AND unit = :unit AND milestone = :milestone
                      AND period = :period AND {_REPORT} AND {_COUNTS}
                    ORDER BY happened_on DESC, id DESC""",
                {**key._asdict(), **_until(day)},
            )
            if rows:
                progress = next((row[0] for row in rows if row[0] is not None), None)
                found[key] = Words(progress, *rows[0][1:])
        return found

    def last_report(self, day: date, key: DutyKey) -> Entry | None:
        """The report of a duty that was recorded last, of those that count on `day`."""
        extra = f"AND unit = :unit AND milestone = :milestone AND period = :period AND {_REPORT} AND {_LIVE}"
        found = self._entries(extra, day, **key._asdict())
        return found[0] if found else None

    def entries(
        self, day: date, policy: str | None = None, measure: int | None = None, since: date | None = None
    ) -> list[Entry]:
        """Every entry known on `day`, newest first, with `voided_by` where a 作废 known by then takes it back.

        With `since` only those that became known on that day or later.
        """
        return self._entries("", day, policy=policy, measure=measure, since=since)

    def entry(self, number: int) -> Entry | None:
        """One entry by its number, whenever it was recorded."""
        found = self._entries("AND id = :id", date.max, id=number)
        return found[0] if found else None

    def count(self, day: date, policy: str | None = None) -> int:
        """How many entries are known on `day`."""
        rows = self._select(f"SELECT count(*) FROM entry WHERE {_KNOWN} {{narrow}}", day, policy=policy)
        return int(rows[0][0]) if rows else 0

    def _entries(self, extra: str, day: date, *, since: date | None = None, **narrow: Any) -> list[Entry]:
        if since is not None:
            extra += " AND recorded_at >= :since"
            narrow["since"] = _moment(end_of_day_utc(date.fromordinal(since.toordinal() - 1)))
        rows = self._select(
            f"""SELECT {_COLUMNS}, (SELECT min(v.id) FROM entry v WHERE v.voids = entry.id
                                    AND v.recorded_at < :day_over)
                FROM entry WHERE {_KNOWN} {extra} {{narrow}} ORDER BY id DESC""",
            day,
            **narrow,
        )
        with _garbage_told():
            return [_entry(row) for row in rows]

    def _select(self, sql: str, day: date, **values: Any) -> Sequence[Sequence[Any]]:
        given = {name: value for name, value in values.items() if value is not None}
        narrow = "".join(f" AND {name} = :{name}" for name in ("policy", "measure") if name in given)
        return self._run(sql.format(narrow=narrow), {**given, **_until(day)})


class Journal:
    """The journal in `database`."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """Raises DatabaseUnusable."""
        with self.database.reading() as run:
            yield Reader(run)

    def append(self, decide: Callable[[Reader], Sequence[Entry]], now: datetime) -> list[Entry]:
        """Append what `decide` returns, all recorded at `now`, whole or not at all; return it with its numbers.

        Nobody else writes between what `decide` reads and what is appended. Where there is no database yet, `decide`
        is asked once before: a refusal makes none. Raises DatabaseUnusable, and what `decide` raises.
        """
        if self.database.is_blank and not decide(Reader(lambda _sql, _values: [])):
            return []
        with self.database.writing() as connection:
            entries = [entry._replace(recorded_at=_moment(now)) for entry in decide(Reader(runner(connection)))]
            return [
                entry._replace(id=number) for entry, number in zip(entries, _insert(connection, entries), strict=True)
            ]


_NAMES = (*_COLUMNS.split(", "), "voided_by")


def _entry(row: Sequence[Any]) -> Entry:
    values = dict(zip(_NAMES, row, strict=True))
    values["happened_on"] = date.fromisoformat(values["happened_on"])
    datetime.fromisoformat(values["recorded_at"])
    if values["kind"] not in KINDS or values["role"] not in (None, *ROLES):
        raise ValueError
    return Entry(**values)


@contextmanager
def _garbage_told() -> Iterator[None]:
    """SQLite keeps no checksums: where a disk has damaged a value and nothing else, we are the first to see it."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise DatabaseUnusable("流水里有读不懂的记录，数据库文件可能已损坏", RESTORE) from error


def _insert(connection: Connection, entries: Sequence[Entry]) -> list[int]:
    from sqlmodel import Session

    from sm_devzone.storage.tables import EntryRow

    numbers = []
    with Session(connection) as session:
        for entry in entries:
            values = entry._asdict() | {"id": None, "happened_on": entry.happened_on.isoformat()}
            del values["voided_by"]
            row = EntryRow(**values)
            session.add(row)
            session.flush()
            assert row.id is not None
            numbers.append(row.id)
        session.commit()
    return numbers


def _until(day: date) -> Mapping[str, str]:
    return {
        "day": day.isoformat(),
        "day_over": _moment(end_of_day_utc(day)) if day < date.max else "9999-12-31T23:59:59Z",
    }


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
