using System.Globalization;

namespace Lockkeeper.Migrations.Format;

/// <summary>A place in a migration file.</summary>
/// <param name="File">The file, as the caller named it.</param>
/// <param name="Line">The line, from 1; 0 when the file as a whole is meant.</param>
/// <param name="Column">The column, from 1, in characters (a surrogate pair is one); 0 with line 0.</param>
public readonly record struct SourcePosition(string File, int Line, int Column)
{
    /// <summary>The file as a whole, for what has no line: it cannot be opened, or its name is wrong.</summary>
    /// <param name="file">The file, as the caller named it.</param>
    public static SourcePosition Whole(string file) => new(file, 0, 0);

    /// <summary>The form that editors and terminals turn into a link: <c>file.yaml:12:7</c>.</summary>
    public override string ToString() =>
        Line == 0 ? File : string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}");
}
