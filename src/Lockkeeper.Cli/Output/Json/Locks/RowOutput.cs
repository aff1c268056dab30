using Lockkeeper.Locks.Reading;

namespace Lockkeeper.Cli.Output.Json.Locks;

/// <summary>A row that is waited for; <c>key</c> is empty where it could not be found, and <c>whyUnknown</c> says why.</summary>
internal sealed record RowOutput(string Schema, string Table, string? Ctid, IReadOnlyDictionary<string, string> Key, string? WhyUnknown)
{
    public static RowOutput Of(FoundRow row) => new(
        row.Table.Schema.Value,
        row.Table.Name.Value,
        row.Ctid,
        row.Key.ToDictionary(column => column.Name.Value, column => column.Value, StringComparer.Ordinal),
        row.WhyUnknown);

    /// <inheritdoc/>
    public bool Equals(RowOutput? other) => other is not null && Schema == other.Schema && Table == other.Table && Ctid == other.Ctid
        && WhyUnknown == other.WhyUnknown && Key.SequenceEqual(other.Key);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Schema, Table, Ctid);
}
