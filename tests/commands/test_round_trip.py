"""Workbooks go out and come back: what is sent, what is taken, what is refused and why."""

from __future__ import annotations

import errno
import shutil
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from sm_devzone.domain.form import digest
from sm_devzone.domain.rules import problem_told
from tests.conftest import Devzone, program
from tests.forms import PLAN, ROWS, edit, fill, place, sent, shown


def entries(devzone: Devzone) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = devzone.ok("history", "--json").json["entries"]
    return found[::-1]


DAYS = (date(2026, 11, 20), 46346, "2026.11.20", "2026/11/20", "2026年11月20日", "20261120", "２０２６－１１－２０")


def told(devzone: Devzone, path: Path | str, *words: str) -> str:
    """What `collect` says of a form that it does not take; the journal is as before."""
    before = entries(devzone)
    ran = devzone("collect", path, "--yes", *words)
    assert (ran.code, ran.out) == (5, ""), ran
    assert entries(devzone) == before
    return ran.err


# What goes out


def test_each_unit_gets_a_workbook_with_its_open_duties(devzone: Devzone) -> None:
    devzone.plan(PLAN)
    devzone.ok("update", 2, "--unit", "东县", "--milestone", "验收", "--done", "--note", "已验收")
    devzone.ok("close", 2, "--unit", "东县", "--note", "验收表")
    devzone.at("2026-10-20").ok(
        "update", 1, "--unit", "乙局", "--progress", 60, "--note", "碰头两次", "--problem", "缺人"
    )
    devzone.at("2026-11-23")
    out = devzone.ok("send", "-o", "out").out
    assert out.splitlines() == [
        f"out/附件1-{unit}-任务进展填报表(截至20261123).xlsx" for unit in ("市甲局", "市乙局", "东县", "西县")
    ]
    sheet = load_workbook(out.splitlines()[1])["填报表"]
    assert [row[1:8] for row in shown(sheet)] == [
        [
            "1 常抓不懈",
            "· 每月碰头",
            "长期推进",
            "责任",
            None,
            "推进中",
            "2026年10月20日报　进度 60%\n碰头两次\n问题：缺人",
        ],
        ["2 按期验收", "本行：通过验收（2026年12月底前）", "验收", "责任", "2026-12-31", "未启动", None],
        ["2 按期验收", "本行：其余工作", "长期推进", "责任", None, "未启动", None],
    ]
    assert [row[3] for row in shown(load_workbook(out.splitlines()[2])["填报表"])] == ["长期推进"]


def test_the_same_journal_and_day_give_the_same_bytes_and_are_recorded_once(devzone: Devzone) -> None:
    path = sent(devzone)
    before = path.read_bytes()
    ran = devzone.at("2026-11-24").ok("send", "--unit", "乙局", "-o", "out", "--as-of", "2026-11-23")
    assert path.read_bytes() == before
    assert "都已登记发出过" in ran.err
    assert devzone.ok("collect").lines == [["市乙局", "2026-11-23", "2026-11", "3", "0"]]


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        (("--measure", "1"), ["1 常抓不懈"]),
        (("--measure", "demo/2"), ["2 按期验收", "2 按期验收"]),
        (("--measure", "1", "--measure", "2", "--period", "2026Q4"), ["1 常抓不懈", "2 按期验收", "2 按期验收"]),
    ],
)
def test_what_is_sent_can_be_chosen(devzone: Devzone, words: tuple[str, ...], rows: list[str]) -> None:
    sheet = load_workbook(sent(devzone, *words))["填报表"]
    assert [row[1] for row in shown(sheet)] == rows
    assert ("2026年第四季度" in sheet["A2"].value) == ("2026Q4" in words)


def test_only_answers_can_be_written_in(devzone: Devzone) -> None:
    book = load_workbook(sent(devzone))
    sheet = book["填报表"]
    assert sheet.protection.sheet
    locked = {cell.column for cell in sheet[4] if cell.protection.locked}
    assert [sheet.cell(3, column).value for column in range(1, sheet.max_column + 1) if column not in locked] == [
        "本期状态", "进度%", "完成日期", "进展情况", "存在问题", "需协调单位", "下一步打算",
        "预计完成日", "佐证材料", "填报人", "联系电话",
    ]  # fmt: skip
    assert sheet.freeze_panes == "C4"
    assert sheet.print_title_rows == "$3:$3"
    assert not sheet.merged_cells.ranges
    choices = next(v for v in sheet.data_validations.dataValidation if v.type == "list")
    assert choices.formula1 == '"推进中,已完成,无变化,未启动"'
    assert [(s.title, s.sheet_state) for s in book.worksheets] == [
        ("填报表", "visible"), ("填写说明", "visible"), ("devzone", "veryHidden"),
    ]  # fmt: skip
    assert sheet.column_dimensions["T"].hidden


def test_a_note_that_looks_like_a_formula_is_text(devzone: Devzone) -> None:
    devzone.plan(PLAN)
    devzone.at("2026-10-20").ok(
        "update", 1, "--unit", "乙局", "--note", "=1+1", "--problem", "@x", "--next", "长" * 40_000
    )
    devzone.at("2026-11-23")
    sheet = load_workbook(devzone.ok("send", "--unit", "乙局", "-o", "out").out.strip())["填报表"]
    assert sheet["H4"].data_type == "s"
    assert sheet["H4"].value.startswith("2026年10月20日报\n=1+1\n问题：@x")
    assert sheet["H4"].value.endswith("全文用 devzone history 查）")


@pytest.mark.parametrize(
    ("words", "whose"),
    [
        (["--unit", "甲局"], "市甲局"),
        (["--unit", "甲局", "--unit", "乙局", "--measure", 1, "--reply-by", "2026-12-20"], "市甲局等 2 个单位"),
        (["--eml"], "市甲局等 4 个单位"),
    ],
    ids=str,
)
def test_forms_that_could_not_be_written_are_sent_by_the_same_words(
    devzone: Devzone, words: list[Any], whose: str
) -> None:
    devzone.plan(PLAN)
    Path("表").write_text("")
    for _ in range(2):  # what was recorded before is told like what was recorded now
        ran = devzone("send", *words, "-o", "表/十一月")
        assert (ran.code, ran.out) == (1, "")
        assert "路径里有一段不是文件夹" in ran.err
        assert f"发给{whose}的填报表已经登记，不会丢；能写以后再出：再运行一次，-o 写能写的文件夹" in ran.err
    assert "都已登记发出过" in devzone.ok("send", *words, "-o", "十一月").err


