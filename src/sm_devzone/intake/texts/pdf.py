"""A PDF with text in it: its lines by page, and the rows of ruled tables (pypdf is loaded here).

Nothing in a PDF says what a line, a paragraph or a cell is: lines are put together from where the words stand, and a
table is read only where its rulings make a whole grid.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any, NamedTuple

from sm_devzone.domain.reading.duties import role_of_heading
from sm_devzone.domain.reading.text import Line, as_viewed, joined
from sm_devzone.errors import CannotRead
from sm_devzone.intake.limits import MAX_PAGES, MAX_TEXT

_SAVE = "请找原来的 Word 文件，或在 WPS、Word 里打开 PDF 另存为 .docx"
_NEAR = 3.0
"""Points within which two heights, or two rulings, are one."""
_LEAST = 15
"""Characters a page, on average, below which a PDF is a scan with a few words over it."""


class _Word(NamedTuple):
    """A stretch of text: where it begins, its letters' size, where it ends; in points from the lower left corner."""

    x: float
    y: float
    size: float
    text: str
    end: float


class _Page(NamedTuple):
    words: list[_Word]
    across: list[tuple[float, float, float]]  # height, from, to
    down: list[tuple[float, float, float]]  # place, from, to


class _Row(NamedTuple):
    """What stands at one height: words, or the cells of a table. `is_start` tells whether a paragraph begins."""

    high: float
    text: str
    cells: tuple[str, ...] | None = None
    is_start: bool | None = None
    is_indented: bool = False


def fits(content: bytes) -> bool:
    return b"%PDF-" in content[:1024]


def lines(content: bytes) -> list[Line]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of every oddity, on stderr
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise CannotRead("PDF 加了密码", "请去掉密码，或另存为 .docx")
        count = len(reader.pages)
        if count > MAX_PAGES:
            raise CannotRead(f"PDF 有 {count} 页，超过上限 {MAX_PAGES} 页", "请只留政策正文")
        pages = []
        size = 0
        for page in reader.pages:
            pages.append(_page(page))
            size += sum(len(word.text) for word in pages[-1].words)
            if size > MAX_TEXT:
                raise CannotRead("文字太多，不像一份政策文件", "请只留政策正文")
    except CannotRead:
        raise
    except (PyPdfError, Exception) as error:
        raise CannotRead(f"PDF 损坏，或用了少见的加密，打不开（{type(error).__name__}）", _SAVE) from error
    if not count or size < _LEAST * count:
        raise CannotRead("PDF 里没有文字，多半是扫描件", "请找文字版，或先做文字识别再另存为 .docx")
    if _garbled("".join(word.text for page in pages for word in page.words)):
        raise CannotRead("PDF 里的文字没有对应的编码，读出来是乱码", _SAVE)
    return _lines(pages)


