"""The registers of what went out (bulletins, 督办单, 填报表, each with its SHA-256) and of the versions of plans."""

from __future__ import annotations

from datetime import date

from sm_devzone.domain.calendar import ONE_DAY, end_of_day_utc, recorded_day
from sm_devzone.domain.chain import Seal
from sm_devzone.domain.entry import Dispatch, Issued, Notice, Received
from sm_devzone.domain.plan_history import PlanVersion
from sm_devzone.storage.chain import seal_at
from sm_devzone.storage.snapshot import END, Snapshot, garbage_told, moment

_NOTICE_FIELDS = [name for name in Notice._fields if name != "files"]


class Registers(Snapshot):
    """Which papers went out."""

    def seal(self, number: int | None = None) -> Seal | None:
        """The seal of the last fact of the whole state, or of the one with that number; None where there is none."""
        return seal_at(self._run, number)

    def issued(self, number: int, policy: str, year: int | None = None) -> list[Issued]:
        """The files of the bulletin of that number, of `year` or the last year that has one."""
        rows = self._run(
            f"""SELECT {", ".join(Issued._fields)}
               FROM bulletin WHERE number = :number AND policy = :policy ORDER BY year DESC, form DESC""",
            {"number": number, "policy": policy},
        )
        wanted = year if year is not None else rows[0][1] if rows else None
        return [
            Issued._make([*row[:5], date.fromisoformat(row[5]), date.fromisoformat(row[6]), *row[7:]])
            for row in rows
            if row[1] == wanted
        ]

    def bulletins(self, day: date) -> list[Issued]:
        """Every file of every bulletin up to `day`, in the order in which they were issued."""
        rows = self._select(
            f"""SELECT {", ".join(Issued._fields)} FROM bulletin
               WHERE day <= :day AND recorded_at < :known AND position <= :position ORDER BY id""",
            day,
        )
        return [
            Issued._make([*row[:5], date.fromisoformat(row[5]), date.fromisoformat(row[6]), *row[7:]]) for row in rows
        ]

    def bundles(self) -> list[Received]:
        """Every 上报包 that was received, in the order in which they came."""
        rows = self._select(
            f"SELECT {', '.join(Received._fields)} FROM bundle WHERE recorded_at < :known ORDER BY id", date.max
        )
        return [Received._make(row)._replace(as_of=date.fromisoformat(row[1])) for row in rows]

    def chain(self) -> list[str]:
        """The hash of every fact, from the first."""
        return [sha256 for (sha256,) in self._run("SELECT sha256 FROM link ORDER BY id", {})]

    def series(self, number: int, year: int | None = None) -> list[str]:
        """The policies that have issued a bulletin of that number, in `year` or ever; "" stands for all at once."""
        rows = self._run(
            "SELECT DISTINCT policy, year FROM bulletin WHERE number = :number ORDER BY policy", {"number": number}
        )
        return list(dict.fromkeys(policy for policy, own in rows if year in (None, own)))

    def last_number(self, policy: str, year: int) -> int:
        """The highest number of a bulletin in `year`, 0 where there is none."""
        rows = self._run(
            "SELECT max(number) FROM bulletin WHERE policy = :policy AND year = :year", {"policy": policy, "year": year}
        )
        return int(rows[0][0] or 0) if rows else 0

    def last_issue(self, policy: str, cycle: str, start: date, until: str | None) -> Issued | None:
        """The bulletin of `cycle` that was issued last for a period before the one from `start` on.

        Of those that are known, or that were by the moment `until` where one is given.
        """
        rows = self._select(
            """SELECT number, year FROM bulletin WHERE policy = :of AND cycle = :cycle AND start < :start
               AND position <= :position AND recorded_at <= :until AND recorded_at < :known
               ORDER BY start DESC, position DESC LIMIT 1""",
            date.max,
            of=policy,
            cycle=cycle,
            start=start.isoformat(),
            until=until or "9",
        )
        return self.issued(rows[0][0], policy, rows[0][1])[0] if rows else None

    def notices(self) -> list[Notice]:
        """Every 督办单 that was issued, in the order of their numbers."""
        rows = self._run(
            f"SELECT {', '.join(_NOTICE_FIELDS)}, form, sha256 FROM notice ORDER BY year, number, form", {}
        )
        found: dict[tuple[int, int], Notice] = {}
        with garbage_told():
            for *values, form, sha256 in rows:
                own = Notice(**dict(zip(_NOTICE_FIELDS, values, strict=True)))
                own = found.setdefault((own.year, own.number), own)
                found[own.year, own.number] = own._replace(files=(*own.files, (form, sha256)))
            return [
                own._replace(
                    issued_on=date.fromisoformat(str(own.issued_on)), reply_due=date.fromisoformat(str(own.reply_due))
                )
                for own in found.values()
            ]

    def dispatches(self) -> list[Dispatch]:
        """The form that each unit was sent last, in the order in which they were sent."""
        rows = self._select(
            """SELECT unit, day, period, position, duties, name, sha256, recorded_by, recorded_at FROM dispatch
               WHERE id IN (SELECT max(id) FROM dispatch WHERE recorded_at < :known GROUP BY unit) ORDER BY id""",
            date.max,
        )
        return [Dispatch(unit, date.fromisoformat(sent_on), *rest) for unit, sent_on, *rest in rows]

    def sent_since(self, start: date, day: date) -> list[tuple[str, date, str]]:
        """Every form that was sent from `start` to `day`, in that order: its unit, the day of sending, its period."""
        eve, over = (moment(end_of_day_utc(on)) for on in (start - ONE_DAY, day))
        rows = self._select(
            """SELECT unit, recorded_at, period FROM dispatch
               WHERE recorded_at >= :eve AND recorded_at < :over AND recorded_at < :known ORDER BY id""",
            date.max,
            eve=eve,
            over=over,
        )
        return [(unit, recorded_day(recorded_at), period) for unit, recorded_at, period in rows]

    def plan_versions(self, plans: int | None = None) -> dict[str, list[PlanVersion]]:
        """The versions of each policy's plan in their order, without their texts; up to the one with the id `plans`."""
        rows = self._select(
            """SELECT policy, number, in_force_since, recorded_at, recorded_by, reason, sha256, '', text_sha256,
                   position, id
               FROM plan_version WHERE recorded_at < :known AND id <= :plans ORDER BY policy, number""",
            date.max,
            plans=END if plans is None else plans,
        )
        found: dict[str, list[PlanVersion]] = {}
        with garbage_told():
            for policy, number, since, *rest in rows:
                version = PlanVersion(policy, number, date.fromisoformat(since), *rest)
                found.setdefault(policy, []).append(version)
        return found

    def plan_text(self, version: PlanVersion) -> str:
        """The plan file of a version, as it was."""
        ((text,),) = self._run("SELECT text FROM plan_version WHERE id = :id", {"id": version.id})
        return str(text)
