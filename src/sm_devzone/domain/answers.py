"""What a returned 填报表 says: the entries it would add, and everything that is wrong with it, by cell.

What cannot be read for certain is told and never guessed: a form is taken whole or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any, NamedTuple, Protocol

from sm_devzone.domain.calendar import parse_period, written_day
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import REPORTS, DutyKey, Entry
from sm_devzone.domain.form import (
    ANSWERS,
    CHOICES,
    CODE,
    CONTACT,
    FIXED,
    IDENTITY,
    SAID_BEFORE,
    Form,
    FormRow,
    SentForm,
    digest,
    printed,
)
from sm_devzone.domain.gathering import gathered
from sm_devzone.domain.glossary import KINDS, NO_CHANGE, STATES
from sm_devzone.domain.ledger import Ledger
from sm_devzone.domain.phrases import sentences
from sm_devzone.domain.plan import Policy
from sm_devzone.domain.problems import needs_told
from sm_devzone.domain.rules import check_act, check_day, note_told, problem_told
from sm_devzone.domain.text import is_blank, named, one_line_end, percentage, squeezed, stray_character
from sm_devzone.errors import DevzoneError

FORM_HEADINGS = {**FIXED, **ANSWERS, "code": CODE}

RESULTS = {
    "new": "登记",
    "unchanged": "没有变化",
    "note": "提示",
    "held": "暂不登记",
    "conflict": "冲突",
    "refused": "退回",
}
"""What comes of a row; `held` is good by itself in a form that is not taken because of another row."""


class Cell(NamedTuple):
    """One cell of a returned form by what a person sees in it: its words, the number behind them, the day it counts.

    `flaw` says why that cannot be known (a formula, a picture, a merged cell), what is stored, and how to write it.
    """

    shown: str = ""
    number: float | None = None
    day: date | None = None
    flaw: str = ""


EMPTY = Cell()


class CameBack(Protocol):
    """A sheet as it came back: where it lay, and row number -> column name -> cell."""

    @property
    def file(self) -> str: ...
    @property
    def sheet(self) -> str: ...
    @property
    def letters(self) -> Mapping[str, str]: ...


class Returned(NamedTuple):
    """A form as it came back: row number -> column name -> cell, and the letter of each column.

    `notes` are pairs of a place and what is odd there, `contact` the cells that say once who filled it in.
    """

    file: str
    sheet: str
    sent: SentForm
    letters: Mapping[str, str]
    rows: Mapping[int, Mapping[str, Cell]]
    notes: Sequence[tuple[str, str]] = ()
    contact: Mapping[str, Cell] = {}


class Finding(NamedTuple):
    """What comes of one row, cell or file: `result` is one of RESULTS, `said` is for a person.

    What is new, held or in conflict carries the entry that it would add.
    """

    file: str
    sheet: str
    cell: str
    result: str
    said: str
    entry: Entry | None = None

    @property
    def where(self) -> str:
        return " ".join(filter(None, (self.file, self.sheet, self.cell)))


class Doubt(Exception):
    """A cell that cannot be taken; the message says why, and what to write instead."""


def weigh(
    returned: Returned,
    ledger: Ledger,
    acts: Mapping[DutyKey, Sequence[Entry]],
    position: int,
    recorded_by: str,
    *,
    theirs: bool,
) -> list[Finding]:
    """What comes of a returned form on the day of `ledger`, row by row, all problems at once.

    `acts` is what counts of each duty and was recorded since the form was sent, newest first; `position` is the last
    entry of the journal. `theirs` takes an answer although the ledger has moved on.
    """
    file, sheet, sent = returned.file, returned.sheet, returned.sent
    plans = ledger.plan.policies
    if said := of_other_books(sent.versions, sent.position, ledger, position, "填报表", "发表"):
        return [Finding(file, "", "", "refused", said)]
    found = [Finding(file, sheet, place, "note", said) for place, said in returned.notes]
    found += _of_another_version(returned, plans)
    duties = {duty.key: duty for duty in ledger.duties}
    is_printed = printed(sent)
    rows: dict[str, int] = {}
    last = max((number for number, cells in returned.rows.items() if _code(cells) in sent.rows), default=0)
    for number, cells in returned.rows.items():
        row = Row(returned, number, cells)
        code = row.code
        if not code and number > last:
            found += _below(row, is_printed)
        elif code in rows:
            found.append(row.told("refused", "code", f"和第 {rows[code]} 行是同一项任务（复制的行），请只留一行"))
        elif code not in sent.rows:
            said = "的编号不是这张表发出的（从别的表抄来的？）" if code else "没有编号（插进来的行）"
            found.append(row.told("refused", "code", f"第 {number} 行{said}，请在原来的行里填"))
        else:
            rows[code] = number
            key, cells_sent = sent.rows[code]
            found += _unasked(row, cells_sent)
            if not row.is_filled:
                found += _contact_alone(row, sent.contacts.get(code, ()))
                continue
            found += _misplaced(row, cells_sent)
            duty, policy = duties.get(key), plans.get(key.policy)
            if duty is not None and policy is not None:
                since = acts.get(key, ())
                contact = _contact(returned, row)
                found += _answered(row, duty, policy, ledger.day, since, recorded_by, contact, theirs=theirs)
            else:
                said = "这项任务已不在台账里（计划改过，或单位已移出），请删去这一行的填写"
                found.append(row.told("refused", "measure", said))
    lost = [f"{cells['measure']}（{cells['place']}）" for code, (_, cells) in sent.rows.items() if code not in rows]
    if lost:
        found.append(Finding(file, sheet, "", "note", f"少了 {len(lost)} 行，算没有填：{'；'.join(lost)}"))
    return found


def of_other_books(
    policies: Collection[str], sent_at: int, ledger: Ledger, position: int, called: str, when: str
) -> str:
    """Why nothing of a sheet is looked at, empty where it is: it is about no policy of `ledger`, or was sent when the
    journal went further than `position`. It is `called` so, and was made `when`.
    """
    if not ledger.plan.policies.keys() & set(policies):
        return f"是另一个政策（{'、'.join(policies)}）的{called}，请换 --plan"
    if sent_at > position:
        return f"{when}时流水已到 {sent_at} 号，现在只到 {position} 号：换了数据库，或恢复了旧备份？请换 --db"
    return ""


def _of_another_version(returned: Returned, plans: Mapping[str, Policy]) -> Iterator[Finding]:
    sent = returned.sent
    changed = [id_ for id_, version in sent.versions.items() if id_ in plans and plans[id_].version != version]
    if changed and not sent.is_of_0_1_0:
        said = f"发表以后计划改过（{'、'.join(changed)}），已逐行核对"
        yield Finding(returned.file, "", "", "note", said)


def _code(cells: Mapping[str, Cell]) -> str:
    return squeezed(cells.get("code", EMPTY).shown)


def _below(row: Row, is_printed: Callable[[str], bool]) -> list[Finding]:
    """A line below the table, as a signature or a sum is: it is no answer, and told unless it went out so."""
    written = [name for name, cell in row.cells.items() if cell.flaw or not is_printed(cell.shown)]
    said = "写在表格下面（签字、合计之类），没有登记；有情况要报请写在表里"
    return [row.told("note", written[0], said)] if written else []


def settle(forms: Sequence[Sequence[Finding]], *, partial: bool = False) -> list[Finding]:
    """What comes of all the forms of one mail: `forms` holds the findings of each.

    Forms that answer for one duty differently are both refused; of a form in which anything is refused or in conflict
    nothing is taken, unless a part of it is wanted (`partial`); what several say alike is taken once.
    """
    new = (one.entry for one in chain.from_iterable(forms) if one.result == "new" and one.entry is not None)
    answers = gathered((entry.key, entry) for entry in new)
    settled: list[Finding] = []
    taken: set[DutyKey] = set()
    for found in forms:
        own = [_against(one, answers) for one in found]
        is_whole = partial or not any(one.result in ("conflict", "refused") for one in own)
        for one in own:
            if one.result != "new" or one.entry is None:
                settled.append(one)
            elif is_whole:
                settled.append(one._replace(result="unchanged" if one.entry.key in taken else "new"))
                taken.add(one.entry.key)
            else:
                settled.append(one._replace(result="held"))
    return settled


def _against(one: Finding, answers: Mapping[DutyKey, Sequence[Entry]]) -> Finding:
    """`one`, refused where another form says something else of its duty."""
    if one.result != "new" or one.entry is None:
        return one
    others = [own.source for own in answers[one.entry.key] if not own.says_the_same_as(one.entry)]
    said = f"同一批里另有不同的回答（{'、'.join(others)}），请只留一份"
    return one._replace(result="refused", said=said) if others else one


REASON = "退回原因"
"""The column, in a form that is sent back, that says why."""


class SentBack(NamedTuple):
    """A form that is sent back to be put right: as it came, by row what was answered, which of that is refused and why.

    `besides` is what is wrong with no row of the form.
    """

    form: Form
    answers: Sequence[Mapping[str, Cell]]
    refused: Sequence[Mapping[str, str]]
    besides: Sequence[str]

    def reason(self, at: int) -> str:
        """Why a row is refused, a line a cell."""
        return "\n".join(f"{FORM_HEADINGS[name]}：{said}" for name, said in self.refused[at].items())


def sent_back(returned: Returned, found: Sequence[Finding], titles: Mapping[str, str]) -> SentBack | None:
    """The form to send back, of whose cells some are refused in `found`; None where nothing of it is."""
    refused = [one for one in found if one.result == "refused"]
    period = parse_period(returned.sent.period)
    if not refused or period is None:
        return None
    sent, names = returned.sent, {letter: name for name, letter in returned.letters.items()}
    reasons: dict[int, dict[str, str]] = {}
    besides = []
    placed = {number: code for number, cells in returned.rows.items() if (code := _code(cells)) in sent.rows}
    first_of = {code: number for number, code in reversed(placed.items())}
    for one in refused:
        cell = re.fullmatch("([A-Z]+)([0-9]+)", one.cell)
        if cell and first_of.get(placed.get(int(cell[2]), "")) == int(cell[2]):
            reasons.setdefault(int(cell[2]), {})[names[cell[1]]] = one.said
        else:
            besides.append(f"{one.cell}：{one.said}" if one.cell else one.said)
    rows, answers, why = [], [], []
    for code, (key, cells) in sent.rows.items():
        number = first_of.get(code, 0)
        own = returned.rows.get(number, {})
        said = {name: own.get(name, EMPTY).shown for name in (*SAID_BEFORE, *CONTACT)}
        due = written_day(cells["due"])
        rows.append(
            FormRow(key=key, measure=cells["measure"], place=cells["place"], role=cells["role"], due=due, **said)
        )
        answers.append({name: cell for name, cell in own.items() if name in ANSWERS})
        why.append(reasons.get(number, {}))
    once = tuple(returned.contact.get(name, EMPTY).shown for name in CONTACT)
    form = Form(
        *(sent.unit, sent.day, period, sent.position, sent.versions, tuple(rows)),
        titles=tuple(titles[id_] for id_ in sent.versions if id_ in titles),
        filled_in_by=(once[0], once[1]),
    )
    return SentBack(form, answers, why, besides)


class Row:
    """One returned row, and how something about one of its cells is told."""

    def __init__(self, returned: CameBack, number: int, cells: Mapping[str, Cell]) -> None:
        self.returned, self.number, self.cells = returned, number, cells

    @property
    def code(self) -> str:
        return _code(self.cells)

    @property
    def is_filled(self) -> bool:
        """Whether anything was answered; who answers is filled in already."""
        return any(self.cell(name) != EMPTY for name in ANSWERS if name not in CONTACT)

    def cell(self, name: str) -> Cell:
        return self.cells.get(name, EMPTY)

    def told(self, result: str, name: str, said: str, entry: Entry | None = None) -> Finding:
        at = f"{self.returned.letters[name]}{self.number}"
        return Finding(self.returned.file, self.returned.sheet, at, result, said, entry)


def _misplaced(row: Row, sent: Mapping[str, str]) -> list[Finding]:
    """Fixed cells that are not as they were sent, so that the answer may stand beside another duty."""
    return [
        row.told(
            "refused",
            name,
            f"{FORM_HEADINGS[name]}和发出时不一样（发出“{sent[name]}”，现在“{now}”），这一行可能错位了，请在原表里重填",
        )
        for name in IDENTITY
        if (now := _changed(row, name, sent)) is not None
    ]


def _changed(row: Row, name: str, sent: Mapping[str, str]) -> str | None:
    """What a cell of IDENTITY says now, None where it says what was sent."""
    cell = row.cell(name)
    try:
        now = str(read_day(cell) or "") if name == "due" and sent[name] else read_text(cell) or ""
    except Doubt:
        now = cell.shown or "看不出是什么"
    return now if squeezed(now) != squeezed(sent[name]) else None


def _unasked(row: Row, sent: Mapping[str, str]) -> list[Finding]:
    """What was written where nothing was asked."""
    written = [
        name for name in SAID_BEFORE if row.cell(name).flaw or digest(squeezed(row.cell(name).shown)) != sent[name]
    ]
    place = row.cell("number")
    if place.number is None and (place.flaw or not squeezed(place.shown or "0").isdecimal()):
        written.append("number")
    if not row.is_filled:
        written += [name for name in IDENTITY if _changed(row, name, sent)]
    return [
        row.told("note", name, f"{FORM_HEADINGS[name]}被改过，这一列不登记；有话请写在“{ANSWERS['note']}”")
        for name in written
    ]


def _contact(returned: Returned, row: Row) -> dict[str, Cell]:
    """What is said once of who filled in the form, as far as it counts for `row`: where the row says nothing itself,
    or what it went out with while that above is new.
    """
    sent, before = returned.sent.contacts.get(row.code, ("", "")), returned.sent.contact or ("", "")
    found = {}
    for name, of_row, of_all in zip(CONTACT, sent, before, strict=True):
        own, once = row.cell(name), returned.contact.get(name, EMPTY)
        is_new = digest(squeezed(once.shown)) != of_all
        if once != EMPTY and (own == EMPTY or (is_new and digest(squeezed(own.shown)) == of_row)):
            found[name] = once
    return found


def _contact_alone(row: Row, sent: Sequence[str]) -> list[Finding]:
    """Who answers, changed in a row that answers nothing: it is kept with an answer only."""
    return [
        row.told("note", name, f"{FORM_HEADINGS[name]}改了，而这一行没有填报，没有登记；请和填报一起写")
        for name, before in zip(CONTACT, sent, strict=False)
        if digest(squeezed(row.cell(name).shown)) != before
    ]


def _answered(
    row: Row,
    duty: Duty,
    policy: Policy,
    today: date,
    acts_since: Sequence[Entry],
    recorded_by: str,
    contact: Mapping[str, Cell],
    *,
    theirs: bool,
) -> list[Finding]:
    """What comes of the answer to `duty`: its entry, or all that is wrong with it."""
    values: dict[str, Any] = dict.fromkeys(ANSWERS)
    doubts: list[tuple[str, str]] = []
    for name, read in _READERS.items():
        try:
            values[name] = read(contact.get(name) or row.cell(name))
        except Doubt as error:
            doubts.append((name, str(error)))
    unread = {name for name, _ in doubts}
    if _says_no_change(values) and (values["answer"] is None or duty.state == "in_progress"):
        values["answer"] = "无变化"
    kind = _KINDS[values["answer"]][0]
    done_again = kind == "submit" and duty.state == "submitted"
    answer = Entry(
        kind="update" if done_again else kind,
        policy="",
        measure=0,
        unit="",
        happened_on=today if done_again else values["done_on"] or today,
        recorded_by=recorded_by,
        source=f"{row.returned.file} 第 {row.number} 行",
        needs=needs_told([policy], values["needs"]),
        **{name: values[name] for name in _KEPT},
    ).of(duty.key)
    if kind == "unchanged" and answer.note is None:
        answer = answer._replace(note=STATES["not_started"] if values["answer"] == "未启动" else NO_CHANGE)
    moved = [act for act in acts_since if act.kind in (*REPORTS, *_OVERTAKING)]
    for later, act in enumerate(moved):
        if not unread and _is_the_same(act, answer, values):
            said = "；之后又有 " + "、".join(f"{own.id} 号 {KINDS[own.kind]}" for own in reversed(moved[:later]))
            result = "note" if later else "unchanged"
            return [row.told(result, "answer", f"已经登记过（{act.id} 号）{said if later else ''}")]
    doubts += _refusals(duty, policy, today, values, answer, unread)
    if doubts:
        return [row.told("refused", name, said) for name, said in doubts]
    said = f"{KINDS[answer.kind]}：{_in_words(answer)}"
    if moved and not theirs:
        beside = "；".join(f"{act.id} 号 {act.happened_on} {KINDS[act.kind]}：{_in_words(act)}" for act in moved)
        said = f"发表以后台账又有记录（{beside}），表里填的是（{said}）；要用表里的，加 --theirs"
        return [row.told("conflict", "answer", said, answer)]
    return [row.told("new", "answer", said, answer)]


def _says_no_change(values: Mapping[str, Any]) -> bool:
    """Whether a row says in words that nothing has changed, and nowhere anything else."""
    return values["answer"] in (None, "推进中") and values["note"] == NO_CHANGE and values["progress"] is None


_KEPT = ("progress", "note", "problem", "next_step", "promised", "material", *CONTACT)
"""The cells that an entry keeps as they are."""

_KINDS = {
    None: ("update",),
    "推进中": ("update",),
    "已完成": ("submit", "update"),
    "无变化": ("unchanged", "update"),
    "未启动": ("unchanged",),
}
"""本期状态 -> the kind of entry it becomes, and what else it may have become where it was taken before."""

_OVERTAKING = ("close", "return", "reopen", "suspend", "resume")
"""Acts of the office after which an answer may no longer be to the question."""


def _refusals(
    duty: Duty, policy: Policy, today: date, values: Mapping[str, Any], answer: Entry, unread: Collection[str]
) -> list[tuple[str, str]]:
    """What the cells of a row, each good by itself, do not say together, or may not say about this duty.

    Nothing is said of a row whose state is among the `unread` cells, nor of another cell that could not be read.
    """
    if "answer" in unread:
        return []
    found = [*_contradictions(values, unread), *_misfits(duty, today, values)]
    try:
        check_day(answer.happened_on, policy, today)
    except DevzoneError as error:
        found.append(("done_on", error.message))
    if not found and not unread:
        try:
            check_act(duty, answer)
        except DevzoneError as error:
            found.append(("answer", error.message))
    return [(name, words) for name, words in found if name not in unread]


def _contradictions(values: Mapping[str, Any], unread: Collection[str]) -> Iterator[tuple[str, str]]:
    """What an answer says against itself."""
    choice, progress = values["answer"], values["progress"]
    said = any(values[name] is not None for name in ("note", "problem", "next_step", "progress", "promised"))
    if choice == "已完成" and values["note"] is None:
        yield "note", "报“已完成”要写进展情况（完成情况）"
    if choice == "已完成" and progress not in (None, 100):
        yield "progress", f"报“已完成”，进度却是 {progress}%"
    if choice in ("无变化", "未启动") and progress:
        yield "progress", f"选了“{choice}”，不用填进度；有变化请选“推进中”"
    if choice in (None, "推进中") and not said and not unread:
        yield "note", "没有写进展；没有变化请选“无变化”"
    if choice != "已完成" and values["done_on"] is not None:
        yield "done_on", "填了完成日期，本期状态却不是“已完成”"
    if values["needs"] is not None and values["problem"] is None and "problem" not in unread:
        yield "needs", "写了需协调单位，没有写存在问题"
    if choice == "已完成" and values["promised"] is not None:
        yield "promised", "报“已完成”不用填预计完成日"


def _misfits(duty: Duty, today: date, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What an answer says that this duty, as it stands, does not allow."""
    choice, done_on = values["answer"], values["done_on"]
    if choice == "未启动" and duty.state != "not_started":
        yield "answer", f"台账里是{STATES[duty.state]}，不能填“未启动”"
    if choice == "推进中" and duty.state == "not_started" and _says_no_change(values):
        yield "answer", "台账里是未启动，选了“推进中”，进展情况却写没有变化；没有变化请选“无变化”，已经启动请写进展"
    if choice == "推进中" and duty.state == "submitted":
        yield "answer", "已报完成、正在审核，不能改填“推进中”；要改请联系督办办公室退回"
    if choice == "已完成" and done_on is not None and duty.done_on not in (None, done_on):
        yield "done_on", f"已报过 {duty.done_on} 完成，要改请联系督办办公室退回"
    if values["promised"] is not None and values["promised"] < today:
        yield "promised", f"预计完成日 {values['promised']} 已经过了，请写以后的日期，或报“已完成”"
    if choice == "已完成" and duty.is_open and duty.done_on is done_on is None and duty.due and today > duty.due:
        yield "done_on", f"时限 {duty.due} 已过，要填完成日期，才分得出按期还是超期"


