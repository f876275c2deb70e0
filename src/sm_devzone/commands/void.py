"""`devzone void ENTRY --reason R`: entries made by mistake stop counting and stay visible."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import Annotated

import typer

from sm_devzone.books import Books
from sm_devzone.commands.acting import each_or_none
from sm_devzone.commands.appointing import check_appointments
from sm_devzone.commands.options import ByOption, ReasonOption, YesOption, each_number, is_agreed, recorder
from sm_devzone.context import Context
from sm_devzone.domain.entry import Act, DutyKey, Entry
from sm_devzone.domain.ledger import Ledger
from sm_devzone.domain.phrases import quoted_place
from sm_devzone.domain.rules import check_void
from sm_devzone.domain.selection import Selection
from sm_devzone.domain.text import check_text, one_line
from sm_devzone.errors import WrongUsage

MOST = 1000
"""Entries that one command takes back at most: a slip of the finger is no range."""


def command(
    ctx: typer.Context,
    entry: Annotated[str, typer.Argument(metavar="编号", help="记录编号，见 devzone history；几条写成 55-65 或 3,8")],
    reason: ReasonOption = None,
    by: ByOption = None,
    yes: YesOption = False,
) -> str:
    """作废登错的记录：不再计入台账，流水里仍看得到。几条一起的，先列出、问过再作废。"""
    context: Context = ctx.obj
    written = list(islice(each_number(entry), MOST + 1))
    for digits in written:
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
            raise WrongUsage(f"“{digits}”不是记录编号", "编号是一个整数，见 devzone history")
    numbers = sorted(set(map(int, written)), reverse=True)
    if len(numbers) > MOST:
        raise WrongUsage(f"一次最多作废 {MOST} 条", "请分几次")
    kept_reason = check_text("原因", reason)
    if kept_reason is None:
        raise WrongUsage("作废要写原因", f"例如：devzone void {entry} --reason 填错单位")
    who, today = recorder(context, by), context.settings.today
    targets: list[Entry] = []

    def take_back(books: Books) -> list[Entry]:
        """The last entries first, since the others may not be taken back before what rests on them."""
        ledgers: dict[str, Ledger] = {}

        def target(number: int) -> Entry:
            found = books.journal.entry(number)
            history = books.acts(today, _kept_under(books, today, found, ledgers)) if found else []
            checked = check_void(found, number, [act for act in history if act.id not in gone])
            if checked.voided_by is None and checked.kind in ("assign", "remove", "transfer"):
                check_appointments(books, today, checked, without=frozenset({*gone, number}))
            gone.add(number)
            return checked

        gone: set[int] = set()
        found = each_or_none(numbers, target, lambda number: f"{number} 号")
        for one in found:
            if one.voided_by is not None:
                context.terminal.tell(f"{one.id} 号记录已被 {one.voided_by} 号作废，没有重复登记")
        targets[:] = [one for one in found if one.voided_by is None]
        act = Act("void", today, who, {"note": kept_reason})
        return [act.about(one.key)._replace(voids=one.id) for one in targets]

    if len(numbers) > 1 and not yes:
        with context.books() as books:
            take_back(books)
        if targets and context.terminal.can_ask:
            from sm_devzone.output import screen

            context.terminal.show(screen.history(targets, context.plan))
        if targets and not is_agreed(context, f"作废这 {len(targets)} 条吗？"):
            return ""

    def told(own: Entry) -> str:
        measure = context.plan.number_of(own.policy, own.measure)
        return one_line(f"{own.id} 号记录：作废 {own.voids} 号（措施 {measure}{quoted_place(own)} {own.unit}）")

    return "".join(f"{told(own)}\n" for own in context.append(take_back))


def _kept_under(books: Books, today: date, entry: Entry, ledgers: dict[str, Ledger]) -> Sequence[DutyKey]:
    """The keys of the duty that `entry` is about: after a hand-over, those of all units that have had it."""
    (key,) = (own.key for own in books.in_terms_of(today, [entry]))
    if key.policy in books.plan.policies:
        if key.policy not in ledgers:
            ledgers[key.policy] = books.ledger(today, Selection(key.policy), quietly=True)
        ledger = ledgers[key.policy]
        for duty in ledger.duties:
            if key in (keys := ledger.keys(duty)):
                return keys
    return [key]
