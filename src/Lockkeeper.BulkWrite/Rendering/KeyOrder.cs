using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Ordering;
using Lockkeeper.BulkWrite.Reading;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Rendering;

/// <summary>The canonical order of rows as the server sorts by it; <see cref="KeyBuffer"/> is the client's side of it.</summary>
internal static class KeyOrder
{
    public static string Of(string alias, ImmutableArray<Identifier> columns, TableFacts table) => string.Join(
        ", ", columns.Select(column => Part($"{alias}.{column}", table.KindOf(column))));

    private static string Part(string column, KeyKind? kind) => kind switch
    {
        // As text: an enumeration's own order is that of its declaration, and a column's collation differs between servers.
        KeyKind.Text or KeyKind.BlankPadded => $"{column}::text COLLATE \"C\"",
        _ => column,
    };
}
