"""The laws of time, over random histories of an office: what happened, what was known, and what was ordered."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Devzone

PLAN = """\
policy:
  id: p
  title: 若干措施
  issuer: 市府办
  issued: 2026-01-01
  valid_until: 2027-12-31
  office: 办公室
  reporting_cycle: month
units:
  - name: 办公室
  - name: 甲局
  - name: 乙局
  - name: 空局
  - name: 新设局
measures:
  - number: 1
    title: 整合
    units: [甲局, 乙局]
    tasks: [做]
    milestones:
      - {key: 方案, title: 出方案, origin: policy, due: 2026-02-15, as_written: 二月中}
  - number: 2
    title: 巡查
    units: [甲局]
    tasks: [做]
"""
RENAMED = PLAN.replace("[甲局", "[甲新局").replace("name: 甲局\n", "name: 甲新局\n    aliases: [甲局]\n")
MOVED = PLAN.replace("2026-02-15", "2026-03-15")
STANDING = "    standing: 其余\n  - number: 2"
MONTHLY = (
    "    milestones:\n      - {key: 月报, title: 报, origin: office, reason: 部署, every: month, first: 2026-01}\n"
)
EDITS = {
    "renamed": RENAMED,
    "another date": MOVED,
    "for one unit only": PLAN.replace("as_written: 二月中}", "as_written: 二月中, units: [乙局]}"),
    "a unit less": PLAN.replace("[甲局, 乙局]", "[乙局]"),
    "a unit more": PLAN.replace("units: [甲局]", "units: [甲局, 空局]"),
    "a measure less": PLAN[: PLAN.index("  - number: 2")],
    "a number less": PLAN[: PLAN.index("  - number: 1")]
    + PLAN[PLAN.index("  - number: 2") :].replace("2", "1\n    formerly: 2"),
    "a milestone less": PLAN.replace(PLAN[PLAN.index("    milestones") : PLAN.index("  - number: 2")], ""),
    "a standing part more": PLAN.replace("  - number: 2", STANDING),
    "a milestone more": PLAN + MONTHLY,
    "weekly": PLAN.replace("cycle: month", "cycle: week"),
    "no reports": PLAN.replace("  reporting_cycle: month\n", ""),
}
"""Plans that a later version may be, by what they change in the first."""


class Deed(NamedTuple):
    """What somebody did on the day `on` of 2026 and typed in on the day `typed`."""

    verb: str
    measure: int
    unit: str
    on: str
    typed: str

    def words(self) -> list[Any]:
        if self.verb == "transfer":
            return [self.verb, self.measure, "--from", self.unit, "--to", "空局", "--reason", "并入", "--on", self.on]
        if self.verb == "remove":
            return ["assign", self.measure, "--unit", self.unit, "--remove", "--reason", "退出", "--on", self.on]
        said = ["update", "--done"] if self.verb == "done" else [self.verb]
        reason = ["--to", "2026-05-31", "--reason", "延"] if self.verb == "extend" else ["--note", f"{self.on} 的事"]
        return [said[0], self.measure, *said[1:], "--unit", self.unit, *reason, "--on", self.on]


DAYS = ["2026-01-05", "2026-01-20", "2026-02-10", "2026-02-20", "2026-03-02"]
MORE_DAYS = ["2026-03-05", "2026-03-10"]
VERBS = st.sampled_from(
    ["update", "done", "close", "return", "reopen", "suspend", "resume", "extend", "transfer", "remove"]
)


def a_deed(verb: str, which: tuple[int, str], on: int, late: int) -> Deed:
    return Deed(verb, *which, DAYS[on], [*DAYS, *MORE_DAYS][min(on + late, 6)])


DEEDS = st.lists(
    st.builds(
        a_deed,
        VERBS,
        st.sampled_from([(1, "甲局"), (1, "乙局"), (1, "空局"), (2, "甲局"), (2, "空局")]),
        st.integers(0, 4),
        st.integers(0, 2),
    ),
    max_size=6,
)

fast = settings(
    max_examples=int(__import__("os").environ.get("EX", "8")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@contextmanager
def an_office(monkeypatch: pytest.MonkeyPatch) -> Iterator[Devzone]:
    with tempfile.TemporaryDirectory() as folder, monkeypatch.context() as patch:
        devzone = Devzone(patch, Path(folder))
        patch.setenv("DEVZONE_DB", f"{folder}/devzone.db")
        patch.chdir(folder)
        devzone.plan(PLAN)
        devzone.at("2026-01-02").ok("update", 2, "--unit", "甲局", "--note", "开始")
        yield devzone


def do(devzone: Devzone, deeds: list[Deed]) -> None:
    """Type them in, each on its day; what is refused leaves nothing."""
    for deed in sorted(deeds, key=lambda deed: deed.typed):
        devzone.at(deed.typed)(*deed.words())


def seen(devzone: Devzone, day: str, *view: str) -> Any:
    return [
        devzone.ok(*verb, "--as-of", day, *view, "--json").json
        for verb in (["status"], ["assign", "--unit", "甲局", "--unit", "乙局", "--unit", "空局"])
    ]


@fast
@given(DEEDS, DEEDS, st.sampled_from(sorted(EDITS)))
def test_what_was_issued_is_made_again(
    monkeypatch: pytest.MonkeyPatch, before: list[Deed], after: list[Deed], edit: str
) -> None:
    with an_office(monkeypatch) as devzone:
        do(devzone, before)
        devzone.at("2026-03-12").ok("report", "--month", "2026-02", "--number", 1, "--format", "md")
        devzone.ok("report", "--month", "2026-03", "--number", 2, "--format", "txt")
        devzone.plan(EDITS[edit])
        devzone.ok("plan", "adopt", "--reason", "改")
        for deed in after:
            devzone.at("2026-03-20")(*deed.words())
        for number in (1, 2):
            devzone.at("2026-04-01").ok("report", "--verify", number)


@fast
@given(DEEDS, DEEDS)
def test_a_day_as_it_was_known_then_is_what_was_said_on_it(
    monkeypatch: pytest.MonkeyPatch, before: list[Deed], after: list[Deed]
) -> None:
    with an_office(monkeypatch) as devzone:
        do(devzone, before)
        said = seen(devzone.at("2026-03-12"), "2026-03-12")
        devzone.at("2026-03-13").plan(RENAMED)
        for deed in after:
            devzone.at("2026-03-20")(*deed.words())
        devzone.at("2026-04-01").ok("plan", "adopt")
        assert seen(devzone, "2026-03-12", "--known", "2026-03-12") == said


@fast
@given(DEEDS, st.randoms(use_true_random=False))
def test_the_order_of_typing_in_changes_nothing(monkeypatch: pytest.MonkeyPatch, deeds: list[Deed], dice: Any) -> None:
    """Of days that differ; what is refused in one order is left out of both."""
    deeds = list({(deed.on, deed.measure, deed.unit): deed for deed in deeds}.values())
    with an_office(monkeypatch) as devzone:
        devzone.at("2026-03-12")
        ordered = [deed for deed in sorted(deeds, key=lambda deed: deed.on) if devzone(*deed.words()).code == 0]
        first = seen(devzone, "2026-03-12")
    dice.shuffle(ordered)
    with an_office(monkeypatch) as devzone:
        devzone.at("2026-03-12")
        left = ordered
        while left:  # what rests on another waits for it
            refused = [deed for deed in left if devzone(*deed.words()).code != 0]
            if len(refused) == len(left):
                return
            left = refused
        assert seen(devzone, "2026-03-12") == first


@fast
@given(DEEDS)
def test_renaming_and_handing_over_change_no_total(monkeypatch: pytest.MonkeyPatch, deeds: list[Deed]) -> None:
    with an_office(monkeypatch) as devzone:
        do(devzone, deeds)

        def totals() -> Any:
            found = devzone.ok("status", "--json").json["totals"]
            return {name: count for name, count in found.items() if name != "unreported"}  # owed from the hand-over on

        before = devzone.at("2026-03-12") and totals()
        devzone(
            "transfer", "--from", "甲局", "--to", "新设局", "--reason", "三定方案"
        )  # refused where all is closed out
        assert totals() == before
        devzone.plan(RENAMED)
        assert totals() == before


@fast
@given(DEEDS, st.sampled_from(sorted(EDITS)))
def test_an_edit_of_the_plan_changes_no_day_before_it(
    monkeypatch: pytest.MonkeyPatch, deeds: list[Deed], edit: str
) -> None:
    with an_office(monkeypatch) as devzone:
        do(devzone, deeds)
        said = [devzone.at("2026-03-12").ok("status", "--as-of", day, "--json").json for day in DAYS]
        devzone.at("2026-03-13").plan(EDITS[edit])
        devzone.ok("plan", "adopt", "--reason", "改")
        assert [devzone.ok("status", "--as-of", day, "--json").json for day in DAYS] == said


@fast
@given(DEEDS, DEEDS, st.sampled_from(["", *sorted(EDITS)]))
def test_consecutive_periods_add_up(
    monkeypatch: pytest.MonkeyPatch, deeds: list[Deed], after: list[Deed], edit: str
) -> None:
    """Of what is counted by duty a duty that was reopened is closed in two months, and once in the quarter."""
    after = [deed for deed in after if deed.verb != "reopen"]
    deeds = [deed for deed in deeds if deed.verb != "reopen"]
    names = ("closed", "returned", "extended", "cycles_due", "cycles_reported")
    with an_office(monkeypatch) as devzone:
        do(devzone, deeds)
        if edit:
            devzone.at("2026-03-13").plan(EDITS[edit])
            early = devzone("plan", "adopt", "--on", "2026-02-16", "--reason", "改")
            if early.code == 5:  # what it takes out was worked on since
                devzone.ok("plan", "adopt", "--reason", "改")
        for deed in after:
            devzone.at("2026-03-20")(*deed.words())
        devzone.at("2026-04-02")

        def counted(*span: str) -> dict[str, int]:
            found = devzone.ok("stats", *span, "--json").json["rows"]
            return {name: sum(row[name] for row in found) for name in names}

        months = [counted("--month", f"2026-0{month}") for month in (1, 2, 3)]
        assert counted("--quarter", "2026Q1") == {name: sum(own[name] for own in months) for name in names}


@pytest.mark.parametrize("plan", [RENAMED, MOVED])
def test_the_progress_that_was_given_goes_along(devzone: Devzone, plan: str) -> None:
    devzone.plan(PLAN)
    devzone.at("2026-01-10").ok("update", 1, "--unit", "甲局", "--progress", 60, "--note", "过半")
    devzone.at("2026-01-11").ok("update", 2, "--unit", "甲局", "--progress", 10, "--note", "刚开始")
    devzone.plan(plan)
    devzone.at("2026-01-20").ok("update", 1, "--unit", "甲局", "--note", "没有新的数")
    devzone.ok("transfer", 2, "--from", "甲局", "--to", "空局", "--reason", "三定方案")
    devzone.ok("update", 2, "--unit", "空局", "--note", "接着办")

    def progress(day: str) -> dict[tuple[int, str], int | None]:
        duties = devzone.ok("assign", "--unit", "甲局", "--unit", "空局", "--as-of", day, "--json").json["duties"]
        return {(duty["measure"], duty["unit"]): duty["progress"] for duty in duties}

    name = "甲新局" if plan == RENAMED else "甲局"
    assert progress("2026-01-20") == {(1, name): 60, (2, "空局"): 10}
    assert progress("2026-01-10") == {(1, "甲局"): 60, (2, "甲局"): None}
