using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.Cli.Demo.Clients;
using Lockkeeper.Cli.Demo.Orders;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.Cli.Demo.Checking;

/// <summary>Compares every row of the new version with what it must be.</summary>
/// <remarks>
/// 1. A row that a client wrote must be what its last acknowledged write made of it; one that it deleted must be gone.
/// 2. A row that nobody wrote must be what the table was filled with, taken through the rules of <c>up</c>.
/// 3. There must be no other row, and none may be missing.
/// Rows of a transaction whose end a client never heard of may be either; that client's failure is counted by itself.
/// </remarks>
internal sealed class RowCheck
{
    // A person reads no more of them.
    private const int MostExamples = 5;

    private readonly Dictionary<long, NewOrder?> _written = [];
    private readonly HashSet<long> _uncertain = [];
    private readonly BitArray _seen;
    private readonly int _seeded;
    private readonly List<string> _examples = [];
    private long _compared;
    private long _lost;
    private long _wrong;

    /// <param name="clients">What each client says that it wrote.</param>
    /// <param name="seeded">How many rows the table was filled with.</param>
    public RowCheck(ImmutableArray<ClientRows> clients, int seeded)
    {
        _seeded = seeded;
        _seen = new BitArray(seeded + 1);
        foreach (var client in clients)
        {
            _uncertain.UnionWith(client.Uncertain);
            foreach (var (id, row) in client.Written)
            {
                _written.Add(id, row);
            }
        }
    }

    /// <summary>Reads the table once; nobody may be writing any more.</summary>
    public async Task<CheckResult> RunAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellationToken)
    {
        var left = _written.Where(row => row.Value is not null).Select(row => row.Key).ToHashSet();
        await using var command = new NpgsqlCommand(
            $"SELECT id, customer, email, email_domain, amount, status, note, created_at FROM {table}", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var id = reader.GetInt64(0);
            left.Remove(id);
            Compare(id, Read(reader));
        }

        foreach (var id in left)
        {
            Lost(id, "is missing");
        }

        CompareMissing();
        return new CheckResult(_compared, _written.Count, _lost, _wrong, [.. _examples]);
    }

    private void Compare(long id, NewOrder row)
    {
        _compared++;
        if (id >= 1 && id <= _seeded)
        {
            _seen[(int)id] = true;
        }

        if (_written.TryGetValue(id, out var written))
        {
            CompareWritten(id, row, written);
        }
        else if (id < 1 || id > _seeded)
        {
            Wrong(id, "was inserted by nobody");
        }
        else if (UpRules.Apply(OrderSource.Seed(id)) is var seed && seed != row)
        {
            Wrong(id, string.Join(", ", row.DifferencesFrom(seed)));
        }
    }

    private void CompareWritten(long id, NewOrder row, NewOrder? written)
    {
        if (written is null)
        {
            Lost(id, "was deleted and is there");
            return;
        }

        // When an inserted row was made, the server said; nobody compares it.
        var comparable = written.CreatedAt is null ? row with { CreatedAt = null } : row;
        if (comparable != written)
        {
            Lost(id, string.Join(", ", comparable.DifferencesFrom(written)));
        }
    }

    private void CompareMissing()
    {
        for (var id = 1; id <= _seeded; id++)
        {
            var isWritten = _written.TryGetValue(id, out var written);
            if (isWritten && written is null && !_seen[id])
            {
                _compared++;
            }
            else if (!isWritten && !_seen[id])
            {
                Wrong(id, "is missing");
            }
        }
    }

    private void Lost(long id, string what)
    {
        if (!_uncertain.Contains(id))
        {
            _lost++;
            Example(id, what);
        }
    }

    private void Wrong(long id, string what)
    {
        if (!_uncertain.Contains(id))
        {
            _wrong++;
            Example(id, what);
        }
    }

    private void Example(long id, string what)
    {
        if (_examples.Count < MostExamples)
        {
            _examples.Add(string.Create(CultureInfo.InvariantCulture, $"order {id}: {what}"));
        }
    }

    // A NULL where none may be is a difference like any other, and not the end of the check.
    private static NewOrder Read(NpgsqlDataReader reader) => new(
        Text(reader, 1) ?? "NULL", Text(reader, 2) ?? "NULL", Text(reader, 3) ?? "NULL",
        reader.IsDBNull(4) ? decimal.MinValue : reader.GetDecimal(4), Text(reader, 5) ?? "NULL", Text(reader, 6))
    {
        CreatedAt = reader.IsDBNull(7) ? null : reader.GetDateTime(7),
    };

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
