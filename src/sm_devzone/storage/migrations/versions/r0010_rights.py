"""On a server: facts take their place by the server itself, and what logins of their own may see and record.

Nothing of this holds a login back before the first one is granted (storage/rights.py): until then who may do what is
settled by whoever gives rights to the tables by hand, as before. A file has one owner, and nothing of this.
"""

from alembic import op

from sm_devzone.storage.migrations.guarding import chain_itself

revision = "0010"
down_revision = "0009"

FACTS = ("plan_version", "entry", "evidence", "bulletin", "notice", "dispatch")
OWN = "unit = ANY ((SELECT own_names())::text[])"
"""Whether a row is about the unit of the login: asked of an index."""

TABLES = """
CREATE TABLE granted (
    login text PRIMARY KEY,
    sort text NOT NULL CHECK (sort IN ('unit', 'office', 'leader', 'reader')),
    unit text CHECK ((unit IS NOT NULL) = (sort = 'unit'))
);
CREATE TABLE plan_name (policy text NOT NULL, name text NOT NULL, unit text NOT NULL, PRIMARY KEY (policy, name));
CREATE TABLE plan_number (
    policy text NOT NULL, number int NOT NULL, after int NOT NULL, upto int NOT NULL, measure int NOT NULL,
    PRIMARY KEY (policy, number, after)
);
CREATE INDEX entry_of_unit ON entry (unit);
CREATE INDEX notice_of_unit ON notice (unit);
CREATE INDEX dispatch_of_unit ON dispatch (unit);
"""

VIEWS = """
CREATE VIEW ordered WITH (security_barrier) AS
    SELECT id, kind, policy, measure, unit, milestone, period, happened_on, recorded_at, voids, role, to_unit FROM entry
    WHERE kind IN ('assign', 'remove', 'transfer') OR (kind = 'void' AND voids IN (
        SELECT id FROM entry WHERE kind IN ('assign', 'remove', 'transfer')));
CREATE VIEW first_entry WITH (security_barrier) AS
    SELECT id, policy, recorded_at FROM entry WHERE id IN (SELECT min(id) FROM entry GROUP BY policy);
"""
"""What the row of one duty rests on beside its own facts: who answers for what, and since when a ledger is kept."""

