"""The report as a page: the bulletin, and beside it the dashboard with its charts and the list of duties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sm_devzone.domain import dashboard
from sm_devzone.domain.duties import Duty
from sm_devzone.output import chart, document


def render(
    content: Mapping[str, Any], duties: Sequence[Duty], folders: Sequence[Path], cache: Path | None = None
) -> str:
    """report.html of the first of `folders` that has it, with the `content` of every bulletin and what the page adds.

    `duties` are listed in the order in which they come.

    Raises TemplateInvalid.
    """
    return document.render(
        "report.html",
        {
            **content,
            "board": dashboard.compose(content["b"], duties),
            # No module: out of one a template of the office could reach everything that is loaded.
            "draw": {name: getattr(chart, name) for name in ("burn_up", "overdue_by_unit", "MOST_BARS")},
            "month_ends": dashboard.month_ends,
            "STANDINGS": dashboard.STANDINGS,
        },
        folders,
        cache,
        len(duties),
    )
