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
from sm_devzone.domain.entry import REPORTS, Dispatch, DutyKey, Entry, Evidence, Issued, Notice, Record, Words
from sm_devzone.domain.glossary import KINDS, ROLES
from sm_devzone.errors import DatabaseUnusable, Refused
from sm_devzone.storage.database import RESTORE, Database, Run, runner

if TYPE_CHECKING:
    from sqlalchemy import Connection

_KNOWN = "happened_on <= :day AND recorded_at < :day_over AND id <= :position"
# Only a 作废 has `voids`; asking for that instead of for its kind is answered by an index alone.
_LIVE = "id NOT IN (SELECT voids FROM entry WHERE voids > 0 AND recorded_at < :day_over AND id <= :position)"
_COUNTS = f"{_KNOWN} AND {_LIVE}"
_NUMBER = "(10000000000 + id)"
"""The number of an entry, as text always eleven digits, so that the greatest text is that of the last entry."""
_COLUMNS = (
    "id, kind, policy, measure, unit, milestone, period, happened_on, recorded_at, recorded_by, source, "
    "role, due_before, due, means, progress, note, problem, next_step, material, reporter, phone, voids"
)


def _is(*kinds: str) -> str:
    """As `kind IN kinds`, asked of every entry: SQLite makes a table of three or more, and looking there is dear.

    Most entries are updates, so one comparison is to tell them.
    """
    one_of = " OR ".join(f"kind = '{kind}'" for kind in kinds)
    return f"({one_of})" if "update" in kinds else f"kind <> 'update' AND ({one_of})"


def _live(table: str) -> str:
    """As _LIVE, for a few entries of `table`: asks one by one instead of gathering all that is void."""
    return f"""NOT EXISTS (SELECT 1 FROM entry v WHERE v.voids = {table}.id
        AND v.recorded_at < :day_over AND v.id <= :position)"""


_FOLD = f"""SELECT policy, measure, unit, milestone, period,
      max(happened_on || {_NUMBER}) FILTER (WHERE {_is(*REPORTS)}),
      max({_NUMBER} || happened_on) FILTER (WHERE kind = 'submit'),
      max({_NUMBER} || happened_on || kind) FILTER (WHERE {_is("submit", "close", "return", "reopen")}),
      max({_NUMBER} || happened_on || kind) FILTER (WHERE {_is("suspend", "resume")}),
      max({_NUMBER} || due) FILTER (WHERE kind = 'extend'),
      count(*) FILTER (WHERE kind = 'extend'),
      count(*) FILTER (WHERE kind = 'extend' AND happened_on > due_before),
      count(*) FILTER (WHERE kind = 'urge'),
      max(happened_on) FILTER (WHERE kind = 'urge'),
      count(*) FILTER (WHERE kind = 'update')
    FROM entry WHERE {_KNOWN} {{narrow}} AND {_LIVE}
    GROUP BY policy, measure, unit, milestone, period"""
"""One pass over the index. Of each sort of act the last is found by its number, which stands in front; of the reports
by day and number. Where there are only kinds that concern no duty (assign, remove, void) all is null or 0."""

_AT_ONCE = 100
"""Reports asked for in one statement: enough that asking costs little, few enough that binding them does."""

_WORDS = f"""SELECT id, coalesce(progress, (
        SELECT e.progress FROM entry e WHERE e.policy = r.policy AND e.measure = r.measure AND e.unit = r.unit
            AND e.milestone = r.milestone AND e.period = r.period AND kind IN {REPORTS} AND e.progress IS NOT NULL
            AND {_KNOWN} AND {_live("e")}
        ORDER BY e.happened_on DESC, e.id DESC LIMIT 1)), note, problem, next_step, material, reporter, phone
    FROM entry r WHERE id IN ({{numbers}})"""

_END = 2**53

_NOTICE = ", ".join(name for name in Notice._fields if name != "files")


