using System.Text.RegularExpressions;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations.Clients;

namespace Lockkeeper.ConcurrencyTests.Migrations.Clients;

/// <summary>Every operation under six clients.</summary>
public sealed partial class OperationClientsTests(PostgresFixture postgres)
{
    [Theory, EachClientCase(typeof(OperationCases))]
    public Task No_client_notices(int version, string name) =>
        ClientCycle.RunAsync(postgres, version, EachClientCaseAttribute.Find(typeof(OperationCases), name));

    [Fact]
    public void Every_operation_is_in_the_table() => Assert.Empty(OperationKinds.All.Select(kind => kind.Name).Except(
        EachClientCaseAttribute.Names(typeof(OperationCases))
            .SelectMany(name => EachClientCaseAttribute.Find(typeof(OperationCases), name).Operations)
            .Select(operation => OperationRegex().Match(operation).Value)));

    [GeneratedRegex("^[a-z_]+")]
    private static partial Regex OperationRegex();
}
