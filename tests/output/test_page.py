"""The page of a report as a browser shows it: a ledger of 400 duties, looked at, searched, sent on and printed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import Devzone, program
from tools import office

pytestmark = pytest.mark.xdist_group("browser")  # its tests share one

COUNTIES = [f"{name}县" for name in "甲乙丙丁戊己庚辛壬癸子丑"]
BUREAUS = [f"市第{name}局" for name in "一二三四五六七八"]
EVIL = (
    '<script>window.hit = 1</script><img src="http://evil.example/x.png" onerror="window.hit = 1">'
    "<a href='javascript:window.hit = 1'>点这里</a><style>body { display: none }</style>"
)
LONG = f"▲{'已走访企业二十三家，收集问题四十一个，当场答复三十个，其余转交有关部门。' * 4}▼"


def plan() -> str:
    """Twenty measures for twenty units: 400 duties, those of the counties in the first five of them dated."""
    lines = [
        "policy: {id: demo, title: 关于做好二十件事的若干措施, issuer: 某市人民政府办公室, issued: 2026-01-05,",
        "  valid_until: 2028-12-31, office: 市第一局, reporting_cycle: month}",
        f"units: [{', '.join(f'{{name: {name}}}' for name in BUREAUS + COUNTIES)}]",
        f"groups: [{{name: 各县, members: [{', '.join(COUNTIES)}]}}, {{name: 各局, members: [{', '.join(BUREAUS)}]}}]",
        "measures:",
    ]
    for number in range(1, 21):
        lines += [f"  - number: {number}", f"    title: 推进第{number}方面工作", "    units: [各局, 各县]"]
        if number <= 5:
            lines.append("    milestones:")
            due = "2026-12-05" if number == 5 else f"2026-0{number + 4}-30"
            lines.append(f"      - {{key: 验收, title: 通过验收, origin: policy, due: {due}, as_written: 月底前,")
            lines.append(f"         units: [{', '.join(COUNTIES)}]}}")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The week's report on 2026-11-20."""
    folder = tmp_path_factory.mktemp("page")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"DEVZONE_DB": folder / "a.db", "XDG_CACHE_HOME": folder, "DEVZONE_USER": "小林"}.items():
            patch.setenv(name, str(value))
        devzone = Devzone(patch, folder)
        devzone.plan(plan())
        devzone.at("2026-05-20").ok("update", 1, "--unit", "各县", "--done", "--note", "验收通过")
        devzone.at("2026-05-25").ok("close", 1, "--unit", "各县", "--note", "验收表")
        devzone.at("2026-11-16").ok("update", 7, "--unit", "各县", "--note", LONG, "--progress", 40)
        devzone.ok("update", 8, "--unit", "各局", "--note", LONG)
        devzone.ok("update", 2, "--unit", "甲县", "--note", EVIL, "--problem", EVIL, "--next", EVIL)
        devzone.ok("update", 2, "--unit", "乙县", "--done", "--note", "等待验收")
        devzone.ok("suspend", 3, "--unit", "丙县", "--note", "规划调整")
        devzone.at("2026-11-20")
        return folder / devzone.ok("report", "--format", "html", "-o", folder / "督办周报.html").out.strip()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program("chromium"), args=arguments)
        yield chromium
        chromium.close()


class Look:
    """The page as opened in a fresh window; `heard` collects what it said to the console and asked the network for."""

    def __init__(self, browser: Browser, report: Path, at: str = "", width: int = 1440, **how: Any) -> None:
        self.heard: list[str] = []
        self.url = report.as_uri()
        context = browser.new_context(viewport={"width": width, "height": 900}, **how)
        self.page: Page = context.new_page()
        self.page.on("console", lambda message: self.heard.append(message.text))
        self.page.on("pageerror", lambda error: self.heard.append(str(error)))
        self.page.on("dialog", lambda dialog: self.heard.append(dialog.message))
        self.page.on("request", lambda request: self.heard.append(request.url) if request.url != self.url else None)
        self.page.goto(self.url + at)

    def duties(self) -> list[list[str]]:
        """The cells of each row of the list that is to be seen."""
        seen = """rows => rows.filter(row => row.checkVisibility())
            .map(row => [...row.cells].map(cell => cell.textContent.trim()))"""
        found: list[list[str]] = self.page.eval_on_selector_all(".duties tbody tr", seen)
        return found

    def shown(self) -> str:
        return self.page.inner_text(".shown")


