using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.BulkWrite.Ordering;

namespace Lockkeeper.BulkWrite.Planning;

/// <summary>What a unit will do: the tables in order, how each is protected and why, and every statement. Holds no connection and no rows' values.</summary>
public sealed class UnitPlan
{
    internal UnitPlan(
        LockOrder order, ImmutableArray<TablePlan> tables, ImmutableArray<Gate> gates, ImmutableArray<PlannedStep> steps, ImmutableArray<Counter> later)
    {
        Later = later;
        Order = order;
        Tables = tables;
        Gates = gates;
        Steps = steps;
    }

    /// <summary>The order that all units of the writer keep.</summary>
    public LockOrder Order { get; }

    /// <summary>The tables that the unit locks rows of, in the order in which it does.</summary>
    public ImmutableArray<TablePlan> Tables { get; }

    /// <summary>The statements in the order in which they run, each with what it is for.</summary>
    public ImmutableArray<string> Statements => [.. Steps.Select(step => $"-- {step.Purpose}\n{step.Sql}")];

    /// <summary>The counters that are written last, by what the statements gave back.</summary>
    internal ImmutableArray<Counter> Later { get; }

    internal ImmutableArray<Gate> Gates { get; }

    internal ImmutableArray<PlannedStep> Steps { get; }

    /// <summary>The whole plan as text; the same for the same unit on the same database.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Order {Order.Fingerprint}\n");
        foreach (var table in Tables)
        {
            text.Append(CultureInfo.InvariantCulture, $"{table.Table}: {Words(table)}\n");
            foreach (var line in table.Reasons.Select(reason => $"  because {reason}\n").Concat(table.Warnings.Select(warning => $"  warning: {warning}\n")))
            {
                text.Append(line);
            }
        }

        text.AppendJoin("\n", Statements).Append('\n');
        foreach (var counter in Later)
        {
            text.Append(CultureInfo.InvariantCulture, $"-- {counter.Table}: count in {counter.Column} ({counter.Kind}) what the statements gave back\n");
        }

        return text.ToString();
    }

    private static string Words(TablePlan table)
    {
        var words = table.Protection switch
        {
            Protection.SingleOrderedPass => "single ordered pass",
            Protection.OrderedRowLocks => "ordered row locks",
            _ => "gates, then ordered row locks",
        };
        var gate = table.Gate switch
        {
            TableGate.Shared => ", table gate shared",
            TableGate.Alone => ", table gate alone",
            _ => "",
        };
        return $"{words}{gate}{(table.KeyGates > 0 ? string.Create(CultureInfo.InvariantCulture, $", {table.KeyGates} key gates") : "")}";
    }
}
