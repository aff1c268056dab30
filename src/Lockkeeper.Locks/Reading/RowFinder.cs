using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.Locks.Graph;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Locks.Reading;

/// <summary>Finds the keys of rows that are waited for.</summary>
/// <remarks>
/// The version that is waited for is the last committed one, which our snapshot sees, so a look at its address finds it, however often the holder
/// has changed the row since (measured on 14 to 18). Where no waiter shows the address, the version has the awaited transaction in <c>xmax</c>; a
/// table is read for it only when it is small. A table on which somebody holds or awaits ACCESS EXCLUSIVE is left alone: we would wait.
/// </remarks>
internal sealed class RowFinder(NpgsqlConnection connection, Observation observation)
{
    // 40 MB; the statement's own limit is what bounds it in the end.
    private const long MostPagesToSearch = 5_000;

    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(250);

    private const string KeySql = """
        SELECT ARRAY(SELECT a.attname::text
                     FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
                     JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                     WHERE k.place <= i.indnkeyatts
                     ORDER BY k.place)
        FROM pg_catalog.pg_index i
        WHERE i.indrelid = $1 AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a
                          WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[]) AND NOT a.attnotnull)
        ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid
        LIMIT 1
        """;

    private readonly Dictionary<(RowPlace, uint?), FoundRow> _found = [];

    /// <summary>The rows that were found, by place and by the transaction that is waited for.</summary>
    public ImmutableDictionary<(RowPlace Place, uint? Transaction), FoundRow> Found => _found.ToImmutableDictionary();

    /// <summary>Why not all rows were looked for: the server went away. Null where they were.</summary>
    public string? WhyCutShort { get; private set; }

    /// <summary>Finds the rows of the queues. The queues are known already, so a server that goes away only leaves them without names.</summary>
    public async Task FindAsync(IEnumerable<LockQueue> queues, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var queue in queues)
            {
                if (queue.Row is { } place && TableOf(place) is { } table && !_found.ContainsKey((place, queue.Tag.TransactionId)))
                {
                    _found[(place, queue.Tag.TransactionId)] = await FindAsync(queue, place, table, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (Exception gone) when (TransientErrors.IsConnectionLoss(gone))
        {
            WhyCutShort = gone.GetBaseException().Message;
        }
    }

    private LockedRelation? TableOf(RowPlace place) =>
        place.Database == observation.DatabaseId || place.Database == 0 ? observation.Relations.GetValueOrDefault(place.Relation) : null;

    private async Task<FoundRow> FindAsync(LockQueue queue, RowPlace place, LockedRelation table, CancellationToken cancellationToken)
    {
        if (IsLockedAway(place))
        {
            return new FoundRow(table.Name, place.Ctid, [], "the table itself is locked");
        }

        if (place.Ctid is null && (queue.Tag.TransactionId is null || table.Pages > MostPagesToSearch))
        {
            return new FoundRow(table.Name, null, [], "no waiter shows where it is, and the table is too large to search");
        }

        try
        {
            return await ReadAsync(queue, place, table, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException refused) when (refused.SqlState is PostgresErrorCodes.InsufficientPrivilege)
        {
            return new FoundRow(table.Name, place.Ctid, [], "this role may not read the table");
        }
        catch (PostgresException refused) when (refused.SqlState is PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable
            or PostgresErrorCodes.UndefinedTable)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new FoundRow(table.Name, place.Ctid, [], "it could not be read in time");
        }
    }

    private async Task<FoundRow> ReadAsync(LockQueue queue, RowPlace place, LockedRelation table, CancellationToken cancellationToken)
    {
        var keys = await connection.QueryAsync(
            KeySql,
            [new NpgsqlParameter { Value = place.Relation, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid }],
            row => row.GetFieldValue<string[]>(0),
            Limit,
            cancellationToken).ConfigureAwait(false);
        if (keys.Count == 0)
        {
            return new FoundRow(table.Name, place.Ctid, [], "the table has no key");
        }

        var columns = keys[0].Select(name => new Identifier(name)).ToImmutableArray();
        var values = string.Join(", ", columns.Select(column => $"{column}::text"));
        var (condition, value) = place.Ctid is { } ctid
            ? ("ctid = $1::tid", ctid)
            : ("xmax = $1::xid", queue.Tag.TransactionId.GetValueOrDefault().ToString(CultureInfo.InvariantCulture));
        var rows = await connection.QueryAsync(
            $"SELECT ctid::text, {values} FROM ONLY {table.Name} WHERE {condition} LIMIT 2",
            [new NpgsqlParameter<string> { TypedValue = value }],
            row => (Ctid: row.GetString(0), Key: columns.Select((column, i) => new KeyColumn(column, row.GetString(i + 1))).ToImmutableArray()),
            Limit,
            cancellationToken).ConfigureAwait(false);
        return rows.Count switch
        {
            1 => new FoundRow(table.Name, rows[0].Ctid, rows[0].Key, null),
            0 => new FoundRow(table.Name, place.Ctid, [], place.Ctid is null ? "it is not visible yet, or it is locked by several" : "it has just changed hands"),
            _ => new FoundRow(table.Name, null, [], "the holder has changed several rows of the table"),
        };
    }

    private bool IsLockedAway(RowPlace place) => observation.Locks.Any(entry =>
        entry.Tag.Kind == LockKind.Relation && entry.Tag.Relation == place.Relation && entry.Mode == LockMode.AccessExclusive);
}
