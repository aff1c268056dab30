using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Catalog;

namespace Lockkeeper.Migrations.Operations.Fields;

/// <summary>The words of a foreign key.</summary>
internal static class ReferenceChoices
{
    public const string SetNull = "SET NULL";
    public const string SetDefault = "SET DEFAULT";

    public static Choices<string> Actions { get; } = Choices<string>.IgnoringCase(
        (ForeignKey.NoAction, ForeignKey.NoAction), ("RESTRICT", "RESTRICT"), ("CASCADE", "CASCADE"), (SetNull, SetNull), (SetDefault, SetDefault));

    // PARTIAL is in the format and in the SQL standard; the server says that it is not implemented.
    public static Choices<string> Matches { get; } = Choices<string>.IgnoringCase(
        (ForeignKey.MatchSimple, ForeignKey.MatchSimple), ("FULL", "FULL"));
}
