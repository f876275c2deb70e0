"""Reporting cycles: who owes which, told so that nobody is accused wrongly."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sm_devzone.domain.appointments import Appointment
from sm_devzone.domain.calendar import ONE_DAY, Period, due_day, parse_period
from sm_devzone.domain.cycles import (
    Ordered,
    awaited_cycle,
    is_heard,
    ordered_by,
    owed_cycles,
    silence_of_unit,
    silent_in_a_row,
)
from sm_devzone.domain.duties import Facts
from sm_devzone.domain.entry import Span
from sm_devzone.domain.ledger import compute, silent_cycles
from sm_devzone.domain.plan import Measure, Milestone, Plan, Policy, Unit

D = date.fromisoformat
PATIENT = settings(deadline=None)


def a_policy(valid_until: str = "2027-07-14", repealed_on: str | None = None) -> Policy:
    issued = D("2026-01-01")
    repealed = D(repealed_on) if repealed_on else None
    return Policy("p", "若干措施", "市府办", issued, D(valid_until), None, "甲局", 30, (), (), (), repealed_on=repealed)


def a_measure(cycle: str | None = "month", by: str | None = None) -> Measure:
    return Measure(1, "一", ("甲局",), ("甲局",), reporting_cycle=cycle, report_by=by)


def asks(measure: Measure, policy: Policy | None = None) -> list[Ordered]:
    return [ordered_by(policy or a_policy(), measure)]


def period(name: str) -> Period:
    found = parse_period(name)
    assert found
    return found


def periods(names: str) -> list[Period]:
    return [period(name) for name in names.split()]


def days(text: str) -> list[date]:
    return [D(f"2026-{day}") for day in text.split()]


def spans(text: str) -> list[Span]:
    """10-05..10-20 11-01.. -> spans of 2026, the second of them going on."""
    ends = [span.split("..") for span in text.split()]
    return [Span(D(f"2026-{first}"), D(f"2026-{last}") if last else None) for first, last in ends]


# -- When a cycle is judged -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cycle", "by", "judged"),
    [
        ("2026-10", None, "2026-11-01"),
        ("2026-10", "25", "2026-10-26"),
        ("2026-10", "31", "2026-11-01"),
        ("2026-02", "31", "2026-03-01"),
        ("2026-W47", None, "2026-11-23"),
        ("2026-W47", "5", "2026-11-21"),
        ("2026Q3", None, "2026-10-01"),
        ("2026Q3", "3-25", "2026-09-26"),
        ("2026H1", "6-25", "2026-06-26"),
        ("2026", "12-20", "2026-12-21"),
    ],
)
def test_a_cycle_is_judged_when_its_report_day_is_over(cycle: str, by: str | None, judged: str) -> None:
    own = period(cycle)
    measure, since = a_measure(own.cycle, by), own.start - ONE_DAY
    assert own not in owed_cycles(asks(measure), since, D(judged) - ONE_DAY)
    assert own in owed_cycles(asks(measure), since, D(judged))


@pytest.mark.parametrize(
    ("day", "owed", "awaited"),
    [
        ("2026-10-01", "2026-08 2026-09", "2026-10"),
        ("2026-10-24", "2026-08 2026-09", "2026-10"),
        ("2026-10-25", "2026-08 2026-09", "2026-10"),  # the report day itself: still to come
        ("2026-10-26", "2026-08 2026-09 2026-10", None),
        ("2026-10-31", "2026-08 2026-09 2026-10", None),
        ("2026-11-01", "2026-08 2026-09 2026-10", "2026-11"),
    ],
)
def test_before_the_report_day_is_over_a_cycle_is_awaited_and_not_owed(
    day: str, owed: str, awaited: str | None
) -> None:
    policy, measure, since = a_policy(), a_measure(by="25"), D("2026-08-03")
    assert [*owed_cycles(asks(measure, policy), since, D(day))] == periods(owed)
    assert awaited_cycle(asks(measure, policy), since, D(day), D(day)) == (awaited and period(awaited))


@pytest.mark.parametrize(
    ("cycle", "by", "since", "owed"),
    [
        ("week", None, "2026-11-02", "2026-W45 2026-W46 2026-W47"),
        ("week", "4", "2026-11-02", "2026-W45 2026-W46 2026-W47"),
        ("week", "3", "2026-11-02", "2026-W45 2026-W46 2026-W47 2026-W48"),  # the 25th was a Wednesday
        ("quarter", None, "2026-01-01", "2026Q1 2026Q2 2026Q3"),
        ("quarter", "2-15", "2026-01-01", "2026Q1 2026Q2 2026Q3 2026Q4"),
        ("half", None, "2026-01-01", "2026H1"),
        ("year", None, "2026-01-01", ""),
        ("year", "11-25", "2026-01-01", "2026"),
        (None, None, "2026-01-01", ""),
    ],
)
def test_every_cycle_is_counted_alike(cycle: str | None, by: str | None, since: str, owed: str) -> None:
    assert [*owed_cycles(asks(a_measure(cycle, by)), D(since), D("2026-11-26"))] == periods(owed)


# -- From which day on ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first_entry", "appointed_on", "occurrence", "since"),
    [
        ("2025-12-01", None, None, "2026-01-01"),  # the issue of the policy
        ("2026-03-02", None, None, "2026-03-02"),
        ("2026-03-02", "2026-05-05", None, "2026-05-05"),
        ("2026-03-02", "2026-02-01", None, "2026-03-02"),
        ("2026-03-02", "2026-05-05", "2026Q3", "2026-07-01"),
        ("2026-03-02", None, "2026Q1", "2026-03-02"),
        (None, "2026-05-05", "2026Q3", None),  # nobody wrote anything down: nobody can be said to be silent
    ],
)
def test_cycles_count_from_the_latest_beginning(
    first_entry: str | None, appointed_on: str | None, occurrence: str | None, since: str | None
) -> None:
    every = (Milestone("报表", "季度报表", "policy", every="quarter", first="2026Q1"),) if occurrence else ()
    measure = a_measure()._replace(milestones=every)
    policy = a_policy()._replace(units=(Unit("甲局"), Unit("乙局")), measures=(measure,))
    unit = "乙局" if appointed_on else "甲局"  # whom the plan does not name, the office appointed
    acts = [Appointment("p", 1, unit, "lead", None, D(appointed_on), 1)] if appointed_on else []
    facts = Facts(appointments=acts, begun={"p": D(first_entry)} if first_entry else {})
    day = D("2026-12-15")
    ledger = compute(Plan([policy]), facts, day)
    (duty,) = (duty for duty in ledger.duties if duty.unit == unit and duty.period == occurrence)
    assert silent_cycles(ledger, duty) == len(owed_cycles(asks(measure, policy), D(since) if since else None, day))


@pytest.mark.parametrize(
    ("since", "first"),
    [
        ("2026-09-30", "2026-10"),
        ("2026-10-01", "2026-10"),
        ("2026-10-24", "2026-10"),  # there on the day before the report day: a day to report in
        ("2026-10-25", "2026-11"),  # appointed on the report day: from the next cycle on
        ("2026-10-26", "2026-11"),
        ("2026-10-31", "2026-11"),
    ],
)
def test_the_first_cycle_that_is_owed(since: str, first: str) -> None:
    owed = [*owed_cycles(asks(a_measure(by="25")), D(since), D("2026-11-26"))]
    assert owed[0] == period(first)
    ordered = asks(a_measure(by="25"))
    awaited = [awaited_cycle(ordered, D(since), day, day) for day in days("10-25 11-25")]
    assert period(first) in awaited or D(since) > D("2026-10-25")


def test_nothing_is_owed_before_anything_was_recorded() -> None:
    ordered, day = asks(a_measure()), D("2026-11-26")
    assert not owed_cycles(ordered, None, day)
    assert awaited_cycle(ordered, None, day, day) is None
    assert awaited_cycle(ordered, D("2026-11-27"), day, day) is None


# -- While nothing was owed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spared", "owed"),
    [
        ("", "09 10 11"),
        ("09-26..10-25", "09 11"),  # suspended for the whole cycle
        ("10-02..10-24", "09 11"),  # resumed on the report day: no day to report in
        ("10-02..10-23", "09 10 11"),  # resumed on the day before it
        ("10-24..10-24", "09 11"),
        ("10-25..10-25", "09 11"),  # suspended on the report day, which would have been the last chance
        ("10-25..", "09"),  # closed out on it, or handed over
        ("10-26..", "09 10"),  # the day after: it was silent when it had to report
        ("10-26..11-02", "09 10 11"),  # suspended between two report days only
        ("10-05..10-10 10-15..10-20", "09 10 11"),  # in the cycle, and open again in time
        ("09-10..09-30 11-20..", "10"),
        ("01-01..", ""),
    ],
)
def test_a_cycle_in_which_nothing_could_be_reported_is_not_owed(spared: str, owed: str) -> None:
    names = " ".join(f"2026-{month}" for month in owed.split())
    found = owed_cycles(asks(a_measure(by="25")), D("2026-09-01"), D("2026-11-26"), spans(spared))
    assert [*found] == periods(names)


@pytest.mark.parametrize(
    ("handed_over", "old", "new"),
    [
        ("2026-10-23", "2026-09", "2026-10"),
        ("2026-10-24", "2026-09", "2026-10"),
        ("2026-10-25", "2026-09", ""),  # on the report day: neither can be blamed
        ("2026-10-26", "2026-09 2026-10", ""),
    ],
)
def test_of_two_units_of_a_hand_over_never_both_owe_a_cycle(handed_over: str, old: str, new: str) -> None:
    policy, measure, day = a_policy(), a_measure(by="25"), D("2026-11-01")
    assert [*owed_cycles(asks(measure, policy), D("2026-09-01"), day, [Span(D(handed_over))])] == periods(old)
    assert [*owed_cycles(asks(measure, policy), D(handed_over), day)] == periods(new)


@pytest.mark.parametrize(
    ("spared", "awaited"), [("", True), ("10-01..10-09", True), ("10-01..10-10", False), ("10-10..", False)]
)
def test_what_is_suspended_is_not_awaited(spared: str, awaited: bool) -> None:
    day, since = D("2026-10-10"), D("2026-01-01")
    cycle = awaited_cycle(asks(a_measure()), since, day, day, spans(spared))
    assert (cycle is not None) == awaited


@pytest.mark.parametrize(
    ("valid_until", "repealed_on", "owed", "awaited"),
    [
        ("2027-07-14", None, "2026-09 2026-10", "2026-11"),
        ("2026-10-31", None, "2026-09 2026-10", None),
        ("2026-10-30", None, "2026-09", None),  # over before its report day came
        ("2027-07-14", "2026-11-01", "2026-09 2026-10", None),
        ("2027-07-14", "2026-10-31", "2026-09", None),
        ("2027-07-14", "2026-01-01", "", None),
    ],
)
def test_a_policy_that_has_ended_asks_for_nothing(
    valid_until: str, repealed_on: str | None, owed: str, awaited: str | None
) -> None:
    policy, since, day = a_policy(valid_until, repealed_on), D("2026-09-01"), D("2026-11-26")
    assert [*owed_cycles(asks(a_measure(), policy), since, day)] == periods(owed)
    assert awaited_cycle(asks(a_measure(), policy), since, day, day) == (awaited and period(awaited))


@pytest.mark.parametrize(("resumed", "awaited"), [("2026-10-29", True), ("2026-10-30", True), ("2026-10-31", False)])
def test_a_cycle_whose_report_day_it_was_back_too_late_for_is_not_awaited(resumed: str, awaited: bool) -> None:
    spared, day = [Span(D("2026-09-10"), D(resumed) - ONE_DAY)], D("2026-10-31")
    cycle = awaited_cycle(asks(a_measure()), D("2026-01-01"), day, day, spared)
    assert (cycle is not None) == awaited == (period("2026-10") in owed_cycles_by_november(spared))


def owed_cycles_by_november(spared: list[Span]) -> list[Period]:
    return [*owed_cycles(asks(a_measure()), D("2026-01-01"), D("2026-11-01"), spared)]


@pytest.mark.parametrize(("seen_on", "awaited"), [("2026-06-30", "2026-06"), ("2026-07-01", None)])
def test_a_day_that_is_over_awaits_no_cycle_that_begins_after_it(seen_on: str, awaited: str | None) -> None:
    found = awaited_cycle(asks(a_measure()), D("2026-01-01"), D("2026-06-30"), D(seen_on))
    assert found == (awaited and period(awaited))


# -- What the versions of the plan ordered ----------------------------------------------------------------------------

END = D("2027-07-14")
NONE, MONTH, MONTH_25 = (None, None), ("month", None), ("month", "25")


@pytest.mark.parametrize(
    ("before", "after", "on", "owed"),
    [
        (NONE, MONTH, "2026-05-10", "2026-05 2026-06"),  # ordered from May on: nothing before
        (NONE, MONTH, "2026-05-31", "2026-06"),  # on the report day itself: too late for May
        (MONTH, NONE, "2026-05-10", "2026-01 2026-02 2026-03 2026-04"),
        (MONTH, NONE, "2026-06-01", "2026-01 2026-02 2026-03 2026-04 2026-05"),
        (MONTH, ("quarter", None), "2026-05-10", "2026-01 2026-02 2026-03 2026-04 2026Q2"),
        (("quarter", None), MONTH, "2026-05-10", "2026Q1 2026-05 2026-06"),
        (MONTH_25, MONTH, "2026-05-10", "2026-01 2026-02 2026-03 2026-04 2026-05 2026-06"),
        (MONTH_25, MONTH, "2026-05-27", "2026-01 2026-02 2026-03 2026-04 2026-05 2026-06"),  # May is owed once
        (MONTH, MONTH_25, "2026-05-27", "2026-01 2026-02 2026-03 2026-04 2026-06"),  # neither day could be kept
    ],
)
def test_a_cycle_is_owed_by_the_version_in_force_on_its_report_day(
    before: tuple[str | None, str | None], after: tuple[str | None, str | None], on: str, owed: str
) -> None:
    ordered = [Ordered(None, *before, END), Ordered(D(on), *after, END)]
    assert [*owed_cycles(ordered, D("2026-01-01"), D("2026-07-01"))] == periods(owed)


@pytest.mark.parametrize(
    ("ended", "ends", "on", "owed"),
    [
        ("2026-03-31", "2027-07-14", "2026-06-10", "2026-01 2026-02 2026-03 2026-06"),  # over, and taken up again
        ("2027-07-14", "2026-03-30", "2026-06-10", "2026-01 2026-02"),  # repealed, as it turned out in June
        ("2027-07-14", "2026-06-30", "2026-03-10", "2026-01 2026-02 2026-03 2026-04 2026-05 2026-06"),
    ],
)
def test_no_cycle_is_owed_of_a_time_in_which_the_policy_was_over(ended: str, ends: str, on: str, owed: str) -> None:
    ordered = [Ordered(None, *MONTH, D(ended)), Ordered(D(on), *MONTH, D(ends))]
    assert [*owed_cycles(ordered, D("2026-01-01"), D("2026-07-01"))] == periods(owed)


@pytest.mark.parametrize(("day", "awaited"), [("2026-05-10", "2026-05"), ("2026-05-31", "2026-05")])
def test_the_first_cycle_of_a_version_is_awaited(day: str, awaited: str) -> None:
    ordered = [Ordered(None, *NONE, END), Ordered(D("2026-05-10"), *MONTH, END)]
    assert awaited_cycle(ordered, D("2026-01-01"), D(day), D(day)) == period(awaited)


# -- Who was silent ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reported", "in_a_row"),
    [
        ("", 4),
        ("06-30", 4),
        ("07-01", 3),
        ("08-15 09-01", 1),
        ("09-30", 1),
        ("10-01", 0),
        ("10-31", 0),  # after the report day, but in the cycle
        ("07-10 11-02", 0),  # late, but heard of: no longer silent
    ],
)
def test_silent_in_a_row(reported: str, in_a_row: int) -> None:
    owed = periods("2026-07 2026-08 2026-09 2026-10")
    assert silent_in_a_row(owed, days(reported)) == in_a_row
    assert silent_in_a_row([], days(reported)) == 0


def test_a_cycle_that_was_not_owed_neither_counts_nor_ends_a_row() -> None:
    assert silent_in_a_row(periods("2026-07 2026-08 2026-10"), days("07-31")) == 2
    assert silent_in_a_row(periods("2026-07 2026-08 2026-10"), days("09-15")) == 1


def test_a_report_is_heard_in_the_cycle_of_its_day() -> None:
    assert [is_heard(cycle, days("08-31 10-01")) for cycle in periods("2026-08 2026-09 2026-10")] == [True, False, True]
    assert not is_heard(period("2026-08"), [])


@pytest.mark.parametrize(
    ("in_a_row", "told"),
    [
        ([4, 1, 4, 1, 2, 1], "6 项未报，其中连续 4 期的 2 项"),
        ([0, 4, 0], "1 项未报，连续 4 期"),
        ([3, 3], "2 项未报，连续 3 期"),
        ([1, 1, 0], "2 项未报"),
        ([0, 0], ""),
        ([], ""),
    ],
)
def test_how_the_silence_of_a_unit_is_told(in_a_row: list[int], told: str) -> None:
    assert silence_of_unit(in_a_row) == told


# -- Laws -------------------------------------------------------------------------------------------------------------

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
CYCLES = st.sampled_from(
    [("month", None), ("month", "25"), ("month", "31"), ("week", "5"), ("quarter", "3-25"), ("half", None)]
)
SPANS = st.lists(
    st.builds(lambda first, length: Span(first, first + timedelta(length)), DAYS, st.integers(0, 60)), max_size=3
)


@PATIENT
@given(CYCLES, DAYS, DAYS, SPANS)
def test_what_is_owed_was_judged_and_could_be_reported(
    cycle: tuple[str, str | None], since: date, day: date, spared: list[Span]
) -> None:
    measure = a_measure(*cycle)
    owed = owed_cycles(asks(measure), since, day, spared)
    assert set(owed) <= set(owed_cycles(asks(measure), since, day))
    for each in owed:
        report_day = due_day(each, cycle[1])
        assert since < report_day < report_day + ONE_DAY <= day
        assert report_day <= a_policy().ends_on
        assert not any(span.holds(report_day) for span in spared)


@PATIENT
@given(CYCLES, DAYS, DAYS, DAYS, SPANS)
def test_a_later_day_only_adds_and_periods_add_up(
    cycle: tuple[str, str | None], since: date, one: date, other: date, spared: list[Span]
) -> None:
    measure, (early, late) = a_measure(*cycle), sorted((one, other))
    before, after = ([*owed_cycles(asks(measure), since, day, spared)] for day in (early, late))
    assert after[: len(before)] == before
    assert all(early < due_day(each, cycle[1]) + ONE_DAY <= late for each in after[len(before) :])


@PATIENT
@given(st.lists(st.tuples(DAYS, CYCLES), max_size=3), CYCLES, DAYS, DAYS, DAYS)
def test_an_edit_of_the_plan_changes_nothing_that_was_judged_before_it(
    edits: list[tuple[date, tuple[str, str | None]]], first: tuple[str, str | None], since: date, one: date, other: date
) -> None:
    ordered = [
        Ordered(None, *first, END),
        *(Ordered(day, *said, END) for day, said in sorted(edits, key=lambda e: e[0])),
    ]
    early, late = sorted((one, other))
    before, after = (owed_cycles(ordered, since, day) for day in (early, late))
    assert [*after.items()][: len(before)] == [*before.items()]
    in_force = [own for own in ordered if own.since is None or own.since < early]
    assert before == owed_cycles(in_force, since, early)
    assert [*after.values()] == sorted(after.values())


@PATIENT
@given(CYCLES, DAYS, DAYS)
def test_a_cycle_is_awaited_or_judged_and_never_both(cycle: tuple[str, str | None], since: date, day: date) -> None:
    measure = a_measure(*cycle)
    awaited = awaited_cycle(asks(measure), since, day, day)
    assert awaited not in owed_cycles(asks(measure), since, day)
    if awaited:
        assert awaited in owed_cycles(asks(measure), since, due_day(awaited, cycle[1]) + ONE_DAY)
