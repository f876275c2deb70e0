"""督办单: a paper about one duty. What is asked, by when an answer is due, which colour it has, and what it says.

A unit has answered a slip when it has reported on that duty since: of a day not before the day of issue, in an entry
recorded after the slip's position. The colour goes up (蓝 → 橙 → 红) only where the last slip was left without an
answer until its day was over; after an answer it begins again at blue, and where the duty was suspended within the
time for the answer it stays. Until that day is over no further slip is issued about the duty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sm_devzone.domain import phrases
from sm_devzone.domain.calendar import ONE_DAY, chinese_day, workday_after
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import REPORTS, Entry, Notice, Record
from sm_devzone.domain.glossary import COLOUR_MEANINGS, COLOURS, STATES
from sm_devzone.domain.phrases import sentence
from sm_devzone.domain.plan import Measure, Policy


class Sent(NamedTuple):
    """A slip and the day of its answer, None where there is none.

    `suspended` says that the duty was suspended within the time for the answer.
    """

    notice: Notice
    answered_on: date | None
    suspended: bool = False

    @property
    def words(self) -> str:
        """How a later slip tells of it."""
        answer = "未回复" if self.answered_on is None else f"{chinese_day(self.answered_on)}回复"
        answer += "（其间任务中止）" if self.answered_on is None and self.suspended else ""
        own = self.notice
        return (
            f"{COLOURS[own.colour]}色{own.reference}，{chinese_day(own.issued_on)}签发，"
            f"限{chinese_day(own.reply_due)}前回复，{answer}"
        )


class Slip(NamedTuple):
    """Everything the paper says. `record` is what counts of the duty, `earlier` are the slips about it before."""

    notice: Notice
    policy: Policy
    measure: Measure
    duty: Duty
    record: Record
    earlier: tuple[Sent, ...]

    @property
    def is_letter(self) -> bool:
        """A unit under its own system is asked by letter."""
        return self.policy.is_vertical(self.duty.unit)

    @property
    def kind(self) -> str:
        return kind_of(self.policy, self.duty.unit)

    @property
    def band(self) -> str:
        """The colour in words: 蓝色督办单（提醒）."""
        meaning = COLOUR_MEANINGS[self.notice.colour]
        return f"{COLOURS[self.notice.colour]}色{self.kind}{f'（{meaning}）' if meaning else ''}"

    @property
    def matter(self) -> str:
        """措施17（做实开发区考评）“2026年体检”."""
        return phrases.matter_in_words(self.duty, self.duty.title)

    @property
    def grounds(self) -> str:
        """The document, that it has ended where it has, and the words in it or the decision that the date rests on."""
        milestone = next((own for own in self.measure.milestones if own.key == self.duty.milestone), None)
        words = ""
        if milestone is not None and milestone.as_written:
            words = f"，原文：{milestone.as_written}"
        elif milestone is not None and milestone.reason:
            words = f"，办公室节点：{milestone.reason}"
        ended = ending(self.policy, self.notice.issued_on)
        return f"《{self.policy.title}》{f'（{ended}）' if ended else ''}{words}"

    @property
    def limit(self) -> str:
        """The date that counts, and by how long it has passed."""
        duty = self.duty
        if duty.due is None or duty.due_origin is None:
            return "没有时限，长期推进"
        extension = phrases.extension_note(duty, self.record.extended_late)
        late = f"，已逾期{phrases.days_late(duty.days_overdue, duty.days_suspended)}" if duty.days_overdue else ""
        late = late.replace(" ", "")
        return f"{phrases.limit_in_words(duty.due, duty.due_origin, extension)}{late}"

    @property
    def situation(self) -> str:
        """State and last report of the unit, in its own words."""
        duty, state = self.duty, f"{STATES[self.duty.state]}。"
        if duty.reported_on is None:
            return f"{state}没有报送过。"
        progress = f"进度{duty.progress}%。" if duty.progress is not None else ""
        problem = f"存在问题：{sentence(duty.problem)}" if duty.problem else ""
        following = f"下一步：{sentence(duty.next_step)}" if duty.next_step else ""
        day = chinese_day(duty.reported_on)
        return f"{state}{day}报送：{progress}{sentence(duty.note)}{problem}{following}"

    @property
    def before(self) -> str:
        """Earlier slips and urgings; empty where there were none."""
        words = [f"{one.words}。" for one in self.earlier]
        if self.record.urged_on is not None:
            often = f"，前后共{self.record.urges}次" if self.record.urges > 1 else ""
            words.append(f"{chinese_day(self.record.urged_on)}催办{often}。")
        return "".join(words)

    @property
    def request(self) -> str:
        """What is asked, and why where the office gave a reason."""
        reason = f"（{self.notice.reason}）" if self.notice.reason else ""
        return f"{sentence(self.notice.asked)}{reason}"

    @property
    def counted(self) -> str:
        """How the day for the answer was counted."""
        basis = f"；{self.notice.basis}" if self.notice.basis else ""
        return f"签发次日起{self.notice.workdays}个工作日{basis}"

    @property
    def file_stem(self) -> str:
        """督办单-〔2026〕第3号-市商务局-措施4."""
        return f"{self.kind}-{self.notice.reference}-{self.duty.unit}-措施{self.duty.measure}"


def kind_of(policy: Policy, unit: str) -> str:
    return "商请函" if policy.is_vertical(unit) else "督办单"


def default_request(policy: Policy, duty: Duty) -> str:
    """What is asked where the office has no words of its own."""
    overdue = duty.signal == "overdue"
    if policy.is_vertical(duty.unit):
        wanted = "逾期原因和预计办结时间" if overdue else "进展情况和下一步打算"
        return f"请予支持推进，并函告{wanted}"
    if overdue:
        return "抓紧办结，书面说明逾期原因、已采取的措施和办结时间"
    return f"{'抓紧推进，按期办结' if duty.due else '抓紧推进'}，书面说明进展情况、存在问题和下一步打算"


def reply_limit(policy: Policy, issued_on: date, official: Callable[[date], bool | None]) -> tuple[date, str | None]:
    """The last day for the answer, and how it was counted where `official` does not know a year of it.

    `official` tells whether a day is worked, None for a year without a known 放假安排: Monday to Friday is taken then.
    The plan's own days come before both.
    """

    def is_workday(day: date) -> bool:
        if day in policy.workdays or day in policy.holidays:
            return day in policy.workdays
        known = official(day)
        return day.weekday() < 5 if known is None else known

    due = workday_after(issued_on, policy.reply_workdays, is_workday)
    span = [date.fromordinal(number) for number in range((issued_on + ONE_DAY).toordinal(), due.toordinal() + 1)]
    unknown = sorted({day.year for day in span if official(day) is None})
    if not unknown:
        return due, None
    years = "、".join(f"{year}年" for year in unknown)
    own = {day.year for day in (*policy.workdays, *policy.holidays)} & set(unknown)
    counted = "周一至周五和计划文件所列的日子" if own else "周一至周五"
    return due, f"{years}的放假安排尚未收录，按{counted}计算"


def ending(policy: Policy, day: date) -> str:
    """That the policy is no longer valid on `day`, and since when; empty where it is."""
    return f"政策{phrases.ended(chinese_day(policy.valid_until))}" if day > policy.valid_until else ""


def sent(notice: Notice, acts: Sequence[Entry]) -> Sent:
    """What became of `notice`; `acts` are those of its duty that count, the last recorded first."""
    answers = [
        act.happened_on
        for act in acts
        if act.kind in REPORTS and act.id > notice.position and act.happened_on >= notice.issued_on
    ]
    return Sent(notice, min(answers, default=None), _was_suspended(notice, acts))


def _was_suspended(notice: Notice, acts: Sequence[Entry]) -> bool:
    """Whether any day after the day of issue, up to the last one for the answer, lies in a 中止."""
    begun: date | None = None
    for act in reversed(acts):
        if act.kind == "suspend":
            begun = act.happened_on
        elif act.kind == "resume" and begun is not None:
            if begun <= notice.reply_due and act.happened_on > notice.issued_on:
                return True
            begun = None
    return begun is not None and begun <= notice.reply_due


def next_colour(earlier: Sequence[Sent]) -> str:
    """The colour of the slip after `earlier`, the oldest of which comes first."""
    if not earlier or earlier[-1].answered_on is not None:
        return "blue"
    if earlier[-1].suspended:
        return earlier[-1].notice.colour
    colours = list(COLOURS)
    return colours[min(colours.index(earlier[-1].notice.colour) + 1, len(colours) - 1)]


def is_running(earlier: Sequence[Sent], day: date) -> bool:
    """Whether the unit still has time to answer the last of `earlier`."""
    return bool(earlier) and day <= earlier[-1].notice.reply_due


def next_number(notices: Iterable[Notice], year: int) -> int:
    """The number after the last of `year`: there are no gaps."""
    return max((own.number for own in notices if own.year == year), default=0) + 1
