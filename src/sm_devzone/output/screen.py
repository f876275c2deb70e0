"""What a person sees on a terminal (the only rich). Text is never cut; meaning is never carried by colour alone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from sm_devzone.domain.calendar import ONE_DAY, in_china
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
from sm_devzone.domain.plan import Measure, Milestone
from sm_devzone.output.rows import plain

SIGNAL_STYLES = {"overdue": "bold red", "due_soon": "yellow", "on_track": "green", "ongoing": "dim"}
SIGNAL_MARKS = {"overdue": "●", "due_soon": "◆", "on_track": "○"}
"""In every Chinese console code page, and different in shape as well as colour."""

WIDE = 110
"""Width of a window, in cells, from which a table shows everything it has."""

DAY_WIDTH = 10


class Column(NamedTuple):
    """One column of a table: its heading, and how a row's cell is made."""

    heading: str
    cell: Callable[[Any], Text]
    right: bool = False
    shown: bool = True
    min_width: int | None = None
    ratio: int | None = None


def status(ledger: Ledger, measures: Sequence[MeasureRow]) -> str:
    """One line a measure, then the totals. A narrow window shows fewer columns, and the lead under the title."""
    several, wide = len(ledger.plan.policies) > 1, _is_wide()
    columns = [
        Column("序号", lambda row: _text(f"{row.policy}/{row.number}" if several else row.number), right=True),
        Column(
            "措施",
            lambda row: _text(row.title if wide or not row.lead_unit else f"{row.title}\n牵头 {row.lead_unit}"),
        ),
        Column(
            "牵头单位",
            lambda row: _text(row.lead_unit) if row.lead_unit else _text(UNNAMED_LEAD, "dim"),
            shown=wide,
        ),
        Column("完成时限", lambda row: _text(row.due), min_width=DAY_WIDTH),
        Column("预警", lambda row: alarm(row.signal, row.due, ledger.day)),
        Column("状态", lambda row: _text(STATES[row.state])),
        Column("任务", lambda row: _count(row.duties), right=True),
        Column("销号", lambda row: _count(row.closed_out, "green"), right=True, shown=wide),
        Column("逾期", lambda row: _count(row.overdue, SIGNAL_STYLES["overdue"]), right=True),
        Column("临期", lambda row: _count(row.due_soon, SIGNAL_STYLES["due_soon"]), right=True, shown=wide),
        Column("未报送", lambda row: _count(row.unreported), right=True),
        Column("最近报送", lambda row: _text(row.reported_on, "dim"), shown=wide, min_width=DAY_WIDTH),
    ]
    return _drawn(*_heading(ledger), _table(columns, measures), Text(""), _totals(measures))


def assign(ledger: Ledger, units: Sequence[str], duties: Sequence[Duty]) -> str:
    """任务清单 of some units, in the order given."""
    wide = _is_wide()
    columns = [
        Column(
            "序号",
            lambda duty: _text(f"{duty.policy}/{duty.measure}" if len(ledger.plan.policies) > 1 else duty.measure),
            right=True,
        ),
        Column("措施", lambda duty: _text(duty.title)),
        Column("单位", lambda duty: _text(duty.unit), shown=len(units) > 1),
        Column("角色", lambda duty: _text(ROLES[duty.role]), shown=wide),
        Column("节点", lambda duty: _text(_place(duty))),
        *_standing_of_duty(ledger.day, wide=wide),
    ]
    overdue = sum(duty.signal == "overdue" for duty in duties)
    total = Text.assemble(
        ("合计  ", "bold"),
        f"任务 {len(duties)} 项  ",
        (f"逾期 {overdue}", SIGNAL_STYLES["overdue"] if overdue else ""),
        f"  本期未报送 {sum(duty.unreported for duty in duties)}",
    )
    heading = [_text(f"任务清单  {'、'.join(units)}", "bold"), _text(f"截至 {ledger.day}", "dim")]
    return _drawn(*heading, Text(""), _table(columns, duties), Text(""), total)


