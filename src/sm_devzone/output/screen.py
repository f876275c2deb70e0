"""What a person sees on a terminal. Text is never cut; meaning is never carried by colour alone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from sm_devzone.domain.answers import RESULTS, Finding
from sm_devzone.domain.calendar import ONE_DAY, in_china
from sm_devzone.domain.entry import Entry, Evidence, sentences
from sm_devzone.domain.form import Reply
from sm_devzone.domain.glossary import (
    COLOURS,
    CYCLES,
    KINDS,
    ORIGINS,
    ROLES,
    SIGNALS,
    STANDING,
    STATES,
    lead_words,
)
from sm_devzone.domain.ledger import Duty, Ledger, MeasureRow, extension_note, lead_origin, totals
from sm_devzone.domain.notice import Sent
from sm_devzone.domain.plan import Measure, Milestone
from sm_devzone.domain.reading.doubts import KINDS as DOUBTS
from sm_devzone.domain.reading.doubts import Doubt
from sm_devzone.domain.statistics import StatRow
from sm_devzone.domain.text import plain

SIGNAL_STYLES = {"overdue": "bold red", "due_soon": "yellow", "on_track": "green", "ongoing": "dim"}
COLOUR_STYLES = {"blue": "blue", "orange": "yellow", "red": "bold red"}
SIGNAL_MARKS = {"overdue": "●", "due_soon": "◆", "on_track": "○"}
"""In every Chinese console code page, and different in shape as well as colour."""

WIDE = 110
"""Width of a window, in cells, from which a table shows everything it has."""

DAY_WIDTH = 10

MANY = 10
"""From so many files on, work on them shows how far it is."""


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
    wide = _is_wide()
    columns = [
        Column("序号", lambda row: _text(ledger.plan.number_of(row.policy, row.number)), right=True),
        Column(
            "措施",
            lambda row: _text(row.title if wide or not row.lead_unit else f"{row.title}\n牵头 {_lead(row)}"),
        ),
        Column(
            "牵头单位",
            lambda row: _text(_lead(row), "" if row.lead_unit else "dim"),
            shown=wide,
        ),
        Column("完成时限", _due, min_width=DAY_WIDTH),
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


def assign(ledger: Ledger, title: str, duties: Sequence[Duty]) -> str:
    """A list of duties, in the order given."""
    wide = _is_wide()
    columns = [
        Column(
            "序号",
            lambda duty: _text(ledger.plan.number_of(duty.policy, duty.measure)),
            right=True,
        ),
        Column("措施", lambda duty: _text(duty.title)),
        Column("单位", lambda duty: _text(duty.unit), shown=len({duty.unit for duty in duties}) > 1),
        Column("角色", lambda duty: _text(ROLES[duty.role]), shown=wide),
        Column("节点", lambda duty: _text(duty.key.place)),
        *_standing_of_duty(ledger, wide=wide),
    ]
    overdue = sum(duty.signal == "overdue" for duty in duties)
    total = Text.assemble(
        ("合计  ", "bold"),
        f"任务 {len(duties)} 项  ",
        (f"逾期 {overdue}", SIGNAL_STYLES["overdue"] if overdue else ""),
        f"  本期未报送 {sum(duty.unreported for duty in duties)}",
    )
    heading = [_text(title, "bold"), _text(f"截至 {ledger.day}", "dim")]
    return _drawn(*heading, Text(""), _table(columns, duties), Text(""), total)


def show(ledger: Ledger, measure: Measure, duties: Sequence[Duty]) -> str:
    """One measure: tasks, what is due, and every unit's duty."""
    (policy,) = ledger.plan
    lead = duties[0].lead_unit if duties else None
    said = f"（原文：{measure.roles_as_written}）" if measure.roles_as_written else ""
    facts = [("牵头", f"{lead_words(lead, lead_origin(measure, lead))}{said}")]
    facts += [("节点", _milestone(milestone)) for milestone in measure.milestones]
    if measure.standing or not measure.milestones:
        cycle = f"，每{CYCLES[measure.reporting_cycle]}报送" if measure.reporting_cycle else ""
        facts.append(("长期", f"{measure.standing or '全部任务'}，至 {policy.valid_until}{cycle}"))
    # A place is named once, above all the units that it is for.
    first_of_place = {duty.key.place: duty for duty in reversed(duties)}
    columns = [
        Column(
            "节点",
            lambda duty: _text(duty.key.place or STANDING if first_of_place[duty.key.place] is duty else ""),
        ),
        Column("单位", lambda duty: _text(duty.unit)),
        Column("角色", lambda duty: _text(ROLES[duty.role])),
        *_standing_of_duty(ledger, wide=_is_wide()),
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


def notices(sent: Sequence[Sent], day: date) -> str:
    """督办单 that were issued, and whether they were answered by `day`."""
    if not sent:
        return _drawn(_text("还没有签发过督办单", "dim"))
    several = len({one.notice.policy for one in sent}) > 1

    def answer(one: Sent) -> Text:
        if one.answered_on is not None:
            return _text(f"已回复 {one.answered_on}", "green")
        if day <= one.notice.reply_due:
            return _text("回复期内")
        if one.suspended:
            return _text("未回复，其间任务中止")
        return _text(f"未回复，过期 {(day - one.notice.reply_due).days} 天", SIGNAL_STYLES["overdue"])

    columns = [
        Column("编号", lambda one: _text(one.notice.reference)),
        Column("颜色", lambda one: _text(COLOURS[one.notice.colour], COLOUR_STYLES[one.notice.colour])),
        Column("单位", lambda one: _text(one.notice.unit)),
        Column(
            "措施",
            lambda one: _text(f"{one.notice.policy}/{one.notice.measure}" if several else one.notice.measure),
            right=True,
        ),
        Column(
            "节点", lambda one: _text(" ".join(filter(None, (one.notice.milestone, one.notice.period))) or STANDING)
        ),
        Column("签发", lambda one: _text(one.notice.issued_on), min_width=DAY_WIDTH),
        Column("回复期限", lambda one: _text(one.notice.reply_due), min_width=DAY_WIDTH),
        Column("回复", answer),
        Column("督办要求", lambda one: _text(one.notice.asked), shown=_is_wide(), ratio=1),
    ]
    return _drawn(_text("签发过的督办单", "bold"), _text(f"截至 {day}", "dim"), Text(""), _table(columns, sent))


def evidence(listed: Sequence[tuple[Entry, Evidence]]) -> str:
    """佐证材料, each with the entry it belongs to."""
    if not listed:
        return _drawn(_text("没有佐证材料", "dim"))
    columns = [
        Column("编号", lambda pair: _text(pair[1].id), right=True),
        Column("措施", lambda pair: _text(f"{pair[0].measure}{pair[0].place}")),
        Column("单位", lambda pair: _text(pair[0].unit)),
        Column("文件名", lambda pair: _text(pair[1].name), ratio=1),
        Column("大小", lambda pair: _text(f"{max(1, pair[1].size // 1024)} KB"), right=True),
        Column("SHA-256", lambda pair: _text(pair[1].sha256[:12], "dim")),
        Column("记录", lambda pair: _text(f"{pair[0].id} 号"), right=True),
        Column("登记", lambda pair: _text(f"{in_china(pair[0].recorded_at)} {pair[0].recorded_by}", "dim")),
    ]
    return _drawn(_table(columns, listed), Text(""), _text(f"共 {len(listed)} 份", "dim"))


def findings(found: Sequence[Finding]) -> str:
    """What comes of returned forms: a line each for what a person should look at, then the counts of each file."""
    styles = {"refused": "bold red", "conflict": "bold red", "held": "yellow", "note": "yellow", "new": "green"}
    columns = [
        Column("结果", lambda one: _text(RESULTS[one.result], styles.get(one.result, "dim"))),
        Column("文件", lambda one: _text(one.file), ratio=2),
        Column("位置", lambda one: _text(" ".join(filter(None, (one.sheet, one.cell))), "dim")),
        Column("任务", lambda one: _text(one.entry and f"{one.entry.measure}{one.entry.place}")),
        Column("内容", lambda one: _text(one.said), ratio=3),
    ]
    files = len({one.file for one in found})
    counts = "  ".join(
        f"{term} {n}" for name, term in RESULTS.items() if (n := sum(one.result == name for one in found))
    )
    return _drawn(
        _table(columns, found), Text(""), _text(f"共 {files} 个文件  {counts}" if found else "没有填写的内容")
    )


def replies(found: Sequence[Reply]) -> str:
    """The forms that were sent last, and how far they were answered."""
    if not found:
        return _drawn(_text("还没有发出过填报表", "dim"))
    columns = [
        Column("单位", lambda reply: _text(reply.unit)),
        Column("发表截至", lambda reply: _text(reply.day), min_width=DAY_WIDTH),
        Column("填报周期", lambda reply: _text(reply.period)),
        Column("任务", lambda reply: _count(reply.duties), right=True),
        Column("已报", lambda reply: _count(reply.reported), right=True),
        Column("回复", lambda reply: _text("已回复", "green") if reply.reported else _text("未回复", "bold red")),
    ]
    silent = sum(not reply.reported for reply in found)
    return _drawn(_table(columns, found), Text(""), _text(f"共 {len(found)} 个单位，未回复 {silent} 个"))


def doubts(found: Sequence[Doubt], counts: str) -> str:
    """What a draft leaves open, a line each, then how much was read."""
    paged = any(one.page is not None for one in found)
    columns = [
        Column("页", lambda one: _text(one.page), right=True, shown=paged),
        Column("行", lambda one: _text(one.line or None), right=True),
        Column("措施", lambda one: _text(one.measure), right=True),
        Column("类别", lambda one: _text(DOUBTS[one.kind], "yellow")),
        Column("原文", lambda one: _text(one.text), ratio=4),
        Column("读作", lambda one: _text(one.reading or "—"), ratio=2),
        Column("原因", lambda one: _text(f"{one.why}{f'；也可读作 {one.other}' if one.other else ''}"), ratio=3),
    ]
    return _drawn(_table(columns, found), Text(""), _text(counts, "bold"))


def tracked(items: Sequence[Any], words: str) -> Iterable[Any]:
    """`items`, with a progress bar on stderr while they are gone through: on a terminal only, and only for many."""
    if len(items) < MANY or not sys.stderr.isatty():
        return items
    from rich.progress import track

    return track(items, words, console=Console(file=sys.stderr), transient=True)


def stats(title: str, found: Sequence[StatRow], by: str) -> str:
    """统计, a row each, and below it how the rates are made."""
    columns = [
        Column("序号", lambda row: _text(row.measure), right=True, shown=by == "measure"),
        Column("单位", lambda row: _text(row.unit), shown=by == "unit"),
        Column("角色", lambda row: _text(ROLES.get(row.role or "")), shown=by == "unit"),
        Column("任务", lambda row: _count(row.duties), right=True),
        Column("办结", lambda row: _count(row.closed), right=True),
        Column("按期", lambda row: _count(row.on_time, "green"), right=True),
        Column("超期", lambda row: _count(row.late), right=True),
        Column("逾期", lambda row: _count(row.overdue, SIGNAL_STYLES["overdue"]), right=True),
        Column("到期", lambda row: _count(row.due), right=True),
        Column("退回", lambda row: _count(row.returned), right=True),
        Column("延期", lambda row: _count(row.extended), right=True),
        Column("按时办结率", lambda row: _text(_on_time_formula(row))),
        Column("报送率", lambda row: _text(_report_formula(row))),
    ]
    notes = [
        "按时办结率 = 按期办结 ÷（本期到期或办结的有时限任务 − 其中中止），报送率 = 已报期次 ÷ 应报期次",
        *(["督办办公室自己的任务不列"] if by == "unit" else []),
    ]
    return _drawn(
        _text(f"统计  {title}", "bold"),
        Text(""),
        _table(columns, found),
        Text(""),
        *(_text(note, "dim") for note in notes),
    )


def _on_time_formula(row: StatRow) -> str:
    if row.on_time_rate is None:
        return "—"
    base = f"（{row.base} − {row.base_suspended} 中止）" if row.base_suspended else f"{row.base}"
    return f"{row.on_time} ÷ {base} = {row.on_time_rate:.1f}%"


def _report_formula(row: StatRow) -> str:
    return "—" if row.report_rate is None else f"{row.cycles_reported} ÷ {row.cycles_due} = {row.report_rate:.1f}%"


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


def _standing_of_duty(ledger: Ledger, *, wide: bool) -> list[Column]:
    """When a duty is due, how it stands and what was last heard of it."""
    return [
        Column("完成时限", lambda duty: _due(duty, ledger.record(duty).extended_late), min_width=DAY_WIDTH),
        Column("预警", lambda duty: _alarm_of_duty(duty, ledger.day)),
        Column("状态", lambda duty: _text(_state(duty, ledger))),
        Column(
            "最近报送",
            lambda duty: _text(duty.reported_on or ("未报送" if duty.unreported else None), "dim"),
            shown=wide,
            min_width=DAY_WIDTH,
        ),
        Column("进展情况", lambda duty: _text(_last_words(duty)), ratio=1),
    ]


def _due(row: Duty | MeasureRow, extended_late: int = 0) -> Text:
    note = extension_note(row.first_due, row.due, row.extensions, extended_late)
    return _text(f"{row.due}\n{note}" if note else row.due)


def _alarm_of_duty(duty: Duty, day: date) -> Text:
    """As `alarm`; what was done is late by the days until it was done, or nothing is left to count."""
    if duty.state == "closed_out" and duty.is_on_time is not None:
        return _text("按期办结", "green") if duty.is_on_time else _text("超期办结", "yellow")
    if duty.done_on is None or duty.due is None:
        return alarm(duty.signal, duty.due, day)
    return alarm(duty.signal, duty.due, max(duty.done_on, duty.due + ONE_DAY))


def _state(duty: Duty, ledger: Ledger) -> str:
    """The state, since when where the office decided it, and how often the unit was urged."""
    record = ledger.record(duty)
    since = record.suspended_on or ledger.closed_on(duty)
    parts = [
        STATES[duty.state],
        *([str(since)] if since else []),
        *([f"已催办 {record.urges} 次"] if record.urges else []),
    ]
    return "\n".join(parts)


def _last_words(duty: Duty) -> str:
    parts = [f"{duty.progress}%"] if duty.progress is not None else []
    return "\n".join(parts + _sentences(duty))


def _sentences(told: Duty | Entry) -> list[str]:
    return sentences(told.note, told.problem, told.next_step)


def _said(entry: Entry) -> str:
    parts = [f"{entry.progress}%"] if entry.progress is not None else []
    parts += [f"作废 {entry.voids} 号"] if entry.voids else []
    parts += [entry.detail] if entry.detail else []
    return "\n".join(parts + _sentences(entry))


def _act(entry: Entry) -> str:
    return KINDS[entry.kind] + (f"（已被 {entry.voided_by} 号作废）" if entry.voided_by else "")


def _milestone(milestone: Milestone) -> str:
    when = str(milestone.due) if milestone.due else f"每{CYCLES[milestone.every or 'year']}一次，{milestone.first} 起"
    words = f"原文：{milestone.as_written}" if milestone.as_written else f"依据：{milestone.reason}"
    return f"{milestone.key}  {milestone.title}  {when}  {ORIGINS[milestone.origin]}（{words}）"


def _lead(row: MeasureRow) -> str:
    return lead_words(row.lead_unit, row.lead_origin)


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
