"""Lines of a policy text -> a draft plan with every doubtful reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from sm_devzone.domain.plan import Unit, as_looked_up
from sm_devzone.domain.reading.doubts import Doubt
from sm_devzone.domain.reading.draft import Draft, DraftMeasure, Registered
from sm_devzone.domain.reading.duties import RESPONSIBLE, rosters
from sm_devzone.domain.reading.facts import Facts, facts
from sm_devzone.domain.reading.milestones import milestones_of, tell_outside
from sm_devzone.domain.reading.outline import Item, Outline, outline, own_paragraphs
from sm_devzone.domain.reading.reader import Reader, Rule
from sm_devzone.domain.reading.register import register
from sm_devzone.domain.reading.responsible import find_rules, units_of
from sm_devzone.domain.reading.tables import items_of
from sm_devzone.domain.reading.text import Line, Paragraph
from sm_devzone.domain.reading.titles import title_of, without_lists
from sm_devzone.domain.reading.units import is_vague, style_of
from sm_devzone.domain.reading.wraps import paragraphs


def draft_of(
    lines: Sequence[Line],
    *,
    org: str | None = None,
    known: Sequence[Unit] = (),
    is_workday: Callable[[date], bool] = lambda day: day.weekday() < 5,
) -> Draft:
    """The draft of a text. `known` are units of registers to reuse. Its `measures` are empty where there is none."""
    parts, dropped = paragraphs(lines)
    texts = [part for part in parts if isinstance(part, Paragraph)]
    listed = frozenset(part.line_at(roster.span.start) for part in texts for roster in rosters(part) if roster.parts)
    said = facts(texts, org, listed=listed)
    found = outline(parts, _earliest(texts, said))
    rows, told = items_of(found.rows)
    reading = _Reading(Reader(said, _in_order(texts, rows), is_workday))
    reading.reader.doubts += [*dropped, *told]
    reading.measures(found, rows)
    return reading.draft(known)


def _in_order(texts: Sequence[Paragraph], rows: Sequence[Item]) -> list[Paragraph]:
    """The paragraphs of the text and of the rows of its tables, as they follow each other."""
    cells = [(part.line_at(0), 1, at, part) for at, part in enumerate(part for row in rows for part in row.paragraphs)]
    return [
        part
        for *_, part in sorted(
            [*((part.line_at(0), 0, at, part) for at, part in enumerate(texts)), *cells], key=lambda one: one[:3]
        )
    ]


def _earliest(texts: Sequence[Paragraph], said: Facts) -> int:
    """The first paragraph that can hold an item; what a letter lists before the title of what it sends is none."""
    title_line = said.title.line if said.title else 0
    return next((at for at, part in enumerate(texts) if part.line_at(0) > title_line), 0) if title_line < 30 else 0


class _Reading:
    """Makes measures of the items of a text."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.made: list[DraftMeasure] = []
        self.has_lists = False

    def measures(self, found: Outline, rows: Sequence[Item]) -> None:
        items = list(found.measures)
        bare = set(found.bare)
        if rows and not any(item.has_list for item in items):
            items, bare = [], set()
        if not items and not rows:
            items = without_lists(found.root)
            bare = {id(item) for item in items}
        items = [*items, *rows]
        if not items:
            return
        self.reader.style = style_of(
            [part.text for item in found.root.walk() for _, roster in item.lists() for part in roster.parts]
            + [part.text for item in rows for _, roster in item.lists() for part in roster.parts],
            self.reader.facts.place,
        )
        self.has_lists = any(item.has_list for item in items)
        numbers = self._numbers(items)
        find_rules(self.reader, items, numbers)
        untitled = []
        for item, number in zip(items, numbers, strict=True):
            made = self._measure(item, number, is_bare=id(item) in bare)
            if not made.is_own_title:
                untitled.append((item, made))
            self.made.append(made)
        self._tell_untitled(untitled)
        if bare and all(id(item) in bare for item in items):
            first, why = items[0].paragraphs[0], "全文没有责任单位，按编号的条目读作措施，责任单位请填"
            self.reader.tell(first, 0, None, "measure", first.text[:60], f"{len(items)} 条措施", "不是任务", why)
        for item in found.left:
            if item.paragraphs:
                part, why = item.paragraphs[0], "和措施排在同一串序号里，但像总体要求，又没有责任单位"
                self.reader.tell(part, 0, None, "measure", part.text[:60], None, "措施", why)
        tell_outside(self.reader, items)

    def _numbers(self, items: Sequence[Item]) -> list[int]:
        """The printed numbers where no two are the same; a text that counts anew is numbered through."""
        printed = [item.number.value if item.number else None for item in items]
        given = [value for value in printed if value is not None]
        kinds = {item.number.kind for item in items if item.number}
        if len(set(given)) == len(given) and len(kinds) <= 1 and given == sorted(given):
            numbers: list[int] = []
            spare = max(given, default=0)
            unnumbered = 0
            for item, value in zip(items, printed, strict=True):
                if value is None:
                    spare += 1
                    unnumbered += 1
                    part = item.paragraphs[0]
                    if given:
                        why = "这一段有责任单位而没有序号，排在最后一个序号之后"
                        self.reader.tell(part, 0, spare, "number", part.text[:40], str(spare), None, why)
                numbers.append(value if value is not None else spare)
            if unnumbered and not given:
                part, why = items[0].paragraphs[0], "原文没有编号，按先后编号"
                self.reader.tell(part, 0, None, "number", part.text[:40], f"1–{len(items)}", None, why)
            return numbers
        at = next((at for at in range(1, len(items)) if (printed[at] or 0) <= (printed[at - 1] or 0)), 1)
        at = min(at, len(items) - 1)
        number, part = items[at].number, items[at].paragraphs[0]
        other = number.printed.strip("、. ") if number else None
        why = "原文的序号不止排了一遍，已从头连续编号"
        self.reader.tell(part, 0, at + 1, "number", part.text[:40], f"1–{len(items)}", other, why)
        return list(range(1, len(items) + 1))

    def _measure(self, item: Item, number: int, *, is_bare: bool) -> DraftMeasure:
        title, is_own, title_place = title_of(item)
        first = item.paragraphs[0]
        units, lists, roles, segments = units_of(self.reader, item, number)
        milestones = milestones_of(self.reader, item, number, units, segments)
        if is_bare and self.has_lists:
            why = "和措施排在同一串序号里，但没有责任单位"
            self.reader.tell(first, 0, number, "measure", first.text[:60], "措施", "不是措施", why)
        elif not units and not is_bare:
            self.reader.tell(first, 0, number, "unit", first.text[:60], None, None, "没有读出责任单位，请填")
        text = "\n".join(part.text for part in own_paragraphs(item))
        return DraftMeasure(
            number,
            item.number.printed.strip() if item.number else "",
            title,
            first.line_at(title_place),
            is_own,
            tuple(units),
            tuple(lists),
            roles,
            tuple(milestones),
            text=text,
        )

    def _tell_untitled(self, untitled: Sequence[tuple[Item, DraftMeasure]]) -> None:
        """Tell of measures without a title of their own; where there are many, of all of them once."""
        together = len(untitled) > 3
        why = "没有标题，取第一个分句"
        if together:
            why = f"措施 {_told([one.number for _, one in untitled])} 没有标题，取各条的第一个分句"
        for item, made in untitled[:1] if together else untitled:
            number = None if together else made.number
            self.reader.tell(item.paragraphs[0], 0, number, "title", made.title, made.title, "办公室另拟短标题", why)

    def draft(self, known: Sequence[Unit]) -> Draft:
        measures, common, source = _with_common(self.made, self.reader.rules)
        measures, registered, told = register(measures, common, known, self.reader.facts.place)
        common = tuple(dict.fromkeys(_renamed(name, registered) for name in common))
        doubts = [*self.reader.doubts, *told]
        doubts += [
            Doubt(one.line, None, None, "group", one.name, one.name, None, "没有说是哪些单位，按一个集合单位写")
            for one in registered
            if one.is_group and is_vague(one.name)
        ]
        ordered = sorted(dict.fromkeys(doubts), key=lambda doubt: (doubt.line, doubt.measure or 0, doubt.kind))
        return Draft(self.reader.facts, tuple(measures), registered, common, source, tuple(ordered))


