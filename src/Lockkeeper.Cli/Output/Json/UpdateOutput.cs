using System.Collections.Immutable;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>The files that were brought up to date, and what was changed in each.</summary>
internal sealed record UpdateOutput(ImmutableArray<UpdatedOutput> Updated);
