"""The dates and cycles of each measure, and the time words that make none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sm_devzone.domain.calendar import due_day, parse_period
from sm_devzone.domain.glossary import CYCLES
from sm_devzone.domain.reading import times
from sm_devzone.domain.reading.draft import DraftMilestone, DraftUnit
from sm_devzone.domain.reading.duties import leads_in_body
from sm_devzone.domain.reading.outline import Item, own_paragraphs
from sm_devzone.domain.reading.reader import Reader
from sm_devzone.domain.reading.responsible import Segment
from sm_devzone.domain.reading.text import Paragraph, Span, between, number_of
from sm_devzone.domain.reading.units import names


def milestones_of(
    reader: Reader,
    item: Item,
    number: int,
    units: Sequence[DraftUnit],
    segments: Sequence[Segment],
) -> list[DraftMilestone]:
    found: list[tuple[Paragraph, times.When]] = []
    for part in own_paragraphs(item):
        own = [roster for held, roster in item.lists() if held is part]
        labels = [span for roster in own for span in roster.times]
        for stretch in between(part, [*(roster.span for roster in own), *labels]):
            found += [(part, when) for when in times.whens(part, stretch, reader.issued, reader.is_workday)]
        for span in labels:
            found += [(part, when) for when in times.label_value(part, span, reader.issued, reader.is_workday)]
    for part, roster in item.from_below:
        for span in roster.times:
            found += [(part, when) for when in times.label_value(part, span, reader.issued, reader.is_workday)]
    made: list[DraftMilestone] = []
    left: list[tuple[Paragraph, times.When]] = []
    several = len([one for one in segments if one[2]]) > 1
    all_names = {unit.name for unit in units}
    for part, when in found:
        if when.kind not in ("deadline", "cycle"):
            if not _is_validity(reader, part, when):
                left.append((part, when))
            continue
        words = part.text[when.span.start : when.span.end].strip("，,；;。 ")
        doers = _doers(reader, part, when.span, segments) if several else _named(reader, part, when.span, all_names)
        milestone = _milestone(reader, part, when, words, number, tuple(doers), {one.key for one in made})
        if milestone and not any(
            (one.due, one.every, one.as_written) == (milestone.due, milestone.every, milestone.as_written)
            for one in made
        ):
            made.append(milestone)
    _left_out(reader, left, number)
    return made


def _milestone(
    reader: Reader, part: Paragraph, when: times.When, words: str, number: int, doers: tuple[str, ...], taken: set[str]
) -> DraftMilestone | None:
    place = when.span.start
    first = reason = None
    if when.kind == "deadline":
        assert when.due
        key, reading = f"{when.due.year}年{when.due.month}月", when.due.isoformat()
        if (when.due.month, when.due.day) == (12, 31):
            key = f"{when.due.year}年底"
        if reader.until and when.due > reader.until:
            why = f"晚于有效期止 {reader.until}，没有写进计划"
            reader.tell(part, place, number, "deadline", words, None, reading, why)
            return None
        if reader.issued and when.due < reader.issued:
            why = f"早于印发日期 {reader.issued}，没有写进计划"
            reader.tell(part, place, number, "trap", words, None, reading, why)
            return None
    else:
        assert when.every
        key = f"每{CYCLES[when.every]}"
        reading = f"{key}一次"
        first = when.first if when.every == "year" else None
        if first is None and reader.issued:
            first = times.first_period(when.every, reader.issued)
            reason = f"原文没有写从哪个周期开始；{reader.issued} 印发，从 {first} 算起，可由办公室更改"
        if first and reader.until and (period := parse_period(first)) and due_day(period, when.by) > reader.until:
            why = f"第一个周期晚于有效期止 {reader.until}，没有写进计划"
            reader.tell(part, place, number, "cycle", words, None, reading, why)
            return None
        if first and reader.issued and (period := parse_period(first)) and due_day(period, when.by) < reader.issued:
            first = times.first_period(when.every, period.end)
    if when.why or (when.kind == "cycle" and first is None):
        why, other = when.why or "不知道印发日期，第一个周期请填 first", when.other or "不设节点"
        reader.tell(part, place, number, when.doubt or when.kind, words, reading, other, why)
    name, count = key, 2
    while name in taken:
        name, count = f"{key}{count}", count + 1
    title = re.sub("^(?:并|且|同时|其中|力争|确保)", "", words)
    return DraftMilestone(
        name,
        title[:60],
        part.line_at(place),
        words,
        when.due,
        when.every,
        first,
        when.by,
        doers,
        reason=reason,
        until=when.until,
    )


def _doers(reader: Reader, part: Paragraph, span: Span, segments: Sequence[Segment]) -> tuple[str, ...]:
    """Where several lists stand in a measure, each covers the words before it: the first behind the time."""
    order = reader.order.get(id(part), 0)
    for own, roster, units in segments:
        if units and ((own is part and roster.span.start >= span.end) or reader.order.get(id(own), 0) > order):
            return units
    return ()


def _named(reader: Reader, part: Paragraph, span: Span, known: set[str]) -> tuple[str, ...]:
    """The units that the sentence itself says lead and assist, where all of them are in the measure."""
    for said, found in leads_in_body(part, Span(0, len(part.text))):
        sentence = times.clauses(part, Span(0, len(part.text)))
        home = next((one for one in sentence if one.start <= said.start < one.end), None)
        if home and home.start <= span.start < home.end:
            named = tuple(name.name for own in found for name in names(own.text, reader.style).names)
            if named and set(named) <= known:
                return named
    return ()


def _left_out(reader: Reader, left: Sequence[tuple[Paragraph, times.When]], number: int | None) -> None:
    """Tell the time words that made no milestone: near ones of a kind together."""
    at = 0
    told = [one for one in left if one[1].kind != "name"]
    while at < len(told):
        part, when = told[at]
        end = at + 1
        stop = when.span.end
        while (
            end < len(told)
            and told[end][0] is part
            and told[end][1].kind == when.kind
            and told[end][1].span.end - when.span.start <= 160
        ):
            stop = max(stop, told[end][1].span.end)
            end += 1
        more = f"（{end - at} 处）" if end - at > 1 else ""
        words = part.text[when.span.start : stop].strip("，,；;。 ")
        other = _end_of_term(reader, words) or when.other if when.kind == "period" else when.other
        reader.tell(part, when.span.start, number, when.kind, words, None, other, when.why + more)
        at = end


def _end_of_term(reader: Reader, words: str) -> str | None:
    """The day on which 5年内 ends, where the document says elsewhere from which year it counts."""
    match = re.search("(\\d{1,2}|[一两二三四五六七八九十])年(?:之|以)?内", words)
    end = reader.terms.get(number_of(match[1]) or 0) if match else None
    return end.isoformat() if end else None


def _is_validity(reader: Reader, part: Paragraph, when: times.When) -> bool:
    """Whether a time word belongs to the sentence that says how long the document is valid."""
    home = next(
        (one for one in times.clauses(part, Span(0, len(part.text))) if one.start <= when.span.start < one.end),
        when.span,
    )
    return any(said in part.text[home.start : home.end] for said in reader.facts.valid_sentences)


def tell_outside(reader: Reader, items: Sequence[Item]) -> None:
    """Tell the time words, and the words about leads, that stand in no measure."""
    inside = {id(part) for item in items for part in own_paragraphs(item)}
    title_lines = {
        said.line
        for said in (reader.facts.title, reader.facts.number, reader.facts.issued, reader.facts.issuer)
        if said
    }
    rule_orders = {rule.order for rule in reader.rules}
    for at, part in enumerate(reader.texts):
        line = part.line_at(0)
        if (
            id(part) in inside
            or line in title_lines
            or at in rule_orders
            or re.fullmatch("[\\d年月日（）。\\s]*", part.view)
        ):
            continue
        if reader.facts.title and part.text in reader.facts.title.words:
            continue
        whens = [
            when
            for when in times.whens(part, Span(0, len(part.text)), reader.issued, reader.is_workday)
            if when.kind != "name" and not _is_validity(reader, part, when)
        ]
        real = [when for when in whens if when.kind in ("deadline", "cycle")]
        for when in real:
            words = part.text[when.span.start : when.span.end].strip("，,；;。 ")
            other = when.due.isoformat() if when.due else f"每{CYCLES[when.every or 'year']}一次"
            why = "时限不在任何一条措施里，由办公室决定归到哪一条"
            reader.tell(part, when.span.start, None, "outside", words, None, other, why)
        rest = [
            when
            for when in whens
            if when not in real and not any(one.span.start <= when.span.start < one.span.end for one in real)
        ]
        if rest and not (reader.facts.title and at < reader.facts.starts and len(part.view) < 40):
            low, high = rest[0].span.start, max(one.span.end for one in rest)
            words = part.text[low:high][:160].strip("，,；;。 ")
            reader.tell(part, low, None, "outside", words, None, rest[0].other, "措施之外的时间：" + rest[0].why)
        named = re.search("[^。；，]*(?:牵头|责任单位|责任部门)[^。；，]*", part.view)
        if named and not rest and not real:
            words, why = part.text[named.start() : named.end()], "措施之外提到的牵头或责任，没有写进计划"
            reader.tell(part, named.start(), None, "outside", words, None, None, why)
