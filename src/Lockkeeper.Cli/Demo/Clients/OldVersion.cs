using Lockkeeper.Cli.Demo.Orders;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Cli.Demo.Clients;

/// <summary>A client that has amounts as text and knows no domain of an address.</summary>
internal sealed class OldVersion(Identifier schema) : ClientVersion(schema)
{
    public override Insertion DrawInsertion(Random random)
    {
        var order = OrderSource.Draw(random);
        return new Insertion(
            "INSERT INTO orders (customer, email, amount, status, note) VALUES ($1, $2, $3, $4, $5) RETURNING id",
            [order.Customer, order.Email, order.Amount, order.Status, order.Note],
            UpRules.Apply(order));
    }

    public override Change DrawChange(Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                var email = OrderSource.DrawEmail(random);
                return new Change("email", email, row => row with { Email = email, EmailDomain = UpRules.DomainOf(email) });
            case 1:
                var amount = OrderSource.DrawAmount(random);
                return new Change("amount", amount, row => row with { Amount = UpRules.AmountOf(amount) });
            case 2:
                var note = OrderSource.DrawNote(random);
                return new Change("note", note, row => row with { Note = note });
            default:
                var status = OrderSource.DrawStatus(random);
                return new Change("status", status, row => row with { Status = status });
        }
    }
}
