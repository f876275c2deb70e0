"""Files that are written whole or not at all; and what lies where one is looked for, read with bounds."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BufferedReader, FileIO
from itertools import count
from pathlib import Path
from typing import BinaryIO

from sm_devzone.errors import CannotWrite, cause

_LOCK = "lock"
_LONGEST = 240
"""Bytes of a file name: file systems hold 255, and some are left for a number (2) before the ending."""


def safe_name(name: str) -> str:
    """`name` without what a file name on Windows or a server cannot hold, not hidden, and not too long.

    What is too long loses the end of its stem, and keeps its ending.
    """
    kept = re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", name).lstrip(".")
    if len(kept.encode(errors="replace")) <= _LONGEST:
        return kept
    ending = Path(kept).suffix if len(Path(kept).suffix) <= 10 else ""
    room = _LONGEST - len(ending.encode(errors="replace"))
    return kept.removesuffix(ending).encode(errors="replace")[:room].decode(errors="ignore") + ending


class _NameTaken(Exception):
    """Somebody else made a file of that name first."""


def write_whole(
    chunks: Iterable[bytes],
    folder: Path,
    place: Callable[[], Path],
    prefix: str = ".",
    mode: int = 0o600,
    move: Callable[[Path, Path], object] = lambda written, target: written.replace(target),
    *,
    is_shared: bool = False,
) -> None:
    """Write `chunks` to a file in `folder`, then move it to `place()` in one step; whatever fails leaves nothing.

    One that `is_shared` is for the group of `folder`, whatever its `mode`.
    """
    import tempfile  # it loads much, and most runs write no file

    handle, name = tempfile.mkstemp(dir=folder, prefix=prefix)
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
        written.chmod(mode)
        if is_shared:
            share(written)
        move(written, place())
    except BaseException:
        written.unlink(missing_ok=True)
        raise


def opened(path: Path) -> BufferedReader:
    """A plain file, to be read; a device or a pipe, which may never end, is refused unread. Raises OSError."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "不是普通文件")
    return BufferedReader(FileIO(handle))


def content(path: Path, most: int) -> bytes:
    """The bytes of a plain file that has no more than `most`. Raises OSError."""
    with opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > most:
            raise OSError(errno.EINVAL, f"有 {size / 1e6:.1f} MB，超过上限 {most / 1e6:.0f} MB")
        return file.read(most)


def replace(target: Path, content: bytes) -> None:
    """Write `content` to `target` in one step: whoever looks sees the old file or the new one. Raises CannotWrite."""
    _put(target, content, Path.replace)


def _put(target: Path, content: bytes, move: Callable[[Path, Path], object]) -> None:
    try:
        _check_links(target)
        if target.exists() and not target.is_file():
            # A pipe or a device takes the bytes as they come; there is nothing to put in its place.
            target.write_bytes(content)
            return
        place = Path(os.path.realpath(target))  # a link stays a link, and what it points at is replaced
        _make_folder(place.parent)
        mode = place.stat().st_mode if place.exists() else _mode_in(place.parent)
        write_whole([content], place.parent, lambda: place, f".{place.name[:40]}.", mode, move)
    except OSError as error:
        raise CannotWrite(f"文件写不了（{cause(error)}）：{target}", "请检查路径、权限和磁盘空间") from error
    except UnicodeEncodeError as error:
        raise CannotWrite(
            f"文件名在当前的语言环境里写不了：{target}", "请先设 LANG=C.UTF-8，或去掉 PYTHONUTF8=0"
        ) from error


def _check_links(target: Path) -> None:
    """Refuse a link that somebody else has laid in a folder like /tmp: it would have us write over our own files.

    That is what the kernel does where a file is opened; we follow links before. Raises OSError.
    """
    for path in (target, *target.parents):
        if path.is_symlink() and os.name != "nt":
            folder, link = path.parent.stat(), path.lstat()
            if folder.st_mode & 0o1002 == 0o1002 and link.st_uid not in (os.geteuid(), folder.st_uid):
                raise OSError(errno.EINVAL, f"{path} 是别人放的链接")


def holds(target: Path, content: bytes) -> bool:
    """Whether `target` is a file of just these bytes. Raises CannotWrite where it cannot be read."""
    try:
        return target.is_file() and target.stat().st_size == len(content) and target.read_bytes() == content
    except OSError as error:
        raise CannotWrite(f"已有的文件读不了（{cause(error)}）：{target}", "请检查权限，或写到别处") from error


def _is_free(target: Path, content: bytes) -> bool:
    """Whether `content` can be written to `target` and nothing is lost. Raises CannotWrite."""
    return not (_is_there(target) and target.is_file()) or holds(target, b"") or holds(target, content)


def _is_there(target: Path) -> bool:
    """Whether anything lies at `target`. Raises CannotWrite where that cannot be seen."""
    try:
        return target.exists()
    except OSError as error:
        raise CannotWrite(f"文件写不了（{cause(error)}）：{target}", "请检查路径、权限和磁盘空间") from error


def is_same(one: Path, other: Path) -> bool:
    """Whether both are one file, by whatever names."""
    with suppress(OSError):
        return one.samefile(other)
    return os.path.realpath(one) == os.path.realpath(other)


def free_names(contents: Mapping[Path, bytes]) -> list[Path]:
    """Where `contents`, files that belong together, can be written so that nothing is lost that lies there.

    The names as they are, or where one of them is taken by other content, all with (2) before the ending, or the
    first number at which none is. Raises CannotWrite.
    """
    for number in count(1):
        names = [_numbered(target, number) for target in contents]
        pairs = zip(names, contents.values(), strict=True)
        if all(_is_free(name, content) for name, content in pairs):
            return names
    raise AssertionError


