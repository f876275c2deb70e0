"""A template of the office reaches what it is handed, and nothing behind it."""

from __future__ import annotations

import inspect
import io
import re
import resource
import zipfile
from collections.abc import Callable, Iterator, Mapping, Set
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, TemplateError, Undefined
from jinja2.runtime import Macro

from sm_devzone.domain import dashboard, sample
from sm_devzone.output import chart, document, sandbox
from sm_devzone.output.sandbox import Sandbox, is_plain
from tests.conftest import Devzone

SHIPPED = Path(__file__).parents[2] / "templates"

LEAVES = (str, bytes, int, float, date, timedelta, type(None))

HANDED = {
    "lead_words", "month_ends", "burn_up", "overdue_by_unit",  # our own
    "safe_range", "dict", "Namespace", "Cycler", "Joiner",  # Jinja's
    "format", "format_map",  # those of str, as Jinja's sandbox guards them
}  # fmt: skip
"""Every function and class that any template may call by name."""

OURS = {
    "day", "short_day", "numeral", "sentence", "place", "short_place", "matter", "matter_in_words", "due_and_first",
    "sha256", "balanced", "dates",
}  # fmt: skip
"""Our filters, beside those of Jinja."""


@pytest.fixture
def own(devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the office's own templates; while it holds none, the shipped ones run in the sandbox."""
    folder = devzone.folder / "own"
    folder.mkdir()
    monkeypatch.setenv("DEVZONE_TEMPLATES", str(folder))
    return folder


@pytest.fixture
def handed(devzone: Devzone, own: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, dict[str, Any]]]:
    """Every environment with the names that it hands to a template, of all papers in an office where all happened."""
    found: list[tuple[Any, dict[str, Any]]] = []
    render, render_word = Sandbox.from_string, Sandbox.get_template

    def noted(method: Callable[..., Any]) -> Callable[..., Any]:
        def get(env: Any, *args: Any, **how: Any) -> Any:
            template = method(env, *args, **how)
            real = template.new_context

            def new_context(names: Any = None, *rest: Any, **more: Any) -> Any:
                found.append((env, dict(names or {})))
                return real(names, *rest, **more)

            template.new_context = new_context
            return template

        return get

    monkeypatch.setattr(Sandbox, "from_string", noted(render))
    monkeypatch.setattr(Sandbox, "get_template", noted(render_word))
    devzone.at("2026-11-10").ok(
        "update", 4, "--unit", "商务局", "--progress", 60, "--note", "过半", "--problem", "缺签字"
    )
    devzone.ok("update", 4, "--unit", "三元", "--done", "--note", "完成", "--on", "2026-11-09")
    devzone.ok("close", 4, "--unit", "三元", "--note", "验收")
    devzone.ok("extend", 4, "--unit", "大田", "--to", "2027-01-31", "--reason", "市政府同意")
    devzone.ok("suspend", 4, "--unit", "永安", "--note", "规划调整")
    devzone.ok("report", "--number", 1, "--format", "md", "-o", "1.md")
    devzone.at("2026-11-23").ok(
        "update", 4, "--unit", "商务局", "--next", "下月底前", "--note", "又谈", "--on", "2026-11-03"
    )
    found.clear()
    devzone.ok("report", *[word for kind in ("md", "html", "txt", "docx") for word in ("--format", kind)], "-o", "out")
    devzone.ok("notice", "--unit", "商务局", "--format", "docx", "-o", "slips")
    devzone.ok("notice", "--unit", "财政局", "--format", "md", "-o", "slips")
    devzone.ok("template", "check")
    assert len(found) > 20
    return found


def attributes(env: Sandbox, of: object) -> Iterator[tuple[str, Any]]:
    for name in dir(of):
        try:
            value = env.getattr(of, name)
        except Exception:  # noqa: BLE001 - whatever a property raises, it gives nothing
            continue
        if not isinstance(value, Undefined):
            yield name, value


def inside(of: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(of, Mapping):
        yield from ((f"[{key!r}]", value) for key, value in of.items())
        yield from ((f"key {key!r}", key) for key in of)
    elif isinstance(of, (list, tuple, Set)):
        yield from ((f"[{place}]", value) for place, value in enumerate(of))


def called(method: Any) -> Iterator[tuple[str, Any]]:
    """What a method of the trade gives that needs nothing to be called."""
    try:
        wanted = inspect.signature(method).parameters.values()
        if all(one.default is not one.empty or one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD) for one in wanted):
            yield "()", method()
    except Exception:  # noqa: BLE001 - it wanted more, and gave nothing
        return


