"""台账: every duty as it stands on a day, computed from plan, facts and that day; and its roll-ups."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from sm_devzone.domain.cycles import Ordered, awaited_cycle, owed_cycles, silent_in_a_row
from sm_devzone.domain.duties import UNTOUCHED, Drawing, Duty, Ended, Facts, spared_spans
from sm_devzone.domain.editions import History, was_ordered
from sm_devzone.domain.entry import DutyKey, Record
from sm_devzone.domain.gathering import gathered
from sm_devzone.domain.glossary import SIGNALS
from sm_devzone.domain.plan import Measure, Plan, Policy


class MeasureRow(NamedTuple):
    """A measure rolled up over the duties that were asked for. The counts are of duties.

    `lead_origin` tells a lead that the policy names (`policy`) from the office's decision (`office`).
    `signal` is the most urgent of any, `due` the earliest date that it comes from and `as_written` the words that this
    date rests on. `state` is what all duties share, else in_progress. `days_overdue` and
    `days_suspended` are of the duty that the signal comes from.
    """

    policy: str
    number: int
    title: str
    lead_unit: str | None
    responsible_units: tuple[str, ...]
    due: date | None
    as_written: str | None
    state: str
    signal: str | None
    duties: int
    closed_out: int
    submitted: int
    in_progress: int
    not_started: int
    suspended: int
    overdue: int
    due_soon: int
    unreported: int
    reported_on: date | None
    due_origin: str | None
    first_due: date | None
    extensions: int
    lead_origin: str | None
    terminated: int
    days_overdue: int | None
    days_suspended: int | None


COUNTS = (
    "duties", "closed_out", "submitted", "in_progress", "not_started", "suspended", "overdue", "due_soon", "unreported",
    "terminated",
)  # fmt: skip
"""The counts of a MeasureRow that add up to the totals."""

_URGENCY: dict[str | None, int] = {signal: place for place, signal in enumerate([*SIGNALS, None])}


def lead_origin(measure: Measure, lead_unit: str | None) -> str | None:
    """Whether the policy names the lead (`policy`) or the office decided on it (`office`); None without a lead."""
    if lead_unit is None:
        return None
    return "policy" if set(lead_unit.split("、")) <= set(measure.lead) else "office"


def silent_cycles(ledger: "Ledger", duty: Duty) -> int:
    """连续期数 of a duty: how many judged cycles in a row went by without a word, 0 where it is not 未报送."""
    begun = ledger.facts.begun.get(duty.policy)
    if not duty.unreported or begun is None or duty.owed_from is None:
        return 0
    record, since = ledger.record(duty), max(duty.owed_from, begun)
    owed = owed_cycles(ledger.ordered(duty), since, ledger.seen_on, spared_spans(record))
    return silent_in_a_row(owed, filter(None, [record.reported_on]))


def is_awaited(ledger: "Ledger", duty: Duty) -> bool:
    """待报: whether the running cycle, which is not judged yet, has brought no report of `duty` so far."""
    begun = ledger.facts.begun.get(duty.policy)
    if duty.state not in ("not_started", "in_progress") or begun is None or duty.owed_from is None:
        return False
    since, spared = max(duty.owed_from, begun), spared_spans(ledger.record(duty))
    cycle = awaited_cycle(ledger.ordered(duty), since, ledger.day, ledger.seen_on, spared)
    return cycle is not None and (duty.reported_on is None or duty.reported_on < cycle.start)


def has_judged(ledger: "Ledger") -> bool:
    """Whether any reporting cycle of a policy that is still in force was judged by now."""
    return any(
        owed_cycles(ordered, max(policy.issued, begun), ledger.seen_on)
        for policy in ledger.plan
        if ledger.day <= policy.ends_on and (begun := ledger.facts.begun.get(policy.id)) is not None
        for ordered in {ledger.orders[policy.id, measure.number] for measure in policy.measures}
    )


class Ledger(NamedTuple):
    """Everything on one day. `strays` are the keys of facts that belong to no duty of the plan.

    `seen_on` is the day from which it is looked at: what is over by then is judged. `lines` has the duties that were
    taken over, each with all the units whose entries count for it, `rosters` who answers for each measure of which
    duties were asked for, `orders` what the versions of the plan say of its reports. `ended` is what units owed and are
    rid of: no duty any more, but it counts in the periods in which it was one. `of` names the units whose duties it
    has, where those of others are not to be seen.
    """

    day: date
    seen_on: date
    plan: Plan
    facts: Facts
    duties: list[Duty]
    strays: list[DutyKey]
    lines: Mapping[DutyKey, tuple[str, ...]] = {}
    rosters: Mapping[tuple[str, int], tuple[str, ...]] = {}
    ended: Sequence[Ended] = ()
    of: tuple[str, ...] = ()
    orders: Mapping[tuple[str, int], tuple[Ordered, ...]] = {}

    def ordered(self, owed: Duty | Ended) -> tuple[Ordered, ...]:
        """What the versions of the plan say of the reports on what is `owed`."""
        return self.orders[owed.policy, owed.measure]

    def of_units(self, names: frozenset[str]) -> "Ledger":
        """The duties of the units with those names alone, as for one who knows of no others."""
        duties = [duty for duty in self.duties if duty.unit in names]
        ended = [own for own in self.ended if own.unit in names]
        known = {unit.name for policy in self.plan for unit in policy.units}
        return self._replace(duties=duties, ended=ended, strays=[], of=tuple(sorted(names & known) or sorted(names)))

    def keys(self, owed: Duty | Ended) -> tuple[DutyKey, ...]:
        """Under which keys entries count for what is `owed`: its own, and those of the units before it."""
        key = owed.key
        line = owed.line if isinstance(owed, Ended) else self.lines.get(key) if self.lines else None
        return tuple(key._replace(unit=unit) for unit in line) if line else (key,)

    def record(self, owed: Duty | Ended) -> Record:
        """What counts of what is `owed`, with what the units before had done where it was taken over."""
        keys = self.keys(owed)
        record = self.facts.records.get(keys[0], UNTOUCHED)
        for key in keys[1:]:
            record = record.beside(self.facts.records.get(key, UNTOUCHED))
        return record

    def closed_on(self, duty: Duty) -> date | None:
        """The day on which `duty` was closed out; None when it is not."""
        return self.record(duty).acted_on if duty.state == "closed_out" else None


class Dropped(NamedTuple):
    """What a version took out of the plan: `owed` as it stood in `ledger`, that of the eve of the version.

    It takes in what happened on the first day of the version as well, up to which the duty was asked for.

    `now` is the number and the unit by the plan of a later day for each key; the number is None where that plan has the
    measure not any more.
    """

    ledger: Ledger
    owed: Sequence[Duty | Ended]
    now: Mapping[DutyKey, tuple[int | None, str]]


def compute(
    plan: Plan,
    facts: Facts,
    day: date,
    *,
    dated: bool = False,
    histories: Mapping[str, History] | None = None,
    seen_on: date | None = None,
) -> Ledger:
    """The ledger of `plan`, which is in force on `day`; `facts` are what the journal knows by then, in its terms.

    Where `dated`, of the duties with a milestone only, and so are the records: no other is ever overdue or due soon.
    `histories` are the versions of each policy. `seen_on` is the day after, where `day` is over and its cycles are
    judged as well. What a unit reported before it left a measure is history and no stray.
    """
    by_measure = gathered(((act.policy, act.measure), act) for act in facts.appointments)
    known = histories or {}
    lost = dict(facts.records)
    duties: list[Duty] = []
    lines: dict[DutyKey, tuple[str, ...]] = {}
    ended: list[Ended] = []
    rosters: dict[tuple[str, int], tuple[str, ...]] = {}
    orders: dict[tuple[str, int], tuple[Ordered, ...]] = {}
    numbers = {(policy.id, measure.number) for policy in plan for measure in policy.measures}
    for policy in plan:
        for measure in policy.measures:
            if dated and not measure.milestones:
                continue
            acts = by_measure.get((policy.id, measure.number), [])
            drawing = Drawing(policy, measure, facts, acts, day, lost, known.get(policy.id), seen_on or day)
            duties += drawing.duties(dated=dated)
            lines |= drawing.lines
            ended += drawing.ended
            rosters[policy.id, measure.number] = tuple(drawing.members)
            orders[policy.id, measure.number] = drawing.ordered
    appointed = {(act.policy, act.measure, unit) for act in facts.appointments for unit in (act.unit, act.heir)}
    strays = {
        key
        for key in lost
        if (key[:2] not in numbers or key[:3] not in appointed) and not _is_history(plan, known, key, day)
    }
    strays |= {DutyKey(*act[:2], act.unit) for act in facts.appointments if act[:2] not in numbers}
    return Ledger(day, seen_on or day, plan, facts, duties, sorted(strays), lines, rosters, ended, (), orders)


def joined(plan: Plan, ledgers: Iterable[Ledger]) -> Ledger:
    """The ledger of `plan` out of those of its parts: each policy, known or not, is in one of them."""
    first, *others = ledgers
    if not others:
        return first._replace(plan=plan)
    several = [first, *others]
    records: dict[DutyKey, Record] = {}
    lines: dict[DutyKey, tuple[str, ...]] = {}
    rosters: dict[tuple[str, int], tuple[str, ...]] = {}
    orders: dict[tuple[str, int], tuple[Ordered, ...]] = {}
    for ledger in several:
        records |= ledger.facts.records
        lines |= ledger.lines
        rosters |= ledger.rosters
        orders |= ledger.orders
    place = {policy.id: number for number, policy in enumerate(plan)}
    return first._replace(
        plan=plan,
        facts=first.facts._replace(
            records=records, appointments=[act for ledger in several for act in ledger.facts.appointments]
        ),
        duties=sorted((duty for ledger in several for duty in ledger.duties), key=lambda duty: place[duty.policy]),
        strays=sorted(key for ledger in several for key in ledger.strays),
        lines=lines,
        rosters=rosters,
        orders=orders,
        ended=sorted((own for ledger in several for own in ledger.ended), key=lambda own: place[own.policy]),
    )


def _is_history(plan: Plan, histories: Mapping[str, History], key: DutyKey, day: date) -> bool:
    """Whether a fact is about what is owed no longer, or not yet: of a unit or milestone that a version took out."""
    policy, history = plan.policies.get(key.policy), histories.get(key.policy)
    if policy is not None and day < policy.issued:
        return True
    return history is not None and was_ordered(history, history.in_force(day), key)


def roll_up(ledger: Ledger, duties: Iterable[Duty]) -> list[MeasureRow]:
    """A row for each measure that has any of `duties`, which are a selection of the ledger's, in its order."""
    rows = []
    for (policy_id, number), own in groupby(duties, key=lambda duty: (duty.policy, duty.measure)):
        policy = ledger.plan.policies[policy_id]
        measure = policy.measure(number)
        assert measure is not None
        roles = ledger.rosters[policy_id, number]
        units = [unit for unit in measure.units if unit in roles or unit not in measure.roster]
        units += [unit for unit in roles if unit not in measure.roster]
        rows.append(_measure_row(policy, measure, list(own), tuple(units)))
    return rows


