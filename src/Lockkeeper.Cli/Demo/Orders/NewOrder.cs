namespace Lockkeeper.Cli.Demo.Orders;

/// <summary>An order as the new version has it.</summary>
internal sealed record NewOrder(string Customer, string Email, string EmailDomain, decimal Amount, string Status, string? Note)
{
    /// <summary>When it was made; null when the server said, and it is not compared.</summary>
    public DateTime? CreatedAt { get; init; }

    /// <summary>The columns in which another order differs, for a message.</summary>
    public IEnumerable<string> DifferencesFrom(NewOrder other) => new (string Name, object? Is, object? Other)[]
    {
        ("customer", Customer, other.Customer),
        ("email", Email, other.Email),
        ("email_domain", EmailDomain, other.EmailDomain),
        ("amount", Amount, other.Amount),
        ("status", Status, other.Status),
        ("note", Note, other.Note),
        ("created_at", CreatedAt, other.CreatedAt),
    }.Where(column => !Equals(column.Is, column.Other)).Select(column => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{column.Name} is {column.Is ?? "NULL"}, must be {column.Other ?? "NULL"}"));
}
