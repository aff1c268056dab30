using Lockkeeper.BulkWrite.Ordering;
using Lockkeeper.Model.Naming;

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

    /// <summary>Text is sent as text and cast by the server, so that enumerations, jsonb and types of extensions need no plugin.</summary>
    public string SentAs(string typeName) => Type == typeof(string) ? "text" : typeName;

    public bool Fits(KeyKind kind) => KeyEncoding.Fits(Type, kind);
}
