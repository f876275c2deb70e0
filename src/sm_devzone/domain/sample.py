"""A small office in which everything happens in one week, to try templates with: papers with all there is to say, and
papers with nothing to say.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sm_devzone.domain.bulletin import Bulletin, compose
from sm_devzone.domain.calendar import ONE_DAY, period_of
from sm_devzone.domain.entry import DutyKey, Entry, Notice, Record, Words
from sm_devzone.domain.ledger import Ledger, compute
from sm_devzone.domain.notice import Sent, Slip, default_request
from sm_devzone.domain.plan import Measure, Milestone, Plan, Policy, Unit

_DAY = date(2026, 11, 20)
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
    office="市甲局",
    due_soon_days=60,
    common_units=(),
    units=(Unit("市甲局"), Unit("市乙局", vertical=True), Unit("东县"), Unit("西县")),
    measures=(
        Measure(1, "常抓不懈", _UNITS, _UNITS, tasks=("每月碰头",), reporting_cycle="week"),
        Measure(
            2,
            "按期办结",
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
    appointments = {("sample", 1, "市乙局"): "lead"} if eventful else {}
    return compute(Plan([_POLICY]), _RECORDS if eventful else {}, appointments, day, date(2026, 11, 2))


def bulletins() -> list[Bulletin]:
    """An eventful week, issued; the month it lies in; a week before anything was due; and a day before the policy."""
    made = []
    for cycle, day, eventful in (("week", _DAY, True), ("month", _DAY, True), ("week", date(2026, 2, 3), False)):
        period = period_of(cycle, day)
        ledger, before = _ledger(day, eventful=eventful), _ledger(period.start - ONE_DAY, eventful=False)
        made.append(compose(period, ledger, before, _ENTRIES if eventful else (), set()))
    quiet = made[-1]._replace(policies=(_POLICY, _POLICY._replace(id="other")), measures=[], unreported=[])
    return [made[0]._replace(number=12), *made[1:], quiet]


def slips() -> list[Slip]:
    """A blue slip that is the first; a red one after two; a letter about work without a date."""
    ledger = _ledger(_DAY, eventful=True)
    (_, measure) = _POLICY.measures

    def slip(unit: str, milestone: str | None, colour: str, earlier: tuple[Sent, ...] = ()) -> Slip:
        duty = next(own for own in ledger.duties if (own.measure, own.unit, own.milestone) == (2, unit, milestone))
        notice = Notice(
            number=3,
            year=2026,
            **duty.key._asdict(),
            colour=colour,
            issued_on=_DAY,
            reply_due=date(2026, 11, 27),
            workdays=5,
            basis="2027年的放假安排尚未收录，按周一至周五计算" if earlier else None,
            position=7,
            asked=default_request(_POLICY, duty),
            reason="会议议定" if earlier else None,
            recorded_by="小林",
        )
        report = _REPORT if unit == "市甲局" else None
        words = Words(report.progress, report.note, report.problem, report.next_step) if report else Words()
        return Slip(notice, _POLICY, measure, duty.with_words(words), ledger.record(duty), report, earlier)

    first = slip("市甲局", "验收", "blue")
    sent = Sent(first.notice._replace(number=1), None)
    answered = Sent(first.notice._replace(number=2, colour="orange"), date(2026, 11, 19))
    return [
        first,
        slip("市甲局", "验收", "orange", (answered,)),
        slip("市甲局", "检查", "red", (sent, answered)),
        slip("市乙局", None, "blue"),
        slip("市乙局", "检查", "orange", (sent,)),
    ]
