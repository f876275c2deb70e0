"""What every test stands on: no real home folder, no real clock, and the command line called as a person calls it."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import sys
import textwrap
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sm_devzone.cli import main

TODAY = "2026-11-23"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")
    parser.addoption("--on-server", action="store_true", help="keep the journals of `devzone` on a PostgreSQL server")


def pytest_configure() -> None:
    # What a shell has started in the background ignores interrupts, and so would all that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--on-server"):
        for item in items:
            if mark := item.get_closest_marker("of_a_file"):
                item.add_marker(pytest.mark.skip(reason=f"of a file: {mark.args[0]}"))


def program(*names: str) -> str:
    """Where the first of the programs `names` is. A test that misses all is skipped, and in CI fails."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        said = f"this test needs {' or '.join(names)}; .ci/run installs it"
        if os.environ.get("CI"):
            pytest.fail(said)
        pytest.skip(said)
    return found


class Ran(NamedTuple):
    """What one call of the command left: exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[list[str]]:
        """The tab-separated lines of a pipe."""
        return [line.split("\t") for line in self.out.splitlines()]


class _Stream(io.TextIOWrapper):
    """A text stream over bytes, as the real ones are; a terminal where a test says so."""

    def __init__(self, *, terminal: bool, encoding: str) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, write_through=True)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    def text(self) -> str:
        self.flush()
        raw: io.BytesIO = self.buffer  # type: ignore[assignment]
        return raw.getvalue().decode(self.encoding)


class Devzone:
    """`devzone("status", "--json")` runs one command line; the clock stands still until `at` moves it."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, folder: Path, new_office: Callable[[], str] | None = None
    ) -> None:
        self._monkeypatch = monkeypatch
        self._new_office = new_office
        self.folder = folder
        self.now = datetime.fromisoformat(f"{TODAY}T09:00:00+08:00").astimezone(UTC)

    @property
    def db(self) -> Path:
        """The journal, for a test that looks into the file."""
        if self._new_office is not None:
            pytest.skip("of a file: it looks into it")
        return self.folder / "home" / "data" / "devzone" / "devzone.db"

    @property
    def is_new(self) -> bool:
        """Whether nothing was ever recorded: there is no file, or a server has no fact."""
        if self._new_office is None:
            return not self.db.exists()
        from sm_devzone.storage.database import Database

        with Database(os.environ["DEVZONE_DB"]).reading() as run:
            return not run("SELECT id FROM link LIMIT 1", {})

    def begin_anew(self) -> None:
        """Go on with a journal in which nothing is recorded."""
        if self._new_office is None:
            self.db.unlink(missing_ok=True)
        else:
            self._monkeypatch.setenv("DEVZONE_DB", self._new_office())

    def at(self, moment: str) -> Devzone:
        """Move the clock to `moment`, a day or a moment in China (2026-11-23 or 2026-11-23T18:30)."""
        text = moment if "T" in moment else f"{moment}T09:00"
        self.now = datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)
        return self

    def __call__(
        self, *words: str | int | Path, terminal: bool = False, width: int = 140, encoding: str = "utf-8"
    ) -> Ran:
        out, err = _Stream(terminal=terminal, encoding=encoding), _Stream(terminal=terminal, encoding=encoding)
        with self._monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            patch.setenv("COLUMNS", str(width))
            code = main([str(word) for word in words], clock=lambda: self.now)
        return Ran(code, out.text(), err.text())

    def ok(self, *words: str | int | Path, **how: Any) -> Ran:
        """Run what must succeed."""
        ran = self(*words, **how)
        assert ran.code == 0, f"{words} -> {ran.code}\n{ran.err}"
        return ran

    def plan(self, text: str, name: str = "plan.yaml") -> Path:
        """Write a plan file and use it from now on."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        self._monkeypatch.setenv("DEVZONE_PLAN", str(path))
        return path


@pytest.fixture(scope="session")
def cache_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cache of all tests of one worker: what is in it is known by its content, so that none can tell."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def empty_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A cache of its own, for a test of the cache: the folder that devzone makes in it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "devzone"


@pytest.fixture(scope="session")
def first_steps(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Any], None]:
    """`first_steps(connection)`: what all steps of the schema leave of an empty file, in a tenth of the time."""
    from sm_devzone.storage.database import Database

    path = tmp_path_factory.mktemp("blank") / "devzone.db"
    with Database(str(path)).writing() as connection:
        made = [sql for (sql,) in connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")]
        (step,) = connection.exec_driver_sql("SELECT version_num FROM alembic_version").one()

    def apply(connection: Any) -> None:
        for sql in made:
            connection.exec_driver_sql(sql)
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (step,))

    return apply


@pytest.fixture(autouse=True)
def _steps_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new file gets its tables at once, except in the tests of the database, where Alembic takes every step."""
    if request.node.path.name in ("test_migrations.py", "test_database.py", "test_postgres.py"):
        return
    from sm_devzone.storage import upgrade

    real, at_once = upgrade.upgrade, request.getfixturevalue("first_steps")

    def take(connection: Any) -> None:
        is_file = connection.dialect.name == "sqlite"
        is_new = is_file and not connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
        (at_once if is_new else real)(connection)

    monkeypatch.setattr(upgrade, "upgrade", take)


