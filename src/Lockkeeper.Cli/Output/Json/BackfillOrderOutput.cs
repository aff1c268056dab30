namespace Lockkeeper.Cli.Output.Json;

/// <summary>An order that was given to a backfill: <c>pause</c>, <c>resume</c>, <c>pace</c> or <c>cancel</c>.</summary>
internal sealed record BackfillOrderOutput(string Order, string Backfill);
