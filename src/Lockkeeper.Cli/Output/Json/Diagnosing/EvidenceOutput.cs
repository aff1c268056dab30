namespace Lockkeeper.Cli.Output.Json.Diagnosing;

/// <summary>One thing that a check found.</summary>
internal sealed record EvidenceOutput(string Subject, double Value, string Words, string Level);
