"""What Typer says in English, said in Chinese: the headings of help, and the ways to use a command wrongly."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import typer

from sm_devzone.errors import WrongUsage

_HEADINGS = {
    "Usage: ": "用法：",
    "Options:": "选项：",
    "Arguments:": "参数：",
    "Commands:": "命令：",
    "Show this message and exit.": "显示这份帮助",
    "[required]": "[必填]",
    "[default: ": "[默认 ",
}

_VALUES = {
    "单位": "--unit --new-unit",
    "措施": "--measure",
    "节点": "--milestone",
    "周期": "--period --week --month --quarter --year",
    "政策": "--policy",
    "日期": "--as-of --on --from --to --due --reply-by",
    "编号": "--number --verify --reprint --get",
    "百分比": "--progress",
    "颜色": "--colour",
    "角色": "--role",
    "预警": "--signal",
    "状态": "--state",
    "姓名": "--by",
    "格式": "--format",
    "列": "--columns",
    "工作表": "--sheet",
    "纸张": "--paper",
    "路径": "--output --db --plan --templates --evidence",
}
"""What is written after an option, and of which; after the others it is a text."""

_COMPLETION = {"install_completion": "给当前命令行装上补全", "show_completion": "显示补全脚本"}


def in_chinese(command: Any) -> Any:
    """`command`, a Typer command or group, with its help in Chinese."""
    for param in command.params:
        if param.name in _COMPLETION:
            param.help = _COMPLETION[param.name]
            param.callback = _installed if param.name == "install_completion" else param.callback
        elif param.param_type_name == "argument":
            param.display_type_rich = lambda ctx: ""  # noqa: ARG005 - Typer's signature
        elif not param.is_flag and param.metavar is None:
            named = (value for value, options in _VALUES.items() if param.opts[-1] in options.split())
            param.metavar = next(named, "文字")
    help_of: Callable[[Any], str] = command.get_help

    def get_help(ctx: Any) -> str:
        ctx.formatter_class = _Columns
        text = help_of(ctx)
        for english, chinese in _HEADINGS.items():
            text = text.replace(english, chinese)
        return text

    command.get_help = get_help
    return command


def _installed(ctx: Any, _: Any, value: Any) -> Any:
    """Install completion as Typer does; it says so in English, and takes a shell and a home folder for granted."""
    if not value or ctx.resilient_parsing:
        return value
    import typer.completion

    try:
        Path.home()  # asked first: without one it does not matter which shell this is
        with redirect_stdout(StringIO()):
            shell, path = typer.completion.install()  # type: ignore[attr-defined]
    except typer.Exit as error:
        raise WrongUsage("认不出现在用的命令行，没有装补全", "请在 bash、zsh、fish 或 PowerShell 里运行") from error
    except RuntimeError as error:
        raise WrongUsage("没有地方装补全：这个用户没有主目录", "请设置 HOME") from error
    ctx.obj.terminal.tell(f"已给 {shell} 装上补全，重新打开命令行以后能用：{path}")
    raise typer.Exit


class _Columns(typer.Context.formatter_class):  # type: ignore[misc,valid-type]  # exported no other way
    """Help in two columns that meet although a Chinese character takes two cells."""

    def write_dl(self, rows: Iterable[tuple[str, str]], *_: Any, **__: Any) -> None:
        pairs = [(_by_cells(first), _by_cells(second)) for first, second in rows]
        indent = self.current_indent + max(len(first) for first, _ in pairs) + 2
        for first, second in pairs:
            begin = f"{'':{self.current_indent}}{first}".ljust(indent)
            text = textwrap.fill(second, self.width, initial_indent=begin, subsequent_indent=" " * indent)
            self.write(text.replace("\0", "") + "\n")


def _by_cells(text: str) -> str:
    """`text` made as long as it is wide: a mark follows each character of two cells."""
    return "".join(f"{one}\0" if east_asian_width(one) in "WF" else one for one in text)


def _as_a_list(ctx: Any, extra: str) -> str:
    """How numbers or units that were written with blanks between them are written; empty for anything else."""
    params = ctx.params if ctx else {}
    first, units = params.get("n") or params.get("entry"), params.get("unit")
    if first and re.fullmatch(r"[0-9 ,-]+", extra):
        return f"几条写在一起：{','.join([first, *extra.split()])}"
    if isinstance(units, list) and units and not extra.startswith("-"):
        return f"几个单位写在一起：--unit {'、'.join([*units, *extra.split()])}；含空格的内容请加引号"
    return ""


def usage_failure(error: Exception) -> WrongUsage:
    """A usage error of Typer as one of ours. Its kinds are told apart by name, as Typer exports no classes for them."""
    ctx = getattr(error, "ctx", None)
    remedy = f"用法见 {ctx.command_path} --help" if ctx else "用法见 devzone --help"
    option = getattr(error, "option_name", None)
    message = getattr(error, "message", "") or str(error)
    kind = type(error).__name__
    if kind == "NoSuchOption":
        close = getattr(error, "possibilities", None) or ()
        return WrongUsage(f"没有选项 {option}", f"是不是 {'、'.join(sorted(close))}?" if close else remedy)
    if kind == "MissingParameter":
        param = getattr(error, "param", None)
        name = param.get_error_hint().strip("'") if param else ""
        return WrongUsage(f"缺少 {name}", remedy)
    if wanted := re.search(r"requires (an argument|(\d+) arguments)", message):
        return WrongUsage(f"选项 {option} 后面要写{f' {wanted[2]} 项' if wanted[2] else ''}内容", remedy)
    if "does not take a value" in message:
        return WrongUsage(f"选项 {option} 后面不写内容", remedy)
    if "unexpected extra argument" in message:
        extra = message[message.find(" (") + 2 : message.rfind(")")]
        listed = _as_a_list(ctx, extra)
        return WrongUsage(f"多出了“{extra}”", listed or f"{remedy}；含空格的内容请加引号")
    return WrongUsage(f"选项 {option} 用得不对" if option else "用法不对", remedy)
