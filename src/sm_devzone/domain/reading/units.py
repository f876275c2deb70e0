"""Names of units out of a printed list: 市商务局、发改委，各县（市、区）人民政府 -> one name each.

A prefix spreads over the names that 、 joins, never past a comma and never onto what has a name of its own: 各…, 中国…,
a place, a company. A suffix spreads back over places: 甲、乙市政府.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from sm_devzone.domain.reading.text import Span, as_viewed, brackets, joined, split


class Name(NamedTuple):
    """One unit of a list. `printed` is what the list says, `name` the whole name.

    `other` is a second fair name with `why`. `marked` says that a star stands beside it, `role` what a bracket behind
    it says.
    """

    name: str
    printed: str
    place: int
    other: str | None = None
    why: str = ""
    kind: str = ""
    marked: bool = False
    role: str = ""
    is_first: bool = False


class Names(NamedTuple):
    """The names of one list; `open_words` are the words that leave it open (等…), `strange` what is no unit."""

    names: tuple[Name, ...]
    open_words: str = ""
    strange: tuple[str, ...] = ()


PROVINCES = (
    "北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 "
    "贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门"
).split()
CITIES = (
    "广州 深圳 珠海 汕头 佛山 东莞 中山 惠州 南京 苏州 无锡 常州 南通 徐州 杭州 宁波 温州 嘉兴 绍兴 金华 合肥 芜湖 "
    "福州 厦门 泉州 漳州 莆田 三明 龙岩 南平 宁德 南昌 赣州 九江 济南 青岛 烟台 潍坊 郑州 洛阳 武汉 宜昌 襄阳 长沙 "
    "株洲 湘潭 成都 绵阳 德阳 贵阳 遵义 昆明 曲靖 西安 咸阳 宝鸡 兰州 西宁 银川 乌鲁木齐 南宁 桂林 柳州 海口 三亚 "
    "石家庄 唐山 太原 大同 呼和浩特 包头 沈阳 大连 长春 哈尔滨 拉萨 平潭 横琴 前海 雄安 浦东 滨海"
).split()
"""Places that are called without 市 in the names of offices (广东证监局); not complete, only never wrong."""

_LEVELS = ("自治区", "自治州", "兵团", "省", "市", "区", "县", "州", "盟", "旗", "镇", "乡")
_OWN_WORDS = re.compile(
    "市(?:场|容|直|属|级|辖|管|政(?!府|协|务|法|研|数|工))|市民(?!政|族|宗|委|用|兵|防|营|盟|建|进|革)|区(?:块|域|直|属|级|划)|"
    "省(?:直|属|级|际|会|管)|县(?:域|直|属|级|区|市)|州(?:际|直|属|级)|旗(?:县|区)|乡(?:村|镇)|镇(?:街|村)"
)
_PLACE = re.compile("([\u4e00-\u9fff]{2,8}?(?:自治区|自治州|省|市|州|县|区|盟|旗))(?=[\u4e00-\u9fff]{2})")

_BUREAU = re.compile(
    "(?:局|委|办|厅|署|部|处|队|所|站|会|院|社|馆|室|中心|工商联|妇联|残联|科协|文联|侨联|社科联|团委|党校|党史|红十字会|办事处|指挥部|机构编制)$"
)
_PARTY = re.compile(
    "^(?:组织部|宣传部|统战部|政法委(?:员会)?|网信办|编办|机构编制委员会办公室|社会工作部|党校|党史.*|直属机关工委|机关工委|政研室|"
    "改革办|深改办|财经办|金融办|人才办|外事办|台办|台港澳办|保密办|机要局|老干部局|巡察办|督查室|军民融合办|国安办|农办|依法治[市省县区]办|密码管理局)$"
)
_COMPANY = re.compile(
    "(?:集团|公司|银行|分行|支行|中支|营业部|保险|电网|电力|移动|联通|电信|铁塔|企业|机场|港务|商业行|农商行|信用社|联社|基金|投资|热力|燃气|水务)$"
)
_OF_ITS_OWN = re.compile(
    "^(?:各|有关|相关|其他|其它|全|中国|中央|国家|国务院|国网|国投|人行|人民银行|中共|中航|中铁|中石|中核|团|驻|在|武警|工行|农行|中行|建行|"
    "高校|院校|央企|国企|企业|金融机构|行业|社会|属地|所在|涉及|承担|牵头|责任|项目|业主|建设单位|施工|联席|领导小组|工作专班|专班|科研|"
    "高等|职业|医疗机构|公立|海关|部队|军|两|上述|以上|本|该|当地|地方|基层|农村|乡镇|街道|村|社区|开发区|园区|新区|高新区|经开区|自贸|综保区|南方电网|南网)"
)
_UNSPREAD = re.compile(
    "(?:县|区|市|镇|乡|街道|园区|政府|管委会|大学|学院|学校|中学|小学|医院|海关|协会|商会|学会|联盟|单位|部门|机构|主体|院校|高校|院所|"
    "海事局|证监局|银保监局|监管分局|金融监管局|通信管理局|铁路局|民航局)$"
)
_UNIT = re.compile(
    "(?:局|委|办|厅|部|院|会|署|处|科|所|站|队|社|馆|室|中心|集团|公司|银行|分行|支行|中支|政府|联|科协|文联|团委|海关|大学|学院|学校|医院|"
    "机构|单位|部门|主体|开发区|园区|新区|示范区|合作区|试验区|高新区|经开区|自贸区|度假区|风景区|功能区|片区|县|区|市|州|盟|旗|省|兵团|镇|乡|街道|街|办事处|社区|村|"
    "平台|组|专班|企业|高校|院校|党校|团市委|团省委|团区委|团县委|关工委|电网|移动|联通|电信|铁塔|邮政|港|机场|厂|场|园|台|报社|基金|库|地区|地方|条线|系统|行业|口岸|"
    "总局|总署|党委|党工委|纪委|监委|检察院|法院|军分区|人武部|支队|大队|总队|商会|协会|学会|联盟|公积金|供电|石油|石化|烟草|银联|运营商|领导小组|县市区|市县|县区|市区|区县|乡镇|镇街)$"
)
_COLLECTIVE = re.compile(
    "^(?:各|有关|相关|其他|其它|全[市省区县州]|[市省区县州]直(?:各|有关|相关|单位|部门)|市级(?:各|有关|相关|部门)|省级(?:各|有关|相关|部门)|区级(?:各|有关|相关|部门)|"
    "[市省区县州](?:有关|相关|各)|国务院有关|中央有关|所有|所在|属地|涉及|承担)|^(?:市|县|区)、"
)
_LEVEL_WORD = re.compile(
    "^(?:各|有关|相关|各有关|各相关)?(?:地级以上|设区|地级|县级)?(?:省|自治区|直辖市|市|州|盟|地区|县|区|旗|自治县|县级市|区县|县区|县市|市县|市区|县市区|镇|乡|乡镇|镇街|街道|园区|开发区|功能区|新区)"
    "(?:（[^）]*）)?(?:人民政府|政府|党委|党委和政府|管委会|管理委员会|办事处|街道办事处|街道)*(?:（[^）]*）)?$"
)
_OPEN = re.compile(
    "等(?:(?:市|省|区|县)?(?:直|级)?(?:各)?(?:有关|相关|成员|责任|职能|行业|主管|配合)*(?:部门|单位|地区|地方|机构|方面|企业|高校)*(?:和|、|及)?(?:有关|相关)?(?:单位|部门|地区|地方|企业)*)$"
)
_MID_OPEN = re.compile(
    "等(?:市|省|区|县)?(?:直|级)?(?:各)?(?:有关|相关|成员|责任|职能)*(?:部门|单位)(?:和单位)?(?:以及|和|及|与|、|，)(?=(?:各|有关|相关|[市省区县州])[\u4e00-\u9fff])"
)
"""甲局等有关部门和各县人民政府: the list is open in its middle."""
_WITH = re.compile(
    "(?:会同|会商|联合)(?:(?:市|省|区|县)?(?:直|级)?(?:各)?(?:有关|相关)(?:部门|单位|地区|地方|方面)(?:和单位)?|等部门)$"
)
_AND = re.compile("以及|并会同|会同|及(?!以[上下])|[和与]")
_NOTE = re.compile("^(?:含|包括|不含|包含|以下|下同|简称|即|除|原|详见|名单|见|按|根据|如|涉及|指|排名)")
_ROLE_NOTE = re.compile("^(牵头|主办|负责|责任|配合|协办|协助|参与|指导)(?:单位|部门|负责)?$")
_SHARED = re.compile(
    "(?:市|县|区|州|省)(?:人民政府|政府|管委会)$|(?:市|县|区|州)$|(?:海关|监管局|证监局|人民政府|政府|管委会|海事局|分行|部门)$"
)
_WHOLE = re.compile("(?:省|市|县|区|局|委|办|部|厅|院|会|署|中心|公司|集团)$")
_SHORT_PLACE = re.compile("^[\u4e00-\u9fff]{2,3}$")


def is_unit(name: str) -> bool:
    """Whether `name` looks like the name of a unit or of a collective of units."""
    view = re.sub("（[^（）]*）", "", as_viewed(name))
    if not 2 <= len(view) <= 40 or re.search("[。；：？！“”《》]", view):
        return False
    return bool(_UNIT.search(view) or _COLLECTIVE.match(view))


def ends_as_unit(name: str) -> bool:
    """Whether the last word of `name` is one that names of units end in."""
    return bool(_UNIT.search(re.sub("（[^（）]*）", "", as_viewed(name))))


def is_collective(name: str) -> bool:
    """Whether `name` stands for several units that it does not name (各县（市、区）人民政府, 有关单位)."""
    return bool(_COLLECTIVE.match(as_viewed(name)) or re.search("^[^（]*、", as_viewed(name)))


def is_vague(name: str) -> bool:
    """Whether nobody can tell from `name` alone who is meant."""
    return bool(
        re.fullmatch(
            "(?:各|市直|省直|区直|县直|市级|省级|[市省区县])?(?:各)?(?:有关|相关|其他|其它|成员|责任|职能)(?:部门|单位|地区|地方|企业|方面)?(?:和单位|及单位|、单位)?(?:部门|单位)?",
            as_viewed(name),
        )
    )


class Style(NamedTuple):
    """How one document writes its lists, seen over all of them.

    `repeats` holds the prefixes that the document prints before each name, so that a name without one has none.
    `short_places` are places that it names without 市 or 县.
    """

    repeats: frozenset[str] = frozenset()
    short_places: frozenset[str] = frozenset()


def style_of(lists: Iterable[str], org: str | None) -> Style:
    """The style that `lists` share. `org` is the place whose document it is."""
    repeated: dict[str, int] = {}
    carried: dict[str, int] = {}
    for printed in lists:
        for group in _groups(as_viewed(printed)):
            prefix = _prefix(group[0]) if group else ""
            if not prefix:
                continue
            others = [re.sub("等.*$", "", other) for other in group[1:]]
            for other in others:
                if _prefix(other) == prefix:
                    repeated[prefix] = repeated.get(prefix, 0) + 1
                elif _can_carry(prefix, other, Style()) and not other.endswith("厅"):
                    carried[prefix] = carried.get(prefix, 0) + 1
    places = {org.rstrip("省市县区州盟旗")} if org and len(org) > 2 else set()
    return Style(
        frozenset(prefix for prefix, count in repeated.items() if count > carried.get(prefix, 0)), frozenset(places)
    )


def prefix_of(name: str) -> str:
    """The word for the level of government, or the place, with which `name` begins; empty where there is none."""
    return _prefix(as_viewed(name))


def names(printed: str, style: Style, above: str = "") -> Names:
    """The units of one printed list without label and without the verb behind it.

    `above` is the prefix of the last name before it in the same bracket.
    """
    text = joined(printed).strip("。；;，,、 .")
    view = as_viewed(text)
    open_words = ""
    if middle := _MID_OPEN.search(view):
        open_words = middle[0].rstrip("和及与以、，")
        text = f"{text[: middle.start()]}、{text[middle.end() :]}"
        view = f"{view[: middle.start()]}、{view[middle.end() :]}"
    for shape in (_OPEN, _WITH):
        if (match := shape.search(view)) and match.start():
            open_words = match[0]
            text, view = text[: match.start()].rstrip("、，, "), view[: match.start()].rstrip("、， ")
    found: list[Name] = []
    strange: list[str] = []
    for group in split(view, "，；"):
        found += _group_names(text, view, group, style, strange, above)
        above = prefix_of(found[-1].name) if found else above
    found = [one._replace(is_first=at == 0) for at, one in enumerate(found)]
    if not open_words and view.endswith("等"):
        open_words = "等"
    return Names(tuple(found), open_words, tuple(strange))


def _groups(view: str) -> list[list[str]]:
    return [
        [view[span.start + inner.start : span.start + inner.end] for inner in split(view[span.start : span.end], "、")]
        for span in split(view, "，；")
    ]


def _group_names(text: str, view: str, group: Span, style: Style, strange: list[str], above: str) -> list[Name]:
    tokens: list[Span] = []
    for part in split(view[group.start : group.end], "、"):
        tokens += _parted(view, Span(group.start + part.start, group.start + part.end))
    tokens = _collected(view, tokens)
    printed = [_plain(text[span.start : span.end], view[span.start : span.end]) for span in tokens]
    repeated = {_prefix(as_viewed(one[0])) for one in printed[1:]}
    found: list[Name] = []
    prefix, is_party = "", False
    shared = _shared_suffix([one[0] for one in printed])
    for at, (span, (name, marked, role)) in enumerate(zip(tokens, printed, strict=True)):
        own = as_viewed(name)
        if not own:
            continue
        whole, other, why, kind = name, None, "", ""
        if own_prefix := _prefix(own):
            prefix = own_prefix
            is_party = own.startswith(prefix + "委") and not own.startswith(prefix + "委办局")
        elif shared.get(at):
            whole = name + shared[at]
        elif prefix and _can_carry(prefix, own, style):
            if own.endswith("厅") and prefix not in ("省", "自治区"):
                other, why, kind = prefix + name, "厅是省级单位，没有加前缀", "prefix"
            elif own.endswith("厅") and (prefix in style.repeats or prefix in repeated):
                whole = name  # such documents print 省 before each name but those of 厅
            else:
                party = is_party or _PARTY.match(own)
                whole = (prefix + "委" if party and _PARTY.match(own) and len(prefix) <= 3 else prefix) + name
                if prefix in repeated and not own.endswith("厅"):
                    other, why, kind = name, f"同一串里别的单位都自带“{prefix}”，这个没有", "prefix"
        elif at == 0 and above in _LEVELS and _is_bare(own) and _can_carry(above, own, style):
            # A comma ends what a prefix spreads over, so the name stays as printed; a person may know better.
            other, why, kind = above + name, f"逗号后面的没有加“{above}”", "prefix"
        if not is_unit(whole):
            if re.search("[\u4e00-\u9fff]", own):
                strange.append(name)
            continue
        found.append(Name(whole, name, span.start, other, why, kind, marked, role))
    return found


def _plain(text: str, view: str) -> tuple[str, bool, str]:
    """A printed name without star, without 由 before it, and without a bracket that is no part of it.

    With it, whether there was a star, and the role that a bracket says.
    """
    marked, role = "*" in view, ""
    for span in reversed(brackets(view)):
        inside = view[span.start + 1 : span.end].rstrip("）").strip()
        if match := _ROLE_NOTE.match(inside):
            role = match[1]
        elif not (_NOTE.match(inside) or inside.strip("*") == ""):
            continue
        text, view = text[: span.start] + text[span.end :], view[: span.start] + view[span.end :]
    text = re.sub("[*＊★☆▲#]", "", text).strip(" 、，,；;。.:：")
    if not text.startswith("和平"):
        text = re.sub("^(?:由|以及|及|和|与|并|或|会同|商)(?=[\u4e00-\u9fff]{3})", "", text)
    return text, marked, role


def _prefix(own: str) -> str:
    """The word for the level of government, or the place, with which `own` begins and that others may share."""
    if _OWN_WORDS.match(own) or _OF_ITS_OWN.match(own):
        return ""
    for level in _LEVELS:
        if own.startswith(level) and len(own) > len(level) + 1:
            return level
    if (match := _PLACE.match(own)) and _BUREAU.search(own) and not own.endswith(("管委会", "分局", "监管局")):
        place = match[1]
        if not re.search(
            "(?:开发|园|新|示范|合作|试验|高新|经开|保税|自贸|度假|风景|功能|片|景|社|地|港|库|灌|林|矿|校|小|城|郊|山|湖|牧|军|战|辖|街|特|老|商)区$",
            place,
        ):
            return place
    return ""


def _is_bare(own: str) -> bool:
    return bool(_BUREAU.search(own)) and not _prefix(own) and not _OF_ITS_OWN.match(own)


def _can_carry(prefix: str, own: str, style: Style) -> bool:
    if _OF_ITS_OWN.match(own) or _COLLECTIVE.match(own) or _prefix(own):
        return False
    if _COMPANY.search(own) or _UNSPREAD.search(own) or not _BUREAU.search(own):
        return False
    if own.startswith((*PROVINCES, *CITIES, *style.short_places)):
        return False
    if re.match("[\u4e00-\u9fff]{2,6}(?:省|市|县|自治区|自治州)[\u4e00-\u9fff]{2}", own) and not _OWN_WORDS.search(own):
        return False
    return not (prefix in ("市", "区", "县") and own.endswith(("总局", "总署")))


def _parted(view: str, token: Span) -> list[Span]:
    """`token` cut at 和, 及, 与, 会同 where a unit stands on each side."""
    own = view[token.start : token.end]
    inner = brackets(own)
    for match in _AND.finditer(own):
        if any(span.start <= match.start() < span.end for span in inner):
            continue
        left, right = own[: match.start()], own[match.end() :]
        if not left or not right or not is_unit(left) or not is_unit(right):
            continue
        if _LEVEL_WORD.match(own) or re.fullmatch("各?(?:有关|相关|成员|责任)?(?:部门|单位|地区|地方)", right):
            continue  # 各有关部门和单位 is one
        is_short = left.endswith(("县", "区", "市", "乡", "镇")) and len(left) < 4
        if is_short and not left.startswith("各") and not _prefix(left):
            continue
        return [
            Span(token.start, token.start + match.start()),
            *_parted(view, Span(token.start + match.end(), token.end)),
        ]
    return [token]


def _collected(view: str, tokens: list[Span]) -> list[Span]:
    """各区、县级市 and 各市、县（区）人民政府 are one collective each, whatever 、 stands in them."""
    found: list[Span] = []
    for span in tokens:
        own = view[span.start : span.end]
        if found:
            before = view[found[-1].start : found[-1].end]
            starts = re.match("各|有关|相关|(?:省|市|县|区|自治区)$|(?:省|市|县|区)、", before)
            if starts and _joins(before) and _LEVEL_WORD.match(own) and not own.startswith(("各", "有关", "相关")):
                found[-1] = Span(found[-1].start, span.end)
                continue
        found.append(span)
    return found


def _joins(before: str) -> bool:
    last = re.split("、", re.sub("（[^）]*）", "", before))[-1]
    return bool(
        re.fullmatch(
            "(?:各|有关|相关|各有关|各相关)?(?:地级以上|设区|县级)?(?:省|自治区|直辖市|市|州|盟|地区|县|区|旗|自治县|县级市|镇|乡|街道|区县|县区|园区)",
            last,
        )
    ) or bool(re.fullmatch("(?:各|有关)?(?:乡镇|镇|乡)(?:人民政府)?", last))


def _shared_suffix(printed: list[str]) -> dict[int, str]:
    """甲、乙市政府: which suffix the names before take from the one behind them, by their place in the list."""
    found: dict[int, str] = {}
    for at, name in enumerate(printed):
        own = as_viewed(name)
        match = _SHARED.search(own)
        if not match or not at:
            continue
        back = at - 1
        takers = []
        while (
            back >= 0 and _SHORT_PLACE.match(as_viewed(printed[back])) and not _WHOLE.search(as_viewed(printed[back]))
        ):
            takers.append(back)
            back -= 1
        stem = own[: match.start()]
        if takers and 2 <= len(stem) <= 4:
            found.update(dict.fromkeys(takers, match[0]))
    return found
