"""`devzone export overdue|duties|journal|plan`: lists for other programs, and for the mail that cron sends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from sm_devzone.commands.options import AsOfOption, JsonOption, OutputOption, PolicyOption
from sm_devzone.context import Context
from sm_devzone.domain.glossary import CYCLES, DUTY_COLUMNS, ENTRY_COLUMNS, PLAN_COLUMNS
from sm_devzone.domain.ledger import Ledger, by_urgency
from sm_devzone.domain.plan import Plan
from sm_devzone.errors import WrongUsage
from sm_devzone.output import files, rows

LISTS = {"overdue": "逾期清单", "duties": "任务台账", "journal": "流水", "plan": "计划"}
NOT_EMPTY = 7


def command(
    ctx: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="清单",
            help="overdue 逾期清单、duties 任务台账、journal 流水、plan 计划",
            autocompletion=lambda: list(LISTS),
        ),
    ],
    form: Annotated[
        str | None, typer.Option("--format", help="csv（默认）、json 或 xlsx；不写时看文件名的结尾")
    ] = None,
    output: OutputOption = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="清单不空时退出码为 7")] = False,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> str | bytes:
    """导出清单，默认是标准输出上的 CSV（带 BOM,Excel 和 WPS 直接打开）。空清单也有表头。"""
    context: Context = ctx.obj
    if what not in LISTS:
        raise WrongUsage(f"没有“{what}”这种清单", "可选：" + "、".join(f"{k}({v})" for k, v in LISTS.items()))
    suffix = Path(output or "").suffix.lower().removeprefix(".")
    if form is None and suffix in ("json", "xlsx") and not json:
        form = suffix
    if form not in (None, "csv", "json", "xlsx"):
        raise WrongUsage(f"没有格式“{form}”", "可选：csv、json、xlsx")
    if suffix in ("csv", "json", "xlsx") and suffix != (form or ("json" if json else "csv")):
        raise WrongUsage(f"文件名“{output}”和格式对不上", "改文件名的结尾，或改 --format")
    if json and form not in (None, "json"):
        raise WrongUsage(f"--json 和 --format {form} 只能写一个")
    if form == "xlsx" and output in (None, "-") and context.on_terminal:
        raise WrongUsage(
            "工作簿不能显示在终端上", f"写成文件：devzone export {what} --format xlsx -o {LISTS[what]}.xlsx"
        )
    day = context.day(as_of)
    columns, records, ledger = _records(context, what, policy, day)
    if exit_code and records:
        context.exit_code = NOT_EMPTY
    content: str | bytes
    if form == "xlsx":
        content = _workbook(context, what, policy, day, records, ledger)
    elif json or form == "json":
        plan = context.plan.only(policy)
        key = {"overdue": "duties", "journal": "entries"}.get(what, what)
        content = rows.json_document(what, day, plan, {key: rows.as_objects(records, columns)})
    else:
        content = rows.csv_file(columns, records)
    if output in (None, "-"):
        return content
    files.replace(Path(output), content if isinstance(content, bytes) else f"{content}\n".encode())
    return f"{output}\n"


class PlanRow(NamedTuple):
    """One unit–measure pair as the policy gives it; collectives are not replaced by their members."""

    policy: str
    measure: int
    title: str
    unit: str
    role: str
    milestone: str
    due: str
    as_written: str
    task: str


def _records(
    context: Context, what: str, policy: str | None, day: date
) -> tuple[Mapping[str, str], Sequence[NamedTuple], Ledger | None]:
    """The columns of a list, its rows, and the ledger that duties among them are of."""
    if what == "plan":
        return PLAN_COLUMNS, list(_plan_rows(context.plan.only(policy))), None
    if what == "journal":
        if policy is not None:
            context.plan.only(policy)
        with context.reading() as reader:
            return ENTRY_COLUMNS, reader.entries(day, policy)[::-1], None
    ledger = context.ledger(day, policy, dated=what == "overdue")
    duties = ledger.duties
    if what == "overdue":
        duties = by_urgency(duty for duty in duties if duty.signal == "overdue")
    return DUTY_COLUMNS, context.with_words(duties, ledger), ledger


def _workbook(
    context: Context, what: str, policy: str | None, day: date, records: Sequence[Any], ledger: Ledger | None
) -> bytes:
    from sm_devzone.output import lists

    if what == "plan":
        return lists.plan(records, context.plan.only(policy), day)
    if what == "journal":
        return lists.journal(records, context.plan.only(policy), day)
    assert ledger is not None
    if what == "overdue":
        return lists.overdue(ledger, records)
    words = context.words(records, ledger)
    with context.reading() as reader:
        return lists.duties(ledger, records, words, reader.evidenced(day, policy))


def _plan_rows(plan: Plan) -> Iterator[PlanRow]:
    for policy in plan:
        collectives = {unit.name: unit.members for unit in policy.units}
        for measure in policy.measures:
            for unit in measure.units:
                singles = set(collectives[unit] or (unit,))
                own = [m for m in measure.milestones if not m.units or singles & set(m.units)]
                yield PlanRow(
                    policy.id,
                    measure.number,
                    measure.title,
                    unit,
                    measure.planned_role(unit),
                    ";".join(m.title for m in own),
                    ";".join(str(m.due or f"每{CYCLES[m.every or 'year']}（{m.first} 起）") for m in own),
                    ";".join(m.as_written or m.reason or "" for m in own),
                    ";".join(measure.tasks),
                )
