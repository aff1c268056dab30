using System.Globalization;
using Lockkeeper.Backfill.State;

namespace Lockkeeper.Bench.Measuring;

/// <summary>A table of one shape, ready to be filled.</summary>
/// <param name="Shape">How wide a row is, in words.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Padding">Bytes of a text that nobody changes.</param>
/// <param name="Room">The share of each page that is free, in percent.</param>
/// <param name="Indexes">Its indexes, the key's included.</param>
internal sealed record StripeTable(string Shape, int Rows, int Padding, int Room, int Indexes)
{
    private static readonly string[] Indexed = ["name", "a", "b", "c", "d", "e", "f"];

    public async Task FillAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var source = BenchTable.Open(connectionString);
        await BenchTable.ExecuteAsync(source, "CREATE SCHEMA lockkeeper; " + BackfillState.CreateSql, cancellationToken);
        await BenchTable.ExecuteAsync(
            source,
            string.Create(CultureInfo.InvariantCulture, $"""
                CREATE TABLE t (id bigint PRIMARY KEY, name text NOT NULL, a int, b int, c int, d int, e int, f int, note text NOT NULL) WITH (fillfactor = {100 - Room});
                INSERT INTO t SELECT i, 'n' || i, i, i, i, i, i, i, repeat('x', {Padding}) FROM generate_series(1, {Rows}) AS i;
                """),
            cancellationToken);
        foreach (var column in Indexed.Take(Indexes - 1))
        {
            await BenchTable.ExecuteAsync(source, $"CREATE INDEX ON t ({column})", cancellationToken);
        }

        await BenchTable.ExecuteAsync(source, "VACUUM (ANALYZE) t", cancellationToken);

        // The trigger of a migration: it does nothing for the backfill's rows, but that it is there makes the server lock each row before.
        await BenchTable.ExecuteAsync(
            source,
            """
            ALTER TABLE t ADD COLUMN loud text, ADD COLUMN pending boolean DEFAULT true;
            ALTER TABLE t ALTER COLUMN pending SET DEFAULT false;
            CREATE FUNCTION carry_over() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.pending := false; RETURN NEW; END';
            CREATE TRIGGER carry_over BEFORE UPDATE ON t FOR EACH ROW
                WHEN ((OLD.pending AND NEW.pending IS NOT TRUE) IS NOT TRUE) EXECUTE FUNCTION carry_over();
            ALTER TABLE t ENABLE ALWAYS TRIGGER carry_over
            """,
            cancellationToken);
    }
}
