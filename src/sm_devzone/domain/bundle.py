"""上报包: the ledger of an office as of a day, one file for the office above, taken there by mail or on a stick.

It is JSON and nothing else, and ends in a check value of all that stands before it. That a seal follows an earlier one
has to be shown to somebody who has not got the facts: so the file carries the short code of every fact of its chain,
and whoever has kept the seal of any of them can look it up.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sm_devzone.domain.chain import Seal, short_code
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import Issued, Notice
from sm_devzone.domain.glossary import SIGNALS, STATES
from sm_devzone.domain.ledger import COUNTS

SCHEMA = "devzone/bundle/1"
BEGINNING = b'{"schema":"devzone/bundle/'
"""How every bundle begins, whatever its version."""

_CODE = 16
"""Characters of the code of one fact: 80 bits of its hash, as in a seal."""
_KEYS = ("schema", "office", "as_of", "seal", "chain", "policies", "duties", "issued", "sha256")
_SHA256 = r"[0-9a-f]{64}"


class Bundle(NamedTuple):
    """What a bundle says. `codes` has 16 characters for each fact in the chain, `counts` are those of its duties by
    ledger.COUNTS, `sha256` is that of the whole file.
    """

    office: str
    as_of: date
    seal: Seal
    codes: str
    counts: Mapping[str, int]
    sha256: str

    def holds(self, number: int, sha256: str) -> bool:
        """Whether the fact with that number is, in the chain of this bundle, the one with that hash."""
        return self.codes[(number - 1) * _CODE : number * _CODE] == short_code(sha256)


def written(
    office: str,
    day: date,
    seal: Seal,
    hashes: Iterable[str],
    policies: Sequence[Mapping[str, Any]],
    duties: Sequence[Duty],
    issued: Iterable[Issued | Notice],
) -> bytes:
    """A bundle as it is sent; the same ledger gives the same bytes. `hashes` are those of the chain, from the first."""
    said = {
        "schema": SCHEMA,
        "office": office,
        "as_of": day,
        "seal": {**seal._asdict(), "code": seal.code},
        "chain": "".join(map(short_code, hashes)),
        "policies": list(policies),
        "duties": [duty._asdict() for duty in duties],
        "issued": [paper for one in issued for paper in _papers(one)],
    }
    return _whole(said, hashlib.sha256(_text(said)).hexdigest())


def read(content: bytes, today: date) -> Bundle | str:
    """What a bundle says, or why it cannot be taken. Nothing of it is believed that does not hold together."""
    damaged = "上报包损坏，或被改过（和末尾的校验值不符），请对方重新导出、重新发"
    try:
        said = json.loads(content, parse_float=_none, parse_constant=_none)
        if said["schema"] != SCHEMA:
            return "是更新的 devzone 导出的上报包，请升级 devzone 再收"
        own = said.pop("sha256")
        if content != _whole(said, own) or hashlib.sha256(_text(said)).hexdigest() != own or (*said, "sha256") != _KEYS:
            return damaged
        bundle = Bundle(
            _is(str, said["office"]),
            date.fromisoformat(said["as_of"]),
            Seal(_is(int, said["seal"]["number"]), said["seal"]["sha256"]),
            _is(str, said["chain"]),
            _counts(said["duties"]),
            hashlib.sha256(content).hexdigest(),
        )
        number, sha256 = bundle.seal
        if not re.fullmatch(_SHA256, sha256) or len(bundle.codes) != number * _CODE or not bundle.holds(number, sha256):
            return damaged
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return damaged
    if bundle.as_of > today:
        return f"上报包截至 {bundle.as_of}，还没有到：对方的钟快了，或日期写错了，请对方重新导出"
    return bundle


def _papers(paper: Issued | Notice) -> list[dict[str, Any]]:
    """A line for each file of a paper that went out."""
    about = {"number": paper.number, "year": paper.year, "policy": paper.policy}
    if isinstance(paper, Issued):
        return [{"kind": "bulletin", **about, "day": paper.day, "form": paper.form, "sha256": paper.sha256}]
    about |= {"unit": paper.unit, "colour": paper.colour, "day": paper.issued_on}
    return [{"kind": "notice", **about, "form": form, "sha256": sha256} for form, sha256 in paper.files]


def _counts(duties: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """COUNTS of the duties in a bundle. Raises ValueError, TypeError, KeyError for what is no list of duties."""
    counts = dict.fromkeys(COUNTS, 0)
    for duty in duties:
        if duty["state"] not in STATES or duty["signal"] not in (None, *SIGNALS):
            raise ValueError
        counts["duties"] += 1
        counts["unreported"] += _is(bool, duty["unreported"])
        for name in (duty["state"], duty["signal"]):
            if name in counts:
                counts[name] += 1
    return counts


def _whole(said: Mapping[str, Any], sha256: str) -> bytes:
    return _text({**said, "sha256": sha256})


def _text(said: Mapping[str, Any]) -> bytes:
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"), default=date.isoformat)
    return f"{text}\n".encode()


def _is(kind: type[Any], value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError
    return value


def _none(_: str) -> None:
    raise ValueError
