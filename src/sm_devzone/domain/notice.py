"""督办单 and 商请函: papers about one duty. By when they are to be answered, and which colour a 督办单 has.

A unit has answered one when it has reported on that duty since: of a day not before the day of issue, in an entry
recorded after the position of the paper. Until its limit is over no further one is issued about the duty.

The colours follow the rule of the city (三色督查单, 2017): the next one comes where the limit has passed and the work
is not finished, or was sent back, without a good reason. A good reason is an approved 延期 or 中止; an answer is shown,
and brings nothing down. What is said in a paper stands in templates/notice.words.txt.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sm_devzone.domain.calendar import ONE_DAY, workday_after
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import REPORTS, Entry, Notice, Record
from sm_devzone.domain.glossary import COLOURS
from sm_devzone.domain.plan import Colour, Measure, Milestone, Policy


class Sent(NamedTuple):
    """A slip and what became of it: the day and the words of its first answer, None where there is none.

    `suspended` says that the duty was suspended within its time, `extended_to` the date of the last 延期 since, and
    `outcome` what happened last of submit, close, return and reopen; `closed` that the work was closed out since.
    """

    notice: Notice
    answered_on: date | None
    suspended: bool = False
    answer: str | None = None
    extended_to: date | None = None
    outcome: str | None = None
    closed: bool = False

    @property
    def is_unfinished(self) -> bool:
        return self.outcome not in ("submit", "close")


class Slip(NamedTuple):
    """Everything the paper is made from. `record` is what counts of the duty, `earlier` are those about it before.

    `seal` is the code of the seal that it bears.
    """

    notice: Notice
    policy: Policy
    measure: Measure
    duty: Duty
    record: Record
    earlier: tuple[Sent, ...]
    seal: str = ""

    @property
    def is_letter(self) -> bool:
        """A unit under its own system is asked by letter."""
        return self.policy.is_vertical(self.duty.unit)

    @property
    def kind(self) -> str:
        return "商请函" if self.is_letter else "督办单"

    @property
    def milestone(self) -> Milestone | None:
        return next((own for own in self.measure.milestones if own.key == self.duty.milestone), None)

    @property
    def colour(self) -> Colour:
        """What the plan says of the colour of this one."""
        name = self.notice.colour
        return next((own for own in self.policy.colours if own.colour == name), Colour(name))

    @property
    def next_colour(self) -> str | None:
        """The colour that follows where the work is not finished in time; None for the last one, and for a letter."""
        return _following(self.notice.colour) if self.notice.colour not in ("", list(COLOURS)[-1]) else None

    @property
    def unit(self) -> str:
        return self.policy.full_name(self.duty.unit)

    @property
    def office(self) -> str:
        return self.policy.full_name(self.policy.office)

    @property
    def has_ended(self) -> bool:
        """Whether the policy was no longer valid on the day of issue."""
        return self.notice.issued_on > self.policy.valid_until

    @property
    def file_stem(self) -> str:
        """督办单-明商督〔2026〕3号-市商务局-措施4."""
        return f"{self.kind}-{self.notice.reference}-{self.duty.unit}-措施{self.duty.measure}"


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


def sent(notice: Notice, acts: Sequence[Entry]) -> Sent:
    """What became of `notice`; `acts` are those of its duty that count, in any order."""
    happened = sorted(acts, key=lambda act: (act.happened_on, act.id))
    told = [act for act in happened if act.id > notice.position and act.happened_on >= notice.issued_on]
    answer = next((act for act in told if act.kind in REPORTS), None)
    turns = [act.kind for act in told if act.kind in ("submit", "close", "return", "reopen")]
    return Sent(
        notice,
        answer and answer.happened_on,
        _was_suspended(notice, happened),
        answer and answer.note,
        next((act.due for act in reversed(told) if act.kind == "extend"), None),
        turns[-1] if turns else None,
        "close" in turns,
    )


def _was_suspended(notice: Notice, acts: Sequence[Entry]) -> bool:
    """Whether any day after the day of issue, up to the last one for the answer, lies in a 中止."""
    begun: date | None = None
    for act in acts:
        if act.kind == "suspend":
            begun = act.happened_on
        elif act.kind == "resume" and begun is not None:
            if begun <= notice.reply_due and act.happened_on > notice.issued_on:
                return True
            begun = None
    return begun is not None and begun <= notice.reply_due


def next_colour(earlier: Sequence[Sent], duty: Duty, day: date) -> str:
    """The colour of the slip about `duty` on `day`, after `earlier`, the oldest of which comes first.

    The limit of a slip is its own day or the date of the duty, which an extension moves, whichever is later. Work that
    has no date is never late: there only an answer can be missed. What was closed out since begins anew.
    """
    coloured = [one for one in earlier if one.notice.colour]
    since = max((at for at, one in enumerate(coloured, 1) if one.closed), default=0)
    if not coloured[since:]:
        return "blue"
    last = coloured[-1]
    limit = max(last.notice.reply_due, duty.due or last.notice.reply_due)
    was_answered = last.answered_on is not None and last.answered_on <= limit
    if day <= limit or last.suspended or (duty.due is None and was_answered):
        return last.notice.colour
    return _following(last.notice.colour)


def _following(colour: str) -> str:
    colours = list(COLOURS)
    return colours[min(colours.index(colour) + 1, len(colours) - 1)]


def is_running(earlier: Sequence[Sent], day: date) -> bool:
    """Whether the limit of the last of `earlier` is not over."""
    return bool(earlier) and day <= earlier[-1].notice.reply_due


def next_number(notices: Iterable[Notice], year: int) -> int:
    """The number after the last of `year`: there are no gaps."""
    return max((own.number for own in notices if own.year == year), default=0) + 1
