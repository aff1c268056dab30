using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations;

/// <summary>What was taken over from pgroll.</summary>
/// <param name="Imported">The migrations that came into the history, oldest first; empty when they were there already.</param>
/// <param name="EventTriggers">pgroll's event triggers, which record every change of a schema until they are dropped.</param>
/// <param name="IsPgrollDropped">Whether the event triggers and pgroll's own schema were dropped.</param>
public sealed record AdoptionReport(ImmutableArray<AdoptedMigration> Imported, ImmutableArray<Identifier> EventTriggers, bool IsPgrollDropped)
{
    /// <summary>The statements that remove what is left of pgroll; empty when it was dropped.</summary>
    public ImmutableArray<string> Removal { get; init; } = [];

    /// <summary>What of the imported migrations pgroll does not know itself, a sentence each. Their schema is what it is; their files may say it otherwise.</summary>
    public ImmutableArray<string> Unsure { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(AdoptionReport? other) => other is not null && IsPgrollDropped == other.IsPgrollDropped
        && Imported.SequenceEqual(other.Imported) && EventTriggers.SequenceEqual(other.EventTriggers) && Removal.SequenceEqual(other.Removal)
        && Unsure.SequenceEqual(other.Unsure);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Imported.Length, EventTriggers.Length, IsPgrollDropped);
}
