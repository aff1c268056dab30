namespace Lockkeeper.Migrations.Format;

/// <summary>One operation of a file before its fields are read: its name, where that stands, and the fields.</summary>
internal sealed record OperationNode(string Kind, SourcePosition At, MappingNode Body);
