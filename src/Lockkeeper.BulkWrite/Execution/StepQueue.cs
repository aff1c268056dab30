using Lockkeeper.BulkWrite.Planning;
using Npgsql;

namespace Lockkeeper.BulkWrite.Execution;

/// <summary>Statements that go to the server together, in one round trip, and what is done with what each gives.</summary>
internal sealed class StepQueue(NpgsqlConnection connection, NpgsqlTransaction transaction, RefusedValue refusedValue)
{
    private readonly List<(PlannedStep Step, NpgsqlBatchCommand Command, Func<NpgsqlDataReader, CancellationToken, Task>? Read)> _queue = [];

    private NpgsqlBatchCommand? _commit;

    /// <summary>What the server was last asked to do; null for the commit.</summary>
    public PlannedStep? Current { get; private set; }

    /// <summary>Whether the server has been asked to commit, and has not said that it failed before.</summary>
    public bool IsCommitting { get; private set; }

    /// <summary>Adds a statement.</summary>
    /// <param name="step">The step that it belongs to.</param>
    /// <param name="parameters">Its parameters, in order.</param>
    /// <param name="read">Reads its rows; null for a statement that gives none.</param>
    public NpgsqlBatchCommand Add(
        PlannedStep step, IEnumerable<NpgsqlParameter> parameters, Func<NpgsqlDataReader, CancellationToken, Task>? read)
    {
        var command = new NpgsqlBatchCommand(step.Sql);
        command.Parameters.AddRange(parameters.ToArray());
        _queue.Add((step, command, read));
        return command;
    }

    /// <summary>Notes a step that goes another way, for whoever has to say what failed.</summary>
    public void Note(PlannedStep step) => Current = step;

    /// <summary>Sends what is left and COMMIT with it: rows stay locked for one round trip less. Where a statement fails, the server skips what is behind it.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        _commit = new NpgsqlBatchCommand("COMMIT");
        await FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_queue.Count == 0 && _commit is null)
        {
            return;
        }

        // How long a statement may wait is for statement_timeout and the token to say.
        var batch = new NpgsqlBatch(connection, transaction) { Timeout = 0 };
        await using (batch.ConfigureAwait(false))
        {
            foreach (var (_, command, _) in _queue)
            {
                batch.BatchCommands.Add(command);
            }

            if (_commit is not null)
            {
                batch.BatchCommands.Add(_commit);
                IsCommitting = true;
            }

            Current = _queue is [var first, ..] ? first.Step : null;
            try
            {
                await RunAsync(batch, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException)
            {
                // Answers come in order: the first statement without one is the one that failed, whether or not the connection string asks the driver to say so. Where
                // there is one, the server has not come to the commit and never will.
                var failed = _queue.FirstOrDefault(entry => entry.Command.StatementType == StatementType.Unknown).Step;
                IsCommitting &= failed is null;
                Current = failed ?? (_commit is null ? Current : null);
                throw;
            }
            catch (Exception refused) when (Failures.IsOfDriver(refused))
            {
                // What it has not finished sending, the server never runs.
                IsCommitting = false;
                throw await refusedValue.ExplainAsync([.. _queue.Select(entry => entry.Step)], refused, cancellationToken).ConfigureAwait(false);
            }
        }

        _queue.Clear();
    }

    private async Task RunAsync(NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        BulkWriteException? unread = null;
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            foreach (var (step, _, read) in _queue.Where(entry => entry.Read is not null))
            {
                try
                {
                    await read!(reader, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception failure) when (Failures.IsOfDriver(failure))
                {
                    // A type that does not fit, or a number that is too large for it. The server goes on to the end, and to the commit: what is true is known only there.
                    unread ??= BulkWriteException.NotReadable(step.Table, step.Change, _commit is not null, failure);
                }

                await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            }

            // A statement behind the last that gives rows fails only when the reader gets there.
            while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
            {
            }
        }

        if (unread is not null)
        {
            throw unread;
        }
    }
}
