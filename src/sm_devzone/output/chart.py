"""Charts as SVG (the only leather): no styles and no scripts in them, so that they show in a page that forbids both.

The colours here are those of paper; the style sheet of the page gives each its counterpart on a dark screen.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from datetime import date
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

from sm_devzone.domain.dashboard import Point, UnitOverdue

# The library loads a base for its own tests, and with it unittest: more than all else that it loads together.
_tests = ModuleType("leather.testcase")
_tests.LeatherTestCase = object  # type: ignore[attr-defined]
sys.modules.setdefault(_tests.__name__, _tests)

import leather  # noqa: E402 - after the above
from leather import theme  # noqa: E402

INK, GREY, RED = "#1f4e79", "#8a9099", "#a8201a"
MOST_BARS = 15

_LONG = re.compile(r"\d+\.\d{3,}")
_WIDTH = 460.0
_LETTER = 12
"""The width of a Chinese character in the labels, in the units of the picture."""

theme.margin = 0.02
theme.background_color = "none"
theme.tick_color, theme.zero_color, theme.label_color, theme.legend_color = "#dcdad4", GREY, "#5c626b", "#22252a"
theme.tick_font_family = theme.legend_font_family = "inherit"
theme.tick_font_size = theme.tick_font_char_height = theme.tick_font_char_width = _LETTER
theme.legend_font_size = theme.legend_font_char_height = _LETTER
theme.legend_font_char_width = _LETTER + 2
theme.legend_gap = 14


def burn_up(points: Sequence[Point]) -> str:
    """Three stepped lines over time, from `points` of which the first and the last lie apart."""
    first, last, most = points[0].day, points[-1].day, max(points[-1].duties, 1)
    chart = leather.Chart()
    for name, colour, width, values in (
        ("任务", GREY, 1.5, [point.duties for point in points]),
        ("时限已过", RED, 1.5, [point.due for point in points]),
        ("已销号", INK, 3, [point.closed_out for point in points]),
    ):
        steps = [(points[0].day, values[0])]
        for point, value in zip(points[1:], values[1:], strict=True):
            steps += [(point.day, steps[-1][1]), (point.day, value)]
        chart.add_line(steps, name=name, stroke_color=colour, width=width)
    chart.set_x_scale(_Span(first, last))
    chart.add_x_axis(
        ticks=_days_to_mark(first, last),
        tick_formatter=lambda day, _, __: f"{day:%Y-%m}" if day.day == 1 else f"{day:%m-%d}",
    )
    chart.set_y_scale(_Span(0, most))
    chart.add_y_axis(ticks=_numbers_to_mark(most), tick_formatter=lambda value, _, __: f"{value:g}")
    return _svg(chart, 230)


def overdue_by_unit(counts: Sequence[UnitOverdue]) -> str:
    """A bar for each of the first MOST_BARS of `counts`, of which there is at least one."""
    shown = counts[:MOST_BARS]
    most = max(4, *(count.overdue for count in shown))  # one thing overdue is not drawn as if it were everything
    chart = leather.Chart()
    chart.add_bars([(count.overdue, f"{count.unit} {count.overdue}") for count in shown], fill_color=RED)
    chart.set_x_scale(_Span(0, most))
    chart.add_x_axis(ticks=_numbers_to_mark(most), tick_formatter=lambda value, _, __: f"{value:g}")
    return _svg(chart, 44 + 22 * len(shown))


class _Span(leather.Scale):  # type: ignore[misc]
    """Days or numbers from the first to the last.

    The library's own scale of time rounds out to years, or goes into hours; that of numbers searches for marks, which
    are given here, for as long as all else of a chart takes.
    """

    def __init__(self, first: Any, last: Any) -> None:
        self._first, self._last = first, last

    def contains(self, value: Any) -> bool:
        return bool(self._first <= value <= self._last)

    def project(self, value: Any, range_min: float, range_max: float) -> float:
        share: float = (value - self._first) / (self._last - self._first)
        return range_min + (range_max - range_min) * share


def _days_to_mark(first: date, last: date) -> list[date]:
    """Begins of months between the two, five at most; the two themselves where no month begins between."""
    months = [date(year, month, 1) for year in range(first.year, last.year + 1) for month in range(1, 13)]
    within = [day for day in months if first <= day <= last]
    for step in (1, 2, 3, 6, 12, 24, 60):
        marks = [day for day in within if (day.year * 12 + day.month - 1) % step == 0]
        if len(marks) <= 5:
            return marks or [first, last]
    return within[:: -(-len(within) // 5)]


def _numbers_to_mark(most: int) -> list[int]:
    """Whole numbers from 0, evenly apart, six at most."""
    step = next(step for power in range(9) for step in (10**power, 2 * 10**power, 5 * 10**power) if most <= 5 * step)
    return list(range(0, most + 1, step))


def _svg(chart: leather.Chart, height: float) -> str:
    """`chart` as an element that takes the width of what it stands in; what it shows is in a table beside it."""
    root = ElementTree.Element(
        "svg",
        {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 -4 {_WIDTH:g} {height + 4:g}", "aria-hidden": "true"},
    )
    root.append(chart.to_svg_group(_WIDTH, height))
    for element in root.iter():
        for name, value in element.items():
            element.set(name, _LONG.sub(lambda digits: f"{float(digits[0]):.2f}", value))
    return ElementTree.tostring(root, encoding="unicode")
