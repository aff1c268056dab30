namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Prepared transactions that nobody decides.</summary>
internal static class PreparedTransactionsCheck
{
    public static Check Create() => new(
        "prepared-transactions",
        "Prepared transactions that nobody decides",
        "seconds",
        new Thresholds(300, 3600),
        "COMMIT PREPARED or ROLLBACK PREPARED in its database; look why its coordinator has not.",
        """
        SELECT 'prepared transaction ' || gid,
               extract(epoch FROM clock_timestamp() - prepared)::float8,
               'of ' || owner || ' in ' || database
        FROM pg_catalog.pg_prepared_xacts
        """);
}
