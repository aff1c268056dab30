using System.Collections.Immutable;
using Lockkeeper.Backfill;
using Lockkeeper.Migrations.Planning;

namespace Lockkeeper.Migrations;

/// <summary>Something that happened while a verb ran, for whoever watches.</summary>
public abstract record MigrationEvent
{
    private MigrationEvent()
    {
    }

    /// <summary>A stage begins.</summary>
    /// <param name="Number">Its number, from 1.</param>
    /// <param name="Count">How many there are.</param>
    /// <param name="Stage">The stage.</param>
    public sealed record StageStarted(int Number, int Count, Stage Stage) : MigrationEvent;

    /// <summary>A stage is done and recorded.</summary>
    /// <param name="Number">Its number, from 1.</param>
    /// <param name="Count">How many there are.</param>
    /// <param name="Stage">The stage.</param>
    /// <param name="Elapsed">How long it took.</param>
    public sealed record StageDone(int Number, int Count, Stage Stage, TimeSpan Elapsed) : MigrationEvent;

    /// <summary>An earlier run did this stage.</summary>
    /// <param name="Number">Its number, from 1.</param>
    /// <param name="Count">How many there are.</param>
    /// <param name="Stage">The stage.</param>
    public sealed record StageSkipped(int Number, int Count, Stage Stage) : MigrationEvent;

    /// <summary>A lock could not be had yet. Nothing is held meanwhile.</summary>
    /// <param name="Holders">Who holds it, as far as can be seen.</param>
    /// <param name="Attempt">How many attempts there were.</param>
    /// <param name="Waited">Since when it is tried.</param>
    public sealed record LockAwaited(ImmutableArray<LockHolder> Holders, int Attempt, TimeSpan Waited) : MigrationEvent
    {
        /// <inheritdoc/>
        public bool Equals(LockAwaited? other) =>
            other is not null && Holders.SequenceEqual(other.Holders) && Attempt == other.Attempt && Waited == other.Waited;

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Holders.Length, Attempt, Waited);
    }

    /// <summary>The backfill has moved.</summary>
    /// <param name="Progress">How far it is.</param>
    public sealed record BackfillAdvanced(BackfillProgress Progress) : MigrationEvent;

    /// <summary>Starting failed, and what it did is being undone.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Undoing(string Reason) : MigrationEvent;
}
