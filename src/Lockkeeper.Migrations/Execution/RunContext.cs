using Lockkeeper.Migrations.State;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Lockkeeper.Migrations.Execution;

/// <summary>What the runners of stages have in common while one verb is run.</summary>
internal sealed record RunContext
{
    public required NpgsqlDataSource DataSource { get; init; }

    /// <summary>Asked before each stage, so that a run that has lost its lock does nothing more.</summary>
    public required RunLock Lock { get; init; }

    public required MigratorOptions Options { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILoggerFactory Logs { get; init; }

    public required ILogger Logger { get; init; }

    public required Random Random { get; init; }

    public required IProgress<MigrationEvent>? Progress { get; init; }

    /// <summary>The migration's key in the state tables.</summary>
    public required long MigrationId { get; init; }

    public required Verb Verb { get; init; }
}
