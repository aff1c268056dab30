namespace Lockkeeper.Server.Scripting;

/// <summary>Reads tables, their defaults and partitions as statements, and what stands for what in the server's list of dependencies.</summary>
internal static class TableQueries
{
    /// <summary>Key, rank, name and SQL. A partition is made as a table of its own and attached, as its columns may stand in another order.</summary>
    /// <param name="majorVersion">The server's: since 18, a NOT NULL has a name of its own.</param>
    public static string Tables(int majorVersion) => $$"""
        SELECT 'pg_class:' || c.oid, 5, relname::text, format(E'CREATE %sTABLE %I.%I (%s\n)%s%s%s%s;', CASE relpersistence WHEN 'u' THEN 'UNLOGGED ' END,
            $1, relname,
            (SELECT string_agg(format(E'\n    %I %s%s%s%s%s', attname, format_type(atttypid, atttypmod),
                (SELECT format(' COLLATE %I.%I', n.nspname, collname) FROM pg_collation k JOIN pg_namespace n ON n.oid = collnamespace
                 JOIN pg_type b ON b.oid = atttypid WHERE k.oid = attcollation AND attcollation <> b.typcollation),
                CASE attgenerated WHEN '' THEN NULL ELSE format(' GENERATED ALWAYS AS (%s) %s', pg_get_expr(adbin, adrelid),
                     CASE attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END) END,
                CASE attidentity WHEN '' THEN NULL ELSE (
                    SELECT format(' GENERATED %s AS IDENTITY (SEQUENCE NAME %s INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s%s)',
                        CASE attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, seqrelid::regclass, seqincrement, seqmin, seqmax,
                        seqstart, seqcache, CASE WHEN seqcycle THEN ' CYCLE' END)
                    FROM pg_depend JOIN pg_sequence ON seqrelid = objid
                    WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND refobjid = attrelid AND refobjsubid = attnum
                      AND deptype = 'i') END,
                {{NotNull(majorVersion)}}), ',' ORDER BY attnum)
             FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
             WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND (attislocal OR relispartition)),
            CASE WHEN NOT relispartition THEN (
                SELECT ' INHERITS (' || string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno) || ')' FROM pg_inherits WHERE inhrelid = c.oid) END,
            ' PARTITION BY ' || pg_get_partkeydef(c.oid), (SELECT format(' USING %I', amname) FROM pg_am WHERE oid = relam AND amname <> 'heap'),
            ' WITH (' || array_to_string(reloptions, ', ') || ')')
          || CASE WHEN reloftype <> 0 THEN format(E'\nALTER TABLE %I.%I OF %s;', $1, relname, reloftype::regtype) ELSE '' END
          || COALESCE((SELECT string_agg(format(E'\nALTER TABLE %I.%I ALTER COLUMN %I SET STORAGE %s;', $1, relname, attname,
                           CASE attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END), '' ORDER BY attnum)
                       FROM pg_attribute JOIN pg_type y ON y.oid = atttypid
                       WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attstorage <> typstorage), '')
          || COALESCE((SELECT string_agg(format(E'\nALTER TABLE %I.%I ALTER COLUMN %I SET COMPRESSION %s;', $1, relname, attname,
                           CASE attcompression WHEN 'p' THEN 'pglz' ELSE 'lz4' END), '' ORDER BY attnum)
                       FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attcompression IN ('p', 'l')), '')
          || COALESCE((SELECT string_agg(format(E'\nALTER TABLE %I.%I ALTER COLUMN %I SET STATISTICS %s;', $1, relname, attname, attstattarget), '' ORDER BY attnum)
                       FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attstattarget >= 0), '')
        FROM pg_class c WHERE relkind IN ('r', 'p') AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
          AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.deptype = 'e' AND e.classid = 'pg_class'::regclass AND e.objid = c.oid)
        """;

