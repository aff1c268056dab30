using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.BulkWrite.Ordering;
using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.BulkWrite.Reading;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.BulkWrite.Execution;

/// <summary>One input of a unit and what shall be done with it.</summary>
internal abstract class Change(int index, ChangeKind kind, TableMap map) : IAsyncDisposable
{
    private bool _isRead;
    private bool _isArranged;

    public int Index => index;

    public ChangeKind Kind => kind;

    public TableMap Map => map;

    public RowLock Mode { get; init; }

    /// <summary>Whether it applies a counter's sums, after everything else.</summary>
    public bool IsCounter { get; init; }

    /// <summary>Rows handed over so far.</summary>
    public long Given { get; protected set; }

    /// <summary>Whether it has more rows than are held in memory, so that the server sorts them.</summary>
    public bool IsStreamed { get; protected set; }

    /// <summary>The keys in canonical order, each once; none when streamed.</summary>
    public KeySet? Keys { get; protected set; }

    /// <summary>The rows that are written, in canonical order.</summary>
    public int[] Order { get; protected set; } = [];

    /// <summary>Reads the rows and draws keys for them, once; a unit that is planned and then written does not do it again.</summary>
    public async Task ReadAsync(NpgsqlConnection connection, TableFacts table, int bufferRows, CancellationToken cancellationToken)
    {
        if (_isRead)
        {
            RefuseSecondReading();
            return;
        }

        await GatherAsync(bufferRows, cancellationToken).ConfigureAwait(false);
        await DrawAsync(connection, table, cancellationToken).ConfigureAwait(false);
        _isRead = true;
    }

    /// <summary>Checks and sorts the rows, once. Keys of all inputs have been drawn by then, for keys of children contain those of parents.</summary>
    public void ArrangeOnce(TableFacts table, int bufferRows)
    {
        if (!_isArranged)
        {
            Arrange(table, bufferRows);
            _isArranged = true;
        }
    }

    /// <summary>Reads the input into memory, as far as it may be held there.</summary>
    protected abstract Task GatherAsync(int bufferRows, CancellationToken cancellationToken);

    /// <summary>Draws keys for the rows in memory that have none.</summary>
    protected abstract Task DrawAsync(NpgsqlConnection connection, TableFacts table, CancellationToken cancellationToken);

    /// <summary>Checks the rows in memory, sorts them and deals with duplicates.</summary>
    protected abstract void Arrange(TableFacts table, int bufferRows);

    /// <summary>Fails when the rows streamed to the server and are gone.</summary>
    protected abstract void RefuseSecondReading();

    /// <summary>Takes back what a run that was undone had left out.</summary>
    public abstract void Restore();

    /// <summary>Leaves out rows whose key was not there.</summary>
    public abstract void KeepOnly(IReadOnlyCollection<int> places);

    /// <summary>Takes the columns that are read back out of a row of numbers and values.</summary>
    public abstract void Take(NpgsqlDataReader reader);

    /// <summary>Puts what was taken into the rows.</summary>
    public abstract void PutBack();

    /// <summary>The keys of the rows over any mapped columns; rows with a null among them have none.</summary>
    public abstract KeySet KeysOf(ImmutableArray<Identifier> columns, TableFacts table);

    /// <summary>The key of a row as people read it; null when the row is no longer in memory.</summary>
    public abstract string? TextOfKey(long row);

    /// <summary>One array for each column.</summary>
    public abstract IEnumerable<NpgsqlParameter> Parameters(ImmutableArray<int> columns, int[] rows, TableFacts table);

    /// <summary>Sends the rows by COPY: sorted when they are in memory, as they come when not.</summary>
    public abstract Task CopyAsync(NpgsqlConnection connection, CopyTarget target, TableFacts table, CancellationToken cancellationToken);

    public ChangeShape Shape(TableFacts table, int stageFromRows, ImmutableArray<Followed> followed) => Shape(table, stageFromRows, followed, IsCounter);

    /// <summary>As of a counter whose rows have been locked, so that one statement looks for them and writes them.</summary>
    public ChangeShape LateShape(TableFacts table, int stageFromRows) => Shape(table, stageFromRows, [], isCounter: false);

    private ChangeShape Shape(TableFacts table, int stageFromRows, ImmutableArray<Followed> followed, bool isCounter) => new()
    {
        Index = index,
        Kind = kind,
        Map = map,
        Mode = Mode,
        IsCounter = isCounter,
        Followed = followed,
        Rows = IsStreamed ? null : Order.Length,
        IsStaged = IsStreamed || Order.Length >= stageFromRows || map.Columns.Any(column => table.Columns[column].IsArray),
        Keys = Keys,
        KeysOf = columns => KeysOf(columns, table),
    };

    public abstract ValueTask DisposeAsync();
}
