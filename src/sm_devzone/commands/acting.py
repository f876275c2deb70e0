"""What the verbs that record something about a duty have in common: which duty, under which rule, said how."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from sm_devzone.commands.options import named_period
from sm_devzone.context import Context
from sm_devzone.domain.entry import Entry
from sm_devzone.domain.glossary import KINDS, STATES
from sm_devzone.domain.ledger import Duty, compute
from sm_devzone.domain.plan import Policy
from sm_devzone.domain.rules import BACK, check_act, check_day, choose_duty, is_already_so
from sm_devzone.errors import WrongUsage
from sm_devzone.storage.journal import Reader

MilestoneOption = Annotated[str | None, typer.Option("--milestone", help="哪个节点；“长期推进”指没有时限的部分")]
PeriodOption = Annotated[str | None, typer.Option("--period", help="哪个周期，如 2026、2026Q4、2026-11")]
OnOption = Annotated[str | None, typer.Option("--on", help="事情发生的日期；默认今天")]


def record(
    context: Context,
    n: str,
    units: list[str] | None,
    fact: Entry,
    *,
    milestone: str | None,
    period: str | None,
    policy: str | None,
    about: Callable[[Duty, Policy], Entry] | None = None,
) -> str:
    """Append `fact` once for each of `units`, about the duty that is meant, all or none; tell what came of it.

    `about` completes the fact from the duty, and may refuse it. The rules are asked while nobody else can write.
    """
    if not units:
        raise WrongUsage("缺少 --unit", f"例如：devzone {fact.kind} {n} --unit 商务局")
    wanted_period = named_period(period)
    plan = context.plan.only(policy)
    owner, measure = plan.find_measure(n)
    plan = plan.only(owner.id).narrowed_to(measure)
    names = list(dict.fromkeys(name for word in units for name in plan.find_units(word)))
    today = context.today
    check_day(fact.happened_on, owner, today)
    moved: dict[str, str] = {}

    def decide(reader: Reader) -> list[Entry]:
        records = reader.records(today, owner.id, measure.number)
        appointments = reader.appointments(today, owner.id, measure.number)
        ledger = compute(plan, records, appointments, today)
        new: list[Entry] = []
        for name in names:
            own = [duty for duty in ledger.duties if duty.unit == name]
            duty = choose_duty(own, measure, name, fact.kind, milestone, wanted_period)
            entry = (about(duty, owner) if about else fact).of(duty.key)
            acts = reader.acts(today, duty.key)
            if is_already_so(duty, entry.kind):
                context.tell(f"{name} 的这项任务{STATES[duty.state]}，没有重复登记")
                continue
            if acts and acts[0].says_the_same_as(entry):
                context.tell(f"{name} 的这项任务已有同样的记录（{acts[0].id} 号），没有重复登记")
                continue
            state = check_act(duty, entry)
            moved[name] = KINDS[entry.kind] if state in (duty.state, BACK) else STATES[state]
            new.append(entry)
        return new

    return "".join(
        f"{entry.id} 号记录：措施 {measure.number}{entry.place} {entry.unit} → {moved[entry.unit]}\n"
        for entry in context.append(decide)
    )
