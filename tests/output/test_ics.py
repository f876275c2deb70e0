"""The dates as a calendar: each event is known for good, and moves with its date."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from tests.conftest import Devzone
from tests.forms import PLAN


@pytest.fixture
def office(devzone: Devzone) -> Devzone:
    devzone.plan(PLAN)
    return devzone


def events(devzone: Devzone, *words: str) -> dict[str, Any]:
    """Summary -> event."""
    found = Calendar.from_ical(devzone.ok("export", "calendar", *words).out).walk("VEVENT")
    return {str(event["summary"]): event for event in found}


def test_each_open_date_is_a_day(office: Devzone) -> None:
    found = events(office)
    assert list(found) == [f"{unit}　措施2 按期验收“验收”" for unit in ("市乙局", "东县", "西县")]
    event = found["东县　措施2 按期验收“验收”"]
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 12, 31), date(2027, 1, 1))
    assert str(event["description"]) == "未启动（截至 2026-11-23）\n政策时限\n《关于做好三件事的若干措施》"
    assert event["transp"] == "TRANSPARENT"


def test_what_is_done_or_halted_is_not_in_it(office: Devzone) -> None:
    office.ok("update", 2, "--unit", "东县", "--done", "--note", "通过")
    office.ok("suspend", 2, "--unit", "西县", "--milestone", "验收", "--note", "规划调整")
    assert list(events(office)) == ["市乙局　措施2 按期验收“验收”"]


def test_an_event_stays_the_same_through_an_extension_a_rename_and_a_new_number(office: Devzone) -> None:
    before = events(office)["东县　措施2 按期验收“验收”"]
    office.ok("extend", 2, "--unit", "东县", "--to", "2027-03-31", "--reason", "市政府同意")
    plan = PLAN.replace("name: 东县", "name: 东区\n        aliases: [东县]").replace("[东县, 西县]", "[东区, 西县]")
    plan = plan.replace("number: 2\n        title", "number: 3\n        formerly: 2\n        title")
    office.plan(plan)
    office.ok("plan", "adopt", "--reason", "机构改革")
    after = events(office)["东区　措施3 按期验收“验收”"]
    assert after["uid"] == before["uid"]
    assert after["dtstart"].dt == date(2027, 3, 31)
    assert "原定 2026-12-31，延期 1 次共 90 天" in str(after["description"])
    assert len({event["uid"] for event in events(office).values()}) == 3


def test_an_overdue_one_says_so(office: Devzone) -> None:
    event = events(office.at("2027-01-11"))["东县　措施2 按期验收“验收”"]
    assert str(event["description"]).startswith("未启动，逾期 11 天（截至 2027-01-11）")


def test_the_same_day_gives_the_same_bytes_and_a_file_is_replaced(office: Devzone) -> None:
    assert office.ok("export", "calendar", "-o", "时限.ics").out == "时限.ics\n"
    first = Path("时限.ics").read_bytes()
    office.ok("export", "calendar", "-o", "时限.ics")
    assert Path("时限.ics").read_bytes() == first
    assert first.startswith(b"BEGIN:VCALENDAR\r\n")
    assert max(map(len, first.split(b"\r\n"))) <= 75  # as RFC 5545 folds lines
    assert office("export", "calendar", "--exit-code").code == 7


def test_its_formats_are_its_own(office: Devzone) -> None:
    assert [row["unit"] for row in office.ok("export", "calendar", "--json").json["duties"]] == [
        "市乙局",
        "东县",
        "西县",
    ]
    for words in (("calendar", "--format", "csv"), ("overdue", "--format", "ics"), ("calendar", "-o", "a.csv")):
        ran = office("export", *words)
        assert (ran.code, ran.out) == (2, "")