def first_pages(content: bytes, count: int) -> Iterator[str]:
    """The plain words of the first pages, one after the other. Raises whatever is wrong with the file."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    for page in PdfReader(BytesIO(content)).pages[:count]:
        yield page.extract_text()


def _garbled(text: str) -> bool:
    strange = len(re.findall("[\ufffd\ue000-\uf8ff\x00-\x08]|/g\\d+|\\(cid:\\d+\\)", text))
    return strange * 5 > len(text)


def _page(page: Any) -> _Page:
    """The words and rulings of a page.

    pypdf tells a visitor where an operator begins to show text, and that is too coarse: one operator may show the
    quotes on both sides of a word. Its layout mode knows each stretch, so its reading is taken from there.
    """
    from pypdf.generic import ContentStream

    contents = page.get_contents()
    if contents is None:
        return _Page([], [], [])
    operations = ContentStream(contents, page.pdf, "bytes").operations
    words = _words(page, operations)
    if any(operator == b"Do" for _, operator in operations):
        coarse = _coarse_words(page)
        if sum(len(word.text) for word in words) < 0.8 * sum(len(word.text) for word in coarse):
            words = coarse  # text inside of forms, which the layout mode does not enter
    across, down = _rulings(operations)
    return _Page(words, across, down)


def _words(page: Any, operations: list[Any]) -> list[_Word]:
    from pypdf._text_extraction._layout_mode._fixed_width_page import recurse_to_target_op, set_font_operation
    from pypdf._text_extraction._layout_mode._text_state_manager import TextStateManager

    fonts = page._layout_mode_fonts()
    state = TextStateManager()
    shown: list[Any] = []
    steps = iter(operations)
    for operands, operator in steps:
        if operator in (b"BT", b"q"):
            shown += recurse_to_target_op(
                steps, state, b"ET" if operator == b"BT" else b"Q", fonts, strip_rotated=False
            )[1]
        elif operator == b"Tf":
            set_font_operation(state, fonts, operands)
        elif operator == b"cm":
            state.add_cm(*operands)
        else:
            state.set_state_param(operator, operands)
    return [
        _Word(one.tx, one.ty, one.font_height or 1.0, one.text.strip(), one.displaced_tx)
        for one in shown
        if one.text.strip()
    ]


def _coarse_words(page: Any) -> list[_Word]:
    words: list[_Word] = []

    def see(text: str, cm: Any, tm: Any, _font: Any, size: float) -> None:
        own = text.replace("\n", "").strip()
        if own:
            x, y = _placed(cm, tm[4], tm[5])
            size *= abs(tm[3] * cm[3]) or abs(tm[1] * cm[2]) or 1
            words.append(_Word(x, y, size, own, x + size * sum(0.5 if mark.isascii() else 1 for mark in own)))

    page.extract_text(visitor_text=see)
    return words


_Rulings = tuple[list[tuple[float, float, float]], list[tuple[float, float, float]]]


def _rulings(operations: list[Any]) -> _Rulings:
    """The lines across and down that a page draws, thin rectangles too."""
    across: list[tuple[float, float, float]] = []
    down: list[tuple[float, float, float]] = []
    matrix, held = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), []
    at = (0.0, 0.0)
    for operands, operator in operations:
        if operator == b"q":
            held.append(matrix)
        elif operator == b"Q" and held:
            matrix = held.pop()
        elif operator == b"cm" and len(operands) == 6:
            a, b, c, d, e, f = map(float, operands)
            m = matrix
            matrix = (
                a * m[0] + b * m[2],
                a * m[1] + b * m[3],
                c * m[0] + d * m[2],
                c * m[1] + d * m[3],
                e * m[0] + f * m[2] + m[4],
                e * m[1] + f * m[3] + m[5],
            )
        elif operator == b"re" and len(operands) == 4:
            x, y, wide, high = map(float, operands)
            _box(_placed(matrix, x, y), _placed(matrix, x + wide, y + high), across, down)
        elif operator == b"m" and len(operands) == 2:
            at = _placed(matrix, float(operands[0]), float(operands[1]))
        elif operator == b"l" and len(operands) == 2:
            x2, y2 = _placed(matrix, float(operands[0]), float(operands[1]))
            if abs(at[1] - y2) < 1 and abs(at[0] - x2) > _NEAR:
                across.append((y2, min(at[0], x2), max(at[0], x2)))
            elif abs(at[0] - x2) < 1 and abs(at[1] - y2) > _NEAR:
                down.append((x2, min(at[1], y2), max(at[1], y2)))
            at = (x2, y2)
    return across, down


def _box(one: tuple[float, float], other: tuple[float, float], across: list[Any], down: list[Any]) -> None:
    (left, right), (low, top) = sorted((one[0], other[0])), sorted((one[1], other[1]))
    if top - low < _NEAR < right - left:
        across.append(((low + top) / 2, left, right))
    elif right - left < _NEAR < top - low:
        down.append(((left + right) / 2, low, top))
    elif right - left > 8 and 8 < top - low < 780 and right - left < 780:
        across += [(low, left, right), (top, left, right)]
        down += [(left, low, top), (right, low, top)]


def _placed(cm: Any, x: float, y: float) -> tuple[float, float]:
    return cm[0] * x + cm[2] * y + cm[4], cm[1] * x + cm[3] * y + cm[5]


def _rows(words: Sequence[_Word]) -> list[list[_Word]]:
    """Words by the height they stand at, from the top down, each row from left to right."""
    found: list[list[_Word]] = []
    for word in sorted(words, key=lambda word: -word.y):
        if found and abs(found[-1][0].y - word.y) <= max(_NEAR, word.size * 0.4):
            found[-1].append(word)
        else:
            found.append([word])
    return [sorted(row, key=lambda word: word.x) for row in found]


def _spoken(row: Sequence[_Word]) -> str:
    """The words of a row; a gap that a person sees between two is a blank."""
    text, end = "", row[0].x
    for word in row:
        text += ("  " if text and word.x - end > word.size * 1.2 else "") + word.text
        end = word.end
    return text


def _lines(pages: Sequence[_Page]) -> list[Line]:
    margins = [_margins(page) for page in pages]
    indented = sum(
        1
        for page, (left, _, size) in zip(pages, margins, strict=True)
        for row in _rows(page.words)
        if size * 1.5 <= row[0].x - left <= size * 2.6
    )
    total = sum(len(_rows(page.words)) for page in pages)
    tells = indented >= max(3, total * 0.08)
    tops = Counter(_spoken(_rows(page.words)[0]) for page in pages if page.words)
    found: list[Line] = []
    table = 0
    for number, (page, (left, right, size)) in enumerate(zip(pages, margins, strict=True), 1):
        grids = _grids(page)
        taken: set[_Word] = set()
        rows: list[_Row] = []
        for grid in grids:
            cells, own = _cells(page, grid)
            if sum(bool(cell) for row in cells for cell in row) < 4 or not own:
                continue
            table += 1
            taken |= own
            high = grid[0][0]
            for at, filled in enumerate(cells):
                rows.append(
                    _Row(high - at * 0.001, "\t".join(cell.replace("\n", "") for cell in filled), tuple(filled))
                )
            if any(
                role_of_heading(re.sub("[\\s*]", "", as_viewed(joined(cell)))) for row in cells[:3] for cell in row
            ) and _leaks(page, grid):
                raise CannotRead(f"第 {number} 页有表格，格线不完整，PDF 里这样的表读不准", _SAVE)
        rest = _rows([word for word in page.words if word not in taken])
        if heads := [row for row in rest if _is_head(_spoken(row))]:
            raise CannotRead(
                f"第 {number} 页有表格（{_spoken(heads[0])[:30]}），没有完整的格线，PDF 里这样的表读不准", _SAVE
            )
        before_full, before_size = None, 0.0
        for row in rest:
            start: bool | None = None
            is_indented = row[0].x - left > size * 1.2
            if tells:
                start = is_indented or before_full is False or abs(row[0].size - before_size) > 1
            before_full = row[-1].end >= right - row[0].size * 2.2
            before_size = row[0].size
            rows.append(_Row(row[0].y, _spoken(row), None, start, is_indented))
        first = True
        for _, text, own_cells, seen, is_indented in sorted(rows, key=lambda row: -row.high):
            start = seen
            if first and start and found and found[-1].is_start is not None and own_cells is None and tells:
                start = is_indented  # whether a page begins a paragraph is seen from its indent alone
            first = first and own_cells is None and (_is_furniture(text) or tops[text] > 1)
            found.append(Line(len(found) + 1, text, number, own_cells, table if own_cells else 0, start))
    return found


def _is_head(text: str) -> bool:
    """Whether a row of words, with blanks where there are gaps, is the heading of a table of tasks."""
    cells = [re.sub("[*]", "", as_viewed(joined(cell))) for cell in text.split("  ")]
    if len(cells) < 3 or not all(0 < len(cell) <= 10 for cell in cells):
        return False
    return any(len(cell) >= 4 and role_of_heading(cell) for cell in cells) and any(
        re.search("序号|任务|措施|内容|事项|时限|举措|项目", cell) for cell in cells
    )


def _is_furniture(text: str) -> bool:
    return len(text) < 30 and bool(re.fullmatch(r"[-—–－\s\d第页共/]*", text))


def _margins(page: _Page) -> tuple[float, float, float]:
    """Left and right edge of the text of a page, and the size of its letters."""
    if not page.words:
        return 0.0, 0.0, 10.0
    size = Counter(round(word.size, 1) for word in page.words for _ in word.text).most_common(1)[0][0]
    rows = _rows(page.words)
    body = [row for row in rows if abs(row[0].size - size) < 1 and row[-1].end - row[0].x > size * 8] or rows
    return min(row[0].x for row in body), max(row[-1].end for row in body), size


_Grid = tuple[list[float], list[float]]


def _grids(page: _Page) -> list[_Grid]:
    """The ruled tables of a page, each as the heights and the places of its rulings, from top and left."""
    heights = _merged(sorted({round(high, 1) for high, *_ in page.across}, reverse=True))
    found: list[_Grid] = []
    places = sorted({round(place, 1) for place, *_ in page.down})
    if len(heights) < 3 or len(places) < 3:
        return []
    block: list[float] = []
    for high in heights:
        if block and not any(
            low - _NEAR <= high and top + _NEAR >= block[-1] for _, low, top in _joined_down(page.down)
        ):
            found += _grid_of(page, block)
            block = []
        block.append(high)
    return [*found, *_grid_of(page, block)]


def _joined_down(down: Sequence[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Rulings downwards, pieces that meet put together."""
    found: list[tuple[float, float, float]] = []
    for place, low, top in sorted((round(place, 0), low, top) for place, low, top in down):
        if found and abs(found[-1][0] - place) <= 1.5 and low <= found[-1][2] + _NEAR:
            found[-1] = (found[-1][0], found[-1][1], max(top, found[-1][2]))
        else:
            found.append((place, low, top))
    return found


