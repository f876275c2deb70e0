"""Files as they come back: named one by one, in folders, in zip archives out of a mail box."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile, ZipInfo

from sm_devzone.domain.text import decoded
from sm_devzone.errors import WrongUsage, cause
from sm_devzone.intake.limits import MAX_ARCHIVE_BYTES, MAX_BYTES, MAX_MEMBERS

_OTHER_TABLES = {
    ".xls": "是旧格式 .xls",
    ".et": "是 WPS 格式 .et",
    ".ods": "是 .ods 格式",
    ".xlsm": "是带宏的 .xlsm",
    ".xlsb": "是 .xlsb 格式",
    ".csv": "是 .csv，没有表里隐藏的编号",
}
_OTHER_ARCHIVES = (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")


class Unreadable(Exception):
    """A file that cannot be taken at all; the message says why, and what to do."""


class Attachment(NamedTuple):
    """One file that came, by its name from the folder or archive on. `read` gives its bytes, or raises Unreadable.

    `is_extra` says that it is no table and nobody named it: a scan or a letter that came along.
    """

    name: str
    read: Callable[[], bytes]
    is_extra: bool = False


def attachments(paths: Iterable[Path]) -> Iterator[Attachment]:
    """Every file behind `paths`, folders and archives opened, in the order of their names; the same file once.

    Raises WrongUsage for a path that is not there.
    """
    seen: set[str] = set()
    for path in paths:
        try:
            path.stat()
        except OSError as error:
            raise WrongUsage(f"{path} 打不开（{cause(error)}）", "请检查路径") from error
        for file, name in _walked(path) if path.is_dir() else [(path, path.name)]:
            place = os.path.realpath(file)
            if place in seen:
                continue
            seen.add(place)
            if file.is_dir():
                yield _unread(name, "是文件夹的链接，没有进去" if file.is_symlink() else "文件夹打不开，请检查权限")
            elif file.suffix.lower() == ".zip" and file.is_file():
                yield from _archive(file, name)
            else:
                yield _attachment(name, partial(_content, file), named=file == path)


def _walked(folder: Path) -> Iterator[tuple[Path, str]]:
    """The files of `folder` and of those in it, with their names from there on; also folders that are not entered."""
    shut: list[OSError] = []
    for where, folders, names in os.walk(folder, onerror=shut.append):
        folders.sort()
        links = [name for name in folders if (Path(where) / name).is_symlink()]
        for name in sorted([*names, *links]):
            if not _is_left_over(name):
                file = Path(where) / name
                yield file, file.relative_to(folder).as_posix()
    for error in shut:
        place = Path(error.filename or folder)
        yield place, place.name


def _is_left_over(name: str) -> bool:
    """What programs leave lying about: .~lock.a.xlsx#, ~$a.xlsx, ._a.xlsx, Thumbs.db."""
    return name.startswith((".", "~$")) or name in ("Thumbs.db", "desktop.ini", "__MACOSX")


def _attachment(found: str, read: Callable[[], bytes], *, named: bool) -> Attachment:
    name = _readable(found)
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".xlsx":
        return Attachment(name, read)
    if suffix in _OTHER_TABLES:
        return _unread(name, f"{_OTHER_TABLES[suffix]}，收不了；请在发出的 .xlsx 里填，存成 .xlsx 再收")
    if suffix in _OTHER_ARCHIVES:
        return _unread(name, "这种压缩包打不开，请先解压，或改用 .zip")
    return _unread(name, "不是 .xlsx，没有读", is_extra=not named)


def _unread(name: str, said: str, *, is_extra: bool = False) -> Attachment:
    def refuse() -> bytes:
        raise Unreadable(said)

    return Attachment(_readable(name), refuse, is_extra)


def _readable(name: str) -> str:
    """`name` as text; one that is none here was most likely written on Chinese Windows."""
    raw = name.encode("utf-8", "surrogateescape")
    return decoded(raw) or raw.decode("utf-8", "replace")


def _content(file: Path) -> bytes:
    try:
        if not file.is_file():
            raise Unreadable("不是普通文件，没有读")
        _check_size(file.stat().st_size)
        return file.read_bytes()
    except OSError as error:
        raise Unreadable(f"读不了（{cause(error)}）") from error


def _check_size(size: int) -> None:
    if size > MAX_BYTES:
        raise Unreadable(f"有 {size / 1e6:.0f} MB，超过上限 {MAX_BYTES / 1e6:.0f} MB；图片和材料请另发")


def _archive(file: Path, name: str) -> Iterator[Attachment]:
    try:
        members, encoding = _members(file)
    except OSError as error:
        yield _unread(name, f"压缩包打不开（{cause(error)}）")
        return
    except Exception:  # noqa: BLE001 - whatever is wrong inside a file from outside, it is not opened
        yield _unread(name, "压缩包打不开（损坏，或不是 zip），请重新压缩，或解压后再收")
        return
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_ARCHIVE_BYTES:
        yield _unread(name, "压缩包展开后太大，没有打开；请先解压，挑出填报表再收")
        return
    for member in sorted(members, key=lambda member: member.filename):
        path = PurePosixPath(member.filename)
        if "__MACOSX" in path.parts or _is_left_over(path.name):
            continue
        shown = f"{name}/{member.filename}"
        if path.suffix.lower() == ".zip":
            yield _unread(shown, "压缩包里还有压缩包，请先解压")
        else:
            yield _attachment(shown, partial(_member, file, encoding, member), named=False)


def _members(file: Path) -> tuple[list[ZipInfo], str]:
    """What is in an archive, and how its names are written where it does not say so, as on Chinese Windows."""
    for encoding in ("utf-8", "gb18030", "cp437"):
        with suppress(UnicodeDecodeError), ZipFile(file, metadata_encoding=encoding) as archive:
            return [member for member in archive.infolist() if not member.is_dir()], encoding
    raise BadZipFile


def _member(file: Path, encoding: str, member: ZipInfo) -> bytes:
    _check_size(member.file_size)
    if member.flag_bits & 1:
        raise Unreadable("压缩包加了密码，请先解压")
    try:
        with ZipFile(file, metadata_encoding=encoding) as archive:
            return archive.read(member)
    except Exception as error:
        raise Unreadable("在压缩包里打不开（损坏，或用了少见的压缩方法），请先解压，或请对方重新发") from error
