"""Plan files -> Plan, or all their problems with file and line.

What the shape of the file cannot say is checked here: names that must be known, numbers that must be single, dates
that must lie inside the policy's life. Nothing is repaired or left out in silence. Where the shape has faults, the rest
is checked all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any, TypeVar

from pypinyin import Style, lazy_pinyin

from sm_devzone.domain.calendar import BY, WRITTEN, due_day, end_of, parse_period, valid_by
from sm_devzone.domain.glossary import STANDING
from sm_devzone.domain.plan import Colour, Measure, Milestone, Policy, Unit, as_looked_up, expand
from sm_devzone.domain.plan_history import meaning_sha256
from sm_devzone.domain.text import hard_to_see
from sm_devzone.storage import plan_schema, plan_text
from sm_devzone.storage.plan_schema import (
    UNREAD,
    Fault,
    GroupShape,
    MeasureShape,
    MilestoneShape,
    PlanShape,
    PolicyShape,
    Shape,
    UnitShape,
)
from sm_devzone.storage.plan_text import Problem, Steps, Unreadable


def read_policy(raw: bytes) -> tuple[Policy | None, list[Problem]]:
    """The policy in the bytes of one plan file, or None and every problem there is, by line."""
    try:
        value, lines, unreliable = plan_text.read(plan_text.decode(raw))
    except Unreadable as unreadable:
        return None, [unreadable.problem]
    shape, faults = _read_shape(value, [path for path, _ in unreliable])
    faults += [(path, text) for path, text in _problems(shape) if UNREAD not in text]
    problems = [problem for _, problem in unreliable] + [Problem(lines.find(path).line, text) for path, text in faults]
    if problems:
        return None, sorted({Problem(line, " ".join(text.split())) for line, text in problems})
    return _policy(shape), []


def remarks(raw: bytes) -> list[Problem]:
    """What a plan file that is valid may not mean as it is read: words that YAML takes for a comment."""
    return plan_schema.words_cut_off(plan_text.decode(raw), PlanShape)


def office_fields(raw: bytes) -> tuple[dict[str, Any], list[str]]:
    """What only the office writes under `policy` in a plan file that is valid, and the names of its groups."""
    shape, _ = _read_shape(plan_text.read(plan_text.decode(raw))[0], [])
    written = shape.policy.model_dump(exclude_unset=True, exclude={"id", "title", "issuer", "issued", "valid_until"})
    written.pop("valid_as_written", None)
    written.pop("office", None)
    return written, [group.name for group in shape.groups]


def line_of_id(raw: bytes) -> int:
    """The line on which a plan file that could be read gives its policy id."""
    return plan_text.read(plan_text.decode(raw))[1].find(("policy", "id")).line


def _read_shape(value: Any, unreliable: list[Steps]) -> tuple[PlanShape, list[Fault]]:
    """`value` as a plan, and where it is none. There and at the `unreliable` places the plan says UNREAD.

    A list that is unreliable is kept and grows by one item that is UNREAD.
    """
    root = [value]
    for path in sorted(unreliable, key=len, reverse=True):
        *way, last = (0, *path)
        holder: Any = root
        for step in way:
            holder = holder[step]
        holder[last] = [*holder[last], UNREAD] if isinstance(holder[last], list) else UNREAD
    return plan_schema.read(root[0], PlanShape)


def _problems(shape: PlanShape) -> Iterator[Fault]:
    """All that the shape cannot say. On the way every name in `shape` becomes the one of the register."""
    issued = date.min if shape.policy.issued == UNREAD else shape.policy.issued
    valid_until = date.max if shape.policy.valid_until == UNREAD else shape.policy.valid_until
    if valid_until < issued:
        yield ("policy", "valid_until"), f"有效期止 {valid_until} 早于印发日期 {issued}，请核对"
        issued, valid_until = date.min, date.max  # one of the two is wrong: neither proves a due day wrong
    yield from _repeal_problems(shape.policy, issued)
    yield from _report_by_problems(("policy",), shape.policy.report_by, shape.policy.reporting_cycle)
    for at, day in enumerate(shape.policy.holidays):
        if day in shape.policy.workdays:
            yield ("policy", "holidays", at), f"{day} 又上班又放假，请只留一处"
    yield from _colour_problems(shape.policy)
    yield from _register_problems(shape)
    yield from _name_problems(shape)
    collectives = {group.name: group.members for group in shape.groups}
    for name in _circles(collectives):
        at = next(i for i, group in enumerate(shape.groups) if group.name == name)
        yield ("groups", at, "members"), f"集合单位“{name}”包含了自己（成员成环），请改成员"
    known = {unit.name for unit in shape.units} | collectives.keys()
    numbers: set[int] = set()
    claimed: set[int | None] = set()
    for at, measure in enumerate(shape.measures):
        path: Steps = ("measures", at)
        if measure.number in numbers:
            yield (*path, "number"), f"措施序号 {measure.number} 写了两次，请改成不同的序号"
        numbers.add(measure.number)
        if measure.formerly is not None and measure.formerly in claimed:
            yield (*path, "formerly"), f"formerly {measure.formerly} 有两条措施写了，一个旧序号只能归一条"
        claimed.add(measure.formerly)
        yield from _report_by_problems(path, measure.report_by, measure.reporting_cycle or shape.policy.reporting_cycle)
        listed = [*measure.units, *shape.common_units]
        if not listed:
            yield path, f"措施 {measure.number} 没有责任单位，请补上 units"
        responsible = {*listed, *(unit for name in listed for unit in expand(name, collectives))}
        strangers = set() if UNREAD in known or UNREAD in responsible else known - responsible
        yield from _role_problems(path, measure, strangers)
        yield from _former_key_problems(path, measure)
        keys: set[str] = set()
        for index, milestone in enumerate(measure.milestones):
            inner: Steps = (*path, "milestones", index)
            if milestone.key in keys:
                yield (*inner, "key"), f"节点“{milestone.key}”写了两次，请改成不同的短名"
            keys.add(milestone.key)
            yield from _milestone_problems(inner, milestone, issued, valid_until)
            for item, unit in enumerate(milestone.units):
                if unit in strangers:
                    yield (
                        (*inner, "units", item),
                        f"“{unit}”不是措施 {measure.number} 的责任单位，请先列入 units",
                    )


def _register_problems(shape: PlanShape) -> Iterator[Fault]:
    """A name or alias may mean one unit only."""
    owner: dict[str, str] = {}
    entries: list[tuple[str, int, UnitShape | GroupShape]] = [
        *(("units", at, unit) for at, unit in enumerate(shape.units)),
        *(("groups", at, group) for at, group in enumerate(shape.groups)),
    ]
    for section, at, entry in entries:
        word = as_looked_up(entry.name)
        if word in owner:
            yield (section, at, "name"), f"单位“{entry.name}”写了两次，请合并成一条"
        if entry.name != UNREAD and (odd := hard_to_see(entry.name)):
            yield (section, at, "name"), f"单位“{entry.name}”{odd}，请重新打一遍"
        owner.setdefault(word, entry.name)
    for section, at, entry in entries:
        other_names: list[tuple[Steps, str]] = [(("aliases", i), alias) for i, alias in enumerate(entry.aliases)]
        if isinstance(entry, UnitShape) and entry.full_name is not None:
            other_names.append((("full_name",), entry.full_name))
        for path, alias in other_names:
            word = as_looked_up(alias)
            if owner.setdefault(word, entry.name) != entry.name:
                term = "别称" if "aliases" in path else "全称"
                text = f"{term}“{alias}”同时指“{owner[word]}”和“{entry.name}”，请只留一处"
                yield (section, at, *path), text


def _name_problems(shape: PlanShape) -> Iterator[Fault]:
    """A plan calls each unit by its name in the register, once in a list; `shape` then has it as written there.

    An alias is for people in a hurry: it is told, and taken for the unit it means by all further checks.
    """
    entries: list[UnitShape | GroupShape] = [*shape.units, *shape.groups]
    register = {as_looked_up(e.name): e.name for e in reversed(entries)}
    aliases = {as_looked_up(alias): e.name for e in reversed(entries) for alias in _aliases(e) if alias != UNREAD}
    office = [shape.policy.office]
    for path, names in (("policy", "office"), office), *_lists_of_names(shape):
        seen: set[str] = set()
        for at, name in enumerate(names):
            word = as_looked_up(name)
            names[at] = register.get(word) or aliases.get(word, name)
            if word not in register and word in aliases:
                yield (*path, at), f"单位“{name}”不在名册里，它是“{aliases[word]}”的别称，请写全称"
            elif word not in register and UNREAD not in register:
                yield (*path, at), f"单位“{name}”不在名册里，请写名册中的全称，或先加进 units"
            elif names[at] in seen:
                yield (*path, at), f"单位“{name}”写了两次，请删去一个"
            seen.add(names[at])
    (shape.policy.office,) = office


def _aliases(entry: UnitShape | GroupShape) -> list[str]:
    """The other names of a unit, the one that papers address it by among them."""
    full_name = entry.full_name if isinstance(entry, UnitShape) else None
    return list(dict.fromkeys([*entry.aliases, *([full_name] if full_name else [])]))


def _lists_of_names(shape: PlanShape) -> Iterator[tuple[Steps, list[str]]]:
    yield ("common_units",), shape.common_units
    for at, group in enumerate(shape.groups):
        yield ("groups", at, "members"), group.members
    for at, measure in enumerate(shape.measures):
        for field in ("units", "lead", "assisting"):
            yield ("measures", at, field), getattr(measure, field)
        for index, milestone in enumerate(measure.milestones):
            yield ("measures", at, "milestones", index, "units"), milestone.units


def _circles(collectives: dict[str, list[str]]) -> Iterator[str]:
    """Each collective that can be reached from itself."""
    for name, members in collectives.items():
        seen: set[str] = set()
        todo = list(members)
        while todo:
            member = todo.pop()
            if member == name:
                yield name
                break
            if member not in seen:
                seen.add(member)
                todo += collectives.get(member, [])


def _role_problems(path: Steps, measure: MeasureShape, strangers: set[str]) -> Iterator[Fault]:
    for field, role in (("lead", "牵头"), ("assisting", "配合")):
        for at, unit in enumerate(getattr(measure, field)):
            if unit in strangers:
                yield (*path, field, at), f"{role}单位“{unit}”不在措施 {measure.number} 的责任单位里，请先列入 units"
    for at, unit in enumerate(measure.assisting):
        if unit in measure.lead:
            yield (*path, "assisting", at), f"“{unit}”又牵头又配合，请只留一处"
    if (named := [*measure.lead, *measure.assisting]) and not measure.roles_as_written:
        yield path, f"措施 {measure.number} 写了“{named[0]}”牵头或配合，请在 roles_as_written 写明依据的原文短语"


def _milestone_problems(path: Steps, milestone: MilestoneShape, issued: date, valid_until: date) -> Iterator[Fault]:
    if milestone.key in (STANDING, "standing"):
        yield (*path, "key"), f"“{milestone.key}”专指没有时限的部分，节点请另取短名"
    if milestone.origin == "policy" and not milestone.as_written:
        yield path, "政策时限要有 as_written（所依据的原文短语）"
    if milestone.origin == "office" and not milestone.reason:
        yield path, "办公室节点要有 reason（为什么这样定）"
    if UNREAD in (milestone.due, milestone.every):
        return
    if (milestone.due is None) == (milestone.every is None):
        yield path, "due（一次）和 every（周期）必须且只能写一个"
    if milestone.due is not None:
        yield from _inside(issued, valid_until, milestone.due, (*path, "due"))
        for name in ("first", "by", "until"):
            if getattr(milestone, name) is not None:
                yield (*path, name), f"{name} 只用于周期节点，请删去"
    if milestone.every is not None:
        yield from _recurrence_problems(path, milestone, milestone.every, issued, valid_until)


def _recurrence_problems(
    path: Steps, milestone: MilestoneShape, every: str, issued: date, valid_until: date
) -> Iterator[Fault]:
    period = parse_period(milestone.first or "")
    if milestone.first is None:
        yield path, "周期节点要写 first（从哪个周期算起）"
    elif period is None or period.cycle != every:
        yield (*path, "first"), f"first“{milestone.first}”不是周期 {every} 的写法{_like(every)}"
    elif milestone.by is None or valid_by(every, milestone.by):
        yield from _inside(issued, valid_until, due_day(period, milestone.by), (*path, "first"))
    if milestone.by is not None and not valid_by(every, milestone.by):
        yield (*path, "by"), f"by“{milestone.by}”不适合周期 {every}：{BY}"
    if milestone.until is not None:
        end, named = end_of(milestone.until), parse_period(milestone.until)
        if end is None or (named and named.cycle != every):
            yield (*path, "until"), f"until“{milestone.until}”不是周期 {every} 的写法{_like(every)}，也不是日期"
        elif period is not None and end < period.start:
            yield (*path, "until"), f"until“{milestone.until}”早于 first“{milestone.first}”，请核对"


def _like(cycle: str) -> str:
    return f"，如 {WRITTEN[cycle]}" if cycle in WRITTEN else ""


def _former_key_problems(path: Steps, measure: MeasureShape) -> Iterator[Fault]:
    """A key that a milestone had before belongs to no other, or nobody could tell whose the entries are."""
    living = {milestone.key for milestone in measure.milestones}
    claimed: set[str] = set()
    for index, milestone in enumerate(measure.milestones):
        for item, key in enumerate(milestone.formerly):
            where: Steps = (*path, "milestones", index, "formerly", item)
            if key in living:
                yield where, f"formerly“{key}”是措施 {measure.number} 现在的节点，请删去或改正"
            elif key in claimed:
                yield where, f"formerly“{key}”写了两次，一个旧短名只能归一个节点"
            claimed.add(key)


def _colour_problems(policy: PolicyShape) -> Iterator[Fault]:
    known: set[str] = set()
    for at, own in enumerate(policy.colours):
        if own.colour in known and own.colour != UNREAD:
            yield ("policy", "colours", at, "colour"), f"颜色 {own.colour} 写了两次，请只留一处"
        known.add(own.colour)


def _repeal_problems(policy: PolicyShape, issued: date) -> Iterator[Fault]:
    if UNREAD in (policy.repealed_on, policy.repealed_reason):
        return
    if policy.repealed_on is not None and policy.repealed_on < issued:
        yield ("policy", "repealed_on"), f"废止日期 {policy.repealed_on} 早于印发日期 {issued}，请核对"
    if policy.repealed_on is not None and policy.repealed_reason is None:
        yield ("policy", "repealed_on"), "写了 repealed_on 还要有 repealed_reason（废止依据）"
    if policy.repealed_reason is not None and policy.repealed_on is None:
        yield ("policy", "repealed_reason"), "写了 repealed_reason 还要有 repealed_on（废止日期）"


def _report_by_problems(path: Steps, report_by: str | None, cycle: str | None) -> Iterator[Fault]:
    if report_by is None or UNREAD in (report_by, cycle):
        return
    if cycle is None:
        yield (*path, "report_by"), "report_by 是报送周期里的一天，请先写 reporting_cycle"
    elif not valid_by(cycle, report_by):
        yield (*path, "report_by"), f"report_by“{report_by}”不适合周期 {cycle}：{BY}"


def _inside(issued: date, valid_until: date, due: date, path: Steps) -> Iterator[Fault]:
    if due > valid_until:
        yield path, f"时限 {due} 晚于政策有效期 {valid_until}，请核对"
    if due < issued:
        yield path, f"时限 {due} 早于政策印发日期 {issued}，请核对"


def _policy(shape: PlanShape) -> Policy:
    """The records of domain/plan.py: fields by their names, and what is computed from the rest of the file."""
    policy = shape.policy
    collectives = {group.name: group.members for group in shape.groups}

    def single(names: list[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(unit for name in names for unit in expand(name, collectives)))

    def unit(entry: UnitShape | GroupShape, members: tuple[str, ...]) -> Unit:
        aliases = _aliases(entry)
        return _record(
            Unit, entry, aliases=tuple(aliases), members=members, spellings=_spellings([entry.name, *aliases])
        )

    def measure(entry: MeasureShape) -> Measure:
        inherits = entry.reporting_cycle in (None, policy.reporting_cycle)
        units = tuple(dict.fromkeys([*entry.units, *shape.common_units]))
        return _record(
            Measure,
            entry,
            units=units,
            roster=single([*units]),
            lead=single(entry.lead),
            assisting=single(entry.assisting),
            milestones=tuple(_record(Milestone, each, units=single(each.units)) for each in entry.milestones),
            reporting_cycle=entry.reporting_cycle or policy.reporting_cycle,
            report_by=entry.report_by or (policy.report_by if inherits else None),
        )

    record = _record(
        Policy,
        policy,
        common_units=tuple(shape.common_units),
        colours=tuple(_record(Colour, own) for own in policy.colours),
        units=(
            *(unit(entry, ()) for entry in shape.units),
            *(unit(group, single(group.members)) for group in shape.groups),
        ),
        measures=tuple(measure(entry) for entry in shape.measures),
    )
    return record._replace(sha256=meaning_sha256(record))


_Record = TypeVar("_Record", Unit, Colour, Milestone, Measure, Policy)


def _record(kind: type[_Record], shape: Shape, **computed: Any) -> _Record:
    """A `kind` with the fields of `shape` that it has by the same names, and those that are `computed`."""
    fields = {name: tuple(value) if isinstance(value, list) else value for name, value in shape if name in kind._fields}
    return kind(**{**fields, **computed})


def _spellings(names: list[str]) -> tuple[str, ...]:
    """Pinyin and initials of each name, without blanks: shangwuju and swj for 商务局."""
    spelled, initials = zip(*map(_spelled, names), strict=True)
    return tuple(dict.fromkeys(word for word in (*spelled, *initials) if word))


@cache  # the plans of an office name the same units
def _spelled(name: str) -> tuple[str, str]:
    whole, initials = lazy_pinyin(name), lazy_pinyin(name, style=Style.FIRST_LETTER)
    return as_looked_up("".join(whole)), as_looked_up("".join(initials))
