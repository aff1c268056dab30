using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.BulkWrite.Reading;

namespace Lockkeeper.BulkWrite.Rendering;

/// <summary>Reads columns of the rows that an input wrote or met.</summary>
internal static class ReadBackSql
{
    /// <remarks>
    /// A statement of its own, since RETURNING leaves out the rows that DO NOTHING met and those that already were as asked for. It sees what the
    /// unit wrote, and what others committed before it began. Rows that the unit wrote have its number; after a savepoint they have another one, and
    /// then tokens stay as they were, which is the safe side.
    /// </remarks>
    public static string Of(ChangeShape change, TableFacts table, Statement statement) => $"""
        SELECT source.{Statement.Row}, {(change.Map.Parts.HasTokens ? "target.xmin = pg_current_xact_id()::xid" : "true")}, {string.Join(", ", change.Map.Parts.ReadBacks.Select(column => $"target.{column}"))}
        FROM {statement.Keys(change, change.Map.Key, table)} AS source
        JOIN {change.Map.Table} AS target ON {string.Join(" AND ", change.Map.Key.Select(column => $"target.{column} = source.{column}"))}
        """;
}