@pytest.fixture
def look(browser: Browser, report: Path) -> Iterator[Any]:
    opened: list[Look] = []

    def open_(at: str = "", **how: Any) -> Look:
        opened.append(Look(browser, report, at, **how))
        return opened[-1]

    yield open_
    for one in opened:
        one.page.context.close()


def test_it_is_small_and_opens_in_silence(look: Any, report: Path) -> None:
    page = look()
    assert report.stat().st_size < 1_500_000
    assert len(page.duties()) == 400
    assert page.page.evaluate("window.hit") is None
    assert "<script>window.hit = 1</script>" in page.page.inner_text("#news")
    assert page.heard == []


def test_nothing_foreign_runs_in_it(look: Any) -> None:
    page = look()
    page.page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.hit = 1";
            const picture = document.createElement("div");
            picture.innerHTML = '<img src="http://evil.example/x.png" onerror="window.hit = 1"><p style="top: 0">x</p>';
            document.body.append(script, picture);
        }"""
    )
    assert page.page.evaluate("window.hit") is None
    assert len([line for line in page.heard if "Content Security Policy" in line]) >= 3


def test_filters(look: Any) -> None:
    page = look()
    for choices, count in (
        ({"unit": "甲县"}, 20),
        ({"unit": "市第一局"}, 20),
        ({"measure": "7"}, 20),
        ({"signal": "overdue"}, 35),  # 2, 3 and 4 of twelve counties, but for one that is suspended
        ({"signal": "due_soon"}, 12),
        ({"state": "closed_out"}, 12),
        ({"state": "suspended"}, 1),
        ({"unit": "甲县", "signal": "overdue"}, 3),
        ({"unit": "甲县", "state": "closed_out", "measure": "2"}, 0),
        ({"q": "等待验收"}, 1),
        ({"q": "甲县 方面工作"}, 20),
        ({"q": "已走访企业", "unit": "甲县"}, 1),
    ):
        for name, value in choices.items():
            if name == "q":
                page.page.fill(".filter [name=q]", value)
            else:
                page.page.select_option(f".filter [name={name}]", value)
        assert (len(page.duties()), page.shown().partition("：")[2]) == (count, f"{count}项，共400项。"), choices
        page.page.click("text=全部显示")
        assert page.shown() == "共400项，最急的在前。"
    assert len(page.duties()) == 400


def test_what_is_chosen_can_be_sent_on(look: Any) -> None:
    first = look()
    first.page.select_option(".filter [name=unit]", "乙县")
    first.page.select_option(".filter [name=signal]", "ongoing")
    first.page.fill(".filter [name=q]", "第1")
    first.page.click(".duties th:nth-child(1) button")
    at = first.page.url.removeprefix(first.url)
    second = look(at)
    assert second.duties() == first.duties()
    assert [row[0] for row in second.duties()] == [str(number) for number in range(10, 20)]


def test_deep_links(look: Any) -> None:
    page = look("#unit=甲县")
    assert page.page.evaluate("document.querySelector('#list h2').getBoundingClientRect().top < innerHeight")
    for at, count, said in (
        ("#unit=甲县", 20, "甲县：20项，共400项。"),
        ("#unit=%E7%94%B2%E5%8E%BF&signal=overdue", 3, "甲县，逾期：3项，共400项。"),
        ("#unit=第二局", 20, "市第二局：20项，共400项。"),
        ("#unit=寅县", 400, "没有“寅县”。共400项，最急的在前。"),
        ("#unit=", 400, "共400项，最急的在前。"),
    ):
        page.page.goto(page.url + at)  # the same page: only what follows the # is new
        page.page.wait_for_function("said => document.querySelector('.shown').textContent === said", arg=said)
        assert len(page.duties()) == count


def test_a_look_at_the_whole_leads_to_the_duties(look: Any) -> None:
    page = look()
    page.page.click(".figures >> text=逾期")
    assert page.shown() == "逾期：35项，共400项。"
    page.page.click(".matrix tbody >> text=丁县")
    assert page.shown() == "丁县：20项，共400项。"
    page.page.click(".matrix tr[data-unit=丁县] td[data-measure='3']")
    assert [row[1] for row in page.duties()] == ["推进第3方面工作"]
    assert page.page.get_attribute(".matrix tr[data-unit=丁县] td[data-measure='3']", "title") == (
        "丁县 措施3 推进第3方面工作：逾期 1"
    )


def test_sort_by_a_column(look: Any) -> None:
    page = look()
    page.page.click(".duties th:nth-child(6) button")
    dates = [row[5] for row in page.duties()]
    assert (dates[0], dates[59], dates[60]) == ("2026年5月30日", "2026年12月5日", "")
    page.page.click(".duties th:nth-child(6) button")
    dates = [row[5] for row in page.duties()]
    assert (dates[0], dates[59], dates[60]) == ("2026年12月5日", "2026年5月30日", "")
    assert page.page.get_attribute(".duties th:nth-child(6)", "aria-sort") == "descending"
    page.page.click(".duties th:nth-child(1) button")
    assert [row[0] for row in page.duties()][::20] == [str(number) for number in range(1, 21)]


def test_the_keyboard_is_enough(look: Any) -> None:
    page = look()
    keys = page.page.keyboard
    keys.press("Tab")
    assert page.page.evaluate("document.activeElement.textContent") == "跳到任务清单"
    keys.press("/")
    keys.type("等待验收")
    assert len(page.duties()) == 1
    keys.press("Escape")
    assert len(page.duties()) == 400
    page.page.focus(".duties th:nth-child(4) button")
    keys.press("Enter")
    assert page.page.get_attribute(".duties th:nth-child(4)", "aria-sort") == "ascending"
    page.page.focus(".filter [name=signal]")
    keys.press("ArrowDown")
    assert page.page.input_value(".filter [name=signal]") == "overdue"


def test_the_arrows_walk_the_matrix_and_the_list(look: Any) -> None:
    page = look()
    focused = "[document.activeElement.closest('tr').dataset.unit, document.activeElement.dataset.measure]"
    keys = page.page.keyboard
    page.page.focus(".matrix tr[data-unit=市第一局] a")
    keys.press("Tab")
    assert page.page.evaluate(focused) == ["市第一局", "1"]
    for key, place in (
        ("ArrowDown", ["市第二局", "1"]),
        ("ArrowRight", ["市第二局", "2"]),
        ("End", ["市第二局", "20"]),
        ("ArrowRight", ["市第二局", "20"]),
        ("Home", ["市第二局", "1"]),
        ("ArrowUp", ["市第一局", "1"]),
        ("ArrowUp", ["市第一局", "1"]),
    ):
        keys.press(key)
        assert page.page.evaluate(focused) == place, key
    for _ in range(8):
        keys.press("ArrowDown")
    keys.press("Enter")
    page.page.wait_for_function("() => document.activeElement.tagName === 'H2'")
    assert page.shown() == "甲县，1 推进第1方面工作：1项，共400项。"

    keys.press("Escape")
    page.page.focus(".duties tbody tr:first-child button")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    keys.press("ArrowUp")
    assert page.page.evaluate("document.activeElement.closest('tr').rowIndex") == 2
    unit = page.page.evaluate("document.activeElement.textContent")
    keys.press("Enter")
    page.page.wait_for_function("() => document.activeElement.tagName === 'H2'")
    assert page.shown() == f"{unit}：20项，共400项。"
    assert page.page.locator(".matrix td[tabindex='0']").count() == 1  # one stop for Tab
    assert page.page.locator(".duties tbody button[tabindex='0']").count() == 1


def test_heads_stay_in_sight(look: Any) -> None:
    page = look()
    for name in (".matrix", ".duties"):
        page.page.evaluate("at => document.querySelector(at).scrollIntoView()", f"{name} tbody tr:nth-child(12)")
        top = "at => document.querySelector(at).getBoundingClientRect().top"
        assert page.page.evaluate(top, f"{name} thead th") == 0
        assert page.page.evaluate(top, f"{name} tbody tr:nth-child(12)") > 20  # not below the head


@pytest.mark.parametrize("width", [360, 400, 480, 540, 800, 1440])
def test_no_words_stand_in_a_column_of_single_characters(look: Any, width: int) -> None:
    narrow = """() => [...document.querySelectorAll('main *')]
        .filter(one => one.checkVisibility() && !one.closest('svg, select, .skip'))
        .filter(one => getComputedStyle(one).display !== 'inline')
        .filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim().length > 5))
        .filter(one => one.clientWidth < 64)
        .map(one => one.outerHTML.slice(0, 200))"""
    assert look(width=width).page.evaluate(narrow) == []


@pytest.mark.parametrize("width", [360, 390, 540, 768])
def test_it_fits_a_phone(look: Any, width: int) -> None:
    page = look(width=width, has_touch=True)
    assert page.page.evaluate("document.documentElement.scrollWidth") == width
    assert "2026年6月30日" in page.page.inner_text(".duties")
    if width < 720:
        page.page.select_option(".filter [name=sort]", "5")
        assert page.duties()[0][5] == "2026年5月30日"


def test_a_dark_screen_gets_a_dark_page(look: Any) -> None:
    colours = (
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('.bars rect')).fill]"
    )
    assert look(color_scheme="light").page.evaluate(colours) == ["rgb(255, 255, 255)", "rgb(168, 32, 26)"]
    assert look(color_scheme="dark").page.evaluate(colours) == ["rgb(23, 25, 28)", "rgb(255, 147, 137)"]


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (390, "light")])
def test_axe_finds_no_fault(look: Any, width: int, scheme: str) -> None:
    page = look(width=width, color_scheme=scheme, bypass_csp=True)
    page.page.evaluate("document.querySelectorAll('.duties tbody tr:nth-child(n + 70)').forEach(row => row.remove())")
    found = Axe().run(page.page).response["violations"]
    assert [(one["impact"], one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_without_scripts_it_is_a_plain_report(look: Any) -> None:
    page = look("#unit=甲县", java_script_enabled=False)
    assert not page.page.is_visible(".filter")
    assert page.page.locator(".duties tbody tr:visible").count() == 400
    assert page.page.is_visible("text=五、下一步")
    assert page.heard == []


def printed(page: Page, target: Path) -> list[str]:
    """The text of each page as it is printed on A4, without blanks."""
    page.pdf(path=target, prefer_css_page_size=True)
    tool = program("pdftotext")
    text = subprocess.run([tool, "-raw", target, "-"], capture_output=True, check=True, encoding="utf-8").stdout
    return ["".join(sheet.split()) for sheet in text.split("\f")[:-1]]


@pytest.mark.slow
def test_a_week_of_an_office_with_600_entries_prints_on_eight_sheets(
    browser: Browser, devzone: Devzone, tmp_path: Path
) -> None:
    made = office.make(tmp_path)
    assert made.entries >= 600
    for week, day in (("2026-W47", "2026-11-22"), ("2026-W48", "2026-11-29")):
        path = tmp_path / f"{week}.html"
        devzone.at("2026-11-30").ok("--db", made.path, "report", "--week", week, "--as-of", day, "-o", path)
        page = Look(browser, path)
        sheets = printed(page.page, tmp_path / "week.pdf")
        assert "请领导阅示" in sheets[0]
        assert "逾期最久" in sheets[0]
        assert 4 < len(sheets) <= 8
        page.page.context.close()


def test_print(look: Any, tmp_path: Path) -> None:
    page = look()
    short = printed(page.page, tmp_path / "short.pdf")
    assert len(short) <= 8
    whole = "".join(short)
    assert whole.count("▲") == 2  # 新进展, once for each collective
    assert "清单没有打印" in whole
    for words in ("本周变化", "一、总体情况", "五、下一步", "附件1", "附件2", "附件3", "时限已过"):
        assert words in whole
    assert "最长逾期天数" not in whole  # folded away
    page.page.click("text=看数据 >> nth=1")
    assert "最长逾期天数" in "".join(printed(page.page, tmp_path / "open.pdf"))

    page.page.check("#print-list")
    sheets = printed(page.page, tmp_path / "all.pdf")
    whole = "".join(sheets)
    assert 10 < len(sheets) < 40
    assert "清单没有打印" not in whole
    assert [sheet.count("▲") for sheet in sheets] == [sheet.count("▼") for sheet in sheets]  # no row is cut
    assert whole.count("▲") == 20 + 2  # every duty in the list, and 新进展 once for each collective
    assert sum("最近报送" in sheet for sheet in sheets) > 5  # the head of the list stands on each sheet of it
    assert "看数据" not in whole
    assert "输入几个字" not in whole

    few = printed(look("#unit=甲县&signal=overdue").page, tmp_path / "few.pdf")
    assert "甲县，逾期：3项，共400项。" in "".join(few)
    assert len(few) < len(sheets) - 5
