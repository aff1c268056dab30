namespace Lockkeeper.Cli.Output.Json.Tracing;

/// <summary>Something in a script that would hurt on a live server.</summary>
internal sealed record FindingOutput(string Rule, int Line, string Words);
