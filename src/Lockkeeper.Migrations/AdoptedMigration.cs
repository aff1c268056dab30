using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations;

/// <summary>A migration that was taken over from pgroll.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What pgroll says of it: <c>pgroll</c>, <c>inferred</c> or <c>baseline</c>.</param>
/// <param name="VersionSchema">The schema of its views, where that is still there.</param>
public sealed record AdoptedMigration(string Name, string Kind, Identifier? VersionSchema)
{
    /// <summary>Whether it only marks where a history begins.</summary>
    public bool IsBaseline => Kind == "baseline";

    /// <summary>Whether pgroll wrote it down because somebody changed the schema by hand; there is no file of it.</summary>
    public bool IsInferred => Kind == "inferred";
}
