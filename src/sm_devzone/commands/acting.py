"""What the verbs that record something about a duty have in common: which duty, under which rule, said how."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, NamedTuple, TypeVar

import typer

from sm_devzone.books import Books
from sm_devzone.commands.options import complete_milestones, each_number, is_agreed, named_period
from sm_devzone.context import Context
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import Act, DutyKey, Entry
from sm_devzone.domain.gathering import gathered
from sm_devzone.domain.glossary import KINDS, STATES
from sm_devzone.domain.phrases import quoted_place
from sm_devzone.domain.plan import Measure, Policy
from sm_devzone.domain.rules import check_day, check_place, choose_duty, is_already_so
from sm_devzone.errors import DevzoneError, WrongUsage

MilestoneOption = Annotated[
    str | None,
    typer.Option("--milestone", help="哪个节点；“长期推进”指没有时限的部分", autocompletion=complete_milestones),
]
PeriodOption = Annotated[str | None, typer.Option("--period", help="哪个周期，如 2026、2026Q4、2026-11")]
OnOption = Annotated[str | None, typer.Option("--on", help="事情发生的日期；默认今天")]


class Target(NamedTuple):
    """Which duties are meant, in the words of the options: of each measure one a unit."""

    measures: str
    units: list[str] | None
    milestone: str | None
    period: str | None
    policy: str | None


class Meant(NamedTuple):
    """A duty, the policy that it is of, and the keys under which its entries are kept."""

    duty: Duty
    policy: Policy
    keys: Sequence[DutyKey]


def record(
    context: Context,
    target: Target,
    act: Act,
    *,
    yes: bool = False,
    of_duty: Callable[[Books, Duty, Sequence[Entry]], Mapping[str, Any]] | None = None,
    at_last: Callable[[], Mapping[str, Any]] | None = None,
) -> str:
    """Append `act` once for each measure and unit, about the duty that is meant, all or none; tell what came of it.

    Of several measures it is shown first and asked, unless `yes`. The rules are asked while nobody else can write.
    `of_duty` gives what the fact says besides, from the duty, and may refuse it; `at_last` gives what takes long to
    make: asked once the duty is known, and before anybody has to wait.
    """
    target = target._replace(units=context.units_meant(target.units))
    if not target.units:
        raise WrongUsage("缺少 --unit", f"例如：devzone {act.kind} {target.measures} --unit 商务局")
    period = named_period(target.period)
    selection = context.select(target.policy, each_number(target.measures), target.units)._replace(units=None)
    plan = context.plan.only(selection.policy)
    measures = [
        (policy, measure)
        for policy in plan
        for measure in policy.measures
        if (policy.id, measure.number) in (selection.measures or ())
    ]
    today = context.settings.today
    wanted = [
        (policy, measure, name)
        for policy, measure in measures
        for name in dict.fromkeys(name for word in target.units for name in plan.only(policy.id).find_units(word))
    ]
    for policy, _ in measures:
        check_day(act.happened_on, policy, today)

    number_of = context.plan.number_of

    def meant(books: Books) -> list[Meant]:
        ledger = books.ledger(today, selection)
        own = gathered(((duty.policy, duty.measure, duty.unit), duty) for duty in ledger.duties)

        def chosen(wanted: tuple[Policy, Measure, str]) -> Meant:
            policy, measure, name = wanted
            duties = own.get((policy.id, measure.number, name), [])
            number = number_of(policy.id, measure.number)
            if name not in ledger.rosters.get((policy.id, measure.number), ()):
                then = books.owed_on(act.happened_on, DutyKey(policy.id, measure.number, name))
                held = {key for duty in ledger.duties for key in ledger.keys(duty)} if then else ()
                duties = [*duties, *(duty for duty in then if duty.key not in held)]  # what others go on with is theirs
            duty = choose_duty(duties, measure, name, act.kind, target.milestone, period, number)
            return Meant(duty, policy, ledger.keys(duty))

        return each_or_none(wanted, chosen, lambda one: f"措施 {number_of(one[0].id, one[1].number)} {one[2]}")

    return appended(context, meant, act, asks=len(measures) > 1 and not yes, of_duty=of_duty, at_last=at_last)


def appended(
    context: Context,
    meant: Callable[[Books], Sequence[Meant]],
    act: Act,
    *,
    asks: bool,
    of_duty: Callable[[Books, Duty, Sequence[Entry]], Mapping[str, Any]] | None = None,
    at_last: Callable[[], Mapping[str, Any]] | None = None,
) -> str:
    """As `record`, of the duties that `meant` finds in the books; where it `asks`, they are shown first."""
    today, number_of = context.settings.today, context.plan.number_of
    outcomes: dict[DutyKey, str] = {}

    def decide(books: Books) -> list[Entry]:
        def fact(one: Meant) -> Entry | None:
            duty, policy, keys = one
            acts = books.acts(today, keys)
            entry = act.about(duty.key)._replace(**(of_duty(books, duty, acts) if of_duty else {}))
            if is_already_so(duty, entry.kind):
                context.terminal.tell(f"{duty.unit} 的这项任务{STATES[duty.state]}，没有重复登记")
                return None
            if acts and acts[0].says_the_same_as(entry):
                context.terminal.tell(f"{duty.unit} 的这项任务已有同样的记录（{acts[0].id} 号），没有重复登记")
                return None
            number = number_of(policy.id, duty.measure)
            state = check_place(duty, acts, entry, policy.repealed_on, number)
            outcomes[entry.key] = _outcome(entry, duty, state)
            return entry

        def called(one: Meant) -> str:
            return f"措施 {number_of(one.duty.policy, one.duty.measure)} {one.duty.unit}"

        told = each_or_none(meant(books), fact, called)
        return [entry for entry in told if entry is not None]

    if asks:
        with context.books() as books:
            entries = decide(books)
        if entries and context.terminal.can_ask:
            from sm_devzone.output import screen

            context.terminal.show(
                screen.to_be_recorded(context.plan, [(entry, outcomes[entry.key]) for entry in entries])
            )
        if entries and not is_agreed(context, f"登记这 {len(entries)} 条吗？"):
            return ""
    if at_last:
        context.journal.database.check_folder()
        with context.books() as books:
            meant(books)
        act = act._replace(said={**act.said, **at_last()})
    return "".join(
        f"{entry.id} 号记录：措施 {number_of(entry.policy, entry.measure)}{quoted_place(entry)} {entry.unit} "
        f"→ {outcomes[entry.key]}\n"
        for entry in context.append(decide)
    )


def _outcome(entry: Entry, duty: Duty, state: str) -> str:
    """What an entry comes to: the state it leads to, else what it is, with the new date of an extension."""
    if entry.kind == "extend":
        return f"延期到 {entry.due}"
    return KINDS[entry.kind] if entry.kind == "resume" or state == duty.state else STATES[state]


_One = TypeVar("_One")
_Made = TypeVar("_Made")
_MOST_TOLD = 20


def each_or_none(several: Sequence[_One], make: Callable[[_One], _Made], called: Callable[[_One], str]) -> list[_Made]:
    """What `make` makes of each. Where it refuses some, raises for all of them at once, each as it is `called`."""
    made: list[_Made] = []
    failed: list[tuple[str, DevzoneError]] = []
    for one in several:
        try:
            made.append(make(one))
        except DevzoneError as error:
            if len(several) == 1:
                raise
            failed.append((called(one), error))
    if failed:
        remedies = {error.remedy for _, error in failed}
        told = [
            f"  {name}：{error.message}" + (f"；{' '.join(error.remedy.split())}" if len(remedies) > 1 else "")
            for name, error in failed[:_MOST_TOLD]
        ]
        told += [f"  ……还有 {len(failed) - _MOST_TOLD} 项"] if len(failed) > _MOST_TOLD else []
        way_on = remedies.pop() if len(remedies) == 1 else "去掉这几项，其余的可以登记"
        said = f"{len(several)} 项里有 {len(failed)} 项不能登记，一条也没有登记"
        raise type(failed[0][1])(said, "\n".join([*told, way_on]))
    return made
