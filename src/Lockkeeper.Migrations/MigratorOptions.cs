using System.Collections.Immutable;
using Lockkeeper.Backfill;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations;

/// <summary>How migrations are run. The defaults serve; all values are checked together before anything runs.</summary>
public sealed record MigratorOptions
{
    /// <summary>
    /// How long a statement waits for a table's lock, and so how long clients queue behind it. Half of the server's default
    /// <c>deadlock_timeout</c>: a client that waits for us is never made to look for a deadlock while we wait as well.
    /// </summary>
    public static readonly TimeSpan DefaultLockTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>How long locks are tried for, attempt after attempt, before the run stops: longer than most reports and batch jobs.</summary>
    public static readonly TimeSpan DefaultLockPatience = TimeSpan.FromMinutes(10);

    /// <summary>How long another run of Lockkeeper on the same schema is waited for.</summary>
    public static readonly TimeSpan DefaultRunPatience = TimeSpan.FromSeconds(10);

    /// <summary>The schema of the tables.</summary>
    public Identifier Schema { get; init; } = new("public");

    /// <summary>How long one attempt waits for a table's lock.</summary>
    public TimeSpan LockTimeout { get; init; } = DefaultLockTimeout;

    /// <summary>How long attempts go on.</summary>
    public TimeSpan LockPatience { get; init; } = DefaultLockPatience;

    /// <summary>How long another run on the same schema is waited for.</summary>
    public TimeSpan RunPatience { get; init; } = DefaultRunPatience;

    /// <summary>Whether a schema of views is made for each version.</summary>
    public bool UseVersionSchemas { get; init; } = true;

    /// <summary>
    /// Whether each migration is completed as soon as it is started, before anybody writes through the new version. Then a <c>down</c> of
    /// <c>alter_column</c> that the server refuses is left out and noted in the plan, instead of refusing the migration: nobody would ever have used it.
    /// </summary>
    public bool CompletesAtOnce { get; init; }

    /// <summary>How rows are filled.</summary>
    public BackfillOptions Backfill { get; init; } = new();

    internal ImmutableArray<string> Problems()
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        if (LockTimeout < TimeSpan.FromMilliseconds(1) || LockTimeout > TimeSpan.FromMinutes(1))
        {
            problems.Add($"LockTimeout is {LockTimeout}; it must be 1 ms to 1 min");
        }

        if (LockPatience < LockTimeout)
        {
            problems.Add($"LockPatience is {LockPatience}; it must be no shorter than LockTimeout, {LockTimeout}");
        }

        if (RunPatience < TimeSpan.Zero)
        {
            problems.Add($"RunPatience is {RunPatience}; it must not be negative");
        }

        return problems.ToImmutable();
    }
}
