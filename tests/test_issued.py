"""What an earlier version issued is made again to the byte, so that `--verify` and `--reprint` go on telling the truth.

fixtures/issued-0.1.0 is the journal and the plan of a small office that used 0.1.0 for six weeks; issued-edition-2 that
of one that used the edition after it for four months, renamed a unit and moved a date.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import Devzone

FIXTURES = Path(__file__).parent / "fixtures"


def office_of(devzone: Devzone, name: str) -> Devzone:
    """An office with the journal and the plan of the fixture `name`, long after it issued its papers."""
    devzone.db.parent.mkdir(parents=True)
    shutil.copy(FIXTURES / name / "devzone.db", devzone.db)
    devzone.plan((FIXTURES / name / "plan.yaml").read_text("utf-8"))
    return devzone.at("2027-03-01")


@pytest.fixture
def office(devzone: Devzone) -> Devzone:
    return office_of(devzone, "issued-0.1.0")


@pytest.fixture
def later_office(devzone: Devzone) -> Devzone:
    return office_of(devzone, "issued-edition-2")


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_bulletin_of_0_1_0_is_made_again(office: Devzone, number: int) -> None:
    said = office.ok("report", "--verify", number).out
    assert [line.split()[4:6] for line in said.splitlines()] == [["md", "一致"], ["docx", "一致"]]


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_slip_of_0_1_0_is_made_again(office: Devzone, number: int) -> None:
    (path,) = office.ok("notice", "--reprint", number, "-o", "again").out.splitlines()
    assert f"〔2026〕第{number}号" in Path(path).name


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_bulletin_of_the_second_edition_is_made_again(later_office: Devzone, number: int) -> None:
    ran = later_office.ok("report", "--verify", number)
    assert sorted(line.split()[4] for line in ran.out.splitlines()) == ["docx", "html", "md", "txt"]
    assert ran.out.count("一致") == 4
    assert f"第 {number} 期的 xlsx 由以前的版本做出，现在做不出一样的，没有核对" in ran.err


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_slip_of_the_second_edition_is_made_again(later_office: Devzone, number: int) -> None:
    paths = later_office.ok("notice", "--reprint", number, "-o", "again").out.splitlines()
    assert sorted(Path(path).suffix for path in paths) == [".docx", ".md"]


def test_a_former_paper_whose_facts_were_changed_is_told(later_office: Devzone) -> None:
    import sqlite3

    with sqlite3.connect(later_office.db) as file:
        file.executescript("DROP TRIGGER entry_refuses_update; UPDATE entry SET note = '改过' WHERE id = 17;")
    ran = later_office("report", "--verify", 3)
    assert ran.code == 1
    assert "和发出时不一样" in ran.err
