namespace Lockkeeper.Cli.Output.Json.Tracing;

/// <summary>Rows that were locked, in the words of <c>pgrowlocks</c>.</summary>
internal sealed record RowsOutput(string Schema, string Table, string Strength, long Rows);
