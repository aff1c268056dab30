using System.Text.Json;
using Lockkeeper.Migrations.Planning;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>What JSON calls the values of enumerations and the kinds of stages.</summary>
internal static class Names
{
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    public static string Of(Stage stage) => stage switch
    {
        TransactionStage => "transaction",
        StatementStage => "statement",
        BackfillStage => "backfill",
        UserSqlStage => "sql",
        DropMadeStage => "dropMade",
        VersionStage => "version",
        _ => throw new System.Diagnostics.UnreachableException(stage.GetType().Name),
    };
}
