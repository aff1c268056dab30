using System.Collections.Immutable;
using Lockkeeper.Migrations.Execution;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Plans;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Reading;

/// <summary>Finds the rights that a plan needs and the role lacks, before anything is run: the last statement may come hours after the first.</summary>
internal static class RightsReader
{
    private const string Schema = "SELECT has_schema_privilege($1, 'CREATE')";

    /// <exception cref="MigrationException">LK1212: rights are missing; each is named.</exception>
    public static async Task RefuseMissingAsync(
        NpgsqlConnection connection, MigrationPlan plan, MigrationFacts facts, CancellationToken cancellationToken)
    {
        var missing = ImmutableArray.CreateBuilder<string>();
        var steps = StepsOf(plan);
        if (facts.UseVersionSchemas && !await HoldsAsync(
            connection, "SELECT has_database_privilege(current_database(), 'CREATE')", [], cancellationToken).ConfigureAwait(false))
        {
            missing.Add("CREATE on the database, for the schema of the new version");
        }

        if (steps.Any(step => Begins(step, "CREATE OR REPLACE FUNCTION"))
            && !await HoldsAsync(connection, Schema, [Text("lockkeeper")], cancellationToken).ConfigureAwait(false))
        {
            missing.Add("CREATE on schema \"lockkeeper\", for the functions of the triggers");
        }

        if (steps.Any(step => step.BuildsIndex is not null || Begins(step, "CREATE TABLE") || Begins(step, "CREATE SEQUENCE") || Begins(step, "CREATE TYPE"))
            && !await HoldsAsync(connection, Schema, [Text(plan.Schema.Value)], cancellationToken).ConfigureAwait(false))
        {
            missing.Add($"CREATE on schema {plan.Schema}");
        }

        missing.AddRange(await NotOwnedAsync(connection, steps, cancellationToken).ConfigureAwait(false));
        if (missing.Count > 0)
        {
            throw await MissingAsync(connection, missing, "Grant them, or run as a role that has them (--role).", cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <exception cref="MigrationException">LK1212: the role may not use the state tables.</exception>
    public static async Task RefuseMissingOnStateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var holds = await HoldsAsync(
            connection,
            """
            SELECT has_schema_privilege(n.oid, 'USAGE') AND coalesce((
                SELECT bool_and(has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
                                AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE'))
                FROM pg_catalog.pg_class c WHERE c.relnamespace = n.oid AND c.relkind = 'r'), true)
            FROM pg_catalog.pg_namespace n WHERE n.nspname = 'lockkeeper'
            """,
            [],
            cancellationToken).ConfigureAwait(false);
        if (!holds)
        {
            throw await MissingAsync(
                connection, ["USAGE on schema \"lockkeeper\" and SELECT, INSERT, UPDATE and DELETE on its tables"],
                "Grant them, or run as the role that ran \"lockkeeper init\".", cancellationToken).ConfigureAwait(false);
        }
    }

    /// <exception cref="MigrationException">LK1212: the role may not read the history. To look at it, no right to change it is needed.</exception>
    public static async Task RefuseMissingOnHistoryAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!await HoldsAsync(
            connection,
            """
            SELECT has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
            FROM pg_catalog.pg_namespace n JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = 'migrations'
            WHERE n.nspname = 'lockkeeper'
            """,
            [],
            cancellationToken).ConfigureAwait(false))
        {
            throw await MissingAsync(
                connection, ["USAGE on schema \"lockkeeper\" and SELECT on its table \"migrations\""],
                "Grant them, or run as the role that ran \"lockkeeper init\".", cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The failure of creating the state tables.</summary>
    public static Task<MigrationException> MissingForStateAsync(
        NpgsqlConnection connection, PostgresException cause, CancellationToken cancellationToken) => MissingAsync(
        connection, [$"CREATE on the database, for the schema \"lockkeeper\" with the state ({cause.MessageText})"],
        "Run \"lockkeeper init\" once as a role that may create schemas.", cancellationToken);

    /// <summary>The failure of asking the server what a text means, when it is the temporary tables that it refuses; null when it is not.</summary>
    public static async Task<MigrationException?> MissingForPlanningAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await HoldsAsync(connection, "SELECT has_database_privilege(current_database(), 'TEMPORARY')", [], cancellationToken)
            .ConfigureAwait(false)
            ? null
            : await MissingAsync(
                connection, ["TEMPORARY on the database, for the empty copies over which expressions are compiled"],
                "Grant it, or run as a role that has it (--role).", cancellationToken).ConfigureAwait(false);

    private static async Task<ImmutableArray<string>> NotOwnedAsync(
        NpgsqlConnection connection, ImmutableArray<Step> steps, CancellationToken cancellationToken)
    {
        // The first lock of a statement is on what it changes; the others are on tables that foreign keys point at.
        var changed = steps.Where(step => !step.Locks.IsEmpty && !Begins(step, "CREATE TABLE"))
            .Select(step => step.Locks[0]).Where(held => held.Mode >= LockMode.ShareUpdateExclusive)
            .Select(held => held.Table.ToString()).Distinct().ToArray();
        var rows = await connection.QueryAsync(
            """
            SELECT w.name, pg_get_userbyid(c.relowner)
            FROM unnest($1::text[]) AS w (name) JOIN pg_catalog.pg_class c ON c.oid = to_regclass(w.name)
            WHERE NOT pg_has_role(c.relowner, 'USAGE') ORDER BY 1
            """,
            [new() { Value = changed }],
            row => $"to be the owner of {row.GetString(0)} or a member of role \"{row.GetString(1)}\"",
            cancellationToken).ConfigureAwait(false);
        return [.. rows];
    }

    private static ImmutableArray<Step> StepsOf(MigrationPlan plan) =>
    [
        .. plan.Start.Concat(plan.Complete).SelectMany(stage => stage switch
        {
            TransactionStage s => s.Steps,
            StatementStage s => [s.Step],
            _ => [],
        }),
    ];

    private static bool Begins(Step step, string word) => step.Sql.StartsWith(word, StringComparison.Ordinal);

    private static async Task<bool> HoldsAsync(
        NpgsqlConnection connection, string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(sql, parameters, row => row.GetBoolean(0), cancellationToken).ConfigureAwait(false);
        return rows is [true];
    }

    private static async Task<MigrationException> MissingAsync(
        NpgsqlConnection connection, IEnumerable<string> missing, string remedy, CancellationToken cancellationToken)
    {
        var role = await connection.QueryAsync("SELECT current_user::text", [], row => row.GetString(0), cancellationToken)
            .ConfigureAwait(false);
        return Failures.MissingRights(role[0], missing, remedy);
    }

    private static NpgsqlParameter Text(string value) => new() { Value = value };
}
