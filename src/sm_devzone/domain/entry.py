"""The facts: what one row of the journal says, and what the journal knows of a duty on a day."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from sm_devzone.domain import phrases
from sm_devzone.domain.calendar import ONE_DAY
from sm_devzone.domain.glossary import ROLES

EDITION = 3
"""The rules, words and layout by which papers are made now. One that went out is made again by those of its time."""

TAKEN_OVER = "建账补登"
"""How the source of a fact begins that came out of the office's own ledger of the past (devzone takeover)."""

REPORTS = ("update", "unchanged", "submit")
"""The kinds by which a unit is heard from."""


SEALED = {
    "first": "第一次收到",
    "continues": "接着上次的",
    "older": "较早的一份",
    "broken": "对不上",
    "accepted": "重新认下",
}
"""What a bundle's seal says beside those that came before; the figures of `older` and `broken` do not count."""


class Span(NamedTuple):
    """Days, both ends inclusive; `last` is None while it goes on."""

    first: date
    last: date | None = None

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


class DutyKey(NamedTuple):
    """What one duty is kept under. `milestone` and `period` are empty for the standing part of a measure."""

    policy: str
    measure: int
    unit: str
    milestone: str = ""
    period: str = ""


class Evidence(NamedTuple):
    """One 佐证材料 of an entry: what it is called, how many bytes it has, and the SHA-256 it is kept under."""

    sha256: str
    name: str
    size: int
    id: int = 0
    entry: int = 0


class Entry(NamedTuple):
    """One dated fact. `id` is 0 and `recorded_at` empty until the journal has taken it.

    `happened_on` is the day in China on which it happened, `recorded_at` the UTC moment it was written down
    (2026-11-23T08:20:48Z), `source` the file and row it came from (`cli` when typed), `progress` percent.
    An extension names the date that counted before and the new one (`due_before`, `due`), an urge how it was sent
    (`means`). `material` names 佐证材料 that came along, `reporter` and `phone` who filled in the form of a unit.
    `note` holds the words of the act, whichever option gave them; `voids` the entry that a 作废 takes back. `needs`
    names who must solve the `problem` (names joined by 、, of the plan or not), `promised` is the 预计完成日 that goes
    with `next_step`: a word of the unit's own and no deadline. A 解决 bears the words of the problem that is solved.
    """

    kind: str
    policy: str
    measure: int
    unit: str
    happened_on: date
    recorded_by: str
    milestone: str = ""
    period: str = ""
    source: str = "cli"
    role: str | None = None
    due_before: date | None = None
    due: date | None = None
    means: str | None = None
    progress: int | None = None
    note: str | None = None
    problem: str | None = None
    next_step: str | None = None
    material: str | None = None
    reporter: str | None = None
    phone: str | None = None
    voids: int | None = None
    to_unit: str | None = None
    needs: str | None = None
    promised: date | None = None
    recorded_at: str = ""
    id: int = 0
    voided_by: int | None = None
    evidence: tuple[Evidence, ...] = ()

    @property
    def key(self) -> DutyKey:
        return DutyKey(self.policy, self.measure, self.unit, self.milestone, self.period)

    @property
    def is_taken_over(self) -> bool:
        return self.source.startswith(TAKEN_OVER)

    @property
    def place(self) -> str:
        """“体检 2026”, for templates."""
        return phrases.quoted_place(self)

    @property
    def detail(self) -> str:
        """What an act of the office says beside its words: role, means, and the dates of an extension."""
        parts = [ROLES[self.role]] if self.role else []
        parts += [self.means] if self.means else []
        parts += [f"给 {self.to_unit}"] if self.to_unit else []
        if self.due is not None and self.due_before is not None:
            parts.append(phrases.extended(self.due_before, self.due, late=self.happened_on > self.due_before))
        return "，".join(parts)

    def of(self, key: DutyKey) -> "Entry":
        """This fact, about the duty of `key`."""
        return self._replace(
            policy=key.policy, measure=key.measure, unit=key.unit, milestone=key.milestone, period=key.period
        )

    def says_the_same_as(self, other: "Entry") -> bool:
        """Whether both tell one fact, whoever wrote it down and when."""
        return self._bare() == other._bare()

    def of_any_unit(self) -> "Entry":
        """The fact without its unit: equal for all units of which the same was said, by whoever wrote it down."""
        return self._bare()._replace(unit="")

    def _bare(self) -> "Entry":
        evidence = tuple(Evidence(kept.sha256, kept.name, kept.size) for kept in self.evidence)
        return self._replace(recorded_by="", recorded_at="", source="", id=0, voided_by=None, evidence=evidence)


class Act(NamedTuple):
    """What happened, before it is settled to which duty. `said` are the other fields of Entry that it fills."""

    kind: str
    happened_on: date
    recorded_by: str
    said: Mapping[str, Any]

    def about(self, key: DutyKey) -> Entry:
        """The fact, about the duty of `key`."""
        return Entry(
            kind=self.kind,
            happened_on=self.happened_on,
            recorded_by=self.recorded_by,
            **key._asdict(),
            **self.said,
        )


class Issued(NamedTuple):
    """One file of a bulletin that was issued: what it covered, what it knew of, and the SHA-256 of its bytes.

    `policy` is empty for all policies; `position` the last entry that was known, `plans` the last version of a plan.
    `edition` are the rules and the layout that it was made by (domain/former.py): 1 those of 0.1.0, else up to EDITION.
    `sealed` is the number of the last fact that was known, whose seal it bears; None for one from before there was any.
    `note` is the office's own judgement on the first page.
    """

    number: int
    year: int
    policy: str
    cycle: str
    period: str
    start: date
    day: date
    position: int
    form: str
    sha256: str
    recorded_by: str
    recorded_at: str = ""
    plans: int = 0
    edition: int = EDITION
    sealed: int | None = None
    note: str | None = None


