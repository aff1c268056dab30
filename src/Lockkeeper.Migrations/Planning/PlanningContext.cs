using System.Collections.Immutable;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Compiling;

namespace Lockkeeper.Migrations.Planning;

/// <summary>All that an operation may know when it plans itself.</summary>
/// <param name="Before">The schema as the operations before this one leave it.</param>
/// <param name="Facts">What holds for the whole migration.</param>
/// <param name="Answers">What the server has said.</param>
internal sealed record PlanningContext(SchemaSnapshot Before, MigrationFacts Facts, Answers Answers)
{
    /// <summary>The schema of the tables.</summary>
    public Identifier Schema => Before.Schema;

    /// <summary>What is there when the tables in use are extended: the tables as they are, and those that operations before this one create.</summary>
    public SchemaSnapshot Present { get; init; } = Before;

    /// <summary>Whether the migration has no other operation.</summary>
    public bool IsAlone { get; init; }

    /// <summary>Statements that make the types of the operations before this one, for the transactions in which questions are asked.</summary>
    public ImmutableArray<string> Preamble { get; init; } = [];

    /// <summary>All that operations before this one do before tables in use are extended, for a transaction in which SQL is tried.</summary>
    public ImmutableArray<string> Rehearsal { get; init; } = [];

    /// <summary>Whether SQL of the user's was tried before this operation.</summary>
    public bool IsBehindSql { get; init; }

    /// <summary>The columns whose type operations before this one change in the swap.</summary>
    public ImmutableArray<RetypedColumn> Retyped { get; init; } = [];

    /// <summary>The names that indexes have now and lose on completion, while they stay themselves.</summary>
    public ImmutableArray<Identifier> Renamed { get; init; } = [];

    /// <summary>What the operation behind the one with that plan may know.</summary>
    public PlanningContext Behind(OperationPlan plan) => this with
    {
        Before = plan.After,
        Present = plan.Present ?? WithCreated(plan.After),
        Preamble = Preamble.AddRange(plan.Preamble),
        Rehearsal =
        [
            .. Rehearsal, .. plan.Preamble.Where(statement => !Rehearsal.Contains(statement) && statement != plan.Sql?.Up),
            .. plan.Create.Select(step => step.Sql), .. plan.Sql is { OnComplete: false } sql ? [sql.Up] : Array.Empty<string>(),
        ],
        IsBehindSql = IsBehindSql || plan.Sql is { IsRehearsed: true },
        Retyped = Retyped.AddRange(plan.Retyped),
        Renamed = Renamed.AddRange(plan.Renamed),
    };

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
        Answers.To(question with { Preamble = question.PreambleIn(this) });

    /// <summary>What SQL of the user's does at the moment at which it will be run.</summary>
    public RehearsedSql Rehearse(string sql, Format.SourcePosition at) =>
        Answers.To(new RehearseSql(sql) { At = at, What = "up", Preamble = Rehearsal });

    /// <summary>The table's own name, for statements that run before completion.</summary>
    public TableName Stored(TableSnapshot table) => new(Schema, table.StoredAs);

    /// <summary>The table's name at the moment when this operation's part of completion runs.</summary>
    public TableName Named(TableSnapshot table) => new(Schema, table.Name);

    /// <summary>The name that a table which this version knows by the given one has until completion.</summary>
    public TableName Stored(TableName name) => name.Schema == Schema && Before.Find(name.Name) is { } table ? Stored(table) : name;

    public bool Equals(PlanningContext? other) => other is not null && Before == other.Before && Facts == other.Facts && IsAlone == other.IsAlone && IsBehindSql == other.IsBehindSql
        && Present == other.Present && Answers == other.Answers && Preamble.SequenceEqual(other.Preamble)
        && Rehearsal.SequenceEqual(other.Rehearsal) && Retyped.SequenceEqual(other.Retyped)
        && Renamed.SequenceEqual(other.Renamed);

    public override int GetHashCode() => HashCode.Combine(Before, Facts, Answers);

    private SchemaSnapshot WithCreated(SchemaSnapshot after) => after.Tables.Values
        .Where(table => Before.Tables.Values.All(known => known.StoredAs != table.StoredAs) && Present.Find(table.StoredAs) is null)
        .Aggregate(Present, (present, table) => present.With(table with { Name = table.StoredAs, StoredAs = table.StoredAs }));
}
