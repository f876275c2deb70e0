"""Made-up input by the thousand: command lines, plan files, workbooks, templates, that nobody would think of.

Each is to get an answer within ten seconds of the processor, with an exit code and one sentence: no traceback, and nothing on stdout where
it fails. Everything comes out of a seed, so that what went wrong can be made again; it all happens in temporary folders.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import re
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

from sm_devzone.cli import main as devzone
from sm_devzone.commands import VERBS

SECONDS = 10
ROOT = Path(__file__).parents[1]


class Answer(NamedTuple):
    """What came back. `seconds` are those of the processor: on a busy machine the clock tells of the others."""

    code: int
    out: str
    err: str
    seconds: float


class _Stream(io.TextIOWrapper):
    """A text stream over bytes, as the real ones are."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    def text(self) -> str:
        self.flush()
        raw: io.BytesIO = self.buffer  # type: ignore[assignment]
        return raw.getvalue().decode()


def ask(*words: str) -> Answer:
    out, err = _Stream(), _Stream()
    begin = time.process_time()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = devzone(list(words))
        except BaseException:  # noqa: BLE001 - that nothing gets out is what is tried
            code = -1
            err.write(traceback.format_exc())
    return Answer(code, out.text(), err.text(), time.process_time() - begin)


def faults(words: tuple[str, ...], answer: Answer) -> list[str]:
    """What is wrong with an answer, whatever the question."""
    found = []
    if answer.code not in (0, 1, 2, 3, 4, 5, 6, 7):
        found.append(f"退出码 {answer.code}")
    if "Traceback" in answer.err or "内部出错" in answer.err:
        found.append("内部出错")
    # What `collect` has taken is told beside what it has refused; with 7 the list is the result.
    tells_both = answer.code == 7 or (answer.code == 5 and "collect" in words)
    if answer.code and answer.out and not tells_both:
        found.append("失败而有输出")
    if answer.code not in (0, 7) and not answer.err.strip():
        found.append("失败而不说为什么")
    if answer.seconds > SECONDS:
        found.append(f"{answer.seconds:.0f} 秒")
    return found


# Words

NOTES = (
    "已整合三个园区", "本期无变化", "", " ", "\t", "\n", "\x00", "\x1b[31m红", "a" * 5000, "=1+1", "=HYPERLINK(\"http://x\")", "{{ b }}",
    "<script>alert(1)</script>", "'; DROP TABLE entry; --", "%s%n", "\u202e反", "\udcff", "é", "𠮷" * 10, "０１２", "null", "-", "--", "无",
)  # fmt: skip
DAYS = (
    "2026-06-30", "2026-02-30", "2026/6/30", "2026年6月30日", "20260630", "明天", "今天", "0001-01-01", "9999-12-31", "2026-W48",
    "99999-01-01", "2026-13-01", "", "-1", "now", "2026-06-30T00:00", "٢٠٢٦-٠٦-٣٠",
)  # fmt: skip
NUMBERS = (
    "0",
    "1",
    "4",
    "17",
    "18",
    "-1",
    "1-5",
    "1,2",
    "4.5",
    "1e9",
    "9" * 30,
    "四",
    "４",
    "",
    "zone/4",
    "4/4",
    "/",
    "#3",
    "null",
)
UNITS = (
    "商务局",
    "市商务局",
    "gxj",
    "三元",
    "各县",
    "县",
    "局",
    "",
    "*",
    "%",
    "没有的局",
    "三元、沙县",
    "SWJ",
    "市" * 300,
    "\n",
    "税务局",
    "建宁县",
)
PERIODS = ("2026", "2026Q4", "2026-11", "2026-W47", "2026H1", "2026Q5", "", "上月", "2026-00", "0000", "20261")
PATHS = (
    ".",
    "..",
    "/",
    "/dev/null",
    "/dev/full",
    "没有/没有",
    "out",
    "~",
    "",
    "\x00",
    "a" * 300,
    "plan.yaml",
    "-",
    "/proc/self/mem",
    "form.xlsx",
)
VALUES = {
    "--unit": UNITS, "--from": UNITS, "--on": DAYS, "--as-of": DAYS, "--known": DAYS, "--to": (*DAYS, *UNITS), "--period": PERIODS,
    "--week": PERIODS, "--month": PERIODS, "--quarter": PERIODS, "--year": PERIODS, "--half": PERIODS, "--measure": NUMBERS,
    "--number": NUMBERS[1:], "--verify": NUMBERS, "--reprint": NUMBERS, "--get": NUMBERS, "--progress": NUMBERS, "-o": PATHS, "--output": PATHS,
    "--evidence": PATHS, "--format": ("md", "html", "docx", "xlsx", "csv", "json", "txt", "pdf", "", "MD"), "--policy": ("", "*", "没有", "../x"),
    "--signal": ("逾期", "overdue", "", "红"), "--state": ("推进中", "closed_out", "x"), "--role": ("lead", "牵头", "x", ""),
    "--db": PATHS, "--plan": PATHS, "--templates": PATHS,
}  # fmt: skip
"""What may follow an option; any other is followed by a note, where it takes something."""


