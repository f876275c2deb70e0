"""The SQL that folds the facts of the journal into what counts on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sm_devzone.domain.entry import REPORTS, DutyKey, Record, Words
from sm_devzone.storage.snapshot import COUNTS, KNOWN, LIVE, Snapshot, day_of, garbage_told, kind_is, live

_NUMBER = "(10000000000 + id)"
"""The number of an entry, as text always eleven digits, so that the greatest text is that of the last entry."""

_FOLD = f"""SELECT policy, measure, unit, milestone, period,
      max(happened_on || {_NUMBER}) FILTER (WHERE {kind_is(*REPORTS)}),
      max({_NUMBER} || happened_on) FILTER (WHERE kind = 'submit'),
      max({_NUMBER} || happened_on || kind) FILTER (WHERE {kind_is("submit", "close", "return", "reopen")}),
      max({_NUMBER} || happened_on || kind) FILTER (WHERE {kind_is("suspend", "resume")}),
      max({_NUMBER} || due) FILTER (WHERE kind = 'extend'),
      count(*) FILTER (WHERE kind = 'extend'),
      count(*) FILTER (WHERE kind = 'extend' AND happened_on > due_before),
      count(*) FILTER (WHERE kind = 'urge'),
      max(happened_on) FILTER (WHERE kind = 'urge'),
      count(*) FILTER (WHERE kind = 'update')
    FROM entry WHERE {KNOWN} {{narrow}} AND {LIVE}
    GROUP BY policy, measure, unit, milestone, period"""
"""One pass over the index. Of each sort of act the last is found by its number, which stands in front; of the reports
by day and number. Where there are only kinds that concern no duty (assign, remove, void) all is null or 0."""

_AT_ONCE = 100
"""Reports asked for in one statement: enough that asking costs little, few enough that binding them does."""

_WORDS = f"""SELECT id, coalesce(progress, (
        SELECT e.progress FROM entry e WHERE e.policy = r.policy AND e.measure = r.measure AND e.unit = r.unit
            AND e.milestone = r.milestone AND e.period = r.period AND kind IN {REPORTS} AND e.progress IS NOT NULL
            AND {KNOWN} AND {live("e")}
        ORDER BY e.happened_on DESC, e.id DESC LIMIT 1)), note, problem, next_step, material, reporter, phone
    FROM entry r WHERE id IN ({{numbers}})"""


class Fold(Snapshot):
    """What counts on a day."""

    def records(
        self, day: date, policy: str | None = None, measure: int | None = None, *, dated: bool = False
    ) -> dict[DutyKey, Record]:
        """What counts on `day`, by duty; narrowed to a policy or one of its measures, or to the duties with a date."""
        rows = self._select(_FOLD, day, dated=dated, policy=policy, measure=measure)
        with garbage_told():
            return {DutyKey._make(row[:5]): _record(*facts) for row in rows if any(facts := row[5:])}

    def appointments(
        self, day: date, policy: str | None = None, measure: int | None = None
    ) -> dict[tuple[str, int, str], str | None]:
        """The office's latest word on who answers for a measure: a role, or None for a unit taken out."""
        # The three kinds are those of the index entry_by_kind, which SQLite only takes when it reads the same words.
        rows = self._select(
            f"""SELECT id, policy, measure, unit, role FROM entry
                WHERE kind IN ('assign', 'remove', 'void') AND kind <> 'void' AND {COUNTS} {{narrow}}""",
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
        day_of(report[:10]) if report else None,
        day_of(submitted[11:]) if submitted else None,
        act[21:] if act else None,
        day_of(act[11:21]) if act else None,
        day_of(pause[11:21]) if pause and pause[21:] == "suspend" else None,
        day_of(extension[11:]) if extension else None,
        extensions,
        extended_late,
        urges,
        day_of(urged_on) if urged_on else None,
        updates > 0,
        int(report[11:]) if report else None,
    )
