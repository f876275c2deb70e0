"""The same journal on a PostgreSQL server: a short story, and what only a server can do wrong."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, Engine, event
from sqlmodel import SQLModel

from sm_devzone.domain.entry import Entry
from sm_devzone.errors import DatabaseUnusable
from sm_devzone.storage import chain, database, silence
from sm_devzone.storage.chain import ChainBroken, Walk
from sm_devzone.storage.database import Database
from sm_devzone.storage.journal import Journal, Reader
from tests.conftest import Devzone
from tests.forms import fill
from tests.storage import tampering
from tests.storage.conftest import connected

pytestmark = pytest.mark.xdist_group("server")  # its tests share one

UNIT = "市商务局"
TABLES = [
    "alembic_version",
    "bulletin",
    "bundle",
    "dispatch",
    "duty_row",
    "entry",
    "evidence",
    "evidence_file",
    "granted",
    "link",
    "notice",
    "plan_name",
    "plan_number",
    "plan_version",
]
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


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
    assert tables(url) == TABLES


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


def test_the_chain_is_the_same_on_both(devzone: Devzone, url: str, tmp_path: Path) -> None:
    """What was recorded at the same moments is one chain, wherever it lies; and what was altered is named."""
    proof = tmp_path / "批复.pdf"
    proof.write_bytes(b"%PDF")
    for where in (url, str(tmp_path / "file.db")):
        note = "第一条\t“引号”\\ 😀"
        devzone.ok("--db", where, "update", 4, "--unit", UNIT, "--note", note, "--progress", 5, "--evidence", proof)
        devzone.ok("--db", where, "report", "--number", 1, "--format", "md", "-o", tmp_path / "out")
    on_server, in_file = (devzone.ok("--db", where, "seal").out for where in (url, str(tmp_path / "file.db")))
    assert on_server == in_file
    assert "封签相符" in devzone.ok("check", "--sealed", in_file).out
    with connected(url) as connection:
        connection.execute("ALTER TABLE entry DISABLE TRIGGER ALL")
        connection.execute("UPDATE entry SET progress = 6")
    ran = devzone("check")
    assert (ran.code, ran.out) == (6, "")
    assert "第 2 件事实（流水 1 号）和记下时不一样" in ran.err


@pytest.mark.slow
def test_no_fact_of_any_table_is_changed_taken_out_or_put_in(
    devzone: Devzone, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "_CHUNK", 2)
    proof = tmp_path / "批复.pdf"
    proof.write_bytes(b"%PDF")
    devzone.ok("update", 4, "--unit", "三元", "--done", "--note", "完成", "--evidence", proof)
    devzone.ok("report", "--number", 1, "--format", "md", "-o", tmp_path / "out")
    devzone.ok("notice", "--unit", "建宁", "--format", "md", "-o", tmp_path / "out")
    devzone.ok("send", "--unit", UNIT, "-o", tmp_path / "out")
    devzone.ok("export", "bundle", "-o", tmp_path / "包.json")
    shutil.copy(Path(__file__).parents[2] / "data" / "measures.yaml", tmp_path / "plan.yaml")
    (tmp_path / "contacts.yaml").write_text("offices:\n- unit: 市商务局\n", "utf-8")
    devzone.ok("--plan", tmp_path / "plan.yaml", "collect", tmp_path / "包.json", "--yes")
    seal = Walk(Database(url)).seal
    assert seal.number == 7
    with connected(url) as connection:
        connection.execute("SET session_replication_role = replica")  # no guard and no foreign key is asked
        for table in chain.FACTS:
            connection.execute(f"CREATE TEMP TABLE kept AS TABLE {table}")
            done = 0
            for name, statement in tampering.acts(table):
                if not connection.execute(statement).rowcount:
                    continue
                done += 1
                with pytest.raises(ChainBroken) as broken:
                    Walk(Database(url))
                assert tampering.told(table) in broken.value.message, name
                connection.execute(f"DELETE FROM {table}")
                connection.execute(f"INSERT INTO {table} TABLE kept")
            connection.execute("DROP TABLE kept")
            assert done > len(SQLModel.metadata.tables[table].columns)
    assert Walk(Database(url)).seal == seal


def test_an_older_copy_in_its_place_is_told(devzone: Devzone, url: str) -> None:
    for note in ("甲", "乙"):
        devzone.ok("update", 4, "--unit", UNIT, "--note", note)
    with connected(url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM link WHERE id = 3")
        connection.execute("DELETE FROM entry WHERE id = 2")
    ran = devzone("check")
    assert (ran.code, ran.out) == (6, "")
    assert "这是较早的一份流水，只到第 2 件事实：在这里见过第 3 件事实" in ran.err


def test_a_schema_in_which_others_may_make_functions_is_told(devzone: Devzone, url: str) -> None:
    """One that fits better than PostgreSQL's own would run as whoever asks."""
    devzone.ok("update", 4, "--unit", UNIT, "--note", "甲")
    assert "REVOKE" not in devzone.ok("check").err
    with connected(url) as connection:
        connection.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
    assert "REVOKE CREATE ON SCHEMA public FROM PUBLIC" in devzone.ok("check").err