def write_beside(contents: Mapping[Path, bytes]) -> list[Path]:
    """Write `contents` at `free_names`, and leave a file that is just so already. Raises CannotWrite.

    A name goes to whoever makes it: who comes second at the same moment takes back what it wrote, and looks anew.
    """
    while True:
        paths = free_names(contents)
        contents_at = dict(zip(paths, contents.values(), strict=True))
        ours: list[Path] = []
        try:
            for path, content in contents_at.items():
                if not _is_there(path):
                    _put(path, content, _to_a_new_name)
                    ours.append(path)
                elif _is_free(path, content):
                    keep(path, content)
                else:
                    raise _NameTaken
        except _NameTaken:
            for path in ours:
                if holds(path, contents_at[path]):
                    path.unlink(missing_ok=True)
        else:
            return paths


def _to_a_new_name(written: Path, target: Path) -> None:
    """Move `written` to `target` unless that is there. Raises _NameTaken."""
    try:
        try:
            target.hardlink_to(written)
        except FileExistsError:
            raise
        except OSError:
            # A file system without hard links: only one can make the name. For the blink of an eye it is an empty
            # file, which another may take for a free name.
            os.close(os.open(target, os.O_CREAT | os.O_EXCL, 0o600))
            written.replace(target)
        else:
            written.unlink()
    except FileExistsError as error:
        raise _NameTaken from error


def put_beside(written: Path, target: Path) -> Path:
    """Move a whole file to `target`, or beside what lies there; return where it lies. Raises OSError."""
    for number in count(1):
        with suppress(_NameTaken):
            place = _numbered(target, number)
            _to_a_new_name(written, place)
            return place
    raise AssertionError


@contextmanager
def workplace(folder: Path, prefix: str) -> Iterator[Path]:
    """A folder in `folder` for what is not whole yet, gone at the end. What killed runs have left goes as well.

    It is locked while it is worked in, for others may be at work beside. Raises OSError.
    """
    import shutil

    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{prefix}*"):
        # One that was killed at its beginning or its end has no lock, and gets ours.
        with suppress(OSError):
            if is_ours(left.lstat()):
                with (left / _LOCK).open("ab") as lock:
                    if _locked(lock):
                        shutil.rmtree(left, ignore_errors=True)
    place, held = _locked_place(folder, prefix)
    try:
        with held:
            yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _locked_place(folder: Path, prefix: str) -> tuple[Path, BinaryIO]:
    """A new folder with its lock; another one where somebody has swept it before it had that. Raises OSError."""
    import tempfile

    while True:
        place = Path(tempfile.mkdtemp(dir=folder, prefix=prefix))
        with suppress(FileNotFoundError):
            lock = (place / _LOCK).open("wb")
            if (_locked(lock) and (place / _LOCK).exists()) or os.name == "nt":
                return place, lock
            lock.close()


def _locked(lock: BinaryIO) -> bool:
    """Whether nobody else holds `lock`, which is ours now. Windows does not say, and nothing is swept there."""
    try:
        import fcntl
    except ImportError:
        return False
    with suppress(OSError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def save(target: Path, content: str | bytes) -> None:
    """As `replace`; text becomes UTF-8 and ends with a line end."""
    if isinstance(content, str):
        content = (content if content.endswith("\n") else content + "\n").encode()
    replace(target, content)


def keep(target: Path, content: bytes) -> None:
    """As `replace`, but a file that is just so already is left alone. Raises CannotWrite."""
    if not holds(target, content):
        replace(target, content)


def _numbered(target: Path, number: int) -> Path:
    return target if number == 1 else target.with_name(f"{target.stem}({number}){target.suffix}")


def _make_folder(folder: Path) -> None:
    """Make `folder`, and those above it that are missing: others have no business in what we make."""
    if not folder.is_dir():
        if folder.exists():
            raise NotADirectoryError(errno.ENOTDIR, "not a folder")
        _make_folder(folder.parent)
        folder.mkdir(mode=0o770, exist_ok=True)


def _mode_in(folder: Path) -> int:
    """How a new file is made: by the umask, and in a folder for a group, as those that we make, for nobody beyond."""
    found = folder.stat().st_mode
    return 0o666 & ~_umask() & ~(0o007 if found & 0o070 and not found & 0o007 else 0)


def is_ours(found: os.stat_result) -> bool:
    """Whether it belongs to the user, and nobody else may write to it. Windows says neither of the two.

    Asked of the folder itself (`lstat`): a link may lead to another of the user's own, where things of others lie.
    """
    return os.name == "nt" or (found.st_uid == os.geteuid() and not found.st_mode & 0o022)


def share(path: Path) -> None:
    """Let the group of its folder read and write a file, or make files of its own in a folder; others keep out.

    Raises OSError.
    """
    found, group = path.stat(), path.parent.stat().st_gid
    wanted = 0o2770 if path.is_dir() else 0o660
    if found.st_gid == group and stat.S_IMODE(found.st_mode) == wanted:
        return  # it may be a colleague's, whom alone it obeys
    if found.st_gid != group:
        os.chown(path, -1, group)
    path.chmod(wanted)


def group(folder: Path) -> str:
    """The name of the group of `folder`, or its number where it has none."""
    try:
        return folder.group()
    except KeyError:
        return str(folder.stat().st_gid)


def kept_out_by(folder: Path) -> Path | None:
    """The folder above `folder` that its group cannot pass, None where the way is open."""
    ours = folder.stat().st_gid
    for above in folder.absolute().parents:
        found = above.stat()
        if not found.st_mode & (0o010 if found.st_gid == ours else 0o001):
            return above
    return None


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
