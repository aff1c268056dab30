using System.Globalization;
using Lockkeeper.Cli.Demo.Orders;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Cli.Demo.Clients;

/// <summary>A client that has amounts as numbers, and gives an address a domain that <c>up</c> would never give it.</summary>
internal sealed class NewVersion(Identifier schema) : ClientVersion(schema)
{
    public override Insertion DrawInsertion(Random random)
    {
        var order = OrderSource.Draw(random);
        var row = UpRules.Apply(order) with { EmailDomain = DrawDomain(random) };
        return new Insertion(
            "INSERT INTO orders (customer, email, email_domain, amount, status, note) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
            [row.Customer, row.Email, row.EmailDomain, row.Amount, row.Status, row.Note],
            row);
    }

    public override Change DrawChange(Random random)
    {
        switch (random.Next(5))
        {
            case 0:
                // The domain stays: whoever speaks the new version sets it himself.
                var email = OrderSource.DrawEmail(random);
                return new Change("email", email, row => row with { Email = email });
            case 1:
                var domain = DrawDomain(random);
                return new Change("email_domain", domain, row => row with { EmailDomain = domain });
            case 2:
                var amount = random.Next(1, 1_000_000) / 100m;
                return new Change("amount", amount, row => row with { Amount = amount });
            case 3:
                var note = OrderSource.DrawNote(random);
                return new Change("note", note, row => row with { Note = note });
            default:
                var status = OrderSource.DrawStatus(random);
                return new Change("status", status, row => row with { Status = status });
        }
    }

    private static string DrawDomain(Random random) =>
        string.Create(CultureInfo.InvariantCulture, $"partner-{random.Next(1000)}.example");
}
