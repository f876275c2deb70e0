"""On a server evidence lies in the database, where every colleague reads it; beside a file it stays in its folder."""

import sqlalchemy as sa
from alembic import op

from sm_devzone.storage.migrations.guarding import refuse_change

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """From 0006."""
    if op.get_bind().dialect.name == "sqlite":
        return
    op.create_table(
        "evidence_file",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    refuse_change("evidence_file")
