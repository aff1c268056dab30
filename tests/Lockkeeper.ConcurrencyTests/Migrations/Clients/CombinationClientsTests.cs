using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations.Clients;

namespace Lockkeeper.ConcurrencyTests.Migrations.Clients;

/// <summary>Several operations in one migration, under six clients.</summary>
public sealed class CombinationClientsTests(PostgresFixture postgres)
{
    [Theory, EachClientCase(typeof(CombinationCases))]
    public Task No_client_notices(int version, string name) =>
        ClientCycle.RunAsync(postgres, version, EachClientCaseAttribute.Find(typeof(CombinationCases), name));
}
