"""The register of 上报包 that came from the offices below."""

import sqlalchemy as sa
from alembic import op

from sm_devzone.storage.migrations.guarding import chain_itself, refuse_change

revision = "0012"
down_revision = "0011"

COLUMNS = (
    "office", "as_of", "sealed", "seal", "verdict", "name", "sha256", "duties", "closed_out", "submitted",
    "in_progress", "not_started", "suspended", "overdue", "due_soon", "unreported", "terminated", "recorded_at",
    "recorded_by",
)  # fmt: skip
TEXTS = ("office", "as_of", "seal", "verdict", "name", "sha256", "recorded_at", "recorded_by")


def upgrade() -> None:
    """From 0011."""
    op.create_table(
        "bundle",
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text if name in TEXTS else sa.Integer, nullable=False) for name in COLUMNS),
    )
    refuse_change("bundle")
    if op.get_bind().dialect.name != "sqlite":
        chain_itself("bundle")
