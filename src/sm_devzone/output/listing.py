"""What a command has to say, and the one place where it becomes a table, lines for a pipe, or a JSON document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from types import ModuleType
from typing import Any, NamedTuple

from sm_devzone.domain.duties import Duty
from sm_devzone.domain.ledger import Ledger
from sm_devzone.domain.plan import Plan
from sm_devzone.output import rows


class Listing(NamedTuple):
    """The same content in the three forms that stdout can take; only the one that is asked for is made.

    `content` are the keys of the document devzone/NAME/1 beside `as_of` and `policies`, `lines` the rows of a pipe in
    their columns, and `draw` makes of the module output/screen what a person sees. `day` is None where nothing depends
    on it.
    """

    name: str
    day: date | None
    plan: Plan
    content: Callable[[], Mapping[str, Any]]
    lines: Callable[[], Iterable[Sequence[Any]]]
    draw: Callable[[ModuleType], str]
    as_json: bool


def rendered(listing: Listing, *, on_terminal: bool, of: Sequence[str] = ()) -> str:
    """The listing as stdout gets it; `of` are the units that it is about, where others are not to be seen."""
    if listing.as_json:
        return rows.json_document(listing.name, listing.day, listing.plan, listing.content(), of)
    if not on_terminal:
        return rows.tab_separated(listing.lines())
    from sm_devzone.output import screen

    drawn = listing.draw(screen)
    return f"{rows.only_of(of)}\n{drawn}" if of else drawn


def duty_list(name: str, ledger: Ledger, title: str, duties: Sequence[Duty], *, as_json: bool) -> Listing:
    """Duties, in the order given, under `title`."""
    return Listing(
        name,
        ledger.day,
        ledger.plan,
        content=lambda: {"duties": rows.as_objects(duties)},
        lines=lambda: duties,
        draw=lambda screen: screen.assign(ledger, title, duties),
        as_json=as_json,
    )
