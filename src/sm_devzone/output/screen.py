"""What a person sees on a terminal (the only rich). Text is never cut; meaning is never carried by colour alone."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from sm_devzone.domain.calendar import in_china
from sm_devzone.domain.entry import Entry
from sm_devzone.domain.glossary import (
    CYCLES,
    KINDS,
    ORIGINS,
    ROLES,
    SIGNALS,
    STANDING,
    STATES,
    UNNAMED_LEAD,
)
from sm_devzone.domain.ledger import Duty, Ledger, MeasureRow, totals
from sm_devzone.domain.plan import Measure
from sm_devzone.output.rows import plain

SIGNAL_STYLES = {"overdue": "bold red", "due_soon": "yellow", "on_track": "green", "ongoing": "dim"}
SIGNAL_MARKS = {"overdue": "●", "due_soon": "◆", "on_track": "○", "ongoing": "—"}
"""In every Chinese console code page, and different in shape as well as colour."""


def _console() -> Console:
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False, soft_wrap=False)


def _drawn(*parts: RenderableType) -> str:
    console = _console()
    with console.capture() as capture:
        for part in parts:
            console.print(part)
    return capture.get()


def _text(value: object, style: str = "") -> Text:
    return Text("" if value is None else plain(str(value)), style=style)


def _table(*headings: str | tuple[str, dict[str, Any]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, show_edge=False, expand=False)
    for heading in headings:
        name, settings = heading if isinstance(heading, tuple) else (heading, {})
        table.add_column(name, overflow="fold", **settings)
    return table


def signal(name: str | None) -> Text:
    """预警 as mark and word."""
    if name is None:
        return Text("—", style="dim")
    return Text(
        f"{SIGNAL_MARKS[name]} {SIGNALS[name]}" if name != "ongoing" else SIGNALS[name],
        style=SIGNAL_STYLES[name],
    )


def due(day_due: date | None, name: str | None, day: date, days_overdue: int | None = None) -> Text:
    """A due date with how far it is: 2026-06-30 还有 91 天."""
    if day_due is None:
        return Text("")
    left = (day_due - day).days
    distance = ""
    if name == "overdue":
        distance = f" 逾期 {days_overdue if days_overdue is not None else -left} 天"
    elif name in ("due_soon", "on_track"):
        distance = " 今天到期" if left == 0 else f" 还有 {left} 天" if left > 0 else ""
    return Text(day_due.isoformat() + distance, style=SIGNAL_STYLES.get(name or "", "dim"))


def heading(ledger: Ledger) -> list[Text]:
    """The titles of the policies, and the day."""
    policies = list(ledger.plan)
    titles = [Text(f"《{plain(policy.title)}》", style="bold") for policy in policies[:3]]
    if len(policies) > 3:
        titles = [Text(f"{len(policies)} 个政策文件", style="bold")]
    ended = [policy for policy in policies if ledger.day > policy.valid_until]
    notes = [Text(f"截至 {ledger.day}", style="dim")]
    notes += [
        Text(f"有效期已于 {policy.valid_until} 届满：{plain(policy.title)}", style="yellow") for policy in ended[:3]
    ]
    return [*titles, *notes, Text("")]


def status(ledger: Ledger, measures: Sequence[MeasureRow]) -> str:
    """One line a measure, then the totals."""
    several = len(ledger.plan.policies) > 1
    right: dict[str, Any] = {"justify": "right"}
    table = _table(
        ("序号", right),
        "措施",
        "牵头单位",
        "完成时限",
        "预警",
        "状态",
        ("任务", right),
        ("销号", right),
        ("逾期", right),
        ("临期", right),
        ("未报送", right),
        "最近报送",
    )
    for row in measures:
        table.add_row(
            _text(f"{row.policy}/{row.number}" if several else row.number),
            _text(row.title),
            _text(row.lead_unit) if row.lead_unit else Text(UNNAMED_LEAD, style="dim"),
            due(row.due, row.signal, ledger.day),
            signal(row.signal),
            _text(STATES[row.state]),
            *_counts(row.duties, row.closed_out, row.overdue, row.due_soon, row.unreported),
            _text(row.reported_on, "dim"),
        )
    return _drawn(*heading(ledger), table, Text(""), *_totals(measures))


def _counts(duties: int, closed: int, overdue: int, soon: int, unreported: int) -> list[Text]:
    styles = ("", "green", SIGNAL_STYLES["overdue"], SIGNAL_STYLES["due_soon"], "")
    return [
        Text(str(n), style=style if n else "dim")
        for n, style in zip((duties, closed, overdue, soon, unreported), styles, strict=True)
    ]


def _totals(measures: Iterable[MeasureRow]) -> list[Text]:
    sums = totals(measures)
    if not sums["duties"]:
        return [Text("没有符合条件的任务", style="dim")]
    line = Text.assemble(
        ("合计  ", "bold"),
        f"措施 {sums['measures']} 条  任务 {sums['duties']} 项  已销号 {sums['closed_out']}  "
        f"待审核 {sums['submitted']}  推进中 {sums['in_progress']}  未启动 {sums['not_started']}",
    )
    if sums["suspended"]:
        line.append(f"  中止 {sums['suspended']}")
    for name, style in (("overdue", "bold red"), ("due_soon", "yellow")):
        line.append(f"  {SIGNALS[name]} {sums[name]}", style=style if sums[name] else "")
    line.append(f"  本期未报送 {sums['unreported']}")
    return [line]


def _words(duty: Duty) -> Text:
    """What was last reported: progress, then each part that was filled in."""
    parts = [f"{duty.progress}%"] if duty.progress is not None else []
    parts += [
        f"{label}{plain(text)}"
        for label, text in (("", duty.note), ("问题：", duty.problem), ("下一步：", duty.next_step))
        if text
    ]
    return Text("\n".join(parts))


def _place(milestone: str | None, period: str | None) -> str:
    return " ".join(filter(None, (milestone, period)))


def _signal_or_state(duty: Duty, day: date) -> tuple[Text, Text]:
    return signal(duty.signal), due(duty.due, duty.signal, day, duty.days_overdue)


def assign(ledger: Ledger, units: Sequence[str], duties: Sequence[Duty]) -> str:
    """任务清单 of some units, in the order given."""
    title = Text(f"任务清单  {'、'.join(units)}", style="bold")
    several_units, several_policies = len(units) > 1, len(ledger.plan.policies) > 1
    table = _table(
        ("序号", {"justify": "right"}),
        "措施",
        *(["单位"] if several_units else []),
        "角色",
        "节点",
        "完成时限",
        "预警",
        "状态",
        "最近报送",
        ("进展情况", {"ratio": 1}),
    )
    for duty in duties:
        sign, date_due = _signal_or_state(duty, ledger.day)
        table.add_row(
            _text(f"{duty.policy}/{duty.measure}" if several_policies else duty.measure),
            _text(duty.title),
            *([_text(duty.unit)] if several_units else []),
            _text(ROLES[duty.role]),
            _text(_place(duty.milestone, duty.period)),
            date_due,
            sign,
            _text(STATES[duty.state]),
            _text(duty.reported_on, "dim")
            if duty.reported_on
            else Text("未报送" if duty.unreported else "", style="dim"),
            _words(duty),
        )
    overdue = sum(duty.signal == "overdue" for duty in duties)
    unreported = sum(duty.unreported for duty in duties)
    total = Text.assemble(
        ("合计  ", "bold"),
        f"任务 {len(duties)} 项  ",
        (f"逾期 {overdue}", "bold red" if overdue else ""),
        f"  本期未报送 {unreported}",
    )
    return _drawn(title, Text(f"截至 {ledger.day}", style="dim"), Text(""), table, Text(""), total)


def show(ledger: Ledger, measure: Measure, duties: Sequence[Duty]) -> str:
    """One measure: tasks, what is due, and every unit's duty."""
    (policy,) = ledger.plan
    parts: list[RenderableType] = [
        Text(f"措施 {measure.number}  {plain(measure.title)}", style="bold"),
        Text(f"《{plain(policy.title)}》  截至 {ledger.day}", style="dim"),
        Text(""),
    ]
    parts += [Text(f"  · {plain(task)}") for task in measure.tasks]
    lead = duties[0].lead_unit if duties else None
    basis = f"（原文：{measure.roles_as_written}）" if measure.roles_as_written else ""
    parts += [Text(""), Text.assemble(("牵头  ", "bold"), plain(f"{lead or UNNAMED_LEAD}{basis}"))]
    for milestone in measure.milestones:
        when = (
            str(milestone.due) if milestone.due else f"每{CYCLES[milestone.every or 'year']}一次，{milestone.first} 起"
        )
        words = f"原文：{milestone.as_written}" if milestone.as_written else f"依据：{milestone.reason}"
        parts.append(
            Text.assemble(
                ("节点  ", "bold"),
                plain(f"{milestone.key}  {milestone.title}  {when}  {ORIGINS[milestone.origin]}({words})"),
            )
        )
    if measure.standing or not measure.milestones:
        cycle = f",每{CYCLES[measure.reporting_cycle]}报送" if measure.reporting_cycle else ""
        parts.append(
            Text.assemble(
                ("长期  ", "bold"), plain(f"{measure.standing or '全部任务'}，至 {policy.valid_until}{cycle}")
            )
        )
    table = _table("节点", "单位", "角色", "完成时限", "预警", "状态", "最近报送", ("进展情况", {"ratio": 1}))
    shown = None
    for duty in duties:
        place = _place(duty.milestone, duty.period) or STANDING
        sign, date_due = _signal_or_state(duty, ledger.day)
        table.add_row(
            _text(place if place != shown else ""),
            _text(duty.unit),
            _text(ROLES[duty.role]),
            date_due,
            sign,
            _text(STATES[duty.state]),
            _text(duty.reported_on, "dim"),
            _words(duty),
        )
        shown = place
    return _drawn(*parts, Text(""), table)


