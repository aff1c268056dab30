using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning.Dependents;

/// <summary>What another schema holds.</summary>
internal sealed record ReadSchema(Identifier Schema) : Question<SchemaSnapshot>;
