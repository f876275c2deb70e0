"""`devzone report`: which days it covers, where it goes, and that it comes out the same again."""

from __future__ import annotations

import hashlib
import shutil
import sys
import webbrowser
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from sm_devzone.errors import DatabaseUnusable
from tests.conftest import Devzone


def fill(devzone: Devzone) -> None:
    devzone.at("2026-11-17").ok("update", 4, "--unit", "商务局", "--note", "已整合三个园区", "--progress", 60)
    devzone.at("2026-11-19").ok(
        "update",
        17,
        "--unit",
        "gxj",
        "--period",
        "2026",
        "--note",
        "体检过半",
        "--problem",
        "缺统计口径",
        "--next",
        "月底完成",
    )
    devzone.at("2026-11-23T10:00")


def test_this_week_so_far_goes_to_reports(devzone: Devzone) -> None:
    fill(devzone)
    paths = devzone.ok("report").out.splitlines()
    assert paths == [f"reports/督办周报-2026-W48(截至20261123).{name}" for name in ("md", "html")]
    assert all((devzone.folder / path).stat().st_size > 1000 for path in paths)


def test_what_a_week_says(devzone: Devzone) -> None:
    fill(devzone)
    text = devzone.ok("report", "--week", "2026-W47", "-o", "-").out
    assert "2026年第47周" in text
    assert "已整合三个园区" in text
    assert "缺统计口径" in text
    assert "月底完成" in text
    assert "逾期25项，本周无新增；" in text
    next_week = devzone.ok("report", "-o", "-").out
    assert "本周没有单位报送进展" in next_week
    assert "已整合三个园区" not in next_week


def test_newly_overdue_is_told_in_the_period_in_which_it_became_so(devzone: Devzone) -> None:
    devzone.at("2025-01-05")
    document = devzone.ok("report", "--week", "2025-W01", "--json").json
    assert [
        (item["measure"], item["new"], item["days_overdue"], len(item["units"])) for item in document["overdue"]
    ] == [(4, True, 5, 19)]
    assert (document["before"]["overdue"], document["totals"]["overdue"]) == (0, 19)


@pytest.mark.parametrize("form", ["md", "html", "txt"])
def test_a_late_entry_counts_by_its_day_and_changes_nothing_that_was_known(devzone: Devzone, form: str) -> None:
    fill(devzone)
    words = ("report", "-o", "-", "--format", form, "--week")
    before = devzone.ok(*words, "2026-W47").out
    devzone.at("2026-11-24")
    devzone.ok("update", 4, "--unit", "财政局", "--done", "--note", "迟报的情况", "--on", "2026-11-18")
    devzone.ok("close", 4, "--unit", "财政局", "--note", "验收表", "--on", "2026-11-19")
    assert devzone.ok(*words, "2026-W47", "--known", "2026-11-23").out == before
    as_known_now = devzone.ok(*words, "2026-W47").out
    assert "迟报的情况" in as_known_now
    assert "已销号" in as_known_now
    assert devzone.ok("report", "--week", "2026-W47", "--json").json["totals"]["closed_out"] == 1
    assert "迟报的情况" in devzone.ok(*words, "2026-W48").out  # as 补报: no bulletin has told it
    assert devzone.ok("report", "--week", "2026-W48", "--json").json["news"] == []


