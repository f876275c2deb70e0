"""Backup and restore: one moment, read back, laid out in one step; whatever happens leaves nothing half."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sm_devzone import files
from sm_devzone.storage import backup
from tests.conftest import Devzone

MANIFEST = backup.MANIFEST


@pytest.fixture
def office(devzone: Devzone, tmp_path: Path) -> Devzone:
    """A journal with two files of evidence, one of them of an entry that is void by now."""
    for number, words in enumerate(["批复", "照片"], 1):
        proof = tmp_path / f"{words}.pdf"
        proof.write_bytes(bytes(Random(number).randbytes(300_000)))
        devzone.ok("update", 4, "--unit", "商务局", "--note", words, "--evidence", proof)
    devzone.ok("void", 2, "--reason", "登错了")
    return devzone


def backed_up(office: Devzone, *words: str | Path) -> Path:
    (line,) = office.ok("backup", *words).out.splitlines()
    return Path(line)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".devzone-")]


def test_what_was_backed_up_comes_out_again(office: Devzone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = tmp_path / "own-templates"
    own.mkdir()
    (own / "report.md").write_text("自己的模板\n", encoding="utf-8")
    monkeypatch.setenv("DEVZONE_TEMPLATES", str(own))
    ran = office.ok("backup")
    (line,) = ran.out.splitlines()
    archive = Path(line)
    assert archive.parent == Path("backups")
    assert archive.name == "devzone-20261123-090000.zip"
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert "备份了事实 6 件、佐证材料 2 份，读回来核对过；封签 6-" in ran.err
    ran = office.ok("restore", archive, "-o", "恢复的")
    assert ran.out == "恢复的\n"
    assert "恢复了 2026-11-23 09:00 的备份：事实 6 件、佐证材料 2 份，都核对过" in ran.err
    there = Path("恢复的")
    assert (there / "templates" / "report.md").read_text("utf-8") == "自己的模板\n"
    assert (there / "plans" / "measures.yaml").is_file()
    assert stat.S_IMODE((there / "devzone.db").stat().st_mode) == 0o600
    assert stat.S_IMODE(there.stat().st_mode) == 0o700
    monkeypatch.delenv("DEVZONE_TEMPLATES")
    history = office.ok("history").out
    seal = office.ok("seal").out
    restored = ("--db", there / "devzone.db")
    assert office.ok(*restored, "history").out == history
    assert office.ok(*restored, "seal").out == seal
    office.ok(*restored, "evidence", "--verify")
    assert f"devzone --db {there / 'devzone.db'} --plan {there / 'plans' / 'measures.yaml'}" in ran.err
    assert hidden(tmp_path) == []
    assert hidden(archive.parent) == []


def test_it_can_be_read_without_devzone(office: Devzone, tmp_path: Path) -> None:
    archive = backed_up(office, "-o", tmp_path / "all.zip")
    assert archive == tmp_path / "all.zip"
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        said = json.loads(opened.read(MANIFEST))
        assert sorted(opened.namelist()) == sorted([MANIFEST, *(part["name"] for part in said["files"])])
        assert said["schema"] == "devzone/backup/1"
        assert said["seal"]["code"] == office.ok("seal").lines[0][2]


def test_nothing_is_written_over(office: Devzone) -> None:
    first, second = backed_up(office), backed_up(office)
    assert [first.name, second.name] == ["devzone-20261123-090000.zip", "devzone-20261123-090000-incremental.zip"]
    third = backed_up(office, "-o", first)
    assert third.name == "devzone-20261123-090000(2).zip"


def test_what_has_not_changed_is_left_out(office: Devzone, tmp_path: Path) -> None:
    whole = backed_up(office)
    office.at("2026-11-24")
    proof = tmp_path / "新的.pdf"
    proof.write_bytes(b"%PDF")
    office.ok("update", 4, "--unit", "商务局", "--note", "新的", "--evidence", proof)
    ran = office.ok("backup")
    more = Path(ran.out.strip())
    assert f"还要同一个文件夹里的 {whole.name}" in ran.err
    assert more.stat().st_size < whole.stat().st_size / 2
    office.ok("restore", more, "-o", "恢复的")
    assert len(list(Path("恢复的/devzone-evidence").rglob("*/*"))) == 3
    office.ok("--db", "恢复的/devzone.db", "evidence", "--verify")
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(more, alone)
    ran = office("restore", alone / more.name, "-o", "又一次")
    assert (ran.code, ran.out) == (1, "")
    assert f"这是增量备份，还要 {whole.name}，旁边没有它" in ran.err
    assert not Path("又一次").exists()


def test_a_base_that_was_damaged_is_none(office: Devzone) -> None:
    whole = backed_up(office)
    content = bytearray(whole.read_bytes())
    content[content.index(b"devzone-evidence/") + 400] ^= 1
    whole.write_bytes(content)
    ran = office.ok("backup")
    assert "备份已损坏（devzone-evidence/" in ran.err
    assert "没有用它" in ran.err
    assert Path(ran.out.strip()).name == "devzone-20261123-090000(2).zip"
    office.ok("restore", ran.out.strip(), "-o", "恢复的")


def test_another_journal_is_no_base(office: Devzone, tmp_path: Path) -> None:
    backed_up(office)
    other = tmp_path / "other.db"
    proof = tmp_path / "批复.pdf"
    office.at("2026-11-24").ok("--db", other, "update", 4, "--unit", "商务局", "--note", "甲", "--evidence", proof)
    assert "incremental" not in office.ok("--db", other, "backup").out


@pytest.mark.parametrize("what", ["folder", "link to nowhere", "pipe", "no zip", "unreadable"])
def test_what_is_no_backup_beside_it_is_passed_over(
    office: Devzone, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    whole = backed_up(office)
    beside = whole.with_name("旧备份.zip")
    if what == "folder":
        beside.mkdir()
    elif what == "link to nowhere":
        beside.symlink_to("/nowhere.zip")
    elif what == "pipe":
        os.mkfifo(beside)
    else:
        beside.write_bytes(b"PK or not")
    if what == "unreadable":
        opened = files.opened

        def refused(path: Path) -> Any:
            if path == beside:
                raise PermissionError(errno.EACCES, "not yours")
            return opened(path)

        monkeypatch.setattr(files, "opened", refused)
    assert office.ok("backup").out.strip().endswith("-incremental.zip")


@pytest.mark.parametrize("what", ["pipe", "/dev/zero"])
def test_what_may_never_end_is_not_read(office: Devzone, what: str) -> None:
    if what == "pipe":
        os.mkfifo("pipe")
    ran = office("restore", what, "-o", "恢复的")
    assert (ran.code, ran.out) == (1, "")
    assert f"备份读不了（不是普通文件）：{what}" in ran.err


@pytest.mark.parametrize("there", ["a file", "a folder with something in it"])
def test_only_into_an_empty_place(office: Devzone, tmp_path: Path, there: str) -> None:
    archive = backed_up(office)
    place = tmp_path / "place"
    if there == "a file":
        place.write_text("")
    else:
        place.mkdir()
        (place / "kept").write_text("")
    ran = office("restore", archive, "-o", place)
    assert (ran.code, ran.out) == (2, "")
    assert "不是空的，没有恢复" in ran.err
    assert not (place / "devzone.db").exists()


def test_into_an_empty_folder(office: Devzone, tmp_path: Path) -> None:
    (tmp_path / "place").mkdir()
    office.ok("restore", backed_up(office), "-o", tmp_path / "place")
    assert (tmp_path / "place" / "devzone.db").is_file()


def test_a_journal_that_was_altered_is_not_backed_up(office: Devzone) -> None:
    with closing(sqlite3.connect(office.db)) as file:
        file.execute("DROP TRIGGER entry_refuses_update")
        file.execute("UPDATE entry SET note = '改' WHERE id = 1")
        file.commit()
    ran = office("backup")
    assert (ran.code, ran.out) == (6, "")
    assert f"和记下时不一样：{office.db}" in ran.err
    assert list(Path("backups").iterdir()) == []


def test_evidence_that_was_lost_is_told_and_the_rest_is_kept(office: Devzone) -> None:
    (one, other) = sorted(path for path in (office.db.parent / "devzone-evidence").rglob("*") if path.is_file())
    one.unlink()
    ran = office.ok("backup")
    assert "备份里没有佐证材料" in ran.err
    assert "文件不见了" in ran.err
    ran = office.ok("restore", ran.out.strip(), "-o", "恢复的")
    assert "在做备份以前就没有了" in ran.err
    assert [path.name for path in Path("恢复的/devzone-evidence").rglob("*") if path.is_file()] == [other.name]


@pytest.mark.of_a_file("on a server an office is there before anything is recorded")
def test_nothing_to_back_up(devzone: Devzone) -> None:
    ran = devzone("backup")
    assert (ran.code, ran.out) == (6, "")
    assert not Path("backups").exists()


def test_a_plan_with_faults_is_backed_up_as_it_is(office: Devzone, tmp_path: Path) -> None:
    path = office.plan("policy: [")
    archive = backed_up(office, "-o", tmp_path / "all.zip")
    office.ok("restore", archive, "-o", "恢复的")
    assert Path("恢复的/plans/plan.yaml").read_bytes() == path.read_bytes()


def test_in_wal_the_last_entries_are_in_it(office: Devzone, tmp_path: Path) -> None:
    with closing(sqlite3.connect(office.db)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("PRAGMA wal_autocheckpoint = 0")
        office.ok("update", 4, "--unit", "商务局", "--note", "还在旁边的文件里")
        archive = backed_up(office, "-o", tmp_path / "all.zip")
    office.ok("restore", archive, "-o", "恢复的")
    assert "还在旁边的文件里" in office.ok("--db", "恢复的/devzone.db", "history").out
    assert sorted(path.name for path in Path("恢复的").iterdir()) == ["devzone-evidence", "devzone.db", "plans"]


def with_manifest(archive: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    made = archive.with_name("changed.zip")
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(made, "w") as new:
        said = json.loads(old.read(MANIFEST))
        change(said)
        for name in old.namelist():
            new.writestr(name, json.dumps(said) if name == MANIFEST else old.read(name))
    return made


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda said: said["files"][0].update(name="../out"), "不是 devzone 的备份"),
        (lambda said: said["files"][0].update(name="/etc/passwd"), "不是 devzone 的备份"),
        (lambda said: said["files"][0].update(name="plans/../../x"), "不是 devzone 的备份"),
        (lambda said: said["files"][0].update(size=3), "已损坏"),
        (lambda said: said["files"][0].update(size="3"), "已损坏"),
        (lambda said: said["files"][0].update(sha256="0" * 64), "已损坏"),
        (lambda said: said["files"].pop(0), "缺佐证材料"),
        (lambda said: said["seal"].update(number=5), "和它的封签不符"),
        (lambda said: said.update(base="../x.zip"), "不是 devzone 的备份"),
        (lambda said: said.update(made_at="gestern"), "不是 devzone 的备份"),
        (lambda said: said.pop("files"), "不是 devzone 的备份"),
        (lambda said: said.update(schema="devzone/backup/2"), "更新的 devzone"),
    ],
)
def test_what_is_no_backup_is_refused(
    office: Devzone, tmp_path: Path, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    made = with_manifest(backed_up(office, "-o", tmp_path / "all.zip"), change)
    ran = office("restore", made, "-o", "恢复的")
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err
    assert not Path("恢复的").exists()
    assert hidden(tmp_path) == []


@pytest.mark.parametrize("content", [b"", b"PK\3\4 no", b"text"])
def test_what_is_no_archive_is_refused(office: Devzone, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some.zip"
    path.write_bytes(content)
    ran = office("restore", path, "-o", "恢复的")
    assert (ran.code, ran.out) == (1, "")
    assert "不是 devzone 的备份" in ran.err
    assert "没有这份备份" in office("restore", "nothing.zip", "-o", "恢复的").err


def test_every_bit_of_an_archive_counts(office: Devzone, tmp_path: Path) -> None:
    """A byte changed anywhere is told, or changes nothing that comes out."""
    archive = backed_up(office, "-o", tmp_path / "all.zip")
    whole = archive.read_bytes()
    office.ok("restore", archive, "-o", "whole")
    expected = contents(Path("whole"))
    chance = Random(5)
    for number in range(40):
        content = bytearray(whole)
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        archive.write_bytes(content)
        ran = office("restore", archive, "-o", f"out{number}")
        assert ran.code in (0, 1)
        if ran.code == 0:
            assert contents(Path(f"out{number}")) == expected
        else:
            assert not Path(f"out{number}").exists()


def limited_to(most: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def test_a_full_disk_leaves_nothing(office: Devzone, run_process: Callable[..., Any]) -> None:
    """A limit on the size of files stands for the disk: the copy of the journal, the archive, what is restored."""
    archive = backed_up(office)
    for words, place in ((["backup", "-o", "voll"], "voll"), (["restore", str(archive), "-o", "hier"], "hier")):
        for most in (20_000, 200_000, 400_000):
            ran = run_process(
                *words,
                env={"PYTHONDONTWRITEBYTECODE": "1"},  # it would be cut off as well, and stay so
                preexec_fn=partial(limited_to, most),
            )
            err = ran.stderr.decode()
            if ran.returncode == 0:
                assert place == "hier"
                shutil.rmtree(place)
                continue
            assert ran.returncode == 1, err
            assert ran.stdout == b""
            assert "Traceback" not in err
            assert not Path("hier").exists()
            assert not Path("voll").exists() or list(Path("voll").iterdir()) == []
            assert hidden(Path()) == []


def killed_at(words: list[str], env: dict[str, str], after: float) -> int:
    process = subprocess.Popen(
        [sys.executable, "-m", "sm_devzone", *words], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.kill()
    return process.wait()


@pytest.mark.slow
def test_a_kill_leaves_nothing_half(office: Devzone) -> None:
    """At some moments of each; benchmarks/storm.py tries more."""
    env = {**os.environ}
    begin = time.perf_counter()
    assert killed_at(["backup", "-o", "first"], env, 60) == 0
    whole = time.perf_counter() - begin
    (archive,) = Path("first").glob("*.zip")
    chance = Random(3)
    for number in range(12):
        killed_at(["backup", "-o", "killed"], env, chance.uniform(whole / 3, whole))
        for path in Path("killed").glob("*.zip") if Path("killed").exists() else ():
            office.ok("restore", path, "-o", f"from{number}-{path.stem}")
        killed_at(["restore", str(archive), "-o", f"killed{number}"], env, chance.uniform(whole / 3, whole))
        if Path(f"killed{number}").exists():
            office.ok("--db", f"killed{number}/devzone.db", "evidence", "--verify")
            office.ok("--db", f"killed{number}/devzone.db", "check")
    office.ok("backup", "-o", "killed")
    office.ok("restore", archive, "-o", "last")
    assert hidden(Path("killed")) == []
    assert hidden(Path()) == []


@pytest.mark.slow
def test_with_writers_beside(office: Devzone) -> None:
    """Every backup that is made while others record is one state, and nobody is refused."""
    env = {**os.environ}
    command = [sys.executable, "-m", "sm_devzone"]
    writers = [
        subprocess.Popen([*command, "update", "4", "--unit", "商务局", "--note", f"第{number}条"], env=env)
        for number in range(8)
    ]
    archives = [backed_up(office, "-o", f"{number}.zip") for number in range(4)]
    assert [writer.wait() for writer in writers] == [0] * 8
    for number, archive in enumerate(archives):
        office.ok("restore", archive, "-o", f"out{number}")
        office.ok("--db", f"out{number}/devzone.db", "check")
    assert len(office.ok("history", "--as-of", "2999-12-31").lines) == 11
