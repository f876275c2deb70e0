"""What Typer says in English, said in Chinese: the headings of help, and the ways to use a command wrongly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sm_devzone.errors import WrongUsage

_HEADINGS = {
    "Usage: ": "用法：",
    "Options:": "选项：",
    "Arguments:": "参数：",
    "Commands:": "命令：",
    "Show this message and exit.": "显示这份帮助",
    "[required]": "[必填]",
}

_COMPLETION = {"install_completion": "给当前命令行装上补全", "show_completion": "显示补全脚本"}


def in_chinese(command: Any) -> Any:
    """`command`, a Typer command or group, with its help in Chinese."""
    for param in command.params:
        if param.name in _COMPLETION:
            param.help = _COMPLETION[param.name]
    help_of: Callable[[Any], str] = command.get_help

    def get_help(ctx: Any) -> str:
        text = help_of(ctx)
        for english, chinese in _HEADINGS.items():
            text = text.replace(english, chinese)
        return text

    command.get_help = get_help
    return command


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
    if "requires an argument" in message:
        return WrongUsage(f"选项 {option} 后面要写内容", remedy)
    if "does not take a value" in message:
        return WrongUsage(f"选项 {option} 后面不写内容", remedy)
    if "unexpected extra argument" in message:
        extra = message[message.find(" (") + 2 : message.rfind(")")]
        return WrongUsage(f"多出了“{extra}”", f"{remedy}；含空格的内容请加引号")
    return WrongUsage(f"用法不对（{message}）", remedy)