def test_what_several_units_say_alike_is_one_line(devzone: Devzone) -> None:
    counties = "三元区、沙县区、永安市、明溪县、清流县、宁化县、大田县、尤溪县、将乐县、泰宁县、建宁县"
    devzone.ok("update", 9, "--unit", "各县", "--note", "本期无变化", "--problem", "缺地", "--next", "下周再议")
    devzone.ok("update", 9, "--unit", "林业局", "--note", "已召开调度会", "--problem", "缺地")
    devzone.ok("suspend", 4, "--unit", "各县", "--note", "规划调整")
    text = devzone.ok("report", "--format", "txt", "-o", "-").out
    together = "各县（市、区）人民政府（11个）"
    for line in (
        "· 措施9市林业局（11月23日）：已召开调度会。",
        "11个单位的11项任务报本周无变化。",
        f"· 中止：措施4（推进县域园区整合）“整合”，{together}：规划调整。",
        f"· 措施4（推进县域园区整合）“整合”：{together}（11月23日起）。",
        f"· 措施9市林业局、{together}（11月23日起）：缺地。",
        f"· 措施9{together}：下周再议。",
    ):
        assert line in text.splitlines()
    news = devzone.ok("report", "--json").json["news"]  # a script still gets a row for each unit
    assert [entry["unit"] for entry in news] == [*counties.split("、"), "市林业局"]


def test_plain_lines_carry_no_table_and_no_mark_up(devzone: Devzone) -> None:
    fill(devzone)
    text = devzone.ok("report", "--month", "2026-11", "--format", "txt", "-o", "-").out
    assert not set(text) & set("|#*`<>")
    line = (
        "· 措施4（推进县域园区整合）：任务38项，本月1个单位报进展1次，逾期19项。市商务局（11月17日）：已整合三个园区。"
    )
    assert line in text.splitlines()
    paths = devzone.ok("report", "--format", "txt", "--format", "md", "-o", "out").out.splitlines()
    assert [path.rpartition(".")[2] for path in paths] == ["txt", "md"]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["--month", "2026-11"], "督办月报-2026-11(截至20261123).md"),
        (["--quarter", "2026Q4"], "督办季报-2026Q4(截至20261123).md"),
        (["--year", "2026"], "督办年报-2026(截至20261123).md"),
        (["--week", "2026-W47"], "督办周报-2026-W47(截至20261122).md"),
        (["--from", "2026-11-01", "--to", "2026-11-15"], "督办报告-20261101-20261115(截至20261115).md"),
        (["--week", "2026-W47", "--as-of", "2026-11-18"], "督办周报-2026-W47(截至20261118).md"),
    ],
)
def test_periods_and_names(devzone: Devzone, words: list[str], name: str) -> None:
    assert devzone.ok("report", *words, "--format", "md", "-o", "out").out == f"out/{name}\n"


