"""密级标志: files that say of themselves that they must not be here. That one says nothing proves nothing."""

from __future__ import annotations

import re
from contextlib import suppress
from html import unescape
from io import BytesIO
from zipfile import ZipFile

from sm_devzone.domain.text import decoded, secret_mark
from sm_devzone.intake.limits import MAX_UNPACKED_BYTES

_MARKS = [f"{word}★".encode(encoding) for word in ("秘密", "机密", "绝密") for encoding in ("utf-16-le", "utf-16-be")]
"""As programs of an office keep them that are no archives, such as .doc and .wps."""

_STAR = re.compile(
    b"|".join(re.escape("★".encode(name)) for name in ("utf-8", "gb18030", "utf-16-le", "utf-16-be"))
    + rb"|&#(?:0*9733|[xX]0*2605)(?![0-9a-fA-F])|&(?:starf|bigstar);"
)
_TEXTS = (".xml", ".txt", ".md", ".csv", ".htm", ".html", ".fodt")
_ARCHIVES = (".docx", ".xlsx", ".pptx", ".odt", ".ods", ".ofd", ".zip", ".wps", ".et")
_DEPTH = 3
_PAGES = 10
"""A mark stands on the first page; so many are read of a PDF."""

_END_OF_PARAGRAPH = re.compile(r"</(?:[\w]+:)?(?:p|si|is|tc|tr|h|TextCode)>")
_TAG = re.compile(r"<[^>]*>")


def mark_in(content: bytes) -> str | None:
    """The first mark in the text of a file (秘密★, 机密★, 绝密★), None where none is found or it cannot be read."""
    left = [MAX_UNPACKED_BYTES]
    return _mark_in(content, "", left, _DEPTH)


def _mark_in(content: bytes, name: str, left: list[int], depth: int) -> str | None:
    if content.startswith(b"PK\x03\x04"):
        return _mark_in_archive(content, left, depth) if depth else None
    if b"%PDF-" in content[:1024]:
        return _mark_in_pdf(content)
    for mark in _MARKS:
        if mark in content:
            return mark.decode("utf-16-le" if mark.endswith(b"\x26") else "utf-16-be")
    if not _STAR.search(content):
        return None
    text = decoded(content) or ""
    if name.endswith((".xml", ".htm", ".html")) or text.lstrip().startswith("<"):
        text = unescape(_TAG.sub("", _END_OF_PARAGRAPH.sub("\n", text)))
    return secret_mark(text)


def _mark_in_archive(content: bytes, left: list[int], depth: int) -> str | None:
    with suppress(Exception), ZipFile(BytesIO(content)) as archive:  # what cannot be opened says nothing
        for info in archive.infolist():
            name = info.filename.lower()
            left[0] -= info.file_size
            if left[0] < 0:
                return None
            if name.endswith((*_TEXTS, *_ARCHIVES, ".pdf", ".doc", ".rtf")):
                with archive.open(info) as member:
                    found = _mark_in(member.read(info.file_size), name, left, depth - 1)
                if found:
                    return found
    return None


def _mark_in_pdf(content: bytes) -> str | None:
    from sm_devzone.intake.texts.pdf import first_pages

    with suppress(Exception):
        return next(filter(None, map(secret_mark, first_pages(content, _PAGES))), None)
    return None
