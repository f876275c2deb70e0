"""The history of a plan: its versions, what one changed in the one before, and what became of numbers, keys and names.

A version counts from a day on. What was recorded under an older one is found again by these maps: a measure by its
number or `formerly`, a milestone by its key or `formerly`, a unit by its name or an alias that any version gave it.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

from sm_devzone.domain.glossary import COLOURS, CYCLES, ORIGINS
from sm_devzone.domain.plan import Colour, Measure, Milestone, Policy, Unit, as_looked_up


class PlanVersion(NamedTuple):
    """One version of a policy's plan file, as it was recorded. `number` counts from 1 within the policy.

    It counts from `in_force_since` on. `recorded_at` is a UTC moment (2026-11-23T08:20:48Z), `reason` why the plan was
    changed, `sha256` that of its meaning, `text` the file as it was, `text_sha256` that of the file. Entries numbered
    above `position` are written in its terms. `id` is its number among the versions of all policies, 0 until recorded.
    """

    policy: str
    number: int
    in_force_since: date
    recorded_at: str
    recorded_by: str
    reason: str | None
    sha256: str
    text: str
    text_sha256: str = ""
    position: int = 0
    id: int = 0


# -- The meaning of a plan --------------------------------------------------------------------------------------------

_DERIVED = ("spellings", "roster", "sha256")
"""Fields that other fields and the program's dictionaries give: they change without any change of the plan."""


