using Lockkeeper.BulkWrite.Ordering;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWriteTests.Ordering;

public sealed class TableDepthsTests
{
    [Fact]
    public void A_table_lies_below_all_that_it_references() =>
        Assert.Equal("a0 b1 c2 d2", Depths("b>a c>b d>b d>a"));

    [Fact]
    public void The_order_in_which_references_are_read_does_not_matter() =>
        Assert.Equal(Depths("c>b b>a d>c d>a"), Depths("d>a b>a d>c c>b"));

    [Fact]
    public void A_circle_is_one_table() => Assert.Equal("a0 b1 c1 d2", Depths("b>a c>b b>c d>c"));

    [Fact]
    public void A_table_may_reference_itself() => Assert.Equal("a0 b1", Depths("a>a b>a"));

    [Fact]
    public void Other_tables_change_nothing() => Assert.StartsWith("a0 b1 ", Depths("b>a x>b y>x"), StringComparison.Ordinal);

    private static string Depths(string references) => string.Join(' ', TableDepths
        .Of(references.Split(' ').Select(pair => (Table(pair[0]), Table(pair[2]))))
        .OrderBy(depth => depth.Key.Name.Value, StringComparer.Ordinal)
        .Select(depth => FormattableString.Invariant($"{depth.Key.Name.Value}{depth.Value}")));

    private static TableName Table(char name) => new(new Identifier("public"), new Identifier($"{name}"));
}
