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
        return new OperationPlan
        {
            After = context.Before,
            Sql = new UserSql(Up, Down, OnComplete),
            Notes = ["What an \"sql\" operation locks and changes is known to nobody but the server; it is not hidden from the old version."],
        };
    }

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
}
