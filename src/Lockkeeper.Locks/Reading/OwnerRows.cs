using System.Collections.Immutable;
using Lockkeeper.Locks.Graph;
using Npgsql;

namespace Lockkeeper.Locks.Reading;

/// <summary>Reads the lists of those who take part that <see cref="ObservationQuery"/> sends: processes, and prepared transactions.</summary>
internal static class OwnerRows
{
    public static IEnumerable<LockOwner> Of(NpgsqlDataReader row, DateTime at) => [.. Backends(row, at), .. Prepared(row, at)];

    private static ImmutableArray<LockOwner> Backends(NpgsqlDataReader row, DateTime at)
    {
        var (pid, leader) = (row.Column<int>("pid"), row.Column<int?>("leader_pid"));
        var (database, user, application) = (row.Texts("datname"), row.Texts("usename"), row.Texts("application_name"));
        var (client, type, state) = (row.Texts("client_addr"), row.Texts("backend_type"), row.Texts("state"));
        var (waitEvent, query, queryAge) = (row.Texts("wait_event"), row.Texts("query"), row.Ages("query_start", at));
        var (transactionAge, stateAge) = (row.Ages("xact_start", at), row.Ages("state_change", at));
        var start = row.Column<DateTime?>("backend_start");
        return ListColumns.Rows(pid.Length, i => new LockOwner
        {
            Id = new OwnerId(pid[i], 0),
            LeaderPid = leader[i],
            Database = database[i],
            User = user[i],
            Application = application[i],
            ClientAddress = client[i],
            BackendType = type[i],
            State = state[i],
            WaitEvent = waitEvent[i],
            Query = query[i],
            QueryAge = queryAge[i],
            TransactionAge = transactionAge[i],
            StateAge = stateAge[i],
            BackendStart = start[i],
        });
    }

    private static ImmutableArray<LockOwner> Prepared(NpgsqlDataReader row, DateTime at)
    {
        var (xid, gid, age) = (row.Column<uint>("prepared_xid"), row.Texts("prepared_gid"), row.Ages("prepared_at", at));
        var (database, owner) = (row.Texts("prepared_database"), row.Texts("prepared_owner"));
        return ListColumns.Rows(xid.Length, i => new LockOwner
        {
            Id = new OwnerId(0, xid[i]),
            PreparedName = gid[i],
            Database = database[i],
            User = owner[i],
            TransactionAge = age[i],
            State = "prepared",
        });
    }
}
