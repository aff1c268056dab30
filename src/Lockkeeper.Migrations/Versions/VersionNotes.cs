using System.Collections.Immutable;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;

namespace Lockkeeper.Migrations.Versions;

/// <summary>What somebody should know about the views of a version, in sentences.</summary>
internal static class VersionNotes
{
    public static ImmutableArray<string> Of(SchemaSnapshot shown, MigrationFacts facts)
    {
        if (!facts.UseVersionSchemas || facts.MajorVersion >= VersionViews.FirstWithSecurityInvoker)
        {
            return [];
        }

        var secured = shown.Tables.Values.Where(table => table.HasRowSecurity).Select(table => table.Name.ToString()).ToList();
        return secured.Count == 0
            ? []
            :
            [
                $"Row security of {string.Join(", ", secured)}: on PostgreSQL {facts.MajorVersion} a view reads and writes its table as the view's owner, the role that runs "
                + $"this migration, so a client of the new version meets that role's policies, or none, and not its own. From {VersionViews.FirstWithSecurityInvoker} on, the "
                + "policies are those of the client.",
            ];
    }
}
