namespace Lockkeeper.Migrations.Reading.Dependents;

/// <summary>Finds what depends on a column, or on a view that would have to be made anew for it, and cannot be carried over.</summary>
internal static class ObstacleQuery
{
    public const string Sql = $"""
        {DependentQueries.Closure},
        types AS (
            SELECT t.oid FROM views v JOIN pg_class c ON c.oid = v.oid JOIN pg_type t ON t.oid = c.reltype OR t.typelem = c.reltype),
        -- A partition's column is its own, and what was made on it is not made again with the table's.
        columns (oid, attnum) AS (
            SELECT attrelid, attnum FROM col
            UNION SELECT t.relid, a.attnum FROM col, pg_partition_tree(col.attrelid) t
            JOIN pg_attribute a ON a.attrelid = t.relid AND a.attname = $2 WHERE t.level > 0),
        users (classid, objid, objsubid) AS (
            SELECT p.classid, p.objid, p.objsubid FROM columns c
            JOIN pg_depend p ON p.refclassid = 'pg_class'::regclass AND p.refobjid = c.oid AND p.refobjsubid = c.attnum
            UNION SELECT p.classid, p.objid, p.objsubid FROM views v
            JOIN pg_depend p ON p.refclassid = 'pg_class'::regclass AND p.refobjid = v.oid
            UNION SELECT p.classid, p.objid, p.objsubid FROM types t
            JOIN pg_depend p ON p.refclassid = 'pg_type'::regclass AND p.refobjid = t.oid)
        SELECT DISTINCT CASE WHEN w.oid IS NULL THEN pg_describe_object(u.classid, u.objid, u.objsubid)
                             WHEN w.rulename = '_RETURN' THEN pg_describe_object('pg_class'::regclass, w.ev_class, 0)
                             ELSE pg_describe_object(u.classid, u.objid, 0) END
        FROM users u
        LEFT JOIN pg_rewrite w ON u.classid = 'pg_rewrite'::regclass AND w.oid = u.objid
        LEFT JOIN pg_class vc ON vc.oid = w.ev_class LEFT JOIN pg_namespace vn ON vn.oid = vc.relnamespace
        WHERE CASE u.classid
            WHEN 'pg_rewrite'::regclass THEN w.ev_class NOT IN (SELECT oid FROM views) AND vn.nspname <> ALL ($3)
                AND NOT (w.rulename <> '_RETURN' AND w.ev_class = to_regclass($1))
            WHEN 'pg_trigger'::regclass THEN EXISTS (
                SELECT FROM pg_trigger t WHERE t.oid = u.objid AND NOT t.tgisinternal AND t.tgparentid = 0
                  AND t.tgrelid <> to_regclass($1) AND t.tgrelid NOT IN (SELECT oid FROM views))
            WHEN 'pg_policy'::regclass THEN NOT EXISTS (
                SELECT FROM pg_depend p, col WHERE p.classid = u.classid AND p.objid = u.objid AND p.refclassid = 'pg_class'::regclass
                  AND p.refobjid = col.attrelid AND p.refobjsubid = col.attnum)
                OR EXISTS (SELECT FROM pg_depend p WHERE p.classid = u.classid AND p.objid = u.objid AND p.refclassid = 'pg_class'::regclass
                             AND p.refobjid IN (SELECT oid FROM views))
            WHEN 'pg_statistic_ext'::regclass THEN EXISTS (SELECT FROM pg_statistic_ext s WHERE s.oid = u.objid AND s.stxrelid <> to_regclass($1))
            WHEN 'pg_publication_rel'::regclass THEN EXISTS (SELECT FROM pg_publication_rel r WHERE r.oid = u.objid AND r.prrelid <> to_regclass($1))
            WHEN 'pg_constraint'::regclass THEN EXISTS (
                SELECT FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
                WHERE k.oid = u.objid AND k.contype = 'f' AND k.conparentid = 0 AND c.relispartition AND k.confrelid = to_regclass($1))
            WHEN 'pg_attrdef'::regclass THEN EXISTS (
                SELECT FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
                WHERE d.oid = u.objid AND a.attgenerated <> '' AND NOT EXISTS (SELECT FROM columns WHERE oid = a.attrelid AND attnum = a.attnum))
            WHEN 'pg_type'::regclass THEN u.objid NOT IN (SELECT oid FROM types)
            WHEN 'pg_class'::regclass THEN NOT EXISTS (SELECT FROM pg_index i JOIN columns c ON c.oid = i.indrelid WHERE i.indexrelid = u.objid)
                AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = u.objid AND c.relkind = 'S')
                -- A generated column depends on what it reads also this way, and a partition key on its own table.
                AND NOT EXISTS (SELECT FROM columns WHERE oid = u.objid)
            ELSE true END
        UNION
        SELECT pg_describe_object(classid, objid, 0) || ' of an extension' FROM pg_depend JOIN views ON oid = objid
        WHERE classid = 'pg_class'::regclass AND deptype = 'e'
        UNION
        SELECT format('view %I.%I, which belongs to role %I', n.nspname, c.relname, pg_get_userbyid(c.relowner))
        FROM views v JOIN pg_class c ON c.oid = v.oid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT pg_has_role(c.relowner, 'USAGE')
        UNION
        SELECT format('view %I.%I, in whose schema this role may make nothing', n.nspname, c.relname)
        FROM views v JOIN pg_class c ON c.oid = v.oid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT has_schema_privilege(n.oid, 'CREATE')
        UNION
        SELECT format('publication %I, which belongs to role %I', b.pubname, pg_get_userbyid(b.pubowner))
        FROM col JOIN pg_publication_rel r ON r.prrelid = col.attrelid JOIN pg_publication b ON b.oid = r.prpubid
        JOIN pg_depend p ON p.classid = 'pg_publication_rel'::regclass AND p.objid = r.oid AND p.refclassid = 'pg_class'::regclass
         AND p.refobjid = col.attrelid AND p.refobjsubid = col.attnum
        WHERE NOT pg_has_role(b.pubowner, 'USAGE')
        UNION
        SELECT format('policy %I of table %s, which belongs to role %I', k.polname, k.polrelid::regclass, pg_get_userbyid(c.relowner))
        FROM col JOIN pg_depend p ON p.classid = 'pg_policy'::regclass AND p.refclassid = 'pg_class'::regclass
         AND p.refobjid = col.attrelid AND p.refobjsubid = col.attnum
        JOIN pg_policy k ON k.oid = p.objid JOIN pg_class c ON c.oid = k.polrelid WHERE NOT pg_has_role(c.relowner, 'USAGE')
        UNION
        SELECT format('security label of %s', pg_describe_object(l.classoid, l.objoid, l.objsubid)) FROM pg_seclabel l JOIN views v ON v.oid = l.objoid
        WHERE l.classoid = 'pg_class'::regclass
        ORDER BY 1
        """;
}
