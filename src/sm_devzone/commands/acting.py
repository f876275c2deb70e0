"""What the verbs that record something about a duty have in common: which duty, under which rule, said how."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, NamedTuple

import typer

from sm_devzone.books import Books
from sm_devzone.commands.options import complete_milestones, named_period
from sm_devzone.context import Context
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import Act, DutyKey, Entry
from sm_devzone.domain.glossary import KINDS, STATES
from sm_devzone.domain.phrases import quoted_place
from sm_devzone.domain.plan import Policy
from sm_devzone.domain.rules import check_day, check_place, choose_duty, is_already_so
from sm_devzone.errors import WrongUsage

MilestoneOption = Annotated[
    str | None,
    typer.Option("--milestone", help="哪个节点；“长期推进”指没有时限的部分", autocompletion=complete_milestones),
]
PeriodOption = Annotated[str | None, typer.Option("--period", help="哪个周期，如 2026、2026Q4、2026-11")]
OnOption = Annotated[str | None, typer.Option("--on", help="事情发生的日期；默认今天")]


class Target(NamedTuple):
    """Which duty is meant, in the words of the options: one a unit."""

    measure: str
    units: list[str] | None
    milestone: str | None
    period: str | None
    policy: str | None


def record(
    context: Context,
    target: Target,
    act: Act,
    *,
    of_duty: Callable[[Duty, Policy, Sequence[Entry]], Mapping[str, Any]] | None = None,
    at_last: Callable[[], Mapping[str, Any]] | None = None,
) -> str:
    """Append `act` once for each unit, about the duty that is meant, all or none; tell what came of it.

    The rules are asked while nobody else can write. `of_duty` gives what the fact says besides, from the duty, and may
    refuse it; `at_last` gives what takes long to make: asked once the duty is known, and before anybody has to wait.
    """
    if not target.units:
        raise WrongUsage("缺少 --unit", f"例如：devzone {act.kind} {target.measure} --unit 商务局")
    period = named_period(target.period)
    plan = context.plan.only(target.policy)
    selection = context.select(target.policy, target.measure, target.units)._replace(units=None)
    ((policy, measure),) = [(policy, measure) for policy in selection.narrow(plan) for measure in policy.measures]
    number = context.plan.number_of(policy.id, measure.number)
    names = list(dict.fromkeys(name for word in target.units for name in plan.only(policy.id).find_units(word)))
    today = context.settings.today
    check_day(act.happened_on, policy, today)
    moved: dict[str, str] = {}

    def meant(books: Books) -> list[tuple[Duty, Sequence[DutyKey]]]:
        ledger = books.ledger(today, selection)
        duties = [
            choose_duty(
                [d for d in ledger.duties if d.unit == name],
                measure,
                name,
                act.kind,
                target.milestone,
                period,
                number,
            )
            for name in names
        ]
        return [(duty, ledger.keys(duty)) for duty in duties]

    if at_last:
        context.journal.database.check_folder()
        with context.books() as books:
            meant(books)
        act = act._replace(said={**act.said, **at_last()})

    def decide(books: Books) -> list[Entry]:
        new: list[Entry] = []
        for duty, keys in meant(books):
            acts = books.acts(today, keys)
            entry = act.about(duty.key)._replace(**(of_duty(duty, policy, acts) if of_duty else {}))
            if is_already_so(duty, entry.kind):
                context.terminal.tell(f"{duty.unit} 的这项任务{STATES[duty.state]}，没有重复登记")
            elif acts and acts[0].says_the_same_as(entry):
                context.terminal.tell(f"{duty.unit} 的这项任务已有同样的记录（{acts[0].id} 号），没有重复登记")
            else:
                state = check_place(duty, acts, entry, policy.repealed_on, number)
                moved[duty.unit] = KINDS[entry.kind] if entry.kind == "resume" or state == duty.state else STATES[state]
                new.append(entry)
        return new

    return "".join(
        f"{entry.id} 号记录：措施 {number}{quoted_place(entry)} {entry.unit} → {moved[entry.unit]}\n"
        for entry in context.append(decide)
    )
