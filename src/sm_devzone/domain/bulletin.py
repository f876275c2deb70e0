"""督办报告 of a period: what happened in it, what stands at its end, and how that compares with the day before it.

What happened earlier and was in no bulletin yet is 补报, apart from the news; what was typed in when the ledger was
begun is none. The comparison is that of two days, both as they are known now; where a bulletin told another figure,
that is said.
"""

from collections import Counter
from collections.abc import Callable, Collection, Container, Hashable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sm_devzone.domain.calendar import ONE_DAY, Period, chinese_day, period_of, recorded_day
from sm_devzone.domain.cycles import silence_of_unit
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import REPORTS, DutyKey, Entry
from sm_devzone.domain.gathering import gathered
from sm_devzone.domain.glossary import KINDS, SIGNALS, STATES
from sm_devzone.domain.ledger import (
    Ledger,
    MeasureRow,
    by_urgency,
    has_judged,
    is_awaited,
    roll_up,
    silent_cycles,
    totals,
)
from sm_devzone.domain.notice import Sent
from sm_devzone.domain.phrases import (
    Told,
    days_late,
    ended,
    extension_note,
    limit_in_words,
    listed,
    matter,
    quoted,
    span,
)
from sm_devzone.domain.plan import Policy
from sm_devzone.domain.problems import Problem
from sm_devzone.domain.promises import Promise

DECISIONS = ("close", "return", "reopen", "suspend", "resume", "extend", "urge", "assign", "remove", "transfer")
"""What the office did in a period, beside what the units reported."""

_NAMES = {
    "week": ("周报", "本周", "上周", "下周"),
    "month": ("月报", "本月", "上月", "下月"),
    "quarter": ("季报", "本季度", "上季度", "下季度"),
    "half": ("半年报", "本半年", "上半年度", "下一个半年"),
    "year": ("年报", "本年", "上年", "下一年"),
    "days": ("报告", "本期", "上期", "下期"),
}

_NOTHING = {
    "news": "{0.this}没有单位报送进展。",
    "newly_overdue": "{0.this}无新增逾期。",
    "overdue": "目前没有逾期任务。",
    "due_next": "没有临期任务，{0.next}也没有到期的任务。",
    "unreported": "到期应报的都已报送。",
    "first_cycle": "还没有到过报送期限。",
    "cycles": "目前没有要求定期报送的任务。",
    "problems": "{0.this}没有单位提出需要协调的问题。",
    "next_steps": "{0.this}没有单位报送下一步打算。",
    "duties": "截至 {1} 还没有任务。",
}
"""What a report says where there is nothing to tell."""

_MOST_TITLES = 3
"""So many titles of policies stand under the name of a report; of more, how many there are."""

_COMPARED = {
    "duties": "任务",
    **{state: STATES[state] for state in ("closed_out", "submitted", "in_progress", "not_started", "suspended")},
    **{signal: SIGNALS[signal] for signal in ("overdue", "due_soon")},
}
"""The counts that a period is compared by with the one before."""


class Item(NamedTuple):
    """One thing that is due, with all the units it is due from: they differ in nothing else.

    `new` says that its signal is new in the period; `extension` what an extension leaves visible.
    """

    policy: str
    measure: int
    title: str
    milestone: str
    period: str | None
    due: date
    due_origin: str
    signal: str
    days_overdue: int | None
    extension: str
    new: bool
    units: tuple[str, ...]
    days_suspended: int | None = None

    @property
    def lateness(self) -> str:
        """5 天（不含中止 46 天）: how late it is; empty where it is not."""
        return days_late(self.days_overdue, self.days_suspended)

    @property
    def limit(self) -> str:
        """The date that counts and what it rests on: 2024年12月31日（政策时限）."""
        return limit_in_words(self.due, self.due_origin, self.extension)


class UnitCount(NamedTuple):
    """A unit with its number of 未报送 duties, of all its duties.

    `in_a_row` has the 连续期数 of each of them.
    """

    unit: str
    unreported: int
    duties: int
    in_a_row: tuple[int, ...]

    @property
    def cycles(self) -> int:
        """The longest of them."""
        return max(self.in_a_row, default=0)

    @property
    def silence(self) -> str:
        """6 项未报，其中连续 4 期的 2 项."""
        return silence_of_unit(self.in_a_row)


