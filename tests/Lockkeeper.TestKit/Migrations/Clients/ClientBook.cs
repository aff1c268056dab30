using System.Globalization;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.TestKit.Migrations.Clients;

/// <summary>Compares a table with what clients remember.</summary>
internal static class ClientBook
{
    /// <summary>The table of that schema holds the clients' rows and no others, and in them what the clients wrote last.</summary>
    public static async Task AssertKeptAsync(
        TestDatabase database, ClientCrowd crowd, Identifier schema, ClientTable table, CancellationToken cancellationToken)
    {
        var rows = crowd.Clients.SelectMany(client => client.Script.Rows).ToArray();
        var keys = (await database.QueryAsync($"SELECT {table.Key}::bigint FROM {schema}.{table.Name}", cancellationToken))
            .Select(row => (long)row[0]!).ToHashSet();
        Assert.Empty(rows.Select(row => row.Key).Where(key => !keys.Contains(key)).Take(10));
        Assert.Empty(keys.Except(rows.Select(row => row.Key)).Take(10));

        foreach (var column in table.Columns)
        {
            var known = rows.Where(row => row.Value.ContainsKey(column.Meanings[0]))
                .Select(row => (row.Key, Number: row.Value[column.Meanings[0]])).ToArray();
            var wrong = await database.QueryAsync(
                $"""
                SELECT format('%s: %s is %s and should stand for %s', m.id, '{column.Name}', t.{column.Name}, m.v)
                FROM unnest('{Array(known.Select(row => row.Key))}'::bigint[], '{Array(known.Select(row => row.Number))}'::bigint[]) AS m (id, v)
                LEFT JOIN {schema}.{table.Name} AS t ON t.{table.Key} = m.id
                WHERE t.{column.Name} IS DISTINCT FROM {column.ValueOf("m.v")}
                LIMIT 10
                """,
                cancellationToken);
            Assert.Empty(wrong.Select(row => (string)row[0]!));
        }
    }

    private static string Array(IEnumerable<long> numbers) =>
        $"{{{string.Join(',', numbers.Select(n => n.ToString(CultureInfo.InvariantCulture)))}}}";
}
