using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Format;

/// <summary>Reads a migration: the text, the envelope, and each operation by the function of its name.</summary>
internal static class MigrationReader
{
    /// <summary>Reads a file's text and binds its operations; all that is wrong is reported together.</summary>
    /// <param name="text">The text of the file.</param>
    /// <param name="fileName">The file's path, whose extension tells the syntax and which messages repeat.</param>
    /// <param name="operations">For each operation's name, the function that reads its fields.</param>
    /// <exception cref="MigrationFormatException">Something is wrong; nothing was run.</exception>
    public static (MigrationDocument Document, ImmutableArray<T> Operations) Read<T>(
        string text, string fileName, IReadOnlyDictionary<string, Func<FieldReader, T>> operations) =>
        Read(text, fileName, MigrationFileName.SyntaxOf(fileName), operations);

    /// <summary>Reads back canonical JSON; the file's name, of any syntax, tells the migration's.</summary>
    public static (MigrationDocument Document, ImmutableArray<T> Operations) ReadCanonical<T>(
        string canonicalJson, string fileName, IReadOnlyDictionary<string, Func<FieldReader, T>> operations) =>
        Read(canonicalJson, fileName, MigrationSyntax.Json, operations);

    /// <summary>Reads the envelope alone: what each operation's fields are is not looked at.</summary>
    public static MigrationDocument ReadDocument(
        string text, string fileName, IReadOnlyCollection<string> operationNames)
    {
        var problems = new FormatProblems();
        var draft = ReadDraft(text, fileName, MigrationFileName.SyntaxOf(fileName), operationNames, problems);
        problems.ThrowIfAny();
        return draft.ToDocument();
    }

    /// <summary>What is wrong with a tree that is no text yet.</summary>
    public static ImmutableArray<FormatProblem> ProblemsOf<T>(
        Node root, string fileName, IReadOnlyDictionary<string, Func<FieldReader, T>> operations)
    {
        var problems = new FormatProblems();
        var draft = new Envelope([.. operations.Keys], problems).Read(MigrationFileName.NameOf(fileName), fileName, root);
        foreach (var operation in draft.Operations)
        {
            FieldReader.Read(operation.Body, operation.At, operation.Kind, problems, operations[operation.Kind]);
        }

        return problems.InOrder();
    }

    private static (MigrationDocument Document, ImmutableArray<T> Operations) Read<T>(
        string text, string fileName, MigrationSyntax syntax,
        IReadOnlyDictionary<string, Func<FieldReader, T>> operations)
    {
        var problems = new FormatProblems();
        var draft = ReadDraft(text, fileName, syntax, [.. operations.Keys], problems);
        var bound = draft.Operations
            .Select(o => FieldReader.Read(o.Body, o.At, o.Kind, problems, operations[o.Kind]))
            .ToImmutableArray();
        problems.ThrowIfAny();
        return (draft.ToDocument(), bound);
    }

    private static MigrationDraft ReadDraft(
        string text, string fileName, MigrationSyntax syntax,
        IReadOnlyCollection<string> operationNames, FormatProblems problems)
    {
        var name = MigrationFileName.NameOf(fileName);
        var root = MigrationText.Parse(text, fileName, syntax, problems);
        return new Envelope(operationNames, problems).Read(name, fileName, root);
    }
}
