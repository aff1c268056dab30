namespace Lockkeeper.Samples.Shop;

public sealed record OrderLine(Order Order, int Item, int Quantity);
