using System.Collections.Immutable;
using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Lockkeeper.TestKit;

/// <summary>Runs a theory once per wanted server version; the version is the first argument, the given values follow.</summary>
/// <remarks>
/// With <see cref="InTurn"/> it runs on one of them, another one for another test: for what takes seconds and is the same in every version.
/// <c>[Theory, EachPostgres]</c>, or several like <c>[EachPostgres("public")]</c>. MemberData would do for the versions alone, but
/// xunit.analyzers 1.27 crashes on members of another assembly (xunit issue 3474), and here a crash fails the build.
/// </remarks>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class EachPostgresAttribute(params object?[] values) : DataAttribute
{
    public IReadOnlyList<object?> Values => values;

    /// <summary>Whether one version is enough. Which one depends on the names only, so it is the same in every run.</summary>
    public bool InTurn { get; init; }

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(
        MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. Versions(testMethod).Select(version => new TheoryDataRow([version, .. values]))]);

    public override bool SupportsDiscoveryEnumeration() => true;

    private ImmutableArray<int> Versions(MethodInfo test)
    {
        var wanted = PostgresVersions.Wanted;
        return InTurn ? [wanted[$"{test.DeclaringType?.Name}.{test.Name}({string.Join(',', values)})".Sum(c => c) % wanted.Length]] : wanted;
    }
}
