"""What a document says of itself: title, issuer, number, day of issue, how long it is valid."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sm_devzone.domain.calendar import ONE_DAY, day_of
from sm_devzone.domain.reading.doubts import Doubt
from sm_devzone.domain.reading.numbering import number_at
from sm_devzone.domain.reading.text import Paragraph, as_viewed, number_of, year_of
from sm_devzone.domain.reading.units import is_unit


class Said(NamedTuple):
    """A value with the line and the words that it rests on."""

    value: str
    line: int
    words: str


class Facts(NamedTuple):
    """Each None where the text does not settle it. `starts` is where the first item can stand at the earliest."""

    title: Said | None = None
    issuer: Said | None = None
    number: Said | None = None
    issued: Said | None = None
    valid_until: Said | None = None
    valid_words: str | None = None
    place: str | None = None
    starts: int = 0
    doubts: tuple[Doubt, ...] = ()
    valid_sentences: frozenset[str] = frozenset()


_KIND = (
    "通知|意见|措施|方案|计划|办法|规定|决定|要点|清单|规划|细则|批复|公告|通告|条例|规则|指引|纲要|"
    "分工|任务|行动|政策|举措|安排|部署|指南|决议|通报|函|表|细化|条|项"
)
_TITLE_END = re.compile(
    rf"(?:{_KIND})(?:（[^）]{{1,30}}）|〔[^〕]*〕|\(.{{1,30}}\))*[》”]?(?:的?(?:通知|函|决定|批复|公告))?(?:（[^）]{{1,20}}）)*$"
)
_NUMBER = re.compile(r"(?P<body>[\u4e00-\u9fff（）A-Za-z]{1,16})[（\[]?(?P<year>20\d\d)[）\]]?第?(?P<no>\d{1,5})号")
_DATE = re.compile(
    r"(?P<year>20\d\d|19\d\d|二[〇○零Ｏ0oO][〇○零Ｏ0oO一二三四五六七八九]{2})年(?P<month>\d{1,2}|[一二三四五六七八九十]{1,3})月(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})日"
)
_VALID_TO = re.compile(
    r"(?:有效期|有效期限|执行期限?|实施期限?|试行期|施行期|政策期限|适用期限)?(?:限)?[为自从]?(?:截至|截止至?|截止到|至|到)(?P<date>20\d\d年\d{1,2}月\d{1,2}日)(?:止|终止|为止|有效|失效|届满|废止)?"
)
_VALID_YEARS = re.compile(
    r"(?:有效期|有效期限|试行期|试行期限|执行期|执行期限|实施期限|施行期|期限|暂行期|试行|暂行)[为是暂定]*(?P<count>\d{1,2}|[一二两三四五六七八九十]{1,2})(?P<unit>年|个月)"
)
_FROM = re.compile(
    r"(?:自|从|于)(?:本[\u4e00-\u9fff]{1,4})?(?P<when>(?:印发|发布|公布|颁布|下发|发文|签发)(?:之日|当日|日)?|(?P<date>20\d\d年\d{1,2}月\d{1,2}日)|之日)(?:起)?(?P<later>\d{1,3}日后)?(?:起)?(?:正式)?(?:施行|实施|执行|生效|试行|有效)?"
)
_VALID_CONTEXT = re.compile("有效期|有效|施行|试行|执行期|实施期|执行至|实施至|终止|失效|废止|暂行")
_PLACE = re.compile("^(?:中共)?([\u4e00-\u9fff]{2,9}?(?:自治区|自治州|特别行政区|省|市|州|盟|县|区|旗))")
_PERIOD = re.compile(r"20\d\d(?:年)?(?:—+|－|-|–|~|～|至)(20\d\d)年")


def facts(paragraphs: Sequence[Paragraph], org: str | None, *, listed: frozenset[int] = frozenset()) -> Facts:
    """The facts of a document. `listed` are the lines that hold unit lists, where no signature can stand."""
    doubts: list[Doubt] = []
    first_item = next(
        (at for at, part in enumerate(paragraphs) if (own := number_at(part.view)) and own.depth <= 4 and at),
        len(paragraphs),
    )
    meta = _meta(paragraphs[: first_item + 3])
    number = _number(paragraphs[:first_item], meta)
    title, title_at = _title(paragraphs, first_item)
    signed = _signature(paragraphs, listed)
    issued = signed[1] or _issued(paragraphs, first_item, meta, doubts)
    issuer = signed[0] or _issuer(title, meta)
    where = (title.line, None, None, "document", title.words) if title else (1, None, None, "document", "")
    if title and (second := _second_title(paragraphs, first_item, title_at, title)):
        doubts.append(Doubt(*where, title.value, second, "通知和所附文件各有标题，取在前的通知"))
    until, valid_words, sentences = _validity(paragraphs, issued, doubts)
    if issued is None:
        doubts.append(Doubt(*where, None, None, "没有找到成文日期，请填 issued"))
    if issuer is None:
        doubts.append(Doubt(*where, None, org, "没有找到发文机关，请填 issuer"))
    if until is None:
        period = next((match for part in paragraphs[: first_item + 1] if (match := _PERIOD.search(part.view))), None)
        line = next(
            (part.line_at(0) for part in paragraphs[: first_item + 1] if period and period.string == part.view),
            where[0],
        )
        words = period[0] if period else valid_words or where[-1]
        other = f"{period[1]}-12-31" if period else None
        if not any(doubt.why.startswith("有效期") for doubt in doubts):
            doubts.append(Doubt(line, None, None, "document", words, None, other, "没有写有效期，请填 valid_until"))
    place = _place(issuer, title)
    return Facts(
        title,
        issuer,
        number,
        issued,
        until,
        valid_words,
        org or place,
        min(first_item, len(paragraphs)),
        tuple(doubts),
        sentences,
    )


def _day(match: re.Match[str]) -> date | None:
    year = year_of(match["year"] if match["year"].isdigit() else re.sub("[Ｏ0oO]", "〇", match["year"]))
    return day_of(year or 0, number_of(match["month"]) or 0, number_of(match["day"]) or 0)


def _meta(paragraphs: Sequence[Paragraph]) -> dict[str, Said]:
    found: dict[str, Said] = {}
    for part in paragraphs:
        for match in re.finditer(
            "(发文机关|发布机构|发文单位|制发机关|印发机关|公开主体|成文日期|成文时间|印发日期|印发时间|发文日期|签发日期|生成日期|发布日期|发布时间|公开日期|发文字号|文号|文件编号)：([^：]{2,50}?)(?=(?:发文机关|发布机构|成文日期|发文字号|标题|名称|主题|索引号|信息分类|公开|生成日期|发布日期|有效性|文号|来源|浏览|字体|$)|[。\\n])",
            part.view,
        ):
            value = part.text[match.start(2) : match.end(2)].strip()
            words = part.text[match.start() : match.end()]
            found.setdefault(match[1], Said(value, part.line_at(match.start()), words))
    return found


def _number(head: Sequence[Paragraph], meta: dict[str, Said]) -> Said | None:
    for label in ("发文字号", "文号", "文件编号"):
        if label in meta and _NUMBER.search(meta[label].value):
            return meta[label]
    for part in head:
        if _NUMBER.fullmatch(part.view.strip("（） ")):
            number = part.text[1:-1] if part.view.startswith("（") else part.text.strip("() （）")
            return Said(number, part.line_at(0), part.text)
    for part in head[:12]:
        if (
            len(part.view) < 60
            and (match := _NUMBER.search(part.view))
            and not re.search("《|根据|按照", part.view[: match.start()])
            and part.view.endswith(match[0])
        ):
            body = re.split("文件|）", match["body"])[-1]
            words = part.text[match.end() - len(match[0]) + len(match["body"]) - len(body) : match.end()]
            return Said(words, part.line_at(match.start()), words)
    return None


def _is_title_line(part: Paragraph) -> bool:
    view = part.view
    return (
        2 <= len(view) <= 75
        and not re.search("[。；！]", view)
        and not view.endswith(("：", "，", "、"))
        and not _NUMBER.fullmatch(view.strip("（） "))
        and not _DATE.fullmatch(view.strip("（） "))
        and not number_at(view)
        and not re.fullmatch("（[^（）]*）", view)
        and not re.search(
            "^(?:索引号|发文|成文|来源|发布|时间|字号|浏览|当前位置|首页|打印|分享|责任编辑|主办|承办|版权|密级|特急|附件|抄送|签发|【|有效性|信息)",
            view,
        )
        and not re.search("(?:文件|公报|简报|政报|官网|门户网站)$", view)
        and not re.fullmatch("[\\d\\s.\\-—/年月日:]*", view)
    )


def _title(paragraphs: Sequence[Paragraph], first_item: int) -> tuple[Said | None, int]:
    end = max(first_item, 1)
    for at in range(min(end, 40, len(paragraphs))):
        if not _is_title_line(paragraphs[at]):
            continue
        for count in range(1, 6):
            lines = paragraphs[at : at + count]
            if len(lines) < count or at + count > end or not all(_is_title_line(one) for one in lines):
                break
            view = "".join(one.view for one in lines)
            if len(view) > 110 or (
                count > 1 and (whole := re.match("(.{4,40}?)关于", lines[-1].view)) and is_unit(whole[1])
            ):
                break  # a title of its own begins with its issuer
            if _TITLE_END.search(view) and len(view) >= 6:
                follower = paragraphs[at + count] if at + count < len(paragraphs) else None
                if (
                    follower
                    and at + count <= end
                    and re.fullmatch("（[^（）]{2,25}）", follower.view)
                    and not _DATE.search(follower.view)
                    and not _NUMBER.search(follower.view)
                ) or (
                    follower
                    and at + count < end
                    and _is_title_line(follower)
                    and re.search("(?:的通知|的决定|的意见)$", follower.view)
                    and not re.search("(?:通知|决定|意见)$", view)
                    and len(follower.view) <= 40
                    and not re.search("关于", follower.view)
                ):
                    lines = [*lines, follower]
                text = "".join(one.text for one in lines)
                return Said(text, lines[0].line_at(0), text), at + len(lines)
    return None, 0


def _second_title(paragraphs: Sequence[Paragraph], first_item: int, after: int, title: Said) -> str | None:
    if not re.search("通知$|的函$", title.value):
        return None
    for at in range(after, min(first_item, after + 25)):
        found, _ = _title([*paragraphs[at:first_item]], first_item - at)
        if found and found.value != title.value:
            return found.value
    return None


def _signature(paragraphs: Sequence[Paragraph], listed: frozenset[int]) -> tuple[Said | None, Said | None]:
    """The name and the day under a letter: the name on the line above a line that is a day and nothing else."""
    for at, part in enumerate(paragraphs):
        match = _DATE.search(part.view)
        if not match or len(part.view) > 70 or part.line_at(0) in listed:
            continue
        if _DATE.fullmatch(part.view.strip("（） 。")) and not part.view.startswith("（"):
            day = _day(match)
            if day is None:
                continue
            names: list[Paragraph] = []
            back = at - 1
            while (
                back >= 0
                and len(names) < 6
                and is_unit(paragraphs[back].text)
                and len(paragraphs[back].view) <= 40
                and not number_at(paragraphs[back].view)
                and paragraphs[back].line_at(0) not in listed
                and not _TITLE_END.search(paragraphs[back].view)
            ):
                names.insert(0, paragraphs[back])
                back -= 1
            if names and not re.search("^各", names[0].view):
                name, words = "、".join(_each(one.text) for one in names), "、".join(one.text for one in names)
                signed = Said(name, names[0].line_at(0), words)
                return signed, Said(day.isoformat(), part.line_at(0), part.text)
    for part in reversed(paragraphs):
        # 某局2026年4月24日发布, or the name and the day on one line.
        match = _DATE.search(part.view)
        if (
            not match
            or len(part.view) > 60
            or not re.fullmatch("(?:发布|印发|公布)?[。]?", part.view[match.end() :])
            or part.line_at(0) in listed
        ):
            continue
        name = part.text[: match.start()].strip(" ，,、")
        day = _day(match)
        if day and name and is_unit(name) and not re.search("印发$", part.view):
            return Said(name, part.line_at(0), part.text), Said(day.isoformat(), part.line_at(0), part.text)
    return None, None


def _each(name: str) -> str:
    """Two issuers side by side, each with the name of the place: 甲市乙局甲市丙局."""
    place = _PLACE.match(name)
    pieces = [f"{place[1]}{piece}" for piece in name.split(place[1])[1:]] if place else []
    return "、".join(pieces) if len(pieces) > 1 and all(map(is_unit, pieces)) else name


def _issued(
    paragraphs: Sequence[Paragraph], first_item: int, meta: dict[str, Said], doubts: list[Doubt]
) -> Said | None:
    for label in ("成文日期", "成文时间", "印发日期", "印发时间", "发文日期", "签发日期"):
        if label in meta and (said := _dated(meta[label])):
            return said
    for part in paragraphs[:first_item]:
        if (
            (match := _DATE.search(part.view))
            and re.fullmatch("（?[^（）]{0,30}（?[^（）]*）?", part.view)
            and len(part.view) <= 45
            and part.view.startswith("（")
            and (day := _day(match))
        ):
            return Said(day.isoformat(), part.line_at(0), part.text)
    for part in paragraphs:
        if (match := _DATE.fullmatch(part.view.strip("（） 。"))) and (day := _day(match)):
            return Said(day.isoformat(), part.line_at(0), part.text)
    for part in reversed(paragraphs):
        if (
            (match := _DATE.search(part.view))
            and re.fullmatch("印发[。]?", part.view[match.end() :])
            and len(part.view) <= 60
            and (day := _day(match))
        ):
            said = Said(day.isoformat(), part.line_at(0), part.text)
            doubts.append(_doubt(said, "成文日期没有写，用了版记的印发日期"))
            return said
    for label in ("发布日期", "发布时间", "公开日期", "生成日期"):
        if label in meta and (said := _dated(meta[label])):
            doubts.append(_doubt(said, "成文日期没有写，用了发布日期"))
            return said
    return None


def _doubt(said: Said, why: str, other: str | None = None) -> Doubt:
    return Doubt(said.line, None, None, "document", said.words, said.value, other, why)


def _dated(said: Said) -> Said | None:
    day = None
    if match := _DATE.search(as_viewed(said.value)):
        day = _day(match)
    elif match := re.search(r"(20\d\d)[-./](\d{1,2})[-./](\d{1,2})", said.value):
        day = day_of(*map(int, match.groups()))
    return said._replace(value=day.isoformat()) if day else None


def _issuer(title: Said | None, meta: dict[str, Said]) -> Said | None:
    for label in ("发文机关", "发布机构", "发文单位", "制发机关", "印发机关"):
        if label in meta:
            return meta[label]
    if title and (match := re.match("(.{3,60}?)(?:关于|印发|转发|批转)", title.value)):
        names = re.split("[、 ]", match[1])
        if all(is_unit(name) for name in names):
            return Said(match[1], title.line, title.words)
    return None


def _place(issuer: Said | None, title: Said | None) -> str | None:
    for said in (issuer, title):
        if said and (match := _PLACE.match(said.value)):
            return match[1]
    return None


def _validity(
    paragraphs: Sequence[Paragraph], issued: Said | None, doubts: list[Doubt]
) -> tuple[Said | None, str | None, frozenset[str]]:
    found: list[tuple[date, date | None, str, int, str]] = []
    sentences: set[str] = set()
    words = None
    for part in paragraphs:
        view = part.view
        for match in re.finditer("[^。；]+", view):
            said = match[0]
            if not _VALID_CONTEXT.search(said) or len(said) > 160:
                continue
            if not re.search("本|此|有效期|试行期|自[\u4e00-\u9fff]{0,4}(?:印发|发布|公布|20\\d\\d年)", said):
                continue
            line = part.line_at(match.start())
            printed = part.text[match.start() : match.end()].strip("，, ")
            start = _FROM.search(said)
            if (
                (to := _VALID_TO.search(said))
                and re.search("有效|施行|试行|执行|实施|暂行|止", said)
                and (end := _DATE.fullmatch(to["date"]))
                and (day := _day(end))
            ):
                if re.search("贷款|补贴|优惠|税|租金|减|缴|奖", said) and not re.search(
                    "有效期|本(?:办法|措施|意见|方案|政策|通知|细则|规定|行动)", said
                ):
                    continue
                found.append((day, None, printed, line, ""))
            elif years := _VALID_YEARS.search(said):
                if not start and not re.search("^(?:，)?(?:本|此|有效期|试行期)", said.strip()):
                    continue
                if not re.search("施行|实施|执行|生效|有效期|试行", said):
                    continue
                words, count = printed, number_of(years["count"]) or 0
                sentences.add(printed)
                begin = _begin(start, issued)
                if begin is None:
                    why, other = "有效期要从施行那天起算，原文没有可用的日期", None
                    if start and start["later"]:
                        why = "有效期从印发若干日以后起算，请核对"
                        if issued:
                            wait = timedelta(days=int(re.sub("\\D", "", start["later"])))
                            first = date.fromisoformat(issued.value) + wait
                            other = (_later(first, count, years["unit"]) - ONE_DAY).isoformat()
                    doubts.append(Doubt(line, None, None, "document", printed, None, other, why))
                    continue
                end_day = _later(begin, count, years["unit"])
                found.append((end_day - ONE_DAY, end_day, printed, line, "有效期从当天起算；如算到对应日就晚一天"))
            else:
                if start and re.search("施行|实施|执行|生效", said):
                    sentences.add(printed)
                    words = words or printed
                continue
            sentences.add(printed)
    if not found:
        return None, words, frozenset(sentences)
    until, later, printed, line, why = found[-1]
    last = Said(until.isoformat(), line, printed)
    if later:
        doubts.append(_doubt(last, why, later.isoformat()))
    if len({one[0] for one in found}) > 1:
        doubts.append(_doubt(last, "有效期写了不止一处，取最后一处", found[0][0].isoformat()))
    return last, printed, frozenset(sentences)


def _begin(start: re.Match[str] | None, issued: Said | None) -> date | None:
    if start is None or start["later"]:
        return None if start else (date.fromisoformat(issued.value) if issued else None)
    if start["date"]:
        match = _DATE.fullmatch(start["date"])
        return _day(match) if match else None
    return date.fromisoformat(issued.value) if issued else None


def _later(day: date, count: int, unit: str) -> date:
    months = day.month - 1 + count * (12 if unit == "年" else 1)
    year, month = day.year + months // 12, months % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise AssertionError
