using System.Collections.Immutable;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>What <c>migrate</c> has done; the last line of what it writes: event <c>result</c>.</summary>
internal sealed record MigrateOutput(string Event, string Verb, bool UpToDate, ImmutableArray<MigrationOutput> Migrations);
