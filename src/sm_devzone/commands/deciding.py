"""The office's decisions on a duty that need words and nothing else: one command function for each such verb."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from sm_devzone.commands.acting import MilestoneOption, OnOption, PeriodOption, Target, record
from sm_devzone.commands.options import ByOption, MeasuresArgument, PolicyOption, UnitsOption, YesOption, recorder
from sm_devzone.context import Context
from sm_devzone.domain.entry import Act
from sm_devzone.domain.rules import MOVES
from sm_devzone.domain.text import check_text


def verb(kind: str, says: str) -> Callable[..., str]:
    """The command that appends one entry of `kind`; `says` is its help."""
    asks = MOVES[kind].asks

    def command(
        ctx: typer.Context,
        n: MeasuresArgument,
        unit: UnitsOption = None,
        milestone: MilestoneOption = None,
        period: PeriodOption = None,
        note: Annotated[str | None, typer.Option("--note", help="依据或原因，必写")] = None,
        on: OnOption = None,
        by: ByOption = None,
        yes: YesOption = False,
        policy: PolicyOption = None,
    ) -> str:
        context: Context = ctx.obj
        words = {"note": check_text(asks, note)}
        act = Act(kind, context.settings.day(on), recorder(context, by), words)
        return record(context, Target(n, unit, milestone, period, policy), act, yes=yes)

    command.__doc__ = says
    return command
