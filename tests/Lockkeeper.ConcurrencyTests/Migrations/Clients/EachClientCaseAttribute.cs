using System.Reflection;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations.Clients;
using Xunit.Sdk;
using Xunit.v3;

namespace Lockkeeper.ConcurrencyTests.Migrations.Clients;

/// <summary>Runs a theory once per case of a table, on the wanted server versions in turn: the arguments are the version and the case's name.</summary>
/// <remarks>A case takes seconds. Where versions differ, the operations' own tests run on each; with one version wanted, all cases run on it.</remarks>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EachClientCaseAttribute(Type table) : DataAttribute
{
    public Type Table => table;

    public static ClientCase Find(Type table, string name) => (ClientCase)table.GetProperty(name)!.GetValue(null)!;

    public static IEnumerable<string> Names(Type table) => table.GetProperties(BindingFlags.Public | BindingFlags.Static)
        .Where(property => property.PropertyType == typeof(ClientCase)).Select(property => property.Name);

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. Names(table).Select((name, i) => new TheoryDataRow(PostgresVersions.Wanted[i % PostgresVersions.Wanted.Length], name))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
