"""What comes from a note reaches terminal, Markdown, HTML, CSV and pipes as text, and as nothing but text."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

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
    "http://e.example www.e.example x@e.example",
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
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

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

    plain = devzone.ok(*WEEK, "txt").out.splitlines()
    assert (
        sum(line.endswith(f"：{words}。") for line in plain[: plain.index("附件：各项措施落实情况表")]) == 3
    )  # 新进展, 存在问题, 下一步

    page = Elements()
    page.feed(devzone.ok(*WEEK, "html").out)
    assert words in page.text
    assert not [found for found in page.found if found[0] in ("img", "link", "iframe", "object", "base", "form")]
    assert sum(tag == "script" for tag, _ in page.found) == 1  # the page's own
    names = {name for _, attributes in page.found for name in attributes}
    assert not [name for name in names if name.startswith("on") or name in ("src", "style", "xlink:href")]
    assert all((attributes.get("href") or "#").startswith("#") for _, attributes in page.found)

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
    assert sum(words in line for line in said) == 5  # 新进展, 存在问题, 下一步, and both in the annex
    assert sum(token.type == "heading_open" for token in tokens) == 15
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
    assert devzone.is_new


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
    assert words in devzone.ok(*WEEK, "html").out
    assert "长……" in devzone.ok(*WEEK, "md").out  # a paper has its room, the page has all
    assert devzone.ok("history", terminal=True).out.count("长") == 100_000


def test_line_ends_and_tabs_stay_inside_their_row(devzone: Devzone) -> None:
    devzone.ok(*HERE, "--note", "一\r\n二\t三\v四\u2028五")
    assert devzone.ok("history", "--json").json["entries"][0]["note"] == "一\n二\t三\n四\n五"
    (line,) = devzone.ok("history").lines
    assert "一 二 三 四 五" in line
    assert "一 二 三 四 五" in devzone.ok(*WEEK, "md").out


NUMBERS = {"序号", "编号", "措施序号", "进度%", "作废哪条", "被哪条作废", "佐证材料", "逾期天数", "延期次数"}
"""Columns in which a cell may be a number, and so begin with a minus."""


def put_in(devzone: Devzone, **values: str) -> None:
    """Put one entry into the journal past the command, as another program could."""
    with closing(sqlite3.connect(devzone.db)) as file:
        names = [row[1] for row in file.execute("PRAGMA table_info(entry)") if row[1] != "id"]
        chosen = ", ".join(f":{name}" if name in values else name for name in names)
        file.execute(
            f"INSERT INTO entry ({', '.join(names)}) SELECT {chosen} FROM entry ORDER BY id LIMIT 1",
            values,
        )
        file.commit()


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "\x00=1", "'=1"])
def test_no_cell_of_a_csv_is_a_formula(devzone: Devzone, start: str) -> None:
    devzone.ok(*HERE, "--note", "好")
    put_in(devzone, note=start, problem=start, next_step=start, recorded_by=start, source=start)
    for what in ("journal", "duties", "overdue"):
        table = csv.reader(io.StringIO(devzone.ok("export", what).out[1:], newline=""), strict=True)
        head = next(table)
        seen = 0
        for row in table:
            assert len(row) == len(head)
            for name, cell in zip(head, row, strict=True):
                assert name in NUMBERS or not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\0")), (name, cell)
                seen += start.strip("\t\r\n\0'") in cell
        assert seen or what == "overdue"


def test_json_is_whole_and_steers_no_terminal(devzone: Devzone) -> None:
    evil = "\x1b[31m \x9b31m \x00 \u202etxt.exe\u2066 \\u202e 红"
    devzone.ok(*HERE, "--note", "好")
    put_in(devzone, note=evil)
    for words, key in ((("history", "--json"), "entries"), (("export", "journal", "--json"), "entries")):
        ran = devzone.ok(*words)
        assert not set("\x1b\x9b\x00\u202e\u2066") & set(ran.out)
        assert "红" in ran.out
        assert evil in [entry["note"] for entry in json.loads(ran.out)[key]]


def test_a_unit_that_other_hands_made_up_cannot_speak_for_the_program(devzone: Devzone) -> None:
    devzone.ok(*HERE, "--note", "好")
    put_in(devzone, unit="\x1b[31m某局\n流水 9 号：假的一行\u202e")
    for words, code in ((["check"], 6), (["void", 2, "--reason", "假"], 0)):
        for terminal in (False, True):
            ran = devzone(*words, terminal=terminal)
            assert ran.code == (code if not terminal or words == ["check"] else ran.code)
            assert not set("\x1b\u202e") & set(ran.out + ran.err)
            assert not [line for line in ran.out.splitlines() if line.startswith("流水 9 号")]


@pytest.mark.parametrize("name", ["a\x1b[31m.pdf", "a\x7f.pdf", "a\x9b31m.pdf", os.fsdecode(b"\xd6\xd0.pdf")])
def test_a_file_name_that_steers_a_terminal_is_refused(devzone: Devzone, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    ran = devzone(*HERE, "--note", "好", "--evidence", tmp_path / name)
    assert (ran.code, ran.out) == (2, "")
    assert "文件名" in ran.err
    assert "U+" in ran.err
    assert "\x1b" not in ran.err
    assert not devzone.db.parent.exists()


@pytest.mark.parametrize(
    "name",
    ["=cmd|x.pdf", "[red]x.pdf", "<img src=x onerror=alert(1)>.pdf", "a\n佐证材料 9 号.pdf", "\u202egpj.exe"],
)
def test_a_file_name_is_shown_as_text(devzone: Devzone, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    devzone.ok(*HERE, "--note", "好", "--evidence", tmp_path / name)
    shown = name.replace("\n", " ").replace("\u202e", "�")
    (line,) = devzone.ok("evidence").lines
    assert shown in line
    assert shown.split()[0] in devzone.ok("evidence", terminal=True, width=400).out
    assert devzone.ok("evidence", "--json").json["evidence"][0]["name"] == name
    for kept in devzone.db.with_name("devzone-evidence").glob("*/*"):
        kept.unlink()
    for told in (devzone.ok("check").out, devzone("evidence", "--verify").err):
        assert "\u202e" not in told
        assert sum(line.startswith("佐证材料") and "不见了" in line for line in told.splitlines()) == 1
        assert not [line for line in told.splitlines() if line.startswith("佐证材料 9 号")]


def test_hostile_reasons_leave_every_table_of_the_report_whole(devzone: Devzone) -> None:
    words = "a|b\n| c | d | <script>alert(1)</script> [x](javascript:1) `"
    devzone.ok("extend", 4, "--unit", "商务局", "--to", "2027-03-01", f"--reason={words}")
    devzone.ok("urge", 4, "--unit", "商务局", f"--by-means={words}", f"--note={words}")
    devzone.ok(*HERE, "--done", f"--note={words}")
    devzone.ok("return", 4, "--unit", "商务局", f"--note={words}")
    devzone.ok("suspend", 4, "--unit", "商务局", f"--note={words}")
    text = devzone.ok(*WEEK, "md").out
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
    assert not [
        t.type for token in tokens for t in [token, *(token.children or [])] if t.type.startswith(("html", "link"))
    ]
    said = "".join(child.content for token in tokens for child in token.children or [])
    assert "<script>alert(1)</script>" in said
    # Markdown drops the cells that are too many, so the columns are counted in what was written.
    columns = 0
    for line in text.splitlines():
        if not line.startswith("|"):
            columns = 0
            continue
        found = line.replace("\\|", "").count("|")
        assert found == (columns or found), line
        columns = found
    page = Elements()
    page.feed(devzone.ok(*WEEK, "html").out)
    assert "<script>alert(1)</script>" in page.text
    assert [tag for tag, _ in page.found if tag in ("script", "img")] == ["script"]  # the page's own


def test_every_pipe_keeps_a_row_in_a_line(devzone: Devzone) -> None:
    devzone.ok(*HERE, "--note", "好")
    put_in(devzone, note="一\n二\t三\r\n四\u2028五\x85六", recorded_by="小\n林", source="a\tb")
    for words, count in ((("history",), 2), (("show", 4), None), (("assign", "--unit", "商务局"), None)):
        out = devzone.ok(*words).out
        lines = [line.split("\t") for line in out.split("\n")[:-1]]
        assert len({len(line) for line in lines}) == 1
        assert len(out.splitlines()) == len(lines) == (count or len(lines))
        assert any("一 二 三 四 五 六" in cell for line in lines for cell in line)
