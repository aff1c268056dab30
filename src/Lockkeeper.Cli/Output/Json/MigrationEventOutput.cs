namespace Lockkeeper.Cli.Output.Json;

/// <summary>A verb begins on a migration; events of stages up to the next of these are its: event <c>verbStarted</c>.</summary>
internal sealed record MigrationEventOutput(string Event, string Verb, string? Migration);