FUNCTIONS = """
CREATE FUNCTION who(OUT sort text, OUT unit text) STABLE {as_owner} LANGUAGE sql AS $$
    SELECT l.sort, l.unit FROM granted l WHERE l.login = session_user
$$;

CREATE FUNCTION own_names() RETURNS text[] STABLE {as_owner} LANGUAGE sql AS $$
    SELECT array_agg(DISTINCT n.name) FROM granted l CROSS JOIN LATERAL (
        SELECT l.unit AS name
        UNION SELECT same.name FROM plan_name same JOIN plan_name own USING (policy, unit) WHERE own.name = l.unit
    ) n WHERE l.login = session_user AND l.sort = 'unit'
$$;

CREATE FUNCTION inherited() RETURNS int[] STABLE {as_owner} LANGUAGE sql AS $$
    WITH RECURSIVE moved AS (
        SELECT t.policy, coalesce(m.measure, t.measure) AS measure, coalesce(g.unit, t.unit) AS giver,
            coalesce(h.unit, t.to_unit) AS heir
        FROM entry t
        LEFT JOIN plan_number m ON (m.policy, m.number) = (t.policy, t.measure) AND m.after < t.id AND t.id <= m.upto
        LEFT JOIN plan_name g ON (g.policy, g.name) = (t.policy, t.unit)
        LEFT JOIN plan_name h ON (h.policy, h.name) = (t.policy, t.to_unit)
        WHERE t.kind IN ('assign', 'remove', 'transfer', 'suspend', 'resume', 'void') AND t.kind = 'transfer'
            AND NOT EXISTS (SELECT FROM entry v WHERE v.voids = t.id)
    ), line AS (
        SELECT policy, measure, giver FROM moved WHERE heir = ANY (own_names())
        UNION SELECT m.policy, m.measure, m.giver FROM moved m JOIN line l
            ON (m.policy, m.measure, m.heir) = (l.policy, l.measure, l.giver)
    ), named AS (
        SELECT policy, measure, giver AS name FROM line
        UNION SELECT l.policy, l.measure, n.name
        FROM line l JOIN plan_name n ON (n.policy, n.unit) = (l.policy, l.giver)
    )
    SELECT array_agg(e.id) FROM named n JOIN entry e ON (e.policy, e.unit) = (n.policy, n.name)
        LEFT JOIN plan_number m ON (m.policy, m.number) = (e.policy, e.measure) AND m.after < e.id AND e.id <= m.upto
    WHERE coalesce(m.measure, e.measure) = n.measure AND e.kind NOT IN ('assign', 'remove', 'transfer')
$$;

CREATE FUNCTION links_before() RETURNS TABLE (number int, sha256 text) STABLE {as_owner} LANGUAGE sql AS $$
    WITH own AS (SELECT id FROM entry WHERE unit = ANY (own_names()) OR id = ANY (inherited()))
    SELECT l.id, before.sha256 FROM link l JOIN link before ON before.id = l.id - 1 WHERE CASE l.kind
        WHEN 'entry' THEN l.fact IN (SELECT id FROM own)
        WHEN 'evidence' THEN l.fact IN (SELECT e.id FROM evidence e JOIN own ON own.id = e.entry)
        WHEN 'notice' THEN l.fact IN (SELECT id FROM notice WHERE unit = ANY (own_names()))
        WHEN 'dispatch' THEN l.fact IN (SELECT id FROM dispatch WHERE unit = ANY (own_names()))
        ELSE l.kind = 'plan_version' END
$$;

CREATE FUNCTION takes_its_place() RETURNS trigger VOLATILE {as_owner} LANGUAGE plpgsql AS $$
DECLARE
    next int;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('devzone' || {key}));
    EXECUTE format('SELECT coalesce(max(id), 0) + 1 FROM %I', TG_TABLE_NAME) INTO next;
    IF NEW.id IS NULL THEN
        NEW.id := next;
    END IF;
    IF EXISTS (SELECT FROM granted WHERE login = session_user) THEN
        NEW.id := next;
        IF TG_TABLE_NAME <> 'evidence' THEN
            NEW.recorded_by := session_user;
            NEW.recorded_at := to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"');
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION is_chained() RETURNS trigger VOLATILE {as_owner} LANGUAGE plpgsql AS $$
DECLARE
    last int := 0;
    before text := repeat('0', 64);
    fact text;
BEGIN
    SELECT id, sha256 INTO last, before FROM link ORDER BY id DESC LIMIT 1;
    SELECT string_agg(key || '=' || value::text || E'\\n', '' ORDER BY key COLLATE "C") INTO fact
        FROM jsonb_each(to_jsonb(NEW)) WHERE value <> 'null';
    fact := coalesce(before, repeat('0', 64)) || E'\\n' || TG_TABLE_NAME || E'\\n' || fact;
    INSERT INTO link (id, kind, fact, sha256) VALUES (
        coalesce(last, 0) + 1, TG_TABLE_NAME, NEW.id, encode(sha256(convert_to(fact, 'UTF8')), 'hex'));
    RETURN NULL;
END $$;

CREATE FUNCTION is_for_a_unit_to_say() RETURNS trigger VOLATILE {as_owner} LANGUAGE plpgsql AS $$
DECLARE
    day text;
    last text;
BEGIN
    IF (SELECT sort FROM who()) IS DISTINCT FROM 'unit' THEN
        RETURN NEW;
    END IF;
    FOREACH day IN ARRAY ARRAY[NEW.happened_on, NEW.promised] LOOP
        IF day !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' OR day <> to_char(day::date, 'YYYY-MM-DD') THEN
            RAISE EXCEPTION '日期要写成 2026-11-20' USING ERRCODE = 'insufficient_privilege';
        END IF;
    END LOOP;
    FOREACH last IN ARRAY ARRAY['close', 'suspend'] LOOP
        IF last = (
            SELECT e.kind FROM entry e
            WHERE (e.unit = ANY (own_names()) OR e.id = ANY (inherited()))
                AND (e.policy, e.measure, e.milestone, e.period)
                    = (NEW.policy, NEW.measure, NEW.milestone, NEW.period)
                AND e.kind = ANY (CASE last WHEN 'close' THEN ARRAY['submit', 'close', 'return', 'reopen']
                    ELSE ARRAY['suspend', 'resume'] END)
                AND e.happened_on <= NEW.happened_on AND NOT EXISTS (SELECT FROM entry v WHERE v.voids = e.id)
            ORDER BY e.happened_on DESC, e.id DESC LIMIT 1
        ) THEN
            RAISE EXCEPTION '这项任务办公室已经销号或中止，不再报进展' USING ERRCODE = 'insufficient_privilege';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;

REVOKE EXECUTE ON FUNCTION takes_its_place(), is_chained(), is_for_a_unit_to_say() FROM PUBLIC;
"""
"""They run as the owner of the tables, with what they name fixed; who asks is `session_user`, which nobody can set.

A trigger function that all may use could be put on a table of one's own, and would chain what one likes."""

