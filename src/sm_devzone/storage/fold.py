"""The SQL that folds the facts of the journal into what counts on a day."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sm_devzone.domain.appointments import Appointment
from sm_devzone.domain.calendar import day_in_china
from sm_devzone.domain.entry import REPORTS, DutyKey, Halt, Record, Words
from sm_devzone.storage.database import FileRun
from sm_devzone.storage.snapshot import COUNTS, END, KNOWN, LIVE, Snapshot, day_of, garbage_told, kind_is, live

_NUMBER = "(10000000000 + id)"
"""The number of an entry, as text always eleven digits, so that the greatest text is that of the last entry."""

_STAMP, _STAMP_BY_NUMBER = f"happened_on || {_NUMBER}", f"{_NUMBER} || happened_on"
"""What the last of several acts is found by: it is the greatest text."""

_FOLD = f"""SELECT policy, measure, unit, milestone, period, {{segment}},
      max(happened_on || {_NUMBER}) FILTER (WHERE {kind_is(*REPORTS)}),
      max({{stamp}}) FILTER (WHERE kind = 'submit'),
      max({{stamp}} || kind) FILTER (WHERE {kind_is("submit", "close", "return", "reopen")}),
      max({{stamp}} || due) FILTER (WHERE kind = 'extend'),
      max(happened_on) FILTER (WHERE kind = 'urge'),
      count(*) FILTER (WHERE kind = 'extend'),
      count(*) FILTER (WHERE kind = 'extend' AND happened_on > due_before),
      count(*) FILTER (WHERE kind = 'urge'),
      count(*) FILTER (WHERE kind = 'update')
    FROM entry WHERE {KNOWN} {{narrow}} AND {LIVE}
    GROUP BY policy, measure, unit, milestone, period{{by_segment}}"""
"""One pass over the index. Where there are only kinds that are not folded here (assign, void, suspend) all is null
or 0.

