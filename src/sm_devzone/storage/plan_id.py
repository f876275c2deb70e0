"""An id for a new plan, out of the number of its document or the name of its file."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 64


def id_of(number: str | None, file_name: str, title: str | None) -> str:
    """闽政办〔2024〕15号 -> mzb-2024-15; without a number the name of the file, else the initials of the title."""
    if number and (match := re.search(r"(.+?)[〔\[(（【]?(\d{4})[〕\])）】]?第?(\d+)号", number)):
        return _safe(f"{_initials(match[1])}-{match[2]}-{match[3]}")
    for text in (file_name, title or ""):
        if (found := _safe(_initials(text))) and re.search("[A-Za-z0-9]", found):
            return found
    return "draft"


def _initials(text: str) -> str:
    """`text` with the initial of its pinyin in place of each Chinese character."""
    plain = unicodedata.normalize("NFKC", text)
    if plain.isascii():
        return plain
    from pypinyin import Style, lazy_pinyin

    return "".join(
        lazy_pinyin(plain, style=Style.FIRST_LETTER, errors=lambda other: re.sub("[^A-Za-z0-9._-]+", "-", other))
    )


def _safe(text: str) -> str:
    own = re.sub("[^A-Za-z0-9._-]+", "-", text)
    return re.sub("-{2,}", "-", own).lstrip("-._").rstrip("-.")[:_LONGEST].rstrip("-.")
