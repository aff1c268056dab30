namespace Lockkeeper.Server.Scripting;

/// <summary>Tells apart the statements that cannot run among others in a transaction that is not theirs.</summary>
public enum SqlStatementKind
{
    /// <summary>Any other.</summary>
    Plain,

    /// <summary>Begins or ends a transaction.</summary>
    Transaction,

    /// <summary>COPY that reads or writes rows over the connection itself.</summary>
    CopyOverConnection,
}
