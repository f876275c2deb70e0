"""Papers as Word files: the office's template, filled in, the same bytes each time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from html import unescape
from pathlib import Path
from typing import Any

from docx.oxml import parse_xml
from docxtpl import DocxTemplate
from jinja2 import TemplateError, TemplateSyntaxError
from markupsafe import Markup, escape

from sm_devzone.domain.calendar import chinese_day
from sm_devzone.domain.phrases import Told
from sm_devzone.domain.text import one_line
from sm_devzone.errors import cause
from sm_devzone.output.document import (
    FULL_WIDTH,
    WORDS,
    TemplateInvalid,
    environment,
    filling,
    full_width_tag,
    reason,
)
from sm_devzone.output.word_parts import OTHER_ENDINGS, tidied, where

_MARK = "\n{{#¶{}#}}\n"
_MARKED = re.compile(r"\{#¶(\d+)#\}")
_PARAGRAPH = re.compile(r"(?=<w:p[ >])")
_SMART = re.compile(
    r"<w:(smartTagPr|customXmlPr)(?:[ >](?:(?!</w:\1>).)*</w:\1>|/>)|</?w:(?:smartTag|customXml)(?:\s[^>]*)?>",
    re.DOTALL,
)
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_HALF_A_TAG = re.compile(r"\{[{%].*|.*[}%]\}")
_MISSING = re.compile(r"has no attribute '(.+)'|'(.+)' is undefined")
_DATE = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)", re.ASCII)
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip archive can hold: every part bears it, so that no clock gets into the file."""


def render(
    name: str, content: Mapping[str, Any], folders: Sequence[Path], *, title: str, day: date, duties: int = 1
) -> bytes:
    """The template `name` of the first of `folders` that has it, with `content`, which is about so many `duties`.

    `title` and `day` go into the file's properties. Raises TemplateInvalid, which names the paragraph and the tag.
    """
    path = _found(name, folders)
    with filling(folders, path, duties):
        return _filled(path, content, folders, title=title, day=day)


def _filled(path: Path, content: Mapping[str, Any], folders: Sequence[Path], *, title: str, day: date) -> bytes:
    try:
        template = _Template(path)
        template.get_docx()
    except TemplateInvalid:
        raise
    except PermissionError as error:
        raise TemplateInvalid(f"{path}: 模板读不了（{cause(error)}）", "请检查权限") from error
    except Exception as error:
        raise TemplateInvalid(f"{path}: 不是 Word 文件（.docx），或已损坏", "请用 Word 另存为 .docx") from error
    made = environment(folders, _text, autoescape=True)
    made.filters |= {"balanced": _balanced, "dates": _chinese_dates}
    template.render({**WORDS, **content}, made)
    properties = template.core_properties
    properties.title, properties.last_modified_by, properties.revision = title[:255], "devzone", 1
    properties.created = properties.modified = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a day, no moment
    saved = io.BytesIO()
    template.save(saved)
    return _without_clock(saved.getvalue())


def _found(name: str, folders: Sequence[Path]) -> Path:
    """The template that is used. Raises TemplateInvalid, also where the office has one under another ending only."""
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
        for ending in OTHER_ENDINGS:
            if (other := (folder / name).with_suffix(ending)).is_file():
                raise TemplateInvalid(f"{other}: 模板要是 .docx，不是 {ending}", f"请用 Word 另存为 {name}")
    raise TemplateInvalid(f"找不到模板 {name}", f"找过：{'、'.join(map(str, folders))}")


