namespace Lockkeeper.Cli.Output.Json.Tracing;

/// <summary>Rows that were locked, as strongly as the clause of SELECT that would lock them so.</summary>
internal sealed record RowsOutput(string Schema, string Table, string Strength, bool Changed, long Rows);
