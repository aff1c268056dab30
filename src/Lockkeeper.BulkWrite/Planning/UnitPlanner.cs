using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.BulkWrite.Reading;
using Lockkeeper.BulkWrite.Rendering;

namespace Lockkeeper.BulkWrite.Planning;

/// <summary>Plans a unit: which rows are locked in which order and how strongly, and which statements write them.</summary>
/// <remarks>
/// 1. What the server will lock by itself, through foreign keys, is found and added to what is asked for.
/// 2. Table by table in the lock order, each gets its protection: rows are locked, or inserted, at the table's place and nowhere else.
/// 3. Inserts and updates run at that place too. Deletions and counter columns are locked there and written at the end, children first.
/// 4. Slots and deltas of counters come last: nobody locks them and something else afterwards.
/// 5. Gates of all tables come before everything. So whoever waits holds only what lies before, and a circle cannot close.
/// </remarks>
internal sealed class UnitPlanner(Catalog catalog, int maxKeyGates)
{
    private readonly GatePlanner _gates = new(maxKeyGates);
    private readonly List<PlannedStep> _steps = [];
    private readonly List<PlannedStep> _last = [];
    private readonly List<TablePlan> _tables = [];

    public UnitPlan Plan(IReadOnlyList<ChangeShape> changes, ImmutableArray<Counter> later)
    {
        var needs = new NeedFinder(catalog);
        var wanted = changes.Where(change => change.Rows != 0).ToList();
        foreach (var counter in later.Where(counter => counter.Kind == CounterKind.Slots))
        {
            // All gates come first, also of tables that the unit comes to in the end.
            _gates.Shared.Add(catalog.Find(counter.SideTable).GateNumber);
        }

        foreach (var work in Work(wanted, needs))
        {
            Check(work);
            Add(work);
        }

        _last.Reverse();
        return new UnitPlan(
            catalog.Order,
            [.. _tables],
            _gates.All,
            [.. wanted.Where(change => change.IsStaged && !IsCopiedStraight(change)).Select(Stage), .. Gates(), .. _steps, .. _last],
            later);
    }

    private IEnumerable<TableWork> Work(List<ChangeShape> changes, NeedFinder finder)
    {
        var needs = changes.SelectMany(finder.Of).ToList();
        var tables = changes.Select(change => change.Map.Table).Concat(needs.Select(need => need.Table)).Distinct().ToList();
        var sides = changes.Where(IsBesideTable).Select(change => change.Map.Table).ToHashSet();
        return tables
            .OrderBy(sides.Contains).ThenBy(table => table, catalog.Order.Comparer)
            .Select(table =>
            {
                ImmutableArray<ChangeShape> own = [.. changes.Where(change => change.Map.Table == table)];
                var uncovered = needs.Where(need => need.Table == table && !own.Any(change => finder.IsCovered(need, change)));
                return new TableWork(catalog.Find(table), own, [.. uncovered], tables.Count == 1);
            })
            .Where(work => work.Passes > 0);
    }

    private static bool IsBesideTable(ChangeShape change) => change.IsCounter && change.Kind != ChangeKind.Update;

    private static void Check(TableWork work)
    {
        foreach (var change in work.Inserting.Where(change => change.Kind != ChangeKind.Insert))
        {
            if (!work.Facts.UniqueKeys.Any(key => key.IsPlain && key.IsImmediate && key.Has(change.Map.Key)))
            {
                throw BulkWriteException.NoUniqueKey(work.Facts.Name, change.Map.Key);
            }
        }

        foreach (var deleted in work.Changes.Where(change => change.Kind == ChangeKind.Delete && change.Keys is not null))
        {
            foreach (var written in work.Changes.Where(change => change.Kind is not (ChangeKind.Delete or ChangeKind.Lock) && !change.IsCounter && change.Keys is not null))
            {
                if (deleted.Keys!.RowAlsoIn(written.Keys!) is { } row)
                {
                    throw BulkWriteException.Contradicting(work.Facts.Name, deleted.Index, row);
                }
            }
        }
    }

    private void Add(TableWork work)
    {
        var reasons = new List<string>();
        var (gate, keyGates) = _gates.Plan(work, reasons);
        var protection = work.IsSinglePass ? Protection.SingleOrderedPass
            : work.Inserting.IsEmpty && gate == TableGate.None ? Protection.OrderedRowLocks : Protection.GatesAndRowLocks;
        ImmutableArray<string> warnings = [.. PlanWarnings.Of(work, catalog)];
        if (work.Facts.OrderKey.IsEmpty)
        {
            _tables.Add(new TablePlan(work.Facts.Name, protection, gate) { Reasons = [.. reasons], Warnings = warnings });
            return;
        }

        if (work.IsSinglePass)
        {
            AddWrite(work, work.Inserting[0]);
            AddPass(work, []);
        }
        else if (work.IsSingleStatement)
        {
            AddWrite(work, work.Others[0]);
        }
        else
        {
            AddPassAndWrites(work);
        }

        _tables.Add(new TablePlan(work.Facts.Name, protection, gate) { KeyGates = keyGates, Reasons = [.. reasons], Warnings = warnings });
    }

