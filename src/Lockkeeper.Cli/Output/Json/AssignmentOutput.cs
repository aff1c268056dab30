using Lockkeeper.Backfill;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>A column and the expression that it gets.</summary>
internal sealed record AssignmentOutput(string Column, string Expression)
{
    public static AssignmentOutput Of(BackfillAssignment assignment) => new(assignment.Column.Value, assignment.Expression);
}
