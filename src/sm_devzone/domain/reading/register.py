"""The register of a draft: one name for each unit, what is known of it already, and which names look alike."""

from __future__ import annotations

from collections.abc import Sequence

from sm_devzone.domain.plan import Unit, as_looked_up
from sm_devzone.domain.reading.doubts import Doubt
from sm_devzone.domain.reading.draft import DraftMeasure, DraftUnit, Registered
from sm_devzone.domain.reading.units import is_collective

_LEVELS = ("自治区", "自治州", "省", "市", "区", "县", "州", "盟", "旗")


def register(
    measures: Sequence[DraftMeasure], common: Sequence[str], known: Sequence[Unit], place: str | None
) -> tuple[list[DraftMeasure], tuple[Registered, ...], list[Doubt]]:
    """`measures` with one name for each unit, the register of all names, and doubts about names.

    `place` is what 市, 县, 区, 省 stand for; with it 市商务局 and 三明市商务局 are one unit.
    """
    printed: dict[str, int] = {}
    for measure in measures:
        for listed in measure.units:
            printed.setdefault(listed.name, listed.line)
    for name in common:
        printed.setdefault(name, 1)
    by_word: dict[str, Unit] = {}
    for unit in known:
        for word in (unit.name, *unit.aliases):
            by_word.setdefault(as_looked_up(word), unit)
    meaning: dict[str, str] = {}
    seen: dict[str, str] = {}
    doubts: list[Doubt] = []
    for name, line in printed.items():
        word = as_looked_up(name)
        full = as_looked_up(in_full(name, place) or name)
        held = by_word.get(word) or by_word.get(full)
        short = _in_short(name, place)
        if held is not None:
            meaning[name] = held.name
        elif word in seen:
            meaning[name] = seen[word]
        elif short and as_looked_up(short) in map(as_looked_up, printed):
            meaning[name] = next(own for own in printed if as_looked_up(own) == as_looked_up(short))
            doubts.append(Doubt(line, None, None, "unit", name, meaning[name], name, "和不带地名的写法当作同一个单位"))
        else:
            meaning[name] = name
            if known:
                doubts.append(Doubt(line, None, None, "unit", name, name, None, "名册里没有，新加的"))
        seen.setdefault(word, meaning[name])
    made = [_renamed(measure, meaning) for measure in measures]
    registered: dict[str, Registered] = {}
    for name, line in printed.items():
        _register(registered, meaning[name], line, by_word, place)
    doubts += _alike(registered, known)
    return made, tuple(_without_clashes(registered)), doubts


def _register(
    registered: dict[str, Registered], name: str, line: int, by_word: dict[str, Unit], place: str | None
) -> None:
    if name in registered:
        return
    held = by_word.get(as_looked_up(name))
    if held is not None:
        registered[name] = Registered(
            name, line, bool(held.members) or is_collective(name), held.aliases, held.members, held.vertical, "名册"
        )
        for member in held.members:
            _register(registered, member, line, by_word, None)
        return
    full = in_full(name, place)
    registered[name] = Registered(name, line, is_collective(name), (full,) if full else ())


def in_full(name: str, place: str | None) -> str | None:
    """市商务局 as 三明市商务局, where `place` is 三明市; None where the name does not stand for that."""
    if not place or name.startswith(place):
        return None
    for level in _LEVELS:
        if place.endswith(level) and name.startswith(level) and len(name) > len(level) + 1 and len(place) > len(level):
            if is_collective(name):
                return None
            return place[: -len(level)] + name
    return None


def _in_short(name: str, place: str | None) -> str | None:
    if not place or not name.startswith(place) or len(name) < len(place) + 2:
        return None
    level = next((level for level in _LEVELS if place.endswith(level)), None)
    return level + name[len(place) :] if level else None


def _renamed(measure: DraftMeasure, meaning: dict[str, str]) -> DraftMeasure:
    units: dict[str, DraftUnit] = {}
    rank = {"lead": 0, "responsible": 1, "assisting": 2}
    for unit in measure.units:
        name = meaning.get(unit.name, unit.name)
        held = units.get(name)
        if held is None or rank[unit.role] < rank[held.role]:
            units[name] = unit._replace(name=name) if held is None else held._replace(role=unit.role)
    milestones = tuple(
        one._replace(units=tuple(dict.fromkeys(meaning.get(name, name) for name in one.units)))
        for one in measure.milestones
    )
    return measure._replace(units=tuple(units.values()), milestones=milestones)


def _without_clashes(registered: dict[str, Registered]) -> list[Registered]:
    """The register with each alias under one unit only."""
    owner = {as_looked_up(name): name for name in registered}
    kept = []
    for one in registered.values():
        aliases = [alias for alias in one.aliases if owner.setdefault(as_looked_up(alias), one.name) == one.name]
        kept.append(one._replace(aliases=tuple(aliases)))
    return kept


def _alike(registered: dict[str, Registered], known: Sequence[Unit]) -> list[Doubt]:
    """Names of which one is the other with words left out (市大数据中心, 市大数据管理中心): told, never merged."""
    doubts: list[Doubt] = []
    own = [one for one in registered.values() if not one.is_group]
    others = [unit.name for unit in known if unit.name not in registered and not unit.members]
    pairs = [(one, two.name) for at, one in enumerate(own) for two in own[at + 1 :]]
    pairs += [(one, name) for one in own if one.note != "名册" for name in others]
    for one, other in pairs:
        short, long = sorted((one.name, other), key=len)
        if (
            len(short) >= 4
            and 0 < len(long) - len(short) <= 9
            and short[:2] == long[:2]
            and _tail(short) == _tail(long)
            and _left_out(short, long)
        ):
            doubts.append(
                Doubt(one.line, None, None, "unit", one.name, one.name, other, f"和“{other}”相近，当作两个单位")
            )
    return doubts


def _tail(name: str) -> str:
    return "委" if name.endswith("委员会") else "办" if name.endswith("办公室") else name[-1]


def _left_out(short: str, long: str) -> bool:
    rest = iter(long)
    return all(mark in rest for mark in short)
