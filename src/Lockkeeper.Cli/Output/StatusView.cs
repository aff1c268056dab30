using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Output;

/// <summary>Shows where a schema stands, and what can be done next.</summary>
internal static class StatusView
{
    public static void Write(Screen screen, SchemaStatus status)
    {
        Row("schema", Shown.Line(status.Schema.Value));
        Row("migration", status.Migration is { } migration ? Shown.Line(migration) : "[dim]none[/]");
        if (!status.Squashed.IsEmpty)
        {
            Row("with", Shown.Line(string.Join(", ", status.Squashed)));
        }

        Row("state", StateOf(status.State));
        if (status.VersionSchema is { } version)
        {
            Row("version", $"{Shown.Line(version.Value)}  [dim]SET search_path TO {Shown.Line(version.ToString())}[/]");
        }

        if (status.PreviousVersionSchema is { } previous && previous != status.VersionSchema)
        {
            Row("old version", Shown.Line(previous.Value));
        }

        if (NextAfter(status.State) is { } next)
        {
            Row("next", next);
        }

        void Row(string label, string value) => screen.Line($"[bold]{label,-11}[/]  {value}");
    }

    /// <summary>The commands that make sense now, or null when none is due.</summary>
    public static string? NextAfter(MigrationState state) => state switch
    {
        MigrationState.Starting or MigrationState.RollingBack => "lockkeeper resume, or lockkeeper rollback",
        MigrationState.Started => "lockkeeper complete, or lockkeeper rollback",
        MigrationState.Completing => "lockkeeper resume",
        _ => null,
    };

    private static string StateOf(MigrationState state) => state switch
    {
        MigrationState.None => "[dim]no migrations[/]",
        MigrationState.Starting => "[yellow]half started[/]: the old version serves",
        MigrationState.Started => "[blue]started[/]: both versions serve",
        MigrationState.Completing => "[yellow]half completed[/]",
        MigrationState.RollingBack => "[yellow]half rolled back[/]: the old version serves",
        _ => "[green]complete[/]",
    };
}
