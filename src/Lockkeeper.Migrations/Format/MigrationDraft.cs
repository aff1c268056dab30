using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Format;

/// <summary>What could be understood of an envelope. Becomes a document only when nothing was wrong.</summary>
internal sealed record MigrationDraft(
    string Name, string FileName, string? VersionSchema, ImmutableArray<OperationNode> Operations, Node Root)
{
    public bool IsBaseline { get; init; }

    public MigrationDocument ToDocument() =>
        new(Name, FileName, VersionSchema, Operations, CanonicalJson.Of(Root)) { IsBaseline = IsBaseline };

    public bool Equals(MigrationDraft? other) =>
        other is not null && Name == other.Name && FileName == other.FileName && Root == other.Root;

    public override int GetHashCode() => HashCode.Combine(Name, FileName);
}
