"""Many offices on one PostgreSQL: `python -m benchmarks.offices [offices] [facts]`; for a quiet machine, takes minutes.

Prints ratios of figures taken in one run: how long one office's status takes among many offices and alone, how much 50
writers get done in ten offices and in one, and by which indexes the fold of a unit's login goes. The server writes
through to the disk, as it does where people work.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import psycopg
from sqlalchemy import create_engine

from benchmarks.server import running
from sm_devzone.domain.entry import Entry
from sm_devzone.errors import DatabaseUnusable
from sm_devzone.storage.chain import Walk
from sm_devzone.storage.database import LOCK, Database
from sm_devzone.storage.fold import Fold
from sm_devzone.storage.tables import insert

WRITERS, SECONDS, ROUNDS = 50, 10, 7
UNITS, MEASURES = 30, 10
DUTIES = UNITS * MEASURES
"""Of one office."""

LOGIN = "danwei1"
DAY = "2026-11-23"
UNIT = "单位1"


def plan_text() -> str:
    units = [f"单位{number}" for number in range(UNITS)]
    measures = range(1, MEASURES + 1)
    return "\n".join(
        [
            "policy: {id: p, title: 任务, issuer: 办公室, issued: 2024-01-01, valid_until: 2027-12-31, office: 单位0}",
            f"units: [{', '.join(f'{{name: {unit}}}' for unit in units)}]",
            "measures:",
            *(f"- {{number: {number}, title: 任务{number}, units: [{', '.join(units)}]}}" for number in measures),
        ]
    )


def facts(count: int) -> Iterator[Entry]:
    """`count` reports on the duties of an office, in turn."""
    for at in range(count):
        duty = at % DUTIES
        day = date(2024, 1, 1) + timedelta(days=at // DUTIES)
        yield Entry(
            "update", "p", duty // UNITS + 1, f"单位{duty % UNITS}", day, "小林", progress=at % 100, note=f"进展 {at}"
        )


def session(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def make(url: str, offices: list[str], count: int) -> None:
    """Each office by the steps of the schema; the first gets its facts as everybody does, the others the same ones."""
    with session(url) as connection:
        for at, office in enumerate(offices):
            connection.execute(f"CREATE SCHEMA {office}")
            with Database(url, office=office).writing() as writing:
                if not at:
                    insert(writing, list(facts(count)), "2026-11-01T00:00:00Z")
            for table in ("entry", "link") if at else ():
                with connection.transaction():
                    connection.execute(f"ALTER TABLE {office}.{table} DISABLE TRIGGER USER")
                    connection.execute(f"INSERT INTO {office}.{table} SELECT * FROM {offices[0]}.{table}")
                    connection.execute(f"ALTER TABLE {office}.{table} ENABLE TRIGGER USER")
        connection.execute("VACUUM ANALYZE")
    seals = {Walk(Database(url, office=office)).seal for office in (offices[0], offices[-1])}
    assert len(seals) == 1, "the copied chains do not hold"


class Office:
    """One office of a server, asked by processes of its own."""

    def __init__(self, url: str, office: str, home: Path) -> None:
        self.url, self.office, self.home = url, office, home
        self.plan = home / "plan.yaml"
        self.plan.write_text(plan_text(), "utf-8")

    def devzone(self, *words: str, login: str = "office") -> None:
        url = self.url.replace("office@", f"{login}@")
        command = [sys.executable, "-m", "sm_devzone", "--db", url, "--office", self.office, "--plan", str(self.plan)]
        env = {**os.environ, "HOME": str(self.home), "XDG_CACHE_HOME": str(self.home)}
        quiet = subprocess.DEVNULL
        subprocess.run([*command, *words], check=True, stdout=quiet, stderr=quiet, env=env)

    def status_seconds(self, login: str) -> float:
        """How long `status` takes as a process of its own."""
        begin = time.perf_counter()
        self.devzone("status", "--as-of", DAY, login=login)
        return time.perf_counter() - begin


Way = Callable[[str, str, ExitStack], Callable[[], None]]
"""Gets ready to append to an office, and gives the act."""


def connecting(url: str, office: str, _: ExitStack) -> Callable[[], None]:
    """An act as a command does it, on a connection of its own."""
    database = Database(url, office=office)

    def act() -> None:
        with database.writing() as connection:
            insert(connection, list(facts(1)), "2026-11-02T00:00:00Z")

    return act


def connected(url: str, office: str, kept: ExitStack) -> Callable[[], None]:
    """The same lock and the same insert on a connection that stays: what is left is the server's work."""
    engine = create_engine(url, connect_args={"options": f"-c search_path={office},pg_temp"})
    kept.callback(engine.dispose)
    connection = kept.enter_context(engine.connect())

    def act() -> None:
        with connection.begin():
            connection.exec_driver_sql(LOCK)
            insert(connection, list(facts(1)), "2026-11-02T00:00:00Z")

    return act


