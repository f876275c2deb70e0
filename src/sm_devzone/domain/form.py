"""填报表: what a unit gets to fill in, one row a duty.

A form goes out with what is known, and comes back as anybody may have changed it. So every row carries a code in a
hidden column, and a hidden sheet (`manifest`) says what the codes stand for and what the fixed cells said.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sm_devzone.domain import phrases
from sm_devzone.domain.calendar import Period, chinese_day, parse_period, period_of
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import REPORTS, DutyKey, Entry, Words
from sm_devzone.domain.gathering import gathered
from sm_devzone.domain.glossary import ROLES, STANDING, STATES
from sm_devzone.domain.ledger import Ledger
from sm_devzone.domain.plan import Measure
from sm_devzone.domain.rules import in_order
from sm_devzone.domain.text import squeezed

SHEET, MANIFEST_SHEET, HELP_SHEET = "填报表", "devzone", "填写说明"

FIXED = {
    "number": "序号",
    "measure": "措施",
    "tasks": "任务要点",
    "place": "节点",
    "role": "角色",
    "due": "完成时限",
    "state": "上期状态",
    "last": "上期进展",
}
"""The columns that are filled in when a form is sent, and locked."""

ANSWERS = {
    "answer": "本期状态",
    "progress": "进度%",
    "done_on": "完成日期",
    "note": "进展情况",
    "problem": "存在问题",
    "needs": "需协调单位",
    "next_step": "下一步打算",
    "promised": "预计完成日",
    "material": "佐证材料",
    "reporter": "填报人",
    "phone": "联系电话",
}
"""The columns that a unit fills in. 填报人 and 联系电话 go out as they were last time."""

_ASKED_BEFORE = tuple(name for name in ANSWERS if name not in ("needs", "promised"))
"""The columns of ANSWERS in a form whose manifest tells none: it was sent before there were more."""

CODE = "编号"
"""The hidden column by which a row is known, wherever it was moved to."""

CHOICES = ("推进中", "已完成", "无变化", "未启动")

CONTACT = ("reporter", "phone")
CONTACT_LABEL = "填报人、电话（填一次）："
"""What stands before the two cells above the columns of CONTACT, which hold for every row that says nothing else."""
SIGNATURE = "审核人：　　　　　　　　　　　　单位（盖章）：　　　　　　　　　　　　　　　　年　　月　　日"
"""What stands below the table, to be signed and stamped on paper."""
IDENTITY = ("measure", "place", "role", "due")
"""Fixed cells that must be as they were sent: where one differs, the row is not what its code says."""
SAID_BEFORE = ("tasks", "state", "last")
"""Fixed cells that are only read; a change there is told, since somebody may have answered in the wrong column."""

_HELP_OF_0_1_0 = frozenset(
    {
        "e0e71fb61447b3cd",
        "512bfe93fa53da36",
        "05e6408cc5ad596e",
        "c8b4cc9d9aaab15c",
        "24ee20c1430e770a",
        "cac99f14d2bf6d08",
        "cfcefbfddd36dc77",
    }
)
"""What the forms of 0.1.0 had on their help sheet: they do not tell it, unlike those of today."""

FOOTER = "&C第 &P 页，共 &N 页"
"""What is printed below each page, as programs for tables write page numbers; FOOTER_WORDS without these."""
FOOTER_WORDS = ("第页，共页",)

_FORMAT = "1"


class FormRow(NamedTuple):
    """One duty as a unit gets it to fill in: the words of the fixed cells, and the contact of last time."""

    key: DutyKey
    measure: str
    tasks: str
    place: str
    role: str
    due: date | None
    state: str
    last: str
    reporter: str
    phone: str

    @property
    def code(self) -> str:
        return digest("\t".join(map(str, self.key)))


class Form(NamedTuple):
    """What one unit is sent: its open duties as of `day`. `position` is the last entry that it knows of.

    `versions` are the plans it rests on, policy id -> version, `titles` those of the policies. It goes back to
    `reply_to`, by `reply_by` where a day is set.
    """

    unit: str
    day: date
    period: Period
    position: int
    versions: Mapping[str, str]
    rows: tuple[FormRow, ...]
    titles: tuple[str, ...] = ()
    reply_to: str = ""
    reply_by: date | None = None
    filled_in_by: tuple[str, str] | None = None

    @property
    def above(self) -> tuple[str, str, str]:
        """The words above the table: its title, what it is about, and what stands before who fills it in."""
        document = f"《{self.titles[0]}》" if len(self.titles) == 1 else ""
        limit = f"请于{chinese_day(self.reply_by)}前反馈" if self.reply_by else "请反馈" if self.reply_to else ""
        title, facts = heading(self.unit, self.day, self.period, len(self.rows))
        return f"{document}{title}", "　　".join(filter(None, (facts, f"{limit}{self.reply_to}"))), CONTACT_LABEL

    @property
    def contact(self) -> tuple[str, str]:
        """Who filled it in, or else the last form of the unit as far as any row knows: 填报人 and 联系电话."""
        return self.filled_in_by or next(((row.reporter, row.phone) for row in self.rows if row.reporter), ("", ""))

    @property
    def file_name(self) -> str:
        """附件1-市商务局-任务进展填报表(截至20261120).xlsx."""
        return f"附件1-{self.unit}-任务进展填报表(截至{self.day:%Y%m%d}).xlsx"


class SentForm(NamedTuple):
    """What the manifest of a returned form says was sent. `rows`: code -> key and the cells, name -> text or digest.

    `asked` are the columns that were to be filled in, `advice` the digests of the lines on the sheet HELP_SHEET (None
    in a form of 0.1.0), `contacts` those of the cells of CONTACT by code, `contact` those of the two above them and
    `printed` those of the words around the table: None in a form that went out before there were any.
    """

    unit: str
    day: date
    period: str
    position: int
    versions: Mapping[str, str]
    rows: Mapping[str, tuple[DutyKey, Mapping[str, str]]]
    advice: frozenset[str] | None = None
    contacts: Mapping[str, tuple[str, ...]] = {}
    printed: frozenset[str] | None = None
    contact: tuple[str, ...] | None = None
    asked: tuple[str, ...] = _ASKED_BEFORE

    @property
    def is_of_0_1_0(self) -> bool:
        """Whether the form was sent by 0.1.0, whose versions of plans are not comparable."""
        return self.advice is None


def heading(unit: str, day: date, period: Period, duties: int) -> tuple[str, str]:
    """The two lines above the table."""
    facts = (f"填报周期：{phrases.span(period)}", f"截至{chinese_day(day)}", f"共 {duties} 项")
    return f"{unit}任务进展填报表", "　　".join((*facts, f"填法见“{HELP_SHEET}”"))


def help_lines(advice: Sequence[str]) -> list[str]:
    """The sheet that tells how to fill in a form, line by line; `advice` is a sentence a line."""
    return [HELP_SHEET, *(f"{number}. {words}" for number, words in enumerate(advice, 1))]


def printed(sent: SentForm) -> Callable[[str], bool]:
    """Tells of words whether they stood around the table when a form was sent; all else there is a person's."""
    period = parse_period(sent.period)
    above = heading(sent.unit, sent.day, period, len(sent.rows)) if period and sent.printed is None else ()
    known = {digest(squeezed(words)) for words in (*above, *FOOTER_WORDS)} | (sent.printed or frozenset())
    known |= _HELP_OF_0_1_0 if sent.advice is None else sent.advice
    return lambda words: digest(squeezed(words)) in known


