namespace Lockkeeper.Migrations.Reading.Dependents;

/// <summary>Reads what depends on a column as the statements that make it. The server itself prints every definition and quotes every name.</summary>
/// <remarks>
/// $1 is the table, $2 the column, $3 the schemas of versions. Each query gives kind, oid, order, schema and relation, name,
/// what makes it, what drops it, of a trigger its list of columns, and the schemas and names of what it reads. All are run under an empty search_path.
/// </remarks>
internal static class DependentQueries
{
    /// <summary>The column, and the views that read it, directly or by way of another view, each with the longest way to it.</summary>
    public const string Closure = """
        WITH RECURSIVE col AS (
            SELECT a.attrelid, a.attnum FROM pg_attribute a WHERE a.attrelid = to_regclass($1) AND a.attname = $2),
        read (oid, level) AS (
            SELECT w.ev_class, 0
            FROM col JOIN pg_depend p ON p.refclassid = 'pg_class'::regclass AND p.refobjid = col.attrelid AND p.refobjsubid = col.attnum
            JOIN pg_rewrite w ON p.classid = 'pg_rewrite'::regclass AND w.oid = p.objid AND w.rulename = '_RETURN'
            JOIN pg_class c ON c.oid = w.ev_class AND c.relkind = 'v' JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname <> ALL ($3)
            UNION
            SELECT w.ev_class, r.level + 1
            FROM read r JOIN pg_depend p ON p.refclassid = 'pg_class'::regclass AND p.refobjid = r.oid
            JOIN pg_rewrite w ON p.classid = 'pg_rewrite'::regclass AND w.oid = p.objid AND w.rulename = '_RETURN' AND w.ev_class <> r.oid
            JOIN pg_class c ON c.oid = w.ev_class AND c.relkind = 'v'),
        views AS (SELECT oid, max(level) AS level FROM read GROUP BY oid)
        """;

    // The owner is always said: another role may complete the migration than the one that started it.
    // What is granted by default to others on whatever that role makes is taken back first: the view has what it had.
    public const string Views = $"""
        {Closure}
        SELECT 'v', c.oid, v.level, n.nspname, c.relname, c.relname,
            ARRAY[format(E'CREATE VIEW %s%s AS\n%s', q.name, ' WITH (' || array_to_string(c.reloptions, ', ') || ')', rtrim(pg_get_viewdef(c.oid), ';'))]
            || ARRAY(SELECT format('ALTER VIEW %s OWNER TO %I', q.name, o.rolname) FROM pg_roles o WHERE o.oid = c.relowner)
            || ARRAY(SELECT format('ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s', q.name, a.attname, pg_get_expr(d.adbin, d.adrelid))
                     FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE d.adrelid = c.oid ORDER BY a.attnum)
            || ARRAY(SELECT format('COMMENT ON %s IS %L', CASE WHEN s.objsubid = 0 THEN format('VIEW %s', q.name) ELSE format('COLUMN %s.%I', q.name, a.attname) END,
                                   s.description)
                     FROM pg_description s LEFT JOIN pg_attribute a ON a.attrelid = s.objoid AND a.attnum = s.objsubid
                     WHERE s.classoid = 'pg_class'::regclass AND s.objoid = c.oid ORDER BY s.objsubid)
            || ARRAY(SELECT format('DO %L', format(
                         'DECLARE other text; BEGIN FOR other IN SELECT DISTINCT CASE x.grantee WHEN 0 THEN ''PUBLIC'' ELSE quote_ident(pg_get_userbyid(x.grantee)) END '
                         'FROM pg_catalog.pg_class c, aclexplode(c.relacl) x WHERE c.oid = %L::regclass AND x.grantee <> c.relowner '
                         'LOOP EXECUTE %L || other; END LOOP; END', q.name, format('REVOKE ALL ON TABLE %s FROM ', q.name)))
                     WHERE EXISTS (SELECT FROM pg_default_acl l WHERE l.defaclobjtype = 'r' AND l.defaclnamespace IN (0, n.oid)))
            || ARRAY(SELECT format('REVOKE ALL ON TABLE %s FROM %I', q.name, pg_get_userbyid(c.relowner))
                     WHERE c.relacl IS NOT NULL AND NOT EXISTS (SELECT FROM unnest(c.relacl) i WHERE i = ANY (acldefault('r', c.relowner))))
            || ARRAY(SELECT format('GRANT %s ON TABLE %s TO %s%s', string_agg(x.privilege_type, ', ' ORDER BY x.privilege_type), q.name,
                                   CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END,
                                   CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' END)
                     FROM aclexplode(c.relacl) x
                     WHERE x.grantee <> c.relowner OR NOT EXISTS (SELECT FROM unnest(c.relacl) i WHERE i = ANY (acldefault('r', c.relowner)))
                     GROUP BY x.grantee, x.is_grantable ORDER BY x.grantee, x.is_grantable)
            || ARRAY(SELECT format('GRANT %s (%I) ON TABLE %s TO %s%s', x.privilege_type, a.attname, q.name,
                                   CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END,
                                   CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' END)
                     FROM pg_attribute a, aclexplode(a.attacl) x WHERE a.attrelid = c.oid AND x.grantee <> c.relowner
                     ORDER BY a.attnum, x.grantee, x.privilege_type),
            ARRAY[format('DROP VIEW %s', q.name)], ARRAY[]::text[], {Reads}
        FROM views v JOIN pg_class c ON c.oid = v.oid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_rewrite w ON w.ev_class = c.oid AND w.rulename = '_RETURN'
        CROSS JOIN LATERAL (SELECT format('%I.%I', n.nspname, c.relname)) AS q (name)
        CROSS JOIN LATERAL (SELECT 'pg_rewrite'::regclass, w.oid, c.oid) AS o (class, oid, own)
        """;