class News(NamedTuple):
    """What became known in the period, with the title of its measure: one entry, or several that say the same.

    `entries` differ in nothing that is shown but the unit; `entry` is the first of them.
    """

    title: str
    entries: tuple[Entry, ...]

    @property
    def entry(self) -> Entry:
        return self.entries[0]

    @property
    def units(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(entry.unit for entry in self.entries))

    @property
    def who_and_when(self) -> tuple[str, str]:
        return "、".join(self.units), chinese_day(self.entry.happened_on)


class MeasureNews(NamedTuple):
    """What was said of one measure."""

    policy: str
    number: int
    title: str
    said: tuple[News, ...]


class UnitItems(NamedTuple):
    """Units from which the same things (`due`) are due."""

    units: tuple[str, ...]
    due: tuple[Item, ...]

    @property
    def who(self) -> str:
        """市甲局、东县（2个单位）各3项."""
        several = f"（{len(self.units)}个单位）各" if len(self.units) > 1 else ""
        return f"{'、'.join(self.units)}{several}{len(self.due)}项"


class Suspension(NamedTuple):
    """A suspended duty and since when, with all the units of which the same holds."""

    duty: Duty
    since: date
    units: tuple[str, ...]


class Bulletin(NamedTuple):
    """Everything a report says; `number` when it is issued as 第N期, `seal` then the code of the seal that it bears.

    `before` are the totals on the eve of the period; `told` those that the last bulletin gave of its day, `told_now`
    what is known of that day now. `day` is the last day so far, `ledger` all that stood on it. `late` is 补报,
    `late_decisions` what the office did earlier and noted since; `imported` counts what was typed in when the ledger
    was begun, `awaited` the duties that are still to be reported on in the running cycle; `is_judged` says that any
    cycle was over by now. `matters` is every problem there has been, `promises` those whose day lies in the period,
    `slips` every 督办单 that was issued by now, `note` the office's own judgement. `dropped` is what versions of the
    plan that count since the period began ask for no longer, as it stood until then.
    """

    kind: str
    this: str
    last: str
    next: str
    span: str
    start: date
    day: date
    next_end: date
    policies: tuple[Policy, ...]
    totals: dict[str, int]
    before: dict[str, int]
    measures: list[MeasureRow]
    news: list[News]
    overdue: list[Item]
    due_next: list[Item]
    unreported: list[UnitCount]
    problems: list[News]
    next_steps: list[News]
    decisions: list[News]
    suspended: list[Suspension]
    without_evidence: list[Duty]
    ledger: Ledger
    late: Sequence[News] = ()
    late_decisions: Sequence[News] = ()
    imported: int = 0
    awaited: int = 0
    is_judged: bool = True
    told: dict[str, int] | None = None
    told_now: dict[str, int] | None = None
    number: int | None = None
    seal: str = ""
    matters: Sequence[Problem] = ()
    promises: Sequence[Promise] = ()
    slips: Sequence[Sent] = ()
    note: str | None = None
    dropped: Sequence[Duty] = ()

    @property
    def dropped_in_words(self) -> str:
        """What the plan asks for no longer since the period began; empty where that is nothing."""
        if not self.dropped:
            return ""
        titles = list(dict.fromkeys(duty.title for duty in self.dropped))
        about = "、".join(titles[:_MOST_TITLES]) + ("等" if len(titles) > _MOST_TITLES else "")
        closed = sum(duty.state == "closed_out" for duty in self.dropped)
        return f"修订计划后不再要求的任务 {len(self.dropped)} 项（{about}），其中已销号 {closed} 项"

    @property
    def corrections(self) -> list[str]:
        """Other figures than the last bulletin told, as known of its day now: 逾期上期公布 5 项，补报后为 7 项."""
        told, now = self.told or {}, self.told_now or {}
        return [
            f"{term}上期公布 {told[name]} 项，补报后为 {now[name]} 项"
            for name, term in _COMPARED.items()
            if told and told[name] != now[name]
        ]

    @property
    def counted(self) -> int:
        """The denominator of the closing rate: suspended duties are out."""
        return self.totals["duties"] - self.totals["suspended"]

    @property
    def closing_rate(self) -> float | None:
        """Closed out of counted duties, in percent; None when none is counted."""
        return 100 * self.totals["closed_out"] / self.counted if self.counted else None

    @property
    def newly_overdue(self) -> list[Item]:
        return [item for item in self.overdue if item.new]

    @property
    def comparison(self) -> str:
        """What has changed since the end of the last period, in words."""
        changed = []
        for name, term in _COMPARED.items():
            more = self.totals[name] - self.before[name]
            if more:
                changed.append(f"{term}{'增加' if more > 0 else '减少'}{abs(more)}项")
        rest = "各项数字持平" if not changed else "其余持平" if len(changed) < len(_COMPARED) else ""
        return f"与{self.last}末相比，{'，'.join(filter(None, [*changed, rest]))}"

    @property
    def is_long(self) -> bool:
        """Whether it covers more than a reader wants every single report of: a month or longer."""
        return self.kind not in (_NAMES["week"][0], _NAMES["days"][0])

    @property
    def news_by_measure(self) -> list[MeasureNews]:
        """新进展, measure by measure; the same words of several units once. Of a long period the last of each duty."""
        last = {
            entry.key: entry.id
            for entry in sorted((e for item in self.news for e in item.entries), key=lambda e: (e.happened_on, e.id))
        }
        left = (
            News(item.title, tuple(e for e in item.entries if not self.is_long or last[e.key] == e.id))
            for item in self.news
        )
        by_measure = gathered(((one.entry.policy, one.entry.measure, one.title), one) for one in left if one.entries)
        return [MeasureNews(*key, tuple(own)) for key, own in by_measure.items()]

    @property
    def late_entries(self) -> int:
        """How many entries are 补报."""
        return sum(len(item.entries) for item in (*self.late, *self.late_decisions))

    @property
    def reports(self) -> int:
        """How often units reported in the period."""
        return sum(len(item.entries) for item in self.news)

    @property
    def decision_counts(self) -> dict[str, int]:
        """How often the office did what in the period, by kind."""
        counts = Counter(entry.kind for item in self.decisions for entry in item.entries)
        return {kind: counts[kind] for kind in DECISIONS if counts[kind]}

    @property
    def overdue_by_unit(self) -> list[UnitItems]:
        return _by_unit(self.overdue)

    @property
    def due_next_by_unit(self) -> list[UnitItems]:
        return _by_unit(self.due_next)

    def document(self, policy: str) -> str:
        """《title》 of the policy with that id, where there are several to tell apart; else nothing."""
        return next((f"《{own.title}》" for own in self.policies if own.id == policy and len(self.policies) > 1), "")

    @property
    def ended(self) -> list[Policy]:
        """The policies whose validity is over."""
        return [policy for policy in self.policies if self.day > policy.valid_until]

    @property
    def repealed(self) -> list[Policy]:
        """The policies that are repealed."""
        return [policy for policy in self.policies if policy.repealed_on and self.day >= policy.repealed_on]

    # How it is told in the papers for a screen, with blanks around figures. The Word paper has its own style.

    def nothing_in(self, section: str) -> str:
        """What is said of a section with nothing in it; `unreported` where no report is owed, or not yet, says so."""
        if section == "unreported" and not self.is_judged:
            section = "first_cycle" if self.asks_reports else "cycles"
        return _NOTHING[section].format(self, chinese_day(self.day))

    @property
    def titles(self) -> list[Told]:
        more = [] if len(self.policies) <= _MOST_TITLES else [Told("等 {} 个政策文件", len(self.policies))]
        return [Told("《{}》", policy.title) for policy in self.policies[:_MOST_TITLES]] + more

    @property
    def covered(self) -> Told:
        issue = "" if self.number is None else f"第{self.number}期　"
        return Told(issue + "{}，截至 {}", self.span, chinese_day(self.day))

    @property
    def ended_in_words(self) -> list[Told]:
        repealed = [
            Told(
                "《{}》自{}起废止（{}），没有办结的任务终止",
                own.title,
                chinese_day(own.repealed_on),
                own.repealed_reason,
            )
            for own in self.repealed
            if own.repealed_on is not None
        ]
        over = [own for own in self.ended if own not in self.repealed]
        return [Told("《{}》{}", own.title, ended(f" {chinese_day(own.valid_until)} ")) for own in over] + repealed

    @property
    def overall(self) -> list[str]:
        """总体情况: how many there are, how far they have come, how many are late."""
        n, rate = self.totals, self.closing_rate
        less = (f" 减中止 {n['suspended']}", f"，中止 {n['suspended']} 项") if n["suspended"] else ("", "")
        more = f"，终止 {n['terminated']} 项" if n["terminated"] else ""
        formula = f"（已销号 {n['closed_out']} ÷ 任务 {n['duties']}{less[0]}）"
        return [
            f"措施 {n['measures']} 条，任务 {n['duties']} 项。",
            *([] if rate is None else [f"已销号 {n['closed_out']} 项，占 {rate:.1f}%{formula}；"]),
            f"待审核 {n['submitted']} 项，推进中 {n['in_progress']} 项，未启动 {n['not_started']} 项{less[1]}{more}。",
            f"逾期 {n['overdue']} 项，临期 {n['due_soon']} 项，未报送 {n['unreported']} 项。",
        ]

    @property
    def newly_overdue_in_words(self) -> str:
        count = sum(len(item.units) for item in self.newly_overdue)
        return f"{self.this}新增逾期 {count} 项。" if count else self.nothing_in("newly_overdue")

    @property
    def unreported_in_words(self) -> Told:
        if not self.unreported:
            return Told(self.nothing_in("unreported"))
        counts = [Told("{}（共 {} 项任务）{}", one.unit, one.duties, one.silence) for one in self.unreported]
        heading = f"到期未报送 {self.totals['unreported']} 项，涉及 {len(counts)} 个单位"
        return Told(heading + "：{}。", Told("；".join("{}" for _ in counts), *counts))

    @property
    def awaited_in_words(self) -> str:
        """What is still to be reported in the running cycle, which is no reproach; empty where nothing is."""
        return f"本报送周期待报 {self.awaited} 项，还没有到报送期限。" if self.awaited else ""

    @property
    def imported_in_words(self) -> str:
        """What was typed in when the ledger was begun is no news."""
        return f"另有建账时补登的以前的记录 {self.imported} 条。" if self.imported else ""

    @property
    def corrections_in_words(self) -> str:
        """Where the last bulletin told other figures than are known of its day now; empty where it did not."""
        return f"{'；'.join(self.corrections)}。" if self.corrections else ""

    @property
    def without_evidence_in_words(self) -> Told:
        own = self.without_evidence
        some = [Told("{}措施{}{}{}", self.document(d.policy), d.measure, quoted(d), d.unit) for d in own]
        return Told("已销号而无佐证 {} 项：{}。", len(own), listed(some))

    def news_in_words(self, item: News) -> Told:
        entry = item.entry
        done = "，报完成" if entry.kind == "submit" else ""
        progress = f"进度 {entry.progress}%。" if entry.progress is not None else ""
        return Told("{}，{}（{}{}）：{}{}", self._matter(item), *item.who_and_when, done, progress, entry.note or "")

    def decision_in_words(self, item: News) -> Told:
        entry = item.entry
        pattern = "{}：{}，{}（{}）" + (" {}" if entry.detail else "{}") + ("：{}" if entry.note else "{}")
        said = (entry.detail, entry.note or "")
        return Told(pattern, KINDS[entry.kind], self._matter(item), *item.who_and_when, *said)

    def asked_in_words(self, item: News, words: str) -> Told:
        """Who said `words`, a problem or a next step, about what."""
        return Told("{}（{}）：{}", "、".join(item.units), self._matter(item), words)

    def suspension_in_words(self, item: Suspension) -> Told:
        duty, who = item.duty, "、".join(item.units)
        what = Told("{}措施{} {}{}", self.document(duty.policy), duty.measure, duty.title, quoted(duty))
        return Told("{}，{}，自{}起", what, who, chinese_day(item.since))

    def _matter(self, item: News) -> Told:
        return Told("{}{}", self.document(item.entry.policy), matter(item.entry, item.title))

    @property
    def asks_reports(self) -> bool:
        """Whether any unit owes a report in this cycle: a policy in force has one."""
        return any(
            measure.reporting_cycle
            for policy in self.policies
            if policy.issued <= self.day <= policy.valid_until
            for measure in policy.measures
        )

    @property
    def offices(self) -> tuple[str, ...]:
        """Who signs: the office of each policy."""
        return tuple(dict.fromkeys(policy.office for policy in self.policies))

    @property
    def report_to(self) -> tuple[str, ...]:
        """报: as the plans name them; often nobody."""
        return tuple(dict.fromkeys(name for policy in self.policies for name in policy.report_to))

    @property
    def copy_to(self) -> tuple[str, ...]:
        """送: as the plans name them; often nobody."""
        return tuple(dict.fromkeys(name for policy in self.policies for name in policy.copy_to))


