"""What a disk, a console, another program or a hasty hand can do: one sentence, the right exit code, nothing lost."""

from __future__ import annotations

import ctypes
import os
import resource
import select
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
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


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_under_the_messages_stops_no_paper(devzone: Devzone, run_process: Process) -> None:
    """Its number is used by the time that anything is told."""
    with Path("/dev/full").open("wb") as full:
        done = run_process(
            "report", "--number", "5", "--format", "md", stdout=subprocess.PIPE, capture_output=False, stderr=full
        )
    assert done.returncode == 0
    assert Path(done.stdout.decode().strip()).is_file()
    devzone.ok("report", "--verify", 5)


def test_twenty_writers_at_once_lose_nothing(devzone: Devzone) -> None:
    # Twenty processes, forked from one that has loaded everything: only the writing is at once, not twenty starts.
    # They wait longer than a person would: on a busy machine SQLite may let one of twenty wait beyond ten seconds.
    driver = textwrap.dedent(
        """
        import os, sys
        from sm_devzone.cli import main
        from sm_devzone.storage import database
        database.WAIT_SECONDS = 100
        assert main(["--db", "another.db", "update", "4", "--unit", "商务局", "--note", "好"]) == 0
        sys.stdout.flush()
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


def test_a_user_without_a_home_needs_no_cache(devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container, where the number of a user stands in no list."""
    pwd = pytest.importorskip("pwd")

    def nobody(number: int) -> object:
        raise KeyError(number)

    monkeypatch.setattr(pwd, "getpwuid", nobody)
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("DEVZONE_DB", str(devzone.folder / "office.db"))
    for words in (["status"], ["check"], ["urge"], ["report", "-o", "-"], ["send", "-o", "forms"], ["evidence"]):
        devzone.ok(*words)
    assert devzone.ok("--version").lines[-1][0].startswith("缓存  没有")
    assert "没有主目录" in devzone("--install-completion").err
    monkeypatch.delenv("DEVZONE_DB")
    assert "流水  没有：这个用户没有主目录，请加 --db 或设置 DEVZONE_DB\n" in devzone.ok("--version").out
    ran = devzone("status")
    assert ran.code == 2
    assert told(ran.err, "主目录", "DEVZONE_DB")


def test_an_interrupt(devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sm_devzone.storage.plan_cache.compiled", interrupted)
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
    assert devzone.is_new


ASKED_DAYS = [
    *([verb, "--as-of"] for verb in ("status", "urge", "history", "stats", "evidence", "check", "report")),
    *(["export", what, "--as-of"] for what in ("overdue", "journal")),
    ["assign", "--unit", "商务局", "--as-of"],
    ["show", "4", "--as-of"],
    ["send", "-o", "forms", "--as-of"],
    ["notice", "--list", "--as-of"],
    ["report", "--from"],
    ["report", "--from", "2026-11-01", "--to"],
    ["stats", "--from"],
    [*map(str, HERE), "--note", "好", "--on"],
    ["close", "4", "--unit", "商务局", "--note", "好", "--on"],
    ["extend", "4", "--unit", "商务局", "--reason", "同意", "--to"],
    ["extend", "4", "--unit", "商务局", "--reason", "同意", "--to", "2027-01-01", "--on"],
    ["urge", "4", "--unit", "商务局", "--note", "催", "--on"],
]


@pytest.mark.parametrize("words", ASKED_DAYS, ids=" ".join)
def test_only_a_day_is_a_day(devzone: Devzone, words: list[str]) -> None:
    for written in ("2026-W48", "2026-W48-3", "2026W48", "2026-330", "20261120"):
        ran = devzone(*words, written)
        assert (ran.code, ran.out) == (2, "")
        assert told(ran.err, written, "日期写成 2026-06-30")
    assert devzone.is_new


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
    assert devzone.is_new


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


# A disk that says no


@pytest.fixture
def modes_bind() -> Iterator[None]:
    """Give up root's power to pass over the modes of files, which would hide what others meet; take it back after."""
    if os.geteuid() != 0:
        yield
        return
    if not sys.platform.startswith("linux"):
        pytest.skip("only on Linux can root lay this power down")
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, of this process
    held = (ctypes.c_uint32 * 6)()
    assert libc.capget(header, held) == 0
    less = (ctypes.c_uint32 * 6)(*held)
    less[0] &= ~0b110  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH
    assert libc.capset(header, less) == 0
    yield
    assert libc.capset(header, held) == 0


@contextmanager
def mode(path: Path, bits: int) -> Iterator[None]:
    before = path.stat().st_mode
    path.chmod(bits)
    try:
        yield
    finally:
        path.chmod(before)


@pytest.mark.of_a_file("who may not read or write it is told by its mode")
@pytest.mark.usefixtures("modes_bind")
@pytest.mark.parametrize("place", ["file", "folder"])
def test_what_may_only_be_read_is_read_and_not_written(devzone: Devzone, place: str) -> None:
    devzone.ok(*HERE, "--note", "好")
    before = devzone.db.read_bytes()
    with mode(devzone.db if place == "file" else devzone.db.parent, 0o400 if place == "file" else 0o500):
        for words in (["status"], ["history"], ["show", 4], ["export", "journal"], ["report", "-o", "-"]):
            assert "4" in devzone.ok(*words).out
        assert "没有问题" in devzone.ok("check").out
        ran = devzone(*HERE, "--note", "又")
        assert (ran.code, ran.out) == (6, "")
        assert told(ran.err, "权限", str(devzone.db))
    assert devzone.db.read_bytes() == before
    assert [path.name for path in devzone.db.parent.iterdir()] == [devzone.db.name]


@pytest.mark.of_a_file("who may not read or write it is told by its mode")
@pytest.mark.usefixtures("modes_bind")
def test_what_may_not_even_be_read(devzone: Devzone) -> None:
    devzone.ok(*HERE, "--note", "好")
    for place in (devzone.db, devzone.db.parent):
        with mode(place, 0):
            for words in (["status"], [*HERE, "--note", "又"]):
                ran = devzone(*words)
                assert (ran.code, ran.out) == (6, "")
                assert told(ran.err, "打不开", "权限", str(devzone.db))
    assert len(devzone.ok("history").lines) == 1


@pytest.mark.of_a_file("who may not read or write it is told by its mode")
@pytest.mark.usefixtures("modes_bind")
def test_no_journal_can_be_made_and_no_report_written_where_one_may_not_write(devzone: Devzone) -> None:
    shelf = devzone.folder / "shelf"
    shelf.mkdir()
    with mode(shelf, 0o500):
        ran = devzone("--db", shelf / "devzone.db", *HERE, "--note", "好")
        assert (ran.code, ran.out) == (6, "")
        assert told(ran.err, "没有权限", "shelf")
        for words in (["report", "-o", str(shelf)], ["export", "plan", "-o", str(shelf / "plan.csv")]):
            ran = devzone(*words)
            assert (ran.code, ran.out) == (1, "")
            assert told(ran.err, "没有权限", "shelf")
    assert list(shelf.iterdir()) == []


def test_a_report_does_not_take_the_place_of_a_folder(devzone: Devzone) -> None:
    for name in ("week.md", "list.csv"):
        Path(name).mkdir()
    assert devzone.ok("report", "--format", "md", "-o", "week.md").out.startswith("week.md/")
    ran = devzone("export", "plan", "-o", "list.csv")
    assert (ran.code, ran.out) == (1, "")
    assert told(ran.err, "list.csv", "文件夹")
    assert list(Path("list.csv").iterdir()) == []


@pytest.mark.of_a_file("SQLite is told that the disk is full")
def test_a_journal_that_cannot_grow(devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    devzone.ok(*HERE, "--note", "好")
    connect = sqlite3.connect

    def on_a_full_disk(*where: Any, **how: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*where, **how)
        connection.execute("PRAGMA max_page_count = 1")  # SQLite takes it as: no more than there are
        return connection

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", on_a_full_disk)
        ran = devzone(*HERE, "--note", "长" * 20_000)
        assert (ran.code, ran.out) == (6, "")
        assert told(ran.err, "磁盘已满", "什么也没有写入", "腾出空间")
    assert len(devzone.ok("history").lines) == 1
    devzone.ok(*HERE, "--note", "又")


# A journal that is not what it was


def foreign(place: Path) -> None:
    with closing(sqlite3.connect(place)) as file:
        file.execute("CREATE TABLE bookmarks (url TEXT)")


def newer(place: Path) -> None:
    with closing(sqlite3.connect(place)) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
        file.commit()


def cut(place: Path) -> None:
    place.write_bytes(place.read_bytes()[:9000])


def cut_short(place: Path) -> None:
    place.write_bytes(place.read_bytes()[:50])


def overwritten(place: Path) -> None:
    content = bytearray(place.read_bytes())
    content[4096:] = Random(1).randbytes(len(content) - 4096)
    place.write_bytes(content)


@pytest.mark.parametrize("fate", [foreign, newer, cut, cut_short, overwritten])
def test_a_journal_that_cannot_be_used_is_left_as_it_is(devzone: Devzone, fate: Callable[[Path], None]) -> None:
    if fate is foreign:
        devzone.db.parent.mkdir(parents=True)
    else:
        for number in range(20):
            devzone.ok(*HERE, "--note", f"第 {number} 条")
    fate(devzone.db)
    before = devzone.db.read_bytes()
    for words in (["status"], ["history"], ["check"], ["export", "journal"], [*HERE, "--note", "又"]):
        ran = devzone(*words)
        assert (ran.code, ran.out) == (6, ""), words
        assert told(ran.err, str(devzone.db))
    assert devzone.db.read_bytes() == before


def test_a_folder_is_no_journal(devzone: Devzone) -> None:
    for words in (["status"], [*HERE, "--note", "好"]):
        ran = devzone("--db", devzone.folder, *words)
        assert (ran.code, ran.out) == (6, "")
        assert told(ran.err, "打不开", str(devzone.folder))


@pytest.mark.slow
def test_damage_anywhere_is_told_or_does_no_harm(devzone: Devzone) -> None:
    for number in range(15):
        devzone.ok(*HERE, "--note", f"第 {number} 条", "--progress", number)
    devzone.ok("void", 3, "--reason", "记错")
    whole = devzone.db.read_bytes()
    chance = Random(20261123)
    for _ in range(60):
        damaged = bytearray(whole)
        at, length = chance.randrange(len(whole)), chance.choice([1, 8, 300, 5000])
        damaged[at : at + length] = chance.choice([chance.randbytes(length), bytes(length)])
        acts = (["status"], ["history"], ["export", "journal"], ["check"], [*map(str, HERE), "--note", "又"])
        words: list[str] = chance.choice(acts)
        devzone.db.write_bytes(damaged[: len(whole)])
        ran = devzone(*words, terminal=chance.random() < 0.5)
        assert ran.code in (0, 6), (at, length, words, ran.err)
        if ran.code:
            assert ran.out == ""
            assert told(ran.err)


# A process that is cut off


def test_a_writer_killed_at_any_moment_has_written_whole_acts(devzone: Devzone) -> None:
    # One act is an entry for each of eleven counties; the first line says that it is done, or nearly.
    driver = textwrap.dedent(
        """
        from sm_devzone.cli import main
        for number in range(1000):
            assert main(["update", "4", "--unit", "各县", "--note", f"第 {number} 次"]) == 0
        """
    )
    for acts in (1, 3):
        with subprocess.Popen([sys.executable, "-c", driver], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for _ in range(11 * acts):
                process.stdout.readline()
            process.kill()
    entries = devzone.ok("history", "--as-of", "2100-01-01", "--json").json["entries"]
    assert len(entries) >= 11 * 3
    assert len(entries) % 11 == 0
    assert "没有问题" in devzone.ok("check").out
    devzone.ok(*HERE, "--note", "又")


def test_an_interrupt_from_the_keyboard(devzone: Devzone, tmp_path: Path) -> None:
    # The process is caught while it writes more than a pipe takes, and nobody reads on.
    devzone.ok(*HERE, "--note", "长" * 100_000)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0) as reader:
        command = [sys.executable, "-m", "sm_devzone", "export", "journal", "--as-of", "2100-01-01", "-o", str(pipe)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert select.select([reader], [], [], 60)[0]
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    assert told(err.decode(), "中断")


@pytest.mark.parametrize("words", [["status"], ["export", "plan"], ["--help"], ["show", "--help"]])
def test_stdout_that_is_closed(run_process: Process, words: list[str]) -> None:
    done = run_process(*words, preexec_fn=lambda: os.close(1))
    assert done.returncode == 1
    assert told(done.stderr.decode(), "写不出去", "关闭")


def test_stderr_that_is_closed_sends_no_words_to_stdout(run_process: Process) -> None:
    done = run_process("show", "99", preexec_fn=lambda: os.close(2))
    assert (done.returncode, done.stdout) == (4, b"")


# A place where one would not expect Chinese


@pytest.mark.parametrize("env", [{"LANG": "C", "LC_ALL": ""}, {"LC_ALL": "C"}, {"LC_ALL": "POSIX"}])
def test_cron_may_write(devzone: Devzone, run_process: Process, env: dict[str, str]) -> None:
    done = run_process(*map(str, HERE), "--note", "体检过半🎉", env=env)
    assert done.returncode == 0
    assert "推进中" in done.stdout.decode()
    history = devzone.ok("history", "--as-of", "2100-01-01", "--json").json["entries"]
    assert [(entry["note"], entry["recorded_by"]) for entry in history] == [("体检过半🎉", "小林")]


def test_where_not_even_a_file_name_can_be_chinese(devzone: Devzone, run_process: Process) -> None:
    env = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    report = run_process("report", env=env)
    assert (report.returncode, report.stdout) == (1, b"")
    assert b"LANG=C.UTF-8" in report.stderr
    refused = run_process(*map(str, HERE), "--note", "好", env=env)
    assert (refused.returncode, refused.stdout) in [(2, b""), (4, b"")]
    assert b"Error" not in report.stderr + refused.stderr
    assert devzone.is_new


@pytest.mark.parametrize("words", [["export", "duties"], ["stats"], ["report"], ["report", "--force"]], ids=str)
def test_a_name_that_the_locale_cannot_write_is_refused(devzone: Devzone, words: list[str]) -> None:
    ran = devzone(*words, "-o", "half of a pair \ud83c.md")
    assert (ran.code, ran.out) == (1, "")
    assert "文件名在当前的语言环境里写不了" in ran.err


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Shanghai", "Pacific/Kiritimati", "UTC", "nowhere"])
def test_the_time_zone_of_the_server_does_not_count(
    devzone: Devzone, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        devzone.at("2026-11-23T23:59").ok(*HERE, "--note", "午夜前")
        devzone.at("2026-11-24T00:01").ok(*HERE, "--note", "午夜后")
        entries = devzone.ok("history", "--json").json["entries"]
        assert [(entry["happened_on"], entry["recorded_at"]) for entry in entries] == [
            ("2026-11-24", "2026-11-23T16:01:00Z"),
            ("2026-11-23", "2026-11-23T15:59:00Z"),
        ]
        assert "2026-11-24 00:01" in devzone.ok("history", terminal=True).out
        assert len(devzone.ok("history", "--as-of", "2026-11-23").lines) == 1
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_a_file_name_that_is_no_text(devzone: Devzone, run_process: Process, errors: str) -> None:
    # As an old Windows share leaves them: 中.db in GBK.
    env = {"PYTHONIOENCODING": f"utf-8:{errors}", "DEVZONE_DB": os.fsdecode(b"\xd6\xd0.db")}
    assert run_process(*map(str, HERE), "--note", "好", env=env).returncode == 0
    assert run_process("history", "--as-of", "2100-01-01", env=env).stdout.count(b"\n") == 1
    assert b".db" in run_process("--version", env=env).stdout
    listed = run_process("export", "plan", "-o", os.fsdecode(b"\xd6\xd0.csv"), env=env)
    assert (listed.returncode, listed.stderr) == (0, b"")
    assert {os.fsencode(path.name) for path in devzone.folder.iterdir()} >= {b"\xd6\xd0.db", b"\xd6\xd0.csv"}


# A hand that slips


LONG = "长" * 5000


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--db", LONG, "status"], 6),
        (["--db", LONG, *map(str, HERE), "--note", "好"], 6),
        (["--plan", LONG, "status"], 3),
        (["status", "--unit", LONG], 4),
        (["status", "--policy", LONG], 4),
        (["status", "--measure", LONG], 2),
        (["status", "--measure", "9" * 5000], 4),
        (["status", "--signal", LONG], 2),
        (["status", "--state", LONG], 2),
        (["status", "--as-of", LONG], 2),
        (["void", "9" * 5000, "--reason", "x"], 2),
        (["void", "9" * 18, "--reason", "x"], 4),
        (["report", "--week", LONG], 2),
        (["report", "-o", LONG], 1),
        (["report", "-o", f"{LONG}.md"], 1),
        (["export", "plan", "-o", LONG], 1),
        (["export", LONG], 2),
        (["export", "plan", "--format", LONG], 2),
        (["update", "4", "--unit", LONG, "--note", "x"], 4),
        (["update", "4", "--unit", "商务局", "--note", "x", "--milestone", LONG], 4),
        (["update", "4", "--unit", "商务局", "--note", "x", "--period", LONG], 2),
        (["update", "4", "--unit", "商务局", "--progress", "9" * 5000], 2),
        (["update", "4", "--unit", "商务局", "--note", "x", "--evidence", LONG], 1),
        (["x" * 5000], 2),
        (["status", f"--{'x' * 5000}"], 2),
    ],
)
def test_words_beyond_measure(devzone: Devzone, words: list[str], code: int) -> None:
    ran = devzone(*words)
    assert (ran.code, ran.out) == (code, "")
    assert "devzone: " in ran.err
    assert "Error" not in ran.err
    assert not devzone.db.parent.exists()
