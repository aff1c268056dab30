using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Operations.Fields;

/// <summary>What a migration file says of the index behind a constraint.</summary>
internal sealed record IndexParameterFields(ImmutableArray<Identifier> Include, string? Storage, Identifier? Tablespace)
{
    public static IndexParameterFields None { get; } = new([], null, null);

    public SourceMap Source { get; init; } = SourceMap.None;

    /// <summary>The storage parameters as an index and a constraint take them; starts with a space unless empty.</summary>
    public string With => Storage is null ? "" : $" WITH ({Storage}\n)";

    public static IndexParameterFields Read(FieldReader reader) => new(
        reader.OptionalNames("include_columns"), reader.OptionalText("storage_parameters"), reader.OptionalName("tablespace"))
    {
        Source = reader.Source,
    };

    public bool Equals(IndexParameterFields? other) => other is not null && Include.SequenceEqual(other.Include)
        && Storage == other.Storage && Tablespace == other.Tablespace;

    public override int GetHashCode() => HashCode.Combine(Include.Length, Storage, Tablespace);
}
