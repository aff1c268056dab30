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
/// Each batch is one transaction: the next 1,000 marked rows behind the last key, in key order, are locked and updated to themselves, which
/// fires the trigger. The trigger declares a variable for each column, reads the search path by a query, and clears the marker.
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
            CREATE FUNCTION users_up() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE
                "created_at" users.created_at%TYPE := NEW.created_at;
                "email" users.email%TYPE := NEW.email;
                "id" users.id%TYPE := NEW.id;
                "name" users.name%TYPE := NEW.name;
                "note" users.note%TYPE := NEW.note;
                search_path text;
            BEGIN
                SELECT s.setting INTO search_path FROM (SELECT current_setting('search_path') AS setting) AS s;
                IF search_path <> 'public_02' THEN
                    NEW._new_loud := (upper(name));
                    NEW._needs_backfill := false;
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER users_up BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION users_up();
            """,
            cancellationToken);
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

    private static string Batch(long? last) => string.Create(CultureInfo.InvariantCulture, $"""
        WITH batch AS (
            SELECT id FROM users
            WHERE _needs_backfill = true{(last is null ? "" : $" AND (id) > ('{last}')")}
            ORDER BY id LIMIT {BatchSize} FOR NO KEY UPDATE),
        done AS (
            UPDATE users SET id = users.id FROM batch WHERE users.id = batch.id RETURNING users.id)
        SELECT max(id) FROM done
        """);
}
