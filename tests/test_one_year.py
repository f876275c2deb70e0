"""The year of two measures, as the clerk tells it: 4, which has one date, and 17, which comes round every year."""

from __future__ import annotations

from typing import Any

from tests.conftest import Devzone


def duty(devzone: Devzone, unit: str, milestone: str | None, period: str | None = None, **how: Any) -> dict[str, Any]:
    number = {"整合": 4, "体检": 17}.get(milestone or "", 4)
    rows = devzone.ok("show", number, "--json", **how).json["duties"]
    (row,) = [r for r in rows if (r["unit"], r["milestone"], r["period"]) == (unit, milestone, period)]
    found: dict[str, Any] = row
    return found


def test_measure_4_from_assignment_to_closing(devzone: Devzone) -> None:
    # August 2024. The counties are told; one reports every month, one does not.
    devzone.at("2024-08-20").ok("update", 4, "--unit", "三元", "--progress", 20, "--note", "拟定方案")
    devzone.ok("update", 4, "--unit", "大田", "--note", "摸底")

    # December. The date is a month away; the office urges the silent one by telephone.
    devzone.at("2024-12-05")
    assert duty(devzone, "大田县", "整合")["signal"] == "due_soon"
    listed = {r["unit"] for r in devzone.ok("urge", "--json").json["duties"] if r["milestone"] == "整合"}
    assert "大田县" in listed
    devzone.ok("urge", 4, "--unit", "大田", "--by-means", "电话", "--note", "答应月底前报")
    again = {r["unit"] for r in devzone.ok("urge", "--json").json["duties"] if r["milestone"] == "整合"}
    assert "大田县" not in again

    # 三元 is done on the last day and says so in January: in time, by the day it was done. It brings its paper.
    devzone.at("2025-01-08")
    paper = devzone.folder / "批复.pdf"
    paper.write_bytes(b"%PDF approved")
    devzone.ok("update", 4, "--unit", "三元", "--done", "--note", "两园合并", "--on", "2024-12-31", "--evidence", paper)
    assert duty(devzone, "三元区", "整合")["signal"] == "on_track"
    # 大田 is not done, and asks for two more months, after the date.
    devzone.ok("extend", 4, "--unit", "大田", "--to", "2025-02-28", "--reason", "债务清理未完,市政府同意")
    row = duty(devzone, "大田县", "整合")
    assert (row["due"], row["first_due"], row["due_origin"], row["extensions"]) == (
        "2025-02-28",
        "2024-12-31",
        "extended",
        1,
    )
    assert "逾期后延期" in devzone.ok("history", 4, "--unit", "大田", terminal=True).out

    # The office looks: 三元's paper is in order. 将乐 says done without any, is sent back, and is late again.
    devzone.at("2025-01-10").ok("close", 4, "--unit", "三元", "--note", "批复在卷")
    devzone.ok("update", 4, "--unit", "将乐", "--done", "--note", "已完成", "--on", "2024-12-30")
    devzone.ok("return", 4, "--unit", "将乐", "--note", "没有批复文件")
    assert (duty(devzone, "将乐县", "整合")["state"], duty(devzone, "将乐县", "整合")["signal"]) == (
        "in_progress",
        "overdue",
    )
    # One unit's closing closes nobody else's, and not the standing rest of the measure either.
    totals = devzone.ok("status", "--measure", 4, "--json").json["totals"]
    assert totals["closed_out"] == 1
    assert duty(devzone, "三元区", None)["state"] == "not_started"

    # 永安's park is replanned; the ground has fallen away for now.
    devzone.ok("suspend", 4, "--unit", "永安", "--note", "国土空间规划调整")
    assert duty(devzone, "永安市", "整合")["signal"] is None

    # A bulletin goes out and is numbered.
    issued = devzone.at("2025-01-10T17:00").ok("report", "--number", 1, "-o", "out").out.split()
    assert len(issued) == 2

    # Spring. 大田 is done within its new date; 永安 goes on, and is late.
    devzone.at("2025-03-03").ok("update", 4, "--unit", "大田", "--done", "--note", "完成", "--on", "2025-02-27")
    devzone.ok("close", 4, "--unit", "大田", "--note", "现场核实")
    devzone.ok("resume", 4, "--unit", "永安", "--note", "规划已批")
    assert duty(devzone, "永安市", "整合")["signal"] == "overdue"

    # An inspection finds that 三元's closing was too early: a new round, the first stays as it was.
    devzone.ok("reopen", 4, "--unit", "三元", "--note", "审计发现一处未并账")
    devzone.ok("update", 4, "--unit", "三元", "--done", "--note", "并账完成")
    devzone.at("2025-03-05").ok("close", 4, "--unit", "三元", "--note", "审计整改报告")
    kinds = [e["kind"] for e in devzone.ok("history", 4, "--unit", "三元", "--json").json["entries"]]
    assert kinds == ["close", "submit", "reopen", "close", "submit", "update"]

    # The year's figures: of the dated duties that fell due or were closed, 大田 in time (by its new date), 三元 late.
    row = next(
        r
        for r in devzone.ok("stats", "--by", "measure", "--from", "2024-12-01", "--to", "2025-03-05", "--json").json[
            "rows"
        ]
        if r["measure"] == 4
    )
    assert (row["closed"], row["on_time"], row["late"], row["returned"], row["extended"]) == (2, 1, 1, 1, 1)
    assert (row["base"], row["base_suspended"], row["on_time_rate"]) == (19, 0, 5.3)

    # And January's bulletin still comes out as it was sent, byte for byte.
    assert devzone.ok("report", "--verify", 1).out.count("一致") == 2
    assert devzone("report", "--number", 1, "--week", "2025-W02", "-o", "out").code == 5