def show(ledger: Ledger, measure: Measure, duties: Sequence[Duty]) -> str:
    """One measure: tasks, what is due, and every unit's duty."""
    (policy,) = ledger.plan
    lead = duties[0].lead_unit if duties else None
    said = f"（原文：{measure.roles_as_written}）" if measure.roles_as_written else ""
    facts = [("牵头", f"{lead or UNNAMED_LEAD}{said}")]
    facts += [("节点", _milestone(milestone)) for milestone in measure.milestones]
    if measure.standing or not measure.milestones:
        cycle = f"，每{CYCLES[measure.reporting_cycle]}报送" if measure.reporting_cycle else ""
        facts.append(("长期", f"{measure.standing or '全部任务'}，至 {policy.valid_until}{cycle}"))
    # A place is named once, above all the units that it is for.
    first_of_place = {_place(duty): duty for duty in reversed(duties)}
    columns = [
        Column(
            "节点",
            lambda duty: _text(_place(duty) or STANDING if first_of_place[_place(duty)] is duty else ""),
        ),
        Column("单位", lambda duty: _text(duty.unit)),
        Column("角色", lambda duty: _text(ROLES[duty.role])),
        *_standing_of_duty(ledger.day, wide=_is_wide()),
    ]
    return _drawn(
        _text(f"措施 {measure.number}  {measure.title}", "bold"),
        _text(f"《{policy.title}》  截至 {ledger.day}", "dim"),
        Text(""),
        *(_text(f"  · {task}") for task in measure.tasks),
        Text(""),
        _facts(facts),
        Text(""),
        _table(columns, duties),
    )


def history(entries: Sequence[Entry], *, several: bool) -> str:
    """流水, in the order given; `several` policies are told apart."""
    if not entries:
        return _drawn(_text("流水里还没有记录", "dim"))

    def faded(entry: Entry) -> str:
        return "dim" if entry.voided_by else ""

    columns = [
        Column("编号", lambda entry: _text(entry.id, faded(entry)), right=True),
        Column("发生日期", lambda entry: _text(entry.happened_on, faded(entry)), min_width=DAY_WIDTH),
        Column("记录时间", lambda entry: _text(in_china(entry.recorded_at), "dim"), min_width=DAY_WIDTH),
        Column("记录人", lambda entry: _text(entry.recorded_by, faded(entry))),
        Column("事项", lambda entry: _text(_act(entry), faded(entry))),
        Column(
            "措施",
            lambda entry: _text(f"{entry.policy}/" * several + f"{entry.measure}{entry.place}", faded(entry)),
        ),
        Column("单位", lambda entry: _text(entry.unit, faded(entry))),
        Column("内容", lambda entry: _text(_said(entry), faded(entry)), ratio=1),
        Column("来源", lambda entry: _text(entry.source, "dim")),
    ]
    return _drawn(_table(columns, entries), Text(""), _text(f"共 {len(entries)} 条", "dim"))


def alarm(name: str | None, due: date | None, day: date) -> Text:
    """预警 as mark and words, with how far the date is: ● 逾期 12 天, ○ 还有 91 天, 长期推进."""
    if name is None or due is None:
        return Text(SIGNALS[name] if name else "—", style="dim")
    left = (due - day).days
    words = f"逾期 {-left} 天" if left < 0 else "今天到期" if left == 0 else f"还有 {left} 天"
    if name == "due_soon":
        words = f"{SIGNALS[name]} {words}"
    elif name == "on_track" and left < 0:
        words = SIGNALS[name]
    return Text(f"{SIGNAL_MARKS[name]} {words}", style=SIGNAL_STYLES[name])


def _standing_of_duty(day: date, *, wide: bool) -> list[Column]:
    """When a duty is due, how it stands and what was last heard of it."""
    return [
        Column("完成时限", lambda duty: _text(duty.due), min_width=DAY_WIDTH),
        Column("预警", lambda duty: _alarm_of_duty(duty, day)),
        Column("状态", lambda duty: _text(STATES[duty.state])),
        Column(
            "最近报送",
            lambda duty: _text(duty.reported_on or ("未报送" if duty.unreported else None), "dim"),
            shown=wide,
            min_width=DAY_WIDTH,
        ),
        Column("进展情况", lambda duty: _text(_last_words(duty)), ratio=1),
    ]


