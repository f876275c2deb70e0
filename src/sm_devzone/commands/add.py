"""`devzone add "事项" --unit U`: an item from a 批示 or a meeting, into the plan file that devzone keeps for them."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from sm_devzone import files
from sm_devzone.books import Books
from sm_devzone.commands.options import ByOption, PolicyOption, UnitsOption, recorder
from sm_devzone.context import Context
from sm_devzone.domain.calendar import chinese_day
from sm_devzone.domain.plan import Measure, Plan, Policy, Unit, as_looked_up
from sm_devzone.domain.plan_history import PlanVersion
from sm_devzone.domain.text import check_text, one_line
from sm_devzone.errors import NotFound, PlanInvalid, Refused, WrongUsage
from sm_devzone.storage import items_file
from sm_devzone.storage.items_file import ID, TITLE, Item


def command(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(metavar="事项", help="要办的事，一句话")],
    unit: UnitsOption = None,
    due: Annotated[str | None, typer.Option("--due", help="完成时限；批示、会议没有定就不写")] = None,
    basis: Annotated[str | None, typer.Option("--basis", help="依据，必写，如“市长批示 2026-11-20”")] = None,
    on: Annotated[str | None, typer.Option("--on", help="从哪天起算；默认今天")] = None,
    new_unit: Annotated[
        list[str] | None, typer.Option("--new-unit", help="名册里还没有的单位，写全称；可写多次")
    ] = None,
    by: ByOption = None,
    policy: PolicyOption = None,
) -> str:
    """加一项批示或会议议定的事项：写进“批示和会议议定事项”计划文件，登记为新的一版。不用自己写 YAML。"""
    context: Context = ctx.obj
    today = context.settings.today
    words = check_text("事项", title)
    reason = check_text("依据", basis)
    if words is None:
        raise WrongUsage("没有写事项", 'devzone add "园区消防整治" --unit 市应急局 --basis "市长批示 2026-11-20"')
    if reason is None:
        raise WrongUsage("缺少 --basis 依据", "例如 --basis “市长批示 2026-11-20” 或会议纪要的文号")
    since = context.settings.day(on)
    if since > today:
        raise WrongUsage(f"--on {since} 还没有到（今天是 {today}）", "到那一天再加，或不写 --on")
    limit = context.settings.day(due, ahead=True) if due else None
    if limit is not None and limit < since:
        raise WrongUsage(f"时限 {limit} 早于起算的那天 {since}", "请改 --due，或用 --on 写明从哪天起算")
    plan = context.plan.only(policy)
    units = [*_units(plan, unit or ()), *_new(plan, new_unit or ())]
    if not units:
        raise WrongUsage("缺少 --unit", f'例如：devzone add "{one_line(words)}" --unit 市应急局 --basis 依据')
    office = _office(plan)
    who = recorder(context, by)
    path = _home(context)
    made: list[Measure] = []

    def decide(books: Books) -> list[PlanVersion]:
        text, kept = _kept(context, path)
        there = kept.measures if kept else ()
        same = next((own for own in there if as_looked_up(own.title) == as_looked_up(words)), None)
        if same is not None:
            _check_same(same, [own.name for own in units], limit)
            made[:] = [same]
            return []
        item = Item(_number(books, context.plan, kept), one_line(words), tuple(units), limit, reason)
        known = [own.name for own in kept.units] if kept else []
        text = items_file.grown(text, item, known) if kept else items_file.begun(item, office, since)
        new = _read(context, path, text)
        if new.measures[:-1] != there or new.measures[-1].number != item.number:
            raise Refused(f"{TITLE}的文件改成了认不准的写法，没有加", f"请用编辑器加：{path}")
        made[:] = [new.measures[-1]]
        content = text.encode()
        version = books.of_plan(Plan([new], {ID: hashlib.sha256(content).hexdigest()})).pending(
            lambda _: text, who, reason, since
        )
        if not books.journal.is_blank:  # on a blank one this is only asked first
            files.replace(path, content)
        return version

    from sm_devzone.storage import plan_file  # noqa: F401 - before the lock is held: others wait for it

    adopted = context.adopt(decide)
    (measure,) = made
    if not adopted:
        context.terminal.tell(f"已有这一项（措施 {measure.number}），没有重复添加")
        return ""
    context.terminal.tell(f"写进 {path}，登记为第 {adopted[0].number} 版")
    if limit is not None and limit < today:
        context.terminal.tell(f"时限 {limit} 已过，没有办结的从现在起就是逾期")
    until = f"，{chinese_day(limit)}前" if limit else "，没有时限"
    return f"措施 {measure.number} {one_line(words)}（{'、'.join(own.name for own in units)}{until}）\n"


def _units(plan: Plan, words: list[str] | tuple[str, ...]) -> list[Unit]:
    names = dict.fromkeys(name for word in words for name in plan.find_units(word))
    return [_registered(plan, name) for name in names]


def _registered(plan: Plan, name: str) -> Unit:
    """A unit as the first policy that names it has it, to be named alike in another."""
    return next(unit for policy in plan for unit in policy.units if unit.name == name)._replace(spellings=())


def _new(plan: Plan, names: list[str] | tuple[str, ...]) -> list[Unit]:
    """Units that no plan names yet. Raises WrongUsage for one that is there."""
    found = []
    for text in names:
        name = check_text("单位", text)
        if name is None:
            raise WrongUsage("--new-unit 是空的", "写单位的全称")
        try:
            known = plan.find_units(name, by_name=True)
        except NotFound:
            found.append(Unit(one_line(name)))
        else:
            raise WrongUsage(f"单位“{name}”已经在名册里（{'、'.join(known)}）", f"写 --unit {name}")
    return found


def _office(plan: Plan) -> Unit:
    offices = dict.fromkeys(policy.office for policy in plan)
    if len(offices) > 1:
        raise WrongUsage(
            f"几个政策的督办办公室不一样（{'、'.join(offices)}）",
            f"用 --policy 写明按哪个政策：{'、'.join(plan.policies)}",
        )
    return _registered(plan, next(iter(offices)))


def _home(context: Context) -> Path:
    if context.settings.items_path is None:
        raise WrongUsage("不知道写在哪里：这个用户没有主目录", "请用 --plan 写明计划，事项写在它旁边")
    return context.settings.items_path


def _kept(context: Context, path: Path) -> tuple[str, Policy | None]:
    """The text of the file as it is now, and what it says; none where it is not there."""
    from sm_devzone.storage.plan_cache import text_at

    text = text_at(path)
    return (text, _read(context, path, text)) if text else ("", None)


def _read(context: Context, path: Path, text: str) -> Policy:
    from sm_devzone.storage.plan_cache import read_policy_text

    policy = read_policy_text(text, str(path), context.settings.cache_path)
    if policy.id != ID:
        raise PlanInvalid([f"{path}:1: 政策编号要是 {ID}，请改回来"])
    return policy


def _number(books: Books, plan: Plan, kept: Policy | None) -> int:
    """A number that no measure has, and none of these items ever had: it may be told without the policy."""
    measures = [own for policy in plan for own in policy.measures]
    measures += kept.measures if kept else ()
    measures += [own for version in books.versions.get(ID, ()) for own in books.policy_of(version).measures]
    return max((own.number for own in measures), default=0) + 1


def _check_same(same: Measure, units: list[str], limit: date | None) -> None:
    """Raises Refused where an item of this title is there and says something else."""
    if set(same.roster) != set(units) or limit != next((own.due for own in same.milestones), None):
        raise Refused(
            f"已有同名的事项：措施 {same.number}（{'、'.join(same.roster)}）",
            f"加单位：devzone assign {same.number} --unit 单位 --reason 依据；是另一件事，请换一个说法",
        )