def test_a_form_in_a_folder_that_cannot_be_looked_into_is_told_to_be_recorded(
    devzone: Devzone, monkeypatch: pytest.MonkeyPatch
) -> None:
    devzone.plan(PLAN)
    devzone.ok("send", "--unit", "甲局", "-o", "锁着的")
    for what in ("is_file", "exists"):
        real = getattr(Path, what)

        def refused(path: Path, real: Any = real, **how: Any) -> Any:
            if path.suffix == ".xlsx":
                raise PermissionError(errno.EACCES, "no x")
            return real(path, **how)

        monkeypatch.setattr(Path, what, refused)
    ran = devzone("send", "--unit", "甲局", "-o", "锁着的")
    assert (ran.code, ran.out) == (1, "")
    assert "文件写不了（没有权限）：锁着的/" in ran.err
    assert "发给市甲局的填报表已经登记" in ran.err


def test_two_units_whose_names_make_one_file_name(devzone: Devzone) -> None:
    devzone.plan(PLAN.replace("东县", "甲/乙").replace("西县", "甲:乙"))
    made = devzone.ok("send", "-o", "out").out.splitlines()
    assert sorted(made) == sorted(map(str, Path("out").iterdir()))


def test_there_may_be_nothing_to_send(devzone: Devzone) -> None:
    assert devzone("send", "-o", "out", "--as-of", "2027-01-15").code == 2
    ran = devzone.ok("send", "-o", "out", "--as-of", "2020-01-01")
    assert ran.out == ""
    assert "没有要填报的任务" in ran.err
    assert devzone("send").code == 2
    Path("file").touch()
    assert devzone("send", "-o", "file").code == 2


# What comes back


def test_a_month_as_the_clerk_tells_it(devzone: Devzone) -> None:
    form = sent(devzone)
    fill(
        form,
        ROWS["1"],
        本期状态="推进中",
        进度="80%",
        进展情况="碰头三次",
        存在问题="缺人",
        填报人="老张",
        联系电话="0598-1",
    )
    fill(form, ROWS["2 验收"], 本期状态="已完成", 完成日期="2026.11.20", 进展情况="已验收", 佐证材料="验收表.pdf")
    fill(form, ROWS["2"], 本期状态="未启动")
    seen = devzone.at("2026-11-25").ok("collect", "out", "--dry-run")
    assert [line[1:] for line in seen.lines] == [line[1:] for line in devzone.ok("collect", "out", "--yes").lines]
    said = (
        "kind",
        "milestone",
        "happened_on",
        "progress",
        "note",
        "problem",
        "material",
        "reporter",
        "phone",
        "source",
    )
    assert [tuple(entry[name] for name in said) for entry in entries(devzone)] == [
        ("update", "", "2026-11-25", 80, "碰头三次", "缺人", None, "老张", "0598-1", f"{form.name} 第 4 行"),
        ("submit", "验收", "2026-11-20", None, "已验收", None, "验收表.pdf", None, None, f"{form.name} 第 5 行"),
        ("unchanged", "", "2026-11-25", None, "未启动", None, None, None, None, f"{form.name} 第 6 行"),
    ]  # fmt: skip
    states = {
        (d["measure"], d["milestone"]): d["state"]
        for d in devzone.ok("assign", "--unit", "乙局", "--json").json["duties"]
    }
    assert states == {(1, None): "in_progress", (2, "验收"): "submitted", (2, None): "not_started"}
    again = devzone.at("2026-11-26").ok("collect", form, "--yes")
    assert (again.out, len(entries(devzone))) == ("", 3)
    new = devzone.at("2026-12-01").ok("send", "--unit", "乙局", "-o", "next").out.strip()
    rows = shown(load_workbook(new)["填报表"])
    assert [(row[6], row[7], row[17], row[18]) for row in rows] == [
        ("推进中", "2026年11月25日报　进度 80%\n碰头三次\n问题：缺人", "老张", "0598-1"),
        ("待审核", "2026年11月20日报\n已验收\n佐证：验收表.pdf", None, None),
        ("未启动", "2026年11月25日报\n未启动", None, None),
    ]


def test_a_form_sent_out_and_collected_untouched_changes_nothing(devzone: Devzone) -> None:
    devzone.ok("update", 4, "--unit", "商务局", "--progress", 60, "--note", "已整合三个园区")
    before = entries(devzone)
    devzone.ok("send", "-o", "out")
    ran = devzone.ok("collect", "out", "--yes")
    assert (ran.out, entries(devzone)) == ("", before)
    assert "还没有回复的单位 31 个：市商务局、市发改委" in ran.err


def test_who_has_answered(devzone: Devzone) -> None:
    devzone.plan(PLAN)
    devzone.ok("send", "-o", "out")
    fill(next(Path("out").glob("*东县*")), 4, 本期状态="无变化")
    assert "还没有回复的单位 3 个：市甲局、市乙局、西县" in devzone.ok("collect", "out", "--yes").err
    assert [line[0] + line[-1] for line in devzone.ok("collect").lines] == ["市甲局0", "市乙局0", "东县1", "西县0"]
    assert "未回复" in devzone.ok("collect", terminal=True).out


