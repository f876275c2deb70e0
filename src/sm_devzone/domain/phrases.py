"""How things of the trade are told, wherever they are told: in papers, on screens, in lists and in messages.

What a report says of its own content stands in bulletin.py, what a 督办单 says in notice.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

from sm_devzone.domain.calendar import Period, chinese_day, parse_period
from sm_devzone.domain.glossary import COLOURS, ORIGINS, UNNAMED_LEAD
from sm_devzone.domain.plan import Unit


class Told:
    """A sentence whose values, Told themselves or not, a paper may show in its own way: marks in a note are words."""

    def __init__(self, pattern: str, *values: object) -> None:
        self.pattern, self.values = pattern, values

    def shown(self, how: Callable[[object], object]) -> str:
        return self.pattern.format(*(own.shown(how) if isinstance(own, Told) else how(own) for own in self.values))

    def __str__(self) -> str:
        return self.shown(str)


def listed(some: Sequence[Told]) -> Told:
    return Told("、".join("{}" for _ in some), *some)


class Placed(Protocol):
    """What is about a measure, its milestone and, where that comes back, a period: a duty, an entry, a slip."""

    @property
    def measure(self) -> int: ...
    @property
    def milestone(self) -> str | None: ...
    @property
    def period(self) -> str | None: ...


class Postponed(Protocol):
    @property
    def due(self) -> date | None: ...
    @property
    def first_due(self) -> date | None: ...
    @property
    def extensions(self) -> int: ...


def place(of: Placed) -> str:
    """体检 2026, as columns and options name it; nothing for the standing part."""
    return " ".join(filter(None, (of.milestone, of.period)))


def quoted(of: Placed) -> Told:
    """“体检 2026”, as it follows the title of a measure."""
    return Told("“{}”", words) if (words := place(of)) else Told("")


def quoted_place(of: Placed) -> str:
    return str(quoted(of))


def occurrence(of: Placed) -> str:
    """2026年体检: a milestone with its period in words; nothing for the standing part."""
    return f"{period_in_words(of.period or '')}{of.milestone or ''}"


def place_in_words(of: Placed) -> str:
    """“2026年体检”, as an official paper writes it."""
    return f"“{words}”" if (words := occurrence(of)) else ""


def matter(of: Placed, title: str) -> Told:
    """措施17 做实开发区考评“体检 2026”."""
    return Told("措施{} {}{}", of.measure, title, quoted_place(of))


def matter_in_words(of: Placed, title: str) -> str:
    """措施17（做实开发区考评）“2026年体检”, as an official paper writes it."""
    return f"措施{of.measure}（{title}）{place_in_words(of)}"


def together(units: Sequence[str], listed: Sequence[Unit]) -> list[str]:
    """`units` as a paper names them: all members of a collective (in `listed`) by its name, with their number."""
    left, named = list(units), list[str]()
    for collective in sorted(listed, key=lambda unit: -len(unit.members)):
        if len(collective.members) > 1 and set(collective.members) <= set(left):
            named.append(f"{full_width(collective.name)}（{len(collective.members)}个）")
            left = [unit for unit in left if unit not in collective.members]
    return [*map(full_width, left), *named]


def lead_words(lead_unit: str | None, origin: str | None) -> str:
    """How a lead is shown: by name, the office's own decision marked as such."""
    return f"{lead_unit or UNNAMED_LEAD}{'（办公室明确）' if origin == 'office' else ''}"


def span(period: Period) -> str:
    """How a heading names the period: 2026年第47周(11月16日—11月22日)."""
    year, start, end = period.start.year, period.start, period.end
    if period.cycle == "week":
        iso_year, week = period.name.split("-W")
        return f"{iso_year}年第{int(week)}周（{start.month}月{start.day}日—{end.month}月{end.day}日）"
    if period.cycle == "month":
        return f"{year}年{start.month}月"
    if period.cycle == "quarter":
        return f"{year}年第{'一二三四'[(start.month - 1) // 3]}季度"
    if period.cycle == "year":
        return f"{year}年"
    if period.cycle == "half":
        return f"{year}年{'上' if start.month == 1 else '下'}半年"
    return f"{chinese_day(start)}—{chinese_day(end)}"


def period_in_words(name: str) -> str:
    """As `span`, for the name of a period: 2026Q3 is 2026年第三季度."""
    period = parse_period(name)
    return span(period) if period else name


def limit_in_words(due: date, origin: str, extension: str) -> str:
    """2024年12月31日（政策时限；原定 …）: a date, what it rests on, and what an extension leaves visible."""
    return f"{chinese_day(due)}（{'；'.join(filter(None, (ORIGINS[origin], extension)))}）"


