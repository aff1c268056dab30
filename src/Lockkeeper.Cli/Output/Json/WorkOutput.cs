using System.Collections.Immutable;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>Which backfills were helped with; the last line of what <c>work</c> writes: event <c>result</c>.</summary>
internal sealed record WorkOutput(string Event, string Verb, ImmutableArray<string> Backfills);
