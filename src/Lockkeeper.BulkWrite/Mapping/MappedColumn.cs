using Lockkeeper.BulkWrite.Ordering;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.BulkWrite.Mapping;

/// <summary>A column that a map reads out of its rows.</summary>
internal abstract class MappedColumn(Identifier name, Merge merge)
{
    public Identifier Name => name;

    public Merge Merge => merge;

    /// <summary>The type of the values that are sent.</summary>
    public abstract Type Type { get; }

    /// <summary>Whether the value is drawn from the column's sequence where the row has none.</summary>
    public virtual bool IsDrawn => false;

    /// <summary>The column of the table, where it is not called like the value that is sent.</summary>
    public virtual Identifier Target => Name;

    /// <summary>Whether it is compared with what is there and never written.</summary>
    public virtual bool IsCompared => false;

    /// <summary>Whether it counts how often its row was written: compared with what is there, and one more afterwards.</summary>
    public virtual bool IsVersion => false;

    /// <summary>Text is sent as text and cast by the server, so that enumerations, jsonb and types of extensions need no plugin.</summary>
    public string SentAs(string typeName) => Type == typeof(string) ? "text" : typeName;

    /// <summary>No values, of the type that would be sent.</summary>
    public abstract NpgsqlParameter Empty(string typeName);

    public bool Fits(KeyKind kind) => KeyEncoding.Fits(Type, kind);
}