def _alarm_of_duty(duty: Duty, day: date) -> Text:
    """As `alarm`; what was done is late by the days until it was done, or nothing is left to count."""
    if duty.done_on is None or duty.due is None:
        return alarm(duty.signal, duty.due, day)
    return alarm(duty.signal, duty.due, max(duty.done_on, duty.due + ONE_DAY))


def _last_words(duty: Duty) -> str:
    parts = [f"{duty.progress}%"] if duty.progress is not None else []
    return "\n".join(parts + _sentences(duty))


def _sentences(told: Duty | Entry) -> list[str]:
    labelled = (("", told.note), ("问题：", told.problem), ("下一步：", told.next_step))
    return [f"{label}{words}" for label, words in labelled if words]


def _said(entry: Entry) -> str:
    parts = [f"{entry.progress}%"] if entry.progress is not None else []
    parts += [ROLES[entry.role]] if entry.role else []
    parts += [f"作废 {entry.voids} 号"] if entry.voids else []
    return "\n".join(parts + _sentences(entry))


def _act(entry: Entry) -> str:
    return KINDS[entry.kind] + (f"（已被 {entry.voided_by} 号作废）" if entry.voided_by else "")


def _milestone(milestone: Milestone) -> str:
    when = str(milestone.due) if milestone.due else f"每{CYCLES[milestone.every or 'year']}一次，{milestone.first} 起"
    words = f"原文：{milestone.as_written}" if milestone.as_written else f"依据：{milestone.reason}"
    return f"{milestone.key}  {milestone.title}  {when}  {ORIGINS[milestone.origin]}（{words}）"


def _place(duty: Duty) -> str:
    return " ".join(filter(None, (duty.milestone, duty.period)))


def _heading(ledger: Ledger) -> list[Text]:
    """The titles of the policies, the day, and which of them have ended by then."""
    policies = list(ledger.plan)
    titles = [_text(f"《{policy.title}》", "bold") for policy in policies]
    if len(policies) > 3:
        titles = [_text(f"{len(policies)} 个政策文件", "bold")]
    ended = [policy for policy in policies if ledger.day > policy.valid_until]
    notes = [_text(f"截至 {ledger.day}", "dim")]
    notes += [_text(f"《{policy.title}》有效期已于 {policy.valid_until} 届满", "yellow") for policy in ended]
    return [*titles, *notes, Text("")]


def _totals(measures: Iterable[MeasureRow]) -> Text:
    sums = totals(measures)
    if not sums["duties"]:
        return _text("没有符合条件的任务", "dim")
    line = Text.assemble(("合计  ", "bold"), f"措施 {sums['measures']} 条  任务 {sums['duties']} 项")
    for name in ("closed_out", "submitted", "in_progress", "not_started", "suspended"):
        line.append(f"  {STATES[name]} {sums[name]}")
    for name in ("overdue", "due_soon"):
        line.append(f"  {SIGNALS[name]} {sums[name]}", style=SIGNAL_STYLES[name] if sums[name] else "")
    line.append(f"  本期未报送 {sums['unreported']}")
    return line


def _table(columns: Iterable[Column], records: Iterable[object]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    shown = [column for column in columns if column.shown]
    for column in shown:
        table.add_column(
            column.heading,
            overflow="fold",
            justify="right" if column.right else "left",
            min_width=column.min_width,
            ratio=column.ratio,
        )
    for record in records:
        table.add_row(*(column.cell(record) for column in shown))
    return table


def _facts(facts: Iterable[tuple[str, str]]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="bold")
    grid.add_column(overflow="fold")
    for name, words in facts:
        grid.add_row(name, _text(words))
    return grid


def _text(value: object, style: str = "") -> Text:
    return Text("" if value is None else plain(str(value)), style=style)


def _count(number: int, style: str = "") -> Text:
    return Text(str(number), style=style if number else "dim")


def _console() -> Console:
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)


def _is_wide() -> bool:
    return _console().width >= WIDE


def _drawn(*parts: RenderableType) -> str:
    console = _console()
    with console.capture() as capture:
        for part in parts:
            console.print(part)
    return capture.get()
