"""`devzone draft TEXT`: a policy text read as a draft plan, with every doubtful reading listed."""

from __future__ import annotations

import hashlib
import re
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from sm_devzone import __version__, files
from sm_devzone.commands.options import JsonOption
from sm_devzone.context import Context
from sm_devzone.domain.plan import Plan, Policy, Unit
from sm_devzone.domain.plan_words import scalar
from sm_devzone.domain.reading.amend import amended
from sm_devzone.domain.reading.draft import Draft
from sm_devzone.domain.reading.plan import draft_of
from sm_devzone.domain.reading.text import Line
from sm_devzone.domain.text import one_line
from sm_devzone.errors import CannotRead, CannotWrite, WrongUsage, cause
from sm_devzone.intake.limits import MAX_BYTES
from sm_devzone.output import draft as paper
from sm_devzone.output import rows
from sm_devzone.output.listing import Listing

STDIN = "-"
LISTED = 7
"""The exit code where something was to be listed, with --exit-code only."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def command(
    ctx: typer.Context,
    text: Annotated[
        str, typer.Argument(metavar="文件", help="政策文件：txt、md、html、docx、有文字的 pdf；- 是标准输入")
    ],
    output: Annotated[str | None, typer.Option("-o", "--output", help="计划草稿写到哪里；默认 政策编号.yaml")] = None,
    id_: Annotated[str | None, typer.Option("--id", help="政策编号；默认从文号或文件名来")] = None,
    org: Annotated[str | None, typer.Option("--org", help="“市”“县”“省”指哪里，如 三明市；默认从发文机关看")] = None,
    units: Annotated[list[str] | None, typer.Option("--units", help="沿用哪份计划的单位名册；可写多次")] = None,
    into: Annotated[str | None, typer.Option("--into", help="原文修改了：沿用哪份计划里办公室写的内容")] = None,
    kept_text: Annotated[str | None, typer.Option("--text", help="把读到的文字存成文件，行号以它为准")] = None,
    json: JsonOption = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="有存疑时退出码为 7")] = False,
) -> Listing:
    """把一份政策文件读成计划草稿：措施、单位、牵头配合、时限；每个值写明行号和原文，拿不准的逐条列出。

    不改流水，不改计划，不联网。已有的文件不会被覆盖。
    """
    context: Context = ctx.obj
    _check_usage(text, id_, org)
    registers = [policy for path in units or () for policy in _plan(context, path)]
    old = _only(_plan(context, into), into) if into else None
    for wanted in (output, kept_text):
        _check_free(Path(wanted) if wanted else None)
    content = _content(text)
    draft, lines = _read(content, org, registers, old)
    head = paper.Head(
        "标准输入" if text == STDIN else Path(text).name,
        hashlib.sha256(content).hexdigest(),
        __version__,
        _id(id_, old, draft, text),
    )
    kept = paper.Kept()
    if old is not None and into:
        kept, draft = _amended(draft, old, Path(into))
    target = Path(output) if output else Path(f"{head.id}.yaml")
    _check_free(target)
    content_of_plan = paper.plan_text(draft, head, kept)
    if kept_text:
        files.save(Path(kept_text), _as_text(lines))
    files.save(target, content_of_plan)
    counts = draft.counts()
    told = f"读出 {counts['measures']} 条措施、{counts['units']} 个单位，存疑 {counts['doubtful']} 处"
    context.terminal.tell(str(target))
    context.terminal.tell(told)
    context.terminal.tell(f"下一步：对照原文补齐，再运行 devzone --plan {target} check")
    if exit_code and draft.doubts:
        context.exit_code = LISTED
    return Listing(
        "draft",
        None,
        Plan([]),
        content=lambda: _document(draft, head, target),
        lines=lambda: [(one.line, one.measure, one.kind, one.text, one.reading, one.why) for one in draft.doubts],
        draw=lambda screen: screen.doubts(draft.doubts, told),
        as_json=json,
    )


def _check_usage(text: str, id_: str | None, org: str | None) -> None:
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+://", text):
        raise CannotRead(f"不联网，没有去读 {text}", "请在浏览器里打开，把网页另存为 .html，再读这个文件")
    if not text:
        raise WrongUsage("没有写政策文件", "例如：devzone draft 政策.docx")
    if id_ is not None and not _ID.fullmatch(id_):
        raise WrongUsage(f"--id “{id_[:40]}”不能用", "只用字母、数字、点、横线，不超过 64 个字符")
    if org is not None and not re.fullmatch("[\u4e00-\u9fff]{2,20}", org):
        raise WrongUsage(f"--org “{org[:20]}”不是地名", "写成 三明市")


def _plan(context: Context, path: str) -> list[Policy]:
    from sm_devzone.storage.plan_cache import load

    return list(load(Path(path), context.settings.cache_path))


def _only(policies: list[Policy], path: str) -> Policy:
    if len(policies) != 1:
        raise WrongUsage(f"--into {path} 里有 {len(policies)} 个政策，看不出是哪一个", "请写一个计划文件")
    return policies[0]


def _check_free(target: Path | None) -> None:
    """An existing file is never written over. Raises CannotWrite with a name that is free."""
    if target is None or not target.exists():
        return
    if target.is_dir():
        raise CannotWrite(f"{target} 是文件夹，没有写", "-o 写文件名，例如：-o 草稿.yaml")
    number = 2
    while (free := target.with_name(f"{target.stem}-{number}{target.suffix}")).exists():
        number += 1
    raise CannotWrite(f"{target} 已经有了，没有覆盖", f"换一个名字：-o {free}")


def _content(text: str) -> bytes:
    if text == STDIN:
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    path = Path(text)
    try:
        if path.is_dir():
            raise CannotRead(f"{text} 是文件夹", "请写一个文件")
        if path.exists() and not path.is_file():
            raise CannotRead(f"{text} 不是普通文件，没有读", "请写一个文件，或用 - 从标准输入读")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = cause(error) if isinstance(error, OSError) else "名字不对"
        raise CannotRead(f"{text} 读不了（{reason}）", "请检查路径和权限") from error


def _read(content: bytes, org: str | None, registers: list[Policy], old: Policy | None) -> tuple[Draft, list[Line]]:
    from sm_devzone.intake.marked import mark_in
    from sm_devzone.intake.texts import lines_of

    lines = lines_of(content)
    if mark := mark_in(content):
        raise CannotRead(f"文件里写着“{mark}”，没有读", "涉密文件不能放进这里，请按保密规定处理")
    known: list[Unit] = [unit for policy in ([old] if old else []) + registers for unit in policy.units]
    draft = draft_of(lines, org=org, known=known, is_workday=_is_workday)
    if not draft.measures:
        raise CannotRead(
            "没有找到措施，什么也没有写",
            "找过的是：带序号（一、（一）1. 第一条）又写着责任单位、牵头单位、……负责的条目，以及有“责任单位”一栏的表格",
        )
    return draft, lines


def _is_workday(day: date) -> bool:
    from sm_devzone.storage.official_days import is_official_workday

    known = is_official_workday(day)
    return day.weekday() < 5 if known is None else known


def _id(given: str | None, old: Policy | None, draft: Draft, text: str) -> str:
    from sm_devzone.storage.plan_id import id_of

    if old is not None:
        return old.id
    facts = draft.facts
    stem = "" if text == STDIN else Path(text).stem
    return given or id_of(
        facts.number.value if facts.number else None, stem, facts.title.value if facts.title else None
    )


def _amended(draft: Draft, old: Policy, path: Path) -> tuple[paper.Kept, Draft]:
    from sm_devzone.storage.plan_file import office_fields

    written, groups = office_fields(path.read_bytes())
    fields = tuple((name, _yaml(value)) for name, value in written.items())
    return paper.Kept(old.office, fields), amended(draft, old, groups)


def _yaml(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_yaml(one) for one in value) + "]"
    return scalar(value) if isinstance(value, str) else str(value)


def _as_text(lines: list[Line]) -> str:
    """The text as read: line N of the file is line N of the list. With pages, a line tells its page first."""
    paged = any(line.page is not None for line in lines)
    return "".join(f"{f'[{line.page}] ' if paged else ''}{one_line(line.text)}\n" for line in lines)


def _document(draft: Draft, head: paper.Head, target: Path) -> dict[str, Any]:
    facts = draft.facts
    return {
        "source": head.source,
        "sha256": head.sha256,
        "plan": str(target),
        "policy": {
            "id": head.id,
            "title": facts.title.value if facts.title else None,
            "issuer": facts.issuer.value if facts.issuer else None,
            "issued": facts.issued.value if facts.issued else None,
            "valid_until": facts.valid_until.value if facts.valid_until else None,
        },
        "counts": draft.counts(),
        "doubtful": rows.as_objects(draft.doubts),
    }
