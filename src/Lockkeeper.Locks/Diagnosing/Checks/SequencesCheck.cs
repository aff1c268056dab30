namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Sequences near their end.</summary>
internal static class SequencesCheck
{
    public static Check Create() => new(
        "sequences",
        "Sequences near their end",
        "percent",
        new Thresholds(75, 90),
        "ALTER COLUMN ... TYPE bigint through a migration (lockkeeper start), and ALTER SEQUENCE ... AS bigint.",
        """
        SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename),
               100.0 * last_value / max_value,
               last_value || ' of ' || max_value
        FROM pg_catalog.pg_sequences
        WHERE last_value IS NOT NULL AND increment_by > 0 AND NOT cycle
        """);
}
