"""The SQL that folds the facts of the journal into what counts on a day."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from sm_devzone.domain.appointments import Appointment
from sm_devzone.domain.calendar import day_in_china
from sm_devzone.domain.entry import REPORTS, DutyKey, Halt, Record, Words
from sm_devzone.storage.database import Asked, FileRun
from sm_devzone.storage.snapshot import COUNTS, END, KNOWN, LIVE, Snapshot, day_of, garbage, garbage_told, kind_is, live

_NUMBER = "(10000000000 + id)"
"""The number of an entry, as text always eleven digits, so that the greatest text is that of the last entry."""

_STAMP, _STAMP_BY_NUMBER = f"happened_on || {_NUMBER}", f"{_NUMBER} || happened_on"
"""What the last of several acts is found by: it is the greatest text."""

_STEPS, _HALTS = ("submit", "close", "return", "reopen"), ("suspend", "resume")
_ACTS = (*_STEPS, "extend", "urge", *_HALTS)
"""What the record of a duty is made of beside its reports, of which there are many more."""

_FOLD = f"""SELECT policy, measure, unit, milestone, period, {{segment}},
      max(happened_on || {_NUMBER}) FILTER (WHERE {kind_is(*REPORTS)}),
      count(*) FILTER (WHERE kind = 'update'),
      group_concat({{stamp}} || kind || CASE kind
          WHEN 'extend' THEN '/' || coalesce(due_before, '') || '/' || coalesce(due, '') ELSE '' END, ' ')
        FILTER (WHERE {kind_is(*_ACTS)})
    FROM entry WHERE TRUE {{narrow}} AND {KNOWN} AND {LIVE}
    GROUP BY policy, measure, unit, milestone, period{{by_segment}}"""
"""One pass over the index; what is not meant is passed over first. What is folded nowhere (assign, void) leaves nothing
but nulls and 0.

What two rows say of one duty adds up to what one row would say: the greatest stamp, the sum, and all acts."""

_COLUMNS = 9
"""Of a row of the fold."""

OFFICE_KINDS = ("assign", "remove", "transfer", "suspend", "resume", "void")
"""What is rare and read entry by entry; SQLite takes the index on them only when it reads these very words."""

ALL = ("", "\U0010ffff")
"""The span of all ids."""

_NO_CUTS: Mapping[str, Collection[int]] = {}

_IN_SPAN = "AND policy >= :first AND policy < :end {narrow}"

_SPAN = 25
"""So many policies are folded at a time: few enough that there is something to be done meanwhile."""

_AT_ONCE = 1000
"""Reports asked for in one statement: enough that asking costs little, few enough that the first are there soon.

