"""`devzone transfer [N] --from A --to B`: what a unit owes goes over to another as it stands (移交)."""

from __future__ import annotations

from typing import Annotated

import typer

from sm_devzone.books import Books
from sm_devzone.commands.acting import OnOption
from sm_devzone.commands.appointing import check_appointments
from sm_devzone.commands.options import (
    ByOption,
    PolicyOption,
    ReasonOption,
    complete_measures,
    complete_units,
    recorder,
)
from sm_devzone.context import Context
from sm_devzone.domain.appointments import in_office
from sm_devzone.domain.entry import Act, DutyKey, Entry
from sm_devzone.domain.plan import Plan
from sm_devzone.domain.rules import check_day
from sm_devzone.domain.text import check_text
from sm_devzone.errors import Refused, WrongUsage


def command(
    ctx: typer.Context,
    n: Annotated[
        str | None,
        typer.Argument(metavar="N", help="措施序号；不写就是全部没有办结的", autocompletion=complete_measures),
    ] = None,
    giver: Annotated[
        str | None, typer.Option("--from", metavar="单位", help="交出的单位", autocompletion=complete_units)
    ] = None,
    taker: Annotated[
        str | None, typer.Option("--to", metavar="单位", help="接手的单位", autocompletion=complete_units)
    ] = None,
    reason: ReasonOption = None,
    on: OnOption = None,
    by: ByOption = None,
    policy: PolicyOption = None,
) -> str:
    """移交：一个单位没有办结的任务由另一个单位接着办，状态、时限、延期、报送都接过去；已销号的还是原单位的。"""
    context: Context = ctx.obj
    plan = context.plan.only(policy)
    for option, given in (("--from", giver), ("--to", taker)):
        if given is None:
            raise WrongUsage(f"缺少 {option}", "例如：devzone transfer 4 --from 市甲局 --to 市乙局 --reason 依据")
    former, heir = _single(plan, giver or ""), _single(plan, taker or "")
    if former == heir:
        raise WrongUsage(f"交出和接手的是同一个单位：{former}", "改名不用移交：把旧名写进计划文件里这个单位的 aliases")
    kept_reason = check_text("依据", reason)
    if kept_reason is None:
        raise WrongUsage("移交要写依据", "加上 --reason 依据，例如机构改革方案的文号")
    today = context.settings.today
    said = {"note": kept_reason, "to_unit": heir}
    act = Act("transfer", context.settings.day(on), recorder(context, by), said)
    selection = context.select(policy, n, former)
    meant = [(owner, measure) for owner in selection.narrow(plan) for measure in owner.measures]

    def decide(books: Books) -> list[Entry]:
        open_ones = {
            (duty.policy, duty.measure)
            for duty in books.ledger(today, selection).duties
            if duty.unit == former and duty.state not in ("closed_out", "terminated")
        }
        new = []
        for owner, measure in meant:
            acts = books.appointments(today, owner.id, measure.number)
            listed = books.listings(today, owner.id, measure.number)
            if former not in in_office(measure, acts, listed, act.happened_on) or (
                n is None and (owner.id, measure.number) not in open_ones
            ):
                continue
            check_day(act.happened_on, owner, today)
            plan.only(owner.id).find_units(heir)  # it may stand in the register of another policy only
            entry = act.about(DutyKey(owner.id, measure.number, former))
            check_appointments(books, today, entry)
            new.append(entry)
        return new

    entries = context.append(decide)
    if not entries:
        where = f"措施 {n} 里" if n is not None else "台账里"
        raise Refused(f"{former} 在{where}没有可以移交的任务", f"看它的任务：devzone assign --unit {former}")
    return "".join(
        f"{e.id} 号记录：措施 {context.plan.number_of(e.policy, e.measure)} {e.unit} 移交给 {e.to_unit}\n"
        for e in entries
    )


def _single(plan: Plan, word: str) -> str:
    """The one unit that `word` means. Raises WrongUsage for a collective with members."""
    found = plan.find_units(word)
    if len(found) != 1:
        raise WrongUsage(f"“{word}”是集合单位，移交要写明一个单位", f"它的成员：{'、'.join(found)}")
    return found[0]
