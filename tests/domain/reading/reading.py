"""A small policy text as the tests write it down, and what was read of it, in a form that stands beside it."""

from __future__ import annotations

import textwrap
from datetime import date

from sm_devzone.domain.plan import Unit
from sm_devzone.domain.reading.draft import Draft
from sm_devzone.domain.reading.plan import draft_of
from sm_devzone.domain.reading.text import Line

HEAD = """
    青河市人民政府办公室关于印发青河市河湖长效管护若干措施的通知
    青政办〔2025〕8号
    各县（市、区）人民政府，市直有关单位：
    现将若干措施印发给你们，请认真抓好落实。
    青河市人民政府办公室
    2025年3月10日
    青河市河湖长效管护若干措施
    为管好我市河湖，制定本措施。
"""
"""Title, number, letter, signature: as a text begins that has all of them."""

MARKS = {"lead": "*", "responsible": "", "assisting": "-"}


def lines(text: str) -> list[Line]:
    return [Line(number, line) for number, line in enumerate(textwrap.dedent(text).strip("\n").split("\n"), 1)]


def read(text: str, *, head: bool = True, org: str | None = None, known: list[Unit] | None = None) -> Draft:
    """The draft of `text`, below HEAD where `head` says so. Saturdays and Sundays are no working days."""
    whole = (textwrap.dedent(HEAD).strip("\n") + "\n" if head else "") + textwrap.dedent(text).strip("\n")
    return draft_of(lines(whole), org=org, known=known or [], is_workday=lambda day: day.weekday() < 5)


def told(draft: Draft) -> list[str]:
    """A line a measure: number, title, units with * for a lead and - for an assisting one, common units behind +."""
    return [
        f"{one.number} {one.title}: "
        + " ".join([*(MARKS[unit.role] + unit.name for unit in one.units), *(f"+{name}" for name in draft.common)])
        for one in draft.measures
    ]


def units(text: str) -> str:
    """The units of the first measure of `text`."""
    return told(read(text))[0].partition(": ")[2]


def dates(draft: Draft) -> list[str]:
    """A line a milestone: number of its measure, due day or cycle with its first period and its day."""
    found = []
    for measure in draft.measures:
        for one in measure.milestones:
            when = str(one.due) if one.due else " ".join(filter(None, (one.every, one.first, one.by)))
            found.append(f"{measure.number} {when}")
    return found


def kinds(draft: Draft, *wanted: str) -> list[str]:
    """kind and text of each doubt of the kinds `wanted`."""
    return [f"{one.kind} {one.text}" for one in draft.doubts if one.kind in wanted]


def day(text: str) -> date:
    return date.fromisoformat(text)