def _is_the_same(act: Entry, answer: Entry, values: Mapping[str, Any]) -> bool:
    """Whether `act` is this answer, taken before: on another day too, where the form itself names no day."""
    if act.kind not in _KINDS[values["answer"]]:
        return False
    day = values["done_on"] or act.happened_on if act.kind == "submit" else act.happened_on
    same = answer._replace(kind=act.kind, happened_on=day, evidence=act.evidence)
    return _blank_or_not(act).says_the_same_as(_blank_or_not(same))


def _blank_or_not(entry: Entry) -> Entry:
    """`entry` without blanks in its words, which programs for tables turn into others or lose."""
    told = entry._replace(note=note_told(entry.note), problem=problem_told(entry.problem))
    words: dict[str, Any] = {
        name: squeezed(getattr(told, name) or "")
        for name in ("note", "problem", "needs", "next_step", "material", *CONTACT)
    }
    return told._replace(**words)


def _in_words(entry: Entry) -> str:
    parts = [f"{entry.progress}%"] if entry.progress is not None else []
    said = (entry.note, entry.problem, entry.next_step, entry.material, entry.needs, entry.promised)
    return " ".join([*parts, *sentences(*said)])


def read_text(cell: Cell) -> str | None:
    """The words of a cell. Raises Doubt."""
    text = one_line_end(_shown(cell))
    if stray := stray_character(text):
        raise Doubt(f"第 {stray.start() + 1} 个字符是{named(stray)}，请删去")
    return None if is_blank(text) else text