class _Template(DocxTemplate):  # type: ignore[misc]
    """A template that knows which paragraph a fault is in.

    In front of each paragraph goes a comment with its number, on a line of its own, before tags are taken out of their
    paragraphs; so the line that Jinja tells leads back to the paragraph that a person sees in Word.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(tidied(path))
        self._path = path

    def patch_xml(self, src_xml: str) -> str:
        # Smart tags lie around words that Word knows; half a tag in one would leave it open.
        src_xml = _SMART.sub("", src_xml)
        pieces = _PARAGRAPH.split(src_xml)
        self._texts = [_visible(piece) for piece in pieces]
        for number, text in enumerate(self._texts):
            if wide := full_width_tag(text):
                raise TemplateInvalid(f"{self._path}: 第 {number} 段“{wide[0][:40]}”{FULL_WIDTH}")
            # One that is not closed would swallow all there is until the next that is.
            if half := _HALF_A_TAG.search(_TAG.sub("", text)):
                raise TemplateInvalid(f"{self._path}: 第 {number} 段“{half[0][:40]}”标签没有写完整，缺另一半括号")
        marked = pieces[0] + "".join(_MARK.format(number) + piece for number, piece in enumerate(pieces[1:], 1))
        patched: str = super().patch_xml(marked)
        return patched

    def render_xml_part(self, src_xml: str, part: Any, context: Any, jinja_env: Any = None) -> str:
        # The numbers of lines are counted in the text that Jinja sees.
        seen = re.sub(r"<w:p([ >])", r"\n<w:p\1", src_xml)
        try:
            made: str = super().render_xml_part(src_xml, part, context, jinja_env)
            parse_xml(made)
        except TemplateSyntaxError as error:
            raise self._fault(part, seen, error.lineno, f"标签写法有误（{error.message}）") from error
        except TemplateError as error:
            found = _MISSING.search(error.message or "")
            name = found and (found[1] or found[2])
            what = f"用了没有的内容：没有 {name}" if name else f"算不出来（{error.message}）"
            raise self._fault(part, seen, _line(error), what, name) from error
        except SyntaxError as error:  # what lxml says of XML that is not whole
            raise TemplateInvalid(
                f"{self._path}{where(str(part.partname))}: 标签放错了地方，填出来的文档不完整",
                "成对的标签要在同一段、同一格里",
            ) from error
        except Exception as error:
            if line := _line(error):
                raise self._fault(part, seen, line, f"算不出来（{reason(error)}）") from error
            raise
        return re.sub(r"\n+(?=<)", "", made)

    def render_properties(self, context: Any, jinja_env: Any = None) -> None:
        """Title, subject and the like of a file are no templates: what stands there stays."""

    def _fault(self, part: Any, seen: str, line: int | None, what: str, name: str | None = None) -> TemplateInvalid:
        """The fault `what` with its place; of the tags there those are shown that speak of `name`."""
        if line is None:
            return TemplateInvalid(f"{self._path}{where(str(part.partname))}: {what}")
        before = "\n".join(seen.split("\n")[:line])
        marks = _MARKED.findall(before)
        number = int(marks[-1]) if marks else 0
        text = self._texts[number]
        tags = _TAG.findall(text)
        shown = "、".join([tag for tag in tags if name and name in tag] or tags[:3]) or text[:40]
        words = f"“{shown}”" if shown else ""
        return TemplateInvalid(f"{self._path}{where(str(part.partname))}: 第 {number} 段{words}{what}")


def _visible(xml: str) -> str:
    return unescape("".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", xml)))


def visible(content: bytes) -> str:
    """What a person reads in a Word file, without spaces between its pieces."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        texts = [name for name in file.namelist() if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", name)]
        return "".join(_visible(file.read(name).decode()) for name in texts)


def _line(error: BaseException) -> int | None:
    """The line of the template that `error` was raised in."""
    found, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


def _text(value: Any) -> Any:
    """Text as text: no mark-up, no tag, no line end of its own, nothing that XML cannot hold."""
    if isinstance(value, Told):
        value = str(value)
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return Markup(str(escape(one_line(value))).replace("{", "&#123;").replace("}", "&#125;"))  # noqa: S704 - escaped just here


_TITLE_WIDTH = 20
"""Characters of 22 pt on a line of 156 mm."""


def _balanced(title: str) -> Markup:
    """`title` on as few lines as hold it, of about the same length, broken where a word ends as far as one can tell."""
    text = one_line(title)
    lines = []
    for left in range(-(-len(text) // _TITLE_WIDTH), 1, -1):
        ideal = -(-len(text) // left)
        fewest, most = len(text) - (left - 1) * _TITLE_WIDTH, min(ideal + 3, _TITLE_WIDTH)
        at = ideal
        for place in range(max(ideal - 3, fewest, 1), most + 1):
            if text[place - 1] in "的、，和与及区市县" and (at == ideal or abs(place - ideal) < abs(at - ideal)):
                at = place
        lines.append(text[:at])
        text = text[at:]
    return Markup("\n").join(_text(line) for line in [*lines, text])


def _chinese_dates(limit: str) -> str:
    """A limit in the ledger's own words (原定 2024-12-31) as an official paper writes it: 原定2024年12月31日.

    For those words only; what a person typed stays as it was typed.
    """
    named = _DATE.sub(_chinese_date, limit)
    return re.sub("(?<=[\u4e00-\u9fff]) +| +(?=[\u4e00-\u9fff])", "", named)


def _chinese_date(found: re.Match[str]) -> str:
    try:
        return chinese_day(date.fromisoformat(found[0]))
    except ValueError:  # a template of the office may give it any text
        return found[0]


def _without_clock(content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as file:
        for name in source.namelist():
            part = zipfile.ZipInfo(name, _EARLIEST)
            file.writestr(part, source.read(name), zipfile.ZIP_DEFLATED, 9)
    return target.getvalue()
