"""On a server: views for the tools of others, by plain SQL; each login sees in them what it may see at all.

What a duty has come to is computed from plan, facts and a day, by rules that SQL does not know: `duty_row` keeps what
`devzone views` computed last, with the day and the last fact that it knew, and the views tell whether that is still so.
"""

from alembic import op

revision = "0011"
down_revision = "0010"

TABLES = """
CREATE TABLE duty_row (
    policy text NOT NULL, measure int NOT NULL, title text NOT NULL, milestone text, period text, unit text NOT NULL,
    role text NOT NULL, lead_unit text, state text NOT NULL, signal text, due date, due_origin text, first_due date,
    extensions int NOT NULL, days_overdue int, progress int, note text, problem text, next_step text, reported_on date,
    unreported boolean NOT NULL, done_on date, owed_from date, days_suspended int, plan_version int,
    transferred_from text, as_of date NOT NULL, known_to int NOT NULL
);
CREATE INDEX duty_row_of_unit ON duty_row (unit);
CREATE POLICY of_own_unit ON duty_row FOR SELECT USING (unit = ANY ((SELECT own_names())::text[]));

CREATE FUNCTION last_fact() RETURNS int STABLE {as_owner} LANGUAGE sql AS $$ SELECT max(id) FROM link $$;
"""

VIEWS = """
CREATE VIEW duties WITH (security_invoker) AS
    SELECT policy, measure, title, milestone, period, unit, role, lead_unit, state, signal, due, due_origin, first_due,
        extensions, days_overdue, progress, note, problem, next_step, reported_on, unreported, done_on, owed_from,
        days_suspended, plan_version, transferred_from, as_of,
        as_of = (now() AT TIME ZONE 'Asia/Shanghai')::date AND known_to = (SELECT last_fact()) AS is_current
    FROM duty_row;
CREATE VIEW overdue WITH (security_invoker) AS SELECT * FROM duties WHERE signal = 'overdue';
CREATE VIEW facts WITH (security_invoker) AS
    SELECT id, kind, policy, measure, unit, nullif(milestone, '') AS milestone, nullif(period, '') AS period,
        happened_on::date AS happened_on, recorded_at::timestamptz AS recorded_at, recorded_by, source, role,
        due_before::date AS due_before, due::date AS due, means, progress, note, problem, next_step, voids,
        (SELECT min(v.id) FROM entry v WHERE v.voids = entry.id) AS voided_by, material, reporter, phone, to_unit,
        needs, promised::date AS promised
    FROM entry;
"""

DUTIES = {
    "policy": "政策编号",
    "measure": "措施序号",
    "title": "措施",
    "milestone": "节点；空的是没有时限的部分",
    "period": "周期，如 2026、2026Q4",
    "unit": "责任单位",
    "role": "角色：lead 牵头、responsible 责任、assisting 配合",
    "lead_unit": "牵头单位；空的是未明确",
    "state": (
        "状态：not_started 未启动、in_progress 推进中、submitted 待审核、closed_out 已销号、suspended 中止、"
        "terminated 终止"
    ),
    "signal": "预警：overdue 逾期、due_soon 临期、on_track 正常、ongoing 长期推进；办结、中止、终止的是空的",
    "due": "完成时限；空的永远不算逾期",
    "due_origin": "时限依据：policy 政策原文、office 办公室设定、extended 延期",
    "first_due": "原定时限",
    "extensions": "延期次数",
    "days_overdue": "逾期天数，不含中止的日子",
    "progress": "进度，百分数",
    "note": "最近一次报的进展情况",
    "problem": "最近一次报的存在问题",
    "next_step": "最近一次报的下一步打算",
    "reported_on": "最近报送的日期",
    "unreported": "上一个过了期限的报送周期是否未报送",
    "done_on": "单位报完成的日期",
    "owed_from": "从哪天起由这个单位负责",
    "days_suspended": "逾期期间中止的天数",
    "plan_version": "按第几版计划",
    "transferred_from": "从哪个单位接过来的",
    "as_of": "按哪一天的情况",
    "is_current": "是不是现在的：就是今天算的，算过以后没有新的登记。不是的请先运行 devzone views",
}
FACTS = {
    "id": "编号",
    "kind": (
        "事项：update 报进展、unchanged 报无变化、submit 报完成、close 销号、return 退回、reopen 恢复、suspend 中止、"
        "resume 恢复推进、extend 延期、urge 催办、solve 问题解决、assign 交办、remove 移出、transfer 移交、void 作废"
    ),
    "policy": "政策编号",
    "measure": "措施序号，按登记时的计划",
    "unit": "单位，按登记时的名字",
    "milestone": "节点",
    "period": "周期",
    "happened_on": "发生的日期",
    "recorded_at": "登记的时刻",
    "recorded_by": "记录人",
    "source": "来源",
    "role": "交办的角色",
    "due_before": "延期以前的时限",
    "due": "延期到哪天",
    "means": "催办方式",
    "progress": "进度，百分数",
    "note": "进展情况、依据或原因",
    "problem": "存在问题",
    "next_step": "下一步打算",
    "voids": "作废哪一条",
    "voided_by": "被哪一条作废；空的才算数",
    "material": "随表来的佐证材料的名字",
    "reporter": "填报人",
    "phone": "联系电话",
    "to_unit": "移交给哪个单位",
    "needs": "问题要请谁协调",
    "promised": "单位自己预计完成的日期，不是时限",
}
COMMENTS = {
    "duties": ("任务台账：一行一项任务，devzone views 那一刻算出来的", DUTIES),
    "overdue": ("逾期清单：任务台账里逾期的", DUTIES),
    "facts": ("流水：一行一条记录，作废的也在；总是现在的", FACTS),
}


def upgrade() -> None:
    """From 0010."""
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        return
    schema = '"' + str(bind.exec_driver_sql("SELECT current_schema()").scalar()).replace('"', '""') + '"'
    bind.exec_driver_sql(TABLES.replace("{as_owner}", f"SECURITY DEFINER SET search_path = {schema}, pg_temp"))
    bind.exec_driver_sql(VIEWS)
    for view, (said, columns) in COMMENTS.items():
        bind.exec_driver_sql(f"COMMENT ON VIEW {view} IS '{said}'")
        for column, meaning in columns.items():
            bind.exec_driver_sql(f"COMMENT ON COLUMN {view}.{column} IS '{meaning}'")
