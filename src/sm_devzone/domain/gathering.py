"""Things that have something in common, put together: one rule for every list, row and line that stands for several."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypeVar

_Common = TypeVar("_Common", bound=Hashable)
_One = TypeVar("_One")


def gathered(pairs: Iterable[tuple[_Common, _One]]) -> dict[_Common, list[_One]]:
    """What is in common -> all that has it, in its order; what is met first comes first."""
    found: dict[_Common, list[_One]] = {}
    for common, one in pairs:
        found.setdefault(common, []).append(one)
    return found