@pytest.mark.parametrize(
    "words",
    [
        ["--week", "47"],
        ["--week", "2026-W54"],
        ["--month", "2026-13"],
        ["--quarter", "2026Q5"],
        ["--week", "2026-W47", "--month", "2026-11"],
        ["--to", "2026-11-01"],
        ["--from", "2026-11-02", "--to", "2026-11-01"],
        ["--week", "2026-W50"],  # has not begun
        ["--format", "pdf"],
        ["-o", "report.pdf"],
        ["-o", "report.md", "--format", "html"],
        ["-o", "-", "--format", "md", "--format", "html"],
    ],
)
def test_what_is_refused(devzone: Devzone, words: list[str]) -> None:
    ran = devzone("report", *words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("devzone: ")
    assert not (devzone.folder / "reports").exists()


def test_the_office_brings_its_own_template(devzone: Devzone) -> None:
    own = devzone.folder / "own"
    own.mkdir()
    (own / "report.md").write_text("共 {{ b.totals.duties }} 项\n", encoding="utf-8")
    assert devzone.ok("--templates", own, "report", "-o", "-").out == "共 322 项\n"
    (own / "report.md").write_text("\n{{ b.nothing }}\n", encoding="utf-8")
    wrong = devzone("--templates", own, "report", "-o", "-")
    assert wrong.code == 1
    assert "report.md:2" in wrong.err
    (own / "report.md").write_text("\n\n{% if %}\n", encoding="utf-8")
    assert "report.md:3" in devzone("--templates", own, "report", "-o", "-").err
    (own / "report.md").write_text("{{ ''.__class__.__mro__ }}", encoding="utf-8")
    assert devzone("--templates", own, "report", "-o", "-").code == 1


def test_a_report_that_says_something_else_goes_beside_the_first(devzone: Devzone) -> None:
    fill(devzone)
    first = devzone.ok("report", "-o", "out").out.splitlines()
    then = [(devzone.folder / path).stat().st_mtime_ns for path in first]
    assert devzone.ok("report", "-o", "out").out.splitlines() == first
    assert [(devzone.folder / path).stat().st_mtime_ns for path in first] == then  # the same bytes are left alone

    old = [(devzone.folder / path).read_bytes() for path in first]
    devzone.ok("update", 2, "--unit", "商务局", "--note", "下午的会议")
    second = devzone.ok("report", "-o", "out").out.splitlines()
    assert second == [f"out/督办周报-2026-W48(截至20261123)(2).{name}" for name in ("md", "html")]
    assert [(devzone.folder / path).read_bytes() for path in first] == old
    assert devzone.ok("report", "-o", "out").out.splitlines() == second
    assert devzone.ok("report", "-o", "out", "--format", "txt").out == f"{second[0].removesuffix('(2).md')}.txt\n"

    assert devzone.ok("report", "-o", "out", "--force").out.splitlines() == first
    assert "下午的会议" in (devzone.folder / first[0]).read_text(encoding="utf-8")


def test_files_of_one_run_share_their_number(devzone: Devzone) -> None:
    page = devzone.folder / "reports" / "督办周报-2026-W48(截至20261123).html"
    page.parent.mkdir()
    page.write_text("somebody's own", encoding="utf-8")
    written = devzone.ok("report").out.splitlines()
    assert written == [f"reports/督办周报-2026-W48(截至20261123)(2).{name}" for name in ("md", "html")]
    assert page.read_text(encoding="utf-8") == "somebody's own"


def test_a_named_file_is_not_lost_either(devzone: Devzone) -> None:
    (devzone.folder / "WEEK.MD").write_text("by hand", encoding="utf-8")
    assert devzone.ok("report", "-o", "WEEK.MD").out == "WEEK(2).MD\n"
    assert devzone.ok("report", "-o", "WEEK.MD", "--force").out == "WEEK.MD\n"
    assert (devzone.folder / "WEEK.MD").read_bytes() == (devzone.folder / "WEEK(2).MD").read_bytes()


def test_an_empty_file_loses_nothing(devzone: Devzone) -> None:
    (devzone.folder / "week.md").touch()
    assert devzone.ok("report", "-o", "week.md").out == "week.md\n"


def test_what_is_issued_is_what_was_written_beside(devzone: Devzone) -> None:
    path = "out/督办周报-第1期-2026-W48(截至20261123).md"
    (devzone.folder / "out").mkdir()
    (devzone.folder / path).write_text("a draft", encoding="utf-8")
    fill(devzone)
    written = devzone.ok("report", "--number", 1, "--format", "md", "-o", "out").out.strip()
    assert written == path.replace(".md", "(2).md")
    digest = hashlib.sha256((devzone.folder / written).read_bytes()).hexdigest()
    assert devzone.ok("report", "--verify", 1).out == f"2026 年第 1 期 md 一致 {digest}\n"


@pytest.mark.parametrize(
    ("variables", "opened", "said"),
    [
        ({"DISPLAY": ":0"}, ["督办周报-2026-W48(截至20261123).html"], ""),
        ({}, [], "devzone: 这里没有桌面可以打开文件，请把它拷到有桌面的机器上看\n"),
    ],
)
def test_open_shows_the_page_where_there_is_a_desktop(
    devzone: Devzone, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], opened: list[str], said: str
) -> None:
    asked: list[str] = []

    def open_(url: str) -> bool:
        asked.append(url)
        return True

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(webbrowser, "open", open_)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    ran = devzone.ok("report", "--open")
    assert ran.err == said
    assert [Path(unquote(urlsplit(url).path)).name for url in asked] == opened
    assert len(ran.out.splitlines()) == 2


