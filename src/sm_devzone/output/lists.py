"""The lists that a clerk sends on as workbooks: their columns, and what stands in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sm_devzone.domain.calendar import chinese_day, in_china
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import DutyKey, Entry, Words
from sm_devzone.domain.glossary import KINDS, ORIGINS, ROLES, SIGNALS, STANDING, STATES
from sm_devzone.domain.ledger import Ledger, lead_origin
from sm_devzone.domain.phrases import days_late, extension_note, lead_words, place
from sm_devzone.domain.plan import Plan
from sm_devzone.domain.takeover.columns import FIELDS
from sm_devzone.domain.takeover.rows import CHOICES
from sm_devzone.output.workbook import Column, Shaded, listing

_FEW = 3
"""So many titles of policies still fit under a heading."""


def overdue(ledger: Ledger, duties: Sequence[Duty]) -> bytes:
    """逾期清单: each overdue duty with its date, by how long it is late, and what was last heard of it."""
    columns = [
        Column("措施", 26, lambda duty: _measure(ledger, duty)),
        Column("节点", 12, place),
        Column("责任单位", 16, lambda duty: duty.unit),
        Column("角色", 6, lambda duty: ROLES[duty.role]),
        Column("完成时限", 12, lambda duty: duty.due),
        Column("时限依据", 14, lambda duty: _origin(ledger, duty)),
        Column("逾期天数", 9, lambda duty: Shaded(days_late(duty.days_overdue, duty.days_suspended), "overdue")),
        Column("状态", 10, lambda duty: Shaded(STATES[duty.state], duty.state)),
        Column("进展情况", 30, _progress),
        Column("存在问题", 20, lambda duty: duty.problem),
        Column("下一步打算", 20, lambda duty: duty.next_step),
        Column("最近报送", 12, lambda duty: duty.reported_on),
        Column("催办", 8, lambda duty: f"{urges} 次" if (urges := ledger.record(duty).urges) else None),
    ]
    units = len({duty.unit for duty in duties})
    total = f"合计：逾期 {len(duties)} 项，涉及 {units} 个单位" if duties else "没有逾期的任务"
    return listing("逾期清单", _said(ledger.plan, ledger.day), ledger.day, columns, duties, total)


def duties(
    ledger: Ledger, listed: Sequence[Duty], words: Mapping[DutyKey, Words], evidence: Mapping[DutyKey, Sequence[str]]
) -> bytes:
    """任务台账: the office's whole ledger in the columns that offices use; `words` are what was last reported."""
    listed = [duty.with_words(words.get(duty.key, Words())) for duty in listed]

    def said(duty: Duty) -> Words:
        return words.get(duty.key, Words())

    columns = [
        Column("措施", 26, lambda duty: _measure(ledger, duty)),
        Column("节点", 12, place),
        Column("牵头单位", 14, lambda duty: _lead(ledger, duty)),
        Column("责任单位", 16, _unit),
        Column("完成时限", 12, lambda duty: duty.due),
        Column("进展情况", 30, _progress),
        Column("存在问题", 20, lambda duty: duty.problem),
        Column("下一步打算", 20, lambda duty: duty.next_step),
        Column("状态", 11, _standing),
        Column("佐证材料", 16, lambda duty: _lines(*evidence.get(duty.key, ()), said(duty).material)),
        Column("填报人及电话", 14, lambda duty: _lines(said(duty).reporter, said(duty).phone)),
        Column("备注", 18, lambda duty: _remarks(ledger, duty)),
    ]
    states = Counter(duty.state for duty in listed)
    late = sum(duty.signal == "overdue" for duty in listed)
    counts = [f"任务 {len(listed)} 项", *(f"{term} {states[state]}" for state, term in STATES.items()), f"逾期 {late}"]
    return listing(
        "任务台账", _said(ledger.plan, ledger.day), ledger.day, columns, listed, f"合计：{'　'.join(counts)}"
    )


def journal(entries: Sequence[Entry], policies: Plan, day: date) -> bytes:
    """流水, in the order given; what was taken back stays in it and is marked."""
    columns = [
        Column("编号", 7, lambda entry: entry.id),
        Column("发生日期", 12, lambda entry: entry.happened_on),
        Column("事项", 10, lambda entry: KINDS[entry.kind]),
        Column("措施", 14, lambda entry: f"{entry.policy}/{entry.measure}"),
        Column("节点", 12, place),
        Column("单位", 14, lambda entry: entry.unit),
        Column("进度%", 7, lambda entry: entry.progress),
        Column("内容", 34, lambda entry: _lines(entry.detail, entry.note)),
        Column("存在问题", 18, lambda entry: entry.problem),
        Column("下一步打算", 18, lambda entry: entry.next_step),
        Column("填报人及电话", 14, lambda entry: _lines(entry.reporter, entry.phone)),
        Column("记录人", 10, lambda entry: entry.recorded_by),
        Column("记录时间", 17, lambda entry: in_china(entry.recorded_at)),
        Column("来源", 20, lambda entry: entry.source),
        Column("作废", 12, _voided),
    ]
    return listing("流水", _said(policies, day), day, columns, entries, f"合计：{len(entries)} 条")