def test_a_person_is_asked_first(devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    form = fill(sent(devzone), 4, 本期状态="推进中", 进展情况="碰头三次")
    assert devzone("collect", form).code == 2
    for answer, count in (("n", 0), ("y", 1)):
        with monkeypatch.context() as patch:
            patch.setattr(
                "typer.confirm", lambda words, err, answer=answer: (answer, "登记这 1 条吗？") == ("y", words) and err
            )
            patch.setattr("sm_devzone.terminal.Terminal.can_ask", True)
            ran = devzone.ok("collect", form, terminal=True)
        assert "碰头三次" in ran.err
        assert len(entries(devzone)) == count


@pytest.mark.parametrize("how", ["folder", "zip", "both"])
def test_mail_comes_in_folders_and_archives_and_the_same_form_counts_once(devzone: Devzone, how: str) -> None:
    form = fill(sent(devzone), 4, 本期状态="推进中", 进展情况="碰头三次")
    mail = Path("mail")
    mail.mkdir()
    with zipfile.ZipFile(mail / "收件.zip", "w") as archive:
        archive.write(form, form.name)
        archive.writestr("回复/批复扫描.pdf", b"%PDF")
        archive.writestr("__MACOSX/._x.xlsx", b"x")
    if how != "zip":
        shutil.copy(form, mail / "改了名.xlsx")
    if how == "folder":
        (mail / "收件.zip").unlink()
    (mail / "~$改了名.xlsx").write_bytes(b"lock")
    ran = devzone.ok("collect", mail, "--yes")
    assert len(entries(devzone)) == 1
    assert ("批复扫描.pdf：提示：不是 .xlsx，没有读" in ran.err) == (how != "folder")


def test_a_chinese_name_in_an_archive_from_windows(devzone: Devzone) -> None:
    form = fill(sent(devzone), 4, 本期状态="无变化")
    gbk = "乙局.xlsx".encode("gb18030")
    with zipfile.ZipFile("gbk.zip", "w") as archive:
        archive.writestr("q" * len(gbk), form.read_bytes())
    raw = Path("gbk.zip").read_bytes().replace(b"q" * len(gbk), gbk)
    Path("gbk.zip").write_bytes(raw)
    devzone.ok("collect", "gbk.zip", "--yes")
    assert entries(devzone)[0]["source"] == "gbk.zip/乙局.xlsx 第 4 行"


def test_two_clerks_collect_the_same_mail_at_once(devzone: Devzone) -> None:
    fill(sent(devzone), 4, 本期状态="推进中", 进展情况="碰头三次")
    command = [sys.executable, "-m", "sm_devzone", "collect", "out", "--yes"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    taken = [process.communicate()[0].count(b"\n") for process in both]
    assert sorted(taken) == [0, 1]
    assert len(devzone.ok("history", "--as-of", "2100-01-01").lines) == 1


# A ledger that moved on


def test_what_was_reported_since_is_a_conflict(devzone: Devzone) -> None:
    form = fill(sent(devzone), 4, 本期状态="推进中", 进展情况="碰头三次", 进度=70)
    fill(form, 6, 本期状态="无变化")
    devzone.ok("update", 1, "--unit", "乙局", "--note", "电话里说碰头两次", "--progress", 50)
    said = told(devzone, form)
    assert f"{form.name} 填报表 I4：冲突：发表以后台账又有记录（1 号 2026-11-23 报进展：50% 电话里说碰头两次）" in said
    assert "表里填的是（报进展：70% 碰头三次）" in said
    assert "I6：暂不登记" in said
    devzone.ok("collect", form, "--yes", "--theirs")
    assert [e["note"] for e in entries(devzone)] == ["电话里说碰头两次", "碰头三次", "本期无变化"]


def test_an_entry_made_void_may_be_taken_again(devzone: Devzone) -> None:
    form = fill(sent(devzone), 4, 本期状态="推进中", 进展情况="碰头三次")
    devzone.ok("collect", form, "--yes")
    devzone.ok("void", 1, "--reason", "收错了")
    devzone.ok("collect", form, "--yes")
    assert [(e["kind"], e["voided_by"]) for e in entries(devzone)] == [("update", 2), ("void", None), ("update", None)]


def test_urging_and_extending_are_no_conflict(devzone: Devzone) -> None:
    form = fill(sent(devzone), ROWS["2 验收"], 本期状态="推进中", 进展情况="在做")
    devzone.ok("urge", 2, "--unit", "乙局", "--by-means", "电话")
    devzone.ok("extend", 2, "--unit", "乙局", "--to", "2027-01-31", "--reason", "人手不足")
    devzone.ok("collect", form, "--yes")
    assert entries(devzone)[-1]["kind"] == "update"


def test_a_closed_duty_takes_no_answer(devzone: Devzone) -> None:
    form = fill(sent(devzone), ROWS["2 验收"], 本期状态="推进中", 进展情况="在做")
    devzone.ok("update", 2, "--unit", "乙局", "--done", "--note", "好了")
    devzone.ok("close", 2, "--unit", "乙局", "--note", "验收表")
    assert "市乙局 的这项任务已销号，已销号、中止的任务不报进展" in told(devzone, form, "--theirs")


def test_two_different_answers_in_one_mail_are_both_left_out(devzone: Devzone) -> None:
    form = sent(devzone)
    other = Path(shutil.copy(form, "out/附件2.xlsx"))
    fill(form, 4, 本期状态="推进中", 进展情况="碰头三次")
    fill(other, 4, 本期状态="推进中", 进展情况="碰头四次")
    fill(other, 6, 本期状态="无变化")
    for words in ((), ("--theirs",)):
        said = told(devzone, "out", *words)
        assert f"{form.name} 填报表 I4：退回：同一批里另有不同的回答（附件2.xlsx 第 4 行），请只留一份" in said
        assert f"附件2.xlsx 填报表 I4：退回：同一批里另有不同的回答（{form.name} 第 4 行）" in said
        assert "附件2.xlsx 填报表 I6：暂不登记" in said


def test_a_form_taken_before_is_not_taken_again_over_what_came_after(devzone: Devzone) -> None:
    form = fill(sent(devzone), 5, 本期状态="已完成", 进展情况="已验收")
    devzone.ok("collect", form, "--yes")
    devzone.ok("return", 2, "--unit", "乙局", "--note", "没有盖章")
    for words in ((), ("--theirs",)):
        ran = devzone.ok("collect", form, "--yes", *words)
        assert ran.out == ""
        assert "I5：提示：已经登记过（1 号）；之后又有 2 号 退回" in ran.err


def test_a_form_that_knows_more_than_the_journal(devzone: Devzone) -> None:
    devzone.plan(PLAN)
    for note in ("一", "二", "三"):
        devzone.ok("update", 1, "--unit", "乙局", "--note", note)
    form = fill(sent(devzone), 4, 本期状态="推进中", 进展情况="碰头")
    devzone.begin_anew()
    assert "发表时流水已到 3 号，现在只到 0 号：换了数据库，或恢复了旧备份？" in told(devzone, form)


def test_what_a_colleague_wrote_while_the_question_was_open(devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    form = fill(sent(devzone), 4, 本期状态="推进中", 进展情况="碰头三次")

    def meanwhile(_words: str, err: bool) -> bool:
        devzone.ok("update", 1, "--unit", "乙局", "--note", "电话里报的")
        return err

    monkeypatch.setattr("typer.confirm", meanwhile)
    monkeypatch.setattr("sm_devzone.terminal.Terminal.can_ask", True)
    ran = devzone("collect", form, terminal=True)
    assert (ran.code, ran.out) == (5, "已登记 0 条\n")
    assert "冲突：发表以后台账又有记录（1 号 2026-11-23 报进展：电话里报的）" in ran.err


def test_sending_again_spares_what_a_unit_filled_in(devzone: Devzone) -> None:
    form = sent(devzone)
    devzone.ok("update", 1, "--unit", "乙局", "--note", "在做")
    assert devzone.ok("send", "--unit", "乙局", "-o", "out").out == f"{form}\n"  # nobody wrote in it: made anew
    fill(form, 4, 本期状态="推进中", 进展情况="碰头三次")
    devzone.ok("update", 1, "--unit", "乙局", "--note", "在做了")
    again = devzone.ok("send", "--unit", "乙局", "-o", "out").out
    assert again == f"{form.with_name(form.stem + '(2).xlsx')}\n"
    assert shown(load_workbook(form)["填报表"])[0][11] == "碰头三次"


def test_a_plan_that_changed_since(devzone: Devzone) -> None:
    form = fill(sent(devzone), 4, 本期状态="无变化")
    devzone.plan(PLAN.replace("每月碰头", "每周碰头"))
    ran = devzone.ok("collect", form, "--yes")
    assert "发表以后计划改过（demo），已逐行核对" in ran.err
    fill(form, ROWS["2 验收"], 本期状态="无变化")
    devzone.plan(PLAN.replace("key: 验收", "key: 复验"))
    assert "B5：退回：这项任务已不在台账里" in told(devzone, form)
    devzone.plan(PLAN.replace("id: demo", "id: other"))
    assert "是另一个政策（demo）的填报表，请换 --plan" in told(devzone, form)


def test_a_unit_that_was_taken_out_since(devzone: Devzone) -> None:
    form = fill(sent(devzone), 4, 本期状态="无变化")
    devzone.ok("assign", 1, "--unit", "乙局", "--remove", "--reason", "会议纪要")
    assert "这项任务已不在台账里" in told(devzone, form)


# What comes back wrong


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"本期状态": "已完成"}, "L4：退回：报“已完成”要写进展情况"),
        ({"本期状态": "推进中"}, "L4：退回：没有写进展；没有变化请选“无变化”"),
        ({"佐证材料": "a.pdf"}, "L4：退回：没有写进展"),
        ({"本期状态": "快好了"}, "I4：退回：“快好了”不是可选的状态，请选推进中、已完成、无变化、未启动"),
        ({"进度": "八成", "进展情况": "好"}, "J4：退回：进度“八成”不是 0 到 100 的整数"),
        ({"进度": 0.8, "进展情况": "好"}, "J4：退回：进度 0.8 看不出是 0.8% 还是 80%，请写成整数"),
        ({"进度": 180, "进展情况": "好"}, "J4：退回：进度“180”不是 0 到 100 的整数"),
        ({"进度": "=50+30", "进展情况": "好"}, "J4：退回：是公式，请复制后用“选择性粘贴—数值”"),
        ({"进展情况": "=A1"}, "L4：退回：是公式"),
        ({"完成日期": "11月20日", "本期状态": "已完成", "进展情况": "好"}, "K4：退回：“11月20日”不是日期"),
        ({"完成日期": "2026-02-30", "本期状态": "已完成", "进展情况": "好"}, "“2026-02-30”不是日期，或没有这一天"),
        ({"完成日期": "2026-12-20", "本期状态": "已完成", "进展情况": "好"}, "K4：退回：日期 2026-12-20 还没有到"),
        ({"完成日期": "2025-12-20", "本期状态": "已完成", "进展情况": "好"}, "日期 2025-12-20 早于政策印发日"),
        ({"需协调单位": "西县", "进展情况": "好"}, "N4：退回：写了需协调单位，没有写存在问题"),
        ({"预计完成日": "2026-11-20", "进展情况": "好"}, "P4：退回：预计完成日 2026-11-20 已经过了"),
        ({"预计完成日": "2026-12-20", "本期状态": "已完成", "进展情况": "好"}, "P4：退回：报“已完成”不用填预计完成日"),
        ({"完成日期": "2026-11-20", "进展情况": "好"}, "K4：退回：填了完成日期，本期状态却不是“已完成”"),
        ({"本期状态": "无变化", "进度": 30}, "J4：退回：选了“无变化”，不用填进度；有变化请选“推进中”"),
        ({"本期状态": "已完成", "进展情况": "好", "进度": 60}, "J4：退回：报“已完成”，进度却是 60%"),
        ({"进度": "8²", "进展情况": "好"}, "J4：退回：进度“8²”不是 0 到 100 的整数"),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_told_by_cell(devzone: Devzone, answers: dict[str, Any], said: str) -> None:
    assert said in told(devzone, fill(sent(devzone), 4, **answers))


@pytest.mark.parametrize(
    ("answers", "kept"),
    [
        ({"进度": 80}, {"progress": 80}),
        ({"进度": "80"}, {"progress": 80}),
        ({"进度": "８０％"}, {"progress": 80}),
        ({"进度": 0}, {"progress": 0}),
        ({"进展情况": 2026}, {"note": "2026"}),
        ({"进展情况": date(2026, 11, 20)}, {"note": "2026-11-20"}),
        ({"联系电话": 13800000000, "进展情况": "好"}, {"phone": "13800000000", "note": "好"}),
        ({"本期状态": " 无变化 "}, {"kind": "unchanged", "note": "本期无变化"}),
        ({"本期状态": "已完成", "进展情况": "好"}, {"kind": "submit", "happened_on": "2026-11-23"}),
        *(
            ({"本期状态": "已完成", "进展情况": "好", "完成日期": day}, {"kind": "submit", "happened_on": "2026-11-20"})
            for day in DAYS
        ),
    ],
)  # fmt: skip
def test_what_can_be_read_for_certain_is_taken(devzone: Devzone, answers: dict[str, Any], kept: dict[str, Any]) -> None:
    devzone.ok("collect", fill(sent(devzone), 4, **answers), "--yes")
    (entry,) = entries(devzone)
    assert {name: entry[name] for name in kept} == kept


@pytest.mark.parametrize(
    ("value", "shown_as", "progress"),
    [(0.8, "0%", 80), (1, "0%", 100), (0, "0%", 0), (0.57, "0.00%", 57), (57, '0"%"', 57)],
)
def test_a_percentage_as_a_program_for_tables_keeps_it(
    devzone: Devzone, value: float, shown_as: str, progress: int
) -> None:
    def change(sheet: Worksheet) -> None:
        cell = sheet.cell(4, place(sheet, "进度%"))
        cell.value, cell.number_format = value, shown_as
        sheet.cell(4, place(sheet, "进展情况")).value = "好"

    devzone.ok("collect", edit(sent(devzone), change), "--yes")
    assert entries(devzone)[0]["progress"] == progress


def test_done_after_the_due_day_needs_the_day_it_was_done(devzone: Devzone) -> None:
    form = fill(sent(devzone), ROWS["2 验收"], 本期状态="已完成", 进展情况="已验收")
    assert "K5：退回：时限 2026-12-31 已过，要填完成日期，才分得出按期还是超期" in told(devzone.at("2027-01-04"), form)
    fill(form, ROWS["2 验收"], 完成日期="2026-12-30")
    devzone.ok("collect", form, "--yes")
    assert "市乙局" not in devzone.ok("export", "overdue").out


def test_all_that_is_wrong_is_told_at_once_and_nothing_of_the_form_is_taken(devzone: Devzone) -> None:
    form = fill(sent(devzone), 4, 进度="八成", 本期状态="快好了")
    fill(form, 5, 本期状态="无变化")
    fill(form, 6, 本期状态="已完成", 完成日期="不知道")
    said = told(devzone, form)
    for cell in ("I4：退回", "J4：退回", "I5：暂不登记", "K6：退回", "L6：退回"):
        assert cell in said


def test_one_bad_form_does_not_keep_the_others_out(devzone: Devzone) -> None:
    devzone.plan(PLAN)
    devzone.ok("send", "-o", "out")
    fill(next(Path("out").glob("*东县*")), 4, 进度="八成")
    fill(next(Path("out").glob("*西县*")), 4, 本期状态="无变化")
    ran = devzone("collect", "out", "--yes")
    assert ran.code == 5
    assert [e["unit"] for e in entries(devzone)] == ["西县"]


def test_answers_to_questions_that_were_not_asked(devzone: Devzone) -> None:
    form = sent(devzone)
    devzone.ok("update", 1, "--unit", "乙局", "--note", "在做")
    form = Path(devzone.ok("send", "--unit", "乙局", "-o", "new").out.strip())
    fill(form, 4, 本期状态="未启动")
    assert "I4：退回：台账里是推进中，不能填“未启动”" in told(devzone, form)
    devzone.ok("update", 1, "--unit", "乙局", "--done", "--note", "好了", "--on", "2026-11-20")
    form = Path(devzone.ok("send", "--unit", "乙局", "-o", "newer").out.strip())
    fill(form, 4, 本期状态="推进中", 进展情况="还在做")
    assert "I4：退回：已报完成、正在审核，不能改填“推进中”" in told(devzone, form)
    fill(form, 4, 本期状态="已完成", 完成日期="2026-11-21")
    assert "K4：退回：已报过 2026-11-20 完成" in told(devzone, form)
    fill(form, 4, 完成日期="2026-11-20", 进展情况="补充：已移交")
    devzone.ok("collect", form, "--yes")
    assert [(e["kind"], e["note"]) for e in entries(devzone)][-1] == ("update", "补充：已移交")


# Rows, columns and sheets that were moved about


def moved_rows(sheet: Worksheet) -> None:
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(4, 6)]
    for at, values in zip((4, 5, 6), rows[::-1], strict=True):
        for column, value in enumerate(values, 1):
            sheet.cell(at, column).value = value


