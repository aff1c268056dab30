using Lockkeeper.Cli.Demo.Orders;

namespace Lockkeeper.Cli.Demo.Clients;

/// <summary>One column to set.</summary>
/// <param name="Column">The column, as this version names it.</param>
/// <param name="Value">Its new value.</param>
/// <param name="Apply">What that makes of a row in the new version.</param>
internal sealed record Change(string Column, object? Value, Func<NewOrder, NewOrder> Apply)
{
    /// <summary>Changes one row: the value, then the id.</summary>
    public string OneRow => $"UPDATE orders SET {Column} = $1 WHERE id = $2";

    /// <summary>Changes several rows: the value, then an array of ids.</summary>
    public string ManyRows => $"UPDATE orders SET {Column} = $1 WHERE id = ANY($2)";
}