    private void AddPassAndWrites(TableWork work)
    {
        if (work.Leader is not { Inserts: true } && (work.Changes.IsEmpty || work.Changes.Length + work.Needs.Length > 1))
        {
            AddPass(work, work.Changes);
        }

        foreach (var change in work.Changes.OrderByDescending(change => change == work.Leader).Where(change => change.Inserts || change is { Kind: ChangeKind.Update, IsCounter: false }))
        {
            AddWrite(work, change);
        }

        foreach (var change in work.Others.Where(change => change.Kind is ChangeKind.Delete or ChangeKind.Lock || change.IsCounter))
        {
            AddFind(work, change);
            if (change.Kind != ChangeKind.Lock)
            {
                _last.Add(Write(work, change));
            }
        }
    }

    private void AddPass(TableWork work, ImmutableArray<ChangeShape> changes)
    {
        if (changes.IsEmpty && work.Needs.IsEmpty)
        {
            return;
        }

        var mode = changes.Select(change => LockSql.ModeOf(change, work.Facts)).Concat(work.Needs.Select(need => need.Mode)).Max();
        var statement = new Statement();
        var sql = LockSql.Pass(work.Facts, changes, work.Needs, mode, catalog, statement);
        var why = work.Needs.Select(need => need.IsBelow ? $"rows below those deleted from {need.Origin.Map.Table}"
                : need.IsStored ? $"rows that count those of {need.Origin.Map.Table}" : $"rows that {need.Origin.Map.Table} will reference")
            .Concat(changes.Select(change => $"rows to {Verb(change.Kind)}")).Distinct();
        _steps.Add(new PlannedStep
        {
            Kind = StepKind.Lock,
            Sql = sql,
            Purpose = $"{work.Facts.Name}: lock {string.Join(", ", why)}",
            Table = work.Facts.Name,
            Mode = mode,
            Sources = statement.Sources,
        });
    }

    private void AddFind(TableWork work, ChangeShape change) => _steps.Add(catalog.Steps.Of(StepShape.Of(StepKind.LockAndFind, change), () =>
    {
        var statement = new Statement();
        var sql = LockSql.Find(change, work.Facts, statement);
        return new PlannedStep
        {
            Kind = StepKind.LockAndFind,
            Sql = sql,
            Purpose = $"{work.Facts.Name}: lock rows to {Verb(change.Kind)}",
            Table = work.Facts.Name,
            Change = change.Index,
            Mode = LockSql.ModeOf(change, work.Facts),
            Sources = statement.Sources,
        };
    }));

    private void AddWrite(TableWork work, ChangeShape change)
    {
        _steps.Add(IsCopiedStraight(change)
            ? new PlannedStep
            {
                Kind = StepKind.Copy,
                Sql = StageSql.CopyInto(change),
                Purpose = $"{work.Facts.Name}: insert, in key order",
                Table = work.Facts.Name,
                Change = change.Index,
                Mode = RowLock.Update,
            }
            : Write(work, change));
        if (change.Kind is not (ChangeKind.Delete or ChangeKind.Lock) && !change.Map.Parts.ReadBacks.IsEmpty)
        {
            _steps.Add(ReadBack(work, change));
        }
    }

    private PlannedStep ReadBack(TableWork work, ChangeShape change) => catalog.Steps.Of(StepShape.Of(StepKind.ReadBack, change), () =>
    {
        var statement = new Statement();
        var sql = ReadBackSql.Of(change, work.Facts, statement);
        return new PlannedStep
        {
            Kind = StepKind.ReadBack,
            Sql = sql,
            Purpose = $"{work.Facts.Name}: read back",
            Table = work.Facts.Name,
            Change = change.Index,
            Sources = statement.Sources,
        };
    });

    private PlannedStep Write(TableWork work, ChangeShape change) => catalog.Steps.Of(StepShape.Of(StepKind.Write, change), () =>
    {
        var statement = new Statement();
        var sql = WriteSql.Of(change, work.Facts, catalog, statement);
        return new PlannedStep
        {
            Kind = StepKind.Write,
            Sql = sql,
            Purpose = $"{work.Facts.Name}: {(change.IsCounter ? "count" : Verb(change.Kind))}",
            Table = work.Facts.Name,
            Change = change.Index,
            Mode = change.Kind == ChangeKind.Insert ? RowLock.Update : LockSql.ModeOf(change, work.Facts),
            Sources = statement.Sources,
            Followed = change.Followed,
        };
    });

    private PlannedStep Stage(ChangeShape change) => new()
    {
        Kind = StepKind.Stage,
        Sql = $"{StageSql.Create(change, catalog.Find(change.Map.Table))};\n{StageSql.Copy(change)}",
        Purpose = $"{change.Map.Table}: stage rows to {Verb(change.Kind)}",
        Change = change.Index,
    };

    private IEnumerable<PlannedStep> Gates() => _gates.All.IsEmpty
        ? []
        : [new PlannedStep { Kind = StepKind.Gates, Sql = GateSql.Take, Purpose = FormattableString.Invariant($"{_gates.All.Length} gates") }];

    /// <summary>Sorted rows of a large insert need no stage. What the server would have to cast cannot go this way.</summary>
    private bool IsCopiedStraight(ChangeShape change) => change is { Kind: ChangeKind.Insert, IsStaged: true, Keys: not null, IsCounter: false, Followed.IsEmpty: true }
        && change.Map.Mapped.All(column => column.Type != typeof(string) || column.IsCompared
            || catalog.Find(change.Map.Table).FactsOf(column).TypeName is "text" or "varchar" or "bpchar");

    private static string Verb(ChangeKind kind) => kind switch
    {
        ChangeKind.InsertOrIgnore => "insert or ignore",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
