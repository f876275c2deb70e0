"""Makes the pictures of README and guide. Run by `make picture`.

status.svg is `devzone status` on the shipped plan, on a day. report.png is the top of the page that `devzone report`
makes of the shipped plan and of entries that are made up here; it needs Chromium.

docs/status.svg is `devzone status`; form.png and overdue.png are workbooks as LibreOffice prints them. Rich's own SVG
export leaves the width of Chinese characters to the reader's font; in ours every character stands on its cell, so that
columns meet in any font.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import redirect_stdout
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text

from sm_devzone.cli import main

TARGET = Path(__file__).with_name("status.svg")
PAGE = Path(__file__).with_name("report.png")
DOCS = Path(__file__).parent
COLUMNS, CELL, LINE, PAD = 120, 8.4, 21, 18


class _Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def terminal_text() -> str:
    """What a terminal of COLUMNS cells gets, with its colours, on 23 November 2026 and an empty journal."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(DEVZONE_DB=f"{folder}/none.db", COLUMNS=str(COLUMNS), FORCE_COLOR="1", TERM="xterm-256color")
        os.environ.pop("DEVZONE_PLAN", None)
        screen, sys.stdout = sys.stdout, _Terminal()
        try:
            main(["status"], clock=lambda: datetime(2026, 11, 23, 1, tzinfo=UTC))
            return sys.stdout.getvalue()
        finally:
            sys.stdout = screen


def drawing(ansi: str) -> str:
    """`ansi` as an SVG picture of a terminal window."""
    console = Console(width=COLUMNS, file=io.StringIO(), color_system="truecolor", force_terminal=True)
    lines = console.render_lines(Text.from_ansi(f"$ devzone status\n\n{ansi.rstrip()}"), pad=False)
    width, height = COLUMNS * CELL + 2 * PAD, len(lines) * LINE + 2 * PAD
    parts = []
    for number, line in enumerate(lines):
        column = 0
        for text, style, _ in line:
            places = []
            for character in text:
                if character != " ":
                    places.append(f"{PAD + column * CELL:g}")
                column += cell_len(character)
            if not places:
                continue
            colour = "#e6e6e6"
            if style and style.color:
                colour = style.color.get_truecolor(SVG_EXPORT_THEME).hex
            faint = ' opacity="0.55"' if style and style.dim else ""
            weight = ' font-weight="bold"' if style and style.bold else ""
            x, y = " ".join(places), PAD + number * LINE + 15
            parts.append(f'<text x="{x}" y="{y}" fill="{colour}"{weight}{faint}>{escape(text.replace(" ", ""))}</text>')
    fonts = "ui-monospace,Menlo,Consolas,'Noto Sans Mono CJK SC','Microsoft YaHei','PingFang SC',monospace"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height}" font-family="{fonts}"'
        f' font-size="15"><title>devzone status</title>'
        f'<rect width="100%" height="100%" rx="8" fill="#1f2329"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


FACTS = (
    "update 4 --unit 商务局 --progress 60 --note 已整合三个园区 --problem 化工园区边界待协调 --next 12月底前完成移交",
    "update 1 --unit 商务局 --progress 80 --note 联席会议开过两次,议定事项已分解",
    "update 4 --unit 三元 --done --note 两园合并,已挂牌 --on 2024-12-30",
    "update 4 --unit 沙县 --done --note 整合完成 --on 2025-03-10",
    "close 4 --unit 三元 --note 批复在卷",
    "extend 4 --unit 大田 --to 2026-12-20 --reason 债务清理未完,市政府同意",
    "urge 4 --unit 发改委 --by-means 电话",
    "suspend 4 --unit 永安 --note 国土空间规划调整",
)
"""An invented week, for pictures only."""


