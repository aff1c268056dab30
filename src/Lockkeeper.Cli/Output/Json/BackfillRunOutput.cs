namespace Lockkeeper.Cli.Output.Json;

/// <summary>What a backfill of its own has done; the last line of what it writes: event <c>result</c>.</summary>
internal sealed record BackfillRunOutput(string Event, string Verb, string Backfill, BackfillOutput Result);
