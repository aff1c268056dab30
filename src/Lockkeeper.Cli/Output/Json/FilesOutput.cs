using System.Collections.Immutable;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>The files that a command has written.</summary>
internal sealed record FilesOutput(ImmutableArray<string> Written);
