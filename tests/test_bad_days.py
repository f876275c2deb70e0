"""What a disk, a console, another program or a hasty hand can do: one sentence, the right exit code, nothing lost."""

from __future__ import annotations

import resource
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sm_devzone.storage import database
from tests.conftest import Devzone

HERE = ("update", 4, "--unit", "商务局")
Process = Callable[..., Any]


def told(err: str, *words: str) -> bool:
    """One sentence, perhaps a remedy after it, and no traceback."""
    lines = err.splitlines()
    return lines[0].startswith("devzone: ") and len(lines) <= 2 and all(word in err for word in words)


@pytest.mark.parametrize(
    "words",
    [["status"], ["show", 4], ["assign", "--unit", "商务局"], ["urge"], ["history"], ["stats"], ["evidence"], ["check"],
     ["export", "overdue"], ["export", "journal"], ["report", "-o", "-"], ["--version"]],
)  # fmt: skip
def test_reading_makes_nothing(devzone: Devzone, words: list[Any]) -> None:
    devzone.ok(*words)
    assert not devzone.db.parent.exists()


def test_the_first_write_makes_a_private_file_in_a_private_folder(devzone: Devzone) -> None:
    ran = devzone.ok(*HERE, "--note", "好")
    assert str(devzone.db) in ran.err
    assert stat.S_IMODE(devzone.db.stat().st_mode) == 0o600
    assert stat.S_IMODE(devzone.db.parent.stat().st_mode) == 0o700


