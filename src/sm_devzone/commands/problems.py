"""`devzone problems`: 需协调事项清单 and the other problems, as they stand; with a number that one is solved."""

from __future__ import annotations

from typing import Annotated

import typer

from sm_devzone.books import Books
from sm_devzone.commands.acting import OnOption
from sm_devzone.commands.options import (
    AsOfOption,
    ByOption,
    JsonOption,
    KnownOption,
    MeasureOption,
    PolicyOption,
    UnitsOption,
    complete_units,
    recorder,
)
from sm_devzone.context import Context
from sm_devzone.domain.entry import Act, Entry
from sm_devzone.domain.ledger import Ledger
from sm_devzone.domain.phrases import quoted_place
from sm_devzone.domain.plan import Plan
from sm_devzone.domain.problems import Problem, needs_told, problems
from sm_devzone.domain.rules import check_day, check_place
from sm_devzone.domain.selection import Selection
from sm_devzone.domain.text import check_text
from sm_devzone.errors import NotFound, Refused, WrongUsage
from sm_devzone.output import rows
from sm_devzone.output.listing import Listing


def command(
    ctx: typer.Context,
    number: Annotated[
        str | None, typer.Argument(metavar="编号", help="哪个问题；不写就列出问题。编号是第一次提出它的记录的编号")
    ] = None,
    solved: Annotated[str | None, typer.Option("--solved", help="登记这个问题解决了：怎么解决的、依据什么")] = None,
    unit: UnitsOption = None,
    needs: Annotated[
        str | None, typer.Option("--needs", help="只看要请这个单位协调解决的", autocompletion=complete_units)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="已解决的、改提了别的问题的也列出")] = False,
    on: OnOption = None,
    measure: MeasureOption = None,
    by: ByOption = None,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    known: KnownOption = None,
    json: JsonOption = False,
) -> str | Listing:
    """存在问题和需协调事项：谁提的、什么时候起、提过几次、要请谁解决。写编号和 --solved：登记解决了。"""
    context: Context = ctx.obj
    if number is not None:
        if as_of is not None or known is not None or json or every or needs:
            raise WrongUsage("登记问题解决时不用 --as-of、--known、--json、--all 和 --needs", "列出问题时不要写编号")
        return _solve(context, number, solved, on, by, policy)
    for option, given in (("--solved", solved), ("--on", on)):
        if given is not None:
            raise WrongUsage(f"{option} 要和问题的编号一起用", "例如：devzone problems 12 --solved 专题会议已明确")
    day = context.settings.day(as_of)
    plan = context.plan.only(policy)
    selection = context.select(policy, measure, unit)
    wanted = _asked_of(plan, needs)
    with context.books(context.settings.known(known)) as books:
        ledger = books.ledger(day, selection)
        found = problems(ledger, *books.spoken(ledger, selection.policy))
        meant = books.selected(selection, day).of(found)
    listed = [
        one
        for one in meant
        if (every or one.waits) and (not wanted or wanted & set((needs_told(plan, one.needs) or "").split("、")))
    ]
    return Listing(
        "problems",
        day,
        plan,
        content=lambda: {"problems": rows.as_objects(listed)},
        lines=lambda: listed,
        draw=lambda screen: screen.problems(listed, day, several=len(plan.policies) > 1),
        as_json=json,
    )


def _asked_of(plan: Plan, text: str | None) -> set[str]:
    """The names under which a unit may stand as the one that must solve a problem; empty where none is asked for."""
    if text is None:
        return set()
    try:
        return {*plan.find_units(text), text}
    except NotFound:
        return {text}


def _solve(context: Context, text: str, solved: str | None, on: str | None, by: str | None, policy: str | None) -> str:
    digits = text.strip().removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise WrongUsage(f"“{text}”不是问题的编号", "编号是一个整数，见 devzone problems")
    number, words = int(digits), check_text("怎么解决的", solved)
    if words is None:
        raise WrongUsage("缺少 --solved", f"例如：devzone problems {number} --solved 专题会议已明确")
    act = Act("solve", context.settings.day(on), recorder(context, by), {"note": words})
    today = context.settings.today

    def decide(books: Books) -> list[Entry]:
        ledger = books.ledger(today, Selection(policy))
        found = problems(ledger, *books.spoken(ledger, policy))
        problem = next((one for one in found if one.number == number), None)
        if problem is None:
            raise NotFound(f"没有 {number} 号问题", "用 devzone problems --all 查编号")
        if problem.state == "solved":
            context.terminal.tell(f"{number} 号问题{problem.solved_on} 已解决（{problem.solution}），没有重复登记")
            return []
        return [_solution(books, ledger, problem, act)]

    return "".join(
        f"{entry.id} 号记录：{number} 号问题（措施 {entry.measure}{quoted_place(entry)} {entry.unit}）→ 已解决\n"
        for entry in context.append(decide)
    )


def _solution(books: Books, ledger: Ledger, problem: Problem, act: Act) -> Entry:
    (duty,) = [duty for duty in ledger.duties if duty.key == problem.key]
    policy = ledger.plan.policies[duty.policy]
    check_day(act.happened_on, policy, ledger.day)
    if act.happened_on < problem.last_on:
        raise Refused(
            f"{problem.number} 号问题 {problem.last_on} 还提过，不能在 {act.happened_on} 已经解决", "请改 --on"
        )
    entry = act.about(duty.key)._replace(problem=problem.words)
    check_place(duty, books.acts(ledger.day, ledger.keys(duty)), entry, policy.repealed_on)
    return entry
