using System.Collections.Immutable;
using System.Text.Json;
using Lockkeeper.Locks.Graph;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Locks.Reading;

/// <summary>Reads an <see cref="Observation"/> in one statement. Holds no lock but those of the catalog that reading it takes.</summary>
internal static class ObservationReader
{
    public static async Task<Observation> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync(ObservationQuery.Sql, [], Of, cancellationToken).ConfigureAwait(false))[0];

    private static Observation Of(NpgsqlDataReader row)
    {
        var backends = JsonCells.Rows(Text(row, 8), Backend);
        var prepared = JsonCells.Rows(Text(row, 9), Prepared);
        return new Observation
        {
            At = row.GetFieldValue<DateTimeOffset>(0),
            Database = row.GetString(1),
            DatabaseId = row.GetFieldValue<uint>(2),
            ServerVersion = row.GetInt32(3),
            InRecovery = row.GetBoolean(4),
            SeesOthers = row.GetBoolean(5),
            DeadlockTimeout = TimeSpan.FromSeconds(row.GetDouble(6)),
            Locks = [.. JsonCells.Rows(Text(row, 7), Entry).OfType<LockEntry>()],
            // A list is not read in one moment: a process number can be in it twice when its first process has just ended.
            Owners = backends.Concat(prepared).GroupBy(o => o.Id).ToImmutableDictionary(g => g.Key, g => g.Last()),
            Relations = JsonCells.Rows(Text(row, 10), Relation).ToImmutableDictionary(r => r.Oid),
            Objects = JsonCells.Rows(Text(row, 11), o => (Key: (o.Unsigned(0)!.Value, o.Unsigned(1)!.Value), Words: o.Text(2)))
                .Where(o => o.Words is not null).ToImmutableDictionary(o => o.Key, o => o.Words!),
        };
    }

    private static string? Text(NpgsqlDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetString(ordinal);

    private static LockEntry? Entry(JsonElement row) => LockModeName.Parse(row.Text(12)) is { } mode
        ? new LockEntry(
            new OwnerId(row.Int(0) ?? 0, row.Unsigned(1) ?? 0),
            new LockTag
            {
                Kind = KindOf(row.Text(2)),
                Database = row.Unsigned(3),
                Relation = row.Unsigned(4),
                Page = row.Long(5),
                Tuple = row.Int(6),
                VirtualXid = row.Text(7),
                TransactionId = row.Unsigned(8),
                ClassId = row.Unsigned(9),
                ObjectId = row.Unsigned(10),
                ObjectSubId = row.Int(11),
            },
            mode,
            row[13].GetBoolean(),
            row.Seconds(14))
        : null;

    private static LockKind KindOf(string? name) => name switch
    {
        "relation" => LockKind.Relation,
        "extend" => LockKind.Extend,
        "frozenid" => LockKind.FrozenId,
        "page" => LockKind.Page,
        "tuple" => LockKind.Tuple,
        "transactionid" => LockKind.TransactionId,
        "virtualxid" => LockKind.VirtualXid,
        "spectoken" => LockKind.SpeculativeToken,
        "object" => LockKind.CatalogObject,
        "userlock" => LockKind.UserLock,
        "advisory" => LockKind.Advisory,
        "applytransaction" => LockKind.ApplyTransaction,
        _ => LockKind.Unknown,
    };

    private static LockOwner Backend(JsonElement row) => new()
    {
        Id = new OwnerId(row.Int(0)!.Value, 0),
        LeaderPid = row.Int(1),
        Database = row.Text(2),
        User = row.Text(3),
        Application = row.Text(4),
        ClientAddress = row.Text(5),
        BackendType = row.Text(6),
        State = row.Text(7),
        WaitEvent = row.Text(8),
        Query = row.Text(9),
        QueryAge = row.Seconds(10),
        TransactionAge = row.Seconds(11),
        StateAge = row.Seconds(12),
        BackendStart = row[13].ValueKind == JsonValueKind.Null ? null : row[13].GetDateTimeOffset(),
    };

    private static LockOwner Prepared(JsonElement row) => new()
    {
        Id = new OwnerId(0, row.Unsigned(0)!.Value),
        PreparedName = row.Text(1),
        Database = row.Text(2),
        User = row.Text(3),
        TransactionAge = row.Seconds(4),
        State = "prepared",
    };

    private static LockedRelation Relation(JsonElement row) => new(
        row.Unsigned(0)!.Value,
        new TableName(new Identifier(row.Text(1)!), new Identifier(row.Text(2)!)),
        row.Text(3)![0],
        row.Long(4) ?? 0);
}
