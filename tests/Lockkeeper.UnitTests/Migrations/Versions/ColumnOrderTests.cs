using Lockkeeper.Migrations.Versions;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.UnitTests.Migrations.Versions;

public sealed class ColumnOrderTests
{
    [Theory]
    [InlineData("a b c", "", "a b c")]
    [InlineData("a c b", "a b c", "a b c")]
    [InlineData("a c b d", "a b c", "a b c d")]
    [InlineData("a c", "a b c", "a c")]
    [InlineData("c a", "a b c", "a c")]
    [InlineData("a x c", "a b c", "a x c")]
    [InlineData("a x c b", "a b c d", "a b c x")]
    public void Columns_stand_as_they_were_shown_and_new_ones_behind(string stored, string shown, string expected)
    {
        var table = ColumnOrder.Placed(new TableSnapshot(new("t"), [.. Names(stored).Select(name => new ColumnSnapshot(name, "integer", true))]), [.. Names(shown)]);

        Assert.Equal(expected, string.Join(' ', ColumnOrder.Of(table).Select(c => c.Name.Value)));
    }

    [Fact]
    public void A_copy_has_the_place_of_what_it_is_a_copy_of_until_completion()
    {
        var table = ColumnOrder.Placed(new TableSnapshot(new("t"), [.. Names("a b").Select(name => new ColumnSnapshot(name, "integer", true))]), []);
        var (a, b) = (table.Columns[0], table.Columns[1]);
        var after = table with { Columns = [b, a with { StoredAs = new("copy") }, new ColumnSnapshot(new("c"), "text", true)] };

        Assert.Equal(["a", "b", "c"], ColumnOrder.Of(after).Select(c => c.Name.Value));
        Assert.Equal(["b", "a", "c"], ColumnOrder.Of(after with { Columns = [.. after.Columns.Select(c => c.Completed())] }).Select(c => c.Name.Value));
    }

    private static IEnumerable<Identifier> Names(string names) =>
        names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => new Identifier(name));
}
