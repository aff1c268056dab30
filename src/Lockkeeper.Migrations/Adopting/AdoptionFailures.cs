using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Adopting;

/// <summary>Every reason for which a database is not taken over from pgroll. Nothing was changed.</summary>
internal static class AdoptionFailures
{
    public static MigrationException NoPgroll(Identifier stateSchema) => Refused(
        "LK1404", $"The database has no table {stateSchema}.\"migrations\", in which pgroll keeps its history.",
        "Name pgroll's schema with --pgroll-schema if it has another; without pgroll, \"lockkeeper baseline NAME\" begins a history.");

    public static MigrationException NotPgrolls(Identifier stateSchema, IEnumerable<string> missing) => Refused(
        "LK1411", $"The table {stateSchema}.\"migrations\" is not pgroll's: it has no column {string.Join(", ", missing)}.",
        "Name the schema in which pgroll keeps its state with --pgroll-schema; without pgroll, \"lockkeeper baseline NAME\" begins a history.");

    public static MigrationException Active(Identifier schema, string migration) => Refused(
        "LK1405", $"pgroll has a migration of schema {schema} under way: \"{migration}\". Only pgroll can finish it.",
        "Run \"pgroll complete\" or \"pgroll rollback\", then adopt.");

    public static MigrationException AnotherHistory(Identifier schema, string migration) => Refused(
        "LK1406", $"Schema {schema} has a history of Lockkeeper already, and pgroll's migration \"{migration}\" is not in it.",
        "Two histories cannot be made one; the schema is Lockkeeper's already, so remove pgroll by hand.");

    public static MigrationException NothingToAdopt(Identifier schema, Identifier stateSchema) => Refused(
        "LK1408", $"pgroll's state in schema {stateSchema} knows no migration of schema {schema}.",
        "Name the schema of the tables with --schema; for tables without a history there is \"lockkeeper baseline NAME\".");

    public static MigrationException StillServing(IEnumerable<string> schemas) => Refused(
        "LK1407", $"pgroll has the history of other schemas too, and dropping it would lose it: {string.Join(", ", schemas)}.",
        "Adopt each of them with --schema first; --drop-pgroll belongs to the last.");

    private static MigrationException Refused(string code, string problem, string whatToDo) =>
        new(code, MigrationOutcome.NothingChanged, problem, "Nothing was changed.", whatToDo);
}