    public const string Rules = $"""
        {Closure}
        SELECT 'r', w.oid, 0, n.nspname, c.relname, w.rulename,
            ARRAY[rtrim(pg_get_ruledef(w.oid), ';')]
            || ARRAY(SELECT format('ALTER TABLE %I.%I %s RULE %I', n.nspname, c.relname,
                                   CASE w.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, w.rulename)
                     WHERE w.ev_enabled <> 'O')
            || ARRAY(SELECT format('COMMENT ON RULE %I ON %I.%I IS %L', w.rulename, n.nspname, c.relname, s.description)
                     FROM pg_description s WHERE s.classoid = 'pg_rewrite'::regclass AND s.objoid = w.oid),
            ARRAY(SELECT format('DROP RULE %I ON %I.%I', w.rulename, n.nspname, c.relname) WHERE c.relkind <> 'v'), ARRAY[]::text[], {Reads}
        FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL (SELECT 'pg_rewrite'::regclass, w.oid, c.oid) AS o (class, oid, own)
        WHERE w.rulename <> '_RETURN' AND (w.ev_class IN (SELECT oid FROM views) OR w.ev_class = to_regclass($1) AND EXISTS (
            SELECT FROM pg_depend p WHERE p.classid = 'pg_rewrite'::regclass AND p.objid = w.oid AND p.refclassid = 'pg_class'::regclass
              AND (p.refobjid IN (SELECT oid FROM views) OR EXISTS (SELECT FROM col WHERE p.refobjid = attrelid AND p.refobjsubid = attnum))))
        """;

    public const string Policies = $"""
        {Closure}
        SELECT DISTINCT 'p', k.oid, 0, n.nspname, c.relname, k.polname,
            ARRAY[format('ALTER POLICY %I ON %I.%I%s%s', k.polname, n.nspname, c.relname,
                         ' USING (' || pg_get_expr(k.polqual, k.polrelid) || ')', ' WITH CHECK (' || pg_get_expr(k.polwithcheck, k.polrelid) || ')')],
            ARRAY[]::text[], ARRAY[]::text[], {Reads}
        FROM col JOIN pg_depend p ON p.refclassid = 'pg_class'::regclass AND p.refobjid = col.attrelid AND p.refobjsubid = col.attnum
        JOIN pg_policy k ON p.classid = 'pg_policy'::regclass AND k.oid = p.objid
        JOIN pg_class c ON c.oid = k.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL (SELECT 'pg_policy'::regclass, k.oid, c.oid) AS o (class, oid, own)
        """;

    // pg_get_triggerdef prints events in this order; the text up to the list of columns is measured here and not searched for.
    public const string Triggers = $"""
        {Closure}
        SELECT CASE WHEN c.relkind = 'v' THEN 'i' ELSE 't' END, t.oid, 0, n.nspname, c.relname, t.tgname,
            ARRAY[CASE WHEN t.tgconstraint <> 0 OR c.relkind = 'v' THEN d.text ELSE 'CREATE OR REPLACE ' || substr(d.text, 8) END]
            || e.state
            || ARRAY(SELECT format('COMMENT ON TRIGGER %I ON %I.%I IS %L', t.tgname, n.nspname, c.relname, s.description)
                     FROM pg_description s
                     WHERE s.classoid = 'pg_trigger'::regclass AND s.objoid = t.oid AND (t.tgconstraint <> 0 OR c.relkind = 'v')),
            ARRAY(SELECT format('DROP TRIGGER %I ON %I.%I', t.tgname, n.nspname, c.relname) WHERE t.tgconstraint <> 0),
            CASE WHEN t.tgconstraint <> 0 OR NOT (SELECT attnum FROM col) = ANY (t.tgattr::int2[]) THEN ARRAY[]::text[]
                 WHEN NOT starts_with(d.text, d.head) THEN ARRAY['']
                 ELSE ARRAY['CREATE OR REPLACE ' || substr(d.head, 8), substr(d.text, length(d.head) + 1)] || ARRAY(
                     SELECT a.attname::text FROM unnest(t.tgattr::int2[]) WITH ORDINALITY u (attnum, place)
                     JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = u.attnum ORDER BY u.place) END,
            ARRAY[]::name[], ARRAY[]::name[]
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL (SELECT ARRAY(
            SELECT format('ALTER TABLE %I.%I %s TRIGGER %I', n.nspname, c.relname,
                          CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, t.tgname)
            WHERE t.tgenabled <> 'O' AND c.relkind <> 'v')) AS e (state)
        CROSS JOIN LATERAL (SELECT pg_get_triggerdef(t.oid), format('CREATE TRIGGER %I %s %sUPDATE OF %s', t.tgname,
            CASE WHEN t.tgtype & 2 <> 0 THEN 'BEFORE' ELSE 'AFTER' END,
            CASE WHEN t.tgtype & 4 <> 0 THEN 'INSERT OR ' END || CASE WHEN t.tgtype & 8 <> 0 THEN 'DELETE OR ' ELSE '' END,
            (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY u.place) FROM unnest(t.tgattr::int2[]) WITH ORDINALITY u (attnum, place)
             JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = u.attnum))) AS d (text, head)
        WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND (t.tgrelid IN (SELECT oid FROM views) OR t.tgrelid = to_regclass($1) AND EXISTS (
            SELECT FROM pg_depend p, col WHERE p.classid = 'pg_trigger'::regclass AND p.objid = t.oid AND p.refclassid = 'pg_class'::regclass
              AND p.refobjid = col.attrelid AND p.refobjsubid = col.attnum))
        """;

