using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Server.Compiling;

/// <summary>In what surroundings the server is asked what a text means.</summary>
/// <param name="Schema">Where unqualified names are looked up.</param>
/// <param name="Preamble">Statements that are run first, in the transaction that is rolled back: they make types that do not exist yet.</param>
public sealed record CompilingScope(Identifier Schema, ImmutableArray<string> Preamble)
{
    /// <inheritdoc/>
    public bool Equals(CompilingScope? other) => other is not null && Schema == other.Schema && Preamble.SequenceEqual(other.Preamble);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Schema, Preamble.Length);
}
