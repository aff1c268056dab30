namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Constraints that are not validated.</summary>
internal static class UnvalidatedConstraintsCheck
{
    public static Check Create() => new(
        "unvalidated-constraints",
        "Constraints that are not validated",
        "count",
        new Thresholds(1, Check.Never),
        "ALTER TABLE ... VALIDATE CONSTRAINT lets writers pass.",
        """
        SELECT c.conrelid::regclass::text || '.' || c.conname,
               1::float8,
               'holds for new rows; the old ones were never checked'
        FROM pg_catalog.pg_constraint c
        WHERE NOT c.convalidated AND c.conrelid <> 0 AND c.conparentid = 0
        """);
}