def is_hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return isinstance(value, (tuple, *LEAVES))


def reachable(env: Sandbox, names: Mapping[str, Any], seen: dict[Any, Any]) -> Iterator[tuple[str, Any]]:
    """Every object that a template comes to from `names`, by attribute, by item and by call, and on which way.

    `seen` are those met before: what is compared by value counts once, and so do methods of one object.
    """
    todo = list(names.items())
    while todo:
        way, value = todo.pop()
        owner = getattr(value, "__self__", None)
        known: Any = (type(value), value) if is_hashable(value) else id(value)
        if owner is not None:
            known = (type(owner), owner if is_hashable(owner) else id(owner), way.rpartition(".")[2])
        if known in seen:
            continue
        seen[known] = value, owner  # held, so that no other takes its place in memory
        yield way, value
        is_known_sort = isinstance(value, LEAVES) and type(value) in seen
        is_guarded = getattr(value, "__name__", "") in ("format", "format_map")  # leads to itself, without end
        steps = [] if is_known_sort or is_guarded else [*attributes(env, value), *inside(value)]
        seen[type(value)] = type(value)
        if type(owner).__module__.startswith("sm_devzone."):
            steps += called(value)
        todo += [(f"{way}.{step}", found) for step, found in steps]


def test_whatever_a_template_reaches_is_a_plain_value(handed: list[tuple[Any, dict[str, Any]]]) -> None:
    seen: dict[Any, Any] = {}
    for env, names in handed:
        for way, value in reachable(env, names, seen):
            assert is_plain(value) or getattr(value, "__name__", "") in HANDED, f"{way} is {type(value)}"
    assert len(seen) > 2000


def test_no_function_is_handed_that_is_not_listed(handed: list[tuple[Any, dict[str, Any]]]) -> None:
    for env, names in handed:
        assert {value.__name__ for value in env.globals.values()} == {
            "safe_range",
            "dict",
            "Namespace",
            "Cycler",
            "Joiner",
        }
        functions = [value for value in names.values() if callable(value) and not isinstance(value, Undefined | Macro)]
        assert {getattr(value, "__name__", repr(value)) for value in functions} <= HANDED
        assert set(env.filters) - set(Environment().filters) <= OURS


ESCAPES = [
    "draw.date", "draw.escape", "draw.burn_up.__globals__", "month_ends.__globals__", "b.__class__", "b['__class__']",
    "b|attr('__class__')", "([b]|map(attribute='__class__')|first).x", "b.day.today()",
    "b._replace(number=9)", "b.compose", "b.ledger.__init__.__globals__", "b.ledger.plan.find_units.__func__",
    "b.titles[0].shown.__self__.__class__", "dict.mro()", "dict.fromkeys([1])", "cycler.__init__.__globals__",
    "namespace.__init__.__globals__", "joiner.__init__.__globals__", "lipsum.__globals__", "self.__init__.__globals__",
    "''.__class__.__mro__", "'{0.__class__}'.format(b)", "'{b.__class__}'.format_map({'b': b})", "b.totals.clear()",
    "b.measures.append(1)", "lead_words.__code__", "b.ledger.plan.policies.update(x=1)",
]  # fmt: skip


@pytest.mark.parametrize("way", ESCAPES)
def test_a_known_way_out_is_closed(way: str) -> None:
    (bulletin, *_) = sample.bulletins()
    draw = {name: getattr(chart, name) for name in ("burn_up", "overdue_by_unit", "MOST_BARS")}
    names = {**document.WORDS, "b": bulletin, "draw": draw, "month_ends": dashboard.month_ends}
    env = document.environment([SHIPPED, SHIPPED], None, autoescape=False)
    with pytest.raises((TemplateError, TypeError)):
        env.from_string(f"{{{{ {way} }}}}").render(names)


