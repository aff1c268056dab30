namespace Lockkeeper.Cli.Output.Json;

/// <summary>A stage begins, is done, or was done by an earlier run: events <c>stageStarted</c>, <c>stageDone</c>, <c>stageSkipped</c>.</summary>
internal sealed record StageEvent(string Event, int Number, int Count, string Kind, string Title, double? ElapsedMs);
