"""流水: the append-only store of facts; what is read of it, and the one door through which facts go in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sm_devzone.domain.calendar import day_in_china, end_of_day_utc
from sm_devzone.domain.entry import REPORTS, DutyKey, Entry, Evidence
from sm_devzone.domain.glossary import KINDS, ROLES
from sm_devzone.storage.database import Database, no_rows, runner
from sm_devzone.storage.fold import Fold
from sm_devzone.storage.issued import Registers
from sm_devzone.storage.snapshot import COUNTS, KNOWN, day_of, garbage_told, kind_is, live, moment

if TYPE_CHECKING:
    from sm_devzone.storage.tables import Fact

_COLUMNS = (
    "id, kind, policy, measure, unit, milestone, period, happened_on, recorded_at, recorded_by, source, "
    "role, due_before, due, means, progress, note, problem, next_step, material, reporter, phone, voids"
)


class Reader(Fold, Registers):
    """What the journal knows, as of a day; up to the entry `position`, where one is given.

    All reads of one Reader see the same state.
    """

    def kept_since(self, day: date) -> date | None:
        """The day on which the journal was begun; None where it was not by the end of `day`."""
        rows = self._select(f"SELECT recorded_at FROM entry WHERE {KNOWN} ORDER BY id LIMIT 1", day)
        return day_in_china(datetime.fromisoformat(rows[0][0])) if rows else None

    def acts(self, day: date, key: DutyKey) -> list[Entry]:
        """What counts on `day` of one duty, the last recorded first, and that one with its evidence."""
        extra = f"""AND unit = :unit AND milestone = :milestone AND period = :period
                    AND kind NOT IN ('assign', 'remove', 'void') AND {live("entry")}"""
        acts = self._entries(extra, day, **key._asdict())
        rows = self._run(
            "SELECT sha256, name, size, id, entry FROM evidence WHERE entry = :entry ORDER BY id",
            {"entry": acts[0].id if acts else 0},
        )
        return [acts[0]._replace(evidence=tuple(map(Evidence._make, rows))), *acts[1:]] if acts else []

    def acts_after(self, day: date, unit: str, position: int) -> dict[DutyKey, list[Entry]]:
        """What counts on `day` of the duties of `unit` and was recorded after the entry `position`, the last first."""
        extra = f"AND unit = :unit AND id > :after AND kind NOT IN ('assign', 'remove', 'void') AND {live('entry')}"
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
                WHERE entry IN (SELECT id FROM entry WHERE {COUNTS} {{narrow}}) ORDER BY id""",
            day,
            policy=policy,
        )
        return [Evidence._make(row) for row in rows]

    def evidenced(self, day: date, policy: str | None = None) -> dict[DutyKey, list[str]]:
        """The duties that have evidence which counts on `day`, each with the names of its files."""
        rows = self._select(
            f"""SELECT e.policy, e.measure, e.unit, e.milestone, e.period, evidence.name FROM evidence JOIN
                (SELECT id AS number, policy, measure, unit, milestone, period FROM entry
                 WHERE id IN (SELECT entry FROM evidence) AND {COUNTS} {{narrow}}) e
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
                WHERE {kind_is(*REPORTS)} AND id > :after AND {COUNTS}
                GROUP BY policy, measure, unit, milestone, period""",
            day,
            after=position,
        )
        return {DutyKey._make(row[:5]): row[5] for row in rows}

    def count(self, day: date, policy: str | None = None) -> int:
        """How many entries are known on `day`."""
        rows = self._select(f"SELECT count(*) FROM entry WHERE {KNOWN} {{narrow}}", day, policy=policy)
        return int(rows[0][0]) if rows else 0

    def _entries(self, extra: str, day: date, *, since: date | None = None, **narrow: Any) -> list[Entry]:
        if since is not None:
            late = " OR id > :after" if narrow.get("after") is not None else ""
            extra += f" AND (recorded_at >= :since{late})"
            narrow["since"] = moment(end_of_day_utc(date.fromordinal(since.toordinal() - 1)))
        rows = self._select(
            f"""SELECT {_COLUMNS}, (SELECT min(v.id) FROM entry v WHERE v.voids = entry.id
                                    AND v.recorded_at < :day_over AND v.id <= :position)
                FROM entry WHERE {KNOWN} {extra} {{narrow}} ORDER BY id DESC""",
            day,
            **narrow,
        )
        with garbage_told():
            return [_entry(row) for row in rows]


class Journal:
    """The journal in `database`."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """Raises DatabaseUnusable."""
        with self.database.reading() as run:
            yield Reader(run)

    def append(self, decide: Callable[[Reader], Sequence[Fact]], now: datetime) -> list[Fact]:
        """Append what `decide` returns, all recorded at `now`, whole or not at all; return it with its numbers.

        Nobody else writes between what `decide` reads and what is appended. Where there is no database yet, `decide`
        is asked once before: a refusal makes none. Raises DatabaseUnusable, and what `decide` raises.
        """
        if self.database.is_blank and not decide(Reader(no_rows)):
            return []
        from sm_devzone.storage.tables import insert  # before the lock is held: others wait for it

        with self.database.writing() as connection:
            return insert(connection, decide(Reader(runner(connection))), moment(now))


_NAMES = (*_COLUMNS.split(", "), "voided_by")


def _entry(row: Sequence[Any]) -> Entry:
    values = dict(zip(_NAMES, row, strict=True))
    for name in ("happened_on", "due_before", "due"):
        values[name] = day_of(values[name]) if values[name] is not None else None
    datetime.fromisoformat(values["recorded_at"])
    if values["kind"] not in KINDS or values["role"] not in (None, *ROLES):
        raise ValueError
    return Entry(**values)
