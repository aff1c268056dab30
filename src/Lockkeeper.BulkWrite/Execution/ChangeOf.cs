using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.BulkWrite.Ordering;
using Lockkeeper.BulkWrite.Reading;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.BulkWrite.Execution;

/// <summary>One input with rows of a type.</summary>
internal sealed class Change<T>(int index, ChangeKind kind, TableMap<T> map, RowSource<T> source) : Change(index, kind, map)
{
    // Of a stream, so many rows are in memory at once while it is copied.
    private const int Block = 10_000;

    private readonly List<T> _rows = [];
    private int[] _arranged = [];
    private readonly List<Action> _taken = [];
    private bool _isCopied;

    // The number of the first row in memory.
    private long _first;

    protected override async Task GatherAsync(int bufferRows, CancellationToken cancellationToken)
    {
        await source.ReadAsync(_rows, bufferRows + 1, cancellationToken).ConfigureAwait(false);
        Given = _rows.Count;
        IsStreamed = _rows.Count > bufferRows;
    }

    protected override async Task DrawAsync(NpgsqlConnection connection, TableFacts table, CancellationToken cancellationToken)
    {
        var drawn = map.ColumnsOfT.FirstOrDefault(column => column.IsDrawn);
        if (drawn is null || Kind is not (ChangeKind.Insert or ChangeKind.InsertOrIgnore or ChangeKind.Upsert))
        {
            return;
        }

        var missing = _rows.Where(drawn.IsMissing).ToList();
        if (missing.Count == 0)
        {
            return;
        }

        var values = await connection.QueryAsync(
            "SELECT nextval($1::regclass) FROM generate_series(1, $2)",
            [
                new NpgsqlParameter<string> { TypedValue = table.Columns[drawn.Name].Sequence! },
                new NpgsqlParameter<int> { TypedValue = missing.Count },
            ],
            row => row.GetInt64(0),
            cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < missing.Count; i++)
        {
            drawn.Put(missing[i], values[i]);
        }
    }

    protected override void Arrange(TableFacts table, int bufferRows)
    {
        if (IsStreamed)
        {
            if (map.ReadBacks.Count > 0 && Kind is not (ChangeKind.Delete or ChangeKind.Lock))
            {
                throw BulkWriteException.TooLargeToReadBack(Map.Table, Index, bufferRows);
            }

            if (map.Parts.Duplicates is DuplicateRule.Greatest or DuplicateRule.Merge)
            {
                throw BulkWriteException.TooLargeToMerge(Map.Table, Index, bufferRows);
            }

            return;
        }

        var check = new RowCheck<T>(map, table, this);
        for (var row = 0; row < _rows.Count; row++)
        {
            check.Run(_rows[row], row);
        }

        var keys = KeysOf(Map.Key, table);
        var once = new Duplicates<T>(map, Index, IsCounter).Remove(_rows, keys);
        Keys = once.Count == keys.Count ? keys : once;
        Order = _arranged = Keys.Rows();
    }

    protected override void RefuseSecondReading()
    {
        if (_isCopied)
        {
            throw BulkWriteException.Changed(Map.Table, Index);
        }
    }

    public override void Restore()
    {
        Order = _arranged;
        _taken.Clear();
    }

    public override void Take(NpgsqlDataReader reader)
    {
        var row = _rows[Order[(int)reader.GetInt64(0) - 1]];
        var isOwn = reader.GetBoolean(1);
        for (var i = 0; i < map.ReadBacks.Count; i++)
        {
            if (isOwn || !map.ReadBacks[i].IsToken)
            {
                _taken.Add(map.ReadBacks[i].Take(reader, i + 2, row));
            }
        }
    }

    public override void PutBack() => _taken.ForEach(put => put());

    public override void KeepOnly(IReadOnlyCollection<int> places)
    {
        if (places.Count < Order.Length)
        {
            Order = [.. places.Order().Select(place => Order[place])];
        }
    }

