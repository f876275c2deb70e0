"""`devzone void ENTRY --reason R`: an entry made by mistake stops counting and stays visible."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from sm_devzone.books import Books
from sm_devzone.commands.appointing import check_appointments
from sm_devzone.commands.options import ByOption, ReasonOption, recorder
from sm_devzone.context import Context
from sm_devzone.domain.entry import Act, DutyKey, Entry
from sm_devzone.domain.phrases import quoted_place
from sm_devzone.domain.rules import check_void
from sm_devzone.domain.selection import Selection
from sm_devzone.domain.text import check_text, one_line
from sm_devzone.errors import WrongUsage


def command(
    ctx: typer.Context,
    entry: Annotated[str, typer.Argument(metavar="编号", help="记录编号，见 devzone history")],
    reason: ReasonOption = None,
    by: ByOption = None,
) -> str:
    """作废一条登错的记录：不再计入台账，流水里仍看得到。"""
    context: Context = ctx.obj
    digits = entry.strip().removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise WrongUsage(f"“{entry}”不是记录编号", "编号是一个整数，见 devzone history")
    number = int(digits)
    kept_reason = check_text("原因", reason)
    if kept_reason is None:
        raise WrongUsage("作废要写原因", f"例如：devzone void {number} --reason 填错单位")
    who = recorder(context, by)

    today = context.settings.today

    def take_back(books: Books) -> list[Entry]:
        found = books.journal.entry(number)
        history = books.acts(today, _kept_under(books, today, found)) if found else []
        target = check_void(found, number, history)
        if target.voided_by is not None:
            context.terminal.tell(f"{number} 号记录已被 {target.voided_by} 号作废，没有重复登记")
            return []
        if target.kind in ("assign", "remove", "transfer"):
            check_appointments(books, today, target, without=number)
        return [Act("void", today, who, {"note": kept_reason, "voids": number}).about(target.key)]

    def told(entry: Entry) -> str:
        measure = context.plan.number_of(entry.policy, entry.measure)
        return one_line(f"{entry.id} 号记录：作废 {number} 号（措施 {measure}{quoted_place(entry)} {entry.unit}）")

    return "".join(f"{told(entry)}\n" for entry in context.append(take_back))


def _kept_under(books: Books, today: date, entry: Entry) -> Sequence[DutyKey]:
    """The keys of the duty that `entry` is about: after a hand-over, those of all units that have had it."""
    (key,) = (own.key for own in books.in_terms_of(today, [entry]))
    if key.policy in books.plan.policies:
        ledger = books.ledger(today, Selection(key.policy), quietly=True)
        for duty in ledger.duties:
            if key in (keys := ledger.keys(duty)):
                return keys
    return [key]
