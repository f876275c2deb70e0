"""The registers of what went out: bulletins, 督办单 and 填报表, each a fact with the SHA-256 of the paper."""

from __future__ import annotations

from datetime import date

from sm_devzone.domain.entry import Dispatch, Issued, Notice
from sm_devzone.storage.snapshot import Snapshot, garbage_told

_NOTICE = ", ".join(name for name in Notice._fields if name != "files")


class Registers(Snapshot):
    """Which papers went out."""

    def issued(self, number: int, policy: str, year: int | None = None) -> list[Issued]:
        """The files of the bulletin of that number, of `year` or the last year that has one."""
        rows = self._run(
            """SELECT number, year, policy, cycle, period, start, day, position, form, sha256, recorded_by, recorded_at
               FROM bulletin WHERE number = :number AND policy = :policy ORDER BY year DESC, form DESC""",
            {"number": number, "policy": policy},
        )
        wanted = year if year is not None else rows[0][1] if rows else None
        return [
            Issued._make([*row[:5], date.fromisoformat(row[5]), date.fromisoformat(row[6]), *row[7:]])
            for row in rows
            if row[1] == wanted
        ]

    def last_number(self, policy: str, year: int) -> int:
        """The highest number of a bulletin in `year`, 0 where there is none."""
        rows = self._run(
            "SELECT max(number) FROM bulletin WHERE policy = :policy AND year = :year", {"policy": policy, "year": year}
        )
        return int(rows[0][0] or 0) if rows else 0

    def last_issue(self, policy: str, cycle: str, start: date, until: str | None, day: date) -> Issued | None:
        """The bulletin of `cycle` that was issued last for a period before the one from `start` on.

        Known by the end of `day`, or by the moment `until` where one is given.
        """
        rows = self._select(
            """SELECT number, year FROM bulletin WHERE policy = :of AND cycle = :cycle AND start < :start
               AND position <= :position AND recorded_at <= :until AND recorded_at < :day_over
               ORDER BY start DESC, position DESC LIMIT 1""",
            day,
            of=policy,
            cycle=cycle,
            start=start.isoformat(),
            until=until or "9",
        )
        return self.issued(rows[0][0], policy, rows[0][1])[0] if rows else None

    def notices(self) -> list[Notice]:
        """Every 督办单 that was issued, in the order of their numbers."""
        rows = self._run(f"SELECT {_NOTICE}, form, sha256 FROM notice ORDER BY year, number, form", {})
        found: dict[tuple[int, int], Notice] = {}
        with garbage_told():
            for *values, form, sha256 in rows:
                own = Notice(*values)
                own = found.setdefault((own.year, own.number), own)
                found[own.year, own.number] = own._replace(files=(*own.files, (form, sha256)))
            return [
                own._replace(
                    issued_on=date.fromisoformat(str(own.issued_on)), reply_due=date.fromisoformat(str(own.reply_due))
                )
                for own in found.values()
            ]

    def dispatches(self, day: date) -> list[Dispatch]:
        """The form that each unit was sent last, by the end of `day`, in the order in which they were sent."""
        rows = self._select(
            """SELECT unit, day, period, position, duties, name, sha256, recorded_by, recorded_at FROM dispatch
               WHERE id IN (SELECT max(id) FROM dispatch WHERE recorded_at < :day_over GROUP BY unit) ORDER BY id""",
            day,
        )
        return [Dispatch(unit, date.fromisoformat(sent_on), *rest) for unit, sent_on, *rest in rows]
