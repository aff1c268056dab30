using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Lockkeeper.Cli.Output.Json.Deadlocks;
using Lockkeeper.Cli.Output.Json.Diagnosing;
using Lockkeeper.Cli.Output.Json.Locks;
using Lockkeeper.Cli.Output.Json.Tracing;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>The shapes of JSON that commands write. They are a promise to scripts: fields are added, never renamed.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AdoptOutput))]
[JsonSerializable(typeof(BackfillEvent))]
[JsonSerializable(typeof(BackfillOrderOutput))]
[JsonSerializable(typeof(BackfillRunOutput))]
[JsonSerializable(typeof(BackfillsOutput))]
[JsonSerializable(typeof(BaselineOutput))]
[JsonSerializable(typeof(DeadlocksOutput))]
[JsonSerializable(typeof(DemoOutput))]
[JsonSerializable(typeof(DiagnoseOutput))]
[JsonSerializable(typeof(EndOutput))]
[JsonSerializable(typeof(ErrorOutput))]
[JsonSerializable(typeof(FilesOutput))]
[JsonSerializable(typeof(InitOutput))]
[JsonSerializable(typeof(JsonArray))]
[JsonSerializable(typeof(LatestOutput))]
[JsonSerializable(typeof(LockEvent))]
[JsonSerializable(typeof(LocksOutput))]
[JsonSerializable(typeof(MigrateOutput))]
[JsonSerializable(typeof(MigrationEventOutput))]
[JsonSerializable(typeof(MigrationOutput))]
[JsonSerializable(typeof(PlanOutput))]
[JsonSerializable(typeof(ResultOutput))]
[JsonSerializable(typeof(StageEvent))]
[JsonSerializable(typeof(StatusOutput))]
[JsonSerializable(typeof(TraceOutput))]
[JsonSerializable(typeof(UndoingEvent))]
[JsonSerializable(typeof(UpdateOutput))]
[JsonSerializable(typeof(ValidateOutput))]
[JsonSerializable(typeof(WorkOutput))]
internal sealed partial class CliJson : JsonSerializerContext
{
    // Nothing here ends up inside of HTML, and SQL full of \u0027 could not be read.
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>For a result that is one object.</summary>
    public static CliJson Indented { get; } = new(Form(indented: true));

    /// <summary>For objects that follow each other.</summary>
    public static CliJson OnOneLine { get; } = new(Form(indented: false));

    private static JsonSerializerOptions Form(bool indented) => new()
    {
        Encoder = Encoder,
        WriteIndented = indented,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };
}
