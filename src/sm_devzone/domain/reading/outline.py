"""Paragraphs -> the tree of numbered items, and which of them are measures.

An item that holds a unit list is a measure. So is one without a list that stands in a run of numbers with such items;
an item of a run in which nobody is named is none (基本原则, 附则). A list behind the last of several sub-items, where
none of the others has one, belongs to the item above.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sm_devzone.domain.reading.duties import Roster, rosters
from sm_devzone.domain.reading.numbering import Number, number_at
from sm_devzone.domain.reading.text import Line, Paragraph

_GENERAL = re.compile(
    "指导思想|基本原则|总体要求|总体思路|工作原则|指导原则|适用范围|名词解释|总体原则|基本思路|工作思路"
)
_BREAK = re.compile("^(?:附则|附件|附表|附录|附：|注：|备注：|说明：)")
_CLOSING = re.compile(
    "^本[\u4e00-\u9fff]{2,8}(?:由|自|从|有效期|所称|未尽|中)[^。]*(?:解释|施行|实施|执行|有效|生效|规定|指)"
)
_HEADING_SIZE = 25


@dataclass
class Item:
    """A numbered item, or a paragraph that stands for one. `closed` says that its unit list has come.

    `paragraphs` are those before its first child, each with the lists in it. `unnumbered` items have no number of
    their own.
    """

    number: Number | None
    depth: int
    parent: Item | None = None
    paragraphs: list[Paragraph] = field(default_factory=list)
    rosters: list[tuple[int, Roster]] = field(default_factory=list)
    children: list[Item] = field(default_factory=list)
    closed: bool = False
    from_below: list[tuple[Paragraph, Roster]] = field(default_factory=list)
    run: int = 0
    is_part: bool = False

    def take(self, part: Paragraph, found: Sequence[Roster]) -> None:
        """Add a paragraph, with the unit lists that were found in it."""
        self.rosters += [(len(self.paragraphs), roster) for roster in found]
        self.paragraphs.append(part)
        self.closed = self.closed or any(roster.parts for roster in found)

    def walk(self) -> Iterator[Item]:
        """This item and all below it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()

    def lists(self) -> list[tuple[Paragraph, Roster]]:
        """The unit lists of this item, with their paragraphs."""
        return [*((self.paragraphs[at], roster) for at, roster in self.rosters), *self.from_below]

    @property
    def has_list(self) -> bool:
        return any(roster.parts for _, roster in self.lists())


@dataclass
class Outline:
    """`measures` in order, `bare` those of them without a list, `left` items that were left out though in the run."""

    root: Item
    measures: list[Item]
    bare: set[int]
    left: list[Item]
    rows: list[Line]


def outline(parts: Sequence[Paragraph | Line], begin: int) -> Outline:
    """The items of a text whose first item cannot stand before paragraph `begin`."""
    root = Item(None, -2)
    here = root
    rows: list[Line] = []
    texts = [part for part in parts if isinstance(part, Paragraph)]
    place = {id(part): at for at, part in enumerate(texts)}
    for part in parts:
        if isinstance(part, Line):
            rows.append(part)
            continue
        at = place[id(part)]
        number = number_at(part.view) if at >= begin else None
        found = rosters(part) if at >= begin else []
        if number and not (found and found[0].is_own_line):
            here = _below(here, number)
            here.take(part, found)
        elif found and any(roster.parts or roster.times for roster in found):
            here.take(part, found)
        elif _is_break(part, here):
            here = Item(None, -1, root)
            root.children.append(here)
            here.take(part, found)
        elif here.closed and not _leads_to_list(texts, at):
            # What follows a finished measure without a list of its own belongs to no measure.
            above = here.parent or root
            loose = Item(None, 9, above, is_part=True)
            loose.closed = True
            above.children.append(loose)
            loose.take(part, found)
            here = loose
        else:
            here.take(part, found)
    _parted(root)
    _lifted(root)
    return _chosen(root, rows)


