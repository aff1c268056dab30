namespace Lockkeeper.BulkWriteBench;

/// <summary>One of the 100,000.</summary>
internal sealed class Row
{
    public long Id { get; set; }

    public string Name { get; set; } = "";

    public int Size { get; set; }

    public DateTime Made { get; set; }

    public long A { get; set; }

    public long B { get; set; }

    public string C { get; set; } = "";

    public decimal D { get; set; }
}
