"""What a leader sees of a report at a glance: what changed, how far things are, who answers for what, how it went.

All of it is computed from the bulletin and the ledger of its day, and so says of a past week what was known then.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from sm_devzone.domain.bulletin import Bulletin
from sm_devzone.domain.calendar import ONE_DAY, parse_period
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.gathering import gathered
from sm_devzone.domain.glossary import KINDS, SIGNALS, STATES
from sm_devzone.domain.ledger import Ledger
from sm_devzone.domain.phrases import Told, matter
from sm_devzone.domain.plan import Policy

STANDINGS = {**SIGNALS, **STATES}
"""What a duty is counted as: its 预警, or for what has none its state; the most urgent first."""

_RANK = {standing: rank for rank, standing in enumerate(STANDINGS)}


class Share(NamedTuple):
    """So many `duties` of one standing; `before` counts the duties of the standings that come before it."""

    standing: str
    duties: int
    before: int


class Mix(NamedTuple):
    """What the duties of a measure, or of one unit in it, are made up of; the most urgent first."""

    policy: str
    measure: int
    title: str
    duties: int
    shares: tuple[Share, ...]

    @property
    def standing(self) -> str:
        """The most urgent of any."""
        return self.shares[0].standing

    @property
    def in_words(self) -> str:
        """逾期 2，临期 1: each standing and how many are in it."""
        return "，".join(f"{STANDINGS[share.standing]} {share.duties}" for share in self.shares)


class Matrix(NamedTuple):
    """Who answers for what in one policy: a line a unit, with a Mix or None for each of `measures` in their order."""

    policy: Policy
    measures: tuple[Mix, ...]
    lines: tuple[tuple[str, tuple[Mix | None, ...]], ...]


class Point(NamedTuple):
    """Dated duties at the end of a day: how many there were, how many had passed their date, how many are closed out.

    Suspended ones are in none of the counts. The date is the one that counts today, the closing the one that does.
    """

    day: date
    duties: int
    due: int
    closed_out: int


class UnitOverdue(NamedTuple):
    """How many duties of a unit are overdue, and by how many days the worst of them."""

    unit: str
    overdue: int
    days: int


class Rate(NamedTuple):
    """`part` of `whole` duties; `suspended` are in neither."""

    part: int
    whole: int
    suspended: int

    @property
    def percent(self) -> float:
        return 100 * self.part / self.whole


class Change(NamedTuple):
    """What became of so many `duties` in the period: what they are about, each with the units."""

    term: str
    duties: int
    matters: tuple[tuple[Told, tuple[str, ...]], ...]


class Dashboard(NamedTuple):
    """`standings` and `units` are those that occur, `closed_undated` counts closed duties without a date.

    `closed` is how many of the dated duties are closed out, `heard` of how many open ones without a date a unit
    reported in the period; each None where there are none.

    `burn_up` leaves those out, and `overdue` leaves out the office, which keeps the ledger: `overdue_of_office` counts
    what it owes itself.
    """

    changes: tuple[Change, ...]
    closed: Rate | None
    heard: Rate | None
    measures: tuple[Mix, ...]
    matrices: tuple[Matrix, ...]
    burn_up: tuple[Point, ...]
    closed_undated: int
    overdue: tuple[UnitOverdue, ...]
    overdue_of_office: int
    standings: tuple[str, ...]
    units: tuple[str, ...]
    duties: tuple[Duty, ...]


def compose(bulletin: Bulletin, duties: Sequence[Duty]) -> Dashboard:
    """The dashboard of `bulletin`; `duties` are those of its ledger in the order in which they are to be listed."""
    ledger = bulletin.ledger
    order = [unit.name for policy in ledger.plan for unit in policy.units]
    present = {duty.unit for duty in ledger.duties}
    units = tuple(dict.fromkeys([*(name for name in order if name in present), *sorted(present)]))
    offices = {policy.id: policy.office for policy in ledger.plan}
    late = [duty for duty in ledger.duties if duty.signal == "overdue"]
    occurring = set(map(standing_of, ledger.duties))
    return Dashboard(
        changes=tuple(_changes(bulletin)),
        closed=_closed(ledger),
        heard=_heard(ledger, bulletin.start),
        measures=tuple(_mix(own) for _, own in groupby(ledger.duties, key=lambda duty: (duty.policy, duty.measure))),
        matrices=tuple(
            _matrix(ledger.plan.policies[policy], list(own), units)
            for policy, own in groupby(ledger.duties, key=lambda duty: duty.policy)
        ),
        burn_up=burn_up(ledger),
        closed_undated=sum(duty.state == "closed_out" and duty.due is None for duty in ledger.duties),
        overdue=_overdue((duty for duty in late if duty.unit != offices[duty.policy]), units),
        overdue_of_office=sum(duty.unit == offices[duty.policy] for duty in late),
        standings=tuple(standing for standing in STANDINGS if standing in occurring),
        units=units,
        duties=tuple(duties),
    )


_MOVED = ("close", "return", "reopen", "extend", "suspend", "resume", "transfer")
"""What the office decided that moved a duty."""


def _changes(bulletin: Bulletin) -> Iterator[Change]:
    """新增逾期 first, then what the office decided, by kind."""
    if late := bulletin.newly_overdue:
        yield Change(
            f"新增{SIGNALS['overdue']}",
            sum(len(item.units) for item in late),
            tuple((matter(item, item.title), item.units) for item in late),
        )
    for kind in _MOVED:
        moved = {entry.key: item.title for item in bulletin.decisions for entry in item.entries if entry.kind == kind}
        if about := gathered((key._replace(unit=""), key.unit) for key in moved):
            titles = {key._replace(unit=""): title for key, title in moved.items()}
            yield Change(
                KINDS[kind],
                len(moved),
                tuple((matter(key, titles[key]), tuple(units)) for key, units in about.items()),
            )


def _closed(ledger: Ledger) -> Rate | None:
    dated = [duty for duty in ledger.duties if duty.due is not None]
    suspended = sum(duty.state == "suspended" for duty in dated)
    closed = sum(duty.state == "closed_out" for duty in dated)
    return Rate(closed, len(dated) - suspended, suspended) if len(dated) > suspended else None


def _heard(ledger: Ledger, start: date) -> Rate | None:
    standing = [duty for duty in ledger.duties if duty.due is None]
    heard = [duty.reported_on is not None and duty.reported_on >= start for duty in standing if duty.is_open]
    return Rate(sum(heard), len(heard), sum(duty.state == "suspended" for duty in standing)) if heard else None


def burn_up(ledger: Ledger) -> tuple[Point, ...]:
    """A Point for the first day, for each day on which a count changed, and for the day of the ledger."""
    begun: list[date] = []
    due: list[date] = []
    closed: list[date] = []
    for duty in ledger.duties:
        if duty.due is None or duty.state == "suspended":
            continue
        issued = ledger.plan.policies[duty.policy].issued
        period = parse_period(duty.period) if duty.period else None
        begun.append(max(issued, period.start) if period else issued)
        due.append(max(duty.due + ONE_DAY, begun[-1]))
        if (closed_on := ledger.closed_on(duty)) is not None:
            closed.append(max(closed_on, begun[-1]))
    for moments in (begun, due, closed):
        moments.sort()
    days = sorted({day for day in (*begun, *due, *closed) if day <= ledger.day} | ({ledger.day} if begun else set()))
    return tuple(Point(day, *(bisect_right(moments, day) for moments in (begun, due, closed))) for day in days)


def month_ends(points: Sequence[Point]) -> list[Point]:
    """The last of `points` in each month that has any."""
    return [list(own)[-1] for _, own in groupby(points, key=lambda point: (point.day.year, point.day.month))]


def standing_of(duty: Duty) -> str:
    return duty.signal or duty.state


def _mix(duties: Iterable[Duty]) -> Mix:
    own = list(duties)
    counts = Counter(map(standing_of, own))
    shares: list[Share] = []
    before = 0
    for standing in sorted(counts, key=lambda name: _RANK[name]):
        shares.append(Share(standing, counts[standing], before))
        before += counts[standing]
    return Mix(own[0].policy, own[0].measure, own[0].title, len(own), tuple(shares))


def _matrix(policy: Policy, duties: Sequence[Duty], units: Sequence[str]) -> Matrix:
    cells = gathered(((duty.unit, duty.measure), duty) for duty in duties)
    measures = gathered((duty.measure, duty) for duty in duties)
    lines = []
    for unit in units:
        line = tuple(_mix(cells[unit, number]) if (unit, number) in cells else None for number in measures)
        if any(line):
            lines.append((unit, line))
    return Matrix(policy, tuple(map(_mix, measures.values())), tuple(lines))


def _overdue(duties: Iterable[Duty], units: Sequence[str]) -> tuple[UnitOverdue, ...]:
    found = gathered((duty.unit, duty.days_overdue or 0) for duty in duties)
    place = {unit: number for number, unit in enumerate(units)}
    counts = [UnitOverdue(unit, len(days), max(days)) for unit, days in found.items()]
    return tuple(sorted(counts, key=lambda count: (-count.overdue, -count.days, place[count.unit])))
