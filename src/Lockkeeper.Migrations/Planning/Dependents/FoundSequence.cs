using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Planning.Dependents;

/// <summary>A sequence.</summary>
/// <param name="Type">The type of its values, as <c>format_type</c> prints it.</param>
/// <param name="Options">How it counts, as CREATE SEQUENCE takes it; bounds that are its type's own are left out.</param>
/// <param name="Belongings">The statements that give a sequence of the same name its comment and its privileges.</param>
/// <param name="Users">What else takes values from it, each in words.</param>
internal sealed record FoundSequence(string Type, string Options, ImmutableArray<string> Belongings, ImmutableArray<string> Users)
{
    public bool Equals(FoundSequence? other) => other is not null && Type == other.Type && Options == other.Options
        && Belongings.SequenceEqual(other.Belongings) && Users.SequenceEqual(other.Users);

    public override int GetHashCode() => HashCode.Combine(Type, Options, Users.Length);
}
