"""`devzone plan`: the versions of the plan; what one changed; adopting the one that lies in the file."""

from __future__ import annotations

from datetime import date
from typing import Annotated, NamedTuple

import typer

from sm_devzone.books import Books
from sm_devzone.commands.options import ByOption, JsonOption, PolicyOption, ReasonOption, recorder, whole
from sm_devzone.context import Context
from sm_devzone.domain.plan import Policy
from sm_devzone.domain.plan_history import PlanVersion, changes
from sm_devzone.domain.text import check_text
from sm_devzone.errors import NotFound, Refused, WrongUsage
from sm_devzone.output import rows
from sm_devzone.output.listing import Listing


class VersionLine(NamedTuple):
    """A version of a plan as it is listed; `number` is None for the file as it is, where that is not recorded yet.

    `changes` are those from the version before.
    """

    policy: str
    number: int | None
    in_force_since: date
    recorded_at: str | None
    recorded_by: str | None
    reason: str | None
    changes: tuple[str, ...]


def command(
    ctx: typer.Context,
    what: Annotated[
        str | None, typer.Argument(metavar="adopt", help="adopt：登记计划文件的改动，写明从哪天起算")
    ] = None,
    diff: Annotated[
        tuple[str, str] | None, typer.Option("--diff", metavar="版 版", help="比较两版，如 --diff 2 3")
    ] = None,
    on: Annotated[str | None, typer.Option("--on", help="adopt：这一版从哪天起算；默认今天")] = None,
    reason: ReasonOption = None,
    by: ByOption = None,
    policy: PolicyOption = None,
    json: JsonOption = False,
) -> Listing | str:
    """计划的各个版本：从哪天起算、改了什么、依据。改了计划文件，下一次登记时自动记为新的一版。"""
    context: Context = ctx.obj
    if what not in (None, "adopt"):
        raise WrongUsage(f"没有“{what}”这一种", "可选：devzone plan、devzone plan --diff 2 3、devzone plan adopt")
    if what == "adopt":
        if diff is not None or json:
            raise WrongUsage("adopt 不和 --diff、--json 一起用")
        why = check_text("依据", reason)
        return _adopt(context, policy, context.settings.day(on) if on else None, why, recorder(context, by))
    if on is not None or reason is not None or by is not None:
        raise WrongUsage(
            "--on、--reason、--by 要和 adopt 一起用", "例如：devzone plan adopt --on 2026-11-20 --reason 文号"
        )
    plan = context.plan.only(policy)
    day = context.settings.today
    if diff is not None:
        if len(plan.policies) > 1:
            raise WrongUsage("有几个政策，不知道比较哪一个", f"加 --policy，可选：{'、'.join(plan.policies)}")
        (owner,) = plan
        first, second = (whole("--diff", text) for text in diff)
        with context.books() as books:
            changed = changes(_version(books, owner, first), _version(books, owner, second))
        return Listing(
            "plan",
            day,
            plan,
            content=lambda: {"from": first, "to": second, "changes": changed},
            lines=lambda: [[line] for line in changed],
            draw=lambda screen: screen.sentences_apart(changed or [f"第 {first} 版和第 {second} 版没有要说明的不同"]),
            as_json=json,
        )
    with context.books() as books:
        lines = [line for owner in plan for line in _lines(books, owner)]
    return Listing(
        "plan",
        day,
        plan,
        content=lambda: {"versions": rows.as_objects(lines)},
        lines=lambda: lines,
        draw=lambda screen: screen.plan_versions(lines, several=len(plan.policies) > 1),
        as_json=json,
    )


def _adopt(context: Context, policy: str | None, on: date | None, reason: str | None, by: str) -> str:
    told: dict[str, list[str]] = {}
    today = context.settings.today
    if on is not None and on > today:
        raise Refused(f"日期 {on} 还没有到（今天是 {today}），到那一天再登记", "请改 --on，在那一天以前不要改计划文件")

    def decide(books: Books) -> list[PlanVersion]:
        for owner in books.plan.only(policy):
            told[owner.id] = books.changes(owner)
        pending = books.pending(context.text_of_plan, by, reason, on)
        return [version for version in pending if policy in (None, version.policy)]

    adopted = context.adopt(decide)
    if not adopted:
        context.terminal.tell("计划文件和登记的最后一版一样，没有改动")
    said: list[str] = []
    for version in adopted:
        said.append(f"{version.policy} 登记为第 {version.number} 版，从 {version.in_force_since} 起算")
        said += [f"  {change}" for change in told[version.policy]]
    return "".join(f"{line}\n" for line in said)


def _version(books: Books, owner: Policy, number: int) -> Policy:
    versions = {version.number: version for version in books.versions.get(owner.id, [])}
    if number not in versions:
        there = "、".join(map(str, versions)) or "还没有登记过"
        raise NotFound(f"计划没有第 {number} 版", f"有：{there}；用 devzone plan 查看")
    return books.policy_of(versions[number])


def _lines(books: Books, owner: Policy) -> list[VersionLine]:
    found: list[VersionLine] = []
    before: Policy | None = None
    for version in books.versions.get(owner.id, []):
        now = books.policy_of(version)
        changed = tuple(changes(before, now)) if before else ()
        own = {name: getattr(version, name) for name in VersionLine._fields if name != "changes"}
        found.append(VersionLine(**own, changes=changed))
        before = now
    if not books.is_recorded(owner):
        since = books.history(owner.id).editions[-1].in_force_since
        found.append(VersionLine(owner.id, None, since, None, None, None, tuple(books.changes(owner))))
    return found
