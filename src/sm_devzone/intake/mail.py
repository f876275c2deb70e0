"""Files as they come back: named one by one, in folders, in zip archives out of a mail box."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
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


class Attachment(NamedTuple):
    """One file that came: `content` is what to read as a workbook, else `said` says why it is not read.

    `is_fault` tells a file that should have been a workbook from one that only came along (a scan, a letter).
    """

    name: str
    content: bytes = b""
    said: str = ""
    is_fault: bool = True


def attachments(paths: Iterable[Path]) -> Iterator[Attachment]:
    """Every file behind `paths`, folders and archives opened, in the order of their names; the same file once.

    Raises WrongUsage for a path that is not there.
    """
    seen: set[Path] = set()
    for path in paths:
        try:
            found = path.stat()
        except OSError as error:
            raise WrongUsage(f"{path} 打不开（{cause(error)}）", "请检查路径") from error
        files = sorted(path.rglob("*")) if stat.S_ISDIR(found.st_mode) else [path]
        for file in files:
            if file.is_dir() or (file != path and _is_hidden(file.name)) or file.resolve() in seen:
                continue
            seen.add(file.resolve())
            yield from _opened(file, named=file == path)


def _is_hidden(name: str) -> bool:
    """What programs leave lying about: .~lock.a.xlsx#, ~$a.xlsx, ._a.xlsx, Thumbs.db."""
    return name.startswith((".", "~$")) or name in ("Thumbs.db", "desktop.ini")


def _opened(file: Path, *, named: bool) -> Iterator[Attachment]:
    name, suffix = file.name, file.suffix.lower()
    try:
        if not file.is_file():
            yield Attachment(name, said="不是普通文件，没有读")
        elif suffix == ".zip":
            yield from _archive(name, file)
        elif suffix != ".xlsx":
            yield _other(name, suffix, is_fault=named)
        elif file.stat().st_size > MAX_BYTES:
            yield _too_large(name, file.stat().st_size)
        else:
            yield Attachment(name, file.read_bytes())
    except OSError as error:
        yield Attachment(name, said=f"读不了（{cause(error)}）")


def _other(name: str, suffix: str, *, is_fault: bool) -> Attachment:
    if suffix in _OTHER_TABLES:
        return Attachment(name, said=f"{_OTHER_TABLES[suffix]}，收不了；请在发出的 .xlsx 里填，存成 .xlsx 再收")
    if suffix in _OTHER_ARCHIVES:
        return Attachment(name, said="这种压缩包打不开，请先解压，或改用 .zip")
    return Attachment(name, said="不是 .xlsx，没有读", is_fault=is_fault)


def _too_large(name: str, size: int) -> Attachment:
    return Attachment(name, said=f"有 {size / 1e6:.0f} MB，超过上限 {MAX_BYTES / 1e6:.0f} MB；图片和材料请另发")


def _archive(name: str, file: Path) -> Iterator[Attachment]:
    try:
        # Windows programs write Chinese names in the code page of the machine and do not say so.
        with ZipFile(file, metadata_encoding="gb18030") as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_ARCHIVE_BYTES:
                yield Attachment(name, said="压缩包展开后太大，没有打开；请先解压，挑出填报表再收")
                return
            for member in sorted(members, key=lambda member: member.filename):
                path = PurePosixPath(member.filename)
                if not any(_is_hidden(part) or part == "__MACOSX" for part in path.parts):
                    yield _member(f"{name}/{path.name}", path.suffix.lower(), archive, member)
    except (BadZipFile, UnicodeDecodeError, NotImplementedError, ValueError) as error:
        yield Attachment(name, said=f"压缩包打不开（{_reason(error)}），请重新压缩，或解压后再收")


def _member(name: str, suffix: str, archive: ZipFile, member: ZipInfo) -> Attachment:
    if suffix == ".zip":
        return Attachment(name, said="压缩包里还有压缩包，请先解压")
    if suffix != ".xlsx":
        return _other(name, suffix, is_fault=False)
    if member.file_size > MAX_BYTES:
        return _too_large(name, member.file_size)
    try:
        return Attachment(name, archive.read(member))
    except RuntimeError:
        return Attachment(name, said="压缩包加了密码，请先解压")


def _reason(error: Exception) -> str:
    return {"BadZipFile": "损坏，或不是 zip", "UnicodeDecodeError": "文件名的编码认不出"}.get(
        type(error).__name__, "用了少见的压缩方法"
    )


def member_sizes(content: bytes) -> dict[str, int]:
    """The names inside a zip and their unpacked sizes in bytes, which zipfile never reads past. Raises BadZipFile."""
    with ZipFile(BytesIO(content)) as archive:
        return {member.filename: member.file_size for member in archive.infolist()}
