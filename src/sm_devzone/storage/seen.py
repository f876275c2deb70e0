"""How far this user has seen each journal: so that an older copy in its place is told, for its own chain has no gap.

One small file a journal and place, named by the first fact of its chain. It is written at every append, so without the
care that goes into facts: one that is torn or cannot be written is as good as none. So is one where others may write.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from sm_devzone import files
from sm_devzone.domain.chain import Seal

_MOST = 100_000
"""Bytes of such a file: a number, a hash and a path."""


class Sight(NamedTuple):
    """What was seen of a journal, and where it lay."""

    seal: Seal
    where: str


SealAt = Callable[[int | None], Seal | None]
"""The seal of the fact with a number, or of the last."""


class Memory:
    """What is known of the journal that lies at `where`, in `folder`; of nothing, where there is no folder."""

    def __init__(self, folder: Path | None, where: str) -> None:
        self._folder, self._where = folder, where

    def looked(self, seal_at: SealAt, *, whatever_was: bool = False) -> tuple[str, Seal] | None:
        """What to keep: how far the journal goes; None where it contradicts what was seen before, if that counts."""
        first, last = seal_at(1), seal_at(None)
        if self._folder is None or first is None or last is None:
            return None
        name = f"{first.sha256[:32]}-{hashlib.sha256(os.fsencode(self._where)).hexdigest()[:16]}"
        seen = self._read(self._folder / name)
        if seen is not None and not whatever_was and seal_at(seen.seal.number) != seen.seal:
            return None
        return name, last

    def keep(self, looked: tuple[str, Seal] | None) -> None:
        """Keep what was `looked` at, once it is sure to stay."""
        if self._folder is None or looked is None:
            return
        name, last = looked
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not files.is_ours(self._folder.lstat()):
                return
            said = f"{last.number} {last.sha256} {self._where}\n"
            (self._folder / name).write_bytes(said.encode("utf-8", "surrogateescape"))

    def contradictions(self, seal_at: SealAt) -> list[tuple[bool, str]]:
        """What was seen of this journal and is not in it; True beside what was seen in this very place."""
        first, last = seal_at(1), seal_at(None)
        if self._folder is None or first is None or last is None:
            return []
        told = []
        paths: list[Path] = []
        with suppress(OSError):
            paths += self._folder.glob(f"{first.sha256[:32]}-*")
        for path in paths:
            seen = self._read(path)
            if seen is None or seal_at(seen.seal.number) == seen.seal:
                continue
            here = seen.where == self._where
            there = f"{'这里' if here else f' {seen.where} '}见过第 {seen.seal.number} 件事实（{seen.seal.code}）"
            if seen.seal.number > last.number:
                told.append((here, f"这是较早的一份流水，只到第 {last.number} 件事实：在{there}"))
            else:
                told.append((here, f"流水从某处起成了另一本：在{there}，现在的第 {seen.seal.number} 件不是它"))
        return told

    @staticmethod
    def _read(path: Path) -> Sight | None:
        with suppress(OSError, ValueError):
            if not files.is_ours(path.parent.lstat()):
                return None
            said = files.content(path, _MOST).decode("utf-8", "surrogateescape")
            number, sha256, where = said.removesuffix("\n").split(" ", 2)
            if len(sha256) == 64 and int(sha256, 16):
                return Sight(Seal(int(number), sha256), where)
        return None
