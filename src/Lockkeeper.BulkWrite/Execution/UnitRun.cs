using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.BulkWrite.Reading;
using Lockkeeper.BulkWrite.Recording;
using Lockkeeper.BulkWrite.Rendering;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.BulkWrite.Execution;

/// <summary>Runs the steps of one unit in one transaction, in their order. Decides nothing.</summary>
internal sealed class UnitRun(
    NpgsqlConnection connection, NpgsqlTransaction transaction, UnitPlan plan, ImmutableArray<Change> changes, Catalog catalog, LateCounts? counts)
{
    private readonly List<Change> _changes = [.. changes];
    private readonly List<ChangeOutcome> _outcomes = [.. changes.Select(NewOutcome)];
    private readonly HashSet<int> _beingFound = [];
    private readonly List<(ChangeOutcome Outcome, NpgsqlBatchCommand Command)> _inserts = [];
    private StepQueue? _steps;

    // The list of changes grows; whoever looks for a value in them sees those that came late too.
    private StepQueue Queue => _steps ??= new StepQueue(connection, transaction, new RefusedValue(connection, _changes, catalog));

    /// <summary>What the server was last asked to do; null for the commit.</summary>
    public PlannedStep? Current => Queue.Current;

    /// <summary>Whether the server has been asked to commit: a failure of the connection then leaves the outcome unknown.</summary>
    public bool IsCommitting => Queue.IsCommitting;

    /// <param name="commits">Whether the transaction is the unit's own, and ends with it.</param>
    /// <param name="recorded">Told of the locks, in their order.</param>
    /// <param name="cancellationToken">Stops the statement that runs.</param>
    public async Task<ImmutableArray<ChangeReport>> RunAsync(bool commits, RecordedTransaction? recorded, CancellationToken cancellationToken)
    {
        await RunAsync(plan.Steps, recorded, cancellationToken).ConfigureAwait(false);
        if (counts is not null)
        {
            // What the statements really did is what is counted.
            await FlushAsync(cancellationToken).ConfigureAwait(false);
            var (late, steps) = await counts.PlanAsync(_changes.Count, connection, cancellationToken).ConfigureAwait(false);
            _changes.AddRange(late);
            _outcomes.AddRange(late.Select(NewOutcome));
            await RunAsync(steps, recorded, cancellationToken).ConfigureAwait(false);
        }

        await (commits ? Queue.CommitAsync(cancellationToken) : Queue.FlushAsync(cancellationToken)).ConfigureAwait(false);
        foreach (var (outcome, command) in _inserts)
        {
            outcome.Inserted = command.RecordsAffected;
        }

        _changes.ForEach(change => change.PutBack());
        return [.. _changes.Zip(_outcomes, (change, outcome) => outcome.Report(change))];
    }

    private static ChangeOutcome NewOutcome(Change change) => new() { Sent = change.Order.Length };

    private async Task RunAsync(IEnumerable<PlannedStep> steps, RecordedTransaction? recorded, CancellationToken cancellationToken)
    {
        foreach (var step in steps)
        {
            await RunAsync(step, cancellationToken).ConfigureAwait(false);
            if (step is { Table: { } table, Mode: { } mode })
            {
                recorded?.LockInOrder(table, mode);
            }
        }
    }

    private Task RunAsync(PlannedStep step, CancellationToken cancellationToken) => step.Kind switch
    {
        StepKind.Gates => AddAsync(step, GateParameters(), SkipAsync, cancellationToken),
        StepKind.Stage => StageAsync(step, _changes[step.Change!.Value], cancellationToken),
        StepKind.Copy => CopyAsync(step, _changes[step.Change!.Value], cancellationToken),
        StepKind.Lock => AddAsync(step, Parameters(step), SkipAsync, cancellationToken),
        StepKind.LockAndFind => FindAsync(step, cancellationToken),
        StepKind.ReadBack => AddAsync(step, Parameters(step), (reader, token) => TakeAsync(_changes[step.Change!.Value], reader, token), cancellationToken),
        _ => WriteAsync(step, cancellationToken),
    };

    private async Task AddAsync(
        PlannedStep step, IEnumerable<NpgsqlParameter> parameters, Func<NpgsqlDataReader, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        // What is not there is known only once the server has answered.
        if (step.Sources.Any(source => _beingFound.Contains(source.Change)))
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        Queue.Add(step, parameters, read);
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        await Queue.FlushAsync(cancellationToken).ConfigureAwait(false);
        _beingFound.Clear();
    }

    private async Task FindAsync(PlannedStep step, CancellationToken cancellationToken)
    {
        var change = _changes[step.Change!.Value];
        var outcome = _outcomes[change.Index];
        await AddAsync(step, Parameters(step), ReadAsync, cancellationToken).ConfigureAwait(false);
        _beingFound.Add(change.Index);

        async Task ReadAsync(NpgsqlDataReader reader, CancellationToken token)
        {
            if (step.Sources.IsEmpty)
            {
                await reader.ReadAsync(token).ConfigureAwait(false);
                outcome.Found = reader.GetInt64(0);
                return;
            }

            var places = new List<int>();
            while (await reader.ReadAsync(token).ConfigureAwait(false))
            {
                places.Add((int)reader.GetInt64(0) - 1);
            }

            outcome.Found = places.Count;
            change.KeepOnly(places);
        }
    }

    private async Task WriteAsync(PlannedStep step, CancellationToken cancellationToken)
    {
        var change = _changes[step.Change!.Value];
        var outcome = _outcomes[change.Index];
        if (step.Sources.Any(source => _beingFound.Contains(source.Change)))
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        var isPlainInsert = step.Followed.IsEmpty && (change.Kind is ChangeKind.Insert or ChangeKind.InsertOrIgnore
            || (change.Kind == ChangeKind.Upsert && change.Map.Written.IsEmpty));
        var command = Queue.Add(step, Parameters(step), isPlainInsert ? null : ReadAsync);
        if (isPlainInsert)
        {
            _inserts.Add((outcome, command));
        }

        async Task ReadAsync(NpgsqlDataReader reader, CancellationToken token)
        {
            await reader.ReadAsync(token).ConfigureAwait(false);
            if (change.Kind is ChangeKind.Insert or ChangeKind.InsertOrIgnore or ChangeKind.Upsert)
            {
                outcome.Inserted = reader.GetInt64(0);
            }
            else
            {
                outcome.Found ??= reader.GetInt64(0);
            }

            outcome.Written = reader.GetInt64(1);
            counts?.Take(step.Followed, reader, 2);
        }
    }

    private async Task StageAsync(PlannedStep step, Change change, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        Queue.Note(step);
        var table = catalog.Find(change.Map.Table);
        var shape = change.Shape(table, 1, []);
        await connection.ExecuteAsync(StageSql.Create(shape, table), [], cancellationToken).ConfigureAwait(false);
        var columns = StageSql.Columns(shape).Select(column => change.Map.PlaceOf(column.Name));
        await change.CopyAsync(connection, new CopyTarget(StageSql.Copy(shape), [.. columns], Numbered: true), table, cancellationToken)
            .ConfigureAwait(false);
        if (change.IsStreamed)
        {
            _outcomes[change.Index].Sent = await RemoveDuplicatesAsync(change, shape, table, cancellationToken).ConfigureAwait(false);
        }

        // A table without statistics is taken for a small one, and a join with it would visit the target row by row. An insert joins nothing.
        if (!shape.Inserts)
        {
            await connection.ExecuteAsync($"ANALYZE {StageSql.Name(shape)}", [], cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<long> RemoveDuplicatesAsync(Change change, ChangeShape shape, TableFacts table, CancellationToken cancellationToken)
    {
        if (change.Map.Parts.Duplicates != DuplicateRule.Refuse)
        {
            return change.Given - await connection.ExecuteAsync(StageSql.RemoveDuplicates(shape, table), [], cancellationToken).ConfigureAwait(false);
        }

        var found = await connection.QueryAsync(StageSql.FindDuplicate(shape, table), [], row => row.GetInt64(0), cancellationToken).ConfigureAwait(false);
        return found.Count == 0 ? change.Given : throw BulkWriteException.Duplicate(change.Map.Table, change.Index, found[0]);
    }

    private async Task CopyAsync(PlannedStep step, Change change, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        Queue.Note(step);
        var columns = Enumerable.Range(0, change.Map.Columns.Length);
        await change.CopyAsync(
            connection, new CopyTarget(step.Sql, [.. columns], Numbered: false), catalog.Find(change.Map.Table), cancellationToken).ConfigureAwait(false);
        _outcomes[change.Index].Inserted = change.Order.Length;
    }

    private IEnumerable<NpgsqlParameter> Parameters(PlannedStep step) => step.Sources.SelectMany(source => _changes[source.Change].Parameters(
        source.Columns, source.Keys?.Rows() ?? _changes[source.Change].Order, catalog.Find(_changes[source.Change].Map.Table)));

    private IEnumerable<NpgsqlParameter> GateParameters() =>
    [
        new NpgsqlParameter<long[]> { TypedValue = [.. plan.Gates.Select(gate => gate.Key)] },
        new NpgsqlParameter<bool[]> { TypedValue = [.. plan.Gates.Select(gate => gate.Alone)] },
    ];

    private static async Task TakeAsync(Change change, NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            change.Take(reader);
        }
    }

    private static async Task SkipAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
        }
    }
}
