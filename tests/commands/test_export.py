"""`devzone export`: the list that cron sends, and the other lists."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tests.conftest import Devzone, Ran


def table(ran: Ran) -> list[dict[str, str]]:
    assert ran.out.startswith("\ufeff"), "Excel needs the BOM"
    return list(csv.DictReader(io.StringIO(ran.out[1:], newline="")))


def test_the_overdue_list(devzone: Devzone) -> None:
    rows = table(devzone.ok("export", "overdue"))
    assert len(rows) == 25
    assert rows[0]["序号"] == "1"
    assert (rows[0]["措施"], rows[0]["责任单位"], rows[0]["完成时限"]) == ("推进县域园区整合", "市商务局", "2024-12-31")
    assert (rows[0]["逾期天数"], rows[0]["时限依据"], rows[0]["状态"]) == ("692", "政策时限", "未启动")


def test_the_overdue_list_is_the_overdue_part_of_all_duties(devzone: Devzone) -> None:
    devzone.ok("update", 4, "--unit", "三元", "--progress", 40, "--note", "签了意向书", "--problem", "缺资金")
    devzone.ok("update", 4, "--unit", "三元", "--note", "本期无变化")
    devzone.ok("update", 4, "--unit", "永安", "--done", "--note", "按期完成", "--on", "2024-12-30")
    devzone.ok("update", 2, "--unit", "三元", "--note", "没有时限的任务")
    overdue = devzone.ok("export", "overdue", "--json").json["duties"]
    every = devzone.ok("export", "duties", "--json").json["duties"]
    assert sorted(overdue, key=str) == sorted((duty for duty in every if duty["signal"] == "overdue"), key=str)
    (told,) = [duty for duty in overdue if duty["unit"] == "三元区"]
    assert (told["progress"], told["note"], told["problem"]) == (40, "本期无变化", None)


def test_cron_learns_from_the_exit_code_whether_to_send(devzone: Devzone) -> None:
    assert devzone("export", "overdue", "--exit-code").code == 7
    empty = devzone("export", "overdue", "--exit-code", "--as-of", "2024-12-31")
    assert empty.code == 0
    assert table(empty) == []
    assert "责任单位" in empty.out
    assert devzone("export", "overdue").code == 0


def test_a_file_is_written_in_one_step(devzone: Devzone) -> None:
    target = devzone.folder / "out" / "逾期.csv"
    assert devzone.ok("export", "overdue", "-o", target).out == f"{target}\n"
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    assert [path.name for path in target.parent.iterdir()] == ["逾期.csv"]


def test_the_other_lists(devzone: Devzone) -> None:
    devzone.ok("update", 4, "--unit", "商务局", "--note", "已整合", "--problem", "缺资金")
    assert len(table(devzone.ok("export", "duties"))) == 322
    (entry,) = table(devzone.ok("export", "journal"))
    assert (entry["事项"], entry["内容"], entry["存在问题"], entry["来源"]) == ("报进展", "已整合", "缺资金", "cli")
    pairs = table(devzone.ok("export", "plan"))
    assert len(pairs) == 121
    assert {row["责任单位"] for row in pairs if row["角色"] == "牵头"} == {"市商务局"}
    assert devzone.ok("export", "plan", "--json").json["schema"] == "devzone/plan/1"
    assert devzone("export", "everything").code == 2
    assert devzone("export", "overdue", "--format", "pdf").code == 2


def test_the_ending_of_the_file_tells_the_format(devzone: Devzone) -> None:
    devzone.ok("export", "plan", "-o", "计划.xlsx")
    assert Path("计划.xlsx").read_bytes().startswith(b"PK")
    devzone.ok("export", "plan", "-o", "计划.json")
    assert Path("计划.json").read_text("utf-8").startswith("{")
    ran = devzone("export", "plan", "--format", "csv", "-o", "计划2.xlsx")
    assert (ran.code, ran.out) == (2, "")
    assert not Path("计划2.xlsx").exists()
