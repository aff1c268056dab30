using System.Diagnostics.CodeAnalysis;
using Lockkeeper.Locks;
using Lockkeeper.Locks.Exceptions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Lockkeeper.LocksSample;

/// <summary>Says in an application's log who waits for whom, and why a statement of its own failed.</summary>
[SuppressMessage("Performance", "CA1848", Justification = "A sample is read; the arguments of a warning that is rare need no generated method.")]
public static class LockLog
{
    /// <summary>Logs what sessions wait for at this moment.</summary>
    public static async Task WriteAsync(NpgsqlDataSource dataSource, ILoggerFactory loggerFactory, CancellationToken cancellationToken)
    {
        var logger = loggerFactory.CreateLogger("locks");
        var doctor = new LockDoctor(dataSource, new LockDoctorOptions(), TimeProvider.System, loggerFactory);

        var snapshot = await doctor.SnapshotAsync(cancellationToken);
        foreach (var queue in snapshot.Incidents.SelectMany(incident => incident.Queues))
        {
            logger.LogWarning("{Subject}: {Depth} wait, the longest for {Wait}. {Now}",
                queue.Subject, queue.Queue.Depth, queue.Queue.LongestWait, queue.Explanation.Now.FirstOrDefault());
        }
    }

    /// <summary>Runs something, and logs what a failure means where it is about locks.</summary>
    public static async Task RunAsync(Func<Task> work, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(work);
        try
        {
            await work();
        }
        catch (PostgresException failed) when (failed.ExplainLock() is { } explanation)
        {
            logger.LogWarning("{What} {WhatToDo}", explanation.What, explanation.WhatToDo);
        }
    }
}
