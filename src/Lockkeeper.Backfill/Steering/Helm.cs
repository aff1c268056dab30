using System.Collections.Immutable;
using Lockkeeper.Backfill.Execution;
using Lockkeeper.Backfill.Throttling;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Backfill.Steering;

/// <summary>
/// Once a second, over a connection that fills nothing: tells the others what this process does, reads what somebody has ordered, asks the throttles, and
/// opens or shuts the gate.
/// </summary>
/// <remarks>
/// While the server cannot be asked, the last orders stand, and each throttle goes stale and does what it does when it cannot be read. Nothing that
/// goes wrong here ends a run.
/// </remarks>
internal sealed class Helm : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly BackfillRun _run;
    private readonly ThrottlePanel _panel;
    private readonly CancellationTokenSource _stop = new();
    private NpgsqlConnection? _connection;
    private long? _number;
    private Orders? _orders;
    private long _lastTurn;
    private Task _turning = Task.CompletedTask;

    private Helm(BackfillRun run)
    {
        _run = run;
        _panel = new ThrottlePanel(run.Time);
        _panel.Use(run.Options.ThrottlesInUse);
        _lastTurn = run.Time.GetTimestamp();
    }

    /// <summary>Begins, and returns when the gate is as the orders and the signals want it: no chunk begins before.</summary>
    public static async Task<Helm> StartAsync(BackfillRun run, CancellationToken cancellationToken)
    {
        var helm = new Helm(run);
        try
        {
            await helm.TurnAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await helm.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        helm._turning = helm.KeepTurningAsync();
        return helm;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
#pragma warning disable VSTHRD003 // The rule is about tasks that need the caller's thread; this one needs none.
        await _turning.ConfigureAwait(false);
#pragma warning restore VSTHRD003
        await LeaveAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task KeepTurningAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, _run.Time, _stop.Token).ConfigureAwait(false);
                await TurnAsync(_stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private async Task TurnAsync(CancellationToken cancellationToken)
    {
        try
        {
            var connection = await ConnectionAsync(cancellationToken).ConfigureAwait(false);
            var began = _run.Time.GetTimestamp();
            var orders = await ControlStore.TellAsync(
                connection, _run.Job.Name, _number ?? 0, _run.Board.ToReport(), cancellationToken).ConfigureAwait(false);
            var latency = _run.Time.GetElapsedTime(began);
            Obey(orders);
            _number = orders is { IsEntered: true } ? _number : await EnterAsync(connection, cancellationToken).ConfigureAwait(false);
            await _panel.ReadAsync(
                new ThrottleProbe { Connection = connection, Time = _run.Time, Workers = orders?.Workers ?? [], CommitLatency = latency },
                cancellationToken).ConfigureAwait(false);
            if (orders is { Processes: > 1 })
            {
                // What the others have done shows only in the state tables.
                _run.Board.Set(await _run.Jobs.ReadTotalsAsync(connection, cancellationToken).ConfigureAwait(false));
            }
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            // An invalid operation is a connection that broke between two statements, or a job that was deleted between two.
            _run.Logger.HelmLost(e.Message);
            await DropConnectionAsync().ConfigureAwait(false);
        }

        Turn();
    }

    private Task<long?> EnterAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        ControlStore.EnterAsync(connection, _run.Job.Name, _run.Options.Workers, cancellationToken);

    private void Obey(Orders? orders)
    {
        _orders = orders;
        if (orders is null or { Command: BackfillCommand.Cancel })
        {
            _run.Gate.Cancel(orders?.CommandBy ?? "somebody who deleted it");
            return;
        }

        // The ceiling is everybody's together.
        _run.Gate.SetPace(orders.TargetChunk, orders.RowsPerSecond / orders.Processes);
        _panel.Use(orders.Throttles ?? _run.Options.ThrottlesInUse);
    }

    private void Turn()
    {
        ImmutableArray<string> reasons = _orders is { Command: BackfillCommand.Pause, CommandBy: var by }
            ? [$"paused by {by}", .. _panel.Reasons]
            : _panel.Reasons;
        var reason = reasons.IsEmpty ? null : string.Join("; ", reasons);
        var problems = _panel.Problems;
        _run.Gate.Set(reason);
        if (_run.Board.Steered(reason, problems.IsEmpty ? null : string.Join("; ", problems), _orders?.Processes ?? 1))
        {
            _run.Logger.Held(_run.Job.Name, reason ?? "");
        }

        Telemetry.Advanced(_run.ReportedAs, _run.Board.Share);
        var since = _run.Time.GetElapsedTime(_lastTurn);
        _lastTurn = _run.Time.GetTimestamp();
        if (_orders?.Command == BackfillCommand.Pause)
        {
            Telemetry.Held(_run.ReportedAs, "pause", since);
        }

        foreach (var throttle in _panel.Holding)
        {
            Telemetry.Held(_run.ReportedAs, throttle, since);
        }
    }

    private async Task<NpgsqlConnection> ConnectionAsync(CancellationToken cancellationToken)
    {
        if (_connection is null)
        {
            _connection = await _run.DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await _connection.ExecuteAsync(
                SessionSettings.SetSql,
                [new() { Value = HelmSettings.Names }, new() { Value = HelmSettings.Values }],
                cancellationToken).ConfigureAwait(false);
        }

        return _connection;
    }

    private async Task DropConnectionAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            NpgsqlConnection.ClearPool(connection);
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    // The row is swept up by others should this fail.
    private async Task LeaveAsync()
    {
        if (_connection is not { } connection)
        {
            return;
        }

        try
        {
            if (_number is { } number)
            {
                await ControlStore.LeaveAsync(connection, number, CancellationToken.None).ConfigureAwait(false);
            }

            await connection.ExecuteAsync(SessionSettings.ResetSql, [], CancellationToken.None).ConfigureAwait(false);
            _connection = null;
            await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException || TransientErrors.IsConnectionLoss(e))
        {
            await DropConnectionAsync().ConfigureAwait(false);
        }
    }
}