def days(start: date, end: date) -> Period:
    """A period of any days, both inclusive."""
    return Period(f"{start:%Y%m%d}-{end:%Y%m%d}", "days", start, end)


def file_stem(period: Period, day: date, number: int | None = None, name: str = "") -> str:
    """The file name of its report, or of what else has a `name`, without ending: 督办周报-2026-W47(截至20261120)."""
    issue = f"第{number}期-" if number is not None else ""
    return f"{name or '督办' + _NAMES[period.cycle][0]}-{issue}{period.name}(截至{day:%Y%m%d})"


def compose(
    period: Period,
    ledger: Ledger,
    before: Ledger,
    entries: Sequence[Entry],
    evidenced: Container[DutyKey],
    *,
    late: Sequence[Entry] = (),
    told: tuple[Ledger, Ledger] | None = None,
    silence: Callable[[Duty], int] | None = None,
    was_told: bool = False,
    carried: Callable[[Iterable[DutyKey]], Collection[DutyKey]] = frozenset,
    matters: Sequence[Problem] = (),
    promises: Sequence[Promise] = (),
    slips: Sequence[Sent] = (),
    dropped: Sequence[Duty] = (),
) -> Bulletin:
    """The report of `period`: `ledger` on its last day so far, `before` on its eve, `entries` that happened in it.

    `late` are entries of earlier days that no bulletin has told yet. `evidenced` are the duties with 佐证材料. `told`
    is the ledger that the last bulletin told, where there is one, and what is known of that day now. `silence` gives
    the 连续期数 of a duty, `carried` puts keys of duties of `before` in the terms of `ledger`. Papers of 0.1.0 count as
    newly overdue what the last bulletin had not told (`was_told`). `matters`, `promises`, `slips`, `dropped` are as in
    Bulletin.
    """
    day = ledger.day
    measures = roll_up(ledger, ledger.duties)
    titles = {(row.policy, row.number): row.title for row in measures}
    eve = told[0] if was_told and told is not None else before
    was_overdue = carried(duty.key for duty in eve.duties if duty.signal == "overdue")
    was_due_soon = carried(duty.key for duty in eve.duties if duty.signal == "due_soon")
    following = _following(period)

    def living(some: Iterable[Entry]) -> list[Entry]:
        live = (entry for entry in some if entry.voided_by is None)
        return sorted(live, key=lambda e: (e.policy, e.measure, e.happened_on, e.id))

    live = living(entries)
    begun = ledger.facts.begun
    late = living(late)
    caught_up = [entry for entry in late if not _is_imported(entry, begun.get(entry.policy))]
    news = [entry for entry in live if entry.kind in REPORTS]
    late_news = [entry for entry in caught_up if entry.kind in REPORTS]

    def told_once(some: Iterable[Entry], what_is_shown: Callable[[Entry], Hashable]) -> list[News]:
        alike = gathered((what_is_shown(entry), entry) for entry in some).values()
        return [News(titles.get((own[0].policy, own[0].measure), ""), tuple(own)) for own in alike]

    said = [*news, *late_news]
    kind, this, last, next_ = _NAMES[period.cycle]
    return Bulletin(
        kind=kind,
        this=this,
        last=last,
        next=next_,
        span=span(period),
        start=period.start,
        day=day,
        next_end=following.end,
        policies=tuple(ledger.plan),
        totals=totals(measures),
        before=totals(roll_up(before, before.duties)),
        measures=measures,
        news=told_once(news, Entry.of_any_unit),
        overdue=_items(ledger, (d for d in ledger.duties if d.signal == "overdue"), was_overdue),
        due_next=_items(ledger, (d for d in ledger.duties if _is_due_next(d, following.end)), was_due_soon),
        unreported=_unreported(ledger, silence or (lambda duty: silent_cycles(ledger, duty))),
        problems=told_once((e for e in said if e.problem), lambda e: (*e.key._replace(unit=""), e.problem)),
        next_steps=told_once((e for e in said if e.next_step), lambda e: (*e.key._replace(unit=""), e.next_step)),
        decisions=told_once((e for e in live if e.kind in DECISIONS), Entry.of_any_unit),
        suspended=_suspensions(ledger),
        without_evidence=[d for d in ledger.duties if d.state == "closed_out" and d.key not in evidenced],
        ledger=ledger,
        late=told_once(late_news, Entry.of_any_unit),
        late_decisions=told_once((e for e in caught_up if e.kind in DECISIONS), Entry.of_any_unit),
        imported=len(late) - len(caught_up),
        awaited=sum(is_awaited(ledger, duty) for duty in ledger.duties),
        is_judged=has_judged(ledger),
        told=totals(roll_up(told[0], told[0].duties)) if told else None,
        told_now=totals(roll_up(told[1], told[1].duties)) if told else None,
        matters=matters,
        promises=promises,
        slips=slips,
        dropped=dropped,
    )


