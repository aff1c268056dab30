using Lockkeeper.Migrations.Planning;
using Lockkeeper.Migrations.Planning.Dependents;

namespace Lockkeeper.UnitTests.Migrations.Planning;

public sealed class CarriedChangesTests
{
    [Fact]
    public void What_is_gone_what_has_changed_and_what_is_new_is_said() => Assert.Equal(
        ["view a is gone", "view b has changed", "view c is new"],
        CarriedChanges.Between([Of("view a", "1"), Of("view b", "2"), Of("view d", "4", "5")], [Of("view b", "3"), Of("view c", "1"), Of("view d", "4", "5")]));

    [Fact]
    public void Several_of_one_name_are_told_apart()
    {
        Assert.Empty(CarriedChanges.Between([Of("statistics a", "1"), Of("statistics a", "2")], [Of("statistics a", "2"), Of("statistics a", "1")]));
        Assert.Equal(["statistics a has changed"], CarriedChanges.Between([Of("statistics a", "1"), Of("statistics a", "2")], [Of("statistics a", "1")]));
    }

    [Fact]
    public void Columns_of_ours_in_a_list_are_no_change() => Assert.Empty(CarriedChanges.Between(
        [Of("trigger a", "UPDATE OF price, \"Code\" ON t"), Of("view b", "FROM plain p(a, b)")],
        [
            Of("trigger a", "UPDATE OF price, \"Code\", _lockkeeper_new_price, \"_lockkeeper_new_A, \"\"b\" ON t"),
            Of("view b", "FROM plain p(a, b, _lockkeeper_new_c, _lockkeeper_pending)"),
        ]));

    private static CarriedObject Of(string name, params string[] definition) => new(name, [.. definition]);
}
