using System.Collections.Immutable;
using System.Globalization;

namespace Lockkeeper.TestKit.Migrations.Clients;

/// <summary>What one client writes, at random, to rows that nobody else touches; and what these rows must hold because of it.</summary>
internal sealed class ClientScript
{
    private const int LongestTransaction = 5;

    private static readonly ImmutableDictionary<string, long> Nothing = ImmutableDictionary<string, long>.Empty;

    private readonly Dictionary<long, ImmutableDictionary<string, long>> _rows = [];
    private readonly List<long> _keys = [];
    private readonly Random _random;
    private readonly int _owner;
    private readonly int _owners;
    private long _next;

    /// <param name="owner">The client's number.</param>
    /// <param name="owners">How many clients there are: a row belongs to the one whose number is the remainder of its key.</param>
    /// <param name="rows">How many rows there are in the beginning, from key 0, each holding its key as its number.</param>
    /// <param name="meanings">What they hold it as.</param>
    /// <param name="random">The client's dice.</param>
    public ClientScript(int owner, int owners, int rows, IReadOnlyCollection<string> meanings, Random random)
    {
        (_owner, _owners, _next, _random) = (owner, owners, rows, random);
        for (var key = 0; key < rows; key++)
        {
            if (key % owners == owner)
            {
                Put(key, Nothing.AddRange(meanings.Select(meaning => KeyValuePair.Create(meaning, (long)key))));
            }
        }
    }

    /// <summary>What each row must hold, as far as it is known.</summary>
    public IReadOnlyDictionary<long, ImmutableDictionary<string, long>> Rows => _rows;

    /// <summary>The statements of the next transaction: one row, or several.</summary>
    public ImmutableArray<ClientStatement> Next(ClientTable table)
    {
        var count = _random.Next(3) == 0 ? _random.Next(2, LongestTransaction + 1) : 1;
        return [.. Enumerable.Range(0, count).Select(_ => NextStatement(table))];
    }

    /// <summary>After a rollback: what only the new version showed is gone, and will be computed anew.</summary>
    public void ForgetNew(ClientTable old)
    {
        foreach (var (key, row) in _rows.ToArray())
        {
            var known = old.Columns.Where(column => row.ContainsKey(column.Meanings[0]));
            _rows[key] = Nothing.AddRange(known.SelectMany(
                column => column.Meanings.Select(meaning => KeyValuePair.Create(meaning, row[column.Meanings[0]]))));
        }
    }

    private ClientStatement NextStatement(ClientTable table) => _random.Next(10) switch
    {
        0 or 1 => Insert(table, orUpdate: false),
        2 => Insert(table, orUpdate: table.HasUniqueKey),
        3 when _keys.Count > 5 => Delete(table),
        4 or 5 when _keys.Count > 0 => Read(table),
        6 when !table.Others.IsEmpty => new(
            table.Others[_random.Next(table.Others.Length)].Replace(
                "{n}", _random.Next(1, 100_000).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal),
            0,
            0)
        {
            MayFindNothing = true,
        },
        _ => Update(table),
    };

    private ClientStatement Insert(ClientTable table, bool orUpdate)
    {
        // An upsert meets a row that is there every other time.
        var key = orUpdate && _keys.Count > 0 && _random.Next(2) == 0 ? Own() : (Interlocked.Increment(ref _next) * _owners) + _owner;
        var number = NextNumber();
        Put(key, Written(_rows.GetValueOrDefault(key, Nothing), table.Columns, table, number));
        var names = string.Concat(table.Columns.Select(column => $", {column.Name}"));
        var values = string.Concat(table.Columns.Select(column => $", {column.ValueOf("$2")}"));
        var conflict = orUpdate
            ? $" ON CONFLICT ({table.Key}) DO UPDATE SET {string.Join(", ", table.Columns.Select(column => $"{column.Name} = excluded.{column.Name}"))}"
            : "";
        return new($"INSERT INTO {table.Name} ({table.Key}{names}) VALUES ($1{values}){conflict}", key, number);
    }

    private ClientStatement Update(ClientTable table)
    {
        var (key, number) = (Own(), NextNumber());
        ImmutableArray<ClientColumn> columns =
            _random.Next(3) == 0 ? table.Columns : [table.Columns[_random.Next(table.Columns.Length)]];
        Put(key, Written(_rows[key], columns, table, number));
        var assignments = string.Join(", ", columns.Select(column => $"{column.Name} = {column.ValueOf("$2")}"));
        return new($"UPDATE {table.Name} SET {assignments} WHERE {table.Key} = $1", key, number);
    }

    private ClientStatement Delete(ClientTable table)
    {
        var place = _random.Next(_keys.Count);
        var key = _keys[place];
        _keys.RemoveAt(place);
        _rows.Remove(key);
        return new($"DELETE FROM {table.Name} WHERE {table.Key} = $1", key, 0);
    }

    private ClientStatement Read(ClientTable table)
    {
        var key = Own();
        var column = table.Columns[_random.Next(table.Columns.Length)];
        return _rows[key].TryGetValue(column.Meanings[0], out var number)
            ? new($"SELECT count(*) FROM {table.Name} WHERE {table.Key} = $1 AND {column.Name} IS NOT DISTINCT FROM {column.ValueOf("$2")}", key, number)
            {
                Reads = true,
            }
            : new($"SELECT count(*) FROM {table.Name} WHERE {table.Key} = $1", key, 0) { Reads = true };
    }

    private static ImmutableDictionary<string, long> Written(
        ImmutableDictionary<string, long> row, ImmutableArray<ClientColumn> columns, ClientTable table, long number)
    {
        foreach (var column in columns)
        {
            row = row.SetItem(column.Meanings[0], number);
            foreach (var carried in column.Meanings.Skip(1))
            {
                row = table.CarriesNothing ? row.Remove(carried) : row.SetItem(carried, number);
            }
        }

        return row;
    }

    private void Put(long key, ImmutableDictionary<string, long> row)
    {
        if (!_rows.ContainsKey(key))
        {
            _keys.Add(key);
        }

        _rows[key] = row;
    }

    private long Own() => _keys[_random.Next(_keys.Count)];

    // Nobody else writes it, so unique constraints hold; and it fits into an integer, a hundred times over into none.
    private long NextNumber() => (Interlocked.Increment(ref _next) * _owners) + _owner;
}
