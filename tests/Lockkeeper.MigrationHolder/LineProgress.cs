using Lockkeeper.Migrations;

namespace Lockkeeper.MigrationHolder;

/// <summary>One line for each event, at once, so that the test can choose after which it kills us.</summary>
internal sealed class LineProgress : IProgress<MigrationEvent>
{
    public void Report(MigrationEvent value)
    {
        Console.WriteLine(value.GetType().Name);
        Console.Out.Flush();
    }
}
