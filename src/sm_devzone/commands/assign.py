"""`devzone assign`: without N the duties of a unit (任务清单); with N the office's decision on who answers for N."""

from __future__ import annotations

from typing import Annotated

import typer

from sm_devzone.books import Books
from sm_devzone.commands.acting import OnOption
from sm_devzone.commands.appointing import appointment, check_appointments
from sm_devzone.commands.options import (
    AsOfOption,
    ByOption,
    JsonOption,
    KnownOption,
    PolicyOption,
    ReasonOption,
    UnitsOption,
    chosen,
    complete_measures,
    complete_terms,
    recorder,
)
from sm_devzone.context import Context
from sm_devzone.domain.appointments import in_office
from sm_devzone.domain.entry import Act, DutyKey, Entry
from sm_devzone.domain.glossary import ROLES
from sm_devzone.domain.ledger import by_urgency
from sm_devzone.domain.rules import check_day
from sm_devzone.domain.text import check_text
from sm_devzone.errors import WrongUsage
from sm_devzone.output.listing import Listing, duty_list


def command(
    ctx: typer.Context,
    n: Annotated[
        str | None,
        typer.Argument(metavar="N", help="措施序号；写了就是增减责任单位", autocompletion=complete_measures),
    ] = None,
    unit: UnitsOption = None,
    role: Annotated[
        str | None,
        typer.Option(
            "--role", help="角色：lead 牵头、responsible 责任、assisting 配合", autocompletion=complete_terms(ROLES)
        ),
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="移出这条措施；已有的记录都保留")] = False,
    reason: ReasonOption = None,
    on: OnOption = None,
    by: ByOption = None,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    known: KnownOption = None,
    json: JsonOption = False,
) -> str | Listing:
    """不写 N：列出单位的任务清单，最急的在前。写 N：给措施 N 交办单位、改角色，或用 --remove 移出。"""
    context: Context = ctx.obj
    unit = context.units_meant(unit)
    if not unit:
        raise WrongUsage("缺少 --unit", "例如：devzone assign --unit 商务局")
    if n is None:
        for option, given in (("--role", role), ("--remove", remove), ("--reason", reason), ("--on", on), ("--by", by)):
            if given:
                raise WrongUsage(f"{option} 要和措施序号一起用", "例如：devzone assign 4 --unit 市林业局 --reason 依据")
        return _list(context, unit, policy, as_of, known, as_json=json)
    if as_of is not None or known is not None or json:
        raise WrongUsage("交办时不用 --as-of、--known 和 --json", "看任务清单时不要写措施序号")
    wanted = chosen("--role", role, ROLES)
    if remove and wanted:
        raise WrongUsage("--role 和 --remove 只能写一个")
    kept_reason = check_text("依据", reason)
    if kept_reason is None:
        raise WrongUsage("交办和移出都要写依据", "加上 --reason 依据，例如会议纪要或文号")
    kept_role = None if remove else wanted or "responsible"
    said = {"role": kept_role, "note": kept_reason}
    act = Act("remove" if remove else "assign", context.settings.day(on), recorder(context, by), said)
    return _decide(context, n, unit, kept_role, act, policy)


def _list(
    context: Context, units: list[str], policy: str | None, as_of: str | None, known: str | None, *, as_json: bool
) -> Listing:
    day = context.settings.day(as_of)
    selection = context.select(policy, units=units)
    with context.books(context.settings.known(known)) as books:
        ledger = books.ledger(day, selection)
        meant = books.selected(selection, day).of(ledger.duties)
        duties = by_urgency(books.with_words(meant, ledger))
    title = f"任务清单  {'、'.join(sorted(selection.units or ()))}"
    return duty_list("assign", ledger, title, duties, as_json=as_json)


def _decide(context: Context, n: str, units: list[str], role: str | None, act: Act, policy_id: str | None) -> str:
    owner = context.select(policy_id, n, units).policy if role is None else policy_id
    plan = context.plan.only(owner)
    policy, measure = plan.find_measure(n, lambda own, _: all(plan.only(own).has_unit(unit) for unit in units))
    names = list(dict.fromkeys(name for unit in units for name in plan.only(policy.id).find_units(unit)))
    today = context.settings.today
    check_day(act.happened_on, policy, today)

    def decide(books: Books) -> list[Entry]:
        acts = books.appointments(today, policy.id, measure.number)
        listed = books.listings(today, policy.id, measure.number)
        new: list[Entry] = []
        for name in names:
            term = in_office(measure, acts, listed, act.happened_on).get(name)
            if role == (term.role if term else None):
                continue
            entry = act.about(DutyKey(policy.id, measure.number, name))
            check_appointments(books, today, entry, also=acts)
            acts = sorted([*acts, appointment(entry)], key=lambda own: (own.day, own.number))
            new.append(entry)
        return new

    appended = context.append(decide)
    changed = {entry.unit for entry in appended}
    if same := [name for name in names if name not in changed]:
        context.terminal.tell(f"{'、'.join(same)} 已经如此，没有重复登记")
    done = "移出" if role is None else f"交办（{ROLES[role]}）"
    number = context.plan.number_of(policy.id, measure.number)
    return "".join(f"{entry.id} 号记录：措施 {number} {entry.unit} {done}\n" for entry in appended)
