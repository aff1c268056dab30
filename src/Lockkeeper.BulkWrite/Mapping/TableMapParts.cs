using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Mapping;

/// <summary>What a map declares apart from its columns.</summary>
internal sealed class TableMapParts
{
    public ImmutableArray<Identifier> Key { get; init; } = [];

    /// <summary>Columns that are given when a row is inserted and left alone afterwards.</summary>
    public ImmutableArray<Identifier> OnInsertOnly { get; init; } = [];

    /// <summary>Columns that are put into the rows after they were written.</summary>
    public ImmutableArray<Identifier> ReadBacks { get; init; } = [];

    /// <summary>Whether some of them tell what the caller knows of a row.</summary>
    public bool HasTokens { get; init; }

    public DuplicateRule Duplicates { get; init; }

    /// <summary>When a row that is there is written over: SQL over {old} and {new}.</summary>
    public string? Condition { get; init; }

    /// <summary>Whether all writers take a gate for each key, so that units may mix inserts with other changes and still run side by side.</summary>
    public bool KeyGates { get; init; }

    /// <summary>Whether triggers of the table update the rows that it references.</summary>
    public bool TriggersUpdateParents { get; init; }

    /// <summary>Whether rows that the table references are never deleted and never change their keys.</summary>
    public bool ParentsStay { get; init; }
}
