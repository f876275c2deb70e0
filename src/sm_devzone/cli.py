"""The front door: main(argv) -> exit code. Here errors become words.

What stdout gets is written whole at the end, so that a failing command leaves it empty.
"""

from __future__ import annotations

import atexit
import errno
import gc
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sm_devzone.errors import CannotWrite, DevzoneError, cause

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None, *, clock: Callable[[], datetime] | None = None) -> int:
    """Run one command line and return its exit code. `clock` tells the moment (UTC) where it is not the system's."""
    gc.disable()  # one short run makes no garbage worth collecting; a large ledger takes half the time
    atexit.register(gc.freeze)  # the interpreter would look through all of it once more at its end
    arguments = list(sys.argv[1:] if argv is None else argv)
    _open_what_was_closed()
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show a character shows a question mark; it never stops the work.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure and (stream.errors == "strict" or (stream.encoding or "").lower().replace("-", "") != "utf8"):
            reconfigure(errors="replace")
    try:
        output, code = _run(arguments, clock)
        if code == INTERRUPTED:  # an interrupt has become an exit code on its way through Typer
            raise KeyboardInterrupt
        _write(output)
    except DevzoneError as error:
        return _fail(error.lines(), error.exit_code)
    except KeyboardInterrupt:
        return _fail(["devzone: 已中断"], INTERRUPTED)
    except BrokenPipeError:
        _let_go_of_stdout()
        return 0
    except Exception as error:
        if os.environ.get("DEVZONE_DEBUG"):
            raise
        return _fail(_unforeseen(error).lines(), 1)
    return code


def _open_what_was_closed() -> None:
    """Where stdout was closed, writing fails and is told; where stderr was, words go nowhere, and not to stdout."""
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


def _run(arguments: list[str], clock: Callable[[], datetime] | None) -> tuple[str | bytes | None, int]:
    if arguments in ([], ["--help"]) and "_DEVZONE_COMPLETE" not in os.environ:
        # Typer takes most of a start; the text of its help is kept ready (see `make help`).
        return (Path(__file__).parent / "help.txt").read_text(encoding="utf-8"), 0
    from sm_devzone.commands import run
    from sm_devzone.context import Context
    from sm_devzone.settings import system_clock

    context = Context(os.environ, clock or system_clock)
    return run(arguments, context), context.exit_code


def _write(output: str | bytes | None) -> None:
    if not output:
        return
    try:
        if isinstance(output, bytes):
            sys.stdout.flush()
            sys.stdout.buffer.write(output)
        else:
            sys.stdout.write(output if output.endswith("\n") else output + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _let_go_of_stdout()
        raise _cannot_write(error) from error


def _cannot_write(error: OSError) -> CannotWrite:
    return CannotWrite(f"输出写不出去（{cause(error)}）", "请检查磁盘空间")


def _unforeseen(error: Exception) -> DevzoneError:
    if isinstance(error, OSError):
        if error.errno == errno.EBADF:  # Typer writes the help of a verb itself, be stdout closed
            _let_go_of_stdout()
            return _cannot_write(error)
        where = f"：{error.filename}" if error.filename else ""
        return DevzoneError(f"文件或磁盘出错（{cause(error)}）{where}", "请检查路径、权限和磁盘空间")
    return DevzoneError(
        f"程序内部出错（{type(error).__name__}: {error}）", "设 DEVZONE_DEBUG=1 再运行一次，把输出发给维护者"
    )


def _let_go_of_stdout() -> None:
    """Keep the interpreter from flushing, at its end, what nobody takes any more."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(lines: Sequence[str], code: int) -> int:
    from sm_devzone.domain.text import plain

    with suppress(OSError):
        print(*map(plain, lines), sep="\n", file=sys.stderr)  # noqa: T201 - the one way to stderr
    return code
