using Npgsql;

namespace Lockkeeper.Server.Running;

/// <summary>Decides from the SQLSTATE alone what may be done again. Message texts are translated and never looked at.</summary>
public static class TransientErrors
{
    /// <summary>Whether the same work may be tried again: the server undid it, and another attempt can succeed.</summary>
    /// <param name="sqlState">The five characters of the SQLSTATE.</param>
    public static bool IsWorthRetrying(string sqlState) => sqlState
        is PostgresErrorCodes.DeadlockDetected
        or PostgresErrorCodes.LockNotAvailable
        or PostgresErrorCodes.SerializationFailure;

    /// <summary>Whether the connection is gone, so that only a new one can tell what became of the work.</summary>
    /// <param name="exception">What the driver threw.</param>
    /// <remarks>A connection that broke between two statements refuses the next one as the driver refuses misuse, and names itself as the source.</remarks>
    public static bool IsConnectionLoss(Exception exception) => exception switch
    {
        PostgresException server => server.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.CannotConnectNow
            || server.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException driver => driver.InnerException is IOException or System.Net.Sockets.SocketException or TimeoutException
            or ObjectDisposedException,
        _ => exception is InvalidOperationException { Source: "Npgsql" },
    };
}
