"""`devzone notice`: issues 督办单, one item a slip; lists those that were issued; prints one again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from sm_devzone.commands.acting import MilestoneOption, PeriodOption
from sm_devzone.commands.options import (
    AsOfOption,
    ByOption,
    JsonOption,
    MeasureOption,
    PolicyOption,
    UnitsOption,
    chosen,
    named_period,
    recorder,
    whole,
)
from sm_devzone.context import Context
from sm_devzone.domain.calendar import chinese_day
from sm_devzone.domain.entry import Entry, Notice
from sm_devzone.domain.glossary import COLOURS
from sm_devzone.domain.ledger import Duty, Ledger, by_urgency
from sm_devzone.domain.notice import (
    Sent,
    Slip,
    default_request,
    ending,
    is_running,
    next_colour,
    next_number,
    reply_limit,
    sent,
)
from sm_devzone.domain.rules import MOVES, check_act, check_text, choose_duty
from sm_devzone.errors import CannotWrite, NotFound, NotTheSame, Refused, WrongUsage
from sm_devzone.output import files, rows
from sm_devzone.storage.journal import Reader

FORMATS = ("docx", "md")


class NoticeLine(NamedTuple):
    """One issued slip as it stands on a day: `answered_on` is the day of the unit's answer."""

    number: int
    year: int
    colour: str
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


def command(
    ctx: typer.Context,
    unit: UnitsOption = None,
    measure: MeasureOption = None,
    milestone: MilestoneOption = None,
    period: PeriodOption = None,
    colour: Annotated[str | None, typer.Option("--colour", help="蓝、橙或红；默认按上一张的回复情况递进")] = None,
    note: Annotated[str | None, typer.Option("--note", help="督办要求；不写用通行的话")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="改颜色的依据，或没有逾期也要督办的原因")] = None,
    form: Annotated[list[str] | None, typer.Option("--format", help="docx 或 md；可写多次，默认 docx")] = None,
    output: Annotated[str | None, typer.Option("-o", "--output", help="写到哪个文件夹，默认 ./notices/")] = None,
    listing: Annotated[bool, typer.Option("--list", help="列出签发过的督办单和回复情况")] = False,
    reprint: Annotated[str | None, typer.Option("--reprint", help="把第几号再出一遍，和签发时一样")] = None,
    year: Annotated[
        str | None, typer.Option("--year", help="--reprint 的那一号是哪一年的；默认最近有这一号的年份")
    ] = None,
    by: ByOption = None,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> str:
    """给单位的每项逾期任务签发一张督办单（或用 --measure 指明一条措施），登记、编号、写成文件。"""
    context: Context = ctx.obj
    if listing:
        return _list(context, unit, measure, policy, as_of, as_json=json)
    if as_of is not None or json:
        raise WrongUsage("签发和重出督办单时不用 --as-of 和 --json", "看签发过的督办单：devzone notice --list")
    folder = Path(output or "notices")
    if output == "-" or folder.is_file():
        raise WrongUsage(f"-o “{output}”不是文件夹", "督办单一项一张，写到一个文件夹里")
    if reprint is not None:
        return _reprint(context, whole("--reprint", reprint), whole("--year", year) if year else None, folder)
    if not unit:
        raise WrongUsage("缺少 --unit", "例如：devzone notice --unit 商务局")
    forms = list(dict.fromkeys(form or ["docx"]))
    for name in forms:
        if name not in FORMATS:
            raise WrongUsage(f"没有格式“{name}”", f"可选：{'、'.join(FORMATS)}")
    wanted = chosen("--colour", colour and colour.strip().removesuffix("色"), COLOURS)
    request, why = check_text("督办要求", note), check_text("依据", reason)
    selected = _Selection(tuple(unit), measure, milestone, named_period(period), policy)
    who = recorder(context, by)

    def draft(slip: Slip, proposed: str) -> Slip:
        if wanted not in (None, proposed) and why is None:
            raise WrongUsage(
                f"{slip.duty.unit}的措施{slip.duty.measure}按规矩发{COLOURS[proposed]}色，改颜色要写明依据",
                "加上 --reason 依据",
            )
        notice = slip.notice._replace(colour=wanted or proposed, reason=why, recorded_by=who)
        return slip._replace(notice=notice._replace(asked=request or notice.asked))

    papers = _issue(context, selected, draft, forms)
    return _written(folder, papers)


