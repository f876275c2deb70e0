"""The shape of a plan file; the JSON Schema for editors is made from it.

Descriptions are Chinese because editors show them to the clerk.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError


def _written_as(shape: str, kind: str) -> BeforeValidator:
    """Refuses text of another shape, before pydantic reads more into it: 0 as 1970-01-01, 1_0 as ten."""

    def check(value: object) -> object:
        if isinstance(value, str) and not re.fullmatch(shape, value):
            raise PydanticCustomError(kind, "{shape}", {"shape": shape})
        return value

    return BeforeValidator(check)


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Day = Annotated[date, _written_as(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "date_shape")]
Whole = Annotated[int, _written_as(r"[0-9]{1,9}", "int_shape")]
YesNo = Annotated[bool, _written_as(r"true|false", "bool_shape")]
OneOrMore = Annotated[list[Text], BeforeValidator(_as_list, json_schema_input_type=list[Text] | Text)]
Cycle = Literal["year", "half", "quarter", "month", "week"]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class UnitForm(_Form):
    """一个责任单位。"""

    name: Text = Field(description="单位全称，台账里一律用它")
    aliases: list[Text] = Field([], description="别称、简称；查找和填报时都认")
    vertical: YesNo = Field(
        default=False, description="true 表示垂直管理单位，不归本级政府管：督办时发函商请，不下督办单"
    )


class GroupForm(_Form):
    """一个集合单位，例如各县（市、区）人民政府。"""

    name: Text = Field(description="文件里的叫法")
    aliases: list[Text] = Field([], description="别的叫法")
    members: list[Text] = Field([], description="成员单位；留空时整个集合算一个单位")


class MilestoneForm(_Form):
    """措施里有时限或有周期的一件事。due 和 every 必有其一。"""

    key: Text = Field(description="节点的短名，命令行用 --milestone 指它")
    title: Text = Field(description="这件事是什么（自己的话）")
    origin: Literal["policy", "office"] = Field(description="policy 政策时限；office 办公室节点")
    due: Day | None = Field(None, description="完成时限，当天不算逾期")
    every: Cycle | None = Field(None, description="周期：year、half、quarter、month、week")
    first: Text | None = Field(None, description="第一个周期，如 2025、2025H1、2026Q4、2026-11、2026-W47")
    by: Text | None = Field(
        None, description="周期内的截止日，不写就是最后一天：month 写 1–31,week 写 1–7,year 写 MM-DD"
    )
    units: list[Text] = Field([], description="由谁做；不写就是本措施全部责任单位")
    as_written: Text | None = Field(None, description="所依据的原文短语；origin 为 policy 时必填")
    reason: Text | None = Field(None, description="办公室为什么这样定；origin 为 office 时必填")


class MeasureForm(_Form):
    """一条措施。"""

    number: Whole = Field(gt=0, lt=10_000, description="措施序号")
    title: Text = Field(description="标题，照文件原样")
    units: list[Text] = Field([], description="责任单位，照文件的顺序；common_units 不必重复")
    lead: OneOrMore = Field([], description="牵头单位：只有文件写明才填，不按排名推断")
    assisting: list[Text] = Field([], description="配合单位：只有文件写明才填")
    roles_as_written: Text | None = Field(None, description="写明牵头、配合的原文短语；填了 lead 或 assisting 时必填")
    tasks: list[Text] = Field([], description="任务要点，自己的话")
    milestones: list[MilestoneForm] = Field([], description="有时限或周期的节点；原文没有就不写")
    standing: Text | None = Field(None, description="节点之外长期推进的部分；没有节点的措施不用写")
    reporting_cycle: Literal["quarter", "month", "week"] | None = Field(None, description="本措施的报送周期")


class PolicyForm(_Form):
    """政策文件本身。"""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")] = Field(
        description="政策编号，字母、数字、点、横线；流水按它归档，定了就不要改"
    )
    title: Text = Field(description="文件标题")
    issuer: Text = Field(description="发文机关")
    issued: Day = Field(description="印发日期")
    valid_until: Day = Field(description="有效期最后一天")
    valid_as_written: Text | None = Field(None, description="有效期的原文短语")
    office: Text = Field(description="督办办公室所在单位，不参加排名")
    due_soon_days: Whole = Field(30, ge=0, le=366, description="到期前多少天算临期（办公室的习惯）")
    reporting_cycle: Literal["quarter", "month", "week"] | None = Field(
        None, description="报送周期（办公室的习惯）；不写就不查未报送"
    )
    report_to: OneOrMore = Field([], description="通报“报”给谁；不写就不印这一行")
    copy_to: OneOrMore = Field([], description="通报“送”给谁；不写就不印这一行")
    reply_workdays: Whole = Field(5, gt=0, le=90, description="督办单几个工作日内回复，签发当天不算（办公室的习惯）")
    workdays: list[Day] = Field([], description="要上班的周末（调休）；公布了还没有收录的年份用")
    holidays: list[Day] = Field([], description="不上班的日子（放假）；同上")


class PlanForm(_Form):
    """一份计划文件：一个政策文件的全部措施。"""

    policy: PolicyForm
    units: list[UnitForm] = Field(min_length=1, description="单位名册")
    groups: list[GroupForm] = Field([], description="集合单位")
    common_units: list[Text] = Field([], description="每条措施都有的责任单位")
    measures: list[MeasureForm] = Field(min_length=1, description="全部措施")


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a plan file."""
    schema = PlanForm.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "devzone 计划文件"}
