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

    private CommandRun(CommandContext context, ParseResult parsed, Reporter reporter, Settings settings)
    {
        Context = context;
        Parsed = parsed;
        Reporter = reporter;
        Settings = settings;
        _logs = Reporter.IsVerbose(context, parsed) ? new LineLoggerFactory(reporter.Talk, context.Time) : NullLoggerFactory.Instance;
        DataSource = ServerDataSource.Create(settings.Connection);
        Connection = ConnectionText.Describe(ConnectionText.Parse(settings.Connection.Text));
        Migrator = CreateMigrator(new MigratorOptions());
    }

    public CommandContext Context { get; }

    /// <summary>Where libraries log: nowhere, unless --verbose asks for it.</summary>
    public ILoggerFactory Logs => _logs;

    public ParseResult Parsed { get; }

    public Reporter Reporter { get; }

    public Settings Settings { get; }

    public NpgsqlDataSource DataSource { get; }

    /// <summary>Whom we talk to, without a password.</summary>
    public string Connection { get; }

    public Migrator Migrator { get; }

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
        await DataSource.DisposeAsync();
        _logs.Dispose();
    }
}
