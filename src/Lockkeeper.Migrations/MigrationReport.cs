using System.Collections.Immutable;
using Lockkeeper.Backfill;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations;

/// <summary>What a verb has done.</summary>
/// <param name="Migration">The migration.</param>
/// <param name="State">How far it is now; <see cref="MigrationState.None"/> once it has been rolled back.</param>
/// <param name="VersionSchema">The schema that clients of the version name in their search path; null without version schemas.</param>
/// <param name="Elapsed">How long this run took.</param>
public sealed record MigrationReport(string Migration, MigrationState State, Identifier? VersionSchema, TimeSpan Elapsed)
{
    /// <summary>The migrations that were squashed into this one, in order; empty for one by itself.</summary>
    public ImmutableArray<string> Squashed { get; init; } = [];

    /// <summary>
    /// What the plan remarks, in sentences, if the migration was started in this run; if it was rolled back, what its own SQL made and others use by now,
    /// which stays.
    /// </summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>The backfills of this run.</summary>
    public ImmutableArray<BackfillReport> Backfills { get; init; } = [];

    /// <summary>Where the schema differs from what the plan predicted, in sentences: somebody else changed it meanwhile.</summary>
    public ImmutableArray<string> Drift { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(MigrationReport? other) => other is not null && Migration == other.Migration && State == other.State
        && VersionSchema == other.VersionSchema && Elapsed == other.Elapsed && Backfills.SequenceEqual(other.Backfills)
        && Drift.SequenceEqual(other.Drift) && Squashed.SequenceEqual(other.Squashed) && Notes.SequenceEqual(other.Notes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Migration, State, VersionSchema, Elapsed);
}
