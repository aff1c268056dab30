namespace Lockkeeper.Locks.Listing.Lists;

/// <summary>Statements and transactions that run longest.</summary>
internal static class LongRunningList
{
    private const string Sql = """
        SELECT pid::float8,
               CASE WHEN state = 'active' AND wait_event_type = 'Lock' THEN 'waits, ' || wait_event ELSE state END,
               1000 * extract(epoch FROM clock_timestamp() - query_start)::float8,
               1000 * extract(epoch FROM clock_timestamp() - xact_start)::float8,
               application_name,
               query
        FROM pg_catalog.pg_stat_activity
        WHERE pid <> pg_backend_pid() AND (state = 'active' OR xact_start IS NOT NULL) AND backend_type NOT IN ('walsender', 'walreceiver')
        ORDER BY least(query_start, xact_start) NULLS LAST
        LIMIT $1
        """;

    public static ListDefinition Create() => new(
        "long-running",
        "Statements and transactions that run longest",
        [
            new("pid", ListColumnKind.Count),
            new("state", ListColumnKind.Text),
            new("statement", ListColumnKind.Milliseconds),
            new("transaction", ListColumnKind.Milliseconds),
            new("application", ListColumnKind.Text),
            new("query", ListColumnKind.Query),
        ],
        _ => Sql);
}
