using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.BulkWrite.Mapping;

namespace Lockkeeper.BulkWriteTests.Scenarios;

/// <summary>Parents with a second unique index and a number, and children that go with them. Most ways into a deadlock need no more.</summary>
internal static class Family
{
    public const string Sql = """
        CREATE TABLE parents (id bigint PRIMARY KEY, code text UNIQUE, amount bigint NOT NULL DEFAULT 0);
        CREATE TABLE children (id bigint PRIMARY KEY, parent_id bigint REFERENCES parents ON DELETE CASCADE, note text);
        CREATE INDEX ON children (parent_id);
        INSERT INTO parents SELECT g, 'c' || g, 0 FROM generate_series(1, 9) AS g;
        INSERT INTO children SELECT g, g, 'old' FROM generate_series(1, 9) AS g;
        """;

    public static readonly TableMap<Parent> Parents = TableMap.Of<Parent>("public", "parents", t => t.Key(p => p.Id).Column(p => p.Amount, merge: Merge.Add));

    /// <summary>The same table, written with its second unique column.</summary>
    public static readonly TableMap<Parent> Coded = TableMap.Of<Parent>("public", "parents", t => t.Key(p => p.Id).Column(p => p.Code));

    public static readonly TableMap<Child> Children = TableMap.Of<Child>("public", "children", t => t
        .Key(c => c.Id).Column(c => c.ParentId).Column(c => c.Note));

    public static readonly Counter<long> Amount = new("public", "parents", "id", "amount");

    public static IEnumerable<long> Shuffled => [7, 2, 9, 4, 1, 8, 3, 6, 5];

    internal sealed record Parent(long Id, long Amount = 0, string Code = "x");

    internal sealed record Child(long Id, long? ParentId = null, string Note = "new");
}
