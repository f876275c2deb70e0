"""Mails as files (.eml), unsent: a mail program opens one ready to be looked at and sent. The same content gives the
same bytes, so there is neither a date nor a message id in them; the program that sends one puts these in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from sm_devzone.domain.contacts import Contact

_WORKBOOK = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOCUMENT = "vnd.openxmlformats-officedocument.wordprocessingml.document"
_TYPES = {"xlsx": ("application", _WORKBOOK), "docx": ("application", _DOCUMENT), "md": ("text", "markdown")}


def draft(to: Iterable[Contact], sender: Contact, subject: str, body: str, attachments: Mapping[str, bytes]) -> bytes:
    """A mail to those of `to` that have an address, with `attachments` by their file names."""
    mail = EmailMessage(policy=SMTP)
    mail["X-Unsent"] = "1"
    mail["Subject"] = subject
    if sender.email:
        mail["From"] = Address(sender.name or "", addr_spec=sender.email)
    if addresses := [Address(own.name or "", addr_spec=own.email) for own in to if own.email]:
        mail["To"] = addresses
    mail.set_content(body, cte="base64")
    for name, content in attachments.items():
        main, sub = _TYPES[name.rpartition(".")[2]]
        mail.add_attachment(content, main, sub, filename=name)
    if attachments:
        said = hashlib.sha256(repr((subject, body, sorted(attachments))).encode())
        mail.set_boundary(f"=_devzone_{said.hexdigest()[:32]}")
    return bytes(mail)
