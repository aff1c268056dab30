using System.Collections.Immutable;
using Lockkeeper.Locks.Graph;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.Locks.Reading;

/// <summary>Reads an <see cref="Observation"/> in one statement. Holds no lock but those of the catalog that reading it takes.</summary>
internal static class ObservationReader
{
    public static async Task<Observation> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(ObservationQuery.Sql, connection);
        await using (command.ConfigureAwait(false))
        {
            // Planning it takes about as long as running it. It stays prepared for as long as the session lives, also in a pool.
            await command.PrepareAsync(cancellationToken).ConfigureAwait(false);
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                return Of(reader);
            }
        }
    }

    private static Observation Of(NpgsqlDataReader row)
    {
        var at = row.GetFieldValue<DateTime>(row.GetOrdinal("at"));

        // A list is not read in one moment: a process number can be in it twice when its first process has just ended.
        var (locks, owners) = ParallelQueries.Join(
            LockRows.Of(row, at), OwnerRows.Of(row, at).GroupBy(owner => owner.Id).ToImmutableDictionary(same => same.Key, same => same.Last()));
        return new Observation
        {
            At = at,
            Database = row.GetString(row.GetOrdinal("database")),
            DatabaseId = row.GetFieldValue<uint>(row.GetOrdinal("here")),
            ServerVersion = row.GetInt32(row.GetOrdinal("version")),
            InRecovery = row.GetBoolean(row.GetOrdinal("in_recovery")),
            SeesOthers = row.GetBoolean(row.GetOrdinal("sees_others")),
            DeadlockTimeout = TimeSpan.FromSeconds(row.GetDouble(row.GetOrdinal("deadlock_timeout"))),
            Deadlocks = row.GetInt64(row.GetOrdinal("deadlocks")),
            Locks = locks,
            Owners = owners,
            Relations = Relations(row).ToImmutableDictionary(relation => relation.Oid),
            Objects = Objects(row),
        };
    }

    private static ImmutableArray<LockedRelation> Relations(NpgsqlDataReader row)
    {
        var (oid, pages) = (row.Column<uint>("relation_oid"), row.Column<int>("relation_pages"));
        var (schema, name, kind) = (row.Column<string>("relation_schema"), row.Column<string>("relation_name"), row.Column<string>("relation_kind"));
        return ListColumns.Rows(oid.Length, i => new LockedRelation(
            oid[i], new TableName(new Identifier(schema[i]), new Identifier(name[i])), kind[i][0], pages[i]));
    }

    private static ImmutableDictionary<(uint Class, uint Id), string> Objects(NpgsqlDataReader row)
    {
        var (catalog, id, words) = (row.Column<uint>("object_class"), row.Column<uint>("object_id"), row.Texts("object_words"));
        return Enumerable.Range(0, id.Length).Where(i => words[i] is not null).ToImmutableDictionary(i => (catalog[i], id[i]), i => words[i]!);
    }
}
