namespace Lockkeeper.Cli.Output.Json;

/// <summary>What <c>latest</c> was asked for; the other fields are null.</summary>
internal sealed record LatestOutput(string? Schema, string? Migration, string? Url);
