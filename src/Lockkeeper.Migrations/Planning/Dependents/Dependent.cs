using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning.Dependents;

/// <summary>Something that mentions a column by name, and that the server can be made to bind to another column of the same name.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Relation">The view itself, or the table that it belongs to.</param>
/// <param name="Name">Its own name.</param>
/// <param name="Make">The statements that make it, or alter it, as it is now; the server's own text, with every name qualified.</param>
internal sealed record Dependent(DependentKind Kind, TableName Relation, Identifier Name, ImmutableArray<string> Make)
{
    /// <summary>What must go before the old column does; empty where it is altered in its place or goes with a view.</summary>
    public ImmutableArray<string> Drop { get; init; } = [];

    /// <summary>The list of a trigger that lists the column; null for a constraint trigger, which cannot be replaced.</summary>
    public TriggerColumns? Listed { get; init; }

    /// <summary>The same as <see cref="Make"/>, over an empty copy of the table that hides the table itself.</summary>
    public ImmutableArray<string> Probe { get; init; } = [];

    /// <summary>The other relations that <see cref="Make"/> locks, as a query or, for a rule, as a write would.</summary>
    public ImmutableArray<TableName> Reads { get; init; } = [];

    /// <summary>In PostgreSQL's words, for people.</summary>
    public string Description => Kind switch
    {
        DependentKind.View => $"view {Relation}",
        DependentKind.Publication => $"publication {Name}",
        DependentKind.Statistics => $"statistics {Name}",
        DependentKind.Policy => $"policy {Name} of {Relation}",
        DependentKind.Rule => $"rule {Name} of {Relation}",
        _ => $"trigger {Name} of {Relation}",
    };

    /// <summary>What is compared when it is to be put back. What takes back privileges that are granted by default says nothing of it.</summary>
    public CarriedObject AsCarried() => new(Description, [.. Make.Where(sql => !sql.StartsWith("DO ", StringComparison.Ordinal))]);

    public bool Equals(Dependent? other) => other is not null && Kind == other.Kind && Relation == other.Relation && Name == other.Name
        && Make.SequenceEqual(other.Make) && Drop.SequenceEqual(other.Drop) && Listed == other.Listed
        && Probe.SequenceEqual(other.Probe) && Reads.SequenceEqual(other.Reads);

    public override int GetHashCode() => HashCode.Combine(Kind, Relation, Name);
}
