using System.Collections.Immutable;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>A file that was brought up to date.</summary>
internal sealed record UpdatedOutput(string File, string? KeptAs, ImmutableArray<string> Changes);
