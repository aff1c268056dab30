using System.Globalization;
using Lockkeeper.Cli.Demo.Checking;
using Lockkeeper.Cli.Demo.Clients;
using Lockkeeper.Cli.Demo.Measuring;
using Lockkeeper.Cli.Demo.Migrations;
using Lockkeeper.Cli.Demo.Orders;
using Lockkeeper.Cli.Output;
using Lockkeeper.Migrations;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Sessions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Lockkeeper.Cli.Demo;

/// <summary>Takes a table from one version to the next while clients write to it, and checks afterwards that nothing of it was lost.</summary>
/// <param name="connection">An empty database of the demo's own.</param>
/// <param name="options">How large, and how patient.</param>
/// <param name="progress">Told what happens.</param>
/// <param name="time">The clock.</param>
/// <param name="logs">Where the migration logs.</param>
internal sealed class DemoRun(
    string connection, DemoOptions options, IProgress<DemoEvent> progress, TimeProvider time, ILoggerFactory logs) : IAsyncDisposable
{
    private const int OldClients = 4;
    private const int NewClients = 2;

    // Enough of every kind, and about a second.
    private const int DefaultPhase = 150;

    private readonly NpgsqlDataSource _source = ServerDataSource.Create(new ConnectionOptions { Text = connection });
    private readonly ClientGroup _clients = new(
        connection, OldClients + NewClients, options.Rows, unchecked((int)time.GetTimestamp()), time);

    /// <summary>Something that happens behind the demo's back while both versions serve; tests put a fault here.</summary>
    internal Func<NpgsqlDataSource, CancellationToken, Task>? WhileBothServe { get; init; }

    /// <summary>Transactions of each client in each phase.</summary>
    internal int Phase { get; init; } = DefaultPhase;

    /// <summary>Runs it.</summary>
    /// <param name="cancellationToken">Stops it; the clients are stopped when this is disposed.</param>
    public async Task<DemoReport> RunAsync(CancellationToken cancellationToken)
    {
        var migrator = NewMigrator();
        var first = await StepAsync("Create the table with 01_orders.yaml and fill it", token => FillAsync(migrator, token), cancellationToken);
        var old = new OldVersion(first);
        var before = await ReadTableAsync(cancellationToken);
        await StepAsync("Four clients write through the old version", token => BeginAsync(old, token), cancellationToken);
        var started = await StepAsync("Start 02_typed_amounts.yaml", token => StartAsync(migrator, token), cancellationToken);
        var young = new NewVersion(started.VersionSchema!.Value);
        await StepAsync("Two clients of the new version join", token => JoinAsync(young, token), cancellationToken);
        await StepAsync("Deploy the old clients anew, one by one", token => DeployAsync(young, token), cancellationToken);
        var completed = await StepAsync("Complete: the old version goes", token => CompleteAsync(migrator, token), cancellationToken);
        await StepAsync("Let the clients end", EndAsync, cancellationToken);
        var after = await ReadTableAsync(cancellationToken);
        var check = await StepAsync("Compare every row with what was written", token => CheckAsync(started, token), cancellationToken);
        return new DemoReport(
            options.Rows, started.Elapsed + completed.Elapsed, started.Backfills.Single(), before, after, _clients.Meter, check);
    }

    public async ValueTask DisposeAsync()
    {
        await _clients.StopAsync();
        await _source.DisposeAsync();
    }

    private Migrator NewMigrator()
    {
        var defaults = new MigratorOptions();
        return new Migrator(_source, defaults with { LockTimeout = options.LockTimeout ?? defaults.LockTimeout }, time, logs);
    }

    private async Task<(Identifier, string)> FillAsync(Migrator migrator, CancellationToken cancellationToken)
    {
        await migrator.InitializeAsync(cancellationToken);
        await migrator.StartAsync(DemoMigrations.First, null, cancellationToken);
        var report = await migrator.CompleteAsync(null, cancellationToken);
        await using var session = await _source.OpenConnectionAsync(cancellationToken);
        await OrderTable.FillAsync(session, options.Rows, cancellationToken);
        return (report.VersionSchema!.Value, Amounts.Rows(options.Rows));
    }

    private async Task<string> BeginAsync(ClientVersion old, CancellationToken cancellationToken)
    {
        _clients.Start(OldClients, old);
        progress.Report(new DemoEvent.TrafficBegan(_clients.Meter));
        await _clients.MoreAsync(Phase, cancellationToken);
        return "search_path = " + old.SearchPath;
    }

    private async Task<(MigrationReport, string)> StartAsync(Migrator migrator, CancellationToken cancellationToken)
    {
        var report = await migrator.StartAsync(DemoMigrations.Second, new MigrationProgress(progress), cancellationToken);
        var filled = report.Backfills.Single();
        return (report, $"{Amounts.Rows(filled.Rows)} filled in {Amounts.Duration(filled.Elapsed)}");
    }

    private async Task<string> JoinAsync(ClientVersion young, CancellationToken cancellationToken)
    {
        _clients.Start(NewClients, young);
        await (WhileBothServe?.Invoke(_source, cancellationToken) ?? Task.CompletedTask);
        await _clients.MoreAsync(Phase, cancellationToken);
        return "search_path = " + young.SearchPath;
    }

    private async Task<string> DeployAsync(ClientVersion young, CancellationToken cancellationToken)
    {
        await _clients.DeployAsync(young, cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{_clients.Count} clients in the new version");
    }

    private async Task<(MigrationReport, string)> CompleteAsync(Migrator migrator, CancellationToken cancellationToken)
    {
        var report = await migrator.CompleteAsync(new MigrationProgress(progress), cancellationToken);
        await _clients.MoreAsync(Phase, cancellationToken);
        return (report, $"in {Amounts.Duration(report.Elapsed)}");
    }

    private async Task<string> EndAsync(CancellationToken cancellationToken)
    {
        await _clients.StopAsync().WaitAsync(cancellationToken);
        progress.Report(new DemoEvent.TrafficEnded());
        return $"{Amounts.Count(_clients.Meter.Statements)} statements";
    }

    private async Task<(CheckResult, string)> CheckAsync(MigrationReport started, CancellationToken cancellationToken)
    {
        await using var session = await _source.OpenConnectionAsync(cancellationToken);
        var check = new RowCheck(_clients.Rows, options.Rows);
        var result = await check.RunAsync(session, new TableName(started.VersionSchema!.Value, new Identifier("orders")), cancellationToken);
        return (result, $"{Amounts.Rows(result.RowsCompared)}, {Amounts.Count(result.RowsWritten)} written by clients");
    }

    private async Task<TableReading> ReadTableAsync(CancellationToken cancellationToken)
    {
        await using var session = await _source.OpenConnectionAsync(cancellationToken);
        return await TableReading.TakeAsync(session, time, cancellationToken);
    }

    private async Task StepAsync(string title, Func<CancellationToken, Task<string>> work, CancellationToken cancellationToken) =>
        await StepAsync(title, async token => (0, await work(token)), cancellationToken);

    private async Task<T> StepAsync<T>(string title, Func<CancellationToken, Task<(T Result, string Detail)>> work, CancellationToken cancellationToken)
    {
        _clients.Meter.Enter(title);
        progress.Report(new DemoEvent.StepStarted(title));
        var since = time.GetTimestamp();
        var (result, detail) = await work(cancellationToken);
        progress.Report(new DemoEvent.StepDone(title, detail, time.GetElapsedTime(since)));
        return result;
    }
}
