"""Policy texts as files: one module a format, and the content decides which one reads it.

Exactly one has to fit. The libraries are loaded only once it does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sm_devzone.domain.reading.text import Line
from sm_devzone.errors import CannotRead
from sm_devzone.intake.limits import MAX_BYTES, MAX_TEXT
from sm_devzone.intake.texts import foreign, pdf, plain, web, word


class _Format(NamedTuple):
    term: str
    fits: Callable[[bytes], bool]
    lines: Callable[[bytes], list[Line]]


_FORMATS = (
    _Format("PDF", pdf.fits, pdf.lines),
    _Format("Word", word.fits, word.lines),
    _Format("网页", web.fits, web.lines),
    _Format("纯文本", plain.fits, plain.lines),
)


def lines_of(content: bytes) -> list[Line]:
    """The lines of a policy text. Raises CannotRead, with the way on."""
    if len(content) > MAX_BYTES:
        raise CannotRead(
            f"文件有 {len(content) / 1e6:.0f} MB，超过上限 {MAX_BYTES / 1e6:.0f} MB",
            "请只留政策正文，另存为 .docx 或 .txt",
        )
    if not content.strip():
        raise CannotRead("文件是空的", "请检查文件")
    foreign.refuse(content)
    found = [form for form in _FORMATS if form.fits(content)]
    if len(found) > 1:
        raise CannotRead(
            f"文件既像{'又像'.join(form.term for form in found)}，看不出按哪一种读", "请另存为 .docx 或 .txt"
        )
    if not found:
        raise CannotRead("不认识这种文件", "请另存为 .docx、.txt 或有文字的 PDF")
    lines = found[0].lines(content)
    if sum(len(line.text) for line in lines) > MAX_TEXT:
        raise CannotRead("文字太多，不像一份政策文件", "请只留政策正文")
    return lines
