"""Bulletins of former editions: what their templates (templates/edition-N) are given, in the words of their time.

Edition 1 is 0.1.0, whose ledger first_edition.py tells; edition 2 knew versions of plans, and told a period as a
listing. A word that a former paper says and a new one does not is kept here, so that a paper that went out is made
again to the byte. Nothing new is made by this.
"""

from __future__ import annotations

from collections.abc import Mapping

from sm_devzone.domain.bulletin import Bulletin
from sm_devzone.domain.entry import EDITION

FORMATS: Mapping[int, tuple[str, ...]] = {1: ("md", "docx"), 2: ("md", "html", "txt", "docx")}
"""Edition -> the formats of a bulletin that are made again to the byte. The others lean on libraries that move."""


def can_be_made_again(edition: int, form: str) -> bool:
    """Whether a bulletin of `edition` comes out of today's devzone as it went out, in the format `form`."""
    return edition == EDITION or form in FORMATS[edition]


class FormerBulletin(Bulletin):
    """A bulletin as editions 1 and 2 told it."""

    __slots__ = ()


def bulletin_of(edition: int, bulletin: Bulletin) -> Bulletin:
    """`bulletin` in the words of `edition`."""
    return bulletin if edition == EDITION else FormerBulletin(*bulletin)
