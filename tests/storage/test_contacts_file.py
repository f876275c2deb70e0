"""contacts.yaml beside the plan: who is called or written to, each mistake by its line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sm_devzone.domain.contacts import Contact
from sm_devzone.errors import ContactsInvalid
from sm_devzone.storage.contacts_file import load
from sm_devzone.storage.plan_cache import load as load_plan
from tests.conftest import Devzone
from tests.forms import PLAN

CONTACTS = """\
# 通讯录
office: {name: 小林, phone: 0598-1}
contacts:
  - {unit: 乙局, name: 老张, phone: 0598-2, email: zhang@example.com}
  - {unit: 市乙局, name: 老李}
  - {unit: 东县, email: dong@example.com}
"""


def test_a_unit_by_any_of_its_names_may_have_several(devzone: Devzone) -> None:
    plan = devzone.plan(PLAN)
    path = plan.with_name("contacts.yaml")
    path.write_text(CONTACTS, encoding="utf-8")
    contacts, told = load(path, load_plan(plan, None))
    assert (contacts.office, told) == (Contact("小林", "0598-1"), [])
    assert contacts.of("市乙局") == (Contact("老张", "0598-2", "zhang@example.com"), Contact("老李"))
    assert contacts.of("东县") == (Contact(email="dong@example.com"),)
    assert contacts.of("西县") == ()
    assert "通讯录：2 个单位" in devzone.ok("check").out


def test_an_extension_behind_a_number_sign_is_told_to_be_lost(devzone: Devzone) -> None:
    plan = devzone.plan(PLAN)
    path = plan.with_name("contacts.yaml")
    path.write_text("contacts: [{unit: 乙局, phone: 0598-2 #801\n}]\noffice: {name: 小林}  # 周三轮休\n", "utf-8")
    contacts, told = load(path, load_plan(plan, None))
    assert contacts.of("市乙局") == (Contact(None, "0598-2"),)
    assert told == [f"{path}:1: “0598-2”后面的“#801”是注释，没有读进来；是正文就给整段加引号"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("  - {unit: 市乙局, email: zhang}", "4: email 的“zhang”不是邮箱，请写成 name@example.com"),
        ("  - {name: 老张}", "4: 缺少字段 unit，请补上"),
        ("  - {unit: 市乙局, mail: a@b.cn}", "4: 没有字段 mail"),
        ("  - {unit: 市乙局, name: 老张, name: 老李}", "4: 字段 name 写了两次"),
        ("  - &a {unit: 市乙局}", "4: 用了 YAML 的锚点或别名"),
    ],
)
def test_a_mistake_is_told_by_its_line(devzone: Devzone, line: str, said: str) -> None:
    plan = devzone.plan(PLAN)
    path = plan.with_name("contacts.yaml")
    path.write_text(f"office: {{name: 小林}}\n\ncontacts:\n{line}\n", encoding="utf-8")
    with pytest.raises(ContactsInvalid) as raised:
        load(path, load_plan(plan, None))
    assert raised.value.problems[0].startswith(f"{path}:{said}")
    ran = devzone("check")
    assert (ran.code, ran.out) == (3, "")
    assert "通讯录有 1 处问题" in ran.err


def test_what_cannot_be_one_is_not_read(devzone: Devzone) -> None:
    path = devzone.plan(PLAN).with_name("contacts.yaml")
    with path.open("wb") as file:
        file.truncate(2_000_000)
    assert "通讯录读不了（有 2.0 MB，超过上限 1 MB）" in devzone("check").err
    path.unlink()
    os.mkfifo(path)
    ran = devzone("check")
    assert (ran.code, ran.out) == (1, "")
    assert "通讯录读不了（不是普通文件）" in ran.err


def test_a_unit_of_another_plan_stops_nothing_and_is_told(devzone: Devzone) -> None:
    path = devzone.plan(PLAN).with_name("contacts.yaml")
    path.write_text(CONTACTS + "  - {unit: 市丁局, name: 老赵}\n", encoding="utf-8")
    ran = devzone.ok("check")
    assert "contacts.yaml:7: 没有单位“市丁局”，这一条没有用上" in ran.err
    assert "通讯录：2 个单位" in ran.out


def test_in_a_folder_of_plans_it_is_none(devzone: Devzone) -> None:
    folder = devzone.plan(PLAN, "plans/a.yaml").parent
    (folder / "contacts.yaml").write_text(CONTACTS, encoding="utf-8")
    assert "措施 2 条" in devzone.ok("--plan", folder, "check").out
    assert "通讯录：2 个单位" in devzone.ok("--plan", folder, "check").out


def test_nobody_is_in_a_paper(devzone: Devzone) -> None:
    devzone.plan(PLAN).with_name("contacts.yaml").write_text(CONTACTS, encoding="utf-8")
    devzone.ok("update", 1, "--unit", "乙局", "--note", "碰头")
    for name in ("md", "html", "txt"):
        devzone.ok("report", "--format", name, "-o", f"out.{name}")
        assert "老张" not in Path(f"out.{name}").read_text(encoding="utf-8")
