"""An item from a 批示 or a meeting gets into the plan without YAML, as a version like any other."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.conftest import Devzone
from tests.forms import PLAN

KEPT = Path("批示和会议议定事项.yaml")
BASIS = ("--basis", "市长批示 2026-11-20")


@pytest.fixture
def office(devzone: Devzone) -> Devzone:
    devzone.plan(PLAN)
    return devzone


def measures(devzone: Devzone) -> list[tuple[str, int, str, list[str]]]:
    rows = devzone.ok("status", "--json").json["measures"]
    return [(row["policy"], row["number"], row["title"], row["responsible_units"]) for row in rows]


def test_an_item_is_a_duty_from_the_day_on(office: Devzone) -> None:
    ran = office.ok("add", "园区消防整治", "--unit", "乙局", "--unit", "东县", "--due", "2026-12-31", *BASIS)
    assert ran.out == "措施 3 园区消防整治（市乙局、东县，2026年12月31日前）\n"
    assert "登记为第 1 版" in ran.err
    assert measures(office)[-1] == ("directives", 3, "园区消防整治", ["市乙局", "东县"])
    (duty,) = [d for d in office.ok("assign", "--unit", "东县", "--json").json["duties"] if d["policy"] == "directives"]
    assert (duty["milestone"], duty["due"], duty["due_origin"], duty["state"]) == (
        "办结", "2026-12-31", "office", "not_started",
    )  # fmt: skip
    assert "依据：市长批示 2026-11-20" in office.ok("show", "directives/3", terminal=True).out
    assert [d for d in office.ok("assign", "--unit", "东县", "--as-of", "2026-11-22", "--json").json["duties"]
            if d["policy"] == "directives"] == []  # fmt: skip


def test_a_date_without_its_year_lies_ahead(office: Devzone) -> None:
    said = office.ok("add", "园区消防整治", "--unit", "乙局", "--due", "12月31日", *BASIS).out
    assert said == "措施 3 园区消防整治（市乙局，2026年12月31日前）\n"


def test_its_units_are_known_there_as_in_the_other_plan(office: Devzone) -> None:
    full = "- name: 市乙局\n        full_name: 某市乙事务局\n        vertical: true"
    office.plan(PLAN.replace("- name: 市乙局", full))
    office.ok("add", "园区消防整治", "--unit", "乙局", *BASIS)
    kept = KEPT.read_text(encoding="utf-8")
    assert "  - name: 市乙局\n    full_name: 某市乙事务局\n    aliases: [乙局]\n    vertical: true\n" in kept
    assert office.ok("check").code == 0


def test_its_number_needs_no_policy_before_it(office: Devzone) -> None:
    office.ok("add", "园区消防整治", "--unit", "乙局", *BASIS)
    office.ok("update", 3, "--unit", "乙局", "--note", "排查三个园区")
    assert office.ok("history", "--json").json["entries"][0]["policy"] == "directives"


def test_the_file_grows_and_what_a_person_wrote_in_it_stays(office: Devzone) -> None:
    office.ok("add", "园区消防整治", "--unit", "乙局", *BASIS)
    text = KEPT.read_text(encoding="utf-8")
    edited = text.replace("title: 园区消防整治", "title: 园区消防整治  # 每周调度").replace(
        "units:\n", "units:  # 名册\n  - name: 市丁局\n"
    )
    KEPT.write_text(edited, encoding="utf-8")
    office.at("2026-11-24").ok(
        "add", "清理闲置厂房", "--unit", "西县", "--due", "2027-03-31", "--basis", "专题会议纪要〔2026〕3号"
    )
    grown = KEPT.read_text(encoding="utf-8")
    assert "# 每周调度" in grown
    assert [line for line in edited.splitlines() if line not in grown.splitlines()] == []
    assert [(row[1], row[2]) for row in measures(office)[2:]] == [(3, "园区消防整治"), (4, "清理闲置厂房")]
    versions = office.ok("plan", "--policy", "directives", "--json").json["versions"]
    assert [(own["number"], own["in_force_since"], own["reason"]) for own in versions] == [
        (1, "2026-11-23", "市长批示 2026-11-20"),
        (2, "2026-11-24", "专题会议纪要〔2026〕3号"),
    ]
    assert any("增加措施 4“清理闲置厂房”" in change for change in versions[1]["changes"])
    assert office.ok("check").code == 0


def test_said_twice_it_is_one(office: Devzone) -> None:
    words = ("add", "园区消防整治", "--unit", "乙局", *BASIS)
    office.ok(*words)
    before = KEPT.read_bytes()
    assert "已有这一项（措施 3）" in office.ok(*words).err
    ran = office("add", "园区消防整治", "--unit", "东县", *BASIS)
    assert (ran.code, KEPT.read_bytes()) == (5, before)
    assert "devzone assign 3 --unit" in ran.err


def test_a_unit_that_no_plan_has_is_named_as_new(office: Devzone) -> None:
    ran = office("add", "园区消防整治", "--unit", "市消防支队", *BASIS)
    assert (ran.code, KEPT.exists()) == (4, False)
    office.ok("add", "园区消防整治", "--new-unit", "市消防支队", "--unit", "各县", *BASIS)
    assert measures(office)[-1][3] == ["东县", "西县", "市消防支队"]
    assert office("add", "再查一遍", "--new-unit", "乙局", *BASIS).code == 2


def test_a_number_is_not_used_again(office: Devzone) -> None:
    office.ok("add", "园区消防整治", "--unit", "乙局", *BASIS)
    office.ok("add", "清理闲置厂房", "--unit", "乙局", *BASIS)
    text = KEPT.read_text(encoding="utf-8")
    KEPT.write_text(text[: text.index("  - number: 4")], encoding="utf-8")
    office.ok("plan", "adopt", "--reason", "并入别的事项")
    office.ok("add", "联合执法", "--unit", "乙局", *BASIS)
    assert [row[1] for row in measures(office)] == [1, 2, 3, 5]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("园区消防整治", "--unit", "乙局"), 2, "缺少 --basis 依据"),
        (("园区消防整治", *BASIS), 2, "缺少 --unit"),
        ((" ", "--unit", "乙局", *BASIS), 2, "没有写事项"),
        (("事", "--unit", "乙局", "--due", "2026-11-01", *BASIS), 2, "早于起算的那天 2026-11-23"),
        (("事", "--unit", "乙局", "--on", "2026-12-01", *BASIS), 2, "还没有到"),
        (("事", "--unit", "乙局", "--due", "年底", *BASIS), 2, "“年底”不是日期"),
    ],
)
def test_what_is_missing_is_asked_for(office: Devzone, words: tuple[str, ...], code: int, said: str) -> None:
    ran = office("add", *words)
    assert (ran.code, ran.out, KEPT.exists(), office.db.exists()) == (code, "", False, False)
    assert said in ran.err


def test_an_item_of_last_month_is_owed_since_then(office: Devzone) -> None:
    ran = office.ok("add", "事", "--unit", "乙局", "--on", "2026-10-08", "--due", "2026-10-31", *BASIS)
    assert "时限 2026-10-31 已过" in ran.err
    (duty,) = [d for d in office.ok("export", "overdue", "--json").json["duties"] if d["policy"] == "directives"]
    assert duty["days_overdue"] == 23
    assert office("add", "别的事", "--unit", "乙局", "--on", "2026-09-01", *BASIS).code == 5


def test_a_title_with_marks_of_yaml(office: Devzone) -> None:
    title = 'A: "b" #1 - [x] {y}'
    office.ok("add", title, "--unit", "乙局", "--basis", "批示: #3")
    assert measures(office)[-1][2] == title


def test_in_a_folder_of_plans_it_lies_among_them(devzone: Devzone) -> None:
    folder = devzone.plan(PLAN, "plans/a.yaml").parent
    devzone.ok("--plan", folder, "add", "园区消防整治", "--unit", "乙局", *BASIS)
    assert (folder / KEPT).is_file()
    assert len(devzone.ok("--plan", folder, "status", "--json").json["measures"]) == 3


def test_beside_the_shipped_plan_it_lies_with_the_journal(devzone: Devzone) -> None:
    devzone.ok("add", "园区消防整治", "--unit", "应急局", *BASIS)
    assert (devzone.db.parent / KEPT).is_file()
    devzone.ok("update", 18, "--unit", "应急局", "--note", "排查")


def test_an_item_that_was_written_over_by_hand_is_not_grown(office: Devzone) -> None:
    office.ok("add", "园区消防整治", "--unit", "乙局", *BASIS)
    text = KEPT.read_text(encoding="utf-8")
    flow = text.replace("measures:\n", "measures: [").replace("  - number: 3", "{number: 3,").split("    title")[0]
    KEPT.write_text(flow + " title: 园区消防整治, units: [市乙局]}]\n", encoding="utf-8")
    ran = office("add", "清理闲置厂房", "--unit", "乙局", *BASIS)
    assert (ran.code, "measures 不是一行一项的写法" in ran.err) == (5, True)
    KEPT.write_text("policy: [\n", encoding="utf-8")
    assert office("add", "清理闲置厂房", "--unit", "乙局", *BASIS).code == 3


def test_two_at_once_are_both_kept(office: Devzone, run_process) -> None:  # type: ignore[no-untyped-def]
    office.ok("update", 1, "--unit", "乙局", "--note", "起步")
    ran: list[int] = []

    def add(title: str) -> None:
        ran.append(run_process("add", title, "--unit", "乙局", *BASIS).returncode)

    threads = [threading.Thread(target=add, args=(f"第{n}件事",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ran == [0] * 4
    rows = measures(office.at("2027-01-01"))
    assert sorted(row[1] for row in rows) == [1, 2, 3, 4, 5, 6]
