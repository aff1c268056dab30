using Lockkeeper.Model.Locking;

namespace Lockkeeper.UnitTests.Model.Locking;

public sealed class LockConflictsTests
{
    public static TheoryData<LockMode, LockMode> Pairs()
    {
        var data = new TheoryData<LockMode, LockMode>();
        foreach (var a in Enum.GetValues<LockMode>())
        {
            foreach (var b in Enum.GetValues<LockMode>())
            {
                data.Add(a, b);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Conflict_is_symmetric(LockMode a, LockMode b) =>
        Assert.Equal(a.ConflictsWith(b), b.ConflictsWith(a));
}