What two rows say of one duty adds up to what one row would say: the greatest of the stamps, the sum of the counts."""

_COLUMNS = 15
"""Of a row of the fold."""

_GREATEST = 5
"""So many of the facts of a row are stamps and days, the others counts."""

OFFICE_KINDS = ("assign", "remove", "transfer", "suspend", "resume", "void")
"""What is rare and read entry by entry; SQLite takes the index on them only when it reads these very words."""

ALL = ("", "\U0010ffff")
"""The span of all ids."""

_IN_SPAN = "AND policy >= :first AND policy < :end {narrow}"

_SPAN = 25
"""So many policies are folded at a time: few enough that there is something to be done meanwhile."""

_AT_ONCE = 100
"""Reports asked for in one statement: enough that asking costs little, few enough that binding them does."""

_WORDS = f"""SELECT id, coalesce(progress, (
        SELECT e.progress FROM entry e WHERE e.policy = r.policy AND e.measure = r.measure AND e.unit = r.unit
            AND e.milestone = r.milestone AND e.period = r.period AND kind IN {REPORTS} AND e.progress IS NOT NULL
            AND (e.happened_on < r.happened_on OR (e.happened_on = r.happened_on AND e.id < r.id))
            AND {KNOWN} AND {live("e")}
        ORDER BY e.happened_on DESC, e.id DESC LIMIT 1)), note, problem, next_step, material, reporter, phone,
    needs, promised FROM entry r WHERE id IN ({{numbers}})"""


Resolve = Callable[[DutyKey, int], DutyKey | None]
"""From the key of an entry with that number to the key of its duty in the terms of a plan; None where it has none."""


class Fold(Snapshot):
    """What counts on a day."""

    def spans(self, policies: Collection[str]) -> list[tuple[str, str]]:
        """The ids of `policies`, and all others, in spans that are best read one after the other.

        A span is from its first id on and before its second. A server has its own order of texts, so there it is one.
        """
        firsts = sorted(policies)[_SPAN::_SPAN] if isinstance(self._run, FileRun) else []
        return list(zip([ALL[0], *firsts], [*firsts, ALL[1]], strict=True))

    def records(
        self,
        day: date,
        policy: str | None = None,
        measure: int | None = None,
        *,
        dated: bool = False,
        resolve: Resolve | None = None,
        cuts: Collection[int] = (),
        spans: Sequence[tuple[str, str]] = (ALL,),
    ) -> Iterator[dict[DutyKey, Record]]:
        """What counts on `day`, by duty; narrowed to a policy or one of its measures, or to the duties with a date.

        With `resolve` keys are those that it gives; `cuts` are the numbers of entries after which keys mean others. One
        for each of `spans`; the next is read while one works on the last and asks for nothing else.
        """
        halts = self._halts(day, policy, measure, resolve, dated=dated)
        numbers = sorted(cuts)
        segment = " ".join(f"WHEN id <= {number} THEN {number}" for number in numbers)
        sql = _FOLD.replace("{segment}", f"CASE {segment} ELSE {END} END" if numbers else str(END))
        sql = sql.replace("{by_segment}", ", 6" if numbers else "")
        sql = sql.replace("{stamp}", _STAMP_BY_NUMBER if self._by_number else _STAMP)
        if len(spans) == 1 or not isinstance(self._run, FileRun):
            yield self._folded(self._select(sql, day, dated=dated, policy=policy, measure=measure), resolve, halts)
            return
        sql, values = self._asked(sql.replace("{narrow}", _IN_SPAN), day, dated=dated)
        several = [{**values, "first": first, "end": end} for first, end in spans]
        for (first, end), rows in zip(spans, self._run.ahead(sql, _COLUMNS, several), strict=True):
            with garbage_told():
                own = {key: acts for key, acts in halts.items() if first <= key.policy < end}
            yield self._folded(rows, resolve, own)

    def _folded(
        self, rows: Sequence[Sequence[Any]], resolve: Resolve | None, halts: Mapping[DutyKey, Sequence[Halt]]
    ) -> dict[DutyKey, Record]:
        facts: dict[DutyKey, Sequence[Any]] = {}
        for row in rows:
            if not any(found := row[6:]):
                continue
            key: DutyKey | None = tuple.__new__(DutyKey, row[:5])  # asking the class takes twice as long
            if resolve is not None and key is not None:
                key = resolve(key, row[5])
            if key is not None:
                facts[key] = _added(facts[key], found) if key in facts else found
        numbered = self._by_number
        with garbage_told():
            records = {key: _record(numbered, *found) for key, found in facts.items()}
            for key, own in halts.items():
                records[key] = records.get(key, Record()).with_halts(own)
        return records

    def _halts(
        self, day: date, policy: str | None, measure: int | None, resolve: Resolve | None, *, dated: bool
    ) -> dict[DutyKey, list[Halt]]:
        """Of each duty that was ever suspended: when it was, and when it was resumed, in order."""
        halts: dict[DutyKey, list[Halt]] = {}
        acts = self._office_acts(day, policy, measure, "suspend", "resume", dated=dated)
        for number, kind, happened_on, *raw in acts:
            key = DutyKey._make(raw[:5])
            resolved = resolve(key, number) if resolve is not None else key
            if resolved is not None:
                halts.setdefault(resolved, []).append(Halt(day_of(happened_on), number, kind))
        return {key: sorted(own, key=self._order) for key, own in halts.items()}

    def _order(self, halt: Halt) -> tuple[date, int] | int:
        return halt.number if self._by_number else (halt.day, halt.number)

    def appointments(
        self, day: date, policy: str | None = None, measure: int | None = None, resolve: Resolve | None = None
    ) -> list[Appointment]:
        """The acts of the office on who answers for which measure, in the order in which they happened."""
        acts = self._office_acts(day, policy, measure, "assign", "remove", "transfer", view="ordered")
        found = []
        for number, kind, happened_on, *raw, role, to_unit in acts:
            key = DutyKey._make(raw)
            resolved = resolve(key, number) if resolve is not None else key
            heir = resolve(key._replace(unit=to_unit), number) if resolve is not None and to_unit else None
            if resolved is None:
                continue
            with garbage_told():
                given = role if kind == "assign" else None
                taker = heir.unit if heir else to_unit
                found.append(Appointment(*resolved[:3], given, taker, day_of(happened_on), number))
        return sorted(found, key=lambda act: act.number if self._by_number else (act.day, act.number))

    def _office_acts(
        self, day: date, policy: str | None, measure: int | None, *kinds: str, dated: bool = False, view: str = ""
    ) -> Sequence[Sequence[Any]]:
        return self._select(
            f"""{self._out_of(view)}SELECT
                    id, kind, happened_on, policy, measure, unit, milestone, period, role, to_unit FROM entry
                WHERE kind IN {OFFICE_KINDS} AND kind IN {kinds} AND {COUNTS} {{narrow}}""",
            day,
            dated=dated,
            policy=policy,
            measure=measure,
        )

    def _out_of(self, view: str) -> str:
        """What makes `entry` mean a view of what every unit may know, for one that does not see all entries."""
        return f"WITH entry AS (SELECT * FROM {view}) " if view and self._is_partial else ""

    def begun(self, policies: Iterable[str]) -> dict[str, date]:
        """The day on which the first entry of each of `policies` was recorded, of those that have any."""
        found = {}
        for policy in policies:
            rows = self._select(
                f"""{self._out_of("first_entry")}SELECT recorded_at FROM entry
                   WHERE policy = :policy AND recorded_at < :known AND id <= :position
                   ORDER BY id LIMIT 1""",
                date.max,
                policy=policy,
            )
            with garbage_told():
                if rows:
                    found[policy] = day_in_china(datetime.fromisoformat(rows[0][0]))
        return found

    def kept_since(self, day: date) -> date | None:
        """The day on which the journal was begun, as 0.1.0 counted; None where nothing counts by `day`."""
        rows = self._select(f"SELECT recorded_at FROM entry WHERE {KNOWN} ORDER BY id LIMIT 1", day)
        return day_in_china(datetime.fromisoformat(rows[0][0])) if rows else None

    def words(self, reports: Iterable[int]) -> dict[int, Words]:
        """What was reported, by number of the report."""
        found: dict[int, Words] = {}
        todo = sorted(reports)  # in the order of the file
        while todo:
            some, todo = todo[:_AT_ONCE], todo[_AT_ONCE:]
            values = {f"number{place}": number for place, number in enumerate(some)}
            asked = _WORDS.format(numbers=", ".join(f":{name}" for name in values))
            rows = self._run(asked, {**values, **self._until(date.max)})
            with garbage_told():
                for number, *said, promised in rows:
                    found[number] = Words._make((*said, promised and day_of(promised)))
        return found


def _added(one: Sequence[Any], other: Sequence[Any]) -> list[Any]:
    """What two rows say of one duty."""
    pairs = zip(one[:_GREATEST], other[:_GREATEST], strict=True)
    greatest = [max((value for value in pair if value is not None), default=None) for pair in pairs]
    return [*greatest, *(a + b for a, b in zip(one[_GREATEST:], other[_GREATEST:], strict=True))]


def _record(
    by_number: bool,  # noqa: FBT001 - one call for each duty, by place
    report: str | None,
    submission: str | None,
    act: str | None,
    extension: str | None,
    urged_on: str | None,
    extensions: int,
    extended_late: int,
    urges: int,
    updates: int,
) -> Record:
    day, number = (_BEHIND, _NUMBER_IN_FRONT) if by_number else (_IN_FRONT, _BEHIND)
    said = (
        day_of(report[_IN_FRONT]) if report else None,
        day_of(submission[day]) if submission else None,
        act[21:] if act else None,
        day_of(act[day]) if act else None,
        None,
        day_of(extension[21:]) if extension else None,
        extensions,
        extended_late,
        urges,
        day_of(urged_on) if urged_on else None,
        updates > 0,
        int(report[_BEHIND]) if report else None,
        (),
        int(act[number]) if act else None,
        (),
    )
    return tuple.__new__(Record, said)


_IN_FRONT, _BEHIND, _NUMBER_IN_FRONT = slice(0, 10), slice(11, 21), slice(1, 11)
"""Where a stamp has its day and its number; one in front has a leading digit more."""
