using System.Collections.Immutable;
using Lockkeeper.Locks;
using Lockkeeper.Locks.Diagnosing;
using Lockkeeper.Locks.Listing;
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
        var reader = await scene.HoldingAsync("SELECT FROM items");
        var change = await scene.WaitingAsync("LOCK TABLE items", reader);
        await scene.WaitingAsync("SELECT FROM items", change);
        var thresholds = ImmutableSortedDictionary<string, Thresholds>.Empty
            .Add("blocked-sessions", new Thresholds(0, 0))
            .Add("idle-blockers", new Thresholds(0, 1e9))
            .Add("queue-depth", new Thresholds(1, 100_000))
            .Add("schema-count", new Thresholds(1, 1))
            .Add("missing-fk-indexes", new Thresholds(0, double.PositiveInfinity));

        var diagnosis = await scene.Doctor().DiagnoseAsync(new DiagnoseOptions { Thresholds = thresholds }, LockScene.Cancel);

        Found("blocked-sessions", CheckLevel.Red, $"session {waiter.Backend}");
        Found("idle-blockers", CheckLevel.Yellow, $"session {holder.Backend}");
        Found("queue-depth", CheckLevel.Yellow, null);
        Found("schema-change-queue", CheckLevel.Yellow, "items");
        Found("schema-count", CheckLevel.Red, $"database {scene.Database.Name}");
        Found("missing-fk-indexes", CheckLevel.Yellow, "items.items_order_fkey");
        Found("unlogged-tables", CheckLevel.Yellow, "scratch");
        Found("unvalidated-constraints", CheckLevel.Yellow, "items.positive");
        Found("sequences", CheckLevel.Red, "public.nearly_over");

        // What is locked has a size all the same: nobody is waited for to learn it.
        Assert.Contains((await new ServerLists(scene.DataSource).ReadAsync("missing-fk-indexes", 5, LockScene.Cancel)).Rows, row => row.Contains("items"));
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

    [Theory, EachPostgres]
    public async Task With_pg_monitor_every_check_and_every_list_can_be_made(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var role = $"{scene.Database.Name}_monitor";
        await scene.Database.ExecuteAsync($"CREATE ROLE \"{role}\" LOGIN; GRANT pg_monitor TO \"{role}\"", LockScene.Cancel);
        await using var monitor = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(scene.Database.ConnectionString) { Username = role }.ConnectionString);

        var diagnosis = await scene.Doctor(monitor).DiagnoseAsync(cancellationToken: LockScene.Cancel);

        Assert.All(diagnosis.Checks, check => Assert.True(check.WhySkipped is null or "this is no standby", $"{check.Name}: {check.WhySkipped}"));
        foreach (var name in ServerLists.Names.Where(name => name != "outliers"))
        {
            await new ServerLists(monitor).ReadAsync(name, 5, LockScene.Cancel);
        }
    }

    /// <remarks>A function that stands in front of the server's own ends the session in the middle of one of the checks.</remarks>
    [Theory, EachPostgres]
    public async Task What_had_been_looked_at_when_the_server_went_away_is_told(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        await scene.Database.ExecuteAsync(
            """
            CREATE SCHEMA trap;
            CREATE FUNCTION trap.quote_ident(name) RETURNS text LANGUAGE sql AS 'SELECT pg_terminate_backend(pg_backend_pid())::text';
            CREATE SEQUENCE few; SELECT nextval('few');
            """,
            LockScene.Cancel);
        await using var trapped = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(scene.Database.ConnectionString) { SearchPath = "trap, pg_catalog, public" }.ConnectionString);
        var whole = await scene.Doctor().DiagnoseAsync(cancellationToken: LockScene.Cancel);

        var cut = await scene.Doctor(trapped).DiagnoseAsync(cancellationToken: LockScene.Cancel);

        Assert.Null(whole.CutShort);
        Assert.NotNull(cut.CutShort);
        Assert.Equal(whole.Checks.Length, cut.Checks.Length);
        Assert.Equal("the server went away", Assert.Single(cut.Checks, check => check.Name == "sequences").WhySkipped);
        Assert.Equal("the server went away", Assert.Single(cut.Checks, check => check.Name == "unvalidated-constraints").WhySkipped);
        Assert.Null(Assert.Single(cut.Checks, check => check.Name == "connections").WhySkipped);
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
