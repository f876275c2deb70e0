"""A journal that is not where it was named, that another program changed, or whose clock was wrong: it is told."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sm_devzone.settings import shipped
from sm_devzone.storage.database import Database
from tests.commands.plans import MOVED, PLAN, changed
from tests.conftest import Devzone

HERE = ("update", 4, "--unit", "商务局")
READING: list[list[Any]] = [
    *(["status"], ["show", 4], ["assign", "--unit", "商务局"], ["urge"], ["history"], ["stats"], ["evidence"]),
    *(["check"], ["export", "overdue"], ["export", "duties"], ["report", "-o", "-"], ["notice", "--list"], ["collect"]),
]


@pytest.fixture(params=["--db", "DEVZONE_DB"])
def named(request: pytest.FixtureRequest, devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`named(path, *words)` runs a command on the journal that is named by the option, or by the variable."""

    def run(path: str | Path, *words: Any) -> Any:
        if request.param == "--db":
            return devzone("--db", path, *words)
        monkeypatch.setenv("DEVZONE_DB", str(path))
        return devzone(*words)

    run.by = request.param  # type: ignore[attr-defined]
    return run


@pytest.mark.parametrize("words", READING, ids=str)
def test_the_usual_place_before_the_first_write_is_no_news(devzone: Devzone, words: list[Any]) -> None:
    assert devzone.ok(*words).err == ""


@pytest.mark.parametrize("words", [*READING, ["seal"], ["evidence", "--verify"]], ids=str)
def test_a_journal_that_was_named_and_is_not_there_is_told(devzone: Devzone, named: Any, words: list[Any]) -> None:
    ran = named("office.db", *words)
    assert ran.code == 0
    (line,) = ran.err.splitlines()
    assert all(word in line for word in ("office.db", "什么也没有读到", "第一次登记时建立", named.by))
    assert not Path("office.db").exists()


@pytest.mark.parametrize("what", ["overdue", "duties", "journal"])
@pytest.mark.parametrize(
    "place", ["ofice.db", "mnt/share/office.db", "not-mounted/office.db", "~/office.db", "empty.db"]
)
def test_no_list_is_sent_out_of_a_journal_that_is_not_there(named: Any, place: str, what: str) -> None:
    Path("empty.db").touch()
    Path("office.db").touch()  # the one that was meant
    Path("not-mounted").mkdir()
    ran = named(place, "export", what, "--exit-code", "-o", "list.csv")
    assert (ran.code, ran.out) == (6, "")
    message, remedy = ran.err.splitlines()
    assert message.startswith("devzone: ")
    assert place in message
    assert remedy
    assert not Path("list.csv").exists()
    assert not Path("mnt").exists()


def test_an_office_that_has_recorded_nothing_yet_gets_its_list(devzone: Devzone, named: Any) -> None:
    ran = devzone("export", "overdue", "--exit-code", "-o", "usual.csv")  # where nobody has named a place
    assert (ran.code, ran.err) == (7, "")
    assert Path("usual.csv").exists()
    ran = named("office.db", "export", "overdue", "--exit-code", "-o", "list.csv")  # its folder is there, and used
    assert ran.code == 7
    assert "什么也没有读到" in ran.err
    assert named("office.db", "init").code == 0
    ran = named("office.db", "export", "overdue", "--exit-code", "-o", "list.csv")
    assert (ran.code, ran.err) == (7, "")
    assert Path("list.csv").exists()


def test_a_seal_is_not_held_against_a_journal_that_is_not_there(devzone: Devzone, named: Any) -> None:
    """A name that was mistyped is no tampering, and no ledger in which nothing was recorded."""
    assert named("office.db", *HERE, "--note", "好").code == 0
    seal = named("office.db", "seal").out.split("\t")[-1].strip()
    ran = named("ofice.db", "check", "--sealed", seal)
    assert (ran.code, ran.out) == (6, "")
    assert "没有流水文件，什么也没有读到：ofice.db" in ran.err
    assert "改过" not in ran.err
    assert named("office.db", "check", "--sealed", seal).code == 0


