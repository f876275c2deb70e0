"""A PostgreSQL server for the tests that need one. They belong to the group `server`, which shares it."""

from __future__ import annotations

import os
import re
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

_NUMBERS = count()


@pytest.fixture
def url(server: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty database, which DEVZONE_DB names as well."""
    name = re.sub(r"\W", "_", f"{request.node.name[:40]}_{os.getpid()}_{next(_NUMBERS)}")
    with psycopg.connect(f"postgresql://office@/postgres?host={server}", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    url = f"postgresql+psycopg://office@/{name}?host={server}"
    monkeypatch.setenv("DEVZONE_DB", url)
    return url


def connected(url: str) -> psycopg.Connection[Any]:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
