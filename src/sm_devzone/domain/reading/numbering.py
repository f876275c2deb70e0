"""How items of a policy are numbered: 第一章, 第一条, 一、, （一）, 1., （1）, ①."""

from __future__ import annotations

import re
from typing import NamedTuple

from sm_devzone.domain.reading.text import number_of

_HAN = "[一二三四五六七八九十百零〇]{1,5}"
_SHAPES = (
    ("章", 0, re.compile(rf"第({_HAN}|\d{{1,2}})[章编篇](?![^。；，]{{40}})")),
    ("部分", 1, re.compile(rf"第({_HAN}|\d{{1,2}})(?:部分|节)")),
    ("条", 2, re.compile(rf"第({_HAN}|\d{{1,3}})条(?![例第约、和至款规的])[：、]?")),
    ("项", 2, re.compile(rf"(?:任务|措施|举措|行动|工程|专项|事项)({_HAN}|\d{{1,3}})[：、.]")),
    ("一、", 2, re.compile(rf"({_HAN})[、.](?![一二三四五六七八九十])")),
    ("（一）", 3, re.compile(rf"（({_HAN})）[、.]?")),
    ("1.1", 5, re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,2})(?![\d.%万亿个元倍米])[.、]?(?=[\u4e00-\u9fff“《])")),
    ("1.", 4, re.compile(r"(\d{1,3})[.、](?![\d]{1,2}(?:[%万亿个元倍米]|\.\d))")),
    ("（1）", 6, re.compile(r"（(\d{1,3})）[、.]?")),
    ("1）", 6, re.compile(r"(\d{1,2})）[、.]?")),
    ("①", 7, re.compile("([①-⑳])")),
)


class Number(NamedTuple):
    """A number at the beginning of a paragraph: its kind, how deep such numbers stand, its value, its length."""

    kind: str
    depth: int
    value: int
    printed: str


def number_at(view: str) -> Number | None:
    """The number with which `view` begins."""
    for kind, depth, shape in _SHAPES:
        if match := shape.match(view):
            written = match[1]
            if "①" <= written <= "⑳":
                value: int | None = ord(written) - ord("①") + 1
            else:
                value = number_of(written.rpartition(".")[2])
            if value:
                return Number(kind, depth, value, match[0])
    return None


def begins_item(view: str) -> bool:
    """Whether a numbered item begins with `view`."""
    return number_at(view) is not None
