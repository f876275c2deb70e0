"""What a number looks like under a number format. Where programs or systems differ on it, that is said and not guessed.

The grammar and the built-in formats are those of ECMA-376 part 1, §18.8.30 and §18.8.31.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import NamedTuple

GENERAL = "General"

BUILT_IN: Mapping[int, str] = {
    0: GENERAL,
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "yyyy/m/d",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"',
    28: 'm"月"d"日"',
    29: 'm"月"d"日"',
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    34: '上午/下午h"时"mm"分"',
    35: '上午/下午h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"',
    37: "#,##0_);(#,##0)",
    38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);[Red](#,##0.00)",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
    50: 'yyyy"年"m"月"',
    51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"',
    54: 'm"月"d"日"',
    55: '上午/下午h"时"mm"分"',
    56: '上午/下午h"时"mm"分"ss"秒"',
    57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}
"""Formats that a workbook names by number only: §18.8.30, for all languages and for zh-cn.

14 and 22 follow the settings of the system; here they stand as Chinese systems show them. What is in no list (5 to 8,
23 to 26, 41 to 44, 59 to 163) shows differently from system to system.
"""
FIRST_OF_ONES_OWN = 164


class Unsure(Exception):
    """What a cell shows cannot be known from the file; the message says why."""


class Look(NamedTuple):
    """What a number looks like. `day` is the day that it counts, where month and day are shown."""

    words: str
    day: date | None = None


_TOKEN = re.compile(
    r"""
      "(?P<quoted>[^"]*)(?:"|\Z)
    | \\(?P<escaped>.)
    | _(?P<space>.)
    | \*(?P<fill>.)
    | \[(?P<bracket>[^\]]*)\]
    | (?P<general>General|G/通用格式)
    | (?P<half>AM/PM|A/P|上午/下午)
    | (?P<weekday>aaaa?|dddd?)
    | (?P<science>E[+-])
    | (?P<day>yyyy|yyy|yy|y|e+|mmmmm|mmmm|mmm|mm|m|dd|d|hh|h|ss|s)
    | (?P<digit>[0\#?])
    | (?P<sign>[.,%@])
    | (?P<literal>[-+$/():^&'~{}<>=\ ]|[^\x00-\x7f])
    | (?P<unknown>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_COLOUR = re.compile(
    r"(black|blue|cyan|green|magenta|red|white|yellow|colou?r ?\d+|[黑蓝绿红白黄]色?|洋红|青色?|颜色 ?\d+)",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9.]+)")
_LOCALE = re.compile(r"\$([^-\]]*)(?:-([0-9A-Fa-f]+))?")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_CHINESE, _ENGLISH = 0x804, 0x409
_SYSTEM_DAY, _SYSTEM_TIME = 0xF800, 0xF400


class _Token(NamedTuple):
    kind: str
    text: str


class _Section(NamedTuple):
    """One part of a format between semicolons. `condition` says which numbers it is for, where it says so."""

    tokens: tuple[_Token, ...]
    condition: tuple[str, Decimal] | None
    doubt: str
    language: int

    def has(self, *kinds: str) -> bool:
        return any(token.kind in kinds for token in self.tokens)


_TESTS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "<": Decimal.__lt__,
    "<=": Decimal.__le__,
    ">": Decimal.__gt__,
    ">=": Decimal.__ge__,
    "=": Decimal.__eq__,
    "<>": Decimal.__ne__,
}


class NumberFormat:
    """A format code, ready to be applied."""

    def __init__(self, code: str) -> None:
        self.code = code
        sections = [_section(part) for part in _parts(code or GENERAL)]
        self._too_many = len(sections) > 4
        self._of_text: _Section | None = None
        if len(sections) >= 4:
            self._of_text = sections[3]
        elif sections[-1].has("at"):
            self._of_text = sections[-1]
        self._of_numbers = [part for part in sections[:4] if part is not self._of_text][:3]

    @property
    def is_of_days(self) -> bool:
        return any(part.has("day", "weekday") for part in self._of_numbers)

    @property
    def is_bare(self) -> bool:
        """Whether a number stands as it was typed: no format at all, or the one for words."""
        return not self._of_numbers or all(part.has("general") and len(part.tokens) == 1 for part in self._of_numbers)

    def text(self, words: str) -> str:
        """What `words` look like. Raises Unsure."""
        section = self._of_text
        if section is None:
            return words
        if section.doubt or self._too_many:
            raise Unsure(section.doubt or "有五段以上")
        if section.has("digit", "general", "day", "weekday", "half", "elapsed"):
            raise Unsure("文字怎样显示看不出")
        shown = "".join(words if token.kind == "at" else token.text for token in section.tokens)
        if words.strip() and not shown.strip():
            raise Unsure("不显示文字")
        return shown

    def number(self, value: float, *, from_1904: bool) -> Look:
        """What `value` looks like in a workbook whose days are counted from 1900, or from 1904. Raises Unsure."""
        exact = Decimal(f"{value:.15g}")
        if self._too_many:
            raise Unsure("有五段以上")
        if not self._of_numbers:
            if self._of_text is not None and len(self._of_text.tokens) > 1:
                raise Unsure("是给文字用的")
            return Look(_general(exact))
        section, size = self._section_for(exact)
        if section.doubt or section.has("at"):
            raise Unsure(section.doubt or "写法少见")
        if section.has("day", "weekday", "half", "elapsed"):
            if size is not exact:
                raise Unsure("用在负数上")
            look = _moment(section, value, from_1904=from_1904)
        elif section.has("digit", "general"):
            look = Look(_figures(section, size, is_negative=exact < 0))
        else:
            look = Look("".join(token.text for token in section.tokens))
        if not look.words.strip():
            raise Unsure("不显示内容")
        return look

    def _section_for(self, exact: Decimal) -> tuple[_Section, Decimal]:
        """The section that shows the number, and the number as this section gets it: often without its minus."""
        parts = self._of_numbers
        if any(part.condition for part in parts):
            return self._conditional(exact), exact
        if len(parts) == 1:
            return parts[0], exact
        if len(parts) == 3 and exact == 0:
            return parts[2], exact
        return (parts[1], -exact) if exact < 0 else (parts[0], exact)

    def _conditional(self, exact: Decimal) -> _Section:
        if exact < 0:
            raise Unsure("有条件，用在负数上")
        for place, part in enumerate(self._of_numbers):
            if part.condition is None:
                if place == len(self._of_numbers) - 1:
                    return part
                raise Unsure("有条件")
            sign, bound = part.condition
            if _TESTS[sign](exact, bound):
                return part
        raise Unsure("有条件，这个数哪一段都不合")


@cache
def compiled(code: str) -> NumberFormat:
    return NumberFormat(code)


def _parts(code: str) -> list[str]:
    """The sections of a format: semicolons part them, but not in quotes, in brackets or behind a back slash."""
    parts, begin = [], 0
    for found in re.finditer(r'"[^"]*(?:"|\Z)|\\.|[_*].|\[[^\]]*\]|(;)', code, re.DOTALL):
        if found[1]:
            parts.append(code[begin : found.start()])
            begin = found.end()
    return [*parts, code[begin:]]


def _section(text: str) -> _Section:
    tokens: list[_Token] = []
    doubts: list[str] = []
    condition, language = None, _CHINESE
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        said = found[kind]
        if kind != "bracket":
            if token := _token(kind, said):
                tokens.append(token)
            elif doubt := _doubt_of_token(kind, said):
                doubts.append(doubt)
        elif _ELAPSED.fullmatch(said):
            tokens.append(_Token("elapsed", said.lower()))
        elif asked := _CONDITION.fullmatch(said):
            condition = asked[1], Decimal(asked[2])
        elif (place := _LOCALE.fullmatch(said)) and place[1]:
            tokens.append(_Token("words", place[1]))
        elif place and place[2]:
            language = int(place[2], 16)
        elif not place and not _COLOUR.fullmatch(said):
            doubts.append(f"有 [{said}]")
    if doubt := _doubt_of_language(language):
        doubts.append(doubt)
    return _Section(tuple(tokens), condition, doubts[0] if doubts else "", language)


_SIGNS = {"@": "at", ".": "point", ",": "comma", "%": "percent"}


def _token(kind: str, said: str) -> _Token | None:
    """A piece of a format that shows something."""
    if kind in ("quoted", "escaped", "literal"):
        return _Token("words", said)
    if kind == "space":  # a blank as wide as the character named
        return _Token("words", " ")
    if kind == "sign":
        return _Token(_SIGNS[said], said)
    if kind in ("fill", "science", "unknown"):
        return None
    return _Token(kind, said.upper() if kind == "half" else said.lower())


def _doubt_of_token(kind: str, said: str) -> str:
    if kind == "fill":
        return "" if said == " " else "用字符填满格子"
    return "显示成科学计数" if kind == "science" else f"有“{said}”"


def _doubt_of_language(language: int) -> str:
    """Other digits and other calendars hide in the upper parts of a language's number."""
    if language in (_SYSTEM_DAY, _SYSTEM_TIME):
        return ""
    if language >> 16 & 0xFF not in (0, 1) or language >> 24 not in (0, 1):
        return "用了别的历法或数字"
    if language & 0xFFFF not in (_CHINESE, _ENGLISH, 0x4, 0x9, 0):
        return "是别的语言的"
    return ""


# Numbers


_MOST_DIGITS = 11
"""Characters that a number without a format takes at most before programs shorten it, each in its way."""


def _general(exact: Decimal) -> str:
    if exact == 0:
        return "0"
    words = f"{exact.normalize():f}"
    if len(words.lstrip("-")) > _MOST_DIGITS or abs(exact) < Decimal("0.0001"):
        raise Unsure("位数太多，显示成几位看列宽和软件")
    return words


def _figures(section: _Section, size: Decimal, *, is_negative: bool) -> str:
    """A number as digits: rounded, grouped, scaled, with what stands between and around the digits."""
    tokens = list(section.tokens)
    size *= 100 ** sum(token.kind == "percent" for token in tokens)
    if section.has("general"):
        if section.has("digit", "point", "comma"):
            raise Unsure("写法少见")
        words = "".join(_general(abs(size)) if token.kind == "general" else token.text for token in tokens)
        return f"-{words}" if size < 0 else words
    digits = [at for at, token in enumerate(tokens) if token.kind == "digit"]
    points = [at for at, token in enumerate(tokens) if token.kind == "point"]
    between = tokens[digits[0] : digits[-1]]
    if any(token.kind == "words" and token.text == "/" for token in between) or len(points) > 1:
        raise Unsure("显示成分数" if len(points) <= 1 else "写法少见")
    point = points[0] if points else len(tokens)
    commas = [at for at, token in enumerate(tokens) if token.kind == "comma"]
    whole = [at for at in digits if at < point]
    last_whole = whole[-1] if whole else -1
    is_grouped = any(whole and whole[0] < at < last_whole for at in commas)
    scaling = [at for at in commas if at > last_whole]
    last = digits[-1]
    if any(at > last_whole and (tokens[at - 1].kind not in ("digit", "comma")) for at in scaling):
        raise Unsure("写法少见")
    if any(last_whole < at < point < len(tokens) and at > last_whole + len(scaling) for at in scaling):
        raise Unsure("写法少见")
    if any(at < (whole[0] if whole else point) for at in commas) or any(point < at < last for at in commas):
        raise Unsure("写法少见")
    size /= 1000 ** len(scaling)
    places = [at for at in digits if at > point]
    is_scaled = bool(scaling) or any(token.kind == "percent" for token in tokens)
    if is_scaled and (abs(size) * 10 ** len(places)) % 1 == Decimal("0.5"):
        # Programs multiply before they round, and lose the last digit in doing so.
        raise Unsure("恰在四舍五入的中间")
    rounded = abs(size).quantize(Decimal(1).scaleb(-len(places)), ROUND_HALF_UP)
    if rounded >= 10**15:
        raise Unsure("超过 15 位，后面的数字已经丢了")
    if is_negative and rounded == 0:
        raise Unsure("是四舍五入成零的负数")
    left, _, right = f"{rounded:f}".partition(".")
    if points and not right.strip("0") and all(tokens[at].text != "0" for at in places):
        raise Unsure("末尾带不带小数点看软件")
    return ("-" if size < 0 else "") + _placed(tokens, whole, places, left, right, is_grouped=is_grouped)


def _placed(
    tokens: Sequence[_Token], whole: Sequence[int], places: Sequence[int], left: str, right: str, *, is_grouped: bool
) -> str:
    """The digits in the places that a format has for them, the words of the format between."""
    if is_grouped and any(tokens[at].kind == "words" for at in range(whole[0], whole[-1])):
        raise Unsure("写法少见")
    left = left.lstrip("0")
    figures: dict[int, str] = {}
    for count, at in enumerate(reversed(whole)):
        own = left[-1 - count] if count < len(left) else {"0": "0", "?": " "}.get(tokens[at].text, "")
        comma = "," if is_grouped and count and count % 3 == 0 and own.strip() else ""
        figures[at] = own + comma
    if whole and len(left) > len(whole):
        more = left[: len(left) - len(whole)]
        figures[whole[0]] = (
            _with_commas(more, len(whole)) + figures[whole[0]] if is_grouped else more + figures[whole[0]]
        )
    elif left and not whole:
        figures[-1] = left
    kept = len(right.rstrip("0"))
    for count, at in enumerate(places):
        figures[at] = right[count] if count < kept or tokens[at].text == "0" else {"?": " "}.get(tokens[at].text, "")
    # A place that is filled makes those before it filled: 1.05 under 0.#0 has its nought.
    last = max((count for count, at in enumerate(places) if figures[at].strip()), default=-1)
    for count, at in enumerate(places[: last + 1]):
        figures[at] = right[count]
    shown = []
    for at, token in enumerate(tokens):
        if token.kind == "point" and -1 in figures:
            shown.append(figures[-1])
        shown.append(figures[at] if token.kind == "digit" else "" if token.kind == "comma" else token.text)
    return "".join(shown)


def _with_commas(digits: str, behind: int) -> str:
    """`digits` that stand before `behind` others, parted into thousands."""
    return "".join(
        digit + ("," if (left := len(digits) - 1 - at + behind) and left % 3 == 0 else "")
        for at, digit in enumerate(digits)
    )


# Days and times


_DAY_SECONDS = 86400
_LAST_SERIAL = 2_958_465
"""9999-12-31, counted from 1900."""
_FIRST_SURE_SERIAL = 61
"""1900-03-01: before it Excel counts a 29 February that was none, and others do not."""
_FROM_1904 = 1462
_LONGEST = 1000 * _DAY_SECONDS
"""A length of time that every program still shows."""
_WEEKDAYS = "一二三四五六日"
_BETWEEN_PARTS_OF_A_DAY = re.compile("[-./年月日 ,]*")


def day_of_serial(serial: int, *, from_1904: bool) -> date | None:
    """The day that a program for tables counts as `serial`, None where that is not sure."""
    serial += _FROM_1904 if from_1904 else 0
    return date(1899, 12, 30) + timedelta(serial) if _FIRST_SURE_SERIAL <= serial <= _LAST_SERIAL else None


def _moment(section: _Section, value: float, *, from_1904: bool) -> Look:
    """A number as a day, a time, or how long something took."""
    if value < 0 or value > _LAST_SERIAL:
        raise Unsure("不是日期能有的数，显示成 ####")
    if section.has("digit", "general", "percent"):
        raise Unsure("写法少见")
    tokens = _minutes_told_apart(section.tokens)
    shows_time = any(token.text in ("h", "hh", "s", "ss", "min", "mmin") or token.kind == "elapsed" for token in tokens)
    whole, seconds = int(value), round(float(value - int(value)) * _DAY_SECONDS, 3)
    if not seconds.is_integer() and (shows_time or seconds > _DAY_SECONDS - 1):
        raise Unsure("不是整秒，显示到哪一秒看软件")
    if seconds == _DAY_SECONDS:
        whole, seconds = whole + 1, 0.0
    parts = {token.text for token in tokens if token.kind == "day"}
    shows_day = bool(parts & {"yyyy", "yyy", "yy", "y", "m", "mm", "mmm", "mmmm", "mmmmm", "d", "dd"}) or any(
        token.kind == "weekday" or token.text.startswith("e") for token in tokens if token.kind in ("day", "weekday")
    )
    day = day_of_serial(whole, from_1904=from_1904)
    if shows_day and day is None:
        raise Unsure("这一天在各种软件里不一样")
    if section.language == _SYSTEM_DAY or _is_a_whole_day(tokens):
        return Look(str(day), day)
    if section.language == _SYSTEM_TIME:
        raise Unsure("按各人电脑的设置显示")
    names_day = bool(parts & {"m", "mm", "mmm", "mmmm"}) and bool(parts & {"d", "dd"})
    words = "".join(_part(token, tokens, section, day, whole, int(seconds)) for token in tokens)
    return Look(words, day if names_day else None)


def _minutes_told_apart(tokens: Sequence[_Token]) -> list[_Token]:
    """`m` is a month, but behind hours or before seconds minutes."""
    timed = [at for at, token in enumerate(tokens) if token.kind in ("day", "elapsed")]
    told = list(tokens)
    for place, at in enumerate(timed):
        before = tokens[timed[place - 1]].text if place else ""
        after = tokens[timed[place + 1]].text if place + 1 < len(timed) else ""
        if tokens[at].kind == "day" and tokens[at].text in ("m", "mm") and (before[:1] == "h" or after[:1] == "s"):
            told[at] = _Token("day", {"m": "min", "mm": "mmin"}[tokens[at].text])
    return told


def _is_a_whole_day(tokens: Sequence[_Token]) -> bool:
    """Year, month and day in digits and nothing else. How they stand is up to each system, so they are kept as ISO."""
    parts = [token.text for token in tokens if token.kind == "day"]
    words = "".join(token.text for token in tokens if token.kind != "day")
    return (
        all(token.kind in ("day", "words", "comma", "point") for token in tokens)
        and len(parts) == 3
        and sum(part in ("yyyy", "yyy", "e", "ee") for part in parts) == 1
        and sum(part in ("m", "mm") for part in parts) == 1
        and sum(part in ("d", "dd") for part in parts) == 1
        and _BETWEEN_PARTS_OF_A_DAY.fullmatch(words) is not None
    )


def _part(
    token: _Token, tokens: Sequence[_Token], section: _Section, day: date | None, whole: int, seconds: int
) -> str:
    """One token of a day or time in words."""
    if token.kind == "elapsed":
        return _elapsed(token.text, tokens, whole * _DAY_SECONDS + seconds)
    if token.kind == "half":
        names = token.text.split("/")
        return names[seconds >= _DAY_SECONDS // 2]
    if token.kind == "weekday":
        if token.text.startswith("d") or section.language & 0xFFFF != _CHINESE or day is None:
            raise Unsure("星期怎样写看各人电脑的语言")
        return ("星期" if token.text == "aaaa" else "") + _WEEKDAYS[day.weekday()]
    if token.kind != "day":
        return token.text
    return _of_clock_or_calendar(token.text, tokens, day, seconds)


def _of_clock_or_calendar(text: str, tokens: Sequence[_Token], day: date | None, seconds: int) -> str:
    hour, minute, second = seconds // 3600, seconds // 60 % 60, seconds % 60
    if any(token.kind == "half" for token in tokens):
        hour = hour % 12 or 12
    year = day.year if day else 0
    parts: dict[str, str] = {
        "h": str(hour),
        "hh": f"{hour:02}",
        "min": str(minute),
        "mmin": f"{minute:02}",
        "s": str(second),
        "ss": f"{second:02}",
        "yyyy": str(year),
        "yyy": str(year),
        "e": str(year),
        "ee": str(year),
        "yy": f"{year % 100:02}",
        "y": f"{year % 100:02}",
        **({"m": str(day.month), "mm": f"{day.month:02}", "d": str(day.day), "dd": f"{day.day:02}"} if day else {}),
    }
    if text not in parts:
        raise Unsure("月份怎样写看各人电脑的语言")
    return parts[text]


def _elapsed(text: str, tokens: Sequence[_Token], total: int) -> str:
    if sum(token.kind == "elapsed" for token in tokens) > 1 or any(
        token.kind == "day" and token.text not in ("min", "mmin", "s", "ss") for token in tokens
    ):
        raise Unsure("写法少见")
    if total > _LONGEST:
        raise Unsure("时间太长")
    return f"{total // {'h': 3600, 'm': 60, 's': 1}[text[0]]:0{len(text)}}"
