"""Papers from templates (the only jinja2). Only the look lives in the templates; every value they print is text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

from sm_devzone.domain import glossary
from sm_devzone.domain.bulletin import chinese_numeral, place_in_words, sentence
from sm_devzone.domain.calendar import chinese_day
from sm_devzone.errors import DevzoneError
from sm_devzone.output.rows import plain

_MARKS = re.compile(r"([\\`*_\[\]<>|~&@])")
_LIST_START = re.compile(r"^(?=[-+=#])|(?<=^\d)(?=[.)](\s|$))|(?<=^\d\d)(?=[.)](\s|$))")


class TemplateInvalid(DevzoneError):
    """A template of the office does not work; the message names file and line."""


WORDS: Mapping[str, Any] = {
    "STATES": glossary.STATES,
    "SIGNALS": glossary.SIGNALS,
    "KINDS": glossary.KINDS,
    "ORIGINS": glossary.ORIGINS,
    "ROLES": glossary.ROLES,
    "lead_words": glossary.lead_words,
}
"""What every template may use beside the paper that it is the look of."""


def environment(finalize: Callable[[Any], Any], *, autoescape: bool, **how: Any) -> SandboxedEnvironment:
    """What templates of an office run in: it hands out what it was given and nothing else, and knows no undefined."""
    made = SandboxedEnvironment(undefined=StrictUndefined, autoescape=autoescape, finalize=finalize, **how)
    made.filters |= {"day": chinese_day, "numeral": chinese_numeral, "sentence": sentence, "place": place_in_words}
    return made


def render(name: str, bulletin: Any, folders: Sequence[Path]) -> str:
    """`bulletin` through the template `name` of the first of `folders` that has it. Raises TemplateInvalid."""
    return fill(name, {"b": bulletin}, folders)


def fill(name: str, content: Mapping[str, Any], folders: Sequence[Path]) -> str:
    """The template `name` of the first of `folders` that has it, with `content`. Raises TemplateInvalid."""
    markdown = name.endswith(".md")
    made = environment(
        _markdown_text if markdown else _html_text,
        autoescape=not markdown,
        loader=FileSystemLoader(folders),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    try:
        return made.get_template(name).render({**WORDS, **content})
    except TemplateNotFound as error:
        raise TemplateInvalid(f"找不到模板 {error.name}", f"找过：{'、'.join(map(str, folders))}") from error
    except TemplateSyntaxError as error:
        raise TemplateInvalid(f"{error.filename or name}:{error.lineno}: 模板写法有误（{error.message}）") from error
    except TemplateError as error:
        raise TemplateInvalid(f"{_place(error, folders) or name}: 模板用了没有的内容（{error.message}）") from error
    except Exception as error:
        # Whatever else a template of the office does wrong (a sum of words, a division by zero) is told with its place.
        if place := _place(error, folders):
            raise TemplateInvalid(f"{place}: 模板算不出来（{error}）") from error
        raise


def _place(error: BaseException, folders: Sequence[Path]) -> str | None:
    """File and line of the template that `error` was raised in."""
    found, trace = None, error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if any(Path(file).is_relative_to(folder) for folder in folders):
            found = f"{file}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found


def _html_text(value: Any) -> Any:
    return plain(value) if type(value) is str else value


def _markdown_text(value: Any) -> Any:
    """`value` so that Markdown shows it as it is: no mark-up, no link, no table cell, no new line of its own."""
    if not isinstance(value, str):
        return value
    text = " ".join(plain(value).split())
    text = _MARKS.sub(r"\\\1", text).replace("://", ":\\//").replace("www.", "www\\.")
    return _LIST_START.sub(r"\\", text)
