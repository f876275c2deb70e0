"""Bytes of a plan file -> plain values with the line each stands on.

Every scalar is kept as text, so that no `on:`, no `3_0` and no impossible date is changed on the way: what a value
means is decided by plan_schema. Anchors, aliases and tags are refused; a plan needs none, and bombs are made of them.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import yaml

from sm_devzone.domain.text import decoded, named, stray_in_file

MAX_DEPTH = 12

Steps = tuple[str | int, ...]
"""The way to a value: a key into each mapping, an index into each list."""


class Problem(NamedTuple):
    """`line` counts from 1."""

    line: int
    text: str


class Place(NamedTuple):
    """Line of a value, and of what lies in it: by key in a mapping, by index in a list."""

    line: int
    inner: dict[str | int, Place]

    def find(self, path: Steps) -> Place:
        """The place at `path`, or the nearest one around it."""
        place = self
        for step in path:
            if step not in place.inner:
                break
            place = place.inner[step]
        return place


class Unreadable(Exception):
    """The file holds no plan at all; carries the one problem."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.problem = Problem(line, text)


def decode(raw: bytes) -> str:
    """Text of a plan file. Raises Unreadable for what is none."""
    text = decoded(raw)
    if text is None:
        raise Unreadable(1, "文字编码无法识别，请用 UTF-8 另存")
    if stray := stray_in_file(text):
        line = len(re.findall(r"\r\n?|\n", text[: stray.start()])) + 1
        raise Unreadable(line, f"有{named(stray)}，不是文本文件，请用 UTF-8 文本另存")
    return text


def read(text: str) -> tuple[Any, Place, list[tuple[Steps, Problem]]]:
    """Values (dict, list, str or None), their places, and the problems that leave the rest readable.

    Each problem comes with the way to the value that it makes unreliable. Raises Unreadable for what is no YAML
    document, and for what no plan needs.
    """
    reader = _Reader()
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            reader.take(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        if mark is None:
            raise Unreadable(1, "有不允许的字符，请用 UTF-8 文本另存") from error
        line = mark.line + 1
        if getattr(error, "problem", "").startswith(_NOTICED_LATE):
            line = error.context_mark.line + 1  # type: ignore[attr-defined]
        elif reader.open_line and not text[mark.index :].strip():
            line = reader.open_line
        raise Unreadable(line, "YAML 写法有误：" + _explain(error)) from error
    if reader.root is None or reader.root[0] is None:
        raise Unreadable(1, "文件是空的，请照 docs/plan-file.md 填写")
    value, place = reader.root
    return value, place, reader.problems


def cut_off(text: str) -> list[tuple[Steps, str, Problem]]:
    """Where ` #` ends an unquoted value of a file that could be read: the way to it, what is read, and what is not.

    A comment as it is usually written, two blanks before its mark and one behind, is meant as one.
    """
    reader = _Reader()
    found: list[tuple[Steps, str, Problem]] = []
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        end = event.end_mark
        if isinstance(event, yaml.ScalarEvent) and not event.style and end:
            lost = _COMMENT.match(text, end.index)
            found += [(reader.way(), event.value, Problem(end.line + 1, lost[1]))] if lost else []
        reader.take(event)
    return found


_COMMENT = re.compile(r"(?! {2,}# )[ \t]+(#.*)")

_NOTICED_LATE = ("found unexpected end of stream", "did not find expected ',' or", "could not find expected ':'")
"""Problems that the parser meets lines below the one to be mended, which its context names."""


def _explain(error: yaml.YAMLError) -> str:
    detail = " ".join(filter(None, (getattr(error, "context", None), getattr(error, "problem", None))))
    for english, chinese in {
        "tab": "行首用了制表符，请改用空格",
        "cannot start any token": "这个字符不能放在行首，请检查引号或制表符",
        "mapping values are not allowed": "冒号的位置不对，含冒号的文字请加引号",
        "did not find expected key": "缩进没有对齐，或上一行的引号没有配对",
        "did not find expected '-' indicator": "列表的缩进没有对齐",
        "could not find expected ':'": "这一行缺少冒号",
        "unexpected end of stream": "引号没有配对",
        "did not find expected ',' or": "方括号或花括号没有配对",
        "did not find expected node content": "方括号或花括号没有配对，或多了逗号",
    }.items():
        if english in detail:
            return chinese
    return f"请检查缩进、冒号和引号（{detail}）"


class _Reader:
    """Builds values out of parser events, so that depth and aliases are checked before anything grows."""

    def __init__(self) -> None:
        self.root: tuple[Any, Place] | None = None
        self.problems: list[tuple[Steps, Problem]] = []
        self._open: list[tuple[Any, Place, list[tuple[str, int, int]]]] = []

    @property
    def open_line(self) -> int | None:
        """Where the innermost mapping or list begins that has not ended yet."""
        return self._open[-1][1].line if self._open else None

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable(line, "用了 YAML 的锚点或别名（& 或 *），计划文件不支持，请把内容写出来或加引号")
        if isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            raise Unreadable(line, "一个文件里有两份文档（---），请拆成两个文件")
        if (tag := getattr(event, "tag", None)) not in (None, "!"):
            raise Unreadable(line, f"用了 YAML 标签 {tag}，计划文件不支持，请删去")
        if isinstance(event, yaml.ScalarEvent):
            if stray := stray_in_file(event.value):
                text = f"文字里有{named(stray)}（由反斜杠写成），请删去"
                self._tell(event.value, Problem(line, text))
            empty = not event.style and event.value in ("", "~", "null")
            self._add(None if empty else event.value, Place(line, {}))
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            if len(self._open) >= MAX_DEPTH:
                raise Unreadable(line, f"嵌套超过 {MAX_DEPTH} 层，不是计划文件的写法")
            value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
            self._open.append((value, Place(line, {}), []))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            value, place, _ = self._open.pop()
            self._add(value, place)

    def _add(self, value: Any, place: Place) -> None:
        if not self._open:
            self.root = value, place
            return
        holder, around, pending_key = self._open[-1]
        if isinstance(holder, list):
            around.inner[len(holder)] = place
            holder.append(value)
        elif not pending_key:
            if not isinstance(value, str):
                raise Unreadable(place.line, "字段名必须是一个词，请改写")
            pending_key.append((value, place.line, len(self.problems)))
        else:
            key, line, told_before = pending_key.pop()
            if key in holder:
                text = f"字段 {key} 写了两次（上一次在第 {around.inner[key].line} 行），请删去一个"
                self._tell(key, Problem(line, text))
                steps, _ = self.problems[-1]  # what lies in a value that is left out has no other way to it
                self.problems[told_before:] = [(steps, problem) for _, problem in self.problems[told_before:]]
            else:
                around.inner[key] = Place(line, place.inner)
                holder[key] = value

    def _tell(self, word: str, problem: Problem) -> None:
        """Keep `problem`, of the value that comes next; that is the one of the key `word` where a key is due."""
        self.problems.append((self.way(word), problem))

    def way(self, word: str = "") -> Steps:
        """The way to the value that comes next, or to the one of the key `word` where a key is due."""
        return tuple(
            len(holder) if isinstance(holder, list) else pending_key[0][0] if pending_key else word
            for holder, _, pending_key in self._open
        )
