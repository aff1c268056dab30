using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning.Dependents;

/// <summary>Makes what depends on a column depend on its copy: policies, triggers, statistics, publications, views and rules.</summary>
/// <remarks>
/// In the swap the copy has the column's name before the old column is gone. At that moment the server's own text of a definition means the copy,
/// so nothing in it has to be rewritten. That it will fit is tried before, over empty copies of the tables.
/// </remarks>
internal sealed class CarriedDependents
{
    // What UsersOf knows of and is looked at here more closely.
    private static readonly string[] LookedAt = ["view", "rule", "policy", "trigger", "statistics", "publication", "foreign key"];

    private readonly NewColumn _parts;
    private readonly ColumnSnapshot _old;
    private readonly ImmutableArray<Dependent> _all;
    private readonly ImmutableArray<string> _retyped;

    public CarriedDependents(PlanningContext context, NewColumn parts, TableSnapshot table, ColumnSnapshot old, SourcePosition at)
    {
        (_parts, _old) = (parts, old);
        var others = context.UsersOf(table, old, LookedAt);
        if (!others.IsEmpty)
        {
            throw Refusals.ColumnInUse(at, old.Name, others);
        }

        RefuseSecondCopy(context, table, at);
        var found = context.Ask(new FindDependents(context.Stored(table), old.StoredAs)
        {
            At = at,
            What = "column",
            VersionSchemas = context.Facts.VersionSchemas,
        });
        _all = found.All;
        Refuse(context, table, found, at);
        _retyped = _all.IsEmpty ? [] : Probe(context, table, at);
    }

    /// <summary>Whether something must be bound anew while the old column is still there.</summary>
    public bool NeedsBoth => Of(DependentKind.Policy, DependentKind.Trigger).Any();

    /// <summary>Whether extended statistics are made again.</summary>
    public bool HasStatistics => Of(DependentKind.Statistics).Any();

    /// <summary>All of it as it is now.</summary>
    public IEnumerable<CarriedObject> Planned => _all.Select(dependent => dependent.AsCarried());

    public IEnumerable<string> Notes =>
    [
        .. _all.Where(d => d.Kind is not (DependentKind.View or DependentKind.ViewTrigger))
            .Select(d => $"{Upper(d.Description)} follows column {_old.Name} on completion."),
        .. Of(DependentKind.View).Select(d => $"{Upper(d.Description)} is dropped and made again on completion, in one transaction, with all that belongs to it."),
        .. _retyped,
        .. Of(DependentKind.Trigger).Where(d => d.Listed is null && d.Drop.Length > 0)
            .Select(d => $"{Upper(d.Description)} is a constraint trigger: while both versions serve, a list of columns in it does not count the new version's {_old.Name}."),
        .. Of(DependentKind.Statistics).Select(d => $"{Upper(d.Description)} are filled again, by ANALYZE, right after the swap."),
    ];

    /// <summary>While both versions serve.</summary>
    public void BeforeSwap()
    {
        var undo = NarrowedTriggers.TakeOut(_parts.Stored, _parts.Column.StoredAs);
        foreach (var (step, i) in Of(DependentKind.Trigger).SelectMany(trigger => trigger.Widen(CopiesListed(trigger))).Select((step, i) => (step, i)))
        {
            _parts.AddExpand(i == 0 ? step with { Undo = undo } : step);
        }
    }

    /// <summary>First in the swap.</summary>
    public void LetGo()
    {
        foreach (var step in _all.Where(d => d.Kind != DependentKind.View).SelectMany(dependent => dependent.Drop()))
        {
            _parts.AddSwap(step);
        }
    }

    /// <summary>In the swap, when the copy has the column's name and the old column is still there.</summary>
    public void BindAnew() => Make(DependentKind.Policy, DependentKind.Trigger);

    /// <summary>In the swap, when the copy has its constraints and indexes.</summary>
    public void MakeAgain()
    {
        Make(DependentKind.Statistics, DependentKind.Publication);
        foreach (var view in Of(DependentKind.View, DependentKind.ViewTrigger, DependentKind.Rule))
        {
            _parts.AddView(view);
        }
    }

