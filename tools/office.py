"""Makes up four months of an office on the shipped plan: 600 entries in a journal, to look at papers of.

    python tools/office.py FOLDER

writes FOLDER/devzone.db. Everything goes in by the command line, on its day, as a clerk would type it; the same journal
comes out each time. From August to November 2026 units report, say that they are done, are closed, sent back,
extended, suspended, urged and get 督办单; they raise problems, some for others to solve, and promise dates, some of
which they keep. Some things are typed in late.
"""

from __future__ import annotations

import io
import os
import random
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sm_devzone.cli import main

FIRST, LAST = date(2026, 8, 3), date(2026, 11, 30)
ENTRIES = 600
COUNTIES = ["三元", "沙县", "永安", "明溪", "清流", "宁化", "大田", "尤溪", "将乐", "泰宁", "建宁"]
"""The eleven counties, which answer for every measure."""

OTHERS = {
    2: "商务局 自然资源局",
    4: "商务局 工信局 自然资源局 发改委",
    5: "发改委 财政局",
    6: "科技局 工信局",
    8: "税务局 财政局",
    9: "组织部 人社局",
    12: "财政局",
    14: "商务局",
    17: "商务局 科技局 工信局 财政局 自然资源局 统计局",
}
"""Measure -> some of the departments that answer for it."""

NOTES = [
    "已制定工作方案并报县政府常务会议研究，明确了分管领导、责任科室和完成时限",
    "完成现状摸底，建立了问题台账，涉及企业 {n} 家、用地 {m} 亩",
    "召开专题推进会 {n} 次，协调解决企业反映的用地、用能问题 {n} 个",
    "新签约项目 {n} 个，总投资 {m} 亿元，其中亿元以上项目 {n} 个",
    "清理闲置厂房 {m} 平方米，引进企业 {n} 家，其余正在与业主洽谈租赁条件",
    "配套道路和污水管网完成工程量的百分之 {m}，月底前具备通水条件",
]
PROBLEMS = [
    ("化工园区边界与生态保护红线局部重叠，调整方案需市级部门审核", "自然资源局"),
    ("两个园区历史债务尚未厘清，资产移交手续无法办理", "财政局"),
    ("园区管理机构编制不足，专职人员只有 {n} 名", "组织部"),
    ("企业环评批复周期较长，影响项目开工", "生态环境局"),
    ("受让企业融资困难，首期出让金未能按期到位", None),
    ("个别企业对腾退补偿标准有异议，协商尚未达成一致", None),
]
STEPS = [
    "{month}月底前完成移交并申请验收",
    "对接市级部门，争取{month}月中旬批复",
    "逐户签订协议，{month}月底前全部签完",
]


