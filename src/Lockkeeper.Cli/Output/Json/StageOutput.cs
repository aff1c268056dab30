using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Lockkeeper.Migrations.Planning;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>One part of a plan; which of the fields below the title it has depends on its kind.</summary>
internal sealed record StageOutput(string Kind, string Title)
{
    /// <summary>Of a transaction, and of SQL that was tried: the strongest lock on each table, in the order in which they are asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<LockOutput>? Locks { get; init; }

    /// <summary>Of a transaction or a statement.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<StepOutput>? Steps { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BackfillJobOutput? Backfill { get; init; }

    /// <summary>Of the user's own SQL.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Sql { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? VersionSchema { get; init; }

    public static StageOutput Of(Stage stage)
    {
        var output = new StageOutput(Names.Of(stage), stage.Title);
        return stage switch
        {
            TransactionStage transaction => output with
            {
                Locks = [.. transaction.Locks.Select(LockOutput.Of)],
                Steps = [.. transaction.Steps.Select(StepOutput.Of)],
            },
            StatementStage statement => output with { Steps = [StepOutput.Of(statement.Step)] },
            BackfillStage backfill => output with { Backfill = BackfillJobOutput.Of(backfill.Job) },
            UserSqlStage user => output with { Sql = user.Sql, Locks = user.IsRehearsed ? [.. user.Locks.Select(LockOutput.Of)] : null },
            VersionStage version => output with { VersionSchema = version.VersionSchema.Value },
            _ => output,
        };
    }
}
