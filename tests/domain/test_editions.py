"""What was written in the terms of one version of a plan, read in those of another."""

from __future__ import annotations

from datetime import date

import pytest

from sm_devzone.domain.appointments import Listed
from sm_devzone.domain.duties import Facts
from sm_devzone.domain.editions import Edition, History, listings
from sm_devzone.domain.entry import DutyKey, Record
from sm_devzone.domain.ledger import Ledger, compute
from sm_devzone.domain.plan import Measure, Milestone, Plan, Policy, Unit

D = date.fromisoformat


def policy(*measures: Measure, units: tuple[Unit, ...] = (Unit("甲局"),), **more: object) -> Policy:
    whole = Policy(
        id="p",
        title="若干措施",
        issuer="市府办",
        issued=D("2026-01-01"),
        valid_until=D("2027-12-31"),
        valid_as_written=None,
        office="办公室",
        due_soon_days=10,
        common_units=(),
        units=units,
        measures=measures,
    )
    return whole._replace(**more)  # type: ignore[arg-type]


def measure(
    number: int, title: str, *milestones: Milestone, unit: str = "甲局", formerly: int | None = None
) -> Measure:
    return Measure(number, title, (unit,), (unit,), milestones=milestones, formerly=formerly)


def once(key: str, due: str, *formerly: str) -> Milestone:
    return Milestone(key, key, "policy", due=D(due), as_written="按期", formerly=formerly)


def history(*policies: Policy) -> History:
    """A version a month, from January on; the first 10 entries are written in the first, the next 10 in the second …"""
    editions = [Edition(at, own, date(2026, at, 1), 10 * (at - 1)) for at, own in enumerate(policies, 1)]
    return History(editions)


ONE, TWO = measure(1, "整合"), measure(2, "招商")
SWAPPED = policy(measure(1, "招商", formerly=2), measure(2, "整合", formerly=1))
SHIFTED = policy(ONE, measure(2, "新的一条"), measure(3, "招商", formerly=2))
OTHER = measure(2, "另一条")
MOVED_TWO = measure(3, "招商", formerly=2)
MOVED = policy(ONE, MOVED_TWO)
OTHERS_TITLE = policy(ONE, OTHER)
OLD = (Unit("旧局"),)
NEW = (Unit("新局", ("旧局",)),)
NEWEST = (Unit("更新局", ("新局",)),)  # the oldest name is no longer among the aliases


@pytest.mark.parametrize(
    ("versions", "key", "number", "target", "expected"),
    [
        # numbers
        ([policy(ONE, TWO)], (2, "甲局"), 5, 0, (2, "甲局")),
        ([policy(ONE, TWO), SHIFTED], (2, "甲局"), 5, 1, (3, "甲局")),
        ([policy(ONE, TWO), SHIFTED], (2, "甲局"), 15, 1, (2, "甲局")),  # written when 2 was the new one
        ([policy(ONE, TWO), SHIFTED], (3, "甲局"), 15, 0, (2, "甲局")),  # an older day
        ([policy(ONE, TWO), SHIFTED], (2, "甲局"), 15, 0, None),  # which knew no such measure
        ([policy(ONE, TWO), policy(ONE)], (2, "甲局"), 5, 1, None),
        ([policy(ONE, TWO), SWAPPED], (1, "甲局"), 5, 1, (2, "甲局")),
        ([policy(ONE, TWO), SWAPPED], (1, "甲局"), 15, 0, (2, "甲局")),
        ([policy(ONE, TWO), SWAPPED, SWAPPED], (1, "甲局"), 5, 2, (2, "甲局")),  # the `formerly` stays in the file
        ([policy(ONE, TWO), SHIFTED, SHIFTED], (2, "甲局"), 5, 2, (3, "甲局")),
        ([policy(ONE)], (7, "甲局"), 5, 0, (7, "甲局")),  # a stray stays one
        # a number that was dropped
        ([policy(ONE, TWO), policy(ONE), policy(ONE, OTHER)], (2, "甲局"), 5, 2, None),  # and given to another measure
        ([policy(ONE, TWO), policy(ONE), policy(ONE, OTHER)], (2, "甲局"), 15, 2, None),  # typed in with the old number
        ([policy(ONE, TWO), policy(ONE), policy(ONE, OTHER)], (2, "甲局"), 25, 2, (2, "甲局")),
        ([policy(ONE, TWO), policy(ONE), policy(ONE, OTHER)], (2, "甲局"), 25, 0, None),
        ([policy(ONE, TWO), policy(ONE), policy(ONE, TWO)], (2, "甲局"), 5, 2, (2, "甲局")),  # and put back
        ([policy(ONE, TWO), policy(ONE), policy(ONE, TWO)], (2, "甲局"), 25, 0, (2, "甲局")),
        ([policy(ONE, TWO), policy(ONE), policy(ONE, TWO), SHIFTED], (2, "甲局"), 5, 3, (3, "甲局")),
        ([policy(ONE, TWO), MOVED, policy(ONE, TWO, MOVED_TWO)], (2, "甲局"), 5, 2, (3, "甲局")),  # it moved away
        ([policy(ONE, TWO), MOVED], (2, "甲局"), 15, 1, (2, "甲局")),
        ([policy(ONE, TWO), OTHERS_TITLE], (2, "甲局"), 5, 1, None),  # not recorded yet: nothing says it is the same
        # units
        ([policy(ONE, units=OLD), policy(ONE, units=NEW)], (1, "旧局"), 5, 1, (1, "新局")),
        ([policy(ONE, units=OLD), policy(ONE, units=NEW)], (1, "旧局"), 15, 1, (1, "新局")),  # written by its old name
        ([policy(ONE, units=OLD), policy(ONE, units=NEW)], (1, "新局"), 15, 0, (1, "旧局")),
        (
            [policy(ONE, units=OLD), policy(ONE, units=NEW), policy(ONE, units=NEWEST)],
            (1, "旧局"),
            5,
            2,
            (1, "更新局"),
        ),
        (
            [policy(ONE, units=OLD), policy(ONE, units=NEW), policy(ONE, units=NEWEST)],
            (1, "更新局"),
            25,
            0,
            (1, "旧局"),
        ),
        ([policy(ONE, units=NEW)], (1, "别局"), 5, 0, (1, "别局")),
    ],
)
def test_measures_and_units(
    versions: list[Policy], key: tuple[int, str], number: int, target: int, expected: tuple[int, str] | None
) -> None:
    found = history(*versions).resolve(DutyKey("p", *key), number, target)
    assert found == (None if expected is None else DutyKey("p", *expected))