def _below(here: Item, number: Number) -> Item:
    above = here
    while above.parent is not None and (above.depth >= number.depth or above.is_part):
        above = above.parent
    item = Item(number, number.depth, above)
    above.children.append(item)
    return item


def _is_break(part: Paragraph, here: Item) -> bool:
    if _BREAK.match(part.view) or _CLOSING.match(part.view):
        return True
    return (
        here.closed
        and len(part.view) <= _HEADING_SIZE
        and not re.search("[。；，：、]", part.view)
        and not re.search(r"\d日$|\d年", part.view)
    )


def _leads_to_list(texts: Sequence[Paragraph], at: int) -> bool:
    """Whether a unit list comes before the next number."""
    for part in texts[at + 1 : at + 6]:
        if number_at(part.view) or _BREAK.match(part.view):
            return False
        if any(roster.parts for roster in rosters(part)):
            return True
    return False


def _parted(root: Item) -> None:
    """Make items of paragraphs that have a title and a list of their own, but no number."""
    for item in list(root.walk()):
        listed = sorted({at for at, roster in item.rosters if roster.parts})
        if len(listed) < 2 and not (item is root and listed):
            continue
        pieces: list[tuple[int, int]] = []
        start = 0
        for at in listed:
            following = [n for n in listed if n > at]
            if following and item.rosters and _is_only_list(item, following[0]) and following[0] == at + 1:
                continue  # two labels on two lines are one list
            pieces.append((start, at + 1))
            start = at + 1
        if len(pieces) < 2 and item is not root:
            continue
        first_own = pieces[0]
        heading = _is_heading(item.paragraphs[0].view) if item.paragraphs else False
        titled = [piece for piece in pieces[1:] if title_end(item.paragraphs[piece[0]].view) is not None]
        if item is not root and len(titled) < len(pieces) - 1:
            continue
        if item is not root and heading and title_end(item.paragraphs[min(1, len(item.paragraphs) - 1)].view) is None:
            continue
        keep_first = item is not root and not heading
        made: list[Item] = []
        for piece in pieces if not keep_first else pieces[1:]:
            low = piece[0] + (1 if item is not root and not keep_first and piece == first_own and heading else 0)
            if item is root:
                low = _root_start(item, low, piece[1])
            one = Item(None, item.depth + 1, item, closed=True)
            for at in range(low, piece[1]):
                one.take(item.paragraphs[at], [roster for place, roster in item.rosters if place == at])
            made.append(one)
        end = pieces[0][1] if keep_first else (1 if heading else 0)
        rest = item.paragraphs[pieces[-1][1] :]
        if item is root:
            before = item.paragraphs[: pieces[0][0]]
            first = made[0].paragraphs[0] if made and made[0].paragraphs else None
            before = item.paragraphs[: item.paragraphs.index(first)] if first in item.paragraphs else before
            item.paragraphs, item.rosters = [*before, *rest], []
        else:
            item.rosters = [(at, roster) for at, roster in item.rosters if at < end]
            item.paragraphs = [*item.paragraphs[:end], *rest]
        item.children = [*made, *item.children]


def _root_start(item: Item, low: int, high: int) -> int:
    """Without numbers an item begins with the last paragraph before its list that has a title."""
    for at in range(high - 1, low - 1, -1):
        if _is_only_list(item, at):
            continue
        if title_end(item.paragraphs[at].view) is not None or _is_heading(item.paragraphs[at].view):
            return at
    own = next((at for at, roster in item.rosters if low <= at < high and not _is_only_list(item, at)), None)
    return own if own is not None else max(low, high - 2)


def _is_only_list(item: Item, at: int) -> bool:
    spans = [roster.span for place, roster in item.rosters if place == at]
    view = item.paragraphs[at].view
    left = "".join(mark for place, mark in enumerate(view) if not any(span.start <= place < span.end for span in spans))
    return not re.search("[\u4e00-\u9fff]", left)


def _is_heading(view: str) -> bool:
    return len(view) <= 45 and not re.search("[。；]", view.rstrip("。"))


