"""The steps of the schema: from nothing to the newest, each whole or not at all, and the old file kept beside it."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

from sm_devzone.storage import database, tables, upgrade
from sm_devzone.storage.database import SCHEMAS, Database
from tests.conftest import Devzone

UNIT = "市商务局"
LAST = SCHEMAS[-1]
NEXT = f"{int(LAST) + 1:04}"
SHAPE = """
    SELECT m.type, m.name, m.tbl_name, c.* FROM sqlite_master m LEFT JOIN pragma_table_xinfo(m.name) c
    WHERE m.name NOT LIKE 'alembic%' AND m.type = 'table'
    UNION ALL
    SELECT m.type, m.name, m.tbl_name, c.*, '' FROM sqlite_master m JOIN pragma_index_xinfo(m.name) c
    WHERE m.type = 'index' AND m.name NOT LIKE '%autoindex%' ORDER BY 1, 2, 4
"""


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as file:
        return file.execute(sql).fetchall()


def copies(path: Path) -> list[str]:
    return sorted(other.name for other in path.parent.iterdir() if other != path)


@pytest.fixture
def old(devzone: Devzone) -> Path:
    """A journal as this version makes it, with one entry."""
    devzone.ok("update", 4, "--unit", UNIT, "--note", "旧的记录", "--progress", 30)
    return devzone.db


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """`next_version(body)`: go on as a version of devzone with one more step, which does `body`."""

    def install(body: str) -> None:
        steps = tmp_path / "steps"
        shutil.copytree(upgrade.STEPS, steps, ignore=shutil.ignore_patterns("__pycache__"))
        (steps / "versions" / f"r{NEXT}_next.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\n\n"
            f"revision = '{NEXT}'\ndown_revision = '{LAST}'\n\n\n"
            "def upgrade() -> None:\n" + textwrap.indent(textwrap.dedent(body), "    "),
            encoding="utf-8",
        )
        monkeypatch.setattr(database, "SCHEMAS", (*SCHEMAS, NEXT))
        monkeypatch.setattr(upgrade, "upgrade", partial(upgrade.upgrade, steps=steps))

    return install


def test_from_nothing(tmp_path: Path) -> None:
    path = tmp_path / "devzone.db"
    with Database(str(path)).writing():
        pass
    assert rows(path, "SELECT version_num FROM alembic_version") == [(SCHEMAS[-1],)]
    assert rows(path, "SELECT count(*) FROM entry") == [(0,)]
    assert copies(path) == []


def test_the_steps_lead_to_the_tables_of_the_code(tmp_path: Path) -> None:
    stepped, declared = tmp_path / "stepped.db", tmp_path / "declared.db"
    with Database(str(stepped)).writing():
        pass
    engine = create_engine(f"sqlite:///{declared}", poolclass=NullPool)
    assert tables.EntryRow.metadata is SQLModel.metadata
    SQLModel.metadata.create_all(engine)
    assert rows(stepped, SHAPE) == rows(declared, SHAPE)
    partial_index = "SELECT sql FROM sqlite_master WHERE name = 'entry_by_kind'"
    assert rows(stepped, partial_index) == rows(declared, partial_index)
    with create_engine(f"sqlite:///{stepped}", poolclass=NullPool).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []


def test_the_last_step_is_the_one_the_code_works_with() -> None:
    names = sorted(path.name for path in (upgrade.STEPS / "versions").glob("r*.py"))
    assert [name[1:5] for name in names] == list(SCHEMAS[1:])


def test_a_step_keeps_the_entries_and_a_copy_of_the_old_file(
    devzone: Devzone, old: Path, next_version: Callable[[str], None]
) -> None:
    before, entries = old.read_bytes(), rows(old, "SELECT * FROM entry")
    next_version("op.add_column('entry', sa.Column('place', sa.Text))")
    assert "旧的记录" in devzone.ok("history").out
    assert rows(old, "SELECT version_num FROM alembic_version") == [(NEXT,)]
    assert rows(old, "SELECT * FROM entry") == [(*entry, None) for entry in entries]
    copy = old.with_name(f"devzone.db.schema-{LAST}.bak")
    assert copies(old) == [copy.name]
    assert rows(copy, "SELECT * FROM entry") == rows_of(before, copy.with_name("before"))
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def rows_of(content: bytes, place: Path) -> list[tuple[object, ...]]:
    place.write_bytes(content)
    return rows(place, "SELECT * FROM entry")


def test_from_the_oldest_schema(devzone: Devzone) -> None:
    devzone.db.parent.mkdir(parents=True)
    engine = create_engine(f"sqlite:///{devzone.db}", poolclass=NullPool)
    config = Config()
    config.set_main_option("script_location", str(upgrade.STEPS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO entry (kind, policy, measure, unit, milestone, period, happened_on, recorded_at, recorded_by,"
            " source, note) VALUES ('submit', 'sm-devzone-2024', 4, '三元区', '整合', '', '2024-12-30',"
            " '2024-12-30T02:00:00Z', '小林', 'cli', '旧版记的')"
        )
    assert rows(devzone.db, "SELECT version_num FROM alembic_version") == [("0001",)]
    devzone.ok("close", 4, "--unit", "三元", "--note", "已核实")
    assert [line[1] for line in devzone.ok("history").lines] == ["close", "submit"]
    assert copies(devzone.db) == ["devzone.db.schema-0001.bak"]


def test_a_step_is_done_once_whoever_comes_first(
    devzone: Devzone, old: Path, next_version: Callable[[str], None]
) -> None:
    next_version("op.create_table('other', sa.Column('id', sa.Integer))")
    devzone.ok("update", 4, "--unit", UNIT, "--note", "新的记录")
    devzone.ok("history")
    devzone.ok("update", 4, "--unit", UNIT, "--note", "又一条")
    assert copies(old) == [f"devzone.db.schema-{LAST}.bak"]
    assert rows(old, "SELECT count(*) FROM entry") == [(3,)]


def test_an_older_copy_is_not_overwritten(devzone: Devzone, old: Path, next_version: Callable[[str], None]) -> None:
    kept = old.with_name(f"devzone.db.schema-{LAST}.bak")
    kept.write_bytes(b"kept")
    next_version("op.create_table('other', sa.Column('id', sa.Integer))")
    devzone.ok("status")
    assert kept.read_bytes() == b"kept"
    assert copies(old) == [f"devzone.db.schema-{LAST}(2).bak", f"devzone.db.schema-{LAST}.bak"]


def test_a_failing_step_leaves_everything_as_it_was(
    devzone: Devzone, old: Path, next_version: Callable[[str], None]
) -> None:
    before = old.read_bytes()
    next_version(
        """
        op.create_table('other', sa.Column('id', sa.Integer))
        op.execute('DROP TRIGGER entry_refuses_update')
        op.execute("UPDATE entry SET note = '改了一半'")
        op.add_column('entry', sa.Column('place', sa.Text))
        op.execute('SELECT * FROM nothing')
        """
    )
    for words in (["status"], ["history"], ["update", 4, "--unit", UNIT, "--note", "新的记录"]):
        ran = devzone(*words)
        assert ran.code == 6
        assert ran.out == ""
        assert old.read_bytes() == before
        assert copies(old) == []


def test_a_step_that_raises_leaves_everything_as_it_was(
    devzone: Devzone, old: Path, next_version: Callable[[str], None]
) -> None:
    before = old.read_bytes()
    next_version("op.create_table('other', sa.Column('id', sa.Integer))\nraise KeyError('half way')")
    ran = devzone("status")
    assert (ran.code, ran.out) == (1, "")
    assert "half way" in ran.err
    assert old.read_bytes() == before
    assert copies(old) == []


def test_a_failing_first_step_leaves_no_half_made_journal(
    devzone: Devzone, next_version: Callable[[str], None]
) -> None:
    next_version("op.execute('SELECT * FROM nothing')")
    assert devzone("update", 4, "--unit", UNIT, "--note", "新的记录").code == 6
    assert devzone.ok("history").out == ""
    assert rows(devzone.db, "SELECT * FROM sqlite_master") == []


def test_a_newer_journal_is_refused_and_left_alone(devzone: Devzone, old: Path) -> None:
    with closing(sqlite3.connect(old)) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
        file.commit()
    before = old.read_bytes()
    for words in (["status"], ["check"], ["update", 4, "--unit", UNIT, "--note", "新的记录"]):
        ran = devzone(*words)
        assert (ran.code, ran.out) == (6, "")
        assert "更新的 devzone" in ran.err
        assert "升级" in ran.err
    assert old.read_bytes() == before


def loaded(argv: list[str], names: list[str]) -> list[str]:
    """Which of `names` a process has imported after running `argv` with its output in a pipe."""
    program = (
        "import sys\nfrom sm_devzone.cli import main\n"
        f"assert main({argv!r}) == 0\nprint(*(n for n in {names!r} if n in sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return done.stderr.split()


def test_an_everyday_read_loads_nothing_heavy(old: Path) -> None:
    heavy = ["alembic", "sqlalchemy", "sqlmodel", "rich", "jinja2", "yaml", "pypinyin"]
    assert loaded(["status"], heavy) == []
    assert loaded(["update", "4", "--unit", UNIT, "--note", "新的记录"], ["alembic", "rich", "jinja2", "yaml"]) == []
