"""Who answers for a measure: the plan's units, and what the office decided since, one after the other.

A unit that takes over (移交) goes on with what is open as it stands; what the unit before it has closed stays closed.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sm_devzone.domain.plan import Measure


class Appointment(NamedTuple):
    """One act of the office: a unit gets a `role`, hands everything over to its `heir`, or (neither) is taken out."""

    policy: str
    measure: int
    unit: str
    role: str | None
    heir: str | None
    day: date
    number: int


class Listed(NamedTuple):
    """That a version of the plan put a unit on a measure's list with a role, or (without one) took it off.

    `day` is the one from which the version counts, None for the first.
    """

    day: date | None
    unit: str
    role: str | None


class Tenure(NamedTuple):
    """The time of one unit with a measure. `since` is None for one that the plan has named all along.

    `left_on` is the day on which it was taken out or handed over. `heir_of` are the units that it took over from,
    `givers` their times as they ended then, and `line` all those before them too; `joined` says that it answered for
    the measure in its own right. `former` are the times that the unit itself had with the measure before.
    """

    role: str
    since: date | None = None
    left_on: date | None = None
    heir_of: tuple[str, ...] = ()
    line: tuple[str, ...] = ()
    joined: bool = True
    givers: "tuple[Tenure, ...]" = ()
    former: "tuple[Tenure, ...]" = ()


_RANK = ("assisting", "responsible", "lead")
_PLANNED = {role: Tenure(role) for role in _RANK}
"""Most units have one that says nothing else; made once, it is the same for all."""


def tenures(measure: Measure, acts: Sequence[Appointment], listed: Sequence[Listed] = ()) -> dict[str, Tenure]:
    """Unit -> its time with `measure`: as the plan lists them, then as appointed. `acts` are in order of happening.

    `listed` is what the versions of the plan said of it one after the other, in order; where that is nothing, the
    measure has named all its units from the beginning. On a day on which both change, the plan puts in what is new
    before the office acts, and takes out what is gone after it.
    """
    found = {} if listed else {unit: _PLANNED[measure.planned_role(unit)] for unit in measure.roster}
    decided: set[str] = set()
    for step in _in_order(listed, acts):
        own = found.get(step.unit)
        is_there = own is not None and own.left_on is None
        if isinstance(step, Appointment) and step.heir is not None:
            if own is not None and is_there:
                found[step.unit] = own._replace(left_on=step.day)
                found[step.heir] = _heir(found.get(step.heir), step.unit, found[step.unit])
                decided.add(step.heir)
        elif step.role is None:
            if own is not None and is_there:
                found[step.unit] = own._replace(left_on=step.day)
        else:
            if isinstance(step, Appointment):
                decided.add(step.unit)
            if own is not None and is_there:
                found[step.unit] = own._replace(role=step.role if step.unit in decided else own.role)
            else:
                found[step.unit] = Tenure(step.role, step.day, former=_times(own))
    if not listed:
        return found
    for unit in measure.roster:
        if unit in found and unit not in decided:
            found[unit] = found[unit]._replace(role=measure.planned_role(unit))
    return {unit: found[unit] for unit in dict.fromkeys((*measure.roster, *found)) if unit in found}


def _in_order(listed: Sequence[Listed], acts: Sequence[Appointment]) -> Sequence[Listed | Appointment]:
    if not listed:
        return acts
    steps: list[Listed | Appointment] = [*(step for step in listed if step.role), *acts]
    steps += [step for step in listed if step.role is None]
    return sorted(steps, key=lambda step: step.day or date.min)


def _heir(other: Tenure | None, giver: str, ended: Tenure) -> Tenure:
    """The time of a unit that takes over from `giver`, whose time has `ended`."""
    day = ended.left_on
    if other is None or other.left_on is not None:
        other = Tenure(ended.role, day, joined=False, former=_times(other))
    elif other.since == day:  # the plan lists it because of the hand-over
        other = other._replace(joined=False)
    return other._replace(
        role=max(ended.role, other.role, key=_RANK.index),
        heir_of=(*other.heir_of, giver),
        givers=(*other.givers, ended),
        line=tuple(dict.fromkeys((*other.line, *ended.line, giver))),
    )


def _times(own: Tenure | None) -> tuple[Tenure, ...]:
    return (*own.former, own._replace(former=())) if own is not None else ()


def roster(measure: Measure, acts: Sequence[Appointment], listed: Sequence[Listed] = ()) -> dict[str, str]:
    """Unit -> role of those who answer for `measure` after `acts`."""
    return {unit: term.role for unit, term in tenures(measure, acts, listed).items() if term.left_on is None}


def in_office(measure: Measure, acts: Sequence[Appointment], listed: Sequence[Listed], day: date) -> dict[str, Tenure]:
    """As `tenures`, of those who answer for `measure` when the office acts on `day`, after its `acts` so far."""
    by_then = [step for step in listed if step.day is None or step.day < day or (step.day == day and step.role)]
    terms = tenures(measure, [act for act in acts if act.day <= day], by_then)
    return {unit: term for unit, term in terms.items() if term.left_on is None}


def named_leads(roles: Mapping[str, str]) -> str | None:
    """The lead units of a measure joined by 、; None where neither the text nor the office names one."""
    return "、".join(unit for unit, role in roles.items() if role == "lead") or None


def without_unit(measure: Measure, acts: Sequence[Appointment], listed: Sequence[Listed] = ()) -> list[str]:
    """The keys of the milestones of `measure` that nobody answers for after `acts`."""
    terms = {unit: term for unit, term in tenures(measure, acts, listed).items() if term.left_on is None}
    return [
        milestone.key
        for milestone in measure.milestones
        if not any(
            not milestone.units or unit in milestone.units or set(term.line) & set(milestone.units)
            for unit, term in terms.items()
        )
    ]
