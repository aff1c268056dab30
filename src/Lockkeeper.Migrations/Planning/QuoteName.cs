using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>How the server writes a qualified name: with quotes only where it needs them.</summary>
internal sealed record QuoteName(TableName Name) : Question<QuotedName>;
