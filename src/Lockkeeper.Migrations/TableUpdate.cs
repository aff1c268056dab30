using System.Collections.Immutable;
using Lockkeeper.Backfill;
using Lockkeeper.Migrations.TableUpdates;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.Migrations;

/// <summary>An UPDATE of many rows of a live table, as a file describes it: run in short transactions, and steered, like any backfill.</summary>
public sealed class TableUpdate
{
    private TableUpdate(string name, TableUpdateFields fields) => (Name, Fields) = (name, fields);

    /// <summary>The file's name without its extension.</summary>
    public string Name { get; }

    /// <summary>The name under which it is recorded, and steered.</summary>
    public string JobName => $"update/{Name}";

    /// <summary>The table; its schema is that of whoever runs it.</summary>
    public Identifier Table => Fields.Table;

    internal TableUpdateFields Fields { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file: .json, .yaml or .yml.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="MigrationFormatException">It cannot be read; every problem is listed with its line and column.</exception>
    public static async Task<TableUpdate> LoadAsync(string path, CancellationToken cancellationToken = default) =>
        Parse(await MigrationFile.ReadTextAsync(path, cancellationToken).ConfigureAwait(false), path);

    /// <summary>Reads a backfill from text.</summary>
    /// <param name="text">The content.</param>
    /// <param name="fileName">The name of its file: the extension tells the syntax, the rest is the backfill's name.</param>
    /// <exception cref="MigrationFormatException">It cannot be read; every problem is listed with its line and column.</exception>
    public static TableUpdate Parse(string text, string fileName)
    {
        var problems = new FormatProblems();
        var name = MigrationFileName.NameOf(fileName);
        var root = MigrationText.Parse(text, fileName, MigrationFileName.SyntaxOf(fileName), problems);
        var fields = TableUpdateFields.ReadRoot(root, problems);
        problems.ThrowIfAny();
        return new TableUpdate(name, fields);
    }

    /// <summary>The format as a JSON schema of draft 7.</summary>
    public static string JsonSchema() => FormatSchema.Of("urn:lockkeeper:backfill:1", "Lockkeeper backfill", FieldReader.Describe(TableUpdateFields.Read), []);

    /// <summary>Has the server compile the expressions, and makes the job of them. Changes nothing.</summary>
    /// <param name="dataSource">The database.</param>
    /// <param name="schema">The schema of the table, in which other names of the expressions are looked up as well.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="InvalidMigrationException">There is no such table or column (LK2026), or the server refuses an expression (LK2025).</exception>
    public Task<BackfillJob> ToJobAsync(NpgsqlDataSource dataSource, Identifier schema, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        return new TableUpdateCompiler(this, schema).CompileAsync(dataSource, cancellationToken);
    }

    /// <summary>The columns that are set, in the order of their names.</summary>
    public ImmutableArray<string> Columns => [.. Fields.Set.Keys];
}
