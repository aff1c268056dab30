using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.State;

/// <summary>A migration as the state tables hold it.</summary>
/// <param name="Id">Its key.</param>
/// <param name="Name">Its name.</param>
/// <param name="State">How far it is.</param>
internal sealed record MigrationRecord(long Id, string Name, MigrationState State)
{
    public bool IsBaseline { get; init; }

    /// <summary>The migration that this one was squashed into, whose plan and stages are its own too; null for one by itself.</summary>
    public string? SquashedInto { get; init; }

    public Identifier? VersionSchema { get; init; }

    public Identifier? PreviousVersion { get; init; }

    public string? Content { get; init; }

    public string? Checksum { get; init; }

    public string? FileName { get; init; }

    /// <summary>The plan as it was journalled before anything was run; null for what is complete.</summary>
    public MigrationPlan? Plan { get; init; }

    /// <summary>The schema as it was before starting; null for what is complete.</summary>
    public SchemaSnapshot? Before { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }
}