    /// <summary>Key, rank, name and SQL of what is set on tables that are there.</summary>
    public const string OnTables = """
        SELECT 'pg_attrdef:' || d.oid, 6, format('%s %s', relname, attnum), format('ALTER TABLE %s%s ALTER COLUMN %I SET DEFAULT %s;',
            CASE WHEN relkind <> 'v' THEN 'ONLY ' END, adrelid::regclass, attname, pg_get_expr(adbin, adrelid))
        FROM pg_attrdef d JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum JOIN pg_class c ON c.oid = adrelid
        WHERE attgenerated = '' AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND relkind IN ('r', 'p', 'v')
        UNION ALL
        SELECT 'attach:' || c.oid, 9, relname::text,
               format('ALTER TABLE ONLY %s ATTACH PARTITION %s %s;', inhparent::regclass, c.oid::regclass, pg_get_expr(relpartbound, c.oid))
        FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
        WHERE relkind IN ('r', 'p') AND relispartition AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
        UNION ALL
        SELECT 'identity:' || c.oid, 19, relname::text, format('ALTER TABLE %s REPLICA IDENTITY %s;', c.oid::regclass,
            CASE relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING' ELSE (
                SELECT format('USING INDEX %I', i.relname) FROM pg_index JOIN pg_class i ON i.oid = indexrelid WHERE indrelid = c.oid AND indisreplident) END)
        FROM pg_class c WHERE relkind IN ('r', 'p') AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
          AND (relreplident IN ('f', 'n') OR EXISTS (SELECT FROM pg_index WHERE indrelid = c.oid AND indisreplident))
        UNION ALL
        SELECT 'cluster:' || c.oid, 19, format('%s cluster', c.relname), format('ALTER TABLE %s CLUSTER ON %I;', c.oid::regclass, i.relname)
        FROM pg_index JOIN pg_class c ON c.oid = indrelid JOIN pg_class i ON i.oid = indexrelid
        WHERE indisclustered AND c.relkind IN ('r', 'm') AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
        UNION ALL
        SELECT 'security:' || c.oid, 17, relname::text, format('ALTER TABLE %s%s%s;', c.oid::regclass,
            CASE WHEN relrowsecurity THEN ' ENABLE ROW LEVEL SECURITY' END,
            CASE WHEN relforcerowsecurity THEN (CASE WHEN relrowsecurity THEN ',' ELSE '' END) || ' FORCE ROW LEVEL SECURITY' END)
        FROM pg_class c WHERE relkind IN ('r', 'p') AND (relrowsecurity OR relforcerowsecurity)
          AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
        """;

    /// <summary>Pairs of an object and what must be there before it, by the keys of parts.</summary>
    /// <remarks>
    /// What pg_depend names is not always what a statement makes: a view's columns hang on its rule, a table's row type stands for the table,
    /// and the index of a key for the key. A sequence that a column owns is made before its table.
    /// </remarks>
    public const string Needs = """
        WITH stands AS (
            SELECT 'pg_rewrite'::regclass::oid AS class, w.oid AS oid, 'pg_class:' || ev_class AS key FROM pg_rewrite w WHERE rulename = '_RETURN'
            UNION ALL SELECT 'pg_attrdef'::regclass, d.oid, 'pg_class:' || adrelid FROM pg_attrdef d
                      JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum WHERE attgenerated <> ''
            UNION ALL SELECT 'pg_type'::regclass, t.oid, 'pg_class:' || typrelid FROM pg_type t JOIN pg_class c ON c.oid = typrelid WHERE relkind <> 'c'
            UNION ALL SELECT 'pg_type'::regclass, a.oid, COALESCE('pg_class:' || c.oid, 'pg_type:' || t.oid)
                      FROM pg_type a JOIN pg_type t ON t.typarray = a.oid LEFT JOIN pg_class c ON c.oid = t.typrelid AND c.relkind <> 'c'
            UNION ALL SELECT 'pg_type'::regclass, rngmultitypid, 'pg_type:' || rngtypid FROM pg_range
            UNION ALL SELECT 'pg_class'::regclass, c.oid, 'pg_type:' || reltype FROM pg_class c WHERE relkind = 'c'
            UNION ALL SELECT 'pg_class'::regclass, conindid, 'pg_constraint:' || k.oid FROM pg_constraint k WHERE contype IN ('p', 'u', 'x')),
        pairs AS (
            SELECT COALESCE(s.key, d.classid::regclass || ':' || d.objid) AS key, COALESCE(r.key, d.refclassid::regclass || ':' || d.refobjid) AS needs
            FROM pg_depend d
            LEFT JOIN stands s ON s.class = d.classid AND s.oid = d.objid
            LEFT JOIN stands r ON r.class = d.refclassid AND r.oid = d.refobjid
            LEFT JOIN pg_class q ON d.classid = 'pg_class'::regclass AND q.oid = d.objid AND q.relkind = 'S'
            WHERE q.oid IS NULL OR d.deptype NOT IN ('a', 'i'))
        SELECT key, needs FROM pairs
        UNION ALL
        -- A partition is attached when its checks are there, and its indexes when all of them are.
        SELECT 'attach:' || inhrelid, k.key FROM pg_inherits i CROSS JOIN LATERAL (
            SELECT 'pg_class:' || inhparent AS key UNION ALL SELECT 'pg_class:' || inhrelid
            UNION ALL SELECT key FROM stands WHERE class = 'pg_class'::regclass AND stands.oid IN (inhparent, inhrelid)
            UNION ALL SELECT 'pg_constraint:' || c.oid FROM pg_constraint c WHERE contype = 'c' AND conrelid IN (inhrelid, inhparent)) k
        UNION ALL
        -- A key or index of a partitioned table is not made before its partitions are attached, or the server would make those of the partitions.
        SELECT 'pg_constraint:' || c.oid, 'attach:' || p.inhrelid FROM pg_constraint c JOIN pg_inherits p ON p.inhparent = conrelid WHERE contype IN ('f')
        UNION ALL
        SELECT 'owned:' || objid, 'pg_class:' || refobjid FROM pg_depend WHERE classid = 'pg_class'::regclass AND deptype = 'a'
        UNION ALL
        SELECT 'owned:' || objid, 'pg_class:' || objid FROM pg_depend WHERE classid = 'pg_class'::regclass AND deptype = 'a'
        """;

