"""A workbook as a zip of XML parts, found by their relations, however names and XML are spelled."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple
from urllib.parse import unquote
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from defusedxml.ElementTree import fromstring

from sm_devzone.intake.limits import MAX_UNPACKED_BYTES, MAX_WORDS_BYTES
from sm_devzone.intake.refusal import FileRefused

TOO_LARGE = "展开后太大（多半是整张表都带了格式），没有打开；请把填好的内容复制到新发的表里"


class Relation(NamedTuple):
    """What one part says of another: what `kind` of thing it is (the last word of its type), and where it lies."""

    kind: str
    target: str
    is_outside: bool


class Package:
    """The parts of one file. A name is known in any letter case, with slashes either way round."""

    def __init__(self, content: bytes) -> None:
        """Raises FileRefused where there is too much in it, and whatever zipfile raises where it is no archive."""
        self._archive = ZipFile(BytesIO(content))
        members = [member for member in self._archive.infolist() if not member.is_dir()]
        # zipfile never reads past the sizes that are told here.
        words = max((member.file_size for member in members if "sharedstrings" in member.filename.lower()), default=0)
        if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES or words > MAX_WORDS_BYTES:
            raise FileRefused(TOO_LARGE)
        self._members = {_known_as(member.filename): member for member in members}

    def __contains__(self, name: str) -> bool:
        return _known_as(name) in self._members

    def names(self) -> Iterator[str]:
        return iter(self._members)

    def read(self, name: str) -> bytes:
        """Raises KeyError where there is no such part."""
        return self._archive.read(self._members[_known_as(name)])

    def tree(self, name: str) -> Element:
        """The XML of a part that is small. Entities are refused."""
        root: Element = fromstring(self.read(name), forbid_dtd=True)
        return root

    def relations(self, name: str) -> dict[str, Relation]:
        """What the part `name` (empty for the whole file) refers to, by the name that it uses for it."""
        folder, own = posixpath.split(_known_as(name))
        place = posixpath.join(folder, "_rels", f"{own}.rels")
        if place not in self:
            return {}
        return {
            found.get("Id", ""): Relation(
                found.get("Type", "").rstrip("/").rpartition("/")[2],
                _resolved(folder, found.get("Target", "")),
                found.get("TargetMode", "").lower() == "external",
            )
            for found in self.tree(place)
            if local(found) == "Relationship"
        }


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: Element, name: str) -> str | None:
    """The attribute `name` of any namespace."""
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), None)


def _known_as(name: str) -> str:
    return unquote(name.replace("\\", "/")).lstrip("/").lower()


def _resolved(folder: str, target: str) -> str:
    slashed = target.replace("\\", "/")
    return _known_as(posixpath.normpath(posixpath.join("/", folder, slashed)))
