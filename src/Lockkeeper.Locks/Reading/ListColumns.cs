using System.Collections.Immutable;
using Npgsql;

namespace Lockkeeper.Locks.Reading;

/// <summary>Reads lists that the server sends column by column: one array for each, all as long as the list; NULL for a list without rows.</summary>
internal static class ListColumns
{
    /// <summary>One column of a list.</summary>
    public static T[] Column<T>(this NpgsqlDataReader row, string name) =>
        row.GetOrdinal(name) is var ordinal && row.IsDBNull(ordinal) ? [] : row.GetFieldValue<T[]>(ordinal);

    /// <summary>One column of a list of texts; an empty one counts as none.</summary>
    public static string?[] Texts(this NpgsqlDataReader row, string name) =>
        Array.ConvertAll(row.Column<string?>(name), text => string.IsNullOrEmpty(text) ? null : text);

    /// <summary>How long ago each was. Never negative: a wait can begin after the moment that ages are counted from.</summary>
    public static TimeSpan?[] Ages(this NpgsqlDataReader row, string name, DateTime at) => Array.ConvertAll(
        row.Column<DateTime?>(name), since => since is { } moment ? TimeSpan.FromTicks(Math.Max(0, (at - moment).Ticks)) : (TimeSpan?)null);

    /// <summary>Makes a value of each row of a list.</summary>
    public static ImmutableArray<T> Rows<T>(int count, Func<int, T> row) => [.. Enumerable.Range(0, count).Select(row)];
}