def test_a_locked_journal(devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    devzone.ok(*HERE, "--note", "好")
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.01)
    with closing(sqlite3.connect(devzone.db, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for words in (["status"], [*HERE, "--note", "又"]):
            ran = devzone(*words)
            assert (ran.code, ran.out) == (6, "")
            assert told(ran.err, "别的程序", "稍后")
    assert len(devzone.ok("history").lines) == 1


def test_a_read_only_journal_is_read_and_not_written(devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    # Nothing is read-only for root, who may run this: SQLite is told instead of the disk.
    devzone.ok(*HERE, "--note", "好")
    before = devzone.db.read_bytes()
    connect = sqlite3.connect

    def read_only(where: str, **how: Any) -> sqlite3.Connection:
        assert "mode=rw" in where
        connection: sqlite3.Connection = connect(where.replace("mode=rw", "mode=ro"), **how)
        return connection

    monkeypatch.setattr(sqlite3, "connect", read_only)
    ran = devzone(*HERE, "--note", "又")
    assert (ran.code, ran.out) == (6, "")
    assert told(ran.err, "只读", "权限", str(devzone.db))
    assert len(devzone.ok("history").lines) == 1
    assert devzone.db.read_bytes() == before


def test_a_full_disk_under_the_journal(devzone: Devzone, run_process: Process) -> None:
    devzone.ok(*HERE, "--note", "好")
    size = devzone.db.stat().st_size

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    done = run_process(*map(str, HERE), "--note", "长" * 20_000, preexec_fn=no_room)
    assert (done.returncode, done.stdout) == (6, b"")
    assert told(done.stderr.decode(), "什么也没有写入")
    assert len(devzone.ok("history").lines) == 1
    devzone.ok(*HERE, "--note", "又")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_under_the_output(run_process: Process) -> None:
    with Path("/dev/full").open("wb") as full:
        done = run_process("export", "plan", stdout=full, capture_output=False, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert told(done.stderr.decode(), "磁盘已满")


def test_twenty_writers_at_once_lose_nothing(devzone: Devzone) -> None:
    # Twenty processes, forked from one that has loaded everything: only the writing is at once, not twenty starts.
    # They wait longer than a person would: on a busy machine SQLite may let one of twenty wait beyond ten seconds.
    driver = textwrap.dedent(
        """
        import os, sys
        import sqlmodel
        import sm_devzone.commands.update
        from sm_devzone.cli import main
        from sm_devzone.storage import database
        database.WAIT_SECONDS = 100
        children = []
        for writer in range(20):
            if child := os.fork():
                children.append(child)
                continue
            words = ["update", "4", "--unit", "商务局", "--note"]
            codes = [main([*words, f"{writer} 的第 {n} 条"]) for n in range(10)]
            sys.stdout.flush()
            os._exit(max(codes))
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        assert codes == [0] * 20, codes
        """
    )
    done = subprocess.run([sys.executable, "-c", driver], capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    entries = devzone.ok("history", "--as-of", "2100-01-01", "--json").json["entries"]
    assert {entry["note"] for entry in entries} == {f"{writer} 的第 {n} 条" for writer in range(20) for n in range(10)}
    assert len({entry["id"] for entry in entries}) == len(entries) == 200


def test_a_writer_that_is_killed_leaves_the_entry_whole_or_not_at_all(devzone: Devzone) -> None:
    devzone.ok(*HERE, "--note", "好")
    killed = textwrap.dedent(
        f"""
        import os, signal, sqlite3
        db = sqlite3.connect({str(devzone.db)!r}, isolation_level=None)
        db.execute("PRAGMA cache_size = 1")
        db.execute("BEGIN IMMEDIATE")
        names = "kind, policy, measure, unit, milestone, period, happened_on, recorded_at, recorded_by, source"
        for _ in range(2000):  # enough to reach the file before the end
            db.execute(f"INSERT INTO entry ({{names}}, note) SELECT {{names}}, '半条' FROM entry WHERE id = 1")
        os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    done = subprocess.run([sys.executable, "-c", killed], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert devzone.db.with_name(f"{devzone.db.name}-journal").exists()  # it was in the middle
    assert len(devzone.ok("history").lines) == 1
    devzone.ok(*HERE, "--note", "又")
    assert "没有问题" in devzone.ok("check").out


@pytest.mark.parametrize(
    "env",
    [
        {"LANG": "C", "LC_ALL": "", "TZ": "America/New_York"},
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "gbk"},
        {"PYTHONIOENCODING": "ascii"},
    ],
)
def test_cron_and_foreign_consoles(run_process: Process, env: dict[str, str]) -> None:
    status = run_process("status", env=env)
    assert (status.returncode, status.stderr) == (0, b"")
    assert len(status.stdout.splitlines()) == 17
    encoding = env.get("PYTHONIOENCODING", "utf-8")
    assert "推进县域园区整合" in status.stdout.decode(encoding) or b"????????" in status.stdout
    sent = run_process("export", "overdue", "--exit-code", env=env)
    assert sent.returncode == 7
    assert "责任单位" in sent.stdout.decode("utf-8-sig")  # CSV is UTF-8 whatever the console
    wrong = run_process("show", "99", env=env)
    assert (wrong.returncode, wrong.stdout) == (4, b"")
    assert b"Traceback" not in wrong.stderr


def test_a_day_is_over_at_midnight_in_china_wherever_the_server_stands(devzone: Devzone) -> None:
    due_day = devzone.at("2024-12-31T23:59").ok("status", "--json").json
    assert (due_day["as_of"], due_day["totals"]["overdue"]) == ("2024-12-31", 0)
    next_day = devzone.at("2025-01-01T00:00").ok("status", "--json").json
    assert (next_day["as_of"], next_day["totals"]["overdue"]) == ("2025-01-01", 19)


def test_a_reader_that_has_enough_is_no_failure(devzone: Devzone) -> None:
    command = f"{sys.executable} -m sm_devzone export duties | head -c 10"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_interrupt(devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sm_devzone.storage.plan_cache.load", interrupted)
    ran = devzone("status")
    assert (ran.code, ran.out) == (130, "")
    assert told(ran.err, "中断")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["status", "--as-of", "2026-02-30"], 2),
        (["status", "--as-of", ""], 2),
        (["status", "--signal", "红"], 2),
        (["status", "--measure", "99"], 4),
        (["status", "--unit", "../x"], 4),
        (["status", "--unit", ""], 2),
        (["status", "--policy", "nothing"], 4),
        (["status", "extra"], 2),
        (["status", "--unit"], 2),
        (["--db"], 2),
        (["report", "-o", "a-file/x.md"], 1),
        (["export", "overdue", "-o", "a-file/x.csv"], 1),
        (["update", "4", "--unit", "商务局", "--note", "half \udc80 pair"], 2),
        (["update", "4", "--unit", "商务局", "--note", "", "--problem", "", "--next", ""], 2),
        (["update", "4", "--unit", "商务局", "--note", "x", "--on", "", "--by", "林"], 2),
        (["update", "4" * 5000, "--unit", "商务局", "--note", "x"], 4),
    ],
)
def test_a_hasty_hand(devzone: Devzone, words: list[str], code: int) -> None:
    Path("a-file").write_text("in the way", encoding="utf-8")
    ran = devzone(*words)
    assert (ran.code, ran.out) == (code, "")
    assert told(ran.err)
    assert not devzone.db.exists()


def test_a_damaged_journal(devzone: Devzone) -> None:
    devzone.ok(*HERE, "--note", "好")
    content = devzone.db.read_bytes()
    devzone.db.write_bytes(b"not a database" * 1000)
    for words in (["status"], ["check"], [*HERE, "--note", "又"]):
        ran = devzone(*words)
        assert (ran.code, ran.out) == (6, "")
        assert told(ran.err)
    devzone.db.write_bytes(content)
    assert len(devzone.ok("history").lines) == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["close", "4", "--unit", "商务局", "--note", "x"], 5),
        (["return", "4", "--unit", "商务局", "--note", "x"], 5),
        (["extend", "4", "--unit", "商务局", "--to", "2026-02-30", "--reason", "x"], 2),
        (["void", "1", "--reason", "x"], 4),
        (["update", "99", "--unit", "商务局", "--note", "x"], 4),
        (["update", "4", "--unit", "../x", "--note", "x"], 4),
        (["update", "4", "--unit", "商务局", "--note", "x", "--milestone", "nothing"], 4),
        (["update", "4", "--unit", "商务局", "--note", "x", "--on", "2026-02-30"], 2),
        (["update", "4", "--unit", "商务局", "--note", "x", "--on", "2026-13-01"], 2),
        (["update", "4", "--unit", "商务局", "--note", "x", "--on", "2027-01-01"], 5),
        (["update", "4", "--unit", "商务局", "--note", "x", "--evidence", "missing.pdf"], 2),
    ],
)
def test_a_first_write_that_is_refused_makes_nothing(devzone: Devzone, words: list[str], code: int) -> None:
    ran = devzone(*words)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith("devzone: ")
    assert not devzone.db.parent.exists()


@pytest.mark.parametrize(
    ("option", "code"),
    [
        ("--unit", 2),
        ("--milestone", 4),
        ("--period", 2),
        ("--progress", 2),
        ("--on", 2),
        ("--policy", 4),
        ("--evidence", 2),
        ("--note", 2),
        ("--problem", 2),
        ("--next", 2),
    ],
)
@pytest.mark.parametrize("value", ["", "half of a pair \udc80"], ids=["nothing", "no text"])
def test_options_of_update_that_say_nothing(devzone: Devzone, option: str, code: int, value: str) -> None:
    unit = [] if option == "--unit" else ["--unit", "商务局"]
    said = [] if value == "" and option in ("--note", "--problem", "--next") else ["--note", "好"]
    ran = devzone("update", 4, *unit, *said, f"{option}={value}")
    # What names something that is not there is not found; a unit that is no word at all is wrong usage.
    assert (ran.code, ran.out) == (4 if option == "--unit" and value else code, "")
    assert ran.err.startswith("devzone: ")
    assert "Error" not in ran.err  # not taken for a fault of the program
    assert not devzone.db.exists()


def test_who_is_recorded_when_by_is_empty(devzone: Devzone) -> None:
    devzone.ok(*HERE, "--note", "好", "--by=")
    assert devzone.ok("history", "--json").json["entries"][0]["recorded_by"] == "小林"


def test_arguments_that_no_terminal_can_type(run_process: Process) -> None:
    done = run_process("show", b"\xff\xfe".decode(errors="surrogateescape"))
    assert (done.returncode, done.stdout) == (2, b"")
    assert told(done.stderr.decode())


def test_one_word_too_many_is_named(devzone: Devzone) -> None:
    assert "“extra”" in devzone("status", "extra").err
    assert "“a (b) c”" in devzone("status", "a (b) c").err


def test_a_missing_folder_is_made_for_what_is_written(devzone: Devzone) -> None:
    for words in (["report", "-o", "新/报告/周报.md"], ["export", "overdue", "-o", "新/清单/逾期.csv"]):
        assert devzone.ok(*words).out == f"{words[-1]}\n"
        assert Path(words[-1]).stat().st_size > 0


def test_a_file_where_the_report_folder_should_be(devzone: Devzone) -> None:
    Path("reports").write_text("in the way", encoding="utf-8")
    ran = devzone("report")
    assert (ran.code, ran.out) == (1, "")
    assert told(ran.err, "reports")
    assert Path("reports").read_text(encoding="utf-8") == "in the way"


def test_a_csv_is_utf_8_with_its_mark_on_every_console(run_process: Process) -> None:
    for encoding in ("gbk", "ascii"):
        sent = run_process("export", "plan", env={"PYTHONIOENCODING": encoding}).stdout
        assert sent.startswith(b"\xef\xbb\xbf")
        assert "推进县域园区整合" in sent.decode("utf-8-sig")