def meaning(policy: Policy) -> str:
    """All that the plan says, in one canonical text: comments, layout and the order of aliases do not matter.

    It holds only what is set, so that a field that a later program adds does not change it.
    """
    return json.dumps(_set_fields(policy), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def meaning_sha256(policy: Policy) -> str:
    """The SHA-256, in hexadecimal, of the meaning of `policy`."""
    return hashlib.sha256(meaning(policy).encode()).hexdigest()


def _set_fields(record: Policy | Unit | Colour | Measure | Milestone) -> dict[str, Any]:
    defaults = record._field_defaults
    fields = {}
    for name in record._fields:
        value = getattr(record, name)
        if name not in _DERIVED and value not in (None, ()) and value != defaults.get(name):
            fields[name] = _as_json(sorted(value) if name == "aliases" else value)
    return fields


def _as_json(value: Any) -> Any:
    if isinstance(value, (Unit, Colour, Measure, Milestone)):
        return _set_fields(value)
    if isinstance(value, date):
        return value.isoformat()
    return [_as_json(item) for item in value] if isinstance(value, (tuple, list)) else value


# -- What became of what ----------------------------------------------------------------------------------------------


def renumbering(before: Policy, after: Policy) -> dict[int, int]:
    """Old number -> new number of each measure that both versions have, also where it did not change."""
    return {was.number: measure.number for was, measure in _pairs(before, after)}


def dropped_measures(before: Policy, after: Policy) -> list[Measure]:
    """The measures of `before` that are no longer in `after`, in their order."""
    kept = renumbering(before, after)
    return [measure for measure in before.measures if measure.number not in kept]


def milestone_keys(before: Policy, after: Policy) -> dict[tuple[int, str], tuple[int, str]]:
    """Old (number, key) -> new (number, key) of each milestone that both versions have."""
    return {
        (was.number, old.key): (measure.number, milestone.key)
        for was, measure in _pairs(before, after)
        for old, milestone in _milestone_pairs(was, measure)
    }


def unit_names(versions: Sequence[Policy]) -> dict[str, str]:
    """Each name and alias that any of `versions`, the oldest first, gave a unit -> the name of that unit now.

    A unit that a later version no longer names, not even as an alias, keeps the last name it had.
    """
    now: dict[str, str] = {}
    by_word: dict[str, str] = {}
    for policy in reversed(versions):
        current = {unit.name: by_word.get(as_looked_up(unit.name), unit.name) for unit in policy.units}
        for unit in policy.units:
            by_word.setdefault(as_looked_up(unit.name), current[unit.name])
            now.setdefault(unit.name, current[unit.name])
        for unit in policy.units:
            for alias in unit.aliases:
                name = by_word.setdefault(as_looked_up(alias), current[unit.name])
                now.setdefault(alias, name)
    return now


def merged_units(before: Policy, after: Policy) -> dict[str, list[str]]:
    """Each unit of `after` that several of `before` have become, by its names and aliases -> those."""
    names = unit_names([before, after])
    found: dict[str, list[str]] = {}
    for unit in before.units:
        found.setdefault(names[unit.name], []).append(unit.name)
    return {new: olds for new, olds in found.items() if len(olds) > 1}


def check_succession(before: Policy, after: Policy) -> list[str]:
    """Why `after` cannot follow `before`: one sentence each; empty where it can.

    A number that stands for another title without a `formerly` would give the entries of one measure to another.
    """
    known = _by_number(before)
    origins = _origins(before, after)
    problems = []
    heirs: dict[int, int] = {}
    for measure in after.measures:
        claim, old = _claim(known, measure), origins[measure.number]
        if claim is not None and claim not in known:
            problems.append(f"措施 {measure.number} 写了 formerly: {claim}，而上一版没有措施 {claim}，请核对")
        if claim is None and old is not None and not _same_title(known[old], measure):
            problems.append(
                f"措施 {old} 上一版是“{known[old].title}”，现在是“{measure.title}”：同一条改了标题就写 formerly: "
                f"{old}；调整了序号就写 formerly: 它在上一版的序号；是新措施就用没有用过的序号"
            )
        if old is not None and heirs.setdefault(old, measure.number) != measure.number:
            problems.append(f"措施 {heirs[old]} 和措施 {measure.number} 都算上一版的措施 {old}，请改 formerly")
        problems += _unknown_keys(known[old] if old is not None else None, measure)
    return problems


def _unknown_keys(was: Measure | None, measure: Measure) -> Iterator[str]:
    known = {key for each in (was.milestones if was else ()) for key in (each.key, *each.formerly)}
    for milestone in measure.milestones:
        for key in milestone.formerly:
            if key not in known:
                yield (
                    f"措施 {measure.number} 的节点“{milestone.key}”写了 formerly: {key}，"
                    f"而上一版的这条措施没有节点“{key}”，请核对"
                )


def _by_number(policy: Policy) -> dict[int, Measure]:
    return {measure.number: measure for measure in policy.measures}


def _origins(before: Policy, after: Policy) -> dict[int, int | None]:
    """New number -> the number that the measure had before; None for a new one."""
    known = _by_number(before)
    claims = {measure.number: _claim(known, measure) for measure in after.measures}
    claimed = set(claims.values())
    origins: dict[int, int | None] = {}
    for measure in after.measures:
        number, claim = measure.number, claims[measure.number]
        if claim is not None:
            origins[number] = claim if claim in known else None
        else:
            is_heir = number in known and (number not in claimed or _same_title(known[number], measure))
            origins[number] = number if is_heir else None
    return origins


def _claim(known: Mapping[int, Measure], measure: Measure) -> int | None:
    """The number that `measure` says it had among the `known` of the version before, None where it says nothing of it.

    A `formerly` stays in the file when its change has long been recorded: where the version before has the same one
    under the same number, it is about an older change, unless the titles say that it was moved the same way again.
    """
    claim, same = measure.formerly, known.get(measure.number)
    if claim is None or claim == measure.number or same is None or same.formerly != claim:
        return claim
    moved_again = claim in known and _same_title(known[claim], measure) and not _same_title(same, measure)
    return claim if moved_again else None


def _same_title(one: Measure, other: Measure) -> bool:
    return as_looked_up(one.title) == as_looked_up(other.title)


def _pairs(before: Policy, after: Policy) -> Iterator[tuple[Measure, Measure]]:
    """Each measure that both versions have, as it was and as it is."""
    known = _by_number(before)
    origins = _origins(before, after)
    for measure in after.measures:
        old = origins[measure.number]
        if old is not None:
            yield known[old], measure


def _milestone_pairs(was: Measure, measure: Measure) -> Iterator[tuple[Milestone, Milestone]]:
    by_key = {key: each for each in measure.milestones for key in each.formerly}
    by_key.update((each.key, each) for each in measure.milestones)
    for old in was.milestones:
        if old.key in by_key:
            yield old, by_key[old.key]


# -- What changed, in words -------------------------------------------------------------------------------------------

_TERMS = {
    "title": "标题",
    "short_name": "简称",
    "issuer": "发文机关",
    "issued": "印发日期",
    "valid_until": "有效期止",
    "valid_as_written": "有效期原文",
    "office": "督办办公室",
    "due_soon_days": "临期天数",
    "common_units": "共同责任单位",
    "report_to": "通报“报”",
    "copy_to": "通报“送”",
    "reply_workdays": "督办单回复工作日",
    "notice_code": "督办单发文代字",
    "signer": "督办单签发人",
    "contact": "联系人",
    "phone": "联系电话",
    "full_name": "全称",
    "means": "意思",
    "asks": "要求",
    "copied_to": "抄送",
    "workdays": "调休上班日",
    "holidays": "放假日",
    "reporting_cycle": "报送周期",
    "report_by": "报送截止日",
    "repealed_on": "废止日期",
    "repealed_reason": "废止依据",
    "vertical": "垂直管理",
    "members": "成员",
    "units": "责任单位",
    "tasks": "任务要点",
    "lead": "牵头单位",
    "assisting": "配合单位",
    "roles_as_written": "牵头配合原文",
    "standing": "长期推进部分",
    "origin": "时限依据",
    "due": "时限",
    "every": "周期",
    "first": "第一个周期",
    "by": "周期内截止日",
    "until": "最后一个周期",
    "as_written": "原文依据",
    "reason": "办公室理由",
}
"""How the fields of a plan are told; one that is not here is told by its name in the file."""

_NAMES_OF_UNITS = ("office", "common_units", "members", "units", "lead", "assisting")

_TOLD_OTHERWISE = ("id", "name", "number", "key", "aliases", "formerly", "measures", "milestones", *_DERIVED)


def changes(before: Policy, after: Policy) -> list[str]:
    """What `after` changed in `before`, item by item in Chinese; empty where nothing changed that needs words.

    Of a unit that was renamed it is told once, and not again wherever it is named; a common unit or the policy's own
    reporting cycle once, and not again for each measure.
    """
    names = unit_names([before, after])

    def renamed(name: str) -> str:
        return names.get(name, name)

    return [
        *_field_changes("", before, after, renamed, skipped=("units", "colours")),
        *_colour_changes(before, after),
        *_unit_changes(before, after, renamed),
        *_measure_changes(before, after, renamed),
    ]


def _colour_changes(before: Policy, after: Policy) -> Iterator[str]:
    for name, term in COLOURS.items():
        old, new = (
            next((own for own in policy.colours if own.colour == name), Colour(name)) for policy in (before, after)
        )
        yield from _field_changes(f"{term}色督办单", old, new, str)


def _unit_changes(before: Policy, after: Policy, renamed: Callable[[str], str]) -> Iterator[str]:
    old_units, new_units = ({unit.name: unit for unit in policy.units} for policy in (before, after))
    heirs = {renamed(name) for name in old_units}
    for name, unit in old_units.items():
        heir = renamed(name)
        if heir not in new_units:
            yield f"去掉单位“{name}”"
        elif heir == name:
            yield from _field_changes(f"单位“{name}”", unit, new_units[name], renamed)
        elif heir in old_units:
            yield f"单位“{name}”并入“{heir}”"
        else:
            yield f"单位“{name}”改名为“{heir}”"
            yield from _field_changes(f"单位“{heir}”", unit, new_units[heir], renamed)
    for name in new_units:
        if name not in heirs:
            yield f"增加单位“{name}”"


def _measure_changes(before: Policy, after: Policy, renamed: Callable[[str], str]) -> Iterator[str]:
    for measure in dropped_measures(before, after):
        yield f"去掉措施 {measure.number}“{measure.title}”"
    kept = {measure.number: was for was, measure in _pairs(before, after)}
    common = {*before.common_units, *map(renamed, before.common_units), *after.common_units}
    for measure in after.measures:
        was = kept.get(measure.number)
        if was is None:
            dates = (f"；节点“{each.key}”{each.when}" for each in measure.milestones)
            yield f"增加措施 {measure.number}“{measure.title}”（{'、'.join(measure.units)}{''.join(dates)}）"
            continue
        if was.number != measure.number:
            yield f"措施 {was.number} 改为措施 {measure.number}“{measure.title}”"
        yield from _field_changes(
            f"措施 {measure.number} ", _of_its_own(was, before, common), _of_its_own(measure, after, common), renamed
        )
        yield from _milestone_changes(was, measure, renamed)


def _of_its_own(measure: Measure, policy: Policy, common: Collection[str]) -> Measure:
    """`measure` without what the policy says for all of them; `common` are the units that either version names so."""
    return measure._replace(
        units=tuple(unit for unit in measure.units if unit not in common),
        reporting_cycle=None if measure.reporting_cycle == policy.reporting_cycle else measure.reporting_cycle,
        report_by=None if measure.report_by == policy.report_by else measure.report_by,
    )


def _milestone_changes(was: Measure, measure: Measure, renamed: Callable[[str], str]) -> Iterator[str]:
    pairs = list(_milestone_pairs(was, measure))
    kept_old, kept_new = {old.key for old, _ in pairs}, {new.key for _, new in pairs}
    for old in was.milestones:
        if old.key not in kept_old:
            yield f"措施 {measure.number} 去掉节点“{old.key}”（{old.when}）"
    for old, new in pairs:
        if old.key != new.key:
            yield f"措施 {measure.number} 节点“{old.key}”改名为“{new.key}”"
        yield from _field_changes(f"措施 {measure.number}“{new.key}”", old, new, renamed)
    for new in measure.milestones:
        if new.key not in kept_new:
            yield f"措施 {measure.number} 增加节点“{new.key}”（{new.when}）"


_Record = TypeVar("_Record", Policy, Unit, Colour, Measure, Milestone)


def _field_changes(
    about: str, before: _Record, after: _Record, renamed: Callable[[str], str], skipped: Sequence[str] = ()
) -> Iterator[str]:
    for name in before._fields:
        if name in _TOLD_OTHERWISE or name in skipped:
            continue
        old, new = getattr(before, name), getattr(after, name)
        if name in _NAMES_OF_UNITS:
            old = renamed(old) if isinstance(old, str) else tuple(dict.fromkeys(map(renamed, old)))
        if old == new:
            continue
        term = about + _TERMS.get(name, name)
        if isinstance(new, tuple):
            added = "、".join(str(item) for item in new if item not in old)
            gone = "、".join(str(item) for item in old if item not in new)
            parts = [f"增加 {added}"] * bool(added) + [f"去掉 {gone}"] * bool(gone)
            yield f"{term}：{'；'.join(parts) or '顺序有调整'}"
        else:
            yield f"{term} {_told(name, old)} → {_told(name, new)}"


def _told(name: str, value: object) -> str:
    if value is None:
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    terms = {"reporting_cycle": CYCLES, "every": CYCLES, "origin": ORIGINS}.get(name, {})
    return terms.get(str(value), str(value))
