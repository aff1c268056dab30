using System.Collections.Immutable;
using Lockkeeper.Locks.Graph;
using Lockkeeper.Model.Locking;
using Npgsql;

namespace Lockkeeper.Locks.Reading;

/// <summary>Reads the list of locks that <see cref="ObservationQuery"/> sends.</summary>
internal static class LockRows
{
    public static ImmutableArray<LockEntry> Of(NpgsqlDataReader row, DateTime at)
    {
        var (pid, prepared) = (row.Column<int?>("lock_pid"), row.Column<uint?>("lock_prepared"));
        var (mode, granted, waited) = (row.Column<string>("lock_mode"), row.Column<bool>("lock_granted"), row.Ages("lock_waitstart", at));
        var tags = Tags(row);
        return
        [
            .. ListColumns.Rows(pid.Length, i => LockModeName.Parse(mode[i]) is { } parsed
                ? new LockEntry(new OwnerId(pid[i] ?? 0, prepared[i] ?? 0), tags[i], parsed, granted[i], waited[i])
                : null).OfType<LockEntry>(),
        ];
    }

    private static ImmutableArray<LockTag> Tags(NpgsqlDataReader row)
    {
        var (kind, database, relation) = (row.Column<string>("lock_type"), row.Column<uint?>("lock_database"), row.Column<uint?>("lock_relation"));
        var (page, tuple) = (row.Column<int?>("lock_page"), row.Column<short?>("lock_tuple"));
        var (virtualXid, xid) = (row.Column<string?>("lock_virtualxid"), row.Column<uint?>("lock_transactionid"));
        var (catalog, id, part) = (row.Column<uint?>("lock_classid"), row.Column<uint?>("lock_objid"), row.Column<short?>("lock_objsubid"));
        return ListColumns.Rows(kind.Length, i => new LockTag
        {
            Kind = KindOf(kind[i]),
            Database = database[i],
            Relation = relation[i],

            // The server shows a number without sign as one with it.
            Page = page[i] is { } number ? unchecked((uint)number) : null,
            Tuple = tuple[i],
            VirtualXid = virtualXid[i],
            TransactionId = xid[i],
            ClassId = catalog[i],
            ObjectId = id[i],
            ObjectSubId = part[i],
        });
    }

    private static LockKind KindOf(string name) => name switch
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
}
