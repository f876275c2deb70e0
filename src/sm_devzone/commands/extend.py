"""`devzone extend N --unit U --to DATE --reason R`: a later date; the first one stays visible."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from sm_devzone.books import Books
from sm_devzone.commands.acting import MilestoneOption, OnOption, PeriodOption, Target, record
from sm_devzone.commands.options import (
    ByOption,
    MeasuresArgument,
    PolicyOption,
    ReasonOption,
    UnitsOption,
    YesOption,
    recorder,
)
from sm_devzone.context import Context
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import Act, Entry
from sm_devzone.domain.rules import check_extension
from sm_devzone.domain.text import check_text
from sm_devzone.errors import WrongUsage


def command(
    ctx: typer.Context,
    n: MeasuresArgument,
    unit: UnitsOption = None,
    to: Annotated[str | None, typer.Option("--to", help="延期到哪一天")] = None,
    reason: ReasonOption = None,
    milestone: MilestoneOption = None,
    period: PeriodOption = None,
    on: OnOption = None,
    by: ByOption = None,
    yes: YesOption = False,
    policy: PolicyOption = None,
) -> str:
    """批准延期：写明新时限和原因。原定时限、延期次数一直看得到；时限过后才延的标明“逾期后延期”。"""
    context: Context = ctx.obj
    if to is None:
        raise WrongUsage("缺少 --to", "例如：--to 2026-12-31")
    later = context.settings.day(to, ahead=True)
    words = {"due": later, "note": check_text("延期原因", reason)}
    act = Act("extend", context.settings.day(on), recorder(context, by), words)

    def from_the_date_that_counts(books: Books, duty: Duty, acts: Sequence[Entry]) -> dict[str, date]:
        then, policy = books.ordered_on(act.happened_on, duty)
        return {"due_before": check_extension(then, acts, act.happened_on, later, policy)}

    target = Target(n, unit, milestone, period, policy)
    return record(context, target, act, yes=yes, of_duty=from_the_date_that_counts)
