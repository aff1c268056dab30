namespace Lockkeeper.Cli.Running;

/// <summary>A value on the command line or in the environment does not fit. Thrown before the database is asked anything.</summary>
internal sealed class UsageException(string problem) : Exception(problem);
