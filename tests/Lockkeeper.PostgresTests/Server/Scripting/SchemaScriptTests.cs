using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Scripting;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;
using Npgsql;

namespace Lockkeeper.PostgresTests.Server.Scripting;

public sealed class SchemaScriptTests(PostgresFixture postgres)
{
    private const string WithCarriageReturns =
        "CREATE FUNCTION crlf() RETURNS text LANGUAGE sql AS $$\r\n SELECT 'a\r\nb' $$; COMMENT ON FUNCTION crlf() IS E'a\\r\\nb';";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task The_script_makes_the_same_schema_in_an_empty_database(int version)
    {
        await using var old = await postgres.CloneAsync(version, CancellationToken);
        await using var made = await postgres.CloneAsync(version, CancellationToken);
        await RunAsync(old, RichSchema.Sql + RichSchema.Newer(version) + WithCarriageReturns);

        var script = await ReadAsync(old, "public");
        await RunAsync(made, script.Sql);

        Assert.Empty(script.LeftOut);
        Assert.Equal(await CatalogText.ReadAsync(old, CancellationToken), await CatalogText.ReadAsync(made, CancellationToken));
        Assert.Equal(await RestAsync(old), await RestAsync(made));
        Assert.Equal(script, await ReadAsync(made, "public"));
    }

    [Fact]
    public async Task What_it_cannot_hold_is_named()
    {
        await using var database = await postgres.CloneAsync(CancellationToken);
        await database.ExecuteAsync(
            """
            CREATE AGGREGATE total(integer) (sfunc = int4pl, stype = integer);
            CREATE COLLATION odd FROM "C";
            """,
            CancellationToken);

        var script = await ReadAsync(database, "public");

        Assert.Equal(["aggregate public.total(integer)", "collation public.odd"], script.LeftOut);
        Assert.StartsWith("-- Not in here: aggregate public.total(integer)\n", script.Sql, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_schema_is_not_in_it()
    {
        await using var database = await postgres.CloneAsync(CancellationToken);
        await database.ExecuteAsync(
            "CREATE SCHEMA shop; CREATE TABLE shop.orders (id integer); CREATE TABLE here (id integer)", CancellationToken);

        var script = await ReadAsync(database, "shop");

        Assert.Contains("CREATE TABLE shop.orders", script.Sql, StringComparison.Ordinal);
        Assert.DoesNotContain("here", script.Sql, StringComparison.Ordinal);
    }

    private static async Task<SchemaScript> ReadAsync(TestDatabase database, string schema)
    {
        await using var connection = await database.OpenAsync(CancellationToken);
        return await SchemaScript.ReadAsync(connection, new Identifier(schema), CancellationToken);
    }

    // As an sql operation runs it: in a transaction, with the schema as search path.
    private static async Task RunAsync(TestDatabase database, string sql)
    {
        await using var connection = await database.OpenAsync(CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(CancellationToken);
        await connection.ExecuteAsync("SET LOCAL search_path = public", CancellationToken);
        foreach (var statement in SqlScript.Split(sql))
        {
            await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand(statement.Sql) } };
            await batch.ExecuteNonQueryAsync(CancellationToken);
        }

        await transaction.CommitAsync(CancellationToken);
    }

    // What the list of the test kit does not have, because no migration touches it.
    private static async Task<string> RestAsync(TestDatabase database) => string.Join('\n', (await database.QueryAsync(
        """
        SELECT format('enum %s %s', enumtypid::regtype, string_agg(enumlabel, ',' ORDER BY enumsortorder)) FROM pg_enum GROUP BY enumtypid
        UNION ALL SELECT format('domain %s %s %s %s', oid::regtype, typbasetype::regtype, typnotnull, typdefault) FROM pg_type WHERE typtype = 'd' AND typnamespace = 'public'::regnamespace
        UNION ALL SELECT format('range %s %s %s %s', rngtypid::regtype, rngsubtype::regtype, rngmultitypid::regtype, rngsubdiff) FROM pg_range
        UNION ALL SELECT format('sequence %s %s %s %s %s %s %s', seqrelid::regclass, seqtypid::regtype, seqstart, seqincrement, seqmax, seqcycle, d.refobjsubid)
                  FROM pg_sequence LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = seqrelid AND d.deptype IN ('a', 'i')
        UNION ALL SELECT format('rule %s', pg_get_ruledef(oid)) FROM pg_rewrite WHERE ev_class::regclass::text !~ '^(pg_|information)'
        UNION ALL SELECT format('policy %s %s %s %s %s', polname, polrelid::regclass, polpermissive, polcmd, pg_get_expr(polqual, polrelid)) FROM pg_policy
        UNION ALL SELECT format('statistics %s', pg_get_statisticsobjdef(oid)) FROM pg_statistic_ext
        UNION ALL SELECT format('table %s %s %s %s %s %s', relname, relpersistence, relreplident, relrowsecurity, relforcerowsecurity, pg_get_expr(relpartbound, oid))
                  FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT format('column %s %s storage %s statistics %s', attrelid::regclass, attname, attstorage, attstattarget)
                  FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
        UNION ALL SELECT format('of %s %s', oid::regclass, reloftype::regtype) FROM pg_class WHERE reloftype <> 0
        UNION ALL SELECT format('clustered %s', indexrelid::regclass) FROM pg_index WHERE indisclustered AND indexrelid::regclass::text !~ '^pg_'
        UNION ALL SELECT format('inherits %s %s', inhrelid::regclass, inhparent::regclass) FROM pg_inherits
        UNION ALL SELECT format('comment %s %s', (pg_identify_object(classoid, objoid, objsubid)).identity, description)
                  FROM pg_description WHERE (pg_identify_object(classoid, objoid, objsubid)).identity LIKE '%public.%'
        UNION ALL SELECT format('body %s %s', oid::regprocedure, prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        ORDER BY 1
        """,
        CancellationToken)).Select(row => (string?)row[0]));
}
