namespace Lockkeeper.EmbeddedPostgres.Cluster;

/// <summary>How a program ended and what it wrote.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Errors)
{
    /// <summary>The exit code of what never ran or was killed; no program gives a negative one.</summary>
    public const int NotStarted = -1;

    public bool Succeeded => ExitCode == 0;

    /// <summary>What to show a person: both outputs, or at least the exit code.</summary>
    public string Said =>
        $"{Errors}{Environment.NewLine}{Output}".Trim() is { Length: > 0 } text ? text : $"nothing; its exit code was {ExitCode}";
}
