"""Letters that go with forms and slips, or urge: who they go to, what they say, and the mail that is made of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sm_devzone.context import Context
from sm_devzone.domain.letters import letter
from sm_devzone.domain.plan import Plan

TEMPLATE = "mail.txt"


def mail(
    context: Context,
    kind: str,
    unit: str,
    plan: Plan,
    policies: Iterable[str],
    items: Iterable[str],
    reply_by: date | None,
    attachments: Mapping[str, bytes],
) -> bytes:
    """The mail to `unit` about `items` of `policies`. That a unit has no address is told; it is made all the same."""
    from sm_devzone.output import document
    from sm_devzone.output.mail import draft

    contacts = context.contacts
    to = contacts.of(unit)
    if not any(contact.email for contact in to):
        context.terminal.tell(f"{unit}没有邮箱，信里没有写收件人；可写进 {context.contacts_path or 'contacts.yaml'}")
    owners = [plan.policies[id_] for id_ in dict.fromkeys(policies)]
    said = letter(kind, unit, to, contacts.office, owners, items, context.settings.today, reply_by)
    settings = context.settings
    text = document.render(TEMPLATE, {"m": said}, settings.template_paths, settings.cache_path)
    subject, _, body = text.strip().partition("\n")
    return draft(to, contacts.office, subject.strip(), body.strip() + "\n", attachments)
