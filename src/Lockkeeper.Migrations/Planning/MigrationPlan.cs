using System.Collections.Immutable;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Everything that a migration will do, decided before anything is run.</summary>
/// <param name="Migration">The migration's name.</param>
/// <param name="Schema">The schema of the tables.</param>
/// <param name="VersionSchema">The schema of the new version's views.</param>
public sealed record MigrationPlan(string Migration, Identifier Schema, Identifier VersionSchema)
{
    /// <summary>The migrations that were squashed into this one, in order; empty for one by itself.</summary>
    public ImmutableArray<string> Squashed { get; init; } = [];

    /// <summary>Run while the old version serves; afterwards both do.</summary>
    public required ImmutableArray<Stage> Start { get; init; }

    /// <summary>Run once nobody uses the old version; cannot be undone.</summary>
    public required ImmutableArray<Stage> Complete { get; init; }

    /// <summary>Run instead of completing; undoes starting, whole or half done.</summary>
    public required ImmutableArray<Stage> Rollback { get; init; }

    /// <summary>The schema as it will be; null when SQL of the user's makes that unknown.</summary>
    public SchemaSnapshot? After { get; init; }

    /// <summary>What somebody should know before starting, in sentences.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(MigrationPlan? other) => other is not null && Migration == other.Migration
        && Squashed.SequenceEqual(other.Squashed) && Schema == other.Schema && VersionSchema == other.VersionSchema && Start.SequenceEqual(other.Start)
        && Complete.SequenceEqual(other.Complete) && Rollback.SequenceEqual(other.Rollback) && After == other.After
        && Notes.SequenceEqual(other.Notes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Migration, Schema, VersionSchema);
}
