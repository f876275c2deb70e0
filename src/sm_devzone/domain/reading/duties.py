"""Who is to do it: the unit lists in a paragraph, and the role that each list or word gives.

A list is a label with a colon (责任单位：…), a bracket with a label, or a clause that ends in a word for a role
(甲牵头，乙、丙配合). Nothing else makes a lead.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from sm_devzone.domain.reading.numbering import number_at
from sm_devzone.domain.reading.rules import lead_rule
from sm_devzone.domain.reading.text import Paragraph, Span, as_viewed, brackets, split
from sm_devzone.domain.reading.units import is_unit

LEAD, RESPONSIBLE, ASSISTING = "lead", "responsible", "assisting"

_LEAD_WORDS = "牵头|主办|主责|主管|首要|第一|主体|总牵头"
_ASSIST_WORDS = "配合|协办|协同|协助|协作|参与|参加|参建|支持|指导|督导|监督|辅助|联合"
_DUTY_WORDS = "责任|承办|实施|落实|负责|执行|组织|完成|推进|承担|建设|具体"
_NOUN = "单位|部门|主体|机构|处室|科室|组织"
LABEL = re.compile(
    rf"(?:主要|具体|市级|省级|区级|县级|市直|省直|共同|各级|第一|行业|项目|工作)?"
    rf"(?P<word>{_LEAD_WORDS}|{_ASSIST_WORDS}|{_DUTY_WORDS})"
    rf"(?:(?:责任|实施|落实|承办|主管|监管|负责|配合|推进|建设|协调|协助|及|和|、|与|或|（|）|/|牵头|（责任）|（牵头）|（主办）)*)"
    rf"(?:{_NOUN})(?:及(?:责任人|完成时[限间])|和责任人)?(?:（[^（）]{{1,12}}）)?\s*："
    rf"|(?P<bare>牵头|主办|责任|配合|协办|参与|指导|责任分工|任务分工|职责分工|分工|部门分工|分工负责)："
    "|（(?P<boxed>牵头|责任|配合|主办|协办|参与)(?:责任)?(?:单位|部门)）(?=[\u4e00-\u9fff])"
)
_NOT_UNITS = re.compile(
    "(?:责任人|责任领导|分管[省市区县]?领导|牵头领导|包联领导|联系领导|挂钩领导|市领导|负责人|联系人|首席|挂帅领导|领办领导|督办领导|责任科室)(?:及[^：]{1,6})?："
)
TIME_LABEL = re.compile(
    "(?:完成时[限间]|时限要求|时间要求|时间节点|时间安排|进度要求|进度安排|完成期限|办理时限|时限|实施时间|推进时间|工作时限|整改时限|计划完成时间|截止时间)(?:及[^：]{1,6})?："
)
_LINKS = (
    "(?:按(?:照)?(?:各自)?(?:的)?(?:职责|职能|任务)?(?:分工)?(?:分别|共同|各自|协同|抓好|做好)?|依(?:据|法|照)?(?:各自)?职(?:责|能)?(?:分工)?|根据(?:各自)?职责(?:分工)?|分别|共同|具体|联合|协同|密切|积极|予以|"
    "做好|全力|主动|分工|统筹|组织|协调|会同|总|负责|指导)*"
)
_TAIL = "(?:负责|落实|组织实施|组织|实施|推进|抓总|办理|协调|执行|做好|完成|单位|部门|开展|承担|工作|抓落实|统筹)*"
_VERBS = (
    (LEAD, re.compile(rf"{_LINKS}(?:牵头|主办){_TAIL}$")),
    (ASSISTING, re.compile(rf"{_LINKS}(?:配合|协助|协办|参与|参加|支持|督导|指导|协同|协作){_TAIL}$")),
    (
        RESPONSIBLE,
        re.compile(
            rf"(?:{_LINKS}(?:负责|组织实施|落实|实施|承担|承办|执行|抓落实|推进|办理){_TAIL}|(?:按(?:照)?|依据?|根据)(?:各自)?(?:职责|职能|任务)(?:分工)?)$"
        ),
    ),
)
_SPLIT_DUTY = re.compile("按(?:照)?(?:各自)?的?(?:职责|职能|任务)|依(?:据|照)?(?:各自)?职责|分别|分工|各自")
_MID_LEAD = re.compile(r"(?:牵头|主办)(?:负责|组织实施|组织|实施|推进|落实|抓总)?(?=[\u4e00-\u9fff]{3})")


class Part(NamedTuple):
    """A stretch of names with one role. `text` are the names, `place` where they stand in the paragraph.

    `is_split` says that they answer each for their own (按职责分工负责), so that none of them is the first.
    `is_doubtful` says that the word for the role is none of the usual ones (指导, 参与).
    """

    role: str
    text: str
    place: int
    is_split: bool = False
    word: str = ""


class Roster(NamedTuple):
    """One list as printed: `span` of the paragraph with brackets and label, `parts`, and `notes` that are no units.

    `has_label` tells a list with a label from a clause; `times` are deadlines that stand in it with a label of their
    own, `persons` labels of persons (责任人：…), which name no unit. `notes` are sentences beside the names: rules.
    """

    span: Span
    parts: tuple[Part, ...]
    notes: tuple[tuple[int, str], ...] = ()
    has_label: bool = False
    times: tuple[Span, ...] = ()
    persons: tuple[str, ...] = ()
    is_own_line: bool = False


_NOTE = re.compile(
    "不再|均需|均须|均有|均由|均为|均含|均包括|下同|者为|的为牵头|为牵头|为主办|为第一责任|列(?:在)?(?:第一|首)|排(?:在|名|列)?(?:第一|首)|第一个|首位|带\\*|标\\*|\\*号|以下|下列|均涉及|涉及.{0,20}的"
)


@lru_cache(maxsize=2000)
def rosters(own: Paragraph) -> tuple[Roster, ...]:
    """The unit lists of a paragraph, in order. Every step of the reading asks for them, so they are kept."""
    view = own.view
    found: list[Roster] = []
    covered: list[Span] = []
    for span in brackets(view):
        roster = _in_bracket(own, span)
        if roster:
            found.append(roster)
            covered.append(span)
    outside = [
        match
        for match in LABEL.finditer(view)
        if not any(
            span.start < match.start() + (not match["boxed"]) and match.start() < span.end for span in brackets(view)
        )
        and (match.start() == 0 or view[match.start() - 1] in "。；！？，、）”*：" or _is_start(own, match.start()))
    ]
    if outside:
        start = outside[0].start()
        end = len(view)
        if start and (stop := view.find("。", outside[-1].end())) >= 0 and stop < len(view) - 1:
            end = stop + 1
        found = [roster for roster in found if roster.span.start < start or roster.span.start >= end]
        found.append(_labelled(own, Span(start, end), is_own_line=start == 0))
    elif time := TIME_LABEL.match(view):
        found.append(
            Roster(Span(0, len(view)), (), has_label=True, times=(Span(time.end(), len(view)),), is_own_line=True)
        )
    elif not found and (clause := _whole_clause(own) or _last_sentence(own)):
        found.append(clause)
    return tuple(sorted(found))


def _is_start(own: Paragraph, place: int) -> bool:
    return any(start == place for start, _ in own.starts)


def _in_bracket(own: Paragraph, span: Span) -> Roster | None:
    view = own.view
    inner = Span(span.start + 1, span.end - 1 if view[span.end - 1] == "）" else span.end)
    content = view[inner.start : inner.end]
    if not content.strip():
        return None
    if LABEL.match(content) or (LABEL.search(content) and (_NOT_UNITS.match(content) or TIME_LABEL.match(content))):
        return _labelled(own, inner)._replace(span=span)
    if _NOT_UNITS.match(content):
        return Roster(span, (), persons=(own.text[inner.start : inner.end],))
    if TIME_LABEL.match(content):
        return Roster(span, (), times=(inner,))
    head, notes = without_notes(own, inner)
    if lead_rule(content[: head.end - inner.start]):
        return None
    head, ends = without_time(own, head)
    parts = _clause_parts(own, head)
    if parts and all(_looks_like_units(part) for part in parts):
        return Roster(span, tuple(parts), notes, times=ends)
    if _is_bare_list(view, span, head):
        return Roster(span, (Part(RESPONSIBLE, own.text[head.start : head.end], head.start),), notes, times=ends)
    if notes and LABEL.search(content):
        return _labelled(own, inner)._replace(span=span)
    return None


def _is_bare_list(view: str, span: Span, head: Span) -> bool:
    """A bracket of names alone, at the end of a sentence that has ended: …工作。（市甲局、市乙局）"""
    if span.start and view[span.start - 1] not in "。；！？”）":
        return False
    if view[span.end : span.end + 1] not in ("", "。", "；"):
        return False
    tokens = [
        view[head.start + one.start : head.start + one.end] for one in split(view[head.start : head.end], "，、；")
    ]
    return (
        bool(tokens)
        and all(is_unit(token.strip("等")) for token in tokens)
        and bool(re.search("(?:局|委|办|厅|部|政府|中心|公司|集团|管委会|单位|部门|银行)(?:等)?$", tokens[0].strip()))
    )


def without_notes(own: Paragraph, inner: Span) -> tuple[Span, tuple[tuple[int, str], ...]]:
    """`inner` up to the first sentence that is a rule and names nobody; those sentences with their places."""
    view = own.view
    notes: list[tuple[int, str]] = []
    content = view[inner.start : inner.end]
    # A note in a bracket of its own behind the names: 〔以下…不再重复〕.
    for span in brackets(content):
        if _NOTE.search(content[span.start : span.end]) and re.search(
            "均|不再|者为|为牵头|第一|首位|\\*", content[span.start : span.end]
        ):
            notes.append(
                (inner.start + span.start + 1, own.text[inner.start + span.start + 1 : inner.start + span.end - 1])
            )
            if span.end >= len(content.rstrip("。")):
                inner = Span(inner.start, inner.start + span.start)
    end = inner.end
    spans = split(view[inner.start : inner.end], "。；，")
    for at, part in enumerate(spans):
        words = view[inner.start + part.start : inner.start + part.end]
        if at and _NOTE.search(words) and (_reads_as_rule(words) or words.strip() in ("下同", "以下同", "下同。")):
            end = inner.start + part.start
            notes.append((end, own.text[end : inner.end].strip("。；， ")))
            break
    return Span(inner.start, end), tuple(notes)


_TIME_TAIL = re.compile(
    r"[，；、](?=[^，；、]*(?:前|底|完成|推进|坚持|实施)$)"
    r"(?:20\d\d年)?(?:第?[一二三四1-4]季度|[上下]半年|\d{1,2}月(?:\d{1,2}日)?)?(?:年?(?:底|末))?(?:之|以)?前?(?:全部|基本)?(?:完成|实施)?$"
    r"|[，；](?:长期|持续|常态化?|立行立改|全年)[\u4e00-\u9fff]{0,6}$"
)


def without_time(own: Paragraph, head: Span) -> tuple[Span, tuple[Span, ...]]:
    """Names without the time that stands behind them (甲局牵头，乙局配合，6月底前完成), and that time."""
    words = own.view[head.start : head.end].rstrip("。 ")
    match = _TIME_TAIL.search(words)
    if match is None or not re.search("\\d|季度|半年|长期|持续|常态|立行|全年", match[0]):
        return head, ()
    start = head.start + match.start()
    return Span(head.start, start), (Span(start + 1, head.start + len(words)),)


def _reads_as_rule(words: str) -> bool:
    return bool(
        re.search(
            "均需|均须|均有|均由|均为|均含|均包括|均涉及|不再|为牵头|为主办|者为|为第一责任|下同|(?:第一|首)[位个].{0,8}(?:牵头|主办)|\\*.{0,6}(?:牵头|主办)",
            words,
        )
    )


def _labelled(own: Paragraph, span: Span, *, is_own_line: bool = False) -> Roster:
    view = own.view
    marks: list[tuple[int, int, str, str]] = []
    marks += [
        (match.start(), match.end(), _role_of(match), match["word"] or match["bare"] or match["boxed"] or "")
        for match in LABEL.finditer(view, span.start, span.end)
    ]
    times: list[Span] = []
    persons: list[str] = []
    for shape, name in ((TIME_LABEL, "time"), (_NOT_UNITS, "person")):
        for match in shape.finditer(view, span.start, span.end):
            marks = [mark for mark in marks if not match.start() <= mark[0] < match.end()]
            marks.append((match.start(), match.end(), name, ""))
    marks.sort()
    parts: list[Part] = []
    notes: list[tuple[int, str]] = []
    ends = [start for start, *_ in marks[1:]] + [span.end]
    for (start, after, role, word), end in zip(marks, ends, strict=True):
        if role == "time":
            times.append(Span(start, end))
            continue
        if role == "person":
            persons.append(own.text[start:end].strip("，；。、 "))
            continue
        head, found = without_notes(own, Span(after, end))
        notes += found
        head, ended = without_time(own, head)
        times += ended
        if role == "clause" or _has_verb(view[head.start : head.end]):
            clause = _clause_parts(own, head)
            if clause:
                base = RESPONSIBLE if role == "clause" else role
                parts += [
                    part._replace(role=base) if part.role == RESPONSIBLE and base != RESPONSIBLE else part
                    for part in clause
                ]
                continue
        parts.append(
            Part(role if role != "clause" else RESPONSIBLE, own.text[head.start : head.end], head.start, word=word)
        )
    return Roster(
        span,
        tuple(parts),
        tuple(notes),
        has_label=True,
        times=tuple(times),
        persons=tuple(persons),
        is_own_line=is_own_line,
    )


def _role_of(match: re.Match[str]) -> str:
    word = match["word"] or match["bare"] or match["boxed"]
    printed = match[0]
    if word.endswith("分工"):
        return "clause"
    if re.search("牵头(?:及|和|、|与)(?:责任|配合)", printed):
        return RESPONSIBLE
    if "牵头" in printed or re.match("主办|总牵头", word) or (word == "第一" and "责任" in printed):
        return LEAD
    if re.match(_ASSIST_WORDS, word):
        return ASSISTING
    return RESPONSIBLE


def role_of_heading(words: str) -> str | None:
    """The role that a column with this heading gives; None where it names no units."""
    match = LABEL.match(words.strip("*（） ") + "：") or re.match("(?P<word>责任|牵头|配合|主办)(?P<bare>)$", words)
    if not match or _NOT_UNITS.match(words + "："):
        return None
    return _role_of(match) if match.re is LABEL else {"责任": RESPONSIBLE, "配合": ASSISTING}.get(words, LEAD)


def _has_verb(view: str) -> bool:
    return any(
        shape.search(view[one.start : one.end].rstrip("。 ")) for one in split(view, "，；。") for _, shape in _VERBS
    )


def clause_parts(own: Paragraph, span: Span) -> list[Part]:
    """The parts of a stretch that reads as 甲牵头，乙、丙配合; none where it does not."""
    parts = _clause_parts(own, span)
    return parts if parts and all(_looks_like_units(part) for part in parts) else []


def _clause_parts(own: Paragraph, span: Span) -> list[Part]:
    view = own.view
    parts: list[Part] = []
    pending: int | None = None
    last_end = span.start
    any_verb = False
    for chunk in split(view[span.start : span.end], "，；。"):
        start, end = span.start + chunk.start, span.start + chunk.end
        words = view[start:end].rstrip(" ")
        while mid := _MID_LEAD.search(words):
            # 甲牵头乙配合, without a comma.
            if not is_unit(words[: mid.start()].removeprefix("由").strip()) or _is_verb_only(words[mid.end() :]):
                break
            parts.append(Part(LEAD, own.text[pending if pending is not None else start : start + mid.start()], start))
            start, words, pending, any_verb = start + mid.end(), words[mid.end() :], None, True
        role, cut, is_split, word = RESPONSIBLE, len(words), False, ""
        for own_role, shape in _VERBS:
            if (match := shape.search(words)) and match.start() < len(words):
                held = re.split("[、]", words[: match.start()])[-1]
                if held and not is_unit(re.sub("等.{0,12}$|会同.{0,12}$", "", held).strip(" *由")):
                    continue  # the verb is part of a word that is no unit
                role, cut, word = own_role, match.start(), match[0]
                is_split = bool(_SPLIT_DUTY.search(match[0]))
                break
        else:
            pending = start if pending is None else pending
            last_end = end
            continue
        any_verb = True
        begin = pending if pending is not None else start
        text = own.text[begin : start + cut]
        lead = re.match("(?:由|请)(?=[\u4e00-\u9fff]{3})", text)
        begin += lead.end() if lead else 0
        text = text[lead.end() :] if lead else text
        if text.strip("，、； "):
            parts.append(Part(role, text, begin, is_split, word))
        elif parts and role == RESPONSIBLE:
            parts[-1] = parts[-1]._replace(is_split=parts[-1].is_split or is_split)
        pending = None
    if pending is not None and any_verb:
        parts.append(Part(RESPONSIBLE, own.text[pending:last_end], pending))
    return parts if any_verb else []


def _is_verb_only(words: str) -> bool:
    return any((match := shape.search(words)) and match.start() == 0 for _, shape in _VERBS)


def _looks_like_units(part: Part) -> bool:
    view = as_viewed(part.text)
    tokens = [view[one.start : one.end] for one in split(view, "，、；")]
    good = [token for token in tokens if is_unit(re.sub("等.{0,12}$|会同.{0,12}$", "", token).strip(" *由"))]
    return bool(tokens) and len(good) * 3 >= len(tokens) * 2


def _whole_clause(own: Paragraph) -> Roster | None:
    """A line that says nothing but who does it: 由市甲局牵头，市乙局、丙局配合。"""
    if len(own.view) > 200 or number_at(own.view) or lead_rule(own.view):
        return None
    parts = _clause_parts(own, Span(0, len(own.view)))
    if all(part.role == ASSISTING for part in parts) or not all(_looks_like_units(part) for part in parts):
        return None
    tokens = [token for part in parts for token in re.split("[，、；]", part.text) if token.strip()]
    if not all(is_unit(re.sub("等.{0,12}$", "", token).strip(" *由")) for token in tokens):
        return None
    return Roster(Span(0, len(own.view)), tuple(parts), is_own_line=True)


def _last_sentence(own: Paragraph) -> Roster | None:
    """A paragraph that ends in a sentence of its own about who does it: …。市甲局、市乙局按职责负责。"""
    sentences = split(own.view, "。；")
    if len(sentences) < 2:
        return None
    last = sentences[-1]
    found = _whole_clause(Paragraph(own.text[last.start : last.end], own.view[last.start : last.end], ((0, 0),)))
    if found is None:
        return None
    parts = tuple(part._replace(place=part.place + last.start) for part in found.parts)
    return Roster(last, parts)


def leads_in_body(own: Paragraph, span: Span) -> list[tuple[Span, list[Part]]]:
    """Sentences of a body that name a lead (由市甲局牵头，市乙局、丙局等部门配合，…), with what they say."""
    found = []
    view = own.view
    for sentence in split(view[span.start : span.end], "。；"):
        start, end = span.start + sentence.start, span.start + sentence.end
        words = view[start:end]
        for match in re.finditer("牵头", words):
            before = words[: match.start()]
            cut = max(before.rfind("由") + 1, 0)
            if not cut:
                clause = re.split("[：]", before)[-1]
                cut = len(before) - len(clause)
            names = before[cut:]
            if not names or re.match("(?:抓总|作用|机制|单位|部门|人|工作|的|制)", words[match.end() :]):
                continue
            if (
                re.search("的[^，]{0,12}(?:机制|体系|格局|工作组|专班|小组)", words[match.end() :].split("。")[0][:60])
                and "由" not in words[:cut]
            ):
                continue
            stop = _clause_end(words, match.end())
            parts = _clause_parts(own, Span(start + cut, start + stop))
            parts = [part for part in parts if part.role != RESPONSIBLE]
            if parts and all(_looks_like_units(part) for part in parts):
                found.append((Span(start + (cut - 1 if cut and words[cut - 1] == "由" else cut), start + stop), parts))
                break
    return found


def _clause_end(words: str, place: int) -> int:
    """Where the words about who does it end: behind 配合 or 参与 in the same sentence, else behind 牵头."""
    match = re.match(
        "(?:负责|组织实施|组织|实施)?，[^。；]{1,100}?(?:配合|参与|协助|参加)(?=[，。；]|$)", words[place:]
    )
    return place + match.end() if match else place
