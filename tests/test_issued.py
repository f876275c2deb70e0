"""What an earlier version issued is made again to the byte, so that `--verify` and `--reprint` go on telling the truth.

fixtures/issued-0.1.0 is the journal and the plan of a small office that used 0.1.0 for six weeks.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import Devzone

ISSUED = Path(__file__).parent / "fixtures" / "issued-0.1.0"


@pytest.fixture
def office(devzone: Devzone) -> Devzone:
    devzone.db.parent.mkdir(parents=True)
    shutil.copy(ISSUED / "devzone.db", devzone.db)
    devzone.plan((ISSUED / "plan.yaml").read_text("utf-8"))
    return devzone.at("2027-03-01")


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_bulletin_of_0_1_0_is_made_again(office: Devzone, number: int) -> None:
    said = office.ok("report", "--verify", number).out
    assert [line.split()[4:6] for line in said.splitlines()] == [["md", "一致"], ["docx", "一致"]]


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_slip_of_0_1_0_is_made_again(office: Devzone, number: int) -> None:
    (path,) = office.ok("notice", "--reprint", number, "-o", "again").out.splitlines()
    assert f"〔2026〕第{number}号" in Path(path).name
