"""A period told as it stands: what a paper says, section by section, in lines that a reader has the time for.

Of each duty the last word counts; what several units say alike is one line; 本期无变化 is a number and no news; of a
month or longer each measure is a paragraph with figures. A section has so many lines as its paper has room for
(`ROOM`), the most telling first; what is left out is counted, and stands in the annex and on the page. Every format
says this, in these words.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

from sm_devzone.domain.annex import AnnexRow, annex
from sm_devzone.domain.asks import Ask, asks, unanswered
from sm_devzone.domain.bulletin import Bulletin, Item, News
from sm_devzone.domain.calendar import chinese_day, short_chinese_day
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import DutyKey, Entry, Notice
from sm_devzone.domain.gathering import gathered
from sm_devzone.domain.glossary import COLOURS, KINDS, NO_CHANGE, ROLES, STATES
from sm_devzone.domain.notice import Sent
from sm_devzone.domain.phrases import (
    Told,
    brief,
    late_term,
    matter_in_words,
    on_paper,
    place_in_words,
    slip_in_words,
    together,
)
from sm_devzone.domain.problems import Matter, Problem, matters
from sm_devzone.domain.promises import OUTCOMES, Promise, promises_by_unit

LINE = 28
"""Characters on a line of an official paper."""

SHARES = {
    "news": 12,
    "overdue": 5,
    "to_coordinate": 4,
    "slips": 2,
    "promises": 3,
    "next_steps": 3,
    "problems": 2,
    "solved": 2,
    "unreported": 2,
    "due_next": 2,
    "decisions": 2,
    "late": 1,
    "suspended": 1,
}
"""How the room of a paper is shared where not all fits; what one does not need goes to the others, in this order."""

ROOM = {
    "周报": (24, 48),
    "报告": (24, 48),
    "月报": (66, 56),
    "季报": (108, 72),
    "半年报": (130, 84),
    "年报": (185, 112),
}
"""By the kind of paper: lines for all sections together, and how many characters of what a unit wrote are shown.