class Dispatch(NamedTuple):
    """A 填报表 that was sent to a unit, as of a day, for a period. `position` is the last entry that it knew of.

    `duties` counts its rows, `sha256` is that of the file `name`.
    """

    unit: str
    day: date
    period: str
    position: int
    duties: int
    name: str
    sha256: str
    recorded_by: str
    recorded_at: str = ""


class Notice(NamedTuple):
    """One 督办单 or 商请函 that was issued; a letter has no `colour`. `reply_due` is its last day, `workdays` 工作日
    after `issued_on`. `code` is the 发文代字 of the office at the time.

    `basis` says how days of a year without a known 放假安排 were counted. `position` is the last entry that the slip
    knew of, `plans` the last version of a plan. `files` are (form, SHA-256). `edition` and `sealed` are as in Issued.
    """

    number: int
    year: int
    policy: str
    measure: int
    unit: str
    milestone: str
    period: str
    colour: str
    issued_on: date
    reply_due: date
    workdays: int
    basis: str | None
    position: int
    asked: str
    reason: str | None
    recorded_by: str
    recorded_at: str = ""
    files: tuple[tuple[str, str], ...] = ()
    plans: int = 0
    edition: int = EDITION
    code: str = ""
    sealed: int | None = None

    @property
    def key(self) -> DutyKey:
        return DutyKey(self.policy, self.measure, self.unit, self.milestone, self.period)

    @property
    def reference(self) -> str:
        """发文字号 of the slip: 明商督〔2026〕3号. Until edition 3 it was 〔2026〕第3号."""
        return f"{self.code}〔{self.year}〕{'第' if self.edition < 3 else ''}{self.number}号"


class Received(NamedTuple):
    """A bundle that was taken: a fact of the office above. `sealed` and `seal` are number and hash of its last fact,
    `verdict` is one of SEALED, `sha256` that of the file `name`. The counts are those of the duties in it.
    """

    office: str
    as_of: date
    sealed: int
    seal: str
    verdict: str
    name: str
    sha256: str
    recorded_by: str
    duties: int
    closed_out: int
    submitted: int
    in_progress: int
    not_started: int
    suspended: int
    overdue: int
    due_soon: int
    unreported: int
    terminated: int
    recorded_at: str = ""

    @property
    def counts_for(self) -> bool:
        """Whether its figures are those of the office."""
        return self.verdict not in ("older", "broken")


class Halt(NamedTuple):
    """A 中止 or a 恢复推进: its day, the number of its entry, its kind."""

    day: date
    number: int
    kind: str


class Record(NamedTuple):
    """What counts of one duty on a day. Entries taken back, or not known, are not in it.

    `act` is the last to happen of submit, close, return and reopen, `acted_on` its day; of one day, the last recorded.
    `started` says that there is a 报进展 among the reports; a 报无变化 alone leaves a duty where it was.
    `last_report` is the number of the report that happened last, `last_act` that of `act`. `suspended_on` is the day
    of a 中止 that no 恢复推进 has followed, `pauses` are those that one has; `halts` are both acts in order.
    `due` is the date after the last extension.
    """

    reported_on: date | None = None
    submitted_on: date | None = None
    act: str | None = None
    acted_on: date | None = None
    suspended_on: date | None = None
    due: date | None = None
    extensions: int = 0
    extended_late: int = 0
    urges: int = 0
    urged_on: date | None = None
    started: bool = False
    last_report: int | None = None
    pauses: tuple[Span, ...] = ()
    last_act: int | None = None
    halts: tuple[Halt, ...] = ()

    def with_halts(self, halts: Iterable[Halt]) -> "Record":
        """This with every 中止 and 恢复推进 of the duty."""
        halts = tuple(halts)
        since: date | None = None
        pauses: list[Span] = []
        for halt in halts:
            if halt.kind == "suspend":
                since = halt.day
            elif since is not None:
                pauses.append(Span(since, halt.day - ONE_DAY))
                since = None
        return self._replace(suspended_on=since, pauses=tuple(pauses), halts=halts)

    def beside(self, other: "Record") -> "Record":
        """What counts of a duty of which this was recorded under one unit, and `other` under one that had it too."""
        report = max(self, other, key=lambda own: (own.reported_on or date.min, own.last_report or 0))
        act = max(self, other, key=lambda own: (own.acted_on or date.min, own.last_act or 0))
        return Record(
            report.reported_on,
            _last(self.submitted_on, other.submitted_on),
            act.act,
            act.acted_on,
            None,
            _last(self.due, other.due),  # an extension goes beyond the one before
            self.extensions + other.extensions,
            self.extended_late + other.extended_late,
            self.urges + other.urges,
            _last(self.urged_on, other.urged_on),
            self.started or other.started,
            report.last_report,
            (),
            act.last_act,
        ).with_halts(sorted({*self.halts, *other.halts}))


def _last(*days: date | None) -> date | None:
    return max(filter(None, days), default=None)


class Words(NamedTuple):
    """The last report in words; `progress` is the last one given, which may be older than the words."""

    progress: int | None = None
    note: str | None = None
    problem: str | None = None
    next_step: str | None = None
    material: str | None = None
    reporter: str | None = None
    phone: str | None = None
    needs: str | None = None
    promised: date | None = None
