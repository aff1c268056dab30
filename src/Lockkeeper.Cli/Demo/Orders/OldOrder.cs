namespace Lockkeeper.Cli.Demo.Orders;

/// <summary>An order as the old version has it.</summary>
internal sealed record OldOrder(string Customer, string Email, string? Amount, string Status, string? Note)
{
    /// <summary>When it was made; null when the server says.</summary>
    public DateTime? CreatedAt { get; init; }
}
