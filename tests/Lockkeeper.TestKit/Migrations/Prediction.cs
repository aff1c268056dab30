using Lockkeeper.Migrations.Execution;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Reading;
using Npgsql;

namespace Lockkeeper.TestKit.Migrations;

/// <summary>What a plan says of the catalog after completion, against the catalog.</summary>
internal static class Prediction
{
    public static void AssertCameTrue(MigrationPlan plan, SchemaSnapshot actual)
    {
        if (plan.After is { } predicted)
        {
            Assert.Equal([], Drift.Between(predicted, actual));
            Assert.Equal(Comparable(predicted), Comparable(actual));
        }
    }

    public static async Task<SchemaSnapshot> ReadAsync(NpgsqlDataSource source, Identifier schema, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await CatalogReader.ReadAsync(connection, schema, cancellationToken)
            ?? throw new InvalidOperationException($"Schema {schema} is gone.");
    }

    // What depends on a column, and who may do what, others decide; and a trigger's text is the server's to change.
    private static SchemaSnapshot Comparable(SchemaSnapshot schema) => schema with
    {
        Grants = [],
        Tables = SchemaSnapshot.NoTables.AddRange(schema.Tables.Select(t => KeyValuePair.Create(
            t.Key, t.Value with { Dependents = [], Grants = [], Triggers = [] }))),
    };
}
