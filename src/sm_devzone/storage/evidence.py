"""佐证材料: files kept beside the journal under their SHA-256, so that no content can change unseen."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from sm_devzone import files
from sm_devzone.domain.entry import Evidence
from sm_devzone.domain.text import named, stray_character
from sm_devzone.errors import CannotWrite, WrongUsage, cause

MAX_BYTES = 50_000_000
_CHUNK = 1 << 20


class Store:
    """The store in `folder`, which is made when the first file comes in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, evidence: Evidence) -> Path:
        return self.folder / evidence.sha256[:2] / evidence.sha256

    def put(self, source: Path) -> Evidence:
        """Copy `source` in. Raises WrongUsage for what is no plain file of a fair size, CannotWrite."""
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
                raise CannotWrite(f"佐证材料存不了（{cause(error)}）：{self.folder}", "请检查权限和磁盘空间") from error

    def _keep(self, name: str, file: BinaryIO) -> Evidence:
        digest, size = hashlib.sha256(), 0

        def chunks() -> Iterator[bytes]:
            nonlocal size
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                yield chunk

        def place() -> Path:
            found = self.path(Evidence(digest.hexdigest(), name, size))
            found.parent.mkdir(mode=0o700, exist_ok=True)
            return found

        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.write_whole(chunks(), self.folder, place)
        return Evidence(digest.hexdigest(), name, size)

    def fault(self, evidence: Evidence) -> str | None:
        """What is wrong with the kept file, None when its content is what was put in."""
        try:
            with self.path(evidence).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            return "文件不见了"
        except OSError as error:
            return f"读不了（{cause(error)}）"
        return None if found == evidence.sha256 else "内容被改过"

    def faults(self, kept: Iterable[Evidence]) -> list[str]:
        """A line for each file that is missing or altered."""
        found = [(one, self.fault(one)) for one in kept]
        return [f"佐证材料 {one.id} 号 {one.name}（记录 {one.entry} 号）：{fault}" for one, fault in found if fault]