def another_sheet(sheet: Worksheet, title: str = "空的") -> Any:
    assert sheet.parent is not None
    return sheet.parent.create_sheet(title)


def columns_moved(sheet: Worksheet) -> None:
    sheet.insert_cols(3)
    sheet.insert_rows(1, 2)


@pytest.mark.parametrize(
    "change",
    [
        moved_rows,
        columns_moved,
        lambda sheet: setattr(sheet, "title", "Sheet1"),
        lambda sheet: sheet.auto_filter.__setattr__("ref", "A3:T6"),
        lambda sheet: [sheet.row_dimensions[at].__setattr__("hidden", True) for at in (4, 5)],
        another_sheet,
        lambda sheet: setattr(sheet.protection, "sheet", False),
        lambda sheet: sheet.merge_cells("A1:H1"),
    ],
    ids=["sorted", "columns", "renamed", "filtered", "hidden", "sheets", "unprotected", "title"],
)
def test_what_does_no_harm_is_taken_as_it_is(devzone: Devzone, change: Any) -> None:
    form = fill(sent(devzone), ROWS["2 验收"], 本期状态="推进中", 进展情况="在做")
    edit(form, change)
    devzone.ok("collect", form.rename("改了名.xlsx"), "--yes")
    assert [(e["milestone"], e["note"]) for e in entries(devzone)] == [("验收", "在做")]


