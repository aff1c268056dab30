using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Planning;

namespace Lockkeeper.Migrations.Operations;

/// <summary>Runs SQL of the user's own, at start or on completion.</summary>
internal sealed record Sql(string Up, string? Down, bool OnComplete) : Operation
{
    public static OperationKind Kind { get; } = new("sql", Read);

    public override OperationPlan Plan(PlanningContext context)
    {
        UserSqlCheck.Refuse(Source.Of("up"), Up);
        UserSqlCheck.Refuse(Source.Of("down"), Down);
        return !OnComplete && !context.IsAlone ? Rehearsed(context) : new OperationPlan
        {
            After = context.Before,
            Sql = new UserSql(Up, Down, OnComplete),
            Notes =
            [
                "What an \"sql\" operation locks and changes is known to nobody but the server; it is not hidden from the old version.", .. WithoutDown,
            ],
        };
    }

    private ImmutableArray<string> WithoutDown => OnComplete || Down is not null
        ? []
        :
        [
            "The \"sql\" operation has no \"down\": when the migration is rolled back, what it made and nobody else uses is dropped (types, functions, views, "
            + "indexes and the like, and tables with no rows of others); what it changed in what was there stays.",
        ];

    private static Sql Read(FieldReader reader)
    {
        var operation = new Sql(reader.RequiredText("up"), reader.OptionalSql("down"), reader.Flag("onComplete", false))
        {
            Source = reader.Source,
        };
        if (string.IsNullOrWhiteSpace(operation.Up))
        {
            reader.Refuse(reader.PositionOf("up"), "\"up\" holds no SQL.", "Write the statements to run.", FormatCodes.Empty);
        }

        if (operation is { OnComplete: true, Down: not null })
        {
            reader.Refuse(reader.PositionOf("down"), "\"down\" cannot undo what runs on completion.", "Leave one of the two out.");
        }

        return operation;
    }

    // Beside other operations: those behind it must be planned over what it leaves.
    private OperationPlan Rehearsed(PlanningContext context)
    {
        var rehearsed = context.Rehearse(Up, Source.Of("up"));
        var (after, present) = SqlEffect.On(context, rehearsed, Source.Of("up"));
        return new OperationPlan
        {
            After = after,
            Present = present,
            Sql = new UserSql(Up, Down, OnComplete: false) { IsRehearsed = true, Locks = rehearsed.Locks },
            Preamble = rehearsed.StopsNobody ? [.. context.Rehearsal.Where(statement => !context.Preamble.Contains(statement)), Up] : [],
            Notes =
            [
                "The \"sql\" operation is run before tables in use are extended. It was tried while this plan was made, and undone; what it changes is not "
                + "hidden from the old version.",
                .. WithoutDown,
            ],
        };
    }
}
