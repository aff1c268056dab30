namespace Lockkeeper.Locks.Listing.Lists;

/// <summary>Statements that took most of the server's time.</summary>
internal static class OutliersList
{
    public static ListDefinition Create() => new(
        "outliers",
        "Statements that took most of the server's time",
        [
            new("share", ListColumnKind.Percent),
            new("total", ListColumnKind.Milliseconds),
            new("mean", ListColumnKind.Milliseconds),
            new("calls", ListColumnKind.Count),
            new("rows", ListColumnKind.Count),
            new("io", ListColumnKind.Milliseconds),
            new("query", ListColumnKind.Query),
        ],
        Sql)
    {
        Extension = "pg_stat_statements",
    };

    // The columns of reading and writing were renamed in PostgreSQL 17 (pg_stat_statements 1.11).
    private static string Sql(int version) => $"""
        SELECT (100.0 * s.total_exec_time / nullif(sum(s.total_exec_time) OVER (), 0))::float8,
               s.total_exec_time::float8,
               s.mean_exec_time::float8,
               s.calls::float8,
               s.rows::float8,
               {(version >= 170_000 ? "(s.shared_blk_read_time + s.shared_blk_write_time)" : "(s.blk_read_time + s.blk_write_time)")}::float8,
               s.query
        FROM pg_stat_statements s
        WHERE s.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
        ORDER BY s.total_exec_time DESC
        LIMIT $1
        """;
}
