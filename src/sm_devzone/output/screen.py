"""What a person sees on a terminal. Text is never cut; meaning is never carried by colour alone.

A table that has no room for its text puts the text under each row, and one that has no room at all becomes a list.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from rich import box
from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.containers import Lines
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sm_devzone.domain.answers import RESULTS, Finding
from sm_devzone.domain.calendar import in_china
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import Entry, Evidence
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
)
from sm_devzone.domain.ledger import Ledger, MeasureRow, lead_origin, totals
from sm_devzone.domain.notice import Sent
from sm_devzone.domain.phrases import days_late, ended, extension_note, lead_words, place, quoted_place, sentences
from sm_devzone.domain.plan import NO_END, Measure, Milestone
from sm_devzone.domain.reading.doubts import KINDS as DOUBTS
from sm_devzone.domain.reading.doubts import Doubt
from sm_devzone.domain.statistics import StatRow
from sm_devzone.domain.takeover.columns import FIELDS, Layout
from sm_devzone.domain.takeover.columns import Table as LedgerTable
from sm_devzone.domain.text import plain

SIGNAL_STYLES = {"overdue": "bold red", "due_soon": "yellow", "on_track": "green", "ongoing": "dim"}
COLOUR_STYLES = {"blue": "blue", "orange": "yellow", "red": "bold red"}
SIGNAL_MARKS = {"overdue": "●", "due_soon": "◆", "on_track": "○"}
"""In every Chinese console code page, and different in shape as well as colour."""

WIDE = 110
"""Width of a window, in cells, from which a table shows everything it has."""

USUAL = 80
"""The width of a window that does not know its own."""

NARROWEST = 40
"""In a window of fewer cells the terminal breaks the lines of one that has so many."""

ROOM = 14
"""Cells that a column keeps, if it has something so long to say, while another is made narrower."""

LEAST_ROOM = 10
"""As ROOM, before a table is given up: a day is not broken."""

ROOM_FOR_TEXT = 24
"""As ROOM, for what was said in sentences."""

_GAP = 2
"""Cells between two columns."""

MANY = 10
"""From so many files on, work on them shows how far it is."""


class Words(Text):
    """Text that is broken between words, and between Chinese characters as a printer does."""

    def wrap(self, console: Console, width: int, *, justify: Any = None, **_: Any) -> Lines:
        broken = Lines()
        for line in self.split(allow_blank=True):
            pieces = line.divide(_breaks(line.plain, width))
            for piece in pieces:
                piece.rstrip()
            if justify:
                pieces.justify(console, width, justify=justify, overflow="fold")
            broken.extend(pieces)
        return broken

    def __rich_measure__(self, console: Console, options: Any) -> Measurement:
        lines = self.plain.splitlines() or [""]
        longest = max((cell_len(self.plain[a:b].rstrip()) for a, b in _units(self.plain)), default=0)
        return Measurement(longest, max(map(cell_len, lines)))


_STICKS_TO_WHAT_IS_BEFORE = frozenset("，。；：！？、）”\u2019》】〕\uff05…—,.;:!?)]}%")
_STICKS_TO_WHAT_IS_BEHIND = frozenset("（“\u2018《【〔([{")


def _units(text: str) -> Iterator[tuple[int, int]]:
    """Where `text` must not be broken: words and numbers, with the marks that belong to them."""
    start = 0
    for at in range(1, len(text)):
        last, this = text[at - 1], text[at]
        if this.isspace() or this in _STICKS_TO_WHAT_IS_BEFORE or last in _STICKS_TO_WHAT_IS_BEHIND:
            continue
        if last.isspace() or not (last.isascii() and this.isascii()):
            yield start, at
            start = at
    if text:
        yield start, len(text)


def _breaks(text: str, width: int) -> list[int]:
    """Where `text`, one line, is broken to fit; a word that is longer than a line is broken where the line ends."""
    breaks: list[int] = []
    room = width
    for start, end in _units(text):
        size = cell_len(text[start:end].rstrip())
        if size > room and start > 0 and room < width:
            breaks.append(start)
            room = width
        if size > room:
            for at in range(start, end):
                size = cell_len(text[at])
                if size > room and room < width:
                    breaks.append(at)
                    room = width
                room -= size
        else:
            room -= cell_len(text[start:end])
    return breaks


class Column(NamedTuple):
    """One column of a table: its heading, and how a row's cell is made. One with a `ratio` holds sentences."""

    heading: str
    cell: Callable[[Any], Text]
    right: bool = False
    shown: bool = True
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
        Column("完成时限", _due),
        Column("预警", lambda row: alarm(row, ledger.day)),
        Column("状态", lambda row: _text(STATES[row.state])),
        Column("任务", lambda row: _count(row.duties), right=True),
        Column("销号", lambda row: _count(row.closed_out, "green"), right=True, shown=wide),
        Column("逾期", lambda row: _count(row.overdue, SIGNAL_STYLES["overdue"]), right=True),
        Column("临期", lambda row: _count(row.due_soon, SIGNAL_STYLES["due_soon"]), right=True, shown=wide),
        Column("未报送", lambda row: _count(row.unreported), right=True),
        Column("最近报送", lambda row: _text(row.reported_on, "dim"), shown=wide),
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
        Column("节点", lambda duty: _text(place(duty))),
        *_standing_of_duty(ledger, wide=wide),
    ]
    overdue = sum(duty.signal == "overdue" for duty in duties)
    total = Words.assemble(
        ("合计  ", "bold"),
        f"任务 {len(duties)} 项  ",
        (f"逾期 {overdue}", SIGNAL_STYLES["overdue"] if overdue else ""),
        f"  未报送 {sum(duty.unreported for duty in duties)}",
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
        until = f"，至 {policy.valid_until}" if policy.valid_until < NO_END else ""
        facts.append(("长期", f"{measure.standing or '全部任务'}{until}{cycle}"))
    # A place is named once, above all the units that it is for.
    first_of_place = {place(duty): duty for duty in reversed(duties)}
    columns = [
        Column(
            "节点",
            lambda duty: _text(place(duty) or STANDING if first_of_place[place(duty)] is duty else ""),
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
        Column("发生日期", lambda entry: _text(entry.happened_on, faded(entry))),
        Column("记录时间", lambda entry: _text(in_china(entry.recorded_at), "dim")),
        Column("记录人", lambda entry: _text(entry.recorded_by, faded(entry))),
        Column("事项", lambda entry: _text(_act(entry), faded(entry))),
        Column(
            "措施",
            lambda entry: _text(f"{entry.policy}/" * several + f"{entry.measure}{quoted_place(entry)}", faded(entry)),
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
        Column("节点", lambda one: _text(place(one.notice) or STANDING)),
        Column("签发", lambda one: _text(one.notice.issued_on)),
        Column("回复期限", lambda one: _text(one.notice.reply_due)),
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
        Column("措施", lambda pair: _text(f"{pair[0].measure}{quoted_place(pair[0])}")),
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
        Column("任务", lambda one: _text(one.entry and f"{one.entry.measure}{quoted_place(one.entry)}")),
        Column("内容", lambda one: _text(one.said), ratio=3),
    ]
    files = len({one.file for one in found})
    counts = "  ".join(
        f"{term} {n}" for name, term in RESULTS.items() if (n := sum(one.result == name for one in found))
    )
    return _drawn(
        _table(columns, found), Text(""), _text(f"共 {files} 个文件  {counts}" if found else "没有填写的内容")
    )


def takeover(table: LedgerTable, layout: Layout, found: Sequence[Finding]) -> str:
    """Which column of a ledger is read as what, then what comes of its rows."""
    read = {column.place: FIELDS[column.field] for column in layout.columns}
    places = sorted([(column.place, column.heading) for column in layout.columns] + list(layout.unused))
    columns = [
        Column("列", lambda own: _text(table.letters[own[0]])),
        Column("表头", lambda own: _text(own[1]), ratio=1),
        Column("读作", lambda own: _text(read[own[0]], "green") if own[0] in read else _text("不读", "dim")),
    ]
    head = f"{layout.first}–{layout.last}" if layout.first < layout.last else str(layout.last)
    title = _text(f"{table.file}  工作表“{table.sheet}”  表头第 {head} 行", "bold")
    return _drawn(title, Text(""), _table(columns, places), Text("")) + findings(found)


def replies(found: Sequence[Reply]) -> str:
    """The forms that were sent last, and how far they were answered."""
    if not found:
        return _drawn(_text("还没有发出过填报表", "dim"))
    columns = [
        Column("单位", lambda reply: _text(reply.unit)),
        Column("发表截至", lambda reply: _text(reply.day)),
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


def alarm(row: Duty | MeasureRow, day: date) -> Text:
    """预警 as mark and words, with how far the date is: ● 逾期 12 天, ○ 还有 91 天, 长期推进."""
    name, due = row.signal, row.due
    if name is None or due is None:
        return Words(SIGNALS[name] if name else "—", style="dim")
    left = (due - day).days
    words = "今天到期" if left == 0 else f"还有 {left} 天" if left > 0 else SIGNALS[name]
    if name == "overdue":
        words = f"{SIGNALS[name]} {days_late(row.days_overdue, row.days_suspended)}"
    elif name == "due_soon":
        words = f"{SIGNALS[name]} {words}"
    return Words(f"{SIGNAL_MARKS[name]} {words}", style=SIGNAL_STYLES[name])


def _standing_of_duty(ledger: Ledger, *, wide: bool) -> list[Column]:
    """When a duty is due, how it stands and what was last heard of it."""
    return [
        Column("完成时限", lambda duty: _due(duty, ledger.record(duty).extended_late)),
        Column("预警", lambda duty: _alarm_of_duty(duty, ledger.day)),
        Column("状态", lambda duty: _text(_state(duty, ledger))),
        Column(
            "最近报送",
            lambda duty: _text(duty.reported_on or ("未报送" if duty.unreported else None), "dim"),
            shown=wide,
        ),
        Column("进展情况", lambda duty: _text(_last_words(duty)), ratio=1),
    ]


def _due(row: Duty | MeasureRow, extended_late: int = 0) -> Text:
    note = extension_note(row, extended_late)
    return _text(f"{row.due}\n{note}" if note else row.due)


def _alarm_of_duty(duty: Duty, day: date) -> Text:
    """As `alarm`; of what was done in time nothing is left to count."""
    if duty.state == "closed_out" and duty.is_on_time is not None:
        return _text("按期办结", "green") if duty.is_on_time else _text("超期办结", "yellow")
    if duty.signal == "on_track" and duty.done_on is not None:
        return Words(f"{SIGNAL_MARKS['on_track']} {SIGNALS['on_track']}", style=SIGNAL_STYLES["on_track"])
    return alarm(duty, day)


def _state(duty: Duty, ledger: Ledger) -> str:
    """The state, since when where the office decided it, and how often the unit was urged."""
    record = ledger.record(duty)
    since = record.suspended_on or ledger.closed_on(duty)
    parts = [
        STATES[duty.state],
        *([str(since)] if since else []),
        *([f"由{duty.transferred_from}移交"] if duty.transferred_from else []),
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
    words = f"原文：{milestone.as_written}" if milestone.as_written else f"依据：{milestone.reason}"
    return f"{milestone.key}  {milestone.title}  {milestone.when}  {ORIGINS[milestone.origin]}（{words}）"


def _lead(row: MeasureRow) -> str:
    return lead_words(row.lead_unit, row.lead_origin)


def _heading(ledger: Ledger) -> list[Text]:
    """The titles of the policies, the day, and which of them have ended by then."""
    policies = list(ledger.plan)
    titles = [_text(f"《{policy.title}》", "bold") for policy in policies]
    if len(policies) > 3:
        titles = [_text(f"{len(policies)} 个政策文件", "bold")]
    notes = [_text(f"截至 {ledger.day}", "dim")]
    over = [policy for policy in policies if ledger.day > policy.valid_until]
    notes += [_text(f"《{policy.title}》{ended(f' {policy.valid_until} ')}", "yellow") for policy in over]
    return [*titles, *notes, Text("")]


def _totals(measures: Iterable[MeasureRow]) -> Text:
    sums = totals(measures)
    if not sums["duties"]:
        return _text("没有符合条件的任务", "dim")
    line = Words.assemble(("合计  ", "bold"), f"措施 {sums['measures']} 条  任务 {sums['duties']} 项")
    for name in ("closed_out", "submitted", "in_progress", "not_started", "suspended"):
        line.append(f"  {STATES[name]} {sums[name]}")
    if sums["terminated"]:
        line.append(f"  {STATES['terminated']} {sums['terminated']}")
    for name in ("overdue", "due_soon"):
        line.append(f"  {SIGNALS[name]} {sums[name]}", style=SIGNAL_STYLES[name] if sums[name] else "")
    line.append(f"  未报送 {sums['unreported']}")
    return line


def plan_versions(lines: Sequence[Any], *, several: bool) -> str:
    """The versions of the plan, with what each changed."""

    def number(line: Any) -> Text:
        return _text(f"第 {line.number} 版" if line.number else "未登记", "" if line.number else "yellow")

    columns = [
        Column("政策", lambda line: _text(line.policy), shown=several),
        Column("版本", number),
        Column("起算", lambda line: _text(line.in_force_since)),
        Column(
            "登记",
            lambda line: _text(f"{in_china(line.recorded_at)} {line.recorded_by}" if line.recorded_at else "—", "dim"),
        ),
        Column("依据", lambda line: _text(line.reason)),
        Column("改动", lambda line: _text("\n".join(line.changes)), ratio=1),
    ]
    return _drawn(_text("计划的版本", "bold"), Text(""), _table(columns, lines))


def _table(columns: Iterable[Column], records: Iterable[object]) -> RenderableType:
    shown = [column for column in columns if column.shown]
    rows = [[column.cell(record) for column in shown] for record in records]
    room = _console().width
    wanted = [_wanted(column, cells) for column, cells in zip(shown, _turned(rows, len(shown)), strict=True)]
    everything = range(len(shown))
    but_text = [at for at in everything if not shown[at].ratio]
    for beside, least in ((everything, ROOM), (but_text, ROOM), (but_text, LEAST_ROOM)):
        floors = [min(wanted[at], ROOM_FOR_TEXT if shown[at].ratio else least) for at in beside]
        widths = _fitted([wanted[at] for at in beside], floors, room)
        if widths is not None:
            return _rows(shown, rows, dict(zip(beside, widths, strict=True)))
    return _list_of_facts(shown, rows)


def _wanted(column: Column, cells: Iterable[Text]) -> int:
    lines = [column.heading, *(line for cell in cells for line in cell.plain.splitlines())]
    return max(map(cell_len, lines))


def _turned(rows: Sequence[Sequence[Text]], columns: int) -> list[list[Text]]:
    return [[row[at] for row in rows] for at in range(columns)]


def _fitted(wanted: Sequence[int], floors: Sequence[int], room: int) -> list[int] | None:
    """A width for each column that wants so much and needs its floor; None where there is no room for that."""
    room -= _GAP * (len(wanted) - 1)
    widths = list(floors)
    if sum(widths) > room:
        return None
    while (left := room - sum(widths)) and (short := [at for at, want in enumerate(wanted) if widths[at] < want]):
        share = max(1, left // len(short))
        for at in short:
            more = min(share, wanted[at] - widths[at], room - sum(widths))
            widths[at] += more
    return widths


def _rows(columns: Sequence[Column], rows: Sequence[Sequence[Text]], widths: Mapping[int, int]) -> RenderableType:
    """A table of the columns that have a width; what is left out stands under its row."""

    def table() -> Table:
        made = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
        for at, width in widths.items():
            made.add_column(Words(columns[at].heading), justify="right" if columns[at].right else "left", width=width)
        return made

    whole = table()
    under = [at for at in range(len(columns)) if at not in widths]
    if not under:
        for row in rows:
            whole.add_row(*(row[at] for at in widths))
        return whole
    parts: list[RenderableType] = [whole]
    for row in rows:
        own = table()
        own.show_header = False
        own.add_row(*(row[at] for at in widths))
        parts.append(own)
        parts += [Padding(row[at], (0, 0, 0, 4)) for at in under if row[at].plain]
    return Group(*parts)


def _list_of_facts(columns: Sequence[Column], rows: Sequence[Sequence[Text]]) -> RenderableType:
    """What a table says, a line each: for windows that have no room beside."""
    parts: list[RenderableType] = []
    for row in rows:
        parts += [_facts([(column.heading, cell) for column, cell in zip(columns, row, strict=True) if cell.plain])]
        parts += [Text("")]
    return Group(*parts[:-1])


def _facts(facts: Iterable[tuple[str, str | Text]]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column()
    for name, words in facts:
        grid.add_row(name, _text(words) if isinstance(words, str) else words)
    return grid


def _text(value: object, style: str = "") -> Text:
    return Words("" if value is None else plain(str(value)), style=style)


def _count(number: int, style: str = "") -> Text:
    return Words(str(number), style=style if number else "dim")


def _console() -> Console:
    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    if console.width < NARROWEST:
        console.width = NARROWEST if console.width else USUAL
    return console


def _is_wide() -> bool:
    return _console().width >= WIDE


def _drawn(*parts: RenderableType) -> str:
    console = _console()
    with console.capture() as capture:
        for part in parts:
            console.print(part)
    return capture.get()
