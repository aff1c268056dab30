namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Many schemas.</summary>
internal static class SchemaCountCheck
{
    public static Check Create() => new(
        "schema-count",
        "Many schemas",
        "schemas",
        new Thresholds(50, 1_000),
        "A column that tells tenants apart, instead of a schema for each of them; or several databases.",
        """
        SELECT 'database ' || current_database(),
               count(*)::float8,
               count(*) || ' schemas, with ' || (SELECT count(*) FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p', 'm', 'i')) || ' tables and indexes in all'
        FROM pg_catalog.pg_namespace n
        WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
        """);
}
