using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.BulkWrite.Ordering;
using Lockkeeper.BulkWrite.Reading;
using Lockkeeper.BulkWrite.Rendering;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Planning;

/// <summary>What planning needs to know of a change.</summary>
internal sealed class ChangeShape
{
    public required int Index { get; init; }

    public required ChangeKind Kind { get; init; }

    public required TableMap Map { get; init; }

    public RowLock Mode { get; init; }

    public bool IsCounter { get; init; }

    /// <summary>How many rows it has; null when they stream.</summary>
    public int? Rows { get; init; }

    /// <summary>Whether its rows go through a temporary table.</summary>
    public bool IsStaged { get; init; }

    /// <summary>The keys in canonical order; null when the rows stream.</summary>
    public KeySet? Keys { get; init; }

    /// <summary>The keys of the rows over other mapped columns.</summary>
    public required Func<ImmutableArray<Identifier>, KeySet> KeysOf { get; init; }

    /// <summary>The counters that follow it.</summary>
    public ImmutableArray<Followed> Followed { get; init; } = [];

    public bool Inserts => Kind is ChangeKind.Insert or ChangeKind.InsertOrIgnore or ChangeKind.Upsert;

    public bool Writes => Kind is not ChangeKind.Lock;

    /// <summary>Whether it locks all rows that another change of the same table needs, strongly enough.</summary>
    public bool Covers(ChangeShape other, TableFacts table) => Covers(other.Keys, LockSql.ModeOf(other, table), table);

    /// <summary>Whether it locks the rows with some keys, strongly enough. A row that it inserts is its own; one that it ignores is not locked.</summary>
    public bool Covers(KeySet? keys, RowLock mode, TableFacts table) => keys is not null && Keys is not null && Kind != ChangeKind.InsertOrIgnore
        && (Kind == ChangeKind.Insert || LockSql.ModeOf(this, table) >= mode) && keys.IsWithin(Keys);

    /// <summary>The columns that its statement writes into rows that are there.</summary>
    public IEnumerable<MappedColumn> Sets => Kind is ChangeKind.Upsert or ChangeKind.Update ? Map.Written : [];
}