@pytest.mark.parametrize(
    ("before", "after", "key", "expected"),
    [
        (once("方案", "2026-06-30"), once("方案", "2026-06-30"), "方案", "方案"),
        (once("方案", "2026-06-30"), once("总方案", "2026-06-30", "方案"), "方案", "总方案"),
        (
            once("方案", "2026-06-30"),
            once("总方案", "2026-06-30"),
            "方案",
            None,
        ),  # another one: nothing says it is the same
        (once("方案", "2026-06-30"), once("总方案", "2026-06-30", "方案"), "", ""),
        (once("方案", "2026-06-30"), once("总方案", "2026-06-30", "方案"), "没有的", "没有的"),
    ],
)
def test_milestones(before: Milestone, after: Milestone, key: str, expected: str | None) -> None:
    own = history(policy(measure(1, "整合", before)), policy(measure(1, "整合", after)))
    found = own.resolve(DutyKey("p", 1, "甲局", key), 5, 1)
    assert (found and found.milestone) == expected


@pytest.mark.parametrize(
    ("last", "number", "expected"),
    [
        (once("方案", "2026-09-30"), 5, "方案"),  # put back
        (once("方案", "2026-09-30")._replace(title="另一个方案"), 5, None),
        (once("方案", "2026-09-30")._replace(title="另一个方案"), 25, "方案"),
    ],
)
def test_a_key_that_was_dropped_and_is_used_again(last: Milestone, number: int, expected: str | None) -> None:
    first, between = once("方案", "2026-06-30"), once("清单", "2026-06-30")
    own = history(*(policy(measure(1, "整合", each)) for each in (first, between, last)))
    found = own.resolve(DutyKey("p", 1, "甲局", "方案"), number, 2)
    assert (found and found.milestone) == expected


@pytest.mark.parametrize(
    ("versions", "cuts"),
    [
        ([policy(ONE, TWO)], ()),
        ([policy(ONE, TWO), policy(ONE)], ()),
        ([policy(ONE, TWO), policy(ONE), policy(ONE, TWO)], ()),
        ([policy(ONE), policy(ONE, TWO)], ()),
        ([policy(ONE, TWO), policy(ONE), policy(ONE, OTHER)], (20,)),
        ([policy(ONE, TWO), OTHERS_TITLE], (10,)),
        ([policy(ONE, TWO), MOVED], (10,)),
        ([policy(ONE, TWO), SWAPPED, SWAPPED], (10,)),
        ([policy(ONE, TWO), SHIFTED, policy(ONE, TWO)], (10, 20)),
    ],
)
def test_where_a_name_came_to_mean_another_thing(versions: list[Policy], cuts: tuple[int, ...]) -> None:
    assert history(*versions).cuts == cuts