def read_note(cell: Cell) -> str | None:
    """进展情况, in one word where it says that nothing has changed. Raises Doubt."""
    return note_told(read_text(cell))


def read_problem(cell: Cell) -> str | None:
    """存在问题, None where a stroke or a word says that there is none. Raises Doubt."""
    return problem_told(read_text(cell))


def read_choice(cell: Cell) -> str | None:
    """本期状态: one of CHOICES. Raises Doubt."""
    text = squeezed(read_text(cell) or "")
    if note_told(text) == NO_CHANGE:
        return "无变化"
    if text and text not in CHOICES:
        raise Doubt(f"“{text}”不是可选的状态，请选{'、'.join(CHOICES)}")
    return text or None


def read_percent(cell: Cell) -> int | None:
    """Progress in percent: 80 and 80% are; 0.8 may mean either 80% or 0.8%, 八成 is none. Raises Doubt."""
    written = _shown(cell)
    if is_blank(written):
        return None
    number, has_sign = percentage(written) or (-1.0, True)
    typed = number if cell.number is None else cell.number
    if not has_sign and 0 < typed < 1:
        raise Doubt(f"进度 {typed:g} 看不出是 {typed:g}% 还是 {typed:.0%}，请写成整数，如 80")
    if not number.is_integer() or not 0 <= number <= 100:
        raise Doubt(f"进度“{cell.shown.strip()}”不是 0 到 100 的整数，请写成 80")
    return int(number)


def read_day(cell: Cell) -> date | None:
    """A day: one that a number counts, or words as 2026-11-20, 2026.11.20, 2026/11/20, 2026年11月20日. Raises Doubt."""
    if cell.day is not None:
        return cell.day
    text = squeezed(_shown(cell))
    if not text:
        return None
    digits = re.fullmatch("([0-9]{4})([0-9]{2})([0-9]{2})", text)
    day = written_day("-".join(digits.groups()) if digits else text)
    if day is None:
        raise Doubt(f"“{cell.shown}”不是日期，或没有这一天，请写成 2026-11-20")
    return day


def _shown(cell: Cell) -> str:
    if cell.flaw:
        raise Doubt(cell.flaw)
    return cell.shown


_READERS: Mapping[str, Callable[[Cell], Any]] = {
    **dict.fromkeys(ANSWERS, read_text),
    "answer": read_choice,
    "progress": read_percent,
    "note": read_note,
    "problem": read_problem,
    "needs": read_problem,
    "done_on": read_day,
    "promised": read_day,
}
