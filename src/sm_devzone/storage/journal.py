"""流水: the append-only store of facts, and the SQL that folds them into what counts on a day.

A fact counts on a day when it had happened and had been recorded by the end of that day in China; so a ledger of a
past day, made again, is the same whatever was entered since. An entry taken back stops counting from the day its 作废
was recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sm_devzone.domain.calendar import day_in_china, end_of_day_utc
from sm_devzone.domain.entry import DutyKey, Entry, Evidence, Issued, Notice, Record, Words
from sm_devzone.domain.glossary import KINDS, ROLES
from sm_devzone.errors import DatabaseUnusable, Refused
from sm_devzone.storage.database import RESTORE, Database, Run, runner

if TYPE_CHECKING:
    from sqlalchemy import Connection

_KNOWN = "happened_on <= :day AND recorded_at < :day_over AND id <= :position"
_LIVE = "id NOT IN (SELECT voids FROM entry WHERE kind = 'void' AND recorded_at < :day_over AND id <= :position)"
_COUNTS = f"{_KNOWN} AND {_LIVE}"
_NUMBER = "substr(CAST(10000000000 + id AS TEXT), 2)"
"""The number of an entry in ten digits, so that the greatest text is that of the last entry."""
_REPORT = "kind IN ('update', 'submit')"
_COLUMNS = (
    "id, kind, policy, measure, unit, milestone, period, happened_on, recorded_at, recorded_by, source, "
    "role, due_before, due, means, progress, note, problem, next_step, voids"
)


def _live(table: str) -> str:
    """As _LIVE, for a few entries of `table`: asks one by one instead of gathering all that is void."""
    return f"""NOT EXISTS (SELECT 1 FROM entry v WHERE v.voids = {table}.id AND v.kind = 'void'
        AND v.recorded_at < :day_over AND v.id <= :position)"""


def _last_report(column: str, extra: str = "") -> str:
    return f"""(SELECT {column} FROM entry e WHERE e.policy = w.policy AND e.measure = w.measure AND e.unit = w.unit
        AND e.milestone = w.milestone AND e.period = w.period AND {_REPORT} AND {_KNOWN} AND {_live("e")} {extra}
        ORDER BY e.happened_on DESC, e.id DESC LIMIT 1)"""


_FOLD = f"""SELECT policy, measure, unit, milestone, period,
      max(CASE WHEN kind IN ('update', 'submit') THEN happened_on END),
      max(CASE WHEN kind = 'submit' THEN {_NUMBER} || happened_on END),
      max(CASE WHEN kind IN ('submit', 'close', 'return', 'reopen') THEN {_NUMBER} || happened_on || kind END),
      max(CASE WHEN kind IN ('suspend', 'resume') THEN {_NUMBER} || happened_on || kind END),
      max(CASE WHEN kind = 'extend' THEN {_NUMBER} || due END),
      count(CASE WHEN kind = 'extend' THEN 1 END),
      count(CASE WHEN kind = 'extend' AND happened_on > due_before THEN 1 END),
      count(CASE WHEN kind = 'urge' THEN 1 END),
      max(CASE WHEN kind = 'urge' THEN happened_on END)
    FROM entry WHERE kind NOT IN ('assign', 'remove', 'void') AND {_COUNTS} {{narrow}}
    GROUP BY policy, measure, unit, milestone, period"""
"""One pass over the index: of each sort of act the last is found by its number, which stands in front."""

_AT_ONCE = 200
"""Duties asked about in one statement: enough that asking costs little, few enough for any limit on parameters."""

_WORDS = f"""WITH w(n, policy, measure, unit, milestone, period) AS (VALUES {{wanted}})
    SELECT w.n, coalesce(r.progress, {_last_report("e.progress", "AND e.progress IS NOT NULL")}),
        r.note, r.problem, r.next_step
    FROM w JOIN entry r ON r.id = {_last_report("e.id")}"""

_END = 2**53

_NOTICE = ", ".join(name for name in Notice._fields if name != "files")


class Reader:
    """What the journal knows, as of a day; up to the entry `position`, where one is given.

    All reads of one Reader see the same state.
    """

    def __init__(self, run: Run, position: int | None = None) -> None:
        self._run = run
        self._position = _END if position is None else position

    def position(self) -> int:
        """The number of the last entry, 0 when there is none."""
        rows = self._run("SELECT max(id) FROM entry", {})
        return int(rows[0][0] or 0) if rows else 0

    def kept_since(self, day: date) -> date | None:
        """The day on which the journal was begun; None where it was not by the end of `day`."""
        rows = self._select(f"SELECT recorded_at FROM entry WHERE {_KNOWN} ORDER BY id LIMIT 1", day)
        return day_in_china(datetime.fromisoformat(rows[0][0])) if rows else None

    def records(self, day: date, policy: str | None = None, measure: int | None = None) -> dict[DutyKey, Record]:
        """What counts on `day`, by duty; narrowed to a policy or one of its measures."""
        rows = self._select(_FOLD, day, policy=policy, measure=measure)
        with _garbage_told():
            return {DutyKey._make(row[:5]): _record(*row[5:]) for row in rows}

    def appointments(
        self, day: date, policy: str | None = None, measure: int | None = None
    ) -> dict[tuple[str, int, str], str | None]:
        """The office's latest word on who answers for a measure: a role, or None for a unit taken out."""
        rows = self._select(
            f"""SELECT id, policy, measure, unit, role FROM entry
                WHERE kind IN ('assign', 'remove') AND {_KNOWN} AND {_live("entry")} {{narrow}}""",
            day,
            policy=policy,
            measure=measure,
        )
        return {(row[1], row[2], row[3]): row[4] for row in sorted(map(tuple, rows))}

    def words(self, day: date, keys: Iterable[DutyKey]) -> dict[DutyKey, Words]:
        """The last report of each duty in words: the latest that happened, of one day the latest that was recorded."""
        found: dict[DutyKey, Words] = {}
        todo = list(keys)
        while todo:
            some, todo = todo[:_AT_ONCE], todo[_AT_ONCE:]
            wanted, values = [], dict(self._until(day))
            for number, key in enumerate(some):
                names = [f"{field}{number}" for field in DutyKey._fields]
                wanted.append(f"({number}, {', '.join(':' + name for name in names)})")
                values.update(zip(names, key, strict=True))
            for number, *words in self._run(_WORDS.format(wanted=", ".join(wanted)), values):
                found[some[number]] = Words._make(words)
        return found

    def acts(self, day: date, key: DutyKey) -> list[Entry]:
        """What counts on `day` of one duty, the last recorded first, and that one with its evidence."""
        extra = f"""AND unit = :unit AND milestone = :milestone AND period = :period
                    AND kind NOT IN ('assign', 'remove', 'void') AND {_live("entry")}"""
        acts = self._entries(extra, day, **key._asdict())
        rows = self._run(
            "SELECT sha256, name, size, id, entry FROM evidence WHERE entry = :entry ORDER BY id",
            {"entry": acts[0].id if acts else 0},
        )
        return [acts[0]._replace(evidence=tuple(map(Evidence._make, rows))), *acts[1:]] if acts else []

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

    def evidence(self, day: date, policy: str | None = None) -> list[Evidence]:
        """The evidence of every entry that counts on `day`, in the order in which it came in."""
        rows = self._select(
            f"""SELECT sha256, name, size, id, entry FROM evidence
                WHERE entry IN (SELECT id FROM entry WHERE {_COUNTS} {{narrow}}) ORDER BY id""",
            day,
            policy=policy,
        )
        return [Evidence._make(row) for row in rows]

    def evidenced(self, day: date, policy: str | None = None) -> set[DutyKey]:
        """The duties that have evidence which counts on `day`."""
        rows = self._select(
            f"""SELECT DISTINCT policy, measure, unit, milestone, period FROM entry
                WHERE id IN (SELECT entry FROM evidence) AND {_COUNTS} {{narrow}}""",
            day,
            policy=policy,
        )
        return {DutyKey._make(row) for row in rows}

    def issued(self, number: int, policy: str, year: int | None = None) -> list[Issued]:
        """The files of the bulletin of that number, of `year` or the last year that has one."""
        rows = self._run(
            """SELECT number, year, policy, cycle, period, start, day, position, form, sha256, recorded_by, recorded_at
               FROM bulletin WHERE number = :number AND policy = :policy ORDER BY year DESC, form DESC""",
            {"number": number, "policy": policy},
        )
        wanted = year if year is not None else rows[0][1] if rows else None
        return [
            Issued._make([*row[:5], date.fromisoformat(row[5]), date.fromisoformat(row[6]), *row[7:]])
            for row in rows
            if row[1] == wanted
        ]

    def notices(self) -> list[Notice]:
        """Every 督办单 that was issued, in the order of their numbers."""
        rows = self._run(f"SELECT {_NOTICE}, form, sha256 FROM notice ORDER BY year, number, form", {})
        found: dict[tuple[int, int], Notice] = {}
        with _garbage_told():
            for *values, form, sha256 in rows:
                own = Notice(*values)
                own = found.setdefault((own.year, own.number), own)
                found[own.year, own.number] = own._replace(files=(*own.files, (form, sha256)))
            return [
                own._replace(
                    issued_on=date.fromisoformat(str(own.issued_on)), reply_due=date.fromisoformat(str(own.reply_due))
                )
                for own in found.values()
            ]

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
                                    AND v.recorded_at < :day_over AND v.id <= :position)
                FROM entry WHERE {_KNOWN} {extra} {{narrow}} ORDER BY id DESC""",
            day,
            **narrow,
        )
        with _garbage_told():
            return [_entry(row) for row in rows]

    def _select(self, sql: str, day: date, **values: Any) -> Sequence[Sequence[Any]]:
        given = {name: value for name, value in values.items() if value is not None}
        narrow = "".join(f" AND {name} = :{name}" for name in ("policy", "measure") if name in given)
        return self._run(sql.format(narrow=narrow), {**given, **self._until(day)})

    def _until(self, day: date) -> Mapping[str, str | int]:
        over = _moment(end_of_day_utc(day)) if day < date.max else "9999-12-31T23:59:59Z"
        return {"day": day.isoformat(), "day_over": over, "position": self._position}


class Journal:
    """The journal in `database`."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @contextmanager
    def reading(self, position: int | None = None) -> Iterator[Reader]:
        """Raises DatabaseUnusable."""
        with self.database.reading() as run:
            yield Reader(run, position)

    def issue(self, issued: Sequence[Issued], now: datetime) -> None:
        """Record that a bulletin was issued, one Issued a file. Raises Refused when its number is taken."""
        from sqlmodel import Session

        from sm_devzone.storage.tables import BulletinRow

        with self.database.writing() as connection:
            reader = Reader(runner(connection))
            for one in issued:
                if reader.issued(one.number, one.policy, one.year):
                    raise Refused(f"{one.year} 年第 {one.number} 期已经发过", "请换一个期号，或用 --verify 核对")
            with Session(connection) as session:
                for one in issued:
                    values = one._asdict() | {"start": one.start.isoformat(), "day": one.day.isoformat()}
                    session.add(BulletinRow(**{**values, "recorded_at": _moment(now)}))
                session.commit()

    def issue_notices(self, notices: Sequence[Notice], after: int, now: datetime) -> bool:
        """Record 督办单, each with its files. False, and nothing written, where there are not `after` others.

        So a number that was chosen before the lock was held is taken once, and leaves no gap.
        """
        from sqlmodel import Session

        from sm_devzone.storage.tables import NoticeRow

        with self.database.writing() as connection:
            if len(Reader(runner(connection)).notices()) != after:
                return False
            with Session(connection) as session:
                for own in notices:
                    values = own._asdict() | {"recorded_at": _moment(now)}
                    for name in ("issued_on", "reply_due"):
                        values[name] = values[name].isoformat()
                    for form, sha256 in values.pop("files"):
                        session.add(NoticeRow(**values, form=form, sha256=sha256))
                session.commit()
        return True

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