POLICIES = f"""
CREATE POLICY of_own_unit ON entry FOR SELECT USING ({OWN} OR id = ANY ((SELECT inherited())::int[]));
CREATE POLICY by_own_unit ON entry FOR INSERT WITH CHECK (
    {OWN} AND recorded_by = session_user AND kind IN ('update', 'unchanged', 'submit') AND source = 'cli'
    AND (policy, measure) IN (SELECT policy, number FROM plan_number)
    AND num_nonnulls(role, voids, due_before, due, means, to_unit) = 0);
CREATE POLICY of_own_unit ON evidence FOR SELECT USING (entry IN (SELECT id FROM entry));
CREATE POLICY by_own_unit ON evidence FOR INSERT WITH CHECK (
    EXISTS (SELECT FROM entry e WHERE e.id = entry AND e.recorded_by = session_user AND e.{OWN}));
CREATE POLICY of_own_unit ON evidence_file FOR SELECT USING (sha256 IN (SELECT sha256 FROM evidence));
CREATE POLICY by_own_unit ON evidence_file FOR INSERT WITH CHECK (
    (SELECT own_names()) IS NOT NULL AND octet_length(content) <= 50000000
    AND sha256 = encode(sha256(content), 'hex'));
CREATE POLICY of_own_unit ON notice FOR SELECT USING ({OWN});
CREATE POLICY of_own_unit ON dispatch FOR SELECT USING ({OWN});
CREATE POLICY of_all ON plan_version FOR SELECT USING ((SELECT sort FROM who()) IS NOT NULL);
CREATE POLICY of_own_unit ON link FOR SELECT USING (
    (kind = 'entry' AND fact IN (SELECT id FROM entry))
    OR (kind = 'evidence' AND fact IN (SELECT id FROM evidence))
    OR (kind = 'notice' AND fact IN (SELECT id FROM notice))
    OR (kind = 'dispatch' AND fact IN (SELECT id FROM dispatch))
    OR (kind = 'plan_version' AND fact IN (SELECT id FROM plan_version)));
"""
"""For everybody, who is somebody by `granted` alone. Who reads all has one more of their own (storage/rights.py)."""


def upgrade() -> None:
    """From 0009."""
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        return
    schema = bind.exec_driver_sql("SELECT current_schema()").scalar()
    quoted = '"' + str(schema).replace('"', '""') + '"'
    key = "''" if schema == "public" else "' " + str(schema).replace("'", "''") + "'"
    for part in (TABLES, VIEWS, FUNCTIONS, POLICIES):
        sql = part.replace("{as_owner}", f"SECURITY DEFINER SET search_path = {quoted}, pg_temp").replace("{key}", key)
        bind.exec_driver_sql(sql.replace("%", "%%"))
    for table in FACTS:
        chain_itself(table)
    op.execute(
        "CREATE TRIGGER entry_unit_may_say BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION is_for_a_unit_to_say()"
    )