    // The default of a target is -1 before 17 and null since.
    public const string Statistics = """
        SELECT 's', s.oid, 0, n.nspname, c.relname, s.stxname,
            ARRAY[pg_get_statisticsobjdef(s.oid)]
            || ARRAY(SELECT format('ALTER STATISTICS %I.%I SET STATISTICS %s', sn.nspname, s.stxname, s.stxstattarget) WHERE s.stxstattarget >= 0)
            || ARRAY(SELECT format('ALTER STATISTICS %I.%I OWNER TO %I', sn.nspname, s.stxname, r.rolname)
                     FROM pg_roles r WHERE r.oid = s.stxowner)
            || ARRAY(SELECT format('COMMENT ON STATISTICS %I.%I IS %L', sn.nspname, s.stxname, d.description)
                     FROM pg_description d WHERE d.classoid = 'pg_statistic_ext'::regclass AND d.objoid = s.oid),
            ARRAY[]::text[], ARRAY[]::text[], ARRAY[]::name[], ARRAY[]::name[]
        FROM pg_statistic_ext s JOIN pg_namespace sn ON sn.oid = s.stxnamespace
        JOIN pg_class c ON c.oid = s.stxrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = s.stxrelid AND a.attname = $2
        WHERE s.stxrelid = to_regclass($1) AND (a.attnum = ANY (s.stxkeys::int2[]) OR EXISTS (
            SELECT FROM pg_depend p WHERE p.classid = 'pg_statistic_ext'::regclass AND p.objid = s.oid AND p.refclassid = 'pg_class'::regclass
              AND p.refobjid = s.stxrelid AND p.refobjsubid = a.attnum))
        """;

    /// <summary>From PostgreSQL 15 on.</summary>
    public const string Publications = """
        SELECT 'b', r.oid, 0, n.nspname, c.relname, b.pubname,
            ARRAY[format('ALTER PUBLICATION %I ADD TABLE ONLY %I.%I%s%s', b.pubname, n.nspname, c.relname,
                ' (' || (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
                         FROM unnest(r.prattrs::int2[]) u (attnum)
                         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum) || ')',
                ' WHERE (' || pg_get_expr(r.prqual, c.oid) || ')')],
            ARRAY[format('ALTER PUBLICATION %I DROP TABLE ONLY %I.%I', b.pubname, n.nspname, c.relname)], ARRAY[]::text[], ARRAY[]::name[], ARRAY[]::name[]
        FROM pg_publication_rel r JOIN pg_publication b ON b.oid = r.prpubid
        JOIN pg_class c ON c.oid = r.prrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid = to_regclass($1) AND EXISTS (
            SELECT FROM pg_depend p JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = $2
            WHERE p.classid = 'pg_publication_rel'::regclass AND p.objid = r.oid AND p.refclassid = 'pg_class'::regclass
              AND p.refobjid = c.oid AND p.refobjsubid = a.attnum)
        """;

    // Relations other than its own that object o.oid of catalog o.class mentions.
    private const string Reads = """
        ARRAY(SELECT rn.nspname FROM (SELECT DISTINCT p.refobjid FROM pg_depend p
                  WHERE p.classid = o.class AND p.objid = o.oid AND p.refclassid = 'pg_class'::regclass AND p.refobjid <> o.own) x
              JOIN pg_class rc ON rc.oid = x.refobjid AND rc.relkind IN ('r', 'p', 'v', 'm', 'f') JOIN pg_namespace rn ON rn.oid = rc.relnamespace ORDER BY rc.oid),
        ARRAY(SELECT rc.relname FROM (SELECT DISTINCT p.refobjid FROM pg_depend p
                  WHERE p.classid = o.class AND p.objid = o.oid AND p.refclassid = 'pg_class'::regclass AND p.refobjid <> o.own) x
              JOIN pg_class rc ON rc.oid = x.refobjid AND rc.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY rc.oid)
        """;
}
