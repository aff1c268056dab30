using Lockkeeper.TestKit;

namespace Lockkeeper.CliTests.Servers;

/// <summary>A database with a table of orders, a folder for migration files, and ways to run commands on them.</summary>
internal sealed class Scene : IAsyncDisposable
{
    public const string AddNote = """
        operations:
          - add_column:
              table: orders
              up: upper(customer)
              column: { name: note, type: text, nullable: false }
        """;

    private readonly TemporaryFile _files = new("read.me", "");

    private Scene(TestDatabase database) => Database = database;

    public TestDatabase Database { get; }

    public string Folder => _files.Folder;

    private Dictionary<string, string> Environment => new(StringComparer.Ordinal) { ["LOCKKEEPER_PG_URL"] = Database.ConnectionString };

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public static async Task<Scene> CreateAsync(PostgresFixture postgres)
    {
        var database = await postgres.CloneAsync(CancellationToken);
        await database.ExecuteAsync(
            """
            CREATE TABLE orders (id bigint PRIMARY KEY, customer text NOT NULL);
            INSERT INTO orders SELECT g, 'customer ' || g FROM generate_series(1, 1000) g;
            """,
            CancellationToken);
        return new Scene(database);
    }

    public string File(string name, string text) => _files.Add(name, text);

    /// <summary>Runs a command in this process, with pipes.</summary>
    public async Task<CommandResult> RunAsync(params string[] args)
    {
        var terminal = TestTerminal.Piped().With("LOCKKEEPER_PG_URL", Database.ConnectionString);
        var exitCode = await terminal.RunAsync(args);
        return new CommandResult(exitCode, terminal.Out, terminal.Error);
    }

    /// <summary>Runs commands of which none may fail.</summary>
    public async Task SucceedAsync(params string[][] commands)
    {
        foreach (var command in commands)
        {
            var result = await RunAsync(command);
            Assert.True(result.ExitCode == 0, $"{string.Join(' ', command)}: {result}");
        }
    }

    /// <summary>Starts the program in a process of its own.</summary>
    public CommandProcess Start(params string[] args) => CommandProcess.Start(Environment, args);

    public async ValueTask DisposeAsync()
    {
        _files.Dispose();
        await Database.DisposeAsync();
    }
}
