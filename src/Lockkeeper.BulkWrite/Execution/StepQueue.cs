using Lockkeeper.BulkWrite.Planning;
using Npgsql;

namespace Lockkeeper.BulkWrite.Execution;

/// <summary>Statements that go to the server together, in one round trip, and what is done with what each gives.</summary>
internal sealed class StepQueue(NpgsqlConnection connection, NpgsqlTransaction transaction)
{
    private readonly List<(PlannedStep Step, NpgsqlBatchCommand Command, Func<NpgsqlDataReader, CancellationToken, Task>? Read)> _queue = [];

    /// <summary>What the server was last asked to do.</summary>
    public PlannedStep? Current { get; private set; }

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

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_queue.Count == 0)
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

            Current = _queue[0].Step;
            try
            {
                await RunAsync(batch, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException refused)
            {
                Current = _queue.FirstOrDefault(entry => entry.Command == refused.BatchCommand).Step ?? Current;
                throw;
            }
        }

        _queue.Clear();
    }

    private async Task RunAsync(NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            foreach (var (_, _, read) in _queue.Where(entry => entry.Read is not null))
            {
                await read!(reader, cancellationToken).ConfigureAwait(false);
                await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            }

            // A statement behind the last that gives rows fails only when the reader gets there.
            while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
            {
            }
        }
    }
}
