"""Backups: journal, evidence, plans and templates of one moment in one archive, read back before it gets its name.

The archive is a zip, so that its files can be taken out with anything. devzone-backup.json in it names each file with
its SHA-256. Where an earlier whole one lies in the same folder and little has changed, evidence that is in that is left
out (`base`): such a backup needs that one file beside it, and no other.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from io import BufferedIOBase, BytesIO
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from sm_devzone import __version__, files
from sm_devzone.domain.calendar import in_china
from sm_devzone.domain.chain import Seal
from sm_devzone.domain.entry import Evidence
from sm_devzone.errors import CannotRead, CannotWrite, cause
from sm_devzone.storage.chain import Walk
from sm_devzone.storage.database import Database
from sm_devzone.storage.evidence import Folder, Store
from sm_devzone.storage.journal import Journal
from sm_devzone.storage.snapshot import moment

MANIFEST = "devzone-backup.json"
JOURNAL = "devzone.db"
EVIDENCE = "devzone-evidence"
_SCHEMA = "devzone/backup/1"
_NAMES = re.compile(rf"{JOURNAL}|{EVIDENCE}/[0-9a-f]{{2}}/[0-9a-f]{{64}}|(?:plans|templates)/[^./\\:\0][^/\\:\0]*")
"""What a backup may hold: nothing that reaches out of the folder into which it is restored."""

_CHUNK = 1 << 20
_MOST = 200_000_000
"""Bytes of a manifest: one of a million files has less."""


class Part(NamedTuple):
    """A file of a backup by its name there; `in_base` says that it lies in the base alone."""

    name: str
    size: int
    sha256: str
    in_base: bool = False


class Manifest(NamedTuple):
    """What a backup says of itself. `first` is the hash of the first fact, by which a journal is known.

    `missing` are the SHA-256 of evidence that was lost before.
    """

    made_at: str
    first: str
    seal: Seal
    base: str | None
    missing: tuple[str, ...]
    parts: tuple[Part, ...]


class Made(NamedTuple):
    """A backup that was written and read back; `told` is what could not be taken, and why it rests on no base."""

    path: Path
    manifest: Manifest
    evidence: int
    told: list[str]


class Restored(NamedTuple):
    """What came out of a backup; `missing` are names of evidence that was lost before it was made."""

    manifest: Manifest
    evidence: int
    missing: list[str]


class Archive:
    """A backup that lies at `path`. Raises CannotRead for what is none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._errors(), files.opened(path) as file, ZipFile(file) as archive:
            if archive.getinfo(MANIFEST).file_size > _MOST:
                raise ValueError
            said = json.loads(archive.read(MANIFEST))
            if said["schema"] != _SCHEMA:
                raise CannotRead(f"备份是更新的 devzone 做的：{path}", "请升级 devzone 后再恢复")
            parts = tuple(Part(**part) for part in said["files"])
            if not all(_NAMES.fullmatch(part.name) for part in parts) or JOURNAL not in {part.name for part in parts}:
                raise ValueError
            in_china(said["made_at"])  # raises ValueError
            self.manifest = Manifest(
                said["made_at"],
                str(said["first"]),
                Seal(int(said["seal"]["number"]), str(said["seal"]["sha256"])),
                said["base"],
                tuple(said["missing"]),
                parts,
            )
            if self.manifest.base is not None and Path(self.manifest.base).name != self.manifest.base:
                raise ValueError

    def base(self) -> Archive | None:
        """The backup that holds what this one leaves out. Raises CannotRead where it does not lie beside."""
        if self.manifest.base is None:
            return None
        path = self.path.with_name(self.manifest.base)
        if not path.is_file():
            raise CannotRead(f"这是增量备份，还要 {path.name}，旁边没有它：{self.path}", "把两个文件放在一个文件夹里")
        return Archive(path)

    def take_out(self, part: Part, target: BinaryIO | None = None) -> None:
        """Read a file to its end, into `target` if there is one. Raises CannotRead where it is not what was put in."""
        digest, left = hashlib.sha256(), part.size
        with (
            self._errors(part.name),
            files.opened(self.path) as file,
            ZipFile(file) as archive,
            archive.open(part.name) as member,
        ):
            while left >= 0 and (chunk := member.read(_CHUNK)):
                digest.update(chunk)
                left -= len(chunk)
                if target is not None:
                    target.write(chunk)
        if left or digest.hexdigest() != part.sha256:
            raise self._damaged(part.name)

    def _damaged(self, what: str) -> CannotRead:
        return CannotRead(f"备份已损坏（{what}）：{self.path}", "请用另一份备份")

    @contextmanager
    def _errors(self, what: str | None = None) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise CannotRead(f"没有这份备份：{self.path}", "请检查路径") from error
        except OSError as error:
            if error.errno is None:  # zipfile's own
                raise self._damaged(what or "读不出来") from error
            if what is None:
                raise CannotRead(f"备份读不了（{cause(error)}）：{self.path}", "请检查路径和权限") from error
            raise
        except (
            BadZipFile,
            zlib.error,
            EOFError,
            KeyError,
            TypeError,
            ValueError,
            RuntimeError,
            RecursionError,
        ) as error:
            if what is not None:
                raise self._damaged(what) from error
            raise CannotRead(f"这不是 devzone 的备份，或已损坏：{self.path}", "请用另一份备份") from error


