using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.BulkWrite.Reading;

namespace Lockkeeper.BulkWrite.Rendering;

/// <summary>How a statement that inserts tells of each row that it gives back whether it is new, or was there and is written over.</summary>
/// <param name="IsNew">True for a row that is new, as SQL over <c>target</c>.</param>
/// <param name="WhenWrittenOver">One more condition, always true, of writing over a row that is there; empty where none is needed.</param>
internal readonly record struct NewRow(string IsNew, string WhenWrittenOver)
{
    private const string Setting = "'lockkeeper.written_over'";

    /// <summary>Where no row is written over.</summary>
    public static NewRow Always { get; } = new("true", "");

    /// <remarks>
    /// <c>xmax</c> is zero exactly in rows that are new. Of a row that goes on to a partition the server gives no such column back (execTuples.c,
    /// tts_virtual_getsysattr). There a row that is written over leaves its key in a setting of the transaction, right before it is given back; with the time of
    /// the statement, so that it is not taken for the same key in another one.
    /// </remarks>
    public static NewRow Of(ChangeShape change, TableFacts table)
    {
        if (!table.IsPartitioned)
        {
            return new NewRow("(target.xmax = 0)", "");
        }

        var mark = $"concat(statement_timestamp(), ROW({string.Join(", ", change.Map.Key.Select(column => $"target.{column}"))}))";
        return new NewRow(
            $"(current_setting({Setting}, true) IS DISTINCT FROM {mark})",
            $" AND set_config({Setting}, {mark}, true) IS NOT NULL");
    }
}
