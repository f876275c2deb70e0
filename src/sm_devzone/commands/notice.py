"""`devzone notice`: issues 督办单, one item a slip; lists those that were issued; prints one again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from sm_devzone import files
from sm_devzone.commands.acting import MilestoneOption, PeriodOption
from sm_devzone.commands.options import (
    AsOfOption,
    ByOption,
    EmlOption,
    JsonOption,
    KnownOption,
    MeasureOption,
    PolicyOption,
    UnitsOption,
    chosen,
    chosen_folder,
    chosen_formats,
    complete_terms,
    is_agreed,
    named_period,
    recorder,
    whole,
)
from sm_devzone.context import Context
from sm_devzone.domain.gathering import gathered
from sm_devzone.domain.glossary import COLOURS
from sm_devzone.domain.notice import Sent, Slip, sent
from sm_devzone.domain.phrases import matter
from sm_devzone.domain.plan import Plan
from sm_devzone.domain.text import check_text
from sm_devzone.errors import WrongUsage
from sm_devzone.output import rows
from sm_devzone.output.listing import Listing
from sm_devzone.papers import letters, slips
from sm_devzone.papers.issuing import written


class NoticeLine(NamedTuple):
    """One issued slip as it stands on a day: `answered_on` is the day of the unit's answer."""

    number: int
    year: int
    colour: str | None
    policy: str
    measure: int
    unit: str
    milestone: str
    period: str
    issued_on: date
    reply_due: date
    answered_on: date | None
    asked: str
    reason: str | None
    position: int
    recorded_by: str
    recorded_at: str
    files: tuple[str, ...]
    reference: str
    answer: str | None
    outcome: str | None


def command(
    ctx: typer.Context,
    unit: UnitsOption = None,
    measure: MeasureOption = None,
    milestone: MilestoneOption = None,
    period: PeriodOption = None,
    colour: Annotated[
        str | None,
        typer.Option("--colour", help="蓝、橙或红；默认期满没有办结就升一级", autocompletion=complete_terms(COLOURS)),
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help="督办要求；不写用通行的话")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="改颜色的依据，或没有逾期也要督办的原因")] = None,
    form: Annotated[list[str] | None, typer.Option("--format", help="docx 或 md；可写多次，默认 docx")] = None,
    output: Annotated[str | None, typer.Option("-o", "--output", help="写到哪个文件夹，默认 ./notices/")] = None,
    listing: Annotated[bool, typer.Option("--list", help="列出签发过的督办单和回复情况")] = False,
    reprint: Annotated[str | None, typer.Option("--reprint", help="把第几号再出一遍，和签发时一样")] = None,
    year: Annotated[
        str | None, typer.Option("--year", help="--reprint 的那一号是哪一年的；默认最近有这一号的年份")
    ] = None,
    eml: EmlOption = False,
    by: ByOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="集合单位的督办单不先列出来问，直接签发")] = False,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    known: KnownOption = None,
    json: JsonOption = False,
) -> str | Listing:
    """给单位的每项逾期任务签发一张督办单（或用 --measure 指明一条措施），登记、编号、写成文件。"""
    context: Context = ctx.obj
    if listing:
        return _list(context, unit, measure, policy, as_of, known, as_json=json)
    if as_of is not None or known is not None or json:
        raise WrongUsage("签发和重出督办单时不用 --as-of、--known 和 --json", "看签发过的督办单：devzone notice --list")
    folder = chosen_folder(output, "notices", "督办单一项一张，写到一个文件夹里")
    if reprint is not None:
        again = slips.made_again(context, whole("--reprint", reprint), whole("--year", year) if year else None)
        return _written(folder, [again])
    if not unit:
        raise WrongUsage("缺少 --unit", "例如：devzone notice --unit 商务局")
    formats = chosen_formats(form, slips.FORMATS) or ["docx"]
    wanted_colour = chosen("--colour", colour and colour.strip().removesuffix("色"), COLOURS)
    request, why = check_text("督办要求", note), check_text("依据", reason)
    selection = context.select(policy, measure, unit)
    plan = context.plan.only(selection.policy)
    units = [plan.find_units(word) for word in unit]
    names = dict.fromkeys(name for members in units for name in members)
    wanted = slips.Wanted(selection, tuple(names), milestone, named_period(period))
    who = recorder(context, by)

    def draft(slip: Slip, proposed: str) -> Slip:
        if wanted_colour is not None and slip.is_letter:
            raise WrongUsage(f"{slip.duty.unit}发的是商请函，函不分颜色", "去掉 --colour")
        if wanted_colour not in (None, proposed) and why is None:
            raise WrongUsage(
                f"{slip.duty.unit}的措施{slip.duty.measure}按规矩发{COLOURS[proposed]}色，改颜色要写明依据",
                "加上 --reason 依据",
            )
        notice = slip.notice._replace(colour=wanted_colour or proposed, reason=why, recorded_by=who)
        return slip._replace(notice=notice._replace(asked=request or notice.asked))

    def is_wanted(drafted: Sequence[Slip]) -> bool:
        if context.terminal.can_ask:
            from sm_devzone.output import screen

            context.terminal.show(screen.slips(drafted))
        return is_agreed(context, f"签发这 {len(drafted)} 张吗？")

    asks = not yes and any(len(members) > 1 for members in units)
    issued = slips.issue(context, wanted, draft, formats, is_wanted if asks else None)
    return _written(folder, issued) + (_mailed(context, folder, issued) if eml else "")