class Reader:
    """What the journal knows, as of a day; up to the entry `position`, where one is given.

    All reads of one Reader see the same state.
    """

    def __init__(self, run: Run, position: int | None = None) -> None:
        self._run = run
        self._position = _END if position is None else position

    def position(self, day: date = date.max) -> int:
        """The number of the last entry known by the end of `day`, 0 when there is none."""
        rows = self._select("SELECT max(id) FROM entry WHERE recorded_at < :day_over AND id <= :position", day)
        return int(rows[0][0] or 0) if rows else 0

    def kept_since(self, day: date) -> date | None:
        """The day on which the journal was begun; None where it was not by the end of `day`."""
        rows = self._select(f"SELECT recorded_at FROM entry WHERE {_KNOWN} ORDER BY id LIMIT 1", day)
        return day_in_china(datetime.fromisoformat(rows[0][0])) if rows else None

    def records(
        self, day: date, policy: str | None = None, measure: int | None = None, *, dated: bool = False
    ) -> dict[DutyKey, Record]:
        """What counts on `day`, by duty; narrowed to a policy or one of its measures, or to the duties with a date."""
        rows = self._select(_FOLD, day, dated=dated, policy=policy, measure=measure)
        with _garbage_told():
            return {DutyKey._make(row[:5]): _record(*facts) for row in rows if any(facts := row[5:])}

    def appointments(
        self, day: date, policy: str | None = None, measure: int | None = None
    ) -> dict[tuple[str, int, str], str | None]:
        """The office's latest word on who answers for a measure: a role, or None for a unit taken out."""
        # The three kinds are those of the index entry_by_kind, which SQLite only takes when it reads the same words.
        rows = self._select(
            f"""SELECT id, policy, measure, unit, role FROM entry
                WHERE kind IN ('assign', 'remove', 'void') AND kind <> 'void' AND {_COUNTS} {{narrow}}""",
            day,
            policy=policy,
            measure=measure,
        )
        return {(row[1], row[2], row[3]): row[4] for row in sorted(map(tuple, rows))}

    def words(self, day: date, reports: Iterable[int]) -> dict[int, Words]:
        """What was reported, by number of the report. `reports` are the last of their duties on `day`."""
        found: dict[int, Words] = {}
        todo = sorted(reports)  # in the order of the file
        while todo:
            some, todo = todo[:_AT_ONCE], todo[_AT_ONCE:]
            values = {f"number{place}": number for place, number in enumerate(some)}
            asked = _WORDS.format(numbers=", ".join(f":{name}" for name in values))
            for number, *said in self._run(asked, {**values, **self._until(day)}):
                found[number] = Words._make(said)
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

    def acts_after(self, day: date, unit: str, position: int) -> dict[DutyKey, list[Entry]]:
        """What counts on `day` of the duties of `unit` and was recorded after the entry `position`, the last first."""
        extra = f"AND unit = :unit AND id > :after AND kind NOT IN ('assign', 'remove', 'void') AND {_live('entry')}"
        found: dict[DutyKey, list[Entry]] = {}
        for entry in self._entries(extra, day, unit=unit, after=position):
            found.setdefault(entry.key, []).append(entry)
        return found

    def entries(
        self,
        day: date,
        policy: str | None = None,
        measure: int | None = None,
        since: date | None = None,
        after: int | None = None,
    ) -> list[Entry]:
        """Every entry known on `day`, newest first, with `voided_by` where a 作废 known by then takes it back.

        With `since` only those that became known on that day or later; with `after` also what came after that entry.
        """
        return self._entries("", day, policy=policy, measure=measure, since=since, after=after)

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

    def evidenced(self, day: date, policy: str | None = None) -> dict[DutyKey, list[str]]:
        """The duties that have evidence which counts on `day`, each with the names of its files."""
        rows = self._select(
            f"""SELECT e.policy, e.measure, e.unit, e.milestone, e.period, evidence.name FROM evidence JOIN
                (SELECT id AS number, policy, measure, unit, milestone, period FROM entry
                 WHERE id IN (SELECT entry FROM evidence) AND {_COUNTS} {{narrow}}) e
                ON e.number = evidence.entry ORDER BY evidence.id""",
            day,
            policy=policy,
        )
        found: dict[DutyKey, list[str]] = {}
        for *key, name in rows:
            found.setdefault(DutyKey._make(key), []).append(name)
        return found

    def reports_after(self, day: date, position: int) -> dict[DutyKey, int]:
        """The duties that were reported on after the entry `position` and by `day`, each with its last such entry."""
        rows = self._select(
            f"""SELECT policy, measure, unit, milestone, period, max(id) FROM entry
                WHERE {_is(*REPORTS)} AND id > :after AND {_COUNTS}
                GROUP BY policy, measure, unit, milestone, period""",
            day,
            after=position,
        )
        return {DutyKey._make(row[:5]): row[5] for row in rows}

    def dispatches(self, day: date) -> list[Dispatch]:
        """The form that each unit was sent last, by the end of `day`, in the order in which they were sent."""
        rows = self._select(
            """SELECT unit, day, period, position, duties, name, sha256, recorded_by, recorded_at FROM dispatch
               WHERE id IN (SELECT max(id) FROM dispatch WHERE recorded_at < :day_over GROUP BY unit) ORDER BY id""",
            day,
        )
        return [Dispatch(unit, date.fromisoformat(sent_on), *rest) for unit, sent_on, *rest in rows]

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

    def last_issue(self, policy: str, cycle: str, start: date, until: str | None, day: date) -> Issued | None:
        """The bulletin of `cycle` that was issued last for a period before the one from `start` on.

        Known by the end of `day`, or by the moment `until` where one is given.
        """
        rows = self._select(
            """SELECT number, year FROM bulletin WHERE policy = :of AND cycle = :cycle AND start < :start
               AND position <= :position AND recorded_at <= :until AND recorded_at < :day_over
               ORDER BY start DESC, position DESC LIMIT 1""",
            day,
            of=policy,
            cycle=cycle,
            start=start.isoformat(),
            until=until or "9",
        )
        return self.issued(rows[0][0], policy, rows[0][1])[0] if rows else None

    def count(self, day: date, policy: str | None = None) -> int:
        """How many entries are known on `day`."""
        rows = self._select(f"SELECT count(*) FROM entry WHERE {_KNOWN} {{narrow}}", day, policy=policy)
        return int(rows[0][0]) if rows else 0

    def _entries(self, extra: str, day: date, *, since: date | None = None, **narrow: Any) -> list[Entry]:
        if since is not None:
            late = " OR id > :after" if narrow.get("after") is not None else ""
            extra += f" AND (recorded_at >= :since{late})"
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

    def _select(self, sql: str, day: date, *, dated: bool = False, **values: Any) -> Sequence[Sequence[Any]]:
        given = {name: value for name, value in values.items() if value is not None}
        narrow = "".join(f" AND {name} = :{name}" for name in ("policy", "measure") if name in given)
        narrow += " AND milestone <> ''" if dated else ""
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

    def dispatch(self, sent: Sequence[Dispatch], now: datetime) -> list[Dispatch]:
        """Record that forms were sent, and return those; what a unit was sent last, byte for byte, is not sent anew."""
        from sqlmodel import Session

        from sm_devzone.storage.tables import DispatchRow

        with self.database.writing() as connection:
            last = {one.unit: one.sha256 for one in Reader(runner(connection)).dispatches(day_in_china(now))}
            new = [one._replace(recorded_at=_moment(now)) for one in sent if last.get(one.unit) != one.sha256]
            with Session(connection) as session:
                session.add_all(DispatchRow(**{**one._asdict(), "day": one.day.isoformat()}) for one in new)
                session.commit()
        return new

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
    report: str | None,
    submitted: str | None,
    act: str | None,
    pause: str | None,
    extension: str | None,
    extensions: int,
    extended_late: int,
    urges: int,
    urged_on: str | None,
    updates: int,
) -> Record:
    return Record(
        _day(report[:10]) if report else None,
        _day(submitted[11:]) if submitted else None,
        act[21:] if act else None,
        _day(act[11:21]) if act else None,
        _day(pause[11:21]) if pause and pause[21:] == "suspend" else None,
        _day(extension[11:]) if extension else None,
        extensions,
        extended_late,
        urges,
        _day(urged_on) if urged_on else None,
        updates > 0,
        int(report[11:]) if report else None,
    )


@cache
def _day(text: str) -> date:
    return date.fromisoformat(text)


_NAMES = (*_COLUMNS.split(", "), "voided_by")


def _entry(row: Sequence[Any]) -> Entry:
    values = dict(zip(_NAMES, row, strict=True))
    for name in ("happened_on", "due_before", "due"):
        values[name] = _day(values[name]) if values[name] is not None else None
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

    values: list[dict[str, Any]] = [
        {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in entry._asdict().items()
            if name not in ("id", "voided_by", "evidence")
        }
        for entry in entries
    ]
    rows = [EntryRow(**one) for one in values]
    with Session(connection) as session:
        session.add_all(rows)
        session.flush()  # in one go; SQLAlchemy numbers them in the order given
        numbers = [row.id for row in rows if row.id is not None]
        session.add_all(
            EvidenceRow(entry=number, sha256=kept.sha256, name=kept.name, size=kept.size)
            for number, entry in zip(numbers, entries, strict=True)
            for kept in entry.evidence
        )
        session.commit()
    return numbers


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
