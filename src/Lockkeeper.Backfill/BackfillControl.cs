using System.Collections.Immutable;
using Lockkeeper.Backfill.Steering;
using Lockkeeper.Backfill.Throttling;
using Npgsql;

namespace Lockkeeper.Backfill;

/// <summary>Steers backfills from anywhere, through the state tables. Their processes obey within about a second and a chunk.</summary>
/// <param name="dataSource">The database.</param>
/// <remarks>
/// Each call is one short transaction on the state tables alone. All methods that change something throw <see cref="BackfillException"/> LK2024 when the
/// backfill is not known, and LK2006 when the state tables are missing.
/// </remarks>
public sealed class BackfillControl(NpgsqlDataSource dataSource)
{
    private readonly StatusStore _store = new(dataSource);

    /// <summary>All backfills that are known, oldest first: those under way, and the finished ones of migrations that are not complete.</summary>
    /// <param name="cancellationToken">Stops reading.</param>
    public Task<ImmutableArray<BackfillStatus>> ListAsync(CancellationToken cancellationToken = default) => _store.ReadAsync(cancellationToken);

    /// <summary>The backfill of that name, or, without a name, the only one that is under way.</summary>
    /// <param name="name">Its name, or null.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="BackfillException">There is none, or without a name there are several.</exception>
    public async Task<BackfillStatus> FindAsync(string? name, CancellationToken cancellationToken = default)
    {
        var all = await ListAsync(cancellationToken).ConfigureAwait(false);
        if (name is not null)
        {
            return all.FirstOrDefault(backfill => backfill.Name == name)
                ?? throw BackfillException.NoSuchBackfill(name, [.. all.Select(backfill => backfill.Name)]);
        }

        var open = all.Where(backfill => backfill.FinishedAt is null).ToList();
        return open is [var only] ? only : throw BackfillException.NoSuchBackfill(null, [.. open.Select(backfill => backfill.Name)]);
    }

    /// <summary>Makes it stand still, on every machine, until it is resumed. Nothing is held meanwhile.</summary>
    /// <param name="name">The job's name.</param>
    /// <param name="by">Who wants it: shown to whoever wonders.</param>
    /// <param name="cancellationToken">Leaves it as it was.</param>
    public Task PauseAsync(string name, string by, CancellationToken cancellationToken = default) =>
        OrderAsync(name, BackfillCommand.Pause, by, cancellationToken);

    /// <summary>Makes it go on.</summary>
    /// <param name="name">The job's name.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="cancellationToken">Leaves it as it was.</param>
    public Task ResumeAsync(string name, string by, CancellationToken cancellationToken = default) =>
        OrderAsync(name, BackfillCommand.Run, by, cancellationToken);

    /// <summary>Ends it on every machine. What is filled stays filled, and running the job again goes on.</summary>
    /// <param name="name">The job's name.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="cancellationToken">Leaves it as it was.</param>
    public Task CancelAsync(string name, string by, CancellationToken cancellationToken = default) =>
        OrderAsync(name, BackfillCommand.Cancel, by, cancellationToken);

    /// <summary>Changes the pace while it runs.</summary>
    /// <param name="name">The job's name.</param>
    /// <param name="change">What is to change.</param>
    /// <param name="cancellationToken">Leaves it as it was.</param>
    /// <exception cref="FormatException">A throttle cannot be read. Nothing was changed.</exception>
    public async Task SetPaceAsync(string name, BackfillPace change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        var status = await FindAsync(name, cancellationToken).ConfigureAwait(false);
        var throttles = change.Throttles.IsEmpty
            ? null
            : ThrottleText.Change(status.Throttles is { } texts ? ControlStore.ThrottlesOf(texts) : ThrottleText.Defaults, change.Throttles)
                .Select(throttle => throttle.ToString()).ToArray();
        await RequireAsync(
            name, await _store.SetPaceAsync(name, change, throttles, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Forgets a backfill with a condition, so that its name is free; touches no table of the user.</summary>
    /// <param name="name">The job's name. A process that still works at it ends as if it had been cancelled.</param>
    /// <param name="cancellationToken">Leaves it as it was.</param>
    public async Task ForgetAsync(string name, CancellationToken cancellationToken = default) =>
        await RequireAsync(name, await _store.ForgetAsync(name, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    private async Task OrderAsync(string name, BackfillCommand command, string by, CancellationToken cancellationToken) =>
        await RequireAsync(
            name, await _store.OrderAsync(name, command, by, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    private async Task RequireAsync(string name, int changed, CancellationToken cancellationToken)
    {
        if (changed == 0)
        {
            var all = await ListAsync(cancellationToken).ConfigureAwait(false);
            throw BackfillException.NoSuchBackfill(name, [.. all.Where(backfill => backfill.FinishedAt is null).Select(backfill => backfill.Name)]);
        }
    }
}
