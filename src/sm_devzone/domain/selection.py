"""Which duties, entries or papers a person means: of a policy, of a measure, of some units."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple, Protocol, TypeVar

from sm_devzone.domain.plan import Plan
from sm_devzone.errors import NotFound, WrongUsage


class _About(Protocol):
    """What a selection can take: anything that is about one unit and one measure."""

    @property
    def policy(self) -> str: ...
    @property
    def measure(self) -> int: ...
    @property
    def unit(self) -> str: ...


_Any = TypeVar("_Any", bound=_About)


class Selection(NamedTuple):
    """What is meant; None is all. `measures` are (policy, number), `units` single units as the plan names them."""

    policy: str | None = None
    measures: frozenset[tuple[str, int]] | None = None
    units: frozenset[str] | None = None

    @property
    def number(self) -> int | None:
        """The number of the one measure that is meant, None where it is not one."""
        return next(iter(self.measures))[1] if self.measures is not None and len(self.measures) == 1 else None

    def narrow(self, plan: Plan) -> Plan:
        """`plan` with what is meant of it; whoever answers for a measure stays in it."""
        plan = plan.only(self.policy)
        return plan if self.number is None else plan.narrowed_to(self.number)

    def of(self, several: Iterable[_Any]) -> list[_Any]:
        """Those of `several` that are meant, in their order."""
        if self == EVERYTHING:
            return list(several)
        return [
            one
            for one in several
            if (self.policy is None or one.policy == self.policy)
            and (self.measures is None or (one.policy, one.measure) in self.measures)
            and (self.units is None or one.unit in self.units)
        ]


EVERYTHING = Selection()


Rosters = Mapping[tuple[str, int], Collection[str]]
"""Who answers for each measure (policy, number)."""


def select(
    plan: Plan,
    policy: str | None = None,
    measures: str | Iterable[str] | None = None,
    units: str | Iterable[str] | None = None,
    rosters: Callable[[], Rosters] | None = None,
    former: Callable[[Plan, str], Collection[str]] | None = None,
) -> Selection:
    """The selection that the words of a person make: measures as 4 or ID/4, units by any of their names, one or more.

    A single measure settles the policy. Of a number that several policies have, that one is meant for whose measure
    all the units answer by `rosters`, if there is one such. `former` gives the units that a plan had under a name which
    it does not know any more. Raises NotFound and WrongUsage, as the plan finds each.
    """
    narrowed = plan.only(policy)
    policy = None if policy is None else next(iter(narrowed)).id
    units = list(_each(units))

    def answers(owner: str, number: int) -> bool:
        assert rosters is not None
        return all(_is_any_of(word, plan.only(owner), rosters()[owner, number]) for word in units)

    found = [narrowed.find_measure(text, answers if units and rosters else None) for text in _each(measures)]
    numbers = frozenset((owner.id, measure.number) for owner, measure in found)
    if len({owner.id for owner, _ in found}) == 1:
        policy = found[0][0].id
    meant = plan.only(policy)

    def called(word: str) -> Collection[str]:
        try:
            return meant.units_of_each(word)
        except NotFound:
            if former is None or not (names := former(meant, word)):
                raise
            return names

    names = frozenset(name for word in units for name in called(word))
    return Selection(policy, numbers or None, names or None)


def _is_any_of(word: str, plan: Plan, names: Collection[str]) -> bool:
    """Whether `word` means, in `plan`, any of the units with those names."""
    try:
        return not set(names).isdisjoint(plan.find_units(word))
    except (NotFound, WrongUsage):
        return False


def _each(words: str | Iterable[str] | None) -> Iterable[str]:
    return [words] if isinstance(words, str) else words or ()
