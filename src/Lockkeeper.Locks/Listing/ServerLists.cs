using System.Collections.Immutable;
using Lockkeeper.Locks.Listing.Lists;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Locks.Listing;

/// <summary>Lists of what a server does and has, each one query that reads the catalog and the statistics.</summary>
/// <param name="dataSource">The database. A role without <c>pg_monitor</c> sees less.</param>
public sealed class ServerLists(NpgsqlDataSource dataSource)
{
    /// <summary>How many rows a list shows unless told otherwise: a screen.</summary>
    public const int UsualRows = 20;

    private const string SessionSql = "SET lock_timeout = '200ms'; SET statement_timeout = '30s'";

    private static readonly ImmutableArray<ListDefinition> All =
    [
        LongRunningList.Create(),
        OutliersList.Create(),
        UnusedIndexesList.Create(),
        MissingForeignKeyIndexesList.Create(),
        BloatList.Create(),
        CacheHitList.Create(),
        VacuumList.Create(),
    ];

    /// <summary>The names of all lists.</summary>
    public static ImmutableArray<string> Names => [.. All.Select(list => list.Name)];

    /// <summary>Reads one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="rows">How many rows at most.</param>
    /// <param name="cancellationToken">Ends it; nothing is left.</param>
    /// <exception cref="LocksException">The server lacks an extension that the list needs, or something that it reads is locked.</exception>
    /// <exception cref="ArgumentException">There is no list of that name.</exception>
    public async Task<ListResult> ReadAsync(string name, int rows = UsualRows, CancellationToken cancellationToken = default)
    {
        var list = All.FirstOrDefault(list => list.Name == name) ?? throw new ArgumentException($"There is no list \"{name}\".", nameof(name));
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        await connection.ExecuteAsync(SessionSql, [], cancellationToken).ConfigureAwait(false);
        var version = connection.PostgreSqlVersion.Major * 10_000;
        try
        {
            var found = await connection.QueryAsync(
                list.Sql(version), [new NpgsqlParameter<int> { TypedValue = rows }], row => Row(row, list.Columns), cancellationToken).ConfigureAwait(false);
            return new ListResult(list.Title, list.Columns, [.. found]);
        }
        catch (PostgresException missing) when (list.Extension is { } extension
            && missing.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.ObjectNotInPrerequisiteState)
        {
            throw LocksException.NoExtension(extension, missing);
        }
        catch (PostgresException locked) when (locked.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw LocksException.Locked(name, locked);
        }
    }

    private static ImmutableArray<object?> Row(NpgsqlDataReader row, ImmutableArray<ListColumn> columns) =>
    [
        .. columns.Select((column, i) => row.IsDBNull(i) ? null
            : column.Kind is ListColumnKind.Text or ListColumnKind.Query ? (object)row.GetString(i) : row.GetDouble(i)),
    ];
}
