"""Time words of a body -> due dates, cycles, and what only looks like one.

A date becomes a deadline where something has to be done by it. Terms of benefits, conditions for applicants, caps a
year and names of plans do not; they are told and left out.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from sm_devzone.domain.calendar import ONE_DAY, period_of, workday_after
from sm_devzone.domain.reading.text import Paragraph, Span, number_of, split, year_of


class When(NamedTuple):
    """One time word with the clause around it.

    `kind` is `deadline`, `cycle`, or that of the doubt which it is. `due` for a deadline; `every`, `by` and `first` for
    a cycle (see plan.Milestone). `other` is the second fair reading in words, `why` what speaks for it; a deadline or a
    cycle without `why` is in no doubt.
    """

    span: Span
    kind: str
    due: date | None = None
    every: str | None = None
    by: str | None = None
    first: str | None = None
    until: str | None = None
    other: str | None = None
    why: str = ""
    doubt: str = ""


_Y = r"(?P<year>20\d\d|二[〇○零]\d\d|二[〇○零][〇○零一二三四五六七八九]{2})年"
_M = r"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月"
_D = r"(?P<day>3[01]|[12]\d|0?[1-9])(?:日|号)"
_DATE = re.compile(
    rf"(?P<head>(?:到|至|在|于|自|从|截至|截止到?|力争|确保|争取|原则上|最迟|不迟于|不晚于|最晚|计划|预计|较|比|同比|与)*)"
    rf"{_Y}(?P<rest>{_M}(?:{_D})?|第?(?P<quarter>[一二三四1-4])季度|(?P<half>[上下])半年|(?P<edge>年?(?:底|末|内))|(?P<degree>度))?"
    rf"(?P<tail>(?:年)?(?:底|末|下旬|中旬|上旬|份|内)*(?:之|以)?(?:前|内|起|后|开始|以来|止)*)"
)
_FIVE = re.compile('[“"]?(?P<which>十[三四五六七])五[”"]?(?:时)?(?P<edge>末|期末|期间|时期|收官)(?:之前|前|内)?')
_FIVE_ENDS = {"十三": 2020, "十四": 2025, "十五": 2030, "十六": 2035, "十七": 2040}
_CYCLE = re.compile(
    "(?P<start>(?:从|自)?(?P<from>20\\d\\d)年(?:\\d{1,2}月)?(?:\\d{1,2}日)?(?:起|开始)[，,]?[^。；，]{0,20}[，,]?[^。；，]{0,8}?)?"
    "每(?P<unit>半年|个?季度|个?月|年度?|周|星期|季|(?:[两二三四五2-5]|十|若干)(?:年|个?月|个?季度|周)|日|天|半个?月|旬)"
    "(?P<when>(?:(?:的)?(?P<m>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月(?:份)?(?:(?P<d>3[01]|[12]\\d|[1-9])日)?|(?P<dm>3[01]|[12]\\d|[1-9])(?:日|号)|底|末|(?:首|末|第[一二三])个?月(?:(?:3[01]|[12]\\d|[1-9])日)?|初)?(?:底|末)?(?:之|以)?(?:前|内)?)"
)
_EVERY = {
    "半年": "half",
    "季度": "quarter",
    "个季度": "quarter",
    "季": "quarter",
    "月": "month",
    "个月": "month",
    "年": "year",
    "年度": "year",
    "周": "week",
    "星期": "week",
}
_YEARLY = re.compile('(?:举办|召开|开展|组织|发布|编制|制定|印发|组织开展|开展好|做好|实施)年度(?=[“"《\u4e00-\u9fff])')
_PERIOD = re.compile(
    r"(?:(?:20\d\d)年起)?(?:(?:用|力争|争取|在|未来|今后|近|最长|不超过)*)(?:\d{1,2}|[一两二三四五六七八九十]{1,2})(?:到\d|[—－～~-]\d)?(?:个)?(?:年|月|季度)(?:之|以|时间)?内|(?:用|力争|争取)[一两二三四五1-9](?:到[一两二三四五1-9]|[—－～~-][1-9])?年(?:左右)?(?:时间)?"
)
_DAYS = re.compile(
    r"(?P<from>(?:自|从|在|于)?(?:本|该)?(?:[\u4e00-\u9fff]{0,8}?)(?P<event>印发|发布|公布|下发|发文|实施|施行|之日|会后|会议结束后|受理|收到[\u4e00-\u9fff]{0,8}|签订|批准|成立|完成|申请|提交|认定)?(?:之日)?(?:起|后)?(?:的)?)?"
    r"(?P<count>\d{1,3}|[一两二三四五六七八九十]{1,4})(?:个)?(?P<unit>工作日|自然日|日|天|月|周)(?:之|以)?内"
)
_BARE = re.compile(
    r"(?P<this>今年|本年度?|当年|年)?(?P<edge>年底|年末|底)(?:之|以)?前|(?<![年\d])(?P<month>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月(?:(?P<day>3[01]|[12]\d|[1-9])日)?(?P<end>底|末)?(?:之|以)?前"
)

_ACTION = (
    "完成|实现|建成|达到|达|出台|制定|印发|形成|建立|培育|新增|突破|超过|超|力争|全面|基本|启动|开工|投产|投用|投入|上线|建设|打造|布局|推出|开通|覆盖|落地|提升|提高|降至|降低|控制|引进|引育|集聚|新建|"
    "改造|整合|发布|组织|开展|举办|落实|推动|推进|争取|确保|消除|清零|取消|编制|修订|报送|上报|提交|健全|构建|培养|创建|认定|入库|备案|验收|通车|竣工|兑现|清理|整治|关闭|退出|淘汰|扩大|增加|增长|累计|评选|遴选|部署|搭建|"
    "设立|组建|明确|公布|公开|申报|筹建|筹集|建设|开发|投放|配备|实施|完善|先行|支持|研究|拓展|招引|每年|年均|不低于|不少于|以上|总量|规模|数量|占比|比例|率"
)
_TASK = re.compile(_ACTION)
_BENEFIT = re.compile(
    "给予|享受|补贴|补助|奖励|奖补|减免|减按|免征|免收|缓缴|返还|贴息|优惠|资助|租金|免租|税率|征收|减征|缴纳|补偿|扶持"
)
_TERM = re.compile("执行期|政策期|优惠期|有效期|延续|延长|执行至|实施至|享受至|施行|停止执行|废止|期限")
_CONDITION = re.compile(
    "^(?:以?[前后内起]|期间)?[^，。；]{0,14}?(?:注册|登记|成立|获得|取得|入驻|投产|出生|毕业|认定|签约|开工|新增|新引进|新落户|落户|购买|购置|参保|缴纳|发生|立项|备案|迁入|设立|获批|入库|通过|到期|参加工作|招用|入职|贷款|办理)[^，。；]{0,16}的(?![^，。；]{0,4}(?:工作|任务|目标))"
)
_PEOPLE = re.compile(
    "(?:每人|人均|个人|同一[^，。；]{0,8}|单个[^，。；]{0,8}|每家[^，。；]{0,6}|每户|每个[^，。；]{0,8}|每位|每名|企业|申请人|学员|员工|职工|毕业生|学生|人才|农户|户均|主体|OPC|机构|最长|期限|连续[^，。；]{0,3}年|[\\d一二三四五]年且|期内|每亩|每平方米|每次)$"
)
_AMOUNT = re.compile(
    "^(?:最高|最多|不超过|不高于|不低于|不少于|至少|约|近|按|可|共|共计|合计|累计|享有|享受|免费)*\\s*[\\d.]+\\s*(?:万|亿|元|天|日|小时|课时|学时|次/|%|个?百分点|人次)"
)
_CAP = re.compile(
    "最高|最多|不超过|上限|限额|封顶|额度|每人|每户|同一|单个|申领|享受|缴纳|租金|免租|租赁费|费用|个人|标准为"
)
_MONEY = re.compile(r"[\d.]+\s*(?:万元|亿元|元|万|%)")


def whens(own: Paragraph, span: Span, issued: date | None, is_workday: Callable[[date], bool]) -> list[When]:
    """The time words in a stretch of a paragraph, in order."""
    found: list[When] = []
    taken: list[Span] = []

    def free(place: int) -> bool:
        return not any(one.start <= place < one.end for one in taken)

    quoted = [Span(m.start(), m.end()) for m in re.finditer("《[^》]*》", own.view)]
    spans_of_years: list[tuple[Span, str, str]] = []
    for when in _windows(own, span):
        taken.append(when.span)
        yearly = re.match(r"(20\d\d)(?:年)?(?:至|到|—+|－|-|–|~|～)(20\d\d)年，?", own.view[when.span.start :])
        if yearly and own.view.startswith("每年", when.span.start + yearly.end()):
            # 2025—2027年，每年…: the years are those of the cycle.
            taken[-1] = Span(when.span.start, when.span.start + yearly.end())
            spans_of_years.append((taken[-1], yearly[1], yearly[2]))
        else:
            found.append(when)
    for match in _CYCLE.finditer(own.view, span.start, span.end):
        if free(match.start()):
            taken.append(Span(match.start(), match.end()))
            cycle = _cycle(own, match)
            years = next((one for one in spans_of_years if one[0].end == match.start()), None)
            if years and cycle.kind == "cycle":
                cycle = cycle._replace(first=years[1], until=years[2])
            found.append(cycle)
    for match in _YEARLY.finditer(own.view, span.start, span.end):
        clause = _clause(own.view, match.start(), match.end())
        found.append(When(clause, "cycle", every="year"))
    last_year: int | None = None
    for match in _DATE.finditer(own.view, span.start, span.end):
        if not free(match.start("year")):
            continue
        taken.append(Span(match.start(), match.end()))
        if any(one.start < match.start() < one.end for one in quoted):
            continue
        dated = _dated(own, match, issued)
        found.append(dated)
        last_year = dated.due.year if dated.due else last_year
    for match in _FIVE.finditer(own.view, span.start, span.end):
        if free(match.start()) and (five := _five(own, match, issued)):
            taken.append(Span(match.start(), match.end()))
            found.append(five)
    for match in _DAYS.finditer(own.view, span.start, span.end):
        if free(match.start("count")):
            taken.append(Span(match.start("count"), match.end()))
            if counted := _relative(own, match, issued, is_workday):
                found.append(counted)
    for match in _PERIOD.finditer(own.view, span.start, span.end):
        if free(match.start()) and (period := _period(own, match)):
            taken.append(Span(match.start(), match.end()))
            found.append(period)
    for match in _BARE.finditer(own.view, span.start, span.end):
        if free(match.start()) and (yearless := _without_year(own, match, issued, last_year)):
            taken.append(Span(match.start(), match.end()))
            found.append(yearless)
    return sorted(found, key=lambda when: when.span)


def label_value(own: Paragraph, span: Span, issued: date | None, is_workday: Callable[[date], bool]) -> list[When]:
    """What stands behind 完成时限： or in such a column; a date there is a deadline whatever else is said."""
    found = []
    for seen in whens(own, span, issued, is_workday):
        when = seen
        if when.kind == "trap" and not when.due and (match := _DATE.search(own.view, when.span.start, when.span.end)):
            due = _day(match)
            if due and not re.search("起|以来", match["tail"] or ""):
                when = When(when.span, "deadline", due)
        if when.kind in ("trap", "window") and when.due:
            when = when._replace(kind="deadline")
        found.append(when)
    if not found:
        view = own.view[span.start : span.end]
        if match := re.search(r"(?<!\d)(20\d\d)[-./](1[0-2]|0?[1-9])(?:[-./](3[01]|[12]\d|0?[1-9]))?(?!\d)", view):
            year, month = int(match[1]), int(match[2])
            last = monthrange(year, month)[1]
            found.append(When(span, "deadline", date(year, month, min(int(match[3] or last), last))))
        elif match := re.search(r"(?<!\d)(20\d\d)(?:年)?$", view.strip("。 ")):
            found.append(When(span, "deadline", date(int(match[1]), 12, 31)))
    return found


def _clause(view: str, start: int, end: int) -> Span:
    """The words between commas around a place; where the time stands alone before a comma, with what follows."""
    left = max(view.rfind(mark, 0, start) for mark in "。；，！？：") + 1
    stops = [place for mark in "。；，！？" if (place := view.find(mark, end)) >= 0]
    right = min(stops, default=len(view))
    if right < len(view) and view[right] == "，" and right - end <= 2:
        stops = [place for mark in "。；，！？" if (place := view.find(mark, right + 1)) >= 0]
        right = min(stops, default=len(view))
    opened = view.rfind("（", 0, start)
    if opened >= left and "）" not in view[opened:start]:
        left = opened + 1
    while (closed := view.find("）", max(end, left), right)) >= 0 and "（" not in view[left:closed]:
        right = closed
    return Span(left, right)


def _sentence(view: str, place: int) -> Span:
    left = max(view.rfind(mark, 0, place) for mark in "。；！？") + 1
    stops = [at for mark in "。；！？" if (at := view.find(mark, place)) >= 0]
    return Span(left, min(stops, default=len(view)))


def _day(match: re.Match[str]) -> date | None:
    year = year_of(match["year"])
    if year is None:
        return None
    try:
        if match["month"]:
            month = number_of(match["month"]) or 12
            if match["day"]:
                return date(year, month, int(match["day"]))
            last = monthrange(year, month)[1]
            tail = match["tail"] or ""
            day = 10 if "上旬" in tail else 20 if "中旬" in tail else last
            return date(year, month, day)
        if match["quarter"]:
            month = (number_of(match["quarter"]) or 4) * 3
            return date(year, month, monthrange(year, month)[1])
        if match["half"]:
            return date(year, 6, 30) if match["half"] == "上" else date(year, 12, 31)
    except ValueError:
        return None
    return date(year, 12, 31)


def _windows(own: Paragraph, span: Span) -> Iterator[When]:
    shape = re.compile(
        rf"(?:自|从)?{_Y}(?:{_M}(?:{_D})?)?(?:起)?(?:至|到|—+|－|-|–|~|～)(?:(20\d\d)年)?(?:(?:1[0-2]|0?[1-9])月)?(?:(?:3[01]|[12]\d|0?[1-9])日)?(?:底|末|止|期间)*"
        rf"|20\d\d(?:年)?(?:至|到|—+|－|-|–|~|～)20\d\d年(?:度)?(?:期间)?"
    )
    for match in shape.finditer(own.view, span.start, span.end):
        if not re.search(r"(?:至|到|—|－|-|–|~|～).*\d", match[0]):
            continue
        if re.search("《[^》]*$", own.view[: match.start()]):
            yield When(Span(match.start(), match.end()), "name")
            continue
        clause, why = _clause(own.view, match.start(), match.end()), "写的是起止时间，不是一次完成的时限"
        yield When(clause, "window", other="以末日为时限", why=why)


def _dated(own: Paragraph, match: re.Match[str], issued: date | None) -> When:
    view = own.view
    clause = _clause(view, match.start(), match.end())
    words = view[clause.start : clause.end]
    tail, head, rest = match["tail"] or "", match["head"] or "", match["rest"] or ""
    after = view[match.end() : match.end() + 40]
    due = _day(match)
    if due is None:
        return When(clause, "trap", why="没有这一天", other=None)

    def left_out(why: str, kind: str = "trap", other: str | None = None) -> When:
        return When(clause, kind, other=other or due.isoformat(), why=why)

    if re.search("较|比|同比|与", head) or re.match("(?:相比|比较|增长|同期|的\\d|年同期)", after):
        return left_out("是比较的年份")
    if match["degree"] and not re.search("前|内", tail) and not re.match("(?:内|前|底)", after):
        return left_out("是年度的名称")
    if re.match("届|级|版|年级|（|修订|印发|出台的|召开的|制定的|实施的|发布的", after) and not re.search(
        "前|内|底|末", tail + rest
    ):
        return left_out("是名称或已有的事")
    term = re.match(r"(\d{1,2}|[一两二三四五六七八九十])年(?:之|以)?内", after)
    if term and tail.endswith("起"):
        end = date(due.year + (number_of(term[1]) or 1) - 1, 12, 31)
        return left_out("只说多少年内，没有写到哪一天", "period", end.isoformat())
    if re.search("起|以来|后|开始", tail) or re.match("(?:起|以来|以后|之后|后[^，。]{0,3}的)", after):
        if re.match("(?:正式)?(?:施行|生效|(?:实施|执行|试行)(?=[，。；]|$))", after):
            return left_out("是施行日期", "document", due.isoformat())
        return left_out("是开始的时间，不是完成的时限")
    if re.match("\\s*[年]?(?:最高|给予)", after) or _CONDITION.match(after):
        return left_out("是对象的条件，不是任务的时限")
    if _TERM.search(words) and not re.search("工作期限|完成期限|办理期限", words):
        return left_out("是政策的执行期限", "window")
    if issued and due < issued:
        return left_out("早于印发日期，是已有的事")
    sentence = view[clause.start : _sentence(view, match.start()).end]
    exact = bool(re.search("前|内|底|末|止", tail + rest)) or bool(re.search("到|至|截|不迟|不晚|最迟|最晚", head))
    follow = view[match.end() : clause.end]
    if _BENEFIT.search(follow[:30]) and not re.search("完成|建成|出台|制定|实现|达到|形成|兑现", follow):
        return left_out("是待遇或政策的起止，不是任务的时限", "window")
    if exact or re.match("[，]?(?:" + _ACTION + ")", after) or (match["month"] and _TASK.search(follow)):
        if not _TASK.search(sentence) and not exact:
            return left_out("没有说要完成什么")
        return When(clause, "deadline", due)
    if _TASK.search(follow):
        return When(clause, "deadline", due, other="不是时限", why="只写了年份", doubt="deadline")
    return left_out("没有说要完成什么")


def _five(own: Paragraph, match: re.Match[str], issued: date | None) -> When | None:
    clause = _clause(own.view, match.start(), match.end())
    due = date(_FIVE_ENDS[match["which"]], 12, 31)
    after = own.view[match.end() : clause.end]
    if (issued and due < issued) or re.match("(?:规划|计划|重点|重大|的)", after.lstrip("，")):
        return None
    if match["edge"] in ("末", "期末") and _TASK.search(after):
        return When(clause, "deadline", due)
    if _TASK.search(after) and not _BENEFIT.search(after):
        return When(clause, "deadline", due, other="长期推进", why="写的是整个规划期，按期末算", doubt="deadline")
    return When(clause, "period", other=due.isoformat(), why="写的是规划期，没有说要完成什么")


def _cycle(own: Paragraph, match: re.Match[str]) -> When:
    view = own.view
    clause = _clause(view, match.start("unit"), match.end())
    before = view[clause.start : match.start("unit") - 1]
    after = view[match.end() : clause.end].lstrip("，")
    rest = view[match.end() : _sentence(view, match.end()).end]
    every = _EVERY.get(match["unit"])

    def left_out(why: str) -> When:
        return When(clause, "trap", other="每期一次", why=why)

    if every is None:
        return left_out("按日的要求不作节点" if match["unit"] in ("日", "天") else "这种周期计划文件写不了")
    before_own = re.sub("^.*[，、]", "", before)
    if _PEOPLE.search(before_own) or re.search("每人|每户|每家|同一|单个|每个|最长|不超过", before_own):
        return left_out("说的是对象每期得到多少，不是工作的周期")
    if _AMOUNT.match(after) or re.match(
        "(?:用电|发电|产量|产值|营业|营收|纳税|收入|租金|工资|利率|利息|增长|递增|平均|均|增加值|补|奖|享受|领取|减免|缴纳|支付|承担|可|增速|按)",
        after,
    ):
        return left_out("说的是数额，不是工作的周期")
    if re.search("给予|补贴|补助|奖励|奖补|贴息|资助(?!不少|培养)|享受|返还|减免", after) and (
        _MONEY.search(after) or "经费" in after or "给予" in after
    ):
        return left_out("说的是待遇的数额，不是工作的周期")
    if (
        _CAP.search(after)
        and _MONEY.search(after)
        and not re.match("(?:安排|发放|统筹|投入|设立|组织|举办|开展|筹集)", after)
    ):
        return left_out("说的是数额的上限，不是工作的周期")
    if re.match("以[\\d.]+%|[\\d.]+%|(?:度)?(?:新增|增长)?[\\d.]+(?:%|个百分点)", after):
        return left_out("说的是数额，不是工作的周期")
    if re.match("的|一度", after):
        return left_out("不是工作的周期")
    by: str | None = None
    why = ""
    if every == "year" and match["m"]:
        month = number_of(match["m"]) or 12
        last = monthrange(2024, month)[1]
        if re.search("前|底|末|内", match["when"]) or match["d"]:
            by = f"{month:02}-{min(int(match['d'] or last), last):02}"
    elif every == "month" and match["dm"]:
        by = match["dm"]
    elif match["when"].strip("底末前内之以") and re.search("\\d|首|第", match["when"]):
        why = "截止日写不进这种周期，按周期的最后一天算"
    first = match["from"] if match["start"] else None
    if match["start"] and re.search("[，,].*[，,].*[，,]", match["start"]):
        first = None
    if _MONEY.search(rest[:40]) and re.search("安排|发放|投入|不超过|最高", after):
        why = why or "也可能只是每年的额度"
    other, doubt = ("不设节点", "cycle") if why else (None, "")
    return When(clause, "cycle", every=every, by=by, first=first, other=other, why=why, doubt=doubt)


def first_period(every: str, issued: date) -> str:
    """The period from which a cycle without a beginning counts: that of the day of issue, if half of it lay ahead."""
    period = period_of(every, issued)
    if (issued - period.start) * 2 >= period.end - period.start:
        period = period_of(every, period.end + ONE_DAY)
    return period.name


def _period(own: Paragraph, match: re.Match[str]) -> When | None:
    view = own.view
    clause = _clause(view, match.start(), match.end())
    before, after = view[clause.start : match.start()], view[match.end() : clause.end]
    near = re.sub("^.*[、]", "", before)
    if re.search(
        "毕业|离校|成立|注册|上岗|入职|满|最长|期限|不超过|超过|近|前|连续|分|服务|就业|在职|退役|获得|取得|引进|落户|投产|认定|参保|贷款|创业|经营|签订|落地方?|期|起租|租",
        near[-6:],
    ) or re.match("(?:的|（|享受|给予|按照?|每年|免|减|以上|以下|可|由|累计|返还|获)", after):
        return None
    if re.search("月$|月之?内$|月以内$", match[0]) and not _TASK.search(after):
        return None
    start = re.match(r"(20\d\d)年起", match[0])
    count = re.search(
        r"(\d{1,2}|[一两二三四五六七八九十]{1,2})(?:个)?年", match[0].removeprefix(start[0] if start else "")
    )
    other = "以期末为时限"
    if start and count and (years := number_of(count[1])):
        other = date(int(start[1]) + years - 1, 12, 31).isoformat()
    return When(clause, "period", other=other, why="只说多少年内，没有写到哪一天")


def _relative(
    own: Paragraph, match: re.Match[str], issued: date | None, is_workday: Callable[[date], bool]
) -> When | None:
    clause = _clause(own.view, match.start(), match.end())
    around = own.view[max(0, match.start() - 12) : match.start("count")]
    if match["unit"] in ("天", "日", "月", "周") and re.search(
        "毕业|离校|成立|注册|期限|最长|不超过|每|住宿|提供|连续|近|前", around[-5:]
    ):
        return When(clause, "trap", why="不是任务的时限") if match["unit"] in ("日", "天") else None
    if match["unit"] in ("月", "周") and not re.search("印发|发布|公布|下发|发文", around + (match["from"] or "")):
        return None
    count = number_of(match["count"])
    own_issue = re.search(
        "(?:印发|发布|公布|下发|发文)(?:之日|后|之后)?(?:起)?(?:的)?$",
        own.view[max(0, match.start() - 20) : match.start("count")],
    )
    if not count or not own_issue:
        return When(clause, "relative", other=None, why="从哪一天起算要看具体的事，写不成日期")
    if issued is None:
        return When(clause, "relative", other=None, why="不知道印发日期，算不出来")
    unit = match["unit"]
    other: str | None
    if unit == "工作日":
        due, why = workday_after(issued, count, is_workday), "从印发次日起数工作日；如算当天就早一个工作日"
        other = workday_after(issued, count - 1, is_workday).isoformat() if count > 1 else None
        return When(clause, "deadline", due, other=other, why=why, doubt="relative")
    if unit == "月":
        months = issued.month - 1 + count
        year, month = issued.year + months // 12, months % 12 + 1
        due = date(year, month, min(issued.day, monthrange(year, month)[1]))
    else:
        due = issued + timedelta(days=count * (7 if unit == "周" else 1))
    why = "从印发次日起算；如算当天就早一天"
    return When(clause, "deadline", due, other=(due - ONE_DAY).isoformat(), why=why, doubt="relative")


def _without_year(own: Paragraph, match: re.Match[str], issued: date | None, last_year: int | None) -> When | None:
    view = own.view
    clause = _clause(view, match.start(), match.end())
    if re.search("每|上年|次年|翌年|往年|届", view[clause.start : match.start()][-6:]) or re.search(
        "次年|翌年|每", view[max(0, match.start() - 2) : match.start()]
    ):
        return None
    if match["month"]:
        month = number_of(match["month"]) or 12
        if last_year is None:
            return When(clause, "relative", other=f"{issued.year}年{month}月" if issued else None, why="没有写年份")
        last = monthrange(last_year, month)[1]
        due = date(last_year, month, min(int(match["day"] or last), last))
        return When(clause, "deadline", due, other="另一年", why="没有写年份，按前面的年份读", doubt="deadline")
    if match["this"] in ("今年", "本年", "本年度", "当年") and issued:
        return When(
            clause, "deadline", date(issued.year, 12, 31), other="不是时限", why="按印发的那一年算", doubt="relative"
        )
    return When(clause, "relative", other=date(issued.year, 12, 31).isoformat() if issued else None, why="没有写哪一年")


def clauses(own: Paragraph, span: Span) -> list[Span]:
    """The sentences of a stretch."""
    return [
        Span(span.start + one.start, span.start + one.end) for one in split(own.view[span.start : span.end], "。；")
    ]
