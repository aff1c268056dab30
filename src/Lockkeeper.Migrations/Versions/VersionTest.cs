using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Versions;

/// <summary>How a trigger tells which version of the schema the writing client speaks.</summary>
/// <remarks>
/// The setting <c>lockkeeper.version</c> decides when it is set; it holds the version's name or its schema's. Otherwise the schema decides
/// in which the client's unqualified names are looked up first: <c>current_schema()</c>, which skips what does not exist, so that
/// <c>"public_02_x"</c>, <c>public_02_x, public</c> and <c>"$user", public_02_x</c> all count, as the text of search_path would not.
/// The test stands in the trigger's WHEN clause: where it says no, no function is called (manual, CREATE TRIGGER).
/// </remarks>
internal static class VersionTest
{
    /// <summary>The setting by which a client tells its version.</summary>
    public const string Setting = "lockkeeper.version";

    /// <summary>The value by which the backfill says that it computes the columns itself. No version can have the name.</summary>
    public const string Backfill = "(backfill)";

    /// <summary>True for writes of every version but the new one.</summary>
    public static string IsOld(Identifier versionSchema, string version) => Test(
        versionSchema, version, $"pg_catalog.current_schema() IS DISTINCT FROM {new Literal(versionSchema.Value)}", isNew: "false", other: "true");

    /// <summary>True for writes of the new version.</summary>
    public static string IsNew(Identifier versionSchema, string version) => Test(
        versionSchema, version, $"pg_catalog.current_schema() IS NOT DISTINCT FROM {new Literal(versionSchema.Value)}", isNew: "true", other: "false");

    private static string Test(Identifier versionSchema, string version, string byPath, string isNew, string other) => $"""
        CASE COALESCE(pg_catalog.current_setting({new Literal(Setting)}, true), '')
            WHEN '' THEN {byPath}
            WHEN {new Literal(version)} THEN {isNew}
            WHEN {new Literal(versionSchema.Value)} THEN {isNew}
            WHEN {new Literal(Backfill)} THEN false
            ELSE {other}
        END
        """;
}