def deleted(sheet: Worksheet) -> None:
    sheet.delete_rows(6)


def test_a_row_that_was_deleted_is_told_and_not_filled_in(devzone: Devzone) -> None:
    form = fill(sent(devzone), 4, 本期状态="无变化")
    ran = devzone.ok("collect", edit(form, deleted), "--yes")
    assert "少了 1 行，算没有填：2 按期验收（长期推进）" in ran.err
    assert len(entries(devzone)) == 1


def inserted(sheet: Worksheet) -> None:
    sheet.insert_rows(5)
    sheet["L5"] = "多写一条"


def copied(sheet: Worksheet) -> None:
    for column in range(1, sheet.max_column + 1):
        sheet.cell(8, column).value = sheet.cell(4, column).value


def from_another_form(sheet: Worksheet) -> None:
    sheet["T5"] = "0123456789abcdef"


def sorted_in_part(sheet: Worksheet) -> None:
    for column in (2, 4, 6):
        sheet.cell(4, column).value, sheet.cell(5, column).value = (
            sheet.cell(5, column).value,
            sheet.cell(4, column).value,
        )


def merged(sheet: Worksheet) -> None:
    sheet.merge_cells("L4:L5")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (inserted, "第 5 行没有编号（插进来的行）"),
        (copied, "T8：退回：和第 4 行是同一项任务（复制的行）"),
        (from_another_form, "T5：退回：第 5 行的编号不是这张表发出的（从别的表抄来的？）"),
        (sorted_in_part, "B4：退回：措施和发出时不一样（发出“1 常抓不懈”，现在“2 按期验收”）"),
        (merged, "L4：退回：在合并单元格 L4:L5 里，请取消合并，逐行填写"),
        (lambda sheet: sheet.delete_cols(10), "工作表“填报表”少了“进度%”列"),
        (lambda sheet: sheet.delete_cols(20), "工作表“填报表”少了“编号”列"),
        (lambda sheet: sheet.cell(3, 21, "存在问题"), "工作表“填报表”有几列都叫“存在问题”"),
        (lambda sheet: sheet.delete_rows(1, 3), "没有找到表头"),
        (lambda sheet: sheet.parent.remove(sheet.parent["devzone"]), "不是 devzone 发出的填报表"),
        (lambda sheet: sheet.parent["devzone"].cell(2, 2, "市甲局"), "隐藏的信息页被改过或不完整"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_apart_is_refused(devzone: Devzone, change: Any, said: str) -> None:
    form = fill(sent(devzone), 4, 本期状态="推进中", 进展情况="碰头三次")
    fill(form, 5, 本期状态="推进中", 进展情况="在做")
    assert said in told(devzone, edit(form, change))


def test_two_forms_in_one_workbook(devzone: Devzone) -> None:
    def copy(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        sheet.parent.copy_worksheet(sheet).title = "十一月"

    form = edit(fill(sent(devzone), 4, 本期状态="无变化"), copy)
    assert "有 2 张填报表（填报表、十一月），看不出收哪一张" in told(devzone, form)


def test_words_in_the_wrong_place_are_not_lost_without_a_word(devzone: Devzone) -> None:
    form = fill(sent(devzone), 4, 本期状态="无变化")
    fill(form, 5, 上期进展="写错了列")

    def more(sheet: Worksheet) -> None:
        sheet["V4"] = "表外的话"
        sheet["C1"] = "请看附页"
        sheet["L6"].comment = Comment("见附页", "老张")
        another_sheet(sheet, "附页")["A1"] = "另写一页"

    ran = devzone.ok("collect", edit(form, more), "--yes")
    assert "C1：提示：写在表头上面，没有登记" in ran.err
    assert "批注：提示：没有登记，请打开表看" in ran.err
    assert "H5：提示：上期进展被改过，这一列不登记；有话请写在“进展情况”" in ran.err
    assert "V 列：提示：是多出来的列，没有登记" in ran.err
    assert "工作表“附页”：提示：不是发出的，没有读" in ran.err


def test_a_cell_with_a_control_character(devzone: Devzone) -> None:
    form = fill(sent(devzone), 4, 本期状态="推进中", 进展情况="好_x0007_的")
    assert "L4：退回：第 2 个字符是控制字符 U+0007" in told(devzone, form)


def test_who_must_solve_a_problem_and_by_when_a_step_is_promised(devzone: Devzone) -> None:
    form = fill(sent(devzone), 4, 存在问题="缺地", 需协调单位="西县、省厅", 下一步打算="报批", 预计完成日="2026-12-20")
    fill(form, 5, 存在问题="已解决", 进展情况="照办", 需协调单位="/")
    devzone.ok("collect", form, "--yes")
    said = ("problem", "needs", "next_step", "promised")
    assert [tuple(entry[name] for name in said) for entry in entries(devzone)] == [
        ("缺地", "西县、省厅", "报批", "2026-12-20"),
        ("已解决", None, None, None),
    ]
    told = devzone.ok("history", terminal=True, width=200).out
    assert "问题：缺地（请西县、省厅协调）" in told
    assert "下一步：报批（预计 2026-12-20 完成）" in told


def test_a_form_that_was_sent_before_there_were_these_columns(devzone: Devzone) -> None:
    def older(sheet: Worksheet) -> None:
        for heading in ("预计完成日", "需协调单位"):
            sheet.delete_cols(place(sheet, heading))
        assert sheet.parent is not None
        manifest = sheet.parent["devzone"]
        lines = [tuple(str(cell.value or "") for cell in row) for row in manifest.iter_rows()]
        kept = [
            line[: len(line) if line[0] == "row" else line.index("")] for line in lines if line[0] not in "asked check"
        ]
        manifest.delete_rows(1, manifest.max_row)
        for line in [*kept, ("check", digest(repr(kept)))]:
            manifest.append(line)

    form = edit(fill(sent(devzone), 4, 进展情况="照办", 存在问题="缺地"), older)
    devzone.ok("collect", form, "--yes")
    assert [(entry["note"], entry["problem"], entry["needs"]) for entry in entries(devzone)] == [("照办", "缺地", None)]


# As other programs save it


def test_saved_again_by_libreoffice(devzone: Devzone) -> None:
    office = program("soffice")
    form = sent(devzone)
    fill(form, 4, 本期状态="推进中", 进度=80, 进展情况="碰头三次\n又碰头一次", 联系电话="0598-1")
    fill(form, 5, 本期状态="已完成", 完成日期=date(2026, 11, 20), 进展情况="已验收")
    command = [office, f"-env:UserInstallation={(devzone.folder / 'lo').as_uri()}", "--headless"]
    subprocess.run([*command, "--convert-to", "xlsx", "--outdir", "saved", form], check=True, capture_output=True)
    devzone.ok("collect", "saved", "--yes")
    said = ("kind", "happened_on", "progress", "note", "phone")
    assert [tuple(entry[name] for name in said) for entry in entries(devzone)] == [
        ("update", "2026-11-23", 80, "碰头三次\n又碰头一次", "0598-1"),
        ("submit", "2026-11-20", None, "已验收", None),
    ]


# Laws


def plausible(answer: dict[str, Any]) -> dict[str, Any]:
    """`answer` without what contradicts its state."""
    if answer["本期状态"] == "推进中":
        return {"进展情况": "照办", **answer}
    answer.pop("进度%", None)
    return {"进展情况": "照办", **answer} if answer["本期状态"] == "已完成" else answer


WORDS = st.text("碰头一次、=@+-1 \n\t|<&>", min_size=1, max_size=12).filter(lambda text: text.strip(" \n\t\r") == text)
ANSWER = st.fixed_dictionaries(
    {"本期状态": st.sampled_from(["推进中", "已完成", "无变化", "未启动"])},
    optional={
        "进度%": st.integers(0, 100),
        "进展情况": WORDS,
        "存在问题": WORDS.filter(lambda words: problem_told(words) is not None),
        "下一步打算": WORDS,
        "佐证材料": WORDS,
        "填报人": WORDS,
        "联系电话": WORDS,
    },
).map(plausible)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.fixed_dictionaries(dict.fromkeys((4, 5, 6), st.one_of(st.none(), ANSWER))))
def test_what_was_filled_in_is_what_the_next_form_shows(
    devzone: Devzone, answers: dict[int, dict[str, Any] | None]
) -> None:
    devzone.at("2026-11-23").begin_anew()
    for left in ("out", "next"):
        shutil.rmtree(left, ignore_errors=True)
    form = sent(devzone)

    def write(sheet: Worksheet) -> None:
        for row, answer in answers.items():
            for heading, value in (answer or {}).items():
                cell = sheet.cell(row, place(sheet, heading))
                cell.value = value
                cell.data_type = "s" if isinstance(value, str) else "n"

    devzone.ok("collect", edit(form, write), "--yes")
    before = entries(devzone)
    assert len(before) == sum(answer is not None for answer in answers.values())
    devzone.ok("collect", form, "--yes")
    assert entries(devzone) == before
    next_form = devzone.at("2026-12-01").ok("send", "--unit", "乙局", "-o", "next").out.strip()
    rows = shown(load_workbook(next_form)["填报表"])
    states = {"推进中": "推进中", "已完成": "待审核", "无变化": "未启动", "未启动": "未启动"}
    for at, answer in answers.items():
        row = rows[at - 4]
        if answer is None:
            assert (row[6], row[7], row[17], row[18]) == ("未启动", None, None, None)
            continue
        default = {"无变化": "本期无变化", "未启动": "未启动"}.get(answer["本期状态"], "")
        percent = f"　进度 {answer['进度%']}%" if "进度%" in answer else ""
        labels = {"进展情况": "", "存在问题": "问题：", "下一步打算": "下一步：", "佐证材料": "佐证："}
        said = [f"{label}{answer[name]}" for name, label in labels.items() if name in answer]
        said = said if "进展情况" in answer else [default, *said]
        assert row[6] == states[answer["本期状态"]]
        assert row[7] == "\n".join([f"2026年11月23日报{percent}", *said])
        assert (row[17], row[18]) == (answer.get("填报人"), answer.get("联系电话"))


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["update", "done", "close", "return", "suspend", "urge", "extend"]),
            st.sampled_from(["1", "2"]),
            st.sampled_from(["乙局", "东县", "各县"]),
            WORDS,
        ),
        max_size=8,
    )
)
def test_forms_that_come_back_untouched_change_nothing(devzone: Devzone, acts: list[tuple[str, str, str, str]]) -> None:
    devzone.begin_anew()
    devzone.plan(PLAN)
    for act, measure, unit, words in acts:
        verb = {"done": "update"}.get(act, act)
        more = {"done": ["--done"], "urge": ["--by-means", "电话"], "extend": ["--to", "2027-03-31", "--reason", words]}
        note = [] if act == "extend" else [f"--note={words}"]
        devzone(verb, measure, "--unit", unit, *note, *more.get(act, []))
    before = devzone.ok("history", "--json").out if not devzone.is_new else None
    shutil.rmtree("out", ignore_errors=True)
    devzone.ok("send", "-o", "out")
    ran = devzone.ok("collect", "out", "--yes")
    assert ran.out == ""
    if before is not None:
        assert devzone.ok("history", "--json").out == before


