using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Planning;

/// <summary>
/// Something that only the server knows and that a plan depends on. A value like any other: planning puts it,
/// somebody else carries it to the server, and planning is done again with the answer at hand.
/// </summary>
internal abstract record Question
{
    /// <summary>The place in the file that the question is about.</summary>
    public required Format.SourcePosition At { get; init; }

    /// <summary>What the text is to the user, such as "up" or "type".</summary>
    public required string What { get; init; }

    /// <summary>Statements that make, in the transaction in which it is asked, the types that operations before this one will have made.</summary>
    public ImmutableArray<string> Preamble { get; init; } = [];

    /// <summary>The <see cref="Preamble"/> of a question that is put in a context.</summary>
    public virtual ImmutableArray<string> PreambleIn(PlanningContext context) => context.Preamble;

    public virtual bool Equals(Question? other) => other is not null && EqualityContract == other.EqualityContract
        && At == other.At && What == other.What && Preamble.SequenceEqual(other.Preamble);

    public override int GetHashCode() => HashCode.Combine(EqualityContract, At, What, Preamble.Length);
}