def totals(rows: Iterable[MeasureRow]) -> dict[str, int]:
    """The number of measures, and each of COUNTS summed over `rows`."""
    rows = list(rows)
    return {"measures": len(rows), **{name: sum(getattr(row, name) for row in rows) for name in COUNTS}}


def by_urgency(duties: Iterable[Duty]) -> list[Duty]:
    """Most urgent first: the longest overdue, then the next due, then the standing ones, then what is not open."""
    return sorted(duties, key=_urgency)


def _urgency(duty: Duty) -> tuple[int, date, int, str, str]:
    return _URGENCY[duty.signal], duty.due or date.max, duty.measure, duty.milestone or "", duty.period or ""


def _measure_row(policy: Policy, measure: Measure, duties: Sequence[Duty], units: tuple[str, ...]) -> MeasureRow:
    states: dict[str, int] = {}
    overdue = due_soon = unreported = 0
    reported_on: date | None = None
    telling = duties[0]
    for duty in duties:
        states[duty.state] = states.get(duty.state, 0) + 1
        overdue += duty.signal == "overdue"
        due_soon += duty.signal == "due_soon"
        unreported += duty.unreported
        if duty.reported_on is not None and (reported_on is None or duty.reported_on > reported_on):
            reported_on = duty.reported_on
        if (_URGENCY[duty.signal], duty.due or date.max) < (_URGENCY[telling.signal], telling.due or date.max):
            telling = duty
    return MeasureRow(
        policy=policy.id,
        number=measure.number,
        title=measure.title,
        lead_unit=telling.lead_unit,
        responsible_units=units,
        due=telling.due,
        as_written=next((m.as_written for m in measure.milestones if m.key == telling.milestone), None),
        state=next(iter(states)) if len(states) == 1 else "in_progress",
        signal=telling.signal,
        duties=len(duties),
        closed_out=states.get("closed_out", 0),
        submitted=states.get("submitted", 0),
        in_progress=states.get("in_progress", 0),
        not_started=states.get("not_started", 0),
        suspended=states.get("suspended", 0),
        overdue=overdue,
        due_soon=due_soon,
        unreported=unreported,
        reported_on=reported_on,
        due_origin=telling.due_origin,
        first_due=telling.first_due,
        extensions=telling.extensions,
        lead_origin=lead_origin(measure, telling.lead_unit),
        terminated=states.get("terminated", 0),
        days_overdue=telling.days_overdue,
        days_suspended=telling.days_suspended,
    )
