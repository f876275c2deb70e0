"""Writes what is generated from the code; tests/test_docs.py fails where a file is behind. Run by `make help`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sm_devzone.commands import help_text
from sm_devzone.domain.glossary import KINDS, STATES
from sm_devzone.domain.rules import BACK, MOVES
from sm_devzone.storage.plan_schema import PlanShape, json_schema

ROOT = Path(__file__).parents[1]


def plan_reference() -> str:
    """docs/plan-file.md: every field of a plan file, as the schema describes it."""
    schema = json_schema()
    defs: dict[str, Any] = schema["$defs"]
    parts = [
        "# 计划文件字段",
        (
            "本页由程序生成（`make help`），和 `data/measures.schema.json` 出自同一处。一个文件写一个政策；"
            "`--plan` 指向文件夹时，里面的每个 `.yaml` 是一个政策。写完用 `devzone check` 检查。"
        ),
        "文件用 UTF-8（有没有 BOM 都行），GB18030 也能读。不支持 YAML 的锚点、别名和标签；单个文件不超过 5 MB。",
    ]
    sections = {
        "顶层": schema,
        "policy 政策文件": defs["PolicyShape"],
        "colours 三色督办单": defs["ColourShape"],
        "units 单位": defs["UnitShape"],
        "groups 集合单位": defs["GroupShape"],
        "measures 措施": defs["MeasureShape"],
        "milestones 节点": defs["MilestoneShape"],
    }
    for heading, shape in sections.items():
        required = shape.get("required", [])
        rows = [
            f"| `{name}` | {'必填' if name in required else '可选'} | {_form(field)} | {field.get('description', '')} |"
            for name, field in shape["properties"].items()
        ]
        parts += [f"## {heading}", "\n".join(["| 字段 | | 写法 | 说明 |", "|---|---|---|---|", *rows])]
    return "\n\n".join(parts) + "\n"


def _form(field: dict[str, Any]) -> str:
    options = [option for option in field.get("anyOf", [field]) if option.get("type") != "null"]
    return " 或 ".join(_one_form(option) for option in options)


def _one_form(option: dict[str, Any]) -> str:
    if "$ref" in option:
        return "见下"
    if "enum" in option:
        return "、".join(f"`{value}`" for value in option["enum"])
    if option.get("type") == "array":
        return "列表，见下" if "$ref" in option["items"] else "列表"
    if option.get("format") == "date":
        return "日期 `2024-12-31`"
    if option.get("type") == "boolean":
        return "`true`、`false`"
    return {"integer": "整数", "string": "文字"}.get(option.get("type", ""), "")


def moves_table() -> str:
    """The table and the diagram of state changes, from domain/rules.py."""
    lines = ["| 事项 | 命令 | 从 | 到 | 要写明 | 不合时的答复 |", "|---|---|---|---|---|---|"]
    arrows = []
    for move in MOVES.values():
        for number, (source, target) in enumerate(move.moves.items()):
            end = "中止前的状态" if target == BACK else STATES[target]
            needs, refusal = (f"{move.asks}（`{move.needs}`）", move.refusal) if number == 0 else ("同上", "同上")
            lines.append(f"| {KINDS[move.kind]} | `{move.verb}` | {STATES[source]} | {end} | {needs} | {refusal} |")
            if target == BACK:
                arrows += [f"    中止 --> {STATES[state]}: {KINDS[move.kind]}" for state in MOVES["suspend"].moves]
            elif target != source:
                arrows.append(f"    {STATES[source]} --> {STATES[target]}: {KINDS[move.kind]}")
    diagram = ["```mermaid", "stateDiagram-v2", f"    [*] --> {STATES['not_started']}", *arrows, "```"]
    return "\n\n".join("\n".join(part) for part in (lines, diagram))


def guide() -> str:
    """docs/guide.md with the part between the marks made anew."""
    text = (ROOT / "docs/guide.md").read_text(encoding="utf-8")
    head, begin, rest = text.partition("<!-- moves -->\n")
    _, end, tail = rest.partition("<!-- /moves -->")
    return f"{head}{begin}\n{moves_table()}\n\n{end}{tail}"


def generated() -> dict[Path, str]:
    """Every generated file with the text it should hold."""
    assert PlanShape.__doc__
    return {
        ROOT / "src/sm_devzone/help.txt": help_text() + "\n",
        ROOT / "data/measures.schema.json": json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n",
        ROOT / "docs/plan-file.md": plan_reference(),
        ROOT / "docs/guide.md": guide(),
    }


if __name__ == "__main__":
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8", newline="\n")