def written(
    url: str, offices: list[str], way: Callable[[str, str, ExitStack], Callable[[], None]]
) -> tuple[float, str]:
    """How many facts a second 50 writers append, spread over `offices`; and what they and the processors were at."""
    done, refused, waits = [0] * WRITERS, [0] * WRITERS, Counter[str]()
    with ExitStack() as kept:
        acts = [way(url, offices[at % len(offices)], kept) for at in range(WRITERS)]
        for act in acts[: len(offices)]:
            act()
        watcher = kept.enter_context(session(url))
        ours = resource.getrusage(resource.RUSAGE_SELF)
        idle = idle_seconds()
        begin = time.perf_counter()
        end = begin + SECONDS

        def write(at: int) -> None:
            while time.perf_counter() < end:
                try:
                    acts[at]()
                    done[at] += 1
                except DatabaseUnusable:  # it waited for as long as a clerk would
                    refused[at] += 1

        threads = [threading.Thread(target=write, args=[at]) for at in range(WRITERS)]
        for thread in threads:
            thread.start()
        while time.perf_counter() < end:
            time.sleep(0.1)
            waits.update(dict(watcher.execute(WAITING).fetchall()))
        for thread in threads:
            thread.join()
        took = time.perf_counter() - begin
        after = resource.getrusage(resource.RUSAGE_SELF)
    client = (after.ru_utime + after.ru_stime - ours.ru_utime - ours.ru_stime) / took
    free = (idle_seconds() - idle) / took
    most = ", ".join(f"{what} {share / waits.total():.0%}" for what, share in waits.most_common(4))
    cores = f"writers {client:.2f} and nobody {free:.2f} of {os.cpu_count()} cores"
    return sum(done) / took, f"{sum(refused)} refused, {cores}; sessions: {most}"


WAITING = """SELECT CASE WHEN state = 'active' THEN coalesce(wait_event_type || '/' || wait_event, 'at work')
    ELSE state END, count(*) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() GROUP BY 1"""


def idle_seconds() -> float:
    fields = Path("/proc/stat").read_text("ascii").split("\n", 1)[0].split()
    return (int(fields[4]) + int(fields[5])) / os.sysconf("SC_CLK_TCK")


def explained(url: str, office: str) -> list[str]:
    """How the server reads the entries for the ledger of a day, asked as the login of a unit, under its policies."""
    told: list[str] = []
    with Database(url.replace("office@", f"{LOGIN}@"), office=office).reading() as run:

        def explain(sql: str, values: object) -> list[tuple[object, ...]]:
            told.extend(str(row[0]) for row in run(f"EXPLAIN {sql}", values))  # type: ignore[arg-type]
            return []

        next(Fold(explain, is_partial=True).records(date.fromisoformat(DAY), "p", None))
    return [line for line in told if " on entry" in line or "Index" in line]


def main(offices: int = 200, count: int = 1_000_000) -> None:
    each = count // offices
    names = [f"office_{number}" for number in range(offices)]
    with running("max_connections=120") as folder, tempfile.TemporaryDirectory() as place:
        urls = {}
        for database in ("many", "alone"):
            with session(f"postgresql://office@/postgres?host={folder}") as connection:
                connection.execute(f"CREATE DATABASE {database}")
            urls[database] = f"postgresql+psycopg://office@/{database}?host={folder}"
            begin = time.perf_counter()
            make(urls[database], names if database == "many" else names[:1], each)
            print(f"{database}: made in {time.perf_counter() - begin:.0f} s", flush=True)
        print(f"{offices} offices, {offices * DUTIES} duties, {offices * each} facts, {os.cpu_count()} cores")
        many, alone = (Office(urls[database], names[0], Path(place)) for database in ("many", "alone"))
        for office in (many, alone):
            office.devzone("grant", "--unit", UNIT, "--login", LOGIN, "--yes")
        for login in ("office", LOGIN):
            pairs = [(many.status_seconds(login), alone.status_seconds(login)) for _ in range(ROUNDS)]
            print(
                f"status of one office as {login}, among all / alone: {median(a / b for a, b in pairs):.2f} "
                f"({median(a for a, _ in pairs):.2f} s / {median(b for _, b in pairs):.2f} s)",
                flush=True,
            )
        for way in (connecting, connected):
            runs = [(written(urls["many"], names[:10], way), written(urls["many"], names[:1], way)) for _ in range(3)]
            ratio = median(ten / one for (ten, _), (one, _) in runs)
            print(f"{WRITERS} writers, {way.__name__}, in ten offices / in one: {ratio:.2f}")
            for (ten, at_ten), (one, at_one) in runs:
                print(f"  ten: {ten:.0f}/s, {at_ten}\n  one: {one:.0f}/s, {at_one}", flush=True)
        print(*explained(urls["many"], names[0]), sep="\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