    public override KeySet KeysOf(ImmutableArray<Identifier> columns, TableFacts table)
    {
        var parts = columns.Select(column => (Column: map.ColumnsOfT[map.PlaceOf(column)], Kind: table.KindOf(column)!.Value)).ToArray();
        return KeySet.Of(_rows.Count, Append);

        bool Append(int row, KeyBuffer key)
        {
            foreach (var (column, kind) in parts)
            {
                if (!column.AppendTo(key, kind, _rows[row]))
                {
                    return false;
                }
            }

            return true;
        }
    }

    public override string? TextOfKey(long row) => row - _first is var place && place >= 0 && place < _rows.Count
        ? string.Join(", ", map.Key.Select(column => $"{column.Value} = {map.ColumnsOfT[map.PlaceOf(column)].Text(_rows[(int)place])}")) : null;

    public override IEnumerable<NpgsqlParameter> Parameters(ImmutableArray<int> columns, int[] rows, TableFacts table) =>
        columns.Select(place => map.ColumnsOfT[place].Parameter(_rows, rows, SentAs(place, table)));

    public override async Task CopyAsync(
        NpgsqlConnection connection, CopyTarget target, TableFacts table, CancellationToken cancellationToken)
    {
        var columns = target.Columns.Select(place => (Column: map.ColumnsOfT[place], Type: SentAs(place, table))).ToArray();
        var importer = await connection.BeginBinaryImportAsync(target.Sql, cancellationToken).ConfigureAwait(false);
        await using (importer.ConfigureAwait(false))
        {
            for (var place = 0; place < Order.Length; place++)
            {
                await WriteAsync(importer, columns, Order[place], _rows[Order[place]], target.Numbered ? place : null, cancellationToken).ConfigureAwait(false);
            }

            await importer.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }

        if (IsStreamed)
        {
            await CopyStreamAsync(connection, target, table, cancellationToken).ConfigureAwait(false);
        }
    }

    public override ValueTask DisposeAsync() => source.DisposeAsync();

    // Block by block, so that keys can be drawn on the same connection in between.
    private async Task CopyStreamAsync(
        NpgsqlConnection connection, CopyTarget target, TableFacts table, CancellationToken cancellationToken)
    {
        _isCopied = true;
        var columns = target.Columns.Select(place => (Column: map.ColumnsOfT[place], Type: SentAs(place, table))).ToArray();
        var check = new RowCheck<T>(map, table, this);
        var number = 0L;
        while (_rows.Count > 0)
        {
            await DrawAsync(connection, table, cancellationToken).ConfigureAwait(false);
            var importer = await connection.BeginBinaryImportAsync(target.Sql, cancellationToken).ConfigureAwait(false);
            await using (importer.ConfigureAwait(false))
            {
                foreach (var row in _rows)
                {
                    check.Run(row, number);
                    await WriteAsync(importer, columns, number, row, number, cancellationToken).ConfigureAwait(false);
                    number++;
                }

                await importer.CompleteAsync(cancellationToken).ConfigureAwait(false);
            }

            _rows.Clear();
            _first = number;
            await source.ReadAsync(_rows, Block, cancellationToken).ConfigureAwait(false);
        }

        Given = number;
    }

    private async Task WriteAsync(
        NpgsqlBinaryImporter importer, (MappedColumn<T> Column, string Type)[] columns, long given, T row, long? number, CancellationToken cancellationToken)
    {
        await importer.StartRowAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (column, type) in columns)
        {
            try
            {
                await column.CopyAsync(importer, row, type, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception refused) when (Failures.IsOfDriver(refused) && column.IsReadable(row))
            {
                throw BulkWriteException.NotWritable(Map.Table, column.Name, Index, given, refused);
            }
        }

        if (number is { } place)
        {
            await importer.WriteAsync(place, "int8", cancellationToken).ConfigureAwait(false);
        }
    }

    private string SentAs(int place, TableFacts table) =>
        map.ColumnsOfT[place].SentAs(table.FactsOf(map.ColumnsOfT[place]).TypeName);
}
