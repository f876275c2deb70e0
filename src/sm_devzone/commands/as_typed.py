"""What a person typed, as it was meant: dashes, blanks and quotes of an input method, options on the other side."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any

from sm_devzone.domain.text import squeezed

_WIDE_BLANK = "\u3000"
_DASHES = "-\u2010-\u2015\u2212\ufe63\uff0d"
_LETTER = "A-Za-z\uff21-\uff3a\uff41-\uff5a"
_OPTION = re.compile(rf"([{_DASHES}]+)([{_LETTER}][{_LETTER}{_DASHES}]*)(?:([=\uff1d]|{_WIDE_BLANK}+)(.*))?", re.DOTALL)
_BEFORE_AN_OPTION = re.compile(rf"{_WIDE_BLANK}+(?=[{_DASHES}]{{2,}}[{_LETTER}])")
_QUOTES = {"“": "”", "”": "”", "\u2018": "\u2019", "「": "」", "『": "』", "\uff02": "\uff02"}


def understanding(command: Any) -> Any:
    """`command`, a Typer command or group, with its words taken as they were meant."""
    parse = command.parse_args
    takes_value = {
        name: not param.is_flag for param in command.params if param.param_type_name == "option" for name in param.opts
    }

    def parse_args(ctx: Any, args: list[str]) -> Any:
        if not ctx.resilient_parsing:
            args = as_meant(args, takes_value, until_verb=not ctx.allow_interspersed_args)
        return parse(ctx, args)

    command.parse_args = parse_args
    return command


def with_front_options(command: Any, front: Any) -> Any:
    """`command`, a verb, that also takes the options of `front` that set where things are and who is recorded."""
    own = {name for param in command.params for name in param.opts}
    for param in front.params:
        if param.name in ("db", "office", "plan", "templates", "by") and not own.intersection(param.opts):
            beside = copy(param)
            beside.hidden, beside.expose_value, beside.callback = True, False, _note
            command.params.append(beside)
    return command


def _note(ctx: Any, param: Any, value: str | None) -> str | None:
    if value is not None:
        setattr(ctx.find_root().obj.settings, f"{param.name}_option", value)
    return value


def as_meant(words: Iterable[str], takes_value: Mapping[str, bool], *, until_verb: bool = False) -> list[str]:
    """`words` of a command line with the options, by name, that it knows: `——unit`, `--unit　三元`, `“已整合 两个”`.

    What is the value of an option keeps its dashes and blanks. With `until_verb` nothing behind the first word that is
    no option is touched.
    """
    rest = deque(words)
    meant: list[str] = []
    while rest:
        word = rest.popleft()
        if word == "--":
            return [*meant, word, *rest]
        if found := _option(word, takes_value):
            name, given = found
            meant.append(name)
            if takes_value[name]:
                if given is not None:
                    rest.appendleft(given)
                if rest:
                    meant.append(_value(rest))
            elif given is not None and word[len(found[0]) :].startswith(("=", "\uff1d")):
                meant[-1] = f"{name}={given}"  # which Typer refuses
            elif given is not None:
                rest.appendleft(given)
        elif named := _unknown(word):
            meant.append(named)
        elif until_verb and not word.startswith("-"):
            first, *more = word.split(_WIDE_BLANK, 1)
            return [*meant, squeezed(first), *more, *rest]
        else:
            rest.appendleft(word)
            meant.append(_value(rest))
    return meant


def _option(word: str, takes_value: Mapping[str, bool]) -> tuple[str, str | None] | None:
    """The option that `word` begins with, and what is written behind it in the same word; None for none."""
    found = _OPTION.fullmatch(word)
    if found is None:
        return None
    _, written, _, given = found.groups()
    name = re.sub(f"[{_DASHES}]", "-", squeezed(written)).casefold()
    short = f"-{name}"
    if short in takes_value:
        return short, given
    return (f"--{name}", given) if f"--{name}" in takes_value else None


def _unknown(word: str) -> str | None:
    """An option that is not known and whose dashes are those of an input method, with dashes that Typer knows."""
    found = _OPTION.fullmatch(word)
    return None if found is None or set(found[1]) == {"-"} else f"--{word[len(found[1]) :]}"


def _value(rest: deque[str]) -> str:
    """The next word as a value: up to an option behind a wide blank, and what stands between quotes of Chinese."""
    value = rest.popleft()
    if cut := _BEFORE_AN_OPTION.search(value):
        rest.appendleft(value[cut.end() :])
        value = value[: cut.start()]
    closing = _QUOTES.get(value[:1])
    if closing is None:
        return value
    if closing not in value[1:]:
        end = next((at for at, word in enumerate(rest) if word.endswith(closing)), None)
        if end is None:
            return value
        value = " ".join([value, *(rest.popleft() for _ in range(end + 1))])
    inner = value[1:-1]
    return inner if value.endswith(closing) and not set(inner) & {value[0], closing} else value
