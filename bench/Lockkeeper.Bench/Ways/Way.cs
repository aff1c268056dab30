using Npgsql;

namespace Lockkeeper.Bench.Ways;

/// <summary>A way of filling a new column of every row with <c>upper(name)</c>.</summary>
internal abstract class Way
{
    public abstract string Name { get; }

    /// <summary>The column that is filled.</summary>
    public abstract string Column { get; }

    /// <summary>Adds the column and whatever belongs to it; not measured.</summary>
    public abstract Task PrepareAsync(NpgsqlDataSource source, CancellationToken cancellationToken);

    /// <summary>Fills every row, and says how long that took.</summary>
    public abstract Task<TimeSpan> FillAsync(NpgsqlDataSource source, CancellationToken cancellationToken);
}
