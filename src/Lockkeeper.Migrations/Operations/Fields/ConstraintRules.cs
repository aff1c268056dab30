using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Catalog;

namespace Lockkeeper.Migrations.Operations.Fields;

/// <summary>Which fields each kind of constraint needs, and which mean nothing to it.</summary>
internal static class ConstraintRules
{
    private static readonly string[] WithContent = ["check", "references", "index_parameters", "exclude"];

    public static void Refuse(FieldReader reader, ConstraintFields fields)
    {
        var kind = fields.Kind;
        var (needed, allowed) = Of(kind);
        foreach (var key in needed.Where(key => !reader.Has(key)))
        {
            reader.Refuse(reader.At, $"{Word(kind)} needs \"{key}\".", $"Add \"{key}\".");
        }

        foreach (var key in Given(reader, fields).Except(needed).Except(allowed))
        {
            reader.Refuse(reader.PositionOf(key), $"\"{key}\" means nothing to {Word(kind)}.", $"Leave \"{key}\" out.");
        }

        if (kind == ConstraintKind.Exclusion && reader.Has("columns"))
        {
            reader.Refuse(reader.PositionOf("columns"), "An exclusion constraint's columns are among its elements.", "Leave \"columns\" out.");
        }
    }

    // A flag that says false says nothing.
    private static IEnumerable<string> Given(FieldReader reader, ConstraintFields fields) =>
    [
        .. WithContent.Where(reader.Has),
        .. When(fields.NoInherit, "no_inherit"),
        .. When(fields.NullsNotDistinct, "nulls_not_distinct"),
        .. When(fields.Deferrable, "deferrable"),
        .. When(fields.InitiallyDeferred, "initially_deferred"),
    ];

    private static IEnumerable<string> When(bool given, string key) => given ? [key] : [];

    private static (string[] Needed, string[] Allowed) Of(ConstraintKind kind) => kind switch
    {
        ConstraintKind.Unique => (["columns"], ["index_parameters", "nulls_not_distinct", "deferrable", "initially_deferred"]),
        ConstraintKind.PrimaryKey => (["columns"], ["index_parameters", "deferrable", "initially_deferred"]),
        ConstraintKind.ForeignKey => (["columns", "references"], ["deferrable", "initially_deferred"]),
        ConstraintKind.Check => (["check"], ["no_inherit"]),
        _ => (["exclude"], ["index_parameters", "deferrable", "initially_deferred"]),
    };

    private static string Word(ConstraintKind kind) => kind switch
    {
        ConstraintKind.Unique => "a unique constraint",
        ConstraintKind.PrimaryKey => "a primary key",
        ConstraintKind.ForeignKey => "a foreign key",
        ConstraintKind.Check => "a check",
        _ => "an exclusion constraint",
    };
}
