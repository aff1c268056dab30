using System.Collections.Immutable;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;
using Lockkeeper.Server.Compiling;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Columns of one table that one operation copies, so that each version has values of its own.</summary>
/// <remarks>Every "up" reads the row as it was before the operation, and every "down" the row as the operation leaves it, whatever their order.</remarks>
internal sealed class ColumnCopies
{
    private readonly ImmutableArray<NewColumn> _parts;
    private readonly ImmutableArray<CarriedOver> _carried;

    private ColumnCopies(ImmutableArray<NewColumn> parts, ImmutableArray<CarriedOver> carried, TableSnapshot result, ImmutableArray<ColumnSync> syncs, ImmutableArray<string> notes) =>
        (_parts, _carried, Result, Syncs, Notes) = (parts, carried, result, syncs, notes);

    /// <summary>The new version's table.</summary>
    public TableSnapshot Result { get; }

    public ImmutableArray<ColumnSync> Syncs { get; }

    public ImmutableArray<string> Notes { get; }

    public ImmutableArray<Step> Expand => [.. _parts.SelectMany(part => part.Expand)];

    public ImmutableArray<Step> AfterBackfill => [.. _parts.SelectMany(part => part.AfterBackfill)];

    public ImmutableArray<Step> Late => [.. _parts.SelectMany(part => part.Late)];

    public ImmutableArray<Step> AfterLate => [.. _parts.SelectMany(part => part.AfterLate)];

    public ImmutableArray<Dependents.Dependent> Views => [.. _parts.SelectMany(part => part.Views)];

    public ImmutableArray<CarriedColumn> Carried => [.. _carried.Select(one => one.Planned).OfType<CarriedColumn>()];

    /// <summary>The table, when one of the indexes that are built again is over an expression.</summary>
    public ImmutableArray<TableName> Expressions => [.. _carried.Where(one => one.HasExpressions).Select(one => one.Table).Distinct()];

    /// <summary>The table, when extended statistics are made again.</summary>
    public ImmutableArray<TableName> Statistics => [.. _carried.Where(one => one.HasStatistics).Select(one => one.Table).Distinct()];

    public ImmutableArray<Step> Validate => [.. _parts.SelectMany(part => part.Validate)];

    public ImmutableArray<Step> Swap => [.. _parts.SelectMany(part => part.Swap)];

    /// <param name="context">What is known.</param>
    /// <param name="table">The table as the old version knows it.</param>
    /// <param name="kept">The table as far as it is to be kept: without constraints that the new version does without.</param>
    /// <param name="changes">The columns.</param>
    public static ColumnCopies Of(PlanningContext context, TableSnapshot table, TableSnapshot kept, ImmutableArray<ColumnChange> changes)
    {
        var parts = ImmutableArray.CreateBuilder<NewColumn>();
        var notes = ImmutableArray.CreateBuilder<string>();
        var all = ImmutableArray.CreateBuilder<CarriedOver>();
        var copies = ImmutableArray.CreateBuilder<ColumnSnapshot>();
        foreach (var change in changes)
        {
            Refuse(change);
            var copy = change.New with { StoredAs = ReservedNames.NewColumn(kept, change.Old.Name) };
            var carried = Copy(context with { Before = context.Before.With(kept) }, kept, change, copy, parts);
            all.Add(carried);
            notes.AddRange(carried.Notes);
            kept = parts[^1].Result;
            copies.Add(copy);
        }

        ImmutableArray<ColumnSync> syncs = [.. changes.SelectMany((change, i) => SyncsOf(context, table, kept, change, copies[i], notes))];
        notes.AddRange(changes.SelectMany(change => ColumnStorage.Notes(change.Old, change.New).Concat(TriggerNotes(table, change))));
        return new ColumnCopies(parts.ToImmutable(), all.ToImmutable(), kept, syncs, notes.ToImmutable());
    }

    private static CarriedOver Copy(
        PlanningContext context, TableSnapshot table, ColumnChange change, ColumnSnapshot copy, ImmutableArray<NewColumn>.Builder parts)
    {
        // A column that is added stands last in the table that completion leaves; in the views it has the place of the one that it is a copy of.
        var row = table with { Columns = table.Columns.Remove(change.Old).Add(copy) };
        var part = new NewColumn(context, table, row with { Constraints = [], Indexes = [] }, copy);
        var carried = new CarriedOver(context, part, table, change.Old, change.At);
        // The default of the copy is for new rows alone: every old row gets "up".
        part.AddColumn(defaultNeedsRewrite: true, $"the changed column {change.Old.Name}, under a name of its own until completion");
        carried.BeforeSwap();
        carried.Swap();
        parts.Add(part);
        return carried;
    }

    private static ImmutableArray<ColumnSync> SyncsOf(
        PlanningContext context, TableSnapshot table, TableSnapshot row, ColumnChange change, ColumnSnapshot copy, ImmutableArray<string>.Builder notes)
    {
        var name = change.Old.Name.ToString();
        var up = context.Ask(new CompileExpression(table, change.Up ?? name, context.BaseType(copy.Type, change.At)) { At = change.UpAt, What = "up" });
        table.RefuseGeneratedInputs(up.Inputs, change.UpAt, "up");
        var upward = new ColumnSync(SyncDirection.Up, copy.StoredAs, up);
        if (DownOf(context, row, change, notes) is not { } down)
        {
            return [upward];
        }

        row.RefuseGeneratedInputs(down.Inputs, change.DownAt, "down");
        return
        [
            upward,
            new ColumnSync(SyncDirection.Down, change.Old.StoredAs, down) { WhenAbsent = change.Old.Identity == ColumnIdentity.None ? null : upward },
        ];
    }

    private static CompiledExpression? DownOf(PlanningContext context, TableSnapshot row, ColumnChange change, ImmutableArray<string>.Builder notes)
    {
        var down = DownExpression.Of(context, row, change.Down ?? change.Old.Name.ToString(), context.BaseType(change.Old.Type, change.At), change.DownAt);
        if (down.Compiled is null)
        {
            notes.Add(
                $"The server refuses \"down\" of column {change.Old.Name}: {down.Message}. It is left out, since completion follows at once: "
                + "nobody writes through the new version before the old one is gone.");
        }

        return down.Compiled;
    }

    private static IEnumerable<string> TriggerNotes(TableSnapshot table, ColumnChange change) => table.Triggers.IsEmpty
        ? []
        :
        [
            $"Table {table.Name} has triggers of its own ({string.Join(", ", table.Triggers.Select(t => t.Name))}): "
            + $"from completion on, their functions meet the changed column {change.Old.Name}.",
        ];

    private static void Refuse(ColumnChange change)
    {
        var (name, at) = (change.Old.Name, change.At);
        if (change.Old.Generated is not null)
        {
            throw Refusals.NotSupported(at, $"The server makes the values of the generated column {name} itself.", "Drop it and add it anew.");
        }
    }
}