class _Selection(NamedTuple):
    """Which duties are meant, as the options name them."""

    units: tuple[str, ...]
    measure: str | None
    milestone: str | None
    period: str | None
    policy: str | None


Paper = tuple[Slip, dict[str, bytes]]
"""A slip and its files by form."""


def _issue(context: Context, selected: _Selection, draft: Callable[[Slip, str], Slip], forms: list[str]) -> list[Paper]:
    """Choose, number, make and record the slips. Nothing is locked while papers are made.

    Where somebody else has issued one meanwhile, all is done anew, with the numbers after theirs.
    """
    while True:
        with context.reading() as reader:
            notices, position = reader.notices(), reader.position()
        context.position = position
        ledger = context.ledger(context.today, selected.policy, selected.measure)
        number = next_number(notices, context.today.year)
        papers: list[Paper] = []
        told: list[str] = []
        with context.reading() as reader:
            for duty in _duties(ledger, selected):
                earlier = _earlier(reader, notices, duty, context.today)
                if is_running(earlier, context.today):
                    last = earlier[-1].notice
                    told.append(
                        f"{duty.unit}的措施{duty.measure}已有{COLOURS[last.colour]}色{last.reference}，"
                        f"{chinese_day(last.reply_due)}前回复，期限没有过，没有再发"
                    )
                    continue
                notice = _blank(ledger, duty, number + len(papers), position)
                slip = draft(_slip(reader, ledger, duty, notice, earlier), next_colour(earlier))
                papers.append(_made(context, slip, forms))
        if not papers or context.issue_notices([slip.notice for slip, _ in papers], len(notices)):
            break
    for message in told:
        context.tell(message)
    for slip, _ in papers:
        own = slip.notice
        context.tell(
            f"已登记{COLOURS[own.colour]}色{slip.kind}{own.reference}，{slip.duty.unit}{chinese_day(own.reply_due)}前回复"
            + (f"（{own.basis}）" if own.basis else "")
        )
    if not papers and not told:
        context.tell("没有逾期的任务，不用督办；没有逾期也要督办的，用 --measure 指明一条措施")
    return papers


def _duties(ledger: Ledger, selected: _Selection) -> list[Duty]:
    """The overdue duties that are meant; with a measure and none of its duties overdue, the one that is meant there."""
    found: list[Duty] = []
    for name in dict.fromkeys(name for word in selected.units for name in ledger.plan.find_units(word)):
        own = [duty for duty in ledger.duties if duty.unit == name]
        named = selected.milestone or selected.period
        overdue = [duty for duty in own if duty.signal == "overdue" and duty.state in MOVES["urge"].moves]
        if selected.measure is not None and (named or not overdue):
            ((_, measure),) = [(policy, measure) for policy in ledger.plan for measure in policy.measures]
            duty = choose_duty(own, measure, name, "urge", selected.milestone, selected.period)
            check_act(duty, _urging(duty))
            ended = ending(ledger.plan.policies[duty.policy], ledger.day)
            if duty.due is None and ended:
                raise Refused(f"{name} 的这项任务没有时限，{ended}，没有可督办的", "有时限而没有办结的任务仍可督办")
            overdue = [duty]
        elif named:
            raise WrongUsage("--milestone 和 --period 要和 --measure 一起用", "用 --measure 指明是哪一条措施")
        found += by_urgency(overdue)
    return found


def _urging(duty: Duty) -> Entry:
    """A slip is an urging on paper: it is refused by the same rule."""
    fact = Entry("urge", duty.policy, duty.measure, duty.unit, date.min, "", means="督办单")
    return fact.of(duty.key)


def _earlier(reader: Reader, notices: Iterable[Notice], duty: Duty, day: date) -> tuple[Sent, ...]:
    acts = reader.acts(day, duty.key)
    return tuple(sent(own, acts) for own in notices if own.key == duty.key)


def _blank(ledger: Ledger, duty: Duty, number: int, position: int) -> Notice:
    from sm_devzone.storage.official_days import is_official_workday

    policy = ledger.plan.policies[duty.policy]
    due, basis = reply_limit(policy, ledger.day, is_official_workday)
    return Notice(
        number=number,
        year=ledger.day.year,
        policy=duty.policy,
        measure=duty.measure,
        unit=duty.unit,
        milestone=duty.milestone or "",
        period=duty.period or "",
        colour="",
        issued_on=ledger.day,
        reply_due=due,
        workdays=policy.reply_workdays,
        basis=basis,
        position=position,
        asked=default_request(policy, duty),
        reason=None,
        recorded_by="",
    )


