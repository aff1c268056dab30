namespace Lockkeeper.Cli.Output.Json;

/// <summary>A migration that was taken over from pgroll.</summary>
internal sealed record AdoptedOutput(string Migration, string Kind, string? VersionSchema);
