using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Catalog;

namespace Lockkeeper.Migrations.Operations.Fields;

/// <summary>What makes a column's value, as a migration file describes it: an expression or an identity sequence.</summary>
internal sealed record GeneratedFields(string? Expression, ColumnIdentity Identity, string? SequenceOptions)
{
    private static readonly Choices<ColumnIdentity> Kinds = Choices<ColumnIdentity>.IgnoringCase(
        ("ALWAYS", ColumnIdentity.Always), ("BY DEFAULT", ColumnIdentity.ByDefault));

    /// <summary>Whether the values of an expression are stored, or computed whenever they are read.</summary>
    public bool Stored { get; init; } = true;

    public SourceMap Source { get; init; } = SourceMap.None;

    public static GeneratedFields Read(FieldReader reader)
    {
        var expression = reader.OptionalText("expression");
        var identity = reader.OptionalObject("identity", ReadIdentity);
        if (expression is null == identity is null)
        {
            reader.Refuse(
                reader.At, $"{reader.Path} needs either \"expression\" or \"identity\".", "Keep exactly one of the two.");
        }

        if (identity is not null && reader.Has("stored"))
        {
            reader.Refuse(reader.PositionOf("stored"), "The values of an identity column are always stored.", "Leave \"stored\" out.");
        }

        return new GeneratedFields(expression, identity?.Identity ?? ColumnIdentity.None, identity?.SequenceOptions)
        {
            Stored = reader.Flag("stored", true),
            Source = reader.Source,
        };
    }

    private static GeneratedFields ReadIdentity(FieldReader reader) => new(
        null,
        reader.Choice("user_specified_values", Kinds, ColumnIdentity.Always),
        reader.OptionalText("sequence_options"));
}
