"""What will be asked for is read beside, from the same state: it saves time, and nothing else of it can be noticed."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent import futures
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sm_devzone.errors import DatabaseUnusable
from sm_devzone.storage import database, fold, plan_cache
from sm_devzone.storage.database import Asked, Database, FileRun
from tests.conftest import Devzone

ALL_NOTES = Asked("SELECT id, note FROM entry ORDER BY id", {}, 2)
NUMBERS = Asked("SELECT id FROM entry WHERE id > :after ORDER BY id", {"after": 0}, 1)

PLAN = """\
policy: {id: demo, title: 措施, issuer: 市政府办, issued: 2024-07-15, valid_until: 2027-07-14, office: 甲局}
units: [{name: 甲局}, {name: 乙局}]
measures: [{number: 1, title: 建立机制, units: [甲局, 乙局]}]
"""


@pytest.fixture
def office(devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> Devzone:
    folder = devzone.plan(PLAN, "plans/a.yaml").parent
    devzone.plan(PLAN.replace("demo", "other"), "plans/b.yaml")
    monkeypatch.setenv("DEVZONE_PLAN", str(folder))
    devzone.ok("update", "demo/1", "--unit", "甲局", "--note", "已开工，“引号”和\n换行")
    return devzone


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A lock that is not free is told at once, and no thread is left."""
    monkeypatch.setattr(database, "WAIT_SECONDS", 0)
    before = threading.active_count()
    yield
    assert threading.active_count() == before


@contextmanager
def reading(office: Devzone) -> Iterator[FileRun]:
    with Database(str(office.db)).reading() as run:
        assert isinstance(run, FileRun)
        yield run


def test_what_was_begun_is_what_is_read_at_once(office: Devzone) -> None:
    with reading(office) as run:
        for asked in (ALL_NOTES, NUMBERS):
            run.begin(asked)
        assert [list(row) for row in run.take(ALL_NOTES)] == [[1, "已开工，“引号”和\n换行"]]
        assert [list(row) for row in run.take(NUMBERS)] == [[1]]
        later = NUMBERS._replace(values={"after": 1})
        assert run.take(later) == []  # was not begun: it is another question
        assert run.take(NUMBERS) == [(1,)]  # was taken: it is asked again


def test_nobody_writes_between_beginning_and_taking(office: Devzone) -> None:
    with reading(office) as run:
        run.begin(NUMBERS)
        assert office("update", "demo/1", "--unit", "乙局", "--note", "开工").code == 6
        assert [list(row) for row in run.take(NUMBERS)] == [[1]]
    office.ok("update", "demo/1", "--unit", "乙局", "--note", "开工")


COLUMNS = (
    "kind, policy, measure, unit, milestone, period, happened_on, recorded_at, recorded_by, source, role, progress,"
    " note, problem, next_step, voids, due_before, due, means, material, reporter, phone, to_unit, needs, promised"
)


def test_in_wal_where_others_write_meanwhile_nothing_is_read_beside(office: Devzone) -> None:
    with closing(sqlite3.connect(office.db)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        with reading(office) as run:
            assert run.take(NUMBERS) == [(1,)]
            with other:
                other.execute("INSERT INTO entry SELECT 2, " + COLUMNS + " FROM entry WHERE id = 1")
            run.begin(ALL_NOTES)  # a second connection would see what was just written
            assert [number for number, _ in run.take(ALL_NOTES)] == [1]


def test_without_a_second_connection_all_is_read_by_the_first(office: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> sqlite3.Connection:
        raise sqlite3.OperationalError("too many open files")

    monkeypatch.setattr(Database, "_held", refused)
    with reading(office) as run:
        run.begin(NUMBERS)
        assert run.take(NUMBERS) == [(1,)]


def test_an_error_that_is_met_beside_is_told(office: Devzone) -> None:
    def read() -> None:
        with reading(office) as run:
            asked = NUMBERS._replace(sql="SELECT abs(-9223372036854775808) FROM entry")
            run.begin(asked)
            run.take(asked)

    with pytest.raises(DatabaseUnusable, match="integer overflow"):
        read()


def test_what_is_left_untaken_holds_nobody_up(office: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even where it is interrupted before it runs, which SQLite does not notice."""
    taken_up, interrupted = threading.Event(), threading.Event()
    read, wait = database._as_text, futures.wait

    def late(*given: Any) -> str:
        taken_up.set()
        assert interrupted.wait(60)
        return read(*given)

    def told(left: Any, timeout: float) -> Any:
        if timeout:
            interrupted.set()
        return wait(left, timeout)

    monkeypatch.setattr(database, "_as_text", late)
    monkeypatch.setattr(futures, "wait", told)
    with reading(office) as run:
        count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
        run.begin(Asked(count, {}, 1))  # never ends by itself
        assert taken_up.wait(60)
        run.begin(NUMBERS)
        assert run.take(NUMBERS) == [(1,)]  # its turn had not come
    office.ok("update", "demo/1", "--unit", "乙局", "--note", "开工")


def test_nobody_waits_for_a_plan_to_be_compiled(office: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large ledger is begun to be read before the plan is made, but not before it is compiled, which takes long."""
    monkeypatch.setattr(fold, "_SPAN", 1)
    compiled = plan_cache.compiled
    wrote: list[int] = []

    def write_meanwhile(*given: Path) -> object:
        with closing(sqlite3.connect(office.db, timeout=0)) as other, other:
            other.execute("BEGIN EXCLUSIVE")
            wrote.append(1)
        return compiled(*given)

    monkeypatch.setattr(plan_cache, "compiled", write_meanwhile)
    office.ok("status", "--as-of", str(date(2026, 11, 26)))
    assert wrote == [1]
