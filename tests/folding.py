"""The fold of the journal written plainly, entry by entry, to hold the SQL against."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sm_devzone.domain.calendar import end_of_day_utc
from sm_devzone.domain.entry import REPORTS, DutyKey, Entry, Halt, Record, Span


def counting(entries: Iterable[Entry], day: date, known: date | None = None) -> list[Entry]:
    """What counts on `day`, in the order in which it happened; of what was known by the end of the day `known`."""
    over = end_of_day_utc(known).strftime("%Y-%m-%dT%H:%M:%SZ") if known else "9999"
    seen = [entry for entry in entries if entry.recorded_at < over]
    voided = {entry.voids for entry in seen}
    counting = [entry for entry in seen if entry.happened_on <= day and entry.id not in voided]
    return sorted(counting, key=lambda entry: (entry.happened_on, entry.id))


def fold(entries: Iterable[Entry], day: date, known: date | None = None) -> dict[DutyKey, Record]:
    """The records of `day`."""
    records: dict[DutyKey, Record] = {}
    for entry in counting(entries, day, known):
        if entry.kind in ("assign", "remove", "transfer", "void", "solve"):
            continue
        record = records.get(entry.key, Record())
        if entry.kind in REPORTS:
            last = max((entry.happened_on, entry.id), (record.reported_on or date.min, record.last_report or 0))
            record = record._replace(reported_on=last[0], last_report=last[1])
        if entry.kind == "update":
            record = record._replace(started=True)
        if entry.kind == "submit":
            record = record._replace(submitted_on=entry.happened_on)
        if entry.kind in ("submit", "close", "return", "reopen"):
            record = record._replace(act=entry.kind, acted_on=entry.happened_on, last_act=entry.id)
        if entry.kind in ("suspend", "resume"):
            record = record._replace(halts=(*record.halts, Halt(entry.happened_on, entry.id, entry.kind)))
        if entry.kind == "suspend":
            record = record._replace(suspended_on=entry.happened_on)
        if entry.kind == "resume":
            if record.suspended_on is not None:
                pause = Span(record.suspended_on, entry.happened_on - timedelta(days=1))
                record = record._replace(pauses=(*record.pauses, pause))
            record = record._replace(suspended_on=None)
        if entry.kind == "extend":
            late = entry.due_before is not None and entry.happened_on > entry.due_before
            record = record._replace(
                due=entry.due,
                extensions=record.extensions + 1,
                extended_late=record.extended_late + late,
            )
        if entry.kind == "urge":
            record = record._replace(
                urges=record.urges + 1, urged_on=max(record.urged_on or entry.happened_on, entry.happened_on)
            )
        records[entry.key] = record
    return records
