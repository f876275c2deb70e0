"""Charts hold what a page with a strict policy may show, come out the same again, and mark whole numbers and months."""

from __future__ import annotations

import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from sm_devzone.domain.dashboard import Point, UnitOverdue
from sm_devzone.output import chart

DAY = date(2026, 1, 5)


def points(days: int, duties: int = 30) -> list[Point]:
    return [Point(DAY, duties, 0, 0), Point(DAY + timedelta(days), duties, duties, duties // 2)]


def labels(svg: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("days", [1, 2, 20, 40, 100, 400, 1000, 3000, 30000])
@pytest.mark.parametrize("duties", [1, 3, 7, 400, 100_000])
def test_burn_up_of_any_length(days: int, duties: int) -> None:
    svg = chart.burn_up(points(days, duties))
    assert svg == chart.burn_up(points(days, duties))
    said = labels(svg)
    assert said[:3] == ["任务", "时限已过", "已销号"]
    dates = [label for label in said if "-" in label]
    numbers = [int(label) for label in said[3:] if "-" not in label]
    assert 1 <= len(dates) <= 5
    assert 0 in numbers
    assert max(numbers) <= duties
    assert len(numbers) <= 6


def test_bars_stand_in_the_order_given_and_name_their_number() -> None:
    counts = [UnitOverdue(f"第{number}局", 20 - number, 3) for number in range(18)]
    said = labels(chart.overdue_by_unit(counts))
    assert [label for label in said if "局" in label] == [f"第{number}局 {20 - number}" for number in range(15)]


def test_names_are_text_and_nothing_asks_for_style_or_script() -> None:
    name = '<script>x</script>" onload="x'
    svg = chart.overdue_by_unit([UnitOverdue(name, 2, 3)])
    assert f"{name} 2" in labels(svg)
    elements = [*ElementTree.fromstring(svg).iter(), *ElementTree.fromstring(chart.burn_up(points(90))).iter()]
    assert {element.tag.partition("}")[2] for element in elements} == {"svg", "g", "rect", "line", "path", "text"}
    names = {name for element in elements for name in element.attrib}
    assert not [name for name in names if name == "style" or name.startswith("on") or "href" in name]


def test_no_coordinate_is_longer_than_it_need_be() -> None:
    assert not re.search(r"\.\d{3}", chart.burn_up(points(97)))
