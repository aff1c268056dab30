using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>The schema is read once more, because the user's statements changed it, and the version's views are made of what is there.</summary>
/// <param name="Title">What it does, in a few words.</param>
/// <param name="VersionSchema">The schema of the views.</param>
public sealed record VersionStage(string Title, Identifier VersionSchema) : Stage(Title)
{
    /// <summary>The version before, in whose order columns are shown; null when there is none.</summary>
    public Identifier? PreviousVersion { get; init; }
}
