using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>What the server would not do without a key for, besides foreign keys: views that group by it, and routines that do.</summary>
internal sealed record FindConstraintUsers(TableName Table, Identifier Constraint) : CatalogQuestion<FoundUsers>;
