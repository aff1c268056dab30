namespace Lockkeeper.BulkWrite.Rendering;

/// <summary>Takes gates in the order of the arrays. They end with the transaction.</summary>
internal static class GateSql
{
    // The numbers are sorted beforehand: of "SELECT pg_advisory_xact_lock(k) ... ORDER BY k" the manual promises no order of evaluation.
    public const string Take = """
        SELECT CASE WHEN gate.alone THEN pg_advisory_xact_lock(gate.key) ELSE pg_advisory_xact_lock_shared(gate.key) END
        FROM unnest($1::bigint[], $2::boolean[]) AS gate(key, alone)
        """;
}
