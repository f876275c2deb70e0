"""The rules of the ledger: one table for the edges of a due date, laws for the rest."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sm_devzone.domain.appointments import Appointment
from sm_devzone.domain.duties import Duty, Facts, signal_of
from sm_devzone.domain.entry import DutyKey, Record
from sm_devzone.domain.glossary import SIGNALS, STATES
from sm_devzone.domain.ledger import COUNTS, by_urgency, compute, roll_up, silent_cycles, totals
from sm_devzone.domain.plan import Measure, Milestone, Plan, Policy, Unit

D = date.fromisoformat
DUE = D("2026-06-30")


@pytest.mark.parametrize(
    ("state", "due", "done_on", "day", "expected"),
    [
        ("not_started", DUE, None, "2026-05-30", "on_track"),  # 31 days left, 30 are soon
        ("not_started", DUE, None, "2026-05-31", "due_soon"),
        ("in_progress", DUE, None, "2026-06-30", "due_soon"),  # the due day itself is not overdue
        ("in_progress", DUE, None, "2026-07-01", "overdue"),
        ("not_started", DUE, None, "2026-07-01", "overdue"),
        ("submitted", DUE, D("2026-06-30"), "2026-09-01", "on_track"),  # done in time, waits for review
        ("submitted", DUE, D("2026-07-01"), "2026-09-01", "overdue"),  # done, but late
        ("in_progress", None, None, "2026-09-01", "ongoing"),  # no date, never overdue
        ("in_progress", None, None, "2027-07-14", "ongoing"),
        ("in_progress", None, None, "2027-07-15", None),  # the policy has ended
        ("in_progress", DUE, None, "2027-07-15", "overdue"),  # which forgives nothing that was due
        ("closed_out", DUE, D("2026-08-01"), "2026-09-01", None),
        ("suspended", DUE, None, "2026-09-01", None),
    ],
)
def test_signal(state: str, due: date | None, done_on: date | None, day: str, expected: str | None) -> None:
    assert signal_of(state, due, done_on, D(day), due_soon_days=30, valid_until=D("2027-07-14")) == expected


def a_policy(*measures: Measure) -> Policy:
    return Policy(
        id="p",
        title="若干措施",
        issuer="市政府办公室",
        issued=D("2024-07-15"),
        valid_until=D("2027-07-14"),
        valid_as_written=None,
        office="甲局",
        due_soon_days=30,
        common_units=(),
        units=tuple(map(Unit, ("甲局", "乙局", "丙局"))),
        measures=measures,
    )


DATED = Milestone("验收", "通过验收", "policy", due=DUE, as_written="2026年6月底前")
YEARLY = Milestone("体检", "体检", "policy", every="year", first="2025", units=("甲局",), as_written="每年")
PLAIN = Measure(1, "常抓不懈", ("甲局", "乙局"), ("甲局", "乙局"), reporting_cycle="month")
MIXED = Measure(2, "验收", ("甲局", "乙局"), ("甲局", "乙局"), milestones=(DATED, YEARLY), lead=("甲局",))
WITH_REST = MIXED._replace(number=3, standing="其余工作")
PLAN = Plan([a_policy(PLAIN, MIXED, WITH_REST)])


def duties(day: str, records: dict[DutyKey, Record] | None = None, number: int = 0) -> list[Duty]:
    """The duties of `day` as it is lived through; the journal was begun with the year 2026."""
    ledger = compute(PLAN, Facts(records or {}, begun={"p": D("2026-01-01")}), D(day))
    return [duty for duty in ledger.duties if number in (0, duty.measure)]


@pytest.mark.parametrize(
    ("day", "number", "expected"),
    [
        ("2024-07-14", 0, []),  # not issued yet
        ("2024-07-15", 1, ["甲局", "乙局"]),
        # every unit of a measure has a duty in it; 乙局 has the milestone, so nothing stands beside it
        ("2024-12-31", 2, ["甲局 验收", "乙局 验收"]),
        ("2025-01-01", 2, ["甲局 验收", "乙局 验收", "甲局 体检 2025"]),
        ("2026-01-01", 2, ["甲局 验收", "乙局 验收", "甲局 体检 2025", "甲局 体检 2026"]),
        # 2027 would be due in December, when the policy has ended
        ("2027-06-01", 2, ["甲局 验收", "乙局 验收", "甲局 体检 2025", "甲局 体检 2026"]),
        ("2024-12-31", 3, ["甲局 验收", "乙局 验收", "甲局", "乙局"]),
    ],
)
def test_which_duties_there_are(day: str, number: int, expected: list[str]) -> None:
    found = [" ".join(filter(None, (d.unit, d.milestone, d.period))) for d in duties(day, number=number)]
    assert found == expected


def test_a_unit_bound_by_no_milestone_keeps_a_standing_duty() -> None:
    only_yearly = MIXED._replace(milestones=(YEARLY,))
    ledger = compute(Plan([a_policy(only_yearly)]), Facts(), D("2025-06-01"))
    assert [(d.unit, d.milestone, d.signal) for d in ledger.duties] == [
        ("甲局", "体检", "on_track"),
        ("乙局", None, "ongoing"),
    ]


@pytest.mark.parametrize(
    ("record", "state", "unreported"),
    [  # on the first day on which November is judged
        (Record(), "not_started", True),
        (Record(D("2026-10-31"), started=True), "in_progress", True),  # heard from the month before, not in this cycle
        (Record(D("2026-11-01"), started=True), "in_progress", False),
        (Record(D("2026-11-01")), "not_started", False),  # 报无变化: heard from, and where it was
        (Record(D("2026-11-01"), act="return"), "in_progress", False),  # sent back is in progress, whatever it reports
        (Record(D("2026-11-01"), act="reopen"), "in_progress", False),
        (Record(D("2026-10-31"), D("2026-10-31"), "submit"), "submitted", False),  # waits for the office
    ],
)
def test_state_and_unreported(record: Record, state: str, *, unreported: bool) -> None:
    key = DutyKey("p", 1, "甲局")
    (duty,) = [d for d in duties("2026-12-01", {key: record}) if d.key == key]
    assert (duty.state, duty.unreported) == (state, unreported)


@pytest.mark.parametrize(
    ("day", "seen_on", "report_by", "unreported"),
    [  # heard from last in October
        ("2026-11-01", "2026-11-01", None, False),
        ("2026-11-30", "2026-11-30", None, False),  # 待报: the last day to report is not over
        ("2026-11-30", "2026-12-01", None, True),  # as looked at from the day after, it is
        ("2026-12-01", "2026-12-01", None, True),
        ("2026-11-25", "2026-11-25", "25", False),
        ("2026-11-26", "2026-11-26", "25", True),  # every month by the 25th
    ],
)
def test_a_cycle_is_judged_when_its_last_day_to_report_is_over(
    day: str, seen_on: str, report_by: str | None, *, unreported: bool
) -> None:
    plan = Plan([a_policy(PLAIN._replace(report_by=report_by))])
    key = DutyKey("p", 1, "甲局")
    facts = Facts({key: Record(D("2026-10-31"), started=True)}, begun={"p": D("2026-01-01")})
    ledger = compute(plan, facts, D(day), seen_on=D(seen_on))
    (duty,) = [duty for duty in ledger.duties if duty.key == key]
    assert duty.unreported is unreported
    assert silent_cycles(ledger, duty) == int(unreported)


def test_of_what_was_before_the_journal_nobody_is_accused() -> None:
    ledger = compute(PLAN, Facts(), D("2026-12-01"))
    assert not any(duty.unreported for duty in ledger.duties)


def test_without_a_reporting_cycle_nobody_is_unreported() -> None:
    assert not any(duty.unreported for duty in duties("2026-12-01", number=2))


def test_one_unit_moves_no_other() -> None:
    records = {DutyKey("p", 2, "甲局", "验收"): Record(D("2026-06-01"), D("2026-06-01"), "submit")}
    states = {duty.unit: duty.state for duty in duties("2026-07-01", records, 2) if duty.milestone == "验收"}
    assert states == {"甲局": "submitted", "乙局": "not_started"}


def test_the_office_changes_who_answers() -> None:
    appointments = [
        Appointment("p", 1, "丙局", "lead", None, D("2026-02-01"), 2),
        Appointment("p", 1, "乙局", None, None, D("2026-02-01"), 3),
    ]
    records = {DutyKey("p", 1, "乙局"): Record(D("2026-01-01"))}
    ledger = compute(PLAN, Facts(records, appointments), D("2026-11-23"))
    own = [duty for duty in ledger.duties if duty.measure == 1]
    assert [(d.unit, d.role, d.lead_unit) for d in own] == [("甲局", "responsible", "丙局"), ("丙局", "lead", "丙局")]
    assert ledger.strays == []  # what 乙局 reported before is history
    assert roll_up(ledger, own)[0].responsible_units == ("甲局", "丙局")


def test_what_belongs_to_no_duty_is_a_stray() -> None:
    lost = [
        DutyKey("p", 9, "甲局"),
        DutyKey("p", 1, "丁局"),
        DutyKey("p", 2, "甲局", "旧节点"),
        DutyKey("q", 1, "甲局"),
    ]
    ledger = compute(PLAN, Facts(dict.fromkeys(lost, Record(D("2026-01-01")))), D("2026-11-23"))
    assert set(ledger.strays) == set(lost)


def test_an_extension_dates_nothing_that_has_no_date() -> None:
    record = Record(due=D("2026-01-31"), extensions=1)  # not by devzone, which refuses it: by another hand
    (duty, _) = duties("2026-11-23", {DutyKey("p", 1, "甲局"): record}, 1)
    assert (duty.due, duty.due_origin, duty.signal) == (None, None, "ongoing")


def test_a_measure_shows_the_date_its_signal_comes_from() -> None:
    records = {
        DutyKey("p", 2, "甲局", "验收"): Record(D("2026-06-01"), D("2026-06-01"), "submit"),
        DutyKey("p", 2, "乙局", "验收"): Record(D("2026-06-01"), D("2026-06-01"), "submit"),
        DutyKey("p", 2, "甲局", "体检", "2025"): Record(D("2025-06-01"), D("2025-06-01"), "submit"),
    }
    ledger = compute(PLAN, Facts(records), D("2026-12-15"))
    (row,) = roll_up(ledger, [duty for duty in ledger.duties if duty.measure == 2])
    assert (row.signal, row.due, row.as_written) == ("due_soon", D("2026-12-31"), "每年")
    assert row.lead_unit == "甲局"
    assert (row.state, row.submitted, row.not_started) == ("in_progress", 3, 1)


def test_most_urgent_first() -> None:
    ordered = by_urgency(duties("2026-12-20"))
    assert next(duty.signal for duty in ordered) == "overdue"
    assert [duty.due for duty in ordered if duty.signal == "overdue"] == sorted(
        duty.due for duty in ordered if duty.signal == "overdue" and duty.due
    )
    assert ordered[-1].due is None


DAYS = st.dates(D("2024-07-01"), D("2028-01-01"))
KEYS = st.sampled_from([duty.key for duty in duties("2027-06-01")])
RECORDS = st.builds(
    lambda on, done: Record(on, on, "submit") if done else Record(on),
    st.dates(D("2024-07-15"), D("2027-12-31")),
    st.booleans(),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine draws them slowly
@given(DAYS, st.dictionaries(KEYS, RECORDS))
def test_laws_of_any_ledger(day: date, records: dict[DutyKey, Record]) -> None:
    known = {key: record for key, record in records.items() if record.reported_on and record.reported_on <= day}
    ledger = compute(PLAN, Facts(known), day)
    rows = roll_up(ledger, ledger.duties)
    sums = totals(rows)
    assert sum(sums[state] for state in STATES) == sums["duties"] == len(ledger.duties)
    assert set(sums) == {"measures", *COUNTS}
    for duty in ledger.duties:
        assert duty.signal in {*SIGNALS, None}
        assert (duty.days_overdue is not None) == (duty.signal == "overdue")
        assert duty.due is not None or duty.signal in ("ongoing", None)
        if duty.signal == "overdue":
            assert duty.due is not None
            assert duty.days_overdue == ((duty.done_on or day) - duty.due) // timedelta(days=1) > 0
        if duty.done_on and duty.due and duty.done_on <= duty.due:
            assert duty.signal != "overdue"
    assert len({duty.key for duty in ledger.duties}) == len(ledger.duties)
    with_milestone = {key: record for key, record in known.items() if key.milestone}
    dated = compute(PLAN, Facts(with_milestone), day, dated=True)
    assert dated.duties == [duty for duty in ledger.duties if duty.milestone]
    assert not any(duty.signal in ("overdue", "due_soon") for duty in ledger.duties if duty not in dated.duties)
