using System.Diagnostics;
using System.Globalization;
using Lockkeeper.Bench.Measuring;
using Npgsql;

namespace Lockkeeper.Bench.Ways;

/// <summary>
/// Batches in key order over a marker column, with a PL/pgSQL trigger that computes the value: the way that pgroll 0.16 goes, written here
/// from a description of what it does.
/// </summary>
/// <remarks>
/// <para>
/// Reproduced are: one session, its default of 1,000 rows a batch and no pause between them; each batch one statement and one transaction that locks the next
/// marked rows behind the last key, in key order, updates their keys to themselves, which fires the trigger, and returns the last key once for each row; the last key
/// as a literal in the text; the one trigger of an added column, on inserts and updates, whose function declares a variable for each column,
/// reads the search path by a query and clears the marker.
/// </para>
/// <para>
/// Not reproduced, because it is outside the filling or would only cost it more: what is done before and after, its count of the rows, its progress. The table is
/// analysed before, without which its batches are planned as two sequential scans each.
/// </para>
/// </remarks>
internal class KeysetWay : Way
{
    private const int BatchSize = 1_000;

    public override string Name => "keyset batches";

    public override string Column => "_new_loud";

    public override async Task PrepareAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await BenchTable.ExecuteAsync(
            source,
            """
            ALTER TABLE users ADD COLUMN _new_loud text;
            ALTER TABLE users ADD COLUMN _needs_backfill boolean DEFAULT true;
            """,
            cancellationToken);
        await BenchTable.ExecuteAsync(
            source, Trigger("users_up", "name", "name", "search_path <> 'public_02'", "NEW._new_loud := (upper(name))"), cancellationToken);
        await BenchTable.ExecuteAsync(source, "ANALYZE users", cancellationToken);
    }

    public override async Task<TimeSpan> FillAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var since = Stopwatch.GetTimestamp();
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        for (long? last = null; ;)
        {
            await using var command = new NpgsqlCommand(Batch(last), connection);
            if (await command.ExecuteScalarAsync(cancellationToken) is not long key)
            {
                return Stopwatch.GetElapsedTime(since);
            }

            last = key;
        }
    }

    /// <summary>A function and its trigger that compute one column from another when the row is written through one of the versions.</summary>
    /// <param name="name">The name of both.</param>
    /// <param name="variable">What the other column is called in the version that is written through.</param>
    /// <param name="column">What it is called in the table.</param>
    /// <param name="applies">Whether a row is written through that version.</param>
    /// <param name="assignment">The computation.</param>
    protected static string Trigger(string name, string variable, string column, string applies, string assignment) => $"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            "created_at" users.created_at%TYPE := NEW.created_at;
            "email" users.email%TYPE := NEW.email;
            "id" users.id%TYPE := NEW.id;
            "{variable}" users.{column}%TYPE := NEW.{column};
            "note" users.note%TYPE := NEW.note;
            latest_schema text;
            search_path text;
        BEGIN
            SELECT s.setting INTO search_path FROM (SELECT current_setting('search_path') AS setting) AS s;
            IF {applies} THEN
                {assignment};
                NEW._needs_backfill := false;
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION {name}();
        """;

    private static string Batch(long? last) => string.Create(CultureInfo.InvariantCulture, $"""
        WITH batch AS (
            SELECT id FROM users
            WHERE _needs_backfill = true{(last is null ? "" : $" AND (id) > ('{last}')")}
            ORDER BY id LIMIT {BatchSize} FOR NO KEY UPDATE),
        done AS (
            UPDATE users SET id = users.id FROM batch WHERE users.id = batch.id RETURNING users.id)
        SELECT last_value(id) OVER () FROM done
        """);
}
