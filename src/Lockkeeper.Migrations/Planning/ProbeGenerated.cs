using Lockkeeper.Model.Catalog;
using Lockkeeper.Server.Compiling;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Whether the server takes a generated column, and how it prints its expression over the stored names.</summary>
internal sealed record ProbeGenerated(TableSnapshot Row, string Type, string Expression, bool Stored) : Question<RewrittenDefinition>;
