"""A draft plan: what was read, each value with its line and words. Written down by output/draft.py."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sm_devzone.domain.reading.doubts import Doubt
from sm_devzone.domain.reading.facts import Facts


class DraftUnit(NamedTuple):
    """A unit of a measure. `is_common` says that a rule of the document adds it, not the list of the measure."""

    name: str
    role: str
    line: int
    is_common: bool = False


class DraftMilestone(NamedTuple):
    """As plan.Milestone; `line` and `as_written` are its source, `reason` says why a cycle begins where it does."""

    key: str
    title: str
    line: int
    as_written: str
    due: date | None = None
    every: str | None = None
    first: str | None = None
    by: str | None = None
    units: tuple[str, ...] = ()
    origin: str = "policy"
    reason: str | None = None
    until: str | None = None
    formerly: tuple[str, ...] = ()


class DraftMeasure(NamedTuple):
    """`printed` is the number as printed. `lists` are (line, words) of each unit list. `open_words` leave one open.

    `lead_line` and `roles_as_written` are the source of the roles.
    """

    number: int
    printed: str
    title: str
    line: int
    is_own_title: bool
    units: tuple[DraftUnit, ...]
    lists: tuple[tuple[int, str], ...]
    roles_as_written: str | None
    milestones: tuple[DraftMilestone, ...]
    tasks: tuple[str, ...] = ()
    standing: str | None = None
    reporting_cycle: str | None = None
    report_by: str | None = None
    formerly: int | None = None
    text: str = ""
    is_gone: bool = False

    def with_role(self, role: str) -> tuple[str, ...]:
        """The units of this measure with one role."""
        return tuple(unit.name for unit in self.units if unit.role == role)


class Registered(NamedTuple):
    """A unit or, with `is_group`, a collective in the register of the draft."""

    name: str
    line: int
    is_group: bool = False
    aliases: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    vertical: bool = False
    note: str = ""


class Draft(NamedTuple):
    """`common` are units of every measure, with (line, words) of the rule that says so."""

    facts: Facts
    measures: tuple[DraftMeasure, ...]
    register: tuple[Registered, ...]
    common: tuple[str, ...]
    common_source: tuple[int, str] | None
    doubts: tuple[Doubt, ...]

    def counts(self) -> dict[str, int]:
        """How much was read: measures, units, pairs of both, leads, milestones, doubtful places."""
        pairs = sum(len(dict.fromkeys([*(u.name for u in m.units), *self.common])) for m in self.measures)
        return {
            "measures": len(self.measures),
            "units": len(self.register),
            "pairs": pairs,
            "leads": sum(len(m.with_role("lead")) for m in self.measures),
            "milestones": sum(len(m.milestones) for m in self.measures),
            "doubtful": len(self.doubts),
        }
