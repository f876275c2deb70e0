"""The nouns of 督查督办: one English name each in code, files and JSON, one Chinese term each for people."""

from __future__ import annotations

STATES = {
    "not_started": "未启动",
    "in_progress": "推进中",
    "submitted": "待审核",
    "closed_out": "已销号",
    "suspended": "中止",
    "terminated": "终止",
}
"""How far a duty has come. Open is one that is not closed out, suspended, or ended with a policy that was repealed."""

SIGNALS = {
    "overdue": "逾期",
    "due_soon": "临期",
    "on_track": "正常",
    "ongoing": "长期推进",
}
"""预警, computed and never stored; the most urgent first. A duty that is not open has none."""

ROLES = {"lead": "牵头", "responsible": "责任", "assisting": "配合"}

ORIGINS = {"policy": "政策时限", "office": "办公室节点", "extended": "批准延期后时限"}
"""Which date counts: the policy's words, the office's own, or the one after an extension. Never mixed up."""

KINDS = {
    "update": "报进展",
    "unchanged": "报无变化",
    "submit": "报完成",
    "close": "销号",
    "return": "退回",
    "reopen": "恢复",
    "suspend": "中止",
    "resume": "恢复推进",
    "extend": "延期",
    "urge": "催办",
    "solve": "解决",
    "assign": "交办",
    "remove": "移出",
    "transfer": "移交",
    "void": "作废",
}
"""What an entry of the journal says."""

NO_CHANGE = "本期无变化"
"""What a unit writes that has nothing new to report: by these words alone it is heard from, and no state moves."""

CYCLES = {"year": "年", "half": "半年", "quarter": "季", "month": "月", "week": "周"}

STANDING = "长期推进"
"""The part of a measure without a date; also the word that picks it where a milestone could be meant."""

DUTY_COLUMNS = {
    "policy": "政策",
    "measure": "措施序号",
    "title": "措施",
    "milestone": "节点",
    "period": "周期",
    "unit": "责任单位",
    "role": "角色",
    "lead_unit": "牵头单位",
    "state": "状态",
    "signal": "预警",
    "due": "完成时限",
    "due_origin": "时限依据",
    "first_due": "原定时限",
    "extensions": "延期次数",
    "days_overdue": "逾期天数",
    "progress": "进度%",
    "note": "进展情况",
    "problem": "存在问题",
    "next_step": "下一步打算",
    "reported_on": "最近报送",
    "unreported": "未报送",
    "done_on": "完成日期",
    "owed_from": "起算日期",
    "days_suspended": "逾期内中止天数",
    "plan_version": "计划版本",
    "transferred_from": "移交自",
}
"""The columns of a duty row, in their fixed order."""

ENTRY_COLUMNS = {
    "id": "编号",
    "kind": "事项",
    "policy": "政策",
    "measure": "措施序号",
    "unit": "单位",
    "milestone": "节点",
    "period": "周期",
    "happened_on": "发生日期",
    "recorded_at": "记录时间（UTC）",
    "recorded_by": "记录人",
    "source": "来源",
    "role": "角色",
    "due_before": "原时限",
    "due": "延期到",
    "means": "催办方式",
    "progress": "进度%",
    "note": "内容",
    "problem": "存在问题",
    "next_step": "下一步打算",
    "voids": "作废哪条",
    "voided_by": "被哪条作废",
    "material": "佐证材料",
    "reporter": "填报人",
    "phone": "联系电话",
    "to_unit": "移交给",
    "needs": "需协调单位",
    "promised": "预计完成日",
}

PLAN_COLUMNS = {
    "policy": "政策",
    "measure": "措施序号",
    "title": "措施",
    "unit": "责任单位",
    "role": "角色",
    "milestone": "节点",
    "due": "完成时限",
    "as_written": "原文依据",
    "task": "任务要点",
}

STAT_COLUMNS = {
    "policy": "政策",
    "measure": "措施序号",
    "unit": "单位",
    "role": "角色",
    "duties": "任务",
    "suspended": "中止",
    "closed": "办结",
    "on_time": "按期办结",
    "late": "超期办结",
    "overdue": "逾期",
    "due": "本期到期",
    "base": "应办结",
    "base_suspended": "应办结中中止",
    "on_time_rate": "按时办结率%",
    "returned": "退回次数",
    "extended": "延期次数",
    "cycles_due": "应报期次",
    "cycles_reported": "已报期次",
    "report_rate": "报送率%",
    "forms": "收到填报表",
    "urges": "被催办",
    "notices": "收到督办单",
}

COLOURS = {"blue": "蓝", "orange": "橙", "red": "红"}
"""三色督办单, the mildest first."""

UNNAMED_LEAD = "未明确"
"""A lead that the policy does not name is shown so and never inferred from the order of the list."""


def key_of(terms: dict[str, str], word: str) -> str | None:
    """The English name of `word`, given as that name or as its Chinese term; None when it is neither."""
    if word in terms:
        return word
    return next((name for name, term in terms.items() if term == word), None)
