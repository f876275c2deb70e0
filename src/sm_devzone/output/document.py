"""Papers from templates of text. Only the look lives in the templates; every value they print is text."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jinja2 import (
    BytecodeCache,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.bccache import Bucket

from sm_devzone import __version__, cache
from sm_devzone.domain import glossary, phrases
from sm_devzone.domain.calendar import chinese_day, short_chinese_day
from sm_devzone.domain.text import one_line, plain, running
from sm_devzone.errors import DevzoneError, cause

_MARKS = re.compile(r"([\\`*_\[\]<>|~&@])")
_LINE_END = re.compile(r"\r *")
_LIST_START = re.compile(r"^(?=[-+=#])|(?<=^\d)(?=[.)](\s|$))|(?<=^\d\d)(?=[.)](\s|$))")


_WIDE = "\uff5b\uff5d\uff05"  # { } % as a Chinese keyboard gives them
_TAG_OF_ANY_WIDTH = "(?s)[{\uff5b](?:[{\uff5b].*?[}\uff5d]|[%\uff05].*?[%\uff05])[}\uff5d]"


class TemplateInvalid(DevzoneError):
    """A template of the office does not work; the message names file and line."""


def full_width_tag(text: str) -> re.Match[str] | None:
    """The first tag in `text` that a full-width brace or percent sign keeps from being one: it would be printed."""
    if not any(wide in text for wide in _WIDE):
        return None
    tags = re.finditer(_TAG_OF_ANY_WIDTH, text)
    return next((tag for tag in tags if any(wide in tag[0][:2] + tag[0][-2:] for wide in _WIDE)), None)


FULL_WIDTH = "用了全角的括号，标签要用半角的 { } %"
"""What is wrong with it."""

_SECONDS, _DUTIES_A_SECOND = 5, 500
"""How long a template of the office may take: some ten times what a shipped one does."""


WORDS: Mapping[str, Any] = {
    "STATES": glossary.STATES,
    "SIGNALS": glossary.SIGNALS,
    "KINDS": glossary.KINDS,
    "ORIGINS": glossary.ORIGINS,
    "ROLES": glossary.ROLES,
    "COLOURS": glossary.COLOURS,
    "lead_words": phrases.lead_words,
}
"""What every template may use beside the paper that it is the look of."""


def environment(
    folders: Sequence[Path], finalize: Callable[[Any], Any] | None, *, autoescape: bool, **how: Any
) -> Environment:
    """What templates run in; it knows no undefined.

    What is shipped is ours; templates of the office run in the sandbox (sandbox.py), which takes half as long again.
    """
    made = _kind_of(folders)(undefined=StrictUndefined, autoescape=autoescape, finalize=finalize, **how)
    made.filters |= {
        "day": chinese_day,
        "short_day": short_chinese_day,
        "numeral": phrases.chinese_numeral,
        "sentence": phrases.sentence,
        "place": phrases.place_in_words,
        "short_place": phrases.place,
        "matter": phrases.matter,
        "matter_in_words": phrases.matter_in_words,
        "due_and_first": phrases.due_and_first,
        "sha256": _sha256,
    }
    return made


def _kind_of(folders: Sequence[Path]) -> type[Environment]:
    if len(folders) == 1:
        return Environment
    from sm_devzone.output.sandbox import Sandbox

    return Sandbox


@contextmanager
def filling(folders: Sequence[Path], path: Path, duties: int) -> Iterator[None]:
    """Fill in the template at `path`: whatever it does wrong is told as its fault, and it comes to an end.

    Raises TemplateInvalid. A fault of what is shipped is one of the program, and is left as it is.
    """
    if len(folders) == 1:
        yield
        return
    from sm_devzone.output.sandbox import TookTooLong, bounded

    seconds = _SECONDS + duties // _DUTIES_A_SECOND
    try:
        with bounded(seconds):
            yield
    except DevzoneError:
        raise
    except TookTooLong as error:
        raise TemplateInvalid(f"{path}: 模板算了 {seconds} 秒还没有算完", "请检查循环和宏") from error
    except Exception as error:
        raise TemplateInvalid(f"{path}: 模板算不出来（{reason(error)}）") from error


def reason(error: Exception) -> str:
    """What kept a template from being filled in."""
    if isinstance(error, RecursionError):
        return "套得太深，宏或 include 套着自己"
    return "太大" if isinstance(error, MemoryError) else str(error) or type(error).__name__


class _Loader(FileSystemLoader):
    """Templates as they come out of an editor: UTF-8, with or without the mark that Windows puts in front."""

    def __init__(self, folders: Sequence[Path]) -> None:
        super().__init__(folders, encoding="utf-8-sig")

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        paths = (Path(folder) / template for folder in self.searchpath)
        path = next((path for path in paths if path.is_file()), template)
        try:
            found = super().get_source(environment, template)
        except UnicodeDecodeError as error:
            raise TemplateInvalid(f"{path}: 模板不是 UTF-8 编码，读不了", "请在编辑器里另存为 UTF-8") from error
        except TemplateNotFound:
            raise
        except OSError as error:
            raise TemplateInvalid(f"{path}: 模板读不了（{cause(error)}）", "请检查权限") from error
        if wide := full_width_tag(found[0]):
            line = found[0].count("\n", 0, wide.start()) + 1
            raise TemplateInvalid(f"{path}:{line}: “{wide[0][:40]}”{FULL_WIDTH}")
        return found


class _Compiled(BytecodeCache):
    """Compiled templates in the cache; Jinja checks each against its source."""

    def __init__(self, folder: Path, made_by: type[Environment], finalize: Callable[[Any], Any] | None) -> None:
        self._folder = folder
        self._made_by = made_by.__name__, finalize is None

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        made_from = repr((__version__, self._made_by, name)).encode() + os.fsencode(filename or "")
        return hashlib.sha256(made_from).hexdigest()[:40]

    def load_bytecode(self, bucket: Bucket) -> None:
        if content := cache.get(self._folder, f"{bucket.key}.template"):
            bucket.bytecode_from_string(content)

    def dump_bytecode(self, bucket: Bucket) -> None:
        cache.put(self._folder, f"{bucket.key}.template", bucket.bytecode_to_string())


def render(
    name: str, content: Mapping[str, Any], folders: Sequence[Path], kept: Path | None = None, duties: int = 1
) -> str:
    """The template `name` of the first of `folders` that has it, with `content`, which is about so many `duties`.

    `kept` is the cache folder for compiled templates. Raises TemplateInvalid.
    """
    path = next((path for folder in folders if (path := folder / name).is_file()), folders[-1] / name)
    with filling(folders, path, duties):
        return _filled(name, content, folders, kept)


def _filled(name: str, content: Mapping[str, Any], folders: Sequence[Path], kept: Path | None) -> str:
    kind = Path(name).suffix
    finalize = {".md": _markdown_text, ".txt": _plain_text}.get(kind)
    with _faults_told(name, folders):
        text: str = _template(name, folders, finalize, kept).render({**WORDS, **content})
    return text if finalize else plain(text)  # of a page at once: it is the same, and half the time


def sentences(
    name: str, content: Mapping[str, Any], folders: Sequence[Path], kept: Path | None = None
) -> dict[str, str]:
    """What each `{% set %}` of the template `name` says, by its name; its line ends are for the eye. As `render`."""
    with _faults_told(name, folders):
        made = _template(name, folders, _one_line, kept, newline_sequence="\r")
        said = vars(made.make_module({**WORDS, **content}))
    return {own: _LINE_END.sub("", text).strip() for own, text in said.items() if type(text) is str and own[0] != "_"}


def _template(
    name: str, folders: Sequence[Path], finalize: Callable[[Any], Any] | None, kept: Path | None, **how: Any
) -> Template:
    made = environment(
        folders,
        finalize,
        autoescape=name.endswith(".html"),
        loader=_Loader(folders),
        bytecode_cache=_Compiled(kept, _kind_of(folders), finalize) if kept else None,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        **how,
    )
    return made.get_template(name)


@contextmanager
def _faults_told(name: str, folders: Sequence[Path]) -> Iterator[None]:
    """Whatever is wrong with a template is told as TemplateInvalid, with file and line."""
    try:
        yield
    except TemplateInvalid:
        raise
    except TemplateNotFound as error:
        raise TemplateInvalid(f"找不到模板 {error.name}", f"找过：{'、'.join(map(str, folders))}") from error
    except TemplateSyntaxError as error:
        raise TemplateInvalid(f"{error.filename or name}:{error.lineno}: 模板写法有误（{error.message}）") from error
    except TemplateError as error:
        raise TemplateInvalid(f"{_place(error, folders) or name}: 模板用了没有的内容（{error.message}）") from error
    except Exception as error:
        # Whatever else a template of the office does wrong (a sum of words, a division by zero) is told with its place.
        if place := _place(error, folders):
            raise TemplateInvalid(f"{place}: 模板算不出来（{reason(error)}）") from error
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


def _sha256(text: str) -> str:
    """How a Content-Security-Policy names a style sheet or a script that it allows."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _one_line(value: Any) -> Any:
    """`value` on one line; the line ends of a sentence that stands in another are still to go."""
    return "\r".join(map(one_line, value.split("\r"))) if type(value) is str else value


def _plain_text(value: Any) -> Any:
    """`value` on one line."""
    if isinstance(value, phrases.Told):
        return value.shown(_plain_text)
    return running(value) if type(value) is str else value


def _markdown_text(value: Any) -> Any:
    """`value` so that Markdown shows it as it is: no mark-up, no link, no table cell, no new line of its own."""
    if isinstance(value, phrases.Told):
        return value.shown(_markdown_text)
    if not isinstance(value, str):
        return value
    text = _MARKS.sub(r"\\\1", running(value)).replace("://", ":\\//").replace("www.", "www\\.")
    return _LIST_START.sub(r"\\", text)
