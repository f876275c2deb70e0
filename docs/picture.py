"""Draws docs/status.svg: `devzone status` on the shipped plan, on a day. Run by `make picture`.

Rich's own SVG export leaves the width of Chinese characters to the reader's font; here every character stands on its
cell, so that columns meet in any font.

The papers (docs/bulletin.png, docs/notice.png) are what LibreOffice makes of the Word files.
"""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import tempfile
import zlib
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


WEEK = (
    "update 4 --unit 商务局 --progress 60 --note 已整合三个园区 --problem 化工园区边界待协调 --next 12月底前完成移交",
    "update 4 --unit 三元 --done --note 两园合并，已挂牌",
    "close 4 --unit 三元 --note 验收材料齐全",
    "extend 4 --unit 大田 --to 2027-01-31 --reason 债务清理未完，市政府同意",
    "update 17 --unit 工信局 --period 2026 --note 完成两个园区的体检 --next 月底前完成全部体检",
    "update 9 --unit 人社局 --note 举办技能培训班4期，培训312人",
    "update 9 --unit 林业局 --note 本期无变化",
    "update 9 --unit 发改委 --note 本期无变化",
    "urge 4 --unit 建宁 --by-means 电话 --note 答应周五报",
)
INSTEAD = {
    "方正小标宋简体": "Noto Serif CJK SC:bold",
    "仿宋_GB2312": "Noto Serif CJK SC",
    "楷体_GB2312": "Noto Serif CJK SC",
    "Times New Roman": "Noto Serif CJK SC",
    "宋体": "Noto Serif CJK SC",
    "黑体": "Noto Sans CJK SC:bold",
}
"""What stands in for the fonts of the standard where they are not installed."""


def _run(words: str, day: str, folder: Path) -> list[Path]:
    """What one command line prints on `day`, as paths in `folder`."""
    screen, sys.stdout = sys.stdout, io.StringIO()
    try:
        moment = datetime.fromisoformat(f"{day}T09:00:00+08:00").astimezone(UTC)
        assert main(words.split(), clock=lambda: moment) == 0
        return [folder / line for line in sys.stdout.getvalue().splitlines()]
    finally:
        sys.stdout = screen


def papers() -> dict[str, bytes]:
    """File name -> picture of the bulletin of a week (first page and annex), and of a slip."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {"DEVZONE_DB": f"{folder}/week.db", "DEVZONE_USER": "小林"}
        os.environ.pop("DEVZONE_PLAN", None)
        for words in WEEK:
            _run(words, "2026-11-18", folder)
        (report,) = _run(f"report --week 2026-W47 --number 12 --format docx -o {folder}", "2026-11-20", folder)
        _run(f"notice --unit 建宁 -o {folder}", "2026-11-20", folder)
        (slip,) = _run(f"notice --unit 建宁 -o {folder}", "2026-11-30", folder)
        pages = _pages(report, folder)
        return {"bulletin.png": _beside([pages[0], pages[-1]]), "notice.png": _beside(_pages(slip, folder))}


Image = tuple[int, int, bytes]
"""Width and height in pixels, and three bytes a pixel."""


def _pages(paper: Path, folder: Path) -> list[Image]:
    """The pages of a Word file as LibreOffice shows them."""
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
    soffice = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
    env = os.environ | {"FONTCONFIG_FILE": str(fonts)}
    subprocess.run([*soffice, "--outdir", str(folder), str(paper)], check=True, capture_output=True, env=env)
    place = folder / f"{paper.stem}-page"
    subprocess.run(["pdftoppm", "-r", "64", str(paper.with_suffix(".pdf")), str(place)], check=True)
    return [_image(file.read_bytes()) for file in sorted(folder.glob("*-page-*.ppm")) if paper.stem in file.name]


def _image(ppm: bytes) -> Image:
    _, size, _, pixels = ppm.split(b"\n", 3)
    width, height = map(int, size.split())
    return width, height, pixels


def _beside(images: list[Image], gap: int = 16) -> bytes:
    """A PNG of `images` side by side on grey."""
    width, height = sum(w + gap for w, _, _ in images) + gap, max(h for _, h, _ in images) + 2 * gap
    rows = [bytearray(b"\xe0" * (3 * width)) for _ in range(height)]
    left = gap
    for w, h, pixels in images:
        for y in range(h):
            rows[gap + y][3 * left : 3 * (left + w)] = pixels[3 * w * y : 3 * w * (y + 1)]
        left += w + gap

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


if __name__ == "__main__":
    TARGET.write_text(drawing(terminal_text()), encoding="utf-8", newline="\n")
    for name, picture in papers().items():
        TARGET.with_name(name).write_bytes(picture)
