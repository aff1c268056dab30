using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Lockkeeper.TestKit;

/// <summary>Runs a theory once per wanted server version; the version is the first argument, the given values follow.</summary>
/// <remarks>
/// <c>[Theory, EachPostgres]</c>, or several like <c>[EachPostgres("public")]</c>. MemberData would do for the versions alone, but
/// xunit.analyzers 1.27 crashes on members of another assembly (xunit issue 3474), and here a crash fails the build.
/// </remarks>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class EachPostgresAttribute(params object?[] values) : DataAttribute
{
    public IReadOnlyList<object?> Values => values;

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(
        MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. PostgresVersions.Wanted.Select(version => new TheoryDataRow([version, .. values]))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
