using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Counters;

/// <summary>What a counter counts: the rows of another table that reference the row, or the sum of something over them.</summary>
/// <param name="Schema">The schema of the rows that are counted.</param>
/// <param name="Table">Their table.</param>
/// <param name="Column">The column that says for whom they count.</param>
public sealed record CounterTruth(string Schema, string Table, string Column)
{
    /// <summary>What one row counts for, as SQL over <c>counted</c>. It is code: never build it from input.</summary>
    public string Amount { get; init; } = "1";

    /// <summary>Which rows count, as SQL over <c>counted</c>. It is code: never build it from input.</summary>
    public string Condition { get; init; } = "true";

    /// <summary>Whether each row counts for one, whatever is in it.</summary>
    internal bool IsPlain => Amount == "1" && Condition == "true";

    internal string Sql(Counter counter, bool isFirst, int chunk)
    {
        var table = new TableName(new Identifier(Schema), new Identifier(Table));
        return FormattableString.Invariant($"""
            SELECT page.{counter.Key}, (
                SELECT COALESCE(sum({Amount}), 0)::bigint FROM {table} AS counted
                WHERE counted.{new Identifier(Column)} = page.{counter.Key} AND ({Condition})) - COALESCE({counter.Expression("page")}, 0)
            FROM {counter.Table} AS page
            {(isFirst ? "" : $"WHERE page.{counter.Key} > $1")}
            ORDER BY page.{counter.Key} LIMIT {chunk}
            """);
    }
}
