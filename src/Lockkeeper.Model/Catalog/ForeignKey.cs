using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Model.Catalog;

/// <summary>Where a foreign key points and how it acts. Columns keep their pairing: the first with the first, and so on.</summary>
/// <param name="Table">The referenced table, as the version that the snapshot describes sees it.</param>
/// <param name="ReferencedColumns">Its columns, in the order of the referencing ones.</param>
public sealed record ForeignKey(TableName Table, ImmutableArray<Identifier> ReferencedColumns)
{
    /// <summary>What the server does without being told otherwise.</summary>
    public const string NoAction = "NO ACTION";

    /// <summary>How nulls match in a key of several columns.</summary>
    public const string MatchSimple = "SIMPLE";

    /// <summary>SIMPLE or FULL.</summary>
    public string Match { get; init; } = MatchSimple;

    /// <summary>NO ACTION, RESTRICT, CASCADE, SET NULL or SET DEFAULT.</summary>
    public string OnUpdate { get; init; } = NoAction;

    /// <summary>NO ACTION, RESTRICT, CASCADE, SET NULL or SET DEFAULT.</summary>
    public string OnDelete { get; init; } = NoAction;

    /// <summary>The columns that SET NULL or SET DEFAULT changes; empty means all (PostgreSQL 15 and later).</summary>
    public ImmutableArray<Identifier> OnDeleteColumns { get; init; } = [];

    /// <summary>Whether a transaction may put the check off.</summary>
    public bool Deferrable { get; init; }

    /// <summary>Whether the check is put off unless a transaction says otherwise.</summary>
    public bool InitiallyDeferred { get; init; }

    /// <summary>The constraint as SQL, for the given referencing columns.</summary>
    /// <param name="columns">The referencing columns, as the table stores them.</param>
    public string Definition(ImmutableArray<Identifier> columns) => string.Concat(
        $"FOREIGN KEY ({List(columns)}) REFERENCES {Table}({List(ReferencedColumns)})",
        Match == MatchSimple ? "" : $" MATCH {Match}",
        OnUpdate == NoAction ? "" : $" ON UPDATE {OnUpdate}",
        OnDelete == NoAction ? "" : $" ON DELETE {OnDelete}",
        OnDeleteColumns.IsEmpty ? "" : $" ({List(OnDeleteColumns)})",
        Deferrable ? " DEFERRABLE" : "",
        InitiallyDeferred ? " INITIALLY DEFERRED" : "");

    /// <inheritdoc/>
    public bool Equals(ForeignKey? other) => other is not null && Table == other.Table
        && ReferencedColumns.SequenceEqual(other.ReferencedColumns) && Match == other.Match
        && OnUpdate == other.OnUpdate && OnDelete == other.OnDelete
        && OnDeleteColumns.SequenceEqual(other.OnDeleteColumns)
        && Deferrable == other.Deferrable && InitiallyDeferred == other.InitiallyDeferred;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Table, ReferencedColumns.Length, OnUpdate, OnDelete);

    private static string List(ImmutableArray<Identifier> names) => string.Join(", ", names);
}
