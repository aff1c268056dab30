namespace Lockkeeper.Migrations.Format;

/// <summary>Where an operation and its fields stand in their file. Says nothing about what they mean: any two are equal.</summary>
internal sealed class SourceMap(SourcePosition at, MappingNode fields) : IEquatable<SourceMap>
{
    /// <summary>For operations that were built in code and not read.</summary>
    public static SourceMap None { get; } = new(SourcePosition.Whole("(code)"), new MappingNode(SourcePosition.Whole("(code)"), []));

    /// <summary>Where the operation stands.</summary>
    public SourcePosition At => at;

    /// <summary>Where a field's value stands, by its path of keys; as near to it as the file comes when it is absent.</summary>
    public SourcePosition Of(params ReadOnlySpan<string> path)
    {
        var place = at;
        Node? node = fields;
        foreach (var key in path)
        {
            if ((node as MappingNode)?.Find(key) is not { } entry)
            {
                break;
            }

            (place, node) = (entry.Value.At, entry.Value);
        }

        return place;
    }

    public bool Equals(SourceMap? other) => other is not null;

    public override bool Equals(object? obj) => obj is SourceMap;

    public override int GetHashCode() => 0;
}