class Reply(NamedTuple):
    """What became of the form that a unit was sent last: `reported` of its `duties` were reported on since."""

    unit: str
    day: date
    period: str
    duties: int
    reported: int


class Report(NamedTuple):
    """What was reported of a duty: on which day, and in which words."""

    day: date | None
    words: Words


def last_report(acts: Iterable[Entry]) -> Report:
    """What the last report among `acts` says, with the percentage that was given last; nothing where there is none."""
    told = [act for act in in_order(acts) if act.kind in REPORTS]
    if not told:
        return Report(None, Words())
    words = Words(**{name: getattr(told[-1], name) for name in Words._fields})
    given = [act.progress for act in told if act.progress is not None]
    return Report(told[-1].happened_on, words._replace(progress=given[-1] if given else None))


def forms(
    ledger: Ledger,
    duties: Iterable[Duty],
    words: Mapping[DutyKey, Words],
    before: Callable[[Duty, date], Report],
    period: Period | None,
    position: int,
) -> list[Form]:
    """A form for each unit that has any of `duties`, in the order of the plan.

    `words` are what was last reported, `before` gives what was before a day. Without `period` a form is for the
    reporting cycle that the day lies in, the first one that a measure of the unit has.
    """

    def row(duty: Duty, period: Period) -> FormRow:
        last = Report(duty.reported_on, words.get(duty.key, Words()))
        is_of_the_period = duty.reported_on is not None and duty.reported_on >= period.start
        return _row(ledger, duty, last.words, before(duty, period.start) if is_of_the_period else last)

    order = {unit.name: place for policy in ledger.plan for place, unit in enumerate(policy.units)}
    found = []
    by_unit = gathered((duty.unit, duty) for duty in duties)
    for unit, own in sorted(by_unit.items(), key=lambda item: order.get(item[0], len(order))):
        its_period = period or period_of(_cycle(ledger, own), ledger.day)
        versions = {id_: ledger.plan.policies[id_].version for id_ in dict.fromkeys(duty.policy for duty in own)}
        rows = tuple(row(duty, its_period) for duty in own)
        titles = tuple(ledger.plan.policies[id_].title for id_ in versions)
        found.append(Form(unit, ledger.day, its_period, position, versions, rows, titles))
    return found


def _cycle(ledger: Ledger, duties: Iterable[Duty]) -> str:
    measures = (ledger.plan.policies[duty.policy].measure(duty.measure) for duty in duties)
    return next((m.reporting_cycle for m in measures if m and m.reporting_cycle), "month")


