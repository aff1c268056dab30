namespace Lockkeeper.TestKit.Migrations;

/// <summary>Everything that users have in a database, in lines; read from the system tables and not by the code that is tested.</summary>
public static class CatalogText
{
    // What is in schema lockkeeper is listed too: a function that a migration leaves there shows up.
    private const string Sql = """
        WITH ours AS (SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')
        SELECT format('schema %s acl %s', nspname, (SELECT nspacl::text FROM pg_namespace n WHERE n.oid = ours.oid)) FROM ours
        UNION ALL
        SELECT format('%s %s.%s acl %s options %s comment %s', relkind, nspname, relname, relacl, reloptions, obj_description(c.oid, 'pg_class'))
        FROM pg_class c JOIN ours ON ours.oid = relnamespace WHERE relkind <> 't'
        UNION ALL
        SELECT format('column %s.%s.%s %s %s default %s identity %s generated %s collation %s acl %s comment %s', nspname, relname, attname,
                      format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid), attidentity, attgenerated, attcollation,
                      attacl, col_description(c.oid, attnum))
        FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN ours ON ours.oid = relnamespace
        LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum
        WHERE attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'p', 'v', 'm')
        UNION ALL
        SELECT format('constraint %s on %s %s validated %s', conname, conrelid::regclass, pg_get_constraintdef(p.oid), convalidated)
        FROM pg_constraint p JOIN ours ON ours.oid = connamespace
        UNION ALL
        SELECT format('index %s valid %s', pg_get_indexdef(indexrelid), indisvalid)
        FROM pg_index JOIN pg_class c ON c.oid = indexrelid JOIN ours ON ours.oid = relnamespace
        UNION ALL
        SELECT format('trigger %s enabled %s', pg_get_triggerdef(t.oid), tgenabled)
        FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid JOIN ours ON ours.oid = relnamespace WHERE NOT tgisinternal
        UNION ALL
        SELECT format('function %s', p.oid::regprocedure) FROM pg_proc p JOIN ours ON ours.oid = pronamespace
        UNION ALL
        SELECT format('view %s.%s %s', nspname, relname, pg_get_viewdef(c.oid)) FROM pg_class c JOIN ours ON ours.oid = relnamespace
        WHERE relkind = 'v'
        UNION ALL
        SELECT format('type %s.%s %s', nspname, typname, typtype) FROM pg_type JOIN ours ON ours.oid = typnamespace WHERE typtype IN ('e', 'd', 'r')
        UNION ALL
        SELECT format('operator %s', o.oid::regoperator) FROM pg_operator o JOIN ours ON ours.oid = oprnamespace
        UNION ALL
        SELECT format('policy %s on %s', polname, polrelid::regclass) FROM pg_policy
        UNION ALL
        SELECT format('rule %s on %s', rulename, ev_class::regclass) FROM pg_rewrite JOIN pg_class c ON c.oid = ev_class JOIN ours ON ours.oid = relnamespace
        WHERE rulename <> '_RETURN'
        UNION ALL
        SELECT format('statistics %s.%s on %s', nspname, stxname, stxrelid::regclass) FROM pg_statistic_ext JOIN ours ON ours.oid = stxnamespace
        ORDER BY 1
        """;

    public static async Task<string> ReadAsync(TestDatabase database, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        var rows = await database.QueryAsync(Sql, cancellationToken);
        return string.Join('\n', rows.Select(row => (string?)row[0]));
    }
}
