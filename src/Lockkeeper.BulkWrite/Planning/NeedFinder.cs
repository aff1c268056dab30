using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.BulkWrite.Ordering;
using Lockkeeper.BulkWrite.Reading;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Planning;

/// <summary>Finds the rows that the server will lock by itself when a change is made: through foreign keys, upwards and downwards.</summary>
internal sealed class NeedFinder(Catalog catalog)
{
    public IEnumerable<Need> Of(ChangeShape change) => Counting(change).Concat(change.Kind switch
    {
        ChangeKind.Delete => Below(change, change.Map.Table, []),
        ChangeKind.Lock => [],
        _ => Above(change),
    });

    /// <summary>Whether rows that a change locks anyway include those that are needed, in a lock that is strong enough.</summary>
    public bool IsCovered(Need need, ChangeShape change) =>
        change.Map.Table == need.Table && change.Covers(need.Keys, need.Mode, catalog.Find(need.Table));

    /// <remarks>A foreign key takes FOR KEY SHARE on the row that it references when it is new or changes (manual, 13.3.2).</remarks>
    private IEnumerable<Need> Above(ChangeShape change)
    {
        var given = change.Kind == ChangeKind.Update ? change.Sets.Select(column => column.Name).ToHashSet() : change.Map.Columns.ToHashSet();
        if (change.Map.Parts.ParentsStay && !change.Map.Parts.TriggersUpdateParents)
        {
            yield break;
        }

        foreach (var reference in catalog.From(change.Map.Table).Where(r => r.Columns.All(given.Contains) && !IsCountedAlong(change, r)))
        {
            yield return new Need
            {
                Table = reference.Parent,
                Mode = change.Map.Parts.TriggersUpdateParents ? RowLock.NoKeyUpdate : RowLock.KeyShare,
                Origin = change,
                Path = [reference],
                Keys = KeysOf(change, reference),
            };
        }
    }

    // Rows that keep a number in a column of theirs are updated last, so they are locked for that at their place in the order.
    private IEnumerable<Need> Counting(ChangeShape change)
    {
        foreach (var followed in change.Followed.Where(followed => followed.Counter.Kind == CounterKind.Column))
        {
            if (!change.Inserts)
            {
                yield return NeedOf(followed, isStored: true);
            }

            if (change.Kind != ChangeKind.Delete && change.Map.PlaceOf(followed.Column) >= 0)
            {
                yield return NeedOf(followed, isStored: false);
            }
        }

        Need NeedOf(Followed followed, bool isStored) => new()
        {
            Table = followed.Counter.Table,
            Mode = RowLock.NoKeyUpdate,
            Origin = change,
            Path = [followed.Reference],
            IsStored = isStored,
            Keys = isStored ? null : KeysOf(change, followed.Reference),
        };
    }

    // In the order of the parent's key, so that the bytes of both can be compared.
    private KeySet? KeysOf(ChangeShape change, Reference reference)
    {
        var parent = catalog.Find(reference.Parent);
        var child = catalog.Find(reference.Child);
        if (change.Keys is null || parent.OrderKey.Length != reference.ParentColumns.Length || !parent.OrderKey.All(reference.ParentColumns.Contains))
        {
            return null;
        }

        ImmutableArray<Identifier> columns = [.. parent.OrderKey.Select(key => reference.Columns[reference.ParentColumns.IndexOf(key)])];
        var areAlike = columns.Zip(parent.OrderKey).All(pair => child.KindOf(pair.First) is { } kind && kind == parent.KindOf(pair.Second)
            && change.Map.Mapped[change.Map.PlaceOf(pair.First)].Fits(kind));
        return areAlike ? change.KeysOf(columns).Distinct() : null;
    }

    // The lock for counting is on the same rows, and stronger.
    private static bool IsCountedAlong(ChangeShape change, Reference reference) => change.Followed.Any(followed =>
        followed.Counter.Kind == CounterKind.Column && followed.Counter.Table == reference.Parent
        && reference.Columns is [var column] && column == followed.Column && reference.ParentColumns[0] == followed.Counter.Key);

    /// <remarks>
    /// A cascade locks the children in the order of a scan. Where a child forbids the deletion, the server looks for one with FOR KEY SHARE and waits
    /// for whoever is about to delete it. Each table is visited once on a path: a circle of cascades ends there.
    /// </remarks>
    private IEnumerable<Need> Below(ChangeShape change, TableName parent, ImmutableArray<Reference> path)
    {
        foreach (var reference in catalog.To(parent).Where(r => catalog.Tables.ContainsKey(r.Child) && path.All(p => p.Parent != r.Child && p.Child != r.Child)))
        {
            ImmutableArray<Reference> longer = path.Add(reference);
            var child = catalog.Find(reference.Child);
            yield return new Need
            {
                Table = reference.Child,
                Mode = reference.OnDelete switch
                {
                    'c' => RowLock.Update,
                    'n' or 'd' => reference.Columns.Any(child.IsGuarded) ? RowLock.Update : RowLock.NoKeyUpdate,
                    _ => RowLock.KeyShare,
                },
                Origin = change,
                Path = longer,
                IsBelow = true,
            };

            if (reference.OnDelete == 'c')
            {
                foreach (var further in Below(change, reference.Child, longer))
                {
                    yield return further;
                }
            }
        }
    }
}