@pytest.mark.parametrize("kind", ["md", "html", "txt", "docx"])
def test_the_templates_of_all_formats_are_fenced(devzone: Devzone, own: Path, kind: str) -> None:
    write(own, kind, "{{ lead_words.__globals__ }}")
    ran = devzone("report", "--format", kind, "-o", f"out.{kind}")
    assert (ran.code, ran.out) == (1, "")
    assert f"report.{kind}" in ran.err
    assert "__globals__" in ran.err
    assert not Path(f"out.{kind}").exists()


@pytest.mark.parametrize("kind", ["md", "docx"])
@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "套得太深"),
        ("{% macro m() %}{% for i in range(9) %}{{ m() if i else '' }}{% endfor %}{% endmacro %}{{ m() }}", "套得太深"),
        ("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "report."),
        ("{{ " + "9" * 5000 + " }}", "report."),
        ("{{ 9 ** (9 ** 9) }}", "太大"),
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "没有算完"),
        ("{{ 'a' * 10 ** 13 }}", "太大"),
        ("{{ '%999999999d'|format(1) }}", "report."),
        ("{{ 1 / 0 }}", "division"),
        ("{{ 1(2) }}", "report."),
        ("{{ b.nothing_in() }}", "nothing_in"),
        ("{% include '../secret' %}", "secret"),
        ("{% extends 5 %}", "report."),
        ("{% import 'report.md' as x %}{{ x.__dict__ }}", "report."),
    ],
)
def test_a_template_that_goes_wrong_is_told_and_ends(
    devzone: Devzone, own: Path, monkeypatch: pytest.MonkeyPatch, kind: str, tags: str, said: str
) -> None:
    monkeypatch.setattr(document, "_SECONDS", 0.5 if said == "没有算完" else 60)
    write(own, kind, tags)
    ran = devzone("report", "--format", kind, "-o", f"out.{kind}")
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err
    assert "程序内部出错" not in ran.err


_TWICE = (
    "{{% set own = namespace(x='a') %}}{{% for i in range(60) %}}{{% set own.x = {} %}}{{% endfor %}}{{{{ own.x }}}}"
)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux tells how large a process is")
@pytest.mark.parametrize("kind", ["md", "docx"])
@pytest.mark.parametrize(
    "tags",
    [
        *(
            _TWICE.format(way)
            for way in ("own.x ~ own.x", "own.x + own.x", "own.x|replace('a', 'aa')", "[own.x, own.x]|join")
        ),
        "{{ 'a'|center(10**10) }}",
        "{{ 'a'.ljust(10**10) }}",
        "{{ 'a'|indent(10**10, true) }}",
        "{{ '%*d' % (10**10, 1) }}",
        "{{ '{:>9999999999}'.format(1) }}",
        "{% for row in [1]|batch(10**10, 'x') %}{% endfor %}",
    ],
)
def test_a_template_that_wants_all_memory_is_told(
    devzone: Devzone, own: Path, monkeypatch: pytest.MonkeyPatch, kind: str, tags: str
) -> None:
    monkeypatch.setattr(sandbox, "_MOST_MEMORY", 200_000_000)
    monkeypatch.setattr(document, "_SECONDS", 60)
    before = resource.getrlimit(resource.RLIMIT_AS)
    write(own, kind, tags)
    ran = devzone("report", "--format", kind, "-o", f"out.{kind}")
    assert (ran.code, ran.out) == (1, "")
    assert "report." in ran.err
    assert "程序内部出错" not in ran.err
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_an_interrupt_of_the_person_is_none_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import _thread

    with pytest.raises(KeyboardInterrupt), sandbox.bounded(60):  # noqa: PT012
        _thread.interrupt_main()
        sum(range(10**6))


def write(own: Path, kind: str, tags: str) -> None:
    """The office's own template of the report, with `tags` in it."""
    if kind != "docx":
        (own / f"report.{kind}").write_text(f"报告\n{tags}\n", encoding="utf-8")
        return
    made = io.BytesIO()
    with zipfile.ZipFile(SHIPPED / "report.docx") as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                text = tags.replace("&", "&amp;").replace("<", "&lt;")
                body = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
                content = re.sub(rb"(<w:body>).*(<w:sectPr)", rb"\1" + body.encode() + rb"\2", content, flags=re.DOTALL)
            target.writestr(name, content)
    (own / "report.docx").write_bytes(made.getvalue())
