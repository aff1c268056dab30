using Lockkeeper.Model.Locking;

namespace Lockkeeper.ConventionTests;

public sealed class LayeringTests
{
    [Fact]
    public void The_model_references_nothing_but_the_runtime()
    {
        var outside = typeof(LockMode).Assembly.GetReferencedAssemblies()
            .Select(a => a.Name!)
            .Where(n => !n.StartsWith("System", StringComparison.Ordinal));

        Assert.Empty(outside);
    }
}
