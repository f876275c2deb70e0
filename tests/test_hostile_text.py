"""What comes from a note reaches terminal, Markdown, HTML, CSV and pipes as text, and as nothing but text."""

from __future__ import annotations

import csv
import io
import sqlite3
from contextlib import closing
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from tests.conftest import Devzone

HERE = ("update", 4, "--unit", "商务局")
WEEK = ("report", "-o", "-", "--format")

HOSTILE = [
    "a|b|c",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "![x](http://evil.example/x.png)",
    "see http://evil.example and www.evil.example or x@evil.example",
    "[red]x[/red] [link=http://evil.example]y[/link]",
    "`code` **bold** _it_ ~~no~~ &amp; \\",
    "# heading",
    "- item",
    "1. item",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@x",
    "{{ 7 * 7 }} {% raw %}",
]


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[str]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, [name for name, _ in attrs]))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("words", HOSTILE)
def test_every_way_out_shows_it_as_text(devzone: Devzone, words: str) -> None:
    devzone.ok(*HERE, f"--note={words}", f"--problem={words}", f"--next={words}", f"--by={words}")

    assert devzone.ok("history", "--json").json["entries"][0]["note"] == words
    assert len(devzone.ok("history").lines) == 1

    (row,) = csv.DictReader(io.StringIO(devzone.ok("export", "journal").out[1:], newline=""))
    assert row["内容"].lstrip("'") == words.lstrip("'")
    assert not row["内容"].startswith(("=", "+", "-", "@"))

    assert words in devzone.ok("history", terminal=True, width=400).out.replace("\n", " ")

    page = Elements()
    page.feed(devzone.ok(*WEEK, "html").out)
    assert words in page.text
    assert not [found for found in page.found if found[0] in ("script", "img", "a", "link", "iframe")]
    assert not [name for _, names in page.found for name in names if name.startswith("on") or name in ("href", "src")]

    text = devzone.ok(*WEEK, "md").out
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)
    inline = [child for token in tokens for child in token.children or []]
    assert not [
        token.type for token in [*tokens, *inline] if token.type.startswith(("html", "link", "image", "code", "s_"))
    ]
    said = [
        "".join(child.content if child.type in {"text", "text_special"} else "" for child in token.children or [])
        for token in tokens
        if token.type == "inline"
    ]
    assert sum(words in line for line in said) == 3  # 新进展, 存在问题, 下一步
    assert sum(token.type == "heading_open" for token in tokens) == 7
    rows = [token for token in tokens if token.type == "tr_open" and token.level == 2]
    assert len(rows) > 17


@pytest.mark.parametrize(
    "stray", ["\x1b[31mred", "\x1b]8;;http://evil\x07x", "a\x00b", "a\x08b", "\x9b31m", "half \ud83c"]
)
@pytest.mark.parametrize("option", ["--note", "--problem", "--next", "--by"])
def test_what_steers_a_terminal_is_refused_where_it_is_typed(devzone: Devzone, stray: str, option: str) -> None:
    ran = devzone(*HERE, "--note", "好", f"{option}={stray}")
    assert (ran.code, ran.out) == (2, "")
    assert "U+" in ran.err
    assert "\x1b" not in ran.err
    assert not devzone.db.exists()


def test_what_other_hands_put_into_the_journal_is_cleaned_on_the_way_out(devzone: Devzone) -> None:
    devzone.ok(*HERE, "--note", "好")
    evil = "\x1b[31m红\x07\x08 \u202etxt.exe\u2066"
    with closing(sqlite3.connect(devzone.db)) as file:
        columns = "kind, policy, measure, unit, milestone, period, happened_on, recorded_at, recorded_by, source"
        file.execute(f"INSERT INTO entry ({columns}, note) SELECT {columns}, ? FROM entry WHERE id = 1", (evil,))
        file.commit()
    outputs = [
        devzone.ok("history").out,
        devzone.ok("show", 4).out,
        devzone.ok("export", "journal").out,
        devzone.ok(*WEEK, "md").out,
        devzone.ok(*WEEK, "html").out,
    ]
    for out in outputs:
        assert not set("\x1b\x07\x08\u202e\u2066") & set(out)
        assert "红" in out
    screen = devzone.ok("history", terminal=True).out
    assert "\x1b[31m红" not in screen
    assert "\u202e" not in screen
    assert devzone.ok("history", "--json").json["entries"][0]["note"] == evil  # JSON escapes it, and keeps it whole


def test_a_hundred_thousand_characters_are_kept_and_shown_whole(devzone: Devzone) -> None:
    words = "长" * 100_000
    devzone.ok(*HERE, "--note", words)
    assert words in devzone.ok("history").out
    assert words in devzone.ok(*WEEK, "md").out
    assert devzone.ok("history", terminal=True).out.count("长") == 100_000


def test_line_ends_and_tabs_stay_inside_their_row(devzone: Devzone) -> None:
    devzone.ok(*HERE, "--note", "一\r\n二\t三\v四\u2028五")
    assert devzone.ok("history", "--json").json["entries"][0]["note"] == "一\n二\t三\n四\n五"
    (line,) = devzone.ok("history").lines
    assert "一 二 三 四 五" in line
    assert "一 二 三 四 五" in devzone.ok(*WEEK, "md").out