    // The last of a trigger's columns that are copied says which it looks at besides, so it says all.
    private ImmutableArray<Identifier> CopiesListed(Dependent trigger) =>
    [
        .. _parts.Before.Columns.Where(c => ReservedNames.IsNew(c) && trigger.Listed?.Columns.Contains(c.Name) == true).Select(c => c.StoredAs),
        _parts.Column.StoredAs,
    ];

    private void Make(params DependentKind[] kinds)
    {
        foreach (var step in Of(kinds).SelectMany(dependent => dependent.Make()))
        {
            _parts.AddSwap(step);
        }
    }

    private IEnumerable<Dependent> Of(params DependentKind[] kinds) => _all.Where(d => kinds.Contains(d.Kind));

    // The first copy is not there yet, so nobody can say what will depend on it; but that is what depends on the column now.
    private void RefuseSecondCopy(PlanningContext context, TableSnapshot table, SourcePosition at)
    {
        if (!ReservedNames.IsNew(_old))
        {
            return;
        }

        var users = context.UsersOf(table, new ColumnSnapshot(_old.Name, _old.Type, _old.Nullable), "foreign key");
        if (!users.IsEmpty)
        {
            throw DependentRefusals.Renamed(at, $"{Upper(users[0].Kind)} {users[0].Name}", table.Name);
        }
    }

    private void Refuse(PlanningContext context, TableSnapshot table, FoundDependents found, SourcePosition at)
    {
        var unknown = _all.Where(d => d.Kind == DependentKind.Policy && TableOf(context, d) is null).Select(d => d.Description);
        ImmutableArray<string> obstacles = [.. found.Obstacles, .. unknown];
        if (!obstacles.IsEmpty)
        {
            throw DependentRefusals.Obstacles(at, _old.Name, obstacles);
        }

        var isRenamed = table.StoredAs != table.Name || table.Columns.Any(c => c.StoredAs != c.Name && !ReservedNames.IsNew(c));
        if (!_all.IsEmpty && isRenamed)
        {
            throw DependentRefusals.Renamed(at, Upper(_all[0].Description), table.Name);
        }
    }

    private ImmutableArray<string> Probe(PlanningContext context, TableSnapshot table, SourcePosition at)
    {
        var probed = context.Ask(new ProbeDependents(
            Rows(context, table), ProbePath.Of(context.Schema, _all), [.. _all.SelectMany(d => d.Probe)])
        { At = at, What = "column" });
        if (probed.Refused is { } place)
        {
            var refused = _all.SelectMany(d => d.Probe, (d, _) => d).ElementAt(place);
            throw DependentRefusals.DoesNotFit(at, refused.Description, _old.Name, probed.Message!);
        }

        return probed.ByPlace is [var first, ..] ? throw DependentRefusals.ByPlace(at, first, table.Name) : probed.Retyped;
    }

    // The table as it will be, and others that this migration changes or that a policy belongs to.
    private ImmutableArray<TableSnapshot> Rows(PlanningContext context, TableSnapshot table)
    {
        var policies = _all.Where(d => d.Kind == DependentKind.Policy).Select(d => d.Relation.Name).ToHashSet();
        return
        [
            Bare(_parts.After, table.Constraints),
            .. context.Before.Tables.Values.Where(t => t.Name != table.Name && (policies.Contains(t.Name) || t.Columns.Any(ReservedNames.IsNew)))
                .Select(t => Bare(t, t.Constraints)),
        ];
    }

    private static TableSnapshot? TableOf(PlanningContext context, Dependent dependent) =>
        dependent.Relation.Schema == context.Schema ? context.Before.Find(dependent.Relation.Name) : null;

    private static TableSnapshot Bare(TableSnapshot table, ImmutableArray<ConstraintSnapshot> constraints) =>
        new(table.Name, [.. table.Columns.Select(c => new ColumnSnapshot(c.Name, c.Type, c.Nullable) { Collation = c.Collation })])
        {
            Constraints = [.. constraints.Where(c => c.Kind == ConstraintKind.PrimaryKey)],
        };

    private static string Upper(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
