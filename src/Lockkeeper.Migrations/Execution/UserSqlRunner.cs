using System.Data;
using System.Globalization;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Migrations.Reading;
using Lockkeeper.Migrations.State;
using Lockkeeper.Server.Running;
using Lockkeeper.Server.Scripting;
using Npgsql;

namespace Lockkeeper.Migrations.Execution;

/// <summary>Runs the user's own SQL: in one transaction with its record where the server allows that, so that it is done wholly or not at all.</summary>
/// <remarks>
/// Statements such as CREATE INDEX CONCURRENTLY cannot run in a transaction; the server says so (25001) before doing anything, and they are
/// then run as they are. Interrupted between such a statement and its record, it is run once more on resuming.
/// </remarks>
internal sealed class UserSqlRunner(RunContext context)
{
    private SqlPlace? _failedAt;

    public async Task RunAsync(UserSqlStage stage, int number, CancellationToken cancellationToken)
    {
        try
        {
            await new LockRetry(context, stage.Title)
                .RunAsync(() => AttemptAsync(stage, number, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (!TransientErrors.IsConnectionLoss(e))
        {
            throw Failures.UserSqlRefused(e, _failedAt, MigrationOutcome.Resumable);
        }
    }

    private async Task AttemptAsync(UserSqlStage stage, int number, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(stage, number, inTransaction: true, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.ActiveSqlTransaction or PostgresErrorCodes.InvalidTransactionTermination)
        {
            await RunAsync(stage, number, inTransaction: false, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(UserSqlStage stage, int number, bool inTransaction, CancellationToken cancellationToken)
    {
        var connection = await context.DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await SessionLimits.LiftAsync(connection, cancellationToken).ConfigureAwait(false);
            var timeout = inTransaction ? (long)context.Options.LockTimeout.TotalMilliseconds : 0;
            await connection.ExecuteAsync(
                string.Create(CultureInfo.InvariantCulture, $"SET lock_timeout = {timeout}; SET statement_timeout = 0; SET search_path = {context.Options.Schema}"),
                [],
                cancellationToken).ConfigureAwait(false);
            var transaction = inTransaction
                ? await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false)
                : null;
            if (inTransaction
                && await StageFence.IsDoneInTransactionAsync(connection, context, number, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            await RunEachAsync(connection, stage.Sql, cancellationToken).ConfigureAwait(false);
            await connection.ExecuteAsync(
                MigrationStore.RecordSql,
                MigrationStore.RecordOf(context.MigrationId, context.Verb, number, stage.Title),
                cancellationToken).ConfigureAwait(false);
            if (transaction is not null)
            {
                await WriteDownWhatWasMadeAsync(connection, stage, number, cancellationToken).ConfigureAwait(false);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                await transaction.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task WriteDownWhatWasMadeAsync(
        NpgsqlConnection connection, UserSqlStage stage, int number, CancellationToken cancellationToken)
    {
        if (stage.Down is not null || context.Verb != Verb.Start)
        {
            return;
        }

        var other = await context.Lock.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        var made = await MadeReader.ReadInTransactionAsync(connection, other, cancellationToken).ConfigureAwait(false);
        await MigrationStore.SetMadeInTransactionAsync(connection, context.MigrationId, context.Verb, number, made, cancellationToken)
            .ConfigureAwait(false);
    }

    // One by one, so that an error has its place in the text, and so that what no transaction may hold can stand among others.
    private async Task RunEachAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var standardStrings = connection.PostgresParameters.GetValueOrDefault("standard_conforming_strings") != "off";
        foreach (var statement in SqlScript.Split(sql, standardStrings))
        {
            try
            {
                await RunAsync(connection, statement.Sql, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException e)
            {
                _failedAt = SqlPlace.Of(sql, statement, e.Position);
                throw;
            }
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand(sql) }, Timeout = 0 };
        await using (batch.ConfigureAwait(false))
        {
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
