"""Days and periods, at their edges."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sm_devzone.domain.calendar import (
    WRITTEN,
    Period,
    before,
    chinese_day,
    day_in_china,
    due_day,
    end_of,
    end_of_day_utc,
    in_china,
    occurrences,
    parse_day,
    parse_period,
    period_of,
    valid_by,
)

CYCLES = ("year", "half", "quarter", "month", "week")
DAYS = st.dates(date(1, 1, 8), date(9999, 12, 24))  # a week off the ends of the calendar
ONE_DAY = timedelta(days=1)
PATIENT = settings(deadline=None)


def day(text: str) -> date:
    return date.fromisoformat(text)


def period(name: str) -> Period:
    found = parse_period(name)
    assert found is not None
    return found


# -- A moment and its day in China ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "china"),
    [
        ("2026-06-30T15:59:59Z", "2026-06-30"),
        ("2026-06-30T16:00:00Z", "2026-07-01"),
        ("2026-12-31T15:59:59Z", "2026-12-31"),
        ("2026-12-31T16:00:00Z", "2027-01-01"),
        ("2024-02-28T16:00:00Z", "2024-02-29"),
        ("2024-02-29T16:00:00Z", "2024-03-01"),
        ("2026-07-01T00:00:00+08:00", "2026-07-01"),
        ("2026-06-30T23:59:59+08:00", "2026-06-30"),
        ("2026-06-30T11:00:00-05:00", "2026-07-01"),
        ("1988-07-01T15:30:00Z", "1988-07-01"),  # there was summer time then; the rule is that of today
    ],
)
def test_the_day_in_china(moment: str, china: str) -> None:
    assert day_in_china(datetime.fromisoformat(moment)) == day(china)


@pytest.mark.parametrize(
    ("today", "over"),
    [
        ("2026-06-30", "2026-06-30T16:00:00+00:00"),
        ("2024-12-31", "2024-12-31T16:00:00+00:00"),
        ("0001-01-01", "0001-01-01T16:00:00+00:00"),
        ("9999-12-31", "9999-12-31T16:00:00+00:00"),
    ],
)
def test_a_day_is_over_at_midnight_in_china(today: str, over: str) -> None:
    assert end_of_day_utc(day(today)) == datetime.fromisoformat(over)


@PATIENT
@given(DAYS)
def test_the_last_second_of_a_day_is_in_it_and_the_next_is_not(today: date) -> None:
    over = end_of_day_utc(today)
    assert over.tzinfo is UTC
    assert day_in_china(over - timedelta(seconds=1)) == today
    assert day_in_china(over) == today + ONE_DAY


def test_a_moment_of_the_journal_as_the_clock_showed_it() -> None:
    assert in_china("2026-11-23T08:20:59Z") == "2026-11-23 16:20"
    assert in_china("2026-12-31T16:00:00Z") == "2027-01-01 00:00"


@pytest.mark.parametrize(
    ("today", "written"),
    [("2024-07-15", "2024年7月15日"), ("2024-12-05", "2024年12月5日"), ("0009-01-01", "9年1月1日")],
)
def test_a_day_in_chinese_has_no_leading_zeros(today: str, written: str) -> None:
    assert chinese_day(day(today)) == written


# -- Periods ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cycle", "today", "name", "start", "end"),
    [
        ("year", "2024-01-01", "2024", "2024-01-01", "2024-12-31"),
        ("year", "2024-12-31", "2024", "2024-01-01", "2024-12-31"),
        ("half", "2024-06-30", "2024H1", "2024-01-01", "2024-06-30"),
        ("half", "2024-07-01", "2024H2", "2024-07-01", "2024-12-31"),
        ("quarter", "2026-03-31", "2026Q1", "2026-01-01", "2026-03-31"),
        ("quarter", "2026-04-01", "2026Q2", "2026-04-01", "2026-06-30"),
        ("quarter", "2026-12-31", "2026Q4", "2026-10-01", "2026-12-31"),
        ("month", "2024-02-29", "2024-02", "2024-02-01", "2024-02-29"),
        ("month", "2025-02-28", "2025-02", "2025-02-01", "2025-02-28"),
        ("month", "1900-02-28", "1900-02", "1900-02-01", "1900-02-28"),
        ("month", "2000-02-29", "2000-02", "2000-02-01", "2000-02-29"),
        ("month", "2026-12-31", "2026-12", "2026-12-01", "2026-12-31"),
        ("week", "2026-11-22", "2026-W47", "2026-11-16", "2026-11-22"),
        ("week", "2026-11-23", "2026-W48", "2026-11-23", "2026-11-29"),
        ("week", "2026-12-31", "2026-W53", "2026-12-28", "2027-01-03"),
        ("week", "2027-01-03", "2026-W53", "2026-12-28", "2027-01-03"),
        ("week", "2027-01-04", "2027-W01", "2027-01-04", "2027-01-10"),
        ("week", "2024-12-30", "2025-W01", "2024-12-30", "2025-01-05"),
        ("week", "2021-01-01", "2020-W53", "2020-12-28", "2021-01-03"),
        ("year", "9999-12-31", "9999", "9999-01-01", "9999-12-31"),
    ],
)
def test_the_period_in_which_a_day_lies(cycle: str, today: str, name: str, start: str, end: str) -> None:
    assert period_of(cycle, day(today)) == Period(name, cycle, day(start), day(end))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2025", "2025"),
        ("2025H1", "2025H1"),
        ("2025-h2", "2025H2"),
        ("2026Q4", "2026Q4"),
        ("2026-Q4", "2026Q4"),
        ("2026q4", "2026Q4"),
        ("2026-11", "2026-11"),
        ("2026-1", "2026-01"),
        ("2026-W47", "2026-W47"),
        ("2026w7", "2026-W07"),
        ("2026-W53", "2026-W53"),
        (" 2026-11 ", "2026-11"),
        ("\uff12\uff10\uff12\uff15", "2025"),  # full width
        ("0001", "0001"),
        ("9999", "9999"),
    ],
)
def test_how_a_period_may_be_written(text: str, name: str) -> None:
    assert period(text).name == name


@pytest.mark.parametrize(
    "text",
    [
        *("", "202", "20255", "0000", "2025年", "-2025", "2025-", "2025-2026", "2025-01-01", "20251"),
        *("2025H0", "2025H3", "2025Q0", "2025Q5", "Q1", "2025 Q1", "2026-00", "2026-13", "2026-111"),
        *("2025-W53", "2026-W54", "2026-W00", "2026-W", "9999-W52", "9999-W53", "0000-W01", "0000Q1", "今年"),
    ],
)
def test_what_names_no_period(text: str) -> None:
    assert parse_period(text) is None


@PATIENT
@given(st.sampled_from(CYCLES), DAYS)
def test_every_day_lies_in_its_period_and_the_period_knows_its_name(cycle: str, today: date) -> None:
    own = period_of(cycle, today)
    assert own.cycle == cycle
    assert own.start <= today <= own.end
    assert parse_period(own.name) == own
    assert period_of(cycle, own.start) == period_of(cycle, own.end) == own


@PATIENT
@given(st.sampled_from(CYCLES), DAYS)
def test_periods_tile_the_calendar(cycle: str, today: date) -> None:
    own = period_of(cycle, today)
    if own.start > date(1, 1, 8):
        assert before(own).end == own.start - ONE_DAY
    if own.end < date(9999, 12, 24):
        following = period_of(cycle, own.end + ONE_DAY)
        assert following.start == own.end + ONE_DAY
        assert before(following) == own


@PATIENT
@given(DAYS, DAYS)
def test_names_of_one_cycle_sort_as_time_does(one: date, other: date) -> None:
    for cycle in CYCLES:
        names = [period_of(cycle, today).name for today in (min(one, other), max(one, other))]
        assert names == sorted(names)


@PATIENT
@given(st.text(max_size=10) | st.from_regex(r"\A[0-9]{4}-?[HQW]?[0-9]{0,2}\Z"))
def test_any_text_names_a_period_or_none(text: str) -> None:
    found = parse_period(text)
    assert found is None or parse_period(found.name) == found


# -- When an occurrence is due ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "by", "due"),
    [
        ("2025", None, "2025-12-31"),
        ("2025H1", None, "2025-06-30"),
        ("2026Q3", None, "2026-09-30"),
        ("2024-02", None, "2024-02-29"),
        ("2026-W53", None, "2027-01-03"),
        ("2026-11", "1", "2026-11-01"),
        ("2026-11", "28", "2026-11-28"),
        ("2026-11", "05", "2026-11-05"),
        ("2026-10", "31", "2026-10-31"),
        ("2026-11", "31", "2026-11-30"),
        ("2025-02", "31", "2025-02-28"),
        ("2024-02", "31", "2024-02-29"),
        ("2024-02", "29", "2024-02-29"),
        ("2025-02", "29", "2025-02-28"),
        ("2025", "06-30", "2025-06-30"),
        ("2024", "02-29", "2024-02-29"),
        ("2025", "02-29", "2025-02-28"),
        ("2025", "01-01", "2025-01-01"),
        ("2026Q1", "1-10", "2026-01-10"),
        ("2026Q4", "1-10", "2026-10-10"),
        ("2026Q4", "3-25", "2026-12-25"),
        ("2026Q1", "2-31", "2026-02-28"),
        ("2026Q2", "03-31", "2026-06-30"),
        ("2026H1", "1-10", "2026-01-10"),
        ("2026H2", "6-25", "2026-12-25"),
        ("2026H2", "3-31", "2026-09-30"),
        ("2026-W53", "1", "2026-12-28"),
        ("2026-W53", "5", "2027-01-01"),
        ("2026-W53", "7", "2027-01-03"),
    ],
)
def test_the_day_on_which_an_occurrence_is_due(name: str, by: str | None, due: str) -> None:
    assert due_day(period(name), by) == day(due)


@pytest.mark.parametrize(
    ("cycle", "fits", "does_not"),
    [
        ("year", ["01-01", "02-29", "12-31"], ["02-30", "04-31", "13-01", "00-10", "01-00", "1-1", "31", "0101", ""]),
        ("half", ["1-10", "01-10", "6-30", "06-30", "6-31", "2-9"], ["1", "31", "7-01", "12-31", "0-10", "1-32", ""]),
        ("quarter", ["1-10", "3-25", "03-31", "2-31"], ["1", "31", "4-01", "06-30", "1-0", "1-00", "-10", "１-10", ""]),
        ("month", ["1", "01", "9", "28", "31"], ["0", "00", "32", "001", "-1", "²", "９", "01-01", "9" * 5000, ""]),
        ("week", ["1", "7"], ["0", "8", "07", "12", "一", "７", ""]),
    ],
)  # fmt: skip
def test_which_day_fits_which_cycle(cycle: str, fits: list[str], does_not: list[str]) -> None:
    assert [by for by in fits if not valid_by(cycle, by)] == []
    assert [by for by in does_not if valid_by(cycle, by)] == []


BY = (
    st.none()
    | st.integers(1, 31).map(str)
    | st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda d: f"{d:%m-%d}")
    | st.builds(lambda month, today: f"{month}-{today}", st.integers(1, 6), st.integers(1, 31))
)


@PATIENT
@given(st.sampled_from(CYCLES), DAYS, BY)
def test_an_occurrence_is_due_inside_its_period(cycle: str, today: date, by: str | None) -> None:
    own = period_of(cycle, today)
    if by is None or valid_by(cycle, by):
        assert own.start <= due_day(own, by) <= own.end


# -- Occurrences ------------------------------------------------------------------------------------------------------


def due_days(first: str, by: str | None, valid_until: str, today: str, until: str | None = None) -> list[str]:
    return [str(due) for _, due in occurrences(first, by, day(valid_until), day(today), until)]


@pytest.mark.parametrize(
    ("today", "due"),
    [
        ("2024-12-31", []),
        ("2025-01-01", ["2025-12-31"]),
        ("2025-12-31", ["2025-12-31"]),
        ("2026-01-01", ["2025-12-31", "2026-12-31"]),
        ("2026-12-31", ["2025-12-31", "2026-12-31"]),
        ("2027-01-01", ["2025-12-31", "2026-12-31"]),  # one due on 2027-12-31 would outlive the policy
        ("2027-07-15", ["2025-12-31", "2026-12-31"]),
        ("9999-12-31", ["2025-12-31", "2026-12-31"]),
    ],
)
def test_one_occurrence_a_year_while_the_policy_is_valid(today: str, due: list[str]) -> None:
    assert due_days("2025", None, "2027-07-14", today) == due


@pytest.mark.parametrize(
    ("first", "by", "valid_until", "today", "due"),
    [
        ("2025", "06-30", "2027-06-30", "2027-01-01", ["2025-06-30", "2026-06-30", "2027-06-30"]),
        ("2025", "06-30", "2027-06-29", "2027-01-01", ["2025-06-30", "2026-06-30"]),
        ("2026Q4", None, "2027-07-14", "2027-07-14", ["2026-12-31", "2027-03-31", "2027-06-30"]),
        ("2026-12", "31", "2027-07-14", "2027-02-01", ["2026-12-31", "2027-01-31", "2027-02-28"]),
        ("2026-W52", "5", "2027-07-14", "2027-01-04", ["2026-12-25", "2027-01-01", "2027-01-08"]),
        ("2026-W52", "5", "2027-07-14", "2027-01-03", ["2026-12-25", "2027-01-01"]),
        ("2026H2", None, "2026-12-30", "2026-12-30", []),
        ("9999", None, "9999-12-31", "9999-12-31", ["9999-12-31"]),
        ("9999-11", None, "9999-12-31", "9999-12-31", ["9999-11-30", "9999-12-31"]),
        ("9999-W51", "7", "9999-12-31", "9999-12-26", ["9999-12-26"]),
    ],
)
def test_occurrences(first: str, by: str | None, valid_until: str, today: str, due: list[str]) -> None:
    assert due_days(first, by, valid_until, today) == due


@pytest.mark.parametrize(
    ("first", "until", "due"),
    [
        ("2026-08", "2026-09", ["2026-08-31", "2026-09-30"]),
        ("2026-08", "2026-08", ["2026-08-31"]),
        ("2026-08", "2026-09-30", ["2026-08-31", "2026-09-30"]),
        ("2026-08", "2026-10-01", ["2026-08-31", "2026-09-30", "2026-10-31"]),  # October has begun by then
        ("2026-08", "2026-10", ["2026-08-31", "2026-09-30", "2026-10-31"]),
        ("2026-08", "2026Q3", ["2026-08-31", "2026-09-30"]),
        ("2026-08", "2026-07", []),
        ("2026-08", None, ["2026-08-31", "2026-09-30", "2026-10-31", "2026-11-30"]),
        ("2026Q1", "2026Q2", ["2026-03-31", "2026-06-30"]),
        ("2026H1", "2026H1", ["2026-06-30"]),
        ("2026-W46", "2026-W47", ["2026-11-15", "2026-11-22"]),
        ("2025", "2099", ["2025-12-31", "2026-12-31"]),
    ],
)
def test_a_recurrence_ends(first: str, until: str | None, due: list[str]) -> None:
    assert due_days(first, None, "2027-07-14", "2026-11-26", until) == due


def test_one_recurrence_ends_and_another_begins() -> None:
    months = due_days("2026-08", None, "2027-07-14", "2026-11-26", until="2026-09")
    quarters = due_days("2026Q4", "1-10", "2027-07-14", "2026-11-26")
    assert months + quarters == ["2026-08-31", "2026-09-30", "2026-10-10"]


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2026-09", "2026-09-30"),
        ("2026Q3", "2026-09-30"),
        ("2026H1", "2026-06-30"),
        ("2026", "2026-12-31"),
        ("2026-W47", "2026-11-22"),
        ("2026-09-15", "2026-09-15"),
    ],
)
def test_the_end_of_a_period_or_day(text: str, end: str) -> None:
    assert end_of(text) == day(end)


@pytest.mark.parametrize("text", ["", "2026-02-30", "2026-13", "20260930", "2026-9-1", "年底", "２０２６-09-30"])
def test_what_has_no_end(text: str) -> None:
    assert end_of(text) is None


@pytest.mark.parametrize("text", ["2026-W48", "2026W48", "2026-W48-1", "2026-11", "20261126", "2026-330", "2026-02-30"])
def test_what_is_no_day(text: str) -> None:
    assert parse_day(text) is None


def test_a_day() -> None:
    assert parse_day("2026-11-26") == day("2026-11-26")


@pytest.mark.parametrize(("cycle", "written"), WRITTEN.items())
def test_each_cycle_is_written_as_the_example_says(cycle: str, written: str) -> None:
    assert period(written) == period_of(cycle, period(written).start)


def test_what_is_no_period_has_no_occurrences() -> None:
    assert due_days("", None, "2027-07-14", "2026-11-23") == []


NEAR = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@PATIENT
@given(st.sampled_from(CYCLES), NEAR, NEAR, NEAR)
def test_occurrences_follow_each_other_and_have_begun(cycle: str, start: date, today: date, valid_until: date) -> None:
    first = period_of(cycle, start)
    found = list(occurrences(first.name, None, valid_until, today))
    assert all(own.start <= today and due <= valid_until for own, due in found)
    assert [own for own, _ in found[:1]] == [first][: len(found)]
    assert all(earlier == before(later) for (earlier, _), (later, _) in pairwise(found))


@PATIENT
@given(st.sampled_from(CYCLES), NEAR, NEAR, NEAR)
def test_a_later_day_only_adds_occurrences(cycle: str, start: date, today: date, valid_until: date) -> None:
    first = period_of(cycle, start).name
    now = list(occurrences(first, None, valid_until, today))
    tomorrow = list(occurrences(first, None, valid_until, today + ONE_DAY))
    assert tomorrow[: len(now)] == now
    assert len(tomorrow) - len(now) <= 1
