using System.Collections.Immutable;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>All that an operation may know when it plans itself.</summary>
/// <param name="Before">The schema as the operations before this one leave it.</param>
/// <param name="Facts">What holds for the whole migration.</param>
/// <param name="Answers">What the server has said.</param>
internal sealed record PlanningContext(SchemaSnapshot Before, MigrationFacts Facts, Answers Answers)
{
    /// <summary>The schema of the tables.</summary>
    public Identifier Schema => Before.Schema;

    /// <summary>Statements that make the types of the operations before this one, for the transactions in which questions are asked.</summary>
    public ImmutableArray<string> Preamble { get; init; } = [];

    /// <summary>The columns whose type operations before this one change in the swap.</summary>
    public ImmutableArray<RetypedColumn> Retyped { get; init; } = [];

    /// <summary>Whether an operation before this one changes the column's type in the swap.</summary>
    public bool IsRetyped(TableSnapshot table, ColumnSnapshot column) =>
        Retyped.Contains(new RetypedColumn(table.StoredAs, column.StoredAs));

    /// <summary>Refuses a constraint or index over columns whose type changes in the swap.</summary>
    /// <remarks>
    /// ALTER TYPE makes what depends on the column anew, and reads every row for it, under a lock that stops all clients (ATPostAlterTypeCleanup in
    /// tablecmds.c).
    /// </remarks>
    public void RefuseRetyped(TableSnapshot table, ImmutableArray<Identifier> columns, Format.SourcePosition at)
    {
        if (table.Columns.FirstOrDefault(c => columns.Contains(c.Name) && IsRetyped(table, c)) is { } retyped)
        {
            throw Refusals.RetypedAndConstrained(at, retyped.Name);
        }
    }

    /// <summary>The answer to a question; planning starts over with it when it is not known yet.</summary>
    public TAnswer Ask<TAnswer>(Question<TAnswer> question)
        where TAnswer : class =>
        Answers.To(question with { Preamble = Preamble });

    /// <summary>The table's own name, for statements that run before completion.</summary>
    public TableName Stored(TableSnapshot table) => new(Schema, table.StoredAs);

    /// <summary>The table's name at the moment when this operation's part of completion runs.</summary>
    public TableName Named(TableSnapshot table) => new(Schema, table.Name);

    /// <summary>The name that a table which this version knows by the given one has until completion.</summary>
    public TableName Stored(TableName name) => name.Schema == Schema && Before.Find(name.Name) is { } table ? Stored(table) : name;

    public bool Equals(PlanningContext? other) => other is not null && Before == other.Before && Facts == other.Facts
        && Answers == other.Answers && Preamble.SequenceEqual(other.Preamble) && Retyped.SequenceEqual(other.Retyped);

    public override int GetHashCode() => HashCode.Combine(Before, Facts, Answers);
}
