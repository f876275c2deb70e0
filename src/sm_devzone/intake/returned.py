"""A returned 填报表 as Excel, WPS or LibreOffice saved it: the form and what it was sent as, out of a workbook."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sm_devzone.domain import review
from sm_devzone.domain.answers import EMPTY, FORM_HEADINGS, Cell, Returned
from sm_devzone.domain.form import ANSWERS, CONTACT, MANIFEST_SHEET, SentForm, printed, read_manifest
from sm_devzone.domain.review import ReturnedSheet, SentSheet
from sm_devzone.domain.text import squeezed
from sm_devzone.intake.cells.book import Page, open_book
from sm_devzone.intake.cells.sheet import Rows, letters
from sm_devzone.intake.refusal import FileRefused, damage_told
from sm_devzone.intake.sniffing import why_no_workbook

_HEAD_ROWS = 20
"""Rows in which the header is looked for."""
_MAX_MERGED = 1000
"""Merged ranges over answers; a person who makes them makes a few."""


class Layout(NamedTuple):
    """How a sheet that goes out is laid out: name -> heading, which columns are filled in, and two of them."""

    called: str
    headings: Mapping[str, str]
    answers: Collection[str]
    mark: str
    words: str


_FORM = Layout("填报表", FORM_HEADINGS, ANSWERS, "answer", "note")
_REVIEW = Layout(review.SHEET, review.REVIEW_HEADINGS, review.VERDICT, "decision", "words")


def read(name: str, content: bytes) -> Returned | ReturnedSheet:
    """The form or the 审核表 in the workbook `content`. Raises FileRefused."""
    if said := why_no_workbook(content):
        raise FileRefused(said)
    with damage_told():
        return _returned(name, open_book(content))


def _returned(name: str, pages: Sequence[Page]) -> Returned | ReturnedSheet:
    sent, manifest_page = _manifest(pages)
    others = [page for page in pages if page is not manifest_page]
    layout = _FORM if isinstance(sent, SentForm) else _REVIEW
    is_printed = printed(sent) if isinstance(sent, SentForm) else sent.is_printed
    # A form is known by its header, whatever its sheet is called now.
    forms = [(page, head) for page in others if (head := _header(page.rows, layout)) is not None]
    if not forms:
        headings = "、".join(layout.headings[name] for name in (layout.mark, layout.words))
        raise FileRefused(f"没有找到表头（{headings}……），请在发出的表里填")
    if len(forms) > 1:
        titles = "、".join(page.title for page, _ in forms)
        raise FileRefused(f"有 {len(forms)} 张{layout.called}（{titles}），看不出收哪一张，请只留一张")
    ((form, head),) = forms
    columns = _columns(form.title, form.rows[head], layout, sent)
    once = _contact_once(form, head, columns) if isinstance(sent, SentForm) and sent.contact is not None else []
    notes = [*_besides(form, head, columns, is_printed, once)]
    for page in others:
        if page is not form:
            notes += _on_another_sheet(page, is_printed)
    letters_of = {column: letters(place) for place, column in columns.items()}
    rows = dict(_answered_rows(form, head, columns, layout))
    if isinstance(sent, SentForm):
        contact = {columns[place]: form.rows[head - 1][place] for place in once}
        return Returned(name, form.title, sent, letters_of, rows, [*dict.fromkeys(notes)], contact)
    return ReturnedSheet(name, form.title, sent, letters_of, rows, [*dict.fromkeys(notes)])


def _manifest(pages: Iterable[Page]) -> tuple[SentForm | SentSheet, Page]:
    """What the hidden sheet says, known by its first word and not by its name."""
    for page in pages:
        if _words(page.rows.get(1, {}).get(1)) == MANIFEST_SHEET:
            rows = page.rows.values()
            lines = [[_words(row.get(place)) for place in range(1, max(row) + 1)] for row in rows]
            sent = review.read_manifest(lines) if review.is_manifest(lines) else read_manifest(lines)
            if isinstance(sent, str):
                raise FileRefused(sent)
            return sent, page
    raise FileRefused("不是 devzone 发出的填报表（没有隐藏的信息页），请在发出的表里填")


def _words(cell: Cell | None) -> str:
    return "" if cell is None else cell.shown


def _header(rows: Rows, layout: Layout) -> int | None:
    """The number of the row that holds the headings."""
    wanted = set(layout.headings.values())
    for at in sorted(rows)[:_HEAD_ROWS]:
        there = {squeezed(_words(cell)) for cell in rows[at].values()} & wanted
        if layout.headings[layout.mark] in there and len(there) > len(layout.answers):
            return at
    return None


def _columns(title: str, header: Mapping[int, Cell], layout: Layout, sent: SentForm | SentSheet) -> dict[int, str]:
    """Column number -> name. Raises FileRefused where a column is missing or there twice."""
    headings = layout.headings
    names = {heading: name for name, heading in headings.items()}
    columns = {place: names[word] for place, cell in header.items() if (word := squeezed(_words(cell))) in names}
    there = sent.asked if isinstance(sent, SentForm) else headings
    missing = [
        headings[name] for name in headings if name not in columns.values() and (name not in ANSWERS or name in there)
    ]
    if missing:
        raise FileRefused(f"工作表“{title}”少了“{'”“'.join(missing)}”列，请在发出的表里填，不要删改表头")
    if twice := {headings[name] for name in columns.values() if list(columns.values()).count(name) > 1}:
        raise FileRefused(f"工作表“{title}”有几列都叫“{'”“'.join(sorted(twice))}”，请只留一列")
    return columns


def _answered_rows(
    form: Page, head: int, columns: Mapping[int, str], layout: Layout
) -> Iterator[tuple[int, dict[str, Cell]]]:
    """The rows below the headings by column name. A merged cell has one value for several: none of them is sure."""
    answers = {place: name for place, name in columns.items() if name in layout.answers}
    merged = [span for span in form.merged if any(span.left <= place <= span.right for place in answers)]
    if len(merged) > _MAX_MERGED:
        raise FileRefused(f"工作表“{form.title}”里合并了太多格子，请取消合并再填")
    for at in sorted(form.rows):
        row = {columns[place]: cell for place, cell in form.rows[at].items() if place in columns}
        if at > head and row:
            for span in merged:
                if span.top <= at <= span.bottom:
                    flaw = Cell(flaw=f"在合并单元格 {span.name} 里，请取消合并，逐行填写")
                    row |= {name: flaw for place, name in answers.items() if span.left <= place <= span.right}
            yield at, row


def _contact_once(form: Page, head: int, columns: Mapping[int, str]) -> list[int]:
    """The columns above whose heading it is written who fills in all of the form."""
    return [place for place in form.rows.get(head - 1, ()) if columns.get(place) in CONTACT]


def _besides(
    form: Page, head: int, columns: Mapping[int, str], is_printed: Callable[[str], bool], once: Collection[int]
) -> Iterator[tuple[str, str]]:
    """What lies on the sheet of the form and is no answer: the place, and what becomes of it."""
    yield from form.besides
    if any(not is_printed(words) for words in form.print_words):
        yield "页眉页脚", "写了字，没有登记"
    for at, row in form.rows.items():
        for place, cell in row.items():
            if at == head - 1 and place in once:
                continue
            if at < head and not is_printed(cell.shown):
                yield f"{letters(place)}{at}", "写在表头上面，没有登记"
            elif at >= head and place not in columns and not is_printed(cell.shown):
                yield f"{letters(place)} 列", "是多出来的列，没有登记"


def _on_another_sheet(page: Page, is_printed: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """What was written on a sheet that was sent to be read, or on one that was not sent at all."""
    where = f"工作表“{page.title}”"
    added = [
        (f"{letters(place)}{at}", cell)
        for at, row in page.rows.items()
        for place, cell in row.items()
        if not is_printed(cell.shown) or cell == EMPTY
    ]
    if added and any(is_printed(cell.shown) for row in page.rows.values() for cell in row.values()):
        for place, _ in added:
            yield f"{where} {place}", "写在说明页上，没有登记；有话请写在填报表里"
    elif added:
        yield where, "不是发出的，没有读"
    for place, said in page.besides:
        yield f"{where} {place}".rstrip(), said
