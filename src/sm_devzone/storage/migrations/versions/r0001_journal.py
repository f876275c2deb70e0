"""The journal: one table of facts that the database itself lets nobody change or delete."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

OFFICE_ACTS = sa.text("kind IN ('assign', 'remove', 'void')")


def upgrade() -> None:
    """From an empty database."""
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("measure", sa.Integer, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("milestone", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("happened_on", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.Text, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("role", sa.Text),
        sa.Column("progress", sa.Integer),
        sa.Column("note", sa.Text),
        sa.Column("problem", sa.Text),
        sa.Column("next_step", sa.Text),
        sa.Column("voids", sa.Integer, sa.ForeignKey("entry.id")),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name="progress_is_percent"),
    )
    duty = ["policy", "measure", "unit", "milestone", "period"]
    op.create_index("entry_by_duty", "entry", [*duty, "kind", "happened_on", "recorded_at", "id"])
    op.create_index("entry_voided", "entry", ["voids", "recorded_at"])
    op.create_index("entry_by_kind", "entry", ["kind"], sqlite_where=OFFICE_ACTS, postgresql_where=OFFICE_ACTS)
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER entry_refuses_{act.lower()} BEFORE {act} ON entry "
                "BEGIN SELECT RAISE(ABORT, 'the journal is only appended to'); END"
            )
        # REPLACE takes out the old row without asking the trigger on DELETE.
        op.execute(
            "CREATE TRIGGER entry_refuses_replace BEFORE INSERT ON entry WHEN EXISTS "
            "(SELECT 1 FROM entry WHERE id = NEW.id) "
            "BEGIN SELECT RAISE(ABORT, 'the journal is only appended to'); END"
        )
    else:
        op.execute(
            "CREATE FUNCTION entry_refuses_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the journal is only appended to'; END $$"
        )
        op.execute(
            "CREATE TRIGGER entry_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON entry "
            "FOR EACH STATEMENT EXECUTE FUNCTION entry_refuses_change()"
        )