def _renamed(name: str, registered: Sequence[Registered]) -> str:
    word = as_looked_up(name)
    return next(
        (one.name for one in registered if as_looked_up(one.name) == word or word in map(as_looked_up, one.aliases)),
        name,
    )


def _with_common(
    made: Sequence[DraftMeasure], found: Sequence[Rule]
) -> tuple[list[DraftMeasure], tuple[str, ...], tuple[int, str] | None]:
    """Units of a rule become common ones where they stand in every measure with the same role; else they stay."""
    wanted = [
        (name, rule) for rule in found if rule.every and rule.every.role == RESPONSIBLE for name in rule.every.units
    ]
    common = [
        name
        for name, _ in wanted
        if made
        and all(
            any(as_looked_up(unit.name) == as_looked_up(name) and unit.role == RESPONSIBLE for unit in one.units)
            for one in made
        )
    ]
    if not common:
        return list(made), (), None
    words = {as_looked_up(name) for name in common}
    rest = [
        one._replace(
            units=tuple(unit for unit in one.units if not (unit.is_common and as_looked_up(unit.name) in words))
        )
        for one in made
    ]
    rule = next(rule for name, rule in wanted if name == common[0])
    return rest, tuple(dict.fromkeys(common)), (rule.line, rule.words)


def _told(numbers: Sequence[int]) -> str:
    if len(numbers) > 4 and list(numbers) == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]}–{numbers[-1]}"
    return "、".join(map(str, numbers[:12])) + ("…" if len(numbers) > 12 else "")