def test_tables_of_others_are_left_alone(devzone: Devzone, url: str) -> None:
    with connected(url) as connection:
        connection.execute("CREATE TABLE invoices (id int)")
    devzone.ok("update", 4, "--unit", UNIT, "--note", "甲")
    assert tables(url) == sorted([*TABLES, "invoices"])


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
        connection.execute("GRANT SELECT, INSERT ON entry, evidence, link, plan_version TO clerk")
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


@pytest.mark.parametrize("level", ["read committed", "repeatable read", "serializable"])
def test_what_is_decided_rests_on_what_was_there_when_the_lock_was_had(
    devzone: Devzone, url: str, server: Path, monkeypatch: pytest.MonkeyPatch, level: str
) -> None:
    """Whatever the server's default: two who report one duty as done at one moment, and one of them is told."""
    devzone.ok("update", 4, "--unit", UNIT, "--note", "甲")
    name = url.partition("@/")[2].partition("?")[0]
    with connected(url) as connection:
        connection.execute(f"""ALTER DATABASE "{name}" SET default_transaction_isolation = '{level}'""")
        assert connection.execute("SHOW default_transaction_isolation").fetchone() is not None
    started, go = threading.Event(), threading.Event()
    outcome: list[object] = []

    def first(reader: Reader) -> list[Entry]:
        started.set()
        go.wait(5)
        return [report("先到")] if reader.count(date.max) == 1 else []

    def second(reader: Reader) -> list[Entry]:
        return [report("后到")] if reader.count(date.max) == 1 else []

    def write(decide: Any) -> None:
        outcome.append([entry.note for entry in Journal(Database(url)).append(decide, NOW)])

    writers = [threading.Thread(target=write, args=[first]), threading.Thread(target=write, args=[second])]
    writers[0].start()
    started.wait(5)
    writers[1].start()
    with connected(url) as connection:  # until the second waits for the lock
        while not connection.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").fetchone():
            time.sleep(0.01)
    go.set()
    for writer in writers:
        writer.join()
    assert sorted(map(str, outcome)) == ["['先到']", "[]"]


def test_waiting_for_another_writer_has_an_end(devzone: Devzone, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    devzone.ok("update", 4, "--unit", UNIT, "--note", "甲")
    monkeypatch.setattr(database, "WAIT_SECONDS", 1)
    with psycopg.connect(url.replace("+psycopg", "")) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtext('devzone'))")
        ran = devzone("update", 4, "--unit", UNIT, "--note", "乙")
        assert (ran.code, ran.out) == (6, "")
        assert "数据库正被别的程序写入，等了 1 秒" in ran.err
        assert len(devzone.ok("history").lines) == 1  # reading waits for no writer
    devzone.ok("update", 4, "--unit", UNIT, "--note", "乙")


def test_a_writer_that_is_gone_holds_nobody_up_for_long(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "LOST_SECONDS", 1)
    journal, started, over = Journal(Database(url)), threading.Event(), threading.Event()
    journal.append(lambda _: [report("甲")], NOW)
    outcome: list[str] = []

    def asleep(_: Reader) -> list[Entry]:
        started.set()
        over.wait(20)
        return [report("睡着了")]

    def write() -> None:
        try:
            Journal(Database(url)).append(asleep, NOW)
        except DatabaseUnusable as told:
            outcome.append(told.message)

    sleeper = threading.Thread(target=write)
    sleeper.start()
    started.wait(5)
    journal.append(lambda _: [report("乙")], NOW)
    over.set()
    sleeper.join()
    assert len(outcome) == 1
    assert "数据库用不了" in outcome[0]
    with journal.reading() as reader:
        assert [entry.note for entry in reader.entries(date.max)] == ["乙", "甲"]


