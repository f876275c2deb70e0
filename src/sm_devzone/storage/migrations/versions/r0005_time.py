"""What time needs: versions of the plan, hand-overs, and with which plan and by which rules a paper was made."""

import sqlalchemy as sa
from alembic import op

from sm_devzone.storage.migrations.guarding import refuse_change

revision = "0005"
down_revision = "0004"

OFFICE_ACTS = sa.text("kind IN ('assign', 'remove', 'transfer', 'suspend', 'resume', 'void')")


def upgrade() -> None:
    """From 0004. What was issued so far was made by the rules of 0.1.0, from a plan that nobody recorded."""
    op.add_column("entry", sa.Column("to_unit", sa.Text))
    op.drop_index("entry_by_kind", "entry")
    op.create_index("entry_by_office", "entry", ["kind"], sqlite_where=OFFICE_ACTS, postgresql_where=OFFICE_ACTS)
    op.create_index("entry_by_policy", "entry", ["policy", "id"])
    for table in ("bulletin", "notice"):
        op.add_column(table, sa.Column("plans", sa.Integer, nullable=False, server_default="0"))
        op.add_column(table, sa.Column("edition", sa.Integer, nullable=False, server_default="1"))
    op.create_table(
        "plan_version",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("in_force_since", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("text_sha256", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("recorded_at", sa.Text, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.UniqueConstraint("policy", "number", name="plan_version_is_recorded_once"),
    )
    refuse_change("plan_version", "policy", "number")
