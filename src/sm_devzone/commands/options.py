"""The options that several verbs share, each declared once."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from sm_devzone.context import Context
from sm_devzone.domain.calendar import parse_period
from sm_devzone.domain.glossary import STANDING, key_of
from sm_devzone.domain.plan import Plan
from sm_devzone.domain.text import check_text, half_width, percentage, squeezed
from sm_devzone.errors import DevzoneError, Refused, WrongUsage


def complete_units(ctx: typer.Context, incomplete: str) -> list[str]:
    names = [
        word for policy in _plan_for_completion(ctx) for unit in policy.units for word in (unit.name, *unit.aliases)
    ]
    return [name for name in dict.fromkeys(names) if name.startswith(incomplete)]


def complete_measures(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    plan = _plan_for_completion(ctx)
    several = len(plan.policies) > 1
    named = [
        (f"{policy.id}/{measure.number}" if several else str(measure.number), measure.title)
        for policy in plan
        for measure in policy.measures
    ]
    return [(name, title) for name, title in named if name.startswith(incomplete)]


def _plan_for_completion(ctx: Any) -> Plan:
    """The plan; an empty one where it cannot be read, for a TAB is no place to tell why."""
    root = ctx.find_root()
    context: Context = root.obj
    context.settings.plan_option = root.params.get("plan") or context.settings.plan_option
    try:
        return context.plan
    except DevzoneError:
        return Plan(())


MeasureArgument = Annotated[
    str,
    typer.Argument(metavar="N", help="措施序号；多个政策时写 政策编号/序号", autocompletion=complete_measures),
]
MeasuresArgument = Annotated[
    str,
    typer.Argument(
        metavar="N", help="措施序号，几条写成 1,2,5-9；多个政策时写 政策编号/序号", autocompletion=complete_measures
    ),
]
OnlyMeasureArgument = Annotated[
    str | None, typer.Argument(metavar="N", help="只看一条措施", autocompletion=complete_measures)
]
MeasureOption = Annotated[str | None, typer.Option("--measure", help="只看一条措施", autocompletion=complete_measures)]
UnitOption = Annotated[
    str | None,
    typer.Option("--unit", help="单位：全称、简称、拼音或首字母；集合单位指它的成员", autocompletion=complete_units),
]
UnitsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--unit", help="单位：全称、简称、拼音或首字母；可写多次；集合单位指它的成员", autocompletion=complete_units
    ),
]


def complete_policies(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    plan = _plan_for_completion(ctx)
    return [(policy.id, policy.title) for policy in plan if policy.id.startswith(incomplete)]


def complete_terms(terms: Mapping[str, str]) -> Callable[[str], list[tuple[str, str]]]:
    """What completes one of `terms`: its name, or, once a person has begun to write that, its Chinese term."""

    def complete(incomplete: str) -> list[tuple[str, str]]:
        named = [(name, term) for name, term in terms.items() if name.startswith(incomplete)]
        return named or [(term, name) for name, term in terms.items() if term.startswith(incomplete)]

    return complete


def complete_milestones(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    measures = [measure for policy in _plan_for_completion(ctx) for measure in policy.measures]
    found = {each.key: each.title for measure in measures for each in measure.milestones} | {STANDING: "没有时限的部分"}
    return [(key, title) for key, title in found.items() if key.startswith(incomplete)]


def _policy_id(ctx: typer.Context, value: str | None) -> str | None:
    """The id of the policy that is meant. Raises WrongUsage and NotFound."""
    if value is None or ctx.resilient_parsing:
        return value
    context: Context = ctx.find_root().obj
    return context.plan.find_policy(value).id


PolicyOption = Annotated[
    str | None,
    typer.Option("--policy", help="只看一个政策：编号或简称", callback=_policy_id, autocompletion=complete_policies),
]


def _note_as_of(ctx: typer.Context, value: str | None) -> str | None:
    """Whoever reads as of a day is not told what the clock does now."""
    if value is not None and not ctx.resilient_parsing:
        ctx.find_root().obj.reads_now = False
    return value


AsOfOption = Annotated[
    str | None, typer.Option("--as-of", help="按哪一天的情况，如 2026-06-30；默认今天", callback=_note_as_of)
]
KnownOption = Annotated[str | None, typer.Option("--known", help="只按那一天结束时已经登记的来看；默认登记过的都算")]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON")]
ByOption = Annotated[str | None, typer.Option("--by", help="记录人；默认 DEVZONE_USER，再默认系统用户")]
ReasonOption = Annotated[str | None, typer.Option("--reason", help="依据或原因")]
PaperOption = Annotated[
    str | None,
    typer.Option("--paper", help="工作簿用 A4 还是 A3 打印；不写时任务台账、流水、填报表用 A3，其余用 A4"),
]
EmlOption = Annotated[bool, typer.Option("--eml", help="每个单位一封写好的邮件（.eml），用自己的邮件程序打开就能发")]
OutputOption = Annotated[str | None, typer.Option("-o", "--output", help="写到哪里；- 是标准输出")]


def chosen(option: str, word: str | None, terms: dict[str, str]) -> str | None:
    """The English name that `word`, in either language, stands for. Raises WrongUsage with the choices."""
    if word is None:
        return None
    name = key_of(terms, squeezed(word))
    if name is None:
        choices = "、".join(f"{key}({term})" for key, term in terms.items())
        raise WrongUsage(f"{option} 没有“{word}”这一种", f"可选：{choices}")
    return name


def numbered(text: str | None) -> int | None:
    """Progress in percent. Raises WrongUsage outside 0–100."""
    if text is None:
        return None
    number, _ = percentage(text) or (-1.0, True)
    if not number.is_integer() or not 0 <= number <= 100:
        raise WrongUsage(f"进度“{text}”不是 0 到 100 的整数")
    return int(number)


def chosen_paper(word: str | None, *, of_workbook: bool = True) -> str | None:
    """One of workbook.PAPERS, None where none is asked for. Raises WrongUsage, also where no workbook is made."""
    paper = word and word.strip().upper()
    if paper and not of_workbook:
        raise WrongUsage("--paper 只用于工作簿", "加 --format xlsx")
    if paper not in (None, "A4", "A3"):
        raise WrongUsage(f"--paper 没有“{word}”这种纸", "可选：A4、A3")
    return paper


def chosen_formats(words: list[str] | None, formats: Collection[str]) -> list[str]:
    """The formats that are asked for, each once. Raises WrongUsage for one that is none of `formats`."""
    for name in words or ():
        if name not in formats:
            raise WrongUsage(f"没有格式“{name}”", f"可选：{'、'.join(formats)}")
    return list(dict.fromkeys(words or ()))


def chosen_folder(output: str | None, usual: str, why: str) -> Path:
    """Where several files go. Raises WrongUsage, with the reason `why` they do, for what is no folder."""
    folder = Path(output or usual)
    if output == "-" or folder.is_file():
        raise WrongUsage(f"-o “{output}”不是文件夹", why)
    return folder


def check_can_record(context: Context, *, yes: bool, dry_run: bool) -> None:
    """Raises WrongUsage where it is not clear whether what is shown is to be recorded, and nobody can be asked."""
    if yes and dry_run:
        raise WrongUsage("--yes 和 --dry-run 只能写一个")
    if not (yes or dry_run) and not context.terminal.can_ask:
        raise WrongUsage("这里没法问要不要登记", "加 --yes 登记，或加 --dry-run 只看")


def whole(option: str, text: str) -> int:
    """A number of an issue, of a slip, or of a year. Raises WrongUsage."""
    digits = half_width(text).strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10 and int(digits)):
        raise WrongUsage(f"{option} “{text[:20]}”不是正整数（最多九位）", "写成 12")
    return int(digits)


_RANGE = re.compile("([0-9]{1,18})[-\u2010-\u2015~至到]([0-9]{1,18})")


def each_number(text: str) -> Iterator[str]:
    """The numbers that `text` lists, as 4, 1,2,5-9 or ID/1,2, each as it would be written alone."""
    owner = ""
    for part in re.split(r"[、,;\s]+", half_width(text).strip(" 、,;")):
        before, slash, number = part.rpartition("/")
        owner = f"{before}/" if slash else owner
        number = re.sub("[#第号条]|措施", "", number)
        if span := _RANGE.fullmatch(number):
            first, last = int(span[1]), int(span[2])
            if last < first:
                raise WrongUsage(f"“{part}”是从大到小", f"写成 {last}-{first}")
            yield from (f"{owner}{one}" for one in range(first, last + 1))
        else:
            yield f"{owner}{number}"


def is_agreed(context: Context, question: str) -> bool:
    """Whether the person wants what was shown. Raises WrongUsage where nobody can be asked."""
    if not context.terminal.can_ask:
        raise WrongUsage(f"这里没法问：{question}", "看过再加 --yes")
    if typer.confirm(question, err=True):
        return True
    context.terminal.tell("没有登记")
    return False


YesOption = Annotated[bool, typer.Option("--yes", help="不问，直接登记")]


def named_period(text: str | None) -> str | None:
    """A period in its standard writing. Raises WrongUsage."""
    if text is None:
        return None
    period = parse_period(text)
    if period is None:
        raise WrongUsage(f"“{text}”不是周期", "写成 2025、2025H1、2026Q4、2026-11 或 2026-W47")
    return period.name


def recorder(context: Context, by: str | None) -> str:
    """Who is recorded, as text that can be kept; of a login that was granted, the login. Raises Refused for another."""
    if context.viewer is not None:
        if (by or context.settings.by_option or context.viewer.login) != context.viewer.login:
            raise Refused(f"记录人就是登录的名字 {context.viewer.login}，不能写成别人", "去掉 --by")
        return context.viewer.login
    return check_text("记录人", context.settings.user(by)) or "—"