def _row(ledger: Ledger, duty: Duty, words: Words, last: Report) -> FormRow:
    measure = ledger.plan.policies[duty.policy].measure(duty.measure)
    assert measure is not None
    document = f"《{ledger.plan.policies[duty.policy].title}》\n" if len(ledger.plan.policies) > 1 else ""
    overdue = (
        f"\n{phrases.late_term(duty.state)} {phrases.days_late(duty.days_overdue, duty.days_suspended)}"
        if duty.days_overdue
        else ""
    )
    return FormRow(
        key=duty.key,
        measure=f"{document}{duty.measure} {duty.title}",
        tasks="\n".join([*_matter(measure, duty), *(f"· {task}" for task in measure.tasks)]),
        place=phrases.occurrence(duty) or STANDING,
        role=ROLES[duty.role],
        due=duty.due,
        state=f"{STATES[duty.state]}{overdue}",
        last="\n".join(said_before(last.words, last.day)),
        reporter=words.reporter or "",
        phone=words.phone or "",
    )


def _matter(measure: Measure, duty: Duty) -> list[str]:
    """What a row of a measure with several is about, in the words of the plan: above the points of all of them."""
    milestone = next((own for own in measure.milestones if own.key == duty.milestone), None)
    if milestone is not None:
        return [f"本行：{milestone.title}{f'（{milestone.as_written}）' if milestone.as_written else ''}"]
    return [f"本行：{measure.standing}"] if measure.milestones and measure.standing else []


def said_before(words: Words, reported_on: date | None) -> list[str]:
    """The last report of a duty in lines, with its day; none where nothing was reported."""
    if reported_on is None:
        return []
    progress = f"　进度 {words.progress}%" if words.progress is not None else ""
    return [
        f"{chinese_day(reported_on)}报{progress}",
        *phrases.sentences(words.note, words.problem, words.next_step, words.material, words.needs, words.promised),
    ]


def manifest(
    form: Form, shown: Callable[[str], str], advice: Sequence[str], also: Iterable[str] = ()
) -> list[tuple[str, ...]]:
    """The lines of the hidden sheet, all of them text: what the form is, what each code stands for, a check value.

    `shown` gives the words as a cell shows them, `also` are words that stand beside the table.
    """
    lines: list[tuple[str, ...]] = [
        ("devzone", _FORMAT),
        ("unit", form.unit),
        ("day", form.day.isoformat()),
        ("period", form.period.name),
        ("position", str(form.position)),
        *(("policy", id_, version) for id_, version in form.versions.items()),
        *(("printed", digest(squeezed(shown(words)))) for words in (*form.above, SIGNATURE, *also)),
        ("contact-once", *(digest(squeezed(shown(words))) for words in form.contact)),
        ("asked", *ANSWERS),
        *(("help", digest(squeezed(shown(line)))) for line in help_lines(advice)),
        *(
            ("contact", row.code, *(digest(squeezed(shown(getattr(row, name)))) for name in CONTACT))
            for row in form.rows
        ),
        *(("row", row.code, *map(str, row.key), *_as_sent(row, shown)) for row in form.rows),
    ]
    return [*lines, ("check", digest(repr(lines)))]


def _as_sent(row: FormRow, shown: Callable[[str], str]) -> Iterator[str]:
    """What the cells of IDENTITY say, and digests of what those of SAID_BEFORE say."""
    yield from (shown(str(getattr(row, name) or "")) for name in IDENTITY)
    yield from (digest(squeezed(shown(getattr(row, name)))) for name in SAID_BEFORE)


def read_manifest(lines: Sequence[Sequence[str]]) -> SentForm | str:
    """What the hidden sheet says, or in words why it cannot be relied on."""
    told = [tuple(line) for line in lines]
    if not told or told[0][:1] != ("devzone",):
        return "不是 devzone 发出的填报表"
    if told[0] != ("devzone", _FORMAT):
        return "填报表由更新的 devzone 发出，请升级后再收"
    *body, last = told
    if last != ("check", digest(repr(body))):
        return "隐藏的信息页被改过或不完整，认不出每一行是哪项任务"
    facts = {line[0]: line[1] for line in body if line[0] in ("unit", "day", "period", "position")}
    rows = {}
    for _, code, policy, measure, unit, milestone, period, *cells in (line for line in body if line[0] == "row"):
        key = DutyKey(policy, int(measure), unit, milestone, period)
        rows[code] = key, dict(zip((*IDENTITY, *SAID_BEFORE), cells, strict=True))
    asked = next((line[1:] for line in body if line[0] == "asked"), _ASKED_BEFORE)
    return SentForm(
        asked=asked,
        unit=facts["unit"],
        day=date.fromisoformat(facts["day"]),
        period=facts["period"],
        position=int(facts["position"]),
        versions={line[1]: line[2] for line in body if line[0] == "policy"},
        rows=rows,
        contacts={line[1]: line[2:] for line in body if line[0] == "contact"},
        advice=frozenset(line[1] for line in body if line[0] == "help") or None,
        printed=frozenset(line[1] for line in body if line[0] == "printed") or None,
        contact=next((line[1:] for line in body if line[0] == "contact-once"), None),
    )


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
