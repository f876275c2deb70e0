"""Many offices on one server: a schema each, a chain each, a lock each."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import psycopg
import pytest

from sm_devzone.domain.entry import Entry
from sm_devzone.errors import WrongUsage
from sm_devzone.storage import database
from sm_devzone.storage.chain import Walk
from sm_devzone.storage.database import SCHEMAS, Database
from sm_devzone.storage.journal import Journal
from tests.conftest import Devzone
from tests.storage.conftest import connected

pytestmark = pytest.mark.xdist_group("server")

UNIT = "市商务局"
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def noted(devzone: Devzone, *where: str) -> list[str]:
    return [entry["note"] for entry in devzone.ok(*where, "history", "--json").json["entries"]]


def test_each_office_has_its_own_journal(devzone: Devzone, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert devzone.ok("office", "list").out == ""
    for office in ("jianning", "泰宁"):
        assert devzone.ok("office", "create", office).out == f"{office}\n"
    devzone.ok("--office", "jianning", "update", 4, "--unit", UNIT, "--note", "甲")
    devzone.ok("update", 4, "--unit", UNIT, "--note", "乙", "--office", "泰宁")
    monkeypatch.setenv("DEVZONE_OFFICE", "jianning")
    assert noted(devzone) == ["甲"]
    assert noted(devzone, "--office", "泰宁") == ["乙"]
    monkeypatch.delenv("DEVZONE_OFFICE")
    assert noted(devzone, "--db", f"{url}&office=%E6%B3%B0%E5%AE%81") == ["乙"]
    assert noted(devzone, "--db", url.replace("?", "?office=jianning&")) == ["甲"]
    assert noted(devzone) == []  # the one without a name is another
    listed = devzone.ok("office", "list").lines
    assert listed == [[name, "office", SCHEMAS[-1], "current"] for name in ("jianning", "泰宁")]
    seals = {devzone.ok("--office", office, "seal").out for office in ("jianning", "泰宁")}
    assert len(seals) == 2
    for office in ("jianning", "泰宁"):
        assert "事实 2 件" in devzone.ok("--office", office, "check").out


def test_an_office_that_is_there_is_left_as_it_is(devzone: Devzone, url: str) -> None:
    devzone.ok("office", "create", "jianning")
    devzone.ok("--office", "jianning", "update", 4, "--unit", UNIT, "--note", "甲")
    ran = devzone.ok("office", "create", "jianning")
    assert "已经有了" in ran.err
    assert noted(devzone, "--office", "jianning") == ["甲"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--office", "taining", "status"], 6, "没有办公室 taining"),
        (["--office", "taining", "update", "4", "--unit", UNIT, "--note", "甲"], 6, "没有办公室 taining"),
        (["office", "upgrade", "taining"], 6, "没有办公室 taining"),
        (["--office", "Taining", "status"], 2, "不能作办公室的名字"),
        (["office", "create", "pg_temp"], 2, "不能作办公室的名字"),
        (["office", "create", 'a"; DROP SCHEMA x'], 2, "不能作办公室的名字"),
        (["office", "create", "建" * 22], 2, "不能作办公室的名字"),
        (["office", "create", "public"], 2, "不用新建"),
        (["office", "create", "theirs"], 5, "不是 devzone 的表"),
        (["office", "create"], 2, "要写一个名字"),
        (["office", "list", "taining"], 2, "不写名字"),
        (["office", "drop", "taining"], 2, "没有“drop”这一种"),
    ],
)
def test_what_is_no_office_is_told(devzone: Devzone, url: str, words: list[str], code: int, said: str) -> None:
    with connected(url) as connection:
        connection.execute("CREATE SCHEMA theirs")
        connection.execute("CREATE TABLE theirs.entry (id int)")
    ran = devzone(*words)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert devzone.ok("office", "list").out == ""


@pytest.mark.of_a_file("it has no offices")
def test_a_file_has_no_offices(devzone: Devzone) -> None:
    for words in (["--office", "jianning", "status"], ["office", "create", "jianning"], ["office", "list"]):
        ran = devzone(*words)
        assert (ran.code, ran.out) == (2, "")
        assert "不分办公室" in ran.err
    with pytest.raises(WrongUsage):
        Database("devzone.db", office="jianning")


def test_a_name_in_the_address_is_kept_from_the_driver() -> None:
    where = Database("postgresql+psycopg://u:s3cret@host/db?office=jianning&sslmode=require")
    assert (where.url, where.office) == ("postgresql+psycopg://u:s3cret@host/db?sslmode=require", "jianning")
    assert str(where) == "postgresql+psycopg://host/db（办公室 jianning）"
    assert Database("postgresql+psycopg://host/db?office=a", office="b").office == "b"


def test_schema_steps_run_for_each_office(devzone: Devzone, url: str) -> None:
    for office in ("jianning", "taining", "xin"):
        devzone.ok("office", "create", office)
    with connected(url) as connection:
        connection.execute("UPDATE taining.alembic_version SET version_num = '9999'")
    assert devzone.ok("office", "list").lines[1] == ["taining", "office", "9999", "newer"]
    ran = devzone("office", "upgrade")
    assert ran.code == 6
    assert "taining" in ran.err
    assert "更新的 devzone" in ran.err
    assert "都是最新的" in devzone.ok("office", "upgrade", "jianning").err
    ran = devzone("--office", "taining", "status")
    assert (ran.code, ran.out) == (6, "")
    assert "更新的 devzone" in ran.err
    devzone.ok("--office", "jianning", "status")


def test_who_writes_waits_for_no_other_office(devzone: Devzone, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for office in ("jianning", "taining"):
        devzone.ok("office", "create", office)
    monkeypatch.setattr(database, "WAIT_SECONDS", 1)
    with Database(url, office="jianning").writing():
        devzone.ok("--office", "taining", "update", 4, "--unit", UNIT, "--note", "甲")
        devzone.ok("update", 4, "--unit", UNIT, "--note", "甲")
        ran = devzone("--office", "jianning", "update", 4, "--unit", UNIT, "--note", "甲")
    assert (ran.code, ran.out) == (6, "")
    assert "正被别的程序写入" in ran.err


def test_two_who_make_one_office_at_the_same_moment(devzone: Devzone, url: str) -> None:
    from sm_devzone.storage import offices

    together, made = threading.Barrier(2), []

    def make() -> None:
        together.wait()
        made.append(offices.create(Database(url, office="jianning")))

    makers = [threading.Thread(target=make) for _ in range(2)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert sorted(made) == [False, True]


def test_a_login_that_may_not_look_is_told(devzone: Devzone, url: str) -> None:
    devzone.ok("office", "create", "jianning")
    with connected(url) as connection:
        connection.execute("DROP ROLE IF EXISTS nobody_here")
        connection.execute("CREATE ROLE nobody_here LOGIN")
    as_nobody = url.replace("office@", "nobody_here@")
    for words in (["status"], ["update", 4, "--unit", UNIT, "--note", "甲"], ["check"]):
        ran = devzone("--db", as_nobody, "--office", "jianning", *words)
        assert (ran.code, ran.out) == (5, "")
        assert "登录 nobody_here 没有办公室 jianning 的权限" in ran.err
    ran = devzone("--db", as_nobody, "office", "create", "taining")
    assert (ran.code, ran.out) == (5, "")
    assert "数据库不许这个登录这样做" in ran.err
    assert devzone.ok("--db", as_nobody, "office", "list").lines == [["jianning", "office", "", "closed"]]


def test_a_server_that_dies_in_the_middle_loses_nothing(devzone: Devzone, url: str) -> None:
    devzone.ok("office", "create", "jianning")
    devzone.ok("--office", "jianning", "update", 4, "--unit", UNIT, "--note", "甲")

    def killed(_: object) -> list[Entry]:
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        return [Entry("update", "sm-devzone-2024", 4, UNIT, date(2026, 11, 23), "小林", note="乙")]

    from sm_devzone.errors import DatabaseUnusable

    with pytest.raises(DatabaseUnusable, match="数据库用不了"):
        Journal(Database(url, office="jianning")).append(killed, NOW)
    devzone.ok("--office", "jianning", "update", 4, "--unit", UNIT, "--note", "丙")
    assert [entry["id"] for entry in devzone.ok("--office", "jianning", "history", "--json").json["entries"]] == [2, 1]
    assert Walk(Database(url, office="jianning")).seal.number == 3
