"""Values as a plan file writes them. Whole files are put together as text, because their comments are half of them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sm_devzone.domain.text import one_line

_PLAIN = re.compile("[\u4e00-\u9fffA-Za-z“《（][^\x00-\x1f:#{}\\[\\],&*!|>%@`\"'\\\\]*")
_RESERVED = re.compile("(?i:true|false|yes|no|on|off|null|~|y|n)")


def scalar(text: str) -> str:
    """`text` as a YAML scalar on one line, quoted where it has to be."""
    own = one_line(text).strip()
    if _PLAIN.fullmatch(own) and not _RESERVED.fullmatch(own):
        return own
    return '"' + own.replace("\\", "\\\\").replace('"', '\\"') + '"'


def flow_list(names: Iterable[str]) -> str:
    """A list on one line."""
    return "[" + ", ".join(map(scalar, names)) + "]"
