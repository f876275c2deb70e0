"""Plain text and Markdown: UTF-8 with or without BOM, UTF-16 with one, else GB18030."""

from __future__ import annotations

import re

from sm_devzone.domain import text as text_rules
from sm_devzone.domain.reading.duties import role_of_heading
from sm_devzone.domain.reading.text import Line, as_viewed, joined
from sm_devzone.errors import CannotRead

_RULE = re.compile(r"\s*(?:[-*_=]\s*){3,}$")
_SEPARATOR = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)+\|?\s*$")


def decoded(content: bytes) -> str | None:
    """`content` as text; None where it is none. A form feed is the end of a page."""
    text = text_rules.decoded(content)
    return None if text is None or re.search("[\x00-\x08\x0e-\x1f]", text) else text


def fits(content: bytes) -> bool:
    if content.startswith((b"%PDF-", b"PK\x03\x04")):
        return False
    text = decoded(content)
    return text is not None and not looks_like_web(text)


def looks_like_web(text: str) -> bool:
    """Whether a text is marked up as a web page, whole or in part."""
    head = text[:20000].lower()
    return (
        bool(re.search(r"<!doctype html|<html[\s>]|<head[\s>]|<body[\s>]", head))
        or len(re.findall(r"</?(?:p|div|br|table|tr|td|span|li|h\d)[\s>/]", head)) >= 3
    )


def lines(content: bytes) -> list[Line]:
    text = decoded(content)
    if text is None:
        raise CannotRead("不是文本", "请另存为 UTF-8 的 .txt")
    raw = re.split(r"\r\n?|\n|\u2028|\u2029|\x0b|\x85", text)
    found: list[Line] = []
    table = 0
    in_table = False
    for number, line in enumerate(raw, 1):
        cells = _cells(line)
        if cells is None and in_table and line.count("\t") >= 2:
            cells = tuple(line.split("\t"))
        if cells is None and line.count("\t") >= 2 and _is_head(line.split("\t")):
            cells = tuple(line.split("\t"))
        if _SEPARATOR.match(line) and in_table:
            found.append(Line(number, ""))
            continue
        if cells is None:
            in_table = False
            found.append(Line(number, _without_marks(line)))
            continue
        if not in_table:
            table, in_table = table + 1, True
        found.append(Line(number, "\t".join(cells), None, tuple(cells), table))
    return found


def _is_head(cells: list[str]) -> bool:
    return any(role_of_heading(re.sub("[\\s*]", "", as_viewed(joined(cell)))) for cell in cells)


def _cells(line: str) -> tuple[str, ...] | None:
    """The cells of a row of a Markdown table."""
    own = line.strip()
    if not own.startswith("|") or own.count("|") < 3 or _SEPARATOR.match(line):
        return None
    return tuple(
        _without_marks(cell.replace("\\|", "|")).replace("<br>", "\n").strip()
        for cell in re.split(r"(?<!\\)\|", own.strip("|"))
    )


def _without_marks(line: str) -> str:
    """`line` without the marks of Markdown; a star beside a unit is none."""
    if _RULE.match(line) and not re.search("[\u4e00-\u9fff]", line):
        return ""
    own = re.sub(r"^(\s*)#{1,6}\s+", r"\1", line)
    own = re.sub(r"^(\s*)(?:>\s?)+", r"\1", own)
    own = re.sub(r"^(\s*)[-*+•·]\s+", r"\1", own)
    own = re.sub(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"\2", own)
    own = re.sub(r"!?\[([^\]]*)\]\((?:https?:|/|#|\.)[^)]*\)", r"\1", own)
    return re.sub(r"\\([\\`*_{}\[\]()#+.!|-])", r"\1", own)
