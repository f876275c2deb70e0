"""What may be appended, and why not: each refusal is one sentence with the rule in it, and the way on."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from sm_devzone.domain.appointments import Appointment, Listed, tenures
from sm_devzone.domain.calendar import parse_period
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import Entry
from sm_devzone.domain.glossary import KINDS, NO_CHANGE, STANDING, STATES
from sm_devzone.domain.plan import Measure, Policy
from sm_devzone.domain.text import squeezed
from sm_devzone.errors import NotFound, Refused, WrongUsage


class Move(NamedTuple):
    """What one kind of entry does: which states it may find, and the state it leaves each in.

    `needs` is the option that must be filled in, `asks` what has to stand there. `refusal` says when it is refused.
    """

    kind: str
    verb: str
    moves: Mapping[str, str]
    needs: str
    asks: str
    refusal: str


BACK = "back"
"""The state that a suspended duty had before."""

_OPEN = ("not_started", "in_progress")
_NOT_CLOSED = (*_OPEN, "submitted")


def _stays(*states: str) -> dict[str, str]:
    return {state: state for state in states}


_REPORTED = {**dict.fromkeys(_OPEN, "in_progress"), "submitted": "submitted"}
_DONE = dict.fromkeys(_OPEN, "submitted")
_SUSPENDED = dict.fromkeys(_NOT_CLOSED, "suspended")
_NOT_ENDED = _stays(*_NOT_CLOSED, "closed_out", "suspended")

MOVES = {
    move.kind: move
    for move in (
        Move("update", "update", _REPORTED, "--note", "进展情况", "已销号、中止的任务不报进展"),
        Move("unchanged", "update", _stays(*_NOT_CLOSED), "--note", NO_CHANGE, "已销号、中止的任务不报进展"),
        Move("submit", "update --done", _DONE, "--note", "完成情况", "未启动、推进中的任务才能报完成"),
        Move("close", "close", {"submitted": "closed_out"}, "--note", "销号依据", "单位报了完成的任务才能销号"),
        Move("return", "return", {"submitted": "in_progress"}, "--note", "退回原因", "单位报了完成的任务才能退回"),
        Move("reopen", "reopen", {"closed_out": "in_progress"}, "--note", "恢复原因", "已销号的任务才能恢复"),
        Move("suspend", "suspend", _SUSPENDED, "--note", "中止原因", "没有办结的任务才能中止"),
        Move("resume", "resume", {"suspended": BACK}, "--note", "恢复推进的原因", "中止的任务才能恢复推进"),
        Move("extend", "extend", _stays(*_OPEN), "--reason", "延期原因", "未启动、推进中的任务才能延期"),
        Move("urge", "urge", _stays(*_OPEN), "--by-means", "催办方式", "未启动、推进中的任务才用催办"),
        Move("solve", "problems 编号 --solved", _NOT_ENDED, "--note", "怎么解决的", "已终止的任务不再登记"),
    )
}
"""The one table of state changes: what it does not name is refused. The guide's table and diagram are made from it."""

WAYS_ON = {
    "not_started": "先由单位报完成：devzone update {n} --unit {unit} --done --note 完成情况",
    "in_progress": "先由单位报完成：devzone update {n} --unit {unit} --done --note 完成情况",
    "submitted": "先审核：devzone close 或 devzone return {n} --unit {unit} --note 依据",
    "closed_out": "要重新推进，先恢复：devzone reopen {n} --unit {unit} --note 原因",
    "suspended": "先恢复推进：devzone resume {n} --unit {unit} --note 原因",
    "terminated": "",
}
"""State -> the command that leads out of it, told with a refusal where that helps."""


_NO_PROBLEM = re.compile(
    r"(?:[/\\\-\u2010-\u2015\u2212\u2500]+|[Nn]/?[Aa]|[Nn]one|[Nn]il"
    r"|(?:目前|本期|暂时)?[暂均尚]?(?:无|無|没有|沒有|不存在)(?:存在)?(?:需要?协调(?:解决)?)?的?"
    r"(?:问题|困难|事项|问题和困难|困难和问题)?)[。.,;、!]*"
)
"""How people say in a form that there is none: a stroke, or 无 in some words. Not: 无法开工."""


def problem_told(text: str | None) -> str | None:
    """存在问题 as it is kept, wherever it was written: None where it says that there is none."""
    if text is None or _NO_PROBLEM.fullmatch(squeezed(text)):
        return None
    return text


