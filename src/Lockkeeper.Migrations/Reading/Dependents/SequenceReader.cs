using Lockkeeper.Migrations.Planning.Dependents;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Reading.Dependents;

/// <summary>Reads how a sequence counts, and what belongs to it.</summary>
internal static class SequenceReader
{
    // Bounds that a sequence has by its type are left out, so that it gets those of another type with that: so does ALTER SEQUENCE ... AS
    // (manual). A fresh sequence has no privileges but by default, which is taken back like in a view.
    private const string Sql = """
        SELECT format_type(s.seqtypid, NULL),
            format('INCREMENT BY %s%s%s START WITH %s CACHE %s%s', s.seqincrement,
                CASE WHEN s.seqmin = CASE WHEN s.seqincrement > 0 THEN 1 ELSE -b.bound - 1 END THEN '' ELSE ' MINVALUE ' || s.seqmin END,
                CASE WHEN s.seqmax = CASE WHEN s.seqincrement > 0 THEN b.bound ELSE -1 END THEN '' ELSE ' MAXVALUE ' || s.seqmax END,
                s.seqstart, s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' END),
            ARRAY(SELECT format('COMMENT ON SEQUENCE %s IS %L', $1, obj_description(c.oid, 'pg_class')) WHERE obj_description(c.oid, 'pg_class') IS NOT NULL)
            || ARRAY(SELECT DISTINCT format('REVOKE ALL ON SEQUENCE %s FROM %s', $1, CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END)
                     FROM pg_default_acl l, aclexplode(l.defaclacl) x
                     WHERE l.defaclobjtype = 'S' AND l.defaclnamespace IN (0, c.relnamespace) AND pg_get_userbyid(l.defaclrole) = current_user
                       AND x.grantee NOT IN (l.defaclrole, c.relowner) ORDER BY 1)
            || ARRAY(SELECT format('GRANT %s ON SEQUENCE %s TO %s%s', string_agg(x.privilege_type, ', ' ORDER BY x.privilege_type), $1,
                                   CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END,
                                   CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' END)
                     FROM aclexplode(c.relacl) x WHERE x.grantee <> c.relowner
                     GROUP BY x.grantee, x.is_grantable ORDER BY x.grantee, x.is_grantable),
            ARRAY(SELECT pg_describe_object(d.classid, d.objid, d.objsubid) FROM pg_depend d
                  WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.deptype = 'n' ORDER BY 1)
        FROM pg_class c JOIN pg_sequence s ON s.seqrelid = c.oid
        CROSS JOIN LATERAL (SELECT CASE s.seqtypid WHEN 'smallint'::regtype THEN 32767 WHEN 'integer'::regtype THEN 2147483647
                                                   ELSE 9223372036854775807 END::bigint) AS b (bound)
        WHERE c.oid = to_regclass($1)
        """;

    public static async Task<FoundSequence> ReadAsync(NpgsqlConnection connection, TableName sequence, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            Sql,
            [new() { Value = sequence.ToString() }],
            row => new FoundSequence(
                row.GetString(0), row.GetString(1), [.. row.GetFieldValue<string[]>(2)], [.. row.GetFieldValue<string[]>(3)]),
            cancellationToken).ConfigureAwait(false);
        return rows is [var found] ? found : new FoundSequence("bigint", "", [], [$"{sequence}, which is not there"]);
    }
}
