using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;
using Lockkeeper.Server.Compiling;

namespace Lockkeeper.Migrations.Planning;

/// <summary>The statements that build an index while writers go on, on a plain table in one and on a partitioned one partition by partition.</summary>
/// <remarks>
/// A partitioned table takes no CONCURRENTLY. So (manual, 5.12.2.2, partition maintenance):
/// 1. an index without parts is made on each partitioned table, which is invalid and reads no row;
/// 2. each partition's part is built concurrently;
/// 3. the parts are attached, the lowest first; the last one makes the whole valid.
/// A partition that somebody adds after 1 gets its part by itself; one that is added before 1 and after planning is seen by a check at the end.
/// </remarks>
internal sealed class IndexBuild(PlanningContext context, TableSnapshot table, Identifier name, bool unique, RewrittenDefinition index)
{
    private const string Purpose = "built while writers go on";

    private readonly Dictionary<TableName, TableName> _parts = [];

    /// <summary>Where the index is named, for refusals.</summary>
    public required SourcePosition At { get; init; }

    /// <summary>The index's name in the end, after which its parts are called.</summary>
    public required Identifier Final { get; init; }

    private TableName Stored => context.Stored(table);

    public ImmutableArray<Step> Steps() => table.IsPartitioned ? PartByPart() : [Build(Stored, name)];

    private ImmutableArray<Step> PartByPart()
    {
        var partitions = context.Ask(new FindPartitions(Stored) { At = At, What = "table" }).All;
        if (unique && partitions.FirstOrDefault(p => p.IsForeign) is { } foreign)
        {
            throw Refusals.NotSupported(
                At, $"Partition {foreign.Name} of table {table.Name} is a foreign table, and nobody here can keep its keys unique.",
                "Detach it, or make the index not unique.");
        }

        RefuseWithoutPartitionKey();
        var own = partitions.Where(p => !p.IsForeign).ToImmutableArray();
        foreach (var partition in own)
        {
            _parts.Add(partition.Name, FreeNames.IndexPart(context, Final, partition.Name, At));
        }

        return
        [
            .. own.Where(p => p.IsPartitioned).Reverse().Select(p => Hollow(p.Name, _parts[p.Name].Name)),
            Hollow(Stored, name),
            .. own.Where(p => !p.IsPartitioned).Select(p => Build(p.Name, _parts[p.Name].Name)),
            .. own.Reverse().Select(Attach),
            Check(),
        ];
    }

    // The server refuses such an index when it is made, and by then tables are extended and filled.
    private void RefuseWithoutPartitionKey()
    {
        if (!unique)
        {
            return;
        }

        var key = context.Ask(new FindPartitionKey(Stored) { At = At, What = "table" });
        if (key.HasExpressions)
        {
            throw Refusals.NotSupported(
                At, $"Rows of table {table.Name} are distributed by an expression, and so it can have no unique index.", "Make the index not unique.");
        }

        ImmutableArray<Identifier> missing = [.. key.Columns.Where(column => !index.KeyColumns.Contains(column))];
        if (!missing.IsEmpty)
        {
            throw IndexRefusals.WithoutPartitionKey(At, table.Name, missing);
        }
    }

    private Step Build(TableName on, Identifier built) =>
        Ddl.CreateIndexConcurrently(on, built, unique, index.Definition, Purpose) with
        {
            Undo = Ddl.DropIndexConcurrently(on, on with { Name = built }, $"take back index {built}"),
        };

    // Undone in reverse, so the highest goes first, and what is attached to it goes along.
    private Step Hollow(TableName on, Identifier hollow) => new(
        $"CREATE {(unique ? "UNIQUE " : "")}INDEX IF NOT EXISTS {hollow} ON ONLY {on} {index.Definition}",
        CommandLocks.CreateIndex.On(on),
        "an index without parts; no row is read")
    {
        Undo = new Step($"DROP INDEX IF EXISTS {on with { Name = hollow }}", CommandLocks.DropIndex.On(on), $"take back index {hollow} with the parts attached to it"),
    };

    private Step Attach(FoundPartition partition) => new(
        $"ALTER INDEX {IndexOf(partition.Parent)} ATTACH PARTITION {IndexOf(partition.Name)}",
        [.. CommandLocks.AttachIndex.On(partition.Parent), .. CommandLocks.AttachIndex.On(partition.Name)],
        "one part more of the whole");

    private Step Check() => new(
        $"""
        DO $lockkeeper$
        BEGIN
            IF NOT (SELECT i.indisvalid FROM pg_catalog.pg_index i WHERE i.indexrelid = {new Literal(IndexOf(Stored).ToString())}::pg_catalog.regclass) THEN
                RAISE EXCEPTION 'a partition was added after planning and has no part of the index';
            END IF;
        END
        $lockkeeper$
        """,
        [],
        "every partition has its part");

    private TableName IndexOf(TableName on) => on == Stored ? on with { Name = name } : _parts[on];
}
