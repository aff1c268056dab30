using System.Collections.Immutable;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Locks.Tracing;

/// <summary>Chooses by what row locks are seen: the log of the server is exact, and <c>pgrowlocks</c> is what 14 has.</summary>
internal static class RowLockSources
{
    public static async Task<IRowLockSource?> ChooseAsync(
        NpgsqlConnection observer, ImmutableDictionary<uint, TableName> tables, CancellationToken cancellationToken) =>
        await HasAsync(observer, "pg_walinspect", cancellationToken).ConfigureAwait(false)
            && await WalRowLocks.MayReadAsync(observer, cancellationToken).ConfigureAwait(false)
            ? await WalRowLocks.CreateAsync(observer, tables, cancellationToken).ConfigureAwait(false)
            : await HasAsync(observer, "pgrowlocks", cancellationToken).ConfigureAwait(false) ? new ScannedRowLocks(observer, tables) : null;

    // Makes the extension; false where the server does not have it, or the role may not.
    private static async Task<bool> HasAsync(NpgsqlConnection observer, string extension, CancellationToken cancellationToken)
    {
        // Asked first: a missing file is an error of the class 58, after which Npgsql takes the session for broken.
        var there = await observer.QueryAsync(
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_available_extensions WHERE name = $1)",
            [new NpgsqlParameter<string> { TypedValue = extension }],
            row => row.GetBoolean(0),
            cancellationToken).ConfigureAwait(false);
        if (!there[0])
        {
            return false;
        }

        try
        {
            await observer.ExecuteAsync(
                $"CREATE EXTENSION IF NOT EXISTS {new Identifier(extension)} WITH SCHEMA pg_catalog", [], cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return false;
        }
    }
}
