"""What the verbs share that decide who answers for a measure: nothing recorded may be left without its unit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sm_devzone.books import Books
from sm_devzone.domain.appointments import Appointment, Listed, in_office, tenures, without_unit
from sm_devzone.domain.entry import Entry
from sm_devzone.domain.plan import Measure
from sm_devzone.domain.rules import refuse_resting, uncovered
from sm_devzone.errors import Refused


def appointment(entry: Entry) -> Appointment:
    """The act of the office that an entry tells, the last of its day where it is not recorded yet."""
    number = entry.id or 2**62
    return Appointment(*entry.key[:3], entry.role, entry.to_unit, entry.happened_on, number)


def check_appointments(
    books: Books, today: date, entry: Entry, *, without: Collection[int] = (), also: Sequence[Appointment] | None = None
) -> None:
    """Put `entry` among the appointments of its measure (`also`, where more of them come along), or take it out with
    all the entries that are numbered in `without`.

    Raises Refused where a later entry would be about a unit that did not answer for the measure on its day, or where
    a milestone or the whole measure would be nobody's any more.
    """
    entry = books.in_terms_of(today, [entry])[0] if entry.id else entry
    policy = books.plan_on(today).policies.get(entry.policy)
    measure = policy.measure(entry.measure) if policy else None
    if measure is None:
        return
    before = list(also) if also is not None else books.appointments(today, entry.policy, entry.measure)
    listed = books.listings(today, entry.policy, entry.measure)
    after = [act for act in before if act.number not in without]
    if not without:
        after = sorted([*after, appointment(entry)], key=lambda act: (act.day, act.number))
    units = books.names_of(filter(None, (entry.unit, entry.to_unit)), entry.policy)
    entries = [
        own
        for own in books.in_terms_of(today, books.journal.entries(today, entry.policy))
        if own.measure == entry.measure
        and own.unit in units
        and own.voided_by is None
        and own.kind != "void"
        and (own.id == entry.id or own.id not in without)
    ]
    acts = [own for own in entries if own.kind not in ("assign", "remove", "transfer")]
    already = {own.id for own in uncovered(measure, before, listed, acts)}
    resting = [own for own in uncovered(measure, after, listed, acts) if own.id not in already]
    resting += [
        own
        for own in entries
        if own.kind == "transfer" and own.id not in without and _is_idle(measure, after, listed, own)
    ]
    if without:
        refuse_resting(entry.id, resting)
    elif resting:
        first = resting[0]
        raise Refused(
            f"{entry.happened_on} 起 {entry.unit} 不再负责，而 {first.id} 号记录发生在 {first.happened_on}",
            f"请改 --on，或先作废：devzone void {first.id} --reason 原因",
        )
    number = measure.number
    if not any(term.left_on is None for term in tenures(measure, after, listed).values()):
        raise Refused(f"措施 {number} 会没有责任单位", "先交办别的单位，再移出")
    asked = books.asked(today, entry.policy, measure)
    already_without = without_unit(measure, before, listed, asked)
    orphans = [key for key in without_unit(measure, after, listed, asked) if key not in already_without]
    if orphans:
        written = books.plan.number_of(entry.policy, number)
        raise Refused(
            f"措施 {number} 的节点“{'”“'.join(orphans)}”会没有责任单位",
            f"由别的单位接手：devzone transfer {written} --from {entry.unit} --to 单位 --reason 依据",
        )


def _is_idle(measure: Measure, acts: Sequence[Appointment], listed: Sequence[Listed], transfer: Entry) -> bool:
    """Whether a hand-over would come from a unit that does not answer for the measure on its day."""
    before = [
        act for act in acts if act.number != transfer.id and (act.day, act.number) < (transfer.happened_on, transfer.id)
    ]
    return transfer.unit not in in_office(measure, before, listed, transfer.happened_on)