def _record(
    reported_on: str | None,
    submitted: str | None,
    act: str | None,
    pause: str | None,
    due: str | None,
    extensions: int,
    extended_late: int,
    urges: int,
    urged_on: str | None,
) -> Record:
    return Record(
        _day(reported_on),
        _day(submitted and submitted[10:]),
        act and act[20:],
        _day(act and act[10:20]),
        _day(pause[10:20]) if pause and pause[20:] == "suspend" else None,
        _day(due and due[10:]),
        extensions,
        extended_late,
        urges,
        _day(urged_on),
    )


@cache
def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


_NAMES = (*_COLUMNS.split(", "), "voided_by")


def _entry(row: Sequence[Any]) -> Entry:
    values = dict(zip(_NAMES, row, strict=True))
    for name in ("happened_on", "due_before", "due"):
        values[name] = _day(values[name])
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

    from sm_devzone.storage.tables import EntryRow, EvidenceRow

    numbers = []
    with Session(connection) as session:
        for entry in entries:
            values: dict[str, Any] = {
                name: value.isoformat() if isinstance(value, date) else value
                for name, value in entry._asdict().items()
                if name not in ("id", "voided_by", "evidence")
            }
            row = EntryRow(**values)
            session.add(row)
            session.flush()
            assert row.id is not None
            numbers.append(row.id)
            for kept in entry.evidence:
                session.add(EvidenceRow(entry=row.id, sha256=kept.sha256, name=kept.name, size=kept.size))
        session.commit()
    return numbers


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
