using System.Collections.Immutable;
using Lockkeeper.Locks;
using Lockkeeper.Locks.Diagnosing;
using Lockkeeper.TestKit;
using Npgsql;

namespace Lockkeeper.LocksTests;

public sealed class DiagnoseTests(PostgresFixture postgres)
{
    private const string Update = "UPDATE orders SET n = n + 1 WHERE id = 17";

    [Theory, EachPostgres]
    public async Task Every_check_runs_on_every_version(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);

        // Of 2^63 numbers one is used, which is a share with more digits than a decimal holds.
        await scene.Database.ExecuteAsync("CREATE SEQUENCE fresh; SELECT nextval('fresh')", LockScene.Cancel);

        var diagnosis = await scene.Doctor().DiagnoseAsync(cancellationToken: LockScene.Cancel);

        Assert.Equal(CheckList.All.Select(c => c.Name).Order(), diagnosis.Checks.Select(c => c.Name).Order());
        Assert.All(diagnosis.Checks, check => Assert.True(
            check.WhySkipped is null or "this is no standby", $"{check.Name}: {check.WhySkipped}"));
    }

    [Theory, EachPostgres]
    public async Task What_is_wrong_is_found_with_its_evidence(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        await scene.Database.ExecuteAsync(
            """
            CREATE UNLOGGED TABLE scratch (id int);
            ALTER TABLE items ADD CONSTRAINT positive CHECK (id > 0) NOT VALID;
            CREATE SEQUENCE nearly_over MAXVALUE 100 START 95;
            SELECT nextval('nearly_over');
            """,
            LockScene.Cancel);
        var holder = await scene.HoldingAsync(Update);
        var waiter = await scene.WaitingAsync(Update, holder);
        var thresholds = ImmutableSortedDictionary<string, Thresholds>.Empty
            .Add("blocked-sessions", new Thresholds(0, 0))
            .Add("idle-blockers", new Thresholds(0, 1e9))
            .Add("queue-depth", new Thresholds(1, 100_000))
            .Add("missing-fk-indexes", new Thresholds(0, double.PositiveInfinity));

        var diagnosis = await scene.Doctor().DiagnoseAsync(new DiagnoseOptions { Thresholds = thresholds }, LockScene.Cancel);

        Found("blocked-sessions", CheckLevel.Red, $"session {waiter.Backend}");
        Found("idle-blockers", CheckLevel.Yellow, $"session {holder.Backend}");
        Found("queue-depth", CheckLevel.Yellow, null);
        Found("missing-fk-indexes", CheckLevel.Yellow, "items.items_order_fkey");
        Found("unlogged-tables", CheckLevel.Yellow, "scratch");
        Found("unvalidated-constraints", CheckLevel.Yellow, "items.positive");
        Found("sequences", CheckLevel.Red, "public.nearly_over");
        Assert.Equal(CheckLevel.Red, diagnosis.Level);
        Assert.Equal(CheckLevel.Red, diagnosis.Checks[0].Level);

        void Found(string name, CheckLevel level, string? subject)
        {
            var check = Assert.Single(diagnosis.Checks, c => c.Name == name);
            Assert.Equal(level, check.Level);
            if (subject is not null)
            {
                Assert.Contains(check.Evidence, evidence => evidence.Subject == subject);
            }
        }
    }

    [Theory, EachPostgres]
    public async Task Without_rights_a_check_is_skipped_and_not_green(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var role = $"{scene.Database.Name}_nobody";
        await scene.Database.ExecuteAsync($"CREATE ROLE \"{role}\" LOGIN", LockScene.Cancel);
        await using var nobody = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(scene.Database.ConnectionString) { Username = role }.ConnectionString);

        var diagnosis = await scene.Doctor(nobody).DiagnoseAsync(cancellationToken: LockScene.Cancel);

        var skipped = Assert.Single(diagnosis.Checks, check => check.Name == "idle-in-transaction");
        Assert.Equal(CheckLevel.Skipped, skipped.Level);
        Assert.Contains("pg_monitor", skipped.WhySkipped, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_wrong_options_are_said_at_once_before_anything_is_asked()
    {
        await using var nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1");
        var doctor = new LockDoctor(nowhere, new LockDoctorOptions(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        var options = new DiagnoseOptions
        {
            Only = ["no-such-check"],
            Thresholds = ImmutableSortedDictionary<string, Thresholds>.Empty.Add("connections", new Thresholds(90, 10)),
        };

        var refused = await Assert.ThrowsAsync<LocksException>(() => doctor.DiagnoseAsync(options, LockScene.Cancel));

        Assert.Equal("LK4003", refused.Code);
        Assert.Contains("no-such-check", refused.Message, StringComparison.Ordinal);
        Assert.Contains("red must be at least yellow", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_check_has_a_page_and_a_file()
    {
        var pages = Directory.GetFiles(Path.Combine(RepositoryFolder.Find(), "docs", "locks", "checks"), "*.md")
            .Select(file => Path.GetFileNameWithoutExtension(file)!).Where(name => name != "README");
        var files = Directory.GetFiles(Path.Combine(RepositoryFolder.Find(), "src", "Lockkeeper.Locks", "Diagnosing", "Checks"), "*.cs");

        Assert.Equal(CheckList.All.Select(check => check.Name).Order(StringComparer.Ordinal), pages.Order(StringComparer.Ordinal));
        Assert.Equal(files.Length, CheckList.All.Length);
    }
}
