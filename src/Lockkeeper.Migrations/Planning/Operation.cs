using Lockkeeper.Migrations.Format;

namespace Lockkeeper.Migrations.Planning;

/// <summary>One schema change. Data only: it plans, it never connects.</summary>
internal abstract record Operation
{
    /// <summary>Where the operation stands in its file.</summary>
    public SourceMap Source { get; init; } = SourceMap.None;

    /// <summary>Whether it comes after all others, wherever it stands in the file: it changes words that theirs are written in.</summary>
    public virtual bool IsLast => false;

    /// <summary>Works out every statement of starting, completing and rolling back, and the schema that they lead to.</summary>
    /// <exception cref="InvalidMigrationException">The operation does not fit the schema it would start from.</exception>
    /// <exception cref="OpenQuestionException">The server must be asked something first.</exception>
    public abstract OperationPlan Plan(PlanningContext context);
}
