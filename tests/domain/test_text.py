"""What counts as text, as it is kept and as it is shown; the edges as tables."""

from __future__ import annotations

import unicodedata

import pytest

from sm_devzone.domain import text
from sm_devzone.errors import WrongUsage

EVERY = [chr(number) for number in (*range(0x3000), *range(0xD7F0, 0xE010), *range(0xFE00, 0x10010))]
BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def test_what_no_text_holds_is_the_same_wherever_it_is_asked() -> None:
    """Controls, halves of a pair and what is no character, each way with the line ends that it lets pass."""
    bad = {c for c in EVERY if unicodedata.category(c) in ("Cc", "Cs") or c in "\ufffe\uffff"}
    assert {c for c in EVERY if text.stray_character(c)} == bad - set("\t\n")
    assert {c for c in EVERY if text.stray_in_file(c)} == bad - set("\t\n\r") | set("\u2028\u2029")
    assert {c for c in EVERY if text.plain(c) == "�"} == bad - set("\t\n") | BIDI | {"�"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (None, None),
        ("", None),
        (" \n\t ", None),
        (" 好 ", "好"),
        ("一\r\n二\r三\v四\f五\x85六\u2028七\u2029八", "一\n二\n三\n四\n五\n六\n七\n八"),
        ("一\t二", "一\t二"),
        ("👨\u200d👩\u202e", "👨\u200d👩\u202e"),  # kept as it is, and cleaned where it is shown
    ],
)
def test_words_are_kept_trimmed_and_with_one_kind_of_line_end(given: str | None, kept: str | None) -> None:
    assert text.check_text("进展情况", given) == kept


@pytest.mark.parametrize(
    ("given", "place"), [("\x07", 1), ("  好\x1b", 2), ("一\r\n\x9b", 3), ("\ud83c", 1), ("a\uffff", 2)]
)
def test_what_is_no_text_is_told_with_its_place(given: str, place: int) -> None:
    with pytest.raises(WrongUsage, match=rf"进展情况的第 {place} 个字符是控制字符 U\+[0-9A-F]{{4}}，不能保存"):
        text.check_text("进展情况", given)


@pytest.mark.parametrize(
    ("given", "plain", "one_line", "running"),
    [
        ("好", "好", "好", "好"),
        ("a\tb\n\nc", "a\tb\n\nc", "a b c", "a b c"),
        (" a  b ", " a  b ", " a  b ", "a b"),
        ("a\r\nb\u2028c", "a�\nb\u2028c", "a b c", "a� b c"),
        ("\x1b[31m红", "�[31m红", "�[31m红", "�[31m红"),
        ("倒\u202e序\u2069", "倒�序�", "倒�序�", "倒�序�"),
        ("半\ud83c", "半�", "半�", "半�"),
    ],
)
def test_shown_as_it_stands_on_one_line_or_as_a_paragraph(given: str, plain: str, one_line: str, running: str) -> None:
    assert (text.plain(given), text.one_line(given), text.running(given)) == (plain, one_line, running)


@pytest.mark.parametrize(
    ("one", "other"),
    [("市 商务局", "市商务局"), ("８０％", "80%"), ("Ａｂ\u3000ｃ", "Abc"), ("一\n二", "一\r\n 二")],
)
def test_what_differs_in_blanks_and_width_only_is_the_same(one: str, other: str) -> None:
    assert text.squeezed(one) == text.squeezed(other)


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (b"", ""),
        ("政策".encode(), "政策"),
        ("政策".encode("utf-8-sig"), "政策"),
        ("政策".encode("utf-16"), "政策"),
        (b"\xfe\xff" + "政策".encode("utf-16-be"), "政策"),
        ("政策".encode("gb18030"), "政策"),
        (b"\xff\xfe\x00", None),  # half a character of UTF-16
        (b"\xff\xff", None),
        (b"\x80", None),
    ],
)
def test_bytes_are_read_as_programs_here_write_them(raw: bytes, read: str | None) -> None:
    assert text.decoded(raw) == read


@pytest.mark.parametrize(
    "given", ["", " ", "\u200b", "\ufeff\u2060 ", "\u3164", "\u00ad\n", "\u3000\t", "\u2800", "\U000e0020"]
)
def test_what_nobody_sees_is_no_text(given: str) -> None:
    assert text.is_blank(given)
    assert text.check_text("进展情况", given) is None


@pytest.mark.parametrize("given", ["一", "\u200b。", "\x07", "👨\u200d👩"])
def test_what_somebody_sees_is_text(given: str) -> None:
    assert not text.is_blank(given)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("市乙局", ""),
        ("各县（市、区）人民政府", ""),
        ("市\u200b乙局", "第 2 个字符看不见（U+200B）"),
        ("市\u2f04局", "第 2 个字符“\u2f04”（U+2F04）和常用字看起来一样，却不是一个字"),
        ("市乙局\ue5e5", "第 4 个字符“\ue5e5”（U+E5E5）和常用字看起来一样"),
    ],
)
def test_what_is_hard_to_see_in_a_name_is_told_by_its_code_point(name: str, said: str) -> None:
    assert said in text.hard_to_see(name) if said else text.hard_to_see(name) == ""
