"""A Word template before it is filled in: mended where that is sure, refused where a paper would tell too much.

A template goes out with every paper. So tracked changes and remarks, with the names of those who made them, are
refused, and parts that no reader sees are left out. Words that stand in a paragraph (or a row) which is there for its
tag only are told, for they would be gone without a word.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element
from xml.sax.saxutils import quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from defusedxml.ElementTree import fromstring

from sm_devzone.output.document import TemplateInvalid

OTHER_ENDINGS = (".dotx", ".docm", ".dotm", ".doc", ".dot", ".wps", ".wpt")
"""What Word and WPS call files like a template, and no template is found by."""

_CONTENT_TYPES = "[Content_Types].xml"
_TEMPLATE = b"wordprocessingml.template.main+xml"
_DOCUMENT = b"wordprocessingml.document.main+xml"
_MACROS = b"macroEnabled"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_CORE = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
"""How this relation is spelled; Word 2010 at times writes it as one of officeDocument."""
_UNSEEN = ("glossaryDocument", "people", "comments", "commentsExtended", "commentsIds", "commentsExtensible")
"""What nobody sees in a paper, and what holds names: building blocks, and remarks that no paragraph bears any more."""
_NAMED = {"image": "图片", "header": "页眉", "footer": "页脚", "chart": "图表", "oleObject": "嵌入的文件"}
_HAS_PARAGRAPHS = re.compile(r"word/[^/]+\.xml")
_LOOK = re.compile(r"word/(styles|stylesWithEffects|settings|webSettings|fontTable|numbering|comments\w*|people)\.xml")
"""Parts that hold no paragraphs, or none that go out."""


def tidied(path: Path) -> BytesIO:
    """The template at `path` as it is filled in. Raises TemplateInvalid, and what is raised for no archive."""
    with ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
    types = parts[_CONTENT_TYPES]
    if _MACROS in types:
        raise TemplateInvalid(f"{path}: 是带宏的 Word 文件（.docm）", "请用 Word 另存为 .docx，不带宏")
    parts[_CONTENT_TYPES] = types.replace(_TEMPLATE, _DOCUMENT)
    for name, content in parts.items():
        if _HAS_PARAGRAPHS.fullmatch(name) and not _LOOK.fullmatch(name):
            _check(path, name, content)
    for name in [name for name in parts if name.endswith(".rels")]:
        parts[name] = _relations(path, name, parts)
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target


def where(part: str) -> str:
    return "（页眉）" if "header" in part else "（页脚）" if "footer" in part else "（注释）" if "notes" in part else ""


# Relations


def _relations(path: Path, name: str, parts: Mapping[str, bytes]) -> bytes:
    """The relations in the part `name`, without those that lead nowhere and are not missed."""
    folder, file = posixpath.split(posixpath.dirname(name))[0], posixpath.basename(name).removesuffix(".rels")
    source = posixpath.join(folder, file)
    there = {part.lower() for part in parts}
    kept = []
    has_core = False
    for one in fromstring(parts[name], forbid_dtd=True):
        facts = {key: one.get(key, "") for key in ("Id", "Type", "Target", "TargetMode") if one.get(key) is not None}
        kind = facts["Type"].rpartition("/")[2]
        if kind == "core-properties":
            if has_core:
                continue
            has_core, facts["Type"] = True, _CORE
        if kind in _UNSEEN:
            continue
        is_inside = facts.get("TargetMode", "Internal") == "Internal"
        if is_inside and kind == "hyperlink":
            facts["TargetMode"] = "External"
        elif is_inside and _resolved(folder, facts["Target"]).lower() not in there:
            _check_unused(path, source, parts.get(source, b""), facts["Id"], kind)
            continue
        kept.append("".join(f" {key}={quoteattr(value)}" for key, value in facts.items()))
    body = "".join(f"<Relationship{attributes}/>" for attributes in kept)
    return f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{_RELATIONS}">{body}</Relationships>'.encode()


def _resolved(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _check_unused(path: Path, source: str, content: bytes, id_: str, kind: str) -> None:
    """Raises TemplateInvalid where the text refers to what is not there."""
    text = content.decode("utf-8", "replace")
    used = re.search(rf"""=["']{re.escape(id_)}["']""", text)
    if used:
        number = len(re.findall("<w:p[ >]", text[: used.start()]))
        what = _NAMED.get(kind, "内容")
        raise TemplateInvalid(
            f"{path}{where(source)}: 第 {number} 段的{what}丢了，文件里没有",
            f"请在 Word 里把这个{what}删去，重新插入再存",
        )


# Paragraphs


_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_REVISIONS = frozenset(
    _W + name
    for name in (
        *(
            "ins",
            "del",
            "moveFrom",
            "moveTo",
            "moveFromRangeStart",
            "moveToRangeStart",
            "cellIns",
            "cellDel",
            "cellMerge",
        ),
        *("rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblGridChange", "tcPrChange", "trPrChange"),
        *("tblPrExChange", "numberingChange", "customXmlInsRangeStart", "customXmlDelRangeStart"),
    )
)
_REMARKS = frozenset(_W + name for name in ("commentRangeStart", "commentReference"))
_PICTURES = frozenset(_W + name for name in ("drawing", "pict", "object"))
_FOR_A_TAG = {"tr": "行", "tc": "格", "p": "段"}
"""What a tag such as {%p … %} stands for all by itself: that whole paragraph, cell or row makes room for it."""


class _Paragraph(NamedTuple):
    number: int
    text: str


def _check(path: Path, name: str, content: bytes) -> None:
    """Raises TemplateInvalid for what would go out with each paper, or be gone from it, without a word."""
    root = fromstring(content, forbid_dtd=True)
    paragraphs = dict(_numbered(root))
    at = _Paragraph(0, "")
    for element in root.iter():
        at = paragraphs.get(element, at)
        if element.tag in _REVISIONS:
            raise TemplateInvalid(
                f"{path}{where(name)}: 第 {at.number} 段“{at.text[:40]}”有修订没有接受，删去的字、改的人会随文件发出",
                "请在 Word 里“审阅”下接受（或拒绝）所有修订，关掉修订，再存",
            )
        if element.tag in _REMARKS:
            raise TemplateInvalid(
                f"{path}{where(name)}: 第 {at.number} 段“{at.text[:40]}”有批注，会跟着文件发出去",
                "请在 Word 里删去批注，再存",
            )
    for kind, unit in _FOR_A_TAG.items():
        for element in root.iter(f"{_W}{kind}"):
            if lost := _lost(element, kind):
                number = next((paragraphs[one].number for one in element.iter() if one in paragraphs), 0)
                raise TemplateInvalid(
                    f"{path}{where(name)}: 第 {number} 段{lost.tag}这一{unit}里的{lost.words}不会印出来",
                    f"请把标签单独放一{unit}",
                )


def _numbered(root: Element) -> Iterator[tuple[Element, _Paragraph]]:
    """Each paragraph with its number, as faults of tags are told: one with nothing in it does not count."""
    number = 0
    for element in root.iter(f"{_W}p"):
        if len(element) or element.attrib:
            number += 1
            yield element, _Paragraph(number, _text(element))


def _text(element: Element) -> str:
    return "".join(one.text or "" for one in element.iter(f"{_W}t"))


class _Lost(NamedTuple):
    tag: str
    words: str


def _lost(element: Element, kind: str) -> _Lost | None:
    """What stands beside a tag in the element that makes room for it."""
    tag = re.search(rf"\{{[{{%#]{kind} [^}}%#]*[}}%#]\}}", _text(element))
    if tag is None or any(_lost_in(inner, kind) for inner in element.iter(f"{_W}{kind}") if inner is not element):
        return None
    rest = _text(element).replace(tag[0], "", 1)
    rest = re.sub(r"\{#.*?#\}", "", rest).strip()
    if rest:
        return _Lost(f"“{tag[0]}”", f"“{rest[:40]}”")
    if any(one.tag in _PICTURES for one in element.iter()):
        return _Lost(f"“{tag[0]}”", "图片")
    if kind == "p" and next(element.iter(f"{_W}sectPr"), None) is not None:
        return _Lost(f"“{tag[0]}”", "分节符")
    return None


def _lost_in(element: Element, kind: str) -> bool:
    return re.search(rf"\{{[{{%#]{kind} ", _text(element)) is not None
