using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.BulkWrite.Reading;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Planning;

/// <summary>All that a unit does with one table, sorted by what it means for locks.</summary>
internal sealed class TableWork(TableFacts facts, ImmutableArray<ChangeShape> changes, ImmutableArray<Need> needs, bool isAlone)
{
    public TableFacts Facts => facts;

    public ImmutableArray<ChangeShape> Changes => changes;

    /// <summary>What no change of the table covers.</summary>
    public ImmutableArray<Need> Needs => needs;

    public ImmutableArray<ChangeShape> Inserting { get; } = [.. changes.Where(change => change.Inserts)];

    public ImmutableArray<ChangeShape> Others { get; } = [.. changes.Where(change => !change.Inserts)];

    /// <summary>
    /// The change that locks all rows that the others need, when there is one: it goes first, and the others find their rows held. Two counters of
    /// the same rows are the usual case, and rows that are inserted and counted in one unit.
    /// </summary>
    public ChangeShape? Leader { get; } = needs.IsEmpty ? LeaderOf(changes, facts) : null;

    /// <summary>How many different sets of rows are locked.</summary>
    public int Passes => Leader is not null ? 1 : changes.Length + needs.Length;

    /// <summary>
    /// Whether one inserting statement is all that there is. Rows that are only referenced may be locked after it: what was inserted is invisible to
    /// whoever deletes, so nobody who holds those rows can wait for it. An upsert also locks rows that are visible; then one pass has to take both.
    /// </summary>
    public bool IsSinglePass => Inserting.Length == 1 && Others.IsEmpty
        && (Needs.IsEmpty || (Inserting[0].Kind != ChangeKind.Upsert && Needs.All(need => need.Mode == RowLock.KeyShare && !need.IsBelow)));

    /// <summary>Whether one statement can lock and write; a deletion in a unit of several tables comes last, and so does a counter.</summary>
    public bool IsSingleStatement => Inserting.IsEmpty && Passes == 1 && Others.Length == 1
        && Others[0] is { Kind: ChangeKind.Update, IsCounter: false } or { Kind: ChangeKind.Delete } && (isAlone || Others[0].Kind == ChangeKind.Update);

    /// <summary>Unique keys that rows of the inserting changes, or updates of them, give values to, other than the one that is declared.</summary>
    public ImmutableArray<UniqueKey> OtherKeys { get; } =
    [
        .. facts.UniqueKeys.Where(key => !key.Has(changes.IsEmpty ? [] : changes[0].Map.Key) && changes.Any(change => Gives(change, key, facts))),
    ];

    /// <summary>Whether writers of the table take a gate for each key.</summary>
    public bool IsKeyGated => changes.Any(change => change.Map.Parts.KeyGates) || !OtherKeys.IsEmpty;

    public bool NeedsKeyGates => IsKeyGated && changes.Any(change => change.Writes)
        && (!Inserting.IsEmpty || Passes > 1 || !OtherKeys.IsEmpty || IsReadBefore);

    /// <summary>
    /// Whether its rows are read before they are locked, to learn which rows count them: those are locked first. Nobody may move a row in between, and that may be
    /// long, for the locks are waited for.
    /// </summary>
    public bool IsReadBefore { get; } = changes.Any(change => !change.Inserts && change.Followed.Any(followed => followed.Counter.Kind == CounterKind.Column));

    /// <summary>Whether deltas of a counter are all that is written: nobody waits for a row of them, and nobody has their table alone.</summary>
    public bool IsOnlyDeltas => !changes.IsEmpty && changes.All(change => change is { IsCounter: true, Kind: ChangeKind.Insert });

    private static ChangeShape? LeaderOf(ImmutableArray<ChangeShape> changes, TableFacts facts)
    {
        // A unit that locks first and inserts then is not led: what somebody else inserts in between is met out of order.
        var inserting = changes.Count(change => change.Inserts);
        return inserting > 1 ? null : changes.FirstOrDefault(
            leader => leader.Inserts == (inserting == 1) && changes.All(change => change == leader || leader.Covers(change, facts)));
    }

    // A unique index none of whose columns is given takes its values from defaults, and one with a number from a sequence among them is unique by that: such
    // values meet nobody's.
    private static bool Gives(ChangeShape change, UniqueKey key, TableFacts facts)
    {
        var given = change.Inserts ? change.Map.Columns : [.. change.Sets.Select(column => column.Name)];
        var isNumbered = change.Inserts && key.IsPlain && key.Columns.Any(column => !given.Contains(column) && facts.Columns[column].Sequence is not null);
        return (change.Inserts && key.Columns.IsEmpty) || (!isNumbered && key.Columns.Any(given.Contains<Identifier>));
    }
}
