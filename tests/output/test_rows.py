"""Lists for programs."""

from __future__ import annotations

import csv
from typing import NamedTuple

import pytest

from sm_devzone.output import rows


class Line(NamedTuple):
    unit: str
    unreported: bool
    days_overdue: int | None


COLUMNS = {"unit": "责任单位", "unreported": "未报送", "days_overdue": "逾期天数"}


@pytest.mark.parametrize("length", range(6))
def test_a_csv_is_the_same_however_many_rows_are_written_at_once(length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "_AT_ONCE", 2)
    lines = [Line(f"单位{n // 2}", n == 0, n or None) for n in range(length)]
    found = list(csv.reader(rows.csv_file(COLUMNS, iter(lines)).decode("utf-8-sig").splitlines()))
    assert (
        found
        == [
            ["序号", "责任单位", "未报送", "逾期天数"],
            ["1", "单位0", "是", ""],
            ["2", "单位0", "", "1"],
            ["3", "单位1", "", "2"],
            ["4", "单位1", "", "3"],
            ["5", "单位2", "", "4"],
        ][: length + 1]
    )