_NO_CHANGE = re.compile(
    r"(?:(?:本期|本月|本周|本季度?|本年度?|目前|暂时|近期|情况|进展(?:情况)?|工作)*[:,]?"
    r"(?:[暂尚均]?[无無]|(?:[暂尚]?[没沒])有?|[暂尚]?未有)(?:任何|新的?)*(?:[变變]化|变动|[进進]展)(?:情况)?"
    r"|(?:情况|进展(?:情况)?)*[:,]?[同与和]上一?(?:期|月|周|季度?|次|年)(?:情况|进展)?(?:相同|一样|一致)?"
    r"|暂?[无無])[。.,;、!]*"
)
"""How people say that nothing has changed. Not: 无明显变化, which is a little; 同上, which may be the row above."""


def note_told(text: str | None) -> str | None:
    """进展情况 as it is kept, wherever it was written: NO_CHANGE for every way to say that nothing has changed."""
    return NO_CHANGE if text is not None and _NO_CHANGE.fullmatch(squeezed(text)) else text


def kind_of_report(*, done: bool, note: str | None, more: Iterable[object]) -> str:
    """The kind of what a unit reports: `note` as note_told gives it, `more` all else (progress, problem, evidence)."""
    if done:
        return "submit"
    return "unchanged" if note == NO_CHANGE and all(given is None for given in more) else "update"


def check_day(day: date, policy: Policy, today: date) -> None:
    """A fact lies in the past or is of today, and not before its policy was issued."""
    if day > today:
        raise Refused(f"日期 {day} 还没有到（今天是 {today}），流水只记已经发生的事", "请改 --on")
    if day < policy.issued:
        raise Refused(f"日期 {day} 早于政策印发日 {policy.issued}", "请改 --on")


def choose_duty(
    duties: Sequence[Duty],
    measure: Measure,
    unit: str,
    kind: str,
    milestone: str | None,
    period: str | None,
    number: str | None = None,
) -> Duty:
    """Which of `duties`, all of one measure and unit, is meant: the one open dated duty, else the standing one.

    `milestone` (its key, or the word 长期推进 / standing for the part without a date) and `period` narrow. `number` is
    how a person types the measure, where the bare number would not do. Raises Refused when the unit has no duty in the
    measure, NotFound when nothing fits, WrongUsage with the list when several do.
    """
    if not duties:
        raise Refused(
            f"{unit} 不是措施 {measure.number}（{measure.title}）的责任单位",
            f"先交办：devzone assign {number or measure.number} --unit {unit} --reason 依据",
        )
    wants_standing = milestone in (STANDING, "standing")
    fitting = [
        duty
        for duty in duties
        if (milestone is None or (duty.milestone is None if wants_standing else duty.milestone == milestone))
        and (period is None or duty.period == period)
    ]
    if not fitting:
        asked = " ".join(filter(None, (milestone, period)))
        raise NotFound(f"{unit} 在措施 {measure.number} 里没有“{asked}”", _choices(duties))
    if milestone is None and period is None:
        # An act that starts from one state only (销号, 恢复 …) means the duty that is in it; any other an open one.
        sources = MOVES[kind].moves
        possible = [d for d in fitting if (d.state in sources if len(sources) == 1 else d.is_open)] or fitting
        dated = [duty for duty in possible if duty.due is not None]
        done_with = [duty for duty in fitting if duty.due is not None and not duty.is_open]
        if kind in _NEVER_OF_THE_REST and possible and done_with and not dated:
            states = "、".join(dict.fromkeys(STATES[duty.state] for duty in done_with))
            raise WrongUsage(
                f"{unit} 在措施 {measure.number} 里有时限的任务{states}，剩下的没有时限，请指明是哪一项",
                _choices([*done_with, *possible]),
            )
        fitting = dated or possible
    if len(fitting) > 1:
        raise WrongUsage(f"{unit} 在措施 {measure.number} 里有 {len(fitting)} 项任务，请指明", _choices(fitting))
    return fitting[0]


_NEVER_OF_THE_REST = ("submit", "suspend", "extend", "urge")
"""Acts that are about a milestone where there is one: once it is done with, they do not slip to the standing rest."""


