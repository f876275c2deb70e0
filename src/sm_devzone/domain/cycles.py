"""Reporting cycles (报送周期): when one is judged, which of them a duty owes, and for how many in a row it was silent.

A cycle has a report day: `report_by`, else its last day. It is judged when that day is over. Before, a duty is 待报,
which is no reproach.

A duty owes a cycle that it could report in: one that was its unit's, and open, on the report day and on the day before.
So nothing is owed by a unit that got, resumed or reopened its duty on the report day itself, or that was suspended,
closed out or rid of it by then, whatever went before in the cycle. Of two units of a hand-over never both owe one.

A cycle is owed by the version of the plan that is in force on its report day and the day before: one that a version
orders is owed from then on, one that it ends stays owed for the time before.

A report belongs to the cycle that its day lies in, be it before or after the report day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from sm_devzone.domain.calendar import ONE_DAY, Period, due_day, period_of
from sm_devzone.domain.entry import Span
from sm_devzone.domain.plan import Measure, Policy


class Ordered(NamedTuple):
    """What a version of the plan says of the reports on a measure, from the day `since` on: None is the beginning.

    Without a `cycle` none are asked for. `report_by` is the day of a cycle, None for its last. `ends_on` is the last
    day of the policy by that version.
    """

    since: date | None
    cycle: str | None
    report_by: str | None
    ends_on: date


UNORDERED = Ordered(None, None, None, date.max)


def ordered_by(policy: Policy, measure: Measure) -> Ordered:
    """What `measure` of `policy` says of its reports, from the beginning."""
    return Ordered(None, measure.reporting_cycle, measure.report_by, policy.ends_on)


def owed_cycles(
    ordered: Sequence[Ordered], since: date | None, day: date, spared: Collection[Span] = ()
) -> dict[Period, date]:
    """The cycles judged by `day` that a duty owed, the oldest first, each with its report day.

    `ordered` is what the versions of the plan say of it, one after the other. `since` is the day from which it owes
    them: Duty.owed_from, but none before the first entry in the journal, for what was before, nobody can know. `spared`
    are the days on which it owed nothing: from its suspension, submission, closing or hand-over to the day before it
    was resumed, returned or reopened. A cycle whose report day lies past the end of the policy is never judged, be it
    the end that the version of that day gave or one that was ordered since: what is repealed is nobody's fault.
    """
    if since is None:
        return {}
    judged = _judged(tuple(ordered), since, day)
    if not spared:
        return judged
    return {cycle: report_day for cycle, report_day in judged.items() if _could_report(report_day, spared)}


def last_owed_cycle(ordered: Sequence[Ordered], since: date, day: date, spared: Collection[Span] = ()) -> Period | None:
    """The last of the owed cycles: most duties need no other."""
    judged = _judged(tuple(ordered), since, day)
    return next((cycle for cycle in reversed(judged) if _could_report(judged[cycle], spared)), None)


def awaited_cycle(
    ordered: Sequence[Ordered],
    since: date | None,
    day: date,
    seen_on: date,
    spared: Collection[Span] = (),
) -> Period | None:
    """The cycle of `day` that is still to be reported (待报) as seen on `seen_on`; None where none is."""
    ordered_since, cycle, report_by, ends_on = ordered[-1]
    if since is None or since > day or cycle is None:
        return None
    running = period_of(cycle, day)
    report_day = due_day(running, report_by)
    if any(span.holds(day) for span in spared):
        return None
    is_owed = max(since, ordered_since or since) < report_day <= ends_on and _could_report(report_day, spared)
    return running if is_owed and seen_on <= report_day else None


def is_heard(cycle: Period, reported_on: Iterable[date]) -> bool:
    """Whether any of the days `reported_on` lies in `cycle`."""
    return any(cycle.start <= day <= cycle.end for day in reported_on)


def silent_in_a_row(owed: Iterable[Period], reported_on: Iterable[date]) -> int:
    """连续期数: how many of the cycles `owed` by one duty, back from the last, have gone by since it was last heard of.

    Who has reported since then, though late, is silent no more: 0.
    """
    heard = max(reported_on, default=date.min)
    return sum(cycle.start > heard for cycle in owed)


def silence_of_unit(in_a_row: Iterable[int]) -> str:
    """How the silence of a unit is told: `6 项未报，其中连续 4 期的 2 项`. Empty where it is silent nowhere.

    `in_a_row` is the 连续期数 of each of its duties; of several lengths the longest is told, and one cycle is no row.
    """
    silent = [count for count in in_a_row if count]
    if not silent:
        return ""
    longest = max(silent)
    if longest == 1:
        return f"{len(silent)} 项未报"
    share = silent.count(longest)
    row = f"连续 {longest} 期" if share == len(silent) else f"其中连续 {longest} 期的 {share} 项"
    return f"{len(silent)} 项未报，{row}"


def _could_report(report_day: date, spared: Collection[Span]) -> bool:
    return not any(span.holds(report_day) or span.holds(report_day - ONE_DAY) for span in spared)


@cache
def _judged(ordered: tuple[Ordered, ...], since: date, day: date) -> dict[Period, date]:
    """Cached, because the duties of a ledger begin on few different days."""
    judged: dict[Period, date] = {}
    ends = [own.since or date.min for own in ordered[1:]]
    for own, end in zip(ordered, [*(end - ONE_DAY for end in ends), date.max], strict=True):
        if own.cycle is not None:
            begin = max(since, own.since or since)
            for period, report_day in _cycles(
                own.cycle, own.report_by, begin, min(own.ends_on, ordered[-1].ends_on, day - ONE_DAY, end)
            ):
                judged.setdefault(period, report_day)
    return judged


def _cycles(cycle: str, report_by: str | None, since: date, last: date) -> Iterator[tuple[Period, date]]:
    """The cycles with their report days after `since` and not after `last`."""
    period = period_of(cycle, since)
    while (report_day := due_day(period, report_by)) <= last:
        if since < report_day:
            yield period, report_day
        if period.end >= last:
            return
        period = period_of(cycle, period.end + ONE_DAY)
