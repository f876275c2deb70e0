"""What a leader sees at a glance, counted by hand."""

from __future__ import annotations

from datetime import date

import pytest

from sm_devzone.domain import bulletin
from sm_devzone.domain.calendar import period_of
from sm_devzone.domain.dashboard import Dashboard, Point, Rate, Share, UnitOverdue, burn_up, compose, month_ends
from sm_devzone.domain.duties import Facts
from sm_devzone.domain.entry import DutyKey, Entry, Record
from sm_devzone.domain.ledger import Ledger, compute
from sm_devzone.domain.plan import Measure, Milestone, Plan, Policy, Unit

UNITS = ("办公室", "东县", "西县")


def policy(*measures: Measure, id_: str = "甲") -> Policy:
    return Policy(
        id=id_,
        title="若干措施",
        issuer="市府办",
        issued=date(2026, 1, 5),
        valid_until=date(2028, 12, 31),
        valid_as_written=None,
        office="办公室",
        due_soon_days=30,
        common_units=(),
        units=tuple(map(Unit, UNITS)),
        measures=measures,
    )


ONCE = Milestone("验收", "通过验收", "policy", due=date(2026, 3, 31), as_written="三月底前")
DATED = Measure(1, "验收", UNITS, UNITS, milestones=(ONCE,))
STANDING = Measure(2, "长抓", UNITS[1:], UNITS[1:])


def ledger_on(day: str, *measures: Measure, **records: Record) -> Ledger:
    """The ledger of `measures`; `records` are those of units in the 验收 of measure 1."""
    known = {DutyKey("甲", 1, unit, "验收"): record for unit, record in records.items()}
    return compute(Plan([policy(*measures)]), Facts(known), date.fromisoformat(day))


def board_of(ledger: Ledger, *entries: Entry, before: Ledger | None = None) -> Dashboard:
    """The dashboard of the week's report; `before` is the ledger on its eve, where that is another one."""
    composed = bulletin.compose(
        period_of("week", ledger.day), ledger, before or ledger, entries, frozenset(), carried=set
    )
    return compose(composed, ledger.duties)


def board_on(day: str, *measures: Measure, **records: Record) -> Dashboard:
    return board_of(ledger_on(day, *measures, **records))


def closed(done: str, on: str) -> Record:
    return Record(
        reported_on=date.fromisoformat(done),
        submitted_on=date.fromisoformat(done),
        act="close",
        acted_on=date.fromisoformat(on),
    )


@pytest.mark.parametrize(
    ("day", "records", "points"),
    [
        ("2026-01-05", {}, ["2026-01-05 3 0 0"]),
        ("2026-03-31", {}, ["2026-01-05 3 0 0", "2026-03-31 3 0 0"]),  # the due day itself has not passed
        ("2026-04-01", {}, ["2026-01-05 3 0 0", "2026-04-01 3 3 0"]),
        (  # a closing stands on the day on which the office closed, not on which it was done
            "2026-04-09",
            {"东县": closed("2026-03-30", "2026-04-02")},
            ["2026-01-05 3 0 0", "2026-04-01 3 3 0", "2026-04-02 3 3 1", "2026-04-09 3 3 1"],
        ),
        (  # suspended: in none of the counts
            "2026-04-09",
            {"东县": Record(suspended_on=date(2026, 4, 3))},
            ["2026-01-05 2 0 0", "2026-04-01 2 2 0", "2026-04-09 2 2 0"],
        ),
        (  # extended: by the date that counts now
            "2026-04-09",
            {"东县": Record(due=date(2026, 5, 1), extensions=1)},
            ["2026-01-05 3 0 0", "2026-04-01 3 2 0", "2026-04-09 3 2 0"],
        ),
        (  # sent back or opened again: not closed
            "2026-04-01",
            {"东县": closed("2026-03-01", "2026-03-02")._replace(act="reopen")},
            ["2026-01-05 3 0 0", "2026-04-01 3 3 0"],
        ),
    ],
)
def test_burn_up(day: str, records: dict[str, Record], points: list[str]) -> None:
    found = burn_up(ledger_on(day, DATED, STANDING, **records))
    assert [f"{point.day} {point.duties} {point.due} {point.closed_out}" for point in found] == points


def test_an_occurrence_is_counted_from_the_begin_of_its_period() -> None:
    yearly = Milestone("体检", "每年体检", "policy", every="year", first="2026", as_written="每年")
    found = burn_up(ledger_on("2027-02-01", Measure(1, "体检", UNITS[1:], UNITS[1:], milestones=(yearly,))))
    assert found == (
        Point(date(2026, 1, 5), 2, 0, 0),
        Point(date(2027, 1, 1), 4, 2, 0),
        Point(date(2027, 2, 1), 4, 2, 0),
    )


def test_nothing_dated_has_no_burn_up() -> None:
    assert burn_up(ledger_on("2026-04-01", STANDING)) == ()


