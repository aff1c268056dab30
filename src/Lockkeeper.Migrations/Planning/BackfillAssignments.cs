using System.Collections.Immutable;
using Lockkeeper.Backfill;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Compiling;

namespace Lockkeeper.Migrations.Planning;

/// <summary>What the backfill sets, made from what the trigger computes one after the other.</summary>
/// <remarks>
/// All assignments of one UPDATE read the row as it was. When an expression reads a column that an earlier one sets, it is therefore given a row
/// in which that column already has its value: a sub-select under the row's own name, which hides the outer one.
/// </remarks>
internal static class BackfillAssignments
{
    public static ImmutableArray<BackfillAssignment> Of(ImmutableArray<ColumnSync> syncs)
    {
        var filled = new Dictionary<Identifier, string>();
        foreach (var sync in syncs.Where(sync => sync.Direction == SyncDirection.Up))
        {
            filled[sync.Target] = Expression(sync.Expression, filled);
        }

        return [.. syncs.Where(sync => sync.Direction == SyncDirection.Up).Select(sync => sync.Target).Distinct()
            .Select(target => new BackfillAssignment(target, filled[target]))];
    }

    private static string Expression(CompiledExpression expression, Dictionary<Identifier, string> filled)
    {
        if (!expression.Inputs.Any(filled.ContainsKey))
        {
            return expression.Sql;
        }

        var row = expression.Inputs.Select(input =>
            filled.TryGetValue(input, out var value) ? $"({value}) AS {input}" : $"{ExpressionCompiler.Row}.{input} AS {input}");
        return $"SELECT ({expression.Sql}) FROM (SELECT {string.Join(", ", row)}) AS {ExpressionCompiler.Row}";
    }
}
