"""存在问题 as things: each is raised, perhaps again, waits for somebody, and is solved or no longer spoken of.

A duty tells of one problem at a time, in the words of its last report. The same words (as people compare them) are the
same problem; other words are another. Nothing is taken for solved that nobody called so: a problem that a later report
leaves out is 未再提及, one in whose place a later report names another is 已改提. 已解决 it is by the unit's own word
(the problem is told as 已解决), by an act of the office (解决), or with its duty, when that is closed out. With a duty
that nobody owes any more (废止, 移出, or handed to a unit that owed it itself) it ends.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import DutyKey, Entry
from sm_devzone.domain.gathering import gathered
from sm_devzone.domain.ledger import Ledger
from sm_devzone.domain.plan import Policy, as_looked_up
from sm_devzone.domain.text import is_blank, squeezed

PROBLEM_STATES = {
    "open": "待解决",
    "unmentioned": "未再提及",
    "replaced": "已改提",
    "ended": "随任务终止",
    "solved": "已解决",
}
PENDING = ("open", "unmentioned")
"""The states in which a problem still waits, as far as anybody has said."""

_SOLVED = (
    r"(?:上期|原有|存在|所提|上述|该|以上)?(?:的?问题|困难|事项)?[均都全]?(?:已经?|现已)(?:[全都]部?|协调|妥善|得到|基本){0,2}"
    r"(?<!基本)解决(?:完毕|到位|了)?[。.!]*"
)
"""How a report says that its problem is solved: 已解决, 问题已全部解决. Not 基本解决, no sentence that says more."""

_BETWEEN_NAMES = r"[、，,;；\n]+"


class Problem(NamedTuple):
    """One problem of one duty. `number` is that of the entry that was the first to be recorded of those that raise it.

    `needs` names who must solve it (joined by 、), None where nobody said; `raised` counts how often it was told, from
    `raised_on` to `last_on`. `state` is one of PROBLEM_STATES; `solved_on` and `solution` say when and how it was
    solved.
    """

    number: int
    policy: str
    measure: int
    title: str
    milestone: str | None
    period: str | None
    unit: str
    words: str
    needs: str | None
    raised_on: date
    raised: int
    last_on: date
    state: str
    solved_on: date | None = None
    solution: str | None = None

    @property
    def key(self) -> DutyKey:
        return DutyKey(self.policy, self.measure, self.unit, self.milestone or "", self.period or "")

    @property
    def waits(self) -> bool:
        return self.state in PENDING


def needs_told(policies: Iterable[Policy], text: str | None) -> str | None:
    """需协调单位 as it is kept: names as the plan has them where it knows them, others as they were written."""
    named = {
        as_looked_up(name): unit.name
        for policy in policies
        for unit in policy.units
        for name in (*unit.aliases, unit.name)
    }
    written = [part.strip() for part in re.split(_BETWEEN_NAMES, text or "") if not is_blank(part)]
    return "、".join(dict.fromkeys(named.get(as_looked_up(part), part) for part in written)) or None


def says_solved(words: str) -> bool:
    """Whether what stands under 存在问题 says that the problem is solved."""
    return re.fullmatch(_SOLVED, squeezed(words)) is not None


class Heard(NamedTuple):
    """That a unit reported something new about a duty: the number and the day of the entry."""

    key: DutyKey
    number: int
    day: date


def problems(ledger: Ledger, told: Iterable[Entry], heard: Iterable[Heard]) -> list[Problem]:
    """Every problem of the duties of `ledger`, those that were raised first in front.

    `told` are the entries with a problem and the 解决 of the office, `heard` all that units reported, 无变化 apart,
    each in the terms of the ledger's plan. Of a duty that was taken over, what the units before it had told goes on.
    """
    duties = {duty.key: duty for duty in ledger.duties}
    owner = {key: duty.key for duty in ledger.duties for key in ledger.keys(duty)}
    owner |= {end.key: end.key for end in ledger.ended if end.key not in owner}
    steps: dict[DutyKey, list[_Step]] = {}
    numbers = set()
    for entry in told:
        if entry.problem is not None and entry.key in owner:
            steps.setdefault(owner[entry.key], []).append((entry.happened_on, entry.id, entry))
            numbers.add(entry.id)
    for report in heard:
        key = owner.get(report.key)
        if key in steps and report.number not in numbers:
            steps[key].append((report.day, report.number, None))
    found: list[Problem] = []
    for key, own in steps.items():
        measure = ledger.plan.policies[key.policy].measure(key.measure)
        title = measure.title if measure is not None else ""
        followed = _followed(key, title, sorted(own, key=lambda step: step[:2]))
        found += [_settled(one, duties.get(key), ledger) if one.waits else one for one in followed]
    return sorted(found, key=lambda one: (one.raised_on, one.number))


_Step = tuple[date, int, Entry | None]
"""What was told of a duty on a day, by the entry with that number; None where a report tells of no problem."""


def _followed(key: DutyKey, title: str, steps: Iterable[_Step]) -> list[Problem]:
    """The problems of one duty, as its reports and the acts of the office follow each other."""
    found: list[Problem] = []
    for day, number, entry in steps:
        words = squeezed(entry.problem or "") if entry is not None else ""
        unsolved = [at for at, one in enumerate(found) if one.state != "solved"]
        same = next((at for at in unsolved if squeezed(found[at].words) == words), None)
        if entry is not None and entry.kind == "solve":
            if same is not None:
                found[same] = _solved(found[same], day, entry.note)
        elif entry is None:
            found = [one._replace(state="unmentioned") if one.state == "open" else one for one in found]
        elif says_solved(entry.problem or ""):
            found = [_solved(one, day, "单位报告已解决") if one.waits else one for one in found]
        else:
            found = [
                one._replace(state="replaced") if one.waits and at != same else one for at, one in enumerate(found)
            ]
            if same is None:
                found.append(_raised(key, title, entry))
            else:
                last = found[same]
                found[same] = last._replace(
                    number=min(last.number, number),
                    needs=entry.needs or last.needs,
                    raised=last.raised + 1,
                    last_on=day,
                    state="open",
                )
    return found


def _raised(key: DutyKey, title: str, entry: Entry) -> Problem:
    return Problem(
        number=entry.id,
        policy=key.policy,
        measure=key.measure,
        title=title,
        milestone=key.milestone or None,
        period=key.period or None,
        unit=key.unit,
        words=entry.problem or "",
        needs=entry.needs,
        raised_on=entry.happened_on,
        raised=1,
        last_on=entry.happened_on,
        state="open",
    )


def _solved(one: Problem, on: date | None, how: str | None) -> Problem:
    return one._replace(state="solved", solved_on=on, solution=how)


def _settled(one: Problem, duty: Duty | None, ledger: Ledger) -> Problem:
    """`one`, which waits: solved with a duty that is closed out, at an end with one that is none any more."""
    if duty is None or duty.state == "terminated":
        return one._replace(state="ended")
    if duty.state == "closed_out":
        return _solved(one, ledger.closed_on(duty), "任务已销号")
    return one


class Matter(NamedTuple):
    """One problem that several units have in the same words, of the same matter: told in one line."""

    problems: tuple[Problem, ...]

    @property
    def problem(self) -> Problem:
        return self.problems[0]

    @property
    def units(self) -> tuple[str, ...]:
        return tuple(one.unit for one in self.problems)

    @property
    def numbers(self) -> str:
        return "、".join(str(one.number) for one in self.problems)


def matters(some: Iterable[Problem]) -> list[Matter]:
    """`some`, those of the same words about the same matter together, in the order in which the first of each comes."""
    alike = gathered(((one.key._replace(unit=""), squeezed(one.words), one.needs, one.state), one) for one in some)
    return [Matter(tuple(own)) for own in alike.values()]
