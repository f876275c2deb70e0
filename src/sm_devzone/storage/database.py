"""Where the journal lies, and how it is opened: read, or written under one lock. Errors of the database end here.

Reading a file goes through the standard library, which needs no SQLAlchemy and so a third of the time; the SQL is the
same text either way, with `:name` parameters. Writing goes through SQLAlchemy, where sqlmodel needs it.
"""

from __future__ import annotations

import glob
import json
import os
import re
import sqlite3
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sm_devzone import files
from sm_devzone.errors import CannotWrite, DatabaseUnusable, Refused, WrongUsage, cause

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    from sqlalchemy import Connection, Engine

Run = Callable[[str, Mapping[str, Any]], Sequence[Sequence[Any]]]
"""Runs one SELECT with `:name` parameters and returns its rows."""


class Asked(NamedTuple):
    """A SELECT, its parameters, and how many columns it has."""

    sql: str
    values: Mapping[str, Any]
    columns: int

    @property
    def key(self) -> tuple[str, tuple[Any, ...]]:
        return self.sql, tuple(self.values.items())


SCHEMAS = ("", "0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0012", "0013")
"""Every schema step there has been, the empty database first; the last is the one this version works with."""

WAIT_SECONDS = 10
"""How long to wait for another writer, or for a server to answer, before giving up."""

LOST_SECONDS = 60
"""After so long without a word a server takes the lock from a writer: the machine was put to sleep, or is gone."""

SILENT_SECONDS = 60
"""After so long without a word from a server that is to answer it is given up: it was stopped, or is gone."""

EVIDENCE = "-evidence"
"""What follows the name of a journal in that of the folder with its evidence."""