def options_of(verb: str) -> list[str]:
    from sm_devzone.commands import _verb

    return [name for parameter in _verb(verb).params for name in parameter.opts if name.startswith("-")]


def command_lines(chance: random.Random) -> Iterator[tuple[str, ...]]:
    """Command lines that are nearly right, or not at all."""
    options = {verb: options_of(verb) for verb in VERBS}
    while True:
        words: list[str] = []
        if chance.random() < 0.1:
            name = chance.choice(("--db", "--plan", "--templates"))
            words += [name, chance.choice(PATHS)]
        verb = chance.choice([*VERBS] * 20 + ["", "x", "--help", "--version", "-h", "statsu"])
        words.append(verb)
        if chance.random() < 0.6:
            words.append(
                chance.choice(
                    (*NUMBERS, *NUMBERS, "adopt", "overdue", "duties", "journal", "plan", "list", "check", *PATHS)
                )
            )
        if "--unit" in options.get(verb, ()) and chance.random() < 0.5:
            words += ["--unit", "商务局"]
        for _ in range(chance.choice((0, 1, 1, 2, 2, 3, 4, 6))):
            name = (
                chance.choice(options.get(verb) or ["--unit"])
                if chance.random() < 0.95
                else chance.choice(("--nothing", "-x", "--", "-"))
            )
            if name in ("--help", "--install-completion", "--show-completion"):
                continue
            words.append(name)
            if name in VALUES or chance.random() < 0.4:
                values = VALUES.get(name, NOTES)
                words.append(values[0] if chance.random() < 0.5 else chance.choice(values))
        # The journal of its own is used, unless it is told another; nothing outside is written.
        if any(word.startswith(("/proc", "~")) or word == ".." for word in words):
            continue
        yield tuple(word for word in words if "\x00" not in word)


# Plans


def damaged(chance: random.Random, content: bytes) -> bytes:
    """`content` with something in it gone, twice, elsewhere, or other."""
    made = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        at = chance.randrange(len(made) + 1)
        until = min(len(made), at + chance.choice((1, 1, 2, 5, 40, 400)))
        piece = bytes(made[at:until])
        act = chance.randrange(5)
        if act == 0:
            del made[at:until]
        elif act == 1:
            made[at:at] = piece * chance.choice((1, 2, 50))
        elif act == 2:
            made[at:until] = bytes(chance.randrange(256) for _ in piece)
        elif act == 3:
            made[at:at] = chance.choice(
                (
                    b"\n",
                    b"  ",
                    b"- ",
                    b": ",
                    b"{",
                    b"}",
                    b"[",
                    b"]",
                    b"&a ",
                    b"*a",
                    b"!!python/object:os.system ",
                    b"\x00",
                    b"\xff\xfe",
                    b"#",
                    b"'",
                    b'"',
                    b"|",
                    b">",
                    b"%",
                    b"\t",
                    "：".encode(),
                    b"9" * 400,
                    b"2026-02-30",
                    b"? ",
                )
            )
        else:
            elsewhere = chance.randrange(len(made) + 1)
            made[elsewhere:elsewhere] = piece
    return bytes(made)


def spoiled(chance: random.Random, text: str) -> bytes:
    """A plan file with lines left out, moved, repeated, indented otherwise, or with other values."""
    lines = text.splitlines()
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(len(lines))
        act = chance.randrange(5)
        if act == 0:
            del lines[at]
        elif act == 1:
            lines.insert(chance.randrange(len(lines)), lines[at])
        elif act == 2:
            lines[at] = " " * chance.randrange(9) + lines[at].lstrip()
        elif act == 3:
            value = chance.choice((*NOTES, *DAYS, *NUMBERS, *PERIODS, "[]", "{}", "null", "true", "[a, b]", "{a: b}"))
            name, colon, _ = lines[at].partition(": ")
            lines[at] = name + colon + value.replace("\n", " ")
        else:
            lines[at] = lines[at].replace(":", chance.choice(("", "：", ": :", ":", "::")), 1)
    return "\n".join(lines).encode(errors="surrogatepass")


# Workbooks and templates


