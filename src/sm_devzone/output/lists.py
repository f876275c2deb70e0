"""The lists that a clerk sends on as workbooks: their columns, and what stands in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sm_devzone.domain.calendar import chinese_day, moment_in_china
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import DutyKey, Entry, Words
from sm_devzone.domain.glossary import KINDS, ORIGINS, ROLES, SIGNALS, STANDING, STATES
from sm_devzone.domain.ledger import Ledger, lead_origin
from sm_devzone.domain.notice import Sent
from sm_devzone.domain.phrases import extension_note, lead_words, occurrence, place, slip_in_words, source_in_words
from sm_devzone.domain.plan import Plan
from sm_devzone.domain.takeover.columns import FIELDS
from sm_devzone.domain.takeover.rows import CHOICES
from sm_devzone.output.rows import only_of
from sm_devzone.output.workbook import ListColumn, Shaded, listing

_FEW = 3
"""So many titles of policies still fit under a heading."""


def overdue(ledger: Ledger, duties: Sequence[Duty], slips: Sequence[Sent], paper: str | None = None) -> bytes:
    """逾期清单: each overdue duty with its date, by how long it is late, and what was last heard of it.

    `slips` are the 督办单 about duties of the ledger; of each the last one is told.
    """
    columns = [
        *_about(ledger.plan, 26),
        ListColumn("责任单位", 16, lambda duty: duty.unit),
        ListColumn("角色", 6, lambda duty: ROLES[duty.role]),
        *_dates(ledger),
        ListColumn("时限依据", 14, lambda duty: _origin(ledger, duty)),
        *_lateness(),
        ListColumn("状态", 10, lambda duty: Shaded(STATES[duty.state], duty.state)),
        *_words(28, 19),
        ListColumn("最近报送", 11.5, lambda duty: duty.reported_on),
        ListColumn("催办次数", 6, lambda duty: ledger.record(duty).urges or None, may_go=True),
        *_slips(ledger, slips),
    ]
    units = len({duty.unit for duty in duties})
    total = f"合计：逾期 {len(duties)} 项，涉及 {units} 个单位" if duties else "没有逾期的任务"
    return listing(
        "逾期清单", _said(ledger.plan, ledger.day, ledger.of), ledger.day, columns, duties, total, paper or "A4"
    )


def duties(
    ledger: Ledger,
    listed: Sequence[Duty],
    words: Mapping[DutyKey, Words],
    evidence: Mapping[DutyKey, Sequence[str]],
    slips: Sequence[Sent],
    paper: str | None = None,
) -> bytes:
    """任务台账: the office's whole ledger in the columns that offices use; `words` are what was last reported.

    `slips` are as in `overdue`.
    """
    listed = [duty.with_words(words.get(duty.key, Words())) for duty in listed]

    def said(duty: Duty) -> Words:
        return words.get(duty.key, Words())

    columns = [
        *_about(ledger.plan, 22),
        ListColumn("牵头单位", 13, lambda duty: _lead(ledger, duty)),
        ListColumn("责任单位", 15, _unit),
        *_dates(ledger),
        *_words(30, 18),
        ListColumn("状态", 10, lambda duty: Shaded(STATES[duty.state], duty.state)),
        ListColumn("预警", 10, lambda duty: Shaded(SIGNALS[duty.signal], duty.signal) if duty.signal else None),
        *_lateness(),
        ListColumn("完成日期", 11.5, lambda duty: duty.done_on, may_go=True),
        ListColumn("最近报送", 11.5, lambda duty: duty.reported_on),
        ListColumn("催办次数", 6, lambda duty: ledger.record(duty).urges or None, may_go=True),
        *_slips(ledger, slips),
        ListColumn("佐证材料", 15, lambda duty: _lines(*evidence.get(duty.key, ()), said(duty).material)),
        ListColumn("填报人及电话", 13, lambda duty: _lines(said(duty).reporter, said(duty).phone)),
        ListColumn("备注", 17, lambda duty: _remarks(ledger, duty)),
    ]
    states = Counter(duty.state for duty in listed)
    late = sum(duty.signal == "overdue" for duty in listed)
    counts = [f"任务 {len(listed)} 项", *(f"{term} {states[state]}" for state, term in STATES.items()), f"逾期 {late}"]
    total = f"合计：{'　'.join(counts)}"
    return listing(
        "任务台账", _said(ledger.plan, ledger.day, ledger.of), ledger.day, columns, listed, total, paper or "A3"
    )


def journal(
    entries: Sequence[Entry],
    titles: Sequence[str],
    policies: Plan,
    day: date,
    paper: str | None = None,
    of: Sequence[str] = (),
) -> bytes:
    """流水, in the order given; what was taken back stays in it and is marked.

    `titles` are those of the measure of each entry, as the plan called it when the entry was written; `of` as in
    rows.only_of.
    """
    title_of = {entry.id: title for entry, title in zip(entries, titles, strict=True)}
    columns = [
        ListColumn("编号", 7, lambda entry: entry.id),
        ListColumn("发生日期", 11.5, lambda entry: entry.happened_on),
        ListColumn("事项", 10, lambda entry: KINDS[entry.kind]),
        *_document(policies),
        ListColumn("措施序号", 6, lambda entry: entry.measure),
        ListColumn("措施", 18, lambda entry: title_of[entry.id]),
        ListColumn("节点", 12, occurrence),
        ListColumn("单位", 14, lambda entry: entry.unit),
        ListColumn("进度", 7, _share),
        ListColumn("内容", 34, lambda entry: _lines(entry.detail, entry.note)),
        ListColumn("存在问题", 18, lambda entry: entry.problem),
        ListColumn("需协调单位", 12, lambda entry: entry.needs),
        ListColumn("下一步打算", 18, lambda entry: entry.next_step),
        ListColumn("预计完成日", 12, lambda entry: entry.promised),
        ListColumn("填报人及电话", 14, lambda entry: _lines(entry.reporter, entry.phone)),
        ListColumn("记录人", 10, lambda entry: entry.recorded_by),
        ListColumn("记录时间", 16, lambda entry: moment_in_china(entry.recorded_at)),
        ListColumn("来源", 18, lambda entry: source_in_words(entry.source)),
        ListColumn("作废哪条", 6, lambda entry: entry.voids, may_go=True),
        ListColumn("被哪条作废", 6, lambda entry: entry.voided_by, may_go=True),
    ]
    total = f"合计：{len(entries)} 条"
    return listing("流水", _said(policies, day, of), day, columns, entries, total, paper or "A3")


def plan(pairs: Sequence[Any], policies: Plan, day: date, paper: str | None = None) -> bytes:
    """计划: each unit–measure pair as the policy gives it."""
    columns = [
        *_document(policies),
        ListColumn("措施序号", 6, lambda pair: pair.measure),
        ListColumn("措施", 22, lambda pair: pair.title),
        ListColumn("责任单位", 18, lambda pair: pair.unit),
        ListColumn("角色", 6, lambda pair: ROLES[pair.role]),
        ListColumn("节点", 16, lambda pair: pair.milestone.replace(";", "\n")),
        ListColumn("完成时限", 13, lambda pair: _day_or_words(pair.due)),
        ListColumn("原文依据", 24, lambda pair: pair.as_written.replace(";", "\n")),
        ListColumn("任务要点", 44, lambda pair: pair.task.replace(";", "\n")),
    ]
    total = f"合计：单位与措施的对应 {len(pairs)} 对"
    return listing("计划", _said(policies, day), day, columns, pairs, total, paper or "A4")


def _document(policies: Plan) -> list[ListColumn]:
    """Which policy a row is about, where there are several to tell apart."""
    titles = {policy.id: policy.title for policy in policies}
    return [ListColumn("政策文件", 18, lambda row: titles.get(row.policy))] if len(titles) > 1 else []


def _about(policies: Plan, width: float) -> list[ListColumn]:
    """What a duty is about."""
    return [
        *_document(policies),
        ListColumn("措施序号", 6, lambda duty: duty.measure),
        ListColumn("措施", width, lambda duty: duty.title),
        ListColumn("节点", 12, occurrence),
    ]


def _dates(ledger: Ledger) -> list[ListColumn]:
    """The date that counts, and what an extension leaves visible."""
    return [
        ListColumn("完成时限", 11.5, lambda duty: duty.due),
        ListColumn("原定时限", 11.5, lambda duty: duty.first_due if duty.extensions else None, may_go=True),
        ListColumn("延期次数", 6, lambda duty: duty.extensions or None, may_go=True),
        ListColumn("逾期后延期", 6, lambda duty: ledger.record(duty).extended_late or None, may_go=True),
        ListColumn("延期天数", 6, _days_extended, may_go=True),
    ]


def _lateness() -> list[ListColumn]:
    """Days overdue, and those of a suspension, which are none."""
    return [
        ListColumn("逾期天数", 7, lambda duty: duty.days_overdue and Shaded(duty.days_overdue, "overdue")),
        ListColumn("另有中止天数", 7, lambda duty: duty.days_suspended, may_go=True),
    ]


def _slips(ledger: Ledger, slips: Iterable[Sent]) -> list[ListColumn]:
    """The last 督办单 about a duty, by when an answer was asked for, and when one came."""
    last = {sent.notice.key: sent for sent in slips}

    def told(tell: Callable[[Sent], object]) -> Callable[[Duty], object]:
        def cell(duty: Duty) -> object:
            own = [last[key] for key in ledger.keys(duty) if key in last]
            return tell(max(own, key=lambda sent: (sent.notice.issued_on, sent.notice.number))) if own else None

        return cell

    return [
        ListColumn("督办单", 13, told(lambda sent: slip_in_words(sent.notice)), may_go=True),
        ListColumn("回复期限", 11.5, told(lambda sent: sent.notice.reply_due), may_go=True),
        ListColumn("回复日期", 11.5, told(lambda sent: sent.answered_on), may_go=True),
    ]


def _words(width: float, narrower: float) -> list[ListColumn]:
    """What was last reported of a duty."""
    return [
        ListColumn("进度", 7, _share),
        ListColumn("进展情况", width, lambda duty: duty.note),
        ListColumn("存在问题", narrower, lambda duty: duty.problem),
        ListColumn("下一步打算", narrower, lambda duty: duty.next_step),
    ]


_ADVICE = (
    "填法：只填办过的，空着的行不登记。待审核、已销号的要写完成日期，按期还是超期看这一天；推进中、中止的要写报送日期。"
    "日期写到日，如 2025-11-20；一项任务报过几次的，复制这一行再写。"
)


def blank_ledger(ledger: Ledger, duties: Sequence[Duty]) -> bytes:
    """建账表: the columns that a takeover reads, the duties filled in, and what happened left to write."""

    def empty(field: str, width: float, choices: Sequence[str] = ()) -> ListColumn:
        return ListColumn(FIELDS[field], width, lambda _: None, choices=choices)

    columns = [
        ListColumn(FIELDS["number"], 9, lambda duty: ledger.plan.number_of(duty.policy, duty.measure)),
        ListColumn(FIELDS["measure"], 24, lambda duty: duty.title),
        ListColumn(FIELDS["milestone"], 12, lambda duty: place(duty) or STANDING),
        ListColumn(FIELDS["unit"], 16, lambda duty: duty.unit),
        ListColumn(FIELDS["due"], 12, lambda duty: duty.due or STANDING),
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
    return listing("建账表", _ADVICE, ledger.day, columns, duties, "", "A3")


def _said(policies: Plan, day: date, of: Sequence[str] = ()) -> str:
    titles = [f"《{policy.title}》" for policy in policies]
    return f"{''.join(titles) if len(titles) <= _FEW else f'{len(titles)} 个政策文件'}　　截至{chinese_day(day)}" + (
        f"　　{only_of(of)}" if of else ""
    )


def _unit(duty: Duty) -> str:
    return duty.unit if duty.role == "responsible" else f"{duty.unit}（{ROLES[duty.role]}）"


def _lead(ledger: Ledger, duty: Duty) -> str:
    measure = ledger.plan.policies[duty.policy].measure(duty.measure)
    assert measure is not None
    return lead_words(duty.lead_unit, lead_origin(measure, duty.lead_unit))


def _share(of: Duty | Entry) -> float | None:
    return None if of.progress is None else of.progress / 100


def _days_extended(duty: Duty) -> int | None:
    """By how many days extensions moved the date; None where the plan itself has moved it as far."""
    if not duty.extensions or duty.due is None or duty.first_due is None:
        return None
    return (duty.due - duty.first_due).days or None


def _day_or_words(due: str) -> date | str:
    """The date of the one milestone that a unit has in a measure; of several, or of one that comes back, the words."""
    try:
        return date.fromisoformat(due)
    except ValueError:
        return due.replace(";", "\n")


def _origin(ledger: Ledger, duty: Duty) -> str:
    overtaken = duty.extensions and _days_extended(duty) is None
    note = extension_note(duty, ledger.record(duty).extended_late) if overtaken else None
    return _lines(ORIGINS[duty.due_origin] if duty.due_origin else "", note)


def _remarks(ledger: Ledger, duty: Duty) -> str:
    record = ledger.record(duty)
    closed = duty.state == "closed_out" and duty.is_on_time is not None
    return _lines(
        _origin(ledger, duty),
        ("按期办结" if duty.is_on_time else "超期办结") if closed else None,
        f"{record.suspended_on} 起中止" if record.suspended_on else None,
        "未报送" if duty.unreported else None,
    )


def _lines(*parts: str | None) -> str:
    return "\n".join(filter(None, parts))
