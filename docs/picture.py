"""Draws docs/status.svg: `devzone status` on the shipped plan, on a day. Run by `make picture`.

Rich's own SVG export leaves the width of Chinese characters to the reader's font; here every character stands on its
cell, so that columns meet in any font.
"""

from __future__ import annotations

import io
import os
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

TARGET = Path(__file__).with_name("status.svg")
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


if __name__ == "__main__":
    TARGET.write_text(drawing(terminal_text()), encoding="utf-8", newline="\n")