    /// <summary>What a script cannot hold, in words.</summary>
    public const string LeftOut = """
        WITH here AS (SELECT oid FROM pg_namespace WHERE nspname = $1)
        SELECT format('%s %s', i.type, i.identity) FROM (
            SELECT 'pg_proc'::regclass::oid AS class, oid FROM pg_proc WHERE pronamespace = (SELECT oid FROM here) AND prokind = 'a'
            UNION ALL SELECT 'pg_operator'::regclass, oid FROM pg_operator WHERE oprnamespace = (SELECT oid FROM here)
            UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass WHERE opcnamespace = (SELECT oid FROM here)
            UNION ALL SELECT 'pg_collation'::regclass, oid FROM pg_collation WHERE collnamespace = (SELECT oid FROM here)
            UNION ALL SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config WHERE cfgnamespace = (SELECT oid FROM here)
            UNION ALL SELECT 'pg_ts_dict'::regclass, oid FROM pg_ts_dict WHERE dictnamespace = (SELECT oid FROM here)
            UNION ALL SELECT 'pg_type'::regclass, oid FROM pg_type WHERE typnamespace = (SELECT oid FROM here) AND typtype = 'b' AND typelem = 0
            UNION ALL SELECT 'pg_class'::regclass, oid FROM pg_class WHERE relnamespace = (SELECT oid FROM here) AND relkind = 'f'
            UNION ALL SELECT 'pg_class'::regclass, indexrelid FROM pg_index JOIN pg_class c ON c.oid = indexrelid
                      WHERE relnamespace = (SELECT oid FROM here) AND relkind = 'i' AND NOT indisvalid) o
        CROSS JOIN LATERAL pg_identify_object(o.class, o.oid, 0) i
        WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.deptype = 'e' AND e.classid = o.class AND e.objid = o.oid)
        ORDER BY 1
        """;

    private static string NotNull(int majorVersion) => majorVersion < 18
        ? "CASE WHEN attnotnull THEN ' NOT NULL' END"
        : """
          (SELECT format(' CONSTRAINT %I NOT NULL%s', conname, CASE WHEN connoinherit THEN ' NO INHERIT' END) FROM pg_constraint
           WHERE conrelid = attrelid AND contype = 'n' AND conkey = ARRAY[attnum] AND convalidated AND (conislocal OR relispartition))
          """;
}