def rezipped(chance: random.Random, content: bytes, damage: Callable[[random.Random, bytes], bytes]) -> bytes:
    """An archive with one of its members damaged, missing, empty, twice, or the archive itself."""
    act = chance.randrange(8)
    if act == 0:
        return damage(chance, content)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        chosen = chance.choice([name for name in names if name.endswith((".xml", ".rels"))])
        for name in names:
            member = source.read(name)
            if name == chosen:
                if act == 1:
                    continue
                member = b"" if act == 2 else damage(chance, member)
            target.writestr(name, member)
    return made.getvalue()


def other_cells(chance: random.Random, content: bytes) -> bytes:
    """A form with anything in its cells."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content))
    sheet = book["填报表"]
    for _ in range(chance.choice((1, 2, 5, 20))):
        cell = sheet.cell(chance.randrange(1, sheet.max_row + 3), chance.randrange(1, sheet.max_column + 3))
        value: Any = chance.choice(
            (*NOTES, *DAYS, *NUMBERS, *PERIODS, 0, 1, 0.8, 1e300, -5, True, None, "推进中", "已完成", "80%")
        )
        if isinstance(value, str):
            value = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", "", value)
        try:
            cell.value = value
        except AttributeError:  # inside a merged cell
            continue
    if chance.random() < 0.2:
        sheet.insert_rows(chance.randrange(1, 8))
    if chance.random() < 0.1:
        sheet.delete_rows(chance.randrange(1, 8))
    if chance.random() < 0.1:
        sheet.delete_cols(chance.randrange(1, 8))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


TAGS = (
    "{{ b }}", "{{ b.x }}", "{{ b.__class__ }}", "{{ b.day.today() }}", "{{ draw.date }}", "{{ 1/0 }}", "{{ 'a' * 10**12 }}", "{{ 9**9**9 }}",
    "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
    "{% include 'report.md' %}", "{% include '/etc/passwd' %}", "{% import 'report.md' as x %}{{ x }}", "{% extends 'report.md' %}", "{{", "}}", "{%", "{#",
    "{% if %}", "{% for x in b %}{{ x }}{% endfor %}", "{{ lipsum() }}", "{{ cycler.__init__.__globals__.os.popen('id').read() }}", "｛｛ b ｝｝",
    "{{ self }}", "{{ b|tojson }}", "{{ b|pprint }}", "{{ b.ledger|list }}", "{{ ''|attr('__class__') }}", "{{ b.totals.clear() }}", "{% set b = 1 %}{{ b }}",
    "{{ b.nothing_in('x') }}", "{{ '%999999999d'|format(1) }}", "{{ namespace.__init__ }}", "{{ (1).__class__ }}", "{{ b.ledger.plan.find_units('x') }}", "{{ " + "(" * 500 + " }}",
)  # fmt: skip


def other_tags(chance: random.Random, text: str) -> str:
    """A template with other tags than it had, or some of its own left out or elsewhere."""
    pieces = re.split(r"(\{\{.*?\}\}|\{%.*?%\})", text, flags=re.DOTALL)
    for _ in range(chance.choice((1, 1, 2, 3))):
        if not pieces:
            break
        at = chance.randrange(len(pieces))
        act = chance.randrange(4)
        if act == 0:
            pieces[at] = chance.choice(TAGS)
        elif act == 1:
            pieces.insert(at, chance.choice(TAGS))
        elif act == 2:
            del pieces[at]
        else:
            pieces.insert(chance.randrange(len(pieces)), pieces[at])
    return "".join(pieces)


# The tries


class Tried(NamedTuple):
    what: str
    many: int
    codes: Counter[int]
    slowest: float
    wrong: list[str]

    def __str__(self) -> str:
        codes = "、".join(f"{code}: {many}" for code, many in sorted(self.codes.items()))
        return f"{self.what} {self.many}：退出码 {codes}；最慢 {self.slowest:.1f} 秒（CPU）；{len(self.wrong)} 处不对"


def tried(what: str, many: int, questions: Iterator[tuple[str, ...]], kept: Path | None = None) -> Tried:
    """Ask `many` questions. The first that went wrong are kept in the folder `kept`, as far as it has files."""
    codes: Counter[int] = Counter()
    slowest, wrong = 0.0, []
    for number in range(many):
        words = next(questions)
        answer = ask(*words)
        codes[answer.code] += 1
        slowest = max(slowest, answer.seconds)
        if found := faults(words, answer):
            wrong.append(f"{number} {words!r}: {'、'.join(found)}: {answer.err[-2000:]}")
            if kept and (path := Path(words[-1])).is_file():
                (kept / f"{what}-{number}-{path.name}").write_bytes(path.read_bytes())
    return Tried(what, many, codes, slowest, wrong)


@contextmanager
def office(seed: int) -> Iterator[Path]:
    """A folder with a journal and a form in it, and the variables that lead there."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        here = Path.cwd()
        before = dict(os.environ)
        for variable in [name for name in os.environ if name.startswith("DEVZONE_")]:
            del os.environ[variable]
        os.environ.update(
            HOME=name, XDG_DATA_HOME=f"{name}/data", XDG_CACHE_HOME=f"{name}/cache", XDG_STATE_HOME=f"{name}/state",
            DEVZONE_USER="tries", DEVZONE_DB=f"{name}/office.db", COLUMNS="100",
        )  # fmt: skip
        os.chdir(folder)
        try:
            random.seed(seed)
            ask("update", "4", "--unit", "商务局", "--progress", "60", "--note", "开始", "--problem", "缺签字")
            ask("update", "4", "--unit", "三元", "--done", "--note", "完成")
            ask("send", "--unit", "商务局", "-o", "sent")
            (folder / "plan.yaml").write_bytes((ROOT / "data" / "measures.yaml").read_bytes())
            yield folder
        finally:
            os.chdir(here)
            os.environ.clear()
            os.environ.update(before)


