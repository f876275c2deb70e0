"""The report as a page: the bulletin, and beside it the dashboard with its charts and the list of duties."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sm_devzone.domain import dashboard
from sm_devzone.domain.bulletin import Bulletin
from sm_devzone.domain.ledger import Duty
from sm_devzone.output import chart, document


def render(bulletin: Bulletin, duties: Sequence[Duty], folders: Sequence[Path], cache: Path | None = None) -> str:
    """report.html of the first of `folders` that has it; `duties` are listed in the order in which they come.

    Raises TemplateInvalid.
    """
    return document.render(
        "report.html",
        {
            "b": bulletin,
            "board": dashboard.compose(bulletin.ledger, duties),
            "draw": chart,
            "month_ends": dashboard.month_ends,
            "STANDINGS": dashboard.STANDINGS,
        },
        folders,
        cache,
    )
