using System.Globalization;
using Lockkeeper.Backfill.Planning;

namespace Lockkeeper.Backfill.Execution;

/// <summary>What a worker's session sets, each with its reason. A setting that the server's version does not know is left out.</summary>
internal static class SessionSettings
{
    /// <summary>Sets the names in <c>$1</c> to the values in <c>$2</c> for the session.</summary>
    public const string SetSql =
        """
        SELECT set_config(s.name, s.value, false)
        FROM unnest($1::text[], $2::text[]) AS s (name, value)
        WHERE s.name LIKE '%.%' OR EXISTS (SELECT FROM pg_settings AS known WHERE known.name = s.name)
        """;

    /// <summary>For rows that are updated as a client would: a migration that is under way carries them over to the other version.</summary>
    public const string AsClientSql = "SELECT set_config('lockkeeper.version', '', false)";

    /// <summary>Puts back all that <see cref="For"/> and the replication role have set.</summary>
    public const string ResetSql =
        """
        SELECT set_config(name, reset_val, false) FROM pg_settings
        WHERE name IN ('application_name', 'lock_timeout', 'statement_timeout', 'default_transaction_isolation',
                       'enable_tidscan', 'plan_cache_mode', 'jit', 'row_security', 'idle_session_timeout',
                       'transaction_timeout', 'synchronous_commit')
           OR (name = 'session_replication_role' AND setting <> reset_val)
        UNION ALL SELECT set_config('lockkeeper.version', '', false)
        """;

    /// <param name="timeouts">What a chunk may take.</param>
    /// <param name="waitsForStandby">Whether commits wait for a standby.</param>
    public static IReadOnlyCollection<KeyValuePair<string, string>> For(ChunkTimeouts timeouts, bool waitsForStandby) =>
    [
        // A crash may take the last chunks back, rows and cursor together, and then they are filled again; JobStore.SettleAsync comes before
        // what relies on them. Without a flush per chunk 1,000,000 rows took 3.4 s and not 4.9 s with one index, 4.7 s and not 5.2 s with five (bench). Waiting for a standby is left
        // alone: it keeps the backfill from running ahead of it.
        .. waitsForStandby ? [] : new KeyValuePair<string, string>[] { new("synchronous_commit", "off") },
        new("lockkeeper.version", WorkerSession.Version),
        new("application_name", "lockkeeper backfill"),
        new("lock_timeout", Milliseconds(timeouts.Lock)),
        // A chunk has a shorter one of its own; claiming a range under that would fail on a busy machine.
        new("statement_timeout", Milliseconds(WorkerSession.LongTimeout)),
        // Under a stricter isolation level, a row that a client updated meanwhile would be an error; here it is simply done.
        new("default_transaction_isolation", "read committed"),
        // Without TID range scans each chunk would read the whole table.
        new("enable_tidscan", "on"),
        // A generic plan does not know how few blocks a chunk has and may read the whole table too.
        new("plan_cache_mode", "force_custom_plan"),
        // Compiling takes as long as a whole chunk does.
        new("jit", "off"),
        // A policy would hide rows, and what is hidden would be left without the new value; off makes it an error.
        new("row_security", "off"),
        // A worker that waits for a lock with pauses is idle meanwhile.
        new("idle_session_timeout", "0"),
        new("transaction_timeout", "0"),
    ];

    public static string Milliseconds(TimeSpan value) =>
        ((long)value.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
