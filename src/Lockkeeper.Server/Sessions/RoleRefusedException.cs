using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.Server.Sessions;

/// <summary>The server lets a session not act in the role that was asked for. The session is over; nothing was run in it.</summary>
/// <param name="role">The role.</param>
/// <param name="refusal">What the server says.</param>
public sealed class RoleRefusedException(Identifier role, PostgresException refusal)
    : NpgsqlException($"Role {role} cannot be taken on: {refusal?.MessageText}", refusal)
{
    /// <summary>The role that was asked for.</summary>
    public Identifier Role => role;

    /// <summary>What the server says.</summary>
    public PostgresException Refusal => (PostgresException)InnerException!;
}