def test_measure_17_comes_round_every_year(devzone: Devzone) -> None:
    # 2025. Six departments; each has its own check-up duty, and the standing work on the scoring system beside it.
    devzone.at("2025-03-01")
    rows = devzone.ok("show", 17, "--json").json["duties"]
    assert sorted({r["unit"] for r in rows if r["period"] == "2025"}) == sorted(
        ["市商务局", "市科技局", "市工信局", "市财政局", "市自然资源局", "市统计局"]
    )
    assert {r["role"] for r in rows if r["unit"] == "市商务局"} == {"lead"}
    devzone.ok("update", 17, "--unit", "商务局", "--note", "制定方案")
    devzone.at("2025-12-20").ok("update", 17, "--unit", "商务局", "--done", "--note", "完成全部开发区体检")
    devzone.at("2025-12-25").ok("close", 17, "--unit", "商务局", "--note", "体检报告")

    # New Year. 2025 is closed for the one that was done, overdue for the five others; 2026 begins for all six.
    devzone.at("2026-01-01")
    states = {
        (r["unit"], r["period"]): (r["state"], r["signal"]) for r in devzone.ok("show", 17, "--json").json["duties"]
    }
    assert states["市商务局", "2025"] == ("closed_out", None)
    assert states["市科技局", "2025"] == ("not_started", "overdue")
    assert states["市商务局", "2026"] == ("not_started", "on_track")
    assert states["市商务局", None] == ("not_started", "ongoing")

    # Which check-up is meant? For 市商务局 only 2026 is open; for 市科技局 there are two, and it must say.
    assert "2026" in devzone.ok("update", 17, "--unit", "商务局", "--note", "启动").out
    assert devzone("update", 17, "--unit", "科技局", "--note", "补做").code == 2
    devzone.ok("update", 17, "--unit", "科技局", "--period", "2025", "--done", "--note", "补做完成")
    devzone.ok("close", 17, "--unit", "科技局", "--note", "补报")  # the one that waits for review
    late = duty(devzone, "市科技局", "体检", "2025")
    assert (late["state"], late["done_on"], late["due"]) == ("closed_out", "2026-01-01", "2025-12-31")
    assert "超期办结" in devzone.ok("show", 17, terminal=True).out
    assert "按期办结" in devzone.ok("show", 17, terminal=True).out

    # 2027 would fall due after the policy's end: there is no such duty, and nothing to be late with.
    devzone.at("2027-07-14")
    assert {r["period"] for r in devzone.ok("show", 17, "--json").json["duties"]} == {None, "2025", "2026"}
    assert devzone("update", 17, "--unit", "商务局", "--period", "2027", "--note", "x").code == 4