def test_reading_while_another_changes_the_tables_has_an_end(
    devzone: Devzone, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    devzone.ok("update", 4, "--unit", UNIT, "--note", "甲")
    monkeypatch.setattr(database, "WAIT_SECONDS", 1)
    with psycopg.connect(url.replace("+psycopg", "")) as other:
        other.execute("LOCK TABLE entry")
        ran = devzone("status")
        assert (ran.code, ran.out) == (6, "")
        assert "等了 1 秒" in ran.err


def test_a_server_that_accepts_and_says_nothing_is_not_waited_for(
    devzone: Devzone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(database.OF_A_SERVER, "connect_timeout", 2)
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        where = f"postgresql+psycopg://office@127.0.0.1:{silent.getsockname()[1]}/devzone"
        for command in (["status"], ["update", 4, "--unit", UNIT, "--note", "甲"]):
            begin = time.monotonic()
            ran = devzone("--db", where, *command)
            assert (ran.code, ran.out) == (6, "")
            assert "数据库没有回答" in ran.err
            assert time.monotonic() - begin < 4


@pytest.fixture
def stop() -> Iterator[Callable[[Connection], None]]:
    """Stops the process of the server that serves a connection, as if its machine had been put to sleep."""
    stopped: list[int] = []

    def stop(connection: Connection) -> None:
        stopped.append(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
        os.kill(stopped[-1], signal.SIGSTOP)

    yield stop
    for pid in stopped:
        os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("verb", ["status", "check", "update"])
def test_a_server_that_stops_in_the_middle_is_not_waited_for(
    devzone: Devzone, url: str, monkeypatch: pytest.MonkeyPatch, stop: Callable[[Connection], None], verb: str
) -> None:
    devzone.ok("update", 4, "--unit", UNIT, "--note", "甲")
    monkeypatch.setattr(database, "SILENT_SECONDS", 0.5)
    monkeypatch.setattr(Database, "_bound_waits", staticmethod(stop))
    ran = devzone(verb, *((4, "--unit", UNIT, "--note", "乙") if verb == "update" else ()))
    assert (ran.code, ran.out) == (6, "")
    assert "数据库答到一半没有声音了，等了 0.5 秒" in ran.err
    assert len(ran.err.splitlines()) == 2


def test_whoever_recorded_while_the_server_stopped_is_told_to_look(
    devzone: Devzone, url: str, monkeypatch: pytest.MonkeyPatch, stop: Callable[[Connection], None]
) -> None:
    devzone.ok("update", 4, "--unit", UNIT, "--note", "甲")
    monkeypatch.setattr(database, "SILENT_SECONDS", 0.5)
    event.listen(Engine, "commit", stop)
    try:
        ran = devzone("update", 4, "--unit", UNIT, "--note", "乙")
    finally:
        event.remove(Engine, "commit", stop)
    assert (ran.code, ran.out) == (6, "")
    assert "刚才在登记的，先用 devzone history 看登记上了没有" in ran.err


@pytest.mark.parametrize(
    ("heard", "is_given_up"),
    [
        pytest.param([0, 0, 1, 0, 0, 2, 0, 0, 1], False, id="each byte begins anew"),
        pytest.param([1, 0, 0, 0], True, id="nothing for three intervals"),
    ],
)
def test_what_is_bounded_is_silence(heard: list[int], is_given_up: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "SILENT_SECONDS", 0.3)

    def answer() -> Iterator[str]:
        for _ in heard:
            yield "waits"

    closed: list[str] = []
    connection = SimpleNamespace(pgconn=SimpleNamespace(finish=lambda: closed.append("closed")))
    waiting = silence.Connection._heard(connection, answer(), 0.1)  # type: ignore[arg-type]
    next(waiting)

    def listen() -> None:
        for ready in heard:
            waiting.send(ready)

    with pytest.raises(silence.ServerSilent if is_given_up else StopIteration):
        listen()
    assert bool(closed) == is_given_up


def test_evidence_lies_in_the_database_for_every_colleague(
    devzone: Devzone, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = tmp_path / "批复.pdf"
    paper.write_bytes(b"\0approved" * 1000)
    devzone.ok("update", 4, "--unit", UNIT, "--done", "--note", "完成", "--evidence", paper)  # the first write of all
    devzone.ok("update", 4, "--unit", "三元", "--done", "--note", "完成", "--evidence", paper)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "a colleague"))
    devzone.ok("evidence", "--verify")
    got = devzone.ok("evidence", "--get", 2, "-o", "out").out.strip()
    assert Path(got).read_bytes() == paper.read_bytes()
    assert not list(tmp_path.glob("home/**/evidence"))
    with connected(url) as connection:
        assert connection.execute("SELECT count(*) FROM evidence_file").fetchone() == (1,)
        for change in ("UPDATE evidence_file SET content = ''", "DELETE FROM evidence_file"):
            with pytest.raises(psycopg.errors.RaiseException, match="only appended to"):
                connection.execute(change)
        connection.execute("ALTER TABLE evidence_file DISABLE TRIGGER USER")
        connection.execute("UPDATE evidence_file SET content = 'forged'")
        assert devzone.ok("check").out.count("内容被改过") == 2
        connection.execute("DELETE FROM evidence_file")
    assert devzone("evidence", "--verify").err.count("文件不见了") == 2


def test_evidence_that_lay_among_the_files_of_a_user_moves_in(devzone: Devzone, url: str, tmp_path: Path) -> None:
    paper, former = tmp_path / "批复.pdf", tmp_path / "home" / "data" / "devzone" / "evidence"
    paper.write_bytes(b"approved")
    devzone.ok("update", 4, "--unit", UNIT, "--done", "--note", "完成", "--evidence", paper)
    with connected(url) as connection:  # as 0.1.0 left it
        connection.execute("ALTER TABLE evidence_file DISABLE TRIGGER USER")
        ((sha256,),) = connection.execute("DELETE FROM evidence_file RETURNING sha256").fetchall()
    (former / sha256[:2]).mkdir(parents=True)
    (former / sha256[:2] / sha256).write_bytes(b"approved")
    devzone.ok("evidence", "--verify")
    paper.write_bytes(b"another")
    devzone.ok("update", 4, "--unit", "三元", "--done", "--note", "完成", "--evidence", paper)
    with connected(url) as connection:
        assert connection.execute("SELECT count(*) FROM evidence_file").fetchone() == (2,)


def test_what_was_backed_up_from_a_server_is_a_journal_in_a_file(devzone: Devzone, url: str, tmp_path: Path) -> None:
    proof = tmp_path / "批复.pdf"
    for number in range(3):
        proof.write_bytes(bytes([number]) * 50_000)
        devzone.ok("update", 4, "--unit", UNIT, "--note", f"第{number}条\t“引号”", "--evidence", proof)
    devzone.ok("void", 2, "--reason", "记错")
    devzone.ok("report", "--number", 1, "--format", "md", "-o", tmp_path / "out")
    devzone.ok("send", "--unit", UNIT, "-o", tmp_path / "out")
    ran = devzone.ok("backup")
    assert "备份了事实 10 件、佐证材料 3 份，读回来核对过" in ran.err
    devzone.ok("restore", ran.out.strip(), "-o", "恢复的")
    there = ("--db", "恢复的/devzone.db")
    for words in (["history"], ["seal"], ["status"], ["evidence"], ["report", "--verify", 1]):
        assert devzone.ok(*there, *words).out == devzone.ok(*words).out
    devzone.ok(*there, "evidence", "--verify")
    devzone.ok(*there, "update", 4, "--unit", UNIT, "--note", "接着记")
    devzone.ok("update", 4, "--unit", UNIT, "--note", "又一条")
    devzone.at("2026-11-24")
    more = devzone.ok("backup").out.strip()
    assert more.endswith("-incremental.zip")
    devzone.ok("restore", more, "-o", "又恢复的")
    assert devzone.ok("--db", "又恢复的/devzone.db", "seal").out == devzone.ok("seal").out


def test_a_journal_on_a_server_that_was_altered_is_not_backed_up(devzone: Devzone, url: str) -> None:
    devzone.ok("update", 4, "--unit", UNIT, "--note", "甲")
    with connected(url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE entry SET note = '改'")
    ran = devzone("backup")
    assert (ran.code, ran.out) == (6, "")
    assert "第 2 件事实（流水 1 号）和记下时不一样" in ran.err
    assert list(Path("backups").iterdir()) == []


def test_nothing_on_a_server_to_back_up(devzone: Devzone, url: str) -> None:
    ran = devzone("backup")
    assert (ran.code, ran.out) == (6, "")
    assert "还没有流水" in ran.err
    assert tables(url) == []
    assert not Path("backups").exists()


def test_evidence_without_a_home_folder(devzone: Devzone, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    devzone.ok("update", 4, "--unit", UNIT, "--note", "甲")
    monkeypatch.delenv("HOME")
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setattr("pwd.getpwuid", lambda uid: {}[uid])
    devzone.ok("check")
