"""Rows for programs: JSON documents, tab-separated lines, CSV. Dates are ISO, absent is null or empty."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import count, islice
from operator import attrgetter
from typing import Any, NamedTuple

from sm_devzone.domain.glossary import KINDS, ORIGINS, ROLES, SIGNALS, STATES
from sm_devzone.domain.plan import Plan
from sm_devzone.domain.text import STEERING, one_line, plain


def only_of(units: Sequence[str]) -> str:
    """What is said above a list that has the duties of those units alone."""
    return f"只有 {'、'.join(units)} 的任务，别的单位的看不到"


def json_document(name: str, day: date | None, plan: Plan, content: Mapping[str, Any], of: Sequence[str] = ()) -> str:
    """One document with `schema` (devzone/NAME/1), `as_of`, `policies`, and `content`.

    `of` are the units that it is about, where others are not to be seen; else it has no such key. What says nothing
    about any day (`day` None) has neither `as_of` nor `policies`.
    """
    policies = [{"id": p.id, "title": p.title, "issuer": p.issuer, "issued": p.issued} for p in plan]
    about: dict[str, Any] = {"as_of": day, "policies": policies} if day else {}
    about |= {"of": list(of)} if of else {}
    document = {"schema": f"devzone/{name}/1", **about, **content}
    # What steers a terminal is escaped, and so reads back whole; json itself leaves all but the first 32 as they are.
    text = json.dumps(document, ensure_ascii=False, indent=2, default=_encode)
    return re.sub(STEERING, lambda found: f"\\u{ord(found[0]):04x}", text)


def as_objects(records: Iterable[NamedTuple], names: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """Each named tuple as an object with all its fields, or those of `names` in that order."""
    if names is None:
        return [record._asdict() for record in records]
    names = list(names)
    return [{name: getattr(record, name) for name in names} for record in records]


def _encode(value: object) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def tab_separated(records: Iterable[Sequence[Any]]) -> str:
    """A line each, no header; tabs and line ends inside a value become blanks."""
    return "".join("\t".join(one_line(_cell(value)) for value in record) + "\n" for record in records)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return "、".join(value) if isinstance(value, tuple) else str(value)


_WORDED: Mapping[str, Mapping[str, str]] = {
    "state": STATES,
    "signal": SIGNALS,
    "role": ROLES,
    "due_origin": ORIGINS,
    "kind": KINDS,
}


_AT_ONCE = 1000
"""Rows of a CSV written at a time: few enough that the next can be read meanwhile."""


def csv_file(columns: Mapping[str, str], records: Iterable[NamedTuple]) -> bytes:
    """A table for Excel and WPS: UTF-8 with BOM, a 序号 column, then `columns` (field -> heading), words in Chinese.

    A cell that a spreadsheet would take for a formula gets an apostrophe in front, and so is text.
    """
    import csv

    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(["序号", *columns.values()])
    values_of, in_words = attrgetter(*columns), list(map(_CsvCells, columns))
    left, numbers = iter(records), count(1)
    while some := list(map(values_of, islice(left, _AT_ONCE))):
        by_column = zip(*some, strict=True)
        cells = (map(words.__getitem__, values) for words, values in zip(in_words, by_column, strict=True))
        writer.writerows(zip(islice(numbers, len(some)), *cells, strict=True))
    return target.getvalue().encode("utf-8-sig", errors="replace")


class _CsvCells(dict[Any, str | int]):
    """The cells of one column, by value: what stands in it again and again is put in words once."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def __missing__(self, value: Any) -> str | int:
        cell = self[value] = _csv_cell(self._name, value)
        return cell


def _csv_cell(name: str, value: Any) -> str | int:
    if value is None or value is False:
        return ""
    if value is True:
        return "是"
    if name in _WORDED:
        return _WORDED[name][value]
    if isinstance(value, int):
        return value
    if isinstance(value, date):
        return value.isoformat()
    text = plain(_cell(value))
    return "'" + text if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