def history(entries: Sequence[Entry], *, several: bool) -> str:
    """流水, in the order given; `several` policies are told apart."""
    table = _table(
        ("编号", {"justify": "right"}),
        "发生日期",
        "记录时间",
        "记录人",
        "事项",
        "措施",
        "单位",
        ("内容", {"ratio": 1}),
        "来源",
    )
    for entry in entries:
        style = "dim" if entry.voided_by else ""
        kind = KINDS[entry.kind] + (f"（已被 {entry.voided_by} 号作废）" if entry.voided_by else "")
        number = f"{entry.policy}/{entry.measure}" if several else str(entry.measure)
        said = [f"{entry.progress}%"] if entry.progress is not None else []
        said += [ROLES[entry.role]] if entry.role else []
        said += [f"作废 {entry.voids} 号"] if entry.voids else []
        said += [
            text
            for text in (
                entry.note,
                entry.problem and f"问题：{entry.problem}",
                entry.next_step and f"下一步：{entry.next_step}",
            )
            if text
        ]
        table.add_row(
            _text(entry.id, style),
            _text(entry.happened_on, style),
            _text(in_china(entry.recorded_at), "dim"),
            _text(entry.recorded_by, style),
            _text(kind, style),
            _text(number + entry.place, style),
            _text(entry.unit, style),
            _text("\n".join(said), style),
            _text(entry.source, "dim"),
        )
    if not entries:
        return _drawn(Text("流水里还没有记录", style="dim"))
    return _drawn(table, Text(""), Text(f"共 {len(entries)} 条", style="dim"))
