"""`devzone collect PATH...`: what units sent back, shown, and appended to the journal once that is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from sm_devzone import files
from sm_devzone.books import Books
from sm_devzone.commands.options import ByOption, check_can_record, recorder
from sm_devzone.context import Context
from sm_devzone.domain import received, review
from sm_devzone.domain.answers import RESULTS, Finding, Returned, sent_back, settle, weigh
from sm_devzone.domain.bundle import Bundle
from sm_devzone.domain.entry import Dispatch, DutyKey, Entry, Received
from sm_devzone.domain.form import Reply
from sm_devzone.domain.received import Compared
from sm_devzone.domain.review import ReturnedSheet
from sm_devzone.domain.rules import check_place
from sm_devzone.errors import DevzoneError, Refused, WrongUsage
from sm_devzone.output import rows
from sm_devzone.output.listing import Listing
from sm_devzone.papers.issuing import written


def command(
    ctx: typer.Context,
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="路径", help="文件、文件夹、zip；不写就看哪些单位还没有回复")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="不问，直接登记")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看，不登记")] = False,
    theirs: Annotated[bool, typer.Option("--theirs", help="发表以后台账又有记录的任务，也用表里填的")] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="一份表里有退回或冲突的行时，其余没有问题的行照收")
    ] = False,
    replies_to: Annotated[
        str | None, typer.Option("--replies", help="把退回的表写到这个文件夹：标出退回的格子，旁边写着原因，可以发还")
    ] = None,
    by: ByOption = None,
) -> str | Listing:
    """收回单位填好的填报表、办公室填好的审核表、下级办公室的上报包：先列出新填的、没变的、冲突的、退回的，再登记。
    一份表要么全收，要么不收。
    """
    context: Context = ctx.obj
    if not paths and not (yes or dry_run or theirs or partial):
        return _replies(context)
    if not paths:
        raise WrongUsage("没有写要收的文件", "例如：devzone collect 收件夹 --yes")
    if "" in paths:
        raise WrongUsage("有一个路径是空的", "请检查变量有没有值")
    check_can_record(context, yes=yes, dry_run=dry_run)
    asks = not (yes or dry_run)
    who = recorder(context, by)
    returned, bundles, unread = _read([Path(path) for path in paths], context.settings.today)
    if not returned and not bundles and not unread:
        context.terminal.tell("没有找到填报表，请检查路径")
    found: list[Finding] = []
    compared: list[Compared] = []
    weighed_at: list[tuple[int, int]] = []

    def decide(books: Books) -> list[Entry]:
        state = books.position, books.plans
        if state not in weighed_at:  # under the lock only what somebody has changed is worked out again
            weighed_at[:] = [state]
            weighed = _weighed(books, context.settings.today, returned, who, theirs=theirs, partial=partial)
            found[:] = [*unread, *weighed]
        return [one.entry for one in found if one.result == "new" and one.entry is not None]

    def decide_on_bundles(books: Books) -> list[Received]:
        offices = context.contacts.offices
        compared[:] = received.compare(bundles, books.journal.bundles(), offices, who, anew=theirs)
        return [one.fact for one in compared if one.fact is not None]

    def all_found() -> list[Finding]:
        return [*found, *(one.finding for one in compared)]

    with context.books() as books:
        entries = decide(books)
        taken = decide_on_bundles(books)
    shown = frozenset(all_found())
    if asks or context.terminal.shows_result:
        from sm_devzone.output import screen

        context.terminal.show(screen.findings(all_found(), context.plan))
    else:
        _tell(context, all_found())
    if not dry_run and (entries or taken):
        if asks and not typer.confirm(f"登记这 {len(entries) + len(taken)} 条吗？", err=True):
            context.terminal.tell("没有登记")
            return ""
        entries = context.append(decide) if entries else []
        taken = context.append(decide_on_bundles) if taken else []
        # Somebody may have written in the meantime.
        _tell(context, [one for one in all_found() if one not in shown])
    if any(one.result in ("conflict", "refused") for one in all_found()):
        context.exit_code = Refused.exit_code
    if replies_to is not None:
        _send_back(context, Path(replies_to), returned, found)
    if not dry_run and (returned or not bundles):
        _tell_replies(context)
    if context.terminal.shows_result:
        return f"{'可登记' if dry_run else '已登记'} {len(entries) + len(taken)} 条"
    lines = [(e.id or None, e.kind, *e.key, e.source) for e in entries]
    about = [(None, "bundle", None, None, one.office, None, one.as_of, one.name) for one in taken]
    return rows.tab_separated([*lines, *about])


def _send_back(
    context: Context, folder: Path, returned: Sequence[Returned | ReturnedSheet], found: Sequence[Finding]
) -> None:
    """Write a copy of each form of which anything is refused, to be put right by its unit."""
    from sm_devzone.output import workbook

    advice = context.settings.template_lines("form.txt")
    titles = {policy.id: policy.title for policy in context.plan}
    for form in returned:
        own = [one for one in found if one.file == form.file]
        back = sent_back(form, own, titles) if isinstance(form, Returned) else None
        if back is not None:
            target = folder / files.safe_name(f"{Path(form.file).stem}(退回).xlsx")
            (path,) = written({target: workbook.sent_back(back, advice, "A3")})
            context.terminal.tell(f"{form.file}：退回的写在 {path}")


def _tell(context: Context, found: Sequence[Finding]) -> None:
    """What a person should know of, a line each."""
    for one in found:
        if one.result in ("note", "held", "conflict", "refused"):
            context.terminal.tell(f"{one.where}：{RESULTS[one.result]}：{one.said}")


def _read(
    paths: Sequence[Path], today: date
) -> tuple[list[Returned | ReturnedSheet], list[tuple[str, Bundle]], list[Finding]]:
    """The forms and the bundles behind `paths`, and what is to be said of files that are none."""
    from sm_devzone.intake import bundles
    from sm_devzone.intake.mail import attachments
    from sm_devzone.intake.refusal import FileRefused
    from sm_devzone.intake.returned import read
    from sm_devzone.output.screen import tracked

    returned: list[Returned | ReturnedSheet] = []
    sent_up, found = [], []
    for attachment in tracked(list(attachments(paths)), "读表"):
        try:
            if attachment.is_bundle:
                sent_up.append((attachment.name, bundles.read(attachment.read(), today)))
            else:
                returned.append(read(attachment.name, attachment.read()))
        except FileRefused as error:
            found.append(Finding(attachment.name, "", "", "note" if attachment.is_extra else "refused", str(error)))
    return returned, sent_up, found


def _weighed(
    books: Books, day: date, returned: Sequence[Returned | ReturnedSheet], who: str, *, theirs: bool, partial: bool
) -> list[Finding]:
    ledger = books.ledger(day)
    duties = {duty.key: duty for duty in ledger.duties}

    def placed(one: Finding) -> Finding:
        """`one`, refused where what it says of an earlier day does not go with what happened since."""
        if one.entry is None or one.entry.happened_on == day:
            return one
        duty = duties[one.entry.key]
        try:
            policy = ledger.plan.policies[duty.policy]
            check_place(duty, books.acts(day, ledger.keys(duty)), one.entry, policy.repealed_on)
        except DevzoneError as error:
            return one._replace(result="refused", said=error.message, entry=None)
        return one

    def acts(key: DutyKey) -> Sequence[Entry]:
        return books.acts(day, ledger.keys(duties[key])) if key in duties else ()

    found = []
    for form in returned:
        if isinstance(form, ReturnedSheet):
            decided = _decided_up_to_date(books, day, form)
            found.append(review.weigh(decided, ledger, acts, books.position, who, theirs=theirs))
            continue
        since = books.acts_after(day, form.sent.unit, form.sent.position)
        weighed = weigh(_up_to_date(books, day, form), ledger, since, books.position, who, theirs=theirs)
        found.append([placed(one) for one in weighed])
    return settle(found, partial=partial)


def _up_to_date(books: Books, day: date, form: Returned) -> Returned:
    """`form` with the keys that the plan of `day` gives the duties it was sent for."""
    sent = form.sent
    rows = {
        code: (books.since(day, key, sent.position, sent.versions.get(key.policy)), cells)
        for code, (key, cells) in sent.rows.items()
    }
    return form._replace(sent=sent._replace(rows=rows))


def _decided_up_to_date(books: Books, day: date, sheet: ReturnedSheet) -> ReturnedSheet:
    """As `_up_to_date`, of a 审核表."""
    sent = sheet.sent
    rows = {
        code: row._replace(key=books.since(day, row.key, sent.position, sent.versions.get(row.key.policy)))
        for code, row in sent.rows.items()
    }
    return sheet._replace(sent=sent._replace(rows=rows))


def _tell_replies(context: Context) -> None:
    silent = [reply.unit for reply in replies(context) if not reply.reported]
    if silent:
        context.terminal.tell(f"还没有回复的单位 {len(silent)} 个：{'、'.join(silent)}")


def _replies(context: Context) -> Listing:
    found = replies(context)
    return Listing(
        "collect",
        context.settings.today,
        context.plan,
        content=lambda: {"replies": rows.as_objects(found)},
        lines=lambda: found,
        draw=lambda screen: screen.replies(found),
        as_json=False,
    )


def replies(context: Context) -> list[Reply]:
    """How many of its duties each unit has reported on since it was last sent a form."""
    today = context.settings.today
    with context.books() as books:
        sent = books.journal.dispatches()
        heard = books.journal.reports_after(today, min((one.position for one in sent), default=0))
        last = [(unit, number) for key, number in heard for unit in books.names_of([key.unit])]

    def reported(one: Dispatch) -> int:
        return sum(unit == one.unit and number > one.position for unit, number in last)

    return [Reply(one.unit, one.day, one.period, one.duties, reported(one)) for one in sent]
