using System.Diagnostics;
using Lockkeeper.Migrations.Planning;

namespace Lockkeeper.Migrations;

/// <summary>The names under which this library reports to OpenTelemetry.</summary>
public static class Telemetry
{
    /// <summary>The name of the activity source.</summary>
    public const string SourceName = "Lockkeeper.Migrations";

    private static readonly ActivitySource Source = new(SourceName);

    // db.* as in OpenTelemetry's semantic conventions for database client calls; lockkeeper.* is ours.
    internal static Activity? StartStage(Stage stage, int number)
    {
        var activity = Source.StartActivity("migration.stage", ActivityKind.Client);
        return activity?.SetTag("db.system.name", "postgresql")
            .SetTag("lockkeeper.stage.number", number)
            .SetTag("lockkeeper.stage.title", stage.Title);
    }
}
