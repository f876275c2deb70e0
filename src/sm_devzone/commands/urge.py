"""`devzone urge`: who is to be urged, by unit; with --by-means a reminder that was sent, about one item or all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from sm_devzone import files
from sm_devzone.books import Books
from sm_devzone.commands.acting import Meant, MilestoneOption, OnOption, PeriodOption, Target, appended, record
from sm_devzone.commands.options import (
    AsOfOption,
    ByOption,
    EmlOption,
    JsonOption,
    KnownOption,
    PolicyOption,
    UnitsOption,
    YesOption,
    complete_measures,
    recorder,
)
from sm_devzone.context import Context
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import Act
from sm_devzone.domain.gathering import gathered
from sm_devzone.domain.ledger import Ledger, by_urgency
from sm_devzone.domain.letters import urged
from sm_devzone.domain.plan import Plan
from sm_devzone.domain.rules import MOVES, check_day
from sm_devzone.domain.selection import Selection
from sm_devzone.domain.text import check_text
from sm_devzone.errors import WrongUsage
from sm_devzone.output import rows
from sm_devzone.output.listing import Listing
from sm_devzone.papers import letters
from sm_devzone.papers.issuing import written


def command(
    ctx: typer.Context,
    n: Annotated[
        str | None,
        typer.Argument(
            metavar="N", help="措施序号，几条写成 1,2,5-9；不写就是该催的全部", autocompletion=complete_measures
        ),
    ] = None,
    unit: UnitsOption = None,
    means: Annotated[str | None, typer.Option("--by-means", help="怎么催的：电话、书面、当面……；写了就登记")] = None,
    note: Annotated[str | None, typer.Option("--note", help="催办内容或对方答复")] = None,
    milestone: MilestoneOption = None,
    period: PeriodOption = None,
    on: OnOption = None,
    eml: EmlOption = False,
    output: Annotated[str | None, typer.Option("-o", "--output", help="--eml 写到哪个文件夹，默认 ./mails/")] = None,
    by: ByOption = None,
    yes: YesOption = False,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    known: KnownOption = None,
    json: JsonOption = False,
) -> str | Listing:
    """按单位列出该催的任务（逾期的、到期未报送的，今天催过的不再列）；写 --by-means 登记催办，不写 N 是该催的全部。"""
    context: Context = ctx.obj
    if n is None and means is None:
        for option, given in (("--note", note), ("--milestone", milestone), ("--period", period), ("--on", on)):
            if given:
                raise WrongUsage(f"{option} 要和 --by-means 一起用", f"例如：{_EXAMPLE}")
        if eml and json:
            raise WrongUsage("--eml 和 --json 只能写一个")
        folder = Path(output or "mails") if eml else None
        if output is not None and not eml:
            raise WrongUsage("-o 要和 --eml 一起用", "例如：devzone urge --eml -o 催办信")
        return _list(context, unit, policy, as_of, known, folder, as_json=json)
    if eml:
        raise WrongUsage("--eml 不和登记催办一起用", "先写信：devzone urge --eml；发出以后再登记")
    if as_of is not None or known is not None or json:
        raise WrongUsage("登记催办时不用 --as-of、--known 和 --json", "看该催的任务：devzone urge")
    words = {"means": check_text("催办方式", means), "note": check_text("催办内容", note)}
    act = Act("urge", context.settings.day(on), recorder(context, by), words)
    if n is not None:
        return record(context, Target(n, unit, milestone, period, policy), act, yes=yes)
    if milestone or period:
        raise WrongUsage("--milestone、--period 要和措施序号一起用", "不写措施序号，就是这个单位该催的全部")
    if not unit:
        raise WrongUsage("缺少 --unit", f"例如：{_EXAMPLE}")
    return _called(context, context.select(policy, units=unit), act, yes=yes)


_EXAMPLE = "devzone urge --unit 建宁 --by-means 电话 --note 答应周五报"


def _called(context: Context, selection: Selection, act: Act, *, yes: bool) -> str:
    """Record a call about all that is to be urged of the units, one fact a duty."""
    today = context.settings.today

    def meant(books: Books) -> list[Meant]:
        ledger = books.ledger(today, selection)
        policies = ledger.plan.policies
        wanted = to_be_urged(ledger, books.selected(selection, today))
        if not wanted:
            context.terminal.tell("没有该催的任务（逾期的、到期未报送的，今天催过的不算）")
        for policy in {policies[duty.policy].id: policies[duty.policy] for duty in wanted}.values():
            check_day(act.happened_on, policy, today)
        return [Meant(duty, policies[duty.policy], ledger.keys(duty)) for duty in by_urgency(wanted)]

    return appended(context, meant, act, asks=len(selection.units or ()) > 1 and not yes)


def to_be_urged(ledger: Ledger, selection: Selection) -> list[Duty]:
    """Of what is selected the open duties that are overdue or 未报送, and were not urged on the day of the ledger."""
    return [
        duty
        for duty in selection.of(ledger.duties)
        if (duty.signal == "overdue" or duty.unreported)
        and duty.state in MOVES["urge"].moves
        and ledger.record(duty).urged_on != ledger.day
    ]


def _list(
    context: Context,
    units: list[str] | None,
    policy: str | None,
    as_of: str | None,
    known: str | None,
    folder: Path | None,
    *,
    as_json: bool,
) -> str | Listing:
    day = context.settings.day(as_of)
    selection = context.select(policy, units=units)
    with context.books(context.settings.known(known)) as books:
        ledger = books.ledger(day, selection)
        wanted = to_be_urged(ledger, books.selected(selection, day))
        calls = gathered((duty.unit, duty) for duty in by_urgency(books.with_words(wanted, ledger)))
    if folder is not None:
        return _mailed(context, ledger.plan, calls, folder)
    duties = [duty for own in calls.values() for duty in own]
    return Listing(
        "urge",
        day,
        ledger.plan,
        content=lambda: {
            "duties": rows.as_objects(duties),
            "contacts": {unit: rows.as_objects(found) for unit in calls if (found := context.contacts.of(unit))},
        },
        lines=lambda: duties,
        draw=lambda screen: screen.calls(ledger, calls, context.contacts),
        as_json=as_json,
    )


def _mailed(context: Context, plan: Plan, calls: Mapping[str, Sequence[Duty]], folder: Path) -> str:
    """A mail for each unit about all that it is urged for; return where they lie. That is no 催办 yet: it is unsent."""
    paths: list[Path] = []
    for unit, own in calls.items():
        letter = letters.mail(context, "urge", unit, plan, [d.policy for d in own], map(urged, own), None, {})
        name = f"{unit}-催办-{context.settings.today:%Y%m%d}.eml"
        paths += written({folder / files.safe_name(name): letter})
    if paths:
        context.terminal.tell("发出以后再登记：devzone urge --unit 单位 --by-means 邮件")
    return "".join(f"{path}\n" for path in paths)
