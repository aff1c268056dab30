using Lockkeeper.Server.Scripting;

namespace Lockkeeper.UnitTests.Server.Scripting;

public sealed class ScriptOrderTests
{
    private static readonly ScriptItem View = new("v", 14, "v", "");
    private static readonly ScriptItem Table = new("t", 5, "t", "");
    private static readonly ScriptItem Function = new("f", 3, "f", "");
    private static readonly ScriptItem Other = new("a", 5, "a", "");

    [Fact]
    public void Without_needs_the_rank_decides_and_then_the_name() =>
        Assert.Equal([Function, Other, Table, View], ScriptOrder.Of([View, Table, Other, Function], [], out _));

    [Fact]
    public void What_is_needed_comes_first_and_what_is_not_known_is_passed_over() => Assert.Equal(
        [Other, Table, View, Function],
        ScriptOrder.Of([View, Table, Other, Function], [("f", "v"), ("v", "t"), ("v", "t"), ("v", "pg_type:25"), ("t", "t")], out _));

    [Fact]
    public void What_needs_itself_in_a_circle_comes_last_and_is_named()
    {
        var order = ScriptOrder.Of([View, Table, Other, Function], [("f", "v"), ("v", "f")], out var inCircles);

        Assert.Equal([Other, Table, Function, View], order);
        Assert.Equal([Function, View], inCircles);
    }
}
