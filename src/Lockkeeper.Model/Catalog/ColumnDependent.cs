using Lockkeeper.Model.Naming;

namespace Lockkeeper.Model.Catalog;

/// <summary>Something outside the table's own constraints and indexes that uses a column.</summary>
/// <param name="Column">The column, by its name in the table.</param>
/// <param name="Kind">What it is, in PostgreSQL's words: view, policy, trigger, foreign key, generated column, statistics, publication.</param>
/// <param name="Name">Its name, for people.</param>
/// <param name="Schema">The schema that it lives in, where it has one.</param>
public sealed record ColumnDependent(Identifier Column, string Kind, string Name, Identifier? Schema);