def test_what_was_taken_out_of_the_plan_and_put_back_on_one_day_never_left_it() -> None:
    both, one = measure(1, "整合")._replace(units=("甲局", "乙局"), roster=("甲局", "乙局")), measure(1, "整合")
    days = [D("2026-01-01"), D("2026-04-10"), D("2026-04-10")]
    own = History([Edition(at, policy(each), days[at], at) for at, each in enumerate((both, one, both))])
    assert listings(own, 2, own.said(1, 2)) == [
        Listed(None, "甲局", "responsible"),
        Listed(None, "乙局", "responsible"),
    ]


def registers(*each: str) -> History:
    """A version for each text: "丁局=甲局 乙局" is 丁局, once 甲局, and 乙局."""
    editions = []
    for text in each:
        words = [word.split("=") for word in text.split()]
        editions.append(policy(ONE, units=tuple(Unit(name, tuple(aliases)) for name, *aliases in words)))
    return history(*editions)


@pytest.mark.parametrize(
    ("each", "name", "written", "on", "means"),
    [
        # an old name that was given to another unit
        (("甲局", "丁局=甲局", "丁局 甲局"), "甲局", 0, 2, "丁局"),
        (("甲局", "丁局=甲局", "丁局 甲局"), "甲局", 1, 2, "丁局"),  # typed under the old name
        (("甲局", "丁局=甲局", "丁局 甲局"), "甲局", 2, 2, "甲局"),
        (("甲局", "丁局=甲局", "丁局 甲局"), "丁局", 2, 0, "甲局"),
        (("甲局", "丁局=甲局", "丁局 甲局", "丁局 戊局=甲局"), "甲局", 2, 3, "戊局"),  # and then it is renamed in turn
        (("甲局", "丁局=甲局", "丁局 甲局", "丁局 戊局=甲局"), "甲局", 0, 3, "丁局"),
        (("甲局", "丁局=甲局", "丁局", "丁局 甲局"), "甲局", 0, 3, "丁局"),
        # renamed twice, and back
        (("甲局", "丁局=甲局", "戊局=丁局"), "甲局", 0, 2, "戊局"),
        (("甲局", "丁局=甲局", "甲局=丁局"), "丁局", 1, 2, "甲局"),
        (("甲局", "丁局=甲局", "甲局"), "丁局", 1, 2, "甲局"),
        (("甲局", "丁局=甲局", "甲局"), "甲局", 0, 1, "丁局"),
        # dropped and put back; while it is not there it keeps the last name it had
        (("甲局 乙局", "乙局", "甲局 乙局"), "甲局", 0, 2, "甲局"),
        (("甲局 乙局", "丁局=甲局 乙局", "乙局"), "甲局", 0, 2, "丁局"),
        # two that were merged
        (("甲局 乙局", "丙局=甲局=乙局"), "乙局", 0, 1, "丙局"),
        (("甲局 乙局", "丙局=甲局=乙局", "丙局"), "乙局", 0, 2, "丙局"),
        (("甲局 乙局", "丙局=甲局=乙局", "丙局"), "丙局", 2, 0, "甲局"),
        (("甲局 乙局", "甲局=乙局"), "乙局", 0, 1, "甲局"),
        # one that the register did not have when it was written
        (("甲局", "甲局 丁局=丙局"), "丙局", 0, 1, "丁局"),
        (("甲局",), "丙局", 0, 0, "丙局"),
    ],
)
def test_a_name_means_the_unit_that_bore_it_when_it_was_written(
    each: tuple[str, ...], name: str, written: int, on: int, means: str
) -> None:
    assert registers(*each).unit(name, written, on) == means


@pytest.mark.parametrize(
    ("each", "cuts"),
    [
        (("甲局", "丁局=甲局", "戊局=丁局"), ()),  # a renaming parts nothing
        (("甲局 乙局", "乙局", "甲局 乙局"), ()),
        (("甲局 乙局", "丙局=甲局=乙局", "丙局"), ()),
        (("甲局", "丁局=甲局", "丁局 甲局"), (20,)),
    ],
)
def test_where_a_name_came_to_mean_another_unit(each: tuple[str, ...], cuts: tuple[int, ...]) -> None:
    assert registers(*each).cuts == cuts