A 周报 has 4 pages, a 月报 6, a 年报 12, of 22 lines each, annexes apart: one is the first page, and headings, what is
always said and the signature take the rest.
"""


class Part(NamedTuple):
    """The lines of a section, and how many things are left out for want of room."""

    lines: tuple[Told, ...] = ()
    left: int = 0

    where: str = "网页报告"

    @property
    def rest(self) -> str:
        """That there is more, and where; empty where there is not. It follows the last line."""
        return f"其余{self.left}项见{self.where}。" if self.left else ""


class Block(NamedTuple):
    """A part of a section: its heading, what is `said` in figures, its lines, and what is said `after` them."""

    heading: str
    said: str
    part: Part = Part()
    after: str = ""


class Section(NamedTuple):
    """A section of the paper, the same in every format."""

    title: str
    blocks: tuple[Block, ...]


_Lines = list[tuple[Told, int]]
"""Lines, each with the number of things that it tells."""


def height(told: Told) -> int:
    """The lines that a paragraph takes, its first one indented by two characters."""
    return -(-(len(str(told)) + 2) // LINE)


def fitting(lines: Sequence[tuple[Told, int]], room: int) -> Part:
    """The first of `lines`, each with the number of things it tells, that `room` lines hold; at least one of them."""
    kept: list[Told] = []
    for told, _ in lines:
        room -= height(told)
        if kept and room < 0:
            break
        kept.append(told)
    return Part(tuple(kept), sum(things for _, things in lines[len(kept) :]))


def shared(heights: Mapping[str, Sequence[int]], room: int) -> dict[str, int]:
    """How many lines each section of SHARES gets of `room`; `heights` are those of its paragraphs.

    Each gets its first paragraph, then its share, and then what others leave over.
    """
    whole = sum(SHARES.values())
    least = {name: heights[name][0] if heights[name] else 0 for name in SHARES}
    spare = max(room - sum(least.values()), 0)
    given = {name: min(sum(heights[name]), least[name] + spare * share // whole) for name, share in SHARES.items()}
    left = max(room - sum(given.values()), 0)
    for name in SHARES:
        more = min(left, sum(heights[name]) - given[name])
        given[name] += more
        left -= more
    return given


_NO_END = 10**9


class Digest:
    """What the paper of a bulletin says; all there is to say where it is to be `whole`.

    That of a week does not list anew what has long been so: who is suspended, what has no evidence, which problems wait
    for nobody that was named. Their numbers stand in it.
    """

    def __init__(self, bulletin: Bulletin, *, whole: bool = False) -> None:
        self.b = bulletin
        self.ledger = bulletin.ledger
        self._room, self._said_room = (_NO_END, _NO_END) if whole else ROOM[bulletin.kind]
        self._only_new = not whole and not bulletin.is_long
        self._duties = {duty.key: duty for duty in self.ledger.duties}

    @cached_property
    def parts(self) -> dict[str, Part]:
        """Each section of SHARES with the lines that there is room for."""
        lines: dict[str, _Lines] = {name: getattr(self, f"_{name}")() for name in SHARES}
        given = shared({name: [height(told) for told, _ in own] for name, own in lines.items()}, self._room)
        parts = {name: fitting(own, given[name]) for name, own in lines.items()}
        return {**parts, "to_coordinate": parts["to_coordinate"]._replace(where="附件2")}

    # -- The first page

    @cached_property
    def asks(self) -> list[Ask]:
        return asks(self.ledger, self.b.matters, self.b.slips)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The paper, section by section, each thing in the one that it belongs to."""
        b, part = self.b, self.parts
        newly = sum(len(item.units) for item in b.newly_overdue)
        new = f"，其中{b.this}新增{newly}项" if newly else f"，{b.this}无新增"
        waiting = [one for one in b.matters if one.waits]
        asked = Counter(name for one in waiting if one.needs for name in one.needs.split("、"))
        others = sum(one.needs is None for one in waiting)
        unnamed = f"{others}项没有写明需要哪个单位协调" if others else ""
        solved = f"{b.this}已解决{len(self._solved_now)}项" if self._solved_now else ""
        coordinated = "目前没有需要其他单位协调的事项"
        if asked:
            coordinated = f"共{len(waiting) - others}项，请{_counted(asked.most_common())}协调"
        if self._only_new:
            coordinated = "；".join(filter(None, (coordinated, solved)))
        silent = on_paper(b.nothing_in("unreported"))
        if b.unreported:
            silent = f"到期未报送{b.totals['unreported']}项，涉及{len(b.unreported)}个单位。"
        promised = sum(one.kept for one in promises_by_unit(b.promises))
        news = Block(
            "各项措施进展" if b.is_long else "各单位进展",
            "" if part["news"].lines else b.nothing_in("news"),
            part["news"],
            self.unchanged,
        )
        late = b.totals["overdue"]
        overdue = f"逾期{late}项{new}" if late else f"目前没有逾期任务，{b.this}无新增逾期"
        no_more = "" if b.due_next else f"；没有临期任务，{b.next}也没有到期的任务"
        return (
            Section("一、总体情况", (Block("", "", Part(tuple(map(Told, self.overall)))),)),
            Section(
                "二、新进展",
                _there(
                    news,
                    Block("办公室办理情况", self.decided, part["decisions"]),
                    Block("补报情况", self._caught_up, part["late"]),
                    Block("建账情况", on_paper(b.imported_in_words)),
                ),
            ),
            Section(
                "三、逾期和临期",
                _there(
                    Block("逾期任务", f"{overdue}{no_more}。", part["overdue"]),
                    Block(
                        f"临期和{b.next}到期任务",
                        f"共{sum(len(item.units) for item in b.due_next)}项。" if b.due_next else "",
                        part["due_next"],
                    ),
                    Block("督办单", self.slips_in_words, part["slips"]),
                    Block("报送情况", silent, part["unreported"], on_paper(b.awaited_in_words)),
                    Block(
                        "中止的任务",
                        f"{b.totals['suspended']}项，不计逾期，不进比例的分母。" if part["suspended"].lines else "",
                        part["suspended"],
                    ),
                    Block("佐证材料", self.without_evidence),
                ),
            ),
            Section(
                "四、存在问题和需协调事项",
                _there(
                    Block("需协调事项清单", f"{coordinated}。", part["to_coordinate"]),
                    Block("其他存在问题", f"{unnamed}。" if unnamed else "", part["problems"]),
                    Block("已解决的问题", f"{solved}。" if solved and not self._only_new else "", part["solved"]),
                ),
            ),
            Section(
                "五、下一步",
                _there(
                    Block(
                        "上期承诺、本期兑现",
                        f"{b.this}到预计完成日的{len(b.promises)}项，按承诺报完成{promised}项。" if b.promises else "",
                        part["promises"],
                    ),
                    Block(
                        "下一步打算",
                        "" if part["next_steps"].lines else b.nothing_in("next_steps"),
                        part["next_steps"],
                    ),
                ),
            ),
        )

    @cached_property
    def annex(self) -> list[AnnexRow]:
        return annex(self.b)

    @property
    def _solved_now(self) -> list[Problem]:
        b = self.b
        return [one for one in b.matters if one.solved_on is not None and b.start <= one.solved_on <= b.day]

    # -- 一、总体情况

    @property
    def overall(self) -> list[str]:
        """How many there are, and how far; dated duties apart from standing ones, each rate with its numbers."""
        n = self.b.totals
        states = ("submitted", "in_progress", "not_started")
        others = "，".join(f"{STATES[state]}{n[state]}项" for state in states)
        out = "".join(f"，{STATES[state]}{n[state]}项" for state in ("suspended", "terminated") if n[state])
        lines = [f"纳入督办的措施{n['measures']}条，任务{n['duties']}项；已销号{n['closed_out']}项，{others}{out}。"]
        dated = [duty for duty in self.ledger.duties if duty.due is not None]
        standing = [duty for duty in self.ledger.duties if duty.due is None]
        if dated:
            late = f"逾期{n['overdue']}项，临期{n['due_soon']}项"
            lines.append(f"有时限的任务{len(dated)}项，{_rate(dated)}；{late}。")
        if standing:
            silent = f"到期未报送{n['unreported']}项。" if self.b.asks_reports else ""
            closed = sum(duty.state == "closed_out" for duty in standing)
            lines.append(f"长期推进的任务{len(standing)}项{f'，已销号{closed}项' if closed else ''}。{silent}")
        corrections = [on_paper(self.b.corrections_in_words)] if self.b.corrections else []
        dropped = [f"{self.b.this}{on_paper(self.b.dropped_in_words)}。"] if self.b.dropped else []
        return [*lines, f"{self.b.comparison}。", *dropped, *corrections]

    @property
    def ended(self) -> list[str]:
        """Which policies have run out or were repealed, on the first page; empty where none."""
        return [str(words).replace(" ", "") for words in self.b.ended_in_words]

    # -- 二、新进展

    def _last_of_each_duty(self, items: Iterable[News], counts: Callable[[Entry], object]) -> list[Entry]:
        """Of each duty the last entry that `counts`."""
        entries = sorted((e for item in items for e in item.entries), key=lambda e: (e.happened_on, e.id))
        return list({entry.key: entry for entry in entries if counts(entry)}.values())

    def _alike(self, entries: Iterable[Entry], shown: str) -> list[list[Entry]]:
        """`entries` that differ in nothing but the unit put together, those that tell most first."""
        alike = gathered(((e.key._replace(unit=""), e.kind, getattr(e, shown)), e) for e in entries)
        return list(alike.values())

    def _news(self) -> _Lines:
        """Of a week each measure with what its units did last; of a longer period each with its figures."""
        return self._measures() if self.b.is_long else self._reports()

    def _reports(self) -> _Lines:
        entries = sorted(
            self._last_of_each_duty(self.b.news, _is_news),
            key=lambda e: (e.kind != "submit", e.policy, e.measure, e.id),
        )
        return [(self._said(own), len(own)) for own in self._alike(entries, "note")]

    def _said(self, own: Sequence[Entry]) -> Told:
        entry = own[0]
        done = "报完成。" if entry.kind == "submit" else ""
        progress = f"进度{entry.progress}%。" if entry.progress is not None else ""
        words = brief(entry.note, self._said_room)
        return Told("{}{}（{}）：{}{}", self._matter(entry), self._who(own), self._when(own), done + progress, words)

    def _measures(self) -> _Lines:
        """A paragraph a measure of which anything happened: figures, then what was said last."""
        reports, acts = (
            gathered(((entry.policy, entry.measure), entry) for item in items for entry in item.entries)
            for items in (self.b.news, self.b.decisions)
        )
        lines = []
        for row in self.b.measures:
            key = row.policy, row.number
            told, done = reports.get(key, []), Counter(entry.kind for entry in acts.get(key, ()))
            if not told and not any(done[kind] for kind in _TELLING):
                continue
            figures = [f"任务{row.duties}项"]
            new = [entry for entry in told if _is_news(entry)]
            if new:
                figures.append(f"{self.b.this}{len({e.unit for e in new})}个单位报进展{len(new)}次")
            if submitted := sum(entry.kind == "submit" for entry in told):
                figures.append(f"报完成{submitted}项")
            figures += [f"{KINDS[kind]}{done[kind]}项次" for kind in _TELLING if done[kind]]
            figures += [f"累计销号{row.closed_out}项"] if row.closed_out else []
            figures += [f"逾期{row.overdue}项"] if row.overdue else []
            last = max(new, key=lambda e: (e.kind == "submit", e.happened_on, e.id), default=None)
            recent = Told("")
            if last is not None and last.note:
                recent = Told("{}（{}）：{}", last.unit, self._day(last.happened_on), brief(last.note, self._said_room))
            about = self._document(row.policy), row.number, row.title
            lines.append((Told("{}措施{}（{}）：{}。{}", *about, "，".join(figures), recent), 1))
        return lines

    @property
    def unchanged(self) -> str:
        """Who had nothing new to tell: a number, and no news."""
        own = [entry for item in self.b.news for entry in item.entries if not _is_news(entry)]
        if not own:
            return ""
        return f"{len({e.unit for e in own})}个单位的{len({e.key for e in own})}项任务报{self.b.this}无变化。"

    def _decisions(self) -> _Lines:
        """What the office did: urgings as a number, in a long period only what ended or moved something."""
        kinds = [kind for kind in self.b.decision_counts if kind != "urge"]
        wanted = [kind for kind in kinds if not self.b.is_long or kind in ("return", "extend", "suspend", "reopen")]
        items = [item for kind in wanted for item in self.b.decisions if item.entry.kind == kind]
        return [(self._decision(item), len(item.entries)) for item in items]

    @property
    def decided(self) -> str:
        """How often the office did what, in one sentence; empty where it did nothing."""
        counts = self.b.decision_counts
        return f"{self.b.this}办公室{'、'.join(f'{KINDS[k]}{n}项次' for k, n in counts.items())}。" if counts else ""

    def _decision(self, item: News) -> Told:
        entry, own = item.entry, item.entries
        moved = ""
        if entry.due is not None and entry.due_before is not None:
            late = "（逾期后延期）" if entry.happened_on > entry.due_before else ""
            moved = f"，延至{chinese_day(entry.due)}{late}"
        role = f"（{ROLES[entry.role]}）" if entry.role else ""
        to = Told("{}，移交给{}", role, entry.to_unit) if entry.to_unit else Told(role)
        why = Told("：{}", brief(entry.note, self._said_room)) if entry.note else Told("。")
        about = self._document(entry.policy), matter_in_words(entry, item.title)
        return Told("{}：{}{}，{}{}{}{}", KINDS[entry.kind], *about, self._who(own), moved, to, why)

    @property
    def _caught_up(self) -> str:
        return f"发生在{self.b.this}以前，前几期没有写到的{self.b.late_entries}项。" if self.b.late_entries else ""

    def _late(self) -> _Lines:
        """补报: what happened before the period and was in no issue yet."""
        reports = self._alike(self._last_of_each_duty(self.b.late, _is_news), "note")
        acts = [item for item in self.b.late_decisions if item.entry.kind != "urge"]
        return [(self._said(own), len(own)) for own in reports] + [(self._decision(i), len(i.entries)) for i in acts]

    # -- 三、逾期和临期

    @cached_property
    def overdue(self) -> list[tuple[Item, date | None]]:
        """What is overdue, apart where the work was done and waits for review: since which day, None where it was not.

        Such an item has the units only of which the same is so.
        """
        apart = []
        for item in self.b.overdue:
            by_day = gathered((self._done_on(item, unit), unit) for unit in item.units)
            apart += [(item._replace(units=tuple(units)), day) for day, units in by_day.items()]
        return apart

    def _done_on(self, item: Item, unit: str) -> date | None:
        """Since when an overdue item of a unit waits for review; None where it does not."""
        duty = self._duties.get(DutyKey(item.policy, item.measure, unit, item.milestone, item.period or ""))
        return duty.done_on if duty is not None and duty.state == "submitted" else None

    def waiting(self, item: Item) -> list[str]:
        """What stands beside an overdue item of which some units wait for review: named where others do not."""
        return [
            f"{'' if own.units == item.units else '、'.join(own.units)}{self._lateness(own, day)}"
            for own, day in self.overdue
            if day is not None and own._replace(units=item.units) == item
        ]

    def _lateness(self, item: Item, done_on: date | None) -> str:
        """逾期689天, or 11月20日报完成，待审核，超期689天."""
        done = f"{self._day(done_on)}报完成，{STATES['submitted']}，" if done_on else ""
        return f"{done}{late_term('submitted' if done_on else None)}{on_paper(item.lateness)}"

    def _overdue(self) -> _Lines:
        return [(self._due(item, done_on), len(item.units)) for item, done_on in self.overdue]

    def _due_next(self) -> _Lines:
        return [(self._due(item), len(item.units)) for item in self.b.due_next]

    def _due(self, item: Item, done_on: date | None = None) -> Told:
        named = "、".join(together(item.units, self.ledger.plan.policies[item.policy].units))
        left = (item.due - self.b.day).days
        when = f"距到期{left}天" if left else "今天到期"
        when = self._lateness(item, done_on) if item.days_overdue else when
        first = on_paper(item.extension)
        new = f"，{self.b.this}新增" if item.new and item.days_overdue else ""
        return Told(
            "{}{}：{}。时限{}{}，{}{}",
            self._document(item.policy),
            matter_in_words(item, item.title),
            named,
            chinese_day(item.due),
            f"（{first}）" if first else "",
            when,
            f"{new}。",
        )

    def _unreported(self) -> _Lines:
        """Who owed a report and gave none, units of which the same is said together."""
        silent = () if self._only_new else self.b.unreported
        alike = gathered(((one.duties, on_paper(one.silence)), one.unit) for one in silent)
        units = [unit for policy in self.b.policies for unit in policy.units]
        return [
            (Told("{}：{}{}。", "、".join(together(own, units)), "各" if len(own) > 1 else "", silence), len(own))
            for (_, silence), own in alike.items()
        ]

    def _suspended(self) -> _Lines:
        by_matter: dict[str, list[str]] = {}
        for one in self.b.suspended:
            if self._only_new and one.since < self.b.start:
                continue
            matter = f"{self._document(one.duty.policy)}{matter_in_words(one.duty, one.duty.title)}"
            named = "、".join(together(one.units, self.ledger.plan.policies[one.duty.policy].units))
            by_matter.setdefault(matter, []).append(f"{named}（{self._day(one.since)}起）")
        return [(Told("{}：{}。", matter, "、".join(own)), len(own)) for matter, own in by_matter.items()]

    @property
    def without_evidence(self) -> str:
        """已销号但缺佐证材料, by measure."""
        wanted = [
            duty
            for duty in self.b.without_evidence
            if not self._only_new or (self.ledger.closed_on(duty) or self.b.day) >= self.b.start
        ]
        by_measure = gathered(((duty.policy, duty.measure), duty) for duty in wanted)
        listed = _counted(
            [(f"{self._document(policy)}措施{number}", len(own)) for (policy, number), own in by_measure.items()]
        )
        of = f"{self.b.this}" if self._only_new else ""
        return f"{of}已销号但缺佐证材料{len(wanted)}项：{listed}。" if listed else ""

    # -- 四、存在问题和需协调事项

    @cached_property
    def coordination(self) -> list[Matter]:
        """需协调事项清单: what waits for a unit that was named, the oldest first; what is no longer spoken of last."""
        waiting = matters(one for one in self.b.matters if one.waits and one.needs)
        return sorted(waiting, key=lambda one: one.problem.state != "open")

    def _to_coordinate(self) -> _Lines:
        return [(self._problem(one), len(one.problems)) for one in self.coordination]

    def _problems(self) -> _Lines:
        """What else waits, that which was told in the period first."""
        late = {entry.id for item in self.b.late for entry in item.entries}
        waiting = matters(
            one
            for one in self.b.matters
            if one.waits and not one.needs and (not self._only_new or one.last_on >= self.b.start or one.number in late)
        )
        waiting.sort(key=lambda one: (one.problem.state != "open", one.problem.last_on < self.b.start))
        return [(self._problem(one), len(one.problems)) for one in waiting]

    def _solved(self) -> _Lines:
        """已解决 within the period."""
        done = [] if self._only_new else matters(self._solved_now)
        return [(self._solution(one), len(one.problems)) for one in done]

    def _solution(self, one: Matter) -> Told:
        own, room = one.problem, self._said_room // 2
        about, whose, day = self._matter(own), "、".join(one.units), self._day(own.solved_on)
        return Told(
            "{}{}：{}（{}解决，{}）", about, whose, brief(own.words, room).rstrip("。"), day, brief(own.solution, room)
        )

    def _problem(self, one: Matter) -> Told:
        own = one.problem
        times = f"，共提{own.raised}次" if own.raised > 1 else ""
        quiet = "，以后的报送没有再提" if own.state == "unmentioned" else ""
        needs = Told("请{}协调。", own.needs) if own.needs else Told("")
        return Told(
            "{}{}（{}起{}{}）：{}{}",
            self._matter(own),
            "、".join(together(one.units, self.ledger.plan.policies[own.policy].units)),
            self._day(own.raised_on),
            times,
            quiet,
            brief(own.words, self._said_room),
            needs,
        )

    # -- 督办单

    @property
    def slips_in_words(self) -> str:
        """How many 督办单 were issued in the period, by colour, and how many of all are past their limit."""
        issued = [one for one in self.b.slips if self.b.start <= one.notice.issued_on <= self.b.day]
        if not issued and not self._unanswered:
            return f"{self.b.this}没有签发督办单。"
        counts = Counter(one.notice.colour for one in issued)
        kinds = [f"{term}色{counts[name]}张" for name, term in COLOURS.items() if counts[name]]
        kinds += [f"商请函{counts['']}件"] if counts[""] else []
        answered = sum(one.answered_on is not None for one in issued)
        said = f"签发{len(issued)}件（{'、'.join(kinds)}），已回复{answered}件" if issued else "没有签发"
        return f"{self.b.this}{said}；到期未回复{len(self._unanswered)}件。"

    @cached_property
    def _unanswered(self) -> list[Sent]:
        return unanswered(self.ledger, self.b.slips)

    def _slips(self) -> _Lines:
        """Those that are past their limit without an answer, with names."""
        return [(self._overrun(one.notice), 1) for one in self._unanswered]

    def _overrun(self, notice: Notice) -> Told:
        about, over = f"措施{notice.measure}{place_in_words(notice)}", (self.b.day - notice.reply_due).days
        pattern = "{}：{}，{}，限{}前回复，已过{}天。"
        return Told(pattern, slip_in_words(notice), notice.unit, about, self._day(notice.reply_due), over)

    # -- 五、下一步

    def _promises(self) -> _Lines:
        """上期承诺、本期兑现, a line a unit."""
        lines = []
        for one in promises_by_unit(self.b.promises):
            told = [self._promise(own) for own in one.promises]
            pattern = "{}：承诺{}项，兑现{}项。" + "；".join("{}" for _ in told) + "。"
            lines.append((Told(pattern, one.unit, len(told), one.kept, *told), len(told)))
        return lines

    def _promise(self, one: Promise) -> Told:
        came = OUTCOMES[one.outcome]
        when = f"（{self._day(one.on)}）" if one.on else ""
        return Told("措施{}{}预计{}完成，{}{}", one.measure, place_in_words(one), self._day(one.promised), came, when)

    def _next_steps(self) -> _Lines:
        """Of each duty that was reported on in the period its last plan, what is dated and urgent first."""
        entries = self._last_of_each_duty((*self.b.news, *self.b.late), lambda entry: entry.next_step)
        entries.sort(key=lambda e: (self._urgency(e), e.promised or date.max, e.policy, e.measure, e.id))
        lines = []
        for own in self._alike(entries, "next_step"):
            by = {entry.promised for entry in own if entry.promised}
            promised = f"（预计{'、'.join(self._day(day) for day in sorted(by))}完成）" if by else ""
            words = brief(own[0].next_step, self._said_room).rstrip("。")
            lines.append((Told("{}{}：{}{}", self._matter(own[0]), self._who(own), words, f"{promised}。"), len(own)))
        return lines

    def _urgency(self, entry: Entry) -> int:
        duty = self._duties.get(entry.key)
        return ("overdue", "due_soon", "on_track").index(duty.signal) if duty and duty.signal in _DATED else 3

    # -- Words

    def _document(self, policy: str) -> str:
        return self.b.document(policy)

    def _matter(self, of: Entry | Problem) -> str:
        """措施4“整合”: short, for lists in which each line begins with it."""
        return f"{self._document(of.policy)}措施{of.measure}{place_in_words(of)}"

    def _who(self, own: Sequence[Entry]) -> str:
        units = list(dict.fromkeys(entry.unit for entry in own))
        return "、".join(together(units, self.ledger.plan.policies[own[0].policy].units))

    def _when(self, own: Sequence[Entry]) -> str:
        days = sorted({entry.happened_on for entry in own})
        return self._day(days[0]) if len(days) == 1 else f"{self._day(days[0])}—{self._day(days[-1])}"

    def _day(self, day: date | None) -> str:
        """11月20日, with its year where that is not the paper's."""
        return short_chinese_day(day, self.b.day) if day is not None else ""


