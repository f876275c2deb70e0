"""What a number looks like: what ECMA-376 gives, what LibreOffice shows, and where neither is sure, a doubt."""

from __future__ import annotations

import csv
import subprocess
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from sm_devzone.domain.text import squeezed
from sm_devzone.intake.cells.book import open_book
from sm_devzone.intake.cells.number_format import BUILT_IN, Unsure, compiled
from tests.conftest import program


def look(code: str | int, value: float, *, from_1904: bool = False) -> str:
    shown_as = compiled(BUILT_IN[code] if isinstance(code, int) else code)
    return shown_as.number(value, from_1904=from_1904).words.strip()


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("General", 57, "57"),
        ("General", 0.57 * 100, "57"),
        ("General", 0.1 + 0.2, "0.3"),
        ("General", 13800138000, "13800138000"),
        ("General", -1.5, "-1.5"),
        ('"约"General', -1.5, "-约1.5"),
        ('General"家"', 12, "12家"),
        ("G/通用格式", 12, "12"),
        ("", 12, "12"),
        ("@", 12, "12"),
        ("0", 56.99999999999999, "57"),
        ("0.00", 1.005, "1.01"),
        ("00000000000", 5981234567, "05981234567"),
        ("0000-0000000", 5981234567, "0598-1234567"),
        ("000\\-0000\\-0000", 13800138000, "138-0013-8000"),
        ("[<=9999999]###-####;(###) ###-####", 5981234567, "(598) 123-4567"),
        ("0%", 0.57, "57%"),
        ("0%", 57, "5700%"),
        ("0.0%", 0.575, "57.5%"),
        ("0_%", 12, "12"),
        ('0"%"', 57, "57%"),
        ("0\\%", 57, "57%"),
        ('0"家"', 12, "12家"),
        ("0家", 12, "12家"),
        ('0.0,"千元"', 12345, "12.3千元"),
        ('0\\.0,"万元"', 123456, "12.3万元"),
        ("#,##0.00", 1234567.891, "1,234,567.89"),
        ("#,##0", 1234567, "1,234,567"),
        ("0,000", 12, "0,012"),
        ("[Red]0;[Blue]-0", -3, "-3"),
        ("#,##0_);(#,##0)", -1234, "(1,234)"),
        ("_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * \"-\"??_ ;_ @_ ", 0, "-"),
        ("[$¥-804]#,##0.00", 3.5, "¥3.50"),
        ("0.##", 1.05, "1.05"),
        ("0.#0", 1.05, "1.05"),
        ("?0", 5, "5"),
        *((number, 46346, "2026年11月") for number in (27, 36, 50, 52, 57)),
        *((number, 46346, "11月20日") for number in (28, 29, 51, 53, 54, 58)),
        (30, 46346, "11-20-26"),
        *((number, 46346, "2026-11-20") for number in (14, 31)),
        (32, 46346.4, "9时36分"),
        (33, 46346.4, "9时36分00秒"),
        *((number, 46346.6, "下午2时24分") for number in (34, 55)),
        *((number, 46346.4, "上午9时36分00秒") for number in (35, 56)),
        ('yyyy"年"m"月"d"日"', 46346, "2026-11-20"),
        ("[$-F800]dddd\\, mmmm dd\\, yyyy", 46346, "2026-11-20"),
        ("[$-1010804]yyyy/m/d", 46346, "2026-11-20"),
        ("yyyy.m.d", 46346.5, "2026-11-20"),
        ("e/m/d", 46346, "2026-11-20"),
        ('yyyy"年"m"月"d"日" aaaa', 46346, "2026年11月20日 星期五"),
        ("aaaa", 46346, "星期五"),
        ("aaa", 46348, "日"),
        ("m/d", 46346, "11/20"),
        ("yyyy-mm-dd hh:mm", 46346.4, "2026-11-20 09:36"),
        ("h:mm AM/PM", 0.75, "6:00 PM"),
        ("[h]:mm", 1.5, "36:00"),
        ("[mm]:ss", 0.05, "72:00"),
        (46, 1.25, "30:00:00"),
    ],
)  # fmt: skip
def test_what_a_number_looks_like(code: str | int, value: float, shown: str) -> None:
    assert look(code, value) == shown


@pytest.mark.parametrize(
    ("code", "value", "said"),
    [
        ("General", 350402199001011234, "位数太多"),
        ("General", 1 / 3, "位数太多"),
        ("0.00E+00", 13800138000, "科学计数"),
        ("# ?/?", 0.5, "分数"),
        ("[DBNum1]0", 3, "[DBNum1]"),
        ("[DBNum2][$-804]General", 3, "[DBNum2]"),
        ("ggge", 46346, "“g”"),
        ("[$-411]e/m/d", 46346, "别的语言"),
        ("[$-130000]yyyy/m/d", 46346, "别的历法"),
        ("[$-404]e/m/d", 46346, "别的语言"),
        ("d-mmm-yy", 46346, "月份怎样写"),
        ("dddd", 46346, "星期怎样写"),
        (";;;", 3, "不显示"),
        ("0;;", -3, "不显示"),
        ("*x0", 3, "填满"),
        ("yyyy-mm-dd", 20261112, "####"),
        ("yyyy-mm-dd", -5, "负数"),
        ("yyyy-mm-dd", 45, "这一天在各种软件里不一样"),
        ("h:mm:ss", 0.123456, "不是整秒"),
        ("0", -0.4, "四舍五入成零"),
        ('@"元"', 3, "给文字用"),
        ("0!.0", 3, "“!”"),
        ("0.##", 12, "小数点"),
        ("0%", 0.385, "四舍五入的中间"),
        ("[h]:mm", 46346, "太长"),
        ("0;0;0;@;0", 3, "五段"),
        ("0", 1e16, "15 位"),
    ],
)
def test_where_it_is_not_sure_it_is_said(code: str, value: float, said: str) -> None:
    if code == "yyyy-mm-dd" and value < 0:
        said = "####"
    with pytest.raises(Unsure, match=said.replace("[", r"\[").replace("]", r"\]")):
        look(code, value)


