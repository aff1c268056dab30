using Lockkeeper.Backfill.Planning;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.UnitTests.Backfill.Planning;

public sealed class RangePlannerTests
{
    private static readonly Leaf Orders = LeafOf(1, filenode: 10);
    private static readonly Leaf Lines = LeafOf(2, filenode: 20);

    [Theory]
    [InlineData(1)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(262_144)]
    [InlineData(262_145)]
    [InlineData(1_342_177_280)] // 10 TB
    [InlineData(4_294_967_294)] // the most a table can have
    public void The_ranges_cover_every_block_once_and_are_few(long blocks)
    {
        var ranges = RangePlanner.Split(Orders, blocks).ToList();

        Assert.Equal(0, ranges[0].First);
        Assert.Equal(blocks, ranges[^1].End);
        Assert.All(ranges.Zip(ranges.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.First));
        Assert.All(ranges, range => Assert.True(range.First < range.End));
        Assert.InRange(ranges.Count, 1, RangePlanner.MostRangesPerLeaf);
    }

    [Fact]
    public void An_empty_leaf_is_recorded_as_looked_at() =>
        Assert.Equal([new BlockRange(Orders, 0, 0)], RangePlanner.Split(Orders, 0));

    [Fact]
    public void On_a_first_run_every_leaf_is_missing() =>
        Assert.Equal(new LeafChanges([], [Orders, Lines], 0), RangePlanner.Compare([Orders, Lines], []));

    [Fact]
    public void On_a_resumed_run_nothing_changes() =>
        Assert.True(RangePlanner.Compare([Orders, Lines], [new(1, 10), new(2, 20)]).IsNone);

    [Fact]
    public void A_rewritten_leaf_is_dropped_and_planned_again() =>
        Assert.Equal(new LeafChanges([2], [Lines], 1), RangePlanner.Compare([Orders, Lines], [new(1, 10), new(2, 19)]));

    [Fact]
    public void A_leaf_that_is_gone_is_dropped_and_a_new_one_planned() =>
        Assert.Equal(new LeafChanges([3], [Orders], 0), RangePlanner.Compare([Orders, Lines], [new(2, 20), new(3, 30)]));

    private static Leaf LeafOf(uint oid, uint filenode) =>
        new(oid, new TableName(new Identifier("public"), new Identifier($"leaf{oid}")), filenode);

    [Theory]
    [InlineData(4, 1, 10, 1)]
    [InlineData(4, 1, 300, 2)]
    [InlineData(4, 3, 10, 3)]
    [InlineData(4, 256, 1_000_000, 4)]
    public void No_more_workers_begin_than_find_something_to_do(int wanted, long ranges, long blocks, int workers) =>
        Assert.Equal(workers, RangePlanner.WorkersFor(wanted, ranges, blocks));
}
