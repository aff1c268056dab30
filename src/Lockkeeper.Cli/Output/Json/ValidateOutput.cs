using System.Collections.Immutable;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>A migration that can be started.</summary>
internal sealed record ValidateOutput(
    bool Valid, string Migration, string Schema, ImmutableArray<string> Notes, string FormatSchema);
