"""What of a ledger a person looks at first: what is late, waits, is silent or has moved, and whose it is."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import Entry
from sm_devzone.domain.gathering import gathered
from sm_devzone.domain.glossary import KINDS
from sm_devzone.domain.ledger import Ledger, by_urgency

LATELY = timedelta(days=7)
"""For how long what has happened counts as news."""

MOVING = ("update", "submit", "close", "return", "reopen", "suspend", "resume", "extend")
"""The kinds of entries by which something moves; 报无变化 says that nothing does, and 催办 is not the unit's."""


class Lot(NamedTuple):
    """Duties of one measure, milestone and period that are told together: the one to name first, and how many."""

    first: Duty
    number: int


class Trouble(NamedTuple):
    """How many duties of a unit are late, and of how many it was silent."""

    unit: str
    overdue: int
    unreported: int


class Overview(NamedTuple):
    """`overdue` begins with the lot that is late for longest, `submitted` with the one that waits for longest.

    `waiting_since` is the day on which that was reported as done, `moved` counts entries by kind since LATELY, and
    `troubles` has the units that are late or silent, the worst first.
    """

    overdue: list[Lot]
    submitted: list[Lot]
    waiting_since: date | None
    moved: Mapping[str, int]
    troubles: list[Trouble]


def overview(ledger: Ledger, duties: Sequence[Duty], entries: Iterable[Entry]) -> Overview:
    """Of `duties`, which are of `ledger`, and of `entries`, in its terms, that happened lately."""
    late = [duty for duty in by_urgency(duties) if duty.signal == "overdue"]
    since = {duty: day for duty in duties if duty.state == "submitted" and (day := ledger.record(duty).submitted_on)}
    waiting = sorted(since, key=since.__getitem__)
    keys = {key for duty in duties for key in ledger.keys(duty)}
    kinds = Counter(entry.kind for entry in entries if entry.key in keys and entry.voided_by is None)
    overdue, silent = Counter(duty.unit for duty in late), Counter(duty.unit for duty in duties if duty.unreported)
    troubles = [Trouble(unit, overdue[unit], silent[unit]) for unit in overdue | silent]
    return Overview(
        _lots(sorted(late, key=lambda duty: -(duty.days_overdue or 0))),
        _lots(waiting),
        since[waiting[0]] if waiting else None,
        {kind: kinds[kind] for kind in KINDS if kind in MOVING and kinds[kind]},
        sorted(troubles, key=lambda one: (-one.overdue, -one.unreported, one.unit)),
    )


def _lots(duties: Iterable[Duty]) -> list[Lot]:
    return [Lot(own[0], len(own)) for own in gathered((d.key._replace(unit=""), d) for d in duties).values()]
