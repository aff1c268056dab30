using System.Collections.Immutable;
using Lockkeeper.Migrations.Planning;

namespace Lockkeeper.Migrations.Format;

/// <summary>The format of migration files, as the code that reads them asks for it.</summary>
public static class MigrationFormat
{
    /// <summary>Every operation and its fields, by name.</summary>
    public static ImmutableArray<OperationFormat> Operations { get; } =
    [
        .. OperationKinds.All
            .Select(kind => new OperationFormat(kind.Name, FieldReader.Describe(kind.Read)))
            .OrderBy(operation => operation.Name, StringComparer.Ordinal),
    ];

    /// <summary>The <c>$id</c> of the JSON schema. Files that it accepts are accepted by every later version of Lockkeeper that has the same.</summary>
    public const string SchemaId = "urn:lockkeeper:migration:1";

    /// <summary>The format as a JSON schema of draft 7, which editors check YAML against as well.</summary>
    /// <remarks>It accepts every file that is read; rules between fields are checked by reading alone.</remarks>
    public static string JsonSchema() => FormatSchema.Of(SchemaId, "Lockkeeper migration", Envelope.Fields, Operations);

    /// <summary>Writes a migration for people: keys in the order in which they are usually written.</summary>
    /// <param name="json">The content as JSON, such as <see cref="Migration.CanonicalJson"/>.</param>
    /// <param name="syntax">What to write it in.</param>
    /// <exception cref="MigrationFormatException">It is not JSON.</exception>
    public static string Write(string json, MigrationSyntax syntax)
    {
        var problems = new FormatProblems();
        var root = MigrationText.Parse(json, "(content)", MigrationSyntax.Json, problems);
        problems.ThrowIfAny();
        return NodeWriter.Write(KeyOrder.Usual(root), syntax);
    }

    /// <summary>Brings a file of an older format up to date. Keys keep their order; comments are lost.</summary>
    /// <param name="text">The content of the file.</param>
    /// <param name="fileName">The file: its extension tells the syntax, which is kept.</param>
    /// <returns>Null when nothing in it is of an older format.</returns>
    /// <exception cref="MigrationFormatException">It is not JSON or YAML at all.</exception>
    public static UpdatedFile? Update(string text, string fileName) => FileUpdate.Of(text, fileName);
}
