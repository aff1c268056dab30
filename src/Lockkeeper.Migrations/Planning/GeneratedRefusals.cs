using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Why a generated column is refused.</summary>
internal static class GeneratedRefusals
{
    public static InvalidMigrationException Rewrites(SourcePosition at, Identifier column, Identifier table, bool hasVirtual) => new(
        "LK1174", at,
        $"The values of the generated column {column} would be stored, and adding it would write every row of {table} again under a lock that stops all clients.",
        hasVirtual
            ? "Set \"stored\": false, and the values are computed when they are read; or add a plain column with \"up\", and a trigger of your own that keeps it."
            : "Add a plain column with \"up\", and a trigger of your own that keeps it; or index the expression.");
}