def workbook_pictures() -> None:
    """docs/form.png, a form as it is sent, and docs/overdue.png, a list to send on: the top of the first page."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ.update(DEVZONE_DB=f"{folder}/devzone.db", DEVZONE_USER="小林")
        os.environ.pop("DEVZONE_PLAN", None)
        for line in (
            *FACTS,
            f"send --unit 商务局 -o {folder}",
            f"export overdue --format xlsx -o {folder}/overdue.xlsx",
        ):
            if main(line.split(), clock=lambda: datetime(2026, 11, 23, 1, tzinfo=UTC)):
                raise SystemExit(line)
        (sent,) = folder.glob("附件1-*.xlsx")
        sent.rename(folder / "form.xlsx")
        for picture in ("form", "overdue"):
            office = ["soffice", f"-env:UserInstallation={(folder / 'office').as_uri()}", "--headless"]
            convert = [*office, "--convert-to", "pdf", "--outdir", name, f"{name}/{picture}.xlsx"]
            subprocess.run(convert, check=True, capture_output=True)
            page = ["-r", "90", "-x", "30", "-y", "30", "-W", "1430", "-H", "560", "-singlefile", "-png"]
            subprocess.run(["pdftoppm", *page, f"{name}/{picture}.pdf", str(DOCS / picture)], check=True)


MERGED = [
    ("2024-11-28", "三元", "2024-12-05"),
    ("2024-12-20", "沙县", "2024-12-27"),
    ("2024-12-24", "工信局", "2024-12-30"),
    ("2024-12-30", "永安", "2025-01-08"),
    ("2024-12-31", "发改委", "2025-01-08"),
    ("2025-02-21", "将乐", "2025-03-03"),
    ("2025-04-15", "自然资源局", "2025-04-22"),
    ("2025-06-20", "尤溪", "2025-06-30"),
    ("2025-09-18", "生态环境局", "2025-09-25"),
    ("2025-12-11", "宁化", "2025-12-19"),
    ("2026-03-26", "明溪", "2026-04-07"),
    ("2026-08-14", "应急局", "2026-08-20"),
]
"""Who is done with the merging of measure 4, and when that was closed. Made up, as is all that follows."""

CHECKED = [("2025-12-05", unit, "2025-12-16") for unit in ("商务局", "科技局", "工信局", "财政局", "统计局")]
"""The same of the check-up of 2025 in measure 17."""

OTHERWISE = [
    ("2026-10-12", "update 1 --unit 各县 --note 已明确分管领导和联络员"),
    ("2026-10-20", "update 14 --unit 各县 --note 四季度招商活动方案已报联席会议办公室"),
    ("2026-11-03", "suspend 4 --unit 泰宁 --note 国土空间规划调整"),
    ("2026-11-03", "extend 4 --unit 大田 --to 2027-01-31 --reason 债务清理未完，市政府同意"),
    ("2026-11-16", "update 9 --unit 各县 --note 本期无变化"),
    ("2026-11-17", "update 4 --unit 清流 --progress 80 --note 两个园区已并账，正在移交档案 --next 十二月中旬验收"),
    ("2026-11-17", "update 4 --unit 建宁 --progress 60 --note 整合方案已批 --problem 化工园区边界待协调"),
    ("2026-11-18", "update 17 --unit 商务局 --period 2026 --note 体检方案已印发，十一月下旬赴各开发区"),
    ("2026-11-18", "update 6 --unit 科技局 --note 新认定市级创新平台，名单已公示 --next 十二月上旬授牌"),
    ("2026-11-19", "update 12 --unit 财政局 --note 收入分配办法已征求意见"),
    ("2026-11-19", "urge 4 --unit 各省级及以上开发区 --by-means 电话 --note 答应月底前报"),
]


def page_picture() -> bytes:
    """The top of the page of the week until Friday, 20 November 2026, as a desktop shows it."""
    from playwright.sync_api import sync_playwright

    def run(moment: str, words: list[str]) -> None:
        clock = datetime.fromisoformat(f"{moment}T09:00:00+08:00").astimezone(UTC)
        with redirect_stdout(io.StringIO()):
            code = main(words, clock=lambda: clock)
        if code:
            raise SystemExit(f"{' '.join(words)} -> {code}")

    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(DEVZONE_DB=f"{folder}/example.db", DEVZONE_USER="示例", XDG_CACHE_HOME=folder)
        os.environ.pop("DEVZONE_PLAN", None)
        done: list[tuple[str, list[str]]] = []
        for where, finished in (("4", MERGED), ("17", CHECKED)):
            for day, unit, closing in finished:
                done.append((day, ["update", where, "--unit", unit, "--done", "--note", "已完成"]))
                done.append((closing, ["close", where, "--unit", unit, "--note", "材料齐全"]))
        done += [(day, words.split(" ")) for day, words in OTHERWISE]
        for day, words in sorted(done, key=lambda act: act[0]):
            run(day, words)
        run("2026-11-20", ["report", "--format", "html", "-o", f"{folder}/report.html"])
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = chromium.new_page(viewport={"width": 1200, "height": 1220})
            page.goto(Path(folder, "report.html").as_uri())
            return page.screenshot()


if __name__ == "__main__":
    TARGET.write_text(drawing(terminal_text()), encoding="utf-8", newline="\n")
    PAGE.write_bytes(page_picture())
    workbook_pictures()
