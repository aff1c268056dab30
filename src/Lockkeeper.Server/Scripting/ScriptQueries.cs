using System.Collections.Immutable;

namespace Lockkeeper.Server.Scripting;

/// <summary>Reads what a schema holds as statements. The server itself prints every definition; each query gives key, rank, name and SQL.</summary>
/// <remarks>
/// $1 is the schema. They are run under an empty search_path, so that all names are printed with their schema. What belongs to an extension
/// comes with the extension. Ranks: 1 extensions, 2 types, 3 routines, 4 sequences, 5 tables, then what hangs on them.
/// </remarks>
internal static class ScriptQueries
{
    // pg_depend.deptype 'e': made by CREATE EXTENSION; 'i': made with another object, as the functions of a range type are.
    private const string OfExtension = "SELECT FROM pg_depend e WHERE e.deptype IN ('e', 'i') AND e.classid =";

    private const string Extensions = """
        SELECT 'pg_extension:' || x.oid, 1, extname::text, format('CREATE EXTENSION IF NOT EXISTS %I WITH SCHEMA %I;', extname, $1)
        FROM pg_extension x WHERE extnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
        """;

    private const string Types = $"""
        SELECT 'pg_type:' || t.oid, 2, typname::text, CASE typtype
            WHEN 'e' THEN format('CREATE TYPE %I.%I AS ENUM (%s);', $1, typname,
                (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid))
            WHEN 'c' THEN format('CREATE TYPE %I.%I AS (%s);', $1, typname,
                (SELECT string_agg(format('%I %s%s', attname, format_type(atttypid, atttypmod), (
                            SELECT format(' COLLATE %I.%I', n.nspname, collname) FROM pg_collation c JOIN pg_namespace n ON n.oid = collnamespace
                            JOIN pg_type b ON b.oid = atttypid WHERE c.oid = attcollation AND attcollation <> b.typcollation)), ', ' ORDER BY attnum)
                 FROM pg_attribute WHERE attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped))
            WHEN 'r' THEN (
                SELECT format('CREATE TYPE %I.%I AS RANGE (SUBTYPE = %s, MULTIRANGE_TYPE_NAME = %s%s%s);', $1, typname,
                              format_type(rngsubtype, NULL), rngmultitypid::regtype,
                              (SELECT format(', SUBTYPE_OPCLASS = %I.%I', n.nspname, o.opcname) FROM pg_opclass o
                               JOIN pg_namespace n ON n.oid = o.opcnamespace WHERE o.oid = rngsubopc AND NOT o.opcdefault),
                              CASE WHEN rngsubdiff <> 0 THEN format(', SUBTYPE_DIFF = %s', rngsubdiff) END)
                FROM pg_range WHERE rngtypid = t.oid)
            ELSE format('CREATE DOMAIN %I.%I AS %s%s%s%s%s;', $1, typname, format_type(typbasetype, typtypmod),
                (SELECT format(' COLLATE %I.%I', n.nspname, collname) FROM pg_collation c JOIN pg_namespace n ON n.oid = collnamespace
                 JOIN pg_type b ON b.oid = t.typbasetype WHERE c.oid = t.typcollation AND t.typcollation <> b.typcollation),
                ' DEFAULT ' || pg_get_expr(typdefaultbin, 0), CASE WHEN typnotnull THEN ' NOT NULL' END,
                (SELECT string_agg(format(' CONSTRAINT %I %s', conname, pg_get_constraintdef(c.oid)), '' ORDER BY conname)
                 FROM pg_constraint c WHERE contypid = t.oid AND contype = 'c')) END
        FROM pg_type t LEFT JOIN pg_class r ON r.oid = typrelid
        WHERE typnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
          AND (typtype IN ('e', 'd', 'r') OR typtype = 'c' AND relkind = 'c') AND NOT EXISTS ({OfExtension} 'pg_type'::regclass AND e.objid = t.oid)
        """;

    private const string Routines = $"""
        SELECT 'pg_proc:' || p.oid, 3, p.oid::regprocedure::text, pg_get_functiondef(p.oid) || ';'
        FROM pg_proc p WHERE pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND prokind <> 'a'
          AND NOT EXISTS ({OfExtension} 'pg_proc'::regclass AND e.objid = p.oid)
        """;

    private const string Sequences = $"""
        SELECT 'pg_class:' || c.oid, 4, relname::text, format(
            'CREATE %sSEQUENCE %I.%I AS %s INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s%s;',
            CASE relpersistence WHEN 'u' THEN 'UNLOGGED ' END, $1, relname, format_type(seqtypid, NULL), seqincrement, seqmin, seqmax, seqstart,
            seqcache, CASE WHEN seqcycle THEN ' CYCLE' END)
        FROM pg_class c JOIN pg_sequence ON seqrelid = c.oid
        WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
          AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype IN ('i', 'e'))
        UNION ALL
        SELECT 'owned:' || c.oid, 7, relname::text, format('ALTER SEQUENCE %I.%I OWNED BY %s.%I;', $1, relname, refobjid::regclass, attname)
        FROM pg_class c JOIN pg_depend ON classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'a'
        JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
        WHERE relkind = 'S' AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
        """;