def extension_note(of: Postponed, extended_late: int = 0) -> str:
    """What an extension leaves visible beside the date that counts: the first date, how often, how many days in all."""
    if not of.extensions or of.first_due is None or of.due is None:
        return ""
    late = f"，其中逾期后延期 {extended_late} 次" if extended_late else ""
    if of.due <= of.first_due:  # the plan itself has moved its date to that of the extension, or beyond it
        return f"曾延期 {of.extensions} 次{late}，计划时限不早于延期后的时限，按计划时限"
    return f"原定 {of.first_due}，延期 {of.extensions} 次共 {(of.due - of.first_due).days} 天{late}"


def days_late(days: int | None, suspended: int | None) -> str:
    """5 天（不含中止 46 天）: days overdue, and beside them those of a suspension, which are none."""
    if days is None:
        return ""
    return f"{days} 天{f'（不含中止 {suspended} 天）' if suspended else ''}"


class Papered(Protocol):
    """A 督办单 or 商请函."""

    @property
    def colour(self) -> str: ...
    @property
    def reference(self) -> str: ...


def slip_in_words(of: Papered) -> str:
    """蓝色督办单明商督〔2026〕3号, 商请函明商督〔2026〕4号."""
    return f"{COLOURS[of.colour]}色督办单{of.reference}" if of.colour else f"商请函{of.reference}"


def late_term(state: str | None) -> str:
    """What a duty is that has passed its date: 逾期, or 超期 where it was done and waits for review."""
    return "超期" if state == "submitted" else "逾期"


def full_width(name: str) -> str:
    """A name of the plan as an official paper writes it: 各县（市、区）人民政府."""
    is_chinese = any("\u4e00" <= character <= "\u9fff" for character in name)
    return name.translate({ord("("): "（", ord(")"): "）"}) if is_chinese else name


def on_paper(words: str) -> str:
    """A phrase of the screens as an official paper writes it: its days in Chinese, and no blanks around figures."""
    day = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    return re.sub(day, lambda found: chinese_day(date.fromisoformat(found[0])), words).replace(" ", "")


def due_and_first(of: Postponed) -> str:
    """2026年12月31日（原定2026年6月30日）; nothing where there is no date."""
    first = f"（原定{chinese_day(of.first_due)}）" if of.extensions and of.first_due else ""
    return f"{chinese_day(of.due)}{first}" if of.due else ""


def source_in_words(source: str) -> str:
    """Where an entry came from: the file and row of a form, or 直接登记 where somebody typed it in."""
    return "直接登记" if source == "cli" else source


def extended(before: date, to: date, *, late: bool) -> str:
    """What an extension did: 2026-06-30 延至 2026-12-31, and whether the date had passed."""
    return f"{before} 延至 {to}{'（逾期后延期）' if late else ''}"


def ended(valid_until: str) -> str:
    """That a policy is over, as what tells of it writes a day."""
    return f"有效期已于{valid_until}届满"


def sentences(
    note: str | None,
    problem: str | None,
    next_step: str | None,
    material: str | None = None,
    needs: str | None = None,
    promised: date | None = None,
) -> list[str]:
    """The words of a report, each that is there with what it is."""
    asked = f"（请{needs}协调）" if needs else ""
    by = f"（预计 {promised} 完成）" if promised else ""
    following = f"下一步：{next_step or ''}{by}" if next_step or by else ""
    return [
        *([note] if note else []),
        *([f"问题：{problem}{asked}"] if problem else []),
        *([following] if following else []),
        *([f"佐证：{material}"] if material else []),
    ]


def chinese_numeral(number: int) -> str:
    """1–9999 as headings number: 一, 十, 二十一, 一百零三."""
    text, gap = "", False
    for power, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            text += ("零" if gap and text else "") + "零一二三四五六七八九"[digit] + name
        gap = not digit
    return text.removeprefix("一") if 10 <= number < 20 else text


def sentence(text: str | None) -> str:
    """`text` with the full stop that people leave out."""
    words = (text or "").strip()
    return words if not words or words.endswith(tuple("。！？!?…")) else words.rstrip("；;，,、.") + "。"


_SENTENCE = re.compile(r"[^。！？!?；;]*[。！？!?；;]?")


def brief(text: str | None, room: int) -> str:
    """`text` in `room` characters at most: whole, or its first sentences, or its beginning with ……."""
    words = " ".join((text or "").split())
    if len(words) <= room:
        return sentence(words)
    kept = ""
    for piece in _SENTENCE.findall(words):
        if not piece or len(kept) + len(piece) > room:
            break
        kept += piece
    return f"{kept}……" if kept else f"{words[: room - 2]}……"