def test_days_are_counted_from_1904_where_a_workbook_says_so() -> None:
    assert look("yyyy-mm-dd", 46346 - 1462, from_1904=True) == "2026-11-20"
    assert compiled('m"月"d"日"').number(46346 - 1462, from_1904=True).day == date(2026, 11, 20)
    assert compiled('yyyy"年"m"月"').number(46346, from_1904=False).day is None


@pytest.mark.parametrize(
    ("code", "words", "shown"),
    [("@", "好", "好"), ('@"万元"', "三", "三万元"), ("0", "好", "好"), ("0;0;0;_ @_ ", "好", " 好 ")],
)
def test_what_words_look_like(code: str, words: str, shown: str) -> None:
    assert compiled(code).text(words) == shown


def test_words_that_a_format_hides_are_told() -> None:
    with pytest.raises(Unsure, match="不显示文字"):
        compiled(";;;").text("好")


# The law: what is taken is what LibreOffice shows


PIECES = [
    "0",
    "00",
    "0.0",
    "0.00",
    "#,##0",
    "#,##0.00",
    "0.##",
    "#.0",
    "??0",
    "00000",
    "0%",
    "0.0%",
    "0,",
    "0.0,,",
    "000-0000",
    "General",
]
AROUND = [("", ""), ('"约"', ""), ("", '"家"'), ("", "_)"), ("[Red]", ""), ("¥", ""), ("(", ")"), ("", "\\ ")]
DAYS = [
    "yyyy-mm-dd", "yyyy/m/d", 'yyyy"年"m"月"d"日"', 'yyyy"年"m"月"', 'm"月"d"日"', "m/d", "yy-m-d", "h:mm", "hh:mm:ss",
    "yyyy-mm-dd hh:mm", "h:mm AM/PM",
    "[h]:mm", "[mm]:ss", "[h]:mm:ss", "mm:ss", "[$-804]aaaa", "yyyy.mm.dd", 'h"时"mm"分"', "d", "yyyy", '"第"d"天"',
]  # fmt: skip
NUMBERS = st.one_of(
    st.integers(-100_000, 10_000_000),
    st.integers(0, 10**12),
    st.decimals(-1000, 100_000, places=3).map(float),
    st.integers(0, 10_000).map(lambda hundredths: hundredths / 100 * 1.1),
    st.floats(-1e6, 1e6),
)
MOMENTS = st.one_of(
    st.integers(61, 60_000),
    st.integers(61 * 24 * 60, 60_000 * 24 * 60).map(lambda minutes: minutes / (24 * 60)),
    st.integers(0, 3 * 86400).map(lambda seconds: seconds / 86400),
    st.floats(0, 60_000),
)
ONE = st.tuples(st.sampled_from(PIECES), st.sampled_from(AROUND)).map(
    lambda drawn: drawn[1][0] + drawn[0] + drawn[1][1]
)
CODES = st.one_of(
    ONE,
    st.tuples(ONE, ONE).map(";".join),
    st.tuples(ONE, ONE, ONE).map(";".join),
    st.sampled_from([code for code in BUILT_IN.values() if "午" not in code]),
)
CELLS = st.lists(
    st.one_of(st.tuples(CODES, NUMBERS), st.tuples(st.sampled_from(DAYS), MOMENTS)), min_size=150, max_size=150
)


@pytest.mark.slow
@settings(
    max_examples=6, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)  # no shrinking
@given(CELLS)
def test_what_is_taken_is_what_libreoffice_shows(tmp_path: Path, cells: list[tuple[str, float]]) -> None:
    book = Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet()
    sheet.set_column(0, 0, 60)
    for at, (code, value) in enumerate(cells):
        sheet.write_number(at, 0, value, book.add_format({"num_format": code}))
        sheet.write_string(at, 1, "|")
    book.close()
    office = program("soffice")
    command = [office, f"-env:UserInstallation={(tmp_path / 'lo').as_uri()}", "--headless", "--convert-to"]
    how = "csv:Text - txt - csv (StarCalc):44,34,76"
    # LibreOffice has formats over which it never ends; what it does not show holds nothing against us.
    words: list[str | Path] = ["timeout", "60", *command, how, "--outdir", tmp_path, tmp_path / "a.xlsx"]
    done = subprocess.run(words, check=False, capture_output=True)
    if done.returncode == 124:
        reject()
    assert done.returncode == 0, done.stderr
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as lines:
        shown = [line[0] for line in csv.reader(lines)]
    (page,) = open_book((tmp_path / "a.xlsx").read_bytes())
    for at, (code, value) in enumerate(cells):
        cell = page.rows[at + 1][1]
        if cell.flaw:
            continue
        if cell.day is not None and cell.shown == str(cell.day):
            # A whole day is kept as ISO, however a system writes it.
            continue
        assert squeezed(cell.shown) == squeezed(shown[at]), (code, value)
