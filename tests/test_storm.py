"""Many clerks at one journal: nothing is lost, nothing is refused wrongly, whoever is killed when."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.storm import Office, digest, duel, everything, killed, updates

pytestmark = pytest.mark.slow


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_no_update_is_lost_and_none_refused(office: Office) -> None:
    ran = updates(office, clerks=6, each=2)
    assert [(one.code, one.err) for one in ran] == [(0, "")] * 12
    numbers = [number for (number,) in office.rows("SELECT id FROM entry WHERE note LIKE '第%' ORDER BY id")]
    assert numbers == list(range(2, 14))


def test_a_day_of_many_clerks(office: Office) -> None:
    clerks = 3
    ran = everything(office, clerks)
    assert [one.err for one in ran if one.code] == []
    assert office.rows("SELECT count(*) FROM entry WHERE note LIKE '第%人'") == [(clerks,)]
    assert office.rows("SELECT number FROM notice ORDER BY number") == [(n + 1,) for n in range(clerks)]
    assert office.rows("SELECT count(*) FROM dispatch") == [(clerks,)]
    for folder, table in (("reports", "bulletin"), ("slips", "notice")):
        facts = sorted(str(sha256) for (sha256,) in office.rows(f"SELECT sha256 FROM {table}"))
        assert sorted(map(digest, (office.folder / folder).iterdir())) == facts


def test_two_who_issue_one_number(office: Office) -> None:
    assert [problem for number in range(1, 4) for problem in duel(office, number)] == []


def test_a_kill_leaves_nothing_or_a_paper_that_can_be_made_again(office: Office) -> None:
    whole = office("report", "--number", "100", "-o", "whole").seconds
    chance = random.Random(7)
    wrong = [one for number in range(1, 6) for one in killed(office, number, chance.uniform(whole / 3, whole))]
    assert wrong == []