def test_init_makes_an_empty_journal_once(named: Any) -> None:
    ran = named("office.db", "init")
    assert (ran.code, ran.out, ran.err) == (0, "office.db\n", "")
    assert Path("office.db").stat().st_mode & 0o777 == 0o600
    begun = Path("office.db").read_bytes()
    assert named("office.db", "status").err == ""
    again = named("office.db", "init")
    assert (again.code, again.err) == (0, "devzone: 流水已经有了，没有动它\n")
    assert Path("office.db").read_bytes() == begun


def test_init_where_nobody_has_named_a_place(devzone: Devzone) -> None:
    assert devzone.ok("init").out == f"{devzone.db}\n"
    assert devzone.ok("history").out == ""


@pytest.mark.parametrize(
    ("place", "said"),
    [("mnt/share/office.db", "没有文件夹 mnt/share"), ("notes.txt", "这不是数据库文件"), (".", "打不开")],
)
def test_init_makes_no_folder_and_takes_no_other_file(named: Any, place: str, said: str) -> None:
    Path("notes.txt").write_text("会议记录" * 100, encoding="utf-8")
    ran = named(place, "init")
    assert (ran.code, ran.out) == (6, "")
    assert said in ran.err
    assert Path("notes.txt").read_text(encoding="utf-8") == "会议记录" * 100
    assert not Path("mnt").exists()


@pytest.mark.parametrize("words", [["export", "duties"], ["export", "duties", "--json"], ["stats"]], ids=str)
@pytest.mark.parametrize(
    "target",
    "office.db ./here/../office.db link.db hard.db office.db-wal office.db-journal office.db.schema-9.bak "
    "office-evidence/合同.pdf plan.yaml link.yaml contacts.yaml".split(),
)
def test_nothing_is_written_over_the_books(devzone: Devzone, words: list[str], target: str) -> None:
    plan = devzone.plan(
        "policy: {id: a, title: 若干措施, issuer: 市府办, issued: 2026-01-01, valid_until: 2027-01-01, office: 甲局}\n"
        "units: [{name: 甲局}]\nmeasures: [{number: 4, title: 清理, units: [甲局]}]\n"
    )
    Path("合同.pdf").write_bytes(b"%PDF")
    devzone.ok("--db", "office.db", "update", 4, "--unit", "甲局", "--note", "办", "--evidence", "合同.pdf")
    Path("here").mkdir()
    Path("link.db").symlink_to("office.db")
    Path("hard.db").hardlink_to("office.db")
    Path("link.yaml").symlink_to(plan)
    Path("contacts.yaml").touch()
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    ran = devzone("--db", "office.db", *words, "-o", target)
    assert (ran.code, ran.out) == (2, "")
    kept = "通讯录" if target == "contacts.yaml" else "计划文件" if target.endswith("yaml") else "流水"
    assert f"是{kept}，写上去就没有了" in ran.err
    assert {path: path.read_bytes() for path in before} == before
    assert not Path("office.db-wal").exists()


@pytest.mark.parametrize(
    "target", ["office.db.csv", "office.db-2026.csv", "office.db-wal.csv", "office.csv", "x/office.db"]
)
def test_what_is_only_named_like_the_books_is_written(devzone: Devzone, target: str) -> None:
    devzone.ok("--db", "office.db", *HERE, "--note", "好")
    assert devzone.ok("--db", "office.db", "export", "duties", "-o", target).out == f"{target}\n"


@pytest.mark.parametrize("words", [[], ["--force"], ["--force", "--number", 5]], ids=str)
@pytest.mark.parametrize("book", ["office.db", "plan.yaml"])
def test_no_report_is_written_over_the_books(devzone: Devzone, words: list[Any], book: str) -> None:
    devzone.plan((shipped("data") / "measures.yaml").read_text(encoding="utf-8"))
    devzone.ok("--db", "office.db", *HERE, "--note", "好")
    Path("周报.md").symlink_to(book)
    before = Path(book).read_bytes()
    ran = devzone("--db", "office.db", "report", "-o", "周报.md", *words)
    assert (ran.code, ran.out) == (2, "")
    assert "写上去就没有了" in ran.err
    assert Path(book).read_bytes() == before  # nor is a number used


def test_a_home_that_was_not_expanded_is_named_as_the_cause(named: Any) -> None:
    ran = named("~/office.db", "status")
    assert ran.code == 0
    assert "“~”没有展开" in ran.err


