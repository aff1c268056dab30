using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.BulkWrite.Reading;

namespace Lockkeeper.BulkWrite.Rendering;

/// <summary>
/// What counters learn of a statement: it gives back the rows as they were and as they are, and these are summed by the key that counts. So what is
/// counted is what was really inserted, moved and deleted, whoever else was at it. Every part is empty where no counter follows.
/// </summary>
internal sealed class CountSql(ChangeShape change, Catalog catalog)
{
    private const string Was = "lockkeeper_was";
    private const string Is = "lockkeeper_is";

    /// <summary>The row as it was when it was locked, as one more column.</summary>
    public string Locked => IsFollowed ? $", target AS {Was}" : "";

    /// <summary>What an insert gives back besides.</summary>
    public string ReturningNew => IsFollowed ? $", target AS {Is}" : "";

    /// <summary>What an update gives back.</summary>
    public string ReturningBoth => IsFollowed ? $"source.{Was}, target AS {Is}" : "1";

    /// <summary>What a deletion gives back.</summary>
    public string ReturningOld => IsFollowed ? $"target AS {Was}" : "1";

    /// <summary>One more part of the statement for each counter.</summary>
    public string Sums => string.Concat(change.Followed.Select((followed, number) => FormattableString.Invariant($"""
        , sums{number} AS (
        SELECT key, sum(amount)::bigint AS amount FROM (
        {string.Join("\nUNION ALL\n", Parts(followed))}) AS counted
        WHERE key IS NOT NULL GROUP BY key HAVING sum(amount) <> 0)
        """)));

    /// <summary>The keys and the amounts of each counter, in one order, to stand behind the statement's own numbers.</summary>
    public string Arrays => string.Concat(change.Followed.Select((_, number) => FormattableString.Invariant(
        $", ARRAY(SELECT key FROM sums{number} ORDER BY key), ARRAY(SELECT amount FROM sums{number} ORDER BY key)")));

    private bool IsFollowed => !change.Followed.IsEmpty;

    private IEnumerable<string> Parts(Followed followed)
    {
        if (change.Kind != ChangeKind.Delete)
        {
            yield return Part(followed, Is, "", change.Inserts ? "written.inserted AND " : "");
        }

        if (!change.Inserts)
        {
            yield return Part(followed, Was, "-", "");
        }
    }

    // The type of the keys is that of the counter's own table, so that both come as one .NET type.
    private string Part(Followed followed, string row, string sign, string condition) => $"""
        SELECT counted.{followed.Column}::{catalog.Find(followed.Counter.Map.Table).Columns[followed.Counter.Key].SqlType} AS key, {sign}({followed.Truth.Amount}) AS amount
        FROM written CROSS JOIN LATERAL (SELECT (written.{row}).*) AS counted
        WHERE {condition}({followed.Truth.Condition})
        """;
}
