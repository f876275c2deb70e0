"""A small office in which everything happens in one week, to try templates with: papers with all there is to say, and
papers with nothing to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from sm_devzone.domain import card
from sm_devzone.domain.appointments import Appointment
from sm_devzone.domain.bulletin import Bulletin, compose
from sm_devzone.domain.calendar import ONE_DAY, chinese_day, period_of
from sm_devzone.domain.chain import Seal
from sm_devzone.domain.contacts import Contact
from sm_devzone.domain.digest import Digest
from sm_devzone.domain.duties import Facts
from sm_devzone.domain.entry import DutyKey, Entry, Notice, Record, Words
from sm_devzone.domain.glossary import SIGNALS, STATES
from sm_devzone.domain.ledger import Ledger, compute
from sm_devzone.domain.letters import letter
from sm_devzone.domain.notice import Sent, Slip
from sm_devzone.domain.plan import Colour, Measure, Milestone, Plan, Policy, Unit
from sm_devzone.domain.problems import problems
from sm_devzone.domain.promises import due_promises
from sm_devzone.domain.statistics import Counted


class Trial(NamedTuple):
    """A paper to fill templates with: what it is called, what the template is given, and what must be read in the end.

    `wanted` has the ways in which each may be written.
    """

    name: str
    content: dict[str, Any]
    wanted: Mapping[str, tuple[str, ...]]


_TOTALS = {"duties": "任务", "closed_out": STATES["closed_out"], "overdue": SIGNALS["overdue"]}
"""The counts without which no report is one."""

_DAY = date(2026, 11, 20)
_SEAL = Seal(9, "5" * 64)
_UNITS = ("市甲局", "市乙局", "东县", "西县")
_LATE = Milestone("验收", "通过验收", "policy", due=date(2026, 10, 31), as_written="2026年10月底前")
_YEARLY = Milestone("检查", "年度检查", "office", every="year", first="2026", reason="办公室会议议定")
_POLICY = Policy(
    id="sample",
    title="关于做好两件事的若干措施",
    issuer="某市人民政府办公室",
    issued=date(2026, 1, 5),
    valid_until=date(2028, 12, 31),
    valid_as_written=None,
    office="某市督查室",
    due_soon_days=60,
    common_units=(),
    units=(Unit("市甲局"), Unit("市乙局", vertical=True), Unit("东县"), Unit("西县")),
    measures=(
        Measure(1, "常抓不懈", _UNITS, _UNITS, tasks=("每月碰头",), reporting_cycle="week"),
        Measure(
            2,
            "旧厂房改造",
            _UNITS,
            _UNITS,
            lead=("市甲局",),
            milestones=(_LATE, _YEARLY),
            standing="其余工作",
            reporting_cycle="week",
        ),
    ),
    report_to=("市领导",),
    copy_to=("各成员单位",),
    notice_code="样督",
    signer="林某",
    contact="小林",
    phone="0598-0000000",
    colours=(Colour("red", "再次警告", "到会说明", ("市领导",)),),
)


def _key(unit: str, milestone: str = "验收", period: str = "") -> DutyKey:
    return DutyKey("sample", 2, unit, milestone, period)


def _entry(number: int, kind: str, key: DutyKey, **words: Any) -> Entry:
    fact = Entry(kind, "", 0, "", date(2026, 11, 18), "小林", recorded_at="2026-11-18T02:00:00Z", id=number)
    return fact.of(key)._replace(**words)


_REPORT = _entry(1, "update", _key("市甲局"), progress=60, note="已过半", problem="缺一处签字", next_step="月底前办结")
_ENTRIES = (
    _REPORT,
    _entry(2, "submit", _key("东县"), note="办结"),
    _entry(3, "close", _key("东县"), note="验收表"),
    _entry(4, "suspend", _key("西县"), note="规划调整"),
    _entry(
        5, "extend", _key("市乙局", "检查", "2026"), due_before=date(2026, 12, 31), due=date(2027, 1, 31), note="人手"
    ),
    _entry(6, "urge", _key("市乙局"), means="电话"),
    _entry(7, "assign", DutyKey("sample", 1, "市乙局"), role="lead", note="会议纪要"),
)
_RECORDS = {
    _key("市甲局"): Record(reported_on=date(2026, 11, 18)),
    _key("东县"): Record(date(2026, 11, 18), date(2026, 10, 30), "close", date(2026, 11, 18)),
    _key("西县"): Record(suspended_on=date(2026, 11, 18)),
    _key("市乙局", "检查", "2026"): Record(due=date(2027, 1, 31), extensions=1),
    _key("市乙局"): Record(urges=1, urged_on=date(2026, 11, 18)),
}


def _ledger(day: date, *, eventful: bool) -> Ledger:
    begun = {"sample": date(2026, 11, 2)}
    lead = Appointment("sample", 1, "市乙局", "lead", None, date(2026, 11, 2), 1)
    return compute(Plan([_POLICY]), Facts(_RECORDS, [lead], begun) if eventful else Facts({}, [], begun), day)


def bulletins() -> list[Bulletin]:
    """An eventful week, issued; the month it lies in; a week before anything was due; and a day before the policy."""
    made = []
    for cycle, day, eventful in (("week", _DAY, True), ("month", _DAY, True), ("week", date(2026, 2, 3), False)):
        period = period_of(cycle, day)
        ledger, before = _ledger(day, eventful=eventful), _ledger(period.start - ONE_DAY, eventful=False)
        told = [_REPORT._replace(needs="东县", promised=_DAY)] if eventful else []
        made.append(
            compose(
                period,
                ledger,
                before,
                _ENTRIES if eventful else (),
                set(),
                matters=problems(ledger, told, ()),
                promises=due_promises(ledger, period.start, told, ()),
            )
        )
    quiet = made[-1]._replace(policies=(_POLICY, _POLICY._replace(id="other")), measures=[], unreported=[])
    return [made[0]._replace(number=12, seal=_SEAL.code), *made[1:], quiet]


def slips() -> list[Slip]:
    """A blue slip that is the first, others after one and two; letters about work without a date, due and overdue."""
    ledger = _ledger(_DAY, eventful=True)
    (_, measure) = _POLICY.measures

    def slip(unit: str, milestone: str | None, colour: str, earlier: tuple[Sent, ...] = ()) -> Slip:
        duty = next(own for own in ledger.duties if (own.measure, own.unit, own.milestone) == (2, unit, milestone))
        notice = Notice(
            number=708,
            year=2026,
            **duty.key._asdict(),
            colour=colour,
            issued_on=_DAY,
            reply_due=date(2026, 11, 27),
            workdays=5,
            basis="2027年的放假安排尚未收录，按周一至周五计算" if earlier else None,
            position=7,
            asked="报送清单",
            reason="会议议定" if earlier else None,
            recorded_by="小林",
        )
        if unit == "市甲局":
            words = Words(_REPORT.progress, _REPORT.note, _REPORT.problem, _REPORT.next_step)
            duty = duty.with_words(words)._replace(reported_on=_REPORT.happened_on)
        return Slip(notice, _POLICY, measure, duty, ledger.record(duty), earlier, _SEAL.code)

    first = slip("市甲局", "验收", "blue")
    sent = Sent(first.notice._replace(number=1), None)
    answered = Sent(first.notice._replace(number=2, colour="orange"), date(2026, 11, 19))
    return [
        first,
        slip("市甲局", "验收", "orange", (answered,)),
        slip("市甲局", "检查", "red", (sent, answered)),
        slip("市乙局", None, ""),
        slip("市乙局", "检查", "", (sent,)),
        slip("市乙局", "验收", "", (sent._replace(suspended=True),)),
    ]


def trials_of_report() -> list[Trial]:
    """Every bulletin, what it counts in numbers that occur nowhere else in it: so one that is left out is missed.

    What is 0 stays so, and may be told in words.
    """
    made = []
    for own in bulletins():
        counts = {name: count and 70_123 + 1_111 * place for place, (name, count) in enumerate(own.totals.items())}
        wanted = {f"{term}数": (str(counts[name]),) for name, term in _TOTALS.items() if counts[name]}
        wanted = {"政策标题": (own.policies[0].title,), **wanted}
        counted = own._replace(totals=counts)
        made.append(Trial(own.kind, {"b": counted, "d": Digest(counted)}, wanted))
    return made


def trials_of_mail() -> list[Trial]:
    made = []
    people, sender = (Contact("老张", "0598-1", "zhang@example.com"),), Contact("小林", "0598-2")
    for kind, name in (("form", "发填报表的信"), ("notice", "发督办单的信"), ("urge", "催办的信")):
        told = letter(kind, "市甲局", people, sender, [_POLICY], ["措施2 旧厂房改造“验收”"], _DAY, date(2026, 11, 27))
        made.append(Trial(name, {"m": told}, {"单位": ("市甲局",), "回复期限": ("2026年11月27日", "2026-11-27")}))
    return made


def trials_of_card() -> list[Trial]:
    """The card of a unit with an overdue duty, an extension and two slips, one of them answered."""
    sent = [Sent(own.notice, own.notice.issued_on if own.earlier else None) for own in slips() if not own.is_letter]
    mine = [one._replace(notice=one.notice._replace(unit="市甲局")) for one in sent]
    ledger = _ledger(_DAY, eventful=True)
    own = card.compose([Counted(ledger, ledger.duties, _ENTRIES, {}, {})], "市甲局", {}, set(), mine)
    wanted = {"单位": (own.full_name,), "任务": (own.duties[0].title,), "督办单": (mine[0].notice.reference,)}
    return [Trial("履责卡", {"c": own}, wanted)]


def trials_of_slips() -> dict[str, list[Trial]]:
    """Of notice every 督办单, of letter every 商请函."""
    made: dict[str, list[Trial]] = {"notice": [], "letter": []}
    for own in slips():
        due = own.notice.reply_due
        wanted = {
            "编号": (str(own.notice.number),),
            "单位": (own.duty.unit,),
            "事项": (own.duty.title,),
            "回复期限": (chinese_day(due), due.isoformat(), f"{due.month}月{due.day}日"),
        }
        made["letter" if own.is_letter else "notice"].append(Trial(own.kind, {"n": own}, wanted))
    return made