@pytest.mark.parametrize(
    "words",
    [
        [*HERE, "--note", "好"],
        [*HERE, "--note", "好", "--evidence", "proof.pdf"],
        ["notice", "--unit", "建宁"],
        ["report", "--number", "1"],
        ["send", "--unit", "商务局", "-o", "forms"],
    ],
    ids=str,
)
def test_no_folder_is_made_for_a_journal_below_a_disk_that_is_not_mounted(named: Any, words: list[Any]) -> None:
    Path("proof.pdf").write_bytes(b"%PDF")
    ran = named("mnt/share/office.db", *words)
    assert (ran.code, ran.out) == (6, "")
    message, remedy = ran.err.splitlines()
    assert message.startswith("devzone: 流水建不了，没有文件夹 mnt/share")
    assert "盘" in remedy
    assert not any(Path(name).exists() for name in ("mnt", "forms", "reports"))


@pytest.mark.parametrize(
    "words",
    [[*HERE, "--note", "好"], ["report", "--number", "1"], ["notice", "--unit", "建宁"], ["send", "-o", "forms"]],
    ids=str,
)
def test_a_first_write_makes_the_journal_and_says_only_that(named: Any, words: list[Any]) -> None:
    ran = named("office.db", *words)
    assert ran.code == 0
    assert ran.err.splitlines()[0] == "devzone: 新建流水数据库 office.db"
    assert "没有读到" not in ran.err
    assert named("office.db", "status").err == ""


def test_what_is_refused_of_a_journal_that_is_not_there_says_so_too(named: Any) -> None:
    ran = named("office.db", "close", 4, "--unit", "商务局", "--note", "好")
    assert ran.code == 5
    assert "没有流水文件" in ran.err.splitlines()[0]
    assert not Path("office.db").exists()


def wal(path: Path) -> sqlite3.Connection:
    """Open `path` as a program does that likes WAL."""
    other = sqlite3.connect(path, isolation_level=None)
    assert other.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
    other.execute("SELECT count(*) FROM entry").fetchall()
    return other


def test_a_write_takes_the_journal_out_of_wal_where_it_is_alone(devzone: Devzone) -> None:
    devzone.ok(*HERE, "--note", "一")
    wal(devzone.db).close()
    assert Database(str(devzone.db)).is_in_wal
    assert "WAL" in devzone.ok("check").err
    assert "WAL" in devzone.ok("--version").out
    assert devzone.ok(*HERE, "--note", "二").err == ""
    assert not Database(str(devzone.db)).is_in_wal
    assert "WAL" not in devzone.ok("check").err + devzone.ok("--version").out


@pytest.mark.parametrize("reading", [False, True])
def test_a_copy_of_a_journal_in_wal_loses_nothing_in_silence(devzone: Devzone, reading: bool) -> None:
    devzone.ok(*HERE, "--note", "一")
    with closing(wal(devzone.db)) as other:
        if reading:
            other.execute("BEGIN")
            other.execute("SELECT count(*) FROM entry").fetchall()
        assert "WAL" in devzone.ok(*HERE, "--note", "二").err
        assert "WAL" in devzone.ok("check").err
        shutil.copy(devzone.db, "copy.db")
    assert len(devzone.ok("--db", "copy.db", "history").lines) == (1 if reading else 2)
    assert len(devzone.ok("history").lines) == 2


