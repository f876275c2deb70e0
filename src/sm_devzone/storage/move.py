"""A move: the whole journal with its chain and its evidence, out of one database into an empty one.

All goes in by one transaction and is read back before that ends: a move that is interrupted leaves the target empty.
The source is locked meanwhile, and kept last: it is told where the journal went, and takes no more facts. Grants of
logins stay behind, for they are the server's.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from sm_devzone.domain.chain import Seal
from sm_devzone.errors import CannotWrite, WrongUsage, cause
from sm_devzone.storage.chain import Walk, seal_at
from sm_devzone.storage.database import MOVED, Database, Run, runner
from sm_devzone.storage.evidence import Store
from sm_devzone.storage.journal import Reader

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sm_devzone.domain.editions import History


class Moved(NamedTuple):
    """What was moved; `told` is the evidence that was lost before. `was_there` says that a former run had come so far
    already, and only the source did not know.
    """

    seal: Seal
    evidence: int
    told: list[str]
    was_there: bool


Names = Callable[[Reader], Iterable[tuple[str, "History"]]]
"""Gives the recorded versions of each plan, by which a server knows names."""


def move(source: Database, store: Store, target: Database, target_store: Store, names: Names, today: date) -> Moved:
    """Move the journal in `source`, with the evidence in `store`, to `target`, and close the source.

    Raises WrongUsage where the target holds another journal, ChainBroken where the source is not what was recorded,
    DatabaseUnusable, CannotWrite.
    """
    with source.writing() as ours:
        _waited_for(ours)
        seal = Walk(source).seal
        _close(ours, target, today)  # kept last, but whoever may not do it is to know before anything is moved
        return _filled(runner(ours), store, target, target_store, names, seal)


def _filled(read: Run, store: Store, target: Database, target_store: Store, names: Names, seal: Seal) -> Moved:
    from sm_devzone.storage.tables import copy_facts

    kept = Reader(read).all_evidence()
    with _emptied_on_failure(target), target.writing() as theirs:
        _waited_for(theirs)
        read_back = runner(theirs)
        there = seal_at(read_back)
        if there is None:
            copy_facts(read, theirs)
        elif there != seal:
            raise WrongUsage(f"那里已经有一本别的流水，没有搬：{target}", "只搬到空的地方：换一个数据库或文件名")
        if target.path is None:
            from sm_devzone.storage.rights import keep_names

            keep_names(theirs, names(Reader(read_back)))
        whole, lost = store.sorted_out(kept)
        try:
            for one, _ in target_store.sorted_out(whole, read_back)[1]:
                with store.opened(one) as file:
                    target_store.take(theirs, file.read())
        except OSError as error:
            raise CannotWrite(f"佐证材料搬不过去（{cause(error)}）：{target}", "请检查权限和磁盘空间") from error
        if Walk(target, run=read_back).seal != seal or target_store.sorted_out(whole, read_back)[1]:
            raise CannotWrite(f"搬过去的和这里的不一样，没有搬：{target}", "请检查那边的磁盘和数据库")
    told = [f"佐证材料 {one.id} 号 {one.name}：{fault}" for one, fault in lost]
    return Moved(seal, len(whole), told, there is not None)


def _waited_for(connection: Connection) -> None:
    """While one side works the other has nothing to say, and is not lost for that."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")


def _close(connection: Connection, target: Database, today: date) -> None:
    from sqlalchemy import text

    connection.exec_driver_sql(f"CREATE TABLE {MOVED} (moved_to TEXT NOT NULL, on_day TEXT NOT NULL)")
    connection.execute(
        text(f"INSERT INTO {MOVED} (moved_to, on_day) VALUES (:to, :day)"),
        {"to": str(target.home or target), "day": str(today)},
    )
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"GRANT SELECT ON {MOVED} TO PUBLIC")  # whoever sees the schema is to know


@contextmanager
def _emptied_on_failure(target: Database) -> Iterator[None]:
    """A file that was not there is gone again where the move fails, and so is its folder of evidence."""
    path, folder = target.path, target.evidence_folder
    if path is None or folder is None or path.exists():
        yield
        return
    had_folder = folder.exists()
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        if not had_folder:
            shutil.rmtree(folder, ignore_errors=True)
        raise