_TELLING = ("close", "return", "extend", "suspend", "resume", "reopen", "transfer")
"""The acts of the office that are told of each measure in a long period."""

_DATED = ("overdue", "due_soon", "on_track")


_FEW = 6
"""So many of several numbers are told in a sentence."""


def _counted(numbers: Sequence[tuple[str, int]]) -> str:
    """市财政局（15项）、市资源局（4项）等, the first of several."""
    return "、".join(f"{name}（{n}项）" for name, n in numbers[:_FEW]) + ("等" if len(numbers) > _FEW else "")


def _is_news(entry: Entry) -> bool:
    """Whether a report says more than that nothing has changed."""
    return entry.kind != "unchanged" and (entry.kind != "update" or entry.note != NO_CHANGE)


def _there(*blocks: Block) -> tuple[Block, ...]:
    """Those of `blocks` that say anything."""
    return tuple(one for one in blocks if one.said or one.part.lines or one.after)


def _rate(duties: Sequence[Duty]) -> str:
    """已销号5项，销号率27.8%（5/18，不含中止1项）: with both numbers; what is suspended is out of them."""
    closed = sum(duty.state == "closed_out" for duty in duties)
    suspended = sum(duty.state == "suspended" for duty in duties)
    base = len(duties) - suspended
    if not base:
        return "全部中止"
    less = f"，不含中止{suspended}项" if suspended else ""
    return f"已销号{closed}项，销号率{100 * closed / base:.1f}%（{closed}/{base}{less}）"
