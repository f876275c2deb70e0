"""Rules that a document states about its own lists: who leads, who answers for every measure, what a name includes.

A rule counts from where it stands.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from sm_devzone.domain.reading.text import as_viewed
from sm_devzone.domain.reading.units import Style, is_unit, names

FIRST, STARRED, BEFORE_COMMA = "first", "starred", "before_comma"

_FIRST = re.compile(
    "(?:(?:列|排)(?:名|列|序|位)?(?:在)?(?:于)?(?:第一|首|最前|前)(?:位|个|名)?|(?:第一|首)(?:个|位|家|名)|首列|排首|名列首位|居首)(?:位)?(?:的|者|单位|部门|责任单位|责任部门|的单位|的部门|的责任单位|排列的)*(?:均)?(?:为|是|系)(?:该项|本项|该|各项)?(?:工作|任务|措施)*(?:的)?(?:总)?(?:牵头|主办|第一责任|主责)"
)
_FIRST_BACK = re.compile(
    "(?:牵头|主办)(?:责任)?(?:单位|部门)?(?:为|是|列|排)(?:责任单位)?(?:中)?(?:的)?(?:第一|首)(?:个|位|家|名)?"
)
_STAR = re.compile(
    '(?:[加带标注有]*(?:注|有|记)?[“"]?\\*[”"]?(?:号|标记|标识|符号)?(?:标记|标注|标识)?(?:的|者|单位|部门|为)*)(?:的)?(?:责任)?(?:单位|部门)?(?:为|是|系|表示|代表)?(?:总)?(?:牵头|主办)'
)
_COMMA = re.compile(
    '(?:第一个|首个)?(?:逗号|，)(?:之)?前(?:面)?(?:的)?(?:责任)?(?:单位|部门)?(?:为|是|系)(?:牵头|主办)|[“"]?[，,][”"]?前(?:的)?(?:单位|部门)?(?:为|是)牵头'
)
_EVERY = re.compile(
    "(?P<scope>以下|下列|下述|其余|后续|后面|以上|上述|各项|所有|全部|每项|每条|具体|本方案|本措施|本意见|相关)?[^。]{0,24}?均"
    "(?P<verb>有|需要?|须|由|为|应|含|包括|包含|涉及|要)[^。]*"
)


class Every(NamedTuple):
    """A rule that gives `units` to all measures behind it, or, with `is_backward`, to those before it."""

    units: tuple[str, ...]
    role: str
    is_backward: bool
    words: str


def lead_rule(words: str) -> str | None:
    """Which rule about leads `words` state: FIRST, STARRED or BEFORE_COMMA."""
    view = as_viewed(words).replace(" ", "")
    if re.search("不(?:分|按|表示|代表)[^。]{0,6}(?:先后|牵头)|排名不分先后", view):
        return None
    for rule, shapes in ((BEFORE_COMMA, (_COMMA,)), (STARRED, (_STAR,)), (FIRST, (_FIRST, _FIRST_BACK))):
        if any(shape.search(view) for shape in shapes):
            return rule
    return None


def every_rule(words: str, style: Style) -> Every | None:
    """The units that `words` (以下责任单位均有“甲、乙”不再重复) give to all other measures.

    With no units where it is such a rule and names nobody that can be read.
    """
    view = as_viewed(words)
    match = _EVERY.search(view)
    if not match or not re.search("不再|不另|不一一|不单独|下同|略|均[^。]{0,6}(?:责任单位|落实|负责|配合)", view):
        return None
    if lead_rule(words):
        return None
    begin = view.find("均", match.start()) + 1 + len(match["verb"])
    tail = words[begin:]
    if (quoted := re.search('[“"](.+?)[”"]', words)) is not None:
        listed = quoted[1]
    elif match["verb"] == "为" or (match["verb"] == "应" and "责任单位" in view):
        before = view[: view.find("均", match.start())]
        listed = re.split("[，。；：]", words[: len(before)])[-1]
    else:
        listed = re.split(
            "(?:按(?:照)?职责)?(?:分工)?(?:负责|落实|参与|配合|共同|贯彻|执行|组织|承担|实施|抓好|做好|为责任|作为|不再|不另|不一一|等(?![^，。]*政府))|[，,。；;]",
            tail,
        )[0]
    found = [name.name for name in names(listed, style).names if is_unit(name.name)]
    role = "assisting" if re.search("配合|协助|参与", view) and not re.search("落实|负责", view) else "responsible"
    return Every(tuple(found), role, bool(re.match("以上|上述", match["scope"] or "")), words.strip())
