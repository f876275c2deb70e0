"""The tables of the journal (the only sqlmodel). They validate nothing: what may go in is decided in domain/rules."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel


class EntryRow(SQLModel, table=True):
    """One fact. Days are ISO text, moments ISO text in UTC: the same in SQLite, in PostgreSQL and to the naked eye."""

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress_is_percent"),
        # Holds all that the ledger of a day is folded from, so that the rows themselves are not read for it.
        Index(
            "entry_by_duty",
            "policy", "measure", "unit", "milestone", "period", "kind", "happened_on", "recorded_at", "id",
            "due_before", "due", "progress",
        ),
        Index("entry_voided", "voids", "recorded_at"),
        Index("entry_by_kind", "kind", sqlite_where=text("kind IN ('assign', 'remove', 'void')"),
              postgresql_where=text("kind IN ('assign', 'remove', 'void')")),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(sa_column=Column(Text, nullable=False))
    policy: str = Field(sa_column=Column(Text, nullable=False))
    measure: int
    unit: str = Field(sa_column=Column(Text, nullable=False))
    milestone: str = Field(sa_column=Column(Text, nullable=False))
    period: str = Field(sa_column=Column(Text, nullable=False))
    happened_on: str = Field(sa_column=Column(Text, nullable=False))
    recorded_at: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(sa_column=Column(Text, nullable=False))
    source: str = Field(sa_column=Column(Text, nullable=False))
    role: str | None = Field(default=None, sa_column=Column(Text))
    progress: int | None = None
    note: str | None = Field(default=None, sa_column=Column(Text))
    problem: str | None = Field(default=None, sa_column=Column(Text))
    next_step: str | None = Field(default=None, sa_column=Column(Text))
    voids: int | None = Field(default=None, foreign_key="entry.id")
    due_before: str | None = Field(default=None, sa_column=Column(Text))
    due: str | None = Field(default=None, sa_column=Column(Text))
    means: str | None = Field(default=None, sa_column=Column(Text))
    material: str | None = Field(default=None, sa_column=Column(Text))
    reporter: str | None = Field(default=None, sa_column=Column(Text))
    phone: str | None = Field(default=None, sa_column=Column(Text))


class EvidenceRow(SQLModel, table=True):
    """One file that an entry rests on; the file lies in the store under its SHA-256. `size` is in bytes."""

    __tablename__ = "evidence"

    id: int | None = Field(default=None, primary_key=True)
    entry: int = Field(foreign_key="entry.id", index=True)
    sha256: str = Field(sa_column=Column(Text, nullable=False))
    name: str = Field(sa_column=Column(Text, nullable=False))
    size: int


class DispatchRow(SQLModel, table=True):
    """One 填报表 that was sent. `position` is the last entry that it knew of."""

    __tablename__ = "dispatch"

    id: int | None = Field(default=None, primary_key=True)
    unit: str = Field(sa_column=Column(Text, nullable=False))
    day: str = Field(sa_column=Column(Text, nullable=False))
    period: str = Field(sa_column=Column(Text, nullable=False))
    position: int
    duties: int
    name: str = Field(sa_column=Column(Text, nullable=False))
    sha256: str = Field(sa_column=Column(Text, nullable=False))
    recorded_at: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(sa_column=Column(Text, nullable=False))


class BulletinRow(SQLModel, table=True):
    """One file of an issued bulletin. `position` is the last entry that it knew of."""

    __tablename__ = "bulletin"
    __table_args__ = (UniqueConstraint("number", "year", "policy", "form", name="bulletin_is_issued_once"),)

    id: int | None = Field(default=None, primary_key=True)
    number: int
    year: int
    policy: str = Field(sa_column=Column(Text, nullable=False))
    cycle: str = Field(sa_column=Column(Text, nullable=False))
    period: str = Field(sa_column=Column(Text, nullable=False))
    start: str = Field(sa_column=Column(Text, nullable=False))
    day: str = Field(sa_column=Column(Text, nullable=False))
    position: int
    form: str = Field(sa_column=Column(Text, nullable=False))
    sha256: str = Field(sa_column=Column(Text, nullable=False))
    recorded_at: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(sa_column=Column(Text, nullable=False))


class NoticeRow(SQLModel, table=True):
    """One file of a 督办单 that was issued. `position` is the last entry that it knew of, `workdays` its limit."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("number", "year", "form", name="notice_is_issued_once"),)

    id: int | None = Field(default=None, primary_key=True)
    number: int
    year: int
    policy: str = Field(sa_column=Column(Text, nullable=False))
    measure: int
    unit: str = Field(sa_column=Column(Text, nullable=False))
    milestone: str = Field(sa_column=Column(Text, nullable=False))
    period: str = Field(sa_column=Column(Text, nullable=False))
    colour: str = Field(sa_column=Column(Text, nullable=False))
    issued_on: str = Field(sa_column=Column(Text, nullable=False))
    reply_due: str = Field(sa_column=Column(Text, nullable=False))
    workdays: int
    basis: str | None = Field(default=None, sa_column=Column(Text))
    position: int
    asked: str = Field(sa_column=Column(Text, nullable=False))
    reason: str | None = Field(default=None, sa_column=Column(Text))
    form: str = Field(sa_column=Column(Text, nullable=False))
    sha256: str = Field(sa_column=Column(Text, nullable=False))
    recorded_at: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(sa_column=Column(Text, nullable=False))