Their numbers stand in its text: binding them one by one costs more than what they are asked for."""

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

    def spans(self, planned: Iterable[str] = ()) -> list[tuple[str, str]]:
        """The ids of all policies in spans that are best read one after the other, by those that have a recorded plan.

        Where none has, by those that are `planned`. A span is from its first id on and before its second. A server has
        its own order of texts, so there it is one.
        """
        if not isinstance(self._run, FileRun):
            return [ALL]
        recorded = [policy for (policy,) in self._run("SELECT DISTINCT policy FROM plan_version", {})]
        firsts = sorted(recorded or planned)[_SPAN::_SPAN]
        return list(zip([ALL[0], *firsts], [*firsts, ALL[1]], strict=True))

    def begin(self, day: date, *, dated: bool) -> None:
        """Begin to read what the ledger of `day` is made of, where that is long."""
        spans = self.spans()
        if len(spans) > 1:
            self._begin(self._asked_of_appointments(day))
            for span in spans:
                self._begin(self._asked_of_fold(day, span, dated=dated))

    def records(
        self,
        day: date,
        policy: str | None = None,
        measure: int | None = None,
        *,
        dated: bool = False,
        resolve: Resolve | None = None,
        cuts: Mapping[str, Collection[int]] = _NO_CUTS,
        spans: Sequence[tuple[str, str]] = (ALL,),
    ) -> Iterator[dict[DutyKey, Record]]:
        """What counts on `day`, by duty; narrowed to a policy or one of its measures, or to the duties with a date.

        With `resolve` keys are those that it gives; `cuts` are, by policy, the numbers of entries after which keys mean
        others. One for each of `spans`, of which the next are read while one is worked on.
        """
        several = [self._asked_of_fold(day, span, cuts, policy, measure, dated=dated) for span in spans]
        for asked in several[1:]:
            self._begin(asked)
        return (self._folded(self._rows(asked), resolve) for asked in several)

    def _asked_of_fold(
        self,
        day: date,
        span: tuple[str, str],
        cuts: Mapping[str, Collection[int]] = _NO_CUTS,
        policy: str | None = None,
        measure: int | None = None,
        *,
        dated: bool,
    ) -> Asked:
        first, end = span
        numbers = sorted({number for id_, own in cuts.items() if first <= id_ < end for number in own})
        segment = " ".join(f"WHEN id <= {number} THEN {number}" for number in numbers)
        sql = _FOLD.replace("{segment}", f"CASE {segment} ELSE {END} END" if numbers else str(END))
        sql = sql.replace("{by_segment}", ", 6" if numbers else "")
        sql = sql.replace("{stamp}", _STAMP_BY_NUMBER if self._by_number else _STAMP)
        if span == ALL:
            return Asked(*self._asked(sql, day, dated=dated, policy=policy, measure=measure), _COLUMNS)
        sql, values = self._asked(
            sql.replace("{narrow}", _IN_SPAN), day, dated=dated, policy=policy, measure=measure, first=first, end=end
        )
        return Asked(sql, values, _COLUMNS)

    def _folded(self, rows: Sequence[Sequence[Any]], resolve: Resolve | None) -> dict[DutyKey, Record]:
        facts: dict[DutyKey, Sequence[Any]] = {}
        for row in rows:
            if not any(found := row[6:]):
                continue
            if not type(row[0]) is type(row[2]) is type(row[3]) is type(row[4]) is str:
                raise garbage()
            key: DutyKey | None = tuple.__new__(DutyKey, row[:5])  # asking the class takes twice as long
            if resolve is not None and key is not None:
                key = resolve(key, row[5])
            if key is not None:
                facts[key] = _added(facts[key], found) if key in facts else found
        numbered = self._by_number
        with garbage_told():
            return {key: _record(numbered, *found) for key, found in facts.items()}

    def _asked_of_appointments(self, day: date, policy: str | None = None, measure: int | None = None) -> Asked:
        sql, values = self._asked(
            f"""{self._out_of("ordered")}SELECT id, kind, happened_on, policy, measure, unit, role, to_unit FROM entry
                WHERE kind IN {OFFICE_KINDS} AND kind IN ('assign', 'remove', 'transfer') AND {COUNTS} {{narrow}}""",
            day,
            policy=policy,
            measure=measure,
        )
        return Asked(sql, values, 8)

    def appointments(
        self, day: date, policy: str | None = None, measure: int | None = None, resolve: Resolve | None = None
    ) -> list[Appointment]:
        """The acts of the office on who answers for which measure, in the order in which they happened."""
        found = []
        rows = self._rows(self._asked_of_appointments(day, policy, measure))
        with garbage_told():
            for number, kind, happened_on, *of, role, to_unit in rows:
                key: DutyKey | None = DutyKey._make((*of, "", ""))
                heir = None
                if resolve is not None and key is not None:
                    heir = resolve(key._replace(unit=to_unit), number) if to_unit else None
                    key = resolve(key, number)
                if key is not None:
                    given = role if kind == "assign" else None
                    taker = heir.unit if heir else to_unit
                    found.append(Appointment(*key[:3], given, taker, day_of(happened_on), number))
        return sorted(found, key=lambda act: act.number if self._by_number else (act.day, act.number))

    def _out_of(self, view: str) -> str:
        """What makes `entry` mean a view of what every unit may know, for one that does not see all entries."""
        return f"WITH entry AS (SELECT * FROM {view}) " if view and self._is_partial else ""

    def begun(self, policies: Iterable[str]) -> dict[str, date]:
        """The day on which the first entry of each of `policies` was recorded that counts, of those that have any."""
        found = {}
        for policy in policies:
            rows = self._select(
                f"""{self._out_of("first_entry")}SELECT recorded_at FROM entry
                   WHERE policy = :policy AND recorded_at < :known AND id <= :position
                   AND voids IS NULL AND {live("entry")}
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

    def words(self, reports: Iterable[int | None]) -> Iterator[Words | None]:
        """What was reported, one after the other, by the numbers of the reports; None where there is none."""
        several = []
        left = iter(reports)
        while some := list(islice(left, _AT_ONCE)):
            numbers = ", ".join(map(str, sorted(map(int, filter(None, some)))))  # in the order of the file
            sql = _WORDS.format(numbers=numbers or "0")  # there is no entry 0
            asked = Asked(sql, self._until(date.max), 1 + len(Words._fields))
            if len(some) == _AT_ONCE:
                self._begin(asked)
            several.append((some, asked))
        return (words for some, asked in several for words in self._words(some, asked))

    def _words(self, reports: Sequence[int | None], asked: Asked) -> Iterator[Words | None]:
        with garbage_told():
            found = {
                number: Words._make((*said, promised and day_of(promised)))
                for number, *said, promised in self._rows(asked)
            }
        return (None if number is None else found[number] for number in reports)

    def _begin(self, asked: Asked) -> None:
        """Begin to read, of a file, what will be asked for."""
        if isinstance(self._run, FileRun):
            self._run.begin(asked)

    def _rows(self, asked: Asked) -> Sequence[Sequence[Any]]:
        if isinstance(self._run, FileRun):
            return self._run.take(asked)
        return self._run(asked.sql, asked.values)


