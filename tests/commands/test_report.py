"""`devzone report`: which days it covers, where it goes, and that it comes out the same again."""

from __future__ import annotations

import pytest

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
    assert "本周无新增逾期" in text
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


def test_a_late_entry_changes_no_report_of_the_past(devzone: Devzone) -> None:
    fill(devzone)
    before = devzone.ok("report", "--week", "2026-W47", "-o", "-").out
    devzone.ok("update", 4, "--unit", "财政局", "--note", "迟报的情况", "--on", "2026-11-18")
    assert devzone.ok("report", "--week", "2026-W47", "-o", "-").out == before
    assert "迟报的情况" in devzone.ok("report", "--week", "2026-W48", "-o", "-").out


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
