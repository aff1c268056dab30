using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Planning;

namespace Lockkeeper.Migrations;

/// <summary>A migration as its file describes it. Data only: reading one touches no server.</summary>
public sealed class Migration
{
    internal static readonly Dictionary<string, Func<FieldReader, Operation>> Kinds =
        OperationKinds.All.ToDictionary(kind => kind.Name, kind => kind.Read, StringComparer.Ordinal);

    private readonly ImmutableArray<Migration> _squashed;

    private Migration(MigrationDocument document, ImmutableArray<Operation> operations, ImmutableArray<Migration> squashed)
    {
        Document = document;
        Operations = operations;
        _squashed = squashed;
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

    /// <summary>The migrations that it was squashed from, in order; itself alone where it is one.</summary>
    public ImmutableArray<Migration> Parts => _squashed.IsEmpty ? [this] : _squashed;

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
        return new Migration(document, operations, []);
    }

    /// <summary>Several migrations as one: one start and one completion for all of them, so that clients of the version before survive each.</summary>
    /// <param name="migrations">At least one, in the order in which they would be applied.</param>
    /// <remarks>
    /// The version is that of the last, and bears its name; those before it get no schema of their own. The history keeps a row for each. What one of
    /// them does only with its completion is not there for those behind it: planning says where that matters, before anything is run.
    /// </remarks>
    public static Migration Squash(params ImmutableArray<Migration> migrations)
    {
        ArgumentOutOfRangeException.ThrowIfZero(migrations.Length, nameof(migrations));
        ImmutableArray<Migration> parts = [.. migrations.SelectMany(migration => migration.Parts)];
        return parts is [var only] ? only : new Migration(parts[^1].Document, [.. parts.SelectMany(part => part.Operations)], parts);
    }

    /// <summary>The migration files of a folder, in the order in which they are applied.</summary>
    /// <param name="folder">The folder; folders in it are not looked into.</param>
    /// <exception cref="MigrationFormatException">The folder cannot be read, or two files have one migration's name.</exception>
    public static ImmutableArray<string> FilesIn(string folder) => [.. MigrationFolder.List(folder).Select(file => file.Path)];
}
