"""Plan files -> Plan, or all their problems with file and line.

What the shape of the file cannot say is checked here: names that must be known, numbers that must be single, dates
that must lie inside the policy's life. Nothing is repaired or left out in silence. Where the shape has faults, the rest
is checked all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import ValidationError
from pypinyin import Style, lazy_pinyin

from sm_devzone.domain.calendar import due_day, parse_period, valid_by
from sm_devzone.domain.glossary import STANDING
from sm_devzone.domain.plan import Measure, Milestone, Policy, Unit, as_looked_up, expand
from sm_devzone.storage import plan_text
from sm_devzone.storage.plan_mend import UNREAD, UNREAD_PLAN, mended
from sm_devzone.storage.plan_schema import GroupForm, MeasureForm, MilestoneForm, PlanForm, UnitForm
from sm_devzone.storage.plan_text import Problem, Steps, Unreadable

_Found = tuple[Steps, str]


def read_policy(raw: bytes) -> tuple[Policy | None, list[Problem]]:
    """The policy in the bytes of one plan file, or None and every problem there is, by line."""
    try:
        value, place, told = plan_text.read(plan_text.decode(raw))
    except Unreadable as unreadable:
        return None, [unreadable.problem]
    form, found = _form(value, [path for path, _ in told])
    found += [(path, text) for path, text in _problems(form) if UNREAD not in text]
    problems = [problem for _, problem in told] + [Problem(place.find(path).line, text) for path, text in found]
    if problems:
        return None, sorted({Problem(line, " ".join(text.split())) for line, text in problems})
    return _policy(form), []


def line_of_id(raw: bytes) -> int:
    """The line on which a plan file that could be read gives its policy id."""
    return plan_text.read(plan_text.decode(raw))[1].find(("policy", "id")).line


def _form(value: Any, doubtful: list[Steps]) -> tuple[PlanForm, list[_Found]]:
    """The form that `value` fills in, and where it does not fit; there and at what is `doubtful` it says UNREAD."""
    found: list[_Found] = []
    try:
        form = PlanForm.model_validate(value)
    except ValidationError as error:
        found = [_in_words(detail) for detail in error.errors()]
    if doubtful or found:
        form = PlanForm.model_validate(mended(value, [*doubtful, *(path for path, _ in found)]))
    return form, found


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"


def _in_words(detail: Any) -> _Found:
    """One finding of pydantic as a path and a Chinese sentence."""
    path: Steps = detail["loc"]
    name = _cut(next((step for step in reversed(path) if isinstance(step, str)), "文件"))
    known = {
        "extra_forbidden": f"没有字段 {name}，请删去或改正拼写（见 docs/plan-file.md）",
        "missing": f"缺少字段 {name}，请补上",
        "list_type": f"{name} 应当是列表（每行一个“- ”）",
        "model_type": f"{name} 应当是“字段： 值”的写法",
        "model_attributes_type": f"{name} 应当是“字段： 值”的写法",
        "string_type": f"{name} 应当是一段文字",
        "string_too_short": f"{name} 是空的，请填写或整行删去",
        "too_short": f"{name} 是空的，至少要有一项",
        "string_pattern_mismatch": f"{name} 只能用字母、数字、点、横线，且不超过 64 个字符",
        "literal_error": f"{name} 只能是 {detail.get('ctx', {}).get('expected', '')}".replace(" or ", " 或 "),
    }
    kind: str = detail["type"]
    if detail["input"] is None and kind.endswith("_type"):
        kind = "string_too_short"
    if kind in known:
        return path, known[kind]
    given = _cut(str(detail["input"]))
    if kind.startswith("bool"):
        return path, f"{name} 的“{given}”不对，请写 true 或 false"
    if kind.startswith("date"):
        return path, f"{name} 的日期“{given}”不存在或写法不对，请写成 2024-12-31"
    if kind.startswith(("int", "greater", "less")):
        return path, f"{name} 的数“{given}”不对，请写范围内的整数"
    return path, f"{name} 的值不对（{detail['msg']}）"


def _problems(form: PlanForm) -> Iterator[_Found]:
    """All that the shape cannot say. On the way every name in `form` becomes the one of the register."""
    issued, valid_until = form.policy.issued, form.policy.valid_until
    if valid_until < issued:
        yield ("policy", "valid_until"), f"有效期止 {valid_until} 早于印发日期 {issued}，请核对"
        issued, valid_until = date.min, date.max  # one of the two is wrong: neither proves a due day wrong
    for at, day in enumerate(form.policy.holidays):
        if day in form.policy.workdays and day != date.min:
            yield ("policy", "holidays", at), f"{day} 又上班又放假，请只留一处"
    yield from _register_problems(form)
    yield from _name_problems(form)
    collectives = {group.name: group.members for group in form.groups}
    for name in _circles(collectives):
        at = next(i for i, group in enumerate(form.groups) if group.name == name)
        yield ("groups", at, "members"), f"集合单位“{name}”包含了自己（成员成环），请改成员"
    known = {unit.name for unit in form.units} | collectives.keys()
    numbers: set[int] = set()
    for at, measure in enumerate(form.measures):
        if measure == _UNREAD_MEASURE:
            continue
        path: Steps = ("measures", at)
        if measure.number in numbers:
            yield (*path, "number"), f"措施序号 {measure.number} 写了两次，请改成不同的序号"
        numbers.add(measure.number)
        listed = [*measure.units, *form.common_units]
        if not listed:
            yield path, f"措施 {measure.number} 没有责任单位，请补上 units"
        responsible = {*listed, *(unit for name in listed for unit in expand(name, collectives))}
        strangers = set() if UNREAD in known or UNREAD in responsible else known - responsible
        yield from _role_problems(path, measure, strangers)
        keys: set[str] = set()
        for index, milestone in enumerate(measure.milestones):
            inner: Steps = (*path, "milestones", index)
            if milestone.key in keys:
                yield (*inner, "key"), f"节点“{milestone.key}”写了两次，请改成不同的短名"
            keys.add(milestone.key)
            yield from _milestone_problems(inner, milestone, issued, valid_until)
            for place, unit in enumerate(milestone.units):
                if unit in strangers:
                    yield (
                        (*inner, "units", place),
                        f"“{unit}”不是措施 {measure.number} 的责任单位，请先列入 units",
                    )


_UNREAD_MEASURE = MeasureForm.model_validate(UNREAD_PLAN["measures"][0])


def _register_problems(form: PlanForm) -> Iterator[_Found]:
    """A name or alias may mean one unit only."""
    owner: dict[str, str] = {}
    entries: list[tuple[str, int, UnitForm | GroupForm]] = [
        *(("units", at, unit) for at, unit in enumerate(form.units)),
        *(("groups", at, group) for at, group in enumerate(form.groups)),
    ]
    for section, at, entry in entries:
        word = as_looked_up(entry.name)
        if word in owner:
            yield (section, at, "name"), f"单位“{entry.name}”写了两次，请合并成一条"
        owner.setdefault(word, entry.name)
    for section, at, entry in entries:
        for index, alias in enumerate(entry.aliases):
            word = as_looked_up(alias)
            if owner.setdefault(word, entry.name) != entry.name:
                text = f"别称“{alias}”同时指“{owner[word]}”和“{entry.name}”，请只留一处"
                yield (section, at, "aliases", index), text


def _name_problems(form: PlanForm) -> Iterator[_Found]:
    """A plan calls each unit by its name in the register, once in a list; `form` then has it as the register writes it.

    An alias is for people in a hurry: it is told, and taken for the unit it means by all further checks.
    """
    entries: list[UnitForm | GroupForm] = [*form.units, *form.groups]
    register = {as_looked_up(e.name): e.name for e in reversed(entries)}
    aliases = {as_looked_up(alias): e.name for e in reversed(entries) for alias in e.aliases if alias != UNREAD}
    office = [form.policy.office]
    for path, names in (("policy", "office"), office), *_lists_of_names(form):
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
    (form.policy.office,) = office


def _lists_of_names(form: PlanForm) -> Iterator[tuple[Steps, list[str]]]:
    yield ("common_units",), form.common_units
    for at, group in enumerate(form.groups):
        yield ("groups", at, "members"), group.members
    for at, measure in enumerate(form.measures):
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


def _role_problems(path: Steps, measure: MeasureForm, strangers: set[str]) -> Iterator[_Found]:
    for field, role in (("lead", "牵头"), ("assisting", "配合")):
        for at, unit in enumerate(getattr(measure, field)):
            if unit in strangers:
                yield (*path, field, at), f"{role}单位“{unit}”不在措施 {measure.number} 的责任单位里，请先列入 units"
    for at, unit in enumerate(measure.assisting):
        if unit in measure.lead:
            yield (*path, "assisting", at), f"“{unit}”又牵头又配合，请只留一处"
    if (named := [*measure.lead, *measure.assisting]) and not measure.roles_as_written:
        yield path, f"措施 {measure.number} 写了“{named[0]}”牵头或配合，请在 roles_as_written 写明依据的原文短语"


def _milestone_problems(path: Steps, milestone: MilestoneForm, issued: date, valid_until: date) -> Iterator[_Found]:
    if milestone.key in (STANDING, "standing"):
        yield (*path, "key"), f"“{milestone.key}”专指没有时限的部分，节点请另取短名"
    if milestone.origin == "policy" and not milestone.as_written:
        yield path, "政策时限要有 as_written（所依据的原文短语）"
    if milestone.origin == "office" and not milestone.reason:
        yield path, "办公室节点要有 reason（为什么这样定）"
    if (milestone.due is None) == (milestone.every is None):
        yield path, "due（一次）和 every（周期）必须且只能写一个"
    if milestone.due is not None:
        yield from _inside(issued, valid_until, milestone.due, (*path, "due"))
        for name in ("first", "by"):
            if getattr(milestone, name) is not None:
                yield (*path, name), f"{name} 只用于周期节点，请删去"
    if milestone.every is not None:
        period = parse_period(milestone.first or "")
        if milestone.first is None:
            yield path, "周期节点要写 first（从哪个周期算起）"
        elif period is None or period.cycle != milestone.every:
            yield (
                (*path, "first"),
                f"first“{milestone.first}”不是周期 {milestone.every} 的写法，如 2025、2026Q4、2026-11",
            )
        elif milestone.by is None or valid_by(milestone.every, milestone.by):
            due = due_day(period, milestone.by)
            yield from _inside(issued, valid_until, due, (*path, "first"))
        if milestone.by is not None and not valid_by(milestone.every, milestone.by):
            yield (
                (*path, "by"),
                f"by“{milestone.by}”不适合周期 {milestone.every}:month 写 1–31,week 写 1–7,year 写 MM-DD",
            )


def _inside(issued: date, valid_until: date, due: date, path: Steps) -> Iterator[_Found]:
    if due > valid_until:
        yield path, f"时限 {due} 晚于政策有效期 {valid_until}，请核对"
    if due < issued:
        yield path, f"时限 {due} 早于政策印发日期 {issued}，请核对"


def _policy(form: PlanForm) -> Policy:
    collectives = {group.name: group.members for group in form.groups}
    own = form.policy

    def single(names: list[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(unit for name in names for unit in expand(name, collectives)))

    def unit(entry: UnitForm | GroupForm, members: tuple[str, ...]) -> Unit:
        vertical = isinstance(entry, UnitForm) and entry.vertical
        return Unit(entry.name, tuple(entry.aliases), members, _spellings([entry.name, *entry.aliases]), vertical)

    def measure(entry: MeasureForm) -> Measure:
        units = tuple(dict.fromkeys([*entry.units, *form.common_units]))
        return Measure(
            number=entry.number,
            title=entry.title,
            units=units,
            roster=single(list(units)),
            tasks=tuple(entry.tasks),
            lead=single(entry.lead),
            assisting=single(entry.assisting),
            roles_as_written=entry.roles_as_written,
            milestones=tuple(
                Milestone(**{**dict(milestone), "units": single(milestone.units)}) for milestone in entry.milestones
            ),
            standing=entry.standing,
            reporting_cycle=entry.reporting_cycle or own.reporting_cycle,
        )

    return Policy(
        id=own.id,
        title=own.title,
        issuer=own.issuer,
        issued=own.issued,
        valid_until=own.valid_until,
        valid_as_written=own.valid_as_written,
        office=own.office,
        due_soon_days=own.due_soon_days,
        common_units=tuple(form.common_units),
        units=(
            *(unit(entry, ()) for entry in form.units),
            *(unit(group, single(group.members)) for group in form.groups),
        ),
        measures=tuple(measure(entry) for entry in form.measures),
        report_to=tuple(own.report_to),
        copy_to=tuple(own.copy_to),
        reply_workdays=own.reply_workdays,
        workdays=tuple(own.workdays),
        holidays=tuple(own.holidays),
    )


def _spellings(names: list[str]) -> tuple[str, ...]:
    """Pinyin and initials of each name, without blanks: shangwuju and swj for 商务局."""
    spelled = [lazy_pinyin(name) for name in names]
    initials = [lazy_pinyin(name, style=Style.FIRST_LETTER) for name in names]
    words = ("".join(word) for word in [*spelled, *initials])
    return tuple(dict.fromkeys(as_looked_up(word) for word in words if word.strip()))
