using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>The NOT NULL constraints of a table; from PostgreSQL 18 on they have names.</summary>
internal sealed record FindNotNulls(TableName Table) : Question<FoundNotNulls>;