def test_a_contact_that_is_changed_alone_is_told(devzone: Devzone) -> None:
    form = fill(sent(devzone), 4, 填报人="小王")
    fill(form, 5, 本期状态="推进中", 进展情况="已进场", 联系电话="0598-8222333")
    ran = devzone.ok("collect", form, "--yes")
    assert "填报人改了，而这一行没有填报，没有登记" in ran.err
    assert "联系电话改了" not in ran.err
    (entry,) = devzone.ok("history", "--json").json["entries"]
    assert entry["phone"] == "0598-8222333"


# 上期 is the period before


@pytest.mark.parametrize(
    ("day", "period", "last"),
    [
        ("2026-11-23", (), "2026年10月20日报　进度 40%\n十月的"),
        ("2026-12-01", (), "2026年11月20日报　进度 40%\n十一月的\n问题：缺人"),
        ("2026-11-23", ("--period", "2026Q4"), "2026年9月10日报　进度 40%\n九月的"),
        ("2026-11-23", ("--period", "2026"), None),
    ],
)
def test_what_was_reported_in_a_period_is_not_what_was_before_it(
    devzone: Devzone, day: str, period: tuple[str, ...], last: str | None
) -> None:
    devzone.plan(PLAN)
    report = ("update", 1, "--unit", "乙局", "--note")
    devzone.at("2026-11-20").ok(*report, "十一月的", "--problem", "缺人")
    devzone.at("2026-11-21").ok(*report, "九月的", "--progress", 40, "--on", "2026-09-10")
    devzone.ok(*report, "十月的", "--on", "2026-10-20")
    devzone.ok(*report, "记错的", "--on", "2026-10-21")
    devzone.ok("void", 4, "--reason", "记错了")
    path = devzone.at(day).ok("send", "--unit", "乙局", "-o", "out", *period).out.strip()
    assert shown(load_workbook(path)["填报表"])[0][7] == last


