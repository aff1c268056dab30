namespace Lockkeeper.Locks.Listing.Lists;

/// <summary>Dead rows, and when autovacuum will come for them.</summary>
internal static class VacuumList
{
    private const string Sql = """
        SELECT s.relid::regclass::text,
               s.n_dead_tup::float8,
               s.n_live_tup::float8,
               (100.0 * s.n_dead_tup / nullif(s.n_dead_tup + s.n_live_tup, 0))::float8,
               (coalesce(o.threshold, current_setting('autovacuum_vacuum_threshold')::float8)
                   + coalesce(o.scale_factor, current_setting('autovacuum_vacuum_scale_factor')::float8) * greatest(c.reltuples, 0))::float8,
               to_char(greatest(s.last_vacuum, s.last_autovacuum), 'YYYY-MM-DD HH24:MI'),
               age(c.relfrozenxid)::float8
        FROM pg_catalog.pg_stat_user_tables s
        JOIN pg_catalog.pg_class c ON c.oid = s.relid
        LEFT JOIN LATERAL (
            SELECT max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_threshold')::float8 AS threshold,
                   max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_scale_factor')::float8 AS scale_factor
            FROM pg_options_to_table(c.reloptions)) o ON true
        ORDER BY s.n_dead_tup DESC, age(c.relfrozenxid) DESC
        LIMIT $1
        """;

    public static ListDefinition Create() => new(
        "vacuum",
        "Dead rows, and when autovacuum will come for them",
        [
            new("table", ListColumnKind.Text),
            new("dead", ListColumnKind.Count),
            new("live", ListColumnKind.Count),
            new("dead_share", ListColumnKind.Percent),
            new("comes_at", ListColumnKind.Count),
            new("last_vacuum", ListColumnKind.Text),
            new("xid_age", ListColumnKind.Count),
        ],
        _ => Sql);
}
