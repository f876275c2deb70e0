"""请领导阅示: what a leader has to decide, computed, one item of each sort at most: who, since when, what is asked.

Only what is open is asked about. Work that waits for review is no unit's reproach but the office's own.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sm_devzone.domain.calendar import chinese_day
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.gathering import gathered
from sm_devzone.domain.ledger import Ledger
from sm_devzone.domain.notice import Sent
from sm_devzone.domain.phrases import Told, brief, matter_in_words, slip_in_words, together
from sm_devzone.domain.problems import Problem, matters

_OPEN = ("not_started", "in_progress")

_WORDS = 36
"""So many characters of a problem are told in an item."""

_MOST_NAMES = 3
"""So many units are named in an item; of more, how many there are."""


class Ask(NamedTuple):
    """One item: what it is (`sort`), about `what`, `who` answers, `since` when, and what is `asked`.

    `more` counts what else is of this sort; the sections of the paper have it.
    """

    sort: str
    what: str
    who: str
    since: str
    asked: str
    more: int

    @property
    def in_words(self) -> Told:
        more = f"；同类另有{self.more}项" if self.more else ""
        return Told("{}：{}，{}，{}" + more + "。{}。", self.sort, self.what, self.who, self.since, self.asked)


def asks(ledger: Ledger, problems: Iterable[Problem], slips: Sequence[Sent]) -> list[Ask]:
    """The items of the first page on the day of `ledger`."""
    late = [duty for duty in ledger.duties if duty.signal == "overdue" and duty.state in _OPEN]
    broken = [duty for duty in late if duty.due_origin == "extended"]
    found = (
        _overdue(ledger, late),
        _broken(ledger, broken),
        _unanswered(ledger, slips),
        _needing(ledger, problems),
        _reviews(ledger),
    )
    return [one for one in found if one is not None]


def _who(ledger: Ledger, policy: str, units: Sequence[str]) -> str:
    named = together(units, ledger.plan.policies[policy].units)
    some = "、".join(named[:_MOST_NAMES])
    return f"{some}等{len(units)}个单位" if len(named) > _MOST_NAMES else some


def _alike(duties: Iterable[Duty]) -> list[list[Duty]]:
    """Duties that differ in nothing but the unit put together, the longest overdue first."""
    alike = gathered(((duty.key._replace(unit=""), duty.due, duty.days_overdue), duty) for duty in duties)
    return sorted(alike.values(), key=lambda own: -(own[0].days_overdue or 0))


def _overdue(ledger: Ledger, late: Sequence[Duty]) -> Ask | None:
    asked = "请责成限期办结；确有客观原因的，按程序报批延期或中止"
    return _worst(ledger, late, "逾期最久", "时限{}，逾期{}天", asked)


def _broken(ledger: Ledger, broken: Sequence[Duty]) -> Ask | None:
    return _worst(ledger, broken, "延期后仍未办结", "批准延至{}，又逾期{}天", "请决定约谈责任单位，还是再次延期")


def _worst(ledger: Ledger, late: Sequence[Duty], sort: str, since: str, asked: str) -> Ask | None:
    """What of `late` is the longest overdue, of all units that are so; `since` takes its date and the days."""
    if not late:
        return None
    worst = _alike(late)[0]
    duty = worst[0]
    assert duty.due is not None
    return Ask(
        sort,
        matter_in_words(duty, duty.title),
        _who(ledger, duty.policy, [own.unit for own in worst]),
        since.format(chinese_day(duty.due), duty.days_overdue),
        asked,
        len(late) - len(worst),
    )


def unanswered(ledger: Ledger, slips: Iterable[Sent]) -> list[Sent]:
    """The last slip of each open duty whose day for the answer is over without one, the oldest first."""
    is_open = {duty.key for duty in ledger.duties if duty.state in _OPEN}
    last = {one.notice.key: one for one in slips}
    left = [
        one
        for key, one in last.items()
        if key in is_open and one.answered_on is None and not one.suspended and one.notice.reply_due < ledger.day
    ]
    return sorted(left, key=lambda one: one.notice.reply_due)


def _unanswered(ledger: Ledger, slips: Sequence[Sent]) -> Ask | None:
    left = unanswered(ledger, slips)
    if not left:
        return None
    notice = left[0].notice
    title = next((duty.title for duty in ledger.duties if duty.key == notice.key), "")
    sort, asked = ("督办单", "请决定是否升级督办或约谈") if notice.colour else ("商请函", "请决定是否由领导出面协调")
    return Ask(
        f"{sort}到期未回复",
        f"{slip_in_words(notice)}，{matter_in_words(notice, title)}",
        notice.unit,
        f"限{chinese_day(notice.reply_due)}前回复，已过{(ledger.day - notice.reply_due).days}天",
        asked,
        len(left) - 1,
    )


def _needing(ledger: Ledger, problems: Iterable[Problem]) -> Ask | None:
    waiting = sorted((one for one in problems if one.waits and one.needs), key=lambda one: one.state != "open")
    if not waiting:
        return None
    first = matters(waiting)[0]
    problem = first.problem
    again = f"，共提{problem.raised}次" if problem.raised > 1 else ""
    return Ask(
        "需协调解决",
        f"{matter_in_words(problem, problem.title)}：{brief(problem.words, _WORDS).rstrip('。')}",
        _who(ledger, problem.policy, first.units),
        f"{chinese_day(problem.raised_on)}提出{again}，已{(ledger.day - problem.raised_on).days}天",
        f"请明确由{problem.needs}牵头解决，或提请会议研究",
        len(waiting) - len(first.problems),
    )


def _reviews(ledger: Ledger) -> Ask | None:
    waiting = [
        (since, duty)
        for duty in ledger.duties
        if duty.state == "submitted" and (since := ledger.record(duty).acted_on) is not None
    ]
    if not waiting:
        return None
    since, duty = min(waiting, key=lambda pair: pair[0])
    office = ledger.plan.policies[duty.policy].office
    return Ask(
        "办公室待审核",
        f"{duty.unit}{matter_in_words(duty, duty.title)}",
        f"督办办公室（{office}）",
        f"{chinese_day(since)}报完成，已等{(ledger.day - since).days}天",
        "请督促办公室限期审核",
        len(waiting) - 1,
    )
