using System.Globalization;

namespace Lockkeeper.Cli.Demo.Orders;

/// <summary>Makes orders that look like orders: names, mail addresses in mixed case, amounts typed by hand, some without a value.</summary>
internal static class OrderSource
{
    private static readonly string[] Givens = ["Ada", "Boris", "Clara", "Dmitri", "Edith", "Farid", "Greta", "Hugo", "Ines", "Jonas"];
    private static readonly string[] Families = ["Amsel", "Brandt", "Castro", "Dubois", "Eklund", "Fischer", "Garcia", "Horvath", "Ito", "Jansen"];
    private static readonly string[] Domains = ["example.com", "Example.ORG", "mail.example.net", "Shop.Example.com"];
    private static readonly string[] Statuses = ["open", "paid", "sent", "closed"];
    private static readonly string?[] Notes = [null, null, "Ring twice.", "Leave it with the neighbours at number 7.", "A present: no invoice in the parcel, please."];
    private static readonly DateTime First = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>The order that the table was filled with under this number: always the same one, so it need not be kept.</summary>
    public static OldOrder Seed(long id) => Draw(new Random(unchecked((int)(id * 2_654_435_761))), id) with { CreatedAt = First.AddMinutes(id) };

    /// <summary>Any order.</summary>
    public static OldOrder Draw(Random random) => Draw(random, random.Next());

    public static string DrawEmail(Random random) => EmailOf(random, random.Next());

    /// <summary>One amount in twenty is missing.</summary>
    public static string? DrawAmount(Random random) => random.Next(20) == 0 ? null : UpRules.TextOf(random.Next(1, 1_000_000) / 100m);

    public static string DrawStatus(Random random) => One(random, Statuses);

    public static string? DrawNote(Random random) => One(random, Notes);

    private static OldOrder Draw(Random random, long number) => new(
        $"{One(random, Givens)} {One(random, Families)}", EmailOf(random, number), DrawAmount(random), DrawStatus(random), DrawNote(random));

    private static string EmailOf(Random random, long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{One(random, Givens)}.{number}@{One(random, Domains)}");

    private static T One<T>(Random random, T[] values) => values[random.Next(values.Length)];
}
