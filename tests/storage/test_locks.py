"""Who reads or writes a file keeps others out until the end, whatever else this process opens meanwhile."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from sm_devzone.storage.chain import Walk
from sm_devzone.storage.database import Database
from tests.conftest import Devzone

pytestmark = pytest.mark.of_a_file("the locks of a file")

WRITE = """
import sqlite3, sys
file = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
try:
    file.execute("BEGIN IMMEDIATE")
    file.execute("CREATE TABLE written (by TEXT)")
    file.execute("COMMIT")
except sqlite3.OperationalError as error:
    print(error)
"""


def written_by_another_process(path: Path) -> str:
    return subprocess.run([sys.executable, "-c", WRITE, str(path)], capture_output=True, text=True, check=True).stdout


def read_once(database: Database) -> None:
    with database.reading() as run:
        run("SELECT count(*) FROM entry", {})


@pytest.mark.parametrize("meanwhile", [read_once, Walk], ids=["read", "walk the chain"])
@pytest.mark.parametrize("doing", [Database.reading, Database.writing], ids=["while reading", "while writing"])
def test_a_second_opening_lets_nobody_in(
    devzone: Devzone,
    doing: Callable[[Database], AbstractContextManager[Any]],
    meanwhile: Callable[[Database], object],
) -> None:
    devzone.ok("update", 4, "--unit", "商务局", "--milestone", "整合", "--note", "开工")
    database = Database(str(devzone.db))
    with doing(database) as run:
        if doing is Database.reading:
            run("SELECT count(*) FROM entry", {})
        meanwhile(database)
        assert "locked" in written_by_another_process(devzone.db)
    assert written_by_another_process(devzone.db) == ""