def of_command_lines(chance: random.Random, _: Path, many: int) -> Tried:
    return tried("命令行", many, command_lines(chance))


def of_plans(chance: random.Random, folder: Path, many: int, kept: Path | None = None) -> Tried:
    text = (ROOT / "data" / "measures.yaml").read_text("utf-8")

    def questions() -> Iterator[tuple[str, ...]]:
        path = folder / "tried.yaml"
        while True:
            whole = damaged(chance, text.encode()) if chance.random() < 0.4 else spoiled(chance, text)
            path.write_bytes(whole)
            verb = chance.choice(("check", "check", "status", "plan"))
            yield ("--plan", str(path), verb)

    return tried("计划", many, questions(), kept)


def of_workbooks(chance: random.Random, folder: Path, many: int, kept: Path | None = None) -> Tried:
    content = next((folder / "sent").glob("*.xlsx")).read_bytes()

    def questions() -> Iterator[tuple[str, ...]]:
        path = folder / "tried.xlsx"
        while True:
            cells = chance.random() < 0.5
            path.write_bytes(other_cells(chance, content) if cells else rezipped(chance, content, damaged))
            yield ("collect", chance.choice(("--dry-run", "--yes")), str(path))

    return tried("工作簿", many, questions(), kept)


def of_templates(chance: random.Random, folder: Path, many: int, kept: Path | None = None) -> Tried:
    own = folder / "own"
    own.mkdir(exist_ok=True)
    names = (
        "report.md",
        "report.html",
        "report.txt",
        "notice.md",
        "report.docx",
        "notice.docx",
        "report.css",
        "form.txt",
    )

    def in_word(chance: random.Random, member: bytes) -> bytes:
        if not member.startswith(b"<"):  # the archive itself
            return damaged(chance, member)
        text = member.decode()
        if chance.random() < 0.7 and (places := list(re.finditer("<w:t[ >][^<]*", text))):
            place = chance.choice(places)
            tag = chance.choice(TAGS).replace("&", "&amp;").replace("<", "&lt;")
            return (text[: place.end()] + tag + text[place.end() :]).encode()
        return damaged(chance, member)

    def questions() -> Iterator[tuple[str, ...]]:
        while True:
            for path in own.iterdir():
                path.unlink()
            name = chance.choice(names)
            content = (ROOT / "templates" / name).read_bytes()
            if name.endswith(".docx"):
                content = rezipped(chance, content, in_word)
            elif chance.random() < 0.2:
                content = damaged(chance, content)
            else:
                content = other_tags(chance, content.decode()).encode()
            (own / name).write_bytes(content)
            if name.startswith("report") and chance.random() < 0.5:
                kind = name.rpartition(".")[2] if name != "report.css" else "html"
                yield ("--templates", str(own), "report", "--format", kind, "-o", str(folder / f"out.{kind}"))
            else:
                yield ("--templates", str(own), "template", "check", name)

    return tried("模板", many, questions(), kept)


def main() -> None:
    parser = argparse.ArgumentParser(description="made-up input by the thousand")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", type=float, default=1.0, help="of the whole number: 0.01 is a look")
    parser.add_argument("--keep", type=Path, help="a folder for the files that went wrong")
    options = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    with office(options.seed) as folder:
        for make, many in ((of_command_lines, 3000), (of_plans, 1000), (of_workbooks, 500), (of_templates, 200)):
            more = {} if make is of_command_lines else {"kept": options.keep and options.keep.absolute()}
            found = make(random.Random(options.seed), folder, max(1, round(many * options.part)), **more)
            print(found, *found.wrong[:20], sep="\n")


if __name__ == "__main__":
    main()
