"""What an item is called: the title that the text prints, else its first clause."""

from __future__ import annotations

import re
from collections import Counter

from sm_devzone.domain.reading.outline import Item, title_end
from sm_devzone.domain.reading.text import split

_FEWEST = 2
"""Items without any list that are still taken for measures: one numbered sentence is no policy."""


def title_of(item: Item) -> tuple[str, bool, int]:
    """The title of an item, whether the text prints one, and where it begins in the first paragraph."""
    part = item.paragraphs[0]
    start = len(item.number.printed) if item.number else 0
    stop = min(
        (roster.span.start for at, roster in item.rosters if at == 0 and roster.span.start >= start),
        default=len(part.text),
    )
    view = part.view[start:stop]
    lead = len(view) - len(view.lstrip("：、.．。 ·-—"))
    start, view = start + lead, view[lead:]
    if view.startswith("（") and (match := re.match("（([^（）]{2,30})）(?=.)", view)) and len(view) > match.end() + 5:
        return part.text[start + 1 : start + match.end() - 1], True, start
    if (end := title_end(view)) is not None:
        return part.text[start : start + end].strip(" 。："), True, start
    bare = view.strip(" 。：；，")
    body = len(item.paragraphs) > 1 or bool(item.children)
    if (
        bare
        and len(bare) <= 45
        and not re.search("[。；]", bare)
        and ((body and not _only_lists_follow(item)) or bare.count("，") == 0 or len(bare) <= 20)
    ):
        return part.text[start : start + len(view)].strip(" 。：；，"), True, start
    clauses = split(view, "，；。：")
    if not clauses:
        return part.text[start:stop][:40] or part.text[:40], False, start
    end = clauses[0].end
    if end - clauses[0].start < 4 and len(clauses) > 1:
        end = clauses[1].end
    return part.text[start : start + end][:60].strip(), False, start


def _only_lists_follow(item: Item) -> bool:
    listed = {at for at, _ in item.rosters}
    return all(at in listed for at in range(1, len(item.paragraphs))) and not item.children


def without_lists(root: Item) -> list[Item]:
    """The items of a text that names no unit anywhere: those of the deepest level that has titles and bodies."""
    items = [item for item in root.walk() if item.number and item.paragraphs]
    by_kind = Counter(item.number.kind for item in items if item.number and item.number.depth <= 4)
    titled = Counter(
        item.number.kind
        for item in items
        if item.number
        and (
            title_end(item.paragraphs[0].view[len(item.number.printed) :]) is not None
            or len(item.paragraphs) > 1
            or len(item.paragraphs[0].view) > 30
        )
    )
    for kind in ("1.", "（一）", "条", "一、", "项"):
        if by_kind[kind] >= _FEWEST and titled[kind] * 2 >= by_kind[kind]:
            return [item for item in items if item.number and item.number.kind == kind]
    return []
