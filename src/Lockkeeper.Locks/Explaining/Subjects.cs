using System.Collections.Immutable;
using Lockkeeper.Locks.Graph;
using Lockkeeper.Locks.Reading;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Locks.Explaining;

/// <summary>Names what is waited for as its users know it: a row by its key, a table by its name.</summary>
internal sealed class Subjects(
    Observation observation, ImmutableDictionary<(RowPlace Place, uint? Transaction), FoundRow> rows)
{
    /// <summary>A short noun: "row id = 17 of orders".</summary>
    public string Of(LockQueue queue) => queue.Row is { } place ? OfRow(queue, place) : Of(queue.Tag);

    public FoundRow? RowOf(LockQueue queue) =>
        queue.Row is { } place ? rows.GetValueOrDefault((place, queue.Tag.TransactionId)) : null;

    /// <summary>A table as one would type it: schema public left out, quotes only where they must be.</summary>
    public static string Of(TableName table) =>
        table.Schema.Value == "public" ? Plain(table.Name) : $"{Plain(table.Schema)}.{Plain(table.Name)}";

    public static string Plain(Identifier name) =>
        name.Value.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '_') && !char.IsAsciiDigit(name.Value[0]) ? name.Value : name.ToString();

    public string TableOf(LockQueue queue) => queue.Row is { } place
        ? RelationName(place.Database, place.Relation)
        : queue.Tag.Relation is { } oid ? RelationName(queue.Tag.Database ?? 0, oid) : "";

    private string OfRow(LockQueue queue, RowPlace place)
    {
        var table = RelationName(place.Database, place.Relation);
        return RowOf(queue) switch
        {
            { Key: { IsEmpty: false } key } => $"row {string.Join(", ", key.Select(part => $"{Plain(part.Name)} = {part.Value}"))} of {table}",
            _ when place.Ctid is { } ctid => $"row at ctid {ctid} of {table}",
            _ => $"a row of {table}",
        };
    }

    private string Of(LockTag tag) => tag.Kind switch
    {
        LockKind.Relation => $"{KindOf(tag)} {RelationName(tag.Database ?? 0, tag.Relation ?? 0)}",
        LockKind.Extend => $"extension of {RelationName(tag.Database ?? 0, tag.Relation ?? 0)}",
        LockKind.Page => FormattableString.Invariant($"page {tag.Page} of {RelationName(tag.Database ?? 0, tag.Relation ?? 0)}"),
        LockKind.TransactionId => FormattableString.Invariant($"something that transaction {tag.TransactionId} changed"),
        LockKind.VirtualXid => $"the snapshot of transaction {tag.VirtualXid}",
        LockKind.SpeculativeToken => "an upsert of the same key",
        LockKind.Advisory => $"advisory lock ({tag.AdvisoryKey})",
        LockKind.CatalogObject => observation.Objects.GetValueOrDefault((tag.ClassId ?? 0, tag.ObjectId ?? 0))
            ?? FormattableString.Invariant($"object {tag.ObjectId} of catalog {tag.ClassId}"),
        LockKind.ApplyTransaction => "a transaction of a subscription",
        LockKind.FrozenId => "the horizons of the database",
        _ => $"a lock of type {tag.Kind}",
    };

    private string KindOf(LockTag tag) => observation.RelationOf(tag)?.Kind switch
    {
        'i' or 'I' => "index",
        'S' => "sequence",
        'v' => "view",
        'm' => "materialized view",
        null => "relation",
        _ => "table",
    };

    private string RelationName(uint database, uint oid) =>
        (database == observation.DatabaseId || database == 0) && observation.Relations.TryGetValue(oid, out var relation)
            ? Of(relation.Name)
            : database == observation.DatabaseId || database == 0
                ? FormattableString.Invariant($"relation {oid}")
                : FormattableString.Invariant($"relation {oid} of another database");
}
