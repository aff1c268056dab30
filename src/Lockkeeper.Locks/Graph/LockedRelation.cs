using Lockkeeper.Model.Naming;

namespace Lockkeeper.Locks.Graph;

/// <summary>A relation that somebody has locked.</summary>
/// <param name="Oid">Its OID.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kind">The <c>relkind</c>: r for a table, i for an index ...</param>
/// <param name="Pages">How many pages it had when it was last analysed.</param>
public sealed record LockedRelation(uint Oid, TableName Name, char Kind, long Pages)
{
    /// <summary>Whether it can hold rows that are locked.</summary>
    public bool HasRows => Kind is 'r' or 'p' or 'm';

    /// <summary>Whether it belongs to the server itself.</summary>
    public bool IsCatalog => Name.Schema.Value is "pg_catalog" or "pg_toast" or "information_schema";
}
