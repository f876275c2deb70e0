"""移交: who takes over goes on with what is open as it stands; what the unit before it has closed stays closed."""

from __future__ import annotations

from datetime import date

import pytest

from sm_devzone.domain.appointments import Appointment, roster
from sm_devzone.domain.duties import Duty, Facts
from sm_devzone.domain.entry import DutyKey, Halt, Record, Span
from sm_devzone.domain.ledger import Ledger, compute
from sm_devzone.domain.plan import Measure, Milestone, Plan, Policy, Unit

D = date.fromisoformat
UNITS = ("甲局", "乙局", "丙局", "丁局")
ONCE = Milestone("验收", "通过验收", "policy", due=D("2026-06-30"), as_written="六月底前")
MONTHLY = Milestone("月报", "报进度", "policy", every="month", first="2026-01", as_written="每月")


def plan(*units: str, milestone: Milestone = ONCE) -> Plan:
    measure = Measure(1, "整合", units, units, milestones=(milestone,))
    policy = Policy(
        id="p",
        title="若干措施",
        issuer="市府办",
        issued=D("2026-01-01"),
        valid_until=D("2027-12-31"),
        valid_as_written=None,
        office="办公室",
        due_soon_days=10,
        common_units=(),
        units=tuple(map(Unit, UNITS)),
        measures=(measure,),
    )
    return Plan([policy])


def acts(*said: str) -> list[Appointment]:
    """What the office did: `2026-03-01 甲局→乙局`, `2026-03-01 +丙局`, `2026-03-01 -丙局`."""
    found = []
    for number, text in enumerate(said, 101):
        day, what = text.split()
        unit, _, heir = what.strip("+-").partition("→")
        role = "responsible" if what.startswith("+") else None
        found.append(Appointment("p", 1, unit, role, heir or None, D(day), number))
    return found


def key(unit: str, period: str = "") -> DutyKey:
    return DutyKey("p", 1, unit, "月报" if period else "验收", period)


def reported(on: str, number: int, **more: object) -> Record:
    return Record(D(on), started=True, last_report=number)._replace(**more)  # type: ignore[arg-type]


def closed(done: str, on: str, number: int) -> Record:
    return Record(D(done), D(done), "close", D(on), last_report=number - 1, last_act=number)


def ledger_on(day: str, own: Plan, office: list[Appointment], records: dict[DutyKey, Record]) -> Ledger:
    return compute(own, Facts(records, [act for act in office if act.day <= D(day)]), D(day))


def told(duty: Duty) -> str:
    taken = f"（{duty.transferred_from}移交）" if duty.transferred_from else ""
    return " ".join(filter(None, (duty.unit, duty.period, duty.state))) + taken


@pytest.mark.parametrize(
    ("units", "office", "records", "expected"),
    [
        ("甲局", ["2026-03-01 甲局→乙局"], {}, ["乙局 not_started（甲局移交）"]),
        ("甲局", ["2026-03-01 甲局→乙局"], {"甲局": reported("2026-02-01", 1)}, ["乙局 in_progress（甲局移交）"]),
        (
            "甲局",
            ["2026-03-01 甲局→乙局", "2026-04-01 乙局→丙局"],
            {"甲局": reported("2026-02-01", 1)},
            ["丙局 in_progress（乙局移交）"],
        ),
        ("甲局", ["2026-03-01 甲局→乙局"], {"甲局": closed("2026-02-01", "2026-02-05", 2)}, ["甲局 closed_out"]),
        (  # two that are merged into one: the duty is counted once
            "甲局 乙局",
            ["2026-03-01 甲局→丙局", "2026-03-01 乙局→丙局"],
            {"甲局": reported("2026-02-01", 1)},
            ["丙局 in_progress（甲局移交）"],
        ),
        (  # who owed the same already goes on with its own
            "甲局 乙局",
            ["2026-03-01 甲局→乙局"],
            {"甲局": reported("2026-02-01", 1)},
            ["乙局 not_started"],
        ),
        (
            "甲局 乙局",
            ["2026-03-01 甲局→丙局", "2026-03-01 乙局→丙局"],
            {"甲局": closed("2026-02-01", "2026-02-05", 2)},
            ["丙局 not_started（乙局移交）", "甲局 closed_out"],
        ),
        (  # handed back
            "甲局",
            ["2026-03-01 甲局→乙局", "2026-04-01 乙局→甲局"],
            {"乙局": reported("2026-03-20", 1)},
            ["甲局 in_progress（乙局移交）"],
        ),
        (  # and closed out by each of them
            "甲局",
            ["2026-03-01 甲局→乙局", "2026-04-01 乙局→甲局"],
            {"甲局": closed("2026-04-20", "2026-04-22", 9), "乙局": reported("2026-03-20", 1)},
            ["甲局 closed_out（乙局移交）"],
        ),
        (
            "甲局",
            ["2026-03-01 甲局→乙局", "2026-04-01 乙局→甲局"],
            {"甲局": reported("2026-02-01", 1), "乙局": closed("2026-03-20", "2026-03-22", 9)},
            ["乙局 closed_out（甲局移交）"],
        ),
        (
            "甲局",
            ["2026-03-01 甲局→乙局", "2026-04-01 乙局→甲局"],
            {"甲局": closed("2026-02-01", "2026-02-02", 2)},
            ["甲局 closed_out"],
        ),
        ("甲局 乙局", ["2026-03-01 -甲局"], {"甲局": reported("2026-02-01", 1)}, ["乙局 not_started"]),
        (
            "甲局 乙局",
            ["2026-03-01 -甲局"],
            {"甲局": closed("2026-02-01", "2026-02-05", 2)},
            ["乙局 not_started", "甲局 closed_out"],
        ),
    ],
)
def test_who_owes_it(units: str, office: list[str], records: dict[str, Record], expected: list[str]) -> None:
    kept = {key(unit): record for unit, record in records.items()}
    ledger = ledger_on("2026-05-01", plan(*units.split()), acts(*office), kept)
    assert sorted(map(told, ledger.duties)) == sorted(expected)
    assert ledger.strays == []
    assert len({duty.key for duty in ledger.duties}) == len(ledger.duties)


