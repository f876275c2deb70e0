"""Lines and paragraphs of a policy text, and the form in which they are looked at.

A paragraph is kept twice: `text` as printed, without blanks and line ends between Chinese characters, and `view` with
one form for each mark (full-width comma, colon, brackets), of the same length, so that a place in one is a place in
the other.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple


class Line(NamedTuple):
    """One line of the text as read. `number` counts from 1; `page` is None where the format has no pages.

    `cells` holds the cells of a table row, and `table` tells rows of one table from those of the next. `is_start` says
    that the format itself begins a paragraph here; None where it does not tell.
    """

    number: int
    text: str
    page: int | None = None
    cells: tuple[str, ...] | None = None
    table: int = 0
    is_start: bool | None = None


class Paragraph(NamedTuple):
    """Lines that belong together. `starts` holds (place in `text`, number of the line) in order."""

    text: str
    view: str
    starts: tuple[tuple[int, int], ...]
    page: int | None = None

    def line_at(self, place: int) -> int:
        """The number of the line on which the character at `place` stands."""
        return self.starts[max(0, bisect_right([start for start, _ in self.starts], place) - 1)][1]


class Span(NamedTuple):
    """A stretch of a paragraph, from `start` up to `end`."""

    start: int
    end: int


_BLANKS = re.compile("(?<![A-Za-z])[\\s\u3000\xa0]+|[\\s\u3000\xa0]+(?![A-Za-z])")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1f\x7f]")
_FULL = str.maketrans(
    {
        ",": "，",
        "﹐": "，",
        ":": "：",
        "︰": "：",
        "∶": "：",
        ";": "；",
        "(": "（",
        ")": "）",
        "[": "（",
        "]": "）",
        "［": "（",
        "］": "）",
        "【": "（",
        "】": "）",
        "〔": "（",
        "〕": "）",
        "〈": "（",
        "〉": "）",
        "﹝": "（",
        "﹞": "）",
        "〖": "（",
        "〗": "）",
        "<": "（",
        ">": "）",
        "｡": "。",
        "､": "、",
        "?": "？",
        "!": "！",
        "．": ".",
        "＊": "*",
        "★": "*",
        "☆": "*",
        "▲": "*",
        "％": "%",
        **{chr(0xFF10 + n): str(n) for n in range(10)},
    }
)
_STOP = re.compile("(?<=[\u4e00-\u9fff）”’」』》%])\\.(?!\\d)")
_IN_NUMBER = re.compile("(?<=\\d)[，：](?=\\d)")


def joined(text: str) -> str:
    """`text` without blanks, but those between Latin words, and without characters that nobody sees."""
    return _BLANKS.sub("", _INVISIBLE.sub("", text)).strip()


def as_viewed(text: str) -> str:
    """`text`, character by character, with one form for each mark."""
    view = _STOP.sub("。", text.translate(_FULL))
    return _IN_NUMBER.sub(lambda found: "," if found[0] == "，" else ":", view)


def paragraph(text: str, line: int, page: int | None = None) -> Paragraph:
    """A paragraph of one line."""
    own = joined(text)
    return Paragraph(own, as_viewed(own), ((0, line),), page)


def brackets(view: str) -> list[Span]:
    """The outermost brackets of `view`, both marks included; one that is never closed ends with the paragraph."""
    found: list[Span] = []
    depth, start = 0, 0
    for place, mark in enumerate(view):
        if mark == "（":
            if depth == 0:
                start = place
            depth += 1
        elif mark == "）" and depth:
            depth -= 1
            if depth == 0:
                found.append(Span(start, place + 1))
    if depth:
        found.append(Span(start, len(view)))
    return found


def split(view: str, marks: str) -> list[Span]:
    """The stretches of `view` between `marks` that stand outside brackets and quotes; empty ones are left out."""
    spans: list[Span] = []
    depth, start = 0, 0
    for place, mark in enumerate(view):
        if mark in "（“《‘「":
            depth += 1
        elif mark in "）”》’」":
            depth = max(0, depth - 1)
        elif mark in marks and not depth:
            spans.append(Span(start, place))
            start = place + 1
    spans.append(Span(start, len(view)))
    return [span for span in spans if view[span.start : span.end].strip()]


_DIGITS = {mark: value for value, mark in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "Ｏ": 0, "两": 2}


def number_of(text: str) -> int | None:
    """The number that `text` writes in Arabic digits or as 十一, 二十三, 一百零五; None where it writes none."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return int(text) if len(text) <= 9 else None
    total, digit = 0, 0
    for mark in text:
        if mark in _DIGITS:
            digit = _DIGITS[mark]
        elif mark in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[mark]
            digit = 0
        else:
            return None
    return total + digit if text else None


def year_of(text: str) -> int | None:
    """The year that four digits, Arabic or Chinese (二〇二四), write."""
    digits = "".join(str(_DIGITS.get(mark, mark)) for mark in text)
    return int(digits) if len(digits) == 4 and digits.isascii() and digits.isdigit() else None


def between(part: Paragraph, spans: Iterable[Span]) -> list[Span]:
    """The stretches of a paragraph outside `spans`."""
    found, start = [], 0
    for span in sorted(spans):
        if span.start > start:
            found.append(Span(start, span.start))
        start = max(start, span.end)
    if start < len(part.text):
        found.append(Span(start, len(part.text)))
    return found
