using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Planning;

namespace Lockkeeper.Migrations;

/// <summary>A migration as its file describes it. Data only: reading one touches no server.</summary>
public sealed class Migration
{
    internal static readonly Dictionary<string, Func<FieldReader, Operation>> Kinds =
        OperationKinds.All.ToDictionary(kind => kind.Name, kind => kind.Read, StringComparer.Ordinal);

    private Migration(MigrationDocument document, ImmutableArray<Operation> operations)
    {
        Document = document;
        Operations = operations;
    }

    /// <summary>The file's name without its extension.</summary>
    public string Name => Document.Name;

    /// <summary>The file, as it was named to whoever read it.</summary>
    public string FileName => Document.FileName;

    /// <summary>What names the version: <c>version_schema</c> of the file if it has one, else the migration's name.</summary>
    public string Version => string.IsNullOrEmpty(Document.VersionSchema) ? Name : Document.VersionSchema;

    /// <summary>Whether it makes a whole schema, and stands for all files before it where there is no history yet; elsewhere it is passed over.</summary>
    public bool IsBaseline => Document.IsBaseline;

    /// <summary>SHA-256 of the content; comments, layout and the choice between YAML and JSON do not change it.</summary>
    public string Checksum => Document.Checksum;

    /// <summary>The content as JSON, whatever it was written as.</summary>
    public string CanonicalJson => Document.CanonicalJson;

    internal MigrationDocument Document { get; }

    internal ImmutableArray<Operation> Operations { get; }

    /// <summary>Reads a migration file.</summary>
    /// <param name="path">The file: .json, .yaml or .yml.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="MigrationFormatException">It cannot be read; every problem is listed with its line and column.</exception>
    public static async Task<Migration> LoadAsync(string path, CancellationToken cancellationToken = default) =>
        Parse(await MigrationFile.ReadTextAsync(path, cancellationToken).ConfigureAwait(false), path);

    /// <summary>Reads a migration from text.</summary>
    /// <param name="text">The content.</param>
    /// <param name="fileName">The name of its file: the extension tells the syntax, the rest is the migration's name.</param>
    /// <exception cref="MigrationFormatException">It cannot be read; every problem is listed with its line and column.</exception>
    public static Migration Parse(string text, string fileName)
    {
        var (document, operations) = MigrationReader.Read(text, fileName, Kinds);
        return new Migration(document, operations);
    }

    /// <summary>The migration files of a folder, in the order in which they are applied.</summary>
    /// <param name="folder">The folder; folders in it are not looked into.</param>
    /// <exception cref="MigrationFormatException">The folder cannot be read, or two files have one migration's name.</exception>
    public static ImmutableArray<string> FilesIn(string folder) => [.. MigrationFolder.List(folder).Select(file => file.Path)];
}
