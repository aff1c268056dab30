using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning.Dependents;

/// <summary>A trigger's list of columns (UPDATE OF ...), and its definition up to its end and from there on.</summary>
/// <param name="Head">The statement that replaces the trigger, up to the last column of the list.</param>
/// <param name="Tail">What comes behind the list.</param>
/// <param name="Columns">The columns of the list.</param>
internal sealed record TriggerColumns(string Head, string Tail, ImmutableArray<Identifier> Columns)
{
    /// <summary>The statement that makes it list more columns.</summary>
    public string With(IEnumerable<Identifier> more) => $"{Head}, {string.Join(", ", more)}{Tail}";

    public bool Equals(TriggerColumns? other) =>
        other is not null && Head == other.Head && Tail == other.Tail && Columns.SequenceEqual(other.Columns);

    public override int GetHashCode() => HashCode.Combine(Head, Tail, Columns.Length);
}