def _grid_of(page: _Page, heights: list[float]) -> list[_Grid]:
    if len(heights) < 3:
        return []
    places = _merged(
        sorted(
            {round(place, 1) for place, low, top in page.down if top > heights[-1] + _NEAR and low < heights[0] - _NEAR}
        )
    )
    return [(heights, places)] if len(places) >= 3 else []


def _merged(values: Sequence[float]) -> list[float]:
    found: list[float] = []
    for value in values:
        if not found or abs(found[-1] - value) > _NEAR:
            found.append(value)
    return found


def _cells(page: _Page, grid: _Grid) -> tuple[list[list[str]], set[_Word]]:
    """The words in each cell; a cell over several rows or columns is in all of them."""
    heights, places = grid
    rows, columns = len(heights) - 1, len(places) - 1
    home: dict[tuple[int, int], list[_Word]] = {}
    taken: set[_Word] = set()
    for word in page.words:
        middle_y, x = word.y + word.size * 0.3, word.x + word.size * 0.3
        row = next((at for at in range(rows) if heights[at + 1] - 1 <= middle_y <= heights[at] + 1), None)
        column = next((at for at in range(columns) if places[at] - 1 <= x <= places[at + 1] + 1), None)
        if row is not None and column is not None:
            home.setdefault((row, column), []).append(word)
            taken.add(word)
    owner = {(row, column): (row, column) for row in range(rows) for column in range(columns)}
    for row in range(rows):
        for column in range(columns):
            if column and not _ruled(page.down, places[column], heights[row + 1], heights[row]):
                owner[row, column] = owner[row, column - 1]
            elif row and not _ruled(page.across, heights[row], places[column], places[column + 1]):
                owner[row, column] = owner[row - 1, column]
    merged: dict[tuple[int, int], list[_Word]] = {}
    for place, own in home.items():
        merged.setdefault(owner[place], []).extend(own)
    text = {place: "\n".join(_spoken(row) for row in _rows(own)) for place, own in merged.items()}
    return [[text.get(owner[row, column], "") for column in range(columns)] for row in range(rows)], taken


def _ruled(rulings: Sequence[tuple[float, float, float]], at: float, low: float, high: float) -> bool:
    middle = (low + high) / 2
    return any(abs(place - at) <= _NEAR and start - _NEAR <= middle <= end + _NEAR for place, start, end in rulings)


def _leaks(page: _Page, grid: _Grid) -> bool:
    """Whether words run out of the cells that hold their beginning."""
    _, places = grid
    heights = grid[0]
    out = 0
    for word in page.words:
        if not heights[-1] <= word.y <= heights[0]:
            continue
        column = next((at for at in range(len(places) - 1) if places[at] - 1 <= word.x + 1 <= places[at + 1]), None)
        if column is None:
            continue
        end = next(
            (
                places[at + 1]
                for at in range(column, len(places) - 1)
                if _ruled(page.down, places[at + 1], word.y, word.y + 1)
            ),
            places[-1],
        )
        out += word.end > end + word.size * 1.5
    return out > 2
