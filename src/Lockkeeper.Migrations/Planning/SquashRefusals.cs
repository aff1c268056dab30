using Lockkeeper.Migrations.Operations;

namespace Lockkeeper.Migrations.Planning;

/// <summary>What keeps several migrations from being applied as one, as far as it is seen without the schema.</summary>
internal static class SquashRefusals
{
    /// <exception cref="InvalidMigrationException">LK1170: a migration but the last does something with its completion that nobody else can know.</exception>
    public static void Refuse(Migration migration)
    {
        foreach (var part in migration.Parts[..^1])
        {
            if (part.Operations.OfType<Sql>().FirstOrDefault(sql => sql.OnComplete) is { } sql)
            {
                throw NeedsCompletion(part, sql);
            }
        }
    }

    private static InvalidMigrationException NeedsCompletion(Migration part, Sql sql) => new(
        "LK1170", sql.Source.At,
        $"Migration {part.Name} runs SQL on its completion, and the migrations behind it are written for what that leaves: it cannot be squashed with them.",
        $"Apply the migrations up to {part.Name} first, and squash the others.");
}
