"""One verb, one file. A command checks its options, asks once, and returns what stdout is to get."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from sm_devzone.commands.as_typed import understanding, with_front_options
from sm_devzone.commands.wording import in_chinese, usage_failure
from sm_devzone.context import Context
from sm_devzone.errors import DatabaseUnusable, DevzoneError, WrongUsage
from sm_devzone.output.listing import Listing, rendered

VERBS = {
    "status": ("status", "全部措施的进度、时限和预警"),
    "show": ("show", "一条措施的详情：任务要点、单位、节点、最近情况"),
    "assign": ("assign", "列一个单位的任务清单，或给措施增减责任单位"),
    "add": ("add", "加一项批示或会议议定的事项，不用写 YAML"),
    "update": ("update", "登记进展，或报完成"),
    "review": ("review", "待审核：列出等办公室审核的，或写成审核表成批审核"),
    "close": ("close", "销号：审核通过，任务办结"),
    "return": ("send_back", "退回：审核不通过，退回推进中"),
    "reopen": ("reopen", "恢复：已销号的任务重新推进"),
    "suspend": ("suspend", "中止：任务暂停，不算逾期"),
    "resume": ("resume", "恢复推进：中止的任务接着推进"),
    "extend": ("extend", "延期：批准一个新时限"),
    "transfer": ("transfer", "移交：一个单位的任务由另一个单位接着办"),
    "urge": ("urge", "催办：列出该催的，或登记一次催办"),
    "problems": ("problems", "存在问题和需协调事项：列出，或登记一个解决了"),
    "notice": ("notice", "三色督办单：一项一张，编号登记；列出、重出"),
    "void": ("void", "作废一条登错的记录"),
    "evidence": ("evidence", "佐证材料：列出、取出、核对"),
    "history": ("history", "流水：谁、什么时候、记了什么"),
    "send": ("send", "给每个单位出一份 Excel 填报表"),
    "collect": ("collect", "收回填好的填报表，核对后登记"),
    "takeover": ("takeover", "建账：把办公室自己的 Excel 台账一次登记进来"),
    "stats": ("stats", "统计：按单位或按措施，按时办结率、报送率"),
    "card": ("card", "单位履责卡：一个单位一页，任务、报送、督办单、延期、佐证"),
    "report": ("report", "一个时段的督办报告（Markdown、网页、文字、Word 公文）"),
    "template": ("template", "报告和督办单的模板：列出、复制、检查"),
    "export": ("export", "导出逾期清单、任务台账、流水、计划、时限日历"),
    "plan": ("plan", "计划的版本：列出、比较、登记改动"),
    "draft": ("draft", "把一份政策文件读成计划草稿，列出每一处存疑"),
    "init": ("init", "建立一本空的流水，以后登记到里面"),
    "grant": ("grant", "授权：PostgreSQL 的登录能看什么、登记什么"),
    "views": ("views", "给别的软件用的视图（PostgreSQL）：算到今天，列出每一列"),
    "office": ("office", "一个 PostgreSQL 里的几个办公室：新建、列出、升级"),
    "backup": ("backup", "备份：流水、佐证材料、计划、模板装进一个文件"),
    "restore": ("restore", "把一份备份恢复到一个空文件夹"),
    "move": ("move", "把流水搬到 PostgreSQL，或搬回文件"),
    "seal": ("seal", "封签：一行号码，证明到此为止的流水没有动过"),
    "check": ("check", "检查计划文件和流水，列出全部问题"),
}
"""Verb -> its module and what it is for, in the order in which a person meets them."""


class VerbGroup(TyperGroup):
    """Imports the one verb that was asked for; the others cost nothing."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - Typer's signature
        return list(VERBS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in VERBS:
            if ctx.resilient_parsing or cmd_name.startswith("-"):
                return None
            from difflib import get_close_matches

            close = get_close_matches(cmd_name, VERBS, n=1)
            hint = f"是不是 devzone {close[0]}?" if close else "用 devzone --help 看全部命令"
            raise WrongUsage(f"没有命令“{cmd_name}”", hint)
        return _verb(cmd_name)


@cache  # helps only the tests, which run thousands of command lines in one process
def _verb(name: str) -> Any:
    module, summary = VERBS[name]
    command = import_module(f"sm_devzone.commands.{module}").command
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command(name, help=command.__doc__, short_help=summary, options_metavar="[选项]")(command)
    return understanding(with_front_options(in_chinese(get_command(app)), _front_command(add_completion=False)))


def _front(
    ctx: typer.Context,
    db: Annotated[str | None, typer.Option("--db", help="流水数据库：文件，或数据库地址")] = None,
    office: Annotated[
        str | None, typer.Option("--office", help="一个数据库里有几个办公室时，哪一个；默认 DEVZONE_OFFICE")
    ] = None,
    plan: Annotated[str | None, typer.Option("--plan", help="计划文件，或放计划文件的文件夹")] = None,
    templates: Annotated[str | None, typer.Option("--templates", help="自己的模板文件夹，先于自带的模板")] = None,
    by: Annotated[str | None, typer.Option("--by", help="记录人；默认 DEVZONE_USER，再默认系统用户")] = None,
    version: Annotated[bool, typer.Option("--version", help="版本和正在用的路径")] = False,
) -> str | None:
    """督查督办台账：政策要求了什么、谁负责、到哪一步、哪些逾期。"""
    context: Context = ctx.obj
    context.verb = ctx.invoked_subcommand or ""
    settings = context.settings
    settings.db_option, settings.office_option, settings.by_option = db, office, by
    settings.plan_option, settings.templates_option = plan, templates
    if version:
        from sm_devzone.commands.version import version_text

        return version_text(context)
    if ctx.invoked_subcommand is None:
        raise WrongUsage("没有写命令", "用 devzone --help 看全部命令")
    return None


@cache
def _front_command(*, add_completion: bool) -> Any:
    app = typer.Typer(
        cls=VerbGroup,
        add_completion=add_completion,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback(invoke_without_command=True, options_metavar="[选项]", subcommand_metavar="命令 [选项]...")(_front)
    return understanding(in_chinese(get_command(app)))


def help_text() -> str:
    """What `devzone --help` shows; kept in help.txt, so that showing it needs no Typer."""
    command = _front_command(add_completion=True)
    text: str = command.get_help(command.context_class(command, info_name="devzone", terminal_width=100))
    return text


def run(arguments: list[str], context: Context) -> str | bytes | None:
    """Run one command line and return what stdout gets. Raises DevzoneError."""
    # Typer knows the shells only once it has added these two options; none but a TAB, or a line that names them, asks.
    about_completion = any(a.startswith(("--install-completion", "--show-completion")) for a in arguments)
    command = _front_command(add_completion=about_completion or context.settings.is_completing)
    try:
        output: str | bytes | Listing | int | None = command.main(
            args=arguments, prog_name="devzone", standalone_mode=False, obj=context
        )
    except typer.TyperException as error:
        raise usage_failure(error) from error
    except DatabaseUnusable:
        raise
    except DevzoneError:
        context.tell_of_nothing_read()
        raise
    context.tell_of_nothing_read()
    if isinstance(output, int):  # --help was shown, or an interrupt became an exit code on its way through Typer
        context.exit_code = output
        return None
    if not isinstance(output, Listing):
        return output
    return rendered(output, on_terminal=context.terminal.shows_result, of=context.of)
