"""What counts as text, as it is kept and as it is shown: the one home of these rules, for what comes in and goes out.

Kept is what a person can have meant: no control characters, one kind of line end. Shown is whatever lies in a journal,
for journals are also filled by other hands; there each character that steers a terminal or turns the reading direction
becomes �.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from sm_devzone.errors import WrongUsage

_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
"""What no text holds: control characters other than tabs and line ends, halves of a pair, what is no character."""

# All compiled where they are first used: sets of so many characters take their time.
_STRAY = f"[{_CONTROLS}\r]"
_STRAY_IN_FILE = f"[{_CONTROLS}\u2028\u2029]"
STEERING = f"[{_CONTROLS}\r\u202a-\u202e\u2066-\u2069]"
"""What must not reach a terminal or a paper as it is."""

_INVISIBLE = (
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""What takes no ink: Default_Ignorable_Code_Point of Unicode, the blank of braille, and marks between lines."""

_LOOK_ALIKES = ("KANGXI RADICAL", "CJK RADICAL", "CJK COMPATIBILITY IDEOGRAPH", "PRIVATE")
"""How Unicode calls what fonts draw like the character that a person means; it mostly comes out of PDF files."""

_CLASSIFIED = r"[秘机绝][^\S\n]*密[^\S\n]*★"
_BREAKS = "[\t\n\r\v\f\x85\u2028\u2029]+"
_LINE_ENDS = "\r\n|[\r\v\f\x85\u2028\u2029]"


def decoded(raw: bytes) -> str | None:
    """Text as programs here write it: UTF-8 (a BOM does not matter), UTF-16 with a BOM, else GB18030; None for none."""
    for encoding in ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def stray_character(text: str) -> re.Match[str] | None:
    """The first character of what somebody wrote that is no text. Tabs and line ends are: they come out of Word."""
    return re.search(_STRAY, text)


def stray_in_file(text: str) -> re.Match[str] | None:
    """As `stray_character`, of a file of lines: with line ends that editors do not show, and so do not count."""
    return re.search(_STRAY_IN_FILE, text)


def named(stray: re.Match[str]) -> str:
    return f"控制字符 U+{ord(stray[0]):04X}"


def one_line_end(text: str) -> str:
    """`text` with every kind of line end, Word's soft one among them, as a plain line end, and trimmed."""
    return re.sub(_LINE_ENDS, "\n", text).strip()


def check_text(label: str, text: str | None) -> str | None:
    """`text` as it is kept, None when there is none. Raises WrongUsage for what is no text."""
    kept = one_line_end(text or "")
    if stray := stray_character(kept):
        raise WrongUsage(f"{label}的第 {stray.start() + 1} 个字符是{named(stray)}，不能保存", "请删去它再试")
    return None if is_blank(kept) else kept


def without_invisible(text: str) -> str:
    """`text` without the characters that nobody sees; blanks stay."""
    return text if text.isascii() else re.sub(_INVISIBLE, "", text)


def is_blank(text: str) -> bool:
    """Whether a person sees nothing where `text` stands."""
    return not without_invisible(text).strip()


def hard_to_see(text: str) -> str:
    """The first character of a name that a person overlooks, or takes for another one, by its place and code point."""
    for place, character in enumerate(text, 1):
        if without_invisible(character) != character:
            return f"第 {place} 个字符看不见（U+{ord(character):04X}）"
        if unicodedata.name(character, "PRIVATE").startswith(_LOOK_ALIKES):
            return f"第 {place} 个字符“{character}”（U+{ord(character):04X}）和常用字看起来一样，却不是一个字"
    return ""


_HALF_WIDTH = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def half_width(text: str) -> str:
    """`text` with the letters, digits and marks of a Chinese keyboard as those of another; 8² stays what it is."""
    return text.translate(_HALF_WIDTH)


def secret_mark(text: str) -> str | None:
    """The first 密级标志 in `text`, as papers bear it, None where there is none; blanks in it do not matter."""
    found = re.search(_CLASSIFIED, without_invisible(text)) if "★" in text else None
    return "".join(found[0].split()) if found else None


@lru_cache(maxsize=4096)  # a form says the same of many rows
def squeezed(text: str) -> str:
    """`text` as words are compared: by what is seen, without blanks, full-width and half-width forms alike."""
    return "".join(unicodedata.normalize("NFKC", without_invisible(text)).split())


_PERCENT = "([0-9\uff10-\uff19]+(?:[.\uff0e][0-9\uff10-\uff19]*)?)([%\uff05]?)"
"""A percentage as people write it, be it in full-width forms; 8² is none."""


def percentage(text: str) -> tuple[float, bool] | None:
    """The number that `text` writes, and whether the sign stands behind it; None where it is no percentage."""
    found = re.fullmatch(_PERCENT, "".join(without_invisible(text).split()))
    return (float(squeezed(found[1])), bool(found[2])) if found else None


def plain(text: str) -> str:
    """`text` without what would steer a terminal or turn the reading direction; each such character shows as �."""
    return text if text.isprintable() else re.sub(STEERING, "�", text)


def one_line(text: str) -> str:
    """`text` as part of one line: plain, its tabs and line ends blanks."""
    return text if text.isprintable() else plain(re.sub(_BREAKS, " ", text))


def running(text: str) -> str:
    """`text` as a paragraph runs: plain, on one line, with one blank where there are several."""
    return " ".join(plain(text).split())
