"""Who answers for a measure: the plan's units, and what the office decided since, one after the other.

A unit that takes over (移交) goes on with what is open as it stands; what the unit before it has closed stays closed.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sm_devzone.domain.plan import Measure, Milestone


class Appointment(NamedTuple):
    """One act of the office: a unit gets a `role`, hands everything over to its `heir`, or (neither) is taken out."""

    policy: str
    measure: int
    unit: str
    role: str | None
    heir: str | None
    day: date
    number: int

    @property
    def heirs(self) -> tuple[str, ...]:
        return (self.heir,) if self.heir else ()


class Listed(NamedTuple):
    """That a version of the plan put a unit on a measure's list with a role, or (without one) took it off.

    `day` is the one from which the version counts, None for the first. A collective that stood for its members until
    the version named them has these for `heirs`: they go on with what it left open.
    """

    day: date | None
    unit: str
    role: str | None
    heirs: tuple[str, ...] = ()


class Asked(NamedTuple):
    """Of whom a version asks a milestone, or the standing part, among those who answer for its measure.

    It asks it of `units`, or, `others`, of all but these. `since` is the day from which the version counts, None for
    the first.
    """

    since: date | None
    units: frozenset[str]
    others: bool

    def of(self, unit: str) -> bool:
        return (unit in self.units) != self.others


EVERYONE, NOBODY = Asked(None, frozenset(), others=True), Asked(None, frozenset(), others=False)


def asked_of(measure: Measure, key: str) -> Asked:
    """Of whom `measure` asks its milestone `key`; without a key its standing part.

    A milestone names its units or is for every one. Where nothing is said of a standing part, the units for which
    there is no milestone have one.
    """
    if key:
        milestone = measure.milestone(key)
        return _asked_for(milestone) if milestone else NOBODY
    by_milestone = [_asked_for(own) for own in measure.milestones]
    if measure.standing is not None or not by_milestone:
        return EVERYONE
    if EVERYONE in by_milestone:
        return NOBODY
    return Asked(None, frozenset().union(*(own.units for own in by_milestone)), others=True)


def _asked_for(milestone: Milestone) -> Asked:
    return Asked(None, frozenset(milestone.units), others=False) if milestone.units else EVERYONE


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
    found, decided = _played({} if listed else _planned(measure), listed, acts)
    if not listed:
        return found
    for unit in measure.roster:
        if unit in found and unit not in decided:
            found[unit] = found[unit]._replace(role=measure.planned_role(unit))
    return {unit: found[unit] for unit in dict.fromkeys((*measure.roster, *found)) if unit in found}


def tenures_in(
    measure: Measure,
    acts: Sequence[Appointment],
    listed: Sequence[Listed],
    asked: Sequence[Asked],
    whole: Mapping[str, Tenure],
) -> Mapping[str, Tenure]:
    """As `tenures`, with one milestone of `measure` or its standing part; `whole` are those with the measure.

    `asked` is what the versions of the plan said of it one after the other. A unit that took over from one which is
    asked goes on with it; one that comes to the measure, or that a version comes to ask, has it from then on.
    """
    if len(asked) == 1 and asked[0] == EVERYONE:
        return whole
    if len(asked) == 1 and not any(term.line or term.former for term in whole.values()):
        return {unit: term for unit, term in whole.items() if asked[0].of(unit)}

    def is_asked(unit: str, day: date | None) -> bool:
        return next(own for own in reversed(asked) if not own.since or (day and own.since <= day)).of(unit)

    steps = [step for step in listed if step.role is None or is_asked(step.unit, step.day)]
    for own in asked[1:]:
        assert own.since is not None
        for unit, term in in_office(measure, acts, listed, own.since).items():
            is_heir = any(map(own.of, term.line))
            goes_on = own.of(unit) and (term.joined or is_heir) if own.others else own.of(unit) or is_heir
            steps.append(Listed(own.since, unit, term.role if goes_on else None))
    planned = {} if listed else {unit: term for unit, term in _planned(measure).items() if asked[0].of(unit)}
    found, _ = _played(planned, steps, [act for act in acts if act.role is None or is_asked(act.unit, act.day)])
    return {unit: found[unit]._replace(role=term.role) for unit, term in whole.items() if unit in found}


def _planned(measure: Measure) -> dict[str, Tenure]:
    return {unit: _PLANNED[measure.planned_role(unit)] for unit in measure.roster}


def _played(
    found: dict[str, Tenure], listed: Sequence[Listed], acts: Sequence[Appointment]
) -> tuple[dict[str, Tenure], set[str]]:
    """The times that come of those `found`, what is `listed` and `acts`, and whose roles the office decided on."""
    decided: set[str] = set()
    named: set[str] = set()  # collectives that gave way to their members, of whom more may be named later
    for step in _in_order(listed, acts):
        own, is_office = found.get(step.unit), isinstance(step, Appointment)
        is_there = own is not None and own.left_on is None
        if step.role is not None:
            decided.update([step.unit] if is_office else [])
            if own is None or not is_there:
                found[step.unit] = Tenure(step.role, step.day, former=_times(own)) if step.day else _PLANNED[step.role]
            elif step.unit in decided:
                found[step.unit] = own._replace(role=step.role)
            continue
        if own is not None and is_there:
            found[step.unit] = own._replace(left_on=step.day)
            named.update([step.unit] if step.heirs and not is_office else [])
        elif step.unit not in named:
            continue
        for heir in step.heirs:
            assert step.day is not None
            found[heir] = _heir(found.get(heir), step.unit, found[step.unit], step.day)
            decided.update([heir] if is_office else [])
    return found, decided


def _in_order(listed: Sequence[Listed], acts: Sequence[Appointment]) -> Sequence[Listed | Appointment]:
    if not listed:
        return acts
    steps: list[Listed | Appointment] = [*(step for step in listed if step.role), *acts]
    steps += [step for step in listed if step.role is None]
    return sorted(steps, key=lambda step: step.day or date.min)


def _heir(other: Tenure | None, giver: str, ended: Tenure, day: date) -> Tenure:
    """The time of a unit that takes over on `day` from `giver`, whose time has `ended`."""
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


def without_unit(
    measure: Measure,
    acts: Sequence[Appointment],
    listed: Sequence[Listed],
    asked: Mapping[str, Sequence[Asked]],
) -> list[str]:
    """The keys of the milestones of `measure` that nobody answers for after `acts`; `asked` is of each of them."""
    whole = tenures(measure, acts, listed)
    return [
        own.key
        for own in measure.milestones
        if all(term.left_on for term in tenures_in(measure, acts, listed, asked[own.key], whole).values())
    ]
