"""The shape of a plan file. The JSON Schema for editors and docs/plan-file.md are made from it.

Descriptions are Chinese because editors show them to the clerk. A field that has the name of one in domain/plan.py
becomes that one; only what plan_file computes is named there.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from sm_devzone.domain.calendar import BY
from sm_devzone.domain.text import is_blank
from sm_devzone.storage.plan_text import Problem, Steps, cut_off

Fault = tuple[Steps, str]
"""The way to what is wrong, and what is wrong with it in one Chinese sentence."""


def _written_as(shape: str, kind: str) -> BeforeValidator:
    """Refuses text of another shape, before pydantic reads more into it: 0 as 1970-01-01, 1_0 as ten."""

    def check(value: object) -> object:
        if isinstance(value, str) and not re.fullmatch(shape, value):
            raise PydanticCustomError(kind, "{shape}", {"shape": shape})
        return value

    return BeforeValidator(check)


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _empty_where_blank(value: object) -> object:
    return "" if isinstance(value, str) and is_blank(value) else value


Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True), BeforeValidator(_empty_where_blank)]
Day = Annotated[date, _written_as(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "date_shape")]
Whole = Annotated[int, _written_as(r"[0-9]{1,9}", "int_shape")]
YesNo = Annotated[bool, _written_as(r"true|false", "bool_shape")]
OneOrMore = Annotated[list[Text], BeforeValidator(_as_list, json_schema_input_type=list[Text] | Text)]
MeasureNumber = Annotated[Whole, Field(gt=0, lt=10_000)]
Email = Annotated[
    str, _written_as(r"[A-Za-z0-9_%+-]+(\.[A-Za-z0-9_%+-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", "email_shape")
]
Cycle = Literal["year", "half", "quarter", "month", "week"]


UNREAD: Any = "\0"
"""Stands for what could not be read. No plan can hold it itself."""


class Shape(BaseModel):
    """A mapping of the plan file.

    Validated with the context TOLERANT it never fails: UNREAD stands in each field and each item of a list that cannot
    be read or is missing, and unknown fields are left out. So the rest can be checked all the same.
    """

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _known_fields(cls, value: Any, info: ValidationInfo) -> Any:
        if info.context is not TOLERANT:
            return value
        given = value if isinstance(value, dict) else dict.fromkeys(cls.model_fields, UNREAD)
        fields = cls.model_fields.items()
        return {name: given.get(name, UNREAD) for name, field in fields if name in given or field.is_required()}

    @field_validator("*", mode="wrap")
    @classmethod
    def _what_can_be_read(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        try:
            return handler(value)
        except ValidationError:
            assert info.field_name is not None
            if info.context is not TOLERANT:
                raise
            if get_origin(cls.model_fields[info.field_name].annotation) is not list:
                return UNREAD
        items = []
        for item in value if isinstance(value, list) and value else [UNREAD]:
            try:
                items += handler([item])
            except ValidationError:
                items.append(UNREAD)
        return items


TOLERANT = {"tolerant": True}
"""The context that reads a plan with faults as far as it can be read."""


class UnitShape(Shape):
    """一个责任单位。"""

    name: Text = Field(description="单位全称，台账里一律用它")
    aliases: list[Text] = Field([], description="别称、简称；查找和填报时都认")
    vertical: YesNo = Field(
        default=False, description="true 表示垂直管理单位，不归本级政府管：督办时发函商请，不下督办单"
    )
    full_name: Text | None = Field(None, description="督办单、函上用的全称；查找和填报时也认。不写就用 name")


class GroupShape(Shape):
    """一个集合单位，例如各县（市、区）人民政府。"""

    name: Text = Field(description="文件里的叫法")
    aliases: list[Text] = Field([], description="别的叫法")
    members: list[Text] = Field([], description="成员单位；留空时整个集合算一个单位")


class MilestoneShape(Shape):
    """措施里有时限或有周期的一件事。due 和 every 必有其一。"""

    key: Text = Field(description="节点的短名，命令行用 --milestone 指它")
    title: Text = Field(description="这件事是什么（自己的话）")
    origin: Literal["policy", "office"] = Field(description="policy 政策时限；office 办公室节点")
    due: Day | None = Field(None, description="完成时限，当天不算逾期")
    every: Cycle | None = Field(None, description="周期：year、half、quarter、month、week")
    first: Text | None = Field(None, description="第一个周期，如 2025、2025H1、2026Q4、2026-11、2026-W47")
    by: Text | None = Field(None, description=f"周期内的截止日，不写就是最后一天：{BY}")
    until: Text | None = Field(
        None, description="最后一个周期（写法同 first）或日期：在它之后才开始的周期不再有任务；不写就到政策有效期止"
    )
    units: list[Text] = Field([], description="由谁做；不写就是本措施全部责任单位")
    as_written: Text | None = Field(None, description="所依据的原文短语；origin 为 policy 时必填")
    reason: Text | None = Field(None, description="办公室为什么这样定；origin 为 office 时必填")
    formerly: OneOrMore = Field([], description="这个节点以前用过的短名：改了 key 就把旧的写在这里，流水不会断")


class MeasureShape(Shape):
    """一条措施。"""

    number: MeasureNumber = Field(description="措施序号")
    title: Text = Field(description="标题，照文件原样")
    units: list[Text] = Field([], description="责任单位，照文件的顺序；common_units 不必重复")
    lead: OneOrMore = Field([], description="牵头单位：只有文件写明才填，不按排名推断")
    assisting: list[Text] = Field([], description="配合单位：只有文件写明才填")
    roles_as_written: Text | None = Field(None, description="写明牵头、配合的原文短语；填了 lead 或 assisting 时必填")
    tasks: list[Text] = Field([], description="任务要点，自己的话")
    milestones: list[MilestoneShape] = Field([], description="有时限或周期的节点；原文没有就不写")
    standing: Text | None = Field(None, description="节点之外长期推进的部分；没有节点的措施不用写")
    reporting_cycle: Cycle | None = Field(None, description="本措施的报送周期")
    report_by: Text | None = Field(None, description="本措施的报送截止日，写法同 by")
    formerly: MeasureNumber | None = Field(
        None, description="这条措施在上一版里的序号：调整了序号才写；标题改了字而还是同一条，就写它自己的序号"
    )


class ColourShape(Shape):
    """三色督办单的一种颜色，话由办公室定。"""

    colour: Literal["blue", "orange", "red"] = Field(description="blue 蓝；orange 橙；red 红")
    means: Text | None = Field(None, description="颜色旁边的话，如 提醒、警告")
    asks: Text | None = Field(None, description="任务逾期时要求单位做什么；单张另写的用 notice --note")
    copied_to: OneOrMore = Field([], description="这种颜色的督办单抄送给谁；不写就不印这一行")


class PolicyShape(Shape):
    """政策文件本身。"""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")] = Field(
        description="政策编号，字母、数字、点、横线；流水按它归档，定了就不要改"
    )
    title: Text = Field(description="文件标题")
    short_name: Text | None = Field(
        None,
        description="简称，办公室平时怎么叫它；有几个政策时按它分开列，--policy 简称、简称/序号 都认",
    )
    issuer: Text = Field(description="发文机关")
    issued: Day = Field(description="印发日期")
    valid_until: Day = Field(description="有效期最后一天")
    valid_as_written: Text | None = Field(None, description="有效期的原文短语")
    office: Text = Field(description="督办办公室所在单位，不参加排名")
    due_soon_days: Whole = Field(30, ge=0, le=366, description="到期前多少天算临期（办公室的习惯）")
    reporting_cycle: Cycle | None = Field(None, description="报送周期（办公室的习惯）；不写就不查未报送")
    report_by: Text | None = Field(
        None, description="每个报送周期报到哪一天为止，过了这天没报才算未报送；写法同 by，不写就是周期最后一天"
    )
    repealed_on: Day | None = Field(None, description="废止日期：从这天起没有办结的任务终止，不算逾期")
    repealed_reason: Text | None = Field(None, description="废止依据；和 repealed_on 一起写")
    report_to: OneOrMore = Field([], description="通报“报”给谁；不写就不印这一行")
    copy_to: OneOrMore = Field([], description="通报“送”给谁；不写就不印这一行")
    reply_workdays: Whole = Field(5, gt=0, le=90, description="督办单限几个工作日，签发当天不算（办公室的习惯）")
    notice_code: Text | None = Field(None, description="督办单、函的发文代字，如 明商督，印成 明商督〔2026〕4号")
    signer: Text | None = Field(None, description="督办单的签发人；不写就留空手签")
    contact: Text | None = Field(None, description="督办单、函上的联系人；不写就留空")
    phone: Text | None = Field(None, description="联系人的电话；不写就留空")
    colours: list[ColourShape] = Field([], description="三色督办单各是什么意思、要求什么，话由办公室定；不写用通行的话")
    workdays: list[Day] = Field([], description="要上班的周末（调休）；公布了还没有收录的年份用")
    holidays: list[Day] = Field([], description="不上班的日子（放假）；同上")


class PlanShape(Shape):
    """一份计划文件：一个政策文件的全部措施。"""

    policy: PolicyShape
    units: list[UnitShape] = Field(min_length=1, description="单位名册")
    groups: list[GroupShape] = Field([], description="集合单位")
    common_units: list[Text] = Field([], description="每条措施都有的责任单位")
    measures: list[MeasureShape] = Field(min_length=1, description="全部措施")


_AnyShape = TypeVar("_AnyShape", bound=Shape)


def read(value: object, kind: type[_AnyShape]) -> tuple[_AnyShape, list[Fault]]:
    """`value` as a `kind`, and where it is none; there it says UNREAD. No fault is told of what is UNREAD."""
    try:
        return kind.model_validate(value), []
    except ValidationError as error:
        details = [each for each in error.errors() if each["input"] != UNREAD or each["type"] == "extra_forbidden"]
    return kind.model_validate(value, context=TOLERANT), [_in_words(detail) for detail in details]


def words_cut_off(text: str, kind: type[Shape]) -> list[Problem]:
    """Where a file of `kind` that is valid loses words because YAML takes them for a comment."""
    return [
        Problem(line, f"“{value}”后面的“{lost}”是注释，没有读进来；是正文就给整段加引号")
        for path, value, (line, lost) in cut_off(text)
        if _holds_words(path, kind)
    ]


def _holds_words(path: Steps, kind: Any) -> bool:
    """Whether any text may stand at `path`: no number, day or word out of a list."""
    for step in path:
        if isinstance(step, str):
            kind = kind.model_fields[step].annotation
        while args := get_args(kind):  # list[Text], Text | None, Literal["year", …]
            kind = args[0]
    return kind is str


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a plan file."""
    schema = PlanShape.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "devzone 计划文件"}


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"


