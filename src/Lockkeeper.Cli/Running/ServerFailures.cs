using System.Net.Sockets;
using Lockkeeper.Server.Running;
using Lockkeeper.Server.Sessions;
using Npgsql;

namespace Lockkeeper.Cli.Running;

/// <summary>Says what an error of the server or of the way to it means, from its SQLSTATE and kind, never from its words.</summary>
internal static class ServerFailures
{
    private const string LookFirst = "\"lockkeeper status\" shows where the schema stands; then \"lockkeeper resume\" or \"lockkeeper rollback\".";

    public static Failure Of(NpgsqlException exception, string connection) => exception switch
    {
        PostgresException server => OfServer(server, connection),
        RoleRefusedException role => OfRole(role),
        _ => OfDriver(exception, connection),
    };

    /// <summary>Whether we never got as far as a session.</summary>
    public static bool IsNoConnection(NpgsqlException exception) => exception is PostgresException server
        ? IsLogin(server.SqlState) || server.SqlState is PostgresErrorCodes.InvalidCatalogName
            or PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.CannotConnectNow
        : exception.InnerException is SocketException;

    private static Failure OfServer(PostgresException server, string connection) => server.SqlState switch
    {
        var state when IsLogin(state) => NotConnected(
            ErrorCodes.LoginRefused, $"The server refuses the login as {connection}: {Said(server)}",
            "Check user, password and pg_hba.conf; the password can also come from PGPASSWORD or ~/.pgpass."),
        PostgresErrorCodes.InvalidCatalogName => NotConnected(
            ErrorCodes.NoSuchDatabase, $"There is no such database at {connection}: {Said(server)}", "Correct the name, or create it with createdb."),
        PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.CannotConnectNow => NotConnected(
            ErrorCodes.TooManyConnections, $"The server at {connection} takes no connection now: {Said(server)}", "Try again later."),
        PostgresErrorCodes.InsufficientPrivilege => new Failure(
            ErrorCodes.MissingRights, ExitCode.Refused, $"Rights are missing: {Said(server)}")
        {
            IsTrue = "The statement was not run, and its transaction was undone.",
            WhatToDo = "Grant the right, or connect as the owner of the tables; --role takes on another role.",
        },
        _ when TransientErrors.IsConnectionLoss(server) => Lost(connection, Said(server)),
        _ => new Failure(ErrorCodes.ServerRefused, ExitCode.Refused, $"The server refuses a statement: {Said(server)}")
        {
            IsTrue = "The statement was not run, and its transaction was undone.",
            WhatToDo = "Remove the cause; \"lockkeeper status\" shows where the schema stands.",
        },
    };

    private static Failure OfRole(RoleRefusedException refused) => new(
        refused.Refusal.SqlState == PostgresErrorCodes.InsufficientPrivilege ? ErrorCodes.MissingRights : ErrorCodes.ServerRefused,
        ExitCode.Refused,
        $"The role {refused.Role} of --role cannot be taken on: {Said(refused.Refusal)}")
    {
        IsTrue = Failures.Untouched,
        WhatToDo = "Correct the name (a role's name is not folded to lower case here), or have the role granted to the one that logs in.",
    };

    private static Failure OfDriver(NpgsqlException exception, string connection) => exception.InnerException switch
    {
        SocketException or null or TimeoutException => NotConnected(
            ErrorCodes.Unreachable, $"No connection to {connection}: {Reason(exception)}",
            "Check host, port and sslmode, and that the server runs."),
        _ when TransientErrors.IsConnectionLoss(exception) => Lost(connection, Reason(exception)),
        _ => NotConnected(
            ErrorCodes.Unreachable, $"No connection to {connection}: {Reason(exception)}",
            "Check host, port and sslmode, and that the server runs."),
    };

    private static Failure NotConnected(string code, string problem, string whatToDo) =>
        new(code, ExitCode.CannotConnect, problem) { IsTrue = Failures.Untouched, WhatToDo = whatToDo };

    private static Failure Lost(string connection, string reason) =>
        new(ErrorCodes.ConnectionLost, ExitCode.Unfinished, $"The connection to {connection} was lost: {reason}")
        {
            IsTrue = "What was done is recorded, and a transaction that was open is undone by the server.",
            WhatToDo = LookFirst,
        };

    private static bool IsLogin(string sqlState) => sqlState.StartsWith("28", StringComparison.Ordinal);

    private static string Said(PostgresException server) => $"{server.MessageText.TrimEnd('.')} (SQLSTATE {server.SqlState}).";

    // The driver wraps what happened; the innermost message is the one that names it.
    private static string Reason(Exception exception) => $"{exception.GetBaseException().Message.TrimEnd('.')}.";
}
