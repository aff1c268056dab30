using System.CommandLine;
using System.Globalization;
using Lockkeeper.Cli.Commands;
using Lockkeeper.Cli.Running;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Sessions;

namespace Lockkeeper.Cli.Connections;

/// <summary>What the global options come to: a flag goes before LOCKKEEPER_*, that before PGROLL_*, that before the default.</summary>
/// <param name="Schema">The schema of the tables.</param>
/// <param name="LockTimeout">How long one attempt waits for a lock; null for the default.</param>
/// <param name="UseVersionSchemas">Whether each version gets a schema of views.</param>
internal sealed record Settings(Identifier Schema, TimeSpan? LockTimeout, bool UseVersionSchemas)
{
    /// <summary>Where pgroll looks by default, so that its users find the same database.</summary>
    public const string DefaultUrl = "postgres://postgres:postgres@localhost?sslmode=disable";

    private const int LongestLockTimeout = 60_000;

    /// <summary>Whom to reach, and as whom. Read when it is asked for: commands that need no database need no connection that can be read.</summary>
    /// <exception cref="UsageException">It cannot be read.</exception>
    public ConnectionOptions Connection => ReadConnection();

    private Func<ConnectionOptions> ReadConnection { get; init; } = () => throw new InvalidOperationException("These settings have no command line.");

    /// <summary>Reads them.</summary>
    /// <exception cref="UsageException">A value does not fit.</exception>
    public static Settings Read(ParseResult parsed, CommandContext context)
    {
        var options = context.Options;
        if (parsed.GetResult(options.PgrollSchema) is not null && parsed.CommandResult.Command.Name != AdoptCommand.Name)
        {
            throw new UsageException(
                "--pgroll-schema names where pgroll keeps its state. Lockkeeper keeps its own in the schema lockkeeper; leave the option out.");
        }

        return new Settings(SchemaOf(parsed, context), LockTimeoutOf(parsed, context), UseVersionSchemasOf(parsed, context))
        {
            ReadConnection = () => new ConnectionOptions { Text = ConnectionOf(parsed, context), Role = RoleOf(parsed, context) },
        };
    }

    private static string ConnectionOf(ParseResult parsed, CommandContext context)
    {
        var text = parsed.GetValue(context.Options.PostgresUrl)
            ?? context.Variable("LOCKKEEPER_PG_URL", "PGROLL_PG_URL")
            ?? (context.Variable("PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER", "PGDATABASE") is null ? DefaultUrl : "postgres://");
        if (string.IsNullOrWhiteSpace(text))
        {
            // libpq would go to the database of this machine, and a script whose variable is not set would not know.
            throw new UsageException("--postgres-url is empty. Leave it out, or name the database.");
        }

        try
        {
            _ = ConnectionText.Parse(text);
            return text;
        }
        catch (FormatException refused)
        {
            throw new UsageException($"The connection of --postgres-url or LOCKKEEPER_PG_URL cannot be read. {refused.Message}");
        }
    }

    private static string? RoleOf(ParseResult parsed, CommandContext context) =>
        (parsed.GetValue(context.Options.Role) ?? context.Variable("LOCKKEEPER_ROLE", "PGROLL_ROLE")) is { Length: > 0 } role
            ? Name(role, "--role").Value
            : null;

    private static Identifier SchemaOf(ParseResult parsed, CommandContext context) => Name(
        parsed.GetValue(context.Options.Schema) ?? context.Variable("LOCKKEEPER_SCHEMA", "PGROLL_SCHEMA") ?? "public", "--schema");

    /// <summary>Where pgroll keeps its state.</summary>
    /// <exception cref="UsageException">It is no name.</exception>
    public static Identifier PgrollSchemaOf(ParseResult parsed, CommandContext context) => Name(
        parsed.GetValue(context.Options.PgrollSchema) ?? context.Variable("PGROLL_STATE_SCHEMA") ?? "pgroll", "--pgroll-schema");

    private static Identifier Name(string text, string option)
    {
        try
        {
            return new Identifier(text);
        }
        catch (ArgumentException)
        {
            throw new UsageException($"{option} is not a name of 1 to {Identifier.MaxBytes} bytes.");
        }
    }

    private static TimeSpan? LockTimeoutOf(ParseResult parsed, CommandContext context)
    {
        var text = parsed.GetValue(context.Options.LockTimeout) ?? context.Variable("LOCKKEEPER_LOCK_TIMEOUT")
            ?? (context.Variable("PGROLL_LOCK_TIMEOUT") is { } pgrolls && !IsNoTimeout(pgrolls) ? pgrolls : null);
        return text is null
            ? null
            : TimeSpan.FromMilliseconds(Numbers.Read(text, 1, LongestLockTimeout, "--lock-timeout (or LOCKKEEPER_LOCK_TIMEOUT)", "milliseconds"));
    }

    // For pgroll that is no limit of its own. Clients would queue behind it for as long as it takes, so it is the default here.
    private static bool IsNoTimeout(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number <= 0;

    private static bool UseVersionSchemasOf(ParseResult parsed, CommandContext context)
    {
        if (parsed.GetResult(context.Options.UseVersionSchema) is { Implicit: false })
        {
            return parsed.GetValue(context.Options.UseVersionSchema);
        }

        var text = context.Variable("LOCKKEEPER_USE_VERSION_SCHEMA", "PGROLL_USE_VERSION_SCHEMA");
        return text is null || Switches.Read(text, "LOCKKEEPER_USE_VERSION_SCHEMA");
    }
}
