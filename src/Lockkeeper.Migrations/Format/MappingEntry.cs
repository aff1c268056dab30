namespace Lockkeeper.Migrations.Format;

/// <summary>One key of a mapping, where the key stands, and its value.</summary>
internal sealed record MappingEntry(string Key, SourcePosition KeyAt, Node Value);