def _in_words(detail: Any) -> Fault:
    """One error of pydantic in words that a clerk can act on."""
    path: Steps = detail["loc"]
    name = _cut(next((step for step in reversed(path) if isinstance(step, str)), "文件"))
    known = {
        "extra_forbidden": f"没有字段 {name}，请删去或改正拼写（见 docs/plan-file.md）",
        "missing": f"缺少字段 {name}，请补上",
        "list_type": f"{name} 应当是列表（每行一个“- ”）",
        "model_type": f"{name} 应当是“字段： 值”的写法",
        "model_attributes_type": f"{name} 应当是“字段： 值”的写法",
        "string_type": f"{name} 应当是一段文字",
        "string_too_short": f"{name} 是空的，请填写或整行删去",
        "too_short": f"{name} 是空的，至少要有一项",
        "string_pattern_mismatch": f"{name} 只能用字母、数字、点、横线，且不超过 64 个字符",
        "literal_error": f"{name} 只能是 {detail.get('ctx', {}).get('expected', '')}".replace(" or ", " 或 "),
    }
    kind: str = detail["type"]
    if detail["input"] is None and kind.endswith("_type"):
        kind = "string_too_short"
    if kind in known:
        return path, known[kind]
    given = _cut(str(detail["input"]))
    if kind.startswith("bool"):
        return path, f"{name} 的“{given}”不对，请写 true 或 false"
    if kind == "email_shape":
        return path, f"{name} 的“{given}”不是邮箱，请写成 name@example.com"
    if kind.startswith("date"):
        return path, f"{name} 的日期“{given}”不存在或写法不对，请写成 2024-12-31"
    if kind.startswith(("int", "greater", "less")):
        return path, f"{name} 的数“{given}”不对，请写范围内的整数"
    return path, f"{name} 的值不对（{detail['msg']}）"