def _slip(reader: Reader, ledger: Ledger, duty: Duty, notice: Notice, earlier: tuple[Sent, ...]) -> Slip:
    policy = ledger.plan.policies[duty.policy]
    measure = policy.measure(duty.measure)
    assert measure is not None
    record = ledger.record(duty)
    words = reader.words(ledger.day, filter(None, [record.last_report])).get(record.last_report or 0)
    return Slip(
        notice=notice,
        policy=policy,
        measure=measure,
        duty=duty.with_words(words) if words else duty,
        record=record,
        earlier=earlier,
    )


def _made(context: Context, slip: Slip, forms: Iterable[str]) -> Paper:
    made: dict[str, bytes] = {}
    for form in forms:
        if form == "docx":
            from sm_devzone.output import word

            title = f"{slip.kind}{slip.notice.reference}"
            made[form] = word.render(
                "notice.docx", {"n": slip}, context.template_paths, title=title, day=slip.notice.issued_on
            )
        else:
            from sm_devzone.output import document

            made[form] = document.render(
                f"notice.{form}", {"n": slip}, context.template_paths, context.cache_path
            ).encode()
    digests = tuple((form, hashlib.sha256(content).hexdigest()) for form, content in made.items())
    return slip._replace(notice=slip.notice._replace(files=digests)), made


def _written(folder: Path, papers: Iterable[Paper]) -> str:
    """Write the papers, beside what lies there; return where they lie."""
    paths: list[Path] = []
    for slip, made in papers:
        contents = {folder / files.safe_name(f"{slip.file_stem}.{form}"): content for form, content in made.items()}
        try:
            paths += files.write_beside(contents)
        except CannotWrite as error:
            own = slip.notice
            again = f"devzone notice --reprint {own.number} --year {own.year}"
            raise CannotWrite(error.message, f"{own.reference}已经登记，号不会丢；能写以后再出：{again}") from error
    return "".join(f"{path}\n" for path in paths)


def _reprint(context: Context, number: int, year: int | None, folder: Path) -> str:
    """Make an issued slip again, with what was known then. Raises NotFound, NotTheSame."""
    with context.reading() as reader:
        notices = reader.notices()
    found = [own for own in notices if own.number == number and year in (None, own.year)]
    if not found:
        raise NotFound(f"没有签发过第 {number} 号督办单", "用 devzone notice --list 查编号")
    own = found[-1]
    context.position = own.position
    ledger = context.ledger(own.issued_on, own.policy, f"{own.policy}/{own.measure}")
    duties = [duty for duty in ledger.duties if duty.key == own.key]
    changed = NotTheSame(f"{own.reference}和签发时不一样，没有写出")
    if not duties:
        raise changed
    with context.reading() as reader:
        before = [other for other in notices if (other.year, other.number) < (own.year, own.number)]
        earlier = _earlier(reader, before, duties[0], own.issued_on)
        slip, made = _made(context, _slip(reader, ledger, duties[0], own, earlier), dict(own.files))
    if slip.notice.files != own.files:
        raise changed
    return _written(folder, [(slip, made)])


def _list(
    context: Context,
    unit: list[str] | None,
    measure: str | None,
    policy: str | None,
    as_of: str | None,
    *,
    as_json: bool,
) -> str:
    day = context.day(as_of)
    plan = context.plan.only(policy)
    units = {name for word in unit or () for name in plan.find_units(word)}
    meant = None
    if measure is not None:
        owner, single = plan.find_measure(measure)
        meant = owner.id, single.number
    with context.reading() as reader:
        listed = [
            sent(own, reader.acts(day, own.key))
            for own in reader.notices()
            if own.issued_on <= day
            and (policy is None or own.policy == policy)
            and (not units or own.unit in units)
            and (meant is None or (own.policy, own.measure) == meant)
        ]
    if context.on_terminal and not as_json:
        from sm_devzone.output import screen

        return screen.notices(listed, day)
    lines = [_line(one) for one in listed]
    if as_json:
        return rows.json_document("notice", day, plan, {"notices": rows.as_objects(lines)})
    return rows.tab_separated(lines)


def _line(one: Sent) -> NoticeLine:
    own = one.notice
    values = {name: value for name, value in own._asdict().items() if name in NoticeLine._fields}
    return NoticeLine(**{**values, "answered_on": one.answered_on, "files": tuple(form for form, _ in own.files)})
