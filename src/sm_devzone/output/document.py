"""Reports from templates (the only jinja2). Only the look lives in the templates; every value they print is text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

from sm_devzone.domain import glossary
from sm_devzone.domain.calendar import chinese_day
from sm_devzone.errors import DevzoneError
from sm_devzone.output.rows import plain

_MARKS = re.compile(r"([\\`*_\[\]<>|~&@])")
_LIST_START = re.compile(r"^(?=[-+=#])|(?<=^\d)(?=[.)](\s|$))|(?<=^\d\d)(?=[.)](\s|$))")


class TemplateInvalid(DevzoneError):
    """A template of the office does not work; the message names file and line."""


def render(name: str, bulletin: Any, folders: Sequence[Path]) -> str:
    """`bulletin` through the template `name` of the first of `folders` that has it. Raises TemplateInvalid."""
    kind = Path(name).suffix
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(folders),
        undefined=StrictUndefined,
        autoescape=kind == ".html",
        finalize={".md": _markdown_text, ".txt": _plain_text}.get(kind, _html_text),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["day"] = chinese_day
    try:
        return environment.get_template(name).render(
            b=bulletin,
            STATES=glossary.STATES,
            SIGNALS=glossary.SIGNALS,
            KINDS=glossary.KINDS,
            ORIGINS=glossary.ORIGINS,
            lead_words=glossary.lead_words,
        )
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


def _plain_text(value: Any) -> Any:
    """`value` on one line."""
    return " ".join(plain(value).split()) if type(value) is str else value


def _markdown_text(value: Any) -> Any:
    """`value` so that Markdown shows it as it is: no mark-up, no link, no table cell, no new line of its own."""
    if not isinstance(value, str):
        return value
    text = " ".join(plain(value).split())
    text = _MARKS.sub(r"\\\1", text).replace("://", ":\\//").replace("www.", "www\\.")
    return _LIST_START.sub(r"\\", text)