def test_the_last_point_of_each_month() -> None:
    days = ["2026-01-05", "2026-01-31", "2026-03-01", "2027-03-01"]
    points = [Point(date.fromisoformat(day), 1, 0, 0) for day in days]
    assert [str(point.day) for point in month_ends(points)] == ["2026-01-31", "2026-03-01", "2027-03-01"]


def test_what_a_measure_is_made_up_of_the_most_urgent_first() -> None:
    board = board_on("2026-04-09", DATED, STANDING, 东县=closed("2026-03-30", "2026-04-02"))
    assert [(mix.measure, mix.standing, mix.shares) for mix in board.measures] == [
        (1, "overdue", (Share("overdue", 2, 0), Share("closed_out", 1, 2))),
        (2, "ongoing", (Share("ongoing", 2, 0),)),
    ]
    assert board.standings == ("overdue", "ongoing", "closed_out")


def test_the_matrix_has_a_line_a_unit_and_a_cell_a_measure() -> None:
    (matrix,) = board_on("2026-04-09", DATED, STANDING, 东县=closed("2026-03-30", "2026-04-02")).matrices
    assert [mix.measure for mix in matrix.measures] == [1, 2]
    assert [(unit, [mix and mix.standing for mix in cells]) for unit, cells in matrix.lines] == [
        ("办公室", ["overdue", None]),
        ("东县", ["closed_out", "ongoing"]),
        ("西县", ["overdue", "ongoing"]),
    ]


def test_who_is_late_leaves_out_the_office_and_says_so() -> None:
    second = DATED._replace(number=3, milestones=(ONCE._replace(due=date(2026, 2, 28)),), roster=UNITS[2:])
    board = board_on("2026-04-09", DATED, second)
    assert board.overdue == (UnitOverdue("西县", 2, 40), UnitOverdue("东县", 1, 9))
    assert board.overdue_of_office == 1


def test_after_the_policy_has_ended_what_is_standing_is_shown_by_its_state() -> None:
    board = board_on("2029-01-01", STANDING)
    assert [mix.standing for mix in board.measures] == ["not_started"]


def test_each_policy_has_its_own_matrix() -> None:
    ledger = compute(Plan([policy(DATED), policy(STANDING, id_="乙")]), Facts(), date(2026, 4, 9))
    board = board_of(ledger)
    assert [(matrix.policy.id, len(matrix.lines)) for matrix in board.matrices] == [("甲", 3), ("乙", 2)]


def test_before_there_are_duties_there_is_nothing_to_show() -> None:
    board = board_on("2026-01-04", DATED, STANDING)
    assert board == Dashboard((), None, None, (), (), (), 0, (), 0, (), (), ())


def test_dated_duties_are_rated_by_closings_and_standing_ones_by_who_reported() -> None:
    board = board_of(
        compute(
            Plan([policy(DATED, STANDING)]),
            Facts(
                {
                    DutyKey("甲", 1, "东县", "验收"): closed("2026-03-30", "2026-04-02"),
                    DutyKey("甲", 1, "西县", "验收"): Record(suspended_on=date(2026, 4, 3)),
                    DutyKey("甲", 2, "东县"): Record(started=True, reported_on=date(2026, 4, 6)),  # the Monday
                    DutyKey("甲", 2, "西县"): Record(started=True, reported_on=date(2026, 4, 5)),  # the Sunday before
                }
            ),
            date(2026, 4, 9),
        )
    )
    assert (board.closed, board.heard) == (Rate(1, 2, 1), Rate(1, 2, 0))
    assert board_on("2026-04-09", STANDING).closed is None
    assert board_on("2026-04-09", DATED).heard is None
    all_suspended = {unit: Record(suspended_on=date(2026, 4, 3)) for unit in UNITS}
    assert board_on("2026-04-09", DATED, **all_suspended).closed is None  # no rate of nothing


def test_what_changed_is_told_by_matter_with_the_units() -> None:
    def act(kind: str, unit: str, number: int, voided_by: int | None = None) -> Entry:
        entry = Entry(kind, "甲", 1, unit, date(2026, 4, 1), "小林", milestone="验收", id=number, note=f"依据{number}")
        return entry._replace(recorded_at="2026-04-01T02:00:00Z", voided_by=voided_by)

    board = board_of(
        ledger_on("2026-04-01", DATED),
        act("close", "东县", 1),
        act("close", "西县", 2),
        act("reopen", "西县", 3),
        act("close", "西县", 4),  # one duty, however often
        act("extend", "西县", 5, voided_by=6),
        act("urge", "西县", 7),  # moves nothing
        before=ledger_on("2026-03-29", DATED),
    )
    assert [(one.term, one.duties, [(str(what), units) for what, units in one.matters]) for one in board.changes] == [
        ("新增逾期", 3, [("措施1 验收“验收”", UNITS)]),
        ("销号", 2, [("措施1 验收“验收”", ("东县", "西县"))]),
        ("恢复", 1, [("措施1 验收“验收”", ("西县",))]),
    ]
