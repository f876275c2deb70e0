"""Which days are worked in China by the yearly 放假安排 of the State Council."""

from __future__ import annotations

from datetime import date


def is_official_workday(day: date) -> bool | None:
    """Whether `day` is worked, 调休 included; None for a year whose arrangement is not known."""
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None