def _is_imported(entry: Entry, begun: date | None) -> bool:
    """Whether `entry` was taken over, or is of a day before its ledger was `begun` and was typed in then."""
    if entry.is_taken_over:
        return True
    return begun is not None and entry.happened_on < begun == recorded_day(entry.recorded_at)


def _is_due_next(duty: Duty, next_end: date) -> bool:
    if duty.state == "submitted":
        return False
    return duty.signal == "due_soon" or (duty.signal == "on_track" and duty.due is not None and duty.due <= next_end)


def _following(period: Period) -> Period:
    if period.cycle == "days":
        return days(period.end + ONE_DAY, period.end + (period.end - period.start) + ONE_DAY)
    return period_of(period.cycle, period.end + ONE_DAY)


def _items(ledger: Ledger, duties: Iterable[Duty], known_before: Collection[DutyKey]) -> list[Item]:
    """`duties`, most urgent first, with the units of one and the same thing gathered in one item."""

    def item(duty: Duty) -> Item:
        assert duty.due is not None
        assert duty.due_origin is not None
        return Item(
            policy=duty.policy,
            measure=duty.measure,
            title=duty.title,
            milestone=duty.milestone or "",
            period=duty.period,
            due=duty.due,
            due_origin=duty.due_origin,
            signal=duty.signal or "",
            days_overdue=duty.days_overdue,
            extension=extension_note(duty, ledger.record(duty).extended_late),
            new=not any(key in known_before for key in ledger.keys(duty)),
            units=(),
            days_suspended=duty.days_suspended,
        )

    items = gathered((item(duty), duty.unit) for duty in by_urgency(duties))
    return [one._replace(units=tuple(units)) for one, units in items.items()]


def _suspensions(ledger: Ledger) -> list[Suspension]:
    alike = gathered(
        ((duty.key._replace(unit=""), since), duty)
        for duty in ledger.duties
        if (since := ledger.record(duty).suspended_on) is not None
    )
    return [Suspension(own[0], since, tuple(duty.unit for duty in own)) for (_, since), own in alike.items()]


def _by_unit(items: Iterable[Item]) -> list[UnitItems]:
    """`items` by unit; units from which exactly the same is due stand together."""
    of_unit = gathered((unit, item) for item in items for unit in item.units)
    together = gathered((tuple(own), unit) for unit, own in of_unit.items())
    return [UnitItems(tuple(units), own) for own, units in together.items()]


def _unreported(ledger: Ledger, silence: Callable[[Duty], int]) -> list[UnitCount]:
    counts = [
        UnitCount(unit, len(missing), len(own), tuple(silence(duty) for duty in missing))
        for unit, own in gathered((duty.unit, duty) for duty in ledger.duties).items()
        if (missing := [duty for duty in own if duty.unreported])
    ]
    return sorted(counts, key=lambda count: -count.unreported)
