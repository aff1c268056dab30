namespace Lockkeeper.TestKit.Migrations.Clients;

/// <summary>A migration, and what clients of either version write while it is on its way.</summary>
/// <param name="Old">The table as the old version shows it.</param>
/// <param name="New">The table as the new version shows it.</param>
/// <param name="Operations">The operations, each in YAML's flow style.</param>
public sealed record ClientCase(ClientTable Old, ClientTable New, params IReadOnlyList<string> Operations)
{
    public const int Rows = 300;

    /// <summary>Rows have the keys 0 to 299, and each holds its key as the number in every column.</summary>
    public string Setup { get; init; } = "";

    /// <summary>Whether writes of the old version are right for the final tables too, so that clients may go on with them beyond completion.</summary>
    public bool OldWritesOutliveCompletion { get; init; }

    public string Yaml => $"operations:\n{string.Concat(Operations.Select(operation => $"  - {operation}\n"))}";
}
