using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>How much a table holds; nothing when it is not there yet.</summary>
internal sealed record MeasureTable(TableName Table) : Question<TableSize>;
