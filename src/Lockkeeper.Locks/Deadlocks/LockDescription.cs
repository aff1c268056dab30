using System.Globalization;
using System.Text.RegularExpressions;
using Lockkeeper.Locks.Graph;

namespace Lockkeeper.Locks.Deadlocks;

/// <summary>Reads what the server's log says a lock is on, such as <c>tuple (0,2) of relation 16402 of database 5</c>.</summary>
/// <remarks>The forms are those of DescribeLockTag in lmgr.c, the same from 14 to 18.</remarks>
internal static partial class LockDescription
{
    public static LockTag? Parse(string text) =>
        FormRegex().Match(text) is { Success: true } form ? TagOf(form) : null;

    private static LockTag TagOf(Match form) => form switch
    {
        _ when form.Groups["tuple"].Success => new LockTag
        {
            Kind = LockKind.Tuple,
            Page = Number(form, "page"),
            Tuple = (int)Number(form, "tuple")!.Value,
            Relation = Oid(form, "relation"),
            Database = Oid(form, "database"),
        },
        _ when form.Groups["extension"].Success => new LockTag { Kind = LockKind.Extend, Relation = Oid(form, "relation"), Database = Oid(form, "database") },
        _ when form.Groups["page"].Success => new LockTag
        {
            Kind = LockKind.Page,
            Page = Number(form, "page"),
            Relation = Oid(form, "relation"),
            Database = Oid(form, "database"),
        },
        _ when form.Groups["relation"].Success => new LockTag { Kind = LockKind.Relation, Relation = Oid(form, "relation"), Database = Oid(form, "database") },
        _ when form.Groups["token"].Success => new LockTag
        {
            Kind = LockKind.SpeculativeToken,
            TransactionId = Oid(form, "xid"),
            ObjectId = Oid(form, "token"),
        },
        _ when form.Groups["xid"].Success => new LockTag { Kind = LockKind.TransactionId, TransactionId = Oid(form, "xid") },
        _ when form.Groups["virtual"].Success => new LockTag { Kind = LockKind.VirtualXid, VirtualXid = form.Groups["virtual"].Value },
        _ when form.Groups["horizons"].Success => new LockTag { Kind = LockKind.FrozenId, Database = Oid(form, "database") },
        _ when form.Groups["object"].Success => new LockTag
        {
            Kind = LockKind.CatalogObject,
            ObjectId = Oid(form, "object"),
            ClassId = Oid(form, "class"),
            Database = Oid(form, "database"),
        },
        _ when form.Groups["advisory"].Success => new LockTag
        {
            Kind = LockKind.Advisory,
            Database = Oid(form, "advisory"),
            ClassId = Oid(form, "key1"),
            ObjectId = Oid(form, "key2"),
            ObjectSubId = (int)Number(form, "size")!.Value,
        },
        _ when form.Groups["user"].Success => new LockTag
        {
            Kind = LockKind.UserLock,
            Database = Oid(form, "user"),
            ClassId = Oid(form, "key1"),
            ObjectId = Oid(form, "key2"),
        },
        _ => new LockTag { Kind = LockKind.ApplyTransaction, TransactionId = Oid(form, "remote"), Database = Oid(form, "database") },
    };

    private static long? Number(Match form, string group) =>
        form.Groups[group].Success ? long.Parse(form.Groups[group].Value, CultureInfo.InvariantCulture) : null;

    private static uint? Oid(Match form, string group) =>
        form.Groups[group].Success ? uint.Parse(form.Groups[group].Value, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex("""
        ^(?:
            (?:(?<extension>extension)\ of\ |tuple\ \((?<page>\d+),(?<tuple>\d+)\)\ of\ |page\ (?<page>\d+)\ of\ )?
                relation\ (?<relation>\d+)\ of\ database\ (?<database>\d+)
          | (?<horizons>pg_database\.datfrozenxid)\ of\ database\ (?<database>\d+)
          | transaction\ (?<xid>\d+)
          | virtual\ transaction\ (?<virtual>-?\d+/\d+)
          | speculative\ token\ (?<token>\d+)\ of\ transaction\ (?<xid>\d+)
          | object\ (?<object>\d+)\ of\ class\ (?<class>\d+)\ of\ database\ (?<database>\d+)
          | advisory\ lock\ \[(?<advisory>\d+),(?<key1>\d+),(?<key2>\d+),(?<size>\d+)\]
          | user\ lock\ \[(?<user>\d+),(?<key1>\d+),(?<key2>\d+)\]
          | remote\ transaction\ (?<remote>\d+)\ of\ subscription\ \d+\ of\ database\ (?<database>\d+)
        )$
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex FormRegex();
}
