"""Days and periods: which period a day lies in, and when an occurrence of a periodic milestone is due.

A period is written 2025 (year), 2025H1, 2026Q4, 2026-11 or 2026-W47 (ISO week, Monday to Sunday).
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from typing import NamedTuple

from sm_devzone.errors import WrongUsage

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has had one offset and no summer time since 1991, so the rule needs no time-zone database."""

ONE_DAY = timedelta(days=1)


class Period(NamedTuple):
    """A stretch of days, both ends inclusive; `cycle` is one of glossary.CYCLES."""

    name: str
    cycle: str
    start: date
    end: date


def day_in_china(moment: datetime) -> date:
    """The calendar day in China at `moment` (timezone-aware)."""
    return moment.astimezone(CHINA).date()


def moment_in_china(recorded_at: str) -> datetime:
    """A UTC moment of the journal as the clock in China showed it, without a time zone."""
    moment = datetime.strptime(recorded_at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return moment.astimezone(CHINA).replace(tzinfo=None)


def in_china(recorded_at: str) -> str:
    """A UTC moment of the journal as the clock in China showed it: 2026-11-23 16:20."""
    return f"{moment_in_china(recorded_at):%Y-%m-%d %H:%M}"


def recorded_day(recorded_at: str) -> date:
    """The calendar day in China of a UTC moment of the journal."""
    return day_in_china(datetime.strptime(recorded_at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC))


def end_of_day_utc(day: date) -> datetime:
    """The moment, in UTC, at which `day` is over in China: its midnight is 16:00 of the same day."""
    return datetime(day.year, day.month, day.day, 16, tzinfo=UTC)


@cache
def period_of(cycle: str, day: date) -> Period:
    """The period of `cycle` in which `day` lies. ISO weeks belong to the year that holds their Thursday."""
    if cycle == "week":
        year, week, weekday = day.isocalendar()
        start = day - timedelta(days=weekday - 1)
        return Period(f"{year:04}-W{week:02}", cycle, start, start + timedelta(days=6))
    months = {"year": 12, "half": 6, "quarter": 3, "month": 1}[cycle]
    index = (day.month - 1) // months
    first, last = index * months + 1, (index + 1) * months
    name = {
        "year": f"{day.year:04}",
        "half": f"{day.year:04}H{index + 1}",
        "quarter": f"{day.year:04}Q{index + 1}",
        "month": f"{day.year:04}-{first:02}",
    }[cycle]
    return Period(name, cycle, date(day.year, first, 1), date(day.year, last, _days_in(day.year, last)))


def _days_in(year: int, month: int) -> int:
    """The length of a month. The calendar of the standard library, which knows it too, loads all languages first."""
    return 31 if month == 12 else (date(year, month + 1, 1) - ONE_DAY).day


_SHAPES = {
    "year": r"(\d{4})",
    "half": r"(\d{4})-?H([12])",
    "quarter": r"(\d{4})-?Q([1-4])",
    "month": r"(\d{4})-(\d{1,2})",
    "week": r"(\d{4})-?W(\d{1,2})",
}


WRITTEN = {"year": "2026", "half": "2026H1", "quarter": "2026Q4", "month": "2026-11", "week": "2026-W47"}
"""Cycle -> an example of how a period of it is written."""


def parse_period(text: str) -> Period | None:
    """The period that `text` names, in any of the five forms; None when it names none (as 2025-W53 does)."""
    for cycle, shape in _SHAPES.items():
        if match := re.fullmatch(shape, text.strip().upper()):
            year, number = int(match[1]), int(match[2]) if match.lastindex == 2 else 1
            try:
                if cycle == "week":
                    return period_of(cycle, date.fromisocalendar(year, number, 1))
                months = {"year": 12, "half": 6, "quarter": 3, "month": 1}[cycle]
                return period_of(cycle, date(year, (number - 1) * months + 1, 1))
            except (ValueError, OverflowError):
                return None
    return None


def parse_day(text: str) -> date | None:
    """The day that `text` names, written 2026-09-30; None when it names none. A week (2026-W48) is no day."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


_DAY = "(?:([0-9]{4})([-./年]))?([0-9]{1,2})([-./月])([0-9]{1,2})([日号]?)"
_DAYS_AGO = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2}


def written_day(text: str) -> date | None:
    """The day that a person writes as 2026-11-20, 2026.11.20, 2026/11/20 or 2026年11月20日; None for none.

    `text` has half-width digits and no blanks. A day without its year is none here.
    """
    found = re.fullmatch(_DAY, text)
    if found is None or found[1] is None or (found[2] == "年") != (found[4] == "月"):
        return None
    return day_of(int(found[1]), int(found[3]), int(found[5]))


def day_meant(text: str, today: date, *, ahead: bool = False) -> date | None:
    """As written_day, and 今天, 昨天, 11月20日; None for none.

    A day without its year is one of this year, in the past, or `ahead` where a date is set. Where that does not fit it
    could as well be the year beside: raises WrongUsage with both.
    """
    if text in _DAYS_AGO:
        return today - timedelta(days=_DAYS_AGO[text])
    found = re.fullmatch(_DAY, text)
    if found is None or found[1] is not None or found[4] != "月" or not found[6]:
        return written_day(text)
    month, day = int(found[3]), int(found[5])
    this = day_of(today.year, month, day)
    if this is None or (this >= today if ahead else this <= today):
        return this
    other = day_of(today.year + (1 if ahead else -1), month, day)
    choices = sorted(filter(None, (this, other)))
    raise WrongUsage(f"“{text}”没有写年份，看不出是哪一年", f"写出年份：{' 或 '.join(map(str, choices))}")


def day_of(year: int, month: int, day: int) -> date | None:
    """That day; None where the calendar has none, as for 30 February."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def end_of(text: str) -> date | None:
    """The last day of what `text` names, a period or a day. None when it names none."""
    period = parse_period(text)
    return period.end if period else parse_day(text)


def before(period: Period) -> Period:
    """The period of the same cycle just before."""
    return period_of(period.cycle, period.start - ONE_DAY)


def due_day(period: Period, by: str | None) -> date:
    """The day on which an occurrence in `period` is due.

    `by` is None for the last day, a day of the month (31 means its last day), a weekday 1–7, MM-DD of a year, or the
    same with the months of a quarter or half-year counted from 1: 1-10 is the 10th of its first month. `valid_by` says
    which fits which cycle.
    """
    if by is None:
        return period.end
    if period.cycle == "week":
        return period.start + timedelta(days=int(by) - 1)
    nth, day = (1, int(by)) if period.cycle == "month" else map(int, by.split("-"))
    month = period.start.month + nth - 1
    return date(period.start.year, month, min(day, _days_in(period.start.year, month)))


def valid_by(cycle: str, by: str) -> bool:
    """Whether `by` names a day that an occurrence of `cycle` can be due on (see due_day)."""
    if cycle == "week":
        return by in set("1234567")
    if cycle == "month":
        return bool(re.fullmatch(r"0?[1-9]|[12][0-9]|3[01]", by))
    if cycle in ("quarter", "half"):
        months = "[1-3]" if cycle == "quarter" else "[1-6]"
        return bool(re.fullmatch(rf"0?{months}-(0?[1-9]|[12][0-9]|3[01])", by))
    match = re.fullmatch(r"([0-9]{2})-([0-9]{2})", by) if cycle == "year" else None
    return bool(match and 1 <= int(match[1]) <= 12 and 1 <= int(match[2]) <= _days_in(2024, int(match[1])))


BY = "week 写 1–7，month 写 1–31，quarter、half 写期内第几个月-几日（1-10 是首月10日），year 写 MM-DD；31 就是月底"
"""How a day inside a period is written, for those who write plans."""


def occurrences(
    first: str, by: str | None, valid_until: date, day: date, until: str | None = None
) -> Iterator[tuple[Period, date]]:
    """The periods from `first` on that have begun by `day`, each with its due day, in order.

    None begins after `until` (see end_of). One that would be due after `valid_until` is left out: the policy has ended
    by then, and a date past its end would be invented.
    """
    period = parse_period(first)
    day = min(day, end_of(until) or day) if until else day
    while period and period.start <= day and (due := due_day(period, by)) <= valid_until:
        yield period, due
        if period.end >= min(day, valid_until):
            break
        period = period_of(period.cycle, period.end + ONE_DAY)


def is_occurrence(
    period: Period, first: str, by: str | None, valid_until: date, day: date, until: str | None = None
) -> bool:
    """Whether `period` is one of the `occurrences`."""
    begin = parse_period(first)
    return (
        begin is not None
        and begin.cycle == period.cycle
        and begin.start <= period.start <= min(day, (until and end_of(until)) or day)
        and due_day(period, by) <= valid_until
    )


def workday_after(day: date, count: int, is_workday: Callable[[date], bool]) -> date:
    """The `count`th working day after `day`, which is not counted itself."""
    while count:
        day += ONE_DAY
        count -= is_workday(day)
    return day


def chinese_day(day: date) -> str:
    """2024年7月15日: no leading zeros (GB/T 9704-2012, 7.3.5.3)."""
    return f"{day.year}年{day.month}月{day.day}日"


def short_chinese_day(day: date, beside: date) -> str:
    """7月15日 in a text of the year of `beside`, 2024年7月15日 in one of another."""
    return f"{day.month}月{day.day}日" if day.year == beside.year else chinese_day(day)
