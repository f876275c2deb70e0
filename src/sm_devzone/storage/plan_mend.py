"""A plan with faults of shape -> one without, so that what is right in it can be checked for meaning as well.

Where something cannot be read, the same piece of UNREAD_PLAN stands in for it. Nothing is moved, so lines stay right;
and a finding that names UNREAD only follows from a fault already told, so it is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sm_devzone.storage.plan_text import Steps

UNREAD = "\0"
"""Stands for a text or name that could not be read. No plan can hold it itself."""

UNREAD_PLAN: dict[str, Any] = {
    "policy": {
        "id": "0",
        "title": UNREAD,
        "issuer": UNREAD,
        "issued": "0001-01-01",
        "valid_until": "9999-12-31",
        "office": UNREAD,
        "report_to": [UNREAD],
        "copy_to": [UNREAD],
        "workdays": ["0001-01-01"],
        "holidays": ["0001-01-01"],
    },
    "units": [{"name": UNREAD, "aliases": [UNREAD]}],
    "groups": [{"name": UNREAD, "aliases": [UNREAD], "members": [UNREAD]}],
    "common_units": [UNREAD],
    "measures": [
        {
            "number": "1",
            "title": UNREAD,
            "units": [UNREAD],
            "lead": [UNREAD],
            "assisting": [UNREAD],
            "roles_as_written": UNREAD,
            "tasks": [UNREAD],
            "milestones": [
                {
                    "key": UNREAD,
                    "title": UNREAD,
                    "origin": "office",
                    "every": "year",
                    "first": UNREAD,
                    "by": UNREAD,
                    "units": [UNREAD],
                    "as_written": UNREAD,
                    "reason": UNREAD,
                }
            ],
            "standing": UNREAD,
        }
    ],
}
"""A plan in which no check of meaning finds a fault that does not name UNREAD. What it leaves out may be left out."""

_DECISIVE = {
    ("measures", "number"),
    ("measures", "milestones", "origin"),
    ("measures", "milestones", "due"),
    ("measures", "milestones", "every"),
}
"""Fields without which nothing can be said of the measure or milestone that they belong to."""


def mended(value: Any, faults: Iterable[Steps]) -> Any:
    """`value`, which is used up, with stand-ins at `faults`. A list there is kept and grows by one that is unread."""
    root = [value]
    targets = {(0, *(path[:-1] if _fields(path) in _DECISIVE else path)) for path in faults}
    for target in sorted(targets, key=len, reverse=True):
        *way, last = _down_to_a_word(root, target)
        holder: Any = root
        for step in way:
            holder = holder[step]
        stand_in = _stand_in((*way, last))
        if stand_in is None:
            if isinstance(holder, dict):
                holder.pop(last, None)
        elif isinstance(stand_in, list) and isinstance(holder, dict) and isinstance(holder.get(last), list):
            holder[last] = [*holder[last], *stand_in]
        else:
            holder[last] = stand_in
    return root[0]


def _down_to_a_word(value: Any, path: Steps) -> Steps:
    """`path` no further than to a word: one may stand for a list of one, and what is wrong in that is the word."""
    for at, step in enumerate(path[:-1], 1):
        value = value[step]
        if not isinstance(value, (dict, list)):
            return path[:at]
    return path


def _fields(path: Steps) -> Steps:
    return tuple(step for step in path if isinstance(step, str))


def _stand_in(path: Steps) -> Any:
    """What UNREAD_PLAN holds at `path`, whichever item of a list is meant; None where it holds nothing."""
    found: Any = [UNREAD_PLAN]
    for step in path:
        if isinstance(step, int) and isinstance(found, list):
            found = found[0]
        elif isinstance(found, dict):
            found = found.get(step)
        else:
            return None
    return found
