using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.BulkWrite.Reading;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Rendering;

/// <summary>What an upsert asks of a row that is there: whether it still has what the caller knows of it.</summary>
/// <remarks>
/// EXCLUDED has the columns of the table and no others, and of those not <c>xmin</c>; so what is only compared is looked up in the input once more. The lists do not
/// depend on the row: the server hashes each once, when it first meets a row that is there.
/// </remarks>
internal static class KnownSql
{
    public static string Of(ChangeShape change, TableFacts table, Statement statement) =>
        string.Concat(change.Map.Compared.Select(column => $"\nAND {Of(change, table, statement, column)}"));

    private static string Of(ChangeShape change, TableFacts table, Statement statement, MappedColumn column)
    {
        var key = change.Map.Key;

        // A number of a transaction can be told equal and not sorted, and a row of values is compared by what sorts it.
        var cast = table.FactsOf(column).TypeName == "xid" ? "::text" : "";
        var same = $"""
            ({Names(key, "target")}, target.{column.Target}{cast}) IN (
                SELECT {Names(key, "known")}, known.{column.Name}{cast} FROM {statement.Rows(change, key.Add(column.Name), table)} AS known WHERE known.{column.Name} IS NOT NULL)
            """;

        // A null is in no list.
        return column.Type.IsValueType && Nullable.GetUnderlyingType(column.Type) is null ? same : $"""
            ({same}
            OR target.{column.Target} IS NULL AND ({Names(key, "target")}) IN (
                SELECT {Names(key, "known")} FROM {statement.Rows(change, key.Add(column.Name), table)} AS known WHERE known.{column.Name} IS NULL))
            """;
    }

    private static string Names(IEnumerable<Identifier> columns, string alias) => string.Join(", ", columns.Select(column => $"{alias}.{column}"));
}
