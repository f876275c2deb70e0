"""The offices of one PostgreSQL: each a schema of its own with its tables, its chain and its lock."""

from __future__ import annotations

from typing import NamedTuple

from sm_devzone.errors import DatabaseUnusable, DevzoneError, Refused
from sm_devzone.storage.database import SCHEMAS, TABLES, Database, quoted, runner

_SCHEMAS = """SELECT n.nspname, pg_get_userbyid(n.nspowner), has_schema_privilege(n.oid, 'USAGE')
    AND coalesce(has_table_privilege(v.oid, 'SELECT'), false)
    FROM pg_namespace n JOIN pg_class e ON e.relnamespace = n.oid AND e.relname = 'entry' AND e.relkind = 'r'
    JOIN pg_class v ON v.relnamespace = n.oid AND v.relname = 'alembic_version' AND v.relkind = 'r'
    ORDER BY n.nspname"""


class Office(NamedTuple):
    """One office, the role that owns it, and the schema step it is at; None where this login may not look into it."""

    office: str
    owner: str
    step: str | None

    @property
    def condition(self) -> str:
        """`current`, `older`, `newer` than this version works with; or `closed` to this login."""
        if self.step is None:
            return "closed"
        if self.step == SCHEMAS[-1]:
            return "current"
        return "older" if self.step in SCHEMAS else "newer"


def listed(database: Database) -> list[Office]:
    """Every office on the server, by name. Raises DatabaseUnusable."""
    with database.administering() as connection:
        found = []
        for name, owner, may_look in runner(connection)(_SCHEMAS, {}):
            sql = f"SELECT version_num FROM {quoted(name)}.alembic_version"
            steps = runner(connection)(sql, {}) if may_look else []
            found.append(Office(name, owner, steps[0][0] if steps else None))
    return found


def create(database: Database) -> bool:
    """Make the office that `database` names, with all its tables, or nothing; False where it is there already.

    Raises Refused where something else has that name, or the login may make none; DatabaseUnusable.
    """
    name = database.office
    assert name is not None
    with database.administering() as connection:
        run = runner(connection)
        run("SELECT pg_advisory_xact_lock(hashtext(:of))", {"of": f"devzone {name}"})
        if run("SELECT 1 FROM pg_namespace WHERE nspname = :name", {"name": name}):
            tables = {row[0] for row in run("SELECT tablename FROM pg_tables WHERE schemaname = :name", {"name": name})}
            if "alembic_version" in tables and tables >= {"entry"}:
                return False
            if tables & (TABLES | {"alembic_version"}):
                raise Refused(f"已经有一个叫 {name} 的 schema，里面不是 devzone 的表：{database}", "请换一个名字")
        else:
            connection.exec_driver_sql(f"CREATE SCHEMA {quoted(name)}")
        from sm_devzone.storage.upgrade import upgrade

        upgrade(connection)
    return True


def upgrade_all(database: Database, names: list[str]) -> list[tuple[str, str, str]]:
    """Bring the offices of those `names`, or all there are, to the newest step; tell each that was older: from, to.

    One after the other, each whole or not at all. Raises DatabaseUnusable where there is none of that name, where one
    is newer, and, once all others are done, for those that could not be brought there.
    """
    found = {office.office: office for office in listed(database)}
    if unknown := [name for name in names if name not in found]:
        raise DatabaseUnusable(f"没有办公室 {'、'.join(unknown)}：{database}", "看有哪些：devzone office list")
    done: list[tuple[str, str, str]] = []
    failed: list[str] = []
    for office in map(found.__getitem__, names or found):
        if office.condition == "current":
            continue
        try:
            with database.of_office(office.office).writing():
                pass
        except DevzoneError as error:
            failed.append(f"{office.office}：{error.message}")
        else:
            done.append((office.office, office.step or "", SCHEMAS[-1]))
    if failed:
        others = f"；升级好的：{'、'.join(name for name, _, _ in done)}" if done else ""
        raise DatabaseUnusable(f"{len(failed)} 个办公室没有升级{others}", "\n".join(failed))
    return done
