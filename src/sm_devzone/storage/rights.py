"""Who may see and record what, where logins of a server are granted: the SQL of a grant, and who this login is.

The server keeps it, by the policies of schema step 0010: a login sees the rows that it may see, however it asks. Who it
is comes from `session_user` and the table `granted`; what a unit is called, from the versions of the plan that the
office has recorded. The owner of the tables is held back by nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple

from sqlalchemy import Connection, text

from sm_devzone.domain.editions import History
from sm_devzone.errors import Refused
from sm_devzone.storage.database import Database, Run, quoted, runner

SORTS = {"unit": "单位", "office": "办公室", "leader": "领导", "reader": "只读"}
"""What a login can be. A leader and a reader may read all and record nothing; they are told apart in the list."""

FACTS = ("entry", "evidence", "evidence_file", "plan_version", "bulletin", "notice", "dispatch", "bundle", "link")
_OF_UNITS = tuple(table for table in FACTS if table not in ("bulletin", "bundle"))
_FENCED = (*FACTS, "duty_row")
_VIEWS = ("duties", "overdue", "facts")
_DERIVED = ("plan_name", "plan_number")
_BESIDE = ("alembic_version", "ordered", "first_entry", *_DERIVED, "duty_row", *_VIEWS)
_REPORTED = ("entry", "evidence", "evidence_file")


class Login(NamedTuple):
    """One login that was granted: what it is, and which unit it speaks for where it is one."""

    login: str
    sort: str
    unit: str | None


def logins(database: Database) -> list[Login]:
    """Every login that was granted in this office, by name. Raises DatabaseUnusable, and Refused."""
    with database.reading() as run:
        return [Login(*row) for row in run("SELECT login, sort, unit FROM granted ORDER BY login", {})]


def script(database: Database, granted: Login, *, revoked: bool = False) -> list[str]:
    """The statements that give `granted` its rights in this office, or take all of them away; to be run together.

    Raises Refused for a login that no policy can hold back; DatabaseUnusable.
    """
    with database.administering() as connection:
        return _script(runner(connection), granted, revoked=revoked)


def _script(run: Run, granted: Login, *, revoked: bool = False) -> list[str]:
    (schema, owner), *_ = run(
        "SELECT nspname, pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = current_schema()", {}
    )
    roles = run(
        """SELECT rolsuper OR rolbypassrls OR pg_has_role(oid, :owner, 'MEMBER') FROM pg_roles
           WHERE rolname = :login""",
        {"login": granted.login, "owner": owner},
    )
    if roles and roles[0][0] and not revoked:
        raise Refused(f"登录 {granted.login} 是数据库的管理员或办公室的主人，数据库拦不住它", "请换一个普通的登录")
    here, who, policy = quoted(schema), quoted(granted.login), quoted(granted.login)
    sql = [] if roles or revoked else [f"CREATE ROLE {who} LOGIN"]
    had = run(
        "SELECT tablename FROM pg_policies WHERE schemaname = :schema AND roles = ARRAY[:login]::name[] ORDER BY 1",
        {"schema": schema, "login": granted.login},
    )
    sql += [f"DROP POLICY {policy} ON {here}.{table}" for (table,) in had]
    sql.append(f"DELETE FROM {here}.granted WHERE login = {_literal(granted.login)}")
    if roles:
        sql += [f"REVOKE ALL ON {kind} {here} FROM {who}" for kind in ("ALL TABLES IN SCHEMA", "SCHEMA")]
    if revoked:
        return sql
    free = {
        table
        for (table,) in run(
            "SELECT relname FROM pg_class WHERE NOT relrowsecurity AND relnamespace = current_schema()::regnamespace",
            {},
        )
    }
    sql += [f"ALTER TABLE {here}.{table} ENABLE ROW LEVEL SECURITY" for table in _FENCED if table in free]
    unit = "NULL" if granted.unit is None else _literal(granted.unit)
    sql.append(f"INSERT INTO {here}.granted VALUES ({_literal(granted.login)}, {_literal(granted.sort)}, {unit})")
    sql.append(f"GRANT USAGE ON SCHEMA {here} TO {who}")
    if granted.sort == "unit":
        sql.append(f"GRANT SELECT ON {_all(here, (*_OF_UNITS, *_BESIDE))} TO {who}")
        sql.append(f"GRANT INSERT ON {_all(here, _REPORTED)} TO {who}")
        return sql
    sql.append(f"GRANT SELECT ON {_all(here, (*FACTS, *_BESIDE, 'granted'))} TO {who}")
    if granted.sort == "office":
        recorded = [table for table in FACTS if table != "link"]
        sql.append(f"GRANT INSERT ON {_all(here, recorded)} TO {who}")
        sql.append(f"GRANT INSERT, DELETE ON {_all(here, (*_DERIVED, 'duty_row'))} TO {who}")
    to_do = "ALL" if granted.sort == "office" else "SELECT"
    sql += [f"CREATE POLICY {policy} ON {here}.{table} FOR {to_do} TO {who} USING (true)" for table in _FENCED]
    return sql


def grant(
    database: Database, granted: Login, histories: Iterable[tuple[str, History]], *, revoked: bool = False
) -> None:
    """Run what `script` says, all of it or nothing. Raises Refused and DatabaseUnusable.

    `histories` are the recorded versions of each plan, of which a server that was upgraded knows nothing yet.
    """
    with database.writing() as connection:
        keep_names(connection, histories)
        _run_all(connection, _script(runner(connection), granted, revoked=revoked))


def _run_all(connection: Connection, script: Iterable[str]) -> None:
    for statement in script:
        connection.exec_driver_sql(statement.replace("%", "%%"))


def renew(connection: Connection) -> None:
    """Give every login that was granted its rights anew, as they take in the tables that schema steps have brought.

    One that the server no longer has, or that no policy can hold back by now, is left as it is.
    """
    run = runner(connection)
    had = "SELECT login, sort, unit FROM granted WHERE login IN (SELECT rolname FROM pg_roles) ORDER BY login"
    for login in run(had, {}):
        with suppress(Refused):
            _run_all(connection, _script(run, Login(*login)))


class Viewer(NamedTuple):
    """Who looks at an office where logins are granted; `unit` is the one it was granted for, `names` are all of its."""

    login: str
    sort: str
    unit: str | None = None
    names: frozenset[str] = frozenset()

    @property
    def is_of_unit(self) -> bool:
        return self.sort == "unit"

    @property
    def is_of_office(self) -> bool:
        return self.sort == "office"


def viewer(run: Run) -> Viewer | None:
    """Who the login is; None for one that no policy holds back: the owner, or where no login was ever granted.

    Raises Refused for one that was granted nothing, for which every table would look empty.
    """
    ((login, held, sort, unit, names),) = run(
        "SELECT session_user, row_security_active('entry'), sort, unit, own_names() FROM who()", {}
    )
    if sort is not None:
        return Viewer(login, sort, unit, frozenset(names or ()))
    if held:
        raise Refused(f"登录 {login} 在这里没有授权", "请办公室授权：devzone grant --login …")
    return None


def keep_names(connection: Connection, histories: Iterable[tuple[str, History]]) -> None:
    """Work out again what units are called and how measures are numbered in the recorded versions of each plan.

    By it the server knows whose an entry under a former name is, and what a unit took over from another.
    """
    for policy, history in histories:
        for table, rows in (("plan_name", _names(policy, history)), ("plan_number", _numbers(policy, history))):
            connection.execute(text(f"DELETE FROM {table} WHERE policy = :policy"), {"policy": policy})
            columns = list(rows[0])
            connection.execute(
                text(f"INSERT INTO {table} ({', '.join(columns)}) VALUES (:{', :'.join(columns)})"), rows
            )


def _names(policy: str, history: History) -> Sequence[dict[str, object]]:
    last = len(history.editions) - 1
    words = {
        word for edition in history.editions for unit in edition.policy.units for word in (unit.name, *unit.aliases)
    }
    return [{"policy": policy, "name": word, "unit": history.unit(word, last, last)} for word in sorted(words)]


def _numbers(policy: str, history: History) -> Sequence[dict[str, object]]:
    last = len(history.editions) - 1
    found = []
    for at, edition in enumerate(history.editions):
        after = edition.position if at else 0
        upto = history.editions[at + 1].position if at < last else _END
        for measure in edition.policy.measures:
            now = history.measure(measure.number, at, last)
            if after < upto:
                row = {"policy": policy, "number": measure.number, "after": after, "upto": upto}
                found.append({**row, "measure": now or -measure.number})
    return found


_END = 2**31 - 1


def _all(schema: str, tables: Iterable[str]) -> str:
    return ", ".join(f"{schema}.{table}" for table in tables)


def _literal(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