OF_A_SERVER = {
    "connect_timeout": WAIT_SECONDS,
    # A network that is gone is noticed within half a minute.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""How a server is connected to, where its URL does not say otherwise."""

_HOLD = "SELECT count(*) FROM sqlite_master"
"""What a transaction on a file begins with that is to see one state from now on: BEGIN alone locks nothing."""

_SAID_AGAIN_SECONDS = 0.05
"""After so long a statement that should end is interrupted once more."""

MOVED = "moved"
"""The table that a move leaves behind in the database from which it moved; else there is none."""

RESTORE = "请不要再写入，换回最近的备份"
"""What to do about a damaged file."""

_SAID_BY_A_SERVER = {"LockNotAvailable": "数据库正被别的程序写入", "ConnectionTimeout": "数据库没有回答"}
"""What psycopg calls the end of a wait of WAIT_SECONDS."""

_URL = "postgresql+psycopg://用户@主机/数据库"

TABLES = {"entry", "evidence", "evidence_file", "bulletin", "dispatch", "notice", "plan_version", "link", "bundle"}

LOCK = "SELECT pg_advisory_xact_lock(hashtext('devzone' || coalesce(' ' || nullif(current_schema(), 'public'), '')))"
"""Taken by whoever writes, one key an office, so that nobody waits for another office."""

_OFFICE = r"[a-z_\u4e00-\u9fff][a-z0-9_\u4e00-\u9fff]*"  # compiled where one is named: that takes as long as a query
_LONGEST = 63
"""Bytes that PostgreSQL keeps of a name."""


class Database:
    """The database at `where`: a path, or a URL that SQLAlchemy understands. Nothing is opened before it is needed.

    A server has a journal an office, each in the schema of that name; without an `office`, which the URL may name as
    well (`?office=`), it is the one that the login finds first, which is most often `public`.

    A first write makes the file, and with `makes_folder` the folder. A folder that somebody has named and that is not
    there is more often a disk that is not mounted than one to be made. What is said of a copy names what it is the
    copy of (`told_as`).
    """

    def __init__(
        self, where: str, *, makes_folder: bool = True, told_as: str | None = None, office: str | None = None
    ) -> None:
        self._makes_folder = makes_folder
        self._told_as = told_as
        self.url = where if "://" in where and not where.startswith("sqlite:///") else None
        self.path = None if self.url else Path(where.removeprefix("sqlite:///"))
        if self.url is not None:
            self.url, named = _office_in(self.url)
            office = office or named
        elif office is not None:
            raise WrongUsage(
                f"流水文件不分办公室，不用 --office：{where}", f"几个办公室要用一个 PostgreSQL：--db {_URL}"
            )
        self.office = None if office is None else checked_office(office)
        self.lost_its_wal = self.is_in_wal and not self.side_files
        self.moved: tuple[str, str] | None = None
        """Where the journal was moved to and when, as far as it was opened: what lies here is only read since."""

    def of_office(self, office: str) -> Database:
        """Another office of the same server. Raises WrongUsage for a file, and for what is no name of one."""
        return Database(self.url or str(self.path), office=office)

    def __str__(self) -> str:
        if self.url is None:
            return self._told_as or str(self.path)
        # Without what may hold a password: what stands before the @ and behind the ?.
        scheme, _, rest = self.url.partition("://")
        office = f"（办公室 {self.office}）" if self.office else ""
        return f"{scheme}://{rest.partition('?')[0].rpartition('@')[2]}{office}"

    @property
    def is_blank(self) -> bool:
        """Whether there is no database yet. A server is taken to be there."""
        if self.path is None:
            return False
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return True
        except OSError as error:
            raise DatabaseUnusable(f"数据库打不开（{cause(error)}）：{self}", "请检查路径和权限") from error
        return stat.S_ISREG(found.st_mode) and found.st_size == 0

    def check_folder(self) -> None:
        """Raises DatabaseUnusable where a first write could not make the file, because its folder is missing."""
        if self.path is not None and not self._makes_folder and not self.path.parent.exists():
            raise DatabaseUnusable(f"流水建不了，没有文件夹 {self.path.parent}：{self}", _no_folder(self.path))

    @property
    def home(self) -> Path | None:
        """The file itself, where `path` is a link to it: what belongs to it lies beside it."""
        return None if self.path is None else Path(os.path.realpath(self.path))

    @property
    def is_shared(self) -> bool:
        """Whether the file is open to the group of its folder, and so is what is made beside it."""
        with suppress(OSError):
            return self.home is not None and self.home.stat().st_mode & 0o060 == 0o060
        return False

    @property
    def lies_among_others(self) -> bool:
        """Whether the group of the folder may write in it."""
        with suppress(OSError):
            return self.home is not None and bool(self.home.parent.stat().st_mode & 0o020)
        return False

    @property
    def open_schema(self) -> str | None:
        """The schema of a server in which every user may make functions, which would run as whoever reads here.

        Raises DatabaseUnusable.
        """
        if self.path is not None:
            return None
        with self._errors_of_sqlalchemy(), self._engine.connect() as connection:
            schema, is_open = connection.exec_driver_sql(
                "SELECT current_schema(), has_schema_privilege('public', current_schema(), 'CREATE')"
            ).one()
        return schema if is_open else None

    @property
    def evidence_folder(self) -> Path | None:
        """Where the evidence of a file lies; that of a server lies in it."""
        return None if self.home is None else self.home.with_name(f"{self.home.stem}{EVIDENCE}")

    def owns(self, target: Path) -> bool:
        """Whether the file of the journal, or one that belongs to it, lies at `target`, by whatever name."""
        home, beside, place = self.home, self.evidence_folder, Path(os.path.realpath(target))
        if home is None or beside is None:
            return False
        side_file = re.escape(home.name) + r"(-wal|-shm|-journal|\.schema-.*\.bak)"
        is_side_file = place.parent == home.parent and re.fullmatch(side_file, place.name, re.DOTALL) is not None
        return is_side_file or beside in place.parents or files.is_same(target, home)

    def share(self) -> Path:
        """Open the file and what lies beside it to the group of its folder, which is returned.

        Raises WrongUsage where there is no such thing, DatabaseUnusable.
        """
        if self.home is None or self.evidence_folder is None or os.name == "nt":
            raise WrongUsage(f"--group 只用于 Linux、macOS 上的流水文件：{self}", "服务器和 Windows 各有自己的权限设置")
        folder, beside = self.home.parent, self.evidence_folder
        copies = folder.glob(f"{glob.escape(self.home.name)}.schema-*.bak")
        try:
            mode = folder.stat().st_mode
            if mode & 0o2070 != 0o2070:
                folder.chmod(stat.S_IMODE(mode) | 0o2070)
            for path in [self.home, *copies, *([beside, *beside.rglob("*")] if beside.is_dir() else [])]:
                files.share(path)
        except OSError as error:
            raise DatabaseUnusable(
                f"共用的权限设不了（{cause(error)}）：{error.filename}", "请由它的主人或管理员运行一次"
            ) from error
        return folder

    def nothing_there(self, named_by: str) -> DatabaseUnusable:
        """Why nothing was read from a place that `named_by` names, and the way on."""
        read = "什么也没有读到"
        begun = "第一次登记时建立，或用 devzone init 建立"
        if self.path is None:
            return DatabaseUnusable(f"数据库里还没有流水，{read}：{self}", f"{begun}；不是这里就改 {named_by}")
        if self.path.exists():
            return DatabaseUnusable(f"流水文件里什么也没有，{read}：{self}", f"以前记过的，请换回最近的备份；{begun}")
        if not self.path.parent.exists():
            return DatabaseUnusable(
                f"没有流水文件，也没有它的文件夹，{read}：{self}", f"{_no_folder(self.path)}，或改 {named_by}"
            )
        return DatabaseUnusable(f"没有流水文件，{read}：{self}", f"路径写错了就改 {named_by}；{begun}")

    @property
    def is_not_begun(self) -> bool:
        """Whether there is no file yet where one may well be begun, for all that can be seen.

        A folder that is missing or empty is more often a disk that is not mounted, another journal in it a name that
        was mistyped.
        """
        if self.path is None or self.path.exists():
            return False
        try:
            there = [path for path in self.path.parent.iterdir() if not path.name.startswith(".")]
        except OSError:
            return False
        return bool(there) and not any(path.suffix == self.path.suffix for path in there)

    @property
    def is_in_wal(self) -> bool:
        """Whether another program has switched the file to WAL: then the last entries may lie beside it.

        Not to be asked while the file is open here: closing any handle of it drops all locks that this process holds
        on it (POSIX, fcntl), which SQLite does not notice. Then others write meanwhile.
        """
        with suppress(OSError):
            if self.path is not None and self.path.is_file():  # a pipe would be waited for
                with self.path.open("rb") as file:
                    return file.read(20)[18:] == b"\2\2"
        return False

    @property
    def side_files(self) -> list[Path]:
        """What SQLite keeps beside the file while somebody has it open; the file alone is not all of the journal."""
        if self.home is None:
            return []
        paths = [self.home.with_name(f"{self.home.name}-{ending}") for ending in ("wal", "journal")]
        return [path for path in paths if path.exists()]

    @contextmanager
    def reading(self) -> Iterator[Run]:
        """A way to run SELECTs that all see one state. Nothing is made; without a database there are no rows.

        Raises DatabaseUnusable.
        """
        if self.is_blank:
            yield no_rows
        elif self.path is None:
            with self._errors_of_sqlalchemy(), self._engine.connect() as connection:
                there = self._upgraded(runner(connection), connection.dialect.name)
                connection.rollback()
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                self._bound_waits(connection)
                yield runner(connection) if there else no_rows
        else:
            with self._errors_of_sqlite(), closing(self._connect(self.path)) as file:
                run = FileRun(file, partial(self._held, self.path))
                there = self._upgraded(run, "sqlite")
                file.execute("BEGIN")
                try:
                    yield run if there else no_rows
                finally:
                    run.stop()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection that alone may write until it is left; all of it is kept, or nothing. Makes the database.

        Raises DatabaseUnusable, and Refused where the journal was moved away.
        """
        with self._alone() as connection:
            self._check_not_moved()
            yield connection

    def _check_not_moved(self) -> None:
        if self.moved is not None:
            to, day = self.moved
            raise Refused(f"这本流水 {day} 搬到了 {to}，这里只能看，什么也没有写入：{self}", "请用搬去的那一本登记")

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        if self.path is not None and self.is_blank:
            self.check_folder()
            self._make_file(self.path)
        if self.is_in_wal:
            self._sql_alone("PRAGMA journal_mode = DELETE")
        with self._errors_of_sqlalchemy(), self._engine.begin() as connection:
            if connection.dialect.name != "sqlite":
                # As BEGIN IMMEDIATE does for a file; a lock on the table would be too late for the first to write.
                self._bound_waits(connection)
                connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = '{LOST_SECONDS}s'")
                connection.exec_driver_sql(LOCK)
            found = self._schema(runner(connection), connection.dialect.name)
            if found != SCHEMAS[-1]:
                from sm_devzone.storage.upgrade import upgrade

                self._check_may_upgrade(connection, found)
                with self._copy_kept(found):
                    upgrade(connection)
            yield connection
        if self.is_in_wal:  # whoever copies the file is to have what was just written
            self._sql_alone("PRAGMA wal_checkpoint(PASSIVE)")

    @contextmanager
    def adding(self) -> Iterator[Connection]:
        """A connection to a server for what is large and no fact yet: others may write meanwhile.

        Raises DatabaseUnusable.
        """
        with self.reading() as run:
            is_blank = run is no_rows
        self._check_not_moved()
        if is_blank:
            with self.writing():
                pass
        with self._errors_of_sqlalchemy(), self._engine.begin() as connection:
            self._bound_waits(connection)
            yield connection

    @contextmanager
    def administering(self) -> Iterator[Connection]:
        """A connection to a server for what is about its offices and not in one of them; all of it is kept, or nothing.

        Raises DatabaseUnusable, WrongUsage for a file, and Refused for what the login may not do.
        """
        if self.path is not None:
            raise WrongUsage(f"流水是一个文件，不分办公室：{self}", f"几个办公室要用一个 PostgreSQL：--db {_URL}")
        with self._errors_of_sqlalchemy(), self._engine.begin() as connection:
            self._bound_waits(connection)
            yield connection

    def _check_may_upgrade(self, connection: Connection, found: str) -> None:
        if connection.dialect.name == "sqlite" or not found:
            return
        if not connection.exec_driver_sql("SELECT has_schema_privilege(current_schema(), 'CREATE')").scalar():
            raise DatabaseUnusable(
                f"数据库的结构是旧的（{found}），这个登录不能升级它：{self}", "请办公室运行 devzone office upgrade"
            )

    @staticmethod
    def _bound_waits(connection: Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")

    def _sql_alone(self, sql: str) -> None:
        """Run what helps when nobody else has the file open, and can be left undone otherwise."""
        assert self.path is not None
        with suppress(sqlite3.Error), closing(self._connect(self.path)) as file:
            file.execute("PRAGMA busy_timeout = 0")
            file.execute(sql)

    def verify(self) -> None:
        """Read a whole SQLite file for damage. Raises DatabaseUnusable; a server looks after itself."""
        if self.path is None or self.is_blank:
            return
        with self._errors_of_sqlite(), closing(self._connect(self.path)) as file:
            found = file.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise DatabaseUnusable(f"数据库文件已损坏（{' '.join(found.split())}）：{self}", RESTORE)

    def _upgraded(self, run: Run, dialect: str) -> bool:
        """Bring an older journal to the newest step. False where there is none: reading makes nothing."""
        found = self._schema(run, dialect)
        if found and found != SCHEMAS[-1]:
            with self._alone():
                pass
        return found != ""

    def _schema(self, run: Run, dialect: str) -> str:
        """The step that the database is at, "" when it is empty. Raises DatabaseUnusable for one that is not ours."""
        if dialect != "sqlite" and self.office is not None:
            self._check_office(run)
        listing = {
            "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
            # Those of ours by name, as an index has them: beside two hundred offices all of them take three times that.
            "postgresql": f"""SELECT tablename FROM pg_tables
                WHERE schemaname = current_schema() AND tablename IN {("alembic_version", MOVED, *sorted(TABLES))}""",
        }[dialect]
        tables = {row[0] for row in run(listing, {})}
        versions = []
        if "alembic_version" in tables:
            versions = [row[0] for row in run("SELECT version_num FROM alembic_version", {})]
        found = versions[0] if versions else ""
        if found not in SCHEMAS:
            raise DatabaseUnusable(
                f"数据库由更新的 devzone（或别的程序）建立，结构版本 {found}：{self}", "请升级 devzone 后再用"
            )
        # A server's schema may hold other tables beside ours; a file is ours or somebody else's.
        foreign = tables - {"alembic_version"} if dialect == "sqlite" else tables & TABLES
        if "entry" not in tables if found else foreign:
            raise DatabaseUnusable(f"这不是 devzone 的数据库：{self}", "请用 --db 指定别的数据库")
        if found and MOVED in tables:
            ((to, day),) = run(f"SELECT moved_to, on_day FROM {MOVED}", {})
            self.moved = str(to), str(day)
        return found

    def _check_office(self, run: Run) -> None:
        """Raises DatabaseUnusable where there is no such office, Refused where the login may not look into it."""
        usable = run(
            "SELECT has_schema_privilege(oid, 'USAGE'), session_user FROM pg_namespace WHERE nspname = :office",
            {"office": self.office},
        )
        if not usable:
            raise DatabaseUnusable(
                f"没有办公室 {self.office}：{self}",
                f"看有哪些：devzone office list；新建：devzone office create {self.office}",
            )
        may, login = usable[0]
        if not may:
            raise Refused(f"登录 {login} 没有办公室 {self.office} 的权限：{self}", _ASK)

    @staticmethod
    def _connect(path: Path) -> sqlite3.Connection:
        # mode=rw makes no file, opens a read-only one for reading, and can roll back what a killed writer left.
        where = path.absolute().as_uri() + "?mode=rw"
        # Where FileRun reads ahead, it is made by one thread and used by another.
        return sqlite3.connect(where, uri=True, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)

    @classmethod
    def _held(cls, path: Path) -> sqlite3.Connection:
        """A connection that reads one state; it waits for a writer, and lets none in until it is closed."""
        file = cls._connect(path)
        try:
            file.execute("BEGIN")
            file.execute(_HOLD)
        except BaseException:
            file.close()
            raise
        return file

    @cached_property
    def _engine(self) -> Engine:
        from sqlalchemy import create_engine, event, make_url
        from sqlalchemy.exc import SQLAlchemyError
        from sqlalchemy.pool import NullPool

        if self.path is None:
            assert self.url is not None
            if not self.url.startswith("postgresql"):
                raise DatabaseUnusable(
                    f"不支持这种数据库地址：{self}", "可用：SQLite 文件的路径，或 postgresql+psycopg:// 地址"
                )
            try:
                said = make_url(self.url).query
                # What is decided under the lock rests on what was written before it was had, whatever the server's
                # default: a snapshot taken while waiting would not know it.
                engine = create_engine(
                    self.url,
                    poolclass=NullPool,
                    isolation_level="READ COMMITTED",
                    connect_args={name: value for name, value in OF_A_SERVER.items() if name not in said},
                )
            except ModuleNotFoundError as error:
                raise DatabaseUnusable(
                    f"缺少 PostgreSQL 的驱动 {error.name}：{self}",
                    "写成 postgresql+psycopg://，并安装：pip install 'sm-devzone[postgres]'",
                ) from error
            except (SQLAlchemyError, ValueError) as error:
                raise DatabaseUnusable(f"数据库地址写法不对：{self}", f"写成 {_URL}") from error
            if engine.dialect.driver == "psycopg":
                from sm_devzone.storage import silence

                event.listen(engine, "do_connect", silence.connect)
            if (office := self.office) is not None:

                @event.listens_for(engine, "connect")
                def enter(connection: Any, _: Any) -> None:
                    # Nothing of ours is looked for in `public`, nor among the temporary tables of a login first.
                    connection.execute(f'SET search_path = "{office}", pg_temp')
                    connection.commit()

            return engine
        path = self.path
        engine = create_engine("sqlite://", creator=lambda: self._connect(path), poolclass=NullPool)

        @event.listens_for(engine, "begin")
        def lock_for_writing(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        return engine

    def _make_file(self, path: Path) -> None:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            if self.is_shared:
                files.share(path)
        except OSError as error:
            raise DatabaseUnusable(f"数据库建不了（{cause(error)}）：{self}", "请检查路径和权限") from error

    def copy_to(self, path: Path) -> None:
        """Make `path` a whole copy of the journal as it is now, whoever reads and writes meanwhile; of a server a file.

        Raises DatabaseUnusable, and CannotWrite where there is no room for it.
        """
        if self.path is None:
            self._facts_copied_to(Database(str(path)))
            return
        self._make_file(path)
        with (
            self._errors_of_sqlite(),
            closing(self._held(self.path)) as source,
            closing(self._connect(path)) as target,
        ):
            try:
                source.backup(target)
                target.execute("PRAGMA journal_mode = DELETE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
                    raise _no_room(path) from error
                raise

    def _facts_copied_to(self, copy: Database) -> None:
        from sm_devzone.storage.tables import copy_facts

        try:
            with self.reading() as run, copy.writing() as connection:
                copy_facts(run, connection)
        except DatabaseUnusable as error:
            if isinstance(getattr(error.__cause__, "orig", None), sqlite3.Error):
                raise _no_room(copy.path) from error
            raise

    @contextmanager
    def _copy_kept(self, schema: str) -> Iterator[None]:
        """Keep a copy of the file as it is before a step. A step that fails leaves it so, and needs no copy."""
        if self.path is None or self.home is None or not schema:
            yield
            return
        copy = self.home.with_name(f"{self.home.name}.schema-{schema}.bak")
        number = 1
        while copy.exists():
            number += 1
            copy = self.home.with_name(f"{self.home.name}.schema-{schema}({number}).bak")
        try:
            try:
                self.copy_to(copy)
            except CannotWrite as error:
                raise DatabaseUnusable(f"升级以前的{error.message}，什么也没有写入", error.remedy) from error
            yield
        except BaseException:
            copy.unlink(missing_ok=True)
            raise

    @contextmanager
    def _errors_of_sqlite(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._unusable(error) from error
        except UnicodeDecodeError as error:  # sqlite3 fails to tell an error whose own text is garbage
            raise DatabaseUnusable(f"数据库文件已损坏：{self}", RESTORE) from error

    @contextmanager
    def _errors_of_sqlalchemy(self) -> Iterator[None]:
        from sqlalchemy.exc import DBAPIError

        try:
            with self._errors_of_sqlite():
                yield
        except DBAPIError as error:
            if isinstance(error.orig, sqlite3.Error):
                raise self._unusable(error.orig) from error
            if said := _SAID_BY_A_SERVER.get(type(error.orig).__name__):
                raise DatabaseUnusable(f"{said}，等了 {WAIT_SECONDS} 秒：{self}", "请稍后再试") from error
            if type(error.orig).__name__ == "ServerSilent":
                raise DatabaseUnusable(
                    f"数据库答到一半没有声音了，等了 {SILENT_SECONDS} 秒：{self}",
                    "请稍后再试；刚才在登记的，先用 devzone history 看登记上了没有",
                ) from error
            reason, *_ = [*str(error.orig).strip().splitlines(), type(error.orig).__name__]
            if type(error.orig).__name__ == "InsufficientPrivilege":
                said = reason if reason[:1] >= "\u4e00" else "这超出了它的权限"
                raise Refused(f"数据库不许这个登录这样做：{said}，什么也没有写入：{self}", _ASK) from error
            raise DatabaseUnusable(f"数据库用不了（{reason}）：{self}", "请检查地址、网络和权限") from error

    def _unusable(self, error: sqlite3.Error) -> DatabaseUnusable:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if str(error).startswith("Could not decode"):
            code = sqlite3.SQLITE_CORRUPT
        said = {
            sqlite3.SQLITE_BUSY: (f"数据库正被别的程序写入，等了 {WAIT_SECONDS} 秒", "请稍后再试"),
            sqlite3.SQLITE_LOCKED: ("数据库正被别的程序写入", "请稍后再试"),
            sqlite3.SQLITE_READONLY: ("数据库是只读的，什么也没有写入", "请检查文件和文件夹的权限"),
            sqlite3.SQLITE_PERM: ("没有数据库的访问权限", "请检查文件和文件夹的权限"),
            sqlite3.SQLITE_FULL: ("磁盘已满，什么也没有写入", "请腾出空间后再试"),
            sqlite3.SQLITE_IOERR: ("磁盘读写出错（可能已满），什么也没有写入", "请检查磁盘后再试"),
            sqlite3.SQLITE_CORRUPT: ("数据库文件已损坏", RESTORE),
            sqlite3.SQLITE_NOTADB: ("这不是数据库文件，或已损坏", "请检查 --db，或换回最近的备份"),
            sqlite3.SQLITE_CANTOPEN: ("数据库打不开", "请检查路径和权限"),
        }.get(code, (f"数据库出错（{' '.join(str(error).split())}）", ""))
        is_kept_from_us = code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN)
        if is_kept_from_us and self.lies_among_others and not self.is_shared and not self.is_blank:
            said = said[0], "同组的人要共用，请建立流水的人运行一次 devzone init --group"
        return DatabaseUnusable(f"{said[0]}：{self}", said[1])


_ASK = "要用它的，请办公室授权：devzone grant"
"""What to do about a login that may not."""


def checked_office(name: str) -> str:
    """The name of an office, which is that of its schema. Raises WrongUsage for one that would have to be quoted."""
    plain = name.strip()
    if (
        not re.fullmatch(_OFFICE, plain)
        or len(plain.encode()) > _LONGEST
        or plain.startswith("pg_")
        or plain == "information_schema"
    ):
        raise WrongUsage(
            f"“{name[:40]}”不能作办公室的名字",
            "用小写字母、数字、下划线或汉字（最多 20 个），不以数字和 pg_ 开头，例如 jianning",
        )
    return plain


def _office_in(url: str) -> tuple[str, str | None]:
    """A URL without the office that its `office=` names, and that."""
    from urllib.parse import parse_qsl, quote, urlencode

    before, mark, query = url.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    offices = [value for name, value in pairs if name == "office"]
    if not offices:
        return url, None
    rest = urlencode([(name, value) for name, value in pairs if name != "office"], quote_via=quote)
    return f"{before}{mark if rest else ''}{rest}", offices[-1]


def _no_folder(path: Path) -> str:
    if str(path).startswith("~"):
        return "“~”没有展开成主目录，请写完整的路径"
    return "请看盘挂上没有、路径写对没有；要用新文件夹，请先建立"


def _no_room(path: Path | None) -> CannotWrite:
    return CannotWrite(f"副本写不下（磁盘可能已满）：{path}", "请腾出空间后再试")


def no_rows(_sql: str, _values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
    return []


def quoted(name: str) -> str:
    """The name of a schema or a login, as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


class FileRun:
    """The Run of a file. `another` makes a second connection, used where that is sure to see the same state."""

    def __init__(self, file: sqlite3.Connection, another: Callable[[], sqlite3.Connection]) -> None:
        self._file, self._another = file, another
        self._is_alone = False
        self._beside: tuple[sqlite3.Connection, ThreadPoolExecutor] | None = None
        self._begun: dict[tuple[str, tuple[Any, ...]], Future[str]] = {}

    def __call__(self, sql: str, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        return self._file.execute(sql, values).fetchall()

    def begin(self, asked: Asked) -> None:
        """Begin to read what will be taken later, after what was begun before."""
        if self._is_alone or asked.key in self._begun:
            return
        if self._beside is None:
            from concurrent.futures import ThreadPoolExecutor  # few need one

            self(_HOLD, {})  # nobody writes from now on but in WAL, so both see one state
            self._is_alone = self("PRAGMA journal_mode", {}) == [("wal",)]
            if self._is_alone:
                return
            try:
                self._beside = self._another(), ThreadPoolExecutor(1)
            except sqlite3.Error:  # it only saves time
                self._is_alone = True
                return
        file, reader = self._beside
        self._begun[asked.key] = reader.submit(_as_text, file, asked)

    def take(self, asked: Asked) -> Sequence[Sequence[Any]]:
        """The rows of a SELECT. One that was begun is waited for, unless its turn has not come."""
        begun = self._begun.get(asked.key)
        rows = self(asked.sql, asked.values) if begun is None or begun.cancel() else json.loads(begun.result())
        self._begun.pop(asked.key, None)  # not before: who is interrupted while waiting leaves it to be stopped
        return rows

    def stop(self) -> None:
        """Leave unread what was begun and not taken."""
        if self._beside is None:
            return
        from concurrent.futures import wait

        file, reader = self._beside
        left = [begun for begun in self._begun.values() if not begun.cancel()]
        # An interrupt that comes before a statement runs is lost, so it is said until it was heard.
        while wait(left, timeout=0).not_done:
            file.interrupt()
            wait(left, timeout=_SAID_AGAIN_SECONDS)
        reader.shutdown()
        file.close()


def _as_text(file: sqlite3.Connection, asked: Asked) -> str:
    """All rows as one JSON text: fetching them one by one would keep stopping whoever works meanwhile."""
    names = ", ".join(f"c{number}" for number in range(asked.columns))
    ((rows,),) = file.execute(
        f"WITH found({names}) AS ({asked.sql}) SELECT json_group_array(json_array({names})) FROM found", asked.values
    )
    return str(rows)


def runner(connection: Connection) -> Run:
    from sqlalchemy import text

    def run(sql: str, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        if connection.dialect.name != "sqlite":  # the one word in which they differ
            sql = sql.replace("group_concat(", "string_agg(")
        return [tuple(row) for row in connection.execute(text(sql), dict(values))]

    return run
