namespace Lockkeeper.Server.Reading;

/// <summary>Reads privileges as JSON, for <see cref="ReaderExtensions.Grants"/>: all that somebody else than the owner has.</summary>
internal static class GrantsSql
{
    /// <summary>A subquery that is null when there are none. In the order of the grantees' names, so that two readings compare.</summary>
    /// <param name="acl">The column with the list, such as <c>c.relacl</c>.</param>
    /// <param name="owner">The column with the owner.</param>
    public static string Of(string acl, string owner) => $"""
        (SELECT jsonb_agg(jsonb_build_object('grantee', granted_to.rolname, 'privilege', granted.privilege_type,
                'grantable', granted.is_grantable) ORDER BY granted_to.rolname COLLATE "C" NULLS FIRST, granted.privilege_type)
         FROM aclexplode({acl}) granted LEFT JOIN pg_catalog.pg_roles granted_to ON granted_to.oid = granted.grantee
         WHERE granted.grantee <> {owner})
        """;
}
