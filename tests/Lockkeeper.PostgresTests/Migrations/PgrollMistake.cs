namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>A migration that pgroll refuses, and the code with which it is refused here.</summary>
/// <param name="Error">pgroll's error, as the page calls it.</param>
/// <param name="Code">Ours.</param>
/// <param name="Operations">The operations, in YAML's flow style.</param>
internal sealed record PgrollMistake(string Error, string Code, params IReadOnlyList<string> Operations)
{
    public string Yaml => Operations.Count == 0 ? "operations: []" : "operations:\n" + string.Concat(Operations.Select(o => $"  - {o}\n"));
}
