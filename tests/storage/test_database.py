"""Where a journal lies and how it is opened: nothing is made by looking, and what is not ours is left alone."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sm_devzone.errors import DatabaseUnusable
from sm_devzone.storage import database
from sm_devzone.storage.database import Database

COUNT = "SELECT count(*) FROM entry"
INSERT = (
    "INSERT INTO entry (kind, policy, measure, unit, milestone, period, happened_on, recorded_at, recorded_by, source)"
    " VALUES ('update', 'p', 4, '市商务局', '', '', '2026-11-23', '2026-11-23T01:00:00Z', '小林', 'cli')"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal" / "devzone.db"


@pytest.fixture
def db(path: Path) -> Database:
    """A journal with one entry."""
    db = Database(str(path))
    write(db)
    return db


def write(db: Database, entries: int = 1) -> None:
    with db.writing() as connection:
        for _ in range(entries):
            connection.exec_driver_sql(INSERT)


def count(db: Database) -> int:
    with db.reading() as run:
        rows = run(COUNT, {})
    return int(rows[0][0]) if rows else 0


def foreign(path: Path, *statements: str) -> bytes:
    """Make a database of some other program; return its bytes."""
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path)) as file:
        for statement in statements:
            file.execute(statement)
        file.commit()
    return path.read_bytes()


def test_reading_where_there_is_nothing_finds_nothing_and_makes_nothing(path: Path) -> None:
    db = Database(str(path))
    assert db.is_blank
    assert count(db) == 0
    db.verify()
    assert not path.parent.exists()


def test_an_empty_file_is_no_database_yet(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    db = Database(str(path))
    assert db.is_blank
    assert count(db) == 0
    assert path.read_bytes() == b""
    write(db)
    assert count(db) == 1


def test_the_first_write_makes_file_and_folder_for_their_owner_only(db: Database, path: Path) -> None:
    assert not db.is_blank
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["devzone.db"]


def test_all_of_a_write_is_kept_or_nothing(db: Database) -> None:
    with pytest.raises(DatabaseUnusable), db.writing() as connection:
        assert [connection.exec_driver_sql(sql) for sql in (INSERT, INSERT.replace("'小林'", "NULL"))]
    assert count(db) == 1


def test_one_writer_at_a_time(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.05)
    with db.writing() as connection:
        connection.exec_driver_sql(INSERT)
        with pytest.raises(DatabaseUnusable, match="正被别的程序写入"), db.writing():
            pytest.fail("two writers at once")
        assert count(db) == 1  # while reading goes on, with what there was before
    assert count(db) == 2


def test_all_reads_see_one_state(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.05)
    with db.reading() as run:
        assert run(COUNT, {}) == [(1,)]
        with pytest.raises(DatabaseUnusable, match="正被别的程序写入"):
            write(db)
        assert run(COUNT, {}) == [(1,)]
    write(db)
    assert count(db) == 2


@pytest.mark.parametrize(
    "name", ["流水 2026.db", "a?mode=ro.db", "a#b.db", "100%20.db", "~.db", ":memory:", "file:x.db"]
)
def test_a_path_is_a_path_whatever_is_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    for where in (name, f"sqlite:///{name}", f"sqlite:///{tmp_path}/{name}"):
        write(Database(where))
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert count(Database(str(tmp_path / name))) == 3


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE bookmarks (url TEXT)"],
        ["CREATE TABLE entry (id INTEGER PRIMARY KEY)"],
        ["CREATE TABLE users (id INTEGER)", "CREATE TABLE alembic_version (version_num TEXT)"],
        [
            "CREATE TABLE users (id INTEGER)",
            "CREATE TABLE alembic_version (version_num TEXT)",
            "INSERT INTO alembic_version VALUES ('0001')",
        ],
        [
            "CREATE TABLE users (id INTEGER)",
            "CREATE TABLE alembic_version (version_num TEXT)",
            "INSERT INTO alembic_version VALUES ('3f2b9c')",
        ],
    ],
    ids=["tables", "table of the same name", "alembic at base", "the same number of a step", "another step"],
)
def test_a_database_of_another_program_is_neither_read_nor_written(path: Path, statements: list[str]) -> None:
    before = foreign(path, *statements)
    db = Database(str(path))
    for use in (count, write):
        with pytest.raises(DatabaseUnusable, match="devzone") as refused:
            use(db)
        assert str(path) in refused.value.message
        assert refused.value.remedy
    assert path.read_bytes() == before


def test_reading_a_database_without_tables_makes_none(path: Path) -> None:
    before = foreign(path, "PRAGMA user_version = 7")
    db = Database(str(path))
    assert count(db) == 0
    assert path.read_bytes() == before
    write(db)
    assert count(db) == 1


def test_a_newer_journal_is_neither_read_nor_written(db: Database, path: Path) -> None:
    foreign(path, "UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    for use in (count, write):
        with pytest.raises(DatabaseUnusable, match=r"更新的 devzone.*9999"):
            use(db)
    assert path.read_bytes() == before


@pytest.mark.parametrize("kind", ["folder", "device", "pipe"])
def test_what_is_no_file_is_not_taken_for_a_blank_journal(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "place"
    if kind == "folder":
        place.mkdir()
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        place = Path("/dev/null")
    db = Database(str(place))
    assert not db.is_blank
    with pytest.raises(DatabaseUnusable):
        write(db)
    assert place.exists()
    assert not place.is_file()


@pytest.fixture
def damaged(db: Database, path: Path) -> Iterator[Database]:
    """The page of the table is gone, the head of the file is whole."""
    write(db, 50)
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * len(content[4096:])
    path.write_bytes(content)
    yield db
    assert path.read_bytes() == content


def test_damage_is_told_by_whoever_meets_it(damaged: Database) -> None:
    for use in (count, write, Database.verify):
        with pytest.raises(DatabaseUnusable, match="损坏") as told:
            use(damaged)
        assert "备份" in told.value.remedy


def test_damage_that_no_query_meets_is_found_by_verify(db: Database, path: Path) -> None:
    write(db, 50)
    db.verify()
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("PRAGMA writable_schema = ON")
        file.execute("DELETE FROM sqlite_master WHERE name = 'entry_voided'")
    with pytest.raises(DatabaseUnusable, match="损坏") as told:
        db.verify()
    assert "\n" not in told.value.message


def test_an_error_is_told_in_one_line_whatever_is_in_it(db: Database) -> None:
    with pytest.raises(DatabaseUnusable, match=r"no such table: \{0\} \{1\}"), db.reading() as run:
        run('SELECT * FROM "{0}\n{1}"', {})


def test_text_that_is_no_text_is_damage(db: Database, path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content.replace("小林".encode(), b"\xff" * 6))
    with pytest.raises(DatabaseUnusable, match="损坏"), db.reading() as run:
        run("SELECT recorded_by FROM entry", {})


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("mysql://host/db", "不支持"),
        ("postgres://host/db", "不支持"),
        ("sqlite://", "不支持"),
        ("sqlite+pysqlite:///other.db", "不支持"),
        ("sqlite://other.db", "不支持"),
        ("://", "不支持"),
        ("postgresql+psycopg://host:port/db", "写法"),
        ("postgresql+nothing://host/db", "写法"),
        ("postgresql+psycopg2://host/db", "驱动 psycopg2"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for use in (count, write):
        with pytest.raises(DatabaseUnusable, match=words) as told:
            use(Database(where))
        assert "\n" not in told.value.message
        assert "postgresql+psycopg://" in told.value.remedy
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "where",
    [
        "postgresql+psycopg://office:s3cret@host/devzone",
        "postgresql+psycopg://office:s3cret@@host/devzone",
        "postgresql+psycopg://host/devzone?user=office&password=s3cret",
    ],
)
def test_a_password_is_never_shown(where: str) -> None:
    assert str(Database(where)) == "postgresql+psycopg://host/devzone"
