"""The books of the office as one command reads them: plan and journal, all from one state of the database."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from sm_devzone.domain import first_edition
from sm_devzone.domain.appointments import in_office
from sm_devzone.domain.calendar import ONE_DAY, parse_period, recorded_day
from sm_devzone.domain.duties import Facts
from sm_devzone.domain.editions import Edition, History, asked, due_then, listings
from sm_devzone.domain.entry import REPORTS, Issued
from sm_devzone.domain.gathering import gathered
from sm_devzone.domain.glossary import KINDS
from sm_devzone.domain.ledger import Dropped, compute, joined
from sm_devzone.domain.notice import Sent, sent
from sm_devzone.domain.plan import Plan
from sm_devzone.domain.plan_history import (
    PlanVersion,
    changes,
    check_succession,
    merged_units,
    milestone_keys,
    renumbering,
)
from sm_devzone.domain.problems import Heard
from sm_devzone.domain.selection import EVERYTHING, Selection
from sm_devzone.errors import NotFound, Refused

if TYPE_CHECKING:
    from sm_devzone.domain.appointments import Appointment, Asked, Listed
    from sm_devzone.domain.duties import Duty, Ended
    from sm_devzone.domain.entry import DutyKey, Entry, Notice, Words
    from sm_devzone.domain.ledger import Ledger
    from sm_devzone.domain.plan import Measure, Policy
    from sm_devzone.storage.journal import Reader


class View(NamedTuple):
    """How much of a state is looked at: all of it, or what was known by the end of a day, or to a paper that went out.

    `plans` is the id of the last version of a plan that counts, `seen_on` the day from which a paper that went out was
    looked at, `sealed` the number of the last fact of any kind that it knew; `first_edition` says that the rules of
    0.1.0 hold.
    """

    position: int | None = None
    plans: int | None = None
    known: date | None = None
    seen_on: date | None = None
    first_edition: bool = False
    sealed: int | None = None


class Books:
    """One snapshot. What is made from it says and claims to know the same moment, whatever others write meanwhile.

    `plan` is the plan as its files are, which counts from `today` on where it is not recorded yet. `read_plan` makes a
    policy of the text of a version. Facts that belong to no duty of the plan are handed to `tell`. `own` are the names
    of the unit whose login looks at them, where it is one: of other units nothing is known then, so nothing is said.
    """

    def __init__(
        self,
        plan: Plan,
        journal: Reader,
        today: date,
        read_plan: Callable[[str, str], Policy],
        tell: Callable[[str], None],
        view: View = View(),  # noqa: B008 - a value
        own: frozenset[str] | None = None,
    ) -> None:
        self.plan = plan
        self.own = own
        self.journal = journal.seen(view.position, view.known, by_number=view.first_edition)
        self.today = today
        self.view = view
        self._whole, self._read_plan, self._tell = journal, read_plan, tell
        self._histories: dict[str, History] = {}
        self._resolvers: dict[date, Callable[[DutyKey, int], DutyKey | None]] = {}

    def seen(self, view: View) -> Books:
        """The same state of the database, as far as `view` goes."""
        return Books(self.plan, self._whole, self.today, self._read_plan, self._tell, view, self.own)

    def of_plan(self, plan: Plan) -> Books:
        """The same state of the database, with another plan."""
        return Books(plan, self._whole, self.today, self._read_plan, self._tell, self.view, self.own)

    def of_policies_in(self, paper: Issued | Notice) -> Books:
        """The same, of the policies that a paper that went out was about: those that came later are not in it."""
        known = [
            own for own in self.plan if any(version.id <= paper.plans for version in self.versions.get(own.id, ()))
        ]
        return self.of_plan(Plan(known, self.plan.files)) if known else self

    def issued(self, paper: Issued | Notice) -> Books:
        """The same state, as far as a paper that went out knew it, and by the rules of its time."""
        first = paper.edition == 1
        day = paper.day if isinstance(paper, Issued) else paper.issued_on
        return self.of_policies_in(paper).seen(
            View(
                paper.position,
                paper.plans,
                day if first else None,
                recorded_day(paper.recorded_at),
                first_edition=first,
                sealed=paper.sealed,
            )
        )

    @property
    def plans(self) -> int:
        """The id of the last version of a plan that is taken in, or will be once what is pending is recorded."""
        recorded = [version.id for versions in self.versions.values() for version in versions]
        pending = sum(not self.is_recorded(policy) for policy in self.plan)
        return max(recorded, default=0) + pending

    def check_plans(self, plans: int) -> None:
        """Raises Refused where somebody has recorded another version of a plan since a paper was made."""
        if plans != self.plans:
            raise Refused("计划刚被别人登记了新的一版，没有发出", "请再运行一次")

    @cached_property
    def position(self) -> int:
        """The number of the last entry that is taken in, 0 where there is none."""
        return self.journal.position()

    # -- Plans

    @cached_property
    def versions(self) -> dict[str, list[PlanVersion]]:
        """The recorded versions of each plan, in their order; where a view knows of none, the first there is."""
        known = self.journal.plan_versions(self.view.plans)
        if self.view != View():
            for policy, versions in self._whole.plan_versions().items():
                known.setdefault(policy, versions[:1])
        return known

    def is_recorded(self, policy: Policy) -> bool:
        """Whether the plan file of `policy` means what its last recorded version means."""
        versions = self.versions.get(policy.id)
        if not versions:
            return False
        file = self.plan.files.get(policy.id)
        return file == versions[-1].text_sha256 or policy.sha256 == versions[-1].sha256

    def history(self, policy_id: str) -> History:
        """The editions of a plan that count here. The file itself is one, as long as nothing says otherwise."""
        if policy_id not in self._histories:
            self._histories[policy_id] = History(self._editions(self.plan.policies[policy_id]))
        return self._histories[policy_id]

    def recorded(self) -> list[tuple[str, History]]:
        """The recorded versions of each plan alone, whatever the plan files say by now."""
        return [
            (
                policy,
                History(
                    [Edition(own.number, self.policy_of(own), own.in_force_since, own.position) for own in versions]
                ),
            )
            for policy, versions in self.versions.items()
        ]

    def _editions(self, policy: Policy) -> list[Edition]:
        versions = self.versions.get(policy.id, [])
        if not versions:
            return [Edition(None, policy, policy.issued, 0)]
        looks_back = self.view.position is not None or (self.view.known is not None and self.view.known < self.today)
        recorded = self.is_recorded(policy)
        editions = [
            Edition(version.number, self.policy_of(version), version.in_force_since, version.position)
            for version in (versions[:-1] if recorded else versions)
        ]
        if recorded:
            last = versions[-1]
            editions.append(Edition(last.number, policy, last.in_force_since, last.position))
        elif not looks_back:
            since = max(self.today, versions[-1].in_force_since)
            editions.append(Edition(None, policy, since, self.position))
        return editions

    def policy_of(self, version: PlanVersion) -> Policy:
        """What a recorded version says."""
        return self._read_plan(self._whole.plan_text(version), f"第 {version.number} 版计划")

    def pending(
        self, text_of: Callable[[str], str], by: str, reason: str | None = None, on: date | None = None
    ) -> list[PlanVersion]:
        """The versions that are to be recorded: of each plan file that means something else than its last version.

        The first version counts since the policy was issued, another from `on` or today. `text_of` gives the text of
        the file with a SHA-256. Raises Refused where a version cannot follow the one before, or drops, without a
        `reason`, what is still owed.
        """
        found = []
        for policy in self.plan:
            if self.is_recorded(policy):
                continue
            versions = self.versions.get(policy.id, [])
            since = policy.issued
            if versions and on is not None and on < versions[-1].in_force_since:
                last = versions[-1]
                raise Refused(
                    f"第 {last.number} 版从 {last.in_force_since} 起算，新的一版不能从更早的 {on} 起算", "请改 --on"
                )
            if versions:
                since = max(on or self.today, versions[-1].in_force_since)
                self._check_succession(versions[-1], policy, reason)
                if since < self.today:
                    self._check_facts_since(since, policy)
            file = self.plan.files[policy.id]
            found.append(
                PlanVersion(
                    policy=policy.id,
                    number=len(versions) + 1,
                    in_force_since=since,
                    recorded_at="",
                    recorded_by=by,
                    reason=reason,
                    sha256=policy.sha256,
                    text=text_of(file),
                    text_sha256=file,
                    position=self.position if versions else 0,
                )
            )
        return found

    def _check_succession(self, last: PlanVersion, policy: Policy, reason: str | None) -> None:
        before = self.policy_of(last)
        if problems := check_succession(before, policy):
            raise Refused(f"计划改动不能登记：{'；'.join(problems)}", "改好计划文件再试；用 devzone check 查看全部改动")
        if mixed := self.mixed_up(before, policy):
            raise Refused(f"计划改动不能登记：{mixed[0]}", "单位都留在名册里，用 devzone transfer 移交给合并后的单位")
        dropped = self.left_open(before, policy)
        if dropped and not reason:
            raise Refused(
                f"计划改动去掉了还没有办结的任务：{'、'.join(dropped)}",
                "确实不再要求的，写明依据登记：devzone plan adopt --reason 依据；改了短名、序号的写 formerly",
            )

    def _check_facts_since(self, since: date, policy: Policy) -> None:
        """Raises Refused where `policy`, as it is to count from `since`, leaves no place for a fact of a later day."""
        history = History([*self.history(policy.id).editions[:-1], Edition(None, policy, since, self.position)])
        now = len(history.editions) - 1
        acts = self.journal.appointments(date.max, policy.id, resolve=lambda key, id_: history.resolve(key, id_, now))
        idle = {
            act.number
            for act in acts
            if act.heir is not None
            and (measure := policy.measure(act.measure)) is not None
            and act.unit
            not in in_office(
                measure,
                [other for other in acts if other.measure == act.measure and other.number != act.number],
                listings(history, now, history.said(act.measure, now)),
                act.day,
            )
        }
        lost = [
            entry
            for entry in self.journal.entries(self.today, policy.id)
            if entry.happened_on > since
            and entry.voided_by is None
            and entry.kind != "void"
            and (entry.id in idle or history.resolve(entry.key, entry.id, now) is None)
        ]
        if lost:
            last = max(lost, key=lambda entry: entry.happened_on)
            raise Refused(
                f"这一版从 {since} 起算，那以后的 {last.id} 号记录（{KINDS[last.kind]}，{last.happened_on}）就没有"
                "着落：它的措施、节点或移出的单位已经不在计划里",
                f"--on 写 {last.happened_on} 或以后；记错了的先作废：devzone void {last.id} --reason 原因",
            )

    def mixed_up(self, before: Policy, after: Policy) -> list[str]:
        """Which units `after` makes one by their names, though what each did of one measure would be added up then."""
        merged = merged_units(before, after)
        if not merged:
            return []
        ledger = self._alone(before).ledger(self.today, Selection(before.id), quietly=True)
        owed: list[Duty | Ended] = [*ledger.duties, *ledger.ended]
        known = gathered((key.measure, key.unit) for key in (*ledger.facts.records, *(own.key for own in owed)))
        return [
            f"{'、'.join(several)}都办过措施 {number}，不能改成一个名字“{new}”，各办各的会混在一起"
            for new, olds in merged.items()
            for number in sorted({key.measure for key in ledger.facts.records if key.unit in olds})
            if len(several := [name for name in olds if name in known[number]]) > 1
        ]

    def _alone(self, policy: Policy) -> Books:
        """The same state with one plan, of which nothing is told."""
        return Books(Plan([policy]), self._whole, self.today, self._read_plan, lambda _: None)

    def left_open(self, before: Policy, after: Policy) -> list[str]:
        """What `after` no longer asks of anybody, though it is still open by `before`: 措施 4“整合”."""
        keys = milestone_keys(before, after)
        kept = renumbering(before, after)
        gone = {
            f"措施 {duty.measure}{f'“{duty.milestone}”' if duty.milestone else ''}": None
            for duty in self._alone(before).ledger(self.today, Selection(before.id)).duties
            if duty.is_open
            and (
                (duty.measure, duty.milestone) not in keys
                if duty.milestone and duty.measure in kept
                else duty.measure not in kept
            )
        }
        return list(gone)

    def obstacles(self, policy: Policy) -> list[str]:
        """Why the plan file cannot follow the last recorded version; empty where it can."""
        versions = self.versions.get(policy.id)
        if not versions:
            return []
        before = self.policy_of(versions[-1])
        dropped = self.left_open(before, policy)
        told = [f"去掉了还没有办结的任务：{'、'.join(dropped)}（登记要写依据）"] if dropped else []
        return [*check_succession(before, policy), *self.mixed_up(before, policy), *told]

    def title_of(self, entry: Entry) -> str:
        """What the version of the plan in whose terms an entry was written calls its measure; empty where none does."""
        measure = self._measure_of(entry)
        return measure.title if measure else ""

    def _measure_of(self, entry: Entry) -> Measure | None:
        if entry.policy not in self.plan.policies:
            return None
        history = self.history(entry.policy)
        return history.editions[history.written(entry.id)].policy.measure(entry.measure)

    def was_ordered(self, entry: Entry) -> bool:
        """Whether the version of the plan in whose terms an entry was written has its duty."""
        measure = self._measure_of(entry)
        keys = {"", *(milestone.key for milestone in measure.milestones)} if measure else set()
        return measure is not None and entry.milestone in keys and entry.unit in measure.roster

    def changes(self, policy: Policy) -> list[str]:
        """What the plan file changes in the last recorded version, item by item; empty where nothing needs words."""
        versions = self.versions.get(policy.id)
        return changes(self.policy_of(versions[-1]), policy) if versions else []

    def plan_on(self, day: date, selection: Selection = EVERYTHING) -> Plan:
        """The plan that is in force on `day`, of the policies that are meant."""
        policies = []
        for policy in self.plan.only(selection.policy):
            history = self.history(policy.id)
            policies.append(history.editions[history.in_force(day)].policy)
        return Plan(policies)

    def ordered_on(self, day: date, duty: Duty) -> tuple[Duty, Policy]:
        """`duty`, which is of today, with the date that the plan of `day` gave it, and its policy as that plan has it.

        Where that plan gave it none, with the date of today.
        """
        history = self.history(duty.policy)
        now, then = history.in_force(self.today), history.editions[history.in_force(day)].policy
        measure = history.editions[now].policy.measure(duty.measure)
        milestone = measure.milestone(duty.milestone) if measure and duty.milestone else None
        if measure is None or milestone is None:
            return duty, then
        period = parse_period(duty.period) if duty.period else None
        return duty._replace(first_due=due_then(history, now, measure, milestone, period, day) or duty.first_due), then

    def selected(self, selection: Selection, day: date) -> Selection:
        """`selection`, which is in the terms of the plan as it is, in those of the plan of `day`.

        Raises NotFound where that had not yet the measure that is meant.
        """
        measures, units = selection.measures, selection.units
        whole = (
            self if self.view == View() else self.seen(View())
        )  # a name that was given since is told by all editions
        for policy in self.plan.only(selection.policy):
            if units is not None:  # a collective may have been one unit before its members were named
                units |= {own.name for own in policy.units if own.members and units.issuperset(own.members)}
            meant = self.history(policy.id)
            version, history = meant.editions[meant.in_force(day)].number, whole.history(policy.id)
            last = len(history.editions) - 1
            then = next((at for at, edition in enumerate(history.editions) if edition.number == version), last)
            if last == then:
                continue
            if measures is not None:
                moved = {(id_, number) for id_, number in measures if id_ != policy.id}
                for number in {number for id_, number in measures if id_ == policy.id}:
                    former = history.measure(number, last, then)
                    if former is None:
                        raise NotFound(f"{day} 的计划里没有现在的措施 {number}", "请改 --as-of；看各版：devzone plan")
                    moved.add((policy.id, former))
                measures = frozenset(moved)
            if units is not None:
                units = units | {history.unit(unit, last, then) for unit in units}
        return selection._replace(measures=measures, units=units)

    def owed_on(self, day: date, whose: DutyKey) -> list[Duty]:
        """What a unit that was taken out of a measure since owed of it on the earlier `day`, in the terms of today."""
        history = self.history(whose.policy)
        then, now = history.in_force(day), history.in_force(self.today)
        if day >= self.today:
            return []
        number = history.measure(whose.measure, now, then)
        if number is None:
            return []
        unit = history.unit(whose.unit, now, then)
        found = []
        for duty in self.ledger(day, Selection(whose.policy), quietly=True).duties:
            if (duty.measure, duty.unit) == (number, unit):
                moved = history.moved(duty.key, then, now)
                if moved is not None and moved.unit == whose.unit and moved.measure == whose.measure:
                    found.append(
                        duty._replace(measure=moved.measure, milestone=moved.milestone or None, unit=moved.unit)
                    )
        return found

    def former_units(self, plan: Plan, word: str) -> frozenset[str]:
        """The units that `word` meant in the last version of each policy in `plan` that had any, by their last names.

        Raises WrongUsage where it fits several.
        """
        found: set[str] = set()
        for policy in plan:
            history = self.history(policy.id)
            last = len(history.editions) - 1
            for at in range(last, -1, -1):
                with suppress(NotFound):
                    names = Plan([history.editions[at].policy]).find_units(word)
                    found |= {history.unit(name, at, last) for name in names}
                    break
        return frozenset(found)

    def names_of(self, units: Iterable[str], policy: str | None = None) -> frozenset[str]:
        """Every name under which entries about any of `units` may stand."""
        names = set(units)
        for own in self.plan.only(policy):
            history = self.history(own.id)
            names |= {name for unit in units for name in history.names_of(unit)}
        return frozenset(names)

    def _resolve_on(self, day: date) -> Callable[[DutyKey, int], DutyKey | None]:
        """How keys of entries read in the terms of the plan of `day`."""
        if day not in self._resolvers:
            self._resolvers[day] = self._resolver(day)
        return self._resolvers[day]

    def _resolver(self, day: date) -> Callable[[DutyKey, int], DutyKey | None]:
        histories = {policy.id: self.history(policy.id) for policy in self.plan}
        places = {id_: history.in_force(day) for id_, history in histories.items()}
        settled = {
            id_: history.current_names(places[id_]) for id_, history in histories.items() if len(history.editions) == 1
        }

        def resolve(key: DutyKey, number: int) -> DutyKey | None:
            if key.unit in settled.get(key.policy, ()) or key.policy not in histories:
                return key
            history, place = histories[key.policy], places[key.policy]
            found = history.resolve(key, number, place)
            if found is None and history.editions[place].number is None:
                return key._replace(measure=-key.measure)  # nowhere: told as a stray until then
            return found

        return resolve

    # -- The ledger and what it rests on

    def ledger(
        self, day: date, selection: Selection = EVERYTHING, *, dated: bool = False, quietly: bool = False
    ) -> Ledger:
        """The ledger on `day` of the policy and the measure that are selected, with all units in it.

        It is in the terms of the plan of that day. With `dated` only of what has a date. Strays are told, unless
        `quietly`.
        """
        ledger = self._ledger(day, self.selected(selection, day), dated=dated)
        if self.own is not None:
            ledger = self._of_own(ledger, self.own, quietly=quietly)
        if not quietly:
            self._tell_of_strays(ledger)
        return ledger

    def dropped(self, start: date, ledger: Ledger) -> list[Dropped]:
        """What versions of days after `start` took out of the plan of `ledger`, the last of them first."""
        found: list[Dropped] = []
        everything: list[Duty | Ended] = [*ledger.duties, *ledger.ended]
        still = gathered((owed.policy, owed) for owed in everything)
        for policy in ledger.plan:
            history = self.history(policy.id)
            current = history.in_force(ledger.day)
            after = [(current, {key for owed in still.get(policy.id, ()) for key in ledger.keys(owed)})]
            for at in range(current - 1, -1, -1):
                eve = history.editions[at + 1].in_force_since - ONE_DAY
                if eve < max(start, policy.issued) or history.in_force(eve) != at or not history.asks_less(at, current):
                    continue
                then = self._ledger(eve, Selection(policy.id), until=eve + ONE_DAY)
                if self.own is not None:
                    then = self._of_own(then, self.own, quietly=True)
                before: list[Duty | Ended] = [*then.duties, *then.ended]
                gone = [
                    owed
                    for owed in before
                    if not any(history.moved(owed.key, at, place) in keys for place, keys in after)
                ]
                now = {
                    own.key: (history.measure(own.measure, at, current), history.unit(own.unit, at, current))
                    for own in gone
                }
                after.append((at, {own.key for own in gone}))
                found.append(Dropped(then, gone, now))
        return found

    def _tell_of_strays(self, ledger: Ledger) -> None:
        of_others = {key.policy for key in ledger.strays} - self.plan.policies.keys()
        if of_others:
            self._tell(f"流水里还有政策 {'、'.join(sorted(of_others))} 的记录，它的计划没有读进来（--plan），没有计入")
        if own := [key for key in ledger.strays if key.policy not in of_others]:
            self._tell(
                f"流水中有 {len(own)} 项任务的记录对不上计划（措施、节点或单位已不在计划里），"
                "没有计入；用 devzone check 查看"
            )

    def _ledger(self, day: date, selection: Selection, *, dated: bool = False, until: date | None = None) -> Ledger:
        """As `ledger`; `until` is the day up to which facts count, where it is not `day`."""
        plan = selection.narrow(self.plan_on(day, selection))
        histories = {own.id: self.history(own.id) for own in plan}
        parts = self._facts(day, selection, plan, until or day, dated=dated)
        if self.view.first_edition:
            told = (compute(own, first_edition.last_word(facts), day, histories=histories) for own, facts in parts)
            return first_edition.as_told(joined(plan, told))
        seen_on = self._seen_on(day)
        return joined(
            plan,
            (compute(own, facts, day, dated=dated, histories=histories, seen_on=seen_on) for own, facts in parts),
        )

    def _of_own(self, ledger: Ledger, own: frozenset[str], *, quietly: bool) -> Ledger:
        """`ledger` as it is for the units named `own`, whose login sees the entries about them.

        What another unit did counts where it handed over; once that is void its entries are not seen any more. So a
        duty that was handed over as far as is known here, and was not as all is known, is left out, which is told.
        """
        ledger = ledger.of_units(own)
        if self.view == View():
            return ledger
        stand = {act[:5] for act in self._whole.appointments(date.max, resolve=self._resolve_on(ledger.day))}
        acts = [act for act in ledger.facts.appointments if act.heir and act.unit not in own]
        undone = {act[:3] for act in acts if act[:5] not in stand}
        kept = [duty for duty in ledger.duties if not any(key[:3] in undone for key in ledger.keys(duty))]
        left_out = len(ledger.duties) - len(kept)
        if left_out and not quietly:
            self._tell(
                f"有 {left_out} 项任务那时是移交来的，移交后来作废了：原单位的记录这个登录看不到，没有列出；"
                "要看请问办公室"
            )
        return ledger._replace(duties=kept)

    def _seen_on(self, day: date) -> date:
        looked = min(filter(None, (self.today, self.view.known, self.view.seen_on)))
        return day + ONE_DAY if day < looked else day

    def _facts(
        self, day: date, selection: Selection, plan: Plan, until: date, *, dated: bool
    ) -> Iterator[tuple[Plan, Facts]]:
        """What counts by `until` of `plan`, which is that of `day`, part by part."""
        policy, number, resolve = selection.policy, selection.number, self._resolve_on(day)
        cuts = {own.id: found for own in plan if (found := self.history(own.id).cuts)}
        asked = None if cuts else number
        begun = self.journal.begun(own.id for own in plan)
        spans = self.journal.spans(plan.policies)
        each = self.journal.records(until, policy, asked, dated=dated, resolve=resolve, cuts=cuts, spans=spans)
        appointments = self.journal.appointments(until, policy, asked, resolve)
        of_span = gathered((bisect(spans, act.policy, key=itemgetter(0)), act) for act in appointments)
        for place, ((first, end), records) in enumerate(zip(spans, each, strict=True), 1):
            acts = of_span.get(place, [])
            if cuts and number is not None:
                records = {key: record for key, record in records.items() if key.measure == number}  # noqa: PLW2901
                acts = [act for act in acts if act.measure == number]
            yield Plan(own for own in plan if first <= own.id < end), Facts(records, acts, begun)

    def listings(self, day: date, policy: str, number: int) -> list[Listed]:
        """What the versions of the plan said of the units of a measure, in the terms of `day`."""
        history = self.history(policy)
        current = history.in_force(day)
        return listings(history, current, history.said(number, current))

    def asked(self, day: date, policy: str, measure: Measure) -> dict[str, tuple[Asked, ...]]:
        """Of whom the versions of the plan asked each milestone of `measure`, in the terms of `day`."""
        history = self.history(policy)
        current = history.in_force(day)
        said = history.said(measure.number, current)
        return {own.key: asked(history, current, said, measure.number, own.key) for own in measure.milestones}

    def appointments(self, day: date, policy: str, number: int) -> list[Appointment]:
        """The acts of the office on who answers for a measure, in the terms of `day`."""
        found = self.journal.appointments(day, policy, resolve=self._resolve_on(day))
        return [act for act in found if act.measure == number]

    def words(self, duties: Iterable[Duty], ledger: Ledger) -> dict[DutyKey, Words]:
        """What was last reported of each of `duties`, which are of `ledger`."""
        duties = list(duties)
        said = zip(duties, self._said(duties, ledger), strict=True)
        return {duty.key: words for duty, words in said if words is not None}

    def with_words(self, duties: Iterable[Duty], ledger: Ledger) -> Iterator[Duty]:
        """`duties`, which are of `ledger`, with what was last reported of each, read while they are gone through."""
        duties = list(duties)
        said = zip(duties, self._said(duties, ledger), strict=True)
        return (duty if words is None else duty.with_words(words) for duty, words in said)

    def _said(self, duties: Sequence[Duty], ledger: Ledger) -> Iterator[Words | None]:
        """What was last reported of each of `duties`, in their order; None of what was never reported on."""
        reports = (ledger.record(duty).last_report for duty in duties)
        for duty, words in zip(duties, self.journal.words(reports), strict=True):
            if words is None or self._has_one_key(duty, ledger):
                yield words
            else:
                yield words._replace(progress=self._progress(duty, ledger))

    def _has_one_key(self, duty: Duty, ledger: Ledger) -> bool:
        """Whether all entries about a duty stand under one key, and none about another duty do."""
        return duty.unit in self.history(duty.policy).lasting_names and duty.key not in ledger.lines

    def _progress(self, duty: Duty, ledger: Ledger) -> int | None:
        """The percentage that was given last of `duty`, under whatever key."""
        acts = [act for act in self.acts(ledger.day, ledger.keys(duty)) if act.kind in REPORTS]
        given = [act for act in acts if act.progress is not None]
        return max(given, key=lambda act: (act.happened_on, act.id)).progress if given else None

    # -- Entries, in the terms of the plan of a day

    def acts(self, day: date, keys: Sequence[DutyKey]) -> list[Entry]:
        """What counts on `day` of one duty, the last recorded first; `keys` are those under which it was kept."""
        policy, measure, unit, milestone, period = keys[0]
        if policy not in self.plan.policies:
            return self.journal.acts(day, policy, [measure], [unit], milestone, period)
        history = self.history(policy)
        units = self.names_of([key.unit for key in keys], policy)
        numbers = history.numbers(measure, history.in_force(day))
        written = self.journal.acts(day, policy, numbers, units, None if history.cuts else milestone, period)
        found = self.in_terms_of(day, written)
        return [entry for entry in found if entry.key in keys]

    def acts_after(self, day: date, unit: str, position: int) -> dict[DutyKey, list[Entry]]:
        """What counts on `day` of the duties of `unit` and was recorded after the entry `position`, the last first."""
        found: dict[DutyKey, list[Entry]] = {}
        for entry in self.in_terms_of(day, self.journal.acts_after(day, self.names_of([unit]), position)):
            found.setdefault(entry.key, []).append(entry)
        return found

    def entries(self, day: date, selection: Selection) -> list[Entry]:
        """Every entry that had happened by `day` and is meant by `selection`, in the terms of today; the last first."""
        found = self.journal.entries(day, selection.policy)
        meant = {entry.id for entry in self.selected(selection, self.today).of(self.in_terms_of(self.today, found))}
        return [entry for entry in found if entry.id in meant]

    def in_terms_of(self, day: date, entries: Sequence[Entry]) -> list[Entry]:
        """`entries` under the keys that the plan of `day` gives their duties; those of no duty stay as they are."""
        resolve = self._resolve_on(day)
        return [entry.of(resolve(entry.key, entry.id) or entry.key) for entry in entries]

    def carried(self, keys: Iterable[DutyKey], then: date, day: date) -> set[DutyKey]:
        """Those of `keys`, of duties of the ledger of `then`, that the plan of `day` has as well, in its terms."""
        moved = []
        for key in keys:
            history = self.history(key.policy)
            moved.append(history.moved(key, history.in_force(then), history.in_force(day)))
        return set(filter(None, moved))

    def first_known(self, key: DutyKey, day: date) -> DutyKey:
        """`key`, in the terms of the plan of `day`, as the first version that has it names it: so it never changes."""
        history = self.history(key.policy)
        now = history.in_force(day)
        moved = (history.moved(key, now, then) for then in range(now))
        return next(filter(None, moved), key)

    def evidenced(self, ledger: Ledger, policy: str | None = None) -> dict[DutyKey, list[str]]:
        """The duties of `ledger` that have evidence, each with the names of its files."""
        resolve = self._resolve_on(ledger.day)
        found: dict[DutyKey, list[str]] = {}
        for key, number, name in self.journal.evidenced(ledger.day, policy):
            found.setdefault(resolve(key, number) or key, []).append(name)
        for key, units in ledger.lines.items():
            if names := [name for unit in units for name in found.get(key._replace(unit=unit), ())]:
                found[key] = names
        return found

    def report_days(self, start: date, day: date, policy: str | None = None) -> dict[DutyKey, list[date]]:
        """The days from `start` to `day` on which each duty was reported on."""
        resolve = self._resolve_on(day)
        found: dict[DutyKey, list[date]] = {}
        for key, number, happened_on in self.journal.report_days(start, day, policy):
            found.setdefault(resolve(key, number) or key, []).append(date.fromisoformat(happened_on))
        return found

    def spoken(self, ledger: Ledger, policy: str | None = None) -> tuple[list[Entry], list[Heard]]:
        """What counts on the day of `ledger` of problems and promises, and what was heard of any duty since the first.

        Both in the terms of its plan: what problems and promises are followed from.
        """
        told = self.in_terms_of(ledger.day, self.journal.spoken(ledger.day, policy))
        if not told:
            return [], []
        resolve = self._resolve_on(ledger.day)
        found = self.journal.heard(min(entry.happened_on for entry in told), ledger.day, policy)
        return told, [Heard(resolve(key, number) or key, number, day) for key, number, day in found]

    def turns(self, day: date, policy: str | None = None) -> dict[DutyKey, list[tuple[date, int, str]]]:
        """By duty, when it was submitted, and when it was returned or reopened, in order."""
        resolve = self._resolve_on(day)
        found: dict[DutyKey, list[tuple[date, int, str]]] = {}
        for key, number, kind, happened_on in self.journal.turns(day, policy):
            own = found.setdefault(resolve(key, number) or key, [])
            own.append((date.fromisoformat(happened_on), number, kind))
        return {key: sorted(own) for key, own in found.items()}

    def notices(self, day: date) -> list[Notice]:
        """Every 督办单 that was issued, under the keys that the plan of `day` gives their duties."""
        return [
            notice._replace(**self.since(day, notice.key, notice.position, self._version_known_to(notice))._asdict())
            for notice in self.journal.notices()
        ]

    def _version_known_to(self, notice: Notice) -> str | None:
        """The version of the plan that a slip rests on; None where it does not say, as those of 0.1.0."""
        known = [version for version in self.versions.get(notice.policy, ()) if version.id <= notice.plans]
        return self.policy_of(known[-1]).version if known else None

    def slips(self, ledger: Ledger, until: str | None = None) -> list[Sent]:
        """The 督办单 about duties of `ledger` that were issued by its day, each with its answer.

        Those that are known, and, where the moment `until` is given, were recorded by then.
        """
        known, sealed = self.view.known, self.view.sealed

        def was_before(notice: Notice) -> bool:
            if sealed is not None and notice.sealed is not None:
                return notice.sealed < sealed  # of one second the chain alone tells which came first
            return until is None or notice.recorded_at <= until

        notices = [
            notice
            for notice in self.notices(ledger.day)
            if notice.issued_on <= ledger.day
            and was_before(notice)
            and (known is None or recorded_day(notice.recorded_at) <= known)
        ]
        if not notices:
            return []
        keys_of = {key: keys for keys in map(ledger.keys, ledger.duties) for key in keys}
        return [sent(notice, self.acts(ledger.day, keys_of[notice.key])) for notice in notices if notice.key in keys_of]

    def since(self, day: date, key: DutyKey, position: int, version: str | None) -> DutyKey:
        """`key`, which a paper bore that knew the entries up to `position`, in the terms of the plan of `day`.

        `version` is that of the plan which the paper rests on, None where it does not say. What the plan of `day` has
        not any more keeps its key, unless that means another measure now.
        """
        if key.policy not in self.plan.policies:
            return key
        history = self.history(key.policy)
        source, target = history.known_to(position, version), history.in_force(day)
        if (found := history.moved(key, source, target)) is not None:
            return found
        is_free = history.editions[target].policy.measure(key.measure) is None
        return key if is_free else key._replace(measure=-key.measure)
