"""`devzone notice`: one item a slip, numbered without gaps, raised only after silence, printed again as it was."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sm_devzone import files
from tests.conftest import Devzone
from tests.output.reading_word import text

ISSUE = ("notice", "--unit", "财政局")


def issued(devzone: Devzone, *words: str | int | Path) -> list[Path]:
    return [devzone.folder / line for line in devzone.ok("notice", *words).out.splitlines()]


def listed(devzone: Devzone, *fields: str) -> list[Any]:
    found = devzone.ok("notice", "--list", "--json").json["notices"]
    return [row[fields[0]] if len(fields) == 1 else tuple(row[field] for field in fields) for row in found]


def test_every_overdue_item_of_a_unit_gets_a_slip(devzone: Devzone) -> None:
    devzone.at("2026-11-23")
    paths = issued(devzone, "--unit", "财政局")
    assert [path.name for path in paths] == [
        "督办单-明商督〔2026〕1号-市财政局-措施4.docx",
        "督办单-明商督〔2026〕2号-市财政局-措施17.docx",
    ]
    assert {path.parent.name for path in paths} == {"notices"}
    said = text(paths[0])
    for words in (
        "蓝色督办单（提醒）",
        "明商督〔2026〕1号\t签发人：",
        "承办单位 | 三明市财政局（责任单位）",
        "督办事项 | 措施4（推进县域园区整合）“整合”",
        "原文：2024年完成各县(市、区)辖区内园区整合工作。",
        "完成时限 | 2024年12月31日（政策时限），已逾期692天。",
        "最近情况 | 未启动。尚未报送。",
        "以往督办 | 无。",
        "办理期限 | 2026年11月30日前（含当日；签发次日起5个工作日）办结并书面回复。",
        "期满没有办结或者办理不符合要求，又没有批准延期、中止的，将发橙色督办单。",
        "三明市商务局\n2026年11月23日\n",
        "督办单办理情况回执",
    ):
        assert words in said
    assert "橙色督办单（警告）" not in said
    assert listed(
        devzone, "number", "year", "colour", "measure", "milestone", "period", "reply_due", "answered_on"
    ) == [
        (1, 2026, "blue", 4, "整合", "", "2026-11-30", None),
        (2, 2026, "blue", 17, "体检", "2025", "2026-11-30", None),
    ]


def test_a_slip_that_still_runs_is_not_sent_again(devzone: Devzone) -> None:
    issued(devzone.at("2026-11-23"), "--unit", "财政局")
    again = devzone.at("2026-11-30").ok(*ISSUE)
    assert again.out == ""
    assert "明商督〔2026〕1号" in again.err
    assert "2026年11月30日前回复" in again.err
    assert len(listed(devzone, "number")) == 2


def test_work_that_is_not_finished_raises_the_colour(devzone: Devzone) -> None:
    four = ("--unit", "财政局", "--measure", 4)
    issued(devzone.at("2026-11-23"), *four)
    (orange,) = issued(devzone.at("2026-12-01"), *four)
    assert "橙色督办单（警告）" in text(orange)
    assert "蓝色督办单明商督〔2026〕1号，2026年11月23日签发，限2026年11月30日前回复，未回复。" in text(orange)
    (red,) = issued(devzone.at("2026-12-09"), *four)
    assert "红色督办单\n" in text(red)
    asked = [row["asked"] for row in devzone.ok("notice", "--list", "--json").json["notices"]]
    assert len({*asked}) == 3  # each colour demands something else
    assert "分管负责人" in asked[1]
    assert "主要负责人" in asked[2]
    assert listed(devzone, "colour") == ["blue", "orange", "red"]
    (again,) = issued(devzone.at("2026-12-31"), *four)
    assert "红色" in text(again)
    assert listed(devzone, "number") == [1, 2, 3, 4]


def test_who_could_not_answer_is_not_urged_harder(devzone: Devzone) -> None:
    four = ("--unit", "财政局", "--measure", 4)
    issued(devzone.at("2026-11-23"), *four)
    issued(devzone.at("2026-12-01"), *four)
    devzone.at("2026-12-02").ok("suspend", 4, "--unit", "财政局", "--note", "规划调整")
    assert "未回复，其间任务中止" in devzone.at("2026-12-09").ok("notice", "--list", terminal=True).out
    devzone.at("2027-01-04").ok("resume", 4, "--unit", "财政局", "--note", "已批复")
    (path,) = issued(devzone, *four)
    assert "橙色督办单" in text(path)
    assert "限2026年12月8日前回复，未回复，其间任务中止。" in text(path)
    (red,) = issued(devzone.at("2027-02-01"), *four)
    assert "红色督办单" in text(red)


def test_several_units_get_one_run_of_numbers(devzone: Devzone) -> None:
    paths = issued(devzone, "--unit", "财政局", "--unit", "科技局", "--unit", "市财政局")
    assert [path.stem for path in paths] == [
        "督办单-明商督〔2026〕1号-市财政局-措施4",
        "督办单-明商督〔2026〕2号-市财政局-措施17",
        "督办单-明商督〔2026〕3号-市科技局-措施17",
    ]
    assert listed(devzone, "number") == [1, 2, 3]
    assert len(devzone.ok("notice", "--list", "--unit", "科技局").lines) == 1
    assert len(devzone.ok("notice", "--list", "--unit", "科技局", "--unit", "财政局").lines) == 3


def test_after_the_end_of_the_policy(devzone: Devzone) -> None:
    issued(devzone.at("2027-07-14"), "--unit", "林业局", "--measure", 5)  # its last day
    devzone.at("2027-07-15")
    refused = devzone("notice", "--unit", "林业局", "--measure", 5)
    assert (refused.code, refused.out) == (5, "")
    assert "政策有效期已于2027年7月14日届满" in refused.err
    (path,) = issued(devzone, "--unit", "财政局", "--measure", 4)
    assert "》（政策有效期已于2027年7月14日届满），原文：" in text(path)


def test_an_answer_is_a_report_recorded_since(devzone: Devzone) -> None:
    four = ("--unit", "财政局", "--measure", 4)
    devzone.at("2026-11-20").ok("update", 4, "--unit", "财政局", "--note", "早先的报送")
    issued(devzone.at("2026-11-23"), *four)
    assert listed(devzone, "answered_on") == [None]
    devzone.at("2026-11-26").ok("update", 4, "--unit", "财政局", "--note", "上个月的材料", "--on", "2026-10-30")
    assert listed(devzone, "answered_on") == [None]
    devzone.ok("update", 4, "--unit", "财政局", "--note", "正在移交", "--on", "2026-11-25")
    assert listed(devzone, "answered_on") == ["2026-11-25"]
    assert listed(devzone, "answer", "outcome") == [("正在移交", None)]
    (after,) = issued(devzone.at("2026-12-01"), *four)
    assert "橙色督办单" in text(after)  # an answer is shown, and finishes nothing
    assert "2026年11月25日回复“正在移交”。" in text(after)
    assert "2026年11月25日报送：正在移交。" in text(after)
    devzone.ok("void", 3, "--reason", "填错单位")  # and then it was none
    assert listed(devzone, "answered_on")[0] is None


def test_what_other_units_or_items_report_is_no_answer(devzone: Devzone) -> None:
    issued(devzone.at("2026-11-23"), "--unit", "财政局", "--measure", 4)
    devzone.ok("update", 4, "--unit", "商务局", "--note", "别的单位")
    devzone.ok("update", 4, "--unit", "财政局", "--milestone", "长期推进", "--note", "别的任务")
    devzone.ok("urge", 4, "--unit", "财政局", "--by-means", "电话", "--note", "没人接")
    assert listed(devzone, "answered_on") == [None]


def test_another_colour_needs_its_reason(devzone: Devzone) -> None:
    devzone.at("2026-11-23")
    refused = devzone(*ISSUE, "--colour", "红")
    assert (refused.code, refused.out) == (2, "")
    assert "--reason" in refused.err
    assert devzone.is_new
    (path, _) = issued(devzone, "--unit", "财政局", "--colour", "红色", "--reason", "市政府专题会议要求")
    assert "红色督办单" in text(path)
    assert "（市政府专题会议要求）" in text(path)
    assert listed(devzone, "colour", "reason") == [("red", "市政府专题会议要求")] * 2
    issued(devzone, "--unit", "科技局", "--colour", "blue")  # as it would be anyhow
    assert devzone(*ISSUE, "--colour", "绿").code == 2


def test_what_is_not_overdue_is_urged_when_it_is_named(devzone: Devzone) -> None:
    devzone.at("2026-11-23")
    none = devzone.ok("notice", "--unit", "林业局")
    assert none.out == ""
    assert "没有逾期" in none.err
    assert "--measure" in none.err
    assert devzone.is_new
    (path,) = issued(devzone, "--unit", "林业局", "--measure", 5, "--note", "报送事项清单", "--reason", "会议议定")
    said = text(path)
    assert "没有时限，长期推进。" in said
    assert "督办要求 | 报送事项清单。（会议议定）" in said
    (dated,) = issued(devzone, "--unit", "工信局", "--measure", 17, "--milestone", "体检", "--period", 2026)
    assert "“2026年体检”" in text(dated)
    assert "2026年12月31日（政策时限）。" in text(dated)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--unit", "林业局", "--measure", 4], 5),  # not responsible for it
        (["--unit", "三元", "--measure", 4, "--milestone", "整合"], 5),  # closed out
        (["--unit", "没有的单位"], 4),
        (["--unit", "财政局", "--measure", 99], 4),
        (["--unit", "财政局", "--measure", 4, "--milestone", "没有"], 4),
        ([], 2),
        (["--unit", "财政局", "--milestone", "整合"], 2),
        (["--unit", "财政局", "--format", "pdf"], 2),
        (["--unit", "财政局", "-o", "-"], 2),
        (["--unit", "财政局", "--json"], 2),
        (["--reprint", "x"], 2),
        (["--reprint", 7], 4),
    ],
)
def test_what_is_refused(devzone: Devzone, words: list[str | int], code: int) -> None:
    devzone.ok("update", 4, "--unit", "三元", "--done", "--note", "完成")
    devzone.ok("close", 4, "--unit", "三元", "--note", "核实")
    ran = devzone("notice", *words)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith("devzone: ")
    assert listed(devzone, "number") == []


def test_what_waits_for_review_is_not_urged(devzone: Devzone) -> None:
    devzone.ok("update", 4, "--unit", "三元", "--done", "--note", "完成")  # late, and so still overdue
    assert devzone.ok("notice", "--unit", "三元").out == ""


def test_a_unit_under_its_own_system_is_asked_by_letter(devzone: Devzone) -> None:
    devzone.at("2026-11-23")
    (path,) = issued(devzone, "--unit", "税务", "--measure", 8)
    assert path.name == "商请函-明商督〔2026〕1号-市税务局-措施8.docx"
    said = text(path)
    assert "市税务局：\n" in said
    assert "请予支持推进，并函告进展情况和下一步打算。请于2026年11月30日前（含当日；签发次日起5个工作日）函复。" in said
    assert "# 关于商请支持\n“加大多方支持力度”工作的函\n" in said
    assert "专此函达，请予函复。\n" in said
    for word in ("督办单", "蓝色", "|"):  # sentences, no fields and no colour
        assert word not in said
    assert listed(devzone, "colour") == [None]
    refused = devzone("notice", "--unit", "人行", "--measure", 9, "--colour", "红", "--reason", "重要")
    assert (refused.code, refused.out) == (2, "")
    assert "函不分颜色" in refused.err
    assert "函" in text(issued(devzone, "--unit", "人行", "--measure", 9)[0])
    assert "函" in text(issued(devzone, "--unit", "金融", "--measure", 9)[0])


@pytest.mark.parametrize("form", ["md", "txt", "html", "docx"])
def test_a_letter_without_an_answer_is_told_by_its_number_for_it_has_no_colour(devzone: Devzone, form: str) -> None:
    issued(devzone, "--unit", "税务", "--measure", 8)
    devzone.at("2026-12-07").ok("report", "--format", form, "-o", f"a.{form}")
    said = text(Path("a.docx")) if form == "docx" else Path(f"a.{form}").read_text("utf-8")
    assert "商请函明商督〔2026〕1号" in said
    devzone.ok("report", "--week", "2026-W48", "--as-of", "2026-11-29", "--format", form, "-o", f"b.{form}")
    said = text(Path("b.docx")) if form == "docx" else Path(f"b.{form}").read_text("utf-8")
    assert "签发1件（商请函1件）" in said


def test_a_second_letter_tells_of_the_first(devzone: Devzone) -> None:
    tax = ("--unit", "税务", "--measure", 8)
    issued(devzone.at("2026-11-23"), *tax)
    assert "没有再发" in devzone.ok("notice", *tax).err
    (again,) = issued(devzone.at("2026-12-01"), *tax, "--format", "md")
    said = again.read_text("utf-8")
    assert "# 关于再次商请支持“加大多方支持力度”工作的函" in said
    assert "此前已发明商督〔2026〕1号（2026年11月23日，尚未收到回复）函商请。" in said


SIGNED = "  signer: 张某\n  contact: 李某\n  phone: 0598-1234567\n"


def test_who_signs_and_who_answers_questions_stand_in_the_plan(devzone: Devzone) -> None:
    plan = (Path(__file__).parents[2] / "data/measures.yaml").read_text("utf-8")
    copied = plan.replace("    - colour: red\n", "    - colour: red\n      copied_to: [市政府督查室, 市委督查室]\n")
    devzone.plan(copied.replace("  notice_code:", SIGNED + "  notice_code:"))
    (path,) = issued(devzone, "--unit", "财政局", "--measure", 4, "--colour", "红", "--reason", "领导批示")
    said = text(path)
    for words in ("签发人：张某", "联系人：李某　电话：0598-1234567", "抄送：市政府督查室，市委督查室\n"):
        assert words in said
    (path,) = issued(devzone, "--unit", "科技局", "--measure", 17, "--format", "md")
    said = path.read_text("utf-8")
    assert "联系人：李某　电话：0598-1234567" in said
    assert "抄送" not in said  # blue ones go to nobody else
    (letter,) = issued(devzone, "--unit", "税务", "--measure", 8)
    assert "（联系人：李某　电话：0598-1234567）" in text(letter)


@pytest.mark.parametrize(
    ("acts", "later", "colour"),
    [
        ([("2026-11-25", "update", "--note", "正在移交")], "2026-12-01", "orange"),
        ([("2026-11-25", "extend", "--to", "2026-12-31", "--reason", "同意")], "2026-12-02", "blue"),
        ([("2026-11-25", "extend", "--to", "2026-12-31", "--reason", "同意")], "2027-01-04", "orange"),
        ([("2026-12-10", "extend", "--to", "2026-12-31", "--reason", "同意")], "2026-12-15", "blue"),
        (
            [
                ("2026-11-26", "update", "--done", "--note", "办结", "--on", "2026-11-25"),
                ("2026-12-02", "return", "--note", "没有批复"),
            ],
            "2026-12-02",
            "orange",
        ),
        (
            [
                ("2026-11-26", "update", "--done", "--note", "办结", "--on", "2026-11-25"),
                ("2026-11-27", "close", "--note", "核实"),
                ("2026-12-20", "reopen", "--note", "审计发现问题"),
            ],
            "2026-12-21",
            "blue",
        ),
    ],
    ids=["an answer", "extended", "the extension is over", "extended late", "sent back", "a new round"],
)
def test_the_colour_after_blue(devzone: Devzone, acts: list[tuple[str, ...]], later: str, colour: str) -> None:
    issued(devzone.at("2026-11-23"), "--unit", "财政局", "--measure", 4)
    for day, verb, *words in acts:
        devzone.at(day).ok(verb, 4, "--unit", "财政局", *words)
    issued(devzone.at(later), "--unit", "财政局", "--measure", 4, "--milestone", "整合")
    assert listed(devzone, "colour") == ["blue", colour]


def test_a_slip_is_printed_again_as_it_was(devzone: Devzone) -> None:
    devzone.at("2026-11-23").ok("update", 4, "--unit", "财政局", "--note", "摸底")
    both = issued(devzone, "--unit", "财政局", "--measure", 4, "--format", "docx", "--format", "md")
    first = [path.read_bytes() for path in both]
    devzone.ok("update", 4, "--unit", "财政局", "--note", "同一天补报的")
    devzone.at("2027-03-01").ok("extend", 4, "--unit", "财政局", "--to", "2027-04-30", "--reason", "同意")
    issued(devzone, "--unit", "财政局", "--measure", 17)
    again = issued(devzone, "--reprint", 1, "--year", 2026, "-o", "again")
    assert [path.name for path in again] == [path.name for path in both]
    assert [path.read_bytes() for path in again] == first
    assert b"\xe5\x90\x8c\xe4\xb8\x80\xe5\xa4\xa9" not in first[1]
    (newest,) = issued(devzone, "--reprint", 1, "-o", "again")  # the last year that has the number
    assert "明商督〔2027〕1号" in newest.name


def test_a_slip_that_would_not_be_the_same_is_not_written(devzone: Devzone) -> None:
    issued(devzone.at("2026-11-23"), "--unit", "财政局", "--measure", 4)
    own = devzone.folder / "own"
    own.mkdir()
    (own / "notice.md").write_text("{{ n.matter }}\n", encoding="utf-8")
    issued(devzone, "--unit", "科技局", "--measure", 17, "--format", "md")
    ran = devzone("--templates", own, "notice", "--reprint", 2, "-o", "again")
    assert (ran.code, ran.out) == (1, "")
    assert "不一样" in ran.err
    assert not (devzone.folder / "again").exists()


def test_the_office_brings_its_own_template(devzone: Devzone) -> None:
    own = devzone.folder / "own"
    own.mkdir()
    (own / "notice.md").write_text("{{ n.notice.reference }} {{ n.matter }}\n", encoding="utf-8")
    (path,) = devzone.ok("--templates", own, *ISSUE, "--measure", 4, "--format", "md").out.splitlines()
    assert Path(path).read_text("utf-8") == "明商督〔2026〕1号 措施4（推进县域园区整合）“整合”\n"


def test_numbers_begin_anew_each_year(devzone: Devzone) -> None:
    issued(devzone.at("2026-12-30"), "--unit", "财政局", "--measure", 4)
    (path,) = issued(devzone.at("2027-02-01"), "--unit", "财政局", "--measure", 4)
    assert "明商督〔2027〕1号" in path.name
    assert "2027年的放假安排尚未收录，按周一至周五计算" in text(path)


def test_the_office_sets_the_limit(devzone: Devzone) -> None:
    plan = (Path(__file__).parents[2] / "data/measures.yaml").read_text("utf-8")
    devzone.plan(plan.replace("reply_workdays: 5 ", "reply_workdays: 3 "))
    issued(devzone.at("2026-11-23"), "--unit", "财政局")
    assert set(listed(devzone, "reply_due")) == {"2026-11-26"}


# Nothing lost, nothing twice


def test_a_file_that_cannot_be_written_costs_no_number(devzone: Devzone) -> None:
    (devzone.folder / "file").write_text("x")
    failed = devzone(*ISSUE, "--measure", 4, "-o", "file/notices")
    assert (failed.code, failed.out) == (1, "")
    assert "devzone notice --reprint 1 --year 2026" in failed.err
    (path,) = issued(devzone, "--reprint", 1)
    assert "明商督〔2026〕1号" in text(path)
    (path,) = issued(devzone, "--unit", "财政局", "--measure", 17)
    assert "2号" in path.name


def test_killed_before_the_file_is_there(devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(files, "write_beside", killed)
        assert devzone(*ISSUE, "--measure", 4).code == 130
    assert listed(devzone, "number") == [1]
    (path,) = issued(devzone, "--reprint", 1)
    assert "1号" in path.name


def test_many_at_once_get_numbers_without_gaps(devzone: Devzone) -> None:
    devzone.ok("update", 4, "--unit", "商务局", "--note", "建库")
    # Eight processes, forked from one that has loaded everything; each unit is asked for twice at the same time.
    driver = textwrap.dedent(
        """
        import os, sys
        from sm_devzone.cli import main
        assert main(["--db", "another.db", "notice", "--unit", "商务局", "--measure", "4", "-o", "another"]) == 0
        sys.stdout.flush()
        children = []
        for unit in ["财政局", "科技局", "工信局", "自然资源局"] * 2:
            if child := os.fork():
                children.append(child)
                continue
            code = main(["notice", "--unit", unit])
            sys.stdout.flush()
            os._exit(code)
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        assert codes == [0] * 8, codes
        """
    )
    done = subprocess.run([sys.executable, "-c", driver], capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    paths = [path for path in done.stdout.decode().splitlines() if not path.startswith("another/")]
    assert all((devzone.folder / path).exists() for path in paths)
    found = devzone.ok("notice", "--list", "--as-of", "2100-01-01", "--json").json["notices"]
    assert [row["number"] for row in found] == list(range(1, len(paths) + 1))
    items = {(row["unit"], row["measure"], row["milestone"], row["period"]) for row in found}
    assert len(items) == len(paths) >= 7


def test_what_was_issued_cannot_be_changed(devzone: Devzone) -> None:
    issued(devzone, "--unit", "财政局", "--measure", 4)
    with closing(sqlite3.connect(devzone.db)) as file:
        for sql in (
            "UPDATE notice SET colour = 'red'",
            "DELETE FROM notice",
            "INSERT OR REPLACE INTO notice SELECT * FROM notice",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="only appended"):
                file.execute(sql)


# The list


def test_the_list_on_a_terminal_and_in_a_pipe(devzone: Devzone) -> None:
    assert devzone.ok("notice", "--list").out == ""
    assert "还没有签发过" in devzone.ok("notice", "--list", terminal=True).out
    issued(devzone.at("2026-11-23"), "--unit", "财政局")
    issued(devzone, "--unit", "税务", "--measure", 8)
    devzone.at("2026-11-25").ok("update", 17, "--unit", "财政局", "--period", 2025, "--note", "补做")
    shown = devzone.at("2026-12-02").ok("notice", "--list", terminal=True).out
    assert "未回复，过期 2 天" in shown
    assert "已回复 2026-11-25" in shown
    assert "回复期内" in devzone.ok("notice", "--list", "--as-of", "2026-11-24", terminal=True).out
    assert [line[0] for line in devzone.ok("notice", "--list").lines] == ["1", "2", "3"]
    assert len(devzone.ok("notice", "--list", "--unit", "税务").lines) == 1
    assert len(devzone.ok("notice", "--list", "--measure", 17).lines) == 1
    assert devzone.ok("notice", "--list", "--as-of", "2026-11-22").out == ""


def test_a_file_that_says_something_else_is_left(devzone: Devzone) -> None:
    four = ("--unit", "财政局", "--measure", 4)
    (path,) = issued(devzone, *four)
    content = path.read_bytes()
    assert issued(devzone, "--reprint", 1) == [path]  # just as it is
    path.write_bytes("另一个台账的第1号".encode())
    (other,) = issued(devzone, "--reprint", 1)
    assert other.name == f"{path.stem}(2).docx"
    assert other.read_bytes() == content
    assert path.read_bytes() == "另一个台账的第1号".encode()


def test_a_name_that_is_too_long_for_a_file(devzone: Devzone) -> None:
    unit = "国" * 91
    devzone.plan(
        f"""
        policy: {{id: zone, title: 措施, issuer: 办, issued: 2026-01-05, valid_until: 2028-12-31, office: "{unit}"}}
        units: [{{name: "{unit}"}}]
        measures: [{{number: 1, title: 办, units: ["{unit}"]}}, {{number: 2, title: 办, units: ["{unit}"]}}]
        """
    )
    for number in (1, 2):
        (path,) = issued(devzone, "--unit", unit, "--measure", number)
        assert path.name.startswith(f"督办单-〔2026〕{number}号-国国")
        assert path.exists()


def test_names_that_no_file_can_have(devzone: Devzone) -> None:
    devzone.plan(
        """
        policy: {id: zone, title: 若干措施, issuer: 办, issued: 2026-01-05, valid_until: 2028-12-31, office: 甲/乙局}
        units: [{name: "甲/乙局"}, {name: "..\\\\丙:局?"}]
        measures: [{number: 1, title: "<w:t>{{ x }}", units: ["甲/乙局", "..\\\\丙:局?"]}]
        """
    )
    for unit, name in (
        ("甲/乙局", "督办单-〔2026〕1号-甲_乙局-措施1.docx"),
        ("丙", "督办单-〔2026〕2号-.._丙_局_-措施1.docx"),
    ):
        (path,) = issued(devzone, "--unit", unit, "--measure", 1)
        assert path.name == name
        assert "措施1（<w:t>{{ x }}）" in text(path)


@pytest.mark.parametrize("answer", [True, False, None])
def test_a_group_is_asked_about_before_numbers_are_used(
    devzone: Devzone, monkeypatch: pytest.MonkeyPatch, answer: bool | None
) -> None:
    devzone.at("2026-11-23").ok("update", 4, "--unit", "三元", "--done", "--note", "完成", "--on", "2024-12-01")
    asked: list[str] = []
    if answer is not None:

        def confirm(words: str, err: bool) -> bool:
            asked.append(words)
            return bool(answer)

        monkeypatch.setattr("typer.confirm", confirm)
        monkeypatch.setattr("sm_devzone.terminal.Terminal.can_ask", True)
    ran = devzone("notice", "--unit", "各县", terminal=answer is not None)
    if answer is None:
        assert (ran.code, ran.out, "--yes" in ran.err) == (2, "", True)
    else:
        assert asked == ["签发这 10 张吗？"]
        assert "〔2026〕10号" in ran.err
    assert len(listed(devzone, "number")) == (10 if answer else 0)
    if not answer:
        assert len(issued(devzone, "--unit", "各县", "--yes")) == 10
