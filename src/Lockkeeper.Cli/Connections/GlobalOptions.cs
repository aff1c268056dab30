using System.Collections.Immutable;
using System.CommandLine;

namespace Lockkeeper.Cli.Connections;

/// <summary>The options that every command has. Made anew for each command tree, because an option knows the commands it is in.</summary>
internal sealed class GlobalOptions
{
    public Option<string> PostgresUrl { get; } = Text(
        "--postgres-url", "url",
        "The database: a postgres:// URL, a key=value string or an Npgsql connection string "
        + "[env: LOCKKEEPER_PG_URL, PGROLL_PG_URL] [default: libpq's variables, else postgres://postgres:postgres@localhost?sslmode=disable]");

    public Option<string> Schema { get; } = Text(
        "--schema", "name", "The schema of the tables [env: LOCKKEEPER_SCHEMA, PGROLL_SCHEMA] [default: public]");

    public Option<string> LockTimeout { get; } = Text(
        "--lock-timeout", "ms",
        "How long one attempt waits for a table's lock, in milliseconds [env: LOCKKEEPER_LOCK_TIMEOUT, PGROLL_LOCK_TIMEOUT] [default: 500]");

    public Option<string> Role { get; } = Text(
        "--role", "name", "The role to take on after connecting [env: LOCKKEEPER_ROLE, PGROLL_ROLE]");

    public Option<bool> UseVersionSchema { get; } = new("--use-version-schema")
    {
        Description = "Make a schema of views for each version [env: LOCKKEEPER_USE_VERSION_SCHEMA, PGROLL_USE_VERSION_SCHEMA] [default: true]",
        HelpName = "true|false",
        Recursive = true,
    };

    public Option<bool> Json { get; } = Flag("--json", "Write JSON to standard output, and new files as JSON", "-j");

    public Option<bool> NoColor { get; } = Flag("--no-color", "Write without colours [env: NO_COLOR]");

    public Option<bool> Verbose { get; } = Flag("--verbose", "Log each step to standard error [env: LOCKKEEPER_VERBOSE, PGROLL_VERBOSE]");

    /// <summary>pgroll's option for its state schema: <c>adopt</c> takes it, and the others say why they do not.</summary>
    public Option<string> PgrollSchema { get; } = new("--pgroll-schema") { HelpName = "name", Hidden = true, Recursive = true };

    public ImmutableArray<Option> All =>
        [PostgresUrl, Schema, LockTimeout, Role, UseVersionSchema, Json, NoColor, Verbose, PgrollSchema];

    private static Option<string> Text(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description, Recursive = true };

    private static Option<bool> Flag(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, Recursive = true, Arity = ArgumentArity.Zero };
}
