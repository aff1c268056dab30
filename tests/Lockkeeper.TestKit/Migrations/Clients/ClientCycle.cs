using System.Collections.Immutable;
using Lockkeeper.Backfill.Planning;
using Lockkeeper.Migrations;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.TestKit.Migrations.Clients;

/// <summary>
/// Start, rollback, start, complete, under four clients of the old version and two of the new one. No statement fails, no write is lost, and none
/// waits for longer than a lock and a chunk may take. In the end the catalog is as the plan predicted.
/// </summary>
/// <remarks>
/// A version that goes takes its schema along, so before rollback the two, and before completion the four, go over to the version that stays:
/// all six write throughout every verb. Half of the old version's clients use its views, the others the tables themselves.
/// </remarks>
public sealed class ClientCycle
{
    private const int Some = 4;

    private static readonly Identifier Tables = new("public");
    private static readonly Identifier OldViews = new("public_01_base");
    private static readonly Identifier NewViews = new("public_02_change");
    private static readonly ImmutableArray<int> OldOnTables = [0, 1];
    private static readonly ImmutableArray<int> OldOnViews = [2, 3];
    private static readonly ImmutableArray<int> Young = [4, 5];

    private readonly ClientCase _case;
    private readonly MigrationScene _scene;
    private readonly ClientCrowd _crowd;
    private readonly CancellationToken _cancellation;

    private ClientCycle(ClientCase @case, MigrationScene scene, ClientCrowd crowd, CancellationToken cancellation) =>
        (_case, _scene, _crowd, _cancellation) = (@case, scene, crowd, cancellation);

    public static async Task RunAsync(PostgresFixture postgres, int version, ClientCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        var (output, cancellation) = (TestContext.Current.TestOutputHelper, TestContext.Current.CancellationToken);
        var seed = Environment.TickCount;
        output?.WriteLine($"seed {seed}");
        await using var scene = await MigrationScene.CreateAsync(postgres, version, @case.Setup, cancellation);
        await scene.StartAsync("operations: [sql: {up: SELECT 1}]", cancellation, "01_base");
        await scene.Migrator().CompleteAsync(null, cancellation);
        await scene.RememberAsync(cancellation);
        await using var crowd = await ClientCrowd.ConnectAsync(scene.Database, @case.Old, ClientCase.Rows, seed, cancellation);
        try
        {
            await new ClientCycle(@case, scene, crowd, cancellation).RunAsync();
        }
        finally
        {
            output?.WriteLine(crowd.Report);
        }
    }

    private async Task RunAsync()
    {
        var migration = Migration.Parse(_case.Yaml, "02_change.yaml");
        await _crowd.SpeakAsync(Tables, _case.Old, [.. OldOnTables, Young[0]], _cancellation);
        await _crowd.SpeakAsync(OldViews, _case.Old, [.. OldOnViews, Young[1]], _cancellation);
        _crowd.Begin();
        await _crowd.EachMoreAsync(Some, _cancellation);

        await DuringAsync("start", progress => _scene.Migrator().StartAsync(migration, progress, _cancellation));
        await ServeBothAsync("both");

        await _crowd.SpeakAsync(OldViews, _case.Old, Young, _cancellation);
        await DuringAsync("rollback", progress => _scene.Migrator().RollbackAsync(progress, _cancellation));
        await _crowd.QuietlyAsync(
            async () =>
            {
                await _scene.AssertAsBeforeAsync(_cancellation);
                await AssertKeptAsync(Tables, _case.Old);
                _crowd.ForgetNew(_case.Old);
            },
            _cancellation);

        var plan = await _scene.Migrator().PlanAsync(migration, _cancellation);
        await DuringAsync("start again", progress => _scene.Migrator().StartAsync(migration, progress, _cancellation));
        await ServeBothAsync("both again");

        await _crowd.SpeakAsync(NewViews, _case.New, [.. OldOnViews, .. Young], _cancellation);
        await (_case.OldWritesOutliveCompletion
            ? _crowd.SpeakAsync(Tables, _case.Old with { CarriesNothing = true }, OldOnTables, _cancellation)
            : _crowd.SpeakAsync(NewViews, _case.New, OldOnTables, _cancellation));
        var completed = await DuringAsync("complete", progress => _scene.Migrator().CompleteAsync(progress, _cancellation));
        await _crowd.QuietlyAsync(
            async () =>
            {
                Assert.Empty(completed.Drift);
                Prediction.AssertCameTrue(plan, await Prediction.ReadAsync(_scene.Source, Tables, _cancellation));
                await _scene.AssertNothingUnderWayAsync(_cancellation);
                await AssertKeptAsync(NewViews, _case.New);
                await AssertKeptAsync(Tables, _case.New);
            },
            _cancellation);
        Assert.Equal(0, await _scene.Database.ScalarAsync<long>(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()", _cancellation));
    }

    private async Task<MigrationReport> DuringAsync(string verb, Func<IProgress<MigrationEvent>, Task<MigrationReport>> run)
    {
        var phase = _crowd.Enter(verb);
        await using var holder = await _scene.Database.OpenAsync(_cancellation);
        await using var observer = await _scene.Database.OpenAsync(_cancellation);
        var meeting = new Meeting(_crowd, holder, observer);
        MigrationReport report;
        try
        {
            report = await run(meeting);
        }
        finally
        {
            await meeting.EndAsync();
        }

        await _crowd.EachMoreAsync(1, _cancellation);
        _crowd.Enter($"after {verb}");
        await _crowd.EachMoreAsync(Some, _cancellation);
        _crowd.AssertNoFailure();
        Assert.True(phase.Statements >= ClientCrowd.Count, $"No traffic met {verb}.");
        Assert.Equal(phase.Locking, phase.Met);
        AssertNobodyWaitedLong(phase);
        return report;
    }

    private async Task ServeBothAsync(string name)
    {
        _crowd.Enter(name);
        await _crowd.SpeakAsync(NewViews, _case.New, Young, _cancellation);
        await _crowd.EachMoreAsync(Some * 2, _cancellation);
        await _crowd.QuietlyAsync(
            async () =>
            {
                await AssertKeptAsync(Tables, _case.Old);
                await AssertKeptAsync(NewViews, _case.New);
            },
            _cancellation);
    }

    private void AssertNobodyWaitedLong(Phase phase)
    {
        // A wait of the swap for its lock, and one of the backfill's for its rows; what the machine kept everybody waiting for comes on top.
        var bound = _scene.Options.LockTimeout + ChunkTimeouts.For(TimeSpan.FromSeconds(1), _scene.Options.Backfill.TargetChunk).Statement;
        Assert.True(
            phase.LongestStall < bound + phase.LongestHiccup,
            $"A client waited {phase.LongestStall} for {phase.Stalled}.\n{_crowd.Report}");
    }

    private Task AssertKeptAsync(Identifier schema, ClientTable table) =>
        ClientBook.AssertKeptAsync(_scene.Database, _crowd, schema, table, _cancellation);
}
