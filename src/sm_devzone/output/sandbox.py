"""What templates of the office run in: what they are handed, and nothing behind it.

Jinja's own sandbox forbids what is known to be dangerous. Here it is the other way round: an attribute is read only
where its value is a plain one, a record of the trade, or a method of one of these. No module, class or function is; so
there is no way from what a template is handed to what is loaded beside it.
"""

from __future__ import annotations

import _thread
import re
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from types import BuiltinMethodType, FrameType, MethodType, SimpleNamespace
from typing import Any

from jinja2 import Undefined
from jinja2.environment import TemplateModule
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Cycler, Joiner, Namespace

_VALUES = (str, bytes, int, float, date, timedelta, tuple, list, range, Mapping, Set, SimpleNamespace)
_OF_JINJA = (
    Undefined,
    Macro,
    LoopContext,
    BlockReference,
    TemplateReference,
    TemplateModule,
    Cycler,
    Joiner,
    Namespace,
)
_OF_THE_TRADE = "sm_devzone.domain."
_MOST_NUMBER, _MOST_POWER, _MOST_LENGTH = 10**100, 100, 10**7
_MOST_MEMORY = 2_000_000_000
"""Bytes."""
_GLOBALS = ("range", "dict", "namespace", "cycler", "joiner")


class TookTooLong(BaseException):
    """A template did not come to an end. Nothing on the way takes it for a fault of its own."""


class Sandbox(ImmutableSandboxedEnvironment):
    """What is handed over cannot be changed either: all formats of a paper tell the same."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self, finalize: Callable[[Any], Any] | None = None, **how: Any) -> None:
        def of_fair_length(value: Any) -> Any:
            if isinstance(value, str) and len(value) > _MOST_LENGTH:
                raise MemoryError
            return finalize(value) if finalize else value

        # Nothing is worked out before the template runs: that would not be bounded.
        super().__init__(finalize=of_fair_length, optimized=False, **how)
        format_filter = self.filters["format"]
        self.filters["format"] = lambda text, *args, **named: format_filter(_of_fair_width(text), *args, **named)
        self.globals = {name: self.globals[name] for name in _GLOBALS}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return super().is_safe_attribute(obj, attr, value) and is_plain(value)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        # One such step may take for ever, and nothing can interrupt it.
        if operator == "%":
            is_small = not isinstance(left, str) or _of_fair_width(left) is left
        elif operator == "**":
            is_small = abs(left) < _MOST_NUMBER and abs(right) <= _MOST_POWER
        elif isinstance(left, int | float) and isinstance(right, int | float):
            is_small = max(abs(left), abs(right)) < _MOST_NUMBER
        else:
            times, some = (left, right) if isinstance(left, int) else (right, left)
            is_small = times * len(some) <= _MOST_LENGTH
        if not is_small:
            raise MemoryError
        return super().call_binop(context, operator, left, right)


def _of_fair_width(text: str) -> str:
    """`text` as a pattern, which asks for no more letters than anybody reads. Raises MemoryError."""
    if re.search(r"\d{5,}", str(text)):
        raise MemoryError
    return text


def is_plain(value: Any) -> bool:
    """Whether a template may hold `value` that it found on another: it leads to nothing but values of these kinds."""
    if isinstance(value, MethodType | BuiltinMethodType):
        return is_plain(value.__self__)  # that of a function is its module, that of `date.today` a class
    if isinstance(value, type):
        return False
    return value is None or isinstance(value, _VALUES + _OF_JINJA) or type(value).__module__.startswith(_OF_THE_TRADE)


@contextmanager
def _of_fair_size() -> Iterator[None]:
    """Let the process grow by `_MOST_MEMORY` here: a text may be doubled by many a way, and only the sum tells."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except (ImportError, OSError):
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_AS)
    most = pages * resource.getpagesize() + _MOST_MEMORY
    with suppress(ValueError):  # there is less already
        resource.setrlimit(resource.RLIMIT_AS, (most if before[0] < 0 else min(most, before[0]), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """End what is done here after `seconds`, on any system, also where an interrupt from the keyboard is ignored.

    Raises TookTooLong, and where the system can bound it, MemoryError for what grows beyond measure. Signals reach the
    main thread only: another one is not bounded.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    lock, is_over, has_rung = threading.Lock(), False, False

    def ring() -> None:
        nonlocal has_rung
        with lock:
            if not is_over:
                has_rung = True
                _thread.interrupt_main()

    def interrupted(number: int, frame: FrameType | None) -> None:
        if has_rung:
            raise TookTooLong
        if callable(before):
            before(number, frame)

    before = signal.signal(signal.SIGINT, interrupted)
    timer = threading.Timer(seconds, ring)
    timer.daemon = True
    timer.start()
    try:
        with _of_fair_size():
            yield
    finally:
        timer.cancel()
        with lock:
            is_over = True
        signal.signal(signal.SIGINT, before)
