using System.Collections.Immutable;
using Lockkeeper.Cli.Demo.Checking;
using Lockkeeper.Cli.Demo.Clients;
using Lockkeeper.Cli.Demo.Orders;
using Lockkeeper.Model.Naming;
using Lockkeeper.TestKit;
using Npgsql;

namespace Lockkeeper.CliTests.Demo.Checking;

public sealed class RowCheckTests(PostgresFixture postgres)
{
    private const int Seeded = 30;

    private static readonly TableName Table = new(new Identifier("public"), new Identifier("orders"));
    private static readonly Change Sent = new("status", "sent again", row => row with { Status = "sent again" });

    private readonly ClientRows _rows = new(1, 1, Seeded);

    [Fact]
    public async Task An_untouched_table_is_right()
    {
        var result = await CheckAsync("SELECT 1");

        Assert.Equal(new CheckResult(Seeded, 0, 0, 0, []), result);
    }

    [Fact]
    public async Task Writes_that_arrived_are_right()
    {
        _rows.Changed(3, Sent);
        _rows.Deleted(4);
        _rows.Inserted(100, new NewOrder("c", "e@f", "f", 1.50m, "open", null));

        var result = await CheckAsync(
            """
            UPDATE orders SET status = 'sent again' WHERE id = 3;
            DELETE FROM orders WHERE id = 4;
            INSERT INTO orders VALUES (100, 'c', 'e@f', 'f', 1.5, 'open', NULL, now());
            """);

        Assert.Equal(new CheckResult(Seeded + 1, 3, 0, 0, []), result);
    }

    [Fact]
    public async Task Writes_that_did_not_arrive_are_lost()
    {
        _rows.Changed(3, Sent);
        _rows.Deleted(4);
        _rows.Inserted(100, new NewOrder("c", "e@f", "f", 1.50m, "open", null));

        var result = await CheckAsync("SELECT 1");

        Assert.Equal(3, result.LostWrites);
        Assert.Equal(0, result.WrongRows);
        Assert.Contains("order 4: was deleted and is there", result.Examples);
        Assert.Contains("order 100: is missing", result.Examples);
        Assert.Contains(result.Examples, example => example.StartsWith("order 3: status is ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rows_that_nobody_wrote_are_wrong_when_they_are_not_as_filled()
    {
        var result = await CheckAsync(
            """
            UPDATE orders SET email_domain = NULL WHERE id = 5;
            DELETE FROM orders WHERE id = 6;
            INSERT INTO orders VALUES (200, 'c', 'e@f', 'f', 1.5, 'open', NULL, now());
            """);

        Assert.Equal(0, result.LostWrites);
        Assert.Equal(3, result.WrongRows);
    }

    [Fact]
    public async Task A_row_of_which_its_client_never_heard_may_be_either()
    {
        _rows.Changed(3, Sent);
        _rows.NeverHeardOf([3]);

        Assert.Equal(0, (await CheckAsync("SELECT 1")).LostWrites);
    }

    private async Task<CheckResult> CheckAsync(string sql)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var database = await postgres.CloneAsync(cancellationToken);
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(
            """
            CREATE TABLE orders (id bigint, customer text, email text, email_domain text, amount numeric(12, 2), status text, note text,
                created_at timestamptz)
            """,
            cancellationToken);
        for (var id = 1; id <= Seeded; id++)
        {
            await InsertAsync(connection, id, UpRules.Apply(OrderSource.Seed(id)), cancellationToken);
        }

        await connection.ExecuteAsync(sql, cancellationToken);
        return await new RowCheck(ImmutableArray.Create(_rows), Seeded).RunAsync(connection, Table, cancellationToken);
    }

    private static async Task InsertAsync(NpgsqlConnection connection, int id, NewOrder row, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("INSERT INTO orders VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", connection);
        foreach (var value in new object?[] { id, row.Customer, row.Email, row.EmailDomain, row.Amount, row.Status, row.Note, row.CreatedAt })
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