def plan(pairs: Sequence[Any], policies: Plan, day: date) -> bytes:
    """计划: each unit–measure pair as the policy gives it."""
    columns = [
        Column("政策", 18, lambda pair: pair.policy),
        Column("措施", 22, lambda pair: f"{pair.measure} {pair.title}"),
        Column("责任单位", 18, lambda pair: pair.unit),
        Column("角色", 6, lambda pair: ROLES[pair.role]),
        Column("节点", 16, lambda pair: pair.milestone.replace(";", "\n")),
        Column("完成时限", 13, lambda pair: pair.due.replace(";", "\n")),
        Column("原文依据", 24, lambda pair: pair.as_written.replace(";", "\n")),
        Column("任务要点", 44, lambda pair: pair.task.replace(";", "\n")),
    ]
    return listing("计划", _said(policies, day), day, columns, pairs, f"合计：单位与措施的对应 {len(pairs)} 对")


_ADVICE = (
    "注：只填办过的，空着的行不登记。待审核、已销号的要写完成日期，按期还是超期看这一天；推进中、中止的要写报送日期。"
    "日期写到日，如 2025-11-20；一项任务报过几次的，复制这一行再写。"
)


def blank_ledger(ledger: Ledger, duties: Sequence[Duty]) -> bytes:
    """建账表: the columns that a takeover reads, the duties filled in, and what happened left to write."""

    def empty(field: str, width: float, choices: Sequence[str] = ()) -> Column:
        return Column(FIELDS[field], width, lambda _: None, choices)

    columns = [
        Column(FIELDS["number"], 9, lambda duty: ledger.plan.number_of(duty.policy, duty.measure)),
        Column(FIELDS["measure"], 24, lambda duty: duty.title),
        Column(FIELDS["milestone"], 12, lambda duty: place(duty) or STANDING),
        Column(FIELDS["unit"], 16, lambda duty: duty.unit),
        Column(FIELDS["due"], 12, lambda duty: duty.due or STANDING),
        empty("state", 10, CHOICES),
        empty("done_on", 12),
        empty("closed_on", 12),
        empty("progress", 7),
        empty("note", 30),
        empty("problem", 20),
        empty("next_step", 20),
        empty("reported_on", 12),
        empty("material", 15),
        empty("reporter", 9),
        empty("phone", 14),
    ]
    titles = "".join(f"《{policy.title}》" for policy in ledger.plan)
    return listing("建账表", titles, ledger.day, columns, duties, _ADVICE)


def _said(policies: Plan, day: date) -> str:
    titles = [f"《{policy.title}》" for policy in policies]
    return f"{''.join(titles) if len(titles) <= _FEW else f'{len(titles)} 个政策文件'}　　截至{chinese_day(day)}"


def _measure(ledger: Ledger, duty: Duty) -> str:
    return f"{ledger.plan.number_of(duty.policy, duty.measure)} {duty.title}"


def _unit(duty: Duty) -> str:
    return duty.unit if duty.role == "responsible" else f"{duty.unit}（{ROLES[duty.role]}）"


def _lead(ledger: Ledger, duty: Duty) -> str:
    measure = ledger.plan.policies[duty.policy].measure(duty.measure)
    assert measure is not None
    return lead_words(duty.lead_unit, lead_origin(measure, duty.lead_unit))


def _progress(duty: Duty) -> str:
    return _lines(f"{duty.progress}%" if duty.progress is not None else "", duty.note)


def _standing(duty: Duty) -> Shaded:
    words = STATES[duty.state]
    if duty.signal in ("overdue", "due_soon"):
        days = f" {days_late(duty.days_overdue, duty.days_suspended)}" if duty.days_overdue else ""
        return Shaded(f"{words}\n{SIGNALS[duty.signal]}{days}", duty.signal)
    return Shaded(words, duty.state)


def _origin(ledger: Ledger, duty: Duty) -> str:
    note = extension_note(duty, ledger.record(duty).extended_late)
    return _lines(ORIGINS[duty.due_origin] if duty.due_origin else "", note)


def _remarks(ledger: Ledger, duty: Duty) -> str:
    record = ledger.record(duty)
    closed = duty.state == "closed_out" and duty.is_on_time is not None
    return _lines(
        _origin(ledger, duty),
        f"{duty.done_on} 完成" if duty.done_on else None,
        ("按期办结" if duty.is_on_time else "超期办结") if closed else None,
        f"{record.suspended_on} 起中止" if record.suspended_on else None,
        f"已催办 {record.urges} 次" if record.urges else None,
        "未报送" if duty.unreported else None,
    )


def _voided(entry: Entry) -> str | None:
    if entry.voided_by is not None:
        return f"已被 {entry.voided_by} 号作废"
    return f"作废 {entry.voids} 号" if entry.voids else None


def _lines(*parts: str | None) -> str:
    return "\n".join(filter(None, parts))
