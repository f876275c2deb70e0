"""督办单: when an answer is due, and which colour comes next."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_devzone.domain import notice as slips
from sm_devzone.domain.calendar import workday_after
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import DutyKey, Entry, Notice
from sm_devzone.domain.notice import Sent, is_running, next_colour, next_number, reply_limit
from sm_devzone.domain.plan import Policy
from sm_devzone.storage.official_days import is_official_workday

day = date.fromisoformat


def a_policy(workdays: tuple[str, ...] = (), holidays: tuple[str, ...] = (), limit: int = 5) -> Policy:
    return Policy(
        id="zone",
        title="若干措施",
        issuer="市政府办",
        issued=date(2024, 7, 15),
        valid_until=date(2027, 7, 14),
        valid_as_written=None,
        office="甲局",
        due_soon_days=30,
        common_units=(),
        units=(),
        measures=(),
        reply_workdays=limit,
        workdays=tuple(map(day, workdays)),
        holidays=tuple(map(day, holidays)),
    )


@pytest.mark.parametrize(
    ("issued", "due"),
    [
        ("2026-11-23", "2026-11-30"),  # Monday: the day itself is not counted, a weekend is left out
        ("2026-11-21", "2026-11-27"),  # Saturday
        ("2026-09-24", "2026-10-09"),  # 中秋 and 国庆
        ("2026-02-12", "2026-02-26"),  # 春节, with Saturday the 14th worked instead
        ("2024-09-27", "2024-10-10"),  # Sunday the 29th worked instead
    ],
)
def test_the_limit_counts_official_working_days(issued: str, due: str) -> None:
    assert reply_limit(a_policy(), day(issued), is_official_workday) == (day(due), None)


def test_a_year_that_is_not_arranged_yet_is_monday_to_friday_and_said_so() -> None:
    due, basis = reply_limit(a_policy(), day("2026-12-30"), is_official_workday)
    assert due == day("2027-01-06")
    assert basis == "2027年的放假安排尚未收录，按周一至周五计算"
    assert reply_limit(a_policy(limit=1), day("2026-12-30"), is_official_workday) == (day("2026-12-31"), None)


def test_the_plan_knows_a_day_better() -> None:
    policy = a_policy(holidays=("2027-01-01",), workdays=("2027-01-02",), limit=2)
    due, basis = reply_limit(policy, day("2026-12-30"), is_official_workday)
    assert due == day("2027-01-02")
    assert basis == "2027年的放假安排尚未收录，按周一至周五和计划文件所列的日子计算"
    strike = a_policy(holidays=("2026-11-24",))
    assert reply_limit(strike, day("2026-11-23"), is_official_workday) == (day("2026-12-01"), None)


@given(st.dates(date(2005, 1, 1), date(2030, 1, 1)), st.integers(1, 40))
def test_just_so_many_working_days_lie_between(issued: date, count: int) -> None:
    def is_workday(when: date) -> bool:
        known = is_official_workday(when)
        return when.weekday() < 5 if known is None else known

    due = workday_after(issued, count, is_workday)
    assert is_workday(due)
    assert sum(is_workday(issued + timedelta(days=n)) for n in range(1, (due - issued).days + 1)) == count


def sent(colour: str, answered: str | None = None, number: int = 1, year: int = 2026) -> Sent:
    begun, due = day("2026-11-23"), day("2026-11-30")
    notice = Notice(number, year, "zone", 4, "甲局", "整合", "", colour, begun, due, 5, None, 7, "办结", None, "小林")
    return Sent(notice, day(answered) if answered else None)


BLUE, ORANGE, RED = (sent(colour) for colour in ("blue", "orange", "red"))
"""Each with a limit of 30 November 2026."""


def a_duty(due: str | None) -> Duty:
    """Of 甲局, as far as the colour of a slip depends on it."""
    blank = dict.fromkeys(Duty._fields)
    return Duty(**{**blank, "policy": "zone", "measure": 4, "unit": "甲局", "due": due and day(due)})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("earlier", "due", "on", "colour"),
    [
        ([], "2026-10-31", "2026-12-01", "blue"),
        ([BLUE], "2026-10-31", "2026-12-01", "orange"),
        ([BLUE, ORANGE], "2026-10-31", "2026-12-01", "red"),
        ([BLUE, ORANGE, RED], "2026-10-31", "2026-12-01", "red"),
        # An answer brings nothing down, in time or not, and a return is told by the work not being finished.
        ([sent("blue", "2026-11-28")], "2026-10-31", "2026-12-01", "orange"),
        ([BLUE, sent("orange", "2026-12-05")], "2026-10-31", "2026-12-06", "red"),
        ([BLUE._replace(outcome="return")], "2026-10-31", "2026-12-01", "orange"),
        # The limit is not over: the date was put off, or is still to come.
        ([BLUE], "2026-12-31", "2026-12-31", "blue"),
        ([BLUE], "2026-12-31", "2027-01-01", "orange"),
        ([BLUE._replace(suspended=True)], "2026-10-31", "2026-12-01", "blue"),
        # Without a date only an answer can be missed.
        ([sent("blue", "2026-11-30")], None, "2026-12-01", "blue"),
        ([sent("orange", "2026-11-30")], None, "2026-12-01", "orange"),
        ([BLUE], None, "2026-12-01", "orange"),
        ([sent("blue", "2026-12-01")], None, "2026-12-02", "orange"),
        # What was closed out begins anew; a letter has no colour.
        ([BLUE, ORANGE._replace(closed=True)], "2026-10-31", "2026-12-01", "blue"),
        ([BLUE._replace(closed=True), BLUE], "2026-10-31", "2026-12-01", "orange"),
        ([sent("")], "2026-10-31", "2026-12-01", "blue"),
    ],
)
def test_the_next_colour(earlier: list[Sent], due: str | None, on: str, colour: str) -> None:
    assert next_colour(earlier, a_duty(due), day(on)) == colour


def act(number: int, kind: str, on: str) -> Entry:
    return Entry(kind, "", 0, "", day(on), "小林", id=number).of(DutyKey("zone", 4, "甲局", "整合"))


@pytest.mark.parametrize(
    ("acts", "answered"),
    [
        ([], None),
        ([act(8, "update", "2026-11-23")], "2026-11-23"),  # on the day of issue
        ([act(8, "update", "2026-11-22")], None),  # of a day before, typed after
        ([act(7, "update", "2026-11-23")], None),  # known when the slip was issued
        ([act(8, "urge", "2026-11-25")], None),
        ([act(8, "unchanged", "2026-11-25")], "2026-11-25"),
        ([act(8, "update", "2026-11-20"), act(9, "submit", "2026-12-09")], "2026-12-09"),
        ([act(8, "update", "2026-11-27"), act(9, "update", "2026-11-25")], "2026-11-25"),  # typed the other way round
    ],
)
def test_an_answer_is_of_a_day_since_the_slip_was_issued(acts: list[Entry], answered: str | None) -> None:
    told = slips.sent(sent("blue").notice, acts[::-1])  # issued on 23 November, knew of entries up to 7
    assert told.answered_on == (day(answered) if answered else None)


@pytest.mark.parametrize(
    ("acts", "suspended"),
    [
        ([], False),
        ([("suspend", "2026-11-24")], True),
        ([("suspend", "2026-11-30")], True),  # the last day for the answer
        ([("suspend", "2026-12-01")], False),
        ([("suspend", "2026-11-24"), ("resume", "2026-11-25")], True),
        ([("suspend", "2026-11-10"), ("resume", "2026-11-20")], False),
        ([("suspend", "2026-11-10"), ("resume", "2026-11-23")], False),  # over on the day of issue
        ([("suspend", "2026-11-23"), ("resume", "2026-12-20")], True),
        ([("suspend", "2026-11-10"), ("resume", "2026-11-20"), ("suspend", "2026-11-26")], True),
    ],
)
def test_a_suspension_within_the_time_for_the_answer(acts: list[tuple[str, str]], suspended: bool) -> None:
    told = [act(number, kind, on) for number, (kind, on) in enumerate(acts, 1)]
    one = slips.sent(sent("orange").notice, told[::-1])
    assert one.suspended is suspended
    assert next_colour([one], a_duty("2026-10-31"), day("2026-12-01")) == ("orange" if suspended else "red")


@pytest.mark.parametrize(("when", "running"), [("2026-11-29", True), ("2026-11-30", True), ("2026-12-01", False)])
def test_the_last_day_is_still_in_time(when: str, running: bool) -> None:
    assert is_running([sent("blue")], day(when)) is running
    assert not is_running([], day(when))


def test_numbers_go_on_within_a_year() -> None:
    notices = [one.notice for one in (sent("blue", number=2), sent("blue", number=9, year=2025))]
    assert [next_number(notices, year) for year in (2025, 2026, 2027)] == [10, 3, 1]
