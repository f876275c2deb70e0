"""Mails ready to be sent: a unit gets one with its form, its slips, or what it is urged for. Nothing is sent here."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.conftest import Devzone
from tests.forms import PLAN, fill

CONTACTS = """\
office: {name: 小林, phone: 0598-1, email: office@example.com}
contacts:
  - {unit: 乙局, name: 老张, phone: 0598-2, email: zhang@example.com}
  - {unit: 乙局, name: 老李, email: li@example.com}
"""


@pytest.fixture
def office(devzone: Devzone) -> Devzone:
    devzone.plan(PLAN).with_name("contacts.yaml").write_text(CONTACTS, encoding="utf-8")
    return devzone


def opened(path: str | Path) -> EmailMessage:
    mail = message_from_bytes(Path(path).read_bytes(), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    text: str = part.get_content()
    return text.replace("\r\n", "\n")


def due(report_by: str) -> str:
    return PLAN.replace("reporting_cycle: month", f"reporting_cycle: month\n      report_by: {report_by}")


def test_a_form_goes_out_in_a_mail(office: Devzone) -> None:
    (path,) = office.ok("send", "--unit", "乙局", "-o", "out", "--eml").out.splitlines()
    assert path == "out/附件1-市乙局-任务进展填报表(截至20261123).eml"
    mail = opened(path)
    assert mail["Subject"] == "市乙局任务进展填报表，请于2026年11月30日前报"
    assert mail["To"] == "老张 <zhang@example.com>, 老李 <li@example.com>"
    assert (mail["From"], mail["X-Unsent"]) == ("小林 <office@example.com>", "1")
    said = body(mail)
    assert said.startswith("市乙局（老张、老李）：\n")
    assert "《关于做好三件事的若干措施》的任务进展填报表，列出你单位没有办结的 3 项任务" in said
    assert "请于2026年11月30日前填好" in said
    assert "市甲局　联系人：小林 0598-1\n" in said
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "附件1-市乙局-任务进展填报表(截至20261123).xlsx"
    assert load_workbook(BytesIO(attached.get_content())).sheetnames[0] == "填报表"
    assert office.ok("collect").lines == [["市乙局", "2026-11-23", "2026-11", "3", "0"]]


def test_the_same_day_gives_the_same_mail(office: Devzone) -> None:
    (path,) = office.ok("send", "--unit", "乙局", "-o", "out", "--eml").out.splitlines()
    first = Path(path).read_bytes()
    again = office.ok("send", "--unit", "乙局", "-o", "out", "--eml")
    assert (again.out.strip(), Path(path).read_bytes()) == (path, first)


def test_what_comes_back_in_a_mail_is_collected(office: Devzone) -> None:
    (path,) = office.ok("send", "--unit", "乙局", "-o", "out", "--eml").out.splitlines()
    mail = opened(path)
    form = Path("form.xlsx")
    (attached,) = mail.iter_attachments()
    form.write_bytes(attached.get_content())
    fill(form, 4, 本期状态="推进中", 进展情况="碰头")
    reply = EmailMessage()
    reply["Subject"] = "回复"
    reply.set_content("填好了")
    reply.add_attachment(form.read_bytes(), "application", "octet-stream", filename=attached.get_filename())
    Path("回复.eml").write_bytes(bytes(reply))
    office.ok("collect", "回复.eml", "--yes")
    assert office.ok("history", "--json").json["entries"][0]["note"] == "碰头"


def test_a_unit_without_an_address_gets_one_all_the_same(office: Devzone) -> None:
    ran = office.ok("send", "--unit", "东县", "-o", "out", "--eml")
    mail = opened(ran.out.strip())
    assert mail["To"] is None
    assert "东县没有邮箱，信里没有写收件人；可写进" in ran.err
    assert body(mail).startswith("东县：\n")


@pytest.mark.parametrize(
    ("plan", "words", "said"),
    [
        (PLAN, (), "请于2026年11月30日前报"),
        (due("25"), (), "请于2026年11月25日前报"),
        (due("20"), (), ""),  # it has passed
        (PLAN.replace("reporting_cycle: month", "due_soon_days: 30"), (), ""),
        (PLAN, ("--reply-by", "2026-12-05"), "请于2026年12月5日前报"),
    ],
)
def test_the_day_for_the_answer_is_the_plans_or_the_one_that_is_given(
    office: Devzone, plan: str, words: tuple[str, ...], said: str
) -> None:
    office.plan(plan)
    mail = opened(office.ok("send", "--unit", "乙局", "-o", "out", "--eml", *words).out.strip())
    assert mail["Subject"] == "市乙局任务进展填报表" + (f"，{said}" if said else "")
    assert ("日前" in body(mail)) == bool(said)


def test_slips_go_out_in_a_mail(office: Devzone) -> None:
    ran = office.at("2027-01-11").ok("notice", "--unit", "各县", "--unit", "乙局", "--yes", "--eml")
    mails = [path for path in ran.out.splitlines() if path.endswith(".eml")]
    assert len(mails) == 3
    assert len(ran.out.splitlines()) == 6
    mail = opened(next(path for path in mails if "市乙局" in path))
    assert mail["Subject"] == "督办事项 1 项，请于2027年1月18日前回复"
    (attached,) = mail.iter_attachments()
    name = attached.get_filename()
    assert name is not None
    assert name.endswith(".docx")
    assert attached.get_content() == (Path("notices") / name).read_bytes()
    assert "措施2 按期验收“验收”" in body(mail)


def test_what_is_urged_goes_out_in_a_mail_and_is_not_recorded(office: Devzone) -> None:
    office.ok("update", 1, "--unit", "甲局", "--note", "碰头")
    ran = office.at("2027-01-11").ok("urge", "--unit", "乙局", "--eml", "-o", "信")
    mail = opened(ran.out.strip())
    assert mail["Subject"] == "请抓紧办理并报送 3 项任务"
    assert "1. 措施2 按期验收“验收”，时限 2026-12-31，逾期 11 天" in body(mail)
    assert "发出以后再登记" in ran.err
    assert len(office.ok("history", "--json").json["entries"]) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("send", "-o", "out", "--reply-by", "2026-11-01"), "已经过了"),
        (("send", "-o", "out", "--eml", "--reply-by", "2026-11-01"), "已经过了"),
        (("urge", "-o", "out"), "-o 要和 --eml 一起用"),
        (("urge", "--eml", "--json"), "--eml 和 --json 只能写一个"),
    ],
)
def test_what_does_not_go_together(office: Devzone, words: tuple[str, ...], said: str) -> None:
    ran = office(*words)
    assert (ran.code, ran.out, said in ran.err) == (2, "", True), ran


def test_the_words_are_the_offices(office: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    office.ok("template", "copy", "mail.txt", "-o", "模板")
    path = Path("模板/mail.txt")
    path.write_text(path.read_text(encoding="utf-8").replace("附件是", "随信附上"), encoding="utf-8")
    monkeypatch.setenv("DEVZONE_TEMPLATES", "模板")
    assert "可用" in office.ok("template", "check", "mail.txt").out
    assert "随信附上" in body(opened(office.ok("send", "--unit", "乙局", "-o", "out", "--eml").out.strip()))
