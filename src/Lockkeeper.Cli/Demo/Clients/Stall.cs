namespace Lockkeeper.Cli.Demo.Clients;

/// <summary>The statement that kept a client waiting longest.</summary>
/// <param name="Time">How long.</param>
/// <param name="Sql">The statement.</param>
/// <param name="Step">What was being done meanwhile.</param>
internal sealed record Stall(TimeSpan Time, string Sql, string Step)
{
    public static Stall None { get; } = new(TimeSpan.Zero, "", "");
}
