"""What the closing loop adds: the dates of an extension, how was urged, evidence, and bulletins that were issued."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

DUTY = ["policy", "measure", "unit", "milestone", "period"]


def upgrade() -> None:
    """From 0001."""
    for name in ("due_before", "due", "means"):
        op.add_column("entry", sa.Column(name, sa.Text))
    op.drop_index("entry_by_duty", "entry")
    op.create_index(
        "entry_by_duty", "entry", [*DUTY, "kind", "happened_on", "recorded_at", "id", "due_before", "due", "progress"]
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("entry", sa.Integer, sa.ForeignKey("entry.id"), nullable=False, index=True),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
    )
    op.create_table(
        "bulletin",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("cycle", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("start", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.Text, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.UniqueConstraint("number", "year", "policy", "form", name="bulletin_is_issued_once"),
    )
    for table in ("evidence", "bulletin"):
        if op.get_bind().dialect.name == "sqlite":
            for act in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_refuses_{act.lower()} BEFORE {act} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'the journal is only appended to'); END"
                )
            op.execute(
                f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} WHEN EXISTS "
                f"(SELECT 1 FROM {table} WHERE id = NEW.id) "
                "BEGIN SELECT RAISE(ABORT, 'the journal is only appended to'); END"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION entry_refuses_change()"
            )
