"""What went out under the old numbers comes back under the new ones, whether or not anything was recorded between."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.conftest import Devzone
from tests.forms import HEAD, fill, place

DUE = "milestones: [{key: 完成, title: 完成, origin: policy, due: 2026-03-31, as_written: 三月底前}]"
BEFORE = f"""
policy: {{id: demo, title: 若干措施, issuer: 市府办, issued: 2026-01-05, valid_until: 2028-12-31, office: 市督查室}}
units: [{{name: 市督查室}}, {{name: 市甲局}}, {{name: 市乙局}}]
measures:
  - {{number: 1, title: 清理, units: [市甲局, 市乙局], {DUE}}}
  - {{number: 2, title: 建平台, units: [市甲局, 市乙局], {DUE}}}
"""
AFTER = BEFORE.replace("number: 1", "number: 0").replace("number: 2", "number: 1, formerly: 2")
AFTER = AFTER.replace("number: 0", "number: 2, formerly: 1")


@pytest.fixture(params=["nothing between", "an entry between"])
def renumber(devzone: Devzone, request: pytest.FixtureRequest) -> Callable[[], None]:
    """Exchanges the two numbers, a week after the paper went out."""
    devzone.plan(BEFORE)
    devzone.at("2026-03-10").ok("update", 1, "--unit", "甲局", "--done", "--note", "清完")
    devzone.ok("update", 2, "--unit", "甲局", "--done", "--note", "建好")
    devzone.at("2026-04-03")

    def exchange() -> None:
        if request.param == "an entry between":
            devzone.ok("update", 2, "--unit", "乙局", "--note", "在建")
        devzone.at("2026-04-10").plan(AFTER)
        devzone.ok("plan", "adopt", "--reason", "修订")
        devzone.at("2026-04-20")

    return exchange


def state_of(devzone: Devzone, unit: str) -> dict[str, str]:
    duties = devzone.ok("assign", "--unit", unit, "--json").json["duties"]
    return {duty["title"]: duty["state"] for duty in duties}


def test_a_decision_closes_what_it_was_about(devzone: Devzone, renumber: Callable[[], None]) -> None:
    devzone.ok("review", "-o", "审核.xlsx")
    renumber()
    book = load_workbook("审核.xlsx")
    sheet = book.worksheets[0]
    (row,) = [row for row in (HEAD + 1, HEAD + 2) if "清理" in str(sheet.cell(row, place(sheet, "措施")).value)]
    sheet.cell(row, place(sheet, "审核意见")).value = "销号"
    sheet.cell(row, place(sheet, "依据或原因")).value = "验收"
    book.save("审核.xlsx")
    devzone.ok("collect", "审核.xlsx", "--yes")
    assert state_of(devzone, "甲局") == {"清理": "closed_out", "建平台": "submitted"}


def test_a_report_moves_what_it_is_about(devzone: Devzone, renumber: Callable[[], None]) -> None:
    devzone.ok("send", "--unit", "乙局", "-o", "发")
    renumber()
    (path,) = Path("发").glob("*.xlsx")
    devzone.ok("collect", fill(path, HEAD + 1, 本期状态="推进中", 进展情况="清了一半"), "--yes")
    notes = {duty["title"]: duty["note"] for duty in devzone.ok("assign", "--unit", "乙局", "--json").json["duties"]}
    assert notes["清理"] == "清了一半"
    assert notes["建平台"] in (None, "在建")


def test_the_next_slip_follows_the_one_about_the_same_duty(devzone: Devzone, renumber: Callable[[], None]) -> None:
    devzone.ok("notice", "--unit", "乙局", "--measure", 1, "--yes", "--format", "md", "-o", "一")
    (first,) = Path("一").iterdir()
    renumber()
    devzone.ok("notice", "--reprint", 1, "--format", "md", "-o", "再")
    assert (Path("再") / first.name).read_bytes() == first.read_bytes()
    devzone.ok("notice", "--unit", "乙局", "--yes", "--format", "md", "-o", "二")
    slips = [path.read_text(encoding="utf-8") for path in Path("二").iterdir()]
    assert {"（清理）" in slip: "以往督办 | 无" in slip for slip in slips} == {True: False, False: True}
