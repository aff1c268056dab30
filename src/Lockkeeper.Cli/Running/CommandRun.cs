using System.CommandLine;
using Lockkeeper.Cli.Connections;
using Lockkeeper.Cli.Output;
using Lockkeeper.Migrations;
using Lockkeeper.Server.Sessions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Lockkeeper.Cli.Running;

/// <summary>One command at work: its arguments, its settings, the database, and where to report.</summary>
internal sealed class CommandRun : IAsyncDisposable
{
    private readonly ILoggerFactory _logs;
    private readonly Lazy<NpgsqlDataSource> _dataSource;
    private readonly Lazy<Migrator> _migrator;

    private CommandRun(CommandContext context, ParseResult parsed, Reporter reporter, Settings settings)
    {
        Context = context;
        Parsed = parsed;
        Reporter = reporter;
        Settings = settings;
        _logs = Reporter.IsVerbose(context, parsed) ? new LineLoggerFactory(reporter.Talk, context.Time) : NullLoggerFactory.Instance;
        _dataSource = new Lazy<NpgsqlDataSource>(() => ServerDataSource.Create(settings.Connection));
        _migrator = new Lazy<Migrator>(() => CreateMigrator(new MigratorOptions()));
    }

    public CommandContext Context { get; }

    /// <summary>Where libraries log: nowhere, unless --verbose asks for it.</summary>
    public ILoggerFactory Logs => _logs;

    public ParseResult Parsed { get; }

    public Reporter Reporter { get; }

    public Settings Settings { get; }

    /// <summary>The database. A command that needs none asks for none, and then it does not matter how one would be reached.</summary>
    /// <exception cref="UsageException">The connection cannot be read.</exception>
    public NpgsqlDataSource DataSource => _dataSource.Value;

    /// <summary>Whether the command has asked for the database.</summary>
    public bool HasDatabase => _dataSource.IsValueCreated;

    /// <summary>Whom we talk to, without a password; nobody, as long as the database was not asked for.</summary>
    public string Connection => HasDatabase ? ConnectionText.Describe(ConnectionText.Parse(Settings.Connection.Text)) : "";

    public Migrator Migrator => _migrator.Value;

    public static CommandRun Begin(CommandContext context, ParseResult parsed, Reporter reporter) =>
        new(context, parsed, reporter, Settings.Read(parsed, context));

    /// <summary>A migrator with more than the global options say.</summary>
    public Migrator CreateMigrator(MigratorOptions options) => new(
        DataSource,
        options with
        {
            Schema = Settings.Schema,
            LockTimeout = Settings.LockTimeout ?? options.LockTimeout,
            UseVersionSchemas = Settings.UseVersionSchemas,
        },
        Context.Time,
        _logs);

    public async ValueTask DisposeAsync()
    {
        if (HasDatabase)
        {
            await DataSource.DisposeAsync();
        }

        _logs.Dispose();
    }
}
