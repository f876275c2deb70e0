"""Many offices on one PostgreSQL: `python -m benchmarks.offices [offices] [facts]`; for a quiet machine, takes minutes.

Prints ratios of figures taken in one run: how long one office's status takes among many offices and alone, how much 50
writers get done in ten offices and in one, and whether the fold goes by the index.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import psycopg

from benchmarks.server import running
from sm_devzone.domain.entry import Entry
from sm_devzone.storage.database import Database
from sm_devzone.storage.fold import Fold
from sm_devzone.storage.tables import insert

WRITERS, SECONDS, ROUNDS = 50, 10, 7
DUTIES = 300
"""Of one office: 100 measures and three units."""

PLAN = (
    "policy:\n  id: p\n  title: 任务\n  issuer: 办公室\n  issued: 2024-01-01\n  valid_until: 2027-12-31\n"
    "  office: 单位0\nunits:\n- name: 单位0\n- name: 单位1\n- name: 单位2\n"
)


def plan_text() -> str:
    measures = "".join(
        f"- number: {number}\n  title: 任务{number}\n  units: [单位0, 单位1, 单位2]\n" for number in range(1, 101)
    )
    return f"{PLAN}measures:\n{measures}"


def facts(count: int) -> Iterator[Entry]:
    """`count` reports on the duties of an office, in turn."""
    for at in range(count):
        duty = at % DUTIES
        day = date(2024, 1, 1) + timedelta(days=at // DUTIES)
        yield Entry("update", "p", duty // 3 + 1, f"单位{duty % 3}", day, "小林", progress=at % 100, note=f"进展 {at}")


def fill(url: str, office: str, count: int) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {office}")
    with Database(url, office=office).writing() as connection:
        insert(connection, list(facts(count)), "2026-11-01T00:00:00Z")


def status_seconds(url: str, office: str, plan: Path, home: Path) -> float:
    """How long `status` of an office takes as a process of its own."""
    begin = time.perf_counter()
    command = [sys.executable, "-m", "sm_devzone", "--db", url, "--office", office, "--plan", str(plan), "status"]
    env = {**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home)}
    subprocess.run([*command, "--as-of", "2026-11-23"], check=True, stdout=subprocess.DEVNULL, env=env)
    return time.perf_counter() - begin


def written(url: str, offices: list[str]) -> int:
    """How many facts 50 writers append in the time, spread over `offices`, each act on a connection of its own."""
    end, done = time.perf_counter() + SECONDS, [0] * WRITERS

    def write(at: int) -> None:
        database = Database(url, office=offices[at % len(offices)])
        while time.perf_counter() < end:
            with database.writing() as connection:
                insert(connection, list(facts(1)), "2026-11-02T00:00:00Z")
            done[at] += 1

    threads = [threading.Thread(target=write, args=[at]) for at in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done)


def explained(url: str, office: str) -> list[str]:
    """How the server reads the entries for the ledger of a day."""
    told: list[str] = []
    with Database(url, office=office).reading() as run:

        def explain(sql: str, values: object) -> list[tuple[object, ...]]:
            told.extend(str(row[0]) for row in run(f"EXPLAIN {sql}", values))  # type: ignore[arg-type]
            return []

        Fold(explain).records(date(2026, 11, 23), "p", None)
    return [line for line in told if " on entry" in line or "Index" in line]


def main(offices: int = 200, count: int = 1_000_000) -> None:
    each = count // offices
    names = [f"office_{number}" for number in range(offices)]
    with running("fsync=off", "max_connections=120") as folder, tempfile.TemporaryDirectory() as place:
        home, plan = Path(place), Path(place) / "plan.yaml"
        plan.write_text(plan_text(), "utf-8")
        urls = {}
        for database in ("many", "alone"):
            with psycopg.connect(f"postgresql://office@/postgres?host={folder}", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {database}")
            urls[database] = f"postgresql+psycopg://office@/{database}?host={folder}"
        for name in names:
            fill(urls["many"], name, each)
        fill(urls["alone"], names[0], each)
        for url in urls.values():
            with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")
        print(f"{offices} offices, {offices * DUTIES} duties, {offices * each} facts, {os.cpu_count()} cores")
        ratios = [
            status_seconds(urls["many"], names[0], plan, home) / status_seconds(urls["alone"], names[0], plan, home)
            for _ in range(ROUNDS)
        ]
        print(f"status of one office among all / alone: {median(ratios):.2f}")
        ratios = [written(urls["many"], names[:10]) / max(1, written(urls["many"], names[:1])) for _ in range(3)]
        print(f"{WRITERS} writers in ten offices / in one: {median(ratios):.2f}")
        print(*explained(urls["many"], names[0]), sep="\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
