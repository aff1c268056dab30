namespace Lockkeeper.Samples.Shop;

public sealed class Order(string customer)
{
    public long Id { get; set; }

    public string Customer => customer;

    public IList<OrderLine> Lines { get; } = [];
}
