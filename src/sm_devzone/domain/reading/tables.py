"""Rows of a table (任务分解表, 责任清单) -> items, as paragraphs give them: one row, one measure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sm_devzone.domain.gathering import gathered
from sm_devzone.domain.reading.doubts import Doubt
from sm_devzone.domain.reading.duties import (
    LABEL,
    RESPONSIBLE,
    Part,
    Roster,
    clause_parts,
    role_of_heading,
    rosters,
    without_notes,
)
from sm_devzone.domain.reading.numbering import Number
from sm_devzone.domain.reading.outline import Item
from sm_devzone.domain.reading.text import Line, Paragraph, Span, as_viewed, joined, number_of, paragraph, split
from sm_devzone.domain.reading.units import ends_as_unit, is_unit

_NUMBER = re.compile("^(?:序号|编号|号|项次|条目)$")
_TIME = re.compile("时限|时间|期限|节点|进度|日期")
_TASK = re.compile(
    "任务|措施|举措|内容|事项|项目|工作|指标|要求|清单|名称|目标|做法|条款|要点|行动|政策|问题|标题|重点"
)
_OTHER = re.compile("备注|类别|领域|板块|分类|方面|联系|电话|领导|责任人|成果|依据|来源|章|一级|状态|说明")
_ROW_DEPTH = 4
_FIRST = re.compile("(?:[市省区县州](?!区$|县$|域)|自治区|各|有关|相关|国|中|人行|人民银行|团)[\u4e00-\u9fff（]{2}")


def items_of(rows: Sequence[Line]) -> tuple[list[Item], list[Doubt]]:
    """The measures in all tables of a text, and what of them was not read."""
    items: list[Item] = []
    doubts: list[Doubt] = []
    last: list[str] = []
    for table in gathered((row.table, row) for row in rows).values():
        head = _head(table)
        if head is None and last and table and len(table[0].cells or ()) == len(last):
            own, body = last, table  # a table that a page end cut in two
        elif head is None:
            doubts += _unread(table)
            continue
        else:
            own, body = head[1], table[head[0] :]
        last = own
        found, told = _table_items(own, body)
        items += found
        doubts += told
    return items, doubts


def _unread(table: Sequence[Line]) -> list[Doubt]:
    first = table[0]
    if not first.text.strip():
        return []
    serious = any(re.search("责任|牵头|配合|负责", row.text) for row in table)
    why = f"这张表没有责任单位一栏，{len(table)} 行都没有读作措施"
    return [_of_row(first, why, "任务清单" if serious else None)]


def _of_row(row: Line, why: str, other: str | None = None) -> Doubt:
    words = " ".join(row.text.split())[:80]
    return Doubt(row.number, row.page, None, "table", words, None, other, why)


def _head(table: Sequence[Line]) -> tuple[int, list[str]] | None:
    """How many rows the heading takes, and the headings of the columns."""
    for at, row in enumerate(table[:4]):
        words = [re.sub("[\\s*]", "", as_viewed(joined(cell))) for cell in row.cells or ()]
        if (
            any(role_of_heading(word) for word in words)
            and sum(bool(word) for word in words) > 1
            and all(len(word) <= 20 for word in words)
        ):
            if at + 1 < len(table):
                below = [re.sub("[\\s*]", "", as_viewed(joined(cell))) for cell in table[at + 1].cells or ()]
                second = [role_of_heading(word) for word in below]
                if (
                    len(below) == len(words)
                    and sum(role is not None for role in second) >= 1
                    and all(len(word) <= 12 for word in below)
                ):
                    return at + 2, [low or high for high, low in zip(words, below, strict=True)]
            return at + 1, words
    return None


def _table_items(heads: list[str], body: Sequence[Line]) -> tuple[list[Item], list[Doubt]]:
    roles = {at: role for at, word in enumerate(heads) if (role := role_of_heading(word))}
    times = [at for at, word in enumerate(heads) if at not in roles and _TIME.search(word)]
    number_at = next((at for at, word in enumerate(heads) if _NUMBER.match(word)), None)
    known = {*roles, *times, number_at}
    others = [at for at, word in enumerate(heads) if at not in known and not _OTHER.search(word)]
    tasks = [at for at in others if _TASK.search(heads[at])] or others
    items: list[Item] = []
    doubts: list[Doubt] = []
    title_at = _title_column(tasks, [row for row in body if row.cells and len(row.cells) >= len(heads)])
    if title_at is not None:
        tasks = [title_at, *(at for at in tasks if at != title_at)]
    for row in body:
        raw = list(row.cells or ())
        cells = [joined(cell) for cell in raw]
        filled = [cell for cell in cells if cell]
        if not filled or [re.sub("\\s", "", as_viewed(cell)) for cell in cells] == heads:
            continue
        if len(set(filled)) == 1 or len(cells) < len(heads):
            if len(cells) < len(heads) and len(filled) > 1:
                doubts.append(_of_row(row, "这一行的格数和表头不一样，没有读"))
            continue  # a heading across the whole row
        text = [cells[at] for at in tasks if cells[at]]
        if not text:
            doubts.append(_of_row(row, "这一行没有任务，没有读作措施"))
            continue
        printed = cells[number_at] if number_at is not None else ""
        value = number_of(re.sub("[^\\d一二三四五六七八九十百]", "", as_viewed(printed)))
        item = Item(Number("row", _ROW_DEPTH, value, "") if value else None, _ROW_DEPTH, closed=True)
        for cell in text:
            part = paragraph(cell, row.number, row.page)
            item.take(part, rosters(part))
        for at, role in roles.items():
            if cells[at].strip("/—-－无 "):
                part = paragraph(_as_list(raw[at]), row.number, row.page)
                item.take(part, [_roster(part, role, heads[at])])
        for at in times:
            if cells[at].strip("/—-－ "):
                part = paragraph(cells[at], row.number, row.page)
                whole = Span(0, len(part.text))
                item.take(part, [Roster(whole, (), has_label=True, times=(whole,))])
        items.append(item)
    return items, doubts


def _as_list(cell: str) -> str:
    """A cell with units on lines of their own, as one list; lines that only the width of the cell made are joined."""
    lines = [line.strip() for line in cell.split("\n") if line.strip()]
    if len(lines) > 1 and all(_is_whole(line) for line in lines):
        return "、".join(line.rstrip("、，,；;") for line in lines)
    return cell


def _is_whole(line: str) -> bool:
    """Whether a line of a cell is a list by itself, and not a piece of a name."""
    view = as_viewed(joined(line))
    if LABEL.match(view):
        return True
    tokens = [view[one.start : one.end].strip("*") for one in split(view.rstrip("。"), "、，；")]
    return (
        bool(tokens)
        and bool(_FIRST.match(tokens[0]))
        and all(is_unit(token) and ends_as_unit(token) for token in tokens)
    )


def _roster(part: Paragraph, role: str, head: str) -> Roster:
    span = Span(0, len(part.text))
    inner = rosters(part)
    if len(inner) == 1 and inner[0].has_label and inner[0].span == span:
        return inner[0]
    named, notes = without_notes(part, span)
    parts = clause_parts(part, named)
    if parts:
        return Roster(
            span,
            tuple(one._replace(role=role) if one.role == RESPONSIBLE else one for one in parts),
            notes,
            has_label=True,
            is_own_line=True,
        )
    return Roster(
        span, (Part(role, part.text[named.start : named.end], named.start, word=head),), notes, has_label=True
    )


def _title_column(tasks: Sequence[int], rows: Sequence[Line]) -> int | None:
    """Of several columns with words about the task, the one that names each row: short, and never the same twice."""
    best: tuple[float, int] | None = None
    for at in tasks:
        values = [joined((row.cells or ())[at]) for row in rows if len(row.cells or ()) > at]
        values = [value for value in values if value]
        if not values or len(set(values)) < len(values) * 0.9:
            continue
        size = sum(map(len, values)) / len(values)
        if best is None or size < best[0]:
            best = (size, at)
    return best[1] if best else (tasks[-1] if tasks else None)
