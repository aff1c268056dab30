using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Ordering;

/// <summary>The one order in which tables are locked: parents before children by the database's foreign keys, ties by name.</summary>
/// <remarks>
/// A table's depth is the longest way to it from a table that references none; tables that reference each other in a circle have one depth.
/// It is taken from all foreign keys of the database and not only from the declared tables, so that services that know different tables agree.
/// </remarks>
public sealed class LockOrder
{
    private const string Protocol = "lockkeeper.bulk/1";

    private readonly ImmutableDictionary<TableName, int> _depths;

    internal LockOrder(IEnumerable<(TableName Child, TableName Parent)> references, ImmutableDictionary<TableName, string> keys)
    {
        _depths = TableDepths.Of(references);
        Tables = [.. keys.Keys.Order(Comparer)];
        Fingerprint = FingerprintOf(Tables.Select(table => $"{Depth(table)} {table} ({keys[table]})"));
    }

    /// <summary>The declared tables, in the order in which they are locked.</summary>
    public ImmutableArray<TableName> Tables { get; }

    /// <summary>
    /// The same for two services exactly when they lock the declared tables in the same order and the rows of each by the same key.
    /// Compare it when services start; a migration that adds foreign keys changes it.
    /// </summary>
    public string Fingerprint { get; }

    internal IComparer<TableName> Comparer => Comparer<TableName>.Create(Compare);

    /// <summary>How far a table lies below the tables that reference none.</summary>
    /// <param name="table">Any table of the database.</param>
    public int Depth(TableName table) => _depths.GetValueOrDefault(table);

    /// <summary>Less than zero when the first table is locked before the second.</summary>
    /// <param name="x">A table.</param>
    /// <param name="y">Another one.</param>
    public int Compare(TableName x, TableName y)
    {
        var order = Depth(x).CompareTo(Depth(y));
        order = order != 0 ? order : string.CompareOrdinal(x.Schema.Value, y.Schema.Value);
        return order != 0 ? order : string.CompareOrdinal(x.Name.Value, y.Name.Value);
    }

    private static string FingerprintOf(IEnumerable<string> lines) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines.Prepend(Protocol)))))[..16];
}
