namespace Lockkeeper.Cli.Output.Json;

/// <summary>What <c>init</c> has done.</summary>
internal sealed record InitOutput(bool Initialized, string StateSchema);