class Office:
    """One journal, and how many entries it has so far."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "devzone.db"
        self.path.unlink(missing_ok=True)
        self.entries = 0
        self.folder = folder
        self.dice = random.Random(20260803)

    def act(self, day: date, *words: object, may_fail: bool = True) -> str:
        """Run one command line on `day`; what the ledger refuses is left, for an office would leave it too."""
        moment = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=2)
        printed, told = io.StringIO(), io.StringIO()
        with redirect_stdout(printed), redirect_stderr(told):
            code = main(["--db", str(self.path), *map(str, words)], clock=lambda: moment)
        if code and not may_fail:
            raise SystemExit(f"{words}: {told.getvalue()}")
        self.entries += 0 if code else printed.getvalue().count("号记录")
        return "" if code else printed.getvalue()

    def report(self, day: date, measure: int, unit: str) -> None:
        """What a unit reports in one week: mostly progress, often nothing new, sometimes that it is done."""
        dice = self.dice
        numbers = {"n": dice.randint(2, 9), "m": dice.randint(12, 86), "month": min(day.month + 1, 12)}
        if dice.random() < 0.22:
            self.act(day, "update", measure, "--unit", unit, "--note", "本期无变化")
            return
        words: list[object] = ["--note", dice.choice(NOTES).format(**numbers)]
        if dice.random() < 0.5:
            words += ["--progress", dice.randint(2, 19) * 5]
        if dice.random() < 0.3:
            problem, needs = dice.choice(PROBLEMS)
            words += ["--problem", problem.format(**numbers), *(["--needs", needs] if needs else [])]
        elif dice.random() < 0.15:
            words += ["--problem", "已解决"]
        if dice.random() < 0.5:
            words += ["--next", dice.choice(STEPS).format(**numbers)]
            if dice.random() < 0.6:
                words += ["--promised", day + timedelta(days=dice.randint(5, 40))]
        late = ["--on", day - timedelta(days=dice.randint(3, 20))] if dice.random() < 0.04 else []
        self.act(day, "update", measure, "--unit", unit, *words, *late)

    def week(self, monday: date, number: int) -> None:
        """What happens in one week; four days after its Monday the bulletin of the week goes out."""
        dice = self.dice
        pairs = [(measure, unit) for measure, units in OTHERS.items() for unit in units.split()]
        pairs += [(measure, unit) for measure in (1, 3, 4, 10, 11, 13, 15, 16) for unit in dice.sample(COUNTIES, 4)]
        for measure, unit in dice.sample(pairs, 24):
            self.report(monday + timedelta(days=dice.randint(0, 3)), measure, unit)
        self.act(monday, "update", 7, "--unit", "各县", "--note", "已明确分管领导和联络员，按月调度")
        self.decide(monday + timedelta(days=3))
        self.act(monday + timedelta(days=4), "report", "--number", number, "--format", "md", "-o", self.folder / "发出")

    def decide(self, day: date) -> None:
        """What units say to be done, and what the office does about it, on one day."""
        dice = self.dice
        unit = dice.choice(COUNTIES)
        done = ("--done", "--note", "园区整合完成，班子、资产、人员已移交")
        if self.act(day, "update", 4, "--unit", unit, "--milestone", "整合", *done):
            verdict = dice.choice(["close", "close", "return", ""])
            why = {"close": "现场核实，批复和移交清单在卷", "return": "缺资产移交清单，请补齐"}
            if verdict:
                self.act(day, verdict, 4, "--unit", unit, "--milestone", "整合", "--note", why[verdict])
        unit = dice.choice(COUNTIES)
        later = day + timedelta(days=dice.choice([14, 30, 60]))
        if dice.random() < 0.4:
            granted = ("--to", later, "--reason", "债务清理未完，市政府同意")
            self.act(day, "extend", 4, "--unit", unit, "--milestone", "整合", *granted)
        if dice.random() < 0.15:
            self.act(day, "suspend", 4, "--unit", dice.choice(COUNTIES), "--milestone", "整合", "--note", "规划调整")
        for unit in dice.sample(COUNTIES, 2):
            words = ("--by-means", "电话", "--note", "答应月底前报")
            self.act(day, "urge", 4, "--unit", unit, "--milestone", "整合", *words)
        for unit in dice.sample([*COUNTIES, "财政局"], 1):
            self.act(day, "notice", "--unit", unit, "--measure", 4, "--format", "md", "-o", self.folder / "督办单")

    def check_up(self) -> None:
        """The yearly check-up of measure 17: that of 2025 is done by three of six, one of them late."""
        for unit, done_on in (("商务局", "2025-12-20"), ("科技局", "2025-12-28"), ("工信局", "2026-02-10")):
            words = ("--period", "2025", "--done", "--note", "完成体检", "--on", done_on)
            self.act(FIRST, "update", 17, "--unit", unit, *words)
            self.act(FIRST, "close", 17, "--unit", unit, "--period", "2025", "--note", "体检报告在卷")

    def fill_up(self) -> Iterator[date]:
        """Days of the last week, until there are so many entries as there should be."""
        while self.entries < ENTRIES:
            yield LAST - timedelta(days=self.dice.randint(0, 3))


def make(folder: Path) -> Office:
    """The journal in `folder`."""
    os.environ |= {"DEVZONE_USER": "小林"}
    os.environ.pop("DEVZONE_PLAN", None)
    office = Office(folder)
    office.check_up()
    monday, number = FIRST, 0
    while monday <= LAST - timedelta(days=4):
        number += 1
        office.week(monday, number)
        monday += timedelta(days=7)
    for day in office.fill_up():
        office.report(day, office.dice.choice([1, 3, 10, 11, 13, 15, 16]), office.dice.choice(COUNTIES))
    return office


if __name__ == "__main__":
    made = make(Path(sys.argv[1]))
    print(f"{made.path}: {made.entries} 条记录")  # noqa: T201 - it tells what it made