    private const string Constraints = """
        SELECT 'pg_constraint:' || k.oid, CASE contype WHEN 'c' THEN 8 WHEN 'f' THEN 13 ELSE 10 END, format('%s %s', r.relname, conname),
               format('ALTER TABLE %s%s ADD CONSTRAINT %I %s;', CASE WHEN contype IN ('p', 'u', 'x') THEN 'ONLY ' END,
                      conrelid::regclass, conname, pg_get_constraintdef(k.oid))
        FROM pg_constraint k JOIN pg_class r ON r.oid = conrelid
        WHERE connamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND relkind IN ('r', 'p')
          AND (contype IN ('p', 'u', 'x') OR contype = 'c' AND (conislocal OR relispartition) OR contype = 'f' AND conparentid = 0)
          AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.deptype = 'e' AND e.classid = 'pg_class'::regclass AND e.objid = conrelid)
        """;

    private const string Indexes = """
        SELECT 'pg_class:' || i.oid, 11, i.relname::text, pg_get_indexdef(i.oid) || ';'
        FROM pg_index x JOIN pg_class i ON i.oid = indexrelid JOIN pg_class t ON t.oid = indrelid
        WHERE i.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND t.relkind IN ('r', 'p', 'm')
          AND (indisvalid OR i.relkind = 'I')
          AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.oid AND contype IN ('p', 'u', 'x'))
          AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.deptype = 'e' AND e.classid = 'pg_class'::regclass AND e.objid = t.oid)
        UNION ALL
        SELECT 'attach:' || i.oid, 12, i.relname::text, format('ALTER INDEX %s ATTACH PARTITION %s;', inhparent::regclass, i.oid::regclass)
        FROM pg_inherits JOIN pg_class i ON i.oid = inhrelid AND i.relkind IN ('i', 'I')
        WHERE i.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
        """;

    private const string Views = $"""
        SELECT 'pg_class:' || c.oid, 14, relname::text, format(E'CREATE %s %I.%I%s AS\n%s;',
            CASE relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, $1, relname,
            ' WITH (' || array_to_string(reloptions, ', ') || ')', rtrim(pg_get_viewdef(c.oid), ';'))
        FROM pg_class c WHERE relkind IN ('v', 'm') AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
          AND NOT EXISTS ({OfExtension} 'pg_class'::regclass AND e.objid = c.oid)
        """;

    private const string Rules = """
        SELECT 'pg_rewrite:' || w.oid, 15, format('%s %s', relname, rulename), pg_get_ruledef(w.oid)
        FROM pg_rewrite w JOIN pg_class c ON c.oid = ev_class
        WHERE rulename <> '_RETURN' AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
        UNION ALL
        SELECT 'pg_trigger:' || t.oid, 16, format('%s %s', relname, tgname), pg_get_triggerdef(t.oid) || ';' || CASE tgenabled WHEN 'O' THEN ''
            ELSE format(E'\nALTER TABLE %s %s TRIGGER %I;', tgrelid::regclass,
                        CASE tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, tgname) END
        FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
        WHERE NOT tgisinternal AND tgparentid = 0 AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
        UNION ALL
        SELECT 'pg_policy:' || p.oid, 17, format('%s %s', relname, polname), format('CREATE POLICY %I ON %s%s FOR %s TO %s%s%s;', polname,
            polrelid::regclass, CASE WHEN NOT polpermissive THEN ' AS RESTRICTIVE' END,
            CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
            (SELECT string_agg(CASE role WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(role)) END, ', ') FROM unnest(polroles) role),
            ' USING (' || pg_get_expr(polqual, polrelid) || ')', ' WITH CHECK (' || pg_get_expr(polwithcheck, polrelid) || ')')
        FROM pg_policy p JOIN pg_class c ON c.oid = polrelid WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
        UNION ALL
        SELECT 'pg_statistic_ext:' || s.oid, 18, stxname::text, pg_get_statisticsobjdef(s.oid) || ';'
        FROM pg_statistic_ext s WHERE stxnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
        """;

    private const string Comments = """
        SELECT format('comment:%s:%s:%s', d.classoid, d.objoid, d.objsubid), 20, i.identity, format('COMMENT ON %s %s IS %L;',
            CASE WHEN i.type LIKE '%column' THEN 'COLUMN' WHEN i.type LIKE '%constraint' THEN 'CONSTRAINT' WHEN i.type = 'statistics object' THEN 'STATISTICS'
                 ELSE upper(i.type) END,
            CASE i.type WHEN 'domain constraint' THEN replace(i.identity, ' on ', ' on domain ') ELSE i.identity END, description)
        FROM pg_description d CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i
        WHERE (d.classoid, d.objoid) IN (
            SELECT 'pg_class'::regclass, oid FROM pg_class WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
            UNION SELECT 'pg_type'::regclass, oid FROM pg_type WHERE typnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
            UNION SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND prokind <> 'a'
            UNION SELECT 'pg_constraint'::regclass, oid FROM pg_constraint
                  WHERE connamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND conparentid = 0
            UNION SELECT 'pg_trigger'::regclass, t.oid FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
                  WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND NOT tgisinternal AND tgparentid = 0
            UNION SELECT 'pg_policy'::regclass, p.oid FROM pg_policy p JOIN pg_class c ON c.oid = polrelid
                  WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
            UNION SELECT 'pg_statistic_ext'::regclass, oid FROM pg_statistic_ext WHERE stxnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1))
          AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.deptype = 'e' AND e.classid = d.classoid AND e.objid = d.objoid)
        """;

    /// <summary>All of them but the tables, which are in <see cref="TableQueries"/>.</summary>
    public static ImmutableArray<string> All => [Extensions, Types, Routines, Sequences, Constraints, Indexes, Views, Rules, Comments];
}
