namespace Lockkeeper.TestKit.Migrations.Clients;

/// <summary>One statement of a client, which must find or change exactly one row.</summary>
/// <param name="Sql">With <c>$1</c> for the key and <c>$2</c> for the number.</param>
/// <param name="Key">The row's key.</param>
/// <param name="Number">The number that is written or expected.</param>
internal sealed record ClientStatement(string Sql, long Key, long Number)
{
    /// <summary>Whether it counts rows instead of changing them.</summary>
    public bool Reads { get; init; }

    /// <summary>Whether it may change any number of rows.</summary>
    public bool MayFindNothing { get; init; }
}
