"""The chain of facts: each is bound by a SHA-256 to the one before, so that none can be changed unseen.

Whoever may write the journal can also reckon its chain anew. What cannot be forged is a seal that lies elsewhere: the
number and the hash of one fact fix it and every fact before it.
"""

import hashlib
import re
import unicodedata
from typing import NamedTuple

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without I, L, O and U, which people take for other characters."""

_MISREAD = str.maketrans("OIL", "011")
_WHOLE = r"(\d+)\s+([0-9a-fA-F]{64})\b"
_SHORT = r"(\d+)-((?:[0-9A-Za-z]{4}-?){4})(?![0-9A-Za-z])"
_DASHES = "\\s*[-\u2010-\u2015\u2212]\\s*"


def bound(before: str, kind: str, fact: bytes) -> str:
    """The SHA-256 of a fact behind the one with the hash `before`: its canonical bytes, out of the table `kind`."""
    return hashlib.sha256(f"{before}\n{kind}\n".encode() + fact).hexdigest()


def short_code(sha256: str) -> str:
    """80 bits of a hash, as 16 characters."""
    bits = int(sha256[:20], 16)
    return "".join(_DIGITS[bits >> shift & 31] for shift in range(75, -1, -5))


class Seal(NamedTuple):
    """The last fact that is vouched for, by its number in the chain, and the hash that binds all facts up to it."""

    number: int = 0
    sha256: str = "0" * 64

    @property
    def code(self) -> str:
        """The seal for people: the number, and the short code of the hash: 1234-7K3M-Q2XA-9BCD-EFGH."""
        characters = short_code(self.sha256)
        return "-".join([str(self.number), *(characters[at : at + 4] for at in range(0, 16, 4))])

    def followed_by(self, kind: str, fact: bytes) -> "Seal":
        """The seal of the next fact."""
        return Seal(self.number + 1, bound(self.sha256, kind, fact))


class Claim(NamedTuple):
    """A seal as somebody has kept it: with the whole hash, or with its short code."""

    number: int
    words: str

    def holds(self, seal: Seal) -> bool:
        """Whether it is this seal."""
        return self.number == seal.number and self.words in (seal.sha256, seal.code)


def read_claim(text: str) -> Claim | None:
    """The seal in a line as `seal` prints it or a paper bears it, typed by hand or not; None where there is none."""
    plain = re.sub(_DASHES, "-", unicodedata.normalize("NFKC", text))
    if found := re.search(_WHOLE, plain):
        return Claim(int(found[1]), found[2].lower())
    if found := re.search(_SHORT, plain):
        characters = found[2].replace("-", "").upper().translate(_MISREAD)
        groups = (characters[at : at + 4] for at in range(0, 16, 4))
        return Claim(int(found[1]), "-".join([str(int(found[1])), *groups]))
    return None