# What is not good does not hold back what is


def test_a_part_of_a_form_is_taken_where_that_is_wanted(devzone: Devzone) -> None:
    form = fill(sent(devzone), 4, 本期状态="推进中", 进展情况="碰头三次")
    fill(form, ROWS["2 验收"], 本期状态="推进中", 进展情况="在做")
    fill(form, ROWS["2"], 进度="八成", 进展情况="在做")
    devzone.ok("update", 1, "--unit", "乙局", "--note", "电话里报的")
    ran = devzone("collect", form, "--yes")
    assert (ran.code, len(entries(devzone))) == (5, 1)
    ran = devzone("collect", form, "--yes", "--partial")
    assert ran.code == 5
    assert [(e["milestone"], e["note"]) for e in entries(devzone)[1:]] == [("验收", "在做")]
    assert "I4：冲突" in ran.err
    assert "J6：退回" in ran.err
    fill(form, ROWS["2"], 进度="80")
    devzone.ok("collect", form, "--yes", "--theirs")
    assert [e["note"] for e in entries(devzone)] == ["电话里报的", "在做", "碰头三次", "在做"]


@pytest.mark.parametrize(
    "cells", [{"B8": "审核人：李四"}, {"B7": "合计", "J7": 80}, {"L9": "（盖章）", "L11": "12月1日"}]
)
def test_lines_below_the_table_are_no_answers(devzone: Devzone, cells: dict[str, Any]) -> None:
    form = fill(sent(devzone), 4, 本期状态="推进中", 进展情况="碰头三次")

    def write(sheet: Worksheet) -> None:
        for place_, words in cells.items():
            sheet[place_] = words
        if "L9" in cells:
            sheet.merge_cells("L9:N9")

    ran = devzone.ok("collect", edit(form, write), "--yes")
    assert "写在表格下面" in ran.err
    assert [e["note"] for e in entries(devzone)] == ["碰头三次"]


