using System.Globalization;
using System.Text;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>The names that PostgreSQL itself gives to what belongs to a table, so that ours are the ones that people expect.</summary>
internal static class OwnedNames
{
    /// <param name="table">The table.</param>
    /// <param name="number">How many names before this one are taken.</param>
    public static Identifier PrimaryKey(Identifier table, int number = 0) => Made(table.Value, null, Numbered("pkey", number));

    /// <param name="table">The table.</param>
    /// <param name="column">The column.</param>
    /// <param name="number">How many names before this one are taken.</param>
    public static Identifier UniqueConstraint(Identifier table, Identifier column, int number = 0) =>
        Made(table.Value, column.Value, Numbered("key", number));

    /// <param name="table">The table.</param>
    /// <param name="column">The column.</param>
    /// <param name="number">How many names before this one are taken.</param>
    public static Identifier Sequence(Identifier table, Identifier column, int number = 0) =>
        Made(table.Value, column.Value, Numbered("seq", number));

    /// <summary>A partition's part of an index. The server would make another name; this one says what it is a part of.</summary>
    public static Identifier IndexPart(Identifier index, Identifier partition, int number = 0) => number == 0
        ? DerivedName.Of(index.Value, partition.Value)
        : DerivedName.Of(index.Value, partition.Value, number.ToString(CultureInfo.InvariantCulture));

    /// <param name="table">The table.</param>
    /// <param name="column">The column.</param>
    /// <param name="number">How many such names are taken already (ChooseConstraintName in pg_constraint.c).</param>
    public static Identifier NotNull(Identifier table, Identifier column, int number = 0) =>
        Made(table.Value, column.Value, number == 0 ? "not_null" : string.Create(CultureInfo.InvariantCulture, $"not_null{number}"));

    /// <summary>The default of a serial column, as the server prints it.</summary>
    public static string NextValue(PlanningContext context, TableName sequence, SourcePosition at)
    {
        // Only the server knows which names need quotes inside the literal: a column of that type prints a name for us.
        var quoted = context.Ask(new QuoteName(sequence) { At = at, What = "type" });
        return $"nextval({new Literal(quoted.Text)}::regclass)";
    }

    private static string Numbered(string label, int number) =>
        number == 0 ? label : label + number.ToString(CultureInfo.InvariantCulture);

    // Shortens the longer of the two names, byte by byte, as makeObjectName in indexcmds.c does.
    private static Identifier Made(string table, string? column, string label)
    {
        var overhead = label.Length + 1 + (column is null ? 0 : 1);
        var available = Identifier.MaxBytes - overhead;
        var (first, second) = (Encoding.UTF8.GetByteCount(table), column is null ? 0 : Encoding.UTF8.GetByteCount(column));
        while (first + second > available)
        {
            if (first > second)
            {
                first--;
            }
            else
            {
                second--;
            }
        }

        var name = column is null ? Cut(table, first) : $"{Cut(table, first)}_{Cut(column, second)}";
        return new Identifier($"{name}_{label}");
    }

    private static string Cut(string name, int bytes)
    {
        var length = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            bytes -= rune.Utf8SequenceLength;
            if (bytes < 0)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return name[..length];
    }
}
