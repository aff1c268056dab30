using Npgsql;

namespace Lockkeeper.BulkWriteBench;

/// <summary>One way of doing the work of many writers.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Make">Makes it ready for a database; what comes back does one unit, of a writer and a number.</param>
internal sealed record WriterWay(string Name, Func<NpgsqlDataSource, Func<int, int, Task>> Make)
{
    /// <summary>A query that says whether what is in the database is right; asked when all rounds are over.</summary>
    public string? Check { get; init; }

    /// <summary>How long a writer makes its next unit. Without it the processors have nothing else to do, and what is compared is how much they do for a unit.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>What runs beside the writers, until it is cancelled.</summary>
    public Func<NpgsqlDataSource, CancellationToken, Task>? Beside { get; init; }
}
