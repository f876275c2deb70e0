"""Draws the pictures of the documentation, all on 23 November 2026 and the shipped plan. Run by `make picture`.

docs/status.svg is `devzone status`; form.png and overdue.png are workbooks as LibreOffice prints them. Rich's own SVG
export leaves the width of Chinese characters to the reader's font; in ours every character stands on its cell, so that
columns meet in any font.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text

from sm_devzone.cli import main

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


if __name__ == "__main__":
    (DOCS / "status.svg").write_text(drawing(terminal_text()), encoding="utf-8", newline="\n")
    workbook_pictures()
