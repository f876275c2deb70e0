"""The versions of a plan that the books know, and how what was written in the terms of one reads in those of another.

An entry speaks in the terms of the version that was recorded last when it was written down; a ledger speaks in those of
the version that is in force on its day.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import count, pairwise
from typing import Generic, NamedTuple, TypeVar

from sm_devzone.domain.appointments import NOBODY, Asked, Listed, asked_of
from sm_devzone.domain.calendar import Period, due_day, is_occurrence
from sm_devzone.domain.cycles import UNORDERED, Ordered, ordered_by
from sm_devzone.domain.entry import DutyKey
from sm_devzone.domain.plan import Measure, Milestone, Policy
from sm_devzone.domain.plan_history import milestone_keys, renumbering


class Edition(NamedTuple):
    """One version of a policy's plan. `number` is None for the plan file as it is, where that is not recorded yet.

    It counts from `in_force_since` on; entries after the one numbered `position` are written in its terms.
    """

    number: int | None
    policy: Policy
    in_force_since: date
    position: int


class Said(NamedTuple):
    """What the edition at the place `at` says of a measure, from `since` on, None for the first; None where nothing."""

    at: int
    since: date | None
    measure: Measure | None


class History:
    """The editions of one policy, in the order of their numbers, which is that of the days from which they count."""

    def __init__(self, editions: Sequence[Edition]) -> None:
        self.editions = tuple(editions)

    def asks_less(self, at: int, current: int) -> bool:
        """Whether a measure, milestone or occurrence that the edition `at` asked for may be missing in `current`."""
        before, now = self.editions[at].policy, self.editions[current].policy
        for measure in before.measures:
            if self.measure(measure.number, at, current) is None:
                return True
            for own in measure.milestones:
                moved = self.milestone(measure.number, own.key, at, current)
                known = now.measure(moved[0]) if moved else None
                same = known.milestone(moved[1]) if known and moved else None
                if same is None or (own.every, own.first, own.until) != (same.every, same.first, same.until):
                    return True
        return now.ends_on < before.ends_on

    def in_force(self, day: date) -> int:
        """The place of the edition that counts on `day`; the first counts before its day as well."""
        return max((at for at, edition in enumerate(self.editions) if edition.in_force_since <= day), default=0)

    @cached_property
    def _numbers(self) -> list[dict[int, int]]:
        """Old number -> new number, for each step from one edition to the next."""
        return [_kept(a.policy, b.policy) for a, b in pairwise(self.editions)]

    @cached_property
    def _keys(self) -> list[dict[tuple[int, str], tuple[int, str]]]:
        """As `_numbers`, for the milestones."""
        return [
            {old: new for old, new in milestone_keys(a.policy, b.policy).items() if old[0] in numbers}
            for (a, b), numbers in zip(pairwise(self.editions), self._numbers, strict=True)
        ]

    @cached_property
    def _measures(self) -> "list[_Meanings[int]]":
        """What the numbers of each edition mean."""
        titles = [{own.number: own.title for own in edition.policy.measures} for edition in self.editions]
        return _meanings(titles, self._numbers)

    @cached_property
    def _milestones(self) -> "list[_Meanings[tuple[int, str]]]":
        """As `_measures`, for the milestones."""
        titles = [
            {
                (own.number, each.key): (measures.of[own.number], each.title)
                for own in edition.policy.measures
                for each in own.milestones
            }
            for edition, measures in zip(self.editions, self._measures, strict=True)
        ]
        return _meanings(titles, self._keys)

    @cached_property
    def cuts(self) -> tuple[int, ...]:
        """The positions at which a number, key or name came to mean another measure, milestone or unit."""
        if len(self.editions) == 1:
            return ()
        measures, milestones = pairwise(self._measures), pairwise(self._milestones)
        return tuple(
            edition.position
            for edition, numbers, keys, units in zip(
                self.editions[1:], measures, milestones, pairwise(self._units), strict=True
            )
            if _is_cut(*numbers) or _is_cut(*keys) or _means_another(*units)
        )

    def measure(self, number: int, source: int, target: int) -> int | None:
        """The number in the edition `target` of the measure that has `number` in `source`; None where it has none."""
        return _carried(number, self._measures[source], self._measures[target])

    def said(self, number: int, current: int) -> "list[Said]":
        """What the editions up to `current`, one after the other, said of the measure that has `number` in it.

        One that another replaced on its day said nothing.
        """
        found: list[Said] = []
        for at, edition in enumerate(self.editions[: current + 1]):
            if at < current and self.editions[at + 1].in_force_since == edition.in_force_since:
                continue
            then = self.measure(number, current, at)
            measure = None if then is None else edition.policy.measure(then)
            found.append(Said(at, edition.in_force_since if found else None, measure))
        return found

    def members(self, name: str, current: int, at: int, among: Iterable[str]) -> tuple[str, ...]:
        """Those of the units `among` that are members of the collective `name` in the edition `at`.

        All names are those of `current`.
        """
        units = self.editions[at].policy.units
        own = next((unit for unit in units if unit.members and self.unit(unit.name, at, current) == name), None)
        members = {self.unit(member, at, current) for member in own.members} if own else set()
        return tuple(unit for unit in among if unit in members)

    def numbers(self, number: int, source: int) -> frozenset[int]:
        """Every number that the measure has in any edition which has `number` in `source`."""
        found = (self.measure(number, source, target) for target in range(len(self.editions)))
        return frozenset({number, *filter(None, found)})

    def milestone(self, number: int, key: str, source: int, target: int) -> tuple[int, str] | None:
        """As `measure`, for one of its milestones; without a key for its standing part."""
        if not key:
            moved = self.measure(number, source, target)
            return None if moved is None else (moved, "")
        return _carried((number, key), self._milestones[source], self._milestones[target])

    @cached_property
    def _units(self) -> "list[_Meanings[str]]":
        """As `_measures`, for the units, by their names and aliases: an old name may be given to another unit."""
        policies = [edition.policy for edition in self.editions]
        titles = [{unit.name: None for unit in policy.units} for policy in policies]
        return _meanings(titles, [_renamed(a, b) for a, b in pairwise(policies)], [own for _, own in self._register])

    def unit(self, name: str, source: int, target: int) -> str:
        """The name in the edition `target` of the unit that `name`, its name or an alias, meant by `source`."""
        meaning = self._units[source].of.get(name)
        if meaning is None:
            return self._by_any_word(name, target)
        if (found := self._units[target].found.get(meaning)) is not None:
            return found
        nearest = (*self._units[target::-1], *self._units[target:])  # it was dropped, or is not in the register yet
        return next(own.found[meaning] for own in nearest if meaning in own.found)

    def _by_any_word(self, name: str, target: int) -> str:
        """As `unit`, for one that the register did not have when it was written: by what was put there later."""
        names, aliases = self._register[target]
        if name in names:
            return name
        known = names | aliases.keys()
        return next((aliases.get(other, other) for other in self._beside(name) if other in known), name)

    def _beside(self, name: str) -> list[str]:
        """`name`, the names and aliases that stand beside it in any edition, then those beside these: nearest first."""
        if name not in self._found_beside:
            found = [name]
            for other in found:  # grows while it is gone through
                found += [word for words in self._words if other in words for word in words if word not in found]
            self._found_beside[name] = list(dict.fromkeys(found))
        return self._found_beside[name]

    @cached_property
    def _found_beside(self) -> dict[str, list[str]]:
        """What `_beside` has found: it is asked for every entry under a former name."""
        return {}

    @cached_property
    def _words(self) -> list[tuple[str, ...]]:
        """The name and the aliases of each unit of each edition."""
        words = [(unit.name, *unit.aliases) for edition in self.editions for unit in edition.policy.units]
        return list(dict.fromkeys(words))

    @cached_property
    def _register(self) -> list[tuple[frozenset[str], dict[str, str]]]:
        """Of each edition its names, and alias -> name."""
        return [
            (
                frozenset(unit.name for unit in edition.policy.units),
                {alias: unit.name for unit in reversed(edition.policy.units) for alias in unit.aliases},
            )
            for edition in self.editions
        ]

    def current_names(self, target: int) -> frozenset[str]:
        """The names of the units of one edition."""
        return self._register[target][0]

    @cached_property
    def lasting_names(self) -> frozenset[str]:
        """The units that bear one name in all editions; none where there are `cuts`."""
        return frozenset() if self.cuts else frozenset.intersection(*(names for names, _ in self._register))

    def names_of(self, name: str) -> frozenset[str]:
        """Every name and alias under which entries about the unit may stand."""
        return frozenset(self._beside(name))

    def written(self, number: int) -> int:
        """The place of the edition in whose terms the entry `number` is written."""
        return max((at for at, edition in enumerate(self.editions) if edition.position < number), default=0)

    def known_to(self, position: int, version: str | None) -> int:
        """The place of the edition in whose terms a paper is written that knew the entries up to `position`.

        Of those that were recorded with no entry in between, the one with the `version` that the paper names.
        """
        by_then = [at for at, edition in enumerate(self.editions) if edition.position <= position]
        named = [at for at in by_then if self.editions[at].policy.version == version]
        return max(named or by_then, default=0)

    def resolve(self, key: DutyKey, number: int, target: int) -> DutyKey | None:
        """`key` of the entry `number` in the terms of the edition `target`; None where that knows no such duty."""
        return self.moved(key, self.written(number), target)

    def moved(self, key: DutyKey, source: int, target: int) -> DutyKey | None:
        """`key`, in the terms of the edition `source`, in those of `target`; None where that knows no such duty.

        A number or key that `source` has dropped means what it meant last; one that it never knew stays as it is.
        """
        unit = self.unit(key.unit, source, target)
        if source == target or key.measure not in self._measures[source].of:
            return key._replace(unit=unit)
        if key.milestone and (key.measure, key.milestone) not in self._milestones[source].of:
            return key._replace(unit=unit)
        moved = self.milestone(key.measure, key.milestone, source, target)
        return None if moved is None else key._replace(measure=moved[0], milestone=moved[1], unit=unit)


_Name = TypeVar("_Name", bound=Hashable)


class _Meanings(NamedTuple, Generic[_Name]):
    """What names mean in one edition, by numbers that are the same in all of them.

    `of` has each name, also one that was dropped, which means what it meant last; `found` only the edition's own.
    """

    of: Mapping[_Name, int]
    found: Mapping[int, _Name]


def _meanings(
    titles: Sequence[Mapping[_Name, object]],
    steps: Sequence[Mapping[_Name, _Name]],
    aliases: Sequence[Mapping[_Name, _Name]] = (),
) -> list[_Meanings[_Name]]:
    """What the names in `titles`, of each edition, mean; `steps` are old name -> new name from one to the next.

    A name that was dropped and comes back means what it meant when its title is the same, and else something new.
    `aliases` are other names, of each edition, for those that it has.
    """
    unused = count()
    known: dict[_Name, int] = {}
    found: dict[int, _Name] = {}
    last_title: dict[_Name, object] = {}
    meanings = []
    no_aliases: Sequence[Mapping[_Name, _Name]] = [{}] * len(titles)
    for own, step, also in zip(titles, [{}, *steps], aliases or no_aliases, strict=True):
        found = {meaning: step[old] for meaning, old in found.items() if old in step}
        carried = set(found.values())
        for name, title in own.items():
            if name not in carried:
                is_back = name in known and known[name] not in found and last_title.get(name, title) == title
                found[known[name] if is_back else next(unused)] = name
        known = known | {name: meaning for meaning, name in reversed(found.items())}
        for other, name in also.items():
            if other not in own and found.get(known.get(other, -1)) != name:  # of two that were merged each is its own
                known[other] = known[name]
        last_title.update(own)
        meanings.append(_Meanings(known, found))
    return meanings


def _renamed(before: Policy, after: Policy) -> dict[str, str]:
    """Old name -> new name of each unit that is in both: the same, or one that stands beside it in either register."""
    names = {unit.name for unit in after.units}
    aliases = {alias: unit.name for unit in reversed(after.units) for alias in unit.aliases}
    taken = {unit.name for unit in before.units}
    found = {}
    for unit in before.units:
        words = [unit.name, *(alias for alias in unit.aliases if alias not in taken)]
        new = next(
            (word if word in names else aliases[word] for word in words if word in names or word in aliases), None
        )
        if new is not None:
            found[unit.name] = new
    return found


def _means_another(before: _Meanings[_Name], after: _Meanings[_Name]) -> bool:
    """Whether entries that were written before mean another thing by a name than those written after."""
    return any(before.of.get(name, meaning) != meaning for name, meaning in after.of.items())


def _is_cut(before: _Meanings[_Name], after: _Meanings[_Name]) -> bool:
    """As `_means_another`, or whether they have to be renamed."""
    return _means_another(before, after) or any(
        after.found.get(meaning, name) != name for meaning, name in before.found.items()
    )


def _carried(name: _Name, source: _Meanings[_Name], target: _Meanings[_Name]) -> _Name | None:
    """What `name` has become on the way from one edition to another, forward or back; None where that has it not."""
    meaning = source.of.get(name)
    return None if meaning is None else target.found.get(meaning)


def _kept(before: Policy, after: Policy) -> dict[int, int]:
    """As `renumbering`, without a number that stands for another title while nothing says it is the same measure."""
    found = {}
    for old, new in renumbering(before, after).items():
        was, now = before.measure(old), after.measure(new)
        if was and now and (old != new or was.title == now.title or now.formerly is not None):
            found[old] = new
    return found


def listings(history: History, current: int, said: Sequence[Said]) -> list[Listed]:
    """What `said` is of the units of a measure by the editions up to `current`, in the terms of that one."""
    found: list[Listed] = []
    before: dict[str, str] = {}
    for at, day, measure in said:
        roles: dict[str, str] = {}
        for unit in measure.roster if measure else ():
            roles.setdefault(history.unit(unit, at, current), measure.planned_role(unit) if measure else "")
        new = [unit for unit in roles if unit not in before]
        gone = dict.fromkeys(step.unit for step in found if step.unit not in roles)
        found += [Listed(day, unit, roles[unit]) for unit in new]
        for unit in gone:
            heirs = history.members(unit, current, at, new) if new else ()
            if unit in before or heirs:
                found.append(Listed(day, unit, None, heirs))
        before = roles
    return found


def asked(
    history: History, current: int, said: Sequence[Said], number: int, key: str, period: Period | None = None
) -> tuple[Asked, ...]:
    """Of whom a milestone of the measure `number`, or without a key its standing part, was asked, where that changed.

    `said` is what the editions up to `current` said of the measure; `number`, `key` and the units are in its terms.
    With a `period` it is of that occurrence: an edition that has it not asks nobody for it.
    """
    found: list[Asked] = []
    for at, day, measure in said:
        moved = history.milestone(number, key, current, at)
        own = asked_of(measure, moved[1]) if measure and moved else NOBODY
        if period and measure and moved:
            policy, milestone = history.editions[at].policy, measure.milestone(moved[1])
            own = own if milestone and _has_occurrence(policy, milestone, period) else NOBODY
        if own.units and at != current:
            own = own._replace(units=frozenset(history.unit(unit, at, current) for unit in own.units))
        if not found or found[-1][1:] != own[1:]:
            found.append(own._replace(since=day) if day else own)
    return tuple(found)


def _has_occurrence(policy: Policy, milestone: Milestone, period: Period) -> bool:
    first, by = milestone.first, milestone.by
    return first is not None and is_occurrence(period, first, by, policy.valid_until, policy.ends_on, milestone.until)


def has_one_row(history: History, current: int, said: Sequence[Said], number: int, key: str) -> bool:
    """Whether all editions that have a periodic milestone mean the same occurrences by it."""
    rows = set()
    for at, _, measure in said:
        moved = history.milestone(number, key, current, at)
        if measure and moved and (own := measure.milestone(moved[1])):
            policy = history.editions[at].policy
            rows.add((own.first, own.by, own.until, policy.valid_until, policy.ends_on))
    return len(rows) == 1


def orders(history: History, said: Sequence[Said]) -> tuple[Ordered, ...]:
    """What was `said` of the reports on a measure, where that changed."""
    found: list[Ordered] = []
    for at, day, measure in said:
        own = ordered_by(history.editions[at].policy, measure) if measure else UNORDERED
        if not found or found[-1][1:] != own[1:]:
            found.append(own._replace(since=day))
    return tuple(found)


def due_then(
    history: History, current: int, measure: Measure, milestone: Milestone, period: Period | None, day: date
) -> date | None:
    """The date that the edition in force on `day` gave a milestone, or its occurrence; None where it gave none."""
    then = history.in_force(day)
    moved = history.milestone(measure.number, milestone.key, current, then)
    known = history.editions[then].policy.measure(moved[0]) if moved else None
    former = known.milestone(moved[1]) if known and moved else None
    if former is None:
        return None
    if period is None:
        return former.due
    return due_day(period, former.by) if former.every == period.cycle else None


def was_ordered(history: History | None, current: int, key: DutyKey) -> bool:
    """Whether an edition before the recorded `current` one gave the duty of `key`: what it left behind is history."""
    if history is None or history.editions[current].number is None:
        return False
    for at in range(current):
        moved = history.milestone(key.measure, key.milestone, current, at) or (key.measure, key.milestone)
        known = history.editions[at].policy.measure(moved[0])
        if known is None or history.unit(key.unit, current, at) not in known.roster:
            continue
        if not moved[1] or moved[1] in {milestone.key for milestone in known.milestones}:
            return True
    return False
