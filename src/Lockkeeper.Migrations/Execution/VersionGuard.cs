using System.Collections.Immutable;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Migrations.Reading;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.Migrations.Execution;

/// <summary>Refuses to drop a version's schema while something of a user's depends on its views, before a verb has begun.</summary>
/// <remarks>What somebody makes afterwards the server refuses in the moment of dropping: nothing is dropped along (RESTRICT).</remarks>
internal static class VersionGuard
{
    /// <param name="connection">An open connection.</param>
    /// <param name="version">The version's schema; null when none is dropped.</param>
    /// <param name="stages">What is going to be run, and drops the version's views.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="MigrationException">LK1167: something depends on it, and nothing was changed.</exception>
    public static async Task RefuseUsersAsync(
        NpgsqlConnection connection, Identifier? version, ImmutableArray<Stage> stages, CancellationToken cancellationToken)
    {
        if (version is not { } schema)
        {
            return;
        }

        var transactions = stages.OfType<TransactionStage>().ToImmutableArray();
        var dropsAll = transactions.SelectMany(stage => stage.Steps).Any(step => step.Sql == RollbackStages.DropOf(schema));
        var views = transactions.SelectMany(stage => stage.Locks).Select(held => held.Table)
            .Where(view => view.Schema == schema).Select(view => view.Name).ToImmutableArray();
        // What was never made is not dropped, and what somebody else has under that name is not ours to look into.
        if (!dropsAll && views.IsEmpty)
        {
            return;
        }

        var users = await VersionUsersReader.ReadAsync(connection, schema, dropsAll ? null : views, cancellationToken).ConfigureAwait(false);
        if (!users.IsEmpty)
        {
            throw Failures.StillUsed($"Version schema {schema}", users, MigrationOutcome.NothingChanged);
        }
    }
}
