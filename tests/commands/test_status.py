"""What the policy of record looks like, and the forms of `devzone status`."""

from __future__ import annotations

from tests.conftest import Devzone


def test_the_policy_of_record_as_of_a_day(devzone: Devzone) -> None:
    document = devzone.ok("status", "--json", "--as-of", "2026-11-23").json
    assert document["schema"] == "devzone/status/1"
    assert document["as_of"] == "2026-11-23"
    assert [m["number"] for m in document["measures"]] == list(range(1, 18))
    assert sum(len(m["responsible_units"]) for m in document["measures"]) == 121
    assert [m["number"] for m in document["measures"] if m["lead_unit"]] == [17]
    assert {m["number"]: m["due"] for m in document["measures"] if m["due"]} == {4: "2024-12-31", 17: "2025-12-31"}
    # 4: seven bureaus, eleven counties, the zones; 17: the six departments in 2025. In 2026 they have till December.
    assert {m["number"]: m["overdue"] for m in document["measures"] if m["overdue"]} == {4: 19, 17: 6}
    assert document["totals"]["overdue"] == 25


def test_a_pipe_gets_one_tab_separated_line_a_measure(devzone: Devzone) -> None:
    lines = devzone.ok("status").lines
    assert len(lines) == 17
    assert lines[3][:4] == ["sm-devzone-2024", "4", "推进县域园区整合", ""]
    assert "2024-12-31" in lines[3]


def test_a_terminal_gets_a_table_with_totals(devzone: Devzone) -> None:
    out = devzone.ok("status", terminal=True).out
    assert "做实开发区考评" in out
    assert "2024-12-31" in out
    assert "逾期 692 天" in out
    assert "合计" in out
