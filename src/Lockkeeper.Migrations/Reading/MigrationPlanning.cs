using Lockkeeper.Migrations.Execution;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Migrations.State;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Server.Reading;
using Npgsql;

namespace Lockkeeper.Migrations.Reading;

/// <summary>A plan with what it was made from.</summary>
internal sealed record MigrationPlanning(MigrationPlan Plan, SchemaSnapshot Before, MigrationFacts Facts)
{
    /// <summary>Reads the schema and the history's facts, and plans over them. Changes nothing.</summary>
    public static async Task<MigrationPlanning> ReadAsync(
        NpgsqlConnection connection,
        MigratorOptions options,
        Migration migration,
        History history,
        CancellationToken cancellationToken)
    {
        var before = await CatalogReader.ReadAsync(connection, options.Schema, cancellationToken).ConfigureAwait(false)
            ?? throw Refusals.NoSuchSchema(options.Schema);
        var facts = await new FactsReader(connection, options).ReadAsync(migration, history.Records, cancellationToken).ConfigureAwait(false);
        if (options.UseVersionSchemas
            && await CatalogReader.ReadAsync(connection, facts.VersionSchema, cancellationToken).ConfigureAwait(false) is not null)
        {
            throw Failures.VersionSchemaExists(facts.VersionSchema);
        }

        var plan = await PlanReader.PlanAsync(connection, migration, before, facts, cancellationToken).ConfigureAwait(false);
        return new MigrationPlanning(plan, before, facts);
    }
}
