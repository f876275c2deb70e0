"""Draws the pictures of README and guide, of the shipped plan and a journal that is made up. Run by `make picture`.

status.svg is `devzone status`, draft.svg the list of doubts of `devzone draft`; report.png, report-phone.png and
report-print.png are the page of a report, which needs Chromium; the others are workbooks and papers (PAPERS) as
LibreOffice prints them. Rich's own SVG export leaves the width of Chinese characters to the reader's font; in ours
every character stands on its cell, so that columns meet.
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

DOCS = Path(__file__).parents[1] / "docs"
EXAMPLE = DOCS / "examples" / "青河市河湖管护措施.txt"
COLUMNS, CELL, LINE, PAD = 120, 8.4, 21, 18
FRIDAY = "2026-11-20"


class _Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def terminal_text(*words: str) -> str:
    """What a terminal of COLUMNS cells gets of a command, with its colours, on 23 November 2026, the journal empty."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(DEVZONE_DB=f"{folder}/none.db", COLUMNS=str(COLUMNS), FORCE_COLOR="1", TERM="xterm-256color")
        os.environ.pop("DEVZONE_PLAN", None)
        screen, sys.stdout = sys.stdout, _Terminal()
        try:
            main(
                [word.replace("FOLDER", folder) for word in words], clock=lambda: datetime(2026, 11, 23, 1, tzinfo=UTC)
            )
            return sys.stdout.getvalue()
        finally:
            sys.stdout = screen


def drawing(ansi: str, command: str) -> str:
    """`ansi` as an SVG picture of a terminal window."""
    console = Console(width=COLUMNS, file=io.StringIO(), color_system="truecolor", force_terminal=True)
    lines = console.render_lines(Text.from_ansi(f"$ {command}\n\n{ansi.rstrip()}"), pad=False)
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
        f' font-size="15"><title>{escape(command)}</title>'
        f'<rect width="100%" height="100%" rx="8" fill="#1f2329"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


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


def act(day: str, words: str) -> list[Path]:
    """Run one command line on a day, and return the files that it says it wrote."""
    moment = datetime.fromisoformat(f"{day}T09:00:00+08:00").astimezone(UTC)
    with redirect_stdout(io.StringIO()) as printed:
        if main(words.split(" "), clock=lambda: moment):
            raise SystemExit(words)
    return [Path(line) for line in printed.getvalue().splitlines()]


def play() -> None:
    """All that is made up, day by day, into the journal in use."""
    acts = list(OTHERWISE)
    for measure, finished in (("4", MERGED), ("17", CHECKED)):
        for day, unit, closing in finished:
            acts.append((day, f"update {measure} --unit {unit} --done --note 已完成"))
            acts.append((closing, f"close {measure} --unit {unit} --note 材料齐全"))
    for day, words in sorted(acts, key=lambda done: done[0]):
        act(day, words)


def page_pictures(folder: Path) -> None:
    """The top of the page of the week until Friday, as a desktop and a phone show it, and its first sheet in print."""
    from playwright.sync_api import sync_playwright

    (page,) = act(FRIDAY, f"report --format html -o {folder}/report.html")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, width, height in (("report", 1200, 1220), ("report-phone", 390, 1220)):
            tab = chromium.new_page(viewport={"width": width, "height": height})
            tab.goto(page.as_uri())
            (DOCS / f"{name}.png").write_bytes(tab.screenshot())
        tab.pdf(path=folder / "report.pdf", prefer_css_page_size=True)
    drawn = [
        "pdftoppm",
        "-r",
        "80",
        "-f",
        "1",
        "-singlefile",
        "-png",
        f"{folder}/report.pdf",
        str(DOCS / "report-print"),
    ]
    subprocess.run(drawn, check=True)


INSTEAD = {
    "方正小标宋简体": "Noto Serif CJK SC:bold",
    "仿宋_GB2312": "Noto Serif CJK SC",
    "楷体_GB2312": "Noto Serif CJK SC",
    "Times New Roman": "Noto Serif CJK SC",
    "宋体": "Noto Serif CJK SC",
    "黑体": "Noto Sans CJK SC:bold",
}
"""What stands in for the fonts of the standard where they are not installed."""


PAPERS = {
    "form": ("send --unit 商务局 -o {folder}", "1", ["-r", "90", "-x", "30", "-y", "30", "-W", "1430", "-H", "560"]),
    "overdue": (
        "export overdue --format xlsx -o {folder}/overdue.xlsx",
        "1",
        ["-r", "90", "-x", "30", "-y", "30", "-W", "1430", "-H", "560"],
    ),
    "bulletin": ("report --number 12 --format docx -o {folder}", "1", ["-r", "80"]),
    "annex": ("report --force --format docx -o {folder}/annex.docx", "last", ["-r", "80"]),
    "notice": ("notice --unit 建宁 -o {folder}", "1", ["-r", "80"]),
    "card": ("card --unit 建宁 -o {folder}", "1", ["-r", "80"]),
    "letter": ("notice --unit 税务局 --measure 8 -o {folder}", "1", ["-r", "80"]),
}
"""Picture -> the command that writes the file, the page that is shown, and how pdftoppm draws it."""


def paper_pictures(folder: Path) -> None:
    """The pictures of PAPERS, as LibreOffice prints the files."""
    rules = "".join(
        f'<match target="pattern"><test name="family"><string>{asked}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{own.partition(":")[0]}</string></edit>'
        + ('<edit name="weight" mode="assign"><const>bold</const></edit>' if ":bold" in own else "")
        + "</match>"
        for asked, own in INSTEAD.items()
    )
    fonts = folder / "fonts.conf"
    fonts.write_text(
        f'<?xml version="1.0"?><fontconfig><include>/etc/fonts/fonts.conf</include>{rules}</fontconfig>', "utf-8"
    )
    env = os.environ | {"FONTCONFIG_FILE": str(fonts)}
    office = ["soffice", f"-env:UserInstallation={(folder / 'office').as_uri()}", "--headless", "--convert-to", "pdf"]
    for name, (words, page, how) in PAPERS.items():
        (paper,) = act(FRIDAY, words.format(folder=folder))
        paper = paper.rename(folder / f"{name}{paper.suffix}")
        subprocess.run([*office, "--outdir", str(folder), str(paper)], check=True, capture_output=True, env=env)
        pdf = str(paper.with_suffix(".pdf"))
        shown = page if page != "last" else _last_page(pdf)
        subprocess.run(["pdftoppm", *how, "-f", shown, "-singlefile", "-png", pdf, str(DOCS / name)], check=True)


def _last_page(pdf: str) -> str:
    told = subprocess.run(["pdfinfo", pdf], check=True, capture_output=True, text=True).stdout
    return next(line.split()[1] for line in told.splitlines() if line.startswith("Pages:"))


if __name__ == "__main__":
    for picture, shown, words in (
        ("status.svg", "devzone status", ["status"]),
        ("draft.svg", "devzone draft 河湖管护措施.pdf", ["draft", str(EXAMPLE), "-o", "FOLDER/plan.yaml"]),
    ):
        (DOCS / picture).write_text(drawing(terminal_text(*words), shown), encoding="utf-8", newline="\n")
    with tempfile.TemporaryDirectory() as name:
        os.environ |= {"DEVZONE_DB": f"{name}/example.db", "DEVZONE_USER": "小林", "XDG_CACHE_HOME": name}
        os.environ.pop("DEVZONE_PLAN", None)
        play()
        page_pictures(Path(name))
        paper_pictures(Path(name))
