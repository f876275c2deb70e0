"""流水: the append-only store of facts; what is read of it, and the one door through which facts go in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sm_devzone.domain.calendar import day_in_china, end_of_day_utc
from sm_devzone.domain.entry import REPORTS, DutyKey, Entry, Evidence
from sm_devzone.domain.glossary import KINDS, ROLES
from sm_devzone.domain.plan_history import PlanVersion
from sm_devzone.storage.database import Database, no_rows, runner
from sm_devzone.storage.fold import Fold
from sm_devzone.storage.issued import Registers
from sm_devzone.storage.snapshot import COUNTS, KNOWN, day_of, garbage_told, kind_is, live, moment

if TYPE_CHECKING:
    from sm_devzone.domain.editions import History
    from sm_devzone.storage.tables import Fact

_COLUMNS = (
    "id, kind, policy, measure, unit, milestone, period, happened_on, recorded_at, recorded_by, source, "
    "role, due_before, due, means, progress, note, problem, next_step, material, reporter, phone, voids, to_unit, "
    "needs, promised"
)


OFFICE_ONLY = ("assign", "remove", "transfer", "void")
"""The kinds that are about a unit and a measure, or another entry, and not about one duty."""


class Reader(Fold, Registers):
    """What the journal knows. All reads of one Reader see the same state."""

    @property
    def is_blank(self) -> bool:
        """Whether there was no journal to read."""
        return self._run is no_rows

    def first_and_last(self) -> list[tuple[int, str]]:
        """Number and moment of the first entry and of the last, by number; one where they are the same."""
        rows = self._run(
            """SELECT id, recorded_at FROM entry
               WHERE id = (SELECT min(id) FROM entry) OR id = (SELECT max(id) FROM entry) ORDER BY id""",
            {},
        )
        return [(number, str(recorded_at)) for number, recorded_at in rows]

    def chained_since(self, older: int) -> str | None:
        """The moment of the last entry among the first `older` facts, None where they have none."""
        rows = self._run(
            """SELECT recorded_at FROM entry
               WHERE id = (SELECT max(fact) FROM link WHERE kind = 'entry' AND id <= :older)""",
            {"older": older},
        )
        return str(rows[0][0]) if rows else None

    def recorded_after(self, now: datetime) -> list[tuple[int, str]]:
        """Number and moment of every entry that was recorded after `now`."""
        rows = self._run("SELECT id, recorded_at FROM entry WHERE recorded_at > :now ORDER BY id", {"now": moment(now)})
        return [(number, str(recorded_at)) for number, recorded_at in rows]

    def versions_after(self, now: datetime) -> list[tuple[str, int, date, str]]:
        """Policy, number, first day and moment of every version of a plan that was recorded after `now`, or only counts
        from a later day; one that counts from the issue of a policy that is still to be issued is meant so.
        """
        rows = self._run(
            """SELECT policy, number, in_force_since, recorded_at FROM plan_version
               WHERE recorded_at > :now OR (in_force_since > :today AND in_force_since >
                   (SELECT min(first.in_force_since) FROM plan_version first WHERE first.policy = plan_version.policy))
               ORDER BY id""",
            {"now": moment(now), "today": day_in_china(now).isoformat()},
        )
        with garbage_told():
            return [(policy, number, day_of(since), str(recorded_at)) for policy, number, since, recorded_at in rows]

    def acts(
        self,
        day: date,
        policy: str,
        measures: Collection[int],
        units: Collection[str],
        milestone: str | None,
        period: str,
    ) -> list[Entry]:
        """What counts on `day` of the duties of any of `units` in `measures`, the last recorded first.

        Of every milestone where that is None. The first comes with its evidence.
        """
        named = {f"unit{at}": unit for at, unit in enumerate(sorted(units))}
        extra = f"""AND measure IN ({", ".join(map(str, sorted(measures)))})
                    AND unit IN ({", ".join(f":{name}" for name in named)}) AND period = :period
                    AND kind NOT IN {OFFICE_ONLY} AND {live("entry")}"""
        if milestone is not None:
            extra += " AND milestone = :milestone"
        acts = self._entries(extra, day, policy=policy, period=period, milestone=milestone, **named)
        rows = self._run(
            "SELECT sha256, name, size, id, entry FROM evidence WHERE entry = :entry ORDER BY id",
            {"entry": acts[0].id if acts else 0},
        )
        return [acts[0]._replace(evidence=tuple(map(Evidence._make, rows))), *acts[1:]] if acts else []

    def acts_after(self, day: date, units: Collection[str], position: int) -> list[Entry]:
        """What counts on `day` of the duties of any of `units`, recorded after the entry `position`, the last first."""
        named = {f"unit{at}": unit for at, unit in enumerate(sorted(units))}
        extra = f"""AND unit IN ({", ".join(f":{name}" for name in named)}) AND id > :after
                    AND kind NOT IN {OFFICE_ONLY} AND {live("entry")}"""
        return self._entries(extra, day, after=position, **named)

    def entries(self, day: date, policy: str | None = None, measure: int | None = None) -> list[Entry]:
        """Every entry that had happened by `day`, newest first, with `voided_by` where a 作废 takes it back."""
        return self._entries("", day, policy=policy, measure=measure)

    def happened(self, start: date, day: date, policy: str | None = None) -> list[Entry]:
        """As `entries`, of what happened from `start` on."""
        return self._entries("AND happened_on >= :start", day, policy=policy, start=start.isoformat())

    def late(self, start: date, day: date, after: int | None, policy: str | None = None) -> list[Entry]:
        """As `entries`, of what happened before `start` and was recorded after the entry `after`, or from `start` on.

        Only what was recorded by the end of `day`.
        """
        eve = moment(end_of_day_utc(date.fromordinal(start.toordinal() - 1)))
        extra = "AND happened_on < :start AND recorded_at < :over AND "
        extra += "recorded_at >= :eve" if after is None else "id > :after"
        given = {"start": start.isoformat(), "over": moment(end_of_day_utc(day)), "eve": eve, "after": after}
        return self._entries(extra, day, policy=policy, **given)

    def recorded_since(self, since: date, day: date, after: int | None, policy: str | None = None) -> list[Entry]:
        """As `entries`, of what was recorded on `since` or later, or after the entry `after`: news, as 0.1.0 had it."""
        late = " OR id > :after" if after is not None else ""
        eve = moment(end_of_day_utc(date.fromordinal(since.toordinal() - 1)))
        return self._entries(f"AND (recorded_at >= :eve{late})", day, policy=policy, eve=eve, after=after)

    def entry(self, number: int) -> Entry | None:
        """One entry by its number."""
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

    def all_evidence(self) -> list[Evidence]:
        """Every evidence that was ever taken, also of entries that are void, in the order in which it came in."""
        rows = self._run("SELECT sha256, name, size, id, entry FROM evidence ORDER BY id", {})
        return [Evidence._make(row) for row in rows]

    def evidenced(self, day: date, policy: str | None = None) -> list[tuple[DutyKey, int, str]]:
        """The files that count on `day`: the duty and the number of the entry, and the name of the file."""
        rows = self._select(
            f"""SELECT e.policy, e.measure, e.unit, e.milestone, e.period, e.number, evidence.name FROM evidence JOIN
                (SELECT id AS number, policy, measure, unit, milestone, period FROM entry
                 WHERE id IN (SELECT entry FROM evidence) AND {COUNTS} {{narrow}}) e
                ON e.number = evidence.entry ORDER BY evidence.id""",
            day,
            policy=policy,
        )
        return [(DutyKey._make(row[:5]), row[5], row[6]) for row in rows]

    def spoken(self, day: date, policy: str | None = None) -> list[Entry]:
        """As `entries`, of what counts and tells of a problem, its solution, or a 预计完成日."""
        extra = f"""AND (problem IS NOT NULL OR promised IS NOT NULL)
                    AND {kind_is(*REPORTS, "solve")} AND {live("entry")}"""
        return self._entries(extra, day, policy=policy)

    def heard(self, start: date, day: date, policy: str | None = None) -> list[tuple[DutyKey, int, date]]:
        """Every report from `start` to `day` that is not 报无变化: its duty, its number and its day."""
        rows = self._select(
            f"""SELECT policy, measure, unit, milestone, period, id, happened_on FROM entry
                WHERE {kind_is("update", "submit")} AND happened_on >= :start AND {COUNTS} {{narrow}}""",
            day,
            start=start.isoformat(),
            policy=policy,
        )
        return [(DutyKey._make(row[:5]), row[5], day_of(row[6])) for row in rows]

    def reports_after(self, day: date, position: int) -> list[tuple[DutyKey, int]]:
        """The duties that were reported on after the entry `position` and by `day`, each with its last such entry."""
        rows = self._select(
            f"""SELECT policy, measure, unit, milestone, period, max(id) FROM entry
                WHERE {kind_is(*REPORTS)} AND id > :after AND {COUNTS}
                GROUP BY policy, measure, unit, milestone, period""",
            day,
            after=position,
        )
        return [(DutyKey._make(row[:5]), row[5]) for row in rows]

    def report_days(self, start: date, day: date, policy: str | None = None) -> list[tuple[DutyKey, int, str]]:
        """Every report that happened from `start` to `day`: its duty, its number and its day."""
        rows = self._select(
            f"""SELECT policy, measure, unit, milestone, period, id, happened_on FROM entry
                WHERE {kind_is(*REPORTS)} AND happened_on >= :start AND {COUNTS} {{narrow}}""",
            day,
            start=start.isoformat(),
            policy=policy,
        )
        return [(DutyKey._make(row[:5]), row[5], row[6]) for row in rows]

    def turns(self, day: date, policy: str | None = None) -> list[tuple[DutyKey, int, str, str]]:
        """Every 报完成, 退回 and 恢复 that counts on `day`: its duty, its number, its kind and its day."""
        rows = self._select(
            f"""SELECT policy, measure, unit, milestone, period, id, kind, happened_on FROM entry
                WHERE {kind_is("submit", "return", "reopen")} AND {COUNTS} {{narrow}}""",
            day,
            policy=policy,
        )
        return [(DutyKey._make(row[:5]), row[5], row[6], row[7]) for row in rows]

    def count(self, day: date, policy: str | None = None) -> int:
        """How many entries had happened by `day`."""
        rows = self._select(f"SELECT count(*) FROM entry WHERE {KNOWN} {{narrow}}", day, policy=policy)
        return int(rows[0][0]) if rows else 0

    def _entries(self, extra: str, day: date, **narrow: Any) -> list[Entry]:
        rows = self._select(
            f"""SELECT {_COLUMNS}, (SELECT min(v.id) FROM entry v WHERE v.voids = entry.id
                                    AND v.recorded_at < :known AND v.id <= :position)
                FROM entry WHERE {KNOWN} {extra} {{narrow}}""",
            day,
            **narrow,
        )
        with garbage_told():  # put in order here, or SQLite takes the index that gives the order, not the best one
            return sorted((_entry(row) for row in rows), key=lambda entry: entry.id, reverse=True)


class Journal:
    """The journal in `database`."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """Raises DatabaseUnusable."""
        with self.database.reading() as run:
            yield Reader(run)

    def append(
        self,
        decide: Callable[[Reader], Sequence[Fact]],
        now: datetime,
        before: Callable[[Reader, Sequence[Fact]], Sequence[PlanVersion]] | None = None,
        after: Callable[[Reader], None] = lambda _: None,
        histories: Callable[[Reader], Iterable[tuple[str, History]]] = lambda _: (),
    ) -> list[Fact]:
        """Append what `decide` returns, all recorded at `now`, whole or not at all; return it with its numbers.

        `before` gives the versions of plans in whose terms that is written; they go in first. `after` is shown what
        is there then, which is not sure to stay before this returns. `histories` gives the recorded versions of each
        plan: a server goes by them, and is told where a version went in. Nobody else writes
        between what `decide` reads and what is appended. Where there is no database yet, `decide` is asked once before:
        a refusal makes none. Raises DatabaseUnusable, and what `decide` raises.
        """
        if self.database.is_blank and not decide(Reader(no_rows)):
            return []
        from sm_devzone.storage.tables import insert  # before the lock is held: others wait for it

        with self.database.writing() as connection:
            reader = Reader(runner(connection))
            facts = decide(reader)
            versions = before(reader, facts) if facts and before is not None else ()
            insert(connection, versions, moment(now))
            taken = insert(connection, facts, moment(now))
            if connection.dialect.name != "sqlite" and (versions or isinstance(next(iter(taken), None), PlanVersion)):
                from sm_devzone.storage.rights import keep_names

                keep_names(connection, histories(reader))
            after(reader)
            return taken


_NAMES = (*_COLUMNS.split(", "), "voided_by")


def _entry(row: Sequence[Any]) -> Entry:
    values = dict(zip(_NAMES, row, strict=True))
    for name in ("happened_on", "due_before", "due", "promised"):
        values[name] = day_of(values[name]) if values[name] is not None else None
    datetime.fromisoformat(values["recorded_at"])
    if values["kind"] not in KINDS or values["role"] not in (None, *ROLES):
        raise ValueError
    return Entry(**values)
