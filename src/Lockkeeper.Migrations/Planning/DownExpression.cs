using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Catalog;

namespace Lockkeeper.Migrations.Planning;

/// <summary>What "down" means. Where completion follows at once nobody would use it, so there it may be wrong: old files of others are.</summary>
internal static class DownExpression
{
    public static TriedExpression Of(PlanningContext context, TableSnapshot row, string expression, string type, SourcePosition at) =>
        context.Facts.CompletesAtOnce
            ? context.Ask(new TryExpression(row, expression, type) { At = at, What = "down" })
            : new TriedExpression(context.Ask(new CompileExpression(row, expression, type) { At = at, What = "down" }), null);
}
