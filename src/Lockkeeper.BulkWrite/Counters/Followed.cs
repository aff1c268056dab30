using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.BulkWrite.Reading;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Counters;

/// <summary>A counter that follows what units do to the rows of a table.</summary>
internal sealed record Followed(Counter Counter, CounterTruth Truth)
{
    public TableName Table { get; } = new(new Identifier(Truth.Schema), new Identifier(Truth.Table));

    public Identifier Column { get; } = new(Truth.Column);

    /// <summary>The way from the rows that are counted to those that count; there need be no foreign key.</summary>
    public Reference Reference => new()
    {
        Name = Column,
        Child = Table,
        Columns = [Column],
        Parent = Counter.Table,
        ParentColumns = [Counter.Key],
    };

    /// <summary>Whether a change may alter what is counted.</summary>
    public bool Concerns(ChangeKind kind, TableMap map) => map.Table == Table && kind switch
    {
        ChangeKind.Lock => false,
        ChangeKind.Update => Alters(map),
        _ => true,
    };

    /// <summary>Whether writing over a row that is there may: it moves to another one that counts, or counts for more or less.</summary>
    public bool Alters(TableMap map) => map.Written.Any(column => column.Name == Column || !Truth.IsPlain);
}
