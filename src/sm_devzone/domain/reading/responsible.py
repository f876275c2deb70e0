"""Who answers for each measure: its lists, the rules of the document, and what the body says of leads."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sm_devzone.domain.plan import as_looked_up
from sm_devzone.domain.reading import rules
from sm_devzone.domain.reading.draft import DraftUnit
from sm_devzone.domain.reading.duties import ASSISTING, LEAD, RESPONSIBLE, Part, Roster, leads_in_body, rosters
from sm_devzone.domain.reading.outline import Item, own_paragraphs
from sm_devzone.domain.reading.reader import Reader, Rule
from sm_devzone.domain.reading.text import Paragraph, Span, as_viewed, between, brackets, split
from sm_devzone.domain.reading.units import Name, Names, is_collective, is_vague, names, prefix_of

Segment = tuple[Paragraph, Roster, tuple[str, ...]]
"""A list with its paragraph and the names in it: it covers the words before it."""


def find_rules(reader: Reader, items: Sequence[Item], numbers: Sequence[int]) -> None:
    last = max((reader.order.get(id(part), -1) for item in items for part, _ in item.lists()), default=-1)
    home = {id(part): number for item, number in zip(items, numbers, strict=True) for part in own_paragraphs(item)}
    for at, part in enumerate(reader.texts):
        seen: set[str] = set()
        notes = [(place, words) for roster in rosters(part) for place, words in roster.notes]
        inside = [roster.span for roster in rosters(part)]
        for roster in (own for item in items for place, own in item.rosters if item.paragraphs[place] is part):
            notes += roster.notes
            inside.append(roster.span)
        for sentence in split(part.view, "。；"):
            words = part.text[sentence.start : sentence.end]
            if len(words) < 120 and not any(span.start <= sentence.start < span.end for span in inside):
                notes.append((sentence.start, words))
        for bracket in brackets(part.view):
            if bracket not in inside:
                notes.append((bracket.start + 1, part.text[bracket.start + 1 : bracket.end - 1]))
        for place, words in notes:
            own = words.strip()
            if own in seen or not own:
                continue
            seen.add(own)
            _take_rule(
                reader, at, part, place, own, home.get(id(part)), is_last=at > last, later=reader.texts[at + 1 :]
            )


def _take_rule(
    reader: Reader,
    at: int,
    part: Paragraph,
    place: int,
    words: str,
    measure: int | None,
    *,
    is_last: bool,
    later: Sequence[Paragraph],
) -> None:
    line = part.line_at(min(place, max(0, len(part.text) - 1)))
    kind = rules.lead_rule(words)
    if kind:
        note = re.match("注|备注|说明|（注|\\*", as_viewed(words)) or re.match("注|备注|说明|\\*", part.view)
        if is_last and not note:
            why = "牵头的规则写在全部措施之后，只从它所在处算起"
            reader.tell(part, place, None, "lead", words, None, "各条第一个单位牵头", why)
            return
        if is_last:
            why = "牵头的规则写在表后或文后的注里"
            reader.tell(part, place, None, "lead", words, "全部措施适用", "不适用", why)
        reader.rules.append(Rule(at, line, words, lead=kind, after_all=is_last))
        return
    every = rules.every_rule(words, reader.style)
    if every is None and re.fullmatch("(?:以)?下同", words.strip("。 ")):
        every = _same_below(reader, part, words, later)
    if every is None:
        return
    if not every.units:
        why = "像是给各条措施统一加单位，但看不出是哪些单位"
        reader.tell(part, place, measure, "default_units", words, None, "各条都加", why)
        return
    own = not re.match("以下|下列|下述|其余|后续|后面|以上|上述", words)
    reader.rules.append(Rule(at, line, words, every=every, includes_own=own))
    target = "以前各条" if every.is_backward else "各条" if own else "以后各条"
    reading, why = f"{target}都加：{'、'.join(every.units)}", "一句话给多条措施统一加单位"
    reader.tell(part, place, None, "default_units", words, reading, "只在这一条", why)


def _same_below(reader: Reader, part: Paragraph, words: str, later: Sequence[Paragraph]) -> rules.Every | None:
    """下同 behind a collective: it goes on for all later lists, unless one of them names it again."""
    for roster in rosters(part):
        if not any(note == words for _, note in roster.notes) or not roster.parts:
            continue
        found = names(roster.parts[-1].text, reader.style).names
        if found and is_collective(found[-1].name) and not is_vague(found[-1].name):
            name = found[-1].name
            if not any(name in other.text for own in later for list_ in rosters(own) for other in list_.parts):
                return rules.Every((name,), roster.parts[-1].role, is_backward=False, words=words)
    return None


def units_of(
    reader: Reader, item: Item, number: int
) -> tuple[list[DraftUnit], list[tuple[int, str]], str | None, list[Segment]]:
    """The units of a measure, its lists (line, words), the words that its roles rest on, and what each list covers."""
    roles: dict[str, DraftUnit] = {}
    lists: list[tuple[int, str]] = []
    segments: list[Segment] = []
    words_of_roles: list[str] = []
    own_lists = [(part, roster) for part, roster in item.lists() if roster.parts or roster.persons]
    if not any(roster.parts for _, roster in own_lists) and (above := _from_above(item)):
        own_lists = [above]
        part, roster = above
        start, end = roster.span
        why = "这一条自己没有责任单位，用了上级标题后面的"
        reader.tell(part, start, number, "default_units", part.text[start:end], "用上级标题的责任单位", None, why)
    for part, roster in own_lists:
        printed = part.text[roster.span.start : roster.span.end].strip()
        line = part.line_at(roster.span.start)
        if roster.parts:
            lists.append((line, printed))
        for person in roster.persons:
            reader.tell(part, roster.span.start, number, "unit", person, None, None, "写的是人，不是单位，没有写进计划")
        here: list[str] = []
        rule = _lead_rule(reader, part)
        for own in roster.parts:
            here += _part(reader, part, own, roster, rule, number, roles, words_of_roles, here[-1] if here else "")
        if segments and roster.is_own_line and segments[-1][1].is_own_line:
            segments[-1] = (part, roster, (*segments[-1][2], *here))  # labels on lines of their own are one list
        else:
            segments.append((part, roster, tuple(here)))
    _body_leads(reader, item, number, roles, words_of_roles)
    _by_rule(reader, item, roles)
    if any(unit.role != RESPONSIBLE for unit in roles.values()):
        if not words_of_roles:
            words_of_roles = [words for _, words in lists]
    else:
        words_of_roles = []
    roles_as_written = "；".join(dict.fromkeys(word.strip() for word in words_of_roles)) or None
    return list(roles.values()), lists, roles_as_written, segments


def _from_above(item: Item) -> tuple[Paragraph, Roster] | None:
    above = item.parent
    while above is not None and above.number is not None:
        if above.has_list and len(above.paragraphs) == 1:
            return next((part, roster) for part, roster in above.lists() if roster.parts)
        above = above.parent
    return None


def _part(
    reader: Reader,
    part: Paragraph,
    own: Part,
    roster: Roster,
    rule: Rule | None,
    number: int,
    roles: dict[str, DraftUnit],
    words: list[str],
    before: str,
) -> list[str]:
    found = names(own.text, reader.style, prefix_of(before))
    if rule and rule.lead == rules.BEFORE_COMMA:
        comma = re.search("[，,]", own.text)
        found_before = {name.name for name in found.names if comma and name.place < comma.start()}
    else:
        found_before = set()
    printed = part.text[roster.span.start : roster.span.end].strip()
    has_star = any(name.marked for name in found.names)
    for name in found.names:
        role = own.role
        if name.role:
            role = (
                LEAD if name.role in ("牵头", "主办") else RESPONSIBLE if name.role in ("负责", "责任") else ASSISTING
            )
        elif role == RESPONSIBLE and rule and _leads(rule, name, found, own, found_before):
            role = LEAD
            words += [rule.words]
        if role != RESPONSIBLE:
            words.append(printed)
        place = own.place + name.place
        _add(reader, roles, DraftUnit(name.name, role, part.line_at(place)), part, place, number)
        if name.kind:
            reader.tell(part, own.place, number, name.kind, name.printed, name.name, name.other, name.why)
    if has_star and not (rule and rule.lead == rules.STARRED):
        why = "单位旁有星号，原文没有说星号的意思"
        reader.tell(part, own.place, number, "lead", own.text, None, "带星号的牵头", why)
    if re.search("指导|督导|监督", own.word) and own.role == ASSISTING:
        reader.tell(part, own.place, number, "assisting", own.text, "配合", "责任", f"“{own.word}”按配合读")
    if found.open_words:
        reading = "、".join(name.name for name in found.names[-2:]) + " 为止"
        why = f"名单以“{found.open_words}”结尾，没有列全"
        reader.tell(part, own.place, number, "open_list", own.text[-30:], reading, "还有未列名的单位", why)
    for word in found.strange:
        reader.tell(part, own.place, number, "unit", word, None, word, "不像单位名称，没有写进计划")
    return [name.name for name in found.names]


def _leads(rule: Rule, name: Name, found: Names, own: Part, before: set[str]) -> bool:
    if own.is_split or (is_collective(name.name) and rule.lead != rules.STARRED):
        return False
    if rule.lead == rules.STARRED:
        return name.marked
    if rule.lead == rules.BEFORE_COMMA:
        return name.name in before or (not before and len(found.names) == 1)
    return name.is_first


def _lead_rule(reader: Reader, part: Paragraph) -> Rule | None:
    order = reader.order.get(id(part), len(reader.texts))
    found = [rule for rule in reader.rules if rule.lead and (rule.order <= order or rule.after_all)]
    return found[-1] if found else None


def _add(
    reader: Reader, roles: dict[str, DraftUnit], unit: DraftUnit, part: Paragraph, place: int, number: int
) -> None:
    before = next((name for name in roles if as_looked_up(name) == as_looked_up(unit.name)), None)
    if before is None:
        roles[unit.name] = unit
        return
    held = roles[before]
    if held.role != unit.role and unit.role == LEAD:
        if held.role == ASSISTING:
            reader.tell(part, place, number, "lead", unit.name, "牵头", "配合", "在这一条里既牵头又配合")
        roles[before] = held._replace(role=LEAD)
    elif held.role == LEAD and unit.role == ASSISTING:
        reader.tell(part, place, number, "lead", unit.name, "牵头", "配合", "在这一条里既牵头又配合")
    elif held.role == ASSISTING and unit.role == RESPONSIBLE:
        roles[before] = held._replace(role=RESPONSIBLE)


def _body_leads(reader: Reader, item: Item, number: int, roles: dict[str, DraftUnit], words: list[str]) -> None:
    for part in own_paragraphs(item):
        spans = [roster.span for own, roster in item.lists() if own is part]
        for stretch in between(part, spans):
            for span, found in leads_in_body(part, stretch):
                _body_lead(reader, part, span, found, number, roles, words)


def _body_lead(
    reader: Reader,
    part: Paragraph,
    span: Span,
    found: Sequence[Part],
    number: int,
    roles: dict[str, DraftUnit],
    words: list[str],
) -> None:
    """What one sentence of the body says of leads (`found`), taken into `roles` where it goes with the lists."""
    said = part.text[span.start : span.end]
    listed = {as_looked_up(name): name for name in roles}
    read = [(own, name) for own in found for name in names(own.text, reader.style).names]
    leads = [name.name for own, name in read if own.role == LEAD]

    def tell(kind: str, reading: str | None, other: str, why: str) -> None:
        reader.tell(part, span.start, number, kind, said, reading, other, why)

    if not leads:
        return
    if not roles:
        for own, name in read:
            roles[name.name] = DraftUnit(name.name, own.role, part.line_at(span.start))
        words.append(said)
        all_read = "、".join(name.name for _, name in read)
        tell("unit", all_read, "不是责任单位", "没有责任单位名单，按正文里的牵头、配合读")
    elif not all(as_looked_up(lead) in listed for lead in leads):
        tell("lead", None, "、".join(leads), "正文写了牵头，但不在这一条的责任单位里")
    elif any(unit.role == LEAD and unit.name not in leads for unit in roles.values()):
        held = "、".join(unit.name for unit in roles.values() if unit.role == LEAD)
        tell("lead", held, "、".join(leads), "正文和名单写的牵头不一样")
    else:
        for own, name in read:
            key = listed.get(as_looked_up(name.name))
            if key and roles[key].role == RESPONSIBLE:
                roles[key] = roles[key]._replace(role=own.role)
        words.append(said)
        for own in found:
            if (open_words := names(own.text, reader.style).open_words) and own.role == ASSISTING:
                tell("open_list", "名单里的单位", "还有未列名的单位", f"正文以“{open_words}”结尾，没有列全")


def _by_rule(reader: Reader, item: Item, roles: dict[str, DraftUnit]) -> None:
    order = _order_of(reader, item)
    for rule in reader.rules:
        if not rule.every:
            continue
        applies = (
            order < rule.order
            if rule.every.is_backward
            else order > rule.order or (order == rule.order and rule.includes_own)
        )
        if not applies:
            continue
        for name in rule.every.units:
            if not any(as_looked_up(name) == as_looked_up(held) for held in roles):
                roles[name] = DraftUnit(name, rule.every.role, rule.line, is_common=True)


def _order_of(reader: Reader, item: Item) -> int:
    lists = [reader.order[id(part)] for part, roster in item.lists() if roster.parts and id(part) in reader.order]
    return lists[-1] if lists else reader.order.get(id(item.paragraphs[0]), len(reader.texts))