@pytest.mark.parametrize("note", ["无变化", "没有变化。", "同上期", "本期无变化！"])
@pytest.mark.parametrize("choice", [None, "无变化", "推进中"])
def test_nothing_has_changed_in_any_column(devzone: Devzone, note: str, choice: str | None) -> None:
    form = fill(sent(devzone), 4, 本期状态=choice, 进展情况=note)
    if choice == "推进中":
        assert "台账里是未启动，选了“推进中”，进展情况却写没有变化" in told(devzone, form)
        return
    devzone.ok("collect", form, "--yes")
    assert [(e["kind"], e["note"]) for e in entries(devzone)] == [("unchanged", "本期无变化")]
    assert devzone.ok("collect", fill(form, 4, 本期状态=note, 进展情况=None), "--yes").out == ""


# What stands around the table


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "请于2026年11月30日前反馈市甲局（张三 0598-1）"),
        (("--reply-by", "11月25日"), "请于2026年11月25日前反馈市甲局（张三 0598-1）"),
        (("--period", "2026Q4"), "请反馈市甲局（张三 0598-1）"),
    ],
)
def test_a_form_says_of_which_policy_it_is_and_to_whom_it_goes_back_by_when(
    devzone: Devzone, words: tuple[str, ...], said: str
) -> None:
    Path("contacts.yaml").write_text("office: {name: 张三, phone: 0598-1}", encoding="utf-8")
    sheet = load_workbook(sent(devzone, *words))["填报表"]
    assert sheet["A1"].value == "《关于做好三件事的若干措施》市乙局任务进展填报表"
    assert said in sheet["A2"].value
    assert "审核人：" in sheet["B8"].value
    assert "单位（盖章）：" in sheet["B8"].value
    assert devzone.ok("collect", "out", "--yes").err.count("提示") == 0


def once(path: Path, **answers: str) -> Path:
    """Write who fills in the form above the columns."""

    def write(sheet: Worksheet) -> None:
        for heading, value in answers.items():
            sheet.cell(2, place(sheet, heading)).value = value

    return edit(path, write)


def contacts(devzone: Devzone) -> list[tuple[str | None, str | None]]:
    return [(entry["reporter"], entry["phone"]) for entry in entries(devzone)]


def test_who_fills_in_a_form_is_written_once_and_a_row_may_differ(devzone: Devzone) -> None:
    form = once(sent(devzone), 填报人="老张", 联系电话="0598-1")
    fill(form, 4, 本期状态="无变化")
    fill(form, 5, 本期状态="推进中", 进展情况="在做", 填报人="小王")
    ran = devzone.ok("collect", form, "--yes")
    assert contacts(devzone) == [("老张", "0598-1"), ("小王", "0598-1")]
    assert "提示" not in ran.err

    # The next form knows them; a new name above counts where a row says only what it went out with.
    form = Path(devzone.at("2026-12-01").ok("send", "--unit", "乙局", "-o", "next").out.strip())
    sheet = load_workbook(form)["填报表"]
    assert [sheet.cell(2, place(sheet, name)).value for name in ("填报人", "联系电话")] == ["老张", "0598-1"]
    for at in (4, 5, 6):
        fill(form, at, 本期状态="推进中", 进展情况="在做了")
    devzone.ok("collect", form, "--yes")
    assert contacts(devzone)[2:] == [("老张", "0598-1"), ("小王", "0598-1"), ("老张", "0598-1")]
    devzone.ok("void", "3-5", "--reason", "换了人", "--yes")
    fill(once(form, 填报人="老李"), 5, 填报人="小赵")
    devzone.ok("collect", form, "--yes")
    assert contacts(devzone)[-3:] == [("老李", "0598-1"), ("小赵", "0598-1"), ("老李", "0598-1")]


def test_who_fills_in_a_form_moves_with_the_columns(devzone: Devzone) -> None:
    form = edit(once(fill(sent(devzone), 4, 本期状态="无变化"), 填报人="老张"), columns_moved)
    ran = devzone.ok("collect", form, "--yes")
    assert contacts(devzone) == [("老张", None)]
    assert "提示" not in ran.err
    assert "填报人" not in ran.err


def test_a_flaw_in_who_fills_in_a_form_is_told(devzone: Devzone) -> None:
    form = once(fill(sent(devzone), 4, 本期状态="无变化"), 填报人="=A1")
    assert "是公式" in told(devzone, form)


# What is refused is sent back


def test_what_is_refused_is_sent_back_with_the_cells_marked_and_the_reasons_beside(devzone: Devzone) -> None:
    form = once(fill(sent(devzone), 4, 本期状态="推进中", 进度="八成", 进展情况="碰头三次"), 填报人="老张")
    fill(form, 5, 本期状态="已完成", 进展情况="验收", 完成日期="2026-11-20", 填报人="小王")
    ran = devzone("collect", form, "--yes", "--replies", "退回")
    assert ran.code == 5
    (back,) = Path("退回").iterdir()
    assert back.name == f"{form.stem}(退回).xlsx"
    sheet = load_workbook(back)["填报表"]
    row, good = sheet[4], sheet[5]
    marked = [cell.value for cell in row if cell.fill.fgColor.rgb == "FFFFC7CE"]
    assert marked == ["八成"]
    assert str(row[place(sheet, "退回原因") - 1].value).startswith("进度%：进度“八成”不是 0 到 100 的整数")
    assert good[place(sheet, "退回原因") - 1].value is None
    assert sheet.cell(2, place(sheet, "填报人")).value == "老张"

    # Put right, it is taken as any form is, and nothing that was printed in it is told.
    ran = devzone.ok("collect", fill(back, 4, 进度=80), "--yes")
    assert [(e["kind"], e["progress"], e["happened_on"], e["reporter"]) for e in entries(devzone)] == [
        ("update", 80, "2026-11-23", "老张"),
        ("submit", None, "2026-11-20", "小王"),
    ]
    assert "提示" not in ran.err


def test_a_row_that_is_not_of_the_form_is_told_below_the_copy(devzone: Devzone) -> None:
    form = edit(fill(sent(devzone), 4, 本期状态="无变化"), inserted)
    devzone("collect", form, "--dry-run", "--replies", "退回")
    (back,) = Path("退回").iterdir()
    words = [cell.value for row in load_workbook(back)["填报表"].iter_rows() for cell in row if cell.value]
    assert any("第 5 行没有编号（插进来的行）" in str(word) for word in words)
    assert [line[1] for line in devzone.ok("collect", back, "--yes").lines] == ["unchanged"]


def test_a_good_form_is_not_sent_back(devzone: Devzone) -> None:
    devzone.ok("collect", fill(sent(devzone), 4, 本期状态="无变化"), "--yes", "--replies", "退回")
    assert not Path("退回").exists()
