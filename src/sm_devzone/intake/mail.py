"""Files as they come back: named one by one, in folders, in zip archives out of a mail box."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile, ZipInfo

from sm_devzone.errors import WrongUsage, cause

MAX_BYTES = 50_000_000
"""The largest workbook that is opened; a filled-in form has some ten thousand bytes."""
MAX_ARCHIVE_BYTES = 1_000_000_000
MAX_MEMBERS = 10_000

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
    """One file that came. `read` gives its bytes, or raises Unreadable.

    `is_extra` says that it is no table and nobody named it: a scan or a letter that came along.
    """

    name: str
    read: Callable[[], bytes]
    is_extra: bool = False


def attachments(paths: Iterable[Path]) -> Iterator[Attachment]:
    """Every file behind `paths`, folders and archives opened, in the order of their names; the same file once.

    Raises WrongUsage for a path that is not there.
    """
    seen: set[Path] = set()
    for path in paths:
        try:
            path.stat()
            files = sorted(path.rglob("*")) if path.is_dir() else [path]
        except OSError as error:
            raise WrongUsage(f"{path} 打不开（{cause(error)}）", "请检查路径") from error
        for file in files:
            if file.is_dir() or (file != path and _is_left_over(file.name)) or file.resolve() in seen:
                continue
            seen.add(file.resolve())
            if file.suffix.lower() == ".zip":
                yield from _archive(file)
            else:
                yield _attachment(file.name, partial(_content, file), named=file == path)


def member_sizes(content: bytes) -> dict[str, int]:
    """The names inside a zip and their unpacked sizes in bytes, which zipfile never reads past. Raises BadZipFile."""
    with ZipFile(BytesIO(content)) as archive:
        return {member.filename: member.file_size for member in archive.infolist()}


def _is_left_over(name: str) -> bool:
    """What programs leave lying about: .~lock.a.xlsx#, ~$a.xlsx, ._a.xlsx, Thumbs.db."""
    return name.startswith((".", "~$")) or name in ("Thumbs.db", "desktop.ini", "__MACOSX")


def _attachment(name: str, read: Callable[[], bytes], *, named: bool) -> Attachment:
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

    return Attachment(name, refuse, is_extra)


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


def _archive(file: Path) -> Iterator[Attachment]:
    try:
        with _opened(file) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
    except (BadZipFile, UnicodeDecodeError, NotImplementedError, ValueError, OSError) as error:
        said = cause(error) if isinstance(error, OSError) else "损坏，或不是 zip"
        yield _unread(file.name, f"压缩包打不开（{said}），请重新压缩，或解压后再收")
        return
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_ARCHIVE_BYTES:
        yield _unread(file.name, "压缩包展开后太大，没有打开；请先解压，挑出填报表再收")
        return
    for member in sorted(members, key=lambda member: member.filename):
        path = PurePosixPath(member.filename)
        name = f"{file.name}/{path.name}"
        if any(map(_is_left_over, path.parts)):
            continue
        if path.suffix.lower() == ".zip":
            yield _unread(name, "压缩包里还有压缩包，请先解压")
        else:
            yield _attachment(name, partial(_member, file, member), named=False)


def _opened(file: Path) -> ZipFile:
    # Windows programs write Chinese names in the code page of the machine and do not say so.
    return ZipFile(file, metadata_encoding="gb18030")


def _member(file: Path, member: ZipInfo) -> bytes:
    _check_size(member.file_size)
    try:
        with _opened(file) as archive:
            return archive.read(member)
    except RuntimeError as error:
        raise Unreadable("压缩包加了密码，请先解压") from error
    except (BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise Unreadable("在压缩包里已损坏，请对方重新发") from error
