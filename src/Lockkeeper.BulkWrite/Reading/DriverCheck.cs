using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.BulkWrite.Execution;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.BulkWrite.Reading;

/// <summary>Asks the driver whether it can write the .NET type of each column to the column's type, and read it back, by sending and reading no values of it.</summary>
/// <remarks>The driver refuses before it sends anything, so neither the connection nor somebody's transaction comes to harm.</remarks>
internal static class DriverCheck
{
    // Below what a select list takes (1,664).
    private const int Chunk = 500;

    /// <exception cref="BulkWriteException">LK3003: a column cannot be written with the type that is declared.</exception>
    public static async Task RunAsync(NpgsqlConnection connection, ImmutableArray<TableMap> maps, Catalog catalog, CancellationToken cancellationToken)
    {
        // Arrays go through COPY, value by value.
        var columns = maps.SelectMany(map => map.Mapped.Select(column => (map.Table, Column: column, Facts: catalog.Find(map.Table).FactsOf(column))))
            .Where(column => !column.Facts.IsArray);
        foreach (var chunk in columns.Chunk(Chunk))
        {
            if (await RefusalAsync(connection, [.. chunk.Select(Parameter)], cancellationToken).ConfigureAwait(false) is null)
            {
                continue;
            }

            foreach (var column in chunk)
            {
                if (await RefusalAsync(connection, [Parameter(column)], cancellationToken).ConfigureAwait(false) is { } reason)
                {
                    throw BulkWriteException.NotInDatabase(
                        column.Table, $"the driver does not write {column.Column.Type} to {column.Column.Target}, which is {column.Facts.SqlType}", reason);
                }
            }
        }
    }

    /// <exception cref="BulkWriteException">LK3003: a column cannot be read back as the type that is declared.</exception>
    public static async Task ReadBacksAsync(NpgsqlConnection connection, ImmutableArray<TableMap> maps, Catalog catalog, CancellationToken cancellationToken)
    {
        foreach (var map in maps)
        {
            var facts = catalog.Find(map.Table);
            foreach (var (column, type, probe) in map.Probes.Where(probe => !facts.Columns[probe.Column].IsArray))
            {
                var read = await connection.QueryAsync(
                    $"SELECT '{{}}'::{facts.Columns[column].SqlType}[]", [], row => Refusal(row, probe), cancellationToken).ConfigureAwait(false);
                if (read[0] is { } reason)
                {
                    throw BulkWriteException.NotInDatabase(
                        map.Table, $"the driver does not read {column}, which is {facts.Columns[column].SqlType}, as {type}", reason);
                }
            }
        }
    }

    private static InvalidCastException? Refusal(NpgsqlDataReader row, Action<NpgsqlDataReader, int> probe)
    {
        try
        {
            probe(row, 0);
            return null;
        }
        catch (InvalidCastException refused)
        {
            return refused;
        }
    }

    private static NpgsqlParameter Parameter((Model.Naming.TableName Table, MappedColumn Column, ColumnFacts Facts) column) =>
        column.Column.Empty(column.Column.SentAs(column.Facts.TypeName));

    /// <summary>Why the driver does not write some parameters; null when it does.</summary>
    public static async Task<Exception?> RefusalAsync(NpgsqlConnection connection, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        var list = string.Join(", ", Enumerable.Range(1, parameters.Length).Select(number => "$" + number.ToString(CultureInfo.InvariantCulture)));
        try
        {
            await connection.QueryAsync($"SELECT {list}", parameters, _ => 0, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception refused) when (Failures.IsOfDriver(refused))
        {
            return refused;
        }
    }
}
