"""Which column of an office's own ledger is what: proposed from its headings, and named by a person where they do not
tell. Headings may take several rows, and a heading may say the day or the year of all that stands below it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import NamedTuple

from sm_devzone.domain.answers import EMPTY, Cell
from sm_devzone.domain.calendar import day_of
from sm_devzone.domain.gathering import gathered
from sm_devzone.domain.glossary import key_of
from sm_devzone.domain.text import running, squeezed
from sm_devzone.errors import WrongUsage

FIELDS = {
    "number": "措施序号",
    "measure": "措施",
    "milestone": "节点",
    "period": "周期",
    "unit": "责任单位",
    "due": "完成时限",
    "state": "状态",
    "done_on": "完成日期",
    "closed_on": "销号日期",
    "progress": "进度%",
    "note": "进展情况",
    "problem": "存在问题",
    "next_step": "下一步打算",
    "reported_on": "报送日期",
    "material": "佐证材料",
    "reporter": "填报人",
    "phone": "联系电话",
}
"""What a column may be; the first six say which duty a row is about, the rest what happened."""

IDENTITY = ("number", "measure", "milestone", "period", "unit", "due")

_TELLING = ("state", "done_on", "note", "progress")
"""Of these a ledger has at least one, or it says nothing that happened."""

_SERIAL, _STATE_OR_NOTE, _DONE_OR_DUE, _LESSER_UNIT = "serial", "state_or_note", "done_or_due", "lesser_unit"
"""What a heading may be beside FIELDS: it depends on what else stands in the table."""

_WORDS = {
    "reported_on": r"(最近)?(报送|填报|上报|反馈|更新|汇报|登记)(日期|时间)?|.*(进展|落实|办理)情况?/(日期|时间)"
    r"|日期|时间",
    "note": r".*(进展|落实|办理)情况?/(内容|情况|具体情况|进展)|(工作|目前|最新|当前|任务|本期|最近)?进展(情况|成效)?"
    r"|工作(情况|成效)|情况说明",
    "number": r"(措施|任务)(序号|编号|号)|条目",
    _SERIAL: r"序号?|编号|no\.?",
    "unit": r"(主要)?责任(单位|部门|主体)(名称)?|单位(名称)?",
    _LESSER_UNIT: r"(牵头|主办|承办|落实|实施|填报|报送|主责)(单位|部门)|牵头|责任县区?|县市区",
    "due": r"(完成|办结|落实|整改|办理)?(时限|期限|截止时间|截止日期)(要求)?"
    r"|(计划|要求|应|目标|规定|拟)(完成|办结)?(时间|日期)|时间节点|时间要求",
    "closed_on": r"(销号|审核|审核通过)(日期|时间)",
    "done_on": r"(实际)?(完成|办结|完结)日期|实际(完成|办结)时间|办结时间|.*(完成|办结)(情况)?/(日期|时间)",
    _DONE_OR_DUE: r"完成时间",
    "state": r"(当前|目前|办理|完成|落实|推进|任务|工作|本期|办结|进展)?状态|是否(完成|办结|销号)|办结情况",
    _STATE_OR_NOTE: r"(目前)?(落实|办理|完成|推进)情况",
    "progress": r"(完成|工作|任务|目前)?(进度|完成率|完成比例)%?",
    "problem": r"(主要|目前)?(存在|遇到)?的?(主要)?(困难|问题)([和与及、](困难|问题|建议))?",
    "next_step": r"下一?步的?(工作)?(打算|计划|安排|措施|举措|工作)?",
    "milestone": r"(任务)?节点(名称)?",
    "period": r"周期|年度|期次",
    "measure": r"(重点|主要|工作|具体|督办|督查|目标|政策)*(措施|任务|事项|举措)(名称|内容|标题|事项)?|(工作|督办)内容",
    "material": r"(佐证|印证|证明|支撑)材料",
    "reporter": r"填报人|联系人|联络员|经办人",
    "phone": r"(联系|办公)?电话|联系方式",
}
"""How headings are worded, without years, days and what stands in brackets; parts of a path stand between strokes."""

_PATTERNS = {field: re.compile(pattern) for field, pattern in _WORDS.items()}
_SETTLED = {_LESSER_UNIT: "unit", _STATE_OR_NOTE: "note", _DONE_OR_DUE: "done_on", _SERIAL: "number"}

_LOOKED_AT = 40
"""Rows in which the headings are looked for."""

_YEAR = re.compile(r"(?<![\d.-])(20\d\d)(?=年|[)/]|$)")
_MONTH_AND_DAY = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])月(?:(3[01]|[12]\d|0?[1-9])[日号])?")
_FULL_DAY = re.compile(r"(?<!\d)(20\d\d)[年./-](1[0-2]|0?[1-9])[月./-](3[01]|[12]\d|0?[1-9])(?!\d)日?")
_AS_OF = re.compile(r"截[至止]")
_NOT_OF_A_NAME = re.compile(rf"截[至止]|{_FULL_DAY.pattern}|20\d\d年度?|{_MONTH_AND_DAY.pattern}份?底?|\([^)]*\)|[*:?]")


class Block(NamedTuple):
    """A merged range: the numbers of its first column and row, and of its last."""

    left: int
    top: int
    right: int
    bottom: int


class Table:
    """One sheet of a ledger: row number -> column number -> cell, what is merged, the letter of each column.

    `notes` are pairs of a place and what lies there that is no cell.
    """

    def __init__(
        self,
        file: str,
        sheet: str,
        rows: Mapping[int, Mapping[int, Cell]],
        blocks: Sequence[Block],
        letters: Mapping[int, str],
        notes: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.file, self.sheet, self.rows, self.letters, self.notes = file, sheet, rows, letters, notes
        last = max(rows, default=0)
        self._blocks = {
            (row, column): block
            for block in blocks
            for row in range(block.top, min(block.bottom, last) + 1)
            for column in letters
            if block.left <= column <= block.right
        }

    def block(self, row: int, column: int) -> Block | None:
        """The merged range that a cell lies in."""
        return self._blocks.get((row, column))

    def cell(self, row: int, column: int) -> Cell:
        """What a person sees at a place: in a merged range what stands in its first cell."""
        block = self.block(row, column)
        at = (block.top, block.left) if block else (row, column)
        return self.rows.get(at[0], {}).get(at[1], EMPTY)

    def words(self, row: int, column: int) -> str:
        return running(self.cell(row, column).shown)

    def at(self, row: int, column: int) -> str:
        return f"{self.letters.get(column, '')}{row}"


class Column(NamedTuple):
    """A column that is read. `heading` is its path, `day` and `year` what the heading says of all below it.

    `is_vague` says that the heading names a month and no day.
    """

    place: int
    field: str
    heading: str
    day: date | None = None
    year: int | None = None
    is_vague: bool = False


class Layout(NamedTuple):
    """How a ledger lies: its heading rows, the columns that are read, those that are not, the day that it is as of."""

    first: int
    last: int
    columns: tuple[Column, ...]
    unused: tuple[tuple[int, str], ...]
    day: date | None

    def of(self, field: str) -> Column | None:
        return next((column for column in self.columns if column.field == field), None)


def propose(
    table: Table, named: Mapping[str, str], is_measure: Callable[[str], bool], is_state: Callable[[str], bool]
) -> Layout | None:
    """How `table` lies, None where it has neither headings that are known nor those `named` (field -> what names it).

    `is_measure` and `is_state` tell of the words of a cell whether they are one. Raises WrongUsage, with the way to
    name columns, where the headings leave a choice.
    """
    rows = _head(table, named)
    if rows is None:
        return None
    first, last = rows
    paths = dict(_paths(table, first, last))
    found = {place: _meant(path) for place, path in paths.items()}
    for field, name in named.items():
        place = None if name in _NONE else _place(table, paths, field, name)
        found = {at: "" if own in _alike(field) or at == place else own for at, own in found.items()}
        if place is not None:
            found[place] = field
    below = {place: [table.words(row, place) for row in sorted(table.rows) if row > last] for place in found}
    _settle(found, below, is_measure, is_state)
    columns = [
        _column(place, field, paths[place], _day_in_heading(table, place, rows))
        for place, field in sorted(found.items())
        if field in FIELDS
    ]
    _check(table, paths, found, columns)
    unused = [(place, paths[place]) for place, field in sorted(found.items()) if field not in FIELDS]
    return Layout(first, last, tuple(columns), tuple(unused), _as_of(table, first))


def named_columns(options: Sequence[str]) -> dict[str, str]:
    """What `--columns 措施=B,状态=办理状态` names: field -> letter, cell or heading. Raises WrongUsage."""
    named: dict[str, str] = {}
    for pair in filter(None, (part.strip() for option in options for part in re.split("[,，;；]", option))):
        word, sign, name = (part.strip() for part in unicodedata.normalize("NFKC", pair).partition("="))
        field = key_of(FIELDS, word) or _meant(word)
        field = _SETTLED.get(field, field)
        if not sign or not name or field not in FIELDS:
            raise WrongUsage(
                f"--columns 里的“{pair}”看不懂",
                f"写成 措施=B,责任单位=C,状态=办理状态；可写：{'、'.join(FIELDS.values())}",
            )
        if field in named:
            raise WrongUsage(f"--columns 里“{FIELDS[field]}”写了两次", "一项只写一列")
        named[field] = name
    return named


_NONE = ("无", "-", "—")
"""How --columns says that no column is a field, whatever the headings say."""
_BY_LETTER = re.compile("([A-Za-z]{1,3})([0-9]{0,7})")


def _alike(field: str) -> tuple[str, ...]:
    """`field`, and what a heading may be taken for that is settled as it."""
    return field, *(unsettled for unsettled, settled in _SETTLED.items() if settled == field)


# Headings


def _head(table: Table, named: Mapping[str, str]) -> tuple[int, int] | None:
    """The rows that hold the headings: where --columns names a cell its row, else the first row that has any two."""
    rows = sorted(table.rows)[:_LOOKED_AT]
    given = {int(found[2]) for name in named.values() if (found := _BY_LETTER.fullmatch(name)) and found[2]}
    for row in sorted(given) or rows:
        there = {place: _name(words) for place in table.letters if (words := table.words(row, place))}
        known = {_meant(words) for words in there.values()} - {""}
        known |= {field for field, name in named.items() if _name(name) in there.values()}
        if given or (len(known) > 1 and known & {"measure", "number", _SERIAL, "unit", _LESSER_UNIT}):
            top = row - 1 if _is_above(table, row - 1) else row
            return top, _bottom(table, row)
    return None


def has_headings(table: Table, row: int) -> bool:
    """Whether a row holds headings: of another table, where it stands below those of this one."""
    words = [table.words(row, place) for place in table.rows[row]]
    fields = {field for field in map(_meant, words) if field}
    return len(fields) > 2 and len(fields) > len(words) // 2


def _is_above(table: Table, row: int) -> bool:
    """Whether a row gathers columns under several headings, as a title across them does not."""
    blocks = {block for place in table.letters if (block := table.block(row, place)) and block.right > block.left}
    there = {words for place in table.letters if (words := table.words(row, place))}
    return len(there) > 1 and any(block.bottom == row for block in blocks)


def _bottom(table: Table, row: int) -> int:
    """The last heading row: below merged headings, and below those that only parts of a heading stand under."""
    blocks = [block for place in table.letters if (block := table.block(row, place))]
    last = max([row, *(block.bottom for block in blocks if block.top <= row)])
    below = {place: table.words(last + 1, place) for place in table.rows.get(last + 1, {})}
    below = {place: words for place, words in below.items() if words}
    places = sorted(table.letters)
    wide = {place for place in places if (own := table.block(last, place)) and own.right > own.left}
    blank = {place for place in places if not table.words(last, place)}
    free = wide | blank | {place for place, beside in pairwise(places) if beside in blank}
    is_of_headings = any(_meant(words) or _of_a_day(words) for words in below.values())
    return last + 1 if below and below.keys() <= free and is_of_headings else last


def _paths(table: Table, first: int, last: int) -> Iterator[tuple[int, str]]:
    """Column -> its heading from the top down, 进展情况/内容. One across columns is of the first of them."""
    for place in table.letters:
        end = table.block(last, place)
        if end is not None and end.left < place:
            continue
        parts = [_over(table, row, place, last) for row in range(first, last + 1)]
        if path := "/".join(words for words, _ in groupby(parts) if words):
            yield place, path


def _over(table: Table, row: int, place: int, last: int) -> str:
    """The heading of one row over a column: its own, or that of the column to the left which it is a part of."""
    if (words := table.words(row, place)) or row == last or not table.words(last, place):
        return words
    left = [at for at in table.letters if at < place and table.words(row, at)]
    near = max(left, default=None)
    is_part = near is not None and table.words(last, near) != "" and table.block(row, near) is None
    return table.words(row, near) if near is not None and is_part else ""


def _name(words: str) -> str:
    return _NOT_OF_A_NAME.sub("", squeezed(words)).strip("/").casefold()


def _meant(path: str) -> str:
    """What a heading says its column is; empty where it says nothing that is known."""
    *above, leaf = (_name(part) for part in path.split("/"))
    whole = "/".join(filter(None, (*above, leaf)))
    ways = dict.fromkeys(filter(None, (whole, whole.replace("/", ""), leaf)))
    return next((field for way in ways for field, words in _PATTERNS.items() if words.fullmatch(way)), "")


def _of_a_day(words: str) -> bool:
    return bool(_MONTH_AND_DAY.search(squeezed(words)) or _FULL_DAY.search(squeezed(words)))


def _column(place: int, field: str, path: str, day: date | None) -> Column:
    words = squeezed(path)
    if field in IDENTITY:
        return Column(place, field, path)
    years = {int(year) for year in _YEAR.findall(words)}
    year = min(years) if len(years) == 1 else None
    if field != "note":
        return Column(place, field, path, year=year)
    full, part = _FULL_DAY.search(words), _MONTH_AND_DAY.search(words)
    day = day_of(*map(int, full.groups())) if full else day
    if day is None and year and part and part[2]:
        day = day_of(year, int(part[1]), int(part[2]))
    return Column(place, field, path, day, year, is_vague=bool(part) and day is None)


def _day_in_heading(table: Table, place: int, head: tuple[int, int]) -> date | None:
    """The day that stands as one in a heading, whatever of it is shown."""
    days = {table.cell(row, place).day for row in range(head[0], head[1] + 1)} - {None}
    return days.pop() if len(days) == 1 else None


def _as_of(table: Table, first: int) -> date | None:
    """The one day that the lines above the headings say the whole ledger is as of."""
    days = set()
    for row in (row for row in table.rows if row < first):
        for place in table.rows[row]:
            words = squeezed(table.words(row, place))
            if _AS_OF.search(words) and (found := _FULL_DAY.search(words)):
                days.add(day_of(*map(int, found.groups())))
    return days.pop() if len(days) == 1 else None


# What the headings leave open


def _place(table: Table, paths: Mapping[int, str], field: str, name: str) -> int:
    """The column that --columns names by its letter or its heading. Raises WrongUsage."""
    fitting = [
        place for place, path in paths.items() if squeezed(name) in (squeezed(path), squeezed(path.split("/")[-1]))
    ]
    by_letter = _BY_LETTER.fullmatch(name)
    if not fitting and by_letter:
        fitting = [place for place in paths if table.letters[place] == by_letter[1].upper()]
    if len(fitting) != 1:
        why = "没有这一列" if not fitting else f"有 {len(fitting)} 列都叫“{name}”，请写列号"
        raise WrongUsage(f"--columns {FIELDS[field]}={name}：{why}", f"表头：{_listed(table, paths)}")
    return fitting[0]


def _settle(
    found: dict[int, str],
    below: Mapping[int, Sequence[str]],
    is_measure: Callable[[str], bool],
    is_state: Callable[[str], bool],
) -> None:
    """Settle by the rest of the table, and by what stands below, what a heading alone does not tell."""

    def those(field: str) -> list[int]:
        return [place for place, own in found.items() if own == field]

    if "state" not in found.values():
        for place in those(_STATE_OR_NOTE):
            if (words := [*filter(None, below[place])]) and all(map(is_state, words)):
                found[place] = "state"
    for place in those(_STATE_OR_NOTE):
        found[place] = "note"
    if "unit" not in found.values():
        for place in those(_LESSER_UNIT):
            found[place] = "unit"
    done, due = those("done_on"), those("due")
    for place in those(_DONE_OR_DUE):
        if bool(done) != bool(due):
            found[place] = "due" if done else "done_on"
    several = those("measure")
    if len(several) > 1:
        telling = [place for place in several if any(map(is_measure, filter(None, below[place])))]
        if len(telling) == 1:
            found.update((place, "measure" if place in telling else "") for place in several)


def _check(table: Table, paths: Mapping[int, str], found: Mapping[int, str], columns: Sequence[Column]) -> None:
    """Raises WrongUsage where a column is missing, or where two could be one."""

    def ask(said: str, example: str) -> WrongUsage:
        return WrongUsage(
            f"工作表“{table.sheet}”{said}", f"表头：{_listed(table, paths)}\n请写明是哪一列，例如 --columns {example}"
        )

    by_field = gathered((column.field, column) for column in columns)
    if odd := [place for place, field in found.items() if field == _DONE_OR_DUE]:
        letter = table.letters[odd[0]]
        raise ask(f"的“完成时间”（{letter} 列）看不出是时限还是完成日期", f"完成日期={letter} 或 完成时限={letter}")
    for field, several in by_field.items():
        if len(several) == 1 or (field == "note" and len({own.day for own in several}) == len(several)):
            continue
        term, letters = FIELDS[field], [table.letters[own.place] for own in several]
        if any(own.is_vague for own in several):
            said = f"有 {len(several)} 列“{term}”，表头只到月，看不出是哪天报的；把表头写到日，如 2025年1月31日"
            raise ask(said, f"{term}={letters[-1]}（只收这一列）")
        raise ask(f"有 {len(several)} 列像“{term}”（{'、'.join(letters)}）", f"{term}={letters[0]}")
    if "unit" not in by_field:
        raise ask("没有认出“责任单位”这一列", "责任单位=C")
    if "measure" not in by_field and "number" not in by_field:
        raise ask("没有认出“措施”这一列", "措施=B（标题）或 措施序号=A")
    if not any(field in by_field for field in _TELLING):
        raise ask("没有认出状态、进展或完成日期", "状态=F,完成日期=G,进展情况=H")


def _listed(table: Table, paths: Mapping[int, str]) -> str:
    return "、".join(f"{table.letters[place]} {path}" for place, path in paths.items())
