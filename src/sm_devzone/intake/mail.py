"""Files as they come back: named one by one, in folders, in zip archives, in mails saved out of a mail box."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from sm_devzone.domain.bundle import BEGINNING
from sm_devzone.domain.text import decoded
from sm_devzone.errors import WrongUsage, cause
from sm_devzone.intake import archive
from sm_devzone.intake.limits import MAX_BYTES, MAX_MAIL_BYTES, MAX_MEMBERS
from sm_devzone.intake.refusal import FileRefused
from sm_devzone.intake.sniffing import is_workbook, is_zip

_WORKBOOKS = (".xlsx", ".xltx")
_OTHER_TABLES = {
    ".xls": "是旧格式 .xls",
    ".xlt": "是旧格式 .xlt",
    ".et": "是 WPS 格式 .et",
    ".ett": "是 WPS 格式 .ett",
    ".ods": "是 .ods 格式",
    ".ots": "是 .ots 格式",
    ".numbers": "是 Numbers 格式",
    ".xlsm": "是带宏的 .xlsm",
    ".xltm": "是带宏的 .xltm",
    ".xlsb": "是 .xlsb 格式",
    ".csv": "是 .csv，没有表里隐藏的编号",
}
_OTHER_ARCHIVES = (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")
_BUNDLE = ".json"
_KNOWN = (*_WORKBOOKS, *_OTHER_TABLES, *_OTHER_ARCHIVES, ".zip", ".eml", ".msg", _BUNDLE)


class Attachment(NamedTuple):
    """One file that came, by its name from the folder or archive on. `read` gives its bytes, or raises FileRefused.

    `is_extra` says that it is no table and nobody named it: a scan or a letter that came along. `is_bundle`, that it is
    the 上报包 of another office.
    """

    name: str
    read: Callable[[], bytes]
    is_extra: bool = False
    is_bundle: bool = False


class _Found(NamedTuple):
    """A file wherever it lies. `read` takes the most bytes that are wanted, `begin` gives the first few.

    `source` is what an archive is read from. `is_named` says that somebody asked for this very file, `inside` that it
    came out of an archive.
    """

    name: str
    read: Callable[[int], bytes]
    begin: Callable[[], bytes]
    source: Callable[[], Path | BytesIO]
    is_named: bool = False
    inside: bool = False


def attachments(paths: Iterable[Path]) -> Iterator[Attachment]:
    """Every file behind `paths`, folders, archives and mails opened, in the order of their names; the same file once.

    Raises WrongUsage for a path that is not there.
    """
    seen: set[str] = set()
    for path in paths:
        try:
            path.stat()
        except OSError as error:
            raise WrongUsage(f"{path} 打不开（{cause(error)}）", "请检查路径") from error
        for file, name in _walked(path) if path.is_dir() else [(path, path.name)]:
            real = os.path.realpath(file)
            if real in seen or _is_left_over(name):
                continue
            seen.add(real)
            if os.path.isdir(file):  # noqa: PTH112 - of a link that may not be followed, Path.is_dir raises
                yield _refused(name, "是文件夹的链接，没有进去" if file.is_symlink() else "文件夹打不开，请检查权限")
            else:
                yield from _sorted_out(_on_disk(file, _readable(name), is_named=file == path))


def _walked(folder: Path) -> list[tuple[Path, str]]:
    """The files of `folder` and of those in it, with their names from there on; also folders that are not entered.

    All are known before the first is opened. Raises WrongUsage where they are more than anybody is sent.
    """
    shut: list[OSError] = []
    found: list[tuple[Path, str]] = []
    for passed, (where, folders, names) in enumerate(os.walk(folder, onerror=shut.append)):
        if passed + len(found) + len(names) > MAX_MEMBERS:
            raise WrongUsage(f"{folder} 里的文件和文件夹超过 {MAX_MEMBERS} 个，不像收件的文件夹", "请只写收件的文件夹")
        folders.sort()
        links = [name for name in folders if (Path(where) / name).is_symlink()]
        paths = [Path(where) / name for name in sorted([*names, *links]) if not name.startswith(".")]
        found += [(path, path.relative_to(folder).as_posix()) for path in paths]
    return [*found, *((place, place.name) for place in (Path(error.filename or folder) for error in shut))]


def _is_left_over(path: str) -> bool:
    """What programs leave lying about, also where a pattern of the shell names it: ~$a.xlsx, ._a.xlsx, Thumbs.db."""
    *folders, name = path.split("/")
    return (
        name.startswith(("~$", "._", ".~"))
        or name.lower() in ("thumbs.db", "desktop.ini", ".ds_store")
        or "__MACOSX" in folders
    )


def _readable(name: str) -> str:
    """`name` as text; one that is none here was most likely written on Chinese Windows."""
    raw = name.encode("utf-8", "surrogateescape")
    return decoded(raw) or raw.decode("utf-8", "replace")


def _refused(name: str, said: str, *, is_extra: bool = False) -> Attachment:
    def refuse() -> bytes:
        raise FileRefused(said)

    return Attachment(_readable(name), refuse, is_extra)


# What a file is


def _sorted_out(file: _Found) -> Iterator[Attachment]:
    """`file` as what it is: a workbook, what is in it where it holds others, or why it is not read."""
    kind = _kind(file.name)
    try:
        begin = file.begin()
        if not kind:
            kind = _kind_by_content(file, begin)
        elif kind in _OTHER_TABLES and kind not in (".xlsm", ".xltm", ".xlsb") and is_zip(begin):
            kind = ".xlsx" if is_workbook(file.source()) else kind
        if kind == ".zip":
            yield from _unpacked(file)
        elif kind == ".eml":
            yield from _out_of_a_mail(file)
        elif kind in (*_WORKBOOKS, _BUNDLE):
            yield Attachment(file.name, partial(file.read, MAX_BYTES), is_bundle=kind == _BUNDLE)
        else:
            yield _refused(file.name, _why_not(kind), is_extra=not (kind or file.is_named))
    except FileRefused as refusal:
        yield _refused(file.name, str(refusal), is_extra=not (kind or file.is_named))


def _kind(name: str) -> str:
    """What the name says: the last ending that is known, for 表.xlsx.1 was a workbook; empty where none is."""
    endings = [suffix.lower() for suffix in PurePosixPath(name).suffixes]
    return next((suffix for suffix in reversed(endings) if suffix in _KNOWN), "")


def _kind_by_content(file: _Found, begin: bytes) -> str:
    if is_zip(begin):
        if is_workbook(file.source()):
            return ".xlsx"
        with_tables = any(_kind(member.path) in _WORKBOOKS for member in archive.members(file.source()))
        return ".zip" if with_tables else ""
    return _BUNDLE if begin.startswith(BEGINNING) else ""


def _why_not(kind: str) -> str:
    if kind in _OTHER_TABLES:
        return f"{_OTHER_TABLES[kind]}，收不了；请在发出的 .xlsx 里填，存成 .xlsx 再收"
    if kind in _OTHER_ARCHIVES:
        return "这种压缩包打不开，请先解压，或改用 .zip"
    if kind == ".msg":
        return "是 Outlook 邮件 .msg，打不开；请把附件另存出来再收"
    return "不是 .xlsx，没有读"


# Where a file lies


def _on_disk(file: Path, name: str, *, is_named: bool) -> _Found:
    return _Found(name, partial(_content, file), partial(_content, file, None, 4096), lambda: file, is_named=is_named)


def _content(file: Path, most: int | None, size: int = -1) -> bytes:
    try:
        if not file.is_file():
            raise FileRefused("不是普通文件，没有读")
        if most is not None:
            _check_size(file.stat().st_size, most)
        with file.open("rb") as opened:
            return opened.read(size)
    except OSError as error:
        raise FileRefused(f"读不了（{cause(error)}）") from error


def _check_size(size: int, most: int) -> None:
    if size > most:
        raise FileRefused(f"有 {size / 1e6:.0f} MB，超过上限 {most / 1e6:.0f} MB；图片和材料请另发")


def _in_memory(name: str, content: bytes, *, inside: bool) -> _Found:
    def read(most: int) -> bytes:
        _check_size(len(content), most)
        return content

    return _Found(name, read, lambda: content[:4096], lambda: BytesIO(content), inside=inside)


def _in_archive(outer: _Found, member: archive.Member) -> _Found:
    def read(most: int) -> bytes:
        _check_size(member.info.file_size, most)
        return archive.content(outer.source(), member.info)

    def source() -> BytesIO:
        return BytesIO(read(MAX_BYTES))

    def begin() -> bytes:
        return archive.content(outer.source(), member.info, 4096)

    return _Found(f"{outer.name}/{_readable(member.path)}", read, begin, source, inside=True)


def _unpacked(file: _Found) -> Iterator[Attachment]:
    if file.inside:
        raise FileRefused("压缩包里还有压缩包，请先解压")
    for member in archive.members(file.source()):
        if not _is_left_over(member.path):
            yield from _sorted_out(_in_archive(file, member))


def _out_of_a_mail(file: _Found) -> Iterator[Attachment]:
    """The attachments of a saved mail, those of mails attached to it too."""
    from email import message_from_bytes, policy

    message = message_from_bytes(file.read(MAX_MAIL_BYTES), policy=policy.default)
    found = False
    for part in message.walk():
        name = part.get_filename() if not part.is_multipart() else None
        is_in_the_letter = part.get_content_maintype() == "image" and part.get_content_disposition() != "attachment"
        if not name or _is_left_over(name) or is_in_the_letter:
            continue
        content = part.get_payload(decode=True)
        path = f"{file.name}/{_readable(PurePosixPath(name.replace(chr(92), '/')).name)}"
        if name.lower() == "winmail.dat" or part.get_content_type() == "application/ms-tnef":
            yield _refused(path, "是 Outlook 把附件裹在里面的 winmail.dat，打不开；请对方把表直接发来")
            found = True
        elif isinstance(content, bytes):
            for attachment in _sorted_out(_in_memory(path, content, inside=file.inside)):
                found |= not attachment.is_extra
                yield attachment
    if not found:
        raise FileRefused("是一封邮件，里面没有填报表" if message.keys() else "不是邮件，或已损坏")
