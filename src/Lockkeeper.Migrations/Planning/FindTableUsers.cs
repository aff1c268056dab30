using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>What would keep the server from dropping a table. Foreign keys between tables of its schema are left out: the snapshot has them.</summary>
internal sealed record FindTableUsers(TableName Table) : CatalogQuestion<FoundUsers>;
