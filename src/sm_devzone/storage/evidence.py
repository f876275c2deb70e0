"""佐证材料: files kept under their SHA-256, so that no content can change unseen.

They lie beside a journal that is a file, and in the database where that is a server: everybody who reads the journal
reads them too.
"""

from __future__ import annotations

import hashlib
import os
import stat
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from io import BufferedIOBase, BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from sm_devzone import files
from sm_devzone.domain.entry import Evidence
from sm_devzone.domain.text import named, stray_character
from sm_devzone.errors import CannotWrite, WrongUsage, cause
from sm_devzone.storage.database import EVIDENCE, Database, Run

if TYPE_CHECKING:
    from sqlalchemy import Connection

Open = Callable[[str], BufferedIOBase]
"""Opens the content of a SHA-256, or raises OSError."""

MAX_BYTES = 50_000_000
_CHUNK = 1 << 20


class Store(ABC):
    """Where evidence is kept."""

    def put(self, source: Path) -> Evidence:
        """Copy `source` in.

        Raises WrongUsage for what is no plain file of a fair size, CannotWrite, DatabaseUnusable.
        """
        if stray := stray_character(source.name):
            raise WrongUsage(f"佐证材料的文件名里有{named(stray)}，不能保存：{source}", "请改名再试")
        try:
            handle = os.open(source, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        except OSError as error:
            said = "是一个链接，请指明真正的文件" if source.is_symlink() else f"读不了（{cause(error)}）"
            raise WrongUsage(f"佐证材料 {source} {said}", "请检查 --evidence") from error
        found = os.fstat(handle)
        if source.is_symlink() or not stat.S_ISREG(found.st_mode):
            os.close(handle)
            raise WrongUsage(f"佐证材料 {source} 不是普通文件（文件夹、链接、设备不收）", "文件夹请先打包成一个文件")
        with os.fdopen(handle, "rb") as file:
            if found.st_size > MAX_BYTES:
                raise WrongUsage(
                    f"佐证材料 {source} 有 {found.st_size / 1e6:.0f} MB，超过上限 {MAX_BYTES / 1e6:.0f} MB",
                    "请压缩或拆分",
                )
            try:
                return self._keep(source.name, file)
            except OSError as error:
                raise CannotWrite(f"佐证材料存不了（{cause(error)}）：{self}", "请检查权限和磁盘空间") from error

    def opened(self, evidence: Evidence) -> BufferedIOBase:
        """What is kept, to be read. Raises OSError, DatabaseUnusable."""
        with self._opening() as open_:
            return open_(evidence.sha256)

    def fault(self, evidence: Evidence) -> str | None:
        """What is wrong with what is kept, None when it is what was put in."""
        ((_, fault),) = self._tried([evidence])
        return fault

    def faults(self, kept: Iterable[Evidence]) -> list[str]:
        """A line for each file that is missing or altered."""
        return [
            f"佐证材料 {one.id} 号 {one.name}（记录 {one.entry} 号）：{fault}"
            for one, fault in self._tried(kept)
            if fault
        ]

    def sorted_out(
        self, kept: Sequence[Evidence], run: Run | None = None
    ) -> tuple[list[Evidence], list[tuple[Evidence, str]]]:
        """Of `kept`, one for each content that is whole, and each that is not with what is wrong; read through `run`,
        where what it sees is not for others to see yet.
        """
        contents = {one.sha256: one for one in kept}
        faults = {one.sha256: fault for one, fault in self._tried(contents.values(), run)}
        lost = [(one, fault) for one in kept if (fault := faults[one.sha256])]
        return [one for sha256, one in contents.items() if not faults[sha256]], lost

    def _tried(self, kept: Iterable[Evidence], run: Run | None = None) -> list[tuple[Evidence, str | None]]:
        with self._opening(run) as open_:
            return [(one, _fault(open_, one)) for one in kept]

    @abstractmethod
    def take(self, connection: Connection, content: bytes) -> None:
        """Put one file in, with all that `connection` writes. Raises OSError, DatabaseUnusable."""

    @abstractmethod
    def _keep(self, name: str, file: BinaryIO) -> Evidence:
        """Raises OSError, DatabaseUnusable."""

    @abstractmethod
    def _opening(self, run: Run | None = None) -> AbstractContextManager[Open]:
        """Raises DatabaseUnusable."""


class Folder(Store):
    """The store in `folder`, which is made when the first file comes in, for the group too where it `is_shared`.

    A journal that goes by another name than it did keeps its evidence: what `folder` has not is looked for in `others`.
    """

    def __init__(self, folder: Path, others: Callable[[], Iterable[Path]] = tuple, *, is_shared: bool = False) -> None:
        self.folder = folder
        self._others = others
        self._is_shared = is_shared

    def __str__(self) -> str:
        return str(self.folder)

    def path(self, sha256: str) -> Path:
        """Where the content lies, or where it would."""
        for folder in (self.folder, *self._others()):
            with suppress(OSError):
                if (path := folder / sha256[:2] / sha256).exists():
                    return path
        return self.folder / sha256[:2] / sha256

    def _opening(self, run: Run | None = None) -> AbstractContextManager[Open]:  # noqa: ARG002 - files are seen at once
        return nullcontext(lambda sha256: files.opened(self.path(sha256)))

    def take(self, connection: Connection, content: bytes) -> None:  # noqa: ARG002 - files lie beside the database
        self._keep("", BytesIO(content))

    def _keep(self, name: str, file: BinaryIO) -> Evidence:
        digest, size = hashlib.sha256(), 0

        def chunks() -> Iterator[bytes]:
            nonlocal size
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                yield chunk

        def place() -> Path:
            sha256 = digest.hexdigest()
            self._make(self.folder / sha256[:2])
            return self.folder / sha256[:2] / sha256

        self._make(self.folder)
        files.write_whole(chunks(), self.folder, place, is_shared=self._is_shared)
        return Evidence(digest.hexdigest(), name, size)

    def _make(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._is_shared:
                files.share(folder)


class InDatabase(Store):
    """The store in a database on a server.

    What 0.1.0 left in the folder `former` of its user is read there, and moves in when that user adds something.
    """

    def __init__(self, database: Database, former: Path | None) -> None:
        self._database = database
        self._former = Folder(former) if former else None

    def __str__(self) -> str:
        return str(self._database)

    @contextmanager
    def _opening(self, run: Run | None = None) -> Iterator[Open]:
        with nullcontext(run) if run else self._database.reading() as read:

            def open_(sha256: str) -> BufferedIOBase:
                rows = read("SELECT content FROM evidence_file WHERE sha256 = :sha256", {"sha256": sha256})
                if rows:
                    return BytesIO(rows[0][0])
                if self._former is None:
                    raise FileNotFoundError(sha256)
                return files.opened(self._former.path(sha256))

            yield open_

    def take(self, connection: Connection, content: bytes) -> None:
        _insert(connection, content)

    def _keep(self, name: str, file: BinaryIO) -> Evidence:
        content = file.read()
        with self._database.adding() as connection:
            for one in [content, *self._left_behind(connection)]:
                _insert(connection, one)
        return Evidence(hashlib.sha256(content).hexdigest(), name, len(content))

    def _left_behind(self, connection: Connection) -> Iterator[bytes]:
        if self._former is None or not self._former.folder.is_dir():
            return
        missing = "SELECT sha256 FROM evidence WHERE sha256 NOT IN (SELECT sha256 FROM evidence_file)"
        for sha256, *_ in connection.exec_driver_sql(missing).all():
            with suppress(OSError):
                yield files.content(self._former.path(sha256), MAX_BYTES)


def store_of(database: Database, former: Path | None = None) -> Store:
    """The store of evidence of `database`: beside a journal that is a file, else in it; `former` as in InDatabase."""
    folder, path = database.evidence_folder, database.path
    if folder is None or path is None:
        return InDatabase(database, former)

    def others() -> list[Path]:
        """Where it lies when the journal had another name, or lay where now a link to it is."""
        return [found for beside in (folder.parent, path.parent) for found in beside.glob(f"*{EVIDENCE}")]

    return Folder(folder, others, is_shared=database.is_shared)


def _insert(connection: Connection, content: bytes) -> None:
    from sqlalchemy import text

    connection.execute(
        text("INSERT INTO evidence_file (sha256, content) VALUES (:sha256, :content) ON CONFLICT DO NOTHING"),
        {"sha256": hashlib.sha256(content).hexdigest(), "content": content},
    )


def _fault(open_: Open, evidence: Evidence) -> str | None:
    try:
        with open_(evidence.sha256) as file:
            if file.seek(0, os.SEEK_END) != evidence.size:
                return "内容被改过"
            file.seek(0)
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return "文件不见了"
    except OSError as error:
        return f"读不了（{cause(error)}）"
    return None if found == evidence.sha256 else "内容被改过"
