"""通讯录: whom the office calls or writes to, by unit; for mails and the screen, and never in a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Contact(NamedTuple):
    """One 联络员; what is not known is None."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None

    @property
    def words(self) -> str:
        """李四 0598-8220000, as it is shown beside a unit."""
        return " ".join(filter(None, (self.name, self.phone)))


class Contacts(NamedTuple):
    """The 联络员 of each single unit, in the order of the file, and the office's own.

    `offices` are those below, whose 上报包 are taken; `own` is what this office is called in its own.
    """

    office: Contact = Contact()
    units: Mapping[str, tuple[Contact, ...]] = {}
    offices: Mapping[str, tuple[Contact, ...]] = {}
    own: str | None = None

    def of(self, unit: str) -> tuple[Contact, ...]:
        return self.units.get(unit, ())
