"""contacts.yaml -> Contacts. Names are those of the plan's units; nobody is guessed."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from sm_devzone import files
from sm_devzone.domain.contacts import Contact, Contacts
from sm_devzone.domain.plan import Plan
from sm_devzone.errors import CannotRead, ContactsInvalid, NotFound, WrongUsage, cause
from sm_devzone.storage import plan_schema, plan_text
from sm_devzone.storage.plan_schema import Email, Shape, Text
from sm_devzone.storage.plan_text import Unreadable

MAX_BYTES = 1_000_000


class OfficeShape(Shape):
    """督办办公室自己的联系人，写在信的落款里。"""

    unit: Text | None = Field(None, description="本办公室的全称，写在上报包里；不写就是计划里的督办办公室")
    name: Text | None = Field(None, description="联系人")
    phone: Text | None = Field(None, description="电话")
    email: Email | None = Field(None, description="邮箱；信从这里发出")


class ContactShape(Shape):
    """一个单位的联络员；一个单位有几个联络员就写几条。"""

    unit: Text = Field(description="单位：全称或别称")
    name: Text | None = Field(None, description="联络员")
    phone: Text | None = Field(None, description="电话")
    email: Email | None = Field(None, description="邮箱")


class BelowShape(Shape):
    """一个下级督办办公室；收它的上报包。"""

    unit: Text = Field(description="下级办公室：和它上报包里写的一字不差")
    name: Text | None = Field(None, description="联络员")
    phone: Text | None = Field(None, description="电话")
    email: Email | None = Field(None, description="邮箱")


class ContactsShape(Shape):
    """通讯录：放在计划旁边的 contacts.yaml。"""

    office: OfficeShape | None = None
    contacts: list[ContactShape] = Field([], description="各单位的联络员")
    offices: list[BelowShape] = Field([], description="下级督办办公室，只收这里有的上报包")


def load(path: Path, plan: Plan) -> tuple[Contacts, list[str]]:
    """The contacts in the file at `path`, none where it is not there; and lines about units that `plan` does not know.

    Raises ContactsInvalid with every other fault by line, CannotRead.
    """
    try:
        raw = files.content(path, MAX_BYTES)
    except FileNotFoundError:
        return Contacts(), []
    except OSError as error:
        raise CannotRead(f"通讯录读不了（{cause(error)}）：{path}", "请检查路径和权限") from error
    try:
        text = plan_text.decode(raw)
        value, lines, unreliable = plan_text.read(text)
    except Unreadable as unreadable:
        raise ContactsInvalid([f"{path}:{unreadable.problem.line}: {unreadable.problem.text}"]) from unreadable
    shape, faults = plan_schema.read(value, ContactsShape)
    problems = [problem for _, problem in unreliable]
    problems += [plan_text.Problem(lines.find(steps).line, text) for steps, text in faults]
    if problems:
        raise ContactsInvalid([f"{path}:{problem.line}: {problem.text}" for problem in sorted(set(problems))])
    units: dict[str, tuple[Contact, ...]] = {}
    told = [f"{path}:{line}: {words}" for line, words in plan_schema.words_cut_off(text, ContactsShape)]
    for at, entry in enumerate(shape.contacts):
        try:
            names = plan.find_units(entry.unit, by_name=True)
        except (NotFound, WrongUsage) as error:
            line = lines.find(("contacts", at, "unit")).line
            told.append(f"{path}:{line}: {error.message}，这一条没有用上{f'；{error.remedy}' if error.remedy else ''}")
        else:
            for name in names:
                units[name] = (*units.get(name, ()), Contact(entry.name, entry.phone, entry.email))
    offices: dict[str, tuple[Contact, ...]] = {}
    for below in shape.offices:
        offices[below.unit] = (*offices.get(below.unit, ()), Contact(below.name, below.phone, below.email))
    own = shape.office
    office = Contact(own.name, own.phone, own.email) if own else Contact()
    return Contacts(office, units, offices, own.unit if own else None), told
