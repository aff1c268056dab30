using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Migrations.Reading.Dependents;
using Lockkeeper.Model.Plans;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Execution;

/// <summary>Keeps a transaction from putting back as planned what somebody has changed since.</summary>
/// <remarks>
/// Compare and swap: definitions are compared with the plan before anything is locked, and the first statement under the locks fails when anything was
/// touched since. Then all is released, and the next attempt compares again: it names the change, or goes on when that was taken back.
/// </remarks>
internal static class CarriedGuard
{
    /// <summary>Refuses when something has changed, before a verb has begun. Looks away where it would have to wait: it is looked at again.</summary>
    /// <exception cref="MigrationException">LK1166: something has changed, and nothing was changed by us.</exception>
    public static async Task RefuseChangesAsync(
        NpgsqlConnection connection, TransactionStage stage, TimeSpan lockTimeout, CancellationToken cancellationToken)
    {
        try
        {
            var (_, changes) = await ReadAsync(connection, stage, lockTimeout, cancellationToken).ConfigureAwait(false);
            Refuse(changes, MigrationOutcome.NothingChanged);
        }
        catch (PostgresException e) when (TransientErrors.IsWorthRetrying(e.SqlState))
        {
            // Somebody alters a table just now.
        }
    }

    /// <summary>What has changed, and the statement that fails when anything is touched from now on; null when the stage puts nothing back.</summary>
    public static async Task<(Step? Guard, ImmutableArray<string> Changes)> ReadAsync(
        NpgsqlConnection connection, TransactionStage stage, TimeSpan lockTimeout, CancellationToken cancellationToken)
    {
        if (stage.Carried.IsEmpty)
        {
            return (null, []);
        }

        // To print a view the server locks its tables, as a query would.
        var milliseconds = ((long)lockTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        await connection.ExecuteAsync(
            "SELECT set_config('lock_timeout', $1, false), set_config('jit', 'off', false)", [new() { Value = milliseconds }], cancellationToken)
            .ConfigureAwait(false);
        // In this order, so that what is changed between the two is seen by the second, or makes the statement fail.
        var version = await CarriedVersion.ReadAsync(connection, stage.Carried, cancellationToken).ConfigureAwait(false);
        var changes = await CarriedReader.ChangesAsync(connection, stage.Carried, cancellationToken).ConfigureAwait(false);
        return (Unchanged(stage, version), changes);
    }

    /// <exception cref="MigrationException">LK1166: something has changed.</exception>
    public static void Refuse(ImmutableArray<string> changes, MigrationOutcome outcome)
    {
        if (!changes.IsEmpty)
        {
            throw Failures.CarriedChanged(changes, outcome);
        }
    }

    private static Step Unchanged(TransactionStage stage, string version) => new(
        DoBlock.FailingIf(
            $"SELECT WHERE ({CarriedVersion.QueryOf(stage.Carried)}) <> {new Model.Naming.Literal(version)}",
            "something that the transaction puts back was touched in the meantime",
            PostgresErrorCodes.SerializationFailure),
        [],
        "nothing of it was touched since it was compared with the plan");
}
