"""A draft plan as YAML: under a comment with its line and words, each value that was read; what is missing, named.

Written as text and not through a YAML library, because the comments are half of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sm_devzone.domain.gathering import gathered
from sm_devzone.domain.plan import as_looked_up
from sm_devzone.domain.plan_words import flow_list, scalar
from sm_devzone.domain.reading.doubts import Doubt
from sm_devzone.domain.reading.draft import Draft, DraftMeasure, DraftMilestone, Registered
from sm_devzone.domain.reading.facts import Said
from sm_devzone.domain.text import one_line


class Head(NamedTuple):
    """What the first lines of a draft say of where it comes from."""

    source: str
    sha256: str
    version: str
    id: str


class Kept(NamedTuple):
    """What the office wrote into an earlier plan of this policy and a draft leaves as it is: lines of YAML by field."""

    office: str | None = None
    fields: tuple[tuple[str, str], ...] = ()


_NOTHING = Kept()


def plan_text(draft: Draft, head: Head, kept: Kept = _NOTHING) -> str:
    """The plan file for `draft`. What the text does not settle stands in it as a comment with the reason."""
    lines = [
        f"# 草稿：devzone {head.version} 从 {one_line(head.source)} 读出；SHA-256 {head.sha256}",
        "# 每个值上面写着它在原文的行号和词句，请对照原文核对；标着“存疑”的地方请办公室决定。",
        "# 补齐缺的字段后运行 devzone --plan 这个文件 check。字段说明见 docs/plan-file.md。",
        "",
        *_policy(draft, head, kept),
        "",
        *_register(draft),
        "",
    ]
    if draft.common:
        line, words = draft.common_source or (0, "")
        lines += [*_source(line, words), f"common_units: {flow_list(draft.common)}", ""]
    lines.append("measures:")
    by_measure = gathered((doubt.measure, doubt) for doubt in draft.doubts)
    for measure in draft.measures:
        lines += _measure(measure, by_measure.get(measure.number, []))
    return "\n".join(lines) + "\n"


def _comment(text: str) -> str:
    return "# " + one_line(text)


def _source(line: int, words: str, indent: str = "") -> list[str]:
    return [indent + _comment(f"第 {line} 行：{words}")] if line else []


def _policy(draft: Draft, head: Head, kept: Kept) -> list[str]:
    facts = draft.facts
    lines = ["policy:", f"  id: {scalar(head.id)}"]
    doubts = [doubt for doubt in draft.doubts if doubt.kind == "document"]

    def value(field: str, said: Said | None, missing: str) -> None:
        for doubt in doubts:
            if (doubt.reading is not None and said and doubt.reading == said.value) or (
                doubt.reading is None and field in doubt.why
            ):
                other = f"；另一种读法：{doubt.other}" if doubt.other else ""
                lines.append("  " + _comment(f"存疑：{doubt.why}{other}"))
        if said is None:
            lines.append("  " + _comment(f"{field}: {missing}，由办公室填"))
        else:
            lines.extend(_source(said.line, said.words, "  "))
            lines.append(f"  {field}: {said.value if re.fullmatch('[0-9-]{10}', said.value) else scalar(said.value)}")

    value("title", facts.title, "没有读出标题")
    value("issuer", facts.issuer, "原文没有写发文机关")
    value("issued", facts.issued, "原文没有写成文日期")
    value("valid_until", facts.valid_until, "原文没有写有效期，或算不出来")
    if facts.valid_words:
        lines.append(f"  valid_as_written: {scalar(facts.valid_words)}")
    if kept.office:
        lines.append(f"  office: {scalar(kept.office)}")
    else:
        lines.append("  # office: 督办办公室所在单位，只有办公室知道，由办公室填（要用 units 里的名字）")
    lines += [f"  {field}: {text}" for field, text in kept.fields]
    return lines


def _register(draft: Draft) -> list[str]:
    units = [one for one in draft.register if not one.is_group]
    groups = [one for one in draft.register if one.is_group]
    alike = [doubt for doubt in draft.doubts if doubt.kind in ("unit", "group") and doubt.measure is None]
    lines = []
    if units or not groups:
        lines.append("# 单位名册。名字照原文；aliases 是别称，查找和填报时都认。")
        lines.append("units:" if units else "# units: 没有读出责任单位，由办公室填")
        lines += _entries(units, alike)
    else:
        lines.append("units:  # 原文只写了集合单位；成员由办公室填")
        lines += _entries(groups, alike)
        return lines
    if groups:
        lines += ["", "# 集合单位。原文没有列出成员，members 由办公室填；空着时整个集合算一个单位。", "groups:"]
        lines += _entries(groups, alike, with_members=True)
    return lines


def _entries(entries: Sequence[Registered], doubts: Sequence[Doubt], *, with_members: bool = False) -> list[str]:
    lines = []
    for one in entries:
        lines += [
            "  " + _comment(f"存疑：{doubt.why}")
            for doubt in doubts
            if as_looked_up(doubt.text) == as_looked_up(one.name)
        ]
        lines.append(f"  - name: {scalar(one.name)}  # {'名册' if one.note else f'第 {one.line} 行'}")
        if one.aliases:
            lines.append(f"    aliases: {flow_list(one.aliases)}")
        if one.vertical and not with_members:
            lines.append("    vertical: true")
        if with_members:
            lines.append(f"    members: {flow_list(one.members)}")
    return lines


_ABOUT = {
    "measure": "number",
    "number": "number",
    "title": "title",
    "unit": "units",
    "prefix": "units",
    "open_list": "units",
    "default_units": "units",
    "group": "units",
    "lead": "lead",
    "assisting": "lead",
    "changed": "number",
}


def _measure(measure: DraftMeasure, doubts: Sequence[Doubt]) -> list[str]:
    told: Mapping[str, list[Doubt]] = {field: [] for field in ("number", "title", "units", "lead", "milestones")}
    for doubt in doubts:
        told[_ABOUT.get(doubt.kind, "milestones")].append(doubt)

    def doubtful(field: str) -> list[str]:
        return ["    " + _comment(_in_words(doubt)) for doubt in told[field]]

    lines = [
        "  " + _comment(f"第 {measure.line} 行：{measure.printed}{measure.title}"),
        *(line[2:] for line in doubtful("number")),
    ]
    if measure.is_gone:
        lines.append("  " + _comment("新的原文里没有这一条，照旧保留"))
    lines.append(f"  - number: {measure.number}")
    if measure.formerly is not None:
        lines.append(f"    formerly: {measure.formerly}")
    lines += doubtful("title")
    lines.append(f"    title: {scalar(measure.title)}")
    lines += doubtful("units")
    for line, words in measure.lists:
        lines += _source(line, words, "    ")
    if measure.units:
        lines.append(f"    units: {flow_list(unit.name for unit in measure.units)}")
    else:
        lines.append("    # units: 原文没有写责任单位，由办公室填")
    lines += [*doubtful("lead"), *_roles(measure)]
    if measure.tasks:
        lines += ["    tasks:", *(f"      - {scalar(task)}" for task in measure.tasks)]
    lines += doubtful("milestones")
    if measure.milestones:
        lines += ["    milestones:", *(line for own in measure.milestones for line in _milestone(own))]
    if measure.standing:
        lines.append(f"    standing: {scalar(measure.standing)}")
    if measure.reporting_cycle:
        lines.append(f"    reporting_cycle: {measure.reporting_cycle}")
    if measure.report_by:
        lines.append(f'    report_by: "{measure.report_by}"')
    return lines


def _roles(measure: DraftMeasure) -> list[str]:
    lead, assisting = measure.with_role("lead"), measure.with_role("assisting")
    lines = []
    if lead:
        lines.append(f"    lead: {scalar(lead[0]) if len(lead) == 1 else flow_list(lead)}")
    if assisting:
        lines.append(f"    assisting: {flow_list(assisting)}")
    if lines and measure.roles_as_written:
        lines.append(f"    roles_as_written: {scalar(measure.roles_as_written)}")
    return lines


def _in_words(doubt: Doubt) -> str:
    other = f"；另一种读法：{doubt.other}" if doubt.other else ""
    read = f"读作 {doubt.reading}" if doubt.reading else "没有写进计划"
    return f"存疑：第 {doubt.line} 行“{doubt.text}”{read}（{doubt.why}{other}）"


def _milestone(own: DraftMilestone) -> list[str]:
    lines = [f"      - key: {scalar(own.key)}", f"        title: {scalar(own.title)}", f"        origin: {own.origin}"]
    if own.line:
        lines += _source(own.line, own.as_written, "        ")
    if own.due:
        lines.append(f"        due: {own.due}")
    if own.every:
        lines.append(f"        every: {own.every}")
        lines.append(
            f"        first: {own.first}" if own.first else "        # first: 不知道印发日期，从哪个周期算起由办公室填"
        )
    if own.by:
        lines.append(f'        by: "{own.by}"')
    if own.until:
        lines.append(f'        until: "{own.until}"')
    if own.formerly:
        lines.append(f"        formerly: {flow_list(own.formerly)}")
    if own.units:
        lines.append(f"        units: {flow_list(own.units)}")
    if own.as_written:
        lines.append(f"        as_written: {scalar(own.as_written)}")
    if own.reason:
        lines.append(f"        reason: {scalar(own.reason)}")
    return lines
