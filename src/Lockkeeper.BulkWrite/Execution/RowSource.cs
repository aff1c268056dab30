namespace Lockkeeper.BulkWrite.Execution;

/// <summary>An input, read once and no further than is needed.</summary>
internal sealed class RowSource<T> : IAsyncDisposable
{
    private readonly IEnumerable<T>? _rows;
    private readonly IAsyncEnumerable<T>? _stream;
    private IEnumerator<T>? _open;
    private IAsyncEnumerator<T>? _openStream;

    public RowSource(IEnumerable<T> rows) => _rows = rows;

    public RowSource(IAsyncEnumerable<T> stream) => _stream = stream;

    /// <summary>Whether it was read to its end.</summary>
    public bool IsRead { get; private set; }

    /// <summary>Reads on, into a list, until it holds so many rows or the end is reached.</summary>
    public async Task ReadAsync(List<T> into, int upTo, CancellationToken cancellationToken)
    {
        if (_stream is not null)
        {
            _openStream ??= _stream.GetAsyncEnumerator(cancellationToken);
            while (!IsRead && into.Count < upTo)
            {
                if (await _openStream.MoveNextAsync().ConfigureAwait(false))
                {
                    into.Add(_openStream.Current);
                }
                else
                {
                    IsRead = true;
                }
            }

            return;
        }

        if (_open is null && _rows is IReadOnlyCollection<T> { Count: var count } && into.Count + count < upTo)
        {
            into.AddRange(_rows);
            IsRead = true;
            return;
        }

        _open ??= _rows!.GetEnumerator();
        while (!IsRead && into.Count < upTo)
        {
            if (_open.MoveNext())
            {
                into.Add(_open.Current);
            }
            else
            {
                IsRead = true;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _open?.Dispose();
        if (_openStream is not null)
        {
            await _openStream.DisposeAsync().ConfigureAwait(false);
        }
    }
}