def _written(folder: Path, issued: Iterable[slips.Issue]) -> str:
    """Write the papers, beside what lies there; return where they lie."""
    paths: list[Path] = []
    for slip, contents in issued:
        notice = slip.notice
        named = {folder / files.safe_name(f"{slip.file_stem}.{form}"): content for form, content in contents.items()}
        again = f"devzone notice --reprint {notice.number} --year {notice.year}"
        paths += written(named, reference=notice.reference, again=again)
    return "".join(f"{path}\n" for path in paths)


def _mailed(context: Context, folder: Path, issued: Iterable[slips.Issue]) -> str:
    """A mail for each unit with all its slips; return where they lie."""
    paths: list[Path] = []
    for unit, own in gathered((paper.slip.duty.unit, paper) for paper in issued).items():
        letter = letters.mail(
            context,
            "notice",
            unit,
            Plan(slip.policy for slip, _ in own),
            [slip.policy.id for slip, _ in own],
            [f"{slip.kind}{slip.notice.reference}：{matter(slip.duty, slip.duty.title)}" for slip, _ in own],
            min(slip.notice.reply_due for slip, _ in own),
            {files.safe_name(f"{slip.file_stem}.{form}"): one for slip, them in own for form, one in them.items()},
        )
        numbers = "、".join(dict.fromkeys(str(slip.notice.number) for slip, _ in own))
        name = f"{unit}-督办事项-{context.settings.today:%Y%m%d}-第{numbers}号.eml"
        paths += written({folder / files.safe_name(name): letter})
    return "".join(f"{path}\n" for path in paths)


def _list(
    context: Context,
    unit: list[str] | None,
    measure: str | None,
    policy: str | None,
    as_of: str | None,
    known: str | None,
    *,
    as_json: bool,
) -> Listing:
    day = context.settings.day(as_of)
    selection = context.select(policy, measure, unit)
    today = context.settings.today
    with context.books(context.settings.known(known)) as books:
        meant = [notice for notice in selection.of(books.notices(today)) if notice.issued_on <= day]
        listed = [
            sent(notice, [act for act in books.acts(today, [notice.key]) if act.happened_on <= day]) for notice in meant
        ]
    lines = [_line(one) for one in listed]
    return Listing(
        "notice",
        day,
        context.plan.only(policy),
        content=lambda: {"notices": rows.as_objects(lines)},
        lines=lambda: lines,
        draw=lambda screen: screen.notices(listed, context.plan, day),
        as_json=as_json,
    )


def _line(one: Sent) -> NoticeLine:
    own = one.notice
    values = {name: value for name, value in own._asdict().items() if name in NoticeLine._fields}
    values |= {name: getattr(one, name) for name in ("answered_on", "answer", "outcome")}
    values |= {"colour": own.colour or None, "files": tuple(form for form, _ in own.files), "reference": own.reference}
    return NoticeLine(**values)
