"""What a person sees on a terminal. Text is never cut; meaning is never carried by colour alone.

A table that has no room for its text puts the text under each row, and one that has no room at all becomes a list.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import groupby
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
from sm_devzone.domain.calendar import in_china, recorded_day
from sm_devzone.domain.chain import Seal
from sm_devzone.domain.contacts import Contacts
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import SEALED, Entry, Evidence, Received
from sm_devzone.domain.form import Reply
from sm_devzone.domain.gathering import gathered
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
from sm_devzone.domain.notice import Sent, Slip
from sm_devzone.domain.overview import Lot, Overview, overview
from sm_devzone.domain.phrases import (
    days_late,
    ended,
    extension_note,
    late_term,
    lead_words,
    matter,
    place,
    quoted_place,
    sentences,
)
from sm_devzone.domain.plan import NO_END, Measure, Milestone, Plan
from sm_devzone.domain.problems import PROBLEM_STATES, Problem
from sm_devzone.domain.reading.doubts import KINDS as DOUBTS
from sm_devzone.domain.reading.doubts import Doubt
from sm_devzone.domain.received import Standing
from sm_devzone.domain.review import Waiting
from sm_devzone.domain.statistics import StatRow
from sm_devzone.domain.takeover.columns import FIELDS, Layout
from sm_devzone.domain.takeover.columns import Table as LedgerTable
from sm_devzone.domain.text import plain

SIGNAL_STYLES = {"overdue": "bold red", "due_soon": "yellow", "on_track": "green", "ongoing": "dim"}
OUTCOMES = {"submit": "待审核", "close": "已销号", "return": "已退回", "reopen": "重新推进"}
"""What became of the work that a 督办单 is about, by what happened last."""

COLOUR_STYLES = {"blue": "blue", "orange": "yellow", "red": "bold red"}
SIGNAL_MARKS = {"overdue": "●", "due_soon": "◆", "on_track": "○"}
"""In every Chinese console code page, and different in shape as well as colour."""

WIDE = 110
"""Width of a window, in cells, from which a table shows everything it has."""

NARROW = 100
"""Width of a window, in cells, below which records stand one under the other and not in a table of many columns."""

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
            pieces = line.divide(_breaks(line.plain, width, self.unbroken(line.plain, width)))
            for piece in pieces:
                piece.rstrip()
            if justify:
                pieces.justify(console, width, justify=justify, overflow="fold")
            broken.extend(pieces)
        return broken

    @staticmethod
    def unbroken(text: str, width: int) -> Iterable[tuple[int, int]]:  # noqa: ARG004 - for those that ask it
        """Where `text`, one line, must not be broken."""
        return _units(text)

    def __rich_measure__(self, console: Console, options: Any) -> Measurement:
        lines = self.plain.splitlines() or [""]
        longest = max((cell_len(self.plain[a:b].rstrip()) for a, b in _units(self.plain)), default=0)
        return Measurement(longest, max(map(cell_len, lines)))


class Things(Words):
    """Several things with two blanks between them: one that fits on a line is on one line."""

    @staticmethod
    def unbroken(text: str, width: int) -> Iterable[tuple[int, int]]:
        for found in re.finditer(r"(?:(?!  ).)+ *", text):
            start, end = found.span()
            if cell_len(found[0].rstrip()) <= width:
                yield start, end
            else:
                yield from ((start + a, start + b) for a, b in _units(found[0]))


_STICKS_TO_WHAT_IS_BEFORE = frozenset("，。；：！？、）”\u2019》】〕」』〉\uff3d\uff5d\uff05‰℃…—\uff5e,.;:!?)]}%")
_STICKS_TO_WHAT_IS_BEHIND = frozenset("（“\u2018《【〔「『〈\uff3b\uff5b([{")

_COUNTED = frozenset("天项条次个号版期份")
"""What a number before it counts: 逾期 12 天."""


def _units(text: str) -> Iterator[tuple[int, int]]:
    """Where `text` must not be broken: words and numbers, with the marks that belong to them."""
    start = 0
    for at in range(1, len(text)):
        last, this = text[at - 1], text[at]
        if this.isspace() or this in _STICKS_TO_WHAT_IS_BEFORE or last in _STICKS_TO_WHAT_IS_BEHIND:
            continue
        if last == " " and this in _COUNTED and text[at - 2 : at - 1].isdigit():
            continue
        if last.isspace() or not (_is_of_a_word(last) and _is_of_a_word(this)):
            yield start, at
            start = at
    if text:
        yield start, len(text)


@cache
def _is_of_a_word(character: str) -> bool:
    """Whether lines are broken beside a character only where there is a blank: letters and digits of any width."""
    if character.isascii():
        return True
    is_wide_letter = unicodedata.normalize("NFKC", character).isascii() or cell_len(character) == 1
    return character.isalnum() and is_wide_letter


def _breaks(text: str, width: int, unbroken: Iterable[tuple[int, int]]) -> list[int]:
    """Where `text`, one line, is broken to fit; a word that is longer than a line is broken where the line ends."""
    breaks: list[int] = []
    room = width
    for start, end in unbroken:
        size = cell_len(text[start:end].rstrip())
        if size > room and start > 0 and room < width:
            breaks.append(start)
            room = width
        if size > room:
            for at in range(start, end):
                size = cell_len(text[at])
                if size > room and room < width:
                    # A mark takes along what it belongs to, as long as anything stays behind.
                    first = at - (text[at] in _STICKS_TO_WHAT_IS_BEFORE and at - 1 > (breaks or [0])[-1])
                    breaks.append(first)
                    room = width - cell_len(text[first:at])
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


def status(ledger: Ledger, duties: Sequence[Duty], measures: Sequence[MeasureRow], lately: Sequence[Entry]) -> str:
    """What asks for the office, then a line for each measure with a date and a block of the others, then the totals.

    `duties` and their `measures` are those that are meant, `lately` what happened of late. A narrow window shows fewer
    columns, and the lead under the title.
    """
    dated = {(duty.policy, duty.measure) for duty in duties if duty.due is not None}
    parts = [*_heading(ledger), *([_first_look(ledger, overview(ledger, duties, lately))] if measures else [])]
    for policy in ledger.plan:
        own = [row for row in measures if row.policy == policy.id]
        in_table = [row for row in own if (row.policy, row.number) in dated] or own
        rest = [row for row in own if row not in in_table]
        if own and len(ledger.plan.policies) > 1:
            parts += [Text(""), _text(policy.heading, "bold")]
        if in_table:
            parts += [Text(""), _table(_columns_of_measures(ledger.day), in_table)]
        if rest:
            parts += [Text(""), _text(f"没有时限的 {len(rest)} 条（{STANDING}）", "bold"), _block(map(_in_short, rest))]
    return _drawn(*parts, Text(""), _totals(measures))


def _columns_of_measures(day: date) -> list[Column]:
    wide = _is_wide()
    return [
        Column("序号", lambda row: _text(row.number), right=True),
        Column(
            "措施",
            lambda row: _text(row.title if wide or not row.lead_unit else f"{row.title}\n牵头 {_lead(row)}"),
        ),
        Column("牵头单位", lambda row: _text(_lead(row), "" if row.lead_unit else "dim"), shown=wide),
        Column("完成时限", _due),
        Column("预警", lambda row: alarm(row, day)),
        Column("状态", lambda row: _text(STATES[row.state])),
        Column("任务", lambda row: _count(row.duties), right=True),
        Column("销号", lambda row: _count(row.closed_out, "green"), right=True, shown=wide),
        Column("逾期", lambda row: _count(row.overdue, SIGNAL_STYLES["overdue"]), right=True),
        Column("临期", lambda row: _count(row.due_soon, SIGNAL_STYLES["due_soon"]), right=True, shown=wide),
        Column("未报送", lambda row: _count(row.unreported), right=True),
        Column("最近报送", lambda row: _text(row.reported_on, "dim"), shown=wide),
    ]


def _in_short(row: MeasureRow) -> Text:
    return _text(f"{row.number} {row.title}{f'（未报送 {row.unreported}）' if row.unreported else ''}")


NAMED = 4
"""How many of several lots or units are named where there is one line for them."""


def _first_look(ledger: Ledger, seen: Overview) -> RenderableType:
    def lots(some: Sequence[Lot], more: Callable[[Lot], str]) -> str:
        named = [
            f"{ledger.plan.short_number(one.first.policy, one.first.measure)}{quoted_place(one.first)} "
            f"{one.number} 项{more(one)}"
            for one in some[:NAMED]
        ]
        return "  ".join([*named, *["等"] * (len(some) > NAMED)])

    def counted(some: Sequence[Lot], words: str, style: str = "") -> Text:
        number = sum(one.number for one in some)
        return Things(f"{number} 项  {words}" if number else "没有", style=style if number else "dim")

    def late(one: Lot) -> str:
        return f"（{'最久 ' if one.number > 1 else ''}{one.first.days_overdue} 天）"

    silent = [one for one in seen.troubles if one.unreported]
    unreported = sum(one.unreported for one in silent)
    waiting = f"  最早 {seen.waiting_since} 报完成" if seen.waiting_since else ""
    troubles = [
        f"{one.unit} {'、'.join(f'{term} {n}' for term, n in (('逾期', one.overdue), ('未报送', one.unreported)) if n)}"
        for one in seen.troubles[:NAMED]
    ]
    moved = "  ".join(f"{KINDS[kind]} {number}" for kind, number in seen.moved.items())
    return _facts(
        [
            (SIGNALS["overdue"], counted(seen.overdue, lots(seen.overdue, late), SIGNAL_STYLES["overdue"])),
            (STATES["submitted"], counted(seen.submitted, lots(seen.submitted, lambda _: "") + waiting)),
            (
                "未报送",
                Words(f"{unreported} 项（{len(silent)} 个单位）" if silent else "没有", style="" if silent else "dim"),
            ),
            ("近七天", Things(moved or "没有动静", style="" if moved else "dim")),
            *([("最该催的", Things("  ".join(troubles)))] if troubles else []),
        ]
    )


def _block(items: Iterable[Text]) -> RenderableType:
    """Short things one after the other, as many on a line as fit, in columns that meet."""
    items = list(items)
    width = max(cell_len(item.plain) for item in items)
    grid = Table.grid(padding=(0, _GAP, 0, 0))
    across = max(1, (_console().width + _GAP) // (width + _GAP))
    for at in range(0, len(items), across):
        grid.add_row(*items[at : at + across])
    return grid


def assign(ledger: Ledger, title: str, duties: Sequence[Duty]) -> str:
    """A list of duties, in the order given, those of each policy together; in a narrow window one under the other."""
    overdue = sum(duty.signal == "overdue" for duty in duties)
    total = Things.assemble(
        ("合计  ", "bold"),
        f"任务 {len(duties)} 项  ",
        (f"逾期 {overdue}", SIGNAL_STYLES["overdue"] if overdue else ""),
        f"  未报送 {sum(duty.unreported for duty in duties)}",
    )
    heading = [_text(title, "bold"), _text(f"截至 {ledger.day}", "dim")]
    return _drawn(*heading, Text(""), _duties(ledger, duties), Text(""), total)


def _duties(ledger: Ledger, duties: Sequence[Duty], headed: Headed | None = None) -> RenderableType:
    """Duties under the headings of their policies where there are several, or under those of units, by `headed`."""
    is_by_policy = headed is None
    if is_by_policy:
        places = {policy_id: at for at, policy_id in enumerate(ledger.plan.policies)}
        duties, headed = sorted(duties, key=lambda duty: places[duty.policy]), _by_policy(ledger.plan)

    def number_of(policy: str, number: int) -> str:
        return str(number) if is_by_policy else ledger.plan.short_number(policy, number)

    if _is_narrow():
        headings = [headed(duty) if headed else "" for duty in duties]
        return _items([_noted(ledger, duty, number_of, names=is_by_policy) for duty in duties], headings, apart=True)
    wide = _is_wide()
    columns = [
        Column("序号", lambda duty: _text(number_of(duty.policy, duty.measure)), right=True),
        Column("措施", lambda duty: _text(duty.title)),
        Column("单位", lambda duty: _text(duty.unit), shown=is_by_policy and len({duty.unit for duty in duties}) > 1),
        Column("角色", lambda duty: _text(ROLES[duty.role]), shown=wide),
        Column("节点", lambda duty: _text(place(duty))),
        *_standing_of_duty(ledger, wide=wide),
    ]
    return _table(columns, duties, headed)


def _noted(ledger: Ledger, duty: Duty, number_of: Callable[[str, int], str], *, names: bool) -> RenderableType:
    """A duty as `assign` lists it: what and, where it `names` units, whose, how it stands, what was last said."""
    heard = f"{duty.reported_on} 报送" if duty.reported_on else ""
    silent = "未报送" if duty.unreported else ""
    standing = filter(None, [_dated(duty, ledger), *_state(duty, ledger).splitlines(), heard, silent])
    return _item(
        [
            _text(f"{number_of(duty.policy, duty.measure)} {duty.title}{quoted_place(duty)}", "bold"),
            _text(duty.unit if names else ""),
            _alarm_of_duty(duty, ledger.day),
        ],
        [
            Things(plain("  ".join(standing))),
            *map(_text, _last_words(duty).replace("%\n", "%  ", 1).splitlines()),
        ],
    )


def _dated(duty: Duty, ledger: Ledger) -> str:
    """时限 2024-12-31（原定 …）."""
    note = extension_note(duty, ledger.record(duty).extended_late)
    return f"时限 {duty.due}{f'（{note}）' if note else ''}" if duty.due else ""


def calls(ledger: Ledger, duties: Mapping[str, Sequence[Duty]], contacts: Contacts) -> str:
    """Who is to be urged about what, unit by unit: a telephone call each, and how it is recorded."""
    heading = [_text("该催的任务", "bold"), _text(f"截至 {ledger.day}", "dim"), Text("")]
    if not duties:
        return _drawn(*heading, _text("没有"))

    def headed(duty: Duty) -> str:
        own = duties[duty.unit]
        counts = (("逾期", sum(one.signal == "overdue" for one in own)), ("未报送", sum(one.unreported for one in own)))
        said = "、".join(f"{words} {number} 项" for words, number in counts if number)
        whom = "、".join(one.words for one in contacts.of(duty.unit) if one.words)
        return "  ".join(filter(None, (duty.unit, said, whom)))

    several = [duty for own in duties.values() for duty in own]
    total = f"合计  {len(duties)} 个单位  {len(several)} 项"
    way_on = f"打完一个单位的电话，一次登记：devzone urge --unit {next(iter(duties))} --by-means 电话 --note 答复"
    listed = _duties(ledger, several, headed)
    return _drawn(*heading, listed, Text(""), _text(total, "bold"), _text(way_on, "dim"))


def queue(ledger: Ledger, waiting: Mapping[str, Sequence[Waiting]]) -> str:
    """What waits for the office, unit by unit."""

    def done(row: Waiting) -> Text:
        late = {True: "按期", False: "超期", None: ""}[row.is_on_time]
        return _text("\n".join(filter(None, (str(row.done_on or ""), late))))

    def waited(row: Waiting) -> str:
        return f"{row.days} 天" if row.days else "今天报来"

    def headed(row: Waiting) -> str:
        return f"{row.unit}  {len(waiting[row.unit])} 项"

    def number(row: Waiting) -> str:
        return ledger.plan.short_number(row.policy, row.measure)

    def noted(row: Waiting) -> RenderableType:
        said = sentences(row.note, row.problem, row.next_step)
        return _item(
            [
                _text(f"{number(row)} {row.title}{quoted_place(row)}", "bold"),
                _text("  ".join(done(row).plain.splitlines())),
                _text(f"已等 {waited(row)}" if row.days else waited(row)),
            ],
            [*map(_text, said), _text("、".join(row.evidence) or "无佐证", "dim")],
        )

    columns = [
        Column("序号", lambda row: _text(number(row)), right=True),
        Column("措施", lambda row: _text(row.title)),
        Column("节点", lambda row: _text(place(row) or STANDING)),
        Column("完成日期", done),
        Column("已等", lambda row: _text(waited(row))),
        Column("完成情况", lambda row: _text("\n".join(sentences(row.note, row.problem, row.next_step))), ratio=2),
        Column("佐证材料", lambda row: _text("\n".join(row.evidence) or "无佐证"), ratio=1),
    ]
    parts: list[RenderableType] = [_text("待审核的任务", "bold"), _text(f"截至 {ledger.day}", "dim")]
    several = [row for own in waiting.values() for row in own]
    if several and _is_narrow():
        parts += [Text(""), _items(map(noted, several), map(headed, several))]
    elif several:
        parts += [Text(""), _table(columns, several, headed)]
    most = max((row.days for row in several), default=0)
    longest = f"，最久的等了 {most} 天" if most else ""
    total = f"合计  {len(waiting)} 个单位  {len(several)} 项{longest}" if several else "没有待审核的任务"
    way_on = "逐项审核：devzone close 或 return N --unit 单位 --note 依据；成批：devzone review -o 审核表.xlsx"
    return _drawn(*parts, Text(""), _text(total, "bold"), *([_text(way_on, "dim")] if several else []))


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


def history(entries: Sequence[Entry], plan: Plan) -> str:
    """流水, in the order given; in a narrow window one under the other."""
    if not entries:
        return _drawn(_text("流水里还没有记录", "dim"))

    def faded(entry: Entry) -> str:
        return "dim" if entry.voided_by else ""

    def came_from(entry: Entry) -> str:
        return "" if entry.source in (None, "cli") else f"  {entry.source}"

    def noted(entry: Entry) -> RenderableType:
        return _item(
            [
                _text(f"{entry.id:>4}", faded(entry)),
                _text(entry.happened_on, faded(entry)),
                _text(_act(entry), faded(entry) or "bold"),
                _text(_about(entry, plan), faded(entry)),
                _text(entry.unit, faded(entry)),
            ],
            [
                *(_text(line, faded(entry)) for line in _said(entry).replace("%\n", "%  ", 1).splitlines()),
                _text(f"{in_china(entry.recorded_at)} {entry.recorded_by}{came_from(entry)}", "dim"),
            ],
        )

    columns = [
        Column("编号", lambda entry: _text(entry.id, faded(entry)), right=True),
        Column("发生日期", lambda entry: _text(entry.happened_on, faded(entry))),
        Column("记录时间", lambda entry: _text(in_china(entry.recorded_at), "dim")),
        Column("记录人", lambda entry: _text(entry.recorded_by, faded(entry))),
        Column("事项", lambda entry: _text(_act(entry), faded(entry))),
        Column("措施", lambda entry: _text(_about(entry, plan), faded(entry))),
        Column("单位", lambda entry: _text(entry.unit, faded(entry))),
        Column("内容", lambda entry: _text(_said(entry), faded(entry)), ratio=1),
        Column("来源", lambda entry: _text(entry.source, "dim")),
    ]
    listed = _items(map(noted, entries), [""] * len(entries)) if _is_narrow() else _table(columns, entries)
    return _drawn(listed, Text(""), _text(f"共 {len(entries)} 条", "dim"))


def to_be_recorded(plan: Plan, acts: Sequence[tuple[Entry, str]]) -> str:
    """What many entries would say and come to, a line for each place and outcome, with the units that it is for."""
    units = gathered(
        ((f"{plan.number_of(entry.policy, entry.measure)}{quoted_place(entry)}", outcome), entry.unit)
        for entry, outcome in acts
    )
    columns = [
        Column("措施", lambda line: _text(line[0][0])),
        Column("登记", lambda line: _text(line[0][1])),
        Column("条数", lambda line: _count(len(line[1])), right=True),
        Column("单位", lambda line: _text("、".join(line[1])), ratio=1),
    ]
    said = list(dict.fromkeys(_said(entry) for entry, _ in acts))
    words = [_text(said[0], "dim"), Text("")] if len(said) == 1 and said[0] else []
    return _drawn(*words, _table(columns, list(units.items())), Text(""), _text(f"共 {len(acts)} 条", "bold"))


def slips(drafted: Sequence[Slip]) -> str:
    """督办单 that would be issued, with the numbers that they would get."""
    columns = [
        Column("编号", lambda slip: _text(slip.notice.reference)),
        Column(
            "颜色",
            lambda slip: _text(COLOURS.get(slip.notice.colour, slip.kind), COLOUR_STYLES.get(slip.notice.colour, "")),
        ),
        Column("单位", lambda slip: _text(slip.notice.unit)),
        Column("事项", lambda slip: _text(matter(slip.duty, slip.duty.title)), ratio=1),
        Column("回复期限", lambda slip: _text(slip.notice.reply_due)),
    ]
    return _drawn(_table(columns, drafted), Text(""), _text(f"共 {len(drafted)} 张", "bold"))


def notices(sent: Sequence[Sent], plan: Plan, day: date) -> str:
    """督办单 and 商请函 that were issued, and what became of them by `day`."""
    if not sent:
        return _drawn(_text("还没有签发过督办单", "dim"))

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
        Column(
            "颜色", lambda one: _text(COLOURS.get(one.notice.colour, "函"), COLOUR_STYLES.get(one.notice.colour, ""))
        ),
        Column("单位", lambda one: _text(one.notice.unit)),
        Column(
            "措施",
            lambda one: _text(plan.short_number(one.notice.policy, one.notice.measure)),
            right=True,
        ),
        Column("节点", lambda one: _text(place(one.notice) or STANDING)),
        Column("签发", lambda one: _text(one.notice.issued_on)),
        Column("期限", lambda one: _text(one.notice.reply_due)),
        Column("回复", answer),
        Column("办理", lambda one: _text(OUTCOMES.get(one.outcome or "", "办理中"))),
        Column("督办要求", lambda one: _text(one.notice.asked), shown=_is_wide(), ratio=1),
    ]
    return _drawn(_text("签发过的督办单", "bold"), _text(f"截至 {day}", "dim"), Text(""), _table(columns, sent))


def problems(found: Sequence[Problem], day: date, *, several: bool) -> str:
    """存在问题 and 需协调事项, in the order given; `several` policies are told apart."""
    if not found:
        return _drawn(_text("没有待解决的问题", "dim"))
    styles = {"open": "yellow", "solved": "green"}

    def raised(one: Problem) -> Text:
        again = f"\n提了 {one.raised} 次，最近 {one.last_on}" if one.raised > 1 else ""
        return _text(f"{one.raised_on}{again}")

    def state(one: Problem) -> Text:
        since = f" {one.solved_on}\n{one.solution}" if one.state == "solved" else ""
        return _text(f"{PROBLEM_STATES[one.state]}{since}", styles.get(one.state, "dim"))

    columns = [
        Column("编号", lambda one: _text(one.number), right=True),
        Column("措施", lambda one: _text(f"{one.policy}/" * several + f"{one.measure}{quoted_place(one)}")),
        Column("单位", lambda one: _text(one.unit)),
        Column("存在问题", lambda one: _text(one.words), ratio=1),
        Column("需协调单位", lambda one: _text(one.needs)),
        Column("第一次提出", raised),
        Column("情况", state),
    ]
    waiting = [one for one in found if one.waits]
    asked = sum(one.needs is not None for one in waiting)
    total = _text(f"共 {len(found)} 个  待解决 {len(waiting)}，其中需协调 {asked}", "bold")
    heading = [_text("存在问题和需协调事项", "bold"), _text(f"截至 {day}", "dim"), Text("")]
    return _drawn(*heading, _table(columns, found), Text(""), total)


def evidence(listed: Sequence[tuple[Entry, Evidence]], plan: Plan) -> str:
    """佐证材料, each with the entry it belongs to."""
    if not listed:
        return _drawn(_text("没有佐证材料", "dim"))
    columns = [
        Column("编号", lambda pair: _text(pair[1].id), right=True),
        Column("措施", lambda pair: _text(_about(pair[0], plan))),
        Column("单位", lambda pair: _text(pair[0].unit)),
        Column("文件名", lambda pair: _text(pair[1].name), ratio=1),
        Column("大小", lambda pair: _text(f"{max(1, pair[1].size // 1024)} KB"), right=True),
        Column("SHA-256", lambda pair: _text(pair[1].sha256[:12], "dim")),
        Column("记录", lambda pair: _text(f"{pair[0].id} 号"), right=True),
        Column("登记", lambda pair: _text(f"{in_china(pair[0].recorded_at)} {pair[0].recorded_by}", "dim")),
    ]
    return _drawn(_table(columns, listed), Text(""), _text(f"共 {len(listed)} 份", "dim"))


def findings(found: Sequence[Finding], plan: Plan) -> str:
    """What comes of returned forms: a line each for what a person should look at, then the counts of each file."""
    styles = {"refused": "bold red", "conflict": "bold red", "held": "yellow", "note": "yellow", "new": "green"}
    columns = [
        Column("结果", lambda one: _text(RESULTS[one.result], styles.get(one.result, "dim"))),
        Column("文件", lambda one: _text(one.file), ratio=2),
        Column("位置", lambda one: _text(" ".join(filter(None, (one.sheet, one.cell))), "dim")),
        Column("任务", lambda one: _text(one.entry and _about(one.entry, plan))),
        Column("内容", lambda one: _text(one.said), ratio=3),
    ]
    files = len({one.file for one in found})
    counts = "  ".join(
        f"{term} {n}" for name, term in RESULTS.items() if (n := sum(one.result == name for one in found))
    )
    return _drawn(
        _table(columns, found), Text(""), _text(f"共 {files} 个文件  {counts}" if found else "没有填写的内容")
    )


def takeover(table: LedgerTable, layout: Layout, found: Sequence[Finding], plan: Plan) -> str:
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
    return _drawn(title, Text(""), _table(columns, places), Text("")) + findings(found, plan)


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


def offices(found: Sequence[Standing], day: date) -> str:
    """下级办公室, a line each: the figures that count and their day, and what the seal of the last bundle says.

    Whom to ask stands below, where one looks last: who sent nothing, what does not follow, whose figures are oldest.
    """
    if not found:
        return _drawn(_text("通讯录里还没有下级办公室（contacts.yaml 的 offices）", "dim"))

    def counted(name: str, style: str = "") -> Callable[[Standing], Text]:
        return lambda one: _text("—", "dim") if one.figures is None else _count(getattr(one.figures, name), style)

    columns = [
        Column("办公室", lambda one: _text(one.office)),
        Column("截至", lambda one: _as_of(one.figures.as_of, day) if one.figures else _text("还没有收到", "dim")),
        Column("任务", counted("duties"), right=True),
        Column("已销号", counted("closed_out"), right=True),
        Column("待审核", counted("submitted"), right=True),
        Column("逾期", counted("overdue", "bold red"), right=True),
        Column("临期", counted("due_soon", "yellow"), right=True),
        Column("未报送", counted("unreported", "yellow"), right=True),
        Column("最近收到", lambda one: _text(recorded_day(one.last.recorded_at) if one.last else "", "dim")),
        Column("封签", lambda one: _sealed(one.last) if one.last else _text("")),
    ]
    told = [
        _text(f"{one.office} {in_china(one.last.recorded_at)} 收到的{_on(one.last)}，数还是{_until(one.figures)}的")
        for one in found
        if one.last is not None and not one.last.counts_for
    ]
    dim = _text("各办公室截至的日子不同，不相加；本台账的合计里没有它们", "dim")
    return _drawn(_table(columns, found), *[Text("")][: len(told)], *told, Text(""), *_to_ask(found, day), dim)


def _to_ask(found: Sequence[Standing], day: date) -> Iterator[Text]:
    late = sum(one.figures is not None and one.figures.overdue > 0 for one in found)
    yield _text(f"共 {len(found)} 个办公室，有逾期的 {late} 个")
    days = [one.figures.as_of for one in found if one.figures]
    oldest = min(days, default=day)
    groups = {
        "还没有收到": [one for one in found if one.last is None],
        "封签对不上": [one for one in found if one.last is not None and one.last.verdict == "broken"],
        f"数最旧（{oldest}，{(day - oldest).days} 天前）": [
            one for one in found if one.figures and one.figures.as_of == oldest < max(days)
        ],
    }
    for said, own in groups.items():
        if own:
            yield _text(f"{said} {len(own)} 个：{'、'.join(one.office for one in own)}", "yellow")


def _as_of(as_of: date, day: date) -> Text:
    return _text(as_of).append(f" {(day - as_of).days} 天前" if as_of < day else "", "dim")


def _until(figures: Received | None) -> str:
    return f"截至 {figures.as_of} " if figures else "以前"


def _on(bundle: Received) -> str:
    return f"{SEALED[bundle.verdict]}（到第 {bundle.sealed} 件事实）"


def _sealed(bundle: Received) -> Text:
    return _text(SEALED[bundle.verdict], {"broken": "bold red", "older": "yellow"}.get(bundle.verdict, "green"))


def bundles(found: Sequence[Received]) -> str:
    """The 上报包 that came, in the order given."""
    columns = [
        Column("收到", lambda one: _text(in_china(one.recorded_at))),
        Column("记录人", lambda one: _text(one.recorded_by)),
        Column("办公室", lambda one: _text(one.office)),
        Column("截至", lambda one: _text(one.as_of)),
        Column("任务", lambda one: _count(one.duties), right=True),
        Column("封签", lambda one: _text(Seal(one.sealed, one.seal).code)),
        Column("结果", _sealed),
        Column("文件", lambda one: _text(one.name, "dim")),
    ]
    return _drawn(_table(columns, found), Text(""), _text(f"共 {len(found)} 份", "dim"))


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


def stats(title: str, found: Sequence[StatRow], by: str, plan: Plan) -> str:
    """统计, a row each, in a narrow window one under the other, and below it how the rates are made."""

    def number(row: StatRow) -> str:
        if row.measure is None:
            return "" if row.unit else "已删去"
        return plan.short_number(row.policy, row.measure)

    def noted(row: StatRow) -> RenderableType:
        counts = [f"办结 {row.closed}（按期 {row.on_time}、超期 {row.late}）", f"到期 {row.due}"]
        counts += [f"退回 {row.returned}", f"延期 {row.extended}"]
        late = Words(f"逾期 {row.overdue}", style=SIGNAL_STYLES["overdue"] if row.overdue else "")
        rates = f"按时办结率 {_on_time_formula(row)}  报送率 {_report_formula(row)}"
        who = [_text(number(row) or row.unit, "bold"), _text(ROLES.get(row.role or "", ""))]
        return _item([*who, _text(f"任务 {row.duties}"), late], [Things("  ".join(counts)), Things(rates)])

    columns = [
        Column("序号", lambda row: _text(number(row)), right=True, shown=by == "measure"),
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
        Column("表·催·督" if by == "unit" else "催·督", lambda row: _text(_asked(row)), right=True),
    ]
    listed = _items(map(noted, found), [""] * len(found)) if _is_narrow() else _table(columns, found)
    notes = [
        "按时办结率 = 按期办结 ÷（本期办结和到期未办结的有时限任务 − 其中中止），报送率 = 已报期次 ÷ 应报期次",
        *(
            ["表·催·督 = 这个时段发给单位的填报表（不分角色，写在单位的第一行）、催办、督办单的次数"]
            if by == "unit"
            else []
        ),
        *(["督办办公室自己的任务不列"] if by == "unit" else []),
    ]
    return _drawn(_text(f"统计  {title}", "bold"), Text(""), listed, Text(""), *(_text(note, "dim") for note in notes))


def _on_time_formula(row: StatRow) -> str:
    if row.on_time_rate is None:
        return "—"
    base = f"（{row.base} − {row.base_suspended} 中止）" if row.base_suspended else f"{row.base}"
    return f"{row.on_time} ÷ {base} = {row.on_time_rate:.1f}%"


def _asked(row: StatRow) -> str:
    """How often it was asked for anything."""
    return "·".join(str(count) for count in (row.forms, row.urges, row.notices) if count is not None)


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
        words = f"{late_term(row.state)} {days_late(row.days_overdue, row.days_suspended)}"
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
    return "\n".join([*parts, *sentences(duty.note, duty.problem, duty.next_step)])


def _about(entry: Entry, plan: Plan) -> str:
    """Which duty of its unit an entry is about: 4“整合”, or 简称/4“整合” where there are several policies."""
    return f"{plan.short_number(entry.policy, entry.measure)}{quoted_place(entry)}"


def _said(entry: Entry) -> str:
    parts = [f"{entry.progress}%"] if entry.progress is not None else []
    parts += [f"作废 {entry.voids} 号"] if entry.voids else []
    parts += [entry.detail] if entry.detail else []
    said = sentences(entry.note, entry.problem, entry.next_step, needs=entry.needs, promised=entry.promised)
    return "\n".join(parts + said)


def _act(entry: Entry) -> str:
    return KINDS[entry.kind] + (f"（已被 {entry.voided_by} 号作废）" if entry.voided_by else "")


def _milestone(milestone: Milestone) -> str:
    words = f"原文：{milestone.as_written}" if milestone.as_written else f"依据：{milestone.reason}"
    return f"{milestone.key}  {milestone.title}  {milestone.when}  {ORIGINS[milestone.origin]}（{words}）"


def _lead(row: MeasureRow) -> str:
    return lead_words(row.lead_unit, row.lead_origin)


def _heading(ledger: Ledger) -> list[Text]:
    """The title of the policy, the day, and what has ended by then; several policies stand over their own measures."""
    policies = list(ledger.plan)
    titles = [_text(f"《{policies[0].title}》" if len(policies) == 1 else f"{len(policies)} 个政策文件", "bold")]
    notes = [_text(f"截至 {ledger.day}", "dim")]
    over = [policy for policy in policies if ledger.day > policy.valid_until]
    notes += [_text(f"《{policy.title}》{ended(f' {policy.valid_until} ')}", "yellow") for policy in over]
    return [*titles, *notes, Text("")]


def _totals(measures: Iterable[MeasureRow]) -> Text:
    sums = totals(measures)
    if not sums["duties"]:
        return _text("没有符合条件的任务", "dim")
    line = Things.assemble(("合计  ", "bold"), f"措施 {sums['measures']} 条  任务 {sums['duties']} 项")
    for name in ("closed_out", "submitted", "in_progress", "not_started", "suspended"):
        line.append(f"  {STATES[name]} {sums[name]}")
    if sums["terminated"]:
        line.append(f"  {STATES['terminated']} {sums['terminated']}")
    for name in ("overdue", "due_soon"):
        line.append(f"  {SIGNALS[name]} {sums[name]}", style=SIGNAL_STYLES[name] if sums[name] else "")
    line.append(f"  未报送 {sums['unreported']}")
    return line


def sentences_apart(lines: Iterable[str]) -> str:
    """Sentences, a line each."""
    return _drawn(*map(_text, lines))


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


Headed = Callable[[Any], str]
"""What stands over the records that have it in common, and come one after the other."""


def _by_policy(plan: Plan) -> Headed | None:
    """The heading of the policy of a record, where there are several."""
    return (lambda record: plan.policies[record.policy].heading) if len(plan.policies) > 1 else None


def _table(columns: Iterable[Column], records: Iterable[object], headed: Headed | None = None) -> RenderableType:
    records = list(records)
    shown = [column for column in columns if column.shown]
    rows = [[column.cell(record) for column in shown] for record in records]
    headings = [headed(record) if headed else "" for record in records]
    room = _console().width
    told = list(zip(shown, _turned(rows, len(shown)), strict=True))
    wanted = [_wanted(column, cells) for column, cells in told]
    longest = [_longest_word(column, cells) for column, cells in told]
    everything = range(len(shown))
    but_text = [at for at in everything if not shown[at].ratio]
    for beside, least in ((everything, ROOM), (but_text, ROOM), (but_text, LEAST_ROOM)):
        floors = [min(wanted[at], max(longest[at], ROOM_FOR_TEXT if shown[at].ratio else least)) for at in beside]
        widths = _fitted([wanted[at] for at in beside], floors, room)
        if widths is not None:
            return _rows(shown, rows, dict(zip(beside, widths, strict=True)), headings)
    return _list_of_facts(shown, rows, headings)


def _wanted(column: Column, cells: Iterable[Text]) -> int:
    lines = [column.heading, *(line for cell in cells for line in cell.plain.splitlines())]
    return max(map(cell_len, lines))


def _longest_word(column: Column, cells: Iterable[Text]) -> int:
    """Cells that a column needs so that no word is broken; of sentences it is not asked, for there are addresses."""
    if column.ratio:
        return 0
    lines = {column.heading, *(line for cell in cells for line in cell.plain.splitlines())}
    return max((cell_len(line[a:b].rstrip()) for line in lines for a, b in _units(line)), default=0)


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


def _rows(
    columns: Sequence[Column], rows: Sequence[Sequence[Text]], widths: Mapping[int, int], headings: Sequence[str]
) -> RenderableType:
    """A table of the columns that have a width; what is left out stands under its row."""

    def table(*, with_head: bool) -> Table:
        made = Table(
            box=box.SIMPLE_HEAD,
            header_style="bold",
            pad_edge=False,
            show_edge=False,
            padding=(0, 1, 0, 0),
            show_header=with_head,
        )
        for at, width in widths.items():
            made.add_column(Words(columns[at].heading), justify="right" if columns[at].right else "left", width=width)
        return made

    under = [at for at in range(len(columns)) if at not in widths]
    part = table(with_head=True)
    parts: list[RenderableType] = [part]
    for heading, own in groupby(zip(headings, rows, strict=True), key=lambda pair: pair[0]):
        if heading:
            parts += [*[Text("")] * (len(parts) > 1), _text(heading, "bold")]
            part = table(with_head=False)
            parts.append(part)
        for _, row in own:
            part.add_row(*(row[at] for at in widths))
            if under:
                parts += [Padding(row[at], (0, 0, 0, 4)) for at in under if row[at].plain]
                part = table(with_head=False)
                parts.append(part)
    return Group(*(part for part in parts if not isinstance(part, Table) or part.row_count or part.show_header))


def _list_of_facts(
    columns: Sequence[Column], rows: Sequence[Sequence[Text]], headings: Sequence[str]
) -> RenderableType:
    """What a table says, a line each: for windows that have no room beside."""

    def item(row: Sequence[Text]) -> RenderableType:
        return _facts((column.heading, cell) for column, cell in zip(columns, row, strict=True) if cell.plain)

    return _items([item(row) for row in rows], headings, apart=True)


def _items(items: Iterable[RenderableType], headings: Iterable[str], *, apart: bool = False) -> RenderableType:
    """One under the other, each group under its heading; with a line between them where they are to be told `apart`."""
    parts: list[RenderableType] = []
    for heading, own in groupby(zip(headings, items, strict=True), key=lambda pair: pair[0]):
        if heading:
            parts += [*[Text("")] * bool(parts), _text(heading, "bold")]
        for _, item in own:
            parts += [*[Text("")] * (apart and bool(parts)), item]
    return Group(*parts)


def _item(head: Iterable[Text], under: Iterable[Text]) -> RenderableType:
    """A record as a person notes it down: what it is on the first line, the rest under it."""
    told = [part for part in head if part.plain]
    first = Things.assemble(*[piece for part in told for piece in ("  ", part)][1:])
    return Group(first, *(Padding(line, (0, 0, 0, 4)) for line in under if line.plain))


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


def _is_narrow() -> bool:
    return _console().width < NARROW


def _drawn(*parts: RenderableType) -> str:
    console = _console()
    with console.capture() as capture:
        console.print(Group(*parts))  # which breaks each by its own rules, where a text alone becomes one of Rich's
    return capture.get()
