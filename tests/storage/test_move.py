"""A journal that moves to a server and back: the same to the byte, and half a move is none."""

from __future__ import annotations

import hashlib
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sm_devzone.storage import move, tables
from tests.conftest import Devzone
from tests.storage.conftest import connected

pytestmark = [pytest.mark.xdist_group("server"), pytest.mark.of_a_file("it moves, and back into another")]

UNIT = "市商务局"
LISTS = (("export", "journal"), ("seal",), ("history", "--json"), ("status", "--json"), ("notice", "--list"), ("plan",))


@pytest.fixture
def place(url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty database; the journal is a file, as DEVZONE_DB says nothing."""
    monkeypatch.delenv("DEVZONE_DB")
    return url


@pytest.fixture
def office(devzone: Devzone, tmp_path: Path) -> Devzone:
    """A journal with a fact of every sort, odd characters, two files of evidence, one entry void."""
    for number, words in enumerate(["批复\t“引号”\\ 😀", "误报"], 1):
        proof = tmp_path / f"{number}.pdf"
        proof.write_bytes(b"%PDF" + bytes(range(256)) * number)
        devzone.ok("update", 4, "--unit", UNIT, "--note", words, "--progress", number, "--evidence", proof)
    devzone.ok("void", 2, "--reason", "登错了")
    devzone.ok("assign", 4, "--unit", "市林业局", "--reason", "会议纪要")
    devzone.ok("send", "--unit", UNIT, "-o", tmp_path / "forms")
    devzone.ok("notice", "--unit", "财政局", "-o", tmp_path / "out")
    devzone.ok("report", "--number", 1, "--format", "md", "-o", tmp_path / "out")
    return devzone


def told(devzone: Devzone, where: str | Path) -> list[str]:
    return [devzone.ok("--db", where, *words).out for words in LISTS]


def tables_of(where: str) -> list[str]:
    with connected(where) as connection:
        return [row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]


def test_there_and_back_again(office: Devzone, place: str, tmp_path: Path) -> None:
    """Every list is the same to the byte on both sides, whatever was added in between."""
    before = told(office, office.db)
    ran = office.ok("move", "--to", place)
    assert ran.out == re.sub(r"office@|\?.*", "", place) + "\n"
    assert "佐证材料 2 份，搬过去读回来核对过；两边封签都是" in ran.err
    assert told(office, place) == told(office, office.db) == before
    office.ok("--db", place, "evidence", "--verify")
    office.ok("--db", place, "check")
    office.ok("--db", place, "report", "--verify", 1)

    proof = tmp_path / "新的.pdf"
    proof.write_bytes(b"on the server")
    office.ok("--db", place, "update", 4, "--unit", UNIT, "--note", "服务器上登记的", "--evidence", proof)
    assert office.ok("--db", place, "history").lines[0][0] == "5"  # numbers go on where the file left off
    on_server = told(office, place)
    back = tmp_path / "back.db"
    office.ok("--db", place, "move", "--to", back)
    assert told(office, back) == on_server
    office.ok("--db", back, "evidence", "--verify")
    office.ok("--db", back, "update", 4, "--unit", UNIT, "--note", "又在文件里")
    assert len(list((tmp_path / "back-evidence").rglob("*/*"))) == 3


def test_what_was_moved_away_is_only_read(office: Devzone, place: str, tmp_path: Path) -> None:
    office.ok("move", "--to", place)
    proof = tmp_path / "1.pdf"
    for words in (
        ("update", 4, "--unit", UNIT, "--note", "旧文件"),
        ("update", 4, "--unit", UNIT, "--note", "旧文件", "--evidence", proof),
        ("move", "--to", tmp_path / "again.db"),
    ):
        ran = office(*words)
        assert (ran.code, ran.out) == (5, "")
        assert "这本流水 2026-11-23 搬到了 postgresql+psycopg:///" in ran.err
        assert "用搬去的那一本登记" in ran.err
    assert "这里看到的是搬走以前的" in office.ok("status").err
    assert "搬到了" not in office.ok("--db", place, "status").err
    office.ok("--db", place, "move", "--to", tmp_path / "back.db")
    ran = office("--db", place, "update", 4, "--unit", UNIT, "--note", "旧服务器", "--evidence", proof)
    assert (ran.code, ran.out) == (5, "")
    assert f"搬到了 {tmp_path / 'back.db'}" in ran.err


def test_where_it_went_is_told_whole(office: Devzone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A name that was typed as it is called from one folder is none in another."""
    office.ok("move", "--to", "新的.db")
    (tmp_path / "别处").mkdir()
    monkeypatch.chdir(tmp_path / "别处")
    assert f"搬到了 {tmp_path / '新的.db'}" in office.ok("status").err


def test_one_office_moves_into_the_schema_of_another_server(office: Devzone, place: str, tmp_path: Path) -> None:
    """Beside others that are there, and out again."""
    for name in ("shaxian", "永安"):
        office.ok("--db", place, "office", "create", name)
    other = f"{place}&office=shaxian"
    office.ok("--db", other, "update", 4, "--unit", UNIT, "--note", "别的办公室")
    before, others = told(office, office.db), told(office, other)
    office.ok("move", "--to", f"{place}&office=永安")
    assert told(office, f"{place}&office=永安") == before
    assert told(office, other) == others
    ran = office("--db", place, "--office", "永安", "move", "--to", other)
    assert (ran.code, ran.out) == (2, "")
    ran = office("--db", place, "--office", "永安", "move", "--to", f"{place}&office=none")
    assert (ran.code, ran.out) == (6, "")
    office.ok("--db", place, "--office", "永安", "move", "--to", tmp_path / "back.db")
    assert told(office, tmp_path / "back.db") == before


def test_a_place_that_is_not_empty_is_refused(office: Devzone, place: str, tmp_path: Path) -> None:
    office.ok("--db", place, "update", 4, "--unit", UNIT, "--note", "别的一本")
    before = told(office, place), told(office, office.db)
    ran = office("move", "--to", place)
    assert (ran.code, ran.out) == (2, "")
    assert "那里已经有一本别的流水" in ran.err
    for where in (office.db, tmp_path / "home" / ".." / "home" / "data" / "devzone" / "devzone.db"):
        ran = office("move", "--to", where)
        assert (ran.code, ran.out) == (2, "")
        assert "就是现在的流水" in ran.err
    assert (told(office, place), told(office, office.db)) == before


def test_where_nothing_can_be_put_or_taken(office: Devzone, tmp_path: Path) -> None:
    assert office("move").code == 2
    ran = office("move", "--to", tmp_path / "no folder" / "new.db")
    assert (ran.code, ran.out) == (6, "")
    assert "没有文件夹" in ran.err
    ran = office("move", "--to", f"postgresql+psycopg://office:s3cret@/devzone?host={tmp_path}")
    assert (ran.code, ran.out) == (6, "")
    assert "s3cret" not in ran.err
    ran = office("--db", tmp_path / "none.db", "move", "--to", tmp_path / "new.db")
    assert (ran.code, ran.out) == (6, "")
    assert not (tmp_path / "none.db").exists()
    office.ok("--db", tmp_path / "empty.db", "init")
    ran = office("--db", tmp_path / "empty.db", "move", "--to", tmp_path / "new.db")
    assert (ran.code, ran.out) == (2, "")
    assert not (tmp_path / "new.db").exists()
    office.ok("update", 4, "--unit", UNIT, "--note", "什么也没有变")


def test_a_journal_that_was_altered_is_not_moved(office: Devzone, place: str) -> None:
    with closing(sqlite3.connect(office.db)) as file:
        file.executescript("DROP TRIGGER entry_refuses_update; UPDATE entry SET progress = 99 WHERE id = 1")
    ran = office("move", "--to", place)
    assert (ran.code, ran.out) == (6, "")
    assert "流水 1 号）和记下时不一样" in ran.err
    assert tables_of(place) == []


def test_evidence_that_is_lost_is_told_and_the_rest_moves(office: Devzone, place: str, tmp_path: Path) -> None:
    sha256 = hashlib.sha256((tmp_path / "1.pdf").read_bytes()).hexdigest()
    (office.db.parent / "devzone-evidence" / sha256[:2] / sha256).unlink()
    ran = office.ok("move", "--to", place)
    assert "文件不见了" in ran.err
    assert "佐证材料 1 份" in ran.err
    assert office("--db", place, "evidence", "--verify").err.count("文件不见了") == 1


@pytest.mark.parametrize("to_server", [True, False])
@pytest.mark.parametrize("is_kept", [False, True])
def test_a_move_that_is_interrupted_leaves_nothing(
    office: Devzone, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_kept: bool, to_server: bool
) -> None:
    """Once all is copied; or when it is kept, and only the source could not be told: the next run sees that."""
    before = office.db.read_bytes()
    target = place if to_server else tmp_path / "new.db"
    real: Any = move._filled if is_kept else tables.copy_facts

    def interrupted(*words: Any) -> None:
        real(*words)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(*((move, "_filled") if is_kept else (tables, "copy_facts")), interrupted)
        assert office("move", "--to", target).code == 130
    assert office.db.read_bytes() == before
    if not is_kept:
        assert tables_of(place) == []
        assert list(tmp_path.glob("new*")) == []
        office.ok("update", 4, "--unit", UNIT, "--note", "还能登记")
    ran = office.ok("move", "--to", target)
    assert ("上次已经搬过去了" in ran.err) == is_kept
    assert told(office, target) == told(office, office.db)
    assert office("update", 4, "--unit", UNIT, "--note", "旧的").code == 5


def test_a_move_that_is_killed_leaves_an_empty_place(office: Devzone, place: str, tmp_path: Path) -> None:
    """Killed when all of it is written and nothing is kept yet."""
    program = (
        "import os, signal, sys\n"
        "from sm_devzone import cli\n"
        "from sm_devzone.storage import tables\n"
        "real = tables.copy_facts\n"
        "def killed(*words):\n"
        "    real(*words)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "tables.copy_facts = killed\n"
        "sys.exit(cli.main(sys.argv[1:]))\n"
    )
    before = told(office, office.db)
    for target in (place, str(tmp_path / "new.db")):
        ran = subprocess.run([sys.executable, "-c", program, "move", "--to", target], check=False, capture_output=True)
        assert ran.returncode == -signal.SIGKILL
        assert told(office, office.db) == before
        assert office.ok("--db", target, "history").out == ""
    office.ok("move", "--to", tmp_path / "new.db")
    assert told(office, tmp_path / "new.db") == before
