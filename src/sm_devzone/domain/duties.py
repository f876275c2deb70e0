"""The duties of one measure on a day: who owes which milestone, as the facts have left it, and how urgent it is.

Rules and their sources: a due day itself is not overdue; what was done in time and waits for review is not overdue;
a duty without a date is never overdue; days of a suspension are no days overdue; state belongs to one unit's duty, and
one unit's progress moves no other's.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sm_devzone.domain.appointments import Appointment, Asked, Tenure, asked_of, named_leads, tenures, tenures_in
from sm_devzone.domain.calendar import ONE_DAY, Period, occurrences
from sm_devzone.domain.cycles import Ordered, last_owed_cycle, ordered_by
from sm_devzone.domain.editions import History, asked, due_then, has_one_row, listings, orders
from sm_devzone.domain.entry import DutyKey, Record, Span, Words
from sm_devzone.domain.plan import Measure, Milestone, Policy


class Facts(NamedTuple):
    """What the journal knows by a day, in the terms of the plan of that day.

    `appointments` are the acts of the office on who answers, in the order in which they happened; `begun` is the day
    on which the first entry of each policy was recorded: of what was not reported before it, nothing can be said.
    """

    records: Mapping[DutyKey, Record] = {}
    appointments: Sequence[Appointment] = ()
    begun: Mapping[str, date] = {}


class Duty(NamedTuple):
    """One measure (and milestone, and its occurrence) × one unit, as it stands on a day: a duty row.

    `extensions` counts, `progress` is in percent. `days_overdue` is None unless overdue, and leaves out the days since
    the date on which the duty was suspended: those are `days_suspended`, None where there are none. The words
    (`progress`, `note`, `problem`, `next_step`) are None until `with_words` puts them in. `owed_from` is the day from
    which the unit owes it, `transferred_from` the unit that it was taken over from, and `plan_version` the number of
    the version of the plan that is in force, None where that is not recorded yet.
    """

    policy: str
    measure: int
    title: str
    milestone: str | None
    period: str | None
    unit: str
    role: str
    lead_unit: str | None
    state: str
    signal: str | None
    due: date | None
    due_origin: str | None
    first_due: date | None
    extensions: int
    days_overdue: int | None
    progress: int | None
    note: str | None
    problem: str | None
    next_step: str | None
    reported_on: date | None
    unreported: bool
    done_on: date | None
    owed_from: date | None = None
    days_suspended: int | None = None
    plan_version: int | None = None
    transferred_from: str | None = None

    @property
    def key(self) -> DutyKey:
        return tuple.__new__(DutyKey, (self.policy, self.measure, self.unit, self.milestone or "", self.period or ""))

    @property
    def is_on_time(self) -> bool | None:
        """Whether it was done by its date; None for what is not done or has no date."""
        return None if self.done_on is None or self.due is None else self.done_on <= self.due

    @property
    def is_open(self) -> bool:
        return self.state not in ("closed_out", "suspended", "terminated")

    def with_words(self, words: Words) -> "Duty":
        return tuple.__new__(Duty, self[:_SAID] + words[:_PARTS] + self[_SAID + _PARTS :])


def with_words(duties: Iterable[Duty], words: Mapping[DutyKey, Words]) -> list[Duty]:
    """`duties`, each with those of `words` that are about it."""
    return [duty.with_words(said) if (said := words.get(duty.key)) else duty for duty in duties]


_SAID, _PARTS = Duty._fields.index("progress"), 4
"""Where the words stand in a duty row, and how many: the first of those of Words, in their order."""


class Ended(NamedTuple):
    """What a unit owed from one day until it was rid of it (`left_on`), without having closed it out.

    `line` are the units whose entries count for it: those before it, and itself.
    """

    key: DutyKey
    role: str
    owed_from: date
    left_on: date
    line: tuple[str, ...]

    @property
    def policy(self) -> str:
        return self.key.policy

    @property
    def measure(self) -> int:
        return self.key.measure

    @property
    def unit(self) -> str:
        return self.key.unit


UNTOUCHED = Record()
"""What counts of a duty of which nothing was recorded."""


def state_of(record: Record) -> str:
    """How far the facts in `record` have brought a duty."""
    if record.suspended_on is not None:
        return "suspended"
    if record.act is not None:
        return {"submit": "submitted", "close": "closed_out"}.get(record.act, "in_progress")
    return "in_progress" if record.started else "not_started"


def signal_of(
    state: str, due: date | None, done_on: date | None, day: date, *, due_soon_days: int, valid_until: date
) -> str | None:
    """预警 of a duty on `day`; `done_on` is the day its unit says the work was done."""
    if state in ("closed_out", "suspended", "terminated"):
        return None
    if due is None:
        return "ongoing" if day <= valid_until else None
    if state == "submitted" and done_on is not None:
        return "overdue" if done_on > due else "on_track"
    if day > due:
        return "overdue"
    return "due_soon" if (due - day).days <= due_soon_days else "on_track"


class _Slot(NamedTuple):
    """One thing that a measure asks of its units: a milestone, its occurrence, or (without one) the standing rest."""

    milestone: Milestone | None
    period: Period | None
    due: date | None
    key: str = ""
    name: str = ""


def _is_before(term: Tenure, slot: _Slot) -> bool:
    """Whether an occurrence was over before a unit came to the measure."""
    return term.since is not None and slot.period is not None and slot.period.end < term.since


def _is_owed(term: Tenure, slot: _Slot) -> bool:
    """Whether an occurrence began to be owed by a unit in its time with the measure."""
    return slot.period is None or term.left_on is None or slot.period.start <= term.left_on


def _suspended_days(record: Record, due: date, end: date) -> int:
    """Days after `due`, up to and with `end`, on which the duty was suspended."""
    return sum(max((min(span.last or end, end) - max(span.first, due + ONE_DAY)).days + 1, 0) for span in record.pauses)


class _Judge:
    """Which cycle of a measure was judged last, for whoever owes it since a day. Most duties share one answer."""

    def __init__(self, ordered: tuple[Ordered, ...], begun: date | None, seen_on: date) -> None:
        self._ordered, self._begun, self._seen_on = ordered, begun, seen_on
        self._last: dict[date, Period | None] = {}
        """By the day from which a duty is owed."""

    def is_silent(self, owed_from: date, record: Record) -> bool:
        """Whether the last cycle that is judged went by without a report, and none has come since."""
        if self._begun is None or self._ordered[-1].cycle is None:
            return False
        if owed_from not in self._last:
            since = max(owed_from, self._begun)
            self._last[owed_from] = last_owed_cycle(self._ordered, since, self._seen_on)
        last, heard = self._last[owed_from], record.reported_on
        if last is None or (heard is not None and heard >= last.start):
            return False
        if record.pauses or record.act in ("return", "reopen"):
            since = max(owed_from, self._begun)
            last = last_owed_cycle(self._ordered, since, self._seen_on, spared_spans(record))
        return last is not None and (heard is None or heard < last.start)


def spared_spans(record: Record) -> list[Span]:
    """When a duty owed no report, since it was heard of last: suspended, or done until it was sent back."""
    spans = list(record.pauses)
    if record.act in ("return", "reopen") and record.submitted_on is not None and record.acted_on is not None:
        spans.append(Span(record.submitted_on, record.acted_on - ONE_DAY))
    return spans


class Drawing:
    """The duties of `measure` on `day`, drawn from what is known.

    `acts` are the office's appointments in this measure, `history` the versions of the plan. Records that are about a
    duty are taken out of `lost`. Cycles that are over by `seen_on` are judged. Drawn duties that were taken over are in
    `lines`, with all the units whose entries count for them; what units are rid of is in `ended`.
    """

    def __init__(
        self,
        policy: Policy,
        measure: Measure,
        facts: Facts,
        acts: Sequence[Appointment],
        day: date,
        lost: dict[DutyKey, Record],
        history: History | None,
        seen_on: date,
    ) -> None:
        self.policy, self.measure, self.day = policy, measure, day
        self.records, self.lost, self.history = facts.records, lost, history
        self.edition = history.in_force(day) if history else 0
        self._acts = acts
        self._said = history.said(measure.number, self.edition) if history and self.edition else []
        self._listed = listings(history, self.edition, self._said) if history and self._said else []
        self.terms = tenures(measure, acts, self._listed)
        self.lines: dict[DutyKey, tuple[str, ...]] = {}
        self.ended: list[Ended] = []
        self.members = {unit: term for unit, term in self.terms.items() if term.left_on is None}
        self.lead_unit = named_leads({unit: term.role for unit, term in self.members.items()})
        self.version = history.editions[self.edition].number if history else None
        self.ends_on = policy.ends_on
        self.ordered = orders(history, self._said) if history and self._said else (ordered_by(policy, measure),)
        self.judge = _Judge(self.ordered, facts.begun.get(policy.id), seen_on)
        self.is_repealed = policy.repealed_on is not None and day >= policy.repealed_on

    def duties(self, *, dated: bool = False) -> list[Duty]:
        """Milestones in their order, then, unless `dated`, the rest; units as listed, then those that have left.

        Before the policy was issued there are none; an occurrence comes into being on the first day of its period. Of a
        unit that has left the measure only what was closed out stays; who took over goes on with the rest, as it stood.
        """
        policy, measure = self.policy, self.measure
        rows: list[Duty] = []
        if self.day < policy.issued:
            return rows
        for milestone in measure.milestones:
            terms = self._terms(milestone.key)
            if milestone.every is None:
                rows += self._in_slot(_Slot(milestone, None, milestone.due, milestone.key), terms)
            else:
                assert milestone.first is not None
                until = min(self.day, policy.ends_on)
                varies = (
                    self.history
                    and self._said
                    and not has_one_row(self.history, self.edition, self._said, measure.number, milestone.key)
                )
                for period, due in occurrences(
                    milestone.first, milestone.by, policy.valid_until, until, milestone.until
                ):
                    if varies:
                        terms = self._terms(milestone.key, period)
                    rows += self._in_slot(_Slot(milestone, period, due, milestone.key, period.name), terms)
        if not dated:
            rows += self._in_slot(_Slot(None, None, None), self._terms(""))
        return rows

    def _terms(self, key: str, period: Period | None = None) -> Mapping[str, Tenure]:
        """Whose time is one with a milestone, or one occurrence, or, without a key, with the standing part."""
        own: Sequence[Asked] = (asked_of(self.measure, key),)
        if self.history and self._said:
            own = asked(self.history, self.edition, self._said, self.measure.number, key, period)
        return tenures_in(self.measure, self._acts, self._listed, own, self.terms)

    def _in_slot(self, slot: _Slot, terms: Mapping[str, Tenure]) -> list[Duty]:
        found = [self._duty(unit, term, slot) for unit, term in terms.items() if term.left_on is None]
        found += [self._duty(unit, term, slot) for unit, term in terms.items() if term.left_on is not None]
        return [duty for duty in found if duty is not None]

    def _key(self, unit: str, slot: _Slot) -> DutyKey:
        return tuple.__new__(DutyKey, (self.policy.id, self.measure.number, unit, slot.key, slot.name))

    def _duty(self, unit: str, term: Tenure, slot: _Slot) -> Duty | None:
        """The duty of `unit` in `slot`; None where it owes none there, and has closed out none."""
        key = self._key(unit, slot)
        record = self.lost.pop(key, UNTOUCHED)
        if not (term.heir_of or term.former or term.left_on):
            return None if _is_before(term, slot) else self._row(unit, term, slot, record, None)
        duty: Duty | None = None
        for own in (term, *reversed(term.former)):
            held = self._held(unit, own, slot)
            if held is None:
                continue
            units, giver = held
            record = self._joined(units, slot)
            is_over = own is not term or own.left_on is not None
            is_shown = duty is None and not (is_over and self._closer(units, slot) != unit)
            if is_shown:
                if len(units) > 1:
                    self.lines[key] = units
                duty = self._row(unit, own, slot, record, giver)
            elif own.left_on is not None:
                self.ended.append(Ended(key, own.role, self._owed_from(own, slot), own.left_on, units))
        return duty

    def _owed_from(self, term: Tenure, slot: _Slot) -> date:
        issued, period = self.policy.issued, slot.period
        if term.since is None and period is None:
            return issued
        return max(filter(None, (issued, term.since, period and period.start)))

    def _record(self, key: DutyKey) -> Record:
        return self.records.get(key, UNTOUCHED)

    def _joined(self, units: Sequence[str], slot: _Slot) -> Record:
        """What counts of one duty that several units had one after the other."""
        record = self._record(self._key(units[0], slot))
        for unit in units[1:]:
            record = record.beside(self._record(self._key(unit, slot)))
        return record

    def _closer(self, units: Sequence[str], slot: _Slot) -> str | None:
        """Which of `units`, that had one duty one after the other, has closed it out; None while it is open."""
        whole = self._joined(units, slot)
        if state_of(whole) != "closed_out":
            return None
        return next(unit for unit in units if self._record(self._key(unit, slot)).last_act == whole.last_act)

    def _held(
        self, unit: str, term: Tenure, slot: _Slot, later: frozenset[str] = frozenset()
    ) -> tuple[tuple[str, ...], str | None] | None:
        """All the units whose entries count for what `unit` had of a slot in its time `term`, and from whom it took it.

        None where it had none. What it owed in its own right before is its own alone: that of the other unit has ended
        with the hand-over. What a unit has closed out is not handed over; one of `later`, that got it back, has done so
        after it.
        """
        if not _is_owed(term, slot):
            return None
        is_early = _is_before(term, slot)
        if term.joined and not is_early:
            return (unit,), None
        is_owed = not is_early
        for giver, ended in zip(term.heir_of, term.givers, strict=True):
            held = self._held(giver, ended, slot, later | {unit})
            if held is None:
                continue
            closer, ended_on = self._closer(held[0], slot), self._joined(held[0], slot).acted_on
            got_back = closer in (unit, *later) and ended_on is not None and ended_on >= (ended.left_on or ended_on)
            if closer is None or got_back:
                return tuple(dict.fromkeys((*held[0], unit))), giver
            is_owed = False
        return ((unit,), None) if is_owed else None

    def _row(self, unit: str, term: Tenure, slot: _Slot, record: Record, giver: str | None) -> Duty:
        policy, measure, day = self.policy, self.measure, self.day
        milestone, period, planned, key, name = slot
        state = state_of(record)
        done_on = record.submitted_on if record.act in ("submit", "close") else None
        if done_on is not None and milestone is not None and self.edition and self.history is not None:
            planned = due_then(self.history, self.edition, measure, milestone, period, done_on) or planned
        due = planned and max(planned, record.due or planned)  # what has no date cannot be given another
        if self.is_repealed and state not in ("closed_out", "submitted"):
            state = "terminated"
        signal = signal_of(state, due, done_on, day, due_soon_days=policy.due_soon_days, valid_until=self.ends_on)
        days = suspended = None
        if signal == "overdue" and due is not None:
            end = done_on or day
            suspended = _suspended_days(record, due, end)
            days = max((end - due).days - suspended, 1)
        is_plain = term.since is None and period is None
        owed_from = policy.issued if is_plain else self._owed_from(term, slot)
        said = (
            policy.id,
            measure.number,
            measure.title,
            key or None,
            name or None,
            unit,
            term.role,
            self.lead_unit,
            state,
            signal,
            due,
            None if milestone is None else "extended" if planned != due else milestone.origin,
            planned,
            record.extensions,
            days,
            None,  # the words: progress, note, problem, next step
            None,
            None,
            None,
            record.reported_on,
            state in ("not_started", "in_progress") and self.judge.is_silent(owed_from, record),
            done_on,
            owed_from,
            suspended or None,
            self.version,
            giver,
        )
        return tuple.__new__(Duty, said)  # calling the class takes twice as long, and four times with names