@pytest.fixture(autouse=True)
def _nothing_real(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache_home: Path) -> None:
    """Point every path at a temporary folder; forget what the developer's shell sets."""
    for name in (
        *("DEVZONE_DB", "DEVZONE_PLAN", "DEVZONE_TEMPLATES", "DEVZONE_DEBUG"),
        *("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"),
        "PYTHONDONTWRITEBYTECODE",  # each process would compile all of the package again
    ):
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "home"
    for name, value in {
        "HOME": home,
        "USERPROFILE": home,
        "LOCALAPPDATA": home / "local",
        "XDG_DATA_HOME": home / "data",
        "XDG_STATE_HOME": home / "state",
        "XDG_CACHE_HOME": cache_home,
        "DEVZONE_USER": "小林",
        "TERM": "xterm-256color",
    }.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def server() -> Iterator[Path]:
    """The folder of the socket of a running PostgreSQL server, one for each worker that needs one."""
    from benchmarks.server import running

    with running("fsync=off") as folder:
        yield folder


@pytest.fixture(scope="session")
def new_office(server: Path) -> Iterator[Callable[[], str]]:
    """`new_office()` is the address of an office with all its tables and nothing in them.

    It is the same one, emptied: to make one takes a hundred times as long.
    """
    import psycopg

    from sm_devzone.storage.database import TABLES, Database

    url = f"postgresql+psycopg://office@/journals?host={server}"
    with psycopg.connect(f"postgresql://office@/postgres?host={server}", autocommit=True) as connection:
        connection.execute("CREATE DATABASE journals")
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE SCHEMA emptied")
        with Database(url, office="emptied").writing():
            pass
        kept = [*TABLES, "granted", "plan_name", "plan_number", "duty_row"]
        empty = "; ".join(f"DELETE FROM emptied.{table}" for table in kept)

        def make() -> str:
            with connection.transaction():
                connection.execute("SET LOCAL session_replication_role = replica")  # no trigger, no reference is asked
                connection.execute(empty)
            return f"{url}&office=emptied"

        yield make


@pytest.fixture
def devzone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Devzone:
    """The command line; with --on-server, on an office of its own where a test does not say where the journal is."""
    new_office = request.getfixturevalue("new_office") if request.config.getoption("--on-server") else None
    if new_office is not None and "DEVZONE_DB" not in os.environ:
        monkeypatch.setenv("DEVZONE_DB", new_office())
    return Devzone(monkeypatch, tmp_path, new_office)


@pytest.fixture
def run_process(tmp_path: Path) -> Callable[..., Any]:
    """Run the installed command as a process of its own: `run_process("status", env={...})`."""
    import subprocess

    def run(*words: str | Path, env: dict[str, str] | None = None, **how: Any) -> Any:
        command = [sys.executable, "-m", "sm_devzone", *map(str, words)]
        settings: dict[str, Any] = {"capture_output": True, "cwd": tmp_path, "timeout": 60, **how}
        return subprocess.run(command, env={**os.environ, **(env or {})}, check=False, **settings)

    return run