def _choices(duties: Iterable[Duty]) -> str:
    return "可选：\n" + "\n".join(
        f"  --milestone {duty.milestone or STANDING}"
        + (f" --period {duty.period}" if duty.period else "")
        + ("" if duty.is_open else f"（{STATES[duty.state]}）")
        for duty in duties
    )


def is_already_so(duty: Duty, kind: str) -> bool:
    """Whether the act would leave the duty as it is: it says nothing new, so nothing is written."""
    return kind in ("close", "suspend") and duty.state in MOVES[kind].moves.values()


def check_act(duty: Duty, entry: Entry, number: str | None = None) -> str:
    """The state that `entry` leaves `duty` in; `number` as in choose_duty.

    Raises WrongUsage for what is missing, Refused by the table of moves.
    """
    move = MOVES[entry.kind]
    period = parse_period(duty.period) if duty.period else None
    if period is not None and entry.happened_on < period.start:
        raise Refused(f"{duty.period} 这一期从 {period.start} 开始，{entry.happened_on} 还没有它", "请改 --on")
    if entry.needs is not None and entry.problem is None:
        raise WrongUsage("写了需协调单位，没有写是什么问题", "加上 --problem 存在问题")
    if entry.promised is not None and entry.kind == "submit":
        raise WrongUsage("报完成不写预计完成日", "没有办完的不要写 --done")
    if entry.promised is not None and entry.promised < entry.happened_on:
        raise WrongUsage(f"预计完成日 {entry.promised} 早于报送那天 {entry.happened_on}", "请改 --promised")
    if entry.kind == "update":
        said = (entry.note, entry.problem, entry.next_step, entry.material, entry.promised)
        if not any(said) and entry.progress is None:
            raise WrongUsage("没有可记录的内容", "至少写一项：--note、--problem、--next、--progress、--done")
    elif not (entry.means if entry.kind == "urge" else entry.note):
        raise WrongUsage(f"{KINDS[entry.kind]}要写明{move.asks}", f"加上 {move.needs} {move.asks}")
    if duty.state not in move.moves:
        nothing_to_undo = entry.kind in ("reopen", "resume") and duty.state in _NOT_CLOSED
        way_on = "" if nothing_to_undo else WAYS_ON[duty.state].format(n=number or duty.measure, unit=duty.unit)
        raise Refused(f"{duty.unit} 的这项任务{STATES[duty.state]}，{move.refusal}", way_on)
    return move.moves[duty.state]


def check_extension(duty: Duty, acts: Iterable[Entry], on: date, to: date, policy: Policy) -> date:
    """A dated duty moves to a later day within the policy's life; the date that counted on the day `on` is returned.

    `acts` are those of the duty that count; `duty.first_due` and `policy` are as the plan of that day had them.
    Raises Refused.
    """
    if duty.first_due is None:
        raise Refused(f"{duty.unit} 的这项任务没有时限，不用延期", "没有时限的任务是长期推进，不算逾期")
    before = [act.due for act in in_order(acts) if act.kind == "extend" and act.happened_on <= on and act.due]
    due = max([duty.first_due, *before[-1:]])
    if to <= due:
        raise Refused(f"新时限 {to} 不晚于{'现在' if due == duty.due else '当时'}的时限 {due}", "延期只能往后")
    if to < on:
        raise Refused(f"新时限 {to} 早于批准的那天 {on}，已经过了", "请改 --to；以前批准的，用 --on 写批准那天")
    if to > policy.ends_on:
        raise Refused(f"新时限 {to} 晚于政策有效期 {policy.ends_on}", "请改 --to")
    return due


_NOT_YET = 2**62


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """`entries` as they happened; of one day as they were recorded, one that is not recorded yet the last."""
    return sorted(entries, key=lambda entry: (entry.happened_on, entry.id or _NOT_YET))


class Replay(NamedTuple):
    """The state at the end, the entries that the table refuses, and the state that each entry (by its number) found."""

    state: str
    refused: list[Entry]
    found: Mapping[int, str]


