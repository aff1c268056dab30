namespace Lockkeeper.CliTests;

/// <summary>How a process ended, and what it wrote.</summary>
internal sealed record CommandResult(int ExitCode, string Out, string Error);
