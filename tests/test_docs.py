"""Generated files are what the code would write now."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from rich.cells import cell_len

from sm_devzone.commands import VERBS
from tests.conftest import Devzone
from tools.reference import generated

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "path", ["src/sm_devzone/help.txt", "data/measures.schema.json", "docs/plan-file.md", "docs/guide.md"]
)
def test_generated_files_are_in_step(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == generated()[ROOT / path], "run `make help`"


def test_the_policy_of_record_fits_the_schema() -> None:
    schema = json.loads((ROOT / "data/measures.schema.json").read_text(encoding="utf-8"))
    plan = yaml.load((ROOT / "data/measures.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    for measure in plan["measures"]:
        measure["number"] = int(measure["number"])
    for name in ("due_soon_days", "reply_workdays"):
        plan["policy"][name] = int(plan["policy"][name])
    for unit in plan["units"]:
        if "vertical" in unit:
            unit["vertical"] = unit["vertical"] == "true"
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(plan)


def test_help_needs_no_typer_and_says_the_same(devzone: Devzone) -> None:
    assert devzone.ok("--help").out == devzone.ok().out == (ROOT / "src/sm_devzone/help.txt").read_text("utf-8")


@pytest.mark.parametrize("verb", [[], *([verb] for verb in VERBS)])
def test_help_is_chinese_and_its_columns_meet(devzone: Devzone, verb: list[str]) -> None:
    said = devzone.ok(*verb, "--help", width=80).out
    assert not re.search(r"[<>]|\[\[|\]\]|list\[|Usage|Options|Arguments|default|required", said)
    tables = [block.splitlines() for block in said.split("\n\n") if re.match("(参数|选项|命令)：", block)]
    assert tables[-1][-1].endswith(("显示这份帮助", VERBS["check"][1]))
    for _, *lines in tables:
        assert max(map(cell_len, lines)) <= 80
        assert len({cell_len(line) - cell_len(re.split(" {2,}", line, maxsplit=2)[-1]) for line in lines}) == 1


def test_each_promise_names_a_test_that_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", (ROOT / "docs/security.md").read_text("utf-8"))
    assert len(named) > 10
    assert [f"{path}::{name}" for path, name in named if f"def {name}(" not in (ROOT / path).read_text("utf-8")] == []
