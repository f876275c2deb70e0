"""A text while it is read: its paragraphs in order, the rules found in it, and the doubts about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from sm_devzone.domain.reading import rules
from sm_devzone.domain.reading.doubts import Doubt
from sm_devzone.domain.reading.facts import Facts
from sm_devzone.domain.reading.text import Paragraph, number_of
from sm_devzone.domain.reading.units import Style


class Rule(NamedTuple):
    """A rule and the place of its paragraph in the text, from which it counts."""

    order: int
    line: int
    words: str
    lead: str | None = None
    every: rules.Every | None = None
    after_all: bool = False
    includes_own: bool = False


class Reader:
    """`order` is the place of each paragraph (by id) among `texts`; `issued` and `until` bound what can be due."""

    def __init__(self, said: Facts, texts: Sequence[Paragraph], is_workday: Callable[[date], bool]) -> None:
        self.facts = said
        self.texts = texts
        self.order = {id(part): at for at, part in enumerate(texts)}
        self.is_workday = is_workday
        self.issued = date.fromisoformat(said.issued.value) if said.issued else None
        self.until = date.fromisoformat(said.valid_until.value) if said.valid_until else None
        self.doubts: list[Doubt] = list(said.doubts)
        self.style = Style()
        self.rules: list[Rule] = []
        self.terms: dict[int, date] = {}
        for part in texts:
            # 2012年起5年内, said once, is the second fair reading of each 5年内 of the document.
            for match in re.finditer(r"(20\d\d)年起(\d{1,2}|[一两二三四五六七八九十])年(?:之|以)?内", part.view):
                if years := number_of(match[2]):
                    self.terms.setdefault(years, date(int(match[1]) + years - 1, 12, 31))

    def tell(
        self,
        part: Paragraph,
        place: int,
        measure: int | None,
        kind: str,
        text: str,
        reading: str | None,
        other: str | None,
        why: str,
    ) -> None:
        self.doubts.append(
            Doubt(part.line_at(place), part.page, measure, kind, " ".join(text.split()), reading, other, why)
        )