def test_all_that_counts_of_a_duty_goes_down_the_line() -> None:
    records = {
        key("甲局"): reported("2026-02-01", 1, due=D("2026-08-31"), extensions=1, extended_late=1),
        key("乙局"): reported("2026-03-05", 2, due=D("2026-09-30"), extensions=1),
    }
    office = acts("2026-03-01 甲局→乙局", "2026-04-01 乙局→丙局")
    ledger = ledger_on("2026-05-01", plan("甲局"), office, records)
    (duty,) = ledger.duties
    assert (duty.unit, duty.due, duty.extensions, duty.reported_on) == ("丙局", D("2026-09-30"), 2, D("2026-03-05"))
    assert ledger.keys(duty) == (key("甲局"), key("乙局"), key("丙局"))
    assert (ledger.record(duty).last_report, ledger.record(duty).extended_late) == (2, 1)


def test_what_was_granted_in_between_counts_for_whom_it_was_handed_back_to() -> None:
    extended = reported("2026-03-20", 2, due=D("2026-09-30"), extensions=1)
    records = {key("乙局"): extended, key("甲局"): closed("2026-08-01", "2026-08-05", 9)}
    ledger = ledger_on("2026-08-10", plan("甲局"), acts("2026-03-01 甲局→乙局", "2026-04-01 乙局→甲局"), records)
    (duty,) = ledger.duties
    assert (duty.unit, duty.state, duty.due, duty.is_on_time) == ("甲局", "closed_out", D("2026-09-30"), True)


def test_what_one_unit_suspended_another_resumes() -> None:
    records = {
        key("甲局"): Record().with_halts([Halt(D("2026-02-01"), 1, "suspend")]),
        key("乙局"): Record().with_halts([Halt(D("2026-04-01"), 2, "resume")]),
    }
    office = acts("2026-03-01 甲局→乙局")
    only_first = {key("甲局"): records[key("甲局")]}
    assert ledger_on("2026-03-15", plan("甲局"), office, only_first).duties[0].state == "suspended"
    ledger = ledger_on("2026-05-01", plan("甲局"), office, records)
    assert ledger.duties[0].state == "not_started"
    assert ledger.record(ledger.duties[0]).pauses == (Span(D("2026-02-01"), D("2026-03-31")),)


@pytest.mark.parametrize(
    ("units", "office", "records", "expected"),
    [
        (
            "甲局",
            ["2026-02-10 +乙局"],  # owes the period in which it was appointed, and none before
            {},
            ["甲局 2026-01", "甲局 2026-02", "甲局 2026-03", "乙局 2026-02", "乙局 2026-03"],
        ),
        (
            "甲局",
            ["2026-02-10 甲局→乙局"],
            {("甲局", "2026-01"): closed("2026-01-30", "2026-02-01", 2)},
            ["甲局 2026-01", "乙局 2026-02", "乙局 2026-03"],
        ),
        ("甲局", ["2026-02-10 甲局→乙局"], {}, ["乙局 2026-01", "乙局 2026-02", "乙局 2026-03"]),
        (  # appointed again: what it closed in its time before stays
            "甲局 乙局",
            ["2026-02-10 -甲局", "2026-03-10 +甲局"],
            {("甲局", "2026-01"): closed("2026-01-30", "2026-02-01", 2)},
            ["乙局 2026-01", "乙局 2026-02", "乙局 2026-03", "甲局 2026-01", "甲局 2026-03"],
        ),
    ],
)
def test_which_periods_it_owes(
    units: str, office: list[str], records: dict[tuple[str, str], Record], expected: list[str]
) -> None:
    kept = {key(unit, period): record for (unit, period), record in records.items()}
    ledger = ledger_on("2026-03-20", plan(*units.split(), milestone=MONTHLY), acts(*office), kept)
    assert sorted(f"{duty.unit} {duty.period}" for duty in ledger.duties) == sorted(expected)


def test_a_milestone_for_named_units_follows() -> None:
    own = plan("甲局", "乙局", milestone=ONCE._replace(units=("甲局",)))
    ledger = ledger_on("2026-05-01", own, acts("2026-03-01 甲局→丙局", "2026-04-01 丙局→丁局"), {})
    assert [(duty.unit, duty.milestone) for duty in ledger.duties] == [("丁局", "验收"), ("乙局", None)]


def test_who_has_handed_over_is_no_longer_on_the_roster() -> None:
    (policy,) = plan("甲局", "乙局")
    office = acts("2026-03-01 甲局→丙局", "2026-03-02 -乙局", "2026-03-03 +丁局")
    assert roster(policy.measures[0], office) == {"丙局": "responsible", "丁局": "responsible"}
