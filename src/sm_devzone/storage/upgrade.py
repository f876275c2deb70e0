"""Brings a database to the newest schema step with Alembic; imported only when a step is due."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from sm_devzone.storage.rights import renew

STEPS = Path(__file__).parent / "migrations"


def upgrade(connection: Connection, steps: Path = STEPS) -> None:
    """Apply every missing step inside the transaction of `connection`, so that a failing one leaves nothing.

    Logins of a server that were granted before have their rights on what is new as well.
    """
    config = Config()
    config.set_main_option("script_location", str(steps).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if connection.dialect.name != "sqlite":
        renew(connection)
