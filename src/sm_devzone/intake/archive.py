"""Zip archives as mail boxes, Windows and macOS make them: their members, by the names that people gave these."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from struct import unpack_from
from typing import NamedTuple
from unicodedata import east_asian_width
from zipfile import ZipFile, ZipInfo
from zlib import crc32

from sm_devzone.intake.limits import MAX_ARCHIVE_BYTES, MAX_MEMBERS
from sm_devzone.intake.refusal import FileRefused

_IS_UTF8 = 0x800
_IS_LOCKED = 1
_UNICODE_PATH = 0x7075


class Member(NamedTuple):
    """One file in an archive, by its path there with plain slashes."""

    path: str
    info: ZipInfo


def members(source: Path | BytesIO) -> list[Member]:
    """The files of an archive in the order of their names. Raises FileRefused."""
    try:
        with ZipFile(source) as archive:
            infos = archive.infolist()
    except OSError as error:
        raise FileRefused(f"压缩包打不开（{error.strerror or '读不了'}）") from error
    except Exception as error:
        # Whatever is wrong inside a file from outside, it is not opened.
        raise FileRefused("压缩包打不开（损坏，或不是 zip），请重新压缩，或解压后再收") from error
    if len(infos) > MAX_MEMBERS or sum(info.file_size for info in infos) > MAX_ARCHIVE_BYTES:
        raise FileRefused("压缩包展开后太大，没有打开；请先解压，挑出填报表再收")
    return sorted(Member(path, info) for info in infos if (path := _path(info)) and not path.endswith("/"))


def content(source: Path | BytesIO, info: ZipInfo, size: int | None = None) -> bytes:
    """The bytes of a member, or its first `size`. Raises FileRefused."""
    if info.flag_bits & _IS_LOCKED:
        raise FileRefused("压缩包加了密码，请先解压")
    try:
        with ZipFile(source) as archive, archive.open(info) as member:
            return member.read() if size is None else member.read(size)
    except Exception as error:
        raise FileRefused("在压缩包里打不开（损坏，或用了少见的压缩方法），请先解压，或请对方重新发") from error


def _path(info: ZipInfo) -> str:
    """The name of a member: as its own field for Unicode has it, as UTF-8 where it says so, else by its looks.

    Some programs part folders by back slashes. In GBK the second half of a character may look like one, so these are
    turned only once the name is text.
    """
    if info.flag_bits & _IS_UTF8:
        name = info.orig_filename
    else:
        raw = info.orig_filename.encode("cp437", "replace")
        name = _in_unicode(info.extra, raw) or _by_its_looks(raw)
    return name.partition("\0")[0].replace("\\", "/")


def _in_unicode(extra: bytes, raw: bytes) -> str:
    """The name that WinRAR and 7-Zip add where the old field cannot hold it; it counts with that old name only."""
    for kind, field in _fields(extra):
        if kind == _UNICODE_PATH and len(field) > 5 and unpack_from("<L", field, 1)[0] == crc32(raw):
            with suppress(UnicodeDecodeError):
                return field[5:].decode("utf-8")
    return ""


def _fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        kind, size = unpack_from("<HH", extra, at)
        yield kind, extra[at + 4 : at + 4 + size]
        at += 4 + size


def _by_its_looks(raw: bytes) -> str:
    """A name that does not say how it is written. One archive may hold both ways, so each name is judged by itself:
    what reads as Chinese is, for a short name in GBK may be valid UTF-8 as well.
    """
    readings = []
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            readings.append(raw.decode(encoding))
    plausible = (text for text in readings if all(c.isascii() or _is_chinese(c) for c in text))
    return next(plausible, readings[0] if readings else raw.decode("cp437"))


def _is_chinese(character: str) -> bool:
    return character >= "\u2010" and east_asian_width(character) in "WFA"
