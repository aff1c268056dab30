using System.Globalization;

namespace Lockkeeper.Cli.Demo.Orders;

/// <summary>What <c>up</c> of the second migration says, told a second time and not by the server, so that the check depends on neither.</summary>
internal static class UpRules
{
    private const string Currency = " EUR";

    public static NewOrder Apply(OldOrder order) =>
        new(order.Customer, order.Email, DomainOf(order.Email), AmountOf(order.Amount), order.Status, order.Note) { CreatedAt = order.CreatedAt };

    public static string DomainOf(string email) => email.Split('@') is [_, var domain, ..] ? Lower(domain) : "";

    public static decimal AmountOf(string? amount) =>
        amount is null ? 0 : decimal.Parse(amount.Replace(Currency, "", StringComparison.Ordinal), CultureInfo.InvariantCulture);

    public static string TextOf(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture) + Currency;

#pragma warning disable CA1308 // The rule says lower case.
    private static string Lower(string domain) => domain.ToLowerInvariant();
#pragma warning restore CA1308
}