@pytest.mark.parametrize("words", [["-o", "-"], ["--json"]])
def test_open_needs_a_file(devzone: Devzone, words: list[str]) -> None:
    assert devzone("report", "--open", *words).code == 2


def test_who_looks_on_sees_that_it_works(devzone: Devzone) -> None:
    assert devzone.ok("report", terminal=True).err == "正在生成报告 …\r\x1b[2K"
    assert devzone.ok("report").err == ""


def test_compiled_templates_are_kept_and_may_go_or_rot(devzone: Devzone, empty_cache: Path) -> None:
    words = ("report", "--format", "html", "-o", "-")
    first = devzone.ok(*words).out
    kept = sorted(empty_cache.glob("*.template"))
    assert len(kept) == 3  # the page, its style sheet and its script
    assert devzone.ok(*words).out == first
    for path in kept:
        path.write_bytes(path.read_bytes()[:-9])
    assert devzone.ok(*words).out == first
    for path in kept:
        path.write_bytes(b"")
    assert devzone.ok(*words).out == first
    shutil.rmtree(empty_cache)
    empty_cache.write_text("in the way", encoding="utf-8")
    assert devzone.ok(*words).out == first


def test_a_template_that_was_changed_is_compiled_anew(devzone: Devzone) -> None:
    own = devzone.folder / "own"
    own.mkdir()
    for text in ("一\n", "二\n"):
        (own / "report.md").write_text(text, encoding="utf-8")
        assert devzone.ok("--templates", own, "report", "-o", "-").out == text


def test_what_came_after_a_bulletin_was_issued_is_news_in_the_next(devzone: Devzone) -> None:
    devzone.at("2026-11-20T15:00").ok("report", "--number", 46)
    devzone.at("2026-11-20T16:30").ok("update", 4, "--unit", "建宁", "--note", "补报的进展", "--problem", "急需协调")
    devzone.at("2026-11-21").ok("suspend", 4, "--unit", "永安", "--note", "规划调整")
    words = ("report", "--format", "md", "-o", "-")
    told = devzone.at("2026-11-27").ok(*words).out
    for said in ("补报的进展", "急需协调", "规划调整"):
        assert said in told
    assert "补报的进展" not in devzone.ok(*words, "--as-of", "2026-11-20", "--week", "2026-W46").out
    devzone.ok("report", "--number", 47, "--format", "md")
    devzone.at("2026-12-04").ok("report", "--number", 48, "--format", "md")
    assert "补报的进展" not in devzone.ok(*words).out
    for number in (46, 47, 48):
        devzone.ok("report", "--verify", number)


def test_newly_overdue_goes_by_the_day_whatever_was_issued(devzone: Devzone) -> None:
    devzone.at("2024-12-27").ok("report", "--number", 1, "--format", "md")  # due on Tuesday after
    devzone.at("2025-01-10").ok("report", "--number", 2, "--format", "md", "-o", "二.md")
    for week, said in (("2025-W01", "逾期19项，其中本周新增19项"), ("2025-W02", "逾期19项，本周无新增")):
        assert said in devzone.ok("report", "--week", week, "--format", "md", "-o", "-").out
    assert "逾期19项" in Path("二.md").read_text("utf-8")
    devzone.at("2025-01-17").ok("report", "--format", "md", "-o", "三.md")
    assert "逾期19项，本周无新增" in Path("三.md").read_text("utf-8")


def test_a_number_is_given_once_a_year_with_the_policy_named_or_not(devzone: Devzone) -> None:
    devzone.ok("report", "--number", 3, "--format", "md")
    ran = devzone("report", "--number", 3, "--policy", "sm-devzone-2024")
    assert (ran.code, ran.out) == (5, "")
    assert "第 3 期已经发过" in ran.err
    devzone.ok("report", "--verify", 3, "--policy", "sm-devzone-2024")