class _Source(NamedTuple):
    part: Part
    opened: Callable[[], BufferedIOBase]


def make(
    database: Database, store: Store, others: Mapping[str, Path], target: Path, now: datetime, *, alone: bool
) -> Made:
    """Back up the journal in `database`, its evidence and `others` (files by their names in a backup) to `target`.

    Unless it is to stand `alone`, a whole backup of the same journal that lies beside it may be its base. Nothing has
    the name of a backup before it was read back. Raises CannotWrite, DatabaseUnusable.
    """
    try:
        with files.workplace(target.parent, ".devzone-backup-") as place:
            copied = place / JOURNAL
            database.copy_to(copied)
            copy = Database(str(copied), told_as=str(database))
            copy.verify()
            seal = Walk(copy).seal  # also of what came from a server: what it says there is what was recorded
            with Journal(copy).reading() as reader:
                first, kept = reader.seal(1), reader.all_evidence()
                base = None if alone or first is None else _base(target.parent, first, reader.seal)
            sources, faults = _evidence(store, kept)
            taken = len(sources)
            sources += [_file(JOURNAL, copied), *(_kept(name, path) for name, path in others.items())]
            missing = tuple(sorted({one.sha256 for one in kept} - {source.part.sha256 for source in sources}))
            shared = _shared(base, sources)
            try:
                for part in shared:
                    assert base is not None
                    base.take_out(part)
            except CannotRead as error:
                shared = []
                faults.append(f"{error.message}，没有用它")
            sources = [s._replace(part=s.part._replace(in_base=s.part in shared)) for s in sources]
            base_name = base.path.name if base and shared else None
            manifest = Manifest(
                moment(now), first.sha256 if first else "", seal, base_name, missing, tuple(s.part for s in sources)
            )
            written = place / "backup.zip"
            _write(written, manifest, sources)
            again = Archive(written)
            for part in again.manifest.parts:
                if not part.in_base:
                    again.take_out(part)
            stem = target.with_name(f"{target.stem}-incremental{target.suffix}") if base_name else target
            return Made(files.put_beside(written, stem), manifest, taken, faults)
    except OSError as error:
        raise CannotWrite(f"备份写不了（{cause(error)}）：{target}", "请检查路径、权限和磁盘空间") from error


def restore(archive: Archive, target: Path) -> Restored:
    """Lay out a backup in `target`, a folder that is empty or not there yet: in one step, once all of it was checked.

    Raises CannotRead, CannotWrite, DatabaseUnusable.
    """
    manifest, base = archive.manifest, archive.base()
    try:
        with files.workplace(target.parent, ".devzone-restore-") as place:
            whole = place / "whole"
            whole.mkdir(mode=0o700)
            for part in manifest.parts:
                path = whole / part.name
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with path.open("xb") as file:
                    (base if part.in_base and base else archive).take_out(part, file)
                    file.flush()
                    os.fsync(file.fileno())
                path.chmod(0o600)
            kept, lost = _checked(archive, whole)
            if target.is_dir():
                target.rmdir()  # it is empty, or this fails
            whole.rename(target)
            return Restored(manifest, kept, lost)
    except OSError as error:
        raise CannotWrite(
            f"恢复不了（{cause(error)}），什么也没有留下：{target}", "请检查路径、权限和磁盘空间"
        ) from error


