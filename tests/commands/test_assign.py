"""`devzone assign`: a unit's list, and the office's decisions on who answers for a measure."""

from __future__ import annotations

from tests.conftest import Devzone


def test_the_list_of_a_unit_most_urgent_first(devzone: Devzone) -> None:
    duties = devzone.ok("assign", "--unit", "商务局", "--json").json["duties"]
    assert [(d["measure"], d["milestone"], d["period"], d["signal"]) for d in duties[:4]] == [
        (4, "整合", None, "overdue"),
        (17, "体检", "2025", "overdue"),
        (17, "体检", "2026", "on_track"),
        (1, None, None, "ongoing"),
    ]
    assert duties[0]["days_overdue"] == 692
    assert {d["role"] for d in duties if d["measure"] == 17} == {"lead"}
    assert {d["lead_unit"] for d in duties if d["measure"] != 17} == {None}


def test_every_duty_row_has_every_key_in_its_order(devzone: Devzone) -> None:
    keys = [
        "policy",
        "measure",
        "title",
        "milestone",
        "period",
        "unit",
        "role",
        "lead_unit",
        "state",
        "signal",
        "due",
        "due_origin",
        "first_due",
        "extensions",
        "days_overdue",
        "progress",
        "note",
        "problem",
        "next_step",
        "reported_on",
        "unreported",
        "done_on",
        "owed_from",
        "days_suspended",
        "plan_version",
        "transferred_from",
    ]
    for name in (["assign", "--unit", "商务局"], ["export", "overdue"], ["export", "duties"]):
        document = devzone.ok(*name, "--json").json
        assert {"schema", "as_of", "policies"} <= document.keys()
        assert all(list(row) == keys for row in document["duties"])


def test_a_unit_is_added_given_a_role_and_taken_out(devzone: Devzone) -> None:
    devzone.ok("assign", 5, "--unit", "商务局", "--role", "牵头", "--reason", "联席会议纪要〔2026〕3号")
    (row,) = [d for d in devzone.ok("assign", "--unit", "商务局", "--json").json["duties"] if d["measure"] == 5]
    assert (row["role"], row["lead_unit"]) == ("lead", "市商务局")
    devzone.ok("update", 5, "--unit", "商务局", "--note", "已牵头研究")
    devzone.ok("assign", 5, "--unit", "商务局", "--remove", "--reason", "职责调整")
    assert not [d for d in devzone.ok("assign", "--unit", "商务局", "--json").json["duties"] if d["measure"] == 5]
    assert len(devzone.ok("history", 5).lines) == 3
    assert devzone.ok("status").err == ""  # its history is no stray


def test_already_so_writes_nothing(devzone: Devzone) -> None:
    ran = devzone.ok("assign", 4, "--unit", "商务局", "--reason", "重申")
    assert ran.out == ""
    assert "已经如此" in ran.err
    assert devzone.is_new


def test_what_is_refused(devzone: Devzone) -> None:
    assert devzone("assign").code == 2
    assert devzone("assign", 5, "--unit", "商务局").code == 2  # no reason
    assert devzone("assign", 5, "--unit", "商务局", "--role", "lead", "--remove", "--reason", "x").code == 2
    assert devzone("assign", 5, "--unit", "商务局", "--role", "主办", "--reason", "x").code == 2
    assert devzone("assign", "--unit", "商务局", "--role", "lead").code == 2
    everyone = ["--unit", "商务局", "--unit", "各县市区", "--unit", "各开发区"]
    assert devzone("assign", 2, *everyone, "--remove", "--reason", "x").code == 5
    assert devzone.is_new
