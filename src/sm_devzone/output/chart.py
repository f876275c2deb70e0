"""Charts as SVG of plain attributes: no styles and no scripts in them, for the page forbids both.

The colours are those of paper; the style sheet of the page gives each its counterpart on a dark screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from markupsafe import escape

from sm_devzone.domain.dashboard import Point, UnitOverdue

INK, GREY, RED = "#1f4e79", "#8a9099", "#a8201a"
MOST_BARS = 15

_WIDTH, _RIGHT = 460, 442
_LETTER = 12
"""The width of a Chinese character in the labels, in the units of the picture."""


def burn_up(points: Sequence[Point]) -> str:
    """Three stepped lines over time, from `points` of which the first and the last lie apart."""
    first, last, most = points[0].day, points[-1].day, max(points[-1].duties, 1)
    left, top, bottom = 20 + 7 * len(str(most)), 34, 208

    def x(day: date) -> float:
        return left + (_RIGHT - left) * ((day - first) / (last - first))

    def y(value: int) -> float:
        return bottom - (bottom - top) * value / most

    key, lines = [], []
    for place, name, colour, width, values in (
        (left, "任务", GREY, 1.5, [point.duties for point in points]),
        (left + 98, "时限已过", RED, 1.5, [point.due for point in points]),
        (left + 224, "已销号", INK, 3, [point.closed_out for point in points]),
    ):
        key.append(f'<rect x="{place}" y="5" width="10" height="10" fill="{colour}"/>')
        key.append(_text(place + 14, 14, name, "start", "#22252a"))
        steps = "".join(f"H{x(point.day):.1f}V{y(value):.1f}" for point, value in zip(points, values, strict=True))
        lines.append(
            f'<path d="M{left} {y(values[0]):.1f}{steps}" fill="none" stroke="{colour}" stroke-width="{width}"/>'
        )
    marks = [
        _line(x(day), top, x(day), bottom + 4)
        + _text(x(day), bottom + 19, f"{day:%Y-%m}" if day.day == 1 else f"{day:%m-%d}", "middle")
        for day in _days_to_mark(first, last)
    ]
    marks += [
        _line(left - 4, y(value), _RIGHT, y(value), "#dcdad4" if value else GREY)
        + _text(left - 8, y(value) + 4, str(value), "end")
        for value in _numbers_to_mark(most)
    ]
    return _svg(232, [*key, *marks, *lines])


def overdue_by_unit(counts: Sequence[UnitOverdue]) -> str:
    """A bar for each of the first MOST_BARS of `counts`, of which there is at least one."""
    shown = {f"{count.unit} {count.overdue}": count.overdue for count in counts[:MOST_BARS]}
    most = max(4, *shown.values())  # one thing overdue is not drawn as if it were everything
    left, bottom = min(17 + _LETTER * max(map(len, shown)), 300), 8 + 22 * len(shown)
    unit = (_RIGHT - left) / most
    marks = [
        _line(left + unit * value, 4, left + unit * value, bottom, "#dcdad4" if value else GREY)
        + _text(left + unit * value, bottom + 15, str(value), "middle")
        for value in _numbers_to_mark(most)
    ]
    names = [_text(left - 8, 23 + 22 * place, name, "end") for place, name in enumerate(shown)]
    bars = [
        f'<rect x="{left}" y="{12 + 22 * place}" width="{unit * value:.1f}" height="14" fill="{RED}"/>'
        for place, value in enumerate(shown.values())
    ]
    return _svg(bottom + 22, [*marks, *names, '<g class="bars">', *bars, "</g>"])


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


def _line(x1: float, y1: float, x2: float, y2: float, colour: str = "#dcdad4") -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _text(x: float, y: float, words: str, anchor: str, colour: str = "#5c626b") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}">{escape(words)}</text>'


def _svg(height: int, parts: Sequence[str]) -> str:
    """An element that takes the width of what it stands in; what it shows is in a table beside it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" font-size="{_LETTER}"'
        f' aria-hidden="true">{"".join(parts)}</svg>'
    )
