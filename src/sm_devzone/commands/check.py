"""`devzone check`: reads plan and journal and tells every problem there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Annotated, NamedTuple

import typer

from sm_devzone.books import Books
from sm_devzone.commands.options import AsOfOption, JsonOption, KnownOption, PolicyOption
from sm_devzone.context import Context, in_wal, version_ahead, without_wal
from sm_devzone.domain.calendar import in_china
from sm_devzone.domain.chain import Claim, read_claim
from sm_devzone.domain.contacts import Contacts
from sm_devzone.domain.phrases import quoted_place
from sm_devzone.domain.plan import Policy
from sm_devzone.domain.selection import Selection
from sm_devzone.domain.text import one_line
from sm_devzone.errors import WrongUsage
from sm_devzone.output import rows
from sm_devzone.output.listing import Listing
from sm_devzone.storage import plan_cache
from sm_devzone.storage.chain import ChainBroken, PartialWalk, Walk
from sm_devzone.storage.snapshot import garbage_told


class Unrecorded(NamedTuple):
    """What the plan file of `policy` changes in the version that is recorded last, and why that cannot be recorded."""

    policy: str
    changes: tuple[str, ...]
    obstacles: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        told = [f"计划 {self.policy} 有改动，还没有登记（下一次登记时记为新的一版，或用 devzone plan adopt）："]
        return [*told, *(f"  {line}" for line in self.changes), *(f"  不能登记：{line}" for line in self.obstacles)]


def command(
    ctx: typer.Context,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    known: KnownOption = None,
    sealed: Annotated[
        str | None, typer.Option("--sealed", help="核对一枚封签：seal 打出的一行，或报告、督办单末尾的号码")
    ] = None,
    json: JsonOption = False,
) -> Listing:
    """检查计划文件和流水：计划的每处问题写明文件和行号；流水里对不上计划的记录逐条列出。"""
    context: Context = ctx.obj
    day = context.settings.day(as_of)
    plan = context.plan.only(policy)
    claim = None if sealed is None else _claimed(sealed)
    context.journal.database.verify()
    contacts = context.contacts
    walks = PartialWalk if context.viewer is not None and context.viewer.is_of_unit else Walk
    walk = walks(context.journal.database, claim.number if claim else 0)
    if claim is not None:
        with context.journal.reading() as reader:
            if reader.is_blank:  # a name that was mistyped, most often, and no journal of which a part was taken away
                raise context.nothing_there
        walk.check(claim)
    with context.books(context.settings.known(known)) as books:
        journal = books.journal
        ledger = books.ledger(day, Selection(policy), quietly=True)
        strays = set(ledger.strays)
        entries = journal.entries(day, policy) if strays else []
        now = {entry.id: entry.key for entry in books.in_terms_of(day, entries)}
        lost = [entry for entry in reversed(entries) if now[entry.id] in strays and entry.voided_by is None]
        unloaded = Counter(entry.policy for entry in lost if entry.policy not in books.plan.policies)
        lost = [entry for entry in lost if entry.policy not in unloaded]
        known_before = {entry.id for entry in lost if books.was_ordered(entry)}
        unrecorded = list(filter(None, (_unrecorded(books, own) for own in plan)))
        count = journal.count(day, policy)
        evidence = journal.evidence(day, policy)
        ahead = journal.recorded_after(context.settings.now)
        versions_ahead = journal.versions_after(context.settings.now)
        seen = context.memory.contradictions(journal.seal)
        context.memory.keep(context.memory.looked(journal.seal))
        since = journal.chained_since(walk.older)
    if here := [told for is_here, told in seen if is_here]:
        raise ChainBroken(here[0], "换回完整的一份；确实要以这一份为准，运行 devzone seal，以后从它算起")
    other = [told for _, told in seen]
    database = context.journal.database
    if database.lost_its_wal:
        context.terminal.tell(without_wal(database))
    elif database.is_in_wal:
        context.terminal.tell(in_wal(database))
    elif beside := database.side_files:
        context.terminal.tell(
            f"流水文件旁边有 {beside[0].name}：有程序正在写，这时只复制流水文件会不完整；请过一会再备份"
        )
    if schema := database.open_schema:
        context.terminal.tell(
            f"服务器上的每个用户都能在流水所在的 {schema} 里建函数，借登记的人的手做事；"
            f"请管理员运行 REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC"
        )
    faults = context.evidence.faults(evidence)
    remarks = plan_cache.remarks(context.settings.plan_path, context.settings.items_path)
    measures = [measure for own in plan for measure in own.measures]
    counts = {
        "measures": len(measures),
        "pairs": sum(len(measure.units) for measure in measures),
        "duties": len(ledger.duties),
        "entries": count,
        "evidence": len(evidence),
    }
    keys = ("id", "policy", "measure", "unit", "milestone", "period")
    lines = [
        (
            f"计划：政策 {len(plan.policies)} 个，措施 {counts['measures']} 条，"
            f"单位与措施的对应 {counts['pairs']} 对，没有问题"
        ),
        *remarks,
        f"流水：记录 {count} 条，佐证材料 {len(evidence)} 份",
        *_chain(walk, claim, since),
        f"台账：截至 {day}，任务 {counts['duties']} 项",
        *([f"通讯录：{len(contacts.units)} 个单位"] if contacts != Contacts() else []),
        *(
            f"流水 {entry.id} 号：{entry.policy} 措施 {entry.measure}{quoted_place(entry)} {entry.unit} "
            + (
                "计划改动以后没有对应的任务，没有计入台账；改了名的写 formerly 或别名，否则按改动登记"
                if entry.id in known_before
                else f"不在计划里，没有计入台账；请把计划改回来，或用 devzone void {entry.id} --reason 原因 作废"
            )
            for entry in lost
        ),
        *(
            f"流水里有政策 {own} 的记录 {number} 条，它的计划没有读进来，没有核对；请用 --plan 指向放全部计划的文件夹"
            for own, number in unloaded.items()
        ),
        *(line for own in unrecorded for line in own.lines),
        *_ahead(ahead),
        *_versions_ahead(versions_ahead, context.settings.today),
        *faults,
        *other,
    ]
    return Listing(
        "check",
        day,
        plan,
        content=lambda: {
            "counts": counts,
            "strays": rows.as_objects(lost, keys),
            "not_loaded": [{"policy": own, "entries": number} for own, number in unloaded.items()],
            "seal": {**walk.seal._asdict(), "code": walk.seal.code} if walk.seal.number else None,
            "other_copies": other,
            "evidence_faults": faults,
            "remarks": remarks,
            "unrecorded": rows.as_objects(unrecorded),
        },
        lines=lambda: [[line] for line in lines],
        draw=lambda screen: screen.sentences_apart(map(one_line, lines)),
        as_json=json,
    )


def _claimed(text: str) -> Claim:
    claim = read_claim(text)
    if claim is None:
        raise WrongUsage(f"“{text[:80]}”不是封签", "写成 devzone seal 打出的一行，或 1234-7K3M-Q2XA-9BCD-EFGH")
    return claim


def _chain(walk: Walk, claim: Claim | None, since: str | None) -> list[str]:
    """What the chain proves."""
    last = walk.seal
    if not last.number:
        return []
    if isinstance(walk, PartialWalk):
        told = [f"链：看得到的 {walk.facts} 件事实逐件和记下时一样；别的单位的看不到，没有核对；封签 {last.code}"]
        if claim is not None:
            told.append(f"封签相符：第 {claim.number} 件事实和封签那时一样")
        return told
    told = [f"链：事实 {last.number} 件，从第一件起没有改过、拿走过、塞进过；封签 {last.code}"]
    if walk.older:
        when = f"（最后一条记于 {in_china(since)}）" if since else ""
        told.append(f"链：前 {walk.older} 件是旧版本登记的{when}，升级时补进链里，在那以前改没改过，链说明不了")
    if claim is not None:
        told.append(f"封签相符：第 {claim.number} 件事实和它以前的，都和封签那时一样")
    return told


def _unrecorded(books: Books, policy: Policy) -> Unrecorded | None:
    if books.is_recorded(policy):
        return None
    problems, changed = books.obstacles(policy), books.changes(policy)
    return Unrecorded(policy.id, tuple(changed), tuple(problems)) if problems or changed else None


def _ahead(entries: Sequence[tuple[int, str]]) -> list[str]:
    """What the clock of whoever recorded it says is still to come."""
    if not entries:
        return []
    number, at = entries[0]
    with garbage_told():
        when = in_china(at)
    which = f"{number} 号" if len(entries) == 1 else f"{number} 号等 {len(entries)} 条"
    return [f"流水 {which}记于 {when}，比现在还晚：登记时的钟快了，或这里的钟慢了；到那一天以前不计入，请校准时钟"]


def _versions_ahead(versions: Sequence[tuple[str, int, date, str]], today: date) -> list[str]:
    """As `_ahead`, of versions of a plan."""
    with garbage_told():
        return [
            f"{version_ahead(*version, today=today)}，比现在还晚：登记时的钟快了，或这里的钟慢了；"
            + ("到那一天以前按前一版看，请校准时钟" if version[2] > today else "请校准时钟")
            for version in versions
        ]
