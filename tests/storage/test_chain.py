"""The chain: whatever was changed, taken out or put in is named; a seal kept elsewhere proves that nothing was."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel

from sm_devzone.domain.chain import Claim, Seal, read_claim
from sm_devzone.domain.entry import Entry
from sm_devzone.storage import chain, tables
from sm_devzone.storage.chain import ChainBroken, Walk
from sm_devzone.storage.database import Database
from sm_devzone.storage.journal import Journal
from tests.conftest import Devzone
from tests.storage import tampering

ROOT = Path(__file__).parents[2]
ISSUED = ROOT / "tests" / "fixtures" / "issued-0.1.0"
FIELDS = "kind, policy, measure, unit, milestone, period, happened_on, recorded_at, recorded_by, source"
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def checker() -> ModuleType:
    """The program of docs/journal.md."""
    text = (ROOT / "docs" / "journal.md").read_text("utf-8")
    (program,) = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert program.count("\n") <= 60
    assert "devzone" not in program.replace("不需要 devzone", "")
    made = ModuleType("checker")
    exec(compile(program, "docs/journal.md", "exec"), made.__dict__)
    return made


@pytest.fixture
def office(devzone: Devzone, tmp_path: Path) -> Devzone:
    """Facts of each sort: 1 the plan, 2 to 6 entries, the 4th with evidence behind it, and three papers."""
    proof = tmp_path / "批复.pdf"
    proof.write_bytes(b"%PDF")
    devzone.ok("update", 4, "--unit", "商务局", "--note", "已整合\t“三个”园区\\", "--progress", 60)
    devzone.ok("update", 4, "--unit", "三元", "--done", "--note", "整合完成", "--evidence", proof)
    devzone.ok("close", 4, "--unit", "三元", "--note", "验收")
    devzone.ok("report", "--number", 12, "--format", "md")
    devzone.ok("notice", "--unit", "建宁", "--format", "md")
    devzone.ok("send", "--unit", "商务局", "-o", "表")
    return devzone


def altered(devzone: Devzone, *statements: str) -> None:
    """Change the file as somebody would who has it before them: its guards are taken off first."""
    with closing(sqlite3.connect(devzone.db)) as file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            file.execute(statement)
        file.commit()


def test_each_fact_is_a_link(office: Devzone) -> None:
    with closing(sqlite3.connect(office.db)) as file:
        assert file.execute("SELECT id, kind, fact FROM link ORDER BY id").fetchall() == [
            (1, "plan_version", 1),
            (2, "entry", 1),
            (3, "entry", 2),
            (4, "evidence", 1),
            (5, "entry", 3),
            (6, "bulletin", 1),
            (7, "notice", 1),
            (8, "dispatch", 1),
        ]
    said = office.ok("check").out
    assert "链：事实 8 件，从第一件起没有改过、拿走过、塞进过；封签 8-" in said
    assert "旧版本" not in said


def test_every_table_holds_facts_or_their_links() -> None:
    assert set(SQLModel.metadata.tables) == {*chain.FACTS, "link"}
    assert tables.LinkRow.__tablename__ == "link"


@pytest.mark.parametrize("name", ["policy", "unit", "milestone", "period"])
@pytest.mark.parametrize("words", [["status"], ["export", "duties"], ["stats"], ["report", "-o", "-"]], ids=str)
def test_a_key_that_is_no_text_is_damage(office: Devzone, name: str, words: list[str]) -> None:
    altered(office, f"UPDATE entry SET {name} = CAST({name} AS BLOB) WHERE id = 1")
    ran = office(*words)
    assert (ran.code, ran.out) == (6, "")
    assert "流水里有读不懂的记录，数据库文件可能已损坏" in ran.err


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE entry SET note = '已整合四个园区' WHERE id = 1", "第 2 件事实（流水 1 号）和记下时不一样"),
        ("UPDATE entry SET progress = 61 WHERE id = 1", "第 2 件事实（流水 1 号）和记下时不一样"),
        ("UPDATE entry SET progress = NULL WHERE id = 1", "第 2 件事实（流水 1 号）和记下时不一样"),
        ("UPDATE entry SET problem = '' WHERE id = 1", "第 2 件事实（流水 1 号）和记下时不一样"),
        ("UPDATE entry SET note = x'ff00' WHERE id = 1", "第 2 件事实（流水 1 号）和记下时不一样"),
        ("UPDATE entry SET measure = '四' WHERE id = 1", "第 2 件事实（流水 1 号）和记下时不一样"),
        ("UPDATE entry SET id = 9 WHERE id = 3", "第 5 件事实（流水 3 号）不见了"),
        ("UPDATE plan_version SET text = text || ' ' WHERE id = 1", "第 1 件事实（计划版本第 1 条）和记下时不一样"),
        (f"UPDATE evidence SET sha256 = '{'0' * 64}'", "第 4 件事实（佐证材料 1 号）和记下时不一样"),
        ("UPDATE bulletin SET day = '2026-11-22'", "第 6 件事实（报告登记第 1 条）和记下时不一样"),
        ("UPDATE notice SET colour = 'red'", "第 7 件事实（督办单登记第 1 条）和记下时不一样"),
        ("DELETE FROM dispatch", "第 8 件事实（填报表登记第 1 条）不见了"),
        ("DELETE FROM entry WHERE id = 2", "第 3 件事实（流水 2 号）不见了"),
        ("DELETE FROM link WHERE id = 3", "第 3 件事实从链上拿走了"),
        ("DELETE FROM link WHERE id = 8", "填报表登记第 1 条不在链上，是塞进来的"),
        ("DELETE FROM link", "不在链上，是塞进来的"),
        ("UPDATE link SET sha256 = x'00' WHERE id = 3", "第 3 件事实（流水 2 号）和记下时不一样"),
        ("UPDATE link SET fact = 'eins' WHERE id = 3", "读不懂的记录"),
        ("UPDATE link SET kind = 'other' WHERE id = 3", "第 3 件事实（2）不见了"),
        (
            f"INSERT INTO entry (id, {FIELDS}) SELECT 7, {FIELDS} FROM entry WHERE id = 1",
            "流水 7 号不在链上，是塞进来的",
        ),
        (
            "INSERT INTO evidence SELECT 0, entry, sha256, name, size FROM evidence",
            "佐证材料 0 号不在链上，是塞进来的",
        ),
    ],
)
def test_whatever_was_done_to_the_file_is_named(
    office: Devzone, checker: ModuleType, statement: str, said: str
) -> None:
    assert checker.check(office.db) is None
    altered(office, statement)
    ran = office("check")
    assert (ran.code, ran.out) == (6, "")
    assert said in ran.err
    assert checker.check(office.db) is not None


def what_is_told(db: Path, *statements: str) -> str | None:
    """What the walk says of a copy of `db` to which that was done; None where there was nothing to do.

    It says the same whether it went over many chunks at once or over one.
    """
    copy = db.with_name("copy.db")
    shutil.copy(db, copy)
    with closing(sqlite3.connect(copy)) as file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f"DROP TRIGGER {name}")
        file.execute("PRAGMA ignore_check_constraints = ON")
        if not sum(file.execute(statement).rowcount for statement in statements):
            return None
        file.commit()
    said = set()
    for size in (chain._CHUNK, 2):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(chain, "_CHUNK", size)
            with pytest.raises(ChainBroken) as broken:
                Walk(Database(str(copy)))
        said.add(broken.value.message)
    (message,) = said
    return message


@pytest.mark.parametrize("table", chain.FACTS)
def test_no_fact_of_any_table_is_changed_taken_out_or_put_in(office: Devzone, table: str) -> None:
    if table == "bundle":
        Path("contacts.yaml").write_text("offices:\n- unit: 市商务局\n", "utf-8")
        office.ok("export", "bundle", "-o", "包.json")
        Path("plan.yaml").write_bytes((ROOT / "data" / "measures.yaml").read_bytes())
        office.ok("--plan", "plan.yaml", "collect", "包.json", "--yes")
    said = {name: what_is_told(office.db, statement) for name, statement in tampering.acts(table)}
    assert [name for name, words in said.items() if words and tampering.told(table) not in words] == []
    assert sum(words is not None for words in said.values()) > len(SQLModel.metadata.tables[table].columns)
    for name in ("id changed", "taken out", "put in behind", "put in before"):
        assert said[name]


@pytest.mark.parametrize("table", chain.FACTS)
def test_a_value_of_another_kind_is_another_value(office: Devzone, table: str) -> None:
    """The same letters as bytes: nobody who reads them gets what was recorded."""
    for column in SQLModel.metadata.tables[table].columns:
        if column.name != "id":
            name = column.name
            statement = f"UPDATE {table} SET {name} = CAST(CAST({name} AS TEXT) AS BLOB) WHERE {name} IS NOT NULL"
            words = what_is_told(office.db, statement)
            assert words is None or "和记下时不一样" in words


def test_whoever_reckons_the_chain_anew_is_found_by_the_seal(office: Devzone, checker: ModuleType) -> None:
    (line,) = office.ok("seal").out.splitlines()
    number, sha256, code = line.split("\t")
    altered(office, "UPDATE entry SET note = '什么也没有做' WHERE id = 1", "DELETE FROM link")
    with Database(str(office.db)).writing() as connection:
        from sm_devzone.storage.database import runner

        run = runner(connection)
        for table in chain.FACTS:
            chain.lengthen(connection, run, table, -1)
    assert Walk(Database(str(office.db))).seal.number == 8
    for kept in (line, f"{number} {sha256}", code):
        ran = office("check", "--sealed", kept)
        assert (ran.code, ran.out) == (6, "")
        assert "和封签不符，第 8 件事实或它以前的不是当时的" in ran.err
    assert checker.check(office.db, code) == "和封签不符"


def test_a_seal_holds_whatever_is_recorded_after_it(office: Devzone, checker: ModuleType) -> None:
    (line,) = office.ok("seal").out.splitlines()
    code = line.split("\t")[2]
    office.ok("update", 4, "--unit", "商务局", "--note", "又一条")
    said = office.ok("check", "--sealed", line).out
    assert "封签相符：第 8 件事实和它以前的，都和封签那时一样" in said
    assert "封签相符" in office.ok("check", "--sealed", f"流水封签：{code}").out
    assert checker.check(office.db, code) is None


def test_a_seal_of_what_is_not_there(office: Devzone) -> None:
    (line,) = office.ok("seal").out.splitlines()
    altered(office, "DELETE FROM link WHERE id = 8", "DELETE FROM dispatch")
    assert Walk(Database(str(office.db))).seal.number == 7
    ran = office("check", "--sealed", line)
    assert ran.code == 6
    assert "封签是第 8 件事实的，这里只到第 7 件" in ran.err


SEAL = Seal(1234, "a3" * 32)


@pytest.mark.parametrize(
    "text",
    [
        f"1234 {'a3' * 32}",
        f"1234\t{'A3' * 32}\t1234-MEHT-78X3-MEHT-78X3",
        "1234-MEHT-78X3-MEHT-78X3",
        "流水封签：1234-MEHT-78X3-MEHT-78X3",
        "１２３４－ｍｅｈｔ－７８ｘ３－ｍｅｈｔ－７８ｘ３",
        "1234 — meht — 78x3 — meht — 78x3。",
        "1234-MEHT78X3MEHT78X3",
    ],
)
def test_a_seal_is_read_as_people_write_it(text: str) -> None:
    claim = read_claim(text)
    assert claim is not None
    assert claim.holds(SEAL)
    assert not claim.holds(SEAL._replace(number=1235))
    assert not claim.holds(SEAL._replace(sha256="a3" * 31 + "a4")) or len(claim.words) < 64


def test_characters_that_look_alike_are_one() -> None:
    zeros = Seal(3, "0" * 64)
    assert zeros.code == "3-0000-0000-0000-0000"
    claim = read_claim("3-OOOO-0o0o-0000-0000")
    assert claim == Claim(3, zeros.code)
    ones = Seal(3, "08421084210842108421" + "0" * 44)
    assert ones.code == "3-1111-1111-1111-1111"
    assert read_claim("3-IlIl-1111-1111-1111") == Claim(3, ones.code)


@pytest.mark.parametrize("text", ["", "1234", "MEHT-78X3-MEHT-78X3", "1234-MEHT-78X3-MEHT", f"{SEAL.code}X"])
def test_what_is_no_seal_is_refused(devzone: Devzone, text: str) -> None:
    assert read_claim(text) is None
    ran = devzone("check", "--sealed", text)
    assert (ran.code, ran.out) == (2, "")
    assert "不是封签" in ran.err


def test_nothing_recorded_nothing_sealed(devzone: Devzone) -> None:
    ran = devzone.ok("seal")
    assert ran.out == ""
    assert "没有可封的" in ran.err
    assert devzone.is_new
    assert "链" not in devzone.ok("check").out
    assert devzone("check", "--sealed", SEAL.code).code == 6


def test_a_seal_as_json_and_on_a_screen(office: Devzone) -> None:
    told = office.ok("seal", "--json").json
    assert list(told) == ["schema", "number", "sha256", "code"]
    assert told["schema"] == "devzone/seal/1"
    shown = office.ok("seal", terminal=True).out
    assert shown == f"8 {told['sha256']}\n封签 {told['code']}\n"
    assert office.ok("check", "--json").json["seal"] == {key: told[key] for key in ("number", "sha256", "code")}


def test_papers_bear_the_seal_of_what_they_knew(office: Devzone) -> None:
    (bulletin,) = (office.folder / "reports").glob("*.md")
    (slip,) = (office.folder / "notices").glob("*.md")
    for path, number in ((bulletin, 5), (slip, 6)):
        *_, foot = path.read_text("utf-8").splitlines()
        assert foot.startswith(f"流水封签：{number}-")
        assert "封签相符" in office.ok("check", "--sealed", foot).out
    office.ok("update", 4, "--unit", "商务局", "--note", "又一条")
    assert "一致" in office.ok("report", "--verify", 12).out
    (again,) = office.ok("notice", "--reprint", 1, "-o", "again").out.splitlines()
    assert Path(again).read_bytes() == slip.read_bytes()


def test_a_report_that_is_not_issued_bears_none(office: Devzone) -> None:
    assert "封签" not in office.ok("report", "--format", "md", "-o", "-").out


def test_an_older_copy_in_its_place_is_told(office: Devzone, tmp_path: Path) -> None:
    older = tmp_path / "older.db"
    shutil.copy(office.db, older)
    office.ok("update", 4, "--unit", "商务局", "--note", "又一条")
    shutil.copy(older, office.db)
    ran = office("check")
    assert (ran.code, ran.out) == (6, "")
    assert "这是较早的一份流水，只到第 8 件事实：在这里见过第 9 件事实" in ran.err
    assert "devzone seal" in ran.err


def test_an_older_copy_that_was_gone_on_with_is_told(office: Devzone, tmp_path: Path) -> None:
    older = tmp_path / "older.db"
    shutil.copy(office.db, older)
    office.ok("update", 4, "--unit", "商务局", "--note", "又一条")
    shutil.copy(older, office.db)
    for number in range(2):
        office.ok("update", 4, "--unit", "商务局", "--note", f"另一条 {number}")
    ran = office("check")
    assert ran.code == 6
    assert "成了另一本：在这里见过第 9 件事实" in ran.err
    assert "成了另一本" in office.ok("seal").err
    office.ok("check")


def test_a_copy_to_practise_on_harms_nothing(office: Devzone, tmp_path: Path) -> None:
    practice = tmp_path / "practice.db"
    shutil.copy(office.db, practice)
    office.ok("--db", practice, "update", 4, "--unit", "商务局", "--note", "练习")
    said = office.ok("check").out
    assert f"这是较早的一份流水，只到第 8 件事实：在 {practice} 见过第 9 件事实" in said
    office.ok("update", 4, "--unit", "商务局", "--note", "真的")
    assert f"成了另一本：在 {practice} 见过" in office.ok("check").out


def test_without_a_place_to_remember_it_works(office: Devzone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place = tmp_path / "no-folder"
    place.write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(place))
    office.ok("update", 4, "--unit", "商务局", "--note", "又一条")
    office.ok("check")
    office.ok("seal")


def test_what_others_may_have_written_is_no_memory(office: Devzone) -> None:
    """Nor is a link followed there: what it leads to would be written over."""
    (kept,) = (office.folder / "home" / "state" / "devzone").iterdir()
    before = kept.read_bytes()
    kept.parent.chmod(0o777)
    office.ok("update", 4, "--unit", "商务局", "--note", "又一条")
    assert kept.read_bytes() == before
    kept.write_bytes(before.replace(b"8 ", b"99 ", 1))
    office.ok("check")
    kept.parent.chmod(0o700)
    assert office("check").code == 6


def test_an_old_journal_gets_its_chain_and_says_since_when(devzone: Devzone, checker: ModuleType) -> None:
    devzone.db.parent.mkdir(parents=True)
    shutil.copy(ISSUED / "devzone.db", devzone.db)
    devzone.plan((ISSUED / "plan.yaml").read_text("utf-8"))
    devzone.at("2027-03-01").ok("status")
    with closing(sqlite3.connect(devzone.db)) as file:
        counts = [file.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in chain.FACTS]
        (last,) = file.execute("SELECT max(recorded_at) FROM entry").fetchone()
    said = devzone.ok("check").out
    assert f"链：事实 {sum(counts) + 1} 件" in said
    assert f"前 {sum(counts)} 件是旧版本登记的（最后一条记于 {last[:10]}" in said
    assert checker.check(devzone.db) is None
    seal = devzone.ok("seal").out
    # Another copy of the same old journal gets the same chain, so that a seal holds for both.
    shutil.copy(ISSUED / "devzone.db", devzone.db)
    assert devzone.ok("seal").out == seal


def test_a_column_that_comes_later_changes_no_hash(office: Devzone, checker: ModuleType) -> None:
    before = office.ok("seal").out
    with closing(sqlite3.connect(office.db)) as file:
        file.execute("ALTER TABLE entry ADD COLUMN a_later_one TEXT")
    assert office.ok("check", "--sealed", before).code == 0
    assert checker.check(office.db) is None
    office.ok("update", 4, "--unit", "商务局", "--note", "又一条")
    office.ok("check")
    altered(office, "UPDATE entry SET a_later_one = '塞进来的' WHERE id = 1")
    assert "第 2 件事实（流水 1 号）" in office("check").err


def test_a_chunk_is_no_seam(office: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    for size in (1, 2, 4, 8, 9):
        monkeypatch.setattr(chain, "_CHUNK", size)
        assert Walk(Database(str(office.db))).seal.number == 8
    monkeypatch.setattr(chain, "_CHUNK", 2)
    altered(office, "UPDATE entry SET note = '改' WHERE id = 3")
    with pytest.raises(ChainBroken, match="第 5 件事实（流水 3 号）"):
        Walk(Database(str(office.db)))


def test_what_is_odd_about_the_links_themselves_is_seen_at_once(office: Devzone) -> None:
    """Over many chunks at once as over one: a hash that is bytes, a number that comes twice, another kind."""
    for statement in (
        "UPDATE link SET sha256 = CAST(sha256 AS BLOB) WHERE id = 4",
        "UPDATE link SET sha256 = sha256 || char(10) WHERE id = 3",
        "UPDATE link SET fact = 2 WHERE id = 5",
        "UPDATE link SET kind = 'entry' || char(10) WHERE id = 2",
        "UPDATE link SET id = 99 WHERE id = 8",
    ):
        assert what_is_told(office.db, statement)


def test_who_reads_in_chunks_is_not_disturbed_by_who_writes(office: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "_CHUNK", 2)
    database = Database(str(office.db))
    real: Any = Database.reading
    written: list[int] = []

    def reading(self: Database) -> object:
        if len(written) < 3:
            written.append(0)
            office.ok("update", 4, "--unit", "商务局", "--note", f"其间 {len(written)}")
        return real(self)

    office.ok("update", 4, "--unit", "商务局", "--note", "先")
    with monkeypatch.context() as patch:
        patch.setattr(chain, "Database", Database)
        patch.setattr(database, "reading", lambda: reading(database))
        assert Walk(database).seal.number == 12


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(notes=st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_whatever_a_fact_says_both_reckon_alike(
    notes: list[str], checker: ModuleType, tmp_path_factory: pytest.TempPathFactory, first_steps: Callable[..., None]
) -> None:
    path = tmp_path_factory.mktemp("chain") / "journal.db"
    with closing(sqlite3.connect(path)):
        path.touch()
    facts = [Entry("update", "p", 4, "甲", date(2026, 11, 23), "小林", note=note, source=note) for note in notes]
    Journal(Database(str(path))).append(lambda _: facts, NOW)
    assert Walk(Database(str(path))).seal.number == len(notes)
    assert checker.check(path) is None