def test_a_copy_while_somebody_writes_is_warned_of(devzone: Devzone) -> None:
    devzone.ok(*HERE, "--note", "一")
    writing = f"""
import sqlite3
other = sqlite3.connect({str(devzone.db)!r}, isolation_level=None)
other.execute("BEGIN IMMEDIATE")
other.execute("CREATE TABLE t (x)")
print("there", flush=True)
input()
"""
    with subprocess.Popen(
        [sys.executable, "-c", writing], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "there\n"
        assert "devzone.db-journal" in devzone.ok("check").err
        other.communicate("\n")
    assert devzone.ok("check").err == ""


LATER = "2030-01-01T08:00"


@pytest.mark.parametrize("words", [each for each in READING if each != ["check"]], ids=str)
def test_entries_of_a_clock_that_was_ahead_are_told(devzone: Devzone, words: list[Any]) -> None:
    devzone.ok(*HERE, "--note", "一")
    devzone.at(LATER).ok(*HERE, "--note", "二")
    ran = devzone.at("2026-11-24").ok(*words)
    (line,) = [line for line in ran.err.splitlines() if "还晚" in line]
    assert line.startswith("devzone: 流水 2 号记于 2030-01-01 08:00，比现在（2026-11-24 09:00）还晚")
    if words[0] not in ("collect", "notice", "report"):
        assert "还晚" not in devzone.ok(*words, "--as-of", "2026-11-24").err


def test_a_journal_begun_after_today_is_told(devzone: Devzone) -> None:
    devzone.at(LATER).ok(*HERE, "--note", "一")
    assert "流水是 2030-01-01 08:00 才开始的" in devzone.at("2026-11-24").ok("status").err


def test_check_finds_each_entry_that_is_ahead(devzone: Devzone) -> None:
    devzone.ok(*HERE, "--note", "一")
    for note in ("二", "三"):
        devzone.at(LATER).ok(*HERE, "--note", note)
    devzone.at("2026-11-24").ok(*HERE, "--note", "四")
    ran = devzone.ok("check", "--as-of", "2026-11-24")
    assert "流水 2 号等 2 条记于 2030-01-01 08:00，比现在还晚" in ran.out
    assert ran.err == ""
    assert "还晚" not in devzone.at(LATER).ok("check").out


@pytest.mark.parametrize(
    ("clock", "words", "told"),
    [
        (LATER, ["plan", "adopt"], "从 2030-01-01 起算"),
        (LATER, ["plan", "adopt", "--on", "2026-11-01"], "记于 2030-01-01 08:00"),
        ("2026-11-25", ["plan", "adopt"], "从 2026-11-25 起算"),
        (LATER, ["update", 2, "--unit", "甲局", "--note", "二"], "从 2030-01-01 起算"),
        ("2026-11-24T09:03", ["plan", "adopt"], None),
        ("2026-11-23", ["plan", "adopt"], None),
    ],
)
def test_a_plan_of_a_clock_that_was_ahead_is_told(
    devzone: Devzone, clock: str, words: list[Any], told: str | None
) -> None:
    devzone.plan(PLAN)
    devzone.ok("update", 2, "--unit", "甲局", "--note", "一")
    devzone.plan(MOVED)
    devzone.at(clock).ok(*words)
    devzone.at("2026-11-24T09:00")
    for read in ("status", "show 1", "export duties", "plan"):
        said = [line for line in devzone.ok(*read.split()).err.splitlines() if "还晚" in line]
        assert [f"计划 p1 第 2 版{told}，比现在（2026-11-24 09:00）还晚" in line for line in said] == [True] * bool(
            told
        )
    assert "还晚" not in devzone.ok("status", "--as-of", "2026-11-24").err
    listed = devzone.at("2026-11-24T09:05").ok("check").out
    assert f"计划 p1 第 2 版{told}，比现在还晚" in listed if told else "还晚" not in listed
    assert ("到那一天以前按前一版看" in listed) == (told is not None and "起算" in told)
    # Whoever has a right clock again goes on, and what the wrong one has left is told as long as it is ahead.
    devzone.plan(PLAN)
    devzone.ok("update", 2, "--unit", "甲局", "--note", "三")
    is_stuck = told is not None and "起算" in told
    assert (f"计划 p1 第 3 版{told}" in devzone.ok("check").out) == is_stuck
    assert "还晚" not in devzone.at("2030-01-02").ok("status").err


def test_a_plan_that_is_still_to_be_issued_is_no_wrong_clock(devzone: Devzone) -> None:
    devzone.plan(PLAN, "plans/a.yaml")
    devzone.plan(
        changed(
            *(("id: p1", "id: p2"), ("issued: 2026-01-01", "issued: 2026-12-01")),
            *(("due: 2026-06-30", "due: 2027-06-30"), ("first: 2026-08", "first: 2027-01")),
        ),
        "plans/b.yaml",
    )
    devzone.ok("--plan", "plans", "update", "p1/2", "--unit", "甲局", "--note", "一")
    assert len(devzone.ok("--plan", "plans", "plan").lines) == 2
    for read in ("status", "check"):
        ran = devzone.ok("--plan", "plans", read)
        assert "还晚" not in ran.err + ran.out


def test_clocks_that_agree_well_enough_are_no_news(devzone: Devzone) -> None:
    devzone.at("2026-11-23T09:04").ok(*HERE, "--note", "一")
    assert devzone.at("2026-11-23T09:00").ok("status").err == ""
