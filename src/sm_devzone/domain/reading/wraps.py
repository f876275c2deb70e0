"""Lines of a text -> paragraphs: what the printer put between is left out, what a line end cut apart is joined.

Whether lines are wrapped is seen from the lines themselves: in a wrapped text those that stop within a sentence have
nearly one width.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from sm_devzone.domain.reading.doubts import Doubt
from sm_devzone.domain.reading.numbering import begins_item
from sm_devzone.domain.reading.text import Line, Paragraph, as_viewed, joined
from sm_devzone.domain.reading.units import is_unit

_PAGE_NUMBER = re.compile(
    r"[-—–－─_\s·.•]*(?:第?\s*\d{1,4}\s*页?\s*(?:[/，,]?\s*共?\s*\d{1,4}\s*页?)?)[-—–－─_\s·.•]*|"
    r"第[一二三四五六七八九十百]+页|[Pp]age\s*\d+(?:\s*of\s*\d+)?"
)
_FINISHED = re.compile('[。；：！？…][）”』」》"]*$|（[^（）]*(?:责任|牵头|配合|负责|单位)(?:[^（）]|（[^（）]*）)*）$')
_OPEN_LIST = re.compile("（(?:[^（）]|（[^（）]*）)*$")
_DUTY = re.compile("(?:负责|牵头|配合|落实|实施|办理)$")
_OPEN = re.compile("（[^（）]*$")
_LABEL = re.compile(
    r"[（]?(?:[\u4e00-\u9fff]{0,4})(?:牵头|责任|配合|主办|协办|参与|参加|承办|实施|落实|指导|主管)(?:单位|部门|主体|领导|人)[：）]|"
    r"(?:完成时[限间]|时限要求|附件|附：|抄送|发文字号|成文日期|发布日期|索引号)"
)
_DATE = re.compile(r"[\d〇○零一二三四五六七八九]{4}年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日")
_DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fffA-Za-z（）]{1,16}（20\d\d）第?\d{1,5}号")
_TITLE = re.compile("^[^。，；：]*(?:通知|意见|措施|方案|计划|办法|规定|要点|细则)(?:（[^）]*）)?$")
_CLOSING = re.compile(r"[（(]?(?:此件|信息公开|联系人|联系电话)")
_SIGNED = re.compile(rf"[\u4e00-\u9fff（）]{{4,40}}{_DATE.pattern}(?:印发|发布)?。?")
_FEW = 4


def paragraphs(lines: Sequence[Line]) -> tuple[list[Paragraph | Line], list[Doubt]]:
    """The paragraphs of `lines` in order, rows of tables among them as they are, and what was left out as noise."""
    kept, dropped = _without_noise(lines)
    wrap = _wrap(kept)
    found: list[Paragraph | Line] = []
    run: list[Line] = []
    for line in kept:
        if line.cells is not None:
            found += _close(run)
            run = []
            found.append(line)
        elif not line.text.strip():
            # A blank line between two paragraphs; in the middle of a sentence it is the printer's.
            if run and not (wrap.is_full(run[-1]) and not _is_finished(run[-1].text)):
                found += _close(run)
                run = []
        elif run and _continues(run, line, wrap):
            run.append(line)
        else:
            found += _close(run)
            run = [line]
    return [*found, *_close(run)], dropped


def _close(run: Sequence[Line]) -> list[Paragraph | Line]:
    if not run:
        return []
    text, starts = "", []
    for line in run:
        piece = joined(_listed(line.text))
        if text and piece and text[-1].isascii() and text[-1].isalpha() and piece[0].isascii() and piece[0].isalpha():
            text += " "
        starts.append((len(text), line.number))
        text += piece
    return [Paragraph(text, as_viewed(text), tuple(starts), run[0].page)]


_BLANK_LIST = re.compile(
    "(?P<head>[（(\\[【〔]?[\u4e00-\u9fff]{2,6}(?:单位|部门)\\s*[:：】])(?P<names>[^，,、；;。:：]+)$"
)


def _listed(text: str) -> str:
    """A list of units with nothing but blanks between them gets 、 in their place."""
    match = _BLANK_LIST.search(text.rstrip())
    if not match:
        return text
    names = match["names"].rstrip("）)]】〕").split()
    if len(names) < 2 or not all(len(name) > 2 and is_unit(name) for name in names):
        return text
    inner = re.sub(r"(?<=\S)\s+(?=\S)", "、", match["names"].strip())
    return text[: match.start("names")] + inner


def _is_finished(text: str) -> bool:
    return bool(_FINISHED.search(as_viewed(joined(text))))


def _is_cut(run: Sequence[Line], line: Line) -> bool:
    """Whether a unit list goes on in `line`: behind 、, or in a bracket that only `line` closes (…财政部负责）)."""
    view = as_viewed(joined("".join(one.text for one in run[-6:])))
    if view.endswith("、"):
        return True
    opened = _OPEN_LIST.search(view)
    if not opened or len(opened[0]) > 200 or view.endswith("。"):
        return False
    rest = as_viewed(joined(line.text))
    closing = re.search("[（）]", rest)
    if not re.match("（(?:责|牵|配|主办|参|协)", opened[0]):
        return bool(closing and closing[0] == "）" and _DUTY.search(rest[: closing.start()]))
    return closing is None or closing[0] == "）"


def _size(text: str) -> float:
    """The width of `text` in Chinese characters; Latin letters and digits are half as wide."""
    return sum(0.5 if mark.isascii() else 1 for mark in text.rstrip())


def _count(text: str) -> float:
    return len(text.rstrip())


class _Wrap(NamedTuple):
    """The width at which the lines of a text are wrapped, 0 where they are not.

    A person or a printer fills a line to its width but for a few characters (`room`), as marks and words allow; a
    program cuts after so many characters, whatever they are.
    """

    width: float
    measure: Callable[[str], float] = _size
    room: float = _FEW

    def is_full(self, line: Line, *, to_the_end: bool = False) -> bool:
        room = min(self.room, 1) if to_the_end else self.room
        return bool(self.width) and self.measure(line.text) >= self.width - room


def _wrap(lines: Sequence[Line]) -> _Wrap:
    plain = [line for line in lines if line.cells is None and line.text.strip()]
    long = [line.text for line in plain if _size(line.text) >= 15]
    tells_starts = any(line.is_start is not None for line in plain)
    widest, most = max(map(_size, long), default=0), max(map(_count, long), default=0)
    as_wide = sum(_size(text) >= widest - 1 for text in long)
    as_many = sum(_count(text) == most for text in long)
    if not tells_starts and max(as_wide, as_many) >= max(3, len(long) / 5):
        return _Wrap(most, _count, 1) if as_many > as_wide else _Wrap(widest)
    unfinished = [
        line.text
        for line, follower in pairwise(plain)
        if _size(line.text) >= 15
        and not _is_finished(line.text)
        and not _begins(follower)
        and as_viewed(joined(line.text))[-1:] not in "，、"
    ]
    if tells_starts:
        return _Wrap(max(map(_size, unfinished), default=0.0))
    if len(unfinished) < 3 or len(unfinished) < len(long) / 5:
        return _Wrap(0)
    sizes = sorted(map(_size, unfinished))
    middle = sizes[len(sizes) // 2]
    near = sum(abs(size - middle) <= max(_FEW, middle / 8) for size in sizes)
    return _Wrap(middle if near >= len(sizes) * 0.6 else 0)


def _begins(line: Line) -> bool:
    """Whether a paragraph begins with `line`, by its own first words."""
    view = as_viewed(joined(line.text))
    return bool(begins_item(view) or _LABEL.match(view) or _CLOSING.match(view)) or _stands_alone(view)


def _stands_alone(view: str) -> bool:
    """Whether a line is a date, a document number, or a signature with its date."""
    return any(shape.fullmatch(view) for shape in (_DATE, _DOCUMENT_NUMBER, _SIGNED))


def _continues(run: Sequence[Line], line: Line, wrap: _Wrap) -> bool:
    before = run[-1]
    last, view = as_viewed(joined(before.text)), as_viewed(joined(line.text))
    if last.endswith("（") or (_is_cut(run, line) and not begins_item(view)):
        return True
    if _TITLE.search(last) and (len(view) > _FEW * 3 or _stands_alone(view)):
        return False
    if line.is_start is not None:
        return not line.is_start
    if not wrap.is_full(before):
        return False
    if line.text[:1] in "\u3000\t" or line.text.startswith("  "):
        return False
    if _begins(line):
        # 一、二级 and 2022〕9号 may stand at the beginning of a line too, but only where a sentence, a bracket or a
        # number has begun before.
        is_open = last[-1:] in "，、" or _OPEN.search(last) or (last[-1].isdigit() and view[0].isdigit())
        return bool(is_open) and not _LABEL.match(view)
    # A line that ends with its sentence ends its paragraph, unless it is as full as a line can be.
    return not _is_finished(before.text) or wrap.is_full(before, to_the_end=True)


def _without_noise(lines: Sequence[Line]) -> tuple[list[Line], list[Doubt]]:
    """`lines` without page numbers and running heads, and a doubt for each running head."""
    pages = [at for at, line in enumerate(lines) if line.cells is None and _is_page_number(line.text)]
    if len(pages) == 1 and lines[0].page is None and not re.search(r"[-—－页]", lines[pages[0]].text):
        pages = []
    near = set()
    for at in pages:
        around = [at]
        for step in (-1, 1):
            place, met = at + step, 0
            while 0 <= place < len(lines) and met < 2:
                if lines[place].text.strip():
                    met += 1
                    around.append(place)
                place += step
        near.update(around)
    for at in range(1, len(lines)):
        if lines[at].page != lines[at - 1].page:
            near.update((0, at - 1, at))
    heads = Counter(joined(lines[at].text) for at in near if at not in pages and lines[at].cells is None)
    everywhere = Counter(joined(line.text) for line in lines if line.cells is None)
    running = {
        text
        for text, count in heads.items()
        if text and count >= 2 and count >= everywhere[text] - 1 and not _holds_duty(text) and len(text) <= 60
    }
    gone = set(pages)
    doubts: list[Doubt] = []
    for text in running:
        places = [at for at, line in enumerate(lines) if line.cells is None and joined(line.text) == text]
        # The first of them may be the title itself, which the head repeats.
        keep = places[:1] if _TITLE.search(as_viewed(text)) else []
        gone.update(at for at in places if at not in keep)
        first = lines[next(at for at in places if at not in keep)]
        why = f"出现 {len(places)} 次，当作页眉页脚略去"
        doubts.append(Doubt(first.number, first.page, None, "dropped", text, None, "正文", why))
    kept: list[Line] = []
    cut = False
    for at, line in enumerate(lines):
        if at in gone:
            cut = True
            while kept and not kept[-1].text.strip() and kept[-1].cells is None:
                kept.pop()
        elif cut and not line.text.strip() and line.cells is None:
            continue  # the blank lines around a page number are the printer's too
        else:
            kept.append(line)
            cut = False
    return kept, sorted(doubts)


def _is_page_number(text: str) -> bool:
    own = text.strip().strip("\u3000\f")
    return bool(own) and bool(_PAGE_NUMBER.fullmatch(as_viewed(own).replace("：", ":")))


def _holds_duty(text: str) -> bool:
    return bool(re.search("责任|牵头|配合|负责", text))