def _lifted(root: Item) -> None:
    """Give a list behind the last of several sub-items to the item above, where none of the others has one."""
    parents = sorted((item for item in root.walk() if item.children), key=lambda item: -item.depth)
    inner = sum(_only_last(item, [child for child in item.children if child.number]) for item in parents)
    for item in parents:
        numbered = [child for child in item.children if child.number]
        if not _only_last(item, numbered):
            continue
        last = numbered[-1]
        own_line = all(_is_only_list(last, at) for at, roster in last.rosters if roster.parts)
        if own_line or inner >= 2:
            item.from_below = last.lists()
            last.rosters, last.closed = [], False
            item.closed = True


def _only_last(item: Item, numbered: Sequence[Item]) -> bool:
    if len(numbered) < 2 or item.number is None or item.has_list:
        return False
    if any(below.has_list for child in numbered[:-1] for below in child.walk()):
        return False
    return numbered[-1].has_list and not any(
        below.has_list for child in numbered[-1].children for below in child.walk()
    )


def _chosen(root: Item, rows: list[Line]) -> Outline:
    items = [item for item in root.walk() if item is not root]
    last: dict[str, tuple[int, int]] = {}
    runs = 0
    for item in items:
        if item.number is None:
            continue
        before = last.get(item.number.kind)
        if before and item.number.value in (before[1] + 1, before[1] + 2):
            item.run = before[0]
        else:
            runs += 1
            item.run = runs
        last[item.number.kind] = (item.run, item.number.value)
    busy = Counter(item.run for item in items if item.has_list and item.run)
    measures: list[Item] = []
    bare: set[int] = set()
    left: list[Item] = []
    for item in items:
        below = [child for child in item.walk() if child is not item and child.has_list]
        if item.has_list:
            if below and _is_heading_only(item):
                continue  # a heading whose list stands for the items below that have none
            measures.append(item)
        elif item.number and busy[item.run] and not below and not _inside(item, measures):
            if _is_general(item):
                left.append(item)
            else:
                measures.append(item)
                bare.add(id(item))
    return Outline(root, measures, bare, left, rows)


def _is_heading_only(item: Item) -> bool:
    return (
        len(item.paragraphs) == 1
        and bool(item.rosters)
        and not re.search("。[^。]", item.paragraphs[0].view[: item.rosters[0][1].span.start])
    )


def _inside(item: Item, measures: Sequence[Item]) -> bool:
    above = item.parent
    while above is not None:
        if above.has_list and above in measures:
            return True
        above = above.parent
    return False


def _is_general(item: Item) -> bool:
    """Whether an item without a list, or one beside it in its chapter, is of the general kind (指导思想, 基本原则)."""
    if item.parent is None:
        return False
    beside = item.parent.children if item.parent.number else [item]
    if any(child.has_list for one in beside for child in one.walk()):
        beside = [item]
    return any(_GENERAL.search(one.paragraphs[0].view[:20]) for one in beside if one.paragraphs)


def title_end(view: str) -> int | None:
    """Where the title at the beginning of `view` (without its number) ends, its mark not counted; None without one."""
    match = re.match("[^。：；]{2,45}?[。：]", view)
    if not match:
        return None
    words = match[0][:-1]
    if match[0][-1] == "：" and (
        len(words) > 25 or re.search("如下|包括|方面|以下", words) or re.search("单位|部门|时限", words)
    ):
        return None
    if len(words) > 40 or words.count("，") > 2:
        return None
    return match.end() - 1 if view[match.end() :].strip() else None


def own_paragraphs(item: Item) -> list[Paragraph]:
    """All paragraphs of an item but those of items below it that are measures themselves."""
    found = list(item.paragraphs)
    for child in item.children:
        if not child.has_list and not child.is_part:
            found += own_paragraphs(child)
    known = {id(part) for part in found}
    return [*found, *(part for part, _ in item.from_below if id(part) not in known)]