def _added(one: Sequence[Any], other: Sequence[Any]) -> list[Any]:
    """What two rows say of one duty."""
    reports, updates, acts = zip(one, other, strict=True)
    return [max(filter(None, reports), default=None), sum(updates), " ".join(filter(None, acts))]


def _record(by_number: bool, report: str | None, updates: int, acts: str | None) -> Record:  # noqa: FBT001 - by place
    submitted_on = act = acted_on = due = urged_on = last_act = None
    extensions = extended_late = urges = 0
    halts = []
    if acts:
        day, number = (_BEHIND, _NUMBER_IN_FRONT) if by_number else (_IN_FRONT, _BEHIND)
        for stamp in sorted(acts.split()):
            kind, happened_on = stamp[21:], stamp[day]
            if kind in _STEPS:
                act, acted_on, last_act = kind, day_of(happened_on), int(stamp[number])
                submitted_on = acted_on if kind == "submit" else submitted_on
            elif kind == "urge":
                urges += 1
                urged_on = max(urged_on or happened_on, happened_on)
            elif kind in _HALTS:
                halts.append(Halt(day_of(happened_on), int(stamp[number]), kind))
            else:
                _, due_before, new = kind.split("/")
                due = day_of(new) if new else due
                extensions += 1
                extended_late += happened_on > due_before != ""
    said = (
        day_of(report[_IN_FRONT]) if report else None,
        submitted_on,
        act,
        acted_on,
        None,
        due,
        extensions,
        extended_late,
        urges,
        day_of(urged_on) if urged_on else None,
        updates > 0,
        int(report[_BEHIND]) if report else None,
        (),
        last_act,
        (),
    )
    record = tuple.__new__(Record, said)
    return record.with_halts(halts) if halts else record


_IN_FRONT, _BEHIND, _NUMBER_IN_FRONT = slice(0, 10), slice(11, 21), slice(1, 11)
"""Where a stamp has its day and its number; one in front has a leading digit more."""