def _checked(archive: Archive, whole: Path) -> tuple[int, list[str]]:
    """How many files of evidence there are, and which were lost before. Raises CannotRead, ChainBroken."""
    database = Database(str(whole / JOURNAL), told_as=str(archive.path))
    database.verify()
    if Walk(database).seal != archive.manifest.seal:
        raise CannotRead(f"备份里的流水和它的封签不符：{archive.path}", "请用另一份备份")
    with Journal(database).reading() as reader:
        kept = reader.all_evidence()
    store = Folder(whole / EVIDENCE)
    faults = [one for one in kept if one.sha256 not in archive.manifest.missing and store.fault(one)]
    if faults:
        raise CannotRead(f"备份里缺佐证材料 {faults[0].id} 号 {faults[0].name}：{archive.path}", "请用另一份备份")
    lost = [f"{one.id} 号 {one.name}" for one in kept if one.sha256 in archive.manifest.missing]
    return len({one.sha256 for one in kept} - set(archive.manifest.missing)), lost


def _evidence(store: Store, kept: list[Evidence]) -> tuple[list[_Source], list[str]]:
    """The files of evidence, each content once, and what is wrong with those that cannot be taken."""
    whole, lost = store.sorted_out(kept)
    return [
        _Source(Part(f"{EVIDENCE}/{one.sha256[:2]}/{one.sha256}", one.size, one.sha256), partial(store.opened, one))
        for one in whole
    ], [f"备份里没有佐证材料 {one.id} 号 {one.name}：{fault}" for one, fault in lost]


def _file(name: str, path: Path) -> _Source:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.tell()
    return _Source(Part(name, size, sha256), lambda: path.open("rb"))


def _kept(name: str, path: Path) -> _Source:
    """A file that somebody may be editing: what is read of it now."""
    with files.opened(path) as file:
        content = file.read()
    return _Source(Part(name, len(content), hashlib.sha256(content).hexdigest()), lambda: BytesIO(content))


def _base(folder: Path, first: Seal, seal_at: Callable[[int | None], Seal | None]) -> Archive | None:
    """The last whole backup in `folder` of this journal as it was."""
    there = [path for path in folder.glob("*.zip") if path.is_file()]
    for path in sorted(there, key=lambda path: path.stat().st_mtime, reverse=True):
        with suppress(CannotRead):
            archive = Archive(path)
            seal = archive.manifest.seal
            if (
                archive.manifest.base is None
                and archive.manifest.first == first.sha256
                and seal_at(seal.number) == seal
            ):
                return archive
    return None


def _shared(base: Archive | None, sources: list[_Source]) -> list[Part]:
    """The evidence that `base` holds, where that is most of all there is; else nothing."""
    there = {(part.name, part.sha256) for part in base.manifest.parts} if base else set()
    shared = [part for part, _ in sources if part.name.startswith(EVIDENCE) and (part.name, part.sha256) in there]
    return shared if 2 * sum(part.size for part in shared) > sum(part.size for part, _ in sources) else []


def _write(path: Path, manifest: Manifest, sources: list[_Source]) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "r+b") as file:
        with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=6) as archive:
            archive.writestr(MANIFEST, _told(manifest))
            for part, opened in sources:
                if part.in_base:
                    continue
                # Evidence is pictures and PDFs, which get no smaller.
                how = ZIP_STORED if part.name.startswith(EVIDENCE) else ZIP_DEFLATED
                with opened() as source, archive.open(_info(part, how), "w") as member:
                    while chunk := source.read(_CHUNK):
                        member.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def _info(part: Part, how: int) -> ZipInfo:
    info = ZipInfo(part.name)
    info.compress_type, info.file_size, info.external_attr = how, part.size, 0o600 << 16
    return info


def _told(manifest: Manifest) -> str:
    """The manifest as it is kept."""
    said: dict[str, Any] = {"schema": _SCHEMA, "devzone": __version__, **manifest._asdict()}
    said["seal"] = {**manifest.seal._asdict(), "code": manifest.seal.code}
    said["files"] = [part._asdict() for part in said.pop("parts")]
    return json.dumps(said, ensure_ascii=False, indent=1)
