using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>What needs an index besides queries.</summary>
internal sealed record FindIndexUsers(TableName Index) : CatalogQuestion<FoundUsers>;
