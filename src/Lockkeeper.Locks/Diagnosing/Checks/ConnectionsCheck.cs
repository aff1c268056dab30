namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Connections in use.</summary>
internal static class ConnectionsCheck
{
    public static Check Create() => new(
        "connections",
        "Connections in use",
        "percent",
        new Thresholds(75, 90),
        "Use a pool; look in pg_stat_activity who opens so many; max_connections needs a restart.",
        """
        SELECT 'connections',
               100.0 * count(*) / (current_setting('max_connections')::float8 - current_setting('superuser_reserved_connections')::float8),
               count(*) || ' of ' || (current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int)
        FROM pg_catalog.pg_stat_activity
        WHERE backend_type = 'client backend'
        """);
}