def test_a_number_that_is_not_recorded_leaves_no_file(devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    devzone.ok("update", 4, "--unit", "商务局", "--note", "好")

    def busy(*_: object, **__: object) -> None:
        raise DatabaseUnusable("数据库正被别的程序写入")

    monkeypatch.setattr("sm_devzone.storage.journal.Journal.append", busy)
    assert devzone("report", "--number", 8).code == 6
    assert not Path("reports").exists()


def test_a_bulletin_that_is_recorded_and_not_written_is_printed_again(devzone: Devzone) -> None:
    devzone.ok("update", 4, "--unit", "商务局", "--note", "好")
    Path("reports").touch()  # where the folder should be
    ran = devzone("report", "--number", 8, "--format", "md", "--format", "docx", "-o", "reports/x")
    assert (ran.code, ran.out) == (1, "")
    assert "2026 年第 8 期已经登记，不会丢" in ran.err
    assert "devzone report --reprint 8 --year 2026" in ran.err
    Path("reports").unlink()
    devzone.ok("update", 4, "--unit", "商务局", "--note", "后来的事")
    paths = devzone.ok("report", "--reprint", 8).out.splitlines()
    assert [Path(path).suffix for path in paths] == [".md", ".docx"]
    assert devzone.ok("report", "--reprint", 8).out.splitlines() == paths  # just so already
    told = devzone.ok("report", "--verify", 8).out
    assert all(sha256(Path(path).read_bytes()).hexdigest() in told for path in paths)
    assert devzone("report", "--reprint", 9).code == 4
    assert devzone("report", "--reprint", 8, "--verify", 8).code == 2
    assert devzone("report", "--reprint", 8, "-o", "周报.md").code == 2


@pytest.mark.parametrize("number", [3, 9, 999, 9999])
def test_a_taken_number_names_the_next_free_one(devzone: Devzone, number: int) -> None:
    devzone.ok("report", "--number", number)
    (path,) = Path("reports").glob("*.md")
    before = path.read_bytes()
    devzone.ok("update", 4, "--unit", "商务局", "--note", "好")
    ran = devzone("report", "--number", number)
    assert (ran.code, ran.out) == (5, "")
    assert f"下一个空号是第 {number + 1} 期" in ran.err
    assert path.read_bytes() == before
    devzone.ok("report", "--number", number + 1)
    assert f"第 {number + 1} 期" in devzone.ok("report", "--verify", number + 1).out


@pytest.mark.parametrize(
    "words",
    [
        ["--year", "0001"],
        ["--from", "0001-01-01", "--to", "0001-01-02"],
        ["--as-of", "0001-01-01"],
        ["--as-of", "9999-12-31"],
        ["--verify", "1", "--year", "²"],
        ["--verify", "1", "--year", "abc"],
        ["--number", "9" * 5000],
        ["--number", "1" + "0" * 9],  # more than a server keeps
        ["-o", "已有的文件"],
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(devzone: Devzone, words: list[str]) -> None:
    Path("已有的文件").touch()
    ran = devzone("report", *words)
    assert (ran.code, ran.out) == (2, "")
    assert "程序内部出错" not in ran.err


def test_a_folder_may_have_a_dot_in_its_name(devzone: Devzone) -> None:
    (path,) = devzone.ok("report", "--format", "md", "-o", "2026.11/").out.splitlines()
    assert path.startswith("2026.11/督办周报")


def test_a_policy_that_has_ended_asks_for_nothing(devzone: Devzone) -> None:
    for form in ("md", "txt", "html"):
        told = devzone.at("2027-08-02").ok("report", "--format", form, "-o", "-").out
        assert "目前没有要求定期报送的任务" in told
        assert "有效期已于2027年7月14日届满" in told
        assert "都已报送" not in told
