namespace Lockkeeper.Server.Reading;

/// <summary>Reads privileges as JSON, for <see cref="ReaderExtensions.Grants"/>, in the order of the grantees' names, so that two readings compare.</summary>
internal static class GrantsSql
{
    private const string Me = "(SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user)";

    /// <summary>A subquery of what everybody but the role that asks may do with a table or a schema; null when nobody may.</summary>
    /// <param name="acl">The column with the list, such as <c>c.relacl</c>; null stands for what the owner has from the start (manual, 5.8).</param>
    /// <param name="kind">What it is, as <c>acldefault</c> names it.</param>
    /// <param name="owner">The column with the owner. Where that is another role, what the asking one makes is not the owner's by itself.</param>
    public static string OfOthers(string acl, string kind, string owner) => Of($"coalesce({acl}, acldefault('{kind}', {owner}))", Me);

    /// <summary>The same for a column, the owner's own left out: the owner may use the whole table.</summary>
    public static string OfColumn(string acl, string owner) => Of(acl, owner);

    private static string Of(string acl, string leftOut) => $"""
        (SELECT jsonb_agg(jsonb_build_object('grantee', granted_to.rolname, 'privilege', granted.privilege_type,
                'grantable', granted.is_grantable) ORDER BY granted_to.rolname COLLATE "C" NULLS FIRST, granted.privilege_type)
         FROM aclexplode({acl}) granted LEFT JOIN pg_catalog.pg_roles granted_to ON granted_to.oid = granted.grantee
         WHERE granted.grantee <> {leftOut})
        """;
}