def replay(entries: Iterable[Entry], gone: Entry | None = None) -> Replay:
    """Follow the table through the entries of one duty, in the order in which they happened.

    An extension that does not go beyond the one before is refused, and one that started from the date of `gone`.
    """
    state, before = "not_started", "not_started"
    extended: list[date] = []
    refused: list[Entry] = []
    found: dict[int, str] = {}
    for entry in in_order(entries):
        move = MOVES[entry.kind]
        found[entry.id] = state
        is_extension = entry.kind == "extend" and entry.due is not None
        shortens = is_extension and bool(extended) and entry.due is not None and entry.due <= extended[-1]
        is_stale = is_extension and gone is not None and gone.due == entry.due_before and gone.due not in extended
        if state not in move.moves or shortens or is_stale:
            refused.append(entry)
            continue
        if entry.kind == "suspend":
            before = state
        if is_extension and entry.due is not None:
            extended.append(entry.due)
        target = move.moves[state]
        state = before if target == BACK else target
    return Replay(state, refused, found)


def check_place(
    duty: Duty, acts: Iterable[Entry], entry: Entry, repealed_on: date | None = None, number: str | None = None
) -> str:
    """The state in which `entry`, put among the `acts` of its duty on the day it happened, leaves the duty in the end.

    `number` as in choose_duty.
    Raises WrongUsage for what is missing; Refused where the table does not allow it there, where it would make a later
    act impossible, or where the duty had ended by then with its policy, `repealed_on`.
    """
    if duty.state == "terminated" and (repealed_on is None or entry.happened_on >= repealed_on):
        raise Refused(f"{duty.unit} 的这项任务已随政策废止终止，不再登记")
    live = [act for act in acts if act.kind in MOVES]
    after = replay([*live, entry])
    there = duty._replace(state=after.found[entry.id])
    later = [act for act in live if act.happened_on > entry.happened_on]
    try:
        check_act(there, entry, number)
    except Refused as error:
        if there.state == duty.state or not later:
            raise
        told = error.message.replace(STATES[there.state], f"在 {entry.happened_on} {STATES[there.state]}", 1)
        raise Refused(told, error.remedy) from error
    upset = [act for act in after.refused if act.id not in {own.id for own in replay(live).refused}]
    if entry in upset:
        raise Refused(f"新时限 {entry.due} 不晚于当时的时限", "延期只能往后")
    if upset:
        first = upset[0]
        raise Refused(
            f"这条记录发生在 {entry.happened_on}，会使 {first.id} 号（{first.happened_on} {KINDS[first.kind]}）不成立",
            f"先作废后面的再登记：devzone void {upset[-1].id} --reason 原因；或改 --on",
        )
    return after.state


def check_void(target: Entry | None, number: int, history: Iterable[Entry]) -> Entry:
    """The entry to take back; `history` are all live entries of its duty.

    Raises NotFound; Refused for a void, which stays as the trace it is, and where later entries rest on this one.
    """
    if target is None:
        raise NotFound(f"流水中没有 {number} 号记录", "用 devzone history 查编号")
    if target.kind == "void":
        raise Refused(f"{number} 号记录本身是作废，不能再作废", "需要恢复时，重新登记一次原来的内容")
    if target.kind in MOVES:
        acts = [entry for entry in history if entry.kind in MOVES]
        already = {entry.id for entry in replay(acts).refused}
        without = replay([entry for entry in acts if entry.id != number], gone=target)
        refuse_resting(number, [entry for entry in without.refused if entry.id not in already])
    return target


def refuse_resting(number: int, resting: Sequence[Entry]) -> None:
    """Raises Refused, naming them, where any entries rest on the one with that number."""
    if resting:
        listed = "、".join(f"{entry.id} 号（{KINDS[entry.kind]}）" for entry in resting)
        raise Refused(f"后面的记录以 {number} 号为前提：{listed}", "请从最后一条起依次作废")


def uncovered(
    measure: Measure, acts: Sequence[Appointment], listed: Sequence[Listed], entries: Iterable[Entry]
) -> list[Entry]:
    """Those of `entries` that are about a unit which, by `acts`, did not answer for `measure` on their day.

    An heir answers as well for what it took over, from the beginning.
    """
    lost = []
    for entry in in_order(entries):
        term = tenures(measure, _by(entry.happened_on, acts), _by(entry.happened_on, listed)).get(entry.unit)
        heir = tenures(measure, acts, listed).get(entry.unit)
        is_heir = heir is not None and bool(heir.heir_of) and heir.left_on is None
        if not is_heir and (term is None or (term.left_on is not None and term.left_on < entry.happened_on)):
            lost.append(entry)
    return lost


_Dated = TypeVar("_Dated", Appointment, Listed)


def _by(day: date, steps: Sequence[_Dated]) -> list[_Dated]:
    return [step for step in steps if step.day is None or step.day <= day]