def test_all_names_of_a_unit() -> None:
    own = history(policy(ONE, units=OLD), policy(ONE, units=NEW), policy(ONE, units=NEWEST))
    assert own.names_of("旧局") == own.names_of("更新局") == {"旧局", "新局", "更新局"}
    assert own.names_of("别局") == {"别局"}


@pytest.mark.parametrize(
    ("since", "day", "number"),
    [
        ("2026-01-01 2026-02-01 2026-03-01", "2025-12-31", 1),
        ("2026-01-01 2026-02-01 2026-03-01", "2026-01-01", 1),
        ("2026-01-01 2026-02-01 2026-03-01", "2026-01-31", 1),
        ("2026-01-01 2026-02-01 2026-03-01", "2026-02-01", 2),
        ("2026-01-01 2026-02-01 2026-03-01", "2026-12-31", 3),
        ("2024-07-15", "2024-07-15", 1),
        ("2024-07-15", "2020-01-01", 1),  # before it nothing was recorded
        ("2024-07-15 2025-06-01", "2025-05-31", 1),
        ("2024-07-15 2025-06-01", "2025-06-01", 2),
        ("2024-07-15 2025-06-01", "2020-01-01", 1),
        ("2024-07-15 2025-06-01 2025-06-01", "2025-06-01", 3),  # of one day the last that was recorded
    ],
)
def test_the_version_in_force(since: str, day: str, number: int) -> None:
    own = History([Edition(at, policy(ONE), D(first), 0) for at, first in enumerate(since.split(), 1)])
    assert own.editions[own.in_force(D(day))].number == number


def ledger_on(day: str, own: History, record: Record) -> Ledger:
    now = own.editions[own.in_force(D(day))].policy
    facts = Facts({DutyKey("p", 1, "甲局", "方案"): record})
    return compute(Plan([now]), facts, D(day), histories={"p": own})


EARLY, LATE = once("方案", "2026-01-20"), once("方案", "2026-03-20")


@pytest.mark.parametrize(
    ("first", "then", "done", "extended", "due", "is_on_time"),
    [
        (EARLY, LATE, "2026-01-25", None, "2026-01-20", False),  # late by the date of its day, whatever came later
        (EARLY, LATE, "2026-02-01", None, "2026-03-20", True),
        (LATE, EARLY, "2026-01-25", None, "2026-03-20", True),
        (LATE, EARLY, "2026-02-01", None, "2026-01-20", False),
        (
            EARLY,
            LATE,
            "2026-02-10",
            "2026-02-05",
            "2026-03-20",
            True,
        ),  # the extension is older than the plan's new date
        (EARLY, LATE, "2026-03-25", "2026-03-31", "2026-03-31", True),
    ],
)
def test_in_time_by_the_date_in_force_on_the_day_the_work_was_done(
    first: Milestone, then: Milestone, done: str, extended: str | None, due: str, *, is_on_time: bool
) -> None:
    own = history(policy(measure(1, "整合", first)), policy(measure(1, "整合", then)))
    record = Record(D(done), D(done), "close", D("2026-04-01"), due=D(extended) if extended else None)
    (duty,) = ledger_on("2026-05-01", own, record).duties
    assert (duty.due, duty.is_on_time, duty.plan_version) == (D(due), is_on_time, 2)


@pytest.mark.parametrize(
    ("record", "state", "signal"),
    [
        (Record(), "terminated", None),  # no false 逾期
        (Record(D("2026-02-01"), started=True), "terminated", None),
        (Record(D("2026-02-01"), D("2026-02-01"), "submit", D("2026-02-01")), "submitted", "overdue"),
        (Record(D("2026-01-10"), D("2026-01-10"), "close", D("2026-01-12")), "closed_out", None),
    ],
)
def test_what_is_open_when_the_policy_is_repealed_ends(record: Record, state: str, signal: str | None) -> None:
    own = policy(measure(1, "整合", EARLY), repealed_on=D("2026-03-01"), repealed_reason="新文件代替")
    facts = Facts({DutyKey("p", 1, "甲局", "方案"): record})
    (before,) = compute(Plan([own]), facts, D("2026-02-28")).duties
    (after,) = compute(Plan([own]), facts, D("2026-03-01")).duties
    assert before.state != "terminated"
    assert (after.state, after.signal) == (state, signal)


def test_a_recurrence_ends_where_the_plan_says() -> None:
    monthly = Milestone("月报", "报", "policy", every="month", first="2026-01", as_written="每月", until="2026-03")
    duties = compute(Plan([policy(measure(1, "整合", monthly))]), Facts(), D("2026-08-01")).duties
    assert [duty.period for duty in duties] == ["2026-01", "2026-02", "2026-03"]
