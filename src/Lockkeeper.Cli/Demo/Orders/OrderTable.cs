using Lockkeeper.Server.Running;
using Npgsql;
using NpgsqlTypes;

namespace Lockkeeper.Cli.Demo.Orders;

/// <summary>Fills the table that the first migration made.</summary>
internal static class OrderTable
{
    // Indexes of the usual kind, none of them on what the migration fills; each is one more that a new version of a row may have to enter.
    private static readonly string[] Finish =
    [
        "CREATE INDEX orders_email_idx ON orders (email)",
        "CREATE INDEX orders_created_at_idx ON orders (created_at)",
        "CREATE INDEX orders_customer_idx ON orders (customer)",
        "SELECT setval(pg_get_serial_sequence('orders', 'id'), (SELECT max(id) FROM orders))",

        // As a table is that has lived for a while: with statistics, and with hint bits set.
        "VACUUM (ANALYZE) orders",
    ];

    public static async Task FillAsync(NpgsqlConnection connection, int rows, CancellationToken cancellationToken)
    {
        await CopyAsync(connection, rows, cancellationToken);
        foreach (var sql in Finish)
        {
            await connection.ExecuteAsync(sql, [], cancellationToken);
        }
    }

    private static async Task CopyAsync(NpgsqlConnection connection, int rows, CancellationToken cancellationToken)
    {
        await using var import = await connection.BeginBinaryImportAsync(
            "COPY orders (id, customer, email, amount, status, note, created_at) FROM STDIN (FORMAT binary)", cancellationToken);
        for (var id = 1L; id <= rows; id++)
        {
            var order = OrderSource.Seed(id);
            await import.StartRowAsync(cancellationToken);
            await import.WriteAsync(id, NpgsqlDbType.Bigint, cancellationToken);
            await import.WriteAsync(order.Customer, NpgsqlDbType.Text, cancellationToken);
            await import.WriteAsync(order.Email, NpgsqlDbType.Text, cancellationToken);
            await WriteAsync(order.Amount);
            await import.WriteAsync(order.Status, NpgsqlDbType.Text, cancellationToken);
            await WriteAsync(order.Note);
            await import.WriteAsync(order.CreatedAt!.Value, NpgsqlDbType.TimestampTz, cancellationToken);
        }

        await import.CompleteAsync(cancellationToken);

        Task WriteAsync(string? text) =>
            text is null ? import.WriteNullAsync(cancellationToken) : import.WriteAsync(text, NpgsqlDbType.Text, cancellationToken);
    }
}
