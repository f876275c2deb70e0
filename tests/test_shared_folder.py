"""A folder that the clerks of an office share: all of them read and write the journal, or are told what to set."""

from __future__ import annotations

import os
import pickle
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sm_devzone.settings import shipped
from tests.conftest import Devzone, Ran

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such permissions")

DONE = ("update", 4, "--unit", "三元", "--done", "--note", "完成", "--evidence")
OFFICE, MAIN, CLERKS = 61_000, 61_100, (61_001, 61_002)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def paper(devzone: Devzone) -> Path:
    path = devzone.folder / "批复.pdf"
    path.write_bytes(b"approved")
    return path


@pytest.fixture
def shared(devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that its group may write in, and DEVZONE_DB in it."""
    folder = devzone.folder / "office"
    folder.mkdir()
    folder.chmod(0o775)
    monkeypatch.setenv("DEVZONE_DB", str(folder / "office.db"))
    return folder


def test_the_first_write_tells_what_to_set(devzone: Devzone, shared: Path) -> None:
    ran = devzone.ok("update", 4, "--unit", "商务局", "--note", "甲")
    assert "devzone init --group" in ran.err
    assert mode(shared / "office.db") == 0o600
    assert "init" not in devzone.ok("update", 4, "--unit", "商务局", "--note", "乙").err


def test_nothing_is_told_in_a_folder_of_ones_own(devzone: Devzone) -> None:
    assert "init" not in devzone.ok("update", 4, "--unit", "商务局", "--note", "甲").err


@pytest.mark.parametrize("late", [True, False], ids=["a journal that is there", "a new one"])
def test_init_for_the_group(devzone: Devzone, shared: Path, *, late: bool) -> None:
    if late:
        devzone.ok(*DONE, paper(devzone))
    before = devzone.ok("history").out
    ran = devzone.ok("init", "--group")
    assert ran.out == f"{shared / 'office.db'}\n"
    assert shared.group() in ran.err
    assert devzone.ok("history").out == before
    devzone.ok("update", 4, "--unit", "大田", "--done", "--note", "完成", "--evidence", paper(devzone))
    assert mode(shared) == 0o2775
    assert mode(shared / "office.db") == 0o660
    evidence = list((shared / "office-evidence").rglob("*"))
    assert {mode(path) for path in evidence if path.is_dir()} == {0o2770}
    assert {mode(path) for path in evidence if path.is_file()} == {0o660}
    devzone.ok("init", "--group")  # again: nothing changes


def test_init_for_oneself(devzone: Devzone) -> None:
    devzone.ok("init")
    assert mode(devzone.db) == 0o600
    assert devzone.ok("status", "--json").json["totals"]["in_progress"] == 0
    assert "已经有了" in devzone.ok("init").err


def test_a_folder_above_that_keeps_the_group_out_is_told(devzone: Devzone, shared: Path) -> None:
    devzone.folder.chmod(0o700)
    assert str(devzone.folder) in devzone.ok("init", "--group").err


@pytest.mark.parametrize("name", ["moved.db", "office"])
def test_a_journal_under_a_new_name_keeps_its_evidence(devzone: Devzone, shared: Path, name: str) -> None:
    devzone.ok(*DONE, paper(devzone))
    (shared / "office.db").rename(shared / name)
    devzone.ok("--db", shared / name, "evidence", "--verify")
    devzone.ok("--db", shared / name, "evidence", "--get", 1, "-o", "out")
    devzone.ok(
        "--db", shared / name, "update", 4, "--unit", "大田", "--done", "--note", "完成", "--evidence", paper(devzone)
    )
    devzone.ok("--db", shared / name, "evidence", "--verify")


def test_a_journal_that_is_reached_by_a_link_keeps_its_evidence(devzone: Devzone, shared: Path) -> None:
    devzone.ok(*DONE, paper(devzone))
    (devzone.folder / "desktop").mkdir()
    link = devzone.folder / "desktop" / "流水.db"
    link.symlink_to(shared / "office.db")
    devzone.ok("--db", link, "evidence", "--verify")
    devzone.ok("--db", link, "update", 4, "--unit", "大田", "--done", "--note", "又一份", "--evidence", paper(devzone))
    devzone.ok("evidence", "--verify")
    assert [path.name for path in link.parent.iterdir()] == ["流水.db"]
    (shared / "office.db-wal").touch()
    assert "旁边有 office.db-wal" in devzone.ok("--db", link, "check").err


def test_a_link_that_leads_nowhere_yet_is_where_the_journal_goes(devzone: Devzone, shared: Path) -> None:
    link = devzone.folder / "流水.db"
    link.symlink_to(shared / "office.db")
    devzone.ok("--db", link, *DONE, paper(devzone))
    devzone.ok("evidence", "--verify")
    assert (shared / "office-evidence").is_dir()


def test_evidence_that_lies_beside_a_link_is_found(devzone: Devzone, shared: Path) -> None:
    """As 0.1.0 put it there."""
    devzone.ok(*DONE, paper(devzone))
    link = devzone.folder / "流水.db"
    link.symlink_to(shared / "office.db")
    (shared / "office-evidence").rename(devzone.folder / "流水-evidence")
    devzone.ok("--db", link, "evidence", "--verify")


# Two clerks with a user each: only root can become both, in a process that has loaded all that it needs before.


class Clerk:
    """One of the clerks of an office; its own first group is not that of the office."""

    def __init__(self, devzone: Devzone, number: int) -> None:
        self._devzone = devzone
        self.number = number

    def __call__(self, *words: str | Path) -> Ran:
        """Run a command as this clerk, under the strictest umask."""
        read, write = os.pipe()
        if not (child := os.fork()):
            self.become()
            try:
                os.write(write, pickle.dumps(tuple(self._devzone(*words))))
            finally:
                os._exit(0)
        os.close(write)
        with os.fdopen(read, "rb") as said:
            ran = said.read()
        os.waitpid(child, 0)
        return Ran(*pickle.loads(ran))

    def ok(self, *words: str | Path) -> Ran:
        ran = self(*words)
        assert ran.code == 0, f"{words} -> {ran.code}\n{ran.err}"
        return ran

    def become(self) -> None:
        os.setgroups([OFFICE])
        os.setgid(MAIN + self.number)
        os.setuid(CLERKS[self.number])
        os.umask(0o077)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that everybody gets into; pytest's own lets nobody in."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def clerks(devzone: Devzone, place: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Clerk, Clerk]:
    """Two clerks, and in `place` a folder of their office, which belongs to neither."""
    if os.geteuid() != 0:
        pytest.skip("only root can become two clerks")
    folder = place / "office"
    folder.mkdir()
    os.chown(folder, 0, OFFICE)
    folder.chmod(0o2770)
    (place / "批复.pdf").write_bytes(b"approved")
    (place / "plan.yaml").write_bytes((shipped("data") / "measures.yaml").read_bytes())
    shutil.copytree(shipped("templates"), place / "templates")
    monkeypatch.setattr("sm_devzone.settings.shipped", lambda name: place / name)
    monkeypatch.setenv("DEVZONE_PLAN", str(place / "plan.yaml"))
    monkeypatch.setenv("XDG_CACHE_HOME", "/nonexistent")
    monkeypatch.chdir(place)
    monkeypatch.setenv("DEVZONE_DB", str(devzone.folder / "warm.db"))
    devzone.ok("init", "--group")
    devzone.ok(*DONE, place / "批复.pdf")
    devzone.ok("evidence", "--get", 1, "-o", devzone.folder / "out")
    devzone.ok("report", "-o", devzone.folder / "out")
    devzone("void", 99, "--reason", "没有")
    monkeypatch.setenv("DEVZONE_DB", str(folder / "office.db"))
    return Clerk(devzone, 0), Clerk(devzone, 1)


def test_two_clerks_of_one_group(clerks: tuple[Clerk, Clerk], place: Path) -> None:
    one, other = clerks
    folder = place / "office"
    done = ("update", "4", "--done", "--note", "完成", "--evidence", "批复.pdf", "--unit")
    assert "devzone init --group" in one.ok("update", "4", "--unit", "商务局", "--note", "甲").err
    refused = other("update", "4", "--unit", "商务局", "--note", "乙")
    assert (refused.code, refused.out) == (6, "")
    assert "devzone init --group" in refused.err
    assert other("init", "--group").code == 6  # it is not theirs

    os.chown(folder, CLERKS[0], OFFICE)
    one.ok("init", "--group")
    for turn, unit in enumerate(("三元", "大田", "永安", "沙县")):
        clerks[turn % 2].ok(*done, unit)
    for clerk in clerks:
        clerk.ok("evidence", "--verify")
        clerk.ok("check")
        for number in ("1", "2", "3", "4"):
            clerk.ok("evidence", "--get", number, "-o", f"office/out{clerk.number}{number}")
        clerk.ok("report", "-o", f"office/reports{clerk.number}")
    other.ok("init", "--group")
    assert {path.stat().st_gid for path in folder.rglob("*")} == {OFFICE}
    assert len(other.ok("history").lines) == 5


def test_a_killed_writer_leaves_what_the_other_clerk_can_roll_back(clerks: tuple[Clerk, Clerk], place: Path) -> None:
    one, other = clerks
    folder = place / "office"
    os.chown(folder, CLERKS[0], OFFICE)
    one.ok("init", "--group")
    if not (child := os.fork()):
        one.become()
        file = sqlite3.connect(folder / "office.db", isolation_level=None)
        file.execute("PRAGMA cache_size = 1")
        file.execute("BEGIN IMMEDIATE")
        for number in range(200):
            file.execute(f"CREATE TABLE t{number} (a)")
        os._exit(9)
    os.waitpid(child, 0)
    assert (folder / "office.db-journal").stat().st_gid == OFFICE
    other.ok("update", "4", "--unit", "商务局", "--note", "乙")
    assert len(one.ok("history").lines) == 1
